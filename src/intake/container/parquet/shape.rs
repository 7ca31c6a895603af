//! What kind of value each field of a footer holds (parquet.thrift). The crate goes by the numbers of fields and reads on
//! whatever kind the file gives them, so a field of another kind would lead it past all that was checked.

use super::thrift::{BINARY, BYTE, DOUBLE, FALSE, LIST, STRUCT, TRUE, Thrift};

enum Shape {
    Truth,
    Byte,
    Whole,
    Real,
    Bytes,
    List(&'static Shape),
    /// Fields by their numbers; any other field is walked over, by the crate too.
    Struct(&'static [(i16, Shape)]),
}

use Shape::{Byte, Bytes, List, Real, Struct, Truth, Whole};

const FILE: Shape = Struct(&[
    (1, Whole),
    (2, List(&SCHEMA_ELEMENT)),
    (3, Whole),
    (4, List(&ROW_GROUP)),
    (5, List(&KEY_VALUE)),
    (6, Bytes),
    (7, List(&COLUMN_ORDER)),
]);
const KEY_VALUE: Shape = Struct(&[(1, Bytes), (2, Bytes)]);
const NOTHING: Shape = Struct(&[]);
const COLUMN_ORDER: Shape = Struct(&[(1, NOTHING)]);
const SCHEMA_ELEMENT: Shape = Struct(&[
    (1, Whole),
    (2, Whole),
    (3, Whole),
    (4, Bytes),
    (5, Whole),
    (6, Whole),
    (7, Whole),
    (8, Whole),
    (9, Whole),
    (10, LOGICAL_TYPE),
]);
const TIME_UNIT: Shape = Struct(&[(1, NOTHING), (2, NOTHING), (3, NOTHING)]);
const LOGICAL_TYPE: Shape = Struct(&[
    (1, NOTHING),
    (2, NOTHING),
    (3, NOTHING),
    (4, NOTHING),
    (5, Struct(&[(1, Whole), (2, Whole)])),
    (6, NOTHING),
    (7, Struct(&[(1, Truth), (2, TIME_UNIT)])),
    (8, Struct(&[(1, Truth), (2, TIME_UNIT)])),
    (10, Struct(&[(1, Byte), (2, Truth)])),
    (11, NOTHING),
    (12, NOTHING),
    (13, NOTHING),
    (14, NOTHING),
    (15, NOTHING),
    (16, Struct(&[(1, Byte)])),
    (17, Struct(&[(1, Bytes)])),
    (18, Struct(&[(1, Bytes), (2, Whole)])),
]);
const ROW_GROUP: Shape = Struct(&[
    (1, List(&COLUMN_CHUNK)),
    (2, Whole),
    (3, Whole),
    (4, List(&SORTING_COLUMN)),
    (5, Whole),
    (6, Whole),
    (7, Whole),
]);
const SORTING_COLUMN: Shape = Struct(&[(1, Whole), (2, Truth), (3, Truth)]);
const COLUMN_CHUNK: Shape =
    Struct(&[(1, Bytes), (2, Whole), (3, COLUMN), (4, Whole), (5, Whole), (6, Whole), (7, Whole)]);
const COLUMN: Shape = Struct(&[
    (1, Whole),
    (2, List(&Whole)),
    (3, List(&Bytes)),
    (4, Whole),
    (5, Whole),
    (6, Whole),
    (7, Whole),
    (8, List(&KEY_VALUE)),
    (9, Whole),
    (10, Whole),
    (11, Whole),
    (12, STATISTICS),
    (13, List(&PAGE_ENCODINGS)),
    (14, Whole),
    (15, Whole),
    (16, SIZES),
    (17, PLACES),
]);
const STATISTICS: Shape = Struct(&[
    (1, Bytes),
    (2, Bytes),
    (3, Whole),
    (4, Whole),
    (5, Bytes),
    (6, Bytes),
    (7, Truth),
    (8, Truth),
    (9, Whole),
]);
const PAGE_ENCODINGS: Shape = Struct(&[(1, Whole), (2, Whole), (3, Whole)]);
const SIZES: Shape = Struct(&[(1, Whole), (2, List(&Whole)), (3, List(&Whole))]);
const BOX: Shape = Struct(&[(1, Real), (2, Real), (3, Real), (4, Real), (5, Real), (6, Real), (7, Real), (8, Real)]);
const PLACES: Shape = Struct(&[(1, BOX), (2, List(&Whole))]);

/// Whether each field of a footer is of its kind.
pub(super) fn check_footer(footer: &[u8]) -> Option<()> {
    check(&mut Thrift::new(footer), STRUCT, &FILE)
}

fn check(at: &mut Thrift<'_>, kind: u8, shape: &Shape) -> Option<()> {
    match (shape, kind) {
        (Truth, TRUE | FALSE) => Some(()),
        (Byte, BYTE) | (Whole, 4..=6) | (Real, DOUBLE) | (Bytes, BINARY) => at.skip(kind),
        (List(of), LIST) => {
            let (count, kind) = at.list()?;
            (0..count).try_for_each(|_| check(at, kind, of))
        }
        (Struct(known), STRUCT) => {
            let mut fields = at.fields();
            while let Some((field, kind)) = fields.next(at)? {
                match known.iter().find(|(number, _)| *number == field) {
                    Some((_, shape)) => check(at, kind, shape)?,
                    None => at.skip(kind)?,
                }
            }
            Some(())
        }
        _ => None,
    }
}
