//! The FHIR R4 datatypes, with the fields that a record reads. Unknown fields are passed over: the text as received keeps them.

use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor, value};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Deref;

/// A list that may be missing or null.
#[derive(Clone, Debug)]
pub(crate) struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default()))
    }
}

/// A part that helps but is not needed: of a form that we do not know, it counts as missing.
#[derive(Clone, Debug)]
pub(crate) struct Lenient<T>(pub(crate) Option<T>);

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok()))
    }
}

/// One or several of the same, as some fields differ between resource types.
#[derive(Clone, Debug)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
                T::deserialize(value::StrDeserializer::new(text)).map(|one| vec![one])
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
                T::deserialize(value::MapAccessDeserializer::new(map)).map(|one| vec![one])
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = seq.next_element()? {
                    all.push(one);
                }
                Ok(all)
            }
        }
        deserializer.deserialize_any(Either(std::marker::PhantomData)).map(Self)
    }
}

/// A JSON number in the digits in which it was written: `1.50` stays `1.50`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal(String);

impl Decimal {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_one(&self) -> bool {
        self.0.parse::<f64>().is_ok_and(|number| (number - 1.0).abs() < f64::EPSILON)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?.get();
        if raw.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(D::Error::custom("expected a number"))
        }
    }
}

macro_rules! fhir {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, serde::Deserialize)]
        #[serde(default, rename_all = "camelCase")]
        pub(crate) struct $name { $($(#[$attribute])* pub(crate) $field: $type,)* }
    )* };
}
pub(crate) use fhir;

fhir! {
    Meta {
        security: List<Coding>,
        tag: List<Coding>,
    }
    Coding {
        system: Option<String>,
        code: Option<String>,
        display: Option<String>,
        user_selected: Option<bool>,
    }
    CodeableConcept {
        coding: List<Coding>,
        text: Option<String>,
    }
    Identifier {
        #[serde(rename = "use")]
        usage: Option<String>,
        system: Option<String>,
        value: Option<String>,
    }
    Reference {
        reference: Option<String>,
        #[serde(rename = "type")]
        kind: Option<String>,
        identifier: Option<Identifier>,
        display: Option<String>,
    }
    Period {
        start: Option<String>,
        end: Option<String>,
    }
    Quantity {
        value: Option<Decimal>,
        comparator: Option<String>,
        unit: Option<String>,
        system: Option<String>,
        code: Option<String>,
    }
    /// FHIR `Range`; named so as not to be taken for a laboratory's range.
    Span {
        low: Option<Quantity>,
        high: Option<Quantity>,
    }
    Ratio {
        numerator: Option<Quantity>,
        denominator: Option<Quantity>,
    }
    SampledData {
        data: Option<String>,
    }
    Annotation {
        text: Option<String>,
        time: Option<String>,
        author_string: Option<String>,
        author_reference: Option<Reference>,
    }
    HumanName {
        #[serde(rename = "use")]
        usage: Option<String>,
        text: Option<String>,
        family: Option<String>,
        given: List<Option<String>>,
        prefix: List<Option<String>>,
        suffix: List<Option<String>>,
    }
    Address {
        #[serde(rename = "use")]
        usage: Option<String>,
        text: Option<String>,
        line: List<Option<String>>,
        city: Option<String>,
        district: Option<String>,
        state: Option<String>,
        postal_code: Option<String>,
    }
    ContactPoint {
        system: Option<String>,
        value: Option<String>,
        #[serde(rename = "use")]
        usage: Option<String>,
    }
    Attachment {
        content_type: Option<String>,
        title: Option<String>,
        creation: Option<String>,
        url: Option<String>,
        data: Option<String>,
    }
    Narrative {
        div: Option<String>,
    }
    Extension {
        url: Option<String>,
        value_codeable_concept: Option<CodeableConcept>,
        value_string: Option<String>,
        value_date_time: Option<String>,
        value_integer: Option<Decimal>,
        value_unsigned_int: Option<Decimal>,
        value_positive_int: Option<Decimal>,
        extension: List<Extension>,
    }
    Dosage {
        text: Option<String>,
        patient_instruction: Option<String>,
        additional_instruction: List<CodeableConcept>,
        timing: Option<Timing>,
        as_needed_boolean: Option<bool>,
        as_needed_codeable_concept: Option<CodeableConcept>,
        site: Option<CodeableConcept>,
        route: Option<CodeableConcept>,
        method: Option<CodeableConcept>,
        dose_and_rate: List<DoseAndRate>,
        max_dose_per_period: Option<Ratio>,
    }
    DoseAndRate {
        dose_quantity: Option<Quantity>,
        dose_range: Option<Span>,
        rate_quantity: Option<Quantity>,
        rate_range: Option<Span>,
        rate_ratio: Option<Ratio>,
    }
    Timing {
        event: List<Option<String>>,
        repeat: Option<Repeat>,
        code: Option<CodeableConcept>,
    }
    Repeat {
        bounds_duration: Option<Quantity>,
        bounds_range: Option<Span>,
        bounds_period: Option<Period>,
        count: Option<Decimal>,
        frequency: Option<Decimal>,
        frequency_max: Option<Decimal>,
        period: Option<Decimal>,
        period_max: Option<Decimal>,
        period_unit: Option<String>,
        day_of_week: List<Option<String>>,
        time_of_day: List<Option<String>>,
        when: List<Option<String>>,
        offset: Option<Decimal>,
    }
}

/// `Practitioner.name` (a list), `Organization.name` (a text).
#[derive(Clone, Debug)]
pub(crate) enum NameField {
    Text(String),
    Human(Vec<HumanName>),
}

impl<'de> Deserialize<'de> for NameField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = NameField;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<NameField, E> {
                Ok(NameField::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<NameField, A::Error> {
                HumanName::deserialize(value::MapAccessDeserializer::new(map)).map(|one| NameField::Human(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<NameField, A::Error> {
                Vec::deserialize(value::SeqAccessDeserializer::new(seq)).map(NameField::Human)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// `Goal.description` (a concept), `CarePlan.description` (a text).
#[derive(Clone, Debug)]
pub(crate) struct WordsField(pub(crate) CodeableConcept);

impl<'de> Deserialize<'de> for WordsField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = WordsField;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("words")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<WordsField, E> {
                Ok(WordsField(CodeableConcept { text: Some(text.to_owned()), ..CodeableConcept::default() }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WordsField, A::Error> {
                CodeableConcept::deserialize(value::MapAccessDeserializer::new(map)).map(WordsField)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
