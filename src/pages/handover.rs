//! The part of the feedback page on the first contact by sales: how soon, how leads fared by how soon, and how often sales
//! tried before it gave up.

use super::leak_words;
use super::model::{Block, Cell, Column, NoteLevel, Section, Tile};
use super::parts;
use super::view::{Drawing, Labelled, View};
use crate::chart::{ChartError, Unit};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::{Id, Measure};
use crate::words::{self, say};

const WITHIN: Id = find::handover::WITHIN.id();

/// What is shown of the first contact, as tiles and by owner.
const MEASURES: [Id; 4] =
    [find::handover::SPEED.at(50), find::handover::SPEED.at(90), WITHIN, find::handover::NEVER_TOUCHED.id()];

/// How often sales tried before it gave up, as tiles and by owner.
const ATTEMPTS: [Id; 2] = [find::handover::ATTEMPTS.at(50), find::handover::ATTEMPTS.at(90)];

/// Times to the first contact from the shortest to none at all: the member in figures, and its name in the catalogue.
const BANDS: [(&str, &str); 5] =
    [("within 1 h", "hour"), ("1 h to 24 h", "day"), ("1 to 3 days", "days"), ("later", "later"), ("never", "never")];

/// From handover to the first contact.
pub(super) fn section(view: &View<'_>) -> Result<Section, ChartError> {
    let tiles = parts::tiles(tiles(view));
    let accepted = band_chart(view, &find::handover::ACCEPTED, "accepted-by-speed")?;
    let conversion = band_chart(view, &find::handover::CONVERSION, "conversion-by-speed")?;
    let caution = (accepted.is_some() || conversion.is_some())
        .then(|| parts::note(NoteLevel::Warning, say!("handover-observation"), say!("handover-observation.text")));
    let remarks = parts::notes([view.gap_note("handover"), in_contact(view), caution]);
    let blocks = [tiles, remarks, accepted, conversion, owners(view), attempts(view)];
    Ok(parts::section("speed", &say!("handover"), blocks))
}

fn tiles(view: &View<'_>) -> [Option<Tile>; 6] {
    let agreed = leak_words::time(view.report.project.agreements.first_touch);
    let in_time = view.tile(WITHIN).map(|tile| Tile {
        evidence: say!("handover-agreed", evidence = tile.evidence.as_str(), time = agreed),
        ..tile
    });
    let [median, most, _, never] = MEASURES;
    let [half, nine_in_ten] = ATTEMPTS;
    [view.tile(median), view.tile(most), in_time, view.tile(never), view.tile(half), view.tile(nine_in_ten)]
}

/// Leads that sales spoke to before the handover have no time to first contact.
fn in_contact(view: &View<'_>) -> Option<super::model::Note> {
    let leads = view.figure(&find::handover::ALREADY_IN_CONTACT)?.whole_value()?;
    let leads = u64::try_from(leads).ok().filter(|leads| *leads > 0)?;
    let text = say!("handover-in-contact.text", leads = leads);
    Some(parts::note(NoteLevel::Info, say!("handover-in-contact"), text))
}

/// A rate by time to first contact, in the order of time.
fn band_chart(view: &View<'_>, measure: &'static Measure, chart: &str) -> Result<Option<Block>, ChartError> {
    let id = measure.id();
    // Where the exports hold days without a clock, bands are named in days.
    let (bands, contacted) = match view.report.inputs.clock {
        true => ("handover-band", "handover-contacted"),
        false => ("handover-band-in-days", "handover-contacted-in-days"),
    };
    let of_band = |(member, _): &(&str, &str)| {
        view.member(id, find::handover::SPEED_BAND, member).filter(|figure| figure.value.is_some())
    };
    let label = |(_, band): &(&str, &str)| words::message(&format!("{bands}.{band}"), &[]);
    let found: Vec<(String, Id, &Figure)> =
        BANDS.iter().filter_map(|band| Some((label(band), id, of_band(band)?))).collect();
    let of_accepted = id.is(&find::handover::ACCEPTED);
    let judged = BANDS.iter().find_map(|band| Some((band, of_band(band).filter(|figure| !parts::is_too_few(figure))?)));
    let title = match judged {
        Some(((_, band), figure)) => {
            let share = view.short_text(id, figure);
            let share = match of_accepted {
                true => say!("handover-accepted", share = share),
                false => say!("handover-conversion", share = share),
            };
            say!(&format!("{contacted}.{band}"), share = share)
        }
        None => say!("handover-too-few"),
    };
    let chart = Drawing {
        id: chart.to_owned(),
        title,
        subtitle: match of_accepted {
            true => say!("handover-accepted.subtitle", period = view.period_words()),
            false => say!("handover-conversion.subtitle", period = view.period_words()),
        },
        caption: say!("handover-caption"),
        ..Drawing::default()
    };
    let bars = parts::rate_bars(view, &found);
    let row = |(band, id, figure): &(String, Id, &Figure)| vec![Cell::head(band.clone()), view.cell(*id, Some(figure))];
    let columns = vec![Column::text(words::message(bands, &[])), Labelled::of(view, id).column()];
    let rows = found.iter().map(row).collect();
    parts::bar_figure(view, chart, &bars, Unit::Percent, columns, rows)
}

/// The first contact by owner, and by source where owners are not told apart.
fn owners(view: &View<'_>) -> Option<Block> {
    let measures = MEASURES.map(|id| Labelled::of(view, id));
    let table = |dimension: &str| {
        let caption = say!("handover-table", dimension = dimension, period = view.period_words());
        view.member_table(&format!("first-contact-by-{dimension}"), &caption, dimension, &measures)
    };
    table("owner").or_else(|| table("source")).map(Block::Table)
}

/// The attempts before giving up by owner.
fn attempts(view: &View<'_>) -> Option<Block> {
    let caption = say!("handover-attempts-table", period = view.period_words());
    let measures = ATTEMPTS.map(|id| Labelled::of(view, id));
    view.member_table("attempts-by-owner", &caption, "owner", &measures).map(Block::Table)
}
