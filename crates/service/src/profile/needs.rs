//! What somebody needs: said once, for whoever looks after them.

use super::taking::flags;
use super::{MOST_VERSIONS, PAGE, Profile, asked_once, one_line};
use crate::activity::{self, Event};
use crate::carers::delegation;
use crate::error::gather;
use crate::eyes::{Eyes, NotedBy};
use crate::records::{self, purpose};
use crate::typed::text;
use crate::{Core, FieldProblem, PersonSummary, ServiceError, access, appointments, mobiles};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Assurance, Subject};
use domain::audit::{Action, Purpose};
use domain::profile::{Impairment, Language, Needs};
use domain::scope::Categories;
use domain::when::london_day;
use domain::{AccountId, ClinicId, OrganisationId, PersonId};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use store::profile::{self, Holder, NeedsRow};
use store::{Tx, person_write, relationship};
use uuid::Uuid;

/// Whose needs a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedsOf {
    /// Those of a person: the reader, or somebody for whom they act.
    Person(PersonId),
    /// The reader's own, whose account is linked to no record: somebody who only looks after others.
    Account,
}

/// A version of somebody's needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedsVersion {
    /// Its number, from 1.
    pub version: i32,
    /// What they need.
    pub needs: Needs,
    /// Who said so.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody's needs, as they and whoever acts for them see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedsSeen {
    /// Whose, as far as the reader may know: it stands on paper. Absent where they have no record here.
    pub whose: Option<PersonSummary>,
    /// What they need now; absent where they were never asked.
    pub now: Option<NeedsVersion>,
    /// What they said before, the newest first.
    pub before: Vec<NeedsVersion>,
    /// Whether the reader may change it.
    pub may_change: bool,
}

/// What somebody who acts for a person needs themself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CarerNeeds {
    /// Their name.
    pub name: String,
    /// What they are to the person.
    pub relation: String,
    /// What they need.
    pub needs: Needs,
}

/// What a care team has to know before anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TeamNeeds {
    /// What the person needs, and when they said so last; absent where they did not say.
    pub person: Option<(Needs, DateTime<Utc>)>,
    /// What those need who act for them.
    pub carers: Vec<CarerNeeds>,
}

/// What somebody needs, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedsForm {
    /// The words of what was ticked, with a space between.
    pub chosen: String,
    /// `yes` or `no`.
    pub needs_interpreter: String,
    /// For which language, by code.
    pub interpreter: String,
    /// Its name, where it is none of the list.
    pub other_language: String,
    /// Where they are disabled, by code, with a space between.
    pub impairments: String,
    /// What else they need.
    pub own_words: String,
    /// The version that the page showed; 0 at first.
    pub version: String,
    /// The form's one-time id.
    pub submission: String,
}

impl Profile {
    /// What somebody needs, with what was said before. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn needs(&self, actor: &Actor, of: NeedsOf) -> Result<NeedsSeen, ServiceError> {
        let person = match of {
            NeedsOf::Person(person) => person,
            NeedsOf::Account => return self.needs_of_account(actor).await,
        };
        let (mut tx, subject, reader, may_change) = self.look(actor, person, Ask::SeeProfile).await?;
        let eyes = Eyes::of(&mut tx, actor, person).await?;
        let mut rows = profile::needs_versions(&mut tx, Holder::Person(person), MOST_VERSIONS).await?;
        if rows.is_empty()
            && let Some(own) = eyes.own
        {
            // Said before the account was linked to a record.
            rows = profile::needs_versions(&mut tx, Holder::Account(own), MOST_VERSIONS).await?;
            // The record has none of its own, so that the next is its first.
            rows.iter_mut().for_each(|row| row.version = 0);
        }
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        self.looked(actor, subject, "needs").await?;
        seen(Some(whose), &rows, eyes, may_change)
    }

    /// What a care team has to know of a person before anything else, beside what a page shows of them: the look that shows the page is
    /// written down, and no other for this. Nothing to whoever does not see what they say about themselves.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], or when the database fails.
    pub async fn beside(&self, actor: &Actor, person: PersonId) -> Result<TeamNeeds, ServiceError> {
        let mut tx = self.core.read().await?;
        team_needs(&self.core, &mut tx, actor, person).await
    }

    /// What somebody needs, as FHIR R4 `Flag`s, to whoever sees on the pages what the person says about themselves. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn flags(&self, actor: &Actor, person: PersonId) -> Result<Vec<Value>, ServiceError> {
        let (mut tx, subject, _) = self.enter(actor, person, Ask::SeeProfile).await?;
        let all = flags(&mut tx, person).await?;
        drop(tx);
        self.looked(actor, subject, "needs").await?;
        Ok(all)
    }

    /// One of them. The look is audited.
    ///
    /// # Errors
    /// As [`Profile::flags`]; [`ServiceError::NotFound`] too where there is none of this id now.
    pub async fn flag(&self, actor: &Actor, person: PersonId, id: &str) -> Result<Value, ServiceError> {
        let (mut tx, subject, _) = self.enter(actor, person, Ask::SeeProfile).await?;
        let all = flags(&mut tx, person).await?;
        drop(tx);
        let Some(one) = all.into_iter().find(|one| one["id"] == id) else {
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        };
        self.looked(actor, subject, "needs").await?;
        Ok(one)
    }

    async fn needs_of_account(&self, actor: &Actor) -> Result<NeedsSeen, ServiceError> {
        let own = second_step(actor)?;
        let mut tx = self.core.read().await?;
        let rows = profile::needs_versions(&mut tx, Holder::Account(own), MOST_VERSIONS).await?;
        drop(tx);
        let event = Event::on_account(actor, Action::Read, Purpose::AccountCare).about("page", "needs");
        activity::disclose(&self.core, event).await?;
        seen(None, &rows, Eyes { reader: Some(own), own: Some(own) }, true)
    }

    /// Keeps what somebody needs, as a new version. The same form twice is one version.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`needs_interpreter`, `interpreter`, `other_language`, `own_words`), with no field where it has changed since it was seen;
    /// [`ServiceError::NotFound`] to whoever may not say so for the person.
    pub async fn save_needs(&self, actor: &Actor, of: NeedsOf, form: &NeedsForm) -> Result<Needs, ServiceError> {
        let (once, read) = (asked_once(&form.submission, &form.version), read(form));
        let person = match of {
            NeedsOf::Person(person) => person,
            NeedsOf::Account => {
                let own = second_step(actor)?;
                let (once, needs, actor) = (once?, read?, actor.clone());
                return self
                    .core
                    .write(move |core, tx| {
                        Box::pin(async move {
                            if keep(&core, tx, (Holder::Account(own), own), once, &needs).await? {
                                let event = Event::on_account(&actor, Action::ProfileChanged, Purpose::AccountCare);
                                activity::append(&core, tx, event.about("what", "needs")).await?;
                            }
                            Ok(needs)
                        })
                    })
                    .await;
            }
        };
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject: Subject = access::require(&core, tx, &actor, person, Ask::KeepProfile).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let (once, needs) = (once?, read?);
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if keep(&core, tx, (Holder::Person(person), by), once, &needs).await? {
                    let event = Event::on_record(&actor, subject, Action::ProfileChanged, purpose(subject));
                    activity::append(&core, tx, event.about("what", "needs")).await?;
                }
                Ok(needs)
            })
        })
        .await
    }
}

/// The actor's account, where they signed in with both steps.
fn second_step(actor: &Actor) -> Result<AccountId, ServiceError> {
    match actor {
        Actor::Account { id, assurance: Assurance::SecondStep } => Ok(*id),
        Actor::Account { .. } => Err(ServiceError::NeedsSecondStep),
        _ => Err(ServiceError::NotSignedIn),
    }
}

fn seen(whose: Option<PersonSummary>, rows: &[NeedsRow], eyes: Eyes, may_change: bool) -> Result<NeedsSeen, ServiceError> {
    let mut all = rows
        .iter()
        .map(|row| Ok(NeedsVersion { version: row.version, needs: row.needs()?, by: eyes.by(row.account_id), at: row.at }))
        .collect::<Result<Vec<_>, ServiceError>>()?
        .into_iter();
    Ok(NeedsSeen { whose, now: all.next(), before: all.collect(), may_change })
}

fn read(form: &NeedsForm) -> Result<Needs, ServiceError> {
    let again = |_| FieldProblem::new("", "The page was not whole. Choose again");
    gather! {
        chosen = Needs::read(&form.chosen).map_err(again);
        impairments = Needs::read_impairments(&form.impairments).map_err(again);
        interpreter = match (form.needs_interpreter.as_str(), Language::from_code(&form.interpreter)) {
            ("yes", Some(language)) => Ok(Some(language)),
            ("yes", None) => Err(FieldProblem::new("interpreter", "Choose the language of the interpreter")),
            ("no", _) => Ok(None),
            _ => Err(FieldProblem::new("needs_interpreter", "Say whether you need an interpreter")),
        };
        other = one_line("other_language", &form.other_language);
        own_words = text("own_words", &form.own_words);
    }
    // Whoever would rather not say has said nothing else.
    let impairments =
        if impairments.contains(&Impairment::NotSaid) { [Impairment::NotSaid].into_iter().collect() } else { impairments };
    let other_language = match interpreter {
        Some(Language::Other) if other.is_empty() => {
            return Err(ServiceError::field("other_language", "Enter the name of the language"));
        }
        Some(Language::Other) => other,
        _ => String::new(),
    };
    Ok(Needs { chosen, interpreter, other_language, impairments, own_words })
}

/// Keeps a version; `false` where its form was kept before.
async fn keep(
    core: &Core,
    tx: &mut Tx,
    (holder, by): (Holder, AccountId),
    (submission, seen): (Uuid, i32),
    needs: &Needs,
) -> Result<bool, ServiceError> {
    if profile::has_needs_submission(tx, holder, submission).await? {
        return Ok(false);
    }
    let before = profile::needs(tx, holder).await?.map_or(0, |row| row.version);
    if before != seen {
        return Err(ServiceError::changed_since());
    }
    let (chosen, impairments) = needs.stored();
    let row = NeedsRow {
        id: core.new_id(),
        version: before.saturating_add(1),
        chosen,
        interpreter: needs.interpreter.map(Language::code).unwrap_or_default().to_owned(),
        other_language: needs.other_language.clone(),
        impairments,
        own_words: needs.own_words.clone(),
        account_id: by.as_uuid(),
        at: core.now(),
    };
    if profile::add_needs(tx, holder, submission, &row).await? { Ok(true) } else { Err(ServiceError::changed_since()) }
}

/// What a person said that they need: in their record, or before that was linked to their account.
pub(crate) async fn needs_of(tx: &mut Tx, person: PersonId) -> Result<Option<NeedsRow>, ServiceError> {
    if let Some(row) = profile::needs(tx, Holder::Person(person)).await? {
        return Ok(Some(row));
    }
    let Some(own) = appointments::own_account(tx, person).await? else { return Ok(None) };
    Ok(profile::needs(tx, Holder::Account(own)).await?)
}

/// What a person needs, as whoever they come to reads it: in a sentence, with their own words; empty where they need nothing, or did not
/// say.
pub(crate) async fn in_words(tx: &mut Tx, person: PersonId) -> Result<String, ServiceError> {
    let Some(row) = needs_of(tx, person).await? else { return Ok(String::new()) };
    let needs = row.needs()?;
    let parts = [needs.in_short(), needs.own_words];
    Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

/// What a person said that they need, as it was at this instant.
pub(super) async fn needs_by(tx: &mut Tx, person: PersonId, until: DateTime<Utc>) -> Result<Option<NeedsRow>, ServiceError> {
    if let Some(row) = profile::needs_by(tx, Holder::Person(person), until).await? {
        return Ok(Some(row));
    }
    let Some(own) = appointments::own_account(tx, person).await? else { return Ok(None) };
    Ok(profile::needs_by(tx, Holder::Account(own), until).await?)
}

/// What those need who come to a clinic, each in a sentence: nobody who needs nothing or did not say.
pub(crate) async fn needs_at_clinic(
    tx: &mut Tx,
    at: OrganisationId,
    clinic: ClinicId,
) -> Result<BTreeMap<PersonId, String>, ServiceError> {
    let mut all = BTreeMap::new();
    for row in profile::needs_at_clinic(tx, at, clinic).await? {
        let words = row.needs.needs()?.in_short();
        if !words.is_empty() {
            all.insert(PersonId::from_uuid(row.whose), words);
        }
    }
    Ok(all)
}

/// What a care team has to know of a person before anything else; nothing to whoever does not see what they say about themselves.
pub(crate) async fn team_needs(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<TeamNeeds, ServiceError> {
    if !access::allows(core, tx, actor, person, Ask::SeeProfile).await? {
        return Ok(TeamNeeds::default());
    }
    let row = needs_of(tx, person).await?;
    let person_needs = row.map(|row| Ok::<_, ServiceError>((row.needs()?, row.at))).transpose()?;
    let (mut carers, today) = (Vec::new(), london_day(core.now()));
    for row in relationship::of_person(tx, person).await? {
        let Some(account) = row.carer_account_id.map(AccountId::from_uuid) else { continue };
        if !delegation(core, tx, &row, Categories::NONE).await?.is_in_force(today) {
            continue;
        }
        let own = mobiles::own_people(tx, account).await?;
        let theirs = match own.first() {
            Some(own) => needs_of(tx, *own).await?,
            None => profile::needs(tx, Holder::Account(account)).await?,
        };
        if let Some(theirs) = theirs
            && let needs = theirs.needs()?
            && !needs.is_none()
        {
            // Where they are disabled is theirs to tell: of a carer a care team learns what to do.
            let needs = Needs { impairments: [].into(), ..needs };
            carers.push(CarerNeeds { name: row.carer_name.clone(), relation: row.relation.clone(), needs });
        }
    }
    Ok(TeamNeeds { person: person_needs, carers })
}
