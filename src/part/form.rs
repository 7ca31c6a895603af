//! The form of a type as it is written: takes a type, gives a line for each value, field and variant in the order in which
//! they are written. `postcard` writes values one after the other, without names, so whoever reads must have the same.
//!
//! A type tells its form while it is read, so it is read from nothing: every sequence has a bare member, in which all is
//! empty, and a full one, of which the form is taken down.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// What a text may have to be, where it is not any: a day, a month.
const TEXTS: [&str; 3] = ["2026-01-05", "2026-01", "text"];

/// The form of a type, line by line.
///
/// # Panics
/// Where it asks for a text that is not among [`TEXTS`], or for anything that `postcard` cannot write.
pub fn form<'de, T: Deserialize<'de>>() -> Vec<String> {
    let mut forms: Vec<Vec<String>> = Vec::new();
    let mut variant = 0;
    loop {
        let trace = full_trace::<T>(variant);
        // Most variants hold nothing, and so tell nothing.
        if !forms.contains(&trace.lines) {
            forms.push(trace.lines);
        }
        variant += 1;
        if variant >= trace.most_variants {
            return forms.concat();
        }
    }
}

/// Reads a type with each of its enums in this variant, or the nearest it has. A text that does not do is tried anew.
fn full_trace<'de, T: Deserialize<'de>>(variant: u32) -> Trace {
    let mut tried: BTreeMap<usize, usize> = BTreeMap::new();
    loop {
        let mut trace = Trace { variant, tried, lines: Vec::new(), texts: 0, most_variants: 0 };
        match T::deserialize(Tracer { trace: &mut trace, is_full: true, depth: 0 }) {
            Ok(_) => return trace,
            Err(wrong) => {
                // A text is judged as soon as it is given.
                let text = trace.tried.entry(trace.texts).or_default();
                *text += 1;
                assert!(*text < TEXTS.len(), "no text does: {wrong}");
            }
        }
        tried = trace.tried;
    }
}

/// What has been read of a type.
struct Trace {
    variant: u32,
    /// Which text is given in a place where the first did not do.
    tried: BTreeMap<usize, usize>,
    lines: Vec<String>,
    texts: usize,
    most_variants: u32,
}

/// Gives a value of whatever is asked for, and takes down what that was.
struct Tracer<'t> {
    trace: &'t mut Trace,
    is_full: bool,
    depth: usize,
}

/// Why a value does not do.
#[derive(Debug)]
struct Wrong(String);

impl Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl Error for Wrong {
    fn custom<T: Display>(message: T) -> Wrong {
        Wrong(message.to_string())
    }
}

impl Tracer<'_> {
    /// Takes down what is asked for.
    fn tell(&mut self, what: &str) {
        if self.is_full {
            self.trace.lines.push(format!("{}{what}", " ".repeat(self.depth)));
        }
    }

    /// For what is within.
    fn within(&mut self, is_full: bool) -> Tracer<'_> {
        Tracer { trace: self.trace, is_full: self.is_full && is_full, depth: self.depth + 1 }
    }
}

/// Gives a 1 of each type of number.
macro_rules! numbers {
    ($($read:ident $visit:ident $kind:ident)+) => {
        $(fn $read<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
            self.tell(stringify!($kind));
            visitor.$visit(1 as $kind)
        })+
    };
}

/// Refuses what `postcard` cannot write.
macro_rules! refused {
    ($($read:ident)+) => {
        $(fn $read<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Wrong> {
            Err(Wrong(format!("{} has no fixed form", stringify!($read))))
        })+
    };
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Wrong;

    numbers! {
        deserialize_i8 visit_i8 i8  deserialize_i16 visit_i16 i16  deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64  deserialize_i128 visit_i128 i128
        deserialize_u8 visit_u8 u8  deserialize_u16 visit_u16 u16  deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64  deserialize_u128 visit_u128 u128
        deserialize_f32 visit_f32 f32  deserialize_f64 visit_f64 f64
    }

    refused! { deserialize_any deserialize_identifier deserialize_ignored_any }

    fn deserialize_bool<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("bool");
        visitor.visit_bool(false)
    }

    fn deserialize_char<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("char");
        visitor.visit_char('x')
    }

    fn deserialize_str<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("text");
        self.trace.texts += 1;
        let text = self.trace.tried.get(&self.trace.texts).copied().unwrap_or_default();
        visitor.visit_borrowed_str(TEXTS[text])
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("bytes");
        visitor.visit_borrowed_bytes(&[])
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("perhaps");
        if self.is_full { visitor.visit_some(self.within(true)) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("nothing");
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.tell(name);
        visitor.visit_newtype_struct(self.within(true))
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("list of");
        visitor.visit_seq(Members { left: if self.is_full { 2 } else { 0 }, is_list: true, fields: &[], of: self })
    }

    fn deserialize_tuple<V: Visitor<'de>>(mut self, len: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.tell(&format!("{len} together"));
        visitor.visit_seq(Members { left: len, is_list: false, fields: &[], of: self })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.tell(name);
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Wrong> {
        self.tell("table of");
        visitor.visit_map(Members { left: usize::from(self.is_full), is_list: false, fields: &[], of: self })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.tell(name);
        visitor.visit_seq(Members { left: fields.len(), is_list: false, fields, of: self })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.tell(&format!("{name}: {}", variants.join(" | ")));
        let all = u32::try_from(variants.len()).expect("a type has few variants");
        self.trace.most_variants = self.trace.most_variants.max(all);
        let variant = if self.is_full { self.trace.variant.min(all - 1) } else { 0 };
        visitor.visit_enum(Variant { of: self, variant })
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The members of a list, a table, a tuple or a struct.
struct Members<'t> {
    of: Tracer<'t>,
    left: usize,
    is_list: bool,
    fields: &'static [&'static str],
}

impl Members<'_> {
    /// The next of them, if there is one.
    fn next<'de, S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Wrong> {
        if self.left == 0 {
            return Ok(None);
        }
        if let Some(field) = self.fields.len().checked_sub(self.left).and_then(|at| self.fields.get(at)) {
            self.of.tell(&format!(".{field}"));
        }
        self.left -= 1;
        // Of a list the last is full.
        seed.deserialize(self.of.within(!self.is_list || self.left == 0)).map(Some)
    }
}

impl<'de> SeqAccess<'de> for Members<'_> {
    type Error = Wrong;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Wrong> {
        self.next(seed)
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Wrong;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Wrong> {
        self.next(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Wrong> {
        seed.deserialize(self.of.within(true))
    }
}

/// A variant of an enum, by its place.
struct Variant<'t> {
    of: Tracer<'t>,
    variant: u32,
}

impl<'de, 't> EnumAccess<'de> for Variant<'t> {
    type Error = Wrong;
    type Variant = Tracer<'t>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Tracer<'t>), Wrong> {
        let place = IntoDeserializer::<Wrong>::into_deserializer(self.variant);
        Ok((seed.deserialize(place)?, self.of))
    }
}

impl<'de> VariantAccess<'de> for Tracer<'_> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, Wrong> {
        seed.deserialize(self.within(true))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.tell("fields");
        visitor.visit_seq(Members { left: fields.len(), is_list: false, fields, of: self })
    }
}

#[test]
fn every_part_of_a_form_is_told_in_the_order_in_which_it_is_written() {
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    struct Month;
    impl TryFrom<String> for Month {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Month, &'static str> {
            if text == TEXTS[1] { Ok(Month) } else { Err("no month") }
        }
    }
    #[derive(Deserialize)]
    struct Row {
        _months: Vec<(Month, i32)>,
        _kind: Option<Kind>,
    }
    #[derive(Deserialize)]
    enum Kind {
        Plain,
        Named(#[expect(dead_code, reason = "it is only read")] String),
        Sized { _bytes: u64 },
    }
    let plain = "Row|._months| list of|  2 together|   text|   i32|._kind| perhaps|  Kind: Plain | Named | Sized";
    let form = form::<Row>().join("|");
    let all = [plain, "|", plain, "|   text|", plain, "|  fields|  ._bytes|   u64"].concat();
    assert_eq!(form, all);
}
