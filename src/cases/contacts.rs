//! Contact: takes a lead and its journey, gives the few instants that speed, attempts, nurturing and leaks are measured
//! by. What the lead's own columns say of touches counts beside its journey.

use super::journeys::{Side, Touch};
use super::leads::{Lead, Verdict};
use super::time::Time;
use crate::calendar::{SECONDS_PER_DAY, Zone};

/// What is known of the touches of one lead. Instants are UTC seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contact {
    /// First sales touch at or after the handover.
    pub first_sales_at: Option<i64>,
    /// Whether sales was in contact before the handover.
    pub before_handover: bool,
    /// Sales touches from the handover to the verdict, or to the end where there is none.
    pub attempts: u32,
    /// Last touch of any kind.
    pub last_at: Option<i64>,
    /// Last sales touch.
    pub last_sales_at: Option<i64>,
    /// Last touch of marketing in which the person came to us.
    pub last_inbound_at: Option<i64>,
    /// Whether marketing touched it between a rejection or recycling and the agreed time after.
    pub nurtured: bool,
}

impl Contact {
    /// The contact of a lead. `nurture` is the agreed time for a nurturing touch, in seconds.
    pub fn of(lead: &Lead<'_>, journey: &[Touch], nurture: i64) -> Contact {
        let told = Contact::told(lead);
        let is_inbound = |touch: &&Touch| touch.side == Side::Marketing && touch.is_inbound;
        let mut contact = Contact {
            last_at: told.last_at.max(journey.last().map(|touch| touch.at)),
            last_sales_at: told.last_sales_at.max(by(Side::Sales, journey).next_back()),
            last_inbound_at: told.last_inbound_at.max(journey.iter().rfind(is_inbound).map(|touch| touch.at)),
            nurtured: is_nurtured(lead, journey, nurture),
            ..told
        };
        if let Some(handed_over_at) = lead.handed_over_at.get() {
            contact.before_handover |= by(Side::Sales, journey).next().is_some_and(|first| first < handed_over_at);
            let first = by(Side::Sales, journey).find(|at| *at >= handed_over_at);
            contact.first_sales_at = contact.first_sales_at.into_iter().chain(first).min();
            contact.attempts = lead.sales_touches.unwrap_or_else(|| attempts(handed_over_at, lead, journey));
        }
        contact
    }

    /// What the lead's own columns tell.
    fn told(lead: &Lead<'_>) -> Contact {
        let first_sales_at = lead.first_sales_touch_at.get();
        let is_before = |first: i64| lead.handed_over_at.get().is_some_and(|handed_over_at| first < handed_over_at);
        let last_sales_at = lead.last_sales_touch_at.get().max(first_sales_at);
        let last_inbound_at = lead.conversions_at.into_iter().filter_map(Time::get).max();
        Contact {
            first_sales_at: first_sales_at.filter(|first| !is_before(*first)),
            before_handover: first_sales_at.is_some_and(is_before),
            attempts: lead.sales_touches.unwrap_or_default(),
            last_at: last_sales_at.max(last_inbound_at),
            last_sales_at,
            last_inbound_at,
            nurtured: false,
        }
    }

    /// The contact where the exports tell only days: the wait for the first touch is a number of days.
    #[must_use]
    pub fn in_whole_days(self, handed_over_at: Option<i64>, zone: &Zone) -> Contact {
        let day = |at: i64| i64::from(zone.day_of(at).0);
        let waited = |first: i64, from: i64| from + (day(first) - day(from)) * SECONDS_PER_DAY;
        let first_sales_at = match (self.first_sales_at, handed_over_at) {
            (Some(first), Some(from)) => Some(waited(first, from)),
            (first, _) => first,
        };
        Contact { first_sales_at, ..self }
    }
}

/// When a side made its touches, in order.
fn by(side: Side, journey: &[Touch]) -> impl DoubleEndedIterator<Item = i64> {
    journey.iter().filter(move |touch| touch.side == side).map(|touch| touch.at)
}

/// Touches by sales from the handover to the verdict.
fn attempts(handed_over_at: i64, lead: &Lead<'_>, journey: &[Touch]) -> u32 {
    let until = lead.verdict_at.get().unwrap_or(i64::MAX);
    let attempts = by(Side::Sales, journey).filter(|at| *at >= handed_over_at && *at <= until).count();
    u32::try_from(attempts).unwrap_or(u32::MAX)
}

/// Whether marketing touched a lead that was sent back, after that and within the agreed time.
fn is_nurtured(lead: &Lead<'_>, journey: &[Touch], nurture: i64) -> bool {
    let is_back = matches!(lead.verdict, Some(Verdict::Rejected | Verdict::Recycled));
    let in_time = |from: i64| by(Side::Marketing, journey).any(|at| at > from && at <= from.saturating_add(nurture));
    is_back && lead.verdict_at.get().is_some_and(in_time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::journeys::Journeys;
    use super::super::journeys::tests::{rows, words};
    use super::*;

    prop_compose! {
        fn lead()(
            times in prop::array::uniform5(prop::option::of(0_i64..8)), sales_touches in prop::option::of(0_u32..4),
            verdict in prop::sample::select(vec![None, Some(Verdict::Accepted), Some(Verdict::Recycled)]),
        ) -> Lead<'static> {
            let mut lead = Lead::unknown();
            let [handed_over_at, verdict_at, first_sales_at, last_sales_at, converted_at] = times.map(Time::from);
            (lead.handed_over_at, lead.verdict, lead.verdict_at) = (handed_over_at, verdict, verdict_at);
            (lead.first_sales_touch_at, lead.last_sales_touch_at) = (first_sales_at, last_sales_at);
            (lead.sales_touches, lead.conversions_at) = (sales_touches, [converted_at, Time::NEVER]);
            lead
        }
    }

    /// Row by row, as touches were once folded.
    fn add(contact: &mut Contact, touch: &Touch, lead: &Lead<'_>, nurture: i64) {
        let at = touch.at;
        contact.last_at = contact.last_at.max(Some(at));
        if touch.side == Side::Sales {
            contact.last_sales_at = contact.last_sales_at.max(Some(at));
            let Some(handed_over_at) = lead.handed_over_at.get() else { return };
            if at < handed_over_at {
                contact.before_handover = true;
                return;
            }
            contact.first_sales_at = Some(contact.first_sales_at.map_or(at, |first| first.min(at)));
            let in_time = lead.verdict_at.get().is_none_or(|verdict_at| at <= verdict_at);
            contact.attempts += u32::from(lead.sales_touches.is_none() && in_time);
        }
        if touch.side == Side::Marketing {
            if touch.is_inbound {
                contact.last_inbound_at = contact.last_inbound_at.max(Some(at));
            }
            let back_at = lead.verdict_at.get().filter(|_| lead.verdict == Some(Verdict::Recycled));
            contact.nurtured |= back_at.is_some_and(|back_at| at > back_at && at <= back_at + nurture);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_contact_is_that_of_a_naive_count(rows in rows(1), lead in lead(), nurture in 0_i64..4) {
            let mut naive = Contact::told(&lead);
            let own = rows.iter().filter(|(owner, _)| *owner == 0);
            own.for_each(|(_, touch)| add(&mut naive, touch, &lead, nurture));
            let owners: Vec<u32> = rows.iter().map(|(owner, _)| *owner).collect();
            let journeys = Journeys::new(1, &owners, || |row: usize| rows[row].1, &words());
            prop_assert_eq!(Contact::of(&lead, journeys.of(0), nurture), naive);
        }
    }

    #[test]
    fn without_touches_its_own_columns_tell() {
        let mut lead = Lead::unknown();
        (lead.handed_over_at, lead.first_sales_touch_at) = (Some(10).into(), Some(30).into());
        lead.sales_touches = Some(2);
        let contact = Contact::of(&lead, &[], 5);
        let told = Contact {
            first_sales_at: Some(30),
            attempts: 2,
            last_at: Some(30),
            last_sales_at: Some(30),
            ..Contact::default()
        };
        assert_eq!(contact, told);
    }
}
