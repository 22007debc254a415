//! What can help people to look after themselves: short articles to read, and apps, groups and helplines, each under what it is
//! about, so that what somebody has leads to it.

use crate::record::{Sensitivity, coded};
use chrono::NaiveDate;
use serde::Deserialize;

coded! {
    /// What something is about. A new topic is a new entry of the table below.
    Topic {
        /// High blood pressure.
        BloodPressure = "high-blood-pressure",
        /// Diabetes.
        Diabetes = "diabetes",
        /// Asthma.
        Asthma = "asthma",
        /// Chronic obstructive pulmonary disease.
        Copd = "copd",
        /// The heart.
        Heart = "heart",
        /// Heart failure, of which not everything holds for another heart.
        HeartFailure = "heart-failure",
        /// Stroke.
        Stroke = "stroke",
        /// Falls.
        Falls = "falls",
        /// Low mood and depression.
        LowMood = "low-mood",
        /// Anxiety.
        Anxiety = "anxiety",
        /// Dementia.
        Dementia = "dementia",
        /// Looking after somebody.
        Caring = "caring",
        /// Smoking.
        Smoking = "smoking",
        /// Alcohol.
        Alcohol = "alcohol",
        /// Weight.
        Weight = "weight",
        /// Getting active.
        Activity = "activity",
        /// Sleep.
        Sleep = "sleep",
        /// Arthritis and joints.
        Joints = "joints",
        /// Cancer.
        Cancer = "cancer",
        /// Growing older.
        Ageing = "growing-older",
    }
}

/// What there is to say about a topic, in one place.
struct Entry {
    title: &'static str,
    /// SNOMED CT codes of problems that lead to it.
    codes: &'static [&'static str],
    /// Words of other problems that do.
    words: &'static [&'static str],
}

const fn entry(title: &'static str, codes: &'static [&'static str], words: &'static [&'static str]) -> Entry {
    Entry { title, codes, words }
}

const ENTRIES: [Entry; Topic::ALL.len()] = [
    entry("High blood pressure", &["38341003", "59621000"], &["high blood pressure", "hypertension"]),
    entry("Diabetes", &["73211009", "44054006", "46635009", "714628002"], &["diabetes"]),
    entry("Asthma", &["195967001"], &["asthma"]),
    entry("COPD", &["13645005"], &["copd", "chronic obstructive pulmonary", "emphysema"]),
    entry(
        "The heart",
        &["53741008", "414545008", "194828000", "22298006", "49436004"],
        &["heart attack", "heart disease", "angina", "atrial fibrillation"],
    ),
    entry("Heart failure", &["84114007"], &["heart failure"]),
    entry("Stroke", &["230690007", "266257000"], &["stroke", "transient ischaemic"]),
    entry("Falls", &["129839007", "279992002", "64859006"], &["falls", "osteoporosis"]),
    entry("Low mood", &["35489007", "366979004", "370143000"], &["depress", "low mood"]),
    entry("Anxiety", &["48694002", "21897009", "47505003", "73595000"], &["anxiety", "panic", "traumatic stress"]),
    entry("Dementia", &["52448006", "26929004", "429998004"], &["dementia", "alzheimer"]),
    entry("Looking after somebody", &["224484003"], &["carer"]),
    entry("Smoking", &["77176002"], &["smoker"]),
    entry("Alcohol", &["66590003", "15167005"], &["alcohol"]),
    entry("Weight", &["414916001", "162864005", "238131007"], &["obesity", "overweight"]),
    entry("Getting active", &[], &[]),
    entry("Sleep", &["193462001"], &["insomnia", "trouble sleeping"]),
    entry("Arthritis and joints", &["396275006", "239873007", "69896004"], &["arthritis"]),
    entry("Cancer", &["363346000"], &["cancer"]),
    entry("Growing older", &[], &[]),
];

/// Words that tell that somebody does not have, or has no more, what the rest names.
const NOT: [&str; 7] = ["no ", "not ", "ex-", "family history", "never ", "at risk", "fear of"];
/// The same wherever they stand in it.
const NOT_ANYWHERE: [&str; 6] = ["excluded", "resolved", "ruled out", "screening", "suspected", "within recommended"];
/// Words that tell of something else than the words of a topic in them.
const ELSE: [&str; 11] = [
    "depressed fracture",
    "has a carer",
    "has carer",
    "intracranial hypertension",
    "non-smoker",
    "ocular hypertension",
    "passive smoker",
    "portal hypertension",
    "pulmonary hypertension",
    "respiratory depression",
    "segment depression",
];

impl Topic {
    fn entry(self) -> &'static Entry {
        // The table has one for each, in their order.
        ENTRIES.get(self.place()).unwrap_or(&ENTRIES[0])
    }

    /// What people read.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.entry().title
    }

    /// How sensitive it is that somebody reads about it.
    #[must_use]
    pub const fn sensitivity(self) -> Sensitivity {
        match self {
            Self::LowMood | Self::Anxiety | Self::Alcohol => Sensitivity::Mental,
            _ => Sensitivity::General,
        }
    }

    /// Whether a problem leads to it: by its SNOMED CT code, or where it has none that leads anywhere by its words.
    #[must_use]
    pub fn is_about(self, problem: &Problem) -> bool {
        let entry = self.entry();
        let known = |code: &&str| ENTRIES.iter().any(|entry| entry.codes.contains(code));
        if let Some(code) = problem.code.as_deref().filter(known) {
            return entry.codes.contains(&code);
        }
        let title = problem.title.to_lowercase();
        let starts = title.trim_start();
        let denied = NOT_ANYWHERE.iter().any(|word| title.contains(word)) || NOT.iter().any(|word| starts.starts_with(word));
        let title = ELSE.iter().fold(title, |title, other| title.replace(other, ""));
        !denied && entry.words.iter().any(|word| title.contains(word))
    }
}

/// A health problem that somebody has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its SNOMED CT code.
    pub code: Option<String>,
    /// What it is called.
    pub title: String,
}

/// The topics to which problems lead, each once, in their order.
#[must_use]
pub fn topics_of(problems: &[Problem]) -> Vec<Topic> {
    Topic::ALL.iter().copied().filter(|topic| problems.iter().any(|problem| topic.is_about(problem))).collect()
}

/// The strictest label of what it is about.
fn strictest(topics: &[Topic]) -> Sensitivity {
    let mental = topics.iter().any(|topic| topic.sensitivity() == Sensitivity::Mental);
    if mental { Sensitivity::Mental } else { Sensitivity::General }
}

/// From where an article is taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// "NHS: High blood pressure".
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// A part of an article.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its passages.
    #[serde(default)]
    pub text: Vec<String>,
    /// Its points.
    #[serde(default)]
    pub points: Vec<String>,
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Its word: the last part of its page's address.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it says, in a sentence or two.
    pub summary: String,
    /// How many minutes it takes.
    pub minutes: u8,
    /// What it is about.
    pub topics: Vec<Topic>,
    /// What it says; empty where it is a page elsewhere.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// From where it is taken. Where it has no sections the first is the page to be read.
    pub sources: Vec<Source>,
    /// When it was last compared with its sources.
    pub reviewed: NaiveDate,
    /// By when it is to be compared again.
    pub review_by: NaiveDate,
}

coded! {
    /// What somebody says of something that they were given to read.
    GivenAnswer {
        /// They read it.
        Done = "done",
        /// It is not for them.
        NotForMe = "not-for-me",
    }
}

/// A word that can be part of an address.
fn is_word(id: &str) -> bool {
    (1..=60).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_address(url: &str) -> bool {
    url.starts_with("https://") && !url.contains(|c: char| c.is_whitespace() || c == '"' || c == '<')
}

impl Article {
    /// How sensitive it is that somebody is to read it.
    #[must_use]
    pub fn sensitivity(&self) -> Sensitivity {
        strictest(&self.topics)
    }

    /// What is wrong with it; nothing where it can be used.
    #[must_use]
    pub fn faults(&self) -> Vec<&'static str> {
        let whole = |section: &Section| {
            let says_something = !section.text.is_empty() || !section.points.is_empty();
            says_something && !section.heading.trim().is_empty()
        };
        let rules = [
            (is_word(&self.id), "its id must be small letters, numbers and dashes"),
            (!self.title.trim().is_empty() && !self.summary.trim().is_empty(), "it needs a title and a summary"),
            ((1..=30).contains(&self.minutes), "it must take from 1 to 30 minutes"),
            (!self.topics.is_empty(), "it needs a topic"),
            (self.sections.iter().all(whole), "each section needs a heading and something below it"),
            (!self.sources.is_empty(), "it needs a source"),
            (self.sources.iter().all(|source| is_address(&source.url)), "each source needs an address that begins with https://"),
            (self.review_by > self.reviewed, "review_by must be after reviewed"),
        ];
        rules.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault).collect()
    }

    /// All its words, for whoever checks how hard they are.
    #[must_use]
    pub fn words(&self) -> String {
        let sections = self.sections.iter().flat_map(|one| one.text.iter().chain(&one.points));
        std::iter::once(&self.summary).chain(sections).cloned().collect::<Vec<_>>().join("\n")
    }
}

coded! {
    /// What sort of help it is.
    SupportKind {
        /// A program or a website to use.
        App = "app",
        /// A group that meets.
        LocalGroup = "local-group",
        /// People in the same place as oneself.
        PeerGroup = "peer-group",
        /// A charity.
        Charity = "charity",
        /// A line to call.
        Helpline = "helpline",
        /// A service of the NHS.
        Service = "service",
    }
}

impl SupportKind {
    /// What people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::App => "App or website",
            Self::LocalGroup => "Local group",
            Self::PeerGroup => "People like you",
            Self::Charity => "Charity",
            Self::Helpline => "Helpline",
            Self::Service => "NHS service",
        }
    }
}

/// An app, a group, a charity or a helpline.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// Its word: the last part of its page's address.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub what: String,
    /// What sort of help.
    pub kind: SupportKind,
    /// Whom it is for.
    pub who: String,
    /// What it costs.
    pub cost: String,
    /// Its number.
    #[serde(default)]
    pub phone: String,
    /// When somebody answers, or it meets.
    #[serde(default)]
    pub hours: String,
    /// Where it is on the web.
    #[serde(default)]
    pub url: String,
    /// The postcode districts it is for, such as "LS21"; none for everywhere.
    #[serde(default)]
    pub area: Vec<String>,
    /// What it is about.
    pub topics: Vec<Topic>,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_on: NaiveDate,
    /// It is made up, for a demonstration.
    #[serde(default)]
    pub made_up: bool,
}

impl Support {
    /// How sensitive it is that somebody keeps it.
    #[must_use]
    pub fn sensitivity(&self) -> Sensitivity {
        strictest(&self.topics)
    }

    /// What is wrong with it; nothing where it can be used.
    #[must_use]
    pub fn faults(&self) -> Vec<&'static str> {
        let said = |text: &String| !text.trim().is_empty();
        let rules = [
            (is_word(&self.id), "its id must be small letters, numbers and dashes"),
            ([&self.name, &self.what, &self.who, &self.cost].into_iter().all(said), "it needs a name, what, who and cost"),
            (said(&self.approved_by), "it needs who approved it"),
            (!self.topics.is_empty(), "it needs a topic"),
            (said(&self.phone) || said(&self.url), "it needs a phone number or an address"),
            (self.url.is_empty() || is_address(&self.url), "its address must begin with https://"),
            (self.phone.chars().all(|c| c.is_ascii_digit() || c == ' '), "its phone number must be numbers and spaces"),
            (self.area.iter().all(|one| is_district(one)), "its area must be postcode districts such as LS21"),
        ];
        rules.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault).collect()
    }

    /// Whether it is for somebody who lives there: a postcode or its first half.
    #[must_use]
    pub fn serves(&self, postcode: Option<&str>) -> bool {
        let district = |postcode: &str| postcode.split_whitespace().next().unwrap_or_default().to_uppercase();
        self.area.is_empty() || postcode.map(district).is_some_and(|lives| self.area.contains(&lives))
    }

    /// Whether its words hold all of these, whatever their case.
    #[must_use]
    pub fn mentions(&self, words: &str) -> bool {
        let topics: Vec<&str> = self.topics.iter().map(|topic| topic.title()).collect();
        let text = format!("{} {} {} {} {}", self.name, self.what, self.who, self.kind.title(), topics.join(" ")).to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

fn is_district(text: &str) -> bool {
    (2..=4).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problem(code: Option<&str>, title: &str) -> Problem {
        Problem { code: code.map(str::to_owned), title: title.to_owned() }
    }

    fn support() -> Support {
        Support {
            id: "walkers".to_owned(),
            name: "Otley Walkers".to_owned(),
            what: "A walk each week".to_owned(),
            kind: SupportKind::LocalGroup,
            who: "Anybody".to_owned(),
            cost: "Free".to_owned(),
            phone: "0113 496 0000".to_owned(),
            hours: String::new(),
            url: String::new(),
            area: vec!["LS21".to_owned()],
            topics: vec![Topic::Activity],
            approved_by: "The practice".to_owned(),
            approved_on: NaiveDate::MIN,
            made_up: true,
        }
    }

    #[test]
    fn problems_lead_to_topics_by_code_and_without_one_by_words() {
        let table = [
            (problem(Some("59621000"), "High blood pressure"), vec![Topic::BloodPressure]),
            (problem(Some("44054006"), "Anything"), vec![Topic::Diabetes]),
            (problem(None, "Type 2 diabetes"), vec![Topic::Diabetes]),
            (problem(None, "Asthma"), vec![Topic::Asthma]),
            (problem(None, "Depressive disorder"), vec![Topic::LowMood]),
            (problem(None, "Family history of diabetes"), vec![]),
            (problem(None, "Ex-smoker"), vec![]),
            (problem(None, "No anxiety"), vec![]),
            // A code that leads somewhere says what it is; beside any other its words do.
            (problem(Some("44054006"), "Asthma"), vec![Topic::Diabetes]),
            (problem(Some("1"), "Asthma"), vec![Topic::Asthma]),
            (problem(Some("88805009"), "Chronic congestive heart failure"), vec![Topic::HeartFailure]),
            (problem(Some("84114007"), "Heart failure"), vec![Topic::HeartFailure]),
            (problem(Some("194828000"), "Angina"), vec![Topic::Heart]),
            (problem(Some("49436004"), "Atrial fibrillation"), vec![Topic::Heart]),
            (problem(Some("160303001"), "Family history: Diabetes mellitus"), vec![]),
            (problem(None, "Suspected asthma"), vec![]),
            (problem(None, "At risk of falls"), vec![]),
            (problem(None, "Fear of cancer"), vec![]),
            (problem(None, "Bowel cancer screening declined"), vec![]),
            (problem(Some("70995007"), "Pulmonary hypertension"), vec![]),
            (problem(Some("8392000"), "Non-smoker"), vec![]),
            (problem(Some("2"), "Has a carer"), vec![]),
            (problem(Some("2"), "Has carer"), vec![]),
            (problem(Some("2"), "Carer of a person with dementia"), vec![Topic::Dementia, Topic::Caring]),
            (problem(Some("2"), "Depressed fracture of skull"), vec![]),
            (problem(Some("2"), "ST segment depression"), vec![]),
            (problem(Some("2"), "Passive smoker"), vec![]),
            (problem(Some("2"), "Alcohol intake within recommended limits"), vec![]),
            (problem(Some("2"), "Asthma excluded"), vec![]),
            (problem(Some("2"), "Asthma ruled out"), vec![]),
            (problem(None, "Asthma suspected"), vec![]),
            (problem(None, "Gout"), vec![]),
        ];
        for (problem, expected) in table {
            assert_eq!(topics_of(std::slice::from_ref(&problem)), expected, "{problem:?}");
        }
    }

    #[test]
    fn no_code_leads_to_two_topics() {
        let mut all: Vec<&str> = ENTRIES.iter().flat_map(|entry| entry.codes.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn what_is_local_is_for_those_who_live_there() {
        let (local, everywhere) = (support(), Support { area: Vec::new(), ..support() });
        assert!(local.serves(Some("LS21 3AA")) && local.serves(Some("ls21 3aa")));
        assert!(!local.serves(Some("LS2 1AA")) && !local.serves(None));
        assert!(everywhere.serves(None) && everywhere.serves(Some("PL1 1AA")));
    }

    #[test]
    fn an_entry_is_found_by_its_words_and_what_is_wrong_with_it_is_said() {
        let one = support();
        assert!(one.mentions("") && one.mentions("WALK week") && one.mentions("getting active") && !one.mentions("walk swim"));
        assert!(one.faults().is_empty());
        let wrong = Support { area: vec!["Otley".to_owned()], phone: String::new(), url: "http://x".to_owned(), ..support() };
        assert_eq!(wrong.faults(), ["its address must begin with https://", "its area must be postcode districts such as LS21"]);
        let nothing = Support { phone: String::new(), topics: Vec::new(), ..support() };
        assert_eq!(nothing.faults(), ["it needs a topic", "it needs a phone number or an address"]);
    }

    proptest! {
        #[test]
        fn whoever_is_served_by_a_district_is_served_by_its_postcodes(inward in "[0-9][A-Z]{2}") {
            let (here, there) = (format!("LS21 {inward}"), format!("LS2 {inward}"));
            prop_assert!(support().serves(Some(&here)) && !support().serves(Some(&there)));
        }
    }
}
