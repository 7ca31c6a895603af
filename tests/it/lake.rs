//! What a lake or a connector leaves, through the real program: Delta tables against the numbers of the engine that wrote
//! them (`tests/fixtures/lake/make.py`), folders that give columns, marks of deleted rows, and what is refused by its name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Figures, build, casefile, root, succeed};

fn fixtures() -> PathBuf {
    root().join("tests/fixtures/lake")
}

fn expected() -> BTreeMap<String, Value> {
    serde_json::from_str(&fs::read_to_string(fixtures().join("expected.json")).unwrap()).unwrap()
}

/// What `inspect` says: rows by file, rows set aside by reason, and what is not used.
struct Inspected {
    rows: BTreeMap<String, u64>,
    aside: BTreeMap<String, u64>,
    skipped: Vec<String>,
}

fn inspect(folder: &Path) -> Inspected {
    let output = casefile(&["inspect", "--json", "--full"]).arg(folder).output().unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = all["files"].as_array().unwrap();
    let mut aside = BTreeMap::new();
    for file in files {
        for (reason, rows) in file["rows_set_aside"].as_object().unwrap() {
            *aside.entry(reason.clone()).or_default() += rows.as_u64().unwrap();
        }
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let not_used = all["not_used"].as_array().unwrap();
    Inspected {
        rows: files.iter().map(|file| (text(&file["file"]), file["rows_read"].as_u64().unwrap())).collect(),
        aside,
        skipped: not_used.iter().map(|file| format!("{}: {}", text(&file["file"]), text(&file["why"]))).collect(),
    }
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn cents(amount: &str) -> i64 {
    let (whole, part) = amount.split_once('.').unwrap();
    assert_eq!(part.len(), 2, "{amount}");
    format!("{whole}{part}").parse().unwrap()
}

/// Rows, cents, rows won and cents won of the live files of a table, by their values alone.
fn sums(folder: &Path) -> [i64; 4] {
    let mut sums = [0; 4];
    for file in inspect(folder).rows.keys() {
        let output = succeed(casefile(&["normalize"]).arg(folder.join(file)));
        let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
        let headers = reader.headers().unwrap().clone();
        let place = |name: &str| headers.iter().position(|header| header == name);
        let amount = place("amount").or_else(|| place("spend")).unwrap();
        for record in reader.records().map(Result::unwrap) {
            let is_won = place("outcome").is_some_and(|at| &record[at] == "won");
            let amount = cents(&record[amount]);
            let more = [1, amount, i64::from(is_won), if is_won { amount } else { 0 }];
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
    }
    sums
}

#[test]
fn delta_tables_have_the_rows_and_the_money_that_their_own_engine_reads() {
    let expected = expected();
    assert!(expected.len() >= 10);
    for (name, wanted) in &expected {
        let folder = fixtures().join(name);
        let found = inspect(&folder);
        let number = |key: &str| wanted[key].as_i64().unwrap();
        assert_eq!(found.rows.len() as i64, number("live_files"), "{name}: {:?}", found.skipped);
        assert_eq!(found.rows.values().sum::<u64>() as i64, number("rows"), "{name}");
        assert_eq!(sums(&folder), ["rows", "cents", "won", "won_cents"].map(number), "{name}");
        assert!(found.skipped.len() < 2, "one line for the files that are not live: {:?}", found.skipped);
    }
}

#[test]
fn the_figures_of_a_delta_table_are_those_of_its_engine() {
    let expected = expected();
    let folder = TempDir::new().unwrap();
    copy(&fixtures().join("merge"), &folder.path().join("crm/deals"));
    // Parts of one table that have the same bytes.
    copy(&fixtures().join("twice"), &folder.path().join("ads/march"));
    let leads: String =
        (0..9).map(|n| format!("L{n},2025-0{}-03,Paid Search,Brand,x{n}@example.com\n", n + 1)).collect();
    write(folder.path(), "leads.csv", format!("lead_id,created_at,source,campaign,email\n{leads}"));
    let all = Figures::of(&build(folder.path(), &[]).path);
    let value = |figure: &str| (all.all(figure).value.unwrap() * 100.0).round() as i64;
    assert_eq!(value("deals.won"), expected["merge"]["won"].as_i64().unwrap() * 100);
    assert_eq!(value("deals.revenue"), expected["merge"]["won_cents"].as_i64().unwrap());
    let rows = |file: &str| {
        let of = |(key, figure): (&[String; 4], &crate::support::Figure)| {
            (key[0] == "quality.rows_used" && key[3].starts_with(file)).then(|| figure.value.unwrap() as i64)
        };
        all.0.iter().filter_map(of).sum::<i64>()
    };
    for (folder, name) in [("crm/deals/", "merge"), ("ads/march/", "twice")] {
        assert_eq!(rows(folder), expected[name]["rows"].as_i64().unwrap(), "{name}");
    }
}

#[test]
fn the_money_of_rows_appended_twice_is_there_twice() {
    for name in ["twice", "by_day"] {
        let folder = TempDir::new().unwrap();
        copy(&fixtures().join(name), &folder.path().join("spend"));
        // A copy of the whole table adds nothing.
        copy(&fixtures().join(name), &folder.path().join("spend of yesterday"));
        write(folder.path(), "leads.csv", "lead_id,created_at,source,email\nL1,2025-03-03,Paid Search,x@example.com\n");
        let all = Figures::of(&build(folder.path(), &[]).path);
        let spend = all.get("roi.spend", "all", "source", "Paid Search").value.unwrap();
        assert_eq!((spend * 100.0).round() as i64, expected()[name]["cents"].as_i64().unwrap(), "{name}");
    }
}

/// A Parquet file of texts.
fn parquet(columns: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let fields: String = columns.iter().map(|name| format!("required binary {name} (UTF8); ")).collect();
    let schema = Arc::new(parse_message_type(&format!("message table {{ {fields} }}")).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for at in 0..columns.len() {
        let values: Vec<ByteArray> = rows.iter().map(|row| ByteArray::from(row[at].as_str())).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

fn some_deals(first: usize, count: usize) -> Vec<Vec<String>> {
    // Long ids make a large file of few rows.
    let id = |n: usize| format!("deal-{n}-of-a-table-that-is-large-enough-for-what-was-read-of-it-to-be-kept");
    let row = |n: usize| [id(n), "2025-01-02".into(), "won".into(), "2025-05-05".into(), "10.00".into()];
    (first..first + count).map(|n| row(n).to_vec()).collect()
}

const DEALS: [&str; 5] = ["deal_id", "created_at", "outcome", "closed_at", "amount"];

fn metadata(more: &[&str], partitions: &[&str], settings: Value) -> Value {
    let field = |name: &&str| json!({"name": name, "type": "string", "nullable": true, "metadata": {}});
    let fields: Vec<Value> = DEALS.iter().chain(more).map(field).collect();
    let schema = json!({"type": "struct", "fields": fields}).to_string();
    let format = json!({"provider": "parquet", "options": {}});
    json!({"metaData": {"id": "x", "format": format, "schemaString": schema, "partitionColumns": partitions,
        "configuration": settings}})
}

fn commit(folder: &Path, version: u64, actions: &[Value]) {
    let text: String = actions.iter().map(|action| format!("{action}\n")).collect();
    write(folder, &format!("_delta_log/{version:020}.json"), text);
}

fn added(path: &str) -> Value {
    json!({"add": {"path": path, "partitionValues": {}, "size": 1, "modificationTime": 0, "dataChange": true}})
}

fn protocol(version: u32, features: &[&str]) -> Value {
    match version {
        3 => json!({"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": features}}),
        _ => json!({"protocol": {"minReaderVersion": version, "minWriterVersion": 2}}),
    }
}

/// What is said of a Delta table in a folder `deals`, beside leads that are read.
fn said_of(commits: &[Vec<Value>], more: impl Fn(&Path)) -> (usize, String) {
    let folder = TempDir::new().unwrap();
    let table = folder.path().join("deals");
    write(&table, "part-0.parquet", parquet(&DEALS, &some_deals(0, 4)));
    for (version, actions) in commits.iter().enumerate() {
        commit(&table, version as u64, actions);
    }
    more(&table);
    let found = inspect(folder.path());
    (found.rows.len(), found.skipped.join("\n"))
}

#[test]
fn what_a_delta_reader_must_know_and_this_one_does_not_is_refused_by_name() {
    let plain = |protocol: Value| vec![vec![protocol, metadata(&[], &[], json!({})), added("part-0.parquet")]];
    let nothing = |_: &Path| {};
    // What is in the list of features and not in use is no reason.
    let features = ["deletionVectors", "columnMapping", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"];
    assert_eq!(said_of(&plain(protocol(3, &features)), nothing), (1, String::new()));
    let refused = |commits: &[Vec<Value>], words: &str| {
        let (files, said) = said_of(commits, nothing);
        assert_eq!(files, 0, "{said}");
        assert!(said.starts_with("deals: a Delta table ") && said.contains(words), "{said}");
        assert!(said.contains("delta_scan('deals')") || said.contains("copy its whole folder"), "{said}");
        assert!(!said.contains('\n'), "one line for the folder: {said}");
    };
    for feature in ["typeWidening", "variantType", "catalogManaged", "fromTheFuture"] {
        refused(&plain(protocol(3, &["deletionVectors", feature])), &format!("the reader feature `{feature}`"));
    }
    refused(&plain(protocol(3, &["a", "b"])), "the reader features `a`, `b`");
    refused(&plain(protocol(4, &[])), "of reader version 4");
    for mode in ["name", "id"] {
        let settings = json!({"delta.columnMapping.mode": mode});
        let commits = [vec![protocol(2, &[]), metadata(&[], &[], settings), added("part-0.parquet")]];
        refused(&commits, &format!("column mapping (mode `{mode}`)"));
    }
    let mut cut = added("part-0.parquet");
    cut["add"]["deletionVector"] = json!({"storageType": "u", "pathOrInlineDv": "ab", "offset": 1, "sizeInBytes": 3});
    let removed = json!({"remove": {"path": "part-0.parquet", "dataChange": true}});
    let mut commits = plain(protocol(3, &["deletionVectors"]));
    // The file as it was is removed and the one with deleted rows added, in whatever order.
    commits.push(vec![cut, removed]);
    refused(&commits, "deletion vectors");
    for elsewhere in ["s3://bucket/x.parquet", "file:///data/x.parquet", "/data/x.parquet"] {
        refused(&[vec![protocol(1, &[]), metadata(&[], &[], json!({})), added(elsewhere)]], "in another place");
    }
    refused(
        &[vec![protocol(1, &[]), metadata(&[], &[], json!({})), added("gone.parquet")]],
        "1 of 1 files are missing",
    );
    refused(&[vec![protocol(1, &[]), added("part-0.parquet")]], "does not say what its columns are");
}

#[test]
fn a_delta_log_that_is_not_whole_is_refused() {
    let first = || vec![protocol(1, &[]), metadata(&[], &[], json!({})), added("part-0.parquet")];
    let refused = |commits: &[Vec<Value>], more: &dyn Fn(&Path), words: &str| {
        let (files, said) = said_of(commits, more);
        assert!(files == 0 && said.contains(words), "{said}");
    };
    let gone = |version: u64| {
        move |table: &Path| fs::remove_file(table.join(format!("_delta_log/{version:020}.json"))).unwrap()
    };
    refused(&[first(), vec![], vec![]], &gone(1), "lacks version 1");
    refused(&[first(), vec![]], &gone(0), "begins in the middle");
    refused(&[first()], &gone(0), "whose log is empty");
    let broken = |table: &Path| write(table, &format!("_delta_log/{:020}.json", 1), "{\"add\": {\"path\": 1");
    refused(&[first()], &broken, "damaged: version 1, line 1");
    let last = |table: &Path| write(table, "_delta_log/_last_checkpoint", "{\"version\": 20, \"size\": 3}");
    refused(&[first()], &last, "ends at version 0, before its checkpoint of version 20");
    let second = |table: &Path| {
        fs::remove_file(table.join(format!("_delta_log/{:020}.json", 0))).unwrap();
        write(table, &format!("_delta_log/{:020}.checkpoint.80a083e8-7026.json", 1), "{}");
    };
    refused(&[first(), vec![]], &second, "is a V2 checkpoint");
    // A part of a checkpoint is missing, and so are the commits before it.
    let folder = TempDir::new().unwrap();
    copy(&fixtures().join("parts"), &folder.path().join("deals"));
    let log = folder.path().join("deals/_delta_log");
    fs::remove_file(log.join("00000000000000000007.checkpoint.0000000002.0000000002.parquet")).unwrap();
    let found = inspect(folder.path());
    assert!(found.rows.is_empty() && found.skipped[0].contains("lacks a part"), "{:?}", found.skipped);
    // With the commits from the first on, nobody needs the checkpoint.
    let whole = |table: &Path| write(table, &format!("_delta_log/{:020}.checkpoint.parquet", 0), "PAR1 no more");
    assert_eq!(said_of(&[first()], whole).0, 1);
}

#[test]
fn what_is_kept_of_a_file_is_not_used_when_the_log_says_otherwise() {
    let folder = TempDir::new().unwrap();
    let table = folder.path().join("exports/deals");
    for (part, first) in [(0, 0), (1, 40_000)] {
        write(&table, &format!("part-{part}.parquet"), parquet(&DEALS, &some_deals(first, 40_000)));
    }
    assert!(fs::metadata(table.join("part-1.parquet")).unwrap().len() > 1 << 20);
    let in_currency = |part: u32, code: &str| {
        let mut added = added(&format!("part-{part}.parquet"));
        added["add"]["partitionValues"] = json!({"currency": code});
        added
    };
    let start = metadata(&["currency"], &["currency"], json!({}));
    commit(&table, 0, &[protocol(1, &[]), start, in_currency(0, "EUR"), in_currency(1, "EUR")]);
    let cache = folder.path().join("cache");
    let revenue = || {
        let site = build(&folder.path().join("exports"), &["--cache", cache.to_str().unwrap()]);
        let all = Figures::of(&site.path);
        let revenue = all.all("deals.revenue");
        (revenue.value.unwrap(), revenue.unit.clone())
    };
    let euros = |amount: f64| (amount, "EUR".to_owned());
    assert_eq!(revenue(), euros(800_000.0));
    assert_eq!(revenue(), euros(800_000.0));
    commit(&table, 1, &[json!({"remove": {"path": "part-1.parquet", "dataChange": true}})]);
    assert_eq!(revenue(), euros(400_000.0));
    commit(&table, 2, &[in_currency(0, "USD")]);
    assert_eq!(revenue(), (400_000.0, "USD".to_owned()));
}

#[test]
fn folders_named_by_a_column_and_a_value_give_that_column() {
    let folder = TempDir::new().unwrap();
    let leads = |first: usize| {
        let rows: String =
            (first..first + 4).map(|n| format!("L{n},2025-03-0{},x{n}@example.com\n", n % 4 + 1)).collect();
        format!("lead_id,created_at,email\n{rows}")
    };
    for (at, source) in ["Trade%20Show", "R%26D%3A%20M%C3%BCnchen", "__HIVE_DEFAULT_PARTITION__"].iter().enumerate() {
        write(folder.path(), &format!("crm/leads/source={source}/part-{at}.csv"), leads(at * 4));
    }
    // Days, campaigns and the source of spend; the files themselves hold the same bytes.
    for day in ["2025-03-01", "2025-03-02"] {
        let content = "campaign,spend,currency\nBrand,10.50,EUR\nLathes,2.25,EUR\n";
        write(folder.path(), &format!("spend/source=Trade Show/date={day}/part-0.csv"), content);
    }
    write(folder.path(), "crm/leads/_SUCCESS", "");
    let found = inspect(folder.path());
    assert_eq!(found.rows.values().sum::<u64>(), 16);
    assert_eq!(found.skipped, ["crm/leads/_SUCCESS: a mark of the program that wrote the files beside it"]);
    let all = Figures::of(&build(folder.path(), &[]).path);
    for (source, rows) in [("Trade Show", 4.0), ("R&D: München", 4.0), ("(none)", 4.0)] {
        assert_eq!(all.get("roi.leads", "all", "source", source).value, Some(rows), "{source}");
    }
    assert_eq!(all.get("roi.spend", "all", "source", "Trade Show").value, Some(25.5));
}

#[test]
fn a_folder_gives_its_column_to_a_large_file_and_to_a_member_of_an_archive() {
    let folder = TempDir::new().unwrap();
    let rows: String = (0..60_000).map(|n| format!("D{n},2025-01-02,won,2025-05-{:02},10.00\n", n % 28 + 1)).collect();
    let large = format!("{}\n{rows}", DEALS.join(","));
    assert!(large.len() > 1 << 20, "large enough to be read as it comes");
    write(folder.path(), "deals/currency=USD/part-0.csv", large);
    let small = format!("{}\nE1,2025-01-02,won,2025-05-05,7.00\n", DEALS.join(","));
    let member = crate::packing::stored("deals/currency=USD/part-1.csv", small.as_bytes());
    write(folder.path(), "more.zip", crate::packing::zip(&[member]));
    let all = Figures::of(&build(folder.path(), &[]).path);
    let revenue = all.all("deals.revenue");
    assert_eq!((revenue.value, revenue.unit.as_str()), (Some(600_007.0), "USD"));
}

#[test]
fn every_connectors_mark_of_a_deleted_row_leaves_it_out() {
    // Column, a value that marks, values that do not.
    let marks: [(&str, &str, &[&str]); 27] = [
        ("_fivetran_deleted", "true", &["false", ""]),
        ("_FIVETRAN_DELETED", "TRUE", &["FALSE"]),
        ("_ab_cdc_deleted_at", "2025-05-05T10:00:00Z", &["", "null"]),
        ("_sdc_deleted_at", "2025-05-05 10:00:00", &["", "NULL", "None"]),
        ("IsDeleted", "true", &["false"]),
        ("isDeleted", "1", &["0"]),
        ("is_deleted", "t", &["f"]),
        ("Is Deleted", "Yes", &["No"]),
        ("is_row_deleted", "true", &["false"]),
        ("datastream_metadata_is_deleted", "true", &["false"]),
        ("IsDelete", "True", &["", "False"]),
        ("_PEERDB_IS_DELETED", "true", &["false"]),
        ("_peerdb_is_deleted", "1", &["0"]),
        ("__deleted", "true", &["false"]),
        ("_deleted", "true", &["false"]),
        ("__op", "d", &["c", "u", "r"]),
        ("_meta/op", "d", &["c", "u"]),
        ("_sling_deleted_at", "2025-05-05", &["", "\\N"]),
        ("_sling_synced_op", "D", &["I", "U"]),
        ("_dlt_is_deleted", "true", &["false"]),
        ("__hevo__marked_deleted", "true", &["false", ""]),
        ("_SNOWFLAKE_DELETED", "true", &["false"]),
        ("__artie_delete", "true", &["false"]),
        ("_cdatasync_deleted", "true", &["false"]),
        ("dbt_is_deleted", "True", &["False"]),
        ("header__change_oper", "D", &["I", "U"]),
        ("_is_deleted", "1.0", &["0.0"]),
    ];
    let old: [(&str, &str, &[&str]); 7] = [
        ("_fivetran_active", "false", &["true"]),
        ("_fivetran_end", "2025-05-05T00:00:00Z", &["9999-12-31T23:59:59.999Z", "2050-01-01 00:00:00"]),
        ("_airbyte_active_row", "0", &["1"]),
        ("_dlt_valid_to", "2025-05-05", &["", "9999-12-31"]),
        ("__END_AT", "7", &["", "null"]),
        ("dbt_valid_to", "2025-05-05", &["", "9999-12-31 00:00:00"]),
        ("header__change_oper", "B", &["I", "U"]),
    ];
    let folder = TempDir::new().unwrap();
    let (mut deleted, mut older, mut rows) = (0, 0, 0);
    for (at, (column, marked, unmarked)) in marks.iter().chain(&old).enumerate() {
        let mut text = format!("lead_id,created_at,source,email,{column}\n");
        for (row, value) in std::iter::once(marked).chain(unmarked.iter()).enumerate() {
            text.push_str(&format!("L{at}-{row},2025-03-03,Web,x{at}.{row}@example.com,{value}\n"));
            rows += 1;
        }
        write(folder.path(), &format!("leads-{at:02}.csv"), text);
        if at < marks.len() { deleted += 1 } else { older += 1 }
    }
    let found = inspect(folder.path());
    assert_eq!(found.rows.len(), marks.len() + old.len(), "{:?}", found.skipped);
    assert_eq!(found.rows.values().sum::<u64>(), rows);
    let expected = [("marked as deleted", deleted), ("an older version of the same record", older)];
    assert_eq!(found.aside, expected.map(|(reason, rows)| (reason.to_owned(), rows)).into());
}

#[test]
fn the_former_stages_of_a_history_are_what_it_is_for() {
    let folder = TempDir::new().unwrap();
    let stages = "deal_id,stage,changed_at,_fivetran_active,_fivetran_end,_fivetran_deleted\n\
        D1,Prospecting,2025-01-02,false,2025-02-02,false\nD1,Proposal,2025-02-02,true,9999-12-31,false\n\
        D2,Proposal,2025-02-02,true,9999-12-31,true\n";
    write(folder.path(), "stages.csv", stages);
    let found = inspect(folder.path());
    assert_eq!(found.rows.get("stages.csv"), Some(&3), "{:?}", found.skipped);
    assert_eq!(found.aside, BTreeMap::from([("marked as deleted".to_owned(), 1)]));
}

#[test]
fn a_mark_holds_beside_that_of_the_tool_and_for_tables_of_the_projects_own() {
    let folder = TempDir::new().unwrap();
    // Salesforce's own mark, and the connector's.
    let leads = "Id,IsDeleted,CreatedDate,LastName,Company,Status,LeadSource,IsConverted,_sdc_deleted_at\n\
        00Q000000000001AAA,false,2025-03-03T10:00:00Z,A,B,Open,Web,false,\n\
        00Q000000000002AAA,true,2025-03-03T10:00:00Z,A,B,Open,Web,false,\n\
        00Q000000000003AAA,false,2025-03-03T10:00:00Z,A,B,Open,Web,false,2025-05-05T00:00:00Z\n";
    write(folder.path(), "Lead.csv", leads);
    let own = "kunde,angelegt,quelle,_ab_cdc_deleted_at\n1,2025-04-01,Web,\n2,2025-04-01,Web,2025-05-05T00:00:00Z\n";
    write(folder.path(), "kunden.csv", own);
    let project = folder.path().join("casefile.toml");
    let rule = "[[input]]\nfile = \"kunden.csv\"\ntable = \"leads\"\n\
        columns = { lead_id = \"kunde\", created_at = \"angelegt\", source = \"quelle\" }\n";
    fs::write(&project, rule).unwrap();
    let output = casefile(&["inspect", "--json"]).arg(folder.path()).arg("-c").arg(&project).output().unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let aside: BTreeMap<&str, &Value> = all["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["file"].as_str().unwrap(), &file["rows_set_aside"]))
        .collect();
    assert_eq!(aside["Lead.csv"], &json!({"marked as deleted": 2}));
    assert_eq!(aside["kunden.csv"], &json!({"marked as deleted": 1}));
}

#[test]
fn tables_of_other_programs_are_named_with_the_command_that_exports_them() {
    let folder = TempDir::new().unwrap();
    let rows = parquet(&DEALS, &some_deals(0, 4));
    for file in ["iceberg/data/0.parquet", "iceberg/data/dt=2025/1.parquet", "hudi/2025/0.parquet"] {
        write(folder.path(), file, &rows);
    }
    write(folder.path(), "iceberg/metadata/v1.metadata.json", "{\"format-version\": 2, \"table-uuid\": \"x\"}");
    write(folder.path(), "iceberg/metadata/snap-1.avro", b"Obj\x01\0\0");
    write(folder.path(), "hudi/.hoodie/hoodie.properties", "hoodie.table.name=deals\n");
    write(folder.path(), "hudi/2025/.hoodie_partition_metadata", "commitTime=1\n");
    write(folder.path(), "crm.db", [&b"SQLite format 3\0\x10\0"[..], &[0; 100]].concat());
    write(folder.path(), "crm.duckdb", [&[1, 2, 3, 4, 5, 6, 7, 8][..], b"DUCK", &[64, 0, 0, 0], &[0; 100]].concat());
    // A folder called so is no Iceberg table.
    write(folder.path(), "other/metadata/x.metadata.json", "[{\"name\": \"x\"}]");
    write(folder.path(), "other/deals.parquet", &rows);
    let found = inspect(folder.path());
    assert_eq!(found.rows.keys().collect::<Vec<_>>(), ["other/deals.parquet"]);
    let said = |name: &str| {
        let mut lines = found.skipped.iter().filter(|line| line.starts_with(name));
        let line = lines.next().unwrap_or_else(|| panic!("{name}: {:?}", found.skipped)).clone();
        assert!(lines.next().is_none(), "one line: {:?}", found.skipped);
        line
    };
    assert!(said("iceberg").contains("an Iceberg table") && said("iceberg").contains("iceberg_scan('iceberg'"));
    assert!(said("hudi").contains("a Hudi table") && said("hudi").contains(".format(\"hudi\").load(\"hudi\")"));
    assert!(said("crm.db").contains("sqlite3 -header -csv FILE \"select * from TABLE\" > TABLE.csv"));
    assert!(said("crm.duckdb").contains("duckdb FILE -c \"copy TABLE to 'TABLE.csv'\""));
}
