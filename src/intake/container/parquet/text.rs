//! Values of a column as text. Takes the kind of a column and decoded values, gives a text for each row; a missing
//! value is an empty one.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};
use parquet::errors::Result as ParquetResult;
use parquet::schema::types::ColumnDescriptor;

use super::super::value;

const MICROS: i64 = 1_000_000;
const NANOS: i64 = 1_000_000_000;
const SECONDS_A_DAY: i64 = 86_400;
/// Julian day of 1970-01-01.
const EPOCH_JULIAN: i64 = 2_440_588;
/// Days from 1970-01-01 to 0001-01-01 and to 9999-12-31.
const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;
/// Digits that fit the whole numbers used here.
const LONGEST_DECIMAL: i32 = 38;

/// What the values of a column stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// As they are: numbers, truths.
    Plain,
    /// Whole numbers without a sign.
    Unsigned,
    /// Whole numbers or bytes with this many decimal places.
    Decimal(u32),
    /// Days since 1970.
    Date,
    /// Parts of a second since midnight.
    Time { a_second: i64 },
    /// Parts of a second since 1970.
    Timestamp { a_second: i64, utc: bool },
    /// Text.
    Text,
    /// Sixteen bytes with a usual spelling.
    Uuid,
    /// A float of two bytes.
    Half,
}

/// The kind of a column, or the name of one that has no text.
pub(super) fn kind_of(column: &ColumnDescriptor) -> Result<Kind, &'static str> {
    let kind = match column.logical_type_ref() {
        Some(logical) => by_logical(logical)?,
        None => by_converted(column.converted_type(), column.type_scale())?,
    };
    let bytes = matches!(column.physical_type(), Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY);
    match (column.physical_type(), kind) {
        (Type::INT96, Kind::Plain) => Ok(Kind::Timestamp { a_second: NANOS, utc: false }),
        (_, Kind::Plain) if bytes => Err("bytes"),
        (Type::FIXED_LEN_BYTE_ARRAY, Kind::Uuid | Kind::Half | Kind::Decimal(_)) => Ok(kind),
        (Type::BYTE_ARRAY, Kind::Text | Kind::Decimal(_)) => Ok(kind),
        (Type::INT32 | Type::INT64, Kind::Text | Kind::Uuid | Kind::Half) => Err("values of two kinds at once"),
        (Type::INT32 | Type::INT64, kind) => Ok(kind),
        (Type::BOOLEAN | Type::FLOAT | Type::DOUBLE, Kind::Plain) => Ok(kind),
        _ => Err("values of two kinds at once"),
    }
}

fn by_logical(logical: &LogicalType) -> Result<Kind, &'static str> {
    Ok(match logical {
        LogicalType::String | LogicalType::Enum | LogicalType::Json => Kind::Text,
        LogicalType::Decimal(decimal) => decimal_kind(decimal.scale)?,
        LogicalType::Date => Kind::Date,
        LogicalType::Time(time) => Kind::Time { a_second: a_second(&time.unit) },
        LogicalType::Timestamp(stamp) => {
            Kind::Timestamp { a_second: a_second(&stamp.unit), utc: stamp.is_adjusted_to_u_t_c }
        }
        LogicalType::Integer(integer) if integer.is_signed => Kind::Plain,
        LogicalType::Integer(_) => Kind::Unsigned,
        LogicalType::Unknown => Kind::Plain,
        LogicalType::Uuid => Kind::Uuid,
        LogicalType::Float16 => Kind::Half,
        _ => return Err("values of a kind without text"),
    })
}

/// The older way to name a kind, which some writers still use alone.
fn by_converted(converted: ConvertedType, scale: i32) -> Result<Kind, &'static str> {
    Ok(match converted {
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Kind::Text,
        ConvertedType::DECIMAL => decimal_kind(scale)?,
        ConvertedType::DATE => Kind::Date,
        ConvertedType::TIME_MILLIS => Kind::Time { a_second: 1_000 },
        ConvertedType::TIME_MICROS => Kind::Time { a_second: MICROS },
        ConvertedType::TIMESTAMP_MILLIS => Kind::Timestamp { a_second: 1_000, utc: true },
        ConvertedType::TIMESTAMP_MICROS => Kind::Timestamp { a_second: MICROS, utc: true },
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
            Kind::Unsigned
        }
        ConvertedType::INTERVAL => return Err("spans of time"),
        ConvertedType::BSON => return Err("bytes"),
        _ => Kind::Plain,
    })
}

fn decimal_kind(scale: i32) -> Result<Kind, &'static str> {
    match u32::try_from(scale) {
        Ok(places) if scale <= LONGEST_DECIMAL => Ok(Kind::Decimal(places)),
        _ => Err("decimals of more than 38 places"),
    }
}

const fn a_second(unit: &TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => MICROS,
        TimeUnit::NANOS => NANOS,
    }
}

/// Some rows of a column.
#[derive(Default)]
pub(super) struct Batch {
    text: String,
    cells: Vec<std::ops::Range<usize>>,
    /// Dates outside the calendar, written as numbers.
    pub(super) no_dates: u64,
}

impl Batch {
    /// The text of a row.
    pub(super) fn cell(&self, row: usize) -> &str {
        &self.text[self.cells[row].clone()]
    }

    /// Cuts longer cells, and says how many.
    pub(super) fn cut_at(&mut self, most: usize) -> usize {
        let mut cut = 0;
        for cell in self.cells.iter_mut().filter(|cell| cell.len() > most) {
            let end = self.text[cell.clone()].floor_char_boundary(most);
            cell.end = cell.start + end;
            cut += 1;
        }
        cut
    }

    /// Reads up to `rows` rows, and says how many there were.
    pub(super) fn fill(
        &mut self,
        reader: &mut ColumnReader,
        kind: Kind,
        optional: bool,
        rows: usize,
    ) -> ParquetResult<usize> {
        self.text.clear();
        self.cells.clear();
        self.no_dates = 0;
        match reader {
            ColumnReader::BoolColumnReader(reader) => self.take(reader, optional, rows, |value, _| value.to_string()),
            ColumnReader::Int32ColumnReader(reader) => {
                self.take(reader, optional, rows, |value, no_dates| match kind {
                    Kind::Unsigned => value.cast_unsigned().to_string(),
                    _ => whole(i64::from(*value), kind, no_dates),
                })
            }
            ColumnReader::Int64ColumnReader(reader) => {
                self.take(reader, optional, rows, |value, no_dates| whole(*value, kind, no_dates))
            }
            ColumnReader::Int96ColumnReader(reader) => self.take(reader, optional, rows, old_timestamp),
            ColumnReader::FloatColumnReader(reader) => {
                self.take(reader, optional, rows, |value, _| short_float(*value))
            }
            ColumnReader::DoubleColumnReader(reader) => self.take(reader, optional, rows, |value, _| float(*value)),
            ColumnReader::ByteArrayColumnReader(reader) => {
                self.take(reader, optional, rows, |value: &ByteArray, _| bytes(value.data(), kind))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                self.take(reader, optional, rows, |value: &FixedLenByteArray, _| bytes(value.data(), kind))
            }
        }
    }

    fn take<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        optional: bool,
        rows: usize,
        text_of: impl Fn(&T::T, &mut u64) -> String,
    ) -> ParquetResult<usize> {
        let mut values: Vec<T::T> = Vec::new();
        let mut levels = Vec::new();
        let mut read = 0;
        // A call may end where a page does.
        while read < rows {
            let levels = optional.then_some(&mut levels);
            match reader.read_records(rows - read, levels, None, &mut values)?.0 {
                0 => break,
                more => read += more,
            }
        }
        let mut next = values.iter();
        for row in 0..read {
            let start = self.text.len();
            let present = !optional || levels.get(row).is_some_and(|level| *level > 0);
            if let Some(value) = next.next_if_present(present) {
                self.text.push_str(&text_of(value, &mut self.no_dates));
            }
            self.cells.push(start..self.text.len());
        }
        Ok(read)
    }
}

/// Values are close together; a missing one takes no place.
trait NextIfPresent: Iterator + Sized {
    fn next_if_present(&mut self, present: bool) -> Option<Self::Item> {
        if present { self.next() } else { None }
    }
}

impl<I: Iterator> NextIfPresent for I {}

fn whole(value: i64, kind: Kind, no_dates: &mut u64) -> String {
    let date = match kind {
        Kind::Unsigned => return value.cast_unsigned().to_string(),
        Kind::Decimal(places) => return decimal(i128::from(value), places),
        Kind::Date => DAYS.contains(&value).then(|| value::iso_day(value)),
        Kind::Time { a_second } => Some(clock(value, a_second)),
        Kind::Timestamp { a_second, utc } => timestamp(value, a_second, utc),
        _ => return value.to_string(),
    };
    date.unwrap_or_else(|| {
        *no_dates += 1;
        value.to_string()
    })
}

fn timestamp(value: i64, a_second: i64, utc: bool) -> Option<String> {
    let a_day = SECONDS_A_DAY * a_second;
    let (day, of_day) = (value.div_euclid(a_day), value.rem_euclid(a_day));
    let zone = if utc { "Z" } else { "" };
    DAYS.contains(&day).then(|| format!("{} {}{zone}", value::iso_day(day), clock(of_day, a_second)))
}

/// Nanoseconds of a day and a Julian day, as Impala and Spark once wrote.
fn old_timestamp(value: &Int96, no_dates: &mut u64) -> String {
    let parts = value.data();
    let nanos = (u64::from(parts[1]) << 32 | u64::from(parts[0])).cast_signed();
    let day = i64::from(parts[2]) - EPOCH_JULIAN;
    if DAYS.contains(&day) && (0..SECONDS_A_DAY * NANOS).contains(&nanos) {
        return format!("{} {}", value::iso_day(day), clock(nanos, NANOS));
    }
    *no_dates += 1;
    format!("{} {nanos}", parts[2])
}

/// A time of day, with the part of a second where there is one.
fn clock(value: i64, a_second: i64) -> String {
    let seconds = value::clock(value.div_euclid(a_second));
    let nanos = value.rem_euclid(a_second) * (NANOS / a_second);
    match nanos {
        0 => seconds,
        _ if nanos % MICROS == 0 => format!("{seconds}.{:03}", nanos / MICROS),
        _ if nanos % 1_000 == 0 => format!("{seconds}.{:06}", nanos / 1_000),
        _ => format!("{seconds}.{nanos:09}"),
    }
}

fn decimal(unscaled: i128, places: u32) -> String {
    if places == 0 {
        return unscaled.to_string();
    }
    let places = places as usize;
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{part}")
}

fn float(value: f64) -> String {
    if value.is_nan() { String::new() } else { value::number(value) }
}

/// The shortest digits of a short float are fewer than those of the long one that equals it.
fn short_float(value: f32) -> String {
    value.to_string().parse().map_or_else(|_| value.to_string(), float)
}

fn bytes(bytes: &[u8], kind: Kind) -> String {
    match kind {
        Kind::Decimal(places) => big_endian(bytes).map_or_else(|| hex(bytes), |value| decimal(value, places)),
        Kind::Uuid if bytes.len() == 16 => {
            let digits = hex(bytes);
            [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
        }
        Kind::Half if bytes.len() == 2 => short_float(half(u16::from_le_bytes([bytes[0], bytes[1]]))),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A whole number, the highest byte first. More than 16 bytes hold one only where the first repeat the sign.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let fill = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xFF } else { 0 };
    let (sign, value) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut all = [fill; 16];
    all[16 - value.len()..].copy_from_slice(value);
    (sign.iter().all(|byte| *byte == fill) && (all[0] ^ fill) & 0x80 == 0).then(|| i128::from_be_bytes(all))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Five bits of exponent, ten of fraction (IEEE 754, binary16).
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f32::from(bits & 0x3FF) / 1024.0;
    sign * match (bits >> 10) & 0x1F {
        0 => fraction * 2.0_f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (1.0 + fraction) * 2.0_f32.powi(i32::from(exponent) - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal(125_050, 2), "1250.50");
        assert_eq!(decimal(-5, 3), "-0.005");
        assert_eq!(decimal(7, 0), "7");
        assert_eq!(big_endian(&[0xFF, 0x38]), Some(-200));
        assert_eq!(big_endian(&[0; 17]), Some(0));
        assert_eq!(big_endian(&[1; 17]), None);
    }

    #[test]
    fn timestamps_are_iso() {
        assert_eq!(timestamp(1_767_601_820_500, 1_000, true).as_deref(), Some("2026-01-05 08:30:20.500Z"));
        assert_eq!(timestamp(-1, MICROS, false).as_deref(), Some("1969-12-31 23:59:59.999999"));
        assert_eq!(timestamp(i64::MAX, 1_000, false), None);
    }

    #[test]
    fn floats_are_short() {
        assert_eq!(short_float(0.1), "0.1");
        assert_eq!(float(f64::NAN), "");
        assert_eq!(short_float(half(0x3C00)), "1");
        assert_eq!(short_float(half(0xC500)), "-5");
    }
}
