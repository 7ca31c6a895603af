//! The reports of the two advertising platforms, with the preambles and totals they really have.
//!
//! Takes the spend, writes `google-ads-campaign-report.csv` and `linkedin-campaign-report.csv`,
//! gives the rows of data in each.

use std::path::Path;

use super::DemoError;
use super::calendar::{LAST_DAY, date_of, push_day, push_padded};
use super::campaigns::{CAMPAIGNS, Platform};
use super::sheet::{Quoting, Sheet, push_money};
use super::spend::{AdSpend, Spend};

/// Google's name of the days reported.
const RANGE: &str = "\"January 1, 2023 - December 31, 2025\"";

/// The columns of LinkedIn's report.
const LINKED_IN_COLUMNS: &str = "Start Date (in UTC),Account Name,Currency,Campaign Name,\
    Campaign ID,Total Spent,Impressions,Clicks,Leads";

/// Writes both reports.
pub fn write(folder: &Path, spend: &Spend) -> Result<[(String, u64); 2], DemoError> {
    Ok([google(folder, spend)?, linked_in(folder, spend)?])
}

/// The number a platform knows a campaign by.
fn campaign_number(campaign: usize) -> u64 {
    20_410_330_177 + 7_919 * campaign as u64
}

fn google(folder: &Path, spend: &Spend) -> Result<(String, u64), DemoError> {
    let name = "google-ads-campaign-report.csv";
    let mut sheet = Sheet::bare(folder, name, b',', Quoting::WhereNeeded)?;
    sheet.verbatim("Campaign report")?;
    sheet.verbatim(RANGE)?;
    sheet.header("Day,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks,Conversions")?;
    let mut total = AdSpend { day: LAST_DAY, campaign: 0, cents: 0, impressions: 0, clicks: 0, conversions: 0 };
    for row in spend.on(Platform::Google) {
        total.cents += row.cents;
        total.impressions += row.impressions;
        total.clicks += row.clicks;
        total.conversions += row.conversions;
        sheet
            .plain(|line| push_day(line, row.day))
            .text(CAMPAIGNS[row.campaign].name)
            .whole(campaign_number(row.campaign))
            .text("USD");
        google_figures(&mut sheet, row);
        sheet.end()?;
    }
    for label in ["Total: Account", "Total: Search"] {
        sheet.text(label).text(" --").text(" --").text("USD");
        google_figures(&mut sheet, &total);
        sheet.end_uncounted()?;
    }
    sheet.close()
}

fn google_figures(sheet: &mut Sheet, row: &AdSpend) {
    let cost = format!("{}.{:02}", with_commas(row.cents / 100), row.cents % 100);
    sheet
        .text(&cost)
        .text(&with_commas(row.impressions))
        .text(&with_commas(row.clicks))
        .text(&format!("{}.00", with_commas(row.conversions)));
}

/// A whole number as `1,234,567`.
fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn linked_in(folder: &Path, spend: &Spend) -> Result<(String, u64), DemoError> {
    let name = "linkedin-campaign-report.csv";
    let mut sheet = Sheet::bare(folder, name, b'\t', Quoting::WhereNeeded)?;
    sheet.verbatim("Campaign Performance Report (in UTC)")?;
    sheet.verbatim("\"Report Start: January 1, 2023, 12:00 AM\"")?;
    sheet.verbatim("\"Report End: December 31, 2025, 11:59 PM\"")?;
    sheet.verbatim("\"Date Generated: January 1, 2026, 6:00 AM\"")?;
    sheet.verbatim("")?;
    sheet.header(LINKED_IN_COLUMNS)?;
    for row in spend.on(Platform::LinkedIn) {
        let (year, month, day) = date_of(row.day);
        sheet
            .plain(|line| {
                push_padded(line, month as u64, 1);
                line.push(b'/');
                push_padded(line, day as u64, 1);
                line.push(b'/');
                push_padded(line, year as u64, 4);
            })
            .text("Northfield Tools")
            .text("USD")
            .text(CAMPAIGNS[row.campaign].name)
            .whole(campaign_number(row.campaign))
            .plain(|line| push_money(line, row.cents))
            .whole(row.impressions)
            .whole(row.clicks)
            .whole(row.conversions)
            .end()?;
    }
    sheet.close()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_off() {
        assert_eq!(with_commas(7), "7");
        assert_eq!(with_commas(1_042), "1,042");
        assert_eq!(with_commas(12_345_678), "12,345,678");
    }

    #[test]
    fn the_total_is_the_sum_of_the_days() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &Spend::new(1, 900)).unwrap();
        let path = folder.path().join("google-ads-campaign-report.csv");
        let text = std::fs::read_to_string(path).unwrap();
        let rows: Vec<&str> = text.lines().skip(2).collect();
        let mut reader = csv::Reader::from_reader(&text.as_bytes()[text.find("Day").unwrap()..]);
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), records.len() + 1);
        let cents = |record: &csv::StringRecord| record[4].replace([',', '.'], "").parse::<u64>().unwrap();
        let (days, totals) = records.split_at(records.len() - 2);
        assert_eq!(days.iter().map(cents).sum::<u64>(), cents(&totals[0]));
        assert_eq!(&totals[1][0], "Total: Search");
    }
}
