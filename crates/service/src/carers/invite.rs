//! A person invites somebody to act for them: a link by mail, and a code told in person.

use super::{
    Carers, INVITED, begin, citizen, is_the_persons, labels_of, last_day, load, purpose, scopes_of, short, stale, step, subject,
    tell_both, tell_person,
};
use crate::activity::{self, Event};
use crate::hashing::{new_token, sha256};
use crate::limits::{self, Attempt};
use crate::mail::{self, CarerNews, Letter};
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::account::Email;
use domain::audit::{Action, Basis, Purpose};
use domain::relationship::{By, LegalBasis, Reason, Standing, Status};
use domain::scope::{Labels, Scopes};
use domain::when::london_day;
use domain::{AccountId, PersonId, RelationshipId};
use store::invitation::{self, InvitationRow};
use store::relationship::{self, RelationshipRow};
use store::{Tx, account, link, person};
use uuid::Uuid;

/// How long an invitation works.
const WORKS_FOR: TimeDelta = TimeDelta::days(7);
/// How many codes may be tried.
const ATTEMPTS: i32 = 10;

/// What a person types to invite somebody.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct InviteForm {
    /// Where the link goes.
    pub email: String,
    /// The carer's name, as the person knows them.
    pub name: String,
    /// What the carer is to the person: "daughter".
    pub relation: String,
    /// [`Scopes`] as words.
    pub scopes: String,
    /// [`Labels`] as words; what is general needs no choosing.
    pub labels: String,
    /// Last day, if there is to be one: day, month and year.
    pub ends_on: [String; 3],
    /// The private answer: [`Pressed`] by code, or nothing.
    pub pressed: String,
    /// The one-time id of the form.
    pub submission: String,
}

/// Whether somebody makes the person do it: asked in private, and never shown to anybody who acts for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// Yes.
    Yes,
    /// No.
    No,
    /// They would rather not say.
    RatherNot,
}

impl Pressed {
    /// Every answer, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::RatherNot];

    /// The word by which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::RatherNot => "rather-not",
        }
    }

    /// Whether the numbers of people who can help are to be shown.
    #[must_use]
    pub const fn needs_help(self) -> bool {
        !matches!(self, Self::No)
    }

    /// The answer that has this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }
}

/// An invitation that was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Invited {
    /// What it is about.
    pub relationship: RelationshipId,
    /// The code to tell the carer in person or by phone: 6 digits. It cannot be shown again.
    pub code: String,
    /// Until when the link works.
    pub expires_at: DateTime<Utc>,
    /// Whether the numbers of people who can help are to be shown.
    pub needs_help: bool,
}

/// An invitation as whoever has its link sees it: nothing of whom it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationSeen {
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// An invitation that was taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// For whom.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Through which relationship.
    pub relationship: RelationshipId,
}

/// What was typed, understood.
#[derive(Clone)]
struct Asked {
    email: Email,
    name: String,
    relation: String,
    scopes: Scopes,
    labels: Labels,
    ends_on: Option<NaiveDate>,
    pressed: Option<Pressed>,
    submission: Uuid,
}

/// What came of a code.
enum Tried {
    Accepted(Accepted),
    /// The invitation does not work any more, or never did.
    Gone,
    /// It is an invitation to act for themselves.
    Own,
    /// They act for the person already, or asked to.
    Already,
    /// Another code.
    Wrong,
}

fn read(form: &InviteForm, today: NaiveDate) -> Result<Asked, ServiceError> {
    let email =
        Email::parse(&form.email).map_err(|_| FieldProblem::new("email", "Enter an email address, like name@example.com"));
    let name = short(&form.name, "name", "Enter their name");
    let relation = short(&form.relation, "relation", "Enter what they are to you, like daughter or friend");
    let (scopes, labels) = (scopes_of(&form.scopes), labels_of(&form.labels));
    let ends_on = last_day(form.ends_on.each_ref().map(String::as_str), today);
    let pressed = Pressed::from_code(&form.pressed);
    let submission = form.submission.parse::<Uuid>();
    match (email, name, relation, scopes, labels, ends_on, submission) {
        (Ok(email), Ok(name), Ok(relation), Ok(scopes), Ok(labels), Ok(ends_on), Ok(submission)) => {
            Ok(Asked { email, name, relation, scopes, labels, ends_on, pressed, submission })
        }
        (email, name, relation, scopes, labels, ends_on, submission) => {
            let problems =
                [email.err(), name.err(), relation.err(), scopes.err(), labels.err(), ends_on.err()].into_iter().flatten();
            let again = submission.err().map(|_| FieldProblem::not_whole());
            Err(ServiceError::Fields(problems.chain(again).collect()))
        }
    }
}

/// The code of an invitation, made of the one-time id of its form: whoever presses twice is shown the same one.
fn code_of(person: PersonId, submission: Uuid) -> String {
    let hash = sha256(format!("carer code {person} {submission}").as_bytes());
    let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// What is kept of a code.
fn code_hash(token_hash: &[u8], code: &str) -> Vec<u8> {
    let digits = code.bytes().filter(u8::is_ascii_digit);
    sha256(&token_hash.iter().copied().chain(digits).collect::<Vec<u8>>()).to_vec()
}

impl Carers {
    /// Invites somebody to act for the person, because the person agrees. The same form sent twice is one invitation.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`email`, `name`, `relation`, `scopes`, `labels`, `ends_on`), also when they were asked
    /// before or it is the person's own address; [`ServiceError::TooMany`]; [`ServiceError::NotFound`] to anybody but
    /// the person.
    pub async fn invite(&self, actor: &Actor, person: PersonId, form: &InviteForm) -> Result<Invited, ServiceError> {
        self.may_manage(actor, person).await?;
        let asked = read(form, london_day(self.core.now()))?;
        let (code, needs_help) = (code_of(person, asked.submission), asked.pressed.is_some_and(Pressed::needs_help));
        let actor = actor.clone();
        let kept = code.clone();
        let sent = self
            .core
            .write(move |core, tx| Box::pin(async move { invite(&core, tx, &actor, person, asked, &kept).await }))
            .await?;
        Ok(Invited { relationship: sent.relationship(), code, expires_at: sent.expires_at, needs_help })
    }

    /// What somebody with the link of an invitation sees, signed in or not.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it does not work any more, or never did.
    pub async fn look_at_invitation(&self, token: &str) -> Result<InvitationSeen, ServiceError> {
        let mut tx = self.core.read().await?;
        let found = invitation::by_token(&mut tx, &sha256(token.as_bytes())).await?;
        let works = found.filter(|row| row.used_at.is_none() && row.expires_at > self.core.now() && row.attempts < ATTEMPTS);
        works.map(|row| InvitationSeen { expires_at: row.expires_at }).ok_or(ServiceError::NotFound)
    }

    /// Takes an invitation up, with the code that the person told. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`]; [`ServiceError::Fields`] (`code`) for another
    /// code, one's own invitation, or where they act for the person already; [`ServiceError::NotFound`] when the
    /// invitation does not work any more: used by somebody else, expired, taken back, or tried ten times.
    pub async fn accept(&self, actor: &Actor, token: &str, code: &str) -> Result<Accepted, ServiceError> {
        let id = citizen(actor)?;
        if code.trim().is_empty() {
            return Err(ServiceError::field("code", "Enter the code of 6 numbers that they told you"));
        }
        let hash = sha256(token.as_bytes());
        let given = code_hash(&hash, code);
        let actor = actor.clone();
        let tried = self
            .core
            .write(move |core, tx| Box::pin(async move { accept(&core, tx, (&actor, id), &hash, &given).await }))
            .await?;
        let problem = |text| Err(ServiceError::field("code", text));
        match tried {
            Tried::Accepted(accepted) => Ok(accepted),
            Tried::Gone => Err(ServiceError::NotFound),
            Tried::Own => problem("You cannot act for yourself. Ask the person you want to help you to open the link"),
            Tried::Already => problem("You help this person already, or have asked to"),
            Tried::Wrong => problem("That is another code. Ask the person who invited you to tell it to you again"),
        }
    }

    /// Lets through whoever may decide who acts for the person; audits the refusal of anybody else.
    pub(super) async fn may_manage(&self, actor: &Actor, person: PersonId) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        let allowed = access::require(&self.core, &mut tx, actor, person, Ask::ManageSharing).await;
        drop(tx);
        match allowed {
            Ok(_) => Ok(()),
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "carers").await),
        }
    }
}

async fn invite(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    asked: Asked,
    code: &str,
) -> Result<InvitationRow, ServiceError> {
    if let Some(id) = actor.account() {
        // One invitation at a time.
        account::hold(tx, id, core.now()).await?;
    }
    let own = access::require(core, tx, actor, person, Ask::ManageSharing).await?;
    if let Some(before) = invitation::by_submission(tx, person, asked.submission).await? {
        return Ok(before);
    }
    for link in link::of_person(tx, person).await?.iter().filter(|link| link.relation == "self") {
        let account = account::by_id(tx, AccountId::from_uuid(link.account_id)).await?;
        if account.is_some_and(|account| account.email_key == asked.email.key()) {
            return Err(ServiceError::field(
                "email",
                "This is your own email address. Enter the address of the person who will help you",
            ));
        }
    }
    make_room(core, tx, actor, person, &asked.email).await?;
    let mails = limits::MAIL.count(core, tx, asked.email.key()).await?;
    let invitations = limits::INVITE.count(core, tx, &person.to_string()).await?;
    for attempt in [mails, invitations] {
        if let Attempt::Refused(wait) = attempt {
            return Err(ServiceError::TooMany(wait));
        }
    }
    let now = core.now();
    let row = RelationshipRow {
        person_id: person.as_uuid(),
        id: core.new_id(),
        carer_account_id: None,
        carer_name: asked.name,
        relation: asked.relation,
        origin: INVITED.to_owned(),
        legal_basis: LegalBasis::Consent.code().to_owned(),
        evidence: None,
        status: Status::Proposed.code().to_owned(),
        reason: Reason::ApplicationSubmitted.code().to_owned(),
        reason_text: None,
        scopes: asked.scopes.to_string(),
        labels: asked.labels.to_string(),
        starts_on: london_day(now),
        ends_on: asked.ends_on,
        review_on: None,
        organisation_id: None,
        last_used_on: None,
        decided_on: None,
        told_until: None,
        listed_on: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    begin(tx, &row, By::Person, actor).await?;
    let (token, token_hash) = new_token(core.random());
    let sent = InvitationRow {
        token_hash: token_hash.to_vec(),
        person_id: row.person_id,
        relationship_id: row.id,
        submission_id: asked.submission,
        email: asked.email.as_typed().to_owned(),
        code_hash: code_hash(&token_hash, code),
        attempts: 0,
        created_at: now,
        expires_at: now + WORKS_FOR,
        used_at: None,
    };
    invitation::insert(tx, &sent).await?;
    if let Some(pressed) = asked.pressed {
        relationship::insert_safety_answer(tx, person, core.new_id(), row.relationship(), pressed.code(), now).await?;
    }
    let about = subject(&row, own.basis);
    activity::append(core, tx, Event::on_record(actor, about, Action::CarerProposed, purpose(By::Person))).await?;
    mail::enqueue(core, tx, &sent.email, &Letter::CarerInvited { token }).await?;
    Ok(sent)
}

/// Sees to it that nobody is asked twice: an invitation to the same address that has run out is taken back, one that
/// works is in the way.
async fn make_room(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId, email: &Email) -> Result<(), ServiceError> {
    let invitations = invitation::of_person(tx, person).await?;
    for row in relationship::of_person(tx, person).await? {
        let standing = row.standing()?;
        if !standing.is_open() {
            continue;
        }
        let carer = match row.carer_account_id {
            Some(id) => account::by_id(tx, AccountId::from_uuid(id)).await?,
            None => None,
        };
        if carer.is_some_and(|carer| carer.email_key == email.key()) {
            let text = "This person can act for you already, or has asked to. Change what they can do in the list of people";
            return Err(ServiceError::field("email", text));
        }
        let sent = invitations.iter().find(|sent| sent.relationship_id == row.id && sent.used_at.is_none());
        let Some(sent) = sent.filter(|sent| sent.email.to_lowercase() == email.key()) else { continue };
        if sent.expires_at > core.now() && sent.attempts < ATTEMPTS {
            let text = "You have asked this person already. Wait for their answer, or take the invitation back first";
            return Err(ServiceError::field("email", text));
        }
        let to = Standing { status: Status::Inactive, reason: Reason::ApplicationWithdrawn };
        let row = step(core, tx, row, to, None, (By::Person, actor)).await?;
        let event = Event::on_record(actor, subject(&row, Basis::Own), Action::CarerRefused, purpose(By::Person));
        activity::append(core, tx, event.about("why", "lapsed")).await?;
    }
    Ok(())
}

async fn accept(
    core: &Core,
    tx: &mut Tx,
    (actor, id): (&Actor, AccountId),
    token_hash: &[u8],
    given: &[u8],
) -> Result<Tried, ServiceError> {
    // One answer at a time, so that nobody comes to act twice for the same person.
    account::hold(tx, id, core.now()).await?;
    let Some(found) = invitation::by_token(tx, token_hash).await? else {
        refuse(core, tx, actor, None, "no-invitation").await?;
        return Ok(Tried::Gone);
    };
    let row = load(tx, found.person(), found.relationship()).await?;
    if link::between(tx, id, found.person()).await?.is_some_and(|link| link.relation == "self") {
        refuse(core, tx, actor, Some(&row), "own-invitation").await?;
        return Ok(Tried::Own);
    }
    if found.used_at.is_some() {
        let same = row.carer_account_id == Some(id.as_uuid()) && row.status == Status::Active.code() && found.code_hash == given;
        if same {
            return Ok(Tried::Accepted(accepted(tx, &row).await?));
        }
        refuse(core, tx, actor, Some(&row), "used-invitation").await?;
        return Ok(Tried::Gone);
    }
    let Some(attempts) = invitation::attempt(tx, token_hash, core.now(), ATTEMPTS).await? else {
        refuse(core, tx, actor, Some(&row), "dead-invitation").await?;
        return Ok(Tried::Gone);
    };
    if found.code_hash != given {
        refuse(core, tx, actor, Some(&row), "wrong-code").await?;
        if attempts >= ATTEMPTS {
            stop(core, tx, actor, row).await?;
            return Ok(Tried::Gone);
        }
        return Ok(Tried::Wrong);
    }
    // What was to end by now opens nothing any more.
    let over = row.ends_on.is_some_and(|last| last < london_day(core.now()));
    if over || row.status != Status::Proposed.code() || !is_the_persons(row.legal_basis()?) {
        refuse(core, tx, actor, Some(&row), "dead-invitation").await?;
        return Ok(Tried::Gone);
    }
    let other = relationship::between(tx, id, found.person()).await?;
    if let Some(other) = other
        && other.standing()?.is_open()
    {
        refuse(core, tx, actor, Some(&row), "acts-already").await?;
        return Ok(Tried::Already);
    }
    if !invitation::use_up(tx, token_hash, core.now()).await? {
        return Err(stale());
    }
    let row = RelationshipRow { carer_account_id: Some(id.as_uuid()), ..row };
    let to = Standing { status: Status::Active, reason: Reason::RoleActivated };
    let row = step(core, tx, row, to, None, (By::Carer, actor)).await?;
    let event = Event::on_record(actor, subject(&row, Basis::Carer), Action::CarerAllowed, purpose(By::Carer));
    activity::append(core, tx, event).await?;
    tell_both(core, tx, &row, CarerNews::Accepted).await?;
    Ok(Tried::Accepted(accepted(tx, &row).await?))
}

async fn accepted(tx: &mut Tx, row: &RelationshipRow) -> Result<Accepted, ServiceError> {
    let who = person::by_id(tx, row.person()).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    Ok(Accepted { person: row.person(), name: who.display_name(), relationship: row.relationship() })
}

/// Notes an attempt that failed: on the account, and on the record that it was about.
async fn refuse(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    row: Option<&RelationshipRow>,
    why: &'static str,
) -> Result<(), ServiceError> {
    if let Some(row) = row {
        let event = Event::on_record(actor, subject(row, Basis::Unknown), Action::Refused, Purpose::Caring).about("why", why);
        activity::append(core, tx, event).await?;
    }
    activity::append(core, tx, Event::on_account(actor, Action::Refused, Purpose::Caring).about("why", why)).await
}

/// Ends an invitation at which too many codes were tried.
async fn stop(core: &Core, tx: &mut Tx, actor: &Actor, row: RelationshipRow) -> Result<(), ServiceError> {
    if row.status != Status::Proposed.code() {
        return Ok(());
    }
    let to = Standing { status: Status::Inactive, reason: Reason::ApplicationWithdrawn };
    let row = step(core, tx, row, to, None, (By::Rule, actor)).await?;
    let event = Event::on_record(actor, subject(&row, Basis::Unknown), Action::CarerRefused, Purpose::Caring);
    activity::append(core, tx, event.about("why", "wrong-codes")).await?;
    tell_person(core, tx, row.person(), CarerNews::InvitationStopped).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_the_same_for_the_same_form() {
        let person = PersonId::from_uuid(Uuid::from_u128(1));
        let codes: Vec<String> = (0..200).map(|form| code_of(person, Uuid::from_u128(form))).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())));
        assert_eq!(codes[7], code_of(person, Uuid::from_u128(7)));
        assert!(codes.windows(2).any(|two| two[0] != two[1]));
    }

    #[test]
    fn a_code_is_understood_however_it_is_spaced() {
        assert_eq!(code_hash(b"t", "123 456"), code_hash(b"t", "123-456 "));
        assert_ne!(code_hash(b"t", "123456"), code_hash(b"u", "123456"));
    }

    #[test]
    fn every_problem_is_said_at_once() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        let Err(ServiceError::Fields(problems)) = read(&InviteForm::default(), today) else { panic!("nothing was typed") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["email", "name", "relation", "scopes", ""]);
    }
}
