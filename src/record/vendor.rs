//! Who is paid: takes a plan or a name that somebody wrote, gives the company whose ads it is about. So a tool's own
//! export and a connector's copy of it are known to report the same money, and so is a line `Google Ads` in a list that
//! somebody keeps beside them.

use crate::intake::preset::PLAIN;
use crate::intake::recognise::Plan;

/// Companies that sell ads, each by its own name and by those of what it sells, in lower case.
const VENDORS: [(&str, &[&str]); 10] = [
    ("google", &["google", "adwords", "youtube", "gads"]),
    ("meta", &["meta", "facebook", "instagram", "fb"]),
    ("microsoft", &["microsoft", "bing"]),
    ("linkedin", &["linkedin"]),
    ("tiktok", &["tiktok"]),
    ("x", &["x", "twitter"]),
    ("pinterest", &["pinterest"]),
    ("snapchat", &["snapchat", "snap"]),
    ("reddit", &["reddit"]),
    ("amazon", &["amazon"]),
];

/// Whose money a report of spend is about: the company that its tool belongs to; [`PLAIN`] or nothing where no tool
/// made it.
pub fn of_plan(plan: &Plan) -> String {
    if plan.preset.is_empty() || plan.preset == PLAIN {
        return plan.preset.clone();
    }
    let first = plan.title.split_whitespace().next().unwrap_or_default().to_lowercase();
    named(&first).map_or(first, str::to_owned)
}

/// The one company that a name means.
pub fn named(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_in = |names: &[&str]| names.iter().any(|name| words.contains(name));
    let mut found = VENDORS.iter().filter(|(_, names)| is_in(names)).map(|(vendor, _)| *vendor);
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_speak_of_one_company() {
        assert_eq!((named("Google Ads"), named("Facebook / Instagram")), (Some("google"), Some("meta")));
        assert_eq!((named("bing_ads"), named("LinkedIn")), (Some("microsoft"), Some("linkedin")));
        assert_eq!((named("Google & Meta"), named("Paid Search"), named("Metabase")), (None, None, None));
    }
}
