//! What somebody wants, and what was decided with them, for a time when they may be very ill or cannot say it themself (advance care
//! planning): what sources call it by their codes, and what it means in plain words.
//!
//! The words follow the pages of the NHS on decisions about CPR (DNACPR), advance decisions, advance statements and lasting powers of
//! attorney, and what the Resuscitation Council UK says of ReSPECT. No clinician has reviewed them.

use crate::record::coded;
use chrono::{Months, NaiveDate};

coded! {
    /// A kind of it. The word is the [`kind`](crate::record::EntryFacts::kind) of its entries, by which pages know them.
    Wish {
        /// A decision that nobody should try CPR.
        NoCpr = "DNACPR decision",
        /// A decision that CPR should be tried.
        Cpr = "Decision about CPR",
        /// A Recommended Summary Plan for Emergency Care and Treatment.
        Respect = "ReSPECT plan",
        /// What the person refuses, by law (Mental Capacity Act 2005, sections 24 to 26).
        Refusal = "Advance decision to refuse treatment",
        /// That such a decision was taken back.
        TakenBack = "Advance decision taken back",
        /// Who decides for them (Mental Capacity Act 2005, section 9).
        Attorney = "Lasting power of attorney for health and welfare",
        /// How far treatment should go.
        Escalation = "Treatment escalation plan",
        /// What they would like, in their words, as a service keeps it.
        Statement = "Advance statement",
        /// A plan made ahead.
        Plan = "Advance care plan",
        /// Where they would like to be looked after.
        PlaceOfCare = "Preferred place of care",
        /// Where they would like to be when they die.
        PlaceOfDeath = "Preferred place of death",
    }
}

/// The label of the detail that says on which day one ends or somebody looks at it again.
pub const REVIEW: &str = "Ends or is looked at again";

/// The label of the detail that has the words in which a source recorded one.
pub const RECORDED: &str = "As it was recorded";

/// The label of the detail that has what a source answered, or the text of the document that it is.
pub const SAYS: &str = "What it says";

/// SNOMED CT: what the Summary Care Record inclusion dataset and SCCI1580 (end of life care co-ordination) have, and the types of document
/// of the National Record Locator.
const SNOMED: &[(&str, Wish)] = &[
    // Not for attempted cardiopulmonary resuscitation; not for resuscitation; do not resuscitate, with supporting documentation.
    ("450476008", Wish::NoCpr),
    ("304253006", Wish::NoCpr),
    ("143021000119109", Wish::NoCpr),
    // For attempted cardiopulmonary resuscitation; for resuscitation.
    ("450475007", Wish::Cpr),
    ("304252001", Wish::Cpr),
    // ReSPECT form.
    ("1382601000000107", Wish::Respect),
    // Has an advance decision to refuse treatment (Mental Capacity Act 2005); the decision itself.
    ("816301000000100", Wish::Refusal),
    ("1052911000000106", Wish::Refusal),
    // Advance decision to refuse treatment retracted.
    ("962601000000103", Wish::TakenBack),
    // Has appointed a person with personal welfare lasting power of attorney (Mental Capacity Act 2005).
    ("816361000000101", Wish::Attorney),
    // Treatment escalation plan.
    ("735324008", Wish::Escalation),
    // Has an advance statement (Mental Capacity Act 2005).
    ("816281000000101", Wish::Statement),
    // Advance care plan; end of life care plan; end of life care co-ordination summary.
    ("736366004", Wish::Plan),
    ("736373009", Wish::Plan),
    ("861421000000109", Wish::Plan),
];

impl Wish {
    /// What a code of SNOMED CT tells; `None` for any other.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        SNOMED.iter().find(|(known, _)| *known == code).map(|(_, wish)| *wish)
    }

    /// Every code that tells one.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        SNOMED.iter().map(|(code, _)| *code)
    }

    /// What the words of a code tell; `None` for any others. Only places are told by words, since words about a decision may as well say
    /// that there is none.
    #[must_use]
    pub fn of_words(words: &str) -> Option<Self> {
        let words = words.trim().to_lowercase();
        [(Self::PlaceOfCare, "preferred place of care"), (Self::PlaceOfDeath, "preferred place of death")]
            .into_iter()
            .find_map(|(wish, beginning)| words.starts_with(beginning).then_some(wish))
    }

    /// What its entry is called, where the entry is no document with a name of its own. Of CPR it says first what goes on.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NoCpr => "Do not attempt CPR: other treatment goes on",
            Self::Cpr => "CPR can be attempted",
            Self::Attorney => "Somebody has been named to decide about health and welfare",
            other => other.code(),
        }
    }

    /// What it means, as whole sentences about "the person".
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NoCpr => {
                "CPR tries to start the heart and the breathing again when they stop. This says that nobody should try CPR. It is about CPR \
                 alone. All other care and treatment goes on."
            }
            Self::Cpr => {
                "CPR tries to start the heart and the breathing again when they stop. This says that CPR can be tried if that happens."
            }
            Self::Respect => {
                "This plan says which care and treatment would help most in an emergency, and what matters to the person. It guides those who \
                 help. It is not a law that they must keep to."
            }
            Self::Refusal => {
                "This says which treatment the person does not want if there comes a time when they cannot say so. If it was made in the right \
                 way and fits what has happened, those who treat them must keep to it."
            }
            Self::TakenBack => {
                "This says that the person took back what they had said about treatment that they do not want. It does not say which \
                 decision that was."
            }
            Self::Attorney => {
                "The person has chosen somebody to decide about their care and treatment. That is only for a time when they cannot decide \
                 themself."
            }
            Self::Escalation => {
                "This says how far treatment should go if the person gets more ill, such as going to hospital or not."
            }
            Self::Statement => {
                "This says what the person would like and what matters to them. Those who look after them must think about it. They do not \
                 have to do all of it."
            }
            Self::Plan => "This says what the person would like to happen if they get more ill. It can be changed at any time.",
            Self::PlaceOfCare => {
                "This is where the person would like to be looked after. They can change their mind at any time."
            }
            Self::PlaceOfDeath => {
                "This is where the person would like to be at the end of their life. They can change their mind at any time."
            }
        }
    }

    /// What should have come before it, and that it can be looked at again, without whom to ask.
    #[must_use]
    pub const fn talked_about(self) -> &'static str {
        match self {
            Self::NoCpr | Self::Cpr | Self::Respect | Self::Escalation => {
                "A doctor or nurse should talk about this with the person, or with those close to them, when it is decided. If nobody did, or \
                 you do not agree, you can ask for a talk about it and for it to be looked at again."
            }
            _ => "If it is not right, or no longer so, say so. It can be changed.",
        }
    }
}

/// The states of an entry that say that what it tells holds no more (FHIR R4: flag-status, consent-state-codes, request-status,
/// condition-clinical and condition-ver-status).
pub const OVER: &[&str] =
    &["inactive", "completed", "stopped", "cancelled", "ended", "finished", "revoked", "rejected", "refuted", "resolved"];

/// Whether an entry of this state tells what was so, and holds no more; one without a state is taken to hold.
#[must_use]
pub fn is_over(status: Option<&str>) -> bool {
    status.is_some_and(|status| OVER.contains(&status))
}

/// Whether the day of [`REVIEW`], in the words of a date, lies before this one; a month or a year counts until it is over, and what is no
/// date never passes.
#[must_use]
pub fn has_passed(review: &str, today: NaiveDate) -> bool {
    let day = |words: &str| NaiveDate::parse_from_str(words, "%d %B %Y").ok();
    let over = |first: NaiveDate, months| first.checked_add_months(Months::new(months)).is_some_and(|next| next <= today);
    // A time of day stands behind the date.
    let words = review.split(',').next().unwrap_or_default().trim();
    if let Some(day) = day(words) {
        return day < today;
    }
    let month = day(&format!("1 {words}")).map(|first| over(first, 1));
    month.or_else(|| day(&format!("1 January {words}")).map(|first| over(first, 12))).unwrap_or(false)
}

/// Whether these hold both that CPR should be tried and that it should not, so that somebody must ask which is right.
#[must_use]
pub fn disagree_about_cpr(wishes: &[Wish]) -> bool {
    wishes.contains(&Wish::NoCpr) && wishes.contains(&Wish::Cpr)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain_words::PlainCode;
    use proptest::prelude::*;

    #[test]
    fn every_code_is_one_of_snomed_ct_and_stands_once() {
        let codes: Vec<&str> = Wish::codes().collect();
        for code in &codes {
            assert!(PlainCode::try_from(format!("snomed {code}")).is_ok(), "{code}");
            assert_eq!(codes.iter().filter(|other| *other == code).count(), 1, "{code}");
        }
    }

    #[test]
    fn a_decision_about_cpr_is_never_told_by_words() {
        for words in ["DNACPR", "Discussion about do not attempt CPR", "Not for CPR", "For CPR", "", "Place of death"] {
            assert_eq!(Wish::of_words(words), None, "{words}");
        }
        assert_eq!(Wish::of_words(" Preferred place of death: home"), Some(Wish::PlaceOfDeath));
        assert_eq!(Wish::of_words("Preferred place of care"), Some(Wish::PlaceOfCare));
    }

    #[test]
    fn not_to_attempt_cpr_says_at_once_that_all_other_treatment_goes_on() {
        assert!(Wish::NoCpr.title().contains("other treatment goes on"));
        assert!(Wish::NoCpr.meaning().contains("All other care and treatment goes on"));
        assert!(Wish::NoCpr.talked_about().contains("looked at again"));
    }

    #[test]
    fn what_ended_or_was_ruled_out_holds_no_more_and_what_waits_does() {
        for over in ["inactive", "completed", "revoked", "rejected", "refuted", "resolved"] {
            assert!(is_over(Some(over)), "{over}");
        }
        for holds in [None, Some("active"), Some("on-hold"), Some("current"), Some("confirmed"), Some("")] {
            assert!(!is_over(holds), "{holds:?}");
        }
    }

    #[test]
    fn a_day_has_passed_from_the_next_day_on() {
        let today = NaiveDate::from_ymd_opt(2027, 3, 2).unwrap();
        for passed in ["1 March 2027", "1 March 2027, 10:40am", "28 February 2027", "February 2027", "2026"] {
            assert!(has_passed(passed, today), "{passed}");
        }
        for to_come in ["2 March 2027", "3 March 2027, midday", "March 2027", "2027", "", "next spring", "At home"] {
            assert!(!has_passed(to_come, today), "{to_come}");
        }
    }

    #[test]
    fn only_both_decisions_disagree() {
        assert!(disagree_about_cpr(&[Wish::Cpr, Wish::Respect, Wish::NoCpr]));
        for one in Wish::ALL {
            assert!(!disagree_about_cpr(&[*one, *one]));
        }
    }

    proptest! {
        #[test]
        fn a_day_in_words_is_read_as_that_day(at in 0_i32..100_000, from in -3_i32..4) {
            let day = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Days::new(u64::try_from(at).unwrap());
            let today = day + chrono::TimeDelta::days(i64::from(from));
            prop_assert_eq!(has_passed(&crate::when::day_in_words(day), today), from > 0);
        }

        #[test]
        fn another_code_tells_nothing(code in "[0-9]{6,18}") {
            prop_assume!(!Wish::codes().any(|known| known == code));
            prop_assert_eq!(Wish::of_code(&code), None);
        }
    }
}
