//! Which rows belong together: takes the keys of rows (ids, addresses, accounts), gives for any key the part that it
//! falls in, so that everything that could meet in a join falls in one. Two keys that are taken for one by chance only
//! bring together what need not be together.

/// What a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A lead, or the contact it became.
    Person,
    /// An address.
    Email,
    /// A deal.
    Deal,
    /// An account.
    Account,
    /// A touch that is repeated.
    Touch,
}

/// A key: what it names, and its print, other than that of the same text as another kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    kind: KeyKind,
    print: u64,
}

impl Key {
    /// A key of a kind, by the print of its text.
    pub fn of(kind: KeyKind, print: u64) -> Key {
        let salt = (kind as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // 0 marks a free place.
        Key { kind, print: (print ^ salt).max(1) }
    }
}

/// The place of a key, until another is made known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(u32);

/// Keys, and which of them belong together: a table of prints by open addressing, and a forest over its places.
#[derive(Debug)]
pub struct Ties {
    prints: Vec<u64>,
    parents: Vec<u32>,
    keys: usize,
    /// Which kinds of keys there are.
    kinds: [bool; 5],
}

impl Ties {
    /// No keys yet, with room for so many.
    pub fn with_capacity(keys: usize) -> Ties {
        let places = (keys + keys / 2).max(64);
        Ties { prints: vec![0; places], parents: vec![0; places], keys: 0, kinds: [false; 5] }
    }

    /// What a table for so many keys takes in memory, in bytes.
    pub fn bytes_for(keys: u64) -> u64 {
        (keys + keys / 2) * 12
    }

    fn place(&self, print: u64) -> usize {
        // The high bits, scaled to the table.
        let mut at = ((u128::from(print) * self.prints.len() as u128) >> 64) as usize;
        while self.prints[at] != 0 && self.prints[at] != print {
            at = if at + 1 == self.prints.len() { 0 } else { at + 1 };
        }
        at
    }

    /// Ties together what all these keys name; new ones are made known.
    pub fn tie_all(&mut self, keys: impl Iterator<Item = Key> + Clone) {
        // Places hold until the table grows.
        while (self.keys + keys.clone().count()) * 8 > self.prints.len() * 7 {
            self.grow();
        }
        let mut first: Option<Place> = None;
        for key in keys {
            self.kinds[key.kind as usize] = true;
            let place = self.put(key.print);
            self.tie(*first.get_or_insert(place), place);
        }
    }

    fn put(&mut self, print: u64) -> Place {
        let at = self.place(print);
        if self.prints[at] == 0 {
            self.keys += 1;
            self.prints[at] = print;
            self.parents[at] = at as u32;
        }
        Place(at as u32)
    }

    /// Whether there is any key of a kind.
    pub fn has(&self, kind: KeyKind) -> bool {
        self.kinds[kind as usize]
    }

    /// The place of a key, where it is known.
    pub fn get(&self, key: Key) -> Option<Place> {
        let at = self.place(key.print);
        (self.prints[at] != 0).then_some(Place(at as u32))
    }

    fn tie(&mut self, one: Place, other: Place) {
        let (one, other) = (self.root(one.0), self.root(other.0));
        // The lesser print leads, so that the size of the table and the order of rows do not matter.
        match self.prints[one as usize].cmp(&self.prints[other as usize]) {
            std::cmp::Ordering::Less => self.parents[other as usize] = one,
            std::cmp::Ordering::Greater => self.parents[one as usize] = other,
            std::cmp::Ordering::Equal => {}
        }
    }

    fn root(&mut self, mut at: u32) -> u32 {
        while self.parents[at as usize] != at {
            let above = self.parents[self.parents[at as usize] as usize];
            self.parents[at as usize] = above;
            at = above;
        }
        at
    }

    /// The part of a key, of so many.
    pub fn part(&mut self, place: Place, parts: usize) -> usize {
        let root = self.root(place.0);
        part_of(self.prints[root as usize], parts)
    }

    fn grow(&mut self) {
        let mut larger = Ties::with_capacity(self.keys * 2);
        let mut moved = vec![0_u32; self.prints.len()];
        for (at, print) in self.prints.iter().enumerate().filter(|(_, print)| **print != 0) {
            let place = larger.place(*print);
            larger.prints[place] = *print;
            larger.parents[place] = place as u32;
            moved[at] = place as u32;
        }
        for at in (0..self.prints.len()).filter(|at| self.prints[*at] != 0).collect::<Vec<_>>() {
            let root = self.root(at as u32);
            larger.tie(Place(moved[at]), Place(moved[root as usize]));
        }
        larger.keys = self.keys;
        larger.kinds = self.kinds;
        *self = larger;
    }
}

/// The part of a key that is tied to no other.
pub fn part_alone(key: Key, parts: usize) -> usize {
    part_of(key.print, parts)
}

fn part_of(print: u64, parts: usize) -> usize {
    let mixed = (print ^ (print >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((u128::from(mixed) * parts as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::keys::print;

    #[test]
    fn what_is_tied_falls_in_one_part_however_the_table_grows() {
        let mut ties = Ties::with_capacity(4);
        let key = |kind: KeyKind, text: String| Key::of(kind, print(&text));
        let lead = |n: usize| key(KeyKind::Person, format!("L{n}"));
        let account = |n: usize| key(KeyKind::Account, format!("A{}", n % 97));
        for n in 0..5_000 {
            ties.tie_all([lead(n), account(n)].into_iter());
        }
        let mut used = [false; 8];
        for n in 0..5_000 {
            let place = ties.get(lead(n)).unwrap();
            let of_account = ties.get(account(n)).unwrap();
            assert_eq!(ties.part(place, 8), ties.part(of_account, 8));
            used[ties.part(place, 8)] = true;
        }
        assert!(used.iter().all(|used| *used), "parts are of like size");
        assert!(ties.get(key(KeyKind::Person, "A1".to_owned())).is_none(), "an account is no person");
    }
}
