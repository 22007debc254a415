//! A would-be carer asks to act for somebody; the practice decides.

use super::{APPLIED, Carers, begin, citizen, decider, long, purpose, scopes_of, short, step, subject, tell_person, typed_date};
use crate::activity::{self, Event};
use crate::limits::{self, Attempt};
use crate::mail::CarerNews;
use crate::{Core, FieldProblem, ServiceError};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::Actor;
use domain::age_rules::birthday;
use domain::audit::{Action, Basis, Purpose};
use domain::linkage::{same_surname, surname_key};
use domain::record::Sensitivity;
use domain::relationship::{By, LegalBasis, ParentalEvidence, Reason, Standing, Status};
use domain::scope::{Labels, Scopes};
use domain::team::WorkKind;
use domain::when::london_day;
use domain::{AccountId, NhsNumber, OrganisationId, PersonId, RelationshipId, WorkItemId};
use store::invitation::{self, ApplicationRow};
use store::person::PersonRow;
use store::relationship::{self, RelationshipRow};
use store::work::{self, NewWorkItem};
use store::{StoreError, Tx, account, link, person, registration};
use uuid::Uuid;

/// What a would-be carer types.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ApplyForm {
    /// The person's, with or without spaces.
    pub nhs_number: String,
    /// The person's date of birth: day, month and year.
    pub birth_date: [String; 3],
    /// The person's surname.
    pub family_name: String,
    /// What the applicant is to the person: "mother".
    pub relation: String,
    /// [`LegalBasis`] by code.
    pub legal_basis: String,
    /// [`ParentalEvidence`] by code, for parental responsibility.
    pub evidence: String,
    /// [`Scopes`] as words.
    pub scopes: String,
    /// Why they ask, in their own words.
    pub reason: String,
    /// The one-time id of the form.
    pub submission: String,
}

/// An application as the applicant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationSeen {
    /// Its id.
    pub id: Uuid,
    /// What they said that they are to the person.
    pub relation: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// What became of it.
    pub state: ApplicationState,
}

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationState {
    /// It waits: if the details fit somebody, their practice will decide.
    Waiting,
    /// The practice said yes.
    Allowed,
    /// The practice said no.
    Refused,
    /// The applicant took it back, or it came to nothing otherwise.
    Over,
}

/// What was typed, understood.
#[derive(Clone)]
struct Claim {
    nhs_number: NhsNumber,
    birth_date: NaiveDate,
    family_name: String,
    relation: String,
    legal_basis: LegalBasis,
    evidence: Option<ParentalEvidence>,
    scopes: Scopes,
    reason: Option<String>,
    submission: Uuid,
}

/// What came of an application.
enum Made {
    Kept,
    TooMany(TimeDelta),
    /// Their own account opens no record yet.
    Unlinked,
    /// It is about themselves.
    Own,
}

fn read(form: &ApplyForm, today: NaiveDate) -> Result<Claim, ServiceError> {
    let nhs_number = NhsNumber::parse(&form.nhs_number)
        .map_err(|_| FieldProblem::new("nhs_number", "Enter their NHS number. It has 10 numbers, like 999 123 4500"));
    let birth_date = typed_date(form.birth_date.each_ref().map(String::as_str), "birth_date", "Their date of birth");
    let birth_date = birth_date.and_then(|date| match date {
        None => Err(FieldProblem::new("birth_date", "Enter their date of birth")),
        Some(date) if date > today => Err(FieldProblem::new("birth_date", "Their date of birth must be in the past")),
        Some(date) => Ok(date),
    });
    let family_name = if surname_key(&form.family_name).is_empty() || form.family_name.chars().count() > 200 {
        Err(FieldProblem::new("family_name", "Enter their last name"))
    } else {
        Ok(form.family_name.clone())
    };
    let relation = short(&form.relation, "relation", "Enter what you are to them, like mother or friend");
    let basis = LegalBasis::from_code(&form.legal_basis)
        .ok_or_else(|| FieldProblem::new("legal_basis", "Choose why you may act for them"))
        .and_then(|basis| fits(basis, birth_date.as_ref().ok().copied(), today));
    let evidence = match basis {
        Ok(LegalBasis::ParentalResponsibility) => ParentalEvidence::from_code(&form.evidence)
            .map(Some)
            .ok_or_else(|| FieldProblem::new("evidence", "Choose what shows that you have parental responsibility")),
        _ => Ok(None),
    };
    let (scopes, reason) = (scopes_of(&form.scopes), long(&form.reason, "reason"));
    let submission = form.submission.parse::<Uuid>();
    match (nhs_number, birth_date, family_name, relation, basis, evidence, scopes, reason, submission) {
        (
            Ok(nhs_number),
            Ok(birth_date),
            Ok(family_name),
            Ok(relation),
            Ok(legal_basis),
            Ok(evidence),
            Ok(scopes),
            Ok(reason),
            Ok(submission),
        ) => Ok(Claim { nhs_number, birth_date, family_name, relation, legal_basis, evidence, scopes, reason, submission }),
        (nhs_number, birth_date, family_name, relation, basis, evidence, scopes, reason, submission) => {
            let again = submission.err().map(|_| FieldProblem::not_whole());
            let problems = [
                nhs_number.err(),
                birth_date.err(),
                family_name.err(),
                relation.err(),
                basis.err(),
                evidence.err(),
                scopes.err(),
                reason.err(),
                again,
            ];
            Err(ServiceError::Fields(problems.into_iter().flatten().collect()))
        }
    }
}

/// Whether the basis can be had for somebody born then; told by what was typed alone, so that it gives nothing away.
fn fits(basis: LegalBasis, birth: Option<NaiveDate>, today: NaiveDate) -> Result<LegalBasis, FieldProblem> {
    let sixteen = birth.and_then(|birth| birthday(birth, 16));
    if basis == LegalBasis::ParentalResponsibility && sixteen.is_some_and(|day| day <= today) {
        let text = "Parental responsibility opens the record of a child under 16. For somebody older choose another reason";
        return Err(FieldProblem::new("legal_basis", text));
    }
    Ok(basis)
}

impl Carers {
    /// Asks to act for somebody. The answer is the same whether or not the details fit a person; the same form sent twice
    /// is one application.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`]; [`ServiceError::Fields`] (`nhs_number`,
    /// `birth_date`, `family_name`, `relation`, `legal_basis`, `evidence`, `scopes`, `reason`; no field for an account
    /// that opens no record of its own); [`ServiceError::TooMany`] after five in a day.
    pub async fn apply(&self, actor: &Actor, form: &ApplyForm) -> Result<(), ServiceError> {
        let id = citizen(actor)?;
        let claim = read(form, london_day(self.core.now()))?;
        let actor = actor.clone();
        let made = self.core.write(move |core, tx| Box::pin(async move { apply(&core, tx, (&actor, id), claim).await })).await?;
        match made {
            Made::Kept => Ok(()),
            Made::TooMany(wait) => Err(ServiceError::TooMany(wait)),
            Made::Unlinked => Err(ServiceError::field("", "Link your own record first, so that the practice knows who asks")),
            Made::Own => Err(ServiceError::field("nhs_number", "This is your own NHS number. Enter theirs")),
        }
    }

    /// The actor's applications, the last first.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], or a failing database.
    pub async fn applications(&self, actor: &Actor) -> Result<Vec<ApplicationSeen>, ServiceError> {
        let id = citizen(actor)?;
        let mut tx = self.core.read().await?;
        let rows = invitation::applications(&mut tx, id).await?;
        let seen = rows.into_iter().map(|row| {
            let state = match row.status.as_deref().map(Status::from_code) {
                _ if row.withdrawn_at.is_some() => ApplicationState::Over,
                None | Some(Some(Status::Proposed)) => ApplicationState::Waiting,
                Some(Some(Status::Active)) => ApplicationState::Allowed,
                Some(Some(Status::Rejected)) => ApplicationState::Refused,
                Some(Some(Status::Inactive | Status::EnteredInError)) => ApplicationState::Over,
                Some(None) => return Err(StoreError::corrupt("a relationship has an unknown state").into()),
            };
            Ok(ApplicationSeen { id: row.id, relation: row.relation, asked_at: row.created_at, state })
        });
        seen.collect()
    }

    /// Takes an application back. Doing so twice changes nothing, nor once it was decided.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not the actor's; [`ServiceError::NotSignedIn`],
    /// [`ServiceError::NeedsSecondStep`].
    pub async fn withdraw(&self, actor: &Actor, application: Uuid) -> Result<(), ServiceError> {
        let id = citizen(actor)?;
        let actor = actor.clone();
        self.core.write(move |core, tx| Box::pin(async move { withdraw(&core, tx, (&actor, id), application).await })).await
    }
}

async fn apply(core: &Core, tx: &mut Tx, (actor, id): (&Actor, AccountId), claim: Claim) -> Result<Made, ServiceError> {
    // One application at a time for each account.
    account::hold(tx, id, core.now()).await?;
    let links = link::of_account(tx, id).await?;
    let Some(own) = links.iter().find(|link| link.relation == "self") else { return Ok(Made::Unlinked) };
    if invitation::application(tx, id, claim.submission).await?.is_some() {
        return Ok(Made::Kept);
    }
    let applicant = person::by_id(tx, PersonId::from_uuid(own.person_id)).await?.ok_or(ServiceError::NotFound)?;
    if applicant.nhs_number.as_deref() == Some(claim.nhs_number.as_digits()) {
        return Ok(Made::Own);
    }
    if let Attempt::Refused(wait) = limits::APPLY.count(core, tx, &id.to_string()).await? {
        return Ok(Made::TooMany(wait));
    }
    let matched = matched(tx, &claim).await?;
    let proposed = match matched {
        Some((person, practice)) => Some(propose(core, tx, (actor, id), &applicant, (person, practice), &claim).await?),
        None => None,
    };
    let row = ApplicationRow {
        account_id: id.as_uuid(),
        id: claim.submission,
        relation: claim.relation,
        person_id: proposed.map(|(person, _)| person.as_uuid()),
        relationship_id: proposed.map(|(_, relationship)| relationship.as_uuid()),
        created_at: core.now(),
        withdrawn_at: None,
        status: None,
    };
    invitation::insert_application(tx, &row).await?;
    let event = Event::on_account(actor, Action::CarerProposed, Purpose::Caring).about("application", row.id);
    activity::append(core, tx, event).await?;
    Ok(Made::Kept)
}

/// The living person whom the details fit, and the practice that decides.
async fn matched(tx: &mut Tx, claim: &Claim) -> Result<Option<(PersonId, OrganisationId)>, ServiceError> {
    let found = person::by_nhs_number(tx, &claim.nhs_number).await?.filter(|person| {
        !person.deceased && person.birth_date == Some(claim.birth_date) && same_surname(&person.family_name, &claim.family_name)
    });
    let Some(found) = found else { return Ok(None) };
    Ok(registration::current(tx, found.person()).await?.map(|practice| (found.person(), practice)))
}

/// Makes the relationship that the practice decides about; or gives the one that there is.
async fn propose(
    core: &Core,
    tx: &mut Tx,
    (actor, id): (&Actor, AccountId),
    applicant: &PersonRow,
    (person, practice): (PersonId, OrganisationId),
    claim: &Claim,
) -> Result<(PersonId, RelationshipId), ServiceError> {
    if let Some(before) = relationship::between(tx, id, person).await?
        && before.standing()?.is_open()
    {
        return Ok((person, before.relationship()));
    }
    let now = core.now();
    let row = RelationshipRow {
        person_id: person.as_uuid(),
        id: core.new_id(),
        carer_account_id: Some(id.as_uuid()),
        carer_name: applicant.demographics()?.display_name(),
        relation: claim.relation.clone(),
        origin: APPLIED.to_owned(),
        legal_basis: claim.legal_basis.code().to_owned(),
        evidence: claim.evidence.map(|evidence| evidence.code().to_owned()),
        status: Status::Proposed.code().to_owned(),
        reason: Reason::ApplicationSubmitted.code().to_owned(),
        reason_text: claim.reason.clone(),
        scopes: claim.scopes.to_string(),
        // What is sensitive the practice adds, where it is needed.
        labels: Labels::NONE.with(Sensitivity::General).to_string(),
        starts_on: london_day(now),
        ends_on: None,
        review_on: None,
        organisation_id: Some(practice.as_uuid()),
        last_used_on: None,
        decided_on: None,
        told_until: None,
        listed_on: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    begin(tx, &row, By::Carer, actor).await?;
    wait_for_practice(core, tx, &row).await?;
    let event = Event::on_record(actor, subject(&row, Basis::Unknown), Action::CarerProposed, purpose(By::Carer));
    activity::append(core, tx, event).await?;
    tell_person(core, tx, person, CarerNews::Asked).await?;
    Ok((person, row.relationship()))
}

/// Puts a relationship on the practice's list of what waits, where a practice decides about it.
pub(super) async fn wait_for_practice(core: &Core, tx: &mut Tx, row: &RelationshipRow) -> Result<(), ServiceError> {
    let Some(organisation) = decider(row) else { return Ok(()) };
    let item = NewWorkItem {
        organisation,
        team: None,
        kind: WorkKind::CarerApplication,
        person: row.person(),
        about: row.id,
        urgent: false,
    };
    work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?;
    Ok(())
}

/// Takes a relationship off that list.
pub(super) async fn settle(
    core: &Core,
    tx: &mut Tx,
    row: &RelationshipRow,
    actor: &Actor,
    outcome: &str,
) -> Result<(), ServiceError> {
    let Some(organisation) = decider(row) else { return Ok(()) };
    let member = match actor {
        Actor::Staff { member, .. } => Some(*member),
        Actor::Account { .. } | Actor::Device { .. } | Actor::Operator | Actor::System | Actor::Nobody => None,
    };
    work::close(tx, organisation, (WorkKind::CarerApplication, row.id), member, outcome, core.now()).await?;
    Ok(())
}

async fn withdraw(core: &Core, tx: &mut Tx, (actor, id): (&Actor, AccountId), application: Uuid) -> Result<(), ServiceError> {
    account::hold(tx, id, core.now()).await?;
    let found = invitation::application(tx, id, application).await?.ok_or(ServiceError::NotFound)?;
    if found.withdrawn_at.is_some() || found.status.as_deref().is_some_and(|status| status != Status::Proposed.code()) {
        return Ok(());
    }
    invitation::withdraw(tx, id, application, core.now()).await?;
    let event = Event::on_account(actor, Action::CarerRefused, Purpose::Caring).about("application", application);
    activity::append(core, tx, event).await?;
    let (Some(person), Some(relationship)) = (found.person_id, found.relationship_id) else { return Ok(()) };
    let row = relationship::by_id(tx, PersonId::from_uuid(person), RelationshipId::from_uuid(relationship)).await?;
    let Some(row) = row.filter(|row| row.carer_account_id == Some(id.as_uuid()) && row.origin == APPLIED) else { return Ok(()) };
    let to = Standing { status: Status::Inactive, reason: Reason::ApplicationWithdrawn };
    let row = step(core, tx, row, to, None, (By::Carer, actor)).await?;
    settle(core, tx, &row, actor, "withdrawn").await?;
    let event = Event::on_record(actor, subject(&row, Basis::Unknown), Action::CarerRefused, purpose(By::Carer));
    activity::append(core, tx, event).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 3).unwrap()
    }

    fn fields(form: &ApplyForm) -> Vec<String> {
        match read(form, today()) {
            Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_problem_is_said_at_once() {
        let expected = ["nhs_number", "birth_date", "family_name", "relation", "legal_basis", "scopes", ""];
        assert_eq!(fields(&ApplyForm::default()), expected);
    }

    #[test]
    fn parental_responsibility_is_for_a_child_and_shown_by_something() {
        let born = |year: &str| ApplyForm {
            nhs_number: "999 000 0018".into(),
            birth_date: ["3".into(), "11".into(), year.into()],
            family_name: "Ellis".into(),
            relation: "mother".into(),
            legal_basis: "parental-responsibility".into(),
            evidence: "BRTH".into(),
            scopes: "APPT".into(),
            reason: String::new(),
            submission: Uuid::nil().to_string(),
        };
        assert_eq!(fields(&born("2015")), Vec::<String>::new());
        assert_eq!(fields(&born("2010")), ["legal_basis"]);
        assert_eq!(fields(&ApplyForm { evidence: String::new(), ..born("2015") }), ["evidence"]);
        let consent = ApplyForm { legal_basis: "consent".into(), evidence: String::new(), ..born("1948") };
        assert_eq!(fields(&consent), Vec::<String>::new());
    }
}
