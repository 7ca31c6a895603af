//! What every chart must keep to, whatever it is given.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::*;

const WORDS: Words<'_> = Words { id: "c-1", title: "A <finding> & \"more\"", desc: "What is drawn" };

fn bar(label: &str, value: f64) -> Bar {
    Bar {
        label: label.to_owned(),
        value,
        low: Some(value * 0.8),
        high: Some(value * 1.2),
        text: format!("{value}"),
        tone: Tone::Normal,
    }
}

fn bars(values: &[f64]) -> Result<Svg, ChartError> {
    let bars: Vec<Bar> = values.iter().map(|value| bar("name", *value)).collect();
    interval_bars(&WORDS, &bars, Unit::Count, Some((1.0, "average".to_owned())))
}

fn funnel_of(label: &str, values: &[u64]) -> Result<Svg, ChartError> {
    let step = |value: &u64| FunnelStep {
        label: label.to_owned(),
        value: *value,
        text: format!("{value} of those above"),
        drop: Some("some were lost".to_owned()),
    };
    funnel(&WORDS, &values.iter().map(step).collect::<Vec<_>>())
}

fn waterfall_of(label: &str, values: &[i64]) -> Result<Svg, ChartError> {
    let kinds = [StepKind::Total, StepKind::Loss, StepKind::Pending, StepKind::Out];
    let step = |(count, value): (usize, &i64)| Step {
        label: label.to_owned(),
        value: *value,
        kind: kinds[count.min(3)],
        text: format!("{value}"),
    };
    waterfall(&WORDS, &values.iter().enumerate().map(step).collect::<Vec<_>>())
}

fn points(values: &[f64]) -> Vec<(f64, f64)> {
    values.iter().enumerate().map(|(x, y)| (x as f64, *y)).collect()
}

fn band(values: &[f64]) -> Vec<(f64, f64, f64)> {
    points(values).iter().map(|(x, y)| (*x, y * 0.9, y * 1.1)).collect()
}

fn curves_of(label: &str, values: &[f64]) -> Result<Svg, ChartError> {
    let curve = Curve { label: label.to_owned(), points: points(values), band: band(values), tone: Tone::Normal };
    curves(&WORDS, &vec![curve; 6], "days", Unit::Percent)
}

fn panels_of(label: &str, values: &[f64]) -> Result<Svg, ChartError> {
    let panel = Panel { title: label.to_owned(), points: points(values), band: band(values), note: label.to_owned() };
    small_multiples(&WORDS, &vec![panel; 4], Unit::Money, "days")
}

fn timeline_of(label: &str, values: &[f64], bars: bool) -> Result<Svg, ChartError> {
    let month = |(count, value): (usize, &f64)| MonthValue {
        label: label.to_owned(),
        value: (count % 4 != 2).then_some(*value),
        low: Some(value * 0.9),
        high: Some(value * 1.1),
        complete: count + 1 < values.len(),
    };
    let months: Vec<MonthValue> = values.iter().enumerate().map(month).collect();
    timeline(&WORDS, &months, Unit::Minutes, bars)
}

/// Every chart for one label and one list of values.
fn all(label: &str, values: &[f64]) -> Vec<Result<Svg, ChartError>> {
    let whole: Vec<i64> = values.iter().map(|value| *value as i64).collect();
    let counts: Vec<u64> = whole.iter().map(|value| value.unsigned_abs()).collect();
    let named: Vec<Bar> = values.iter().map(|value| bar(label, *value)).collect();
    vec![
        interval_bars(&WORDS, &named, Unit::Money, Some((2.0, label.to_owned()))),
        funnel_of(label, &counts),
        waterfall_of(label, &whole),
        curves_of(label, values),
        panels_of(label, values),
        timeline_of(label, values, true),
        timeline_of(label, values, false),
        spark(&WORDS, values),
    ]
}

/// The value of an attribute of one element.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let from = element.find(&format!(" {name}=\""))? + name.len() + 3;
    element[from..].split('"').next()
}

fn number(element: &str, name: &str) -> f64 {
    attribute(element, name).unwrap().parse().unwrap()
}

fn widths(svg: &Svg, class: &str) -> Vec<f64> {
    let wanted = format!("<rect class=\"{class}\"");
    let rects = svg.as_str().lines().filter(|line| line.starts_with(&wanted));
    rects.map(|rect| number(rect, "width")).collect()
}

/// Left, top, right and bottom of each text, by the estimate of widths.
fn boxes(svg: &Svg) -> Vec<(f64, f64, f64, f64)> {
    let texts = svg.as_str().lines().filter(|line| line.starts_with("<text"));
    texts
        .map(|line| {
            let size = number(line, "font-size");
            let words = line.rsplit("</text>").nth(1).unwrap();
            let words = words.rsplit(['>']).next().unwrap();
            let plain = words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            let width = text::width(&plain, size, line.contains("t-strong"));
            let x = number(line, "x");
            let left = match attribute(line, "text-anchor").unwrap() {
                "start" => x,
                "middle" => x - width / 2.0,
                _ => x - width,
            };
            let y = number(line, "y");
            (left, y - size * 0.75, left + width, y + size * 0.2)
        })
        .collect()
}

fn assert_words_fit(svg: &Svg) {
    let root = svg.as_str().lines().next().unwrap();
    let view = attribute(root, "viewBox").unwrap();
    let size: Vec<f64> = view.split(' ').map(|n| n.parse().unwrap()).collect();
    let boxes = boxes(svg);
    for (count, one) in boxes.iter().enumerate() {
        let inside = one.0 >= -1.0 && one.1 >= -1.0 && one.2 <= size[2] + 1.0 && one.3 <= size[3] + 1.0;
        assert!(inside, "{one:?} leaves {view} in {svg}");
        for other in &boxes[..count] {
            let apart = one.0 >= other.2 || other.0 >= one.2 || one.1 >= other.3 || other.1 >= one.3;
            assert!(apart, "{one:?} overlaps {other:?} in {svg}");
        }
    }
}

fn assert_tags_close(svg: &Svg) {
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.as_str().split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty());
}

#[test]
fn bars_are_as_long_as_their_values() {
    let lengths = widths(&bars(&[100.0, 25.0, 400.0, -50.0]).unwrap(), "s1");
    for (length, value) in lengths.iter().zip([100.0, 25.0, 400.0, 50.0]) {
        let lie = (length / lengths[2]) / (value / 400.0) - 1.0;
        assert!(lie.abs() < 0.01, "{lengths:?}");
    }
    let lengths = widths(&funnel_of("stage", &[8000, 4000, 1000]).unwrap(), "s1");
    assert!((lengths[0] / lengths[2] - 8.0).abs() < 0.08, "{lengths:?}");
    let falls = waterfall_of("step", &[900, 300, 300, 300]).unwrap();
    let total = widths(&falls, "total")[0];
    for class in ["loss", "pending", "out"] {
        assert!((total / widths(&falls, class)[0] - 3.0).abs() < 0.03);
    }
}

#[test]
fn every_chart_renders_the_edges_of_data() {
    let many: Vec<f64> = (0..60).map(|n| f64::from(n % 7)).collect();
    let data: [&[f64]; 7] = [&[], &[5.0], &[3.0, 3.0, 3.0], &[0.0, 0.0], &[1.0, 1e12, 2.0], &[-4.0, 2.0, 9.0], &many];
    let long = "very long words ".repeat(13);
    let labels = ["Referral", &long, "<script>alert(\"x\")</script>", "שלום 🎉 عميل", ""];
    for values in data {
        for label in labels {
            for svg in all(label, values) {
                let svg = svg.unwrap();
                assert_tags_close(&svg);
                assert_words_fit(&svg);
                let text = svg.as_str();
                assert!(!text.contains("<script") && !text.contains("style="), "{text}");
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                assert!(text.matches('<').count() < 2000);
            }
        }
    }
}

#[test]
fn no_data_says_so() {
    for svg in all("none", &[]) {
        assert!(svg.unwrap().as_str().contains("nothing to show"));
    }
}

#[test]
fn a_value_that_is_no_number_is_refused() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(matches!(bars(&[1.0, bad]), Err(ChartError::NotFinite)));
        assert!(matches!(curves_of("a", &[bad, 1.0]), Err(ChartError::NotFinite)));
        assert!(matches!(panels_of("a", &[bad]), Err(ChartError::NotFinite)));
        assert!(matches!(timeline_of("a", &[bad], true), Err(ChartError::NotFinite)));
        assert!(matches!(spark(&WORDS, &[bad]), Err(ChartError::NotFinite)));
    }
    assert!(matches!(bars(&[1e300]), Err(ChartError::TooLarge(_))));
}

#[test]
fn a_shortened_label_keeps_its_full_words() {
    let long = "name ".repeat(40);
    let svg = funnel_of(&long, &[4]).unwrap();
    assert!(svg.as_str().contains(&format!("<title>{}</title>", long.trim())));
    assert!(svg.as_str().contains('…'));
}

#[test]
fn a_chart_names_itself_and_its_hatch() {
    let hatched = Bar { tone: Tone::Hatched, ..bar("a", 1.0) };
    let svg = interval_bars(&WORDS, &[hatched], Unit::Count, None).unwrap();
    let text = svg.as_str();
    assert!(text.contains("class=\"chart chart-bars\" role=\"img\" aria-labelledby=\"c-1-title c-1-desc\""));
    assert!(text.contains("<title id=\"c-1-title\">A &lt;finding&gt; &amp; &quot;more&quot;</title>"));
    assert!(text.contains("<pattern id=\"c-1-hatch\"") && text.contains("url(#c-1-hatch)"));
    let bad = Words { id: "a b", ..WORDS };
    assert!(matches!(spark(&bad, &[1.0]), Err(ChartError::BadId(_))));
}

#[test]
fn every_class_is_in_the_table_of_this_module() {
    let table = include_str!("mod.rs");
    for svg in all("a", &[4.0, 1.0, 1.0, 1.0, 2.0]) {
        let svg = svg.unwrap();
        for line in svg.as_str().lines().skip(1) {
            for class in attribute(line, "class").unwrap_or("").split_whitespace() {
                // s2, s3, band-3 and the like stand inside a span of the table.
                let series = class.starts_with(['s']) || class.starts_with("band-");
                assert!(series || table.contains(&format!("`{class}`")), "{class}");
            }
        }
    }
}
