//! From codes, numbers and markup to words that people read.

use crate::types::{
    Address, Annotation, CodeableConcept, Coding, Decimal, Dosage, HumanName, Period, Quantity, Ratio, Repeat, Span, Timing,
};
use domain::When;
use domain::record::Code;
use std::borrow::Cow;

pub(crate) const SNOMED: &str = "http://snomed.info/sct";

/// What SNOMED CT puts after its terms to say of what sort they are.
const SEMANTIC_TAGS: &[&str] = &[
    "disorder",
    "finding",
    "procedure",
    "regime/therapy",
    "record artifact",
    "situation",
    "event",
    "observable entity",
    "substance",
    "product",
    "qualifier value",
    "body structure",
    "morphologic abnormality",
    "physical object",
    "environment",
    "person",
    "occupation",
    "assessment scale",
    "clinical drug",
    "medicinal product",
    "navigational concept",
    "organism",
    "specimen",
    "context-dependent category",
];

/// A text without blank ends, invisible joints and SNOMED's semantic tag; `None` when nothing is left.
pub(crate) fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    let text: Cow<'_, str> =
        if text.contains('\u{200B}') { Cow::Owned(text.replace('\u{200B}', "")) } else { Cow::Borrowed(text) };
    let bare = text
        .strip_suffix(')')
        .and_then(|open| open.rsplit_once(" ("))
        .filter(|(_, tag)| SEMANTIC_TAGS.contains(tag))
        .map_or(text.as_ref(), |(term, _)| term.trim_end());
    (!bare.is_empty()).then(|| bare.to_owned())
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// The coding that names a concept best for this country: the one a person chose, then SNOMED CT, then the first.
fn best(coding: &[Coding]) -> Option<&Coding> {
    let with_code = || coding.iter().filter(|one| filled(one.code.as_ref()).is_some());
    with_code()
        .find(|one| one.system.as_deref() == Some(SNOMED))
        .or_else(|| with_code().find(|one| one.user_selected == Some(true)))
        .or_else(|| with_code().find(|one| one.system.is_some()))
        .or_else(|| with_code().next())
}

impl CodeableConcept {
    /// Its own words, else the display of its best coding, else a code.
    pub(crate) fn words(&self) -> Option<String> {
        let displays = || self.coding.iter().filter(|one| filled(one.display.as_ref()).is_some());
        self.text
            .as_deref()
            .and_then(plain)
            .or_else(|| {
                displays()
                    .find(|one| one.user_selected == Some(true))
                    .or_else(|| displays().find(|one| one.system.as_deref() == Some(SNOMED)))
                    .or_else(|| displays().next())
                    .and_then(|one| one.display.as_deref())
                    .and_then(plain)
            })
            .or_else(|| {
                let code = best(&self.coding)?.code.as_deref()?;
                // A code without digits is most often a word.
                if code.contains(|c: char| c.is_ascii_digit()) { plain(code) } else { code_words(code) }
            })
    }

    pub(crate) fn code(&self) -> Option<Code> {
        best(&self.coding).map(|one| Code {
            system: one.system.clone().unwrap_or_default(),
            code: one.code.clone().unwrap_or_default(),
            display: one.display.clone(),
        })
    }

    /// Its first code, whatever the system.
    pub(crate) fn first_code(&self) -> Option<&str> {
        self.coding.iter().find_map(|one| filled(one.code.as_ref()))
    }

    pub(crate) fn has(&self, codes: &[&str]) -> bool {
        self.coding.iter().any(|one| one.code.as_deref().is_some_and(|code| codes.contains(&code)))
    }
}

/// The words of several concepts, each once.
pub(crate) fn all_words<'a>(concepts: impl IntoIterator<Item = &'a CodeableConcept>) -> Option<String> {
    joined(concepts.into_iter().filter_map(CodeableConcept::words), ", ")
}

/// How far back a repetition is looked for: far more than a record has, and a bound where somebody sends a flood.
pub(crate) const NEAR: usize = 200;

/// Texts joined, each once, in their order; `None` when there is none.
pub(crate) fn joined(texts: impl IntoIterator<Item = String>, between: &str) -> Option<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        if !text.trim().is_empty() && !all.iter().rev().take(NEAR).any(|known| *known == text) {
            all.push(text);
        }
    }
    (!all.is_empty()).then(|| all.join(between))
}

impl HumanName {
    /// "Dr Margaret Ellis".
    pub(crate) fn words(&self) -> Option<String> {
        let family = self.family.as_deref().map(|family| family.split_whitespace().collect::<Vec<_>>().join(" "));
        let parts: Vec<&str> = self
            .prefix
            .iter()
            .chain(self.given.iter())
            .flatten()
            .map(String::as_str)
            .chain(family.as_deref())
            .chain(self.suffix.iter().flatten().map(String::as_str))
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        if self.family.is_none() && self.given.is_empty() {
            return self.text.as_deref().and_then(plain);
        }
        if parts.is_empty() { None } else { Some(parts.join(" ")) }
    }

    /// The name that a person goes by among those given: official, then usual, then the first that is in use.
    pub(crate) fn best(names: &[Self]) -> Option<&Self> {
        let used = |usage: &str| names.iter().find(|name| name.usage.as_deref() == Some(usage));
        used("official")
            .or_else(|| used("usual"))
            .or_else(|| {
                names
                    .iter()
                    .find(|name| !matches!(name.usage.as_deref(), Some("old" | "maiden" | "nickname" | "anonymous" | "temp")))
            })
            .or_else(|| names.first())
    }
}

impl Address {
    pub(crate) fn words(&self) -> Option<String> {
        let lines =
            self.line.iter().flatten().chain(&self.city).chain(&self.district).chain(&self.state).chain(&self.postal_code);
        joined(lines.map(|line| line.trim().to_owned()), "\n").or_else(|| self.text.as_deref().and_then(plain))
    }
}

/// A date as people read it; as written where it is none.
pub(crate) fn day(text: &str) -> String {
    When::parse(text).map_or_else(|_| text.to_owned(), |when| when.in_words())
}

impl Period {
    pub(crate) fn words(&self) -> Option<String> {
        match (self.start.as_deref().map(day), self.end.as_deref().map(day)) {
            (Some(start), Some(end)) => Some(format!("{start} to {end}")),
            (Some(start), None) => Some(format!("from {start}")),
            (None, Some(end)) => Some(format!("until {end}")),
            (None, None) => None,
        }
    }
}

/// UCUM forms that read badly, and how people write them (The Unified Code for Units of Measure).
fn common_unit(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "mm[Hg]" => "mmHg",
        "Cel" | "cel" => "°C",
        "[degF]" => "°F",
        "kg/m2" => "kg/m²",
        "m2" => "m²",
        "10*9/L" => "10^9/L",
        "10*12/L" => "10^12/L",
        "10*3/uL" => "10^3/µL",
        "10*6/uL" => "10^6/µL",
        "[lb_av]" => "lb",
        "[oz_av]" => "oz",
        "[in_i]" => "in",
        "[ft_i]" => "ft",
        "[pH]" => "pH",
        "1" => "",
        "d" => "days",
        "wk" => "weeks",
        "mo" => "months",
        "a" => "years",
        "h" => "hours",
        _ => return None,
    })
}

/// A unit as people write it; `None` when it has none, as a score has not.
pub(crate) fn unit_words(unit: &str) -> Option<String> {
    let unit = unit.trim();
    if let Some(known) = common_unit(unit) {
        return (!known.is_empty()).then(|| known.to_owned());
    }
    if !unit.contains(['{', '[', '*']) && !unit.starts_with('u') {
        return plain(unit);
    }
    // Annotations in braces say what is counted and are no part of the unit.
    let mut out = String::with_capacity(unit.len());
    let mut rest = unit;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some((note, tail)) = after.get(1..).and_then(|after| after.split_once('}')) else {
            out.push_str(after);
            rest = "";
            break;
        };
        if note.starts_with(|first: char| first.is_ascii_digit()) {
            out.push_str(&note.replace("_m2", "m²").replace('_', " "));
        }
        rest = tail;
    }
    out.push_str(rest);
    let mut out =
        out.replace("10*", "10^").replace("mm[Hg]", "mmHg").replace("[iU]", "IU").replace("[IU]", "IU").replace("Cel", "°C");
    if let Some(rest) =
        ["ug", "uL", "umol", "ukat", "uU"].iter().find_map(|micro| out.starts_with(micro).then(|| out.get(1..)).flatten())
    {
        out = format!("µ{rest}");
    }
    if unit.contains("]") {
        out = out.replace(['[', ']'], "");
    }
    let out = out.trim().trim_end_matches('/').trim();
    (!out.is_empty()).then(|| out.to_owned())
}

impl Quantity {
    pub(crate) fn unit_words(&self) -> Option<String> {
        match filled(self.unit.as_ref()) {
            Some(unit) => unit_words(unit),
            None => filled(self.code.as_ref()).and_then(unit_words),
        }
    }

    /// Its unit in UCUM, where it says that it is in UCUM.
    pub(crate) fn ucum(&self) -> Option<String> {
        let is_ucum = self.system.as_deref().is_some_and(|system| system.trim() == "http://unitsofmeasure.org");
        filled(self.code.as_ref()).filter(|code| is_ucum && code.len() <= 64).map(ToOwned::to_owned)
    }

    /// "<3": the number with its comparator, without its unit.
    pub(crate) fn number_words(&self) -> Option<String> {
        let value = self.value.as_ref()?;
        let comparator = match self.comparator.as_deref() {
            None | Some("") => "",
            Some("<") => "<",
            Some("<=") => "≤",
            Some(">") => ">",
            Some(">=") => "≥",
            Some(other) => return Some(format!("{other} {value}")),
        };
        Some(format!("{comparator}{value}"))
    }

    /// "5.6 mmol/L", "2 tablets", "95%".
    pub(crate) fn words(&self) -> Option<String> {
        let number = self.number_words()?;
        Some(match self.unit_words() {
            Some(unit) if self.value.as_ref().is_some_and(|value| !value.is_one()) => with_unit(&number, &plural(&unit)),
            Some(unit) => with_unit(&number, singular(&unit)),
            None => number,
        })
    }
}

/// A number and its unit as they are written together.
pub(crate) fn with_unit(number: &str, unit: &str) -> String {
    if unit == "%" { format!("{number}%") } else { format!("{number} {unit}") }
}

fn singular(unit: &str) -> &str {
    match unit {
        "days" => "day",
        "weeks" => "week",
        "months" => "month",
        "years" => "year",
        "hours" => "hour",
        other => other,
    }
}

/// "tablets" for more than one tablet; other units as they are.
fn plural(unit: &str) -> Cow<'_, str> {
    const COUNTED: &[&str] = &[
        "tablet",
        "capsule",
        "puff",
        "drop",
        "spray",
        "sachet",
        "patch",
        "dose",
        "application",
        "vial",
        "ampoule",
        "lozenge",
        "pessary",
        "suppository",
        "cartridge",
        "inhaler",
        "injection",
        "pen",
        "strip",
        "pack",
        "bottle",
        "tube",
        "device",
        "day",
        "week",
        "month",
        "year",
        "hour",
        "minute",
        "unit",
    ];
    if !COUNTED.contains(&unit) {
        return Cow::Borrowed(unit);
    }
    match unit.strip_suffix('y') {
        Some(stem) if unit != "day" && unit != "spray" => Cow::Owned(format!("{stem}ies")),
        _ if unit == "patch" => Cow::Borrowed("patches"),
        _ => Cow::Owned(format!("{unit}s")),
    }
}

impl Span {
    pub(crate) fn words(&self) -> Option<String> {
        let (low, high) = (self.low.as_ref(), self.high.as_ref());
        match (low.and_then(Quantity::number_words), high.and_then(Quantity::words)) {
            (Some(low), Some(high)) => Some(format!("{low} to {high}")),
            (Some(_), None) => low.and_then(Quantity::words).map(|low| format!("{low} or more")),
            (None, Some(high)) => Some(format!("up to {high}")),
            (None, None) => None,
        }
    }
}

impl Ratio {
    pub(crate) fn words(&self) -> Option<String> {
        let numerator = self.numerator.as_ref()?;
        let denominator = self.denominator.as_ref()?;
        match (numerator.unit_words(), denominator.unit_words()) {
            // A titre: 1:64.
            (None, None) => Some(format!("{}:{}", numerator.number_words()?, denominator.number_words()?)),
            _ if denominator.value.as_ref().is_some_and(Decimal::is_one) => {
                Some(format!("{} per {}", numerator.words()?, singular(&denominator.unit_words().unwrap_or_default())))
            }
            _ => Some(format!("{} in {}", numerator.words()?, denominator.words()?)),
        }
    }
}

impl Annotation {
    /// What was noted, with when and by whom where that is known.
    pub(crate) fn words(&self, author: Option<String>) -> Option<String> {
        let text = filled(self.text.as_ref())?;
        let who = author.or_else(|| filled(self.author_string.as_ref()).map(ToOwned::to_owned));
        let when = self.time.as_deref().map(day);
        let signed = joined(who.into_iter().chain(when), ", ");
        Some(signed.map_or_else(|| text.to_owned(), |signed| format!("{text} ({signed})")))
    }
}

/// "2 times a day", "every 8 hours", "once a week on Mondays".
impl Timing {
    pub(crate) fn words(&self) -> Option<String> {
        let repeat = self.repeat.as_ref().and_then(Repeat::words);
        let code = || {
            let code = self.code.as_ref()?;
            let known = code.first_code().and_then(|code| {
                Some(match code.to_ascii_uppercase().as_str() {
                    "QD" | "OD" => "once a day",
                    "BID" | "BD" => "2 times a day",
                    "TID" | "TDS" => "3 times a day",
                    "QID" | "QDS" => "4 times a day",
                    "AM" => "in the morning",
                    "PM" => "in the afternoon",
                    "BED" => "at bedtime",
                    "QOD" => "every other day",
                    "WK" => "once a week",
                    "MO" => "once a month",
                    "Q1H" => "every hour",
                    "Q2H" => "every 2 hours",
                    "Q3H" => "every 3 hours",
                    "Q4H" => "every 4 hours",
                    "Q6H" => "every 6 hours",
                    "Q8H" => "every 8 hours",
                    _ => return None,
                })
            });
            filled(code.text.as_ref()).or(known).map(ToOwned::to_owned).or_else(|| code.words())
        };
        let events = || joined(self.event.iter().flatten().map(|event| day(event)), ", ").map(|events| format!("on {events}"));
        repeat.or_else(code).or_else(events)
    }
}

impl Repeat {
    fn words(&self) -> Option<String> {
        let mut parts = Vec::new();
        let unit = match self.period_unit.as_deref() {
            Some("s") => Some("second"),
            Some("min") => Some("minute"),
            Some("h") => Some("hour"),
            Some("d") => Some("day"),
            Some("wk") => Some("week"),
            Some("mo") => Some("month"),
            Some("a") => Some("year"),
            _ => None,
        };
        if let Some(unit) = unit {
            let times = match (&self.frequency, &self.frequency_max) {
                (Some(low), Some(high)) => Some(format!("{low} to {high} times")),
                (Some(times), None) if !times.is_one() => Some(format!("{times} times")),
                _ => None,
            };
            let one = self.period.as_ref().is_none_or(Decimal::is_one) && self.period_max.is_none();
            let period = match (&self.period, &self.period_max) {
                (Some(low), Some(high)) => format!("{low} to {high}"),
                (Some(period), None) => period.to_string(),
                (None, _) => String::new(),
            };
            let article = if unit == "hour" { "an" } else { "a" };
            parts.push(match (times, one) {
                (Some(times), true) => format!("{times} {article} {unit}"),
                (Some(times), false) => format!("{times} every {period} {unit}s"),
                (None, true) if matches!(unit, "hour" | "minute" | "second") => format!("every {unit}"),
                (None, true) => format!("once a {unit}"),
                (None, false) => format!("every {period} {unit}s"),
            });
        } else if let Some(times) = &self.frequency {
            parts.push(if times.is_one() { "once".to_owned() } else { format!("{times} times") });
        }
        let offset = self.offset.as_ref().map(|minutes| format!("{minutes} minutes "));
        for when in self.when.iter().flatten() {
            let words = match when.as_str() {
                "MORN" | "MORN.early" | "MORN.late" => "in the morning",
                "NOON" => "at midday",
                "AFT" | "AFT.early" | "AFT.late" => "in the afternoon",
                "EVE" | "EVE.early" | "EVE.late" => "in the evening",
                "NIGHT" => "at night",
                "PHS" => "after falling asleep",
                "HS" => "at bedtime",
                "WAKE" => "on waking",
                "C" => "with meals",
                "CM" => "with breakfast",
                "CD" => "with lunch",
                "CV" => "with the evening meal",
                "AC" => "before meals",
                "ACM" => "before breakfast",
                "ACD" => "before lunch",
                "ACV" => "before the evening meal",
                "PC" => "after meals",
                "PCM" => "after breakfast",
                "PCD" => "after lunch",
                "PCV" => "after the evening meal",
                _ => continue,
            };
            parts.push(format!("{}{words}", offset.as_deref().unwrap_or_default()));
        }
        let days = self.day_of_week.iter().flatten().filter_map(|day| {
            Some(match day.as_str() {
                "mon" => "Mondays",
                "tue" => "Tuesdays",
                "wed" => "Wednesdays",
                "thu" => "Thursdays",
                "fri" => "Fridays",
                "sat" => "Saturdays",
                "sun" => "Sundays",
                _ => return None,
            })
        });
        parts.extend(joined(days.map(ToOwned::to_owned), " and ").map(|days| format!("on {days}")));
        let times = self.time_of_day.iter().flatten().map(|time| time.get(..5).unwrap_or(time).to_owned());
        parts.extend(joined(times, " and ").map(|times| format!("at {times}")));
        let bounds =
            self.bounds_duration.as_ref().and_then(Quantity::words).or_else(|| self.bounds_range.as_ref().and_then(Span::words));
        parts.extend(bounds.map(|length| format!("for {length}")));
        parts.extend(self.bounds_period.as_ref().and_then(Period::words));
        parts.extend(self.count.as_ref().map(|count| format!("{count} times in all")));
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl Dosage {
    /// "1 tablet, 2 times a day": as the prescriber wrote it, else put together from its parts.
    pub(crate) fn words(&self) -> Option<String> {
        let advice = || {
            let own = self.patient_instruction.as_deref().and_then(plain);
            joined(own.into_iter().chain(self.additional_instruction.iter().filter_map(CodeableConcept::words)), ". ")
        };
        if let Some(text) = filled(self.text.as_ref()) {
            let extra = self.patient_instruction.as_deref().and_then(plain).filter(|extra| !text.contains(extra.as_str()));
            return Some(extra.map_or_else(|| text.to_owned(), |extra| format!("{}\n{extra}", text)));
        }
        let dose = self.dose_and_rate.iter().find_map(|dose| {
            let quantity = dose.dose_quantity.as_ref().and_then(|quantity| {
                let words = quantity.words()?;
                Some(if quantity.unit_words().is_none() { format!("{words} at a time") } else { words })
            });
            let rate = || {
                dose.rate_quantity
                    .as_ref()
                    .and_then(Quantity::words)
                    .or_else(|| dose.rate_ratio.as_ref().and_then(Ratio::words))
                    .or_else(|| dose.rate_range.as_ref().and_then(Span::words))
            };
            quantity.or_else(|| dose.dose_range.as_ref().and_then(Span::words)).or_else(rate)
        });
        let as_needed = match (&self.as_needed_codeable_concept, self.as_needed_boolean) {
            (Some(reason), _) => {
                Some(reason.words().map_or_else(|| "as needed".to_owned(), |reason| format!("as needed for {reason}")))
            }
            (None, Some(true)) => Some("as needed".to_owned()),
            _ => None,
        };
        let most = self.max_dose_per_period.as_ref().and_then(Ratio::words).map(|most| format!("no more than {most}"));
        let line =
            joined(dose.into_iter().chain(self.timing.as_ref().and_then(Timing::words)).chain(as_needed).chain(most), ", ");
        joined(line.into_iter().chain(advice()), "\n")
    }
}

/// The text of a narrative without its markup, one line for each block.
pub(crate) fn narrative(div: &str) -> Option<String> {
    let mut out = String::with_capacity(div.len() / 2);
    let mut rest = div;
    while let Some(open) = rest.find('<') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some((tag, tail)) = after.split_once('>') else {
            rest = "";
            break;
        };
        let name: String = tag.chars().skip(1).skip_while(|c| *c == '/').take_while(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "br" | "p" | "div" | "li" | "tr" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "caption" => {
                out.push('\n')
            }
            "td" | "th" => out.push(' '),
            _ => {}
        }
        rest = tail;
    }
    out.push_str(rest);
    let lines = out
        .lines()
        .map(|line| entities(&line.split_whitespace().collect::<Vec<_>>().join(" ")))
        .filter(|line| !line.trim().is_empty());
    let text = lines.collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let found = after.bytes().take(12).position(|byte| byte == b';').and_then(|end| {
            let name = after.get(1..end)?;
            let character = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => ' ',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code).filter(|c| !c.is_control())?
                }
            };
            Some((character, after.get(end + 1..)?))
        });
        match found {
            Some((character, tail)) => {
                out.push(character);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// The words of a text in small letters, with one space before and after each.
pub(crate) fn spaced(text: &str) -> String {
    let mut said = String::from(" ");
    for word in text.to_lowercase().split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()) {
        said.push_str(word);
        said.push(' ');
    }
    said
}

/// A code as words where no better are known: `not-done` as "Not done".
pub(crate) fn code_words(code: &str) -> Option<String> {
    let mut words = code.trim().replace(['-', '_'], " ").to_lowercase();
    if let Some(first) = words.get(..1).map(str::to_uppercase) {
        words.replace_range(..1, &first);
    }
    (!words.is_empty()).then_some(words)
}

/// "Female", "Male", "Other", "Not known" (FHIR administrative-gender).
pub(crate) fn gender_words(code: &str) -> Option<String> {
    match code {
        "unknown" => Some("Not known".to_owned()),
        other => code_words(other),
    }
}

/// What is said of a file of whose sort we know no name.
const ANOTHER_FILE: &str = "Another kind of file";

/// The same where its source gives the format a name of its own, which is said where the MIME type tells none.
pub(crate) fn format_words(content_type: Option<&str>, format: Option<&Coding>) -> Option<String> {
    let known = content_type.map(file_words);
    // A bare address or number is a code where a name belongs.
    let named = format.and_then(|format| format.display.as_deref()).and_then(plain).filter(|name| !name.contains(':'));
    match known {
        Some(known) if known != ANOTHER_FILE => Some(known),
        known => named.or(known),
    }
}

/// "PDF", "Word document": what sort of file a MIME type names.
pub(crate) fn file_words(content_type: &str) -> String {
    let bare = content_type.split(';').next().unwrap_or(content_type).trim();
    let lower = bare.to_ascii_lowercase();
    match lower.as_str() {
        "application/pdf" => "PDF",
        "text/plain" | "text/markdown" => "Text",
        "text/csv"
        | "application/vnd.ms-excel"
        | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        | "application/vnd.oasis.opendocument.spreadsheet" => "Spreadsheet",
        "application/vnd.ms-powerpoint"
        | "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        | "application/vnd.oasis.opendocument.presentation" => "Slides",
        "application/vnd.oasis.opendocument.text" => "Text document",
        "application/zip" | "application/x-zip-compressed" => "Packed files (ZIP)",
        "message/rfc822" => "Email",
        "text/calendar" => "Calendar entry",
        "text/vcard" => "Contact card",
        "text/html" | "application/xhtml+xml" => "Web page",
        "text/rtf" | "application/rtf" => "Rich text",
        "application/hl7-cda+xml" => "Clinical document",
        "application/msword" | "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "Word document",
        "image/jpeg" | "image/png" | "image/tiff" | "image/gif" | "image/webp" => "Picture",
        "application/dicom" => "Scan images",
        "application/xml" | "text/xml" | "application/fhir+xml" | "application/fhir+json" | "application/json" => {
            "Structured data"
        }
        other if other.starts_with("audio/") => "Sound recording",
        other if other.starts_with("video/") => "Video",
        other if other.starts_with("image/") => "Picture",
        other if other.contains('/') => ANOTHER_FILE,
        _ => bare,
    }
    .to_owned()
}

/// "Not known", "Not asked": why there is no value (HL7 data-absent-reason).
pub(crate) fn absent_words(reason: &CodeableConcept) -> String {
    let known = reason.first_code().and_then(|code| {
        Some(match code {
            "unknown" | "NaN" | "not-a-number" => "Not known",
            "asked-unknown" => "Asked, but not known",
            "temp-unknown" => "Not known yet",
            "not-asked" => "Not asked",
            "asked-declined" => "Asked, but not answered",
            "masked" => "Kept private",
            "not-applicable" => "Does not apply",
            "unsupported" | "as-text" => "Not recorded as a value",
            "error" => "Could not be measured",
            "negative-infinity" => "Too low to measure",
            "positive-infinity" => "Too high to measure",
            "not-performed" => "Not done",
            "not-permitted" => "Not allowed",
            _ => return None,
        })
    });
    known.map(ToOwned::to_owned).or_else(|| reason.words()).unwrap_or_else(|| "Not recorded".to_owned())
}

/// "High", "Normal": what a laboratory said of a value (HL7 v3 ObservationInterpretation).
pub(crate) fn interpretation_words(concepts: &[CodeableConcept]) -> Option<String> {
    joined(
        concepts.iter().filter_map(|concept| {
            let known = concept.first_code().and_then(|code| {
                Some(match code {
                    "H" | "HU" => "High",
                    "L" | "LU" => "Low",
                    "HH" => "Very high",
                    "LL" => "Very low",
                    "N" => "Normal",
                    "A" => "Abnormal",
                    "AA" => "Very abnormal",
                    "POS" => "Positive",
                    "NEG" => "Negative",
                    "IND" => "Not clear",
                    "E" => "Equivocal",
                    "DET" => "Found",
                    "ND" => "Not found",
                    "R" => "Resistant",
                    "S" => "Susceptible",
                    "I" => "Intermediate",
                    "HX" => "Above the range that can be measured",
                    "LX" => "Below the range that can be measured",
                    "CAR" => "Carrier",
                    "EXP" => "As expected",
                    "UNE" => "Not as expected",
                    "IE" => "Not enough to tell",
                    "WR" => "Weakly reactive",
                    "NS" => "Not susceptible",
                    "SDD" => "Susceptible at a higher dose",
                    "B" => "Better",
                    "W" => "Worse",
                    "U" => "Significantly higher",
                    "D" => "Significantly lower",
                    "RR" => "Reactive",
                    "NR" => "Not reactive",
                    ">" => "Above the range that can be measured",
                    "<" => "Below the range that can be measured",
                    _ => return None,
                })
            });
            // Some sources repeat the code where a word belongs.
            let text = filled(concept.text.as_ref()).filter(|text| known.is_none() || concept.first_code() != Some(*text));
            text.map(ToOwned::to_owned).or_else(|| known.map(ToOwned::to_owned)).or_else(|| concept.words())
        }),
        ", ",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_in_words_and_never_by_its_code() {
        for (code, people) in [
            ("application/hl7-cda+xml", "Clinical document"),
            ("application/pdf; version=1.4", "PDF"),
            ("image/heic", "Picture"),
            ("Application/PDF", "PDF"),
            ("text/csv; charset=utf-8", "Spreadsheet"),
            ("application/zip", "Packed files (ZIP)"),
            ("application/x-unheard-of", "Another kind of file"),
        ] {
            assert_eq!(file_words(code), people, "{code}");
        }
    }

    #[test]
    fn a_format_that_its_source_names_is_said_where_the_type_of_the_file_tells_nothing() {
        let named = |display: &str| Coding { display: Some(display.to_owned()), ..Coding::default() };
        let said = |kind: Option<&str>, display: &str| format_words(kind, Some(&named(display)));
        assert_eq!(said(Some("application/x-unheard-of"), "Heart tracing").as_deref(), Some("Heart tracing"));
        assert_eq!(said(None, "Heart tracing").as_deref(), Some("Heart tracing"));
        assert_eq!(said(Some("application/pdf"), "Unstructured document").as_deref(), Some("PDF"));
        for empty in [" ", "urn:ihe:iti:xds:2017:mimeTypeSufficient"] {
            assert_eq!(said(Some("application/x-unheard-of"), empty).as_deref(), Some(ANOTHER_FILE), "{empty}");
        }
        assert_eq!(format_words(None, None), None);
    }

    #[test]
    fn units_are_written_as_people_write_them() {
        for (ucum, people) in [
            ("mm[Hg]", Some("mmHg")),
            ("{score}", None),
            ("{ScoreOf}", None),
            ("1", None),
            ("10*9/L", Some("10^9/L")),
            ("Cel", Some("°C")),
            ("kg/m2", Some("kg/m²")),
            ("mL/min/{1.73_m2}", Some("mL/min/1.73m²")),
            ("{Beats}/min", Some("/min")),
            ("umol/L", Some("µmol/L")),
            ("m[IU]/L", Some("mIU/L")),
            ("mmol/L", Some("mmol/L")),
            ("%", Some("%")),
            ("units", Some("units")),
            ("{unclosed", Some("{unclosed")),
        ] {
            assert_eq!(unit_words(ucum).as_deref(), people, "{ucum}");
        }
    }

    #[test]
    fn a_semantic_tag_is_left_out_and_other_brackets_stay() {
        assert_eq!(plain("Asthma (disorder)").as_deref(), Some("Asthma"));
        assert_eq!(plain("Vitamin B (complex)").as_deref(), Some("Vitamin B (complex)"));
        assert_eq!(plain("rate/\u{200B}1.73").as_deref(), Some("rate/1.73"));
        assert_eq!(plain(" \u{200B} "), None);
    }

    fn dosage(json: &str) -> Option<String> {
        serde_json::from_str::<Dosage>(json).unwrap().words()
    }

    #[test]
    fn dosages_read_as_a_pharmacist_says_them() {
        let two = r#"{"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}},"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}"#;
        assert_eq!(dosage(two).as_deref(), Some("1 tablet, 2 times a day"));
        let needed = r#"{"timing":{"repeat":{"frequency":1,"period":6.0,"periodUnit":"h"}},"asNeededCodeableConcept":{"text":"pain"},"doseAndRate":[{"doseRange":{"low":{"value":1,"unit":"puff"},"high":{"value":2,"unit":"puff"}}}]}"#;
        assert_eq!(dosage(needed).as_deref(), Some("1 to 2 puffs, every 6.0 hours, as needed for pain"));
        let weekly = r#"{"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"wk","dayOfWeek":["mon"],"when":["MORN"],"boundsDuration":{"value":12,"code":"wk"}}}}"#;
        assert_eq!(dosage(weekly).as_deref(), Some("once a week, in the morning, on Mondays, for 12 weeks"));
        assert_eq!(
            dosage(r#"{"text":"Take ONE daily","patientInstruction":"With food"}"#).as_deref(),
            Some("Take ONE daily\nWith food")
        );
        assert_eq!(
            dosage(r#"{"timing":{"code":{"coding":[{"code":"BID"}]}},"asNeededBoolean":true}"#).as_deref(),
            Some("2 times a day, as needed")
        );
        assert_eq!(dosage("{}"), None);
    }

    #[test]
    fn a_narrative_reads_without_its_markup() {
        assert_eq!(
            narrative("<div><p>Tom &amp; Ann</p><ul><li>a&#233;</li><li>b &bogus; <b>c</b></li></ul><").as_deref(),
            Some("Tom & Ann\naé\nb &bogus; c")
        );
        assert_eq!(narrative("<div></div>"), None);
    }

    #[test]
    fn ratios_and_ranges_keep_their_digits() {
        let ratio: Ratio = serde_json::from_str(r#"{"numerator":{"value":1},"denominator":{"value":64}}"#).unwrap();
        assert_eq!(ratio.words().as_deref(), Some("1:64"));
        let rate: Ratio =
            serde_json::from_str(r#"{"numerator":{"value":4,"unit":"g"},"denominator":{"value":1,"code":"d"}}"#).unwrap();
        assert_eq!(rate.words().as_deref(), Some("4 g per day"));
        let span: Span = serde_json::from_str(r#"{"low":{"value":1.0},"high":{"value":2.50,"unit":"mg"}}"#).unwrap();
        assert_eq!(span.words().as_deref(), Some("1.0 to 2.50 mg"));
    }
}
