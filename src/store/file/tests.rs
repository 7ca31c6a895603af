//! Files as a whole: what went in comes out, and what was damaged does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::seal::{CHUNKS_KEY, SEAL_KEY};
use super::{Reader, Writer};
use crate::store::batch::{Batch, NO_CODE, NO_NUMBER, NO_PRINT, NO_WORD, Values};
use crate::store::error::StoreError;
use crate::store::keys::print;
use crate::store::schema::{Schema, ValueKind};

const KINDS: [ValueKind; 6] =
    [ValueKind::Numbers, ValueKind::Decimals, ValueKind::Words, ValueKind::Codes, ValueKind::Prints, ValueKind::Texts];

fn words(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn write(path: &Path, schema: &Schema, batches: &[Batch]) {
    let mut writer = Writer::create(path, schema, words(&[("made by", "a test"), ("empty", "")])).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
}

fn read(path: &Path) -> Result<Vec<Batch>, StoreError> {
    let reader = Reader::open(path)?;
    (0..reader.row_groups()).map(|group| reader.read(group, None)).collect()
}

/// Batches as text, so that absent decimals are equal.
fn shown(batches: &[Batch]) -> Vec<String> {
    let batches = batches.iter().filter(|batch| batch.rows() > 0);
    batches.map(|batch| format!("{} {:?}", batch.rows(), batch.columns())).collect()
}

fn any_values(kind: ValueKind, rows: usize) -> BoxedStrategy<Values> {
    let seldom = |absent: bool| prop_oneof![1 => Just(absent), 20 => Just(!absent)];
    let number = prop_oneof![any::<i64>(), 0..100_i64, Just(NO_NUMBER), Just(i64::MAX), Just(i64::MIN + 1)];
    match kind {
        ValueKind::Numbers => prop_oneof![
            prop::collection::vec(number, rows).prop_map(Values::Numbers),
            (any::<i32>(), prop::collection::vec(seldom(true), rows)).prop_map(|(start, absent)| {
                let instants = absent.iter().zip(i64::from(start)..);
                Values::Numbers(instants.map(|(absent, at)| if *absent { NO_NUMBER } else { at * 1000 }).collect())
            }),
        ]
        .boxed(),
        ValueKind::Decimals => prop::collection::vec(prop_oneof![any::<f64>(), Just(f64::NAN), Just(-0.0)], rows)
            .prop_map(|values| {
                // One kind of "not a number" is enough.
                Values::Decimals(
                    values.into_iter().map(|value| if value.is_nan() { f64::NAN } else { value }).collect(),
                )
            })
            .boxed(),
        ValueKind::Words => prop_oneof![
            prop::collection::vec(any::<u8>(), rows).prop_map(Values::Words),
            (0..4_u8).prop_map(move |word| Values::Words(vec![word; rows])),
            Just(Values::Words(vec![NO_WORD; rows])),
        ]
        .boxed(),
        ValueKind::Codes => {
            let code = prop_oneof![any::<u32>(), 0..9_u32, Just(u32::MAX), Just(NO_CODE)];
            prop::collection::vec(code, rows).prop_map(Values::Codes).boxed()
        }
        ValueKind::Prints => {
            let print = prop_oneof![any::<u64>(), Just(u64::MAX), Just(NO_PRINT)];
            prop::collection::vec(print, rows).prop_map(Values::Prints).boxed()
        }
        ValueKind::Texts => prop::collection::vec(prop_oneof!["[a-f0-9]{8}", "", "\\PC{0,20}", "é{0,3}"], rows)
            .prop_map(|texts| Values::Texts(texts.iter().map(String::as_str).collect()))
            .boxed(),
    }
}

fn any_table() -> impl Strategy<Value = (Schema, Vec<Batch>)> {
    let kinds = prop::collection::vec(prop::sample::select(&KINDS[..]), 1..7);
    let rows = prop::collection::vec(prop_oneof![4 => 0..40_usize, 1 => 8_000..9_000_usize], 0..4);
    (kinds, rows).prop_flat_map(|(kinds, rows)| {
        let schema = Schema::new(kinds.iter().enumerate().map(|(place, kind)| (format!("{place}. {kind:?}"), *kind)));
        let batch = |rows: usize| {
            let columns = kinds.iter().map(|kind| any_values(*kind, rows)).collect::<Vec<_>>();
            columns.prop_map(move |columns| Batch::new(rows, columns))
        };
        (Just(schema), rows.into_iter().map(batch).collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn batches_come_back_as_they_went_in((schema, batches) in any_table(), pick in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.parquet");
        write(&path, &schema, &batches);
        let reader = Reader::open(&path).unwrap();
        prop_assert_eq!(reader.schema(), &schema);
        prop_assert_eq!(reader.metadata(), &words(&[("made by", "a test"), ("empty", "")]));
        reader.verify().unwrap();
        prop_assert_eq!(shown(&read(&path).unwrap()), shown(&batches));
        let columns = pick.iter().map(|index| index.index(schema.len())).collect::<Vec<_>>();
        for (group, batch) in batches.iter().filter(|batch| batch.rows() > 0).enumerate() {
            let some = reader.read(group, Some(&columns)).unwrap();
            let picked = columns.iter().map(|column| batch.columns()[*column].clone()).collect();
            prop_assert_eq!(shown(&[some]), shown(&[Batch::new(batch.rows(), picked)]));
        }
        prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

fn sample() -> (Schema, Vec<Batch>) {
    let schema = Schema::new([
        ("at", ValueKind::Numbers),
        ("amount", ValueKind::Decimals),
        ("stage", ValueKind::Words),
        ("source", ValueKind::Codes),
        ("lead", ValueKind::Texts),
        ("touch", ValueKind::Prints),
    ]);
    let batch = |rows: i64| {
        let ids = (0..rows).map(|row| if row % 5 == 0 { String::new() } else { format!("00Q{row}") });
        let ids = ids.collect::<Vec<_>>();
        let columns = vec![
            Values::Numbers((0..rows).map(|row| if row % 7 == 3 { NO_NUMBER } else { row * row }).collect()),
            Values::Decimals((0..rows).map(|row| if row % 4 == 0 { f64::NAN } else { row as f64 / 8.0 }).collect()),
            Values::Words((0..rows).map(|row| if row % 9 == 0 { NO_WORD } else { row as u8 % 4 }).collect()),
            Values::Codes((0..rows).map(|row| row as u32 % 6).collect()),
            Values::Texts(ids.iter().map(String::as_str).collect()),
            Values::Prints(ids.iter().map(|id| print(id)).collect()),
        ];
        Batch::new(rows as usize, columns)
    };
    (schema, vec![batch(40), batch(3), batch(17)])
}

fn sample_file(folder: &Path) -> (PathBuf, Vec<u8>, Vec<String>) {
    let path = folder.join("table.parquet");
    let (schema, batches) = sample();
    write(&path, &schema, &batches);
    let bytes = fs::read(&path).unwrap();
    (path, bytes, shown(&batches))
}

fn is_damaged(path: &Path) -> bool {
    matches!(read(path), Err(StoreError::Damaged { .. }))
}

/// Puts a new file in place of another: some file systems wait for the disk where a file is emptied and filled again.
fn put(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn every_changed_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes, _) = sample_file(folder.path());
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        let mask = [1, 0x20, 0x80, 0xFF][place % 4];
        damaged[place] ^= mask;
        put(&path, &damaged);
        assert!(is_damaged(&path), "byte {place} of {} changed by {mask}", bytes.len());
    }
}

#[test]
fn every_length_but_its_own_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes, shown_batches) = sample_file(folder.path());
    for length in 0..bytes.len() {
        put(&path, &bytes[..length]);
        assert!(is_damaged(&path), "cut to {length} of {}", bytes.len());
        if length % 5 != 0 {
            continue;
        }
        put(&path, &bytes[bytes.len() - length..]);
        assert!(is_damaged(&path), "the last {length} of {}", bytes.len());
        let mut blanked = bytes.clone();
        blanked[length..].fill(0);
        put(&path, &blanked);
        assert!(is_damaged(&path), "zeros from {length} of {}", bytes.len());
        let mut longer = bytes.clone();
        longer.splice(length..length, [0, 1, 2]);
        put(&path, &longer);
        assert!(is_damaged(&path), "three bytes put in at {length}");
    }
    put(&path, &bytes);
    assert_eq!(shown(&read(&path).unwrap()), shown_batches);
}

#[test]
fn a_damaged_column_leaves_the_others_readable() {
    let folder = tempfile::tempdir().unwrap();
    let (path, mut bytes, _) = sample_file(folder.path());
    bytes[10] ^= 4;
    fs::write(&path, &bytes).unwrap();
    let reader = Reader::open(&path).unwrap();
    assert!(reader.read(0, Some(&[0])).unwrap_err().is_damage());
    assert!(reader.verify().unwrap_err().is_damage());
    let (_, batches) = sample();
    let source = Batch::new(40, vec![batches[0].columns()[3].clone()]);
    assert_eq!(reader.read(0, Some(&[3])).unwrap(), source);
}

#[test]
fn a_part_of_one_file_in_another_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes, _) = sample_file(folder.path());
    let (schema, mut batches) = sample();
    let Values::Numbers(numbers) = &mut batches[0].columns_mut()[0] else { unreachable!() };
    numbers[1] = 2;
    let other = folder.path().join("other.parquet");
    write(&other, &schema, &batches);
    let others = fs::read(&other).unwrap();
    assert_ne!(Reader::open(&path).unwrap().seal(), Reader::open(&other).unwrap().seal());
    let half = bytes.len() / 2;
    fs::write(&path, [&others[..half], &bytes[half..]].concat()).unwrap();
    assert!(is_damaged(&path));
}

#[test]
fn a_file_of_somebody_else_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    for bytes in [&b""[..], b"PAR1", b"PAR1PAR1", b"PAR1\0\0\0\0PAR1", b"PAR1\xff\xff\xff\xffPAR1", &[0; 4096]] {
        fs::write(&path, bytes).unwrap();
        assert!(is_damaged(&path), "{bytes:?}");
    }
    assert!(matches!(Reader::open(&folder.path().join("none")), Err(StoreError::CannotRead { .. })));
}

#[test]
fn the_file_has_its_name_only_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let part = folder.path().join("table.parquet.part");
    let (schema, batches) = sample();
    fs::write(&part, "left by a killed run").unwrap();
    let mut writer = Writer::create(&path, &schema, BTreeMap::new()).unwrap();
    writer.write(&batches[0]).unwrap();
    assert!(part.exists() && !path.exists());
    drop(writer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    write(&path, &schema, &batches);
    write(&path, &schema, &batches[..1]);
    assert_eq!(shown(&read(&path).unwrap()), shown(&batches[..1]));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let (schema, batches) = sample();
    for key in [SEAL_KEY, CHUNKS_KEY] {
        let refused = Writer::create(&path, &schema, words(&[(key, "x")]));
        assert!(matches!(refused, Err(StoreError::Refused { .. })));
    }
    assert!(matches!(Writer::create(&path, &Schema::default(), words(&[])), Err(StoreError::Refused { .. })));
    let mut writer = Writer::create(&path, &schema, words(&[])).unwrap();
    let fewer = Batch::new(40, batches[0].columns()[..4].to_vec());
    assert!(matches!(writer.write(&fewer), Err(StoreError::Refused { .. })));
    let nowhere = Writer::create(&path.join("x"), &schema, words(&[]));
    assert!(matches!(nowhere, Err(StoreError::CannotWrite { .. })));
}

#[test]
fn metadata_that_quotes_the_store_misleads_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let (schema, batches) = sample();
    let schema = Schema::new(schema.columns().map(|(name, kind)| (format!("{SEAL_KEY}{name}"), kind)));
    let metadata = words(&[
        ("a", SEAL_KEY),
        ("zz", "casefile.store.seal\u{18}\u{40}0000"),
        (CHUNKS_KEY.trim_end_matches('s'), ""),
    ]);
    let mut writer = Writer::create(&path, &schema, metadata.clone()).unwrap();
    writer.write(&batches[0]).unwrap();
    let seal = writer.finish().unwrap();
    let reader = Reader::open(&path).unwrap();
    assert_eq!((reader.metadata(), reader.seal()), (&metadata, seal));
    assert_eq!(seal.to_string().len(), 64);
}

#[test]
fn a_batch_with_too_much_text_becomes_several_groups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.parquet");
    let (schema, batches) = sample();
    let mut writer = Writer::create(&path, &schema, words(&[])).unwrap().with_most_text(20);
    writer.write(&batches[0]).unwrap();
    writer.finish().unwrap();
    let parts = read(&path).unwrap();
    assert!(parts.len() > 4);
    let mut joined = Batch::default();
    parts.into_iter().for_each(|part| joined.append(part));
    assert_eq!(shown(&[joined]), shown(&batches[..1]));
}
