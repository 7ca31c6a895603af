//! Money spent: takes the tables of spend and of campaigns, gives one row an amount with the codes of its source,
//! channel and campaign. What a campaign cost by itself counts on the day it began, and only where no ad report
//! speaks of the same campaign, so that no money is counted twice.

use std::collections::BTreeSet;

use super::campaigns::{Campaigns, source_of};
use super::columns::{files, integers, texts};
use crate::calendar::{Month, Zone};
use crate::intake::read::SetAside;
use crate::project::{Project, Table};
use crate::record::{Records, usual};

/// One amount spent.
#[derive(Debug, Clone, Copy)]
pub struct Spend<'a> {
    /// Source as found, or as the campaign tells.
    pub source: Option<&'a str>,
    /// The source that the tool of the report usually brings leads from: it counts where nothing else tells.
    pub usual_source: Option<&'a str>,
    /// Channel as found.
    pub channel: Option<&'a str>,
    /// Campaign by name.
    pub campaign: Option<&'a str>,
    /// Month; `None` where the report gives no day: then it counts in `all` alone.
    pub month: Option<Month>,
    /// Minor units.
    pub amount: i64,
    /// Times shown.
    pub impressions: i64,
    /// Times clicked.
    pub clicks: i64,
}

/// Every amount, reports first, then campaigns.
pub fn spend<'a>(
    records: &'a Records,
    campaigns: &Campaigns<'a>,
    project: &'a Project,
    zone: &Zone,
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) -> Vec<Spend<'a>> {
    let mut all = Vec::new();
    let month = |at: Option<i64>| at.map(|at| zone.day_of(at).month());
    if let Some(frame) = records.table(Table::Spend) {
        let (days, amounts) = (integers(frame, "spent_on"), integers(frame, "amount"));
        let (sources, channels, names) = (texts(frame, "source"), texts(frame, "channel"), texts(frame, "campaign"));
        let (usual_sources, usual_channels) = (texts(frame, &usual("source")), texts(frame, &usual("channel")));
        let (ids, files) = (texts(frame, "campaign_id"), files(frame));
        let (impressions, clicks) = (integers(frame, "impressions"), integers(frame, "clicks"));
        let dated: Vec<bool> = records.files.iter().map(|file| file.has("spent_on")).collect();
        for row in 0..frame.height() {
            let reason = match days[row] {
                None if dated[files[row] as usize] => Some(SetAside::NoDate),
                Some(day) if as_of.is_some_and(|as_of| day > as_of) => Some(SetAside::AfterAsOf),
                _ => None,
            };
            if let Some(reason) = reason {
                aside.push((reason, files[row]));
                continue;
            }
            let campaign = campaigns.find(names[row].or(ids[row]));
            all.push(Spend {
                source: sources[row].or_else(|| source_of(&campaign, project)),
                usual_source: usual_sources[row],
                channel: channels[row].or(campaign.channel).or(usual_channels[row]),
                campaign: campaign.name,
                month: month(days[row]),
                amount: amounts[row].unwrap_or_default(),
                impressions: impressions[row].unwrap_or_default(),
                clicks: clicks[row].unwrap_or_default(),
            });
        }
    }
    let reported: BTreeSet<&str> = all.iter().filter_map(|spend| spend.campaign).collect();
    for campaign in campaigns.all() {
        let unreported = campaign.name.is_none_or(|name| !reported.contains(name));
        let begun = as_of.is_none_or(|as_of| campaign.started_at.is_none_or(|at| at <= as_of));
        if let Some(amount) = campaign.cost.filter(|cost| *cost != 0 && unreported && begun) {
            all.push(Spend {
                source: source_of(campaign, project),
                usual_source: None,
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
