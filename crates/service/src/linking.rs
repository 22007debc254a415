//! Linking an account to a record: by NHS number, date of birth, surname and a code that the practice sent.

use crate::activity::{self, Event};
use crate::hashing::{Compared, Hashing};
use crate::limits::{self, Attempt};
use crate::mail::{self, Letter};
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Assurance, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::linkage::{ATTEMPTS, CODE_DAYS, Level, PaperCode, PaperCodeError, same_surname, surname_key};
use domain::nhs_number::NhsNumberError;
use domain::when::{TypedDayError, london_day, typed_day};
use domain::{AccountId, LinkageCodeId, NhsNumber, PersonId};
use store::link::LinkRow;
use store::linkage::{self, LinkageCodeRow};
use store::person::PersonRow;
use store::{Tx, account, link, person};

/// The one message for details that do not fit, whichever of them it is.
const MISMATCH: &str =
    "We could not match these details. Check each of them against your letter, or ask your practice for a new code";

/// What is said of an account that is linked to somebody else's record as its own.
const ANOTHER: &str = "Your account is linked to another person's record already. It can be linked to one record of your own";

const OWN_LETTER: &str = "You made this letter yourself at work. A colleague has to check who you are and make one for you";

/// A code for a practice to give to a person.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// As it is printed: "ABCDE-FGHJK". It is not kept and cannot be shown again.
    pub code: String,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// A code that opens nothing yet. Making one is slow; keeping it is not.
pub(crate) struct NewCode {
    code: PaperCode,
    hash: String,
}

impl NewCode {
    pub(crate) async fn make(core: &Core, hashing: &Hashing) -> Result<Self, ServiceError> {
        let mut bytes = [0_u8; 10];
        core.random().fill(&mut bytes);
        let code = PaperCode::from_random(bytes);
        let hash = hashing.hash(core.random(), code.as_bare()).await?;
        Ok(Self { code, hash })
    }

    /// Lets the code open the person's record; their codes before work no more. The level says how surely whoever uses it
    /// is the person, and the evidence, as JSON, how they were checked.
    pub(crate) async fn keep(
        self,
        core: &Core,
        tx: &mut Tx,
        actor: &Actor,
        person: PersonId,
        level: Level,
        evidence: Option<String>,
    ) -> Result<IssuedCode, ServiceError> {
        let subject = access::require(core, tx, actor, person, Ask::IssueLinkageCode).await?;
        person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?;
        linkage::retire(tx, person, core.now()).await?;
        let expires_at = core.now() + TimeDelta::days(CODE_DAYS);
        let row = LinkageCodeRow {
            person_id: person.as_uuid(),
            id: core.new_id(),
            code_hash: self.hash,
            issued_at: core.now(),
            expires_at,
            attempts: 0,
            used_at: None,
            level: level.code().to_owned(),
            evidence,
            issued_by: actor.account().map(|id| id.as_uuid()),
        };
        linkage::insert(tx, &row).await?;
        let event = Event::on_record(actor, subject, Action::LinkageIssued, Purpose::Operations).about("code", row.id);
        activity::append(core, tx, event).await?;
        Ok(IssuedCode { code: self.code.to_string(), expires_at })
    }
}

/// What a person types from their letter.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LinkForm {
    /// With or without spaces.
    pub nhs_number: String,
    /// Day of birth.
    pub day: String,
    /// Month of birth, as a number.
    pub month: String,
    /// Year of birth.
    pub year: String,
    /// Surname.
    pub family_name: String,
    /// The code.
    pub code: String,
}

/// The account may open this record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Whose.
    pub person: PersonId,
    /// It could before.
    pub already: bool,
}

/// A person whose record an account may open: that it may, and nothing of who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedPerson {
    /// Who.
    pub person: PersonId,
    /// `self`: it is the account owner's own record.
    pub relation: String,
    /// How surely.
    pub level: Level,
    /// Since when.
    pub linked_at: DateTime<Utc>,
}

/// The use cases about linking.
#[derive(Clone)]
pub struct Linking {
    core: Core,
    hashing: Hashing,
}

/// What a person typed, understood.
#[derive(Clone)]
struct Claim {
    nhs_number: NhsNumber,
    birth_date: NaiveDate,
    family_name: String,
    code: PaperCode,
}

/// What the first look at a claim found.
enum Looked {
    /// Too many attempts.
    Refused(TimeDelta),
    /// The account may open the record that the claim names.
    Already(PersonId),
    /// The account may open somebody else's as its own.
    Another,
    /// The code is to be compared.
    Compare(Box<Found>),
}

/// What came of a claim in the end.
enum Made {
    /// The account may open the record.
    Linked(Linked),
    /// The account was linked to somebody else's as its own meanwhile.
    Another,
    /// The details do not fit, or the code was used meanwhile by another account.
    Refused,
    /// Whoever holds the account made the letter.
    OwnLetter,
}

struct Found {
    person: Option<PersonRow>,
    /// Number, date of birth and surname fit.
    fits: bool,
    code: Option<LinkageCodeRow>,
}

fn read_date(form: &LinkForm, today: NaiveDate) -> Result<NaiveDate, FieldProblem> {
    let problem = |message: &str| FieldProblem::new("birth_date", message);
    let date = typed_day([&form.day, &form.month, &form.year]).map_err(|error| match error {
        TypedDayError::ShortYear => problem("Your date of birth must include 4 numbers for the year"),
        error => problem(&error.in_words("Your date of birth", "27 3 1948")),
    })?;
    let date = date.ok_or_else(|| problem("Enter your date of birth"))?;
    if date > today { Err(problem("Your date of birth must be in the past")) } else { Ok(date) }
}

fn read(form: &LinkForm, today: NaiveDate) -> Result<Claim, ServiceError> {
    let nhs_number = NhsNumber::parse(&form.nhs_number).map_err(|error| {
        let message = match error {
            NhsNumberError::Empty => "Enter your NHS number",
            NhsNumberError::NotDigits => "An NHS number has only numbers, like 999 123 4500",
            NhsNumberError::Length => "An NHS number has 10 numbers, like 999 123 4500. Check that you have entered all of them",
            NhsNumberError::CheckDigit => "This is not an NHS number. Check each number against your letter",
        };
        FieldProblem::new("nhs_number", message)
    });
    let birth_date = read_date(form, today);
    let family_name = if form.family_name.trim().is_empty() {
        Err(FieldProblem::new("family_name", "Enter your last name"))
    } else if surname_key(&form.family_name).is_empty() || form.family_name.chars().count() > 200 {
        Err(FieldProblem::new("family_name", "Enter your last name as it is in your letter"))
    } else {
        Ok(form.family_name.clone())
    };
    let code = PaperCode::parse(&form.code).map_err(|error| {
        let message = match error {
            PaperCodeError::Empty => "Enter the code from your letter",
            PaperCodeError::Form => "The code has 10 letters and numbers, like ABCDE-12345. Check it against your letter",
        };
        FieldProblem::new("code", message)
    });
    match (nhs_number, birth_date, family_name, code) {
        (Ok(nhs_number), Ok(birth_date), Ok(family_name), Ok(code)) => Ok(Claim { nhs_number, birth_date, family_name, code }),
        (nhs_number, birth_date, family_name, code) => Err(ServiceError::Fields(
            [nhs_number.err(), birth_date.err(), family_name.err(), code.err()].into_iter().flatten().collect(),
        )),
    }
}

impl Linking {
    pub(crate) const fn new(core: Core, hashing: Hashing) -> Self {
        Self { core, hashing }
    }

    /// Issues a code for a person; their codes before work no more. It works once, for 28 days, for five attempts.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such person, and to anybody who may not.
    pub async fn issue_code(&self, actor: &Actor, person: PersonId) -> Result<IssuedCode, ServiceError> {
        let mut tx = self.core.read().await?;
        access::require(&self.core, &mut tx, actor, person, Ask::IssueLinkageCode).await?;
        drop(tx);
        let code = NewCode::make(&self.core, &self.hashing).await?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| Box::pin(async move { code.keep(&core, tx, &actor, person, Level::Linked, None).await }))
            .await
    }

    /// Links the actor's account to the record of the person whom the details name. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], [`ServiceError::Fields`] (`nhs_number`,
    /// `birth_date`, `family_name`, `code`; a mismatch is always said at `code`), [`ServiceError::TooMany`] after five
    /// attempts in a day, [`ServiceError::Unavailable`].
    pub async fn link(&self, actor: &Actor, form: &LinkForm) -> Result<Linked, ServiceError> {
        let id = match actor {
            Actor::Account { id, assurance: Assurance::SecondStep } => *id,
            Actor::Account { assurance: Assurance::FirstStep, .. } => return Err(ServiceError::NeedsSecondStep),
            Actor::Staff { .. } | Actor::Device { .. } | Actor::Operator | Actor::System | Actor::Nobody => {
                return Err(ServiceError::NotSignedIn);
            }
        };
        let claim = read(form, london_day(self.core.now()))?;
        let turn = self.hashing.turn().await?;
        let found = match self.look(actor, id, claim.clone()).await? {
            Looked::Refused(wait) => return Err(ServiceError::TooMany(wait)),
            Looked::Already(person) => return Ok(Linked { person, already: true }),
            Looked::Another => return Err(ServiceError::field("nhs_number", ANOTHER)),
            Looked::Compare(found) => found,
        };
        let stored = found.code.as_ref().map(|code| code.code_hash.as_str());
        let same = self.hashing.compare(turn, self.core.random(), claim.code.as_bare(), stored).await? != Compared::Different;
        let actor = actor.clone();
        let made = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let Found { person, fits, code } = *found;
                    if same && fits && code.as_ref().is_some_and(|code| code.issued_by == Some(id.as_uuid())) {
                        refused(&core, tx, &actor, person.as_ref(), "own-letter").await?;
                        return Ok(Made::OwnLetter);
                    }
                    let (Some(person), Some(code), true, true) = (&person, &code, fits, same) else {
                        refused(&core, tx, &actor, person.as_ref(), "details").await?;
                        return Ok(Made::Refused);
                    };
                    let made = make(&core, tx, &actor, id, person, code).await?;
                    if matches!(made, Made::Refused) {
                        refused(&core, tx, &actor, Some(person), "code-used").await?;
                    }
                    Ok(made)
                })
            })
            .await?;
        match made {
            Made::Linked(linked) => Ok(linked),
            Made::Another => Err(ServiceError::field("nhs_number", ANOTHER)),
            Made::Refused => Err(ServiceError::field("code", MISMATCH)),
            Made::OwnLetter => Err(ServiceError::field("code", OWN_LETTER)),
        }
    }

    /// Counts the attempt before it is judged, on the account and on the code, and finds what to compare.
    async fn look(&self, actor: &Actor, id: AccountId, claim: Claim) -> Result<Looked, ServiceError> {
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    // One attempt at a time for each account.
                    account::hold(tx, id, core.now()).await?;
                    let key = id.to_string();
                    let person = person::by_nhs_number(tx, &claim.nhs_number).await?;
                    let fits = person.as_ref().is_some_and(|person| {
                        person.birth_date == Some(claim.birth_date) && same_surname(&person.family_name, &claim.family_name)
                    });
                    let links = link::of_account(tx, id).await?;
                    if let Some(person) =
                        person.as_ref().filter(|person| fits && links.iter().any(|link| link.person_id == person.id))
                    {
                        return Ok(Looked::Already(person.person()));
                    }
                    if links.iter().any(|link| link.relation == "self") {
                        return Ok(Looked::Another);
                    }
                    if let Attempt::Refused(wait) = limits::LINK.count(&core, tx, &key).await? {
                        refused(&core, tx, &actor, None, "too-many").await?;
                        return Ok(Looked::Refused(wait));
                    }
                    let mut code = None;
                    if let Some(person) = &person
                        && let Some(row) = linkage::live(tx, person.person(), core.now(), ATTEMPTS).await?
                        && linkage::attempt(tx, person.person(), LinkageCodeId::from_uuid(row.id), ATTEMPTS).await?
                    {
                        code = Some(row);
                    }
                    Ok(Looked::Compare(Box::new(Found { person, fits, code })))
                })
            })
            .await
    }

    /// Links an account to a person whom the operator knows to be its owner. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such person, and to anybody but the operator.
    pub async fn link_in_person(&self, actor: &Actor, account: AccountId, person: PersonId) -> Result<(), ServiceError> {
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let subject = access::require(&core, tx, &actor, person, Ask::IssueLinkageCode).await?;
                    person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    let row = LinkRow {
                        account_id: account.as_uuid(),
                        person_id: person.as_uuid(),
                        relation: "self".to_owned(),
                        level: Level::VerifiedInPerson.code().to_owned(),
                        evidence: serde_json::json!({ "way": "operator" }).to_string(),
                        linked_at: core.now(),
                    };
                    if link::insert(tx, &row).await? {
                        let event =
                            Event::on_record(&actor, subject, Action::Linked, Purpose::Operations).about("account", account);
                        activity::append(&core, tx, event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The people whose records the actor's account may open, in the order in which they were linked.
    ///
    /// It reads the account's links alone and nothing of any person, so it is not audited. Whoever shows a name or an NHS
    /// number takes it from a read of the record, which is.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`].
    pub async fn people(&self, actor: &Actor) -> Result<Vec<LinkedPerson>, ServiceError> {
        let id = match actor {
            Actor::Account { id, assurance: Assurance::SecondStep } => *id,
            Actor::Account { assurance: Assurance::FirstStep, .. } => return Err(ServiceError::NeedsSecondStep),
            Actor::Staff { .. } | Actor::Device { .. } | Actor::Operator | Actor::System | Actor::Nobody => {
                return Err(ServiceError::NotSignedIn);
            }
        };
        let mut tx = self.core.read().await?;
        let people = link::of_account(&mut tx, id).await?.into_iter().map(|link| LinkedPerson {
            person: PersonId::from_uuid(link.person_id),
            level: Level::from_code(&link.level).unwrap_or(Level::None),
            relation: link.relation,
            linked_at: link.linked_at,
        });
        Ok(people.collect())
    }
}

/// Uses the code up and makes the link, unless the code was used or the account linked meanwhile.
async fn make(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    id: AccountId,
    person: &PersonRow,
    code: &LinkageCodeRow,
) -> Result<Made, ServiceError> {
    account::hold(tx, id, core.now()).await?;
    let subject = Subject::new(person.person(), Basis::Own);
    let links = link::of_account(tx, id).await?;
    if links.iter().any(|link| link.person_id == person.id) {
        return Ok(Made::Linked(Linked { person: person.person(), already: true }));
    }
    if links.iter().any(|link| link.relation == "self") {
        return Ok(Made::Another);
    }
    if !linkage::claim(tx, person.person(), LinkageCodeId::from_uuid(code.id), core.now()).await? {
        return Ok(Made::Refused);
    }
    let evidence = serde_json::json!({
        "way": "linkage-code",
        "matched": ["nhs-number", "birth-date", "family-name", "code"],
        "code": code.id,
        "issued_at": code.issued_at,
        "checked": code.evidence,
    });
    let row = LinkRow {
        account_id: id.as_uuid(),
        person_id: person.id,
        relation: "self".to_owned(),
        level: code.level.clone(),
        evidence: evidence.to_string(),
        linked_at: core.now(),
    };
    link::insert(tx, &row).await?;
    limits::LINK.clear(tx, &id.to_string()).await?;
    let event = Event::on_record(actor, subject, Action::Linked, Purpose::AccountCare).about("code", code.id);
    activity::append(core, tx, event).await?;
    activity::append(core, tx, Event::on_account(actor, Action::Linked, Purpose::AccountCare).about("person", person.id)).await?;
    if let Some(account) = account::by_id(tx, id).await? {
        mail::enqueue(core, tx, &account.email, &Letter::Linked).await?;
    }
    Ok(Made::Linked(Linked { person: person.person(), already: false }))
}

/// Notes an attempt that failed: on the account, and on the record of the person whom it named.
async fn refused(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: Option<&PersonRow>,
    why: &'static str,
) -> Result<(), ServiceError> {
    if let Some(person) = person {
        let subject = Subject::new(person.person(), Basis::Unknown);
        activity::append(core, tx, Event::on_record(actor, subject, Action::LinkRefused, Purpose::AccountCare)).await?;
    }
    activity::append(core, tx, Event::on_account(actor, Action::LinkRefused, Purpose::AccountCare).about("why", why)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 3).unwrap()
    }

    #[test]
    fn every_problem_of_the_form_is_said_at_once_and_in_plain_words() {
        let Err(ServiceError::Fields(problems)) = read(&LinkForm::default(), today()) else { panic!("nothing was typed") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["nhs_number", "birth_date", "family_name", "code"]);
        assert!(problems.iter().all(|problem| !problem.message.to_lowercase().contains("invalid")));
    }

    #[test]
    fn a_date_of_birth_is_a_real_day_in_the_past() {
        let said = |day: &str, month: &str, year: &str| {
            let form = LinkForm { day: day.into(), month: month.into(), year: year.into(), ..LinkForm::default() };
            read_date(&form, today()).map_err(|problem| problem.message)
        };
        assert_eq!(said(" 27", "03", "1948 "), Ok(NaiveDate::from_ymd_opt(1948, 3, 27).unwrap()));
        assert_eq!(said("3", "11", "2026"), Ok(today()));
        assert!(said("", "", "").unwrap_err().starts_with("Enter"));
        assert_eq!(said("", "3", "").unwrap_err(), "Your date of birth must include a day and a year");
        for (day, month, year) in
            [("30", "2", "1948"), ("x", "3", "1948"), ("-1", "3", "1948"), ("27", "3", "19480"), ("4294967297", "3", "1948")]
        {
            assert!(said(day, month, year).unwrap_err().contains("real date"), "{day} {month} {year}");
        }
        assert!(said("27", "3", "48").unwrap_err().contains("4 numbers"));
        assert!(said("4", "11", "2026").unwrap_err().contains("in the past"));
    }
}
