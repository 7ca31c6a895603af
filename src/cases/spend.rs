//! Money spent: takes the tables of spend and of campaigns, gives one row an amount with the codes of its source,
//! channel and campaign. What a campaign cost by itself counts on the day it began, and only where no ad report
//! speaks of the same campaign, so that no money is counted twice.

use std::collections::BTreeSet;

use polars::prelude::{DataFrame, PolarsResult};

use super::campaigns::Campaigns;
use super::columns::{codes, numbers};
use super::dimensions::MemberColumns;
use super::frame::Rows;
use crate::calendar::{Month, Zone};
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::record::{Records, usual};
use crate::store::NO_CODE;

/// One amount spent.
#[derive(Debug, Clone, Copy)]
pub struct Spend {
    /// Source as found, or as the campaign tells; a code, as are all names here.
    pub source: u32,
    /// The source that the tool of the report usually brings leads from: it counts where nothing else tells.
    pub usual_source: u32,
    /// Channel as found.
    pub channel: u32,
    /// Campaign by name.
    pub campaign: u32,
    /// Month; `None` where the report gives no day: then it counts in `all` alone.
    pub month: Option<Month>,
    /// Minor units.
    pub amount: i64,
    /// Times shown.
    pub impressions: i64,
    /// Times clicked.
    pub clicks: i64,
}

/// The last day on which something was spent, as its first instant.
pub fn latest(records: &Records) -> Option<i64> {
    let frame = records.table(Table::Spend)?;
    let days = numbers(frame, "spent_on");
    (0..frame.height()).filter_map(|row| days.at(row)).max()
}

/// Every amount, reports first, then campaigns.
pub fn spend(
    records: &Records,
    campaigns: &Campaigns,
    zone: &Zone,
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) -> Vec<Spend> {
    let mut all = Vec::new();
    let month = |at: Option<i64>| at.map(|at| zone.day_of(at).month());
    let first = |codes: &[u32]| codes.iter().copied().find(|code| *code != NO_CODE).unwrap_or(NO_CODE);
    if let Some(frame) = records.table(Table::Spend) {
        let (days, amounts) = (numbers(frame, "spent_on"), numbers(frame, "amount"));
        let (sources, channels, names) = (codes(frame, "source"), codes(frame, "channel"), codes(frame, "campaign"));
        let (usual_sources, usual_channels) = (codes(frame, &usual("source")), codes(frame, &usual("channel")));
        let (ids, files) = (codes(frame, "campaign_id"), frame.files());
        let (impressions, clicks) = (numbers(frame, "impressions"), numbers(frame, "clicks"));
        let dated: Vec<bool> = records.files.iter().map(|file| file.has("spent_on")).collect();
        for row in 0..frame.height() {
            let reason = match days.at(row) {
                None if dated[files[row] as usize] => Some(SetAside::NoDate),
                Some(day) if as_of.is_some_and(|as_of| day > as_of) => Some(SetAside::AfterAsOf),
                _ => None,
            };
            if let Some(reason) = reason {
                aside.push((reason, files[row]));
                continue;
            }
            let campaign = campaigns.find(first(&[names.at(row), ids.at(row)]));
            all.push(Spend {
                source: first(&[sources.at(row), campaign.source]),
                usual_source: usual_sources.at(row),
                channel: first(&[channels.at(row), campaign.channel, usual_channels.at(row)]),
                campaign: campaign.name,
                month: month(days.at(row)),
                amount: amounts.at(row).unwrap_or_default(),
                impressions: impressions.at(row).unwrap_or_default(),
                clicks: clicks.at(row).unwrap_or_default(),
            });
        }
    }
    let reported: BTreeSet<u32> = all.iter().map(|spend| spend.campaign).filter(|name| *name != NO_CODE).collect();
    for campaign in campaigns.all() {
        let unreported = !reported.contains(&campaign.name);
        let begun = as_of.is_none_or(|as_of| campaign.started_at.is_none_or(|at| at <= as_of));
        if let Some(amount) = campaign.cost.filter(|cost| *cost != 0 && unreported && begun) {
            all.push(Spend {
                source: campaign.source,
                usual_source: NO_CODE,
                channel: campaign.channel,
                campaign: campaign.name,
                month: month(campaign.started_at),
                amount,
                impressions: 0,
                clicks: 0,
            });
        }
    }
    all
}

/// The table of amounts spent, with the members of their sources, channels and campaigns: `month`, `amount`, `impressions`
/// and `clicks`.
///
/// # Errors
/// Where the columns do not fit: our own mistake.
pub fn table(rows: &Rows<'_, Spend>, members: MemberColumns) -> PolarsResult<DataFrame> {
    let columns = vec![
        rows.column("month", |spend| spend.month.map(|month| month.0)),
        rows.column("amount", |spend| spend.amount),
        rows.column("impressions", |spend| spend.impressions),
        rows.column("clicks", |spend| spend.clicks),
    ];
    rows.table(members, columns)
}
