//! How kinds of columns are stored in Parquet: takes a schema, gives Parquet's, and the other way round.
//!
//! Whole numbers, words and codes are packed as differences, texts as packed lengths and one run of bytes. Measured
//! over 2.8 million rows: dictionaries are never smaller by much and cost up to ten times as much to write, and a codec
//! finds nothing left to squeeze but in texts that resemble their neighbours.

use std::sync::Arc;

use parquet::basic::{ConvertedType, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor, ColumnPath, SchemaDescriptor, Type, TypePtr};

use crate::store::schema::{Schema, ValueKind};

/// Rows in a page.
const PAGE_ROWS: usize = 65_536;

/// Parquet's schema for ours. Every column may have absent values.
pub(super) fn parquet_schema(schema: &Schema) -> Result<TypePtr, ParquetError> {
    let columns = schema.columns().map(|(name, kind)| column(name, kind).map(Arc::new));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("casefile").with_fields(columns).build()?))
}

fn column(name: &str, kind: ValueKind) -> Result<Type, ParquetError> {
    let (physical, logical) = match kind {
        ValueKind::Numbers => (Physical::INT64, None),
        ValueKind::Decimals => (Physical::DOUBLE, None),
        ValueKind::Words => (Physical::INT32, Some(LogicalType::integer(8, false))),
        ValueKind::Codes => (Physical::INT32, Some(LogicalType::integer(32, false))),
        ValueKind::Prints => (Physical::INT64, Some(LogicalType::integer(64, false))),
        ValueKind::Texts => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

/// Our schema for Parquet's; `None` where it is not one that [`parquet_schema`] gives.
pub(super) fn schema_of(parquet: &SchemaDescriptor) -> Option<Schema> {
    let columns = parquet.columns().iter().map(|column| Some((column.name(), kind_of(column)?)));
    columns.collect::<Option<Vec<_>>>().map(Schema::new)
}

fn kind_of(column: &ColumnDescriptor) -> Option<ValueKind> {
    if column.max_def_level() != 1 || column.max_rep_level() != 0 {
        return None;
    }
    match (column.physical_type(), column.converted_type()) {
        (Physical::INT64, ConvertedType::NONE) => Some(ValueKind::Numbers),
        (Physical::DOUBLE, ConvertedType::NONE) => Some(ValueKind::Decimals),
        (Physical::INT32, ConvertedType::UINT_8) => Some(ValueKind::Words),
        (Physical::INT32, ConvertedType::UINT_32) => Some(ValueKind::Codes),
        (Physical::INT64, ConvertedType::UINT_64) => Some(ValueKind::Prints),
        (Physical::BYTE_ARRAY, ConvertedType::UTF8) => Some(ValueKind::Texts),
        _ => None,
    }
}

/// The column of lengths that a column of texts is read and written with.
pub(super) fn lengths() -> Result<ColumnDescPtr, ParquetError> {
    let numbers = column("lengths", ValueKind::Codes)?;
    Ok(Arc::new(ColumnDescriptor::new(Arc::new(numbers), 1, 0, ColumnPath::from("lengths"))))
}

/// How values of a kind are written.
pub(super) fn properties(kind: ValueKind) -> WriterPropertiesPtr {
    let encoding = match kind {
        ValueKind::Decimals | ValueKind::Prints => Encoding::PLAIN,
        ValueKind::Numbers | ValueKind::Words | ValueKind::Codes | ValueKind::Texts => Encoding::DELTA_BINARY_PACKED,
    };
    let properties = WriterProperties::builder()
        .set_created_by(concat!("casefile version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_dictionary_enabled(false)
        .set_encoding(encoding)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_data_page_row_count_limit(PAGE_ROWS);
    Arc::new(properties.build())
}
