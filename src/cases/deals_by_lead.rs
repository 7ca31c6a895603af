//! Whose deals are whose: takes the deals, gives those of each lead, in order of opening, then of id, and the one of them
//! that a lead is judged by.

use super::deals::{Deal, Outcome};
use crate::store::Words;

/// See the module.
pub struct DealsByLead {
    /// Where the deals of each lead begin.
    starts: Vec<u32>,
    deals: Vec<u32>,
}

impl DealsByLead {
    /// Puts the deals of so many leads in order.
    pub fn new(deals: &[Deal<'_>], leads: usize, words: &Words) -> DealsByLead {
        let mut own: Vec<(u32, u32)> = (0..).zip(deals).filter_map(|(at, deal)| Some((deal.lead?, at))).collect();
        own.sort_by_key(|(lead, at)| {
            let deal = &deals[*at as usize];
            let opened = (deal.created_at.or(deal.closed_at), deal.id, deal.closed_at, deal.amount);
            (*lead, opened, words.text(deal.stage))
        });
        let mut starts = vec![0_u32; leads + 1];
        own.iter().for_each(|(lead, _)| starts[*lead as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        DealsByLead { starts, deals: own.into_iter().map(|(_, at)| at).collect() }
    }

    fn places(&self, lead: usize) -> &[u32] {
        &self.deals[self.starts[lead] as usize..self.starts[lead + 1] as usize]
    }

    /// The deals of a lead.
    pub fn of<'d, 'a>(&self, lead: usize, deals: &'d [Deal<'a>]) -> Vec<&'d Deal<'a>> {
        self.places(lead).iter().map(|at| &deals[*at as usize]).collect()
    }

    /// The place of the open deal that a lead is judged by: the one that changed last.
    pub fn live(&self, lead: usize, deals: &[Deal<'_>], words: &Words) -> Option<usize> {
        let open = self.places(lead).iter().map(|at| *at as usize).filter(|at| deals[*at].outcome == Outcome::Open);
        open.max_by_key(|at| rank(&deals[*at], words))
    }
}

/// What tells which open deal of a lead changed last.
fn rank<'w>(deal: &Deal<'w>, words: &'w Words) -> impl Ord + use<'w> {
    (deal.last_change_at, deal.id, words.text(deal.stage))
}

/// The open deal that a lead is judged by.
pub fn live_deal<'d, 'a>(deals: &[&'d Deal<'a>], words: &Words) -> Option<&'d Deal<'a>> {
    let open = deals.iter().filter(|deal| deal.outcome == Outcome::Open);
    open.max_by(|one, other| rank(one, words).cmp(&rank(other, words))).copied()
}
