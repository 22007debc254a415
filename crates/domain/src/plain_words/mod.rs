//! What a condition, test, medicine, procedure or vaccine is, in plain words: what an explanation holds, what is wrong with one, and which
//! entries of a record it explains. It is about the thing, never about what somebody's value or dose means.

mod code;
mod product;

pub use code::{CodeList, PlainCode};

use crate::record::{Category, coded};
use chrono::{Months, NaiveDate};
use serde::Deserialize;

/// After so many months the words may be out of date.
const MONTHS: Months = Months::new(36);

coded! {
    /// What sort of thing is explained.
    Kind {
        /// A health problem or an allergy.
        Condition = "condition",
        /// A measurement or a laboratory's test.
        Test = "test",
        /// A medicine, or what is given in the way of one.
        Medicine = "medicine",
        /// An operation, a scan, a check.
        Procedure = "procedure",
        /// A vaccine.
        Vaccine = "vaccine",
    }
}

impl Kind {
    /// What those of this kind are called, above a list of them.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Condition => "Conditions and allergies",
            Self::Test => "Tests",
            Self::Medicine => "Medicines",
            Self::Procedure => "Operations, scans and checks",
            Self::Vaccine => "Vaccines",
        }
    }

    /// Whether it can explain an entry of this category. The code of a medicine stands in an allergy too, where what it is for is not
    /// what the entry is about.
    #[must_use]
    pub const fn explains(self, category: Category) -> bool {
        matches!(
            (self, category),
            (Self::Condition, Category::Problem | Category::Allergy)
                | (Self::Test, Category::Result | Category::Procedure)
                | (Self::Medicine, Category::Medicine)
                | (Self::Procedure, Category::Procedure | Category::Problem | Category::Result)
                | (Self::Vaccine, Category::Immunisation | Category::Procedure | Category::Medicine)
        )
    }
}

/// What one thing is, in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The word by which another file can take its place.
    pub id: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// What it is called in plain words.
    pub name: String,
    /// The codes of entries that it explains.
    pub codes: Vec<PlainCode>,
    /// The substances by which the names of its products begin, for medicines without a code that is known.
    #[serde(default)]
    pub begins: Vec<String>,
    /// Words of which such a name must have one, where a cream is for something else than a tablet.
    #[serde(default)]
    pub forms: Vec<String>,
    /// What it is.
    pub what: String,
    /// What a test looks at.
    #[serde(default)]
    pub looks_at: Option<String>,
    /// What can change the value of a test, in general.
    #[serde(default)]
    pub changes: Option<String>,
    /// What most people take a medicine for.
    #[serde(default)]
    pub used_for: Option<String>,
    /// Where there is more to read.
    pub url: String,
    /// Whose words it is written from: "The NHS website".
    pub source: String,
    /// When it was last looked over.
    pub reviewed: NaiveDate,
}

impl Explanation {
    /// Everything that is wrong with it, each as a sentence without its full stop.
    #[must_use]
    pub fn faults(&self, today: NaiveDate) -> Vec<&'static str> {
        let is_word = |id: &str| {
            (1..=64).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        let (is_test, is_medicine) = (self.kind == Kind::Test, self.kind == Kind::Medicine);
        let about_products = self.begins.iter().chain(&self.forms).all(|word| !word.trim().is_empty());
        let checks = [
            (is_word(&self.id), "its id must be 1 to 64 small letters, digits and hyphens"),
            (!self.name.trim().is_empty(), "it has no name"),
            (!self.what.trim().is_empty(), "it does not say what it is"),
            (!self.source.trim().is_empty(), "it does not say from where it is"),
            (!(self.codes.is_empty() && self.begins.is_empty()), "it has no code, nor a name by which products begin"),
            (is_medicine || self.begins.is_empty() && self.forms.is_empty(), "only a medicine is found by the names of products"),
            (about_products, "a name or a form of its products is empty"),
            (self.forms.is_empty() || !self.begins.is_empty(), "it has forms, but no name by which products begin"),
            (filled(&self.looks_at) == is_test, "a test says what it looks at, and nothing else does"),
            (filled(&self.changes) == is_test, "a test says what can change it, and nothing else does"),
            (filled(&self.used_for) == is_medicine, "a medicine says what it is for, and nothing else does"),
            (is_https(&self.url), "where there is more to read must begin with https:// and a name"),
            (self.reviewed <= today, "it was looked over in the future"),
        ];
        checks.into_iter().filter(|(right, _)| !right).map(|(_, what)| what).collect()
    }

    /// How much of a product's name is the substance that this explains; `None` where it is another product, or one of several substances.
    #[must_use]
    pub fn begins(&self, product: &str) -> Option<usize> {
        let begins = self.begins.iter().filter(|name| product::is_of(product, name, &self.forms));
        begins.map(String::len).max()
    }

    /// Whether it may be out of date.
    #[must_use]
    pub fn is_old(&self, today: NaiveDate) -> bool {
        self.reviewed.checked_add_months(MONTHS).is_none_or(|until| until < today)
    }

    /// All that it says.
    #[must_use]
    pub fn words(&self) -> String {
        let more = [&self.looks_at, &self.changes, &self.used_for].into_iter().flatten().map(String::as_str);
        [self.what.as_str()].into_iter().chain(more).collect::<Vec<_>>().join("\n")
    }

    /// The name of the site where there is more to read.
    #[must_use]
    pub fn site(&self) -> &str {
        let rest = self.url.strip_prefix("https://").unwrap_or_default();
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    }
}

/// Whether it is an address of a site that has a plain name: without a user, a port or anything that is not shown as it is.
fn is_https(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let site = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    site.contains('.') && site.bytes().all(is_plain) && url.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 11, 29).unwrap()
    }

    fn asthma() -> Explanation {
        Explanation {
            id: "asthma".to_owned(),
            kind: Kind::Condition,
            name: "Asthma".to_owned(),
            codes: vec!["snomed 195967001".to_owned().try_into().unwrap()],
            begins: vec![],
            forms: vec![],
            what: "It is hard to breathe.".to_owned(),
            looks_at: None,
            changes: None,
            used_for: None,
            url: "https://www.nhs.uk/conditions/asthma/".to_owned(),
            source: "The NHS website".to_owned(),
            reviewed: day(2026),
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let all = [
            (Explanation { id: "Asthma".to_owned(), ..asthma() }, "its id must be"),
            (Explanation { name: " ".to_owned(), ..asthma() }, "it has no name"),
            (Explanation { what: String::new(), ..asthma() }, "it does not say what it is"),
            (Explanation { source: String::new(), ..asthma() }, "it does not say from where it is"),
            (Explanation { codes: vec![], ..asthma() }, "it has no code"),
            (Explanation { begins: vec!["Asthma".to_owned()], ..asthma() }, "only a medicine"),
            (Explanation { kind: Kind::Test, changes: Some("Dust.".to_owned()), ..asthma() }, "a test says what it looks at"),
            (Explanation { looks_at: Some("Air.".to_owned()), ..asthma() }, "a test says what it looks at"),
            (Explanation { changes: Some("Dust.".to_owned()), ..asthma() }, "a test says what can change it"),
            (Explanation { kind: Kind::Medicine, ..asthma() }, "a medicine says what it is for"),
            (Explanation { reviewed: day(2027), ..asthma() }, "it was looked over in the future"),
        ];
        assert_eq!(asthma().faults(day(2026)), Vec::<&str>::new());
        for (wrong, why) in all {
            let faults = wrong.faults(day(2026));
            assert!(matches!(faults.as_slice(), [one] if one.starts_with(why)), "{why}: {faults:?}");
        }
        let medicine = Explanation { kind: Kind::Medicine, used_for: Some("Breathing.".to_owned()), ..asthma() };
        assert_eq!(medicine.faults(day(2026)), Vec::<&str>::new());
        let forms = Explanation { forms: vec!["cream".to_owned()], ..medicine.clone() };
        assert_eq!(forms.faults(day(2026)), ["it has forms, but no name by which products begin"]);
        let empty = Explanation { begins: vec![String::new()], ..medicine };
        assert_eq!(empty.faults(day(2026)), ["a name or a form of its products is empty"]);
        for url in [
            "http://www.nhs.uk/",
            "https://",
            "https://nhs",
            "https://me@nhs.uk/",
            "https://nhs.uk:8/",
            "https://nhs.uk/a b",
            "javascript:x",
        ] {
            let faults = Explanation { url: url.to_owned(), ..asthma() }.faults(day(2026));
            assert_eq!(faults, ["where there is more to read must begin with https:// and a name"], "{url}");
        }
    }

    #[test]
    fn words_grow_old_after_three_years() {
        let one = asthma();
        assert!(!one.is_old(day(2029)) && one.is_old(day(2029).succ_opt().unwrap()));
        assert_eq!((one.site(), one.words().as_str()), ("www.nhs.uk", "It is hard to breathe."));
    }

    #[test]
    fn what_a_medicine_is_for_is_never_said_of_an_allergy() {
        let explained: Vec<_> = Kind::ALL.iter().filter(|kind| kind.explains(Category::Allergy)).collect();
        assert_eq!(explained, [&Kind::Condition]);
        let medicine: Vec<_> = Category::SHOWN.iter().filter(|category| Kind::Medicine.explains(**category)).collect();
        assert_eq!(medicine, [&Category::Medicine]);
    }
}
