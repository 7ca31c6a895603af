//! Salesforce record ids: a prefix for the kind of record, a number in base 62, and three
//! characters that hold the case of the fifteen before them.

/// A kind of record.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A lead.
    Lead,
    /// An opportunity.
    Opportunity,
    /// A row of an opportunity's history.
    OpportunityHistory,
    /// An account.
    Account,
    /// A contact, which a lead becomes.
    Contact,
    /// A user.
    User,
    /// A queue, which can own leads in place of a user.
    Queue,
    /// A campaign.
    Campaign,
    /// A member of a campaign.
    CampaignMember,
    /// A task.
    Task,
}

impl Kind {
    fn prefix(self) -> &'static [u8; 3] {
        match self {
            Self::Lead => b"00Q",
            Self::Opportunity => b"006",
            Self::OpportunityHistory => b"008",
            Self::Account => b"001",
            Self::Contact => b"003",
            Self::User => b"005",
            Self::Queue => b"00G",
            Self::Campaign => b"701",
            Self::CampaignMember => b"00v",
            Self::Task => b"00T",
        }
    }
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// One character for each pattern of capitals among five characters.
const CASES: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// Adds the 18-character id of the record with this number.
pub fn push_id(line: &mut Vec<u8>, kind: Kind, number: u64) {
    let mut id = *b"000Dn0000000000";
    id[..3].copy_from_slice(kind.prefix());
    let mut rest = number;
    // The first five characters name the kind and the pod.
    for place in (5..15).rev() {
        id[place] = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    line.extend_from_slice(&id);
    line.extend(id.chunks(5).map(case_character));
}

/// Each capital sets a bit, the first character the lowest.
fn case_character(five: &[u8]) -> u8 {
    let capitals = five.iter().rev().fold(0, |bits, character| bits << 1 | usize::from(character.is_ascii_uppercase()));
    CASES[capitals]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_three_characters_hold_the_case() {
        // The case suffix of a public example: 0017000000hOMChAAO.
        let suffix: Vec<u8> = b"0017000000hOMCh".chunks(5).map(case_character).collect();
        assert_eq!(suffix, b"AAO");
    }

    #[test]
    fn numbers_that_differ_in_case_alone_differ_in_the_suffix() {
        let id = |number| {
            let mut line = Vec::new();
            push_id(&mut line, Kind::Lead, number);
            String::from_utf8(line).unwrap()
        };
        assert_eq!(id(10), "00QDn000000000AMAQ");
        assert_eq!(id(10).to_lowercase()[..15], id(36).to_lowercase()[..15]);
        assert_ne!(id(10)[15..], id(36)[15..]);
    }
}
