//! What things are, in plain words: files that come with the program, and the operator's own. Each is understood whole or refused at the
//! start.

use chrono::NaiveDate;
use domain::plain_words::{Explanation, PlainCode};
use domain::record::{Category, Code};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

macro_rules! shipped {
    ($($name:literal)*) => { [$(($name, include_str!(concat!("files/", $name))),)*] };
}

const SHIPPED: [(&str, &str); 5] = shipped! { "conditions.json" "medicines.json" "procedures.json" "tests.json" "vaccines.json" };

static READ: LazyLock<Result<PlainWords, Vec<String>>> = LazyLock::new(|| {
    // That none of them is from the future a test says.
    let files = SHIPPED.iter().map(|(name, text)| (*name, text.as_bytes()));
    PlainWords::default().with(read(files, NaiveDate::MAX)?)
});

/// What stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    entries: Vec<Explanation>,
}

/// An explanation, and the file that holds it.
#[derive(Clone, Debug)]
struct Entry {
    file: String,
    /// It is in a file of the operator's own.
    own: bool,
    words: Arc<Explanation>,
}

/// Everything that is explained.
#[derive(Clone, Debug, Default)]
pub struct PlainWords {
    entries: Vec<Entry>,
    by_code: HashMap<PlainCode, usize>,
}

impl PlainWords {
    /// What comes with the program.
    ///
    /// # Errors
    /// What is wrong with its files, one sentence each.
    pub fn shipped() -> Result<Self, Vec<String>> {
        READ.clone()
    }

    /// The same with the operator's files, by name. An explanation with the id of another takes its place.
    ///
    /// # Errors
    /// What is wrong, one sentence each; a code that stands in two explanations is told with both files.
    pub fn with_files(files: &[(String, Vec<u8>)], today: NaiveDate) -> Result<Self, Vec<String>> {
        let own = read(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())), today)?;
        Self::shipped()?.with(own.into_iter().map(|entry| Entry { own: true, ..entry }).collect())
    }

    /// Everything that is explained, by name, with whether it is in a file of the operator's own.
    #[must_use]
    pub fn all(&self) -> Vec<(&Explanation, bool)> {
        let mut all: Vec<_> = self.entries.iter().map(|entry| (&*entry.words, entry.own)).collect();
        all.sort_by_cached_key(|(words, _)| words.name.to_lowercase());
        all
    }

    fn with(mut self, own: Vec<Entry>) -> Result<Self, Vec<String>> {
        for entry in own {
            match self.entries.iter_mut().find(|other| other.words.id == entry.words.id) {
                Some(other) => *other = entry,
                None => self.entries.push(entry),
            }
        }
        self.by_code.clear();
        let mut faults = Vec::new();
        for (place, entry) in self.entries.iter().enumerate() {
            for code in &entry.words.codes {
                if let Some(other) = self.by_code.insert(code.clone(), place).and_then(|other| self.entries.get(other)) {
                    let (id, file) = (&entry.words.id, &entry.file);
                    let (other_id, other_file) = (&other.words.id, &other.file);
                    faults.push(format!(
                        "The code {code} is explained twice: by {other_id} in {other_file} and by {id} in {file}."
                    ));
                }
            }
        }
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// What an entry of this category is, by the first of its codes that is known; a medicine also by its name, in its codes' words or
    /// in its own.
    #[must_use]
    pub fn find(&self, category: Category, codes: &[Code], title: &str) -> Option<&Explanation> {
        let coded = codes.iter().filter_map(PlainCode::of).filter_map(|code| self.entries.get(*self.by_code.get(&code)?));
        let mut coded = coded.map(|entry| &*entry.words).filter(|words| words.kind.explains(category));
        coded.next().or_else(|| {
            if category != Category::Medicine {
                return None;
            }
            let mut names = codes.iter().filter_map(|code| code.display.as_deref()).chain([title]);
            names.find_map(|name| self.by_name(name))
        })
    }

    fn by_name(&self, product: &str) -> Option<&Explanation> {
        let begins = self.entries.iter().filter_map(|entry| Some((entry.words.begins(product)?, &*entry.words)));
        begins.max_by_key(|(length, _)| *length).map(|(_, words)| words)
    }
}

fn read<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>, today: NaiveDate) -> Result<Vec<Entry>, Vec<String>> {
    let (mut entries, mut faults) = (Vec::<Entry>::new(), Vec::new());
    for (name, bytes) in files {
        let file: File = match serde_json::from_slice(bytes) {
            Ok(file) => file,
            Err(error) => {
                faults.push(format!("The plain words in {name} cannot be used: {error}."));
                continue;
            }
        };
        for words in file.entries {
            let told = |fault: &str| format!("The plain words {} in {name} cannot be used: {fault}.", words.id);
            faults.extend(words.faults(today).into_iter().map(told));
            if let Some(other) = entries.iter().find(|other| other.words.id == words.id) {
                faults.push(format!("The plain words {} stand twice: in {} and in {name}.", words.id, other.file));
            }
            entries.push(Entry { file: name.to_owned(), own: false, words: Arc::new(words) });
        }
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, SystemClock};
    use domain::plain_words::{CodeList, Kind};
    use domain::reading_age::ease;
    use domain::when::london_day;

    /// A grade of 6 is read at 11 years.
    const HARDEST: f64 = 6.0;
    /// Words in a sentence, on average.
    const LONGEST: f64 = 14.0;

    fn all() -> Vec<Arc<Explanation>> {
        PlainWords::shipped().unwrap().entries.into_iter().map(|entry| entry.words).collect()
    }

    fn code(system: &str, code: &str, display: &str) -> Code {
        Code { system: system.to_owned(), code: code.to_owned(), display: Some(display.to_owned()) }
    }

    fn found(category: Category, codes: &[Code], title: &str) -> Option<String> {
        PlainWords::shipped().unwrap().find(category, codes, title).map(|words| words.id.clone())
    }

    const SNOMED: &str = "http://snomed.info/sct";
    const LOINC: &str = "http://loinc.org";
    const DMD: &str = "https://dmd.nhs.uk";

    #[test]
    fn enough_is_explained_of_each_kind_and_in_each_list() {
        let all = all();
        for (kind, least) in
            [(Kind::Condition, 90), (Kind::Test, 70), (Kind::Medicine, 100), (Kind::Procedure, 30), (Kind::Vaccine, 20)]
        {
            let count = all.iter().filter(|words| words.kind == kind).count();
            assert!(count >= least, "{kind:?}: {count}");
        }
        for (list, least) in [(CodeList::Snomed, 230), (CodeList::Loinc, 130), (CodeList::RxNorm, 50), (CodeList::Cvx, 18)] {
            let count = all.iter().flat_map(|words| &words.codes).filter(|code| code.list == list).count();
            assert!(count >= least, "{list:?}: {count}");
        }
    }

    #[test]
    fn a_child_of_eleven_can_read_it() {
        for words in all() {
            let names: Vec<&str> = [&words.name].into_iter().chain(&words.begins).map(String::as_str).collect();
            let ease = ease(&words.words(), &names).unwrap();
            assert!(ease.grade <= HARDEST && ease.sentence <= LONGEST, "{}: {ease:?}", words.id);
            assert!(words.name.split_whitespace().count() <= 9, "{}: its name is long", words.id);
            let sentences = words.what.split(['.', '!', '?']).filter(|sentence| !sentence.trim().is_empty()).count();
            assert!((1..=4).contains(&sentences), "{}: {sentences} sentences", words.id);
        }
    }

    #[test]
    fn its_sources_are_the_nhs_and_nice_and_it_was_looked_over_of_late() {
        let today = london_day(SystemClock.now());
        for words in all() {
            assert!(matches!(words.site(), "www.nhs.uk" | "www.nice.org.uk" | "bnf.nice.org.uk"), "{}: {}", words.id, words.url);
            assert!(words.url.ends_with('/') && !words.url.contains("//www.nhs.uk//"), "{}", words.url);
            assert!(words.reviewed <= today && !words.is_old(today), "{}: {}", words.id, words.reviewed);
        }
    }

    /// The NHS website's sections in which a page about a thing of each kind is. Every condition, as everything else that is explained,
    /// leads to such a page, which is found by the code of the entry.
    #[test]
    fn every_link_leads_to_a_page_of_the_nhs_about_such_a_thing() {
        let both = ["conditions", "mental-health", "pregnancy", "live-well", "tests-and-treatments"];
        for words in all() {
            let more: &[&str] = match words.kind {
                Kind::Condition => &[],
                Kind::Test => &["medicines", "health-assessment-tools"],
                Kind::Medicine | Kind::Procedure => &["medicines", "contraception"],
                Kind::Vaccine => &["vaccinations"],
            };
            let path = words.url.strip_prefix("https://www.nhs.uk/").and_then(|path| path.strip_suffix('/'));
            let parts: Vec<&str> = path.unwrap_or_else(|| panic!("{}: {}", words.id, words.url)).split('/').collect();
            let is_plain = |part: &&str| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            };
            assert!(parts.iter().all(is_plain), "{}: {}", words.id, words.url);
            assert!(both.contains(&parts[0]) || more.contains(&parts[0]), "{}: {}", words.id, words.url);
            // A section by itself is about everything in it, which is what these two are about.
            let whole = matches!(words.id.as_str(), "pregnancy" | "medication-review");
            assert!(parts.len() > 1 || whole, "{}: {}", words.id, words.url);
        }
    }

    #[test]
    fn all_of_it_is_told_by_name_and_which_is_the_operators_own() {
        let more = with(&[("conditions.json", OWN)]).unwrap();
        let told = more.all();
        assert!(told.len() >= 300 && told.is_sorted_by_key(|(words, _)| words.name.to_lowercase()));
        let own: Vec<_> = told.iter().filter(|(_, own)| *own).map(|(words, _)| words.name.as_str()).collect();
        assert_eq!(own, ["Lupus"], "a file of the same name is still theirs");
    }

    #[test]
    fn it_never_says_what_somebodys_own_value_means_or_how_much_to_take() {
        for words in all() {
            let text = words.words().to_lowercase();
            let is_amount = |word: &&str| {
                word.starts_with(|first: char| first.is_ascii_digit())
                    && ["mg", "ml", "mmol", "g/l", "%"].iter().any(|unit| word.contains(unit))
            };
            assert_eq!(text.split_whitespace().find(is_amount), None, "{}", words.id);
            for told in ["your result is", "your value is", "normal range", "you should take", "times a day", "once a day"] {
                assert!(!text.contains(told), "{}: {told}", words.id);
            }
        }
    }

    #[test]
    fn an_entry_is_found_by_its_code_or_a_medicine_by_its_name() {
        let coded = |category, system, one| found(category, &[code(system, one, "something")], "Something");
        assert_eq!(coded(Category::Problem, SNOMED, "59621000").as_deref(), Some("high-blood-pressure"));
        assert_eq!(coded(Category::Result, LOINC, "4548-4").as_deref(), Some("hba1c"));
        // As English laboratories code it: of plasma, of serum, and from the list that reports name it by.
        for code in ["1010671000000102", "1022551000000104", "1107511000000100"] {
            assert!(coded(Category::Result, SNOMED, code).is_some(), "{code}");
        }
        assert_eq!(coded(Category::Medicine, DMD, "42084911000001109").as_deref(), Some("metformin"));
        assert_eq!(coded(Category::Medicine, SNOMED, "42084911000001109").as_deref(), Some("metformin"));
        assert_eq!(coded(Category::Procedure, SNOMED, "73761001").as_deref(), Some("colonoscopy"));
        assert_eq!(coded(Category::Immunisation, "http://hl7.org/fhir/sid/cvx", "140").as_deref(), Some("flu-vaccine"));
        let rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
        assert_eq!(coded(Category::Medicine, rxnorm, "316672").as_deref(), Some("simvastatin"), "its source misspells it");
        // The first code that is known, and the code before the name.
        let codes = [code("http://read.info/readv2", "x", ""), code(SNOMED, "195967001", "")];
        assert_eq!(found(Category::Problem, &codes, "").as_deref(), Some("asthma"));
        // The same code in another list, another category, or nothing.
        assert_eq!(coded(Category::Problem, LOINC, "59621000"), None);
        assert_eq!(coded(Category::Allergy, DMD, "42109611000001109"), None, "what it is for is not what an allergy is about");
        assert_eq!(coded(Category::Problem, SNOMED, "718-7"), None);
        assert_eq!(found(Category::Problem, &[], "Asthma"), None, "problems are found by code alone");
        let named = |title| found(Category::Medicine, &[], title);
        assert_eq!(named("Lisinopril 10mg tablets").as_deref(), Some("lisinopril"));
        assert_eq!(named("Betamethasone valerate 0.1% ointment").as_deref(), Some("betamethasone-skin"));
        assert_eq!(named("Hydrocortisone 10mg tablets"), None);
        assert_eq!(named("Lisinopril 10mg / Hydrochlorothiazide 12.5mg tablets"), None);
        assert_eq!(named("Wonder pills"), None);
        let display = [code(DMD, "1", "Losartan 50mg tablets")];
        assert_eq!(found(Category::Medicine, &display, "Cozaar").as_deref(), Some("losartan"));
    }

    const OWN: &str = r#"{"entries": [{"id": "lupus", "kind": "condition", "name": "Lupus", "codes": ["snomed 55464009"],
        "what": "The body attacks itself.", "url": "https://www.nhs.uk/conditions/lupus/", "source": "The NHS website",
        "reviewed": "2026-11-29"}]}"#;

    fn with(files: &[(&str, &str)]) -> Result<PlainWords, Vec<String>> {
        let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        PlainWords::with_files(&files, NaiveDate::from_ymd_opt(2026, 11, 29).unwrap())
    }

    #[test]
    fn the_operators_files_are_added_or_take_the_place_of_another_and_what_is_wrong_is_said() {
        let shipped = all().len();
        let more = with(&[("a.json", OWN)]).unwrap();
        assert_eq!(more.entries.len(), shipped + 1);
        let found = more.find(Category::Problem, &[code(SNOMED, "55464009", "Lupus")], "Lupus").unwrap();
        assert_eq!(found.name, "Lupus");
        // In place of another: its codes go with it.
        let other = with(&[("a.json", &OWN.replace("\"lupus\"", "\"asthma\""))]).unwrap();
        assert_eq!(other.entries.len(), shipped);
        assert_eq!(other.find(Category::Problem, &[code(SNOMED, "195967001", "Asthma")], "Asthma"), None);
        assert!(other.find(Category::Problem, &[code(SNOMED, "55464009", "")], "").is_some());
        for (files, fault) in [
            (vec![("a.json", OWN), ("b.json", OWN)], "The plain words lupus stand twice: in a.json and in b.json."),
            (
                vec![("a.json", OWN), ("b.json", &OWN.replace("\"lupus\"", "\"sle\""))],
                "The code snomed 55464009 is explained twice: by lupus in a.json and by sle in b.json.",
            ),
            (
                vec![("a.json", &OWN.replace("55464009", "195967001"))],
                "The code snomed 195967001 is explained twice: by asthma in conditions.json and by lupus in a.json.",
            ),
            (
                vec![("a.json", &OWN.replace("https", "http"))],
                "The plain words lupus in a.json cannot be used: where there is more to read must begin with https:// and a name.",
            ),
            (
                vec![("a.json", &OWN.replace("2026-11-29", "2026-11-30"))],
                "The plain words lupus in a.json cannot be used: it was looked over in the future.",
            ),
        ] {
            assert_eq!(with(&files).unwrap_err(), [fault]);
        }
        for (text, fault) in [
            (OWN.replace("55464009", "55464008"), "the code \"snomed 55464008\" is none: its form or its check digit is wrong"),
            (OWN.replace("\"what\"", "\"slider\": 1, \"what\""), "unknown field `slider`"),
            ("{".to_owned(), "EOF"),
        ] {
            let faults = with(&[("a.json", &text)]).unwrap_err();
            assert!(faults[0].starts_with(&format!("The plain words in a.json cannot be used: {fault}")), "{faults:?}");
        }
    }
}
