//! What a record is made of, as pages, search and charts read it.

use crate::When;
use crate::order_number::OrderNumber;
use serde::{Deserialize, Serialize};

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// Every value, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word by which it is stored and by which addresses name it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Its place among all of them, from 0.
            #[must_use]
            #[expect(clippy::as_conversions, reason = "a variant without fields has no other way to its number")]
            pub const fn place(self) -> usize {
                self as usize
            }

            /// The value that has this word; `None` when there is none.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// Where an entry belongs in the record. The word is also the last part of its page's address.
    Category {
        /// Conditions and diagnoses.
        Problem = "problems",
        /// Medicines prescribed, dispensed or stated.
        Medicine = "medicines",
        /// Allergies and intolerances.
        Allergy = "allergies",
        /// Vaccinations.
        Immunisation = "immunisations",
        /// Test results, reports, measurements, and tests ordered.
        Result = "results",
        /// Consultations, visits, admissions, appointments and referrals.
        Visit = "visits",
        /// Operations and other procedures.
        Procedure = "procedures",
        /// Letters, summaries and other documents.
        Document = "documents",
        /// Care plans, goals and care teams.
        Care = "care",
        /// The person's own details, and the people, organisations and places that their record names.
        People = "people",
        /// Kept as received and counted, not shown in a list of its own.
        Other = "other",
    }
}

impl Category {
    /// The categories that have a page of their own, in the order in which the record shows them.
    pub const SHOWN: &'static [Self] = &[
        Self::Problem,
        Self::Medicine,
        Self::Allergy,
        Self::Immunisation,
        Self::Result,
        Self::Visit,
        Self::Procedure,
        Self::Document,
        Self::Care,
        Self::People,
    ];

    /// The heading people see.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Problem => "Health problems",
            Self::Medicine => "Medicines",
            Self::Allergy => "Allergies",
            Self::Immunisation => "Vaccinations",
            Self::Result => "Test results",
            Self::Visit => "Consultations and visits",
            Self::Procedure => "Procedures",
            Self::Document => "Letters and documents",
            Self::Care => "Care plans",
            Self::People => "People and places",
            Self::Other => "Other entries",
        }
    }
}

coded! {
    /// How sensitive an entry is: exactly one label each, as people choose whom to show it to.
    Sensitivity {
        /// Nothing that needs special care.
        General = "general",
        /// Mental health.
        Mental = "mental",
        /// Sexual and reproductive health.
        Sexual = "sexual",
        /// Social care.
        Social = "social",
    }
}

coded! {
    /// Whether an entry may be shown to the person it is about.
    Release {
        /// It may be shown.
        Released = "released",
        /// It must never be shown: a draft, entered in error, redacted at source.
        Withheld = "withheld",
    }
}

/// A code with the system that defines it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The code system's URI, such as `http://snomed.info/sct`.
    pub system: String,
    /// The code.
    pub code: String,
    /// The words that came with it.
    pub display: Option<String>,
}

/// A measured or stated value, in the words and digits in which it was recorded: `1.0` stays `1.0`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// As shown, without its unit: "5.6", "<3", "120/80", "Positive".
    pub text: String,
    /// As recorded, where it is a single number; decimal text.
    pub number: Option<String>,
    /// The unit as recorded, for people to read.
    pub unit: Option<String>,
    /// The laboratory's own range, as recorded.
    pub range: Option<Range>,
    /// What the laboratory said of it ("High", "Normal"), as recorded.
    pub interpretation: Option<String>,
}

/// The range that a laboratory gave with a value; never one of our own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Decimal text.
    pub low: Option<String>,
    /// Decimal text.
    pub high: Option<String>,
    /// The range in words, where the laboratory gave it so.
    pub text: Option<String>,
}

impl Range {
    /// Its words, trimmed, where they say more than its ends say already, such as for whom or when it counts.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        let text = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
        let mut ends: Vec<&str> = [&self.low, &self.high].into_iter().flatten().map(String::as_str).collect();
        if ends.is_empty() || !ends.iter().all(|end| text.contains(*end)) {
            return Some(text);
        }
        // The one may be a part of the other: "5" of "50".
        ends.sort_by_key(|end| std::cmp::Reverse(end.len()));
        let rest = ends.into_iter().fold(text.to_lowercase(), |rest, end| rest.replace(&end.to_lowercase(), " "));
        rest.split_whitespace().any(|word| !is_of_ends(word)).then_some(text)
    }
}

/// Words, in small letters, that only join the two ends of a range or say that it is one.
const JOINING: &[&str] = &[
    "and",
    "between",
    "from",
    "interval",
    "less",
    "more",
    "normal",
    "or",
    "over",
    "range",
    "ref",
    "reference",
    "than",
    "to",
    "under",
    "up",
];
/// Units without a stroke, in small letters.
const BARE_UNITS: &[&str] = &["%", "cm", "fl", "g", "kg", "m2", "m\u{b2}", "mm", "mmhg", "pg", "s", "sec"];
/// What stands behind the last stroke of a unit, in small letters.
const UNITS_BELOW: &[&str] = &[
    "1.73",
    "1.73m2",
    "1.73m\u{b2}",
    "24h",
    "24hr",
    "d",
    "day",
    "dl",
    "fl",
    "g",
    "h",
    "hpf",
    "hr",
    "kg",
    "l",
    "litre",
    "min",
    "ml",
    "mmol",
    "mol",
    "ul",
];

/// Whether a word beside the ends of a range, in small letters, says nothing else than they do.
fn is_of_ends(word: &str) -> bool {
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '%' | '/'));
    let is_unit = |(_, below): (&str, &str)| UNITS_BELOW.contains(&below);
    word.is_empty() || JOINING.contains(&word) || BARE_UNITS.contains(&word) || word.rsplit_once('/').is_some_and(is_unit)
}

/// One of the ranges that came with a value, with for what and for whom the laboratory gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenRange {
    /// Its ends, and its words.
    pub range: Range,
    /// The unit of its ends, where that is another than the value's, so that they cannot be compared.
    pub unit: Option<String>,
    /// What it is for, where that is not what is normal: "Treatment range".
    pub kind: Option<String>,
    /// For whom it is: "Women", "age 18 or more".
    pub applies: Option<String>,
}

/// One of several values that one result has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultPart {
    /// By what the same part of other results is known; absent where it has no code that means something elsewhere.
    #[serde(default)]
    pub key: Option<String>,
    /// What it is.
    pub name: String,
    /// The value.
    pub value: Value,
    /// The unit of its value in UCUM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_code: Option<String>,
    /// Its ranges.
    pub ranges: Vec<GivenRange>,
}

coded! {
    /// How one entry belongs to another.
    LinkRole {
        /// It is one of the values of a report.
        Member = "member",
        /// It is the order that was answered.
        Order = "order",
        /// It is a picture or a scan that came with a report.
        Picture = "picture",
    }
}

/// Another resource of the same source to which a result belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultLink {
    /// How.
    pub role: LinkRole,
    /// Its FHIR type.
    pub resource_type: String,
    /// Its id at the source.
    pub logical_id: String,
    /// What it is called where it is named.
    pub name: Option<String>,
}

coded! {
    /// How an entry has to do with the orders whose numbers it tells.
    OrderRole {
        /// It is the order.
        Asks = "asks",
        /// It answers the order.
        Answers = "answers",
        /// It asks for something that is no test that was ordered, and may share the number of one.
        Beside = "beside",
    }
}

/// By which numbers an order of a test and what answers it know each other, whoever sent them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// How.
    pub role: OrderRole,
    /// By what others of the same thing are known; absent where it has no code that means something elsewhere.
    pub about: Option<String>,
    /// The numbers, each once.
    pub numbers: Vec<OrderNumber>,
}

/// What a result or an order of a test says beside what every entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFacts {
    /// By what other results of the same thing are known.
    pub analyte: Option<String>,
    /// The unit of its value in UCUM.
    pub unit_code: Option<String>,
    /// Every range that came with it.
    pub ranges: Vec<GivenRange>,
    /// Its values, where it has several.
    pub parts: Vec<ResultPart>,
    /// What it belongs to, in the order of the report.
    pub links: Vec<ResultLink>,
    /// Its source marked it as one that somebody talks about with the person before they read it.
    #[serde(default)]
    pub comment_first: bool,
}

/// One more fact of an entry, with the plain words that introduce it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// "Dose", "Reason", "How it was given".
    pub label: String,
    /// As people read it. May hold line breaks.
    pub value: String,
}

/// The [`EntryFacts::kind`] of a stay in hospital, by which what it keeps somebody from is found.
pub const HOSPITAL_STAY: &str = "Hospital stay";

/// What one source resource says, in the form that pages read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryFacts {
    /// Where it belongs.
    pub category: Category,
    /// What sort of thing it is within its category, in plain words: "Blood pressure", "Repeat medicine", "GP visit".
    pub kind: String,
    /// Its name, in the plainest words that the source gave.
    pub title: String,
    /// The code of what it is about.
    pub code: Option<Code>,
    /// The source's own status word, such as `active` or `final`.
    pub status: Option<String>,
    /// When it happened or began.
    pub happened: Option<When>,
    /// When it ended.
    pub ended: Option<When>,
    /// When it was written down, if the source says.
    pub recorded: Option<When>,
    /// Its value, for results and measurements.
    pub value: Option<Value>,
    /// Who recorded it, by name.
    pub author: Option<String>,
    /// The organisation or place it comes from, by name.
    pub place: Option<String>,
    /// Further facts in the order in which to show them.
    pub details: Vec<Detail>,
    /// It says that there is none ("No known allergies"), which is not the same as no information.
    pub none_known: bool,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// Whether the person may see it.
    pub release: Release,
    /// The other resources of its source from which it takes words, found or not: `Condition/c1`.
    pub mentions: Vec<String>,
    /// Only what other resources say of it put it into its category.
    pub placed_by_others: bool,
    /// What a result says beside all that; absent for everything else.
    pub result: Option<Box<ResultFacts>>,
    /// By which numbers an order and what answers it know each other; absent where there are none.
    #[serde(default)]
    pub ordered: Option<Box<Ordered>>,
    /// The visit in which it was done, by the id that its source gave that.
    pub visit: Option<String>,
    /// To which other resources of its source a document says that it refers, without words from them: `DiagnosticReport/r1`.
    #[serde(default)]
    pub refers_to: Vec<String>,
}
