//! Words: the catalogue of everything the site says, by language and family.
//!
//! Takes the key of a message with its arguments, gives the sentence. The messages are Fluent files, one a family of
//! measures (`en/feedback.ftl`); numbers are formatted by [`numbers`], so that a page hands over values and no text of
//! its own. A key or an argument that is missing is an error of ours and ends the program; a test holds keys and
//! arguments of the code and of the files to each other. What is said, and when, is left to [`crate::pages`].

/// Says a message: `say!("feedback-not-due", leads = 3, day = as_of)`.
macro_rules! say {
    ($key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::words::message($key, &[$((stringify!($name), $crate::words::Value::from($value))),*])
    };
}
pub(crate) use say;

pub mod measures;
pub mod notices;
pub mod numbers;
pub mod remarks;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::find::report::Report;

/// An argument of a message: a number, which chooses the plural and is shown with thousands commas, or a text.
pub use fluent_bundle::FluentValue as Value;

/// The files of the catalogue in English, one a family.
const ENGLISH: [(&str, &str); 18] = [
    ("common", include_str!("en/common.ftl")),
    ("measures", include_str!("en/measures.ftl")),
    ("notices", include_str!("en/notices.ftl")),
    ("remarks", include_str!("en/remarks.ftl")),
    ("pages", include_str!("en/pages.ftl")),
    ("view", include_str!("en/view.ftl")),
    ("overview", include_str!("en/overview.ftl")),
    ("funnel", include_str!("en/funnel.ftl")),
    ("deals", include_str!("en/deals.ftl")),
    ("sources", include_str!("en/sources.ftl")),
    ("cash", include_str!("en/cash.ftl")),
    ("attribution", include_str!("en/attribution.ftl")),
    ("feedback", include_str!("en/feedback.ftl")),
    ("handover", include_str!("en/handover.ftl")),
    ("leakage", include_str!("en/leakage.ftl")),
    ("data", include_str!("en/data.ftl")),
    ("methods", include_str!("en/methods.ftl")),
    ("templates", include_str!("en/templates.ftl")),
];

static CATALOGUE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let english = "en".parse().expect("a language tag of ours");
    let mut bundle = FluentBundle::new_concurrent(vec![english]);
    // Pages carry no marks for mixed directions of writing.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        Value::Number(number) => Some(numbers::count(number.value as u64)),
        _ => None,
    }));
    for (family, text) in ENGLISH {
        let resource = FluentResource::try_new(text.to_owned());
        let resource = resource.unwrap_or_else(|(_, errors)| panic!("{family}.ftl: {errors:?}"));
        bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{family}.ftl: {errors:?}"));
    }
    bundle
});

/// A message with its arguments; `say!` names them in place.
///
/// # Panics
/// Where the catalogue has no such message, or the message asks for an argument that is not given.
pub fn message(key: &str, arguments: &[(&str, Value<'_>)]) -> String {
    find(key, arguments).unwrap_or_else(|| panic!("the catalogue has no `{key}`"))
}

/// The same, none where the catalogue has no such message. An attribute of a message is named `message.attribute`.
pub fn find(key: &str, arguments: &[(&str, Value<'_>)]) -> Option<String> {
    let (message, attribute) = match key.split_once('.') {
        Some((message, attribute)) => (message, Some(attribute)),
        None => (key, None),
    };
    let message = CATALOGUE.get_message(message)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut given = FluentArgs::with_capacity(arguments.len());
    for (name, value) in arguments {
        given.set(*name, value.clone());
    }
    let mut errors = Vec::new();
    let text = CATALOGUE.format_pattern(pattern, Some(&given), &mut errors);
    assert!(errors.is_empty(), "`{key}`: {errors:?}");
    Some(text.into_owned())
}

/// The day that the exports describe.
pub fn as_of(report: &Report) -> String {
    if report.is_dated { numbers::day(report.as_of) } else { say!("undated") }
}
