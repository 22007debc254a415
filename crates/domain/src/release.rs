//! When a result that has come may be read by the person it is about, and by those who act for them: one pure decision over
//! times, so that it holds whether or not any job has run.
//!
//! The organisation that sends a result may want to write to the person about it first, for some days at most. The person
//! may want to read it at once, after such words, or only when they say that they are ready. Each of these ends by itself.

use crate::record::{Category, EntryFacts, Release, Sensitivity, coded};
use crate::when::LAST_INSTANT;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// The most days that an organisation may keep a result to write about it first, and the most that a person's own wish to
/// be with somebody holds.
pub const LONGEST_DAYS: u8 = 14;
/// How many days a result waits for words that the person wants to read first, where its organisation says nothing.
pub const OWN_DAYS: u8 = 7;
/// What is older than so many days when it comes is history: nobody writes about it first.
pub const HISTORY_DAYS: i64 = 60;

coded! {
    /// What kind of result it is, as far as somebody may want to read it differently.
    ResultKind {
        /// Blood, urine and other samples.
        Blood = "blood",
        /// X-rays and scans.
        Scan = "scans",
        /// Cells and tissue under a microscope.
        Tissue = "tissue",
        /// Markers of cancer in the blood.
        Marker = "cancer-markers",
        /// Genes.
        Genes = "genes",
        /// Sexual health and pregnancy.
        Sexual = "sexual-health",
        /// Anything else that is sent as a report.
        Other = "other",
    }
}

/// Whether a test of this status is only ordered, or its report not complete: what may be shown of it says nothing yet.
#[must_use]
pub fn is_to_come(status: Option<&str>) -> bool {
    matches!(status, Some("registered" | "partial"))
}

/// Whether its source marked this one result as one that somebody talks about with the person before they read it.
#[must_use]
pub fn is_marked(facts: &EntryFacts) -> bool {
    facts.result.as_ref().is_some_and(|result| result.comment_first)
}

/// Whether a document waits with the results to which it refers: not what is a result itself, and not what somebody must act on by a day
/// or needs when they come home from hospital, by its title and its type in words.
#[must_use]
pub fn waits_with_results(facts: &EntryFacts) -> bool {
    let refers = facts.category == Category::Document && !facts.refers_to.is_empty();
    refers && ResultKind::of(facts).is_none() && !tells(&said_of(facts), TO_ACT_ON)
}

/// Whether a resource of this FHIR type tells of somebody or of a place that others name, such as who reported a result: not of the person
/// of the record.
#[must_use]
pub fn is_named(resource_type: &str) -> bool {
    matches!(resource_type, "Practitioner" | "PractitionerRole" | "Organization" | "Location")
}

/// From when on people and places of a source are shown that wait with its results, because nothing that is shown names them: with the
/// first result that does, or that names somebody who names them. Who names those that wait, or is named by them, and is told of by nothing
/// else, waits with the last of them. Those that are not in what is given back wait for nothing. Of whom nothing tells any more that waits or
/// is shown, because what did was taken back, goes with that, until [`LAST_INSTANT`], as do those that are told of beside them alone; until
/// something tells of them again.
///
/// `named` is whom each of them names by `Type/id`; `waited` which of them wait already, and until when; `shown` whom anything names that is shown;
/// `waiting` whom results name that wait, and until when.
#[must_use]
pub fn named_open_at<'a>(
    named: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    waited: &BTreeMap<&'a str, DateTime<Utc>>,
    shown: &BTreeSet<&'a str>,
    waiting: &[(&'a str, DateTime<Utc>)],
) -> BTreeMap<&'a str, DateTime<Utc>> {
    let mut told: BTreeSet<&'a str> = BTreeSet::new();
    let mut next: Vec<&'a str> = shown.iter().copied().collect();
    while let Some(key) = next.pop() {
        if let Some(names) = named.get(key)
            && told.insert(key)
        {
            next.extend(names.iter().copied());
        }
    }
    let mut opens: BTreeMap<&'a str, DateTime<Utc>> = BTreeMap::new();
    let mut next: Vec<(&'a str, DateTime<Utc>)> = waiting.to_vec();
    while let Some((key, at)) = next.pop() {
        let Some(names) = named.get(key).filter(|_| !told.contains(key)) else { continue };
        if opens.get(key).is_none_or(|before| at < *before) {
            opens.insert(key, at);
            next.extend(names.iter().map(|name| (*name, at)));
        }
    }
    let of_itself = |key: &str| named.contains_key(key) && !told.contains(key);
    let pairs = named.iter().flat_map(|(key, names)| names.iter().map(move |name| (*key, *name)));
    let linked: Vec<(&'a str, &'a str)> = pairs.filter(|(key, name)| of_itself(key) && of_itself(name)).collect();
    wait_together(&mut opens, &linked);
    // What waited beside somebody who is shown from now on waits for nothing any more.
    let beside_shown = |key: &str| named.get(key).is_some_and(|names| names.iter().any(|name| told.contains(name)));
    let is_gone = |key: &str, until: DateTime<Utc>| of_itself(key) && (until == LAST_INSTANT || !beside_shown(key));
    let waited = waited.iter().filter(|(key, until)| !opens.contains_key(*key) && is_gone(key, **until));
    let gone: Vec<&'a str> = waited.map(|(key, _)| *key).collect();
    opens.extend(gone.into_iter().map(|key| (key, LAST_INSTANT)));
    wait_together(&mut opens, &linked);
    opens
}

/// Lets those that are linked with one that waits wait with the last of those.
fn wait_together<'a>(opens: &mut BTreeMap<&'a str, DateTime<Utc>>, linked: &[(&'a str, &'a str)]) {
    loop {
        let mut more: BTreeMap<&'a str, DateTime<Utc>> = BTreeMap::new();
        for (one, other) in linked.iter().flat_map(|(key, name)| [(*key, *name), (*name, *key)]) {
            if let Some(at) = opens.get(one).filter(|_| !opens.contains_key(other)) {
                let last = more.entry(other).or_insert(*at);
                *last = (*last).max(*at);
            }
        }
        if more.is_empty() {
            return;
        }
        opens.append(&mut more);
    }
}

/// The words of what a document or a result is called, and of what sort of document it is.
fn said_of(facts: &EntryFacts) -> String {
    let display = facts.code.as_ref().and_then(|code| code.display.as_deref()).unwrap_or_default();
    let mut said = words(&format!("{} {display}", facts.title));
    if facts.category == Category::Document {
        // What sort of document it is stands there where its title says something else.
        let sorts = facts.details.iter().filter(|detail| SORTS.contains(&detail.label.as_str()));
        said.extend(sorts.map(|detail| words(&detail.value)));
    }
    said
}

/// How many days an organisation has to write first about one result: those of its rule about the kind; [`OWN_DAYS`] where it
/// has none and marked this one. `None` where it does not write first.
#[must_use]
pub fn days_to_write(rule: Option<u8>, marked: bool) -> Option<u8> {
    rule.filter(|days| *days > 0).or(marked.then_some(OWN_DAYS))
}

/// Words of titles that tell a kind, in lower case; looked for at the beginning of words.
const TISSUE: &[&str] = &[
    "biops",
    "histolog",
    "histopatholog",
    "cytolog",
    "cytopatholog",
    "surgical patholog",
    "cervical smear",
    "smear test",
    "cervical screening",
    "bone marrow",
    "fine needle",
    "excision",
];
const GENES: &[&str] =
    &["genetic", "genom", "gene ", "genotyp", "chromosom", "karyotyp", "brca", "mutation", "dna ", "carrier test"];
const MARKER: &[&str] = &[
    "prostate specific a",
    "psa ",
    "ca 125",
    "ca125",
    "ca 19",
    "ca19",
    "ca 15",
    "ca15",
    "carcinoembryonic",
    "cea ",
    "alpha fetoprotein",
    "alpha 1 fetoprotein",
    "tumour marker",
    "tumor marker",
    "cancer antigen",
    "paraprotein",
    "bence jones",
];

/// Details of a document that say what sort of document it is.
const SORTS: &[&str] = &["Type of document", "Category"];
/// Types of documents that are reports of tests, in the codes of LOINC and SNOMED CT. LOINC 18842-5 (discharge summary) is none.
/// LOINC: pathology study; comprehensive pathology report panel; cytology study of the cervix. SNOMED CT: pathology report.
const TISSUE_REPORTS: &[&str] = &["11526-1", "60567-5", "33717-0", "371528001"];
/// LOINC: diagnostic imaging study; radiology diagnostic study note. SNOMED CT: imaging report.
const SCAN_REPORTS: &[&str] = &["18748-4", "68604-8", "4201000179104"];
/// LOINC: laboratory report; studies of chemistry, haematology and microbiology. SNOMED CT: laboratory report.
const BLOOD_REPORTS: &[&str] = &["11502-2", "18719-5", "18723-5", "18725-2", "4241000179101"];
/// LOINC: genetic analysis report.
const GENE_REPORTS: &[&str] = &["51969-4"];
/// SNOMED CT: diagnostic studies report.
const OTHER_REPORTS: &[&str] = &["721981007"];
/// Words of titles of documents that say that they are the report of something.
const REPORTS: &[&str] = &["report ", "reports ", "result ", "results ", "study ", "studies ", "finding ", "findings "];
/// Words that say so by themselves.
const STUDIES: &[&str] = &["histolog", "histopatholog", "cytolog", "cytopatholog"];
/// Words of titles of documents that are no report of a test, whatever else they say: above all what somebody must act on by a day, and
/// what they need when they come home from hospital.
const NO_REPORT: &[&str] = &[
    "appointment",
    "invit",
    "reminder",
    "request",
    "referral",
    "consent",
    "leaflet",
    "information ",
    "prescription",
    "discharge",
    "did not attend",
    "admission",
    "blood pressure",
    "speech",
];
/// Those of them that say what somebody must act on, or needs, whatever it refers to.
const TO_ACT_ON: &[&str] = &[
    "appointment",
    "invit",
    "reminder",
    "request",
    "referral",
    "consent",
    "prescription",
    "discharge",
    "did not attend",
    "admission",
];
/// Words of titles of documents that tell a kind with one of [`REPORTS`].
const SEXUAL: &[&str] = &["hiv ", "chlamydia", "syphilis", "gonorrh", "pregnancy test", "sti ", "sexual health"];
const SCANS: &[&str] = &[
    "x ray",
    "xray",
    "radiolog",
    "radiograph",
    "ct ",
    "mri ",
    "ultraso",
    "scan ",
    "scans ",
    "imaging",
    "mammogra",
    "echocardiogra",
];
const SAMPLES: &[&str] = &[
    "blood",
    "laborator",
    "lab ",
    "biochem",
    "haematolog",
    "hematolog",
    "microbiolog",
    "virolog",
    "serolog",
    "urine",
    "stool",
    "swab",
];
const PATHOLOGY: &[&str] = &["patholog"];
const TESTS: &[&str] =
    &["test ", "tests ", "electrocardiogra", "ecg ", "spirometr", "lung function", "endoscop", "colonoscop", "gastroscop"];

impl ResultKind {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Blood => "Blood, urine and other samples",
            Self::Scan => "X-rays and scans",
            Self::Tissue => "Cells and tissue",
            Self::Marker => "Blood tests that look for signs of cancer",
            Self::Genes => "Genes",
            Self::Sexual => "Sexual health and pregnancy",
            Self::Other => "Other reports",
        }
    }

    /// What belongs to it.
    #[must_use]
    pub const fn explained(self) -> &'static str {
        match self {
            Self::Blood => "Such as cholesterol, blood sugar or a urine test",
            Self::Scan => "Such as an X-ray, an ultrasound or an MRI scan",
            Self::Tissue => "Such as a biopsy or a cervical screening test",
            Self::Marker => "Such as PSA or CA 125",
            Self::Genes => "Such as a test for something that runs in families",
            Self::Sexual => "Such as tests for HIV or chlamydia, or a pregnancy test",
            Self::Other => "Such as a heart trace or a breathing test",
        }
    }

    /// Of which kind an entry is; `None` for what is no result that somebody waits for: what was measured or said on a visit
    /// and not marked by its source, tests that were only ordered, and letters that do not say by their type or their title that they
    /// are the report of a test.
    #[must_use]
    pub fn of(facts: &EntryFacts) -> Option<Self> {
        if is_to_come(facts.status.as_deref()) || !matches!(facts.category, Category::Result | Category::Document) {
            return None;
        }
        let said = said_of(facts);
        let usual = match (facts.category, facts.kind.as_str()) {
            (Category::Document, _) => report(facts.code.as_ref().map(|code| code.code.as_str()), &said)?,
            (Category::Result, "Test result" | "Lab report") => Self::Blood,
            // A picture by itself is most often one of a scan.
            // That somebody was scanned says nothing of what was found, and starts no time in which a clinician writes first.
            (Category::Result, "Scan finding" | "Scan report" | "Picture" | "Recording") => Self::Scan,
            (Category::Result, "Report") => Self::Other,
            (Category::Result, "Result") if facts.value.is_some() => Self::Blood,
            (Category::Result, _) if is_marked(facts) => Self::Other,
            _ => return None,
        };
        if facts.sensitivity == Sensitivity::Sexual {
            return Some(Self::Sexual);
        }
        Some(match () {
            () if tells(&said, GENES) => Self::Genes,
            () if tells(&said, TISSUE) => Self::Tissue,
            () if tells(&said, MARKER) => Self::Marker,
            () => usual,
        })
    }
}

/// Of which kind a document is by its code and by what it says in [`words`] that it is; `None` where neither says that it is the report
/// of a test.
fn report(code: Option<&str>, said: &str) -> Option<ResultKind> {
    let coded = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code.trim()));
    let by_code = [
        (TISSUE_REPORTS, ResultKind::Tissue),
        (SCAN_REPORTS, ResultKind::Scan),
        (BLOOD_REPORTS, ResultKind::Blood),
        (GENE_REPORTS, ResultKind::Genes),
        (OTHER_REPORTS, ResultKind::Other),
    ];
    if let Some((_, kind)) = by_code.iter().find(|(codes, _)| coded(codes)) {
        return Some(*kind);
    }
    if tells(said, NO_REPORT) || !(tells(said, STUDIES) || tells(said, REPORTS)) {
        return None;
    }
    let by_words = [
        (GENES, ResultKind::Genes),
        (TISSUE, ResultKind::Tissue),
        (MARKER, ResultKind::Marker),
        (SEXUAL, ResultKind::Sexual),
        (SCANS, ResultKind::Scan),
        (SAMPLES, ResultKind::Blood),
        (PATHOLOGY, ResultKind::Tissue),
        (TESTS, ResultKind::Other),
    ];
    by_words.iter().find(|(stems, _)| tells(said, stems)).map(|(_, kind)| *kind)
}

/// Whether one of these stands in [`words`], at the beginning of a word.
fn tells(said: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| said.contains(&format!(" {stem}")))
}

/// A text as words in lower case with one space before, between and after them.
fn words(text: &str) -> String {
    let mut said = String::from(" ");
    for part in text.to_lowercase().split(|one: char| !one.is_alphanumeric()).filter(|part| !part.is_empty()) {
        said.push_str(part);
        said.push(' ');
    }
    said
}

coded! {
    /// When a person wants to read results of a kind.
    ResultChoice {
        /// As soon as they come.
        AtOnce = "at-once",
        /// When the organisation has written what they mean, or has had its time to.
        AfterComment = "after-comment",
        /// When they say that they are ready, and with somebody where they want that.
        WithSomeone = "with-someone",
    }
}

impl ResultChoice {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::AtOnce => "As soon as it comes",
            Self::AfterComment => "After somebody has written to me about it",
            Self::WithSomeone => "When I am ready: tell me to be with someone first",
        }
    }
}

/// What a result waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Terms {
    /// For words about it, so many days at most.
    pub comment_days: Option<u8>,
    /// For the person to say that they are ready.
    pub asks: bool,
}

impl Terms {
    /// What follows from an organisation's rule about a kind (so many days; none where it has no rule) and from what the
    /// person chose about it.
    ///
    /// The rule holds whatever the person chose, because it ends: it is how those who know what a result means speak first.
    /// Whoever wants words first where there is no rule waits [`OWN_DAYS`].
    #[must_use]
    pub fn of(rule: Option<u8>, choice: ResultChoice) -> Self {
        let rule = rule.filter(|days| *days > 0).map(|days| days.min(LONGEST_DAYS));
        Self {
            comment_days: rule.or((choice == ResultChoice::AfterComment).then_some(OWN_DAYS)),
            asks: choice == ResultChoice::WithSomeone,
        }
    }

    /// What two results wait for that came as one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { comment_days: self.comment_days.max(other.comment_days), asks: self.asks || other.asks }
    }

    /// It waits for nothing.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.comment_days.is_none() && !self.asks
    }
}

/// Whether a result of this date (none where it has none) that comes at this instant is history, about which nobody writes
/// first.
#[must_use]
pub fn is_history(dated: Option<DateTime<Utc>>, received_at: DateTime<Utc>) -> bool {
    dated.is_some_and(|at| received_at.signed_duration_since(at) > TimeDelta::days(HISTORY_DAYS))
}

/// What a newer version of a result is to the one before it, which was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// The one before was early: verified, and expected to change (FHIR R4: `preliminary`).
    pub was_early: bool,
    /// The newer one still is.
    pub is_early: bool,
    /// It says something else: another value, conclusion, finding, note or file.
    pub says_else: bool,
}

impl Change {
    /// Whether the newer version waits anew, as a result does that has just come.
    ///
    /// It does where it says something else, and where an early one has become the one that its source stands by. While the one before
    /// waits itself (`waits`), the newer one comes with it: what was promised is never put off.
    #[must_use]
    pub const fn waits_anew(self, waits: bool) -> bool {
        !waits && (self.says_else || (self.was_early && !self.is_early))
    }
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReaderKind {
    /// The person it is about.
    Owner,
    /// Somebody who acts for them.
    Carer,
    /// Somebody who gives care.
    Staff,
}

/// What is known of one result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// What its source says of it.
    pub source: Release,
    /// What it waits for.
    pub terms: Terms,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When the organisation wrote about it, or let it go without words.
    pub commented_at: Option<DateTime<Utc>>,
    /// When the person said that they were ready.
    pub ready_at: Option<DateTime<Utc>>,
    /// By when it is shown whatever it waits for, where it came to wait for more than it first did.
    pub latest: Option<DateTime<Utc>>,
}

/// Whether a result is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Never, and nothing tells that it exists.
    Never,
    /// The organisation writes first: it is there at the latest then.
    Comment {
        /// From when on it is shown in any case.
        until: DateTime<Utc>,
    },
    /// The person opens it when they are ready: it is there at the latest then.
    Ready {
        /// From when on it is shown in any case.
        until: DateTime<Utc>,
    },
    /// Yes.
    Yes,
}

impl Held {
    /// When the organisation's time to write first is over: when it wrote, or when the days are.
    #[must_use]
    pub fn comment_ends_at(&self) -> DateTime<Utc> {
        let Some(days) = self.terms.comment_days else { return self.received_at };
        let latest = self.by_latest(after(self.received_at, days));
        self.commented_at.map_or(latest, |at| at.clamp(self.received_at, latest))
    }

    /// From when on it is shown to the person and to those who act for them, as far as is known now.
    #[must_use]
    pub fn opens_at(&self) -> DateTime<Utc> {
        let from = self.comment_ends_at();
        if !self.terms.asks {
            return from;
        }
        let latest = self.by_latest(after(from, LONGEST_DAYS));
        self.ready_at.map_or(latest, |at| at.clamp(from, latest))
    }

    fn by_latest(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.latest.map_or(at, |latest| at.min(latest.max(self.received_at)))
    }

    /// The same where somebody is to write about it first who was not to when it came: within so many days from now, while it waits for
    /// the person alone. It is shown by the day that was promised.
    #[must_use]
    pub fn words_first(self, days: u8, now: DateTime<Utc>) -> Self {
        let promised = self.opens_at();
        if self.terms.comment_days.is_some() || self.commented_at.is_some() || now >= promised {
            return self;
        }
        let since = u8::try_from(now.signed_duration_since(self.received_at).num_days()).unwrap_or_default();
        let comment_days = since.saturating_add(days).min(LONGEST_DAYS);
        Self { terms: Terms { comment_days: Some(comment_days), ..self.terms }, latest: Some(promised), ..self }
    }
}

fn after(at: DateTime<Utc>, days: u8) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::days(i64::from(days.min(LONGEST_DAYS)))).unwrap_or(at)
}

/// Decides whether a result is shown to this reader at this instant.
///
/// What the source withholds is never shown. Whoever gives care reads the rest as soon as it comes. The person waits first
/// for the organisation, then for themself; whoever acts for them does not read it before they do.
#[must_use]
pub fn decide(held: &Held, reader: ReaderKind, now: DateTime<Utc>) -> Shown {
    match (held.source, reader) {
        (Release::Withheld, _) => Shown::Never,
        (Release::Released, ReaderKind::Staff) => Shown::Yes,
        (Release::Released, ReaderKind::Owner | ReaderKind::Carer) => {
            let (from, opens) = (held.comment_ends_at(), held.opens_at());
            if now >= opens {
                Shown::Yes
            } else if now < from {
                Shown::Comment { until: from }
            } else {
                Shown::Ready { until: opens }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Code, Detail, ResultFacts, Value};
    use proptest::prelude::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::days(day)
    }

    fn held(terms: Terms) -> Held {
        Held { source: Release::Released, terms, received_at: at(0), commented_at: None, ready_at: None, latest: None }
    }

    #[test]
    fn words_that_are_to_come_first_only_now_put_nothing_off() {
        let asks = held(Terms { comment_days: None, asks: true });
        let ends = |held: Held| (held.comment_ends_at(), held.opens_at());
        assert_eq!(ends(asks.words_first(OWN_DAYS, at(2))), (at(9), at(14)));
        assert_eq!(ends(asks.words_first(OWN_DAYS, at(10))), (at(14), at(14)));
        let first = asks.words_first(OWN_DAYS, at(2));
        assert_eq!(ends(Held { commented_at: Some(at(5)), ..first }), (at(5), at(14)));
        assert_eq!(ends(Held { commented_at: Some(at(5)), ready_at: Some(at(6)), ..first }), (at(5), at(6)));
        let over = asks.words_first(OWN_DAYS, at(14));
        let waits = held(Terms { comment_days: Some(3), asks: true });
        assert_eq!((over, waits.words_first(OWN_DAYS, at(2))), (asks, waits));
    }

    #[test]
    fn what_rule_and_choice_come_to() {
        use ResultChoice::{AfterComment, AtOnce, WithSomeone};
        let terms = |comment_days, asks| Terms { comment_days, asks };
        for (rule, choice, expected) in [
            (None, AtOnce, terms(None, false)),
            (None, AfterComment, terms(Some(OWN_DAYS), false)),
            (None, WithSomeone, terms(None, true)),
            // The organisation goes first, for as long as it said and no longer.
            (Some(3), AtOnce, terms(Some(3), false)),
            (Some(3), AfterComment, terms(Some(3), false)),
            (Some(3), WithSomeone, terms(Some(3), true)),
            (Some(99), AtOnce, terms(Some(LONGEST_DAYS), false)),
            (Some(0), AtOnce, terms(None, false)),
        ] {
            assert_eq!(Terms::of(rule, choice), expected, "{rule:?} {choice:?}");
        }
        assert_eq!(terms(Some(3), false).and(terms(Some(5), true)), terms(Some(5), true));
        assert_eq!(terms(None, true).and(terms(None, false)), terms(None, true));
    }

    #[test]
    fn who_reads_what_when() {
        use ReaderKind::{Carer, Owner, Staff};
        let nothing = held(Terms::default());
        let comment = held(Terms { comment_days: Some(5), asks: false });
        let ready = held(Terms { comment_days: None, asks: true });
        let both = held(Terms { comment_days: Some(5), asks: true });
        let written = |held: Held, day| Held { commented_at: Some(at(day)), ..held };
        let said = |held: Held, day| Held { ready_at: Some(at(day)), ..held };
        let withheld = |held: Held| Held { source: Release::Withheld, ..held };
        let longest = i64::from(LONGEST_DAYS);
        let (until, from) = (|day| Shown::Comment { until: at(day) }, |day| Shown::Ready { until: at(day) });
        for (what, reader, day, expected) in [
            (nothing, Owner, 0, Shown::Yes),
            (comment, Owner, 0, until(5)),
            (comment, Carer, 4, until(5)),
            (comment, Owner, 5, Shown::Yes),
            (comment, Carer, 5, Shown::Yes),
            (comment, Staff, 0, Shown::Yes),
            (written(comment, 2), Owner, 1, until(2)),
            (written(comment, 2), Owner, 2, Shown::Yes),
            // Late words keep nothing back.
            (written(comment, 9), Owner, 5, Shown::Yes),
            (ready, Owner, 0, from(longest)),
            (ready, Carer, 1, from(longest)),
            (ready, Owner, longest, Shown::Yes),
            (said(ready, 1), Owner, 1, Shown::Yes),
            (said(ready, 1), Carer, 1, Shown::Yes),
            (both, Owner, 1, until(5)),
            (both, Owner, 5, from(5 + longest)),
            (written(both, 1), Owner, 1, from(1 + longest)),
            (said(written(both, 1), 2), Owner, 2, Shown::Yes),
            // Nobody says that they are ready before they could read it.
            (said(both, 1), Owner, 1, until(5)),
            (both, Owner, 5 + longest, Shown::Yes),
            (withheld(nothing), Owner, 99, Shown::Never),
            (withheld(nothing), Staff, 99, Shown::Never),
            (withheld(said(written(both, 1), 2)), Carer, 99, Shown::Never),
        ] {
            assert_eq!(decide(&what, reader, at(day)), expected, "{what:?} {reader:?} on day {day}");
        }
    }

    #[test]
    fn which_newer_versions_wait_anew() {
        for (was_early, is_early, says_else, expected) in [
            // Sent again, or only put down otherwise.
            (false, false, false, false),
            (true, true, false, false),
            (false, true, false, false),
            // What was early is final now.
            (true, false, false, true),
            (true, false, true, true),
            // Another value or conclusion.
            (false, false, true, true),
            (true, true, true, true),
            (false, true, true, true),
        ] {
            let change = Change { was_early, is_early, says_else };
            assert_eq!(change.waits_anew(false), expected, "{change:?}");
            assert!(!change.waits_anew(true), "{change:?}: what waits goes on to wait, and no longer");
        }
    }

    #[test]
    fn people_and_places_wait_with_what_alone_names_them() {
        let named = BTreeMap::from([
            ("Organization/lab", BTreeSet::from(["Organization/trust"])),
            ("Organization/trust", BTreeSet::new()),
            ("PractitionerRole/role", BTreeSet::from(["Practitioner/author", "Organization/lab"])),
            ("Practitioner/author", BTreeSet::new()),
            ("Location/ward", BTreeSet::from(["Organization/trust"])),
            ("Practitioner/other", BTreeSet::new()),
        ]);
        let look = |shown: &[&'static str], waiting: &[(&'static str, i64)]| {
            let waiting: Vec<_> = waiting.iter().map(|(key, day)| (*key, at(*day))).collect();
            named_open_at(&named, &BTreeMap::new(), &shown.iter().copied().collect(), &waiting)
        };
        let all = |day: i64| {
            let linked =
                ["Location/ward", "Organization/lab", "Organization/trust", "Practitioner/author", "PractitionerRole/role"];
            linked.map(|key| (key, at(day))).into_iter().collect::<BTreeMap<_, _>>()
        };
        // By way of the role, and what is linked with those that wait; not who has nothing to do with them.
        assert_eq!(look(&[], &[("PractitionerRole/role", 5)]), all(5));
        assert_eq!(look(&[], &[("Organization/lab", 5)]), all(5));
        // With the first that names them.
        assert_eq!(look(&[], &[("PractitionerRole/role", 7), ("PractitionerRole/role", 3)]), all(3));
        // Who names two that wait tells of the last.
        let two = look(&[], &[("Practitioner/author", 3), ("Organization/lab", 7)]);
        assert_eq!((two["Practitioner/author"], two["PractitionerRole/role"]), (at(3), at(7)));
        // What is shown names them, and whom they name.
        assert_eq!(
            look(&["Organization/trust"], &[("Organization/lab", 5)]).keys().copied().collect::<Vec<_>>(),
            ["Organization/lab", "Practitioner/author", "PractitionerRole/role"]
        );
        assert!(look(&["PractitionerRole/role"], &[("Organization/lab", 5)]).is_empty());
        assert!(look(&[], &[]).is_empty());
    }

    #[test]
    fn who_waited_goes_with_what_alone_named_them_and_comes_back_with_what_names_them_next() {
        let named = BTreeMap::from([
            ("Organization/lab", BTreeSet::new()),
            ("PractitionerRole/role", BTreeSet::from(["Practitioner/author", "Organization/lab"])),
            ("Practitioner/author", BTreeSet::new()),
            ("Practitioner/other", BTreeSet::new()),
        ]);
        let waited = |until: DateTime<Utc>| {
            ["Organization/lab", "PractitionerRole/role"].map(|key| (key, until)).into_iter().collect::<BTreeMap<_, _>>()
        };
        let look = |shown: &[&'static str], waiting: &[(&'static str, i64)]| {
            let waiting: Vec<_> = waiting.iter().map(|(key, day)| (*key, at(*day))).collect();
            named_open_at(&named, &waited(LAST_INSTANT), &shown.iter().copied().collect(), &waiting)
        };
        let all = |until: DateTime<Utc>| {
            ["Organization/lab", "Practitioner/author", "PractitionerRole/role"]
                .map(|key| (key, until))
                .into_iter()
                .collect::<BTreeMap<_, _>>()
        };
        // Also whom they alone name, who came just now; not who has nothing to do with them.
        assert_eq!(named_open_at(&named, &waited(at(3)), &BTreeSet::new(), &[]), all(LAST_INSTANT));
        assert_eq!(look(&[], &[]), all(LAST_INSTANT));
        // The laboratory is shown, and whoever reported there is told of by nothing.
        let left = look(&["Organization/lab"], &[]);
        assert_eq!(left.into_keys().collect::<Vec<_>>(), ["Practitioner/author", "PractitionerRole/role"]);
        assert_eq!(look(&[], &[("Practitioner/other", 5)])["PractitionerRole/role"], LAST_INSTANT);
        assert_eq!(look(&[], &[("PractitionerRole/role", 5)]), all(at(5)));
        assert!(look(&["PractitionerRole/role"], &[]).is_empty());
    }

    fn any_held() -> impl Strategy<Value = Held> {
        let days = prop::option::of(any::<u8>());
        let later = || prop::option::of(-40_000_i64..4_000_000);
        let all = (any::<bool>(), days, any::<bool>(), later(), later(), later());
        all.prop_map(|(withheld, comment_days, asks, written, ready, latest)| Held {
            source: if withheld { Release::Withheld } else { Release::Released },
            terms: Terms { comment_days, asks },
            received_at: at(0),
            commented_at: written.map(|seconds| at(0) + TimeDelta::seconds(seconds)),
            ready_at: ready.map(|seconds| at(0) + TimeDelta::seconds(seconds)),
            latest: latest.map(|seconds| at(0) + TimeDelta::seconds(seconds)),
        })
    }

    fn reader() -> impl Strategy<Value = ReaderKind> {
        prop_oneof![Just(ReaderKind::Owner), Just(ReaderKind::Carer), Just(ReaderKind::Staff)]
    }

    proptest! {
        #[test]
        fn nobody_waits_whom_something_shown_names_and_nobody_is_shown_whom_only_what_waits_names(
            links in prop::collection::vec((0_usize..6, 0_usize..6), 0..12),
            shown in prop::collection::btree_set(0_usize..6, 0..3),
            waiting in prop::collection::vec((0_usize..6, 1_i64..9), 0..4),
        ) {
            const KEYS: [&str; 6] = ["Location/0", "Location/1", "Location/2", "Location/3", "Location/4", "Location/5"];
            let mut named: BTreeMap<&str, BTreeSet<&str>> = KEYS.iter().map(|key| (*key, BTreeSet::new())).collect();
            for (from, to) in links {
                named.entry(KEYS[from]).or_default().insert(KEYS[to]);
            }
            let shown: BTreeSet<&str> = shown.into_iter().map(|one| KEYS[one]).collect();
            let waiting: Vec<(&str, DateTime<Utc>)> = waiting.into_iter().map(|(one, day)| (KEYS[one], at(day))).collect();
            let opens = named_open_at(&named, &BTreeMap::new(), &shown, &waiting);
            for (key, until) in &opens {
                prop_assert!(!shown.contains(key));
                prop_assert!(waiting.iter().any(|(_, day)| day == until), "it opens with something that waits");
            }
            for (key, day) in &waiting {
                prop_assert!(opens.get(key).is_none_or(|until| until <= day), "it is shown no later than what names it");
            }
            for (key, names) in &named {
                // Whoever is shown names nobody who is not, and nobody is shown who tells of one that waits.
                let open = !opens.contains_key(key);
                prop_assert!(!open || names.iter().all(|name| !opens.contains_key(name)));
            }
            if shown.is_empty() {
                prop_assert!(waiting.iter().all(|(key, _)| opens.contains_key(key)));
            }
        }

        #[test]
        fn what_is_shown_stays_so_until_its_source_withholds_it(held in any_held(), who in reader(), first in 0_i64..4_000_000, more in 0_i64..4_000_000) {
            let now = at(0) + TimeDelta::seconds(first);
            if decide(&held, who, now) == Shown::Yes {
                prop_assert_eq!(decide(&held, who, now + TimeDelta::seconds(more)), Shown::Yes);
                prop_assert_eq!(decide(&Held { source: Release::Withheld, ..held }, who, now), Shown::Never);
            }
        }

        #[test]
        fn every_wait_ends_by_itself(held in any_held(), who in reader()) {
            let end = at(2 * i64::from(LONGEST_DAYS));
            prop_assert!(held.opens_at() <= end);
            let expected = if held.source == Release::Withheld { Shown::Never } else { Shown::Yes };
            prop_assert_eq!(decide(&held, who, end), expected);
        }

        /// However often it changes: each version that begins to wait ends to within the same time from when it came, and none begins
        /// before the one before it was shown.
        #[test]
        fn a_result_that_changes_again_and_again_is_never_locked_away(
            terms in (prop::option::of(any::<u8>()), any::<bool>()).prop_map(|(comment_days, asks)| Terms { comment_days, asks }),
            changes in prop::collection::vec((0_i64..900_000, any::<bool>(), any::<bool>(), any::<bool>()), 1..20),
        ) {
            let (mut waits, mut now) = (held(terms), at(0));
            for (later, was_early, is_early, says_else) in changes {
                now += TimeDelta::seconds(later);
                let promised = waits.opens_at();
                if (Change { was_early, is_early, says_else }).waits_anew(now < promised) {
                    prop_assert!(now >= promised);
                    waits = Held { received_at: now, ..held(terms) };
                } else {
                    prop_assert_eq!(waits.opens_at(), promised);
                }
                prop_assert!(waits.opens_at() <= now + TimeDelta::days(2 * i64::from(LONGEST_DAYS)));
            }
        }

        #[test]
        fn the_day_stays_where_words_are_to_come_first_only_now(held in any_held(), days in any::<u8>(), seconds in 0_i64..2_000_000) {
            let first = held.words_first(days, at(0) + TimeDelta::seconds(seconds));
            prop_assert_eq!(first.opens_at(), held.opens_at());
        }

        #[test]
        fn what_is_promised_comes_true(held in any_held(), seconds in 0_i64..4_000_000) {
            let now = at(0) + TimeDelta::seconds(seconds);
            match decide(&held, ReaderKind::Owner, now) {
                Shown::Comment { until } => {
                    prop_assert!(until > now);
                    let there = decide(&held, ReaderKind::Owner, until);
                    let is_there = matches!(there, Shown::Yes | Shown::Ready { .. });
                    prop_assert!(is_there);
                }
                Shown::Ready { until } => prop_assert_eq!(decide(&held, ReaderKind::Owner, until), Shown::Yes),
                Shown::Yes | Shown::Never => {}
            }
        }

        #[test]
        fn words_and_a_yes_only_bring_it_forward(held in any_held(), seconds in 0_i64..2_000_000) {
            let now = at(0) + TimeDelta::seconds(seconds);
            let plain = Held { commented_at: None, ready_at: None, ..held };
            let (written, ready) = (Held { commented_at: Some(now), ..plain }, Held { ready_at: Some(now), ..plain });
            prop_assert!(written.opens_at() <= plain.opens_at());
            prop_assert!(ready.opens_at() <= plain.opens_at());
        }

        #[test]
        fn a_carer_reads_nothing_before_the_person_and_staff_read_what_its_source_does_not_withhold(held in any_held(), seconds in 0_i64..4_000_000) {
            let now = at(0) + TimeDelta::seconds(seconds);
            prop_assert_eq!(decide(&held, ReaderKind::Carer, now), decide(&held, ReaderKind::Owner, now));
            let of_staff = decide(&held, ReaderKind::Staff, now);
            prop_assert_eq!(of_staff == Shown::Yes, held.source == Release::Released);
        }

        #[test]
        fn an_organisation_goes_first_and_no_longer_than_it_said(rule in any::<u8>(), place in 0_usize..3) {
            let choice = ResultChoice::ALL[place];
            let terms = Terms::of(Some(rule), choice);
            let ends = held(terms).comment_ends_at();
            let own = if choice == ResultChoice::AfterComment { OWN_DAYS } else { 0 };
            prop_assert!(ends <= at(i64::from(rule.min(LONGEST_DAYS).max(own))));
            if rule > 0 {
                prop_assert_eq!(ends, at(i64::from(rule.min(LONGEST_DAYS))));
            }
        }
    }

    #[test]
    fn one_result_can_be_marked_where_its_kind_has_no_rule() {
        for (rule, marked, expected) in [
            (None, false, None),
            (None, true, Some(OWN_DAYS)),
            (Some(0), true, Some(OWN_DAYS)),
            (Some(3), true, Some(3)),
            (Some(3), false, Some(3)),
        ] {
            assert_eq!(days_to_write(rule, marked), expected, "{rule:?} {marked}");
        }
        let marked = |kind: &str| {
            let result = ResultFacts { comment_first: true, ..ResultFacts::default() };
            EntryFacts { result: Some(Box::new(result)), ..entry(kind, "Balance") }
        };
        assert_eq!(ResultKind::of(&entry("Examination", "Balance")), None);
        assert_eq!(ResultKind::of(&marked("Examination")), Some(ResultKind::Other));
        assert_eq!(ResultKind::of(&marked("Test result")), Some(ResultKind::Blood));
        let ordered = EntryFacts { status: Some("registered".to_owned()), ..marked("Examination") };
        assert_eq!(ResultKind::of(&ordered), None);
    }

    #[test]
    fn a_letter_waits_with_what_it_refers_to_unless_somebody_must_act_on_it() {
        let letter = |title: &str| EntryFacts {
            category: Category::Document,
            refers_to: vec!["DiagnosticReport/r1".to_owned()],
            ..entry("Document", title)
        };
        assert!(waits_with_results(&letter("Clinic letter")));
        assert!(!waits_with_results(&EntryFacts { refers_to: Vec::new(), ..letter("Clinic letter") }));
        assert!(!waits_with_results(&EntryFacts { category: Category::Care, ..letter("Clinic letter") }));
        assert!(!waits_with_results(&letter("Biopsy report")), "it is a result itself");
        for title in ["Your appointment", "Discharge summary", "Referral to the skin clinic", "Invitation to screening"] {
            assert!(!waits_with_results(&letter(title)), "{title}");
        }
        let sort = Detail { label: "Type of document".to_owned(), value: "Discharge letter".to_owned() };
        assert!(!waits_with_results(&EntryFacts { details: vec![sort], ..letter("Clinic letter") }));
    }

    fn entry(kind: &str, title: &str) -> EntryFacts {
        EntryFacts {
            category: Category::Result,
            kind: kind.to_owned(),
            title: title.to_owned(),
            code: None,
            status: None,
            happened: None,
            ended: None,
            recorded: None,
            value: Some(Value { text: "1".to_owned(), number: None, unit: None, range: None, interpretation: None }),
            author: None,
            place: None,
            details: Vec::new(),
            none_known: false,
            sensitivity: Sensitivity::General,
            release: Release::Released,
            mentions: Vec::new(),
            placed_by_others: false,
            ordered: None,
            result: None,
            visit: None,
            refers_to: Vec::new(),
        }
    }

    #[test]
    fn results_are_told_apart_by_what_they_are_about() {
        for (kind, title, expected) in [
            ("Test result", "Serum cholesterol", Some(ResultKind::Blood)),
            ("Test result", "Prostate-specific antigen", Some(ResultKind::Marker)),
            ("Test result", "PSA", Some(ResultKind::Marker)),
            ("Test result", "CA-125", Some(ResultKind::Marker)),
            ("Lab report", "Histology of skin biopsy", Some(ResultKind::Tissue)),
            ("Lab report", "BRCA1 gene mutation analysis", Some(ResultKind::Genes)),
            ("Scan report", "CT of chest", Some(ResultKind::Scan)),
            ("Scan", "X-ray: Clavicle", None),
            ("Report", "Electrocardiogram", Some(ResultKind::Other)),
            ("Result", "Haemoglobin", Some(ResultKind::Blood)),
            ("Measurement", "Body weight", None),
            ("Blood pressure", "Blood pressure", None),
            ("Lifestyle", "Smoking status", None),
            ("Ordered test", "Full blood count", None),
        ] {
            assert_eq!(ResultKind::of(&entry(kind, title)), expected, "{kind}: {title}");
        }
        let sexual = EntryFacts { sensitivity: Sensitivity::Sexual, ..entry("Test result", "HIV 1 antibody") };
        assert_eq!(ResultKind::of(&sexual), Some(ResultKind::Sexual));
        let ordered = EntryFacts { status: Some("registered".to_owned()), ..entry("Test result", "Sodium") };
        assert_eq!(ResultKind::of(&ordered), None);
        let coded = Code { system: String::new(), code: String::new(), display: Some("Surgical pathology study".to_owned()) };
        assert_eq!(ResultKind::of(&EntryFacts { code: Some(coded), ..entry("Report", "Report") }), Some(ResultKind::Tissue));
    }

    #[test]
    fn a_document_that_is_the_report_of_a_test_is_a_result_and_another_is_none() {
        let document = |code: Option<&str>, title: &str, sort: Option<&str>| {
            let code = code.map(|code| Code { system: String::new(), code: code.to_owned(), display: None });
            let sort = sort.map(|value| Detail { label: "Type of document".to_owned(), value: value.to_owned() });
            let details = sort.into_iter().collect();
            EntryFacts {
                category: Category::Document,
                status: Some("current".to_owned()),
                value: None,
                code,
                details,
                ..entry("Document", title)
            }
        };
        for (code, title, sort, expected) in [
            (Some("11502-2"), "Document", None, Some(ResultKind::Blood)),
            (Some("11502-2"), "Histology of skin", None, Some(ResultKind::Tissue)),
            (Some("11526-1"), "Document", None, Some(ResultKind::Tissue)),
            (Some("60567-5"), "Document", None, Some(ResultKind::Tissue)),
            (Some("18748-4"), "Document", None, Some(ResultKind::Scan)),
            (Some("68604-8"), "Your appointment", None, Some(ResultKind::Scan)),
            (Some("51969-4"), "Document", None, Some(ResultKind::Genes)),
            (Some("721981007"), "Document", None, Some(ResultKind::Other)),
            (None, "Histology.pdf", None, Some(ResultKind::Tissue)),
            (None, "Letter with the result of your biopsy", None, Some(ResultKind::Tissue)),
            (None, "From the hospital", Some("Histopathology report"), Some(ResultKind::Tissue)),
            (None, "CT scan report", None, Some(ResultKind::Scan)),
            (None, "Results of your blood tests", None, Some(ResultKind::Blood)),
            (None, "Pathology report", None, Some(ResultKind::Tissue)),
            (None, "PSA result", None, Some(ResultKind::Marker)),
            (None, "Genetic test report", None, Some(ResultKind::Genes)),
            (None, "HIV result", None, Some(ResultKind::Sexual)),
            (None, "ECG report", None, Some(ResultKind::Other)),
            // No report of a test, or not only that.
            (Some("18842-5"), "Discharge summary", None, None),
            (Some("18842-5"), "Discharge summary with histology results", None, None),
            (None, "Clinic letter", None, None),
            (None, "Letter", Some("Report"), None),
            (None, "School report", None, None),
            (None, "Appointment to talk about your biopsy results", None, None),
            (None, "Invitation to cervical screening", None, None),
            (None, "Blood test", None, None),
            (None, "Biopsy", None, None),
            (None, "Scan request: histology", None, None),
            (None, "Blood pressure report", None, None),
            (None, "Exact report of the meeting", None, None),
        ] {
            assert_eq!(ResultKind::of(&document(code, title, sort)), expected, "{code:?} {title} {sort:?}");
        }
        let plain = document(None, "Clinic letter", None);
        assert_eq!(ResultKind::of(&EntryFacts { sensitivity: Sensitivity::Sexual, ..plain }), None);
        let report = document(Some("11502-2"), "Document", None);
        assert_eq!(ResultKind::of(&EntryFacts { sensitivity: Sensitivity::Sexual, ..report.clone() }), Some(ResultKind::Sexual));
        // Only as a document or a result.
        assert_eq!(ResultKind::of(&EntryFacts { category: Category::Other, ..report }), None);
    }

    #[test]
    fn nobody_writes_first_about_what_is_long_over() {
        assert!(!is_history(None, at(0)));
        assert!(!is_history(Some(at(-HISTORY_DAYS)), at(0)));
        assert!(is_history(Some(at(-HISTORY_DAYS - 1)), at(0)));
        assert!(!is_history(Some(at(3)), at(0)));
    }
}
