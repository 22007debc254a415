//! The people who act for the person: who they are, what they can do, and until when.

pub(crate) mod fields;
pub mod invite;
pub mod list;
pub mod one;

use crate::ui::TagKind;
use domain::RelationshipId;
use domain::relationship::LegalBasis;
use domain::scope::{Labels, Scope, Scopes};
use domain::when::{day_in_words, instant_in_words};
use service::{CarerSeen, CarerStage};

/// Where somebody's page is.
pub(crate) fn page_of(id: RelationshipId) -> String {
    format!("/sharing/people/{id}")
}

/// Where it stands, in one or two words.
fn tag(stage: CarerStage) -> (String, TagKind) {
    let (word, kind) = match stage {
        CarerStage::InForce => ("Can act for you", TagKind::Good),
        CarerStage::Invited(_) => ("Invited", TagKind::Info),
        CarerStage::Applied => ("Your practice decides", TagKind::Info),
        CarerStage::Stopped => ("Stopped for now", TagKind::Attention),
        CarerStage::Lapsed => ("No answer in time", TagKind::Neutral),
        CarerStage::Refused => ("Refused", TagKind::Neutral),
        CarerStage::Over => ("Ended", TagKind::Neutral),
    };
    (word.to_owned(), kind)
}

/// What somebody can see and do, as one sentence after "They can".
pub(crate) fn can(scopes: Scopes) -> String {
    let offered: Scopes = Scope::OFFERED.iter().copied().collect();
    if offered.is_within(scopes) {
        return "see every part of the record, and see and book appointments".to_owned();
    }
    let words: Vec<&str> = scopes.and(offered).iter().map(Scope::title).collect();
    match words.split_last() {
        None => "do nothing".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{}; and {last}", rest.join("; ")),
    }
}

/// Which of what is private they can see.
fn private(labels: Labels) -> String {
    let words: Vec<String> = labels.iter().filter_map(crate::words::sensitivity).map(crate::words::in_sentence).collect();
    match words.split_last() {
        None => "Nothing that is private".to_owned(),
        Some((last, [])) => format!("Also {last}"),
        Some((last, rest)) => format!("Also {} and {last}", rest.join(", ")),
    }
}

/// On what law it rests, as the person reads it.
const fn why(basis: LegalBasis) -> &'static str {
    match basis {
        LegalBasis::ParentalResponsibility => "They have parental responsibility for you",
        LegalBasis::Consent => "You agree to it",
        LegalBasis::BestInterest => "You cannot decide it yourself, and it is best for you",
        LegalBasis::LastingPowerOfAttorney => "They have a lasting power of attorney for your health and welfare",
        LegalBasis::CourtDeputy => "A court made them your personal welfare deputy",
    }
}

/// Until when, in words.
fn until(seen: &CarerSeen) -> String {
    match (seen.stage, seen.ends_on) {
        (CarerStage::Invited(until), None) => format!("They can answer until {}", instant_in_words(until)),
        (_, Some(last)) => day_in_words(last),
        (_, None) => "No last day: until you end it".to_owned(),
    }
}
