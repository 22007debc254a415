//! Acting for somebody: asked for by the person or by a would-be carer, decided, changed, stopped, and ended.
//!
//! Every change goes through [`Standing::change`], is kept in the relationship's history, and is one act with its audit
//! event and with what both are mailed about it.

mod apply;
mod consents;
mod decide;
mod invite;
mod manage;
mod refusal;
mod rules;
mod seen;

pub use apply::{ApplicationSeen, ApplicationState, ApplyForm};
pub use consents::ConsentSeen;
pub use decide::{CarerDecision, CarerTerms};
pub use invite::{Accepted, InvitationSeen, InviteForm, Invited, Pressed};
pub use manage::{ChangeForm, ResumeForm};
pub use refusal::CarerRefusal;
pub use rules::RulesDone;
pub(crate) use rules::delegation;
pub use seen::{Acting, CaredFor, CarerChange, CarerSeen, CarerStage};

use crate::mail::{self, CarerNews, Letter};
use crate::typed::typed_date;
use crate::{Core, FieldProblem, ServiceError};
use chrono::NaiveDate;
use domain::access::{Actor, Assurance, Subject};
use domain::audit::{Basis, Purpose};
use domain::relationship::{By, LegalBasis, Standing, Status};
use domain::scope::{Labels, Scopes};
use domain::shown::refused;
use domain::when::london_day;
use domain::{AccountId, OrganisationId, PersonId, RelationshipId};
use store::relationship::{ChangeRow, RelationshipRow};
use store::{StoreError, Tx, account, link, relationship};

/// How a relationship began: the person asked.
const INVITED: &str = "invited";
/// How a relationship began: the would-be carer asked.
const APPLIED: &str = "applied";
/// The longest name of somebody, and the longest word for what they are to each other, in characters.
const LONGEST_NAME: usize = 100;
/// The longest reason, in characters.
const LONGEST_TEXT: usize = 1000;

/// The use cases about acting for somebody.
#[derive(Clone)]
pub struct Carers {
    core: Core,
}

impl Carers {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }
}

/// What is said to somebody whose page shows how it stood before somebody else changed it.
fn stale() -> ServiceError {
    CarerRefusal::Stale.into()
}

/// The account that acts as a citizen, with its second step.
fn citizen(actor: &Actor) -> Result<AccountId, ServiceError> {
    match actor {
        Actor::Account { id, assurance: Assurance::SecondStep } => Ok(*id),
        Actor::Account { assurance: Assurance::FirstStep, .. } => Err(ServiceError::NeedsSecondStep),
        Actor::Staff { .. } | Actor::Device { .. } | Actor::Operator | Actor::System | Actor::Nobody => {
            Err(ServiceError::NotSignedIn)
        }
    }
}

/// The relationship of this person.
async fn load(tx: &mut Tx, person: PersonId, id: RelationshipId) -> Result<RelationshipRow, ServiceError> {
    relationship::by_id(tx, person, id).await?.ok_or(ServiceError::NotFound)
}

/// Whether the person decides about it alone: not where it rests on the law because they cannot, or are a child.
fn is_the_persons(basis: LegalBasis) -> bool {
    !basis.is_without_capacity() && basis != LegalBasis::ParentalResponsibility
}

/// For whom, on what basis, and through which relationship.
fn subject(row: &RelationshipRow, basis: Basis) -> Subject {
    Subject { relationship: Some(row.relationship()), ..Subject::new(row.person(), basis) }
}

/// Why a change is made by this one.
const fn purpose(by: By) -> Purpose {
    match by {
        By::Person => Purpose::OwnCare,
        By::Carer => Purpose::Caring,
        By::Practice => Purpose::Checking,
        By::Rule => Purpose::Operations,
    }
}

/// Keeps a relationship that was just asked for, and its history's first line.
async fn begin(tx: &mut Tx, row: &RelationshipRow, by: By, actor: &Actor) -> Result<(), ServiceError> {
    relationship::insert(tx, row).await?;
    Ok(relationship::insert_change(tx, &line(row, by, actor)).await?)
}

/// Refuses to take up again what is over while the carer has another relationship with the person that is not.
async fn alone(tx: &mut Tx, row: &RelationshipRow) -> Result<(), CarerRefusal> {
    let Some(carer) = row.carer_account_id else { return Err(CarerRefusal::Stale) };
    let other = relationship::of_person(tx, row.person()).await?;
    for other in other.iter().filter(|other| other.id != row.id && other.carer_account_id == Some(carer)) {
        if other.standing()?.is_open() {
            return Err(CarerRefusal::ActsAlready);
        }
    }
    Ok(())
}

/// Brings a relationship to where `to` says, with what else was changed in `row`; gives it as it is then.
///
/// Refuses a change that the table of changes does not allow, and one of a version that is no more.
async fn step(
    core: &Core,
    tx: &mut Tx,
    mut row: RelationshipRow,
    to: Standing,
    text: Option<&str>,
    (by, actor): (By, &Actor),
) -> Result<RelationshipRow, CarerRefusal> {
    let from = row.standing()?;
    from.change(to, text, by)?;
    row.status = to.status.code().to_owned();
    row.reason = to.reason.code().to_owned();
    row.reason_text = text.map(str::to_owned);
    let today = london_day(core.now());
    if to.status == Status::Active {
        row.decided_on = Some(today);
        if from.status == Status::Proposed {
            row.starts_on = today;
        }
    }
    save(core, tx, row, (by, actor)).await
}

/// Writes a relationship in its next version, and the history's next line.
async fn save(
    core: &Core,
    tx: &mut Tx,
    mut row: RelationshipRow,
    (by, actor): (By, &Actor),
) -> Result<RelationshipRow, CarerRefusal> {
    row.updated_at = core.now();
    if !relationship::change(tx, &row).await? {
        return Err(CarerRefusal::Stale);
    }
    row.version += 1;
    relationship::insert_change(tx, &line(&row, by, actor)).await?;
    Ok(row)
}

fn line(row: &RelationshipRow, by: By, actor: &Actor) -> ChangeRow {
    ChangeRow {
        person_id: row.person_id,
        relationship_id: row.id,
        seq: row.version,
        at: row.updated_at,
        by_whom: by.code().to_owned(),
        by_account_id: actor.account().map(|id| id.as_uuid()),
        status: row.status.clone(),
        reason: row.reason.clone(),
        reason_text: row.reason_text.clone(),
        scopes: row.scopes.clone(),
        labels: row.labels.clone(),
        ends_on: row.ends_on,
    }
}

/// The one who brought a relationship to where it stands.
async fn last_by(tx: &mut Tx, row: &RelationshipRow) -> Result<By, ServiceError> {
    let history = relationship::history(tx, row.person(), row.relationship()).await?;
    // A change of what is open leaves the state as it was.
    let came = history.iter().rev().take_while(|change| change.status == row.status && change.reason == row.reason).last();
    let by = came.and_then(|change| By::from_code(&change.by_whom));
    Ok(by.ok_or_else(|| StoreError::corrupt("a relationship has no history"))?)
}

/// Mails the person, as far as they have an account.
async fn tell_person(core: &Core, tx: &mut Tx, person: PersonId, news: CarerNews) -> Result<(), ServiceError> {
    for own in link::of_person(tx, person).await?.into_iter().filter(|link| link.relation == "self") {
        if let Some(account) = account::by_id(tx, AccountId::from_uuid(own.account_id)).await? {
            mail::enqueue(core, tx, &account.email, &Letter::ToPerson { news }).await?;
        }
    }
    Ok(())
}

/// Mails the carer, once there is one.
async fn tell_carer(core: &Core, tx: &mut Tx, row: &RelationshipRow, news: CarerNews) -> Result<(), ServiceError> {
    let Some(id) = row.carer_account_id else { return Ok(()) };
    if let Some(account) = account::by_id(tx, AccountId::from_uuid(id)).await? {
        mail::enqueue(core, tx, &account.email, &Letter::ToCarer { news }).await?;
    }
    Ok(())
}

/// Mails both.
async fn tell_both(core: &Core, tx: &mut Tx, row: &RelationshipRow, news: CarerNews) -> Result<(), ServiceError> {
    tell_person(core, tx, row.person(), news).await?;
    tell_carer(core, tx, row, news).await
}

/// The organisation that decides about it.
fn decider(row: &RelationshipRow) -> Option<OrganisationId> {
    row.organisation_id.map(OrganisationId::from_uuid)
}

/// A short text on one line: a name, a relation.
fn short(text: &str, field: &str, missing: &str) -> Result<String, FieldProblem> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(FieldProblem::new(field, missing));
    }
    if text.chars().count() > LONGEST_NAME {
        return Err(FieldProblem::new(field, "Use 100 letters or fewer"));
    }
    match refused(&text, false) {
        Some(told) => Err(FieldProblem::new(field, told)),
        None => Ok(text),
    }
}

/// A longer text, or none.
fn long(text: &str, field: &str) -> Result<Option<String>, FieldProblem> {
    let text = text.trim();
    if text.chars().count() > LONGEST_TEXT {
        return Err(FieldProblem::new(field, "Use 1,000 letters or fewer"));
    }
    if let Some(told) = refused(&text.replace("\r\n", "\n").replace('\t', " "), true) {
        return Err(FieldProblem::new(field, told));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// What a carer may see and do: at least one thing.
fn scopes_of(words: &str) -> Result<Scopes, FieldProblem> {
    match words.parse::<Scopes>() {
        Ok(scopes) if !scopes.is_empty() => Ok(scopes),
        _ => Err(FieldProblem::new("scopes", "Choose at least one thing that they can see or do")),
    }
}

/// What somebody may see and do, as the forms about it send it.
///
/// # Errors
/// [`ServiceError::Fields`] (`scopes`, `labels`).
pub(crate) fn chosen(scopes: &str, labels: &str) -> Result<(Scopes, Labels), ServiceError> {
    match (scopes_of(scopes), labels_of(labels)) {
        (Ok(scopes), Ok(labels)) => Ok((scopes, labels)),
        (scopes, labels) => Err(ServiceError::Fields([scopes.err(), labels.err()].into_iter().flatten().collect())),
    }
}

/// The labels chosen, and what needs no choosing.
fn labels_of(words: &str) -> Result<Labels, FieldProblem> {
    let chosen: Labels = words.parse().map_err(|_| FieldProblem::new("labels", "Choose again what they can see"))?;
    Ok(chosen.with(domain::record::Sensitivity::General))
}

/// A last day that was typed: today or later, and within 30 years.
fn last_day(parts: [&str; 3], today: NaiveDate) -> Result<Option<NaiveDate>, FieldProblem> {
    typed_date(parts, "ends_on", "The last day")?.map(|date| as_last_day(date, today)).transpose()
}

/// A date, if it can be the last day.
fn as_last_day(date: NaiveDate, today: NaiveDate) -> Result<NaiveDate, FieldProblem> {
    let most = today.checked_add_months(chrono::Months::new(30 * 12)).unwrap_or(NaiveDate::MAX);
    if date < today {
        return Err(FieldProblem::new("ends_on", "The last day must be today or later"));
    }
    if date > most {
        return Err(FieldProblem::new("ends_on", "The last day must be within the next 30 years. To set none, leave it empty"));
    }
    Ok(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_whole_real_and_not_past() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        let said = |day, month, year| last_day([day, month, year], today).map_err(|problem| problem.message);
        assert_eq!(said("", " ", ""), Ok(None));
        assert_eq!(said("3", "11", "2026"), Ok(Some(today)));
        assert!(said("2", "11", "2026").unwrap_err().contains("today or later"));
        assert_eq!(said("", "11", "2027").unwrap_err(), "The last day must include a day");
        for (day, month, year) in [("30", "2", "2027"), ("x", "1", "2027"), ("1", "1", "27"), ("1", "1", "99999")] {
            assert!(said(day, month, year).unwrap_err().contains("real date"), "{day} {month} {year}");
        }
        assert!(said("1", "1", "2090").unwrap_err().contains("30 years"));
    }

    #[test]
    fn what_is_chosen_is_known_and_something() {
        assert!(scopes_of("").is_err() && scopes_of("NOSUCH").is_err());
        assert_eq!(scopes_of("PRESCR APPT").map(|scopes| scopes.to_string()), Ok("PRESCR APPT".to_owned()));
        assert_eq!(labels_of("").map(|labels| labels.to_string()), Ok("general".to_owned()));
        assert_eq!(labels_of("mental").map(|labels| labels.to_string()), Ok("general mental".to_owned()));
        assert!(labels_of("secret").is_err());
    }

    #[test]
    fn a_name_is_one_line_of_some_length() {
        assert_eq!(short("  Zoë \n Åberg ", "name", "Enter"), Ok("Zoë Åberg".to_owned()));
        assert!(short(" ", "name", "Enter").is_err() && short(&"x".repeat(101), "name", "Enter").is_err());
        assert!(short("a\u{7}b", "name", "Enter").is_err());
        // What would be read backwards, with all that stands after it on the page.
        assert!(long("a\tb\r\nc", "reason").is_ok() && long("a\u{202e}b", "reason").is_err());
        assert!(short("mother\u{202e}", "name", "Enter").is_err() && short("\u{2066}x", "name", "Enter").is_err());
        assert_eq!(short("\u{5de}\u{5e8}\u{5d9}\u{5dd}", "name", "Enter").map(|name| name.chars().count()), Ok(4));
    }
}
