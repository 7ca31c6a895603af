//! What changes of stage tell of leads: takes the table of stage changes, gives for each lead when it first reached each
//! stage and what sales said of it last.

use hashbrown::HashMap;

use super::columns::{keys, numbers, words};
use super::leads::{StageTimes, Verdict};
use crate::fields::LEAD_STAGES;
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::record::{LEAD_STAGE, Records};
use crate::stage::Stage;

/// What the changes of one lead come to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Past {
    /// When each stage was first reached, UTC seconds.
    pub stages: StageTimes,
    /// The last verdict, and when it was given.
    pub verdict: Option<(i64, Verdict)>,
}

/// The past of leads, by the print of their id.
#[derive(Debug, Default)]
pub struct History(HashMap<u64, Past>);

/// What the stage of a lead says.
pub enum Word {
    /// How far it came.
    Stage(Stage),
    /// What sales said of it.
    Verdict(Verdict),
}

/// The meaning of a word in [`LEAD_STAGES`], by its place.
pub fn word(place: u8) -> Option<Word> {
    Some(match *LEAD_STAGES.get(usize::from(place))? {
        "accepted" => Word::Verdict(Verdict::Accepted),
        "rejected" => Word::Verdict(Verdict::Rejected),
        "recycled" => Word::Verdict(Verdict::Recycled),
        stage => Word::Stage(Stage::ALL.into_iter().find(|known| known.id() == stage)?),
    })
}

impl History {
    /// The past of every lead that changes of stage speak of; what is dated after `as_of` has not happened yet.
    pub fn of(records: &Records, as_of: Option<i64>) -> History {
        let mut history = History::default();
        let Some(frame) = records.table(Table::StageChanges) else { return history };
        let (leads, times, places) = (keys(frame, "lead_id"), numbers(frame, "changed_at"), words(frame, LEAD_STAGE));
        for row in 0..frame.height() {
            let Some((lead, at)) = leads.at(row).zip(times.at(row)) else { continue };
            if as_of.is_some_and(|as_of| at > as_of) {
                continue;
            }
            let past = history.0.entry(lead).or_default();
            match places.at(row).and_then(word) {
                Some(Word::Stage(stage)) => {
                    let known = &mut past.stages[stage.index()];
                    *known = Some(known.map_or(at, |first| first.min(at)));
                }
                // Of two verdicts of one moment the later word of the list wins, whatever the order of rows.
                Some(Word::Verdict(verdict)) => past.verdict = past.verdict.max(Some((at, verdict))),
                None => {}
            }
        }
        history
    }

    /// The past of a lead.
    pub fn at(&self, lead: u64) -> Option<&Past> {
        self.0.get(&lead)
    }

    /// Whether changes of stage tell verdicts of leads, and when they became MQL.
    pub fn tells(records: &Records) -> [bool; 2] {
        let Some(frame) = records.table(Table::StageChanges) else { return [false; 2] };
        let (leads, places) = (keys(frame, "lead_id"), words(frame, LEAD_STAGE));
        let mut tells = [false; 2];
        for place in (0..frame.height()).filter(|row| leads.at(*row).is_some()).filter_map(|row| places.at(row)) {
            match word(place) {
                Some(Word::Verdict(_)) => tells[0] = true,
                Some(Word::Stage(Stage::Mql)) => tells[1] = true,
                _ => {}
            }
        }
        tells
    }

    /// Whether the present stage of some lead is a verdict.
    pub fn stages_tell_verdicts(records: &Records) -> bool {
        let Some(frame) = records.table(Table::Leads) else { return false };
        let places = words(frame, LEAD_STAGE);
        (0..frame.height()).any(|row| matches!(places.at(row).and_then(word), Some(Word::Verdict(_))))
    }

    /// Changes of the stage of leads that are not used, with their file: of no lead, or without a date.
    pub fn aside(records: &Records, persons: &super::Persons, as_of: Option<i64>) -> Vec<(SetAside, u32)> {
        let Some(frame) = records.table(Table::StageChanges) else { return Vec::new() };
        let (leads, times, files) = (keys(frame, "lead_id"), numbers(frame, "changed_at"), frame.files());
        let reason = |row: usize| {
            let lead = leads.at(row)?;
            match times.at(row) {
                _ if persons.by_id(lead).is_none() => Some(SetAside::NoPartner),
                None => Some(SetAside::NoDate),
                Some(at) if as_of.is_some_and(|as_of| at > as_of) => Some(SetAside::AfterAsOf),
                Some(_) => None,
            }
        };
        (0..frame.height()).filter_map(|row| Some((reason(row)?, files[row]))).collect()
    }
}
