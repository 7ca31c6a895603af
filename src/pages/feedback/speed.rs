//! The part of the feedback page on the first contact by sales: how soon, and how leads fared by how soon.

use super::super::leak_words;
use super::super::model::{Block, Cell, Column, NoteLevel, Section, Tile};
use super::super::parts::{self, WHISKERS};
use super::super::view::{Drawing, Labelled, View};
use crate::chart::{ChartError, Unit};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::{Id, Measure};
use crate::find::words;

const MEDIAN: Id = find::feedback::SPEED.at(50);
const WITHIN: Id = find::feedback::WITHIN.id();

/// Times to the first contact from the shortest to none at all: the member in figures, and what it is called where
/// the exports hold days without a clock.
const BANDS: [(&str, &str); 5] = [
    ("within 1 h", "on the same day"),
    ("1 h to 24 h", "a day"),
    ("1 to 3 days", "2 to 3 days"),
    ("later", "later"),
    ("never", "never"),
];

/// From handover to the first contact.
pub(super) fn section(view: &View<'_>) -> Result<Section, ChartError> {
    let tiles = parts::tiles(tiles(view));
    let accepted = band_chart(view, &find::feedback::ACCEPTED_BY_SPEED, "accepted-by-speed", "accepted")?;
    let conversion = band_chart(view, &find::feedback::CONVERSION, "conversion-by-speed", "became customers")?;
    let caution = (accepted.is_some() || conversion.is_some()).then(|| {
        parts::note(
            NoteLevel::Warning,
            "An observation, not an effect.",
            "Keen buyers are easier to reach, and owners may call the best leads first. So these bars do not say what faster answers would bring.",
        )
    });
    let remarks = parts::notes([view.gap_note("handover"), in_contact(view), caution]);
    let blocks = [tiles, remarks, accepted, conversion, owners(view)];
    Ok(parts::section("speed", "From handover to first contact", blocks))
}

fn tiles(view: &View<'_>) -> [Option<Tile>; 4] {
    let agreed = leak_words::time(view.report.project.agreements.first_touch);
    [
        view.tile("First contact, median", MEDIAN),
        view.tile("First contact, nine in ten within", find::feedback::SPEED.at(90)),
        view.tile(&format!("First contact in time ({agreed})"), WITHIN),
        view.tile("Never contacted", &find::feedback::NEVER_TOUCHED),
    ]
}

/// Leads that sales spoke to before the handover have no time to first contact.
fn in_contact(view: &View<'_>) -> Option<super::super::model::Note> {
    let leads = view.figure(&find::feedback::ALREADY_IN_CONTACT)?.whole_value()?;
    let leads = u64::try_from(leads).ok().filter(|leads| *leads > 0)?;
    let (leads, were) = (words::plural(leads, "lead", "leads"), if leads == 1 { "was" } else { "were" });
    let text = format!("{leads} {were} in contact with sales before the handover, and counted apart from these times.");
    Some(parts::note(NoteLevel::Info, "Already in contact.", text))
}

/// A rate by time to first contact, in the order of time.
fn band_chart(
    view: &View<'_>,
    measure: &'static Measure,
    chart: &str,
    what: &str,
) -> Result<Option<Block>, ChartError> {
    let id = measure.id();
    let figures = &view.report.figures;
    let found: Vec<(String, Id, &Figure)> = BANDS
        .iter()
        .filter_map(|(band, in_days)| {
            let figure = figures.get(id, view.period, find::feedback::SPEED_BAND, band)?;
            figure.value?;
            let label = if view.report.inputs.clock { band } else { in_days };
            Some(((*label).to_owned(), id, figure))
        })
        .collect();
    let judged = found.iter().find(|(_, _, figure)| !parts::is_too_few(figure));
    let title = match judged {
        Some((band, _, figure)) => {
            let contacted = match band.as_str() {
                "never" => "never contacted".to_owned(),
                "later" => "contacted later".to_owned(),
                first if first.starts_with("within") || first.starts_with("on ") => format!("contacted {first}"),
                after => format!("contacted after {after}"),
            };
            format!("Leads {contacted}: {} {what}", view.short_text(id, figure))
        }
        None => format!("By time to first contact: {}", words::TOO_FEW),
    };
    let (shared, label) = if id.is(&find::feedback::ACCEPTED_BY_SPEED) {
        ("sales accepted, of those with a verdict", "Accepted")
    } else {
        ("became customers so far", "Became customers")
    };
    let chart = Drawing {
        id: chart.to_owned(),
        title,
        subtitle: format!(
            "Share of the leads handed over in {} that {shared}, by time to the first contact, the shortest first",
            view.period_words()
        ),
        caption: format!("{WHISKERS} Grey: too few to judge."),
        ..Drawing::default()
    };
    let bars = parts::rate_bars(view, &found);
    let row = |(band, id, figure): &(String, Id, &Figure)| vec![Cell::head(band.clone()), view.cell(*id, Some(figure))];
    let columns = vec![Column::text("Time to first contact"), Labelled::new(label, id).column()];
    let rows = found.iter().map(row).collect();
    parts::bar_figure(view, chart, &bars, Unit::Percent, columns, rows)
}

/// The first contact by owner, and by source where owners are not told apart.
fn owners(view: &View<'_>) -> Option<Block> {
    let agreed = leak_words::time(view.report.project.agreements.first_touch);
    let measures = [
        ("First contact, median".to_owned(), MEDIAN),
        ("Nine in ten within".to_owned(), find::feedback::SPEED.at(90)),
        (format!("First contact in time ({agreed})"), WITHIN),
        ("Never contacted".to_owned(), find::feedback::NEVER_TOUCHED.id()),
    ];
    let measures = measures.map(|(label, id)| Labelled::new(label, id));
    let table = |dimension: &str| {
        let caption = format!("First contact by {dimension}, leads handed over in {}", view.period_words());
        view.member_table(&format!("first-contact-by-{dimension}"), &caption, dimension, &measures)
    };
    table("owner").or_else(|| table("source")).map(Block::Table)
}
