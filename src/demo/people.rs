//! Invented persons and accounts, made from their number alone.
//!
//! Every e-mail address and every company name occurs once, so that matching by either is right.
//! Domains end in `.example` (RFC 2606) and nobody real is meant. About one account in 300 has a
//! name that a careless reader or page would stumble over.

use std::fmt::Write;

use super::random::{Purpose, Random};

/// First names: as written, and as they stand in an e-mail address.
const FIRST_NAMES: [(&str, &str); 32] = [
    ("Anna", "anna"),
    ("Bjørn", "bjorn"),
    ("Carla", "carla"),
    ("David", "david"),
    ("Eszter", "eszter"),
    ("Felix", "felix"),
    ("Gaëlle", "gaelle"),
    ("Hanna", "hanna"),
    ("Igor", "igor"),
    ("Julia", "julia"),
    ("Kamal", "kamal"),
    ("Łukasz", "lukasz"),
    ("Mara", "mara"),
    ("Nils", "nils"),
    ("Olga", "olga"),
    ("Pedro", "pedro"),
    ("Quentin", "quentin"),
    ("Rosa", "rosa"),
    ("Sven", "sven"),
    ("Tara", "tara"),
    ("Umut", "umut"),
    ("Vera", "vera"),
    ("Wim", "wim"),
    ("Xenia", "xenia"),
    ("Yann", "yann"),
    ("Zoe", "zoe"),
    ("Amir", "amir"),
    ("Beate", "beate"),
    ("Colm", "colm"),
    ("Dunja", "dunja"),
    ("Emil", "emil"),
    ("Fiona", "fiona"),
];

/// Last names: as written, and as they stand in an e-mail address.
const LAST_NAMES: [(&str, &str); 40] = [
    ("Keller", "keller"),
    ("O'Neill", "oneill"),
    ("Núñez", "nunez"),
    ("Schäfer", "schaefer"),
    ("Andersson", "andersson"),
    ("Bakker", "bakker"),
    ("Conti", "conti"),
    ("Dubois", "dubois"),
    ("Eriksen", "eriksen"),
    ("Fischer", "fischer"),
    ("Greco", "greco"),
    ("Hofmann", "hofmann"),
    ("Ivanova", "ivanova"),
    ("Jansen", "jansen"),
    ("Kovács", "kovacs"),
    ("Laurent", "laurent"),
    ("Moreau", "moreau"),
    ("Nowak", "nowak"),
    ("Olsen", "olsen"),
    ("Peeters", "peeters"),
    ("Quinn", "quinn"),
    ("Richter", "richter"),
    ("Silva", "silva"),
    ("Tamm", "tamm"),
    ("Urban", "urban"),
    ("Vogel", "vogel"),
    ("Walsh", "walsh"),
    ("Yilmaz", "yilmaz"),
    ("Zeman", "zeman"),
    ("Arslan", "arslan"),
    ("Brandt", "brandt"),
    ("Costa", "costa"),
    ("Dietz", "dietz"),
    ("Engel", "engel"),
    ("Farkas", "farkas"),
    ("Gruber", "gruber"),
    ("Huber", "huber"),
    ("Jensen", "jensen"),
    ("Klein", "klein"),
    ("Lange", "lange"),
];

/// Job titles.
const TITLES: [&str; 6] =
    ["Plant Manager", "Head of Production", "Owner", "Maintenance Lead", "Buyer", "Process Engineer"];

/// First words of company names.
const STEMS: [&str; 60] = [
    "Kelling", "Arvel", "Bramster", "Corvin", "Dalmor", "Elstra", "Fennick", "Gorland", "Halvex", "Istrom", "Jorvik",
    "Kestrel", "Lomark", "Merrow", "Nordal", "Ostrava", "Pellmar", "Quarry", "Rostock", "Sundal", "Tarrant", "Ulmer",
    "Varga", "Westmark", "Yarrow", "Zellin", "Abelson", "Birken", "Calder", "Drosten", "Ebner", "Falken", "Gatley",
    "Hollin", "Inver", "Jarrow", "Karsten", "Lindal", "Morven", "Nesson", "Orrel", "Penrith", "Rendal", "Selwyn",
    "Torvald", "Uffing", "Velden", "Winsen", "Aldric", "Bexley", "Corsten", "Denholm", "Egmont", "Farley", "Grenal",
    "Hexham", "Ingram", "Juneau", "Kolbe", "Larkin",
];
/// Second words of company names.
const TRADES: [&str; 24] = [
    "Metal",
    "Tooling",
    "Castings",
    "Forge",
    "Precision",
    "Plastics",
    "Gears",
    "Steel",
    "Joinery",
    "Motors",
    "Pumps",
    "Valves",
    "Robotics",
    "Sheetworks",
    "Foundry",
    "Machining",
    "Hydraulics",
    "Fasteners",
    "Springs",
    "Welding",
    "Cables",
    "Bearings",
    "Moulds",
    "Rail",
];
/// Third words of company names.
const FORMS: [&str; 40] = [
    "North",
    "South",
    "East",
    "West",
    "Valley",
    "Harbour",
    "Works",
    "Group",
    "Partners",
    "Systems",
    "Solutions",
    "Industries",
    "Brothers",
    "Sons",
    "Union",
    "Alpine",
    "Baltic",
    "Central",
    "Coast",
    "Delta",
    "Danube",
    "Europe",
    "First",
    "Global",
    "Highland",
    "Iberia",
    "Island",
    "Lakes",
    "Meridian",
    "Mills",
    "Nordic",
    "Park",
    "Prime",
    "Rhine",
    "River",
    "Royal",
    "Star",
    "Summit",
    "Trade",
    "United",
];

/// Countries with their sales region and weight.
const COUNTRIES: [(&str, &str, u64); 9] = [
    ("Germany", "DACH", 30),
    ("Austria", "DACH", 8),
    ("Switzerland", "DACH", 7),
    ("United Kingdom", "UK & Ireland", 14),
    ("Ireland", "UK & Ireland", 4),
    ("Netherlands", "Benelux", 10),
    ("Sweden", "Nordics", 8),
    ("France", "France", 11),
    ("United States", "North America", 8),
];

/// Industries with weights.
const INDUSTRIES: [(&str, u64); 6] =
    [("Metalworking", 34), ("Automotive", 22), ("Aerospace", 10), ("Furniture", 14), ("Energy", 12), ("Education", 8)];

/// Someone who became a lead.
#[derive(Default)]
pub struct Person {
    /// First name.
    pub first_name: &'static str,
    /// Last name.
    pub last_name: &'static str,
    /// Job title.
    pub title: &'static str,
    /// E-mail address.
    pub email: String,
    /// Phone number.
    pub phone: String,
}

/// A company that buys, or might.
#[derive(Default)]
pub struct Account {
    /// Its number; that of the lead it came in with.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// Its e-mail and web domain.
    pub domain: String,
    /// Its industry.
    pub industry: &'static str,
    /// Its country.
    pub country: &'static str,
    /// The sales region of its country.
    pub region: &'static str,
    /// Its number of employees.
    pub employees: u64,
}

impl Person {
    /// Fills in the person with this number, who works at this account.
    pub fn fill(&mut self, seed: u64, number: u64, account: &Account) {
        let mut random = Random::stream(seed, Purpose::Person, number);
        let (first, first_plain) = random.pick(&FIRST_NAMES);
        let (last, last_plain) = random.pick(&LAST_NAMES);
        self.first_name = first;
        self.last_name = last;
        self.title = random.pick(&TITLES);
        self.email.clear();
        self.phone.clear();
        let domain = &account.domain;
        let number = number + 1;
        let written = write!(self.email, "{first_plain}.{last_plain}{number}@{domain}")
            // 555-01xx is kept free for fiction; the extension makes it one of a kind.
            .and_then(|()| write!(self.phone, "+1 555 0{} ext {number}", random.between(100, 199)));
        written.expect("writing into a String cannot fail");
    }
}

impl Account {
    /// Fills in the account with this number.
    pub fn fill(&mut self, seed: u64, number: u64) {
        let mut random = Random::stream(seed, Purpose::Account, number);
        let country = random.weighted(COUNTRIES.iter().map(|&(_, _, weight)| weight));
        let industry = random.weighted(INDUSTRIES.iter().map(|&(_, weight)| weight));
        self.number = number;
        (self.country, self.region, _) = COUNTRIES[country];
        (self.industry, _) = INDUSTRIES[industry];
        self.employees = random.skewed(4, 4_800) as u64;
        let odd = random.below(300) == 0;
        let kind = random.below(5);
        self.name_ordinarily(number);
        if odd {
            self.name_oddly(kind, number);
        }
    }

    /// How large it is, in the bands sales uses.
    pub fn size(&self) -> &'static str {
        match self.employees {
            0..50 => "1-49",
            50..250 => "50-249",
            250..1_000 => "250-999",
            _ => "1000+",
        }
    }

    /// A name of three words, and a number once all such names are taken.
    fn name_ordinarily(&mut self, number: u64) {
        let names = (STEMS.len() * TRADES.len() * FORMS.len()) as u64;
        // A step that shares no factor with the number of names visits each of them once.
        let place = (number % names * 23_003 % names) as usize;
        let stem = STEMS[place % STEMS.len()];
        let trade = TRADES[place / STEMS.len() % TRADES.len()];
        let form = FORMS[place / STEMS.len() / TRADES.len()];
        let round = number / names;
        self.name.clear();
        self.domain.clear();
        for (index, word) in [stem, trade, form].into_iter().enumerate() {
            if index > 0 {
                self.name.push(' ');
                self.domain.push('-');
            }
            self.name.push_str(word);
            self.domain.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        }
        if round > 0 {
            write!(self.name, " {}", round + 1)
                .and_then(|()| write!(self.domain, "-{}", round + 1))
                .expect("writing into a String cannot fail");
        }
        self.domain.push_str(".example");
    }

    /// A name as someone once typed or pasted it.
    fn name_oddly(&mut self, kind: u64, number: u64) {
        let number = number + 1;
        self.name = match kind {
            0 => format!("Müller & Söhne \"Werk {number}\""),
            1 => format!("<b>ACME {number}</b>"),
            2 => format!("=HYPERLINK(\"https://acme{number}.example\",\"Acme {number}\")"),
            3 => format!("Brandt Maschinenbau\nWerk {number}"),
            _ => format!("Weber, Weber & Partner {number}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_addresses_occur_once() {
        let (mut names, mut emails) = (BTreeSet::new(), BTreeSet::new());
        let (mut account, mut person) = (Account::default(), Person::default());
        for number in 0..60_000 {
            account.fill(7, number);
            person.fill(7, number, &account);
            assert!(names.insert(account.name.clone()), "{} again", account.name);
            assert!(emails.insert(person.email.clone()), "{} again", person.email);
            assert!(person.email.is_ascii() && person.email.ends_with(".example"));
        }
        let odd = names.iter().filter(|name| name.contains(['"', '<', '=', '\n', ',']));
        assert!((120..280).contains(&odd.count()));
    }
}
