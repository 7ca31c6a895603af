//! What a touch tells of itself: takes a row of the table of touches, gives who made it, whether the person came to us,
//! and its source, channel and campaign. Whose it is, and when it was, is left to [`super::partners`] and
//! [`super::touches`].

use super::book::Book;
use super::campaigns::Users;
use super::columns::{Codes, Words as WordColumn, codes, words};
use super::journeys::{Side, Touch};
use crate::record::frame::Frame;
use crate::store::NO_CODE;

const INBOUND: u8 = 0;

/// The columns that tell.
pub struct Tellings<'t> {
    sides: WordColumn<'t>,
    owners: Codes<'t>,
    directions: WordColumn<'t>,
    responded: WordColumn<'t>,
    sources: Codes<'t>,
    channels: Codes<'t>,
    campaigns: Codes<'t>,
    book: &'t Book<'t>,
    inbound: InboundChannels<'t>,
}

impl<'t> Tellings<'t> {
    /// Those of a table of touches.
    pub fn of(table: &'t Frame, book: &'t Book<'t>) -> Tellings<'t> {
        Tellings {
            sides: words(table, "side"),
            owners: codes(table, "owner"),
            directions: words(table, "direction"),
            responded: words(table, "responded"),
            sources: codes(table, "source"),
            channels: codes(table, "channel"),
            campaigns: codes(table, "campaign"),
            book,
            inbound: InboundChannels { book, known: Vec::new() },
        }
    }

    /// The touch of a row, made at that moment, UTC seconds.
    pub fn touch(&mut self, row: usize, at: i64) -> Touch {
        let campaign = self.book.campaigns.find(self.campaigns.at(row));
        let channel = or(self.channels.at(row), campaign.channel);
        Touch {
            at,
            source: or(self.sources.at(row), campaign.source),
            channel,
            campaign: campaign.name,
            side: self.side(row, self.book.users),
            is_inbound: self.inbound.tell(self.directions.at(row), self.responded.at(row), channel),
        }
    }

    /// Who made the touch: as its row says, else the side of its owner.
    fn side(&self, row: usize, users: &Users) -> Side {
        match self.sides.at(row).or_else(|| users.side(self.owners.at(row))) {
            None => Side::Unknown,
            Some(word) => Side::of(word),
        }
    }
}

/// The first code, or else the other.
pub fn or(code: u32, otherwise: u32) -> u32 {
    if code == NO_CODE { otherwise } else { code }
}

/// Which channels are those in which the person comes to us, asked once a channel.
struct InboundChannels<'b> {
    book: &'b Book<'b>,
    known: Vec<Option<bool>>,
}

impl InboundChannels<'_> {
    /// Whether a touch came from the person.
    fn tell(&mut self, direction: Option<u8>, responded: Option<u8>, channel: u32) -> bool {
        if let Some(direction) = direction {
            return direction == INBOUND;
        }
        if let Some(responded) = responded {
            return responded == 1;
        }
        let at = channel as usize;
        if self.known.len() <= at {
            self.known.resize(at + 1, None);
        }
        let book = self.book;
        *self.known[at].get_or_insert_with(|| {
            book.words().text(channel).is_some_and(|channel| book.project.sources.is_inbound(channel))
        })
    }
}
