//! What is said about project files that cannot be read, word for word.

use super::*;

const NAME: &str = "casefile.toml";

#[track_caller]
fn assert_message(text: &str, expected: &str) {
    assert_eq!(read(text, NAME).unwrap_err().to_string(), expected.trim_matches('\n'));
}

#[test]
fn an_unknown_key_offers_the_nearest() {
    assert_message(
        "[agreements]\nfirst_tuch = \"4h\"\n",
        r#"
error: `casefile.toml` has a key that does not exist: `first_tuch`
  --> casefile.toml:2:1
   | first_tuch = "4h"
   | ^^^^^^^^^^
hint: did you mean `first_touch`?"#,
    );
    assert_message(
        "[privacy]\ncolour = 1",
        r#"
error: `casefile.toml` has a key that does not exist: `colour`
  --> casefile.toml:2:1
   | colour = 1
   | ^^^^^^
hint: known here: `min_cell`, `owners`, `cases`"#,
    );
    assert_message(
        "[stages]\nmqll = \"Ready\"",
        r#"
error: `casefile.toml` has a key that does not exist: `mqll`
  --> casefile.toml:2:1
   | mqll = "Ready"
   | ^^^^
hint: did you mean `mql`?"#,
    );
    assert_message(
        "[agreement]\nattempts = 3",
        r#"
error: `casefile.toml` has a key that does not exist: `agreement`
  --> casefile.toml:1:2
   | [agreement]
   |  ^^^^^^^^^
hint: did you mean `agreements`?"#,
    );
}

#[test]
fn a_value_of_the_wrong_kind_says_which_kind() {
    assert_message(
        "[agreements]\nattempts = \"3\"",
        r#"
error: `casefile.toml` has a value of the wrong kind: `agreements.attempts`
  --> casefile.toml:2:12
   | attempts = "3"
   |            ^^^
   = expected a whole number of 0 or more, found a text
hint: write it without quotes: `3`"#,
    );
    assert_message(
        "[report]\nas_of = 2026-09-30",
        r#"
error: `casefile.toml` has a value of the wrong kind: `report.as_of`
  --> casefile.toml:2:9
   | as_of = 2026-09-30
   |         ^^^^^^^^^^
   = expected a text in quotes, found a date without quotes
hint: write it in quotes: `"2026-09-30"`"#,
    );
    assert_message(
        "[input]\nfile = \"a.csv\"",
        r#"
error: `casefile.toml` has a value of the wrong kind: `input`
  --> casefile.toml:1:1
   | [input]
   | ^^^^^^^
   = expected a list, found a table of keys
hint: write `[[input]]`, in double brackets"#,
    );
    assert_message(
        "[targets]\nfeedback.rate = 0.9",
        r#"
error: `casefile.toml` has a value of the wrong kind: `targets.feedback`
  --> casefile.toml:2:1
   | feedback.rate = 0.9
   | ^^^^^^^^
   = expected a number, found a table of keys
hint: write the figure's id in quotes, such as `"feedback.rate" = 0.9`"#,
    );
}

#[test]
fn a_number_out_of_reach_is_shown() {
    assert_message(
        "[agreements]\nattempts = -1",
        r#"
error: `casefile.toml` has a value of the wrong kind: `agreements.attempts`
  --> casefile.toml:2:12
   | attempts = -1
   |            ^^
   = expected a whole number of 0 or more, found the number `-1`"#,
    );
}

#[test]
fn a_value_without_sense_says_how_to_write_it() {
    assert_message(
        "[[input]]\nfile = \"a.csv\"\ntable = \"deal\"",
        r#"
error: `table` cannot be `deal`
  --> casefile.toml:3:9
   | table = "deal"
   |         ^^^^^^
hint: did you mean `deals`?"#,
    );
    assert_message(
        "[privacy]\nowners = \"nobody\"",
        r#"
error: `owners` cannot be `nobody`
  --> casefile.toml:2:10
   | owners = "nobody"
   |          ^^^^^^^^
hint: write `hidden` or `names`"#,
    );
    assert_message(
        "[report]\nfiscal_year_start = 13",
        r#"
error: `fiscal_year_start` cannot be `13`
  --> casefile.toml:2:21
   | fiscal_year_start = 13
   |                     ^^
hint: write a whole number from 1 to 12"#,
    );
    assert_message(
        "[sources]\naliases = { A = [\"x\"], B = [\"X\"] }",
        r#"
error: `aliases` names `X` twice
  --> casefile.toml:2:29
   | aliases = { A = ["x"], B = ["X"] }
   |                             ^^^
hint: keep it under `A` or under `B`"#,
    );
}

#[test]
fn a_missing_value_points_at_its_place() {
    assert_message(
        "[[input]]\nignore = true",
        r#"
error: `input` has no `file`
  --> casefile.toml:1:1
   | [[input]]
   | ^^^^^^^^^
hint: say which files the rule is for: `file = "deals*.csv"`"#,
    );
    assert_message(
        "[rates]\nUSD = \"0.92\"",
        r#"
error: the rate of `USD` has no currency to convert to
  --> casefile.toml:2:1
   | USD = "0.92"
   | ^^^
hint: add the report's currency under `[report]`: `currency = "EUR"`"#,
    );
}

#[test]
fn faults_of_syntax_point_at_their_line() {
    assert_message(
        "[report]\ntitle = \"a\"\ntitle = \"b\"",
        r#"
error: `casefile.toml` has a key twice: `title`
  --> casefile.toml:3:1
   | title = "b"
   | ^^^^^
hint: keep one of the two"#,
    );
    assert_message(
        "[report]\ntitle =\n",
        r#"
error: `casefile.toml` has a key without a value: `title`
  --> casefile.toml:2:8
   | title =
   |        ^
hint: write a value after the `=`, or leave the key out"#,
    );
    assert_message(
        "[report]\ntitle = Leads\n",
        r#"
error: `casefile.toml` has a text without quotes: `Leads`
  --> casefile.toml:2:9
   | title = Leads
   |         ^^^^^
hint: write it in quotes: `"Leads"`"#,
    );
    assert_message(
        "[report\n[sources]\nunknown = [1, 2\n",
        r#"
error: `casefile.toml` is not valid TOML here
  --> casefile.toml:1:8
   | [report
   |        ^
   = unclosed table, expected `]`

error: `casefile.toml` is not valid TOML here
  --> casefile.toml:3:16
   | unknown = [1, 2
   |                ^
   = unclosed array, expected `]`"#,
    );
}
