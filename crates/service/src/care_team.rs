//! The people who work for an organisation: who they are, whom they look for, and how they check who somebody is.

use crate::activity::{self, Event};
use crate::limits::FIND;
use crate::linking::NewCode;
use crate::people::PersonSummary;
use crate::{Core, FieldProblem, Hashing, IssuedCode, ServiceError, TeamNeeds, access, emergencies, profile, records, sharing};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Assurance, Audience, Subject};
use domain::account::Email;
use domain::audit::{Action, Basis, Purpose};
use domain::consent::SummaryChoice;
use domain::linkage::{Level, surname_key};
use domain::record::Category;
use domain::shown::refused;
use domain::team::{IdentityEvidence, SearchReason, StaffRole, TeamAsk, WorkKind};
use domain::when::london_day;
use domain::{AccountId, MemberId, NhsNumber, OrganisationId, PersonId, TeamId};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use store::person::PersonRow;
use store::staff::{self, ColleagueRow, MemberRow, TeamRow};
use store::{StoreError, Tx, account, link, organisation, person, work};

/// The most people that a search shows.
const FOUND: usize = 20;
/// How many people born on one day are compared by name.
const COMPARED: i64 = 1000;
/// The most characters that a name or a job may have.
const LONGEST: usize = 100;

/// A place that an account has at an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Which.
    pub member: MemberId,
    /// Where.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// The name by which colleagues and people are told of them.
    pub name: String,
    /// "Practice nurse".
    pub job: String,
    /// What it lets them do.
    pub role: StaffRole,
}

/// Somebody who works, or worked, for an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Colleague {
    /// Which place.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// "Practice nurse".
    pub job: String,
    /// What it lets them do.
    pub role: StaffRole,
    /// With which address they sign in; told only to those who give and end places.
    pub email: Option<String>,
    /// The names of the teams they are in.
    pub teams: Vec<String>,
    /// Since when they work there no more.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A team of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
}

/// The names of the teams that somebody has just come into, and of those that they have just left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TeamsChanged {
    /// Those they are in now and were not.
    pub joined: Vec<String>,
    /// Those they were in and are not.
    pub left: Vec<String>,
}

/// What is typed to give somebody a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffForm {
    /// With which address they sign in.
    pub email: String,
    /// The name by which colleagues and people are told of them.
    pub name: String,
    /// "Practice nurse".
    pub job: String,
    /// [`StaffRole`] by code.
    pub role: String,
}

/// What is typed to find somebody: an NHS number, or else a name and a date of birth.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FindForm {
    /// With or without spaces.
    pub nhs_number: String,
    /// A last name, or first and last name.
    pub name: String,
    /// Day of birth.
    pub day: String,
    /// Month of birth, as a number.
    pub month: String,
    /// Year of birth.
    pub year: String,
    /// [`SearchReason`] by code.
    pub reason: String,
}

/// What is typed after somebody was checked face to face.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityForm {
    /// [`IdentityEvidence`] by code.
    pub evidence: String,
    /// Which colleague vouches, by the id of their place.
    pub vouched_by: String,
    /// `true`: whoever fills this in has seen the person and what they showed.
    pub seen: String,
}

/// What came of checking who somebody is.
#[derive(Clone, PartialEq, Eq)]
pub enum Checked {
    /// Their account is now known to be theirs.
    Account,
    /// They have no account yet: a letter with a code was made. It cannot be shown again.
    Letter(Box<Letter>),
    /// They have neither an account nor an NHS number, so that no letter can be made.
    NoNumber,
}

/// What stands in the letter with which somebody opens their record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// For whom.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// "999 123 4500".
    pub nhs_number: String,
    /// As it is printed: "ABCDE-FGHJK".
    pub code: String,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// Who gives it to them.
    pub organisation: String,
    /// The address of this service, without a slash at its end.
    pub address: String,
}

/// Somebody as the team sees them before it opens anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Patient {
    /// Who.
    pub person: PersonSummary,
    /// How surely each account that opens their record is theirs.
    pub accounts: Vec<Level>,
    /// The categories of their record that are open to this member of staff.
    pub opens: Vec<Category>,
    /// Whether this member of staff may check who they are.
    pub may_check: bool,
    /// Until when their record is open to this member of staff in an emergency.
    pub emergency_until: Option<DateTime<Utc>>,
    /// What they said about a fuller summary for urgent care; absent where they did not choose here.
    pub summary: Option<bool>,
    /// They want no summary for urgent care at all.
    pub no_summary: bool,
    /// What they need, and who acts for them.
    pub needs: TeamNeeds,
}

/// The use cases of a care team.
#[derive(Clone)]
pub struct CareTeam {
    core: Core,
    hashing: Hashing,
}

/// What is looked for.
#[derive(Clone)]
enum Wanted {
    Number(NhsNumber),
    Born(String, NaiveDate),
}

impl CareTeam {
    pub(crate) const fn new(core: Core, hashing: Hashing) -> Self {
        Self { core, hashing }
    }

    /// The places that the actor's account has now, the oldest first.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`].
    pub async fn places(&self, actor: &Actor) -> Result<Vec<Place>, ServiceError> {
        let id = actor.account().ok_or(ServiceError::NotSignedIn)?;
        if actor.assurance() != Some(Assurance::SecondStep) {
            return Err(ServiceError::NeedsSecondStep);
        }
        let mut tx = self.core.read().await?;
        let mut places = Vec::new();
        for row in staff::of_account(&mut tx, id).await? {
            places.push(seen(&mut tx, &row).await?);
        }
        Ok(places)
    }

    /// The place as which the actor works now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when they do not work there, or no longer.
    pub async fn place(&self, actor: &Actor) -> Result<Place, ServiceError> {
        let mut tx = self.core.read().await?;
        let row = access::in_team(&mut tx, actor, TeamAsk::SeeTeam).await?;
        seen(&mut tx, &row).await
    }

    /// Everybody who works at the actor's organisation, by name; managers see who worked there too.
    ///
    /// # Errors
    /// As [`CareTeam::place`].
    pub async fn colleagues(&self, actor: &Actor) -> Result<Vec<Colleague>, ServiceError> {
        let mut tx = self.core.read().await?;
        let row = access::in_team(&mut tx, actor, TeamAsk::SeeTeam).await?;
        let manages = access::also(actor, &row, TeamAsk::ManageStaff).is_ok();
        listed(&mut tx, row.organisation(), manages).await
    }

    /// Everybody who works or worked at an organisation.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the operator and its managers.
    pub async fn staff(&self, actor: &Actor, at: OrganisationId) -> Result<Vec<Colleague>, ServiceError> {
        let mut tx = self.core.read().await?;
        access::in_organisation(&mut tx, actor, at, TeamAsk::ManageStaff).await?;
        listed(&mut tx, at, true).await
    }

    /// The organisation at which the actor manages.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn managed(&self, actor: &Actor) -> Result<OrganisationId, ServiceError> {
        let mut tx = self.core.read().await?;
        Ok(access::in_team(&mut tx, actor, TeamAsk::ManageStaff).await?.organisation())
    }

    /// Gives the holder of an account a place at an organisation. It opens only once they sign in with a second step.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`email`, `name`, `job`, `role`); [`ServiceError::NotFound`] to anybody but the operator
    /// and the organisation's managers.
    pub async fn add(&self, actor: &Actor, at: OrganisationId, form: &StaffForm) -> Result<MemberId, ServiceError> {
        self.may_manage(actor, at).await?;
        let (email, role) = read_staff(form)?;
        let (name, job) = (plain(&form.name), plain(&form.job));
        self.act(actor, "staff", move |core, tx, actor| {
            Box::pin(async move {
                access::in_organisation(tx, &actor, at, TeamAsk::ManageStaff).await?;
                let row = account::by_email_key(tx, email.key()).await?.filter(|row| row.email_confirmed_at.is_some());
                let row = row.ok_or_else(|| {
                    ServiceError::field("email", "No account has this address yet. Ask them to set up their account first")
                })?;
                let member = MemberRow {
                    id: core.new_id(),
                    account_id: row.id,
                    organisation_id: at.as_uuid(),
                    name,
                    job,
                    role: role.code().to_owned(),
                    created_at: core.now(),
                    ended_at: None,
                };
                if !staff::insert(tx, &member).await? {
                    return Err(ServiceError::field("email", "Whoever has this address works here already"));
                }
                changed(&core, tx, &actor, &member, "added").await?;
                Ok(member.member())
            })
        })
        .await
    }

    /// Changes what somebody does at an organisation.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`job`, `role`), also for one's own place; [`ServiceError::NotFound`] for a place that
    /// has ended or is elsewhere, and to anybody but the operator and the organisation's managers.
    pub async fn change(&self, actor: &Actor, member: MemberId, role: &str, job: &str) -> Result<(), ServiceError> {
        let at = self.organisation_of(actor, member).await?;
        self.may_manage(actor, at).await?;
        let role = StaffRole::from_code(role).ok_or_else(|| ServiceError::field("role", "Choose a role"))?;
        let job = plain(job);
        if let Some(problem) = unfit("job", &job, "Enter their job") {
            return Err(ServiceError::Fields(vec![problem]));
        }
        self.act(actor, "staff", move |core, tx, actor| {
            Box::pin(async move {
                let row = managed(tx, &actor, member).await?;
                if !staff::set_role(tx, member, role, &job).await? {
                    return Err(ServiceError::NotFound);
                }
                changed(&core, tx, &actor, &MemberRow { role: role.code().to_owned(), ..row }, "changed").await
            })
        })
        .await
    }

    /// Ends a place: from the next click on, nothing of the organisation opens to its holder, and what they dealt with
    /// waits for the others again.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] for one's own place; [`ServiceError::NotFound`] for a place that has ended or is
    /// elsewhere, and to anybody but the operator and the organisation's managers.
    pub async fn end(&self, actor: &Actor, member: MemberId) -> Result<(), ServiceError> {
        let at = self.organisation_of(actor, member).await?;
        self.may_manage(actor, at).await?;
        self.act(actor, "staff", move |core, tx, actor| {
            Box::pin(async move {
                let row = managed(tx, &actor, member).await?;
                if !staff::end(tx, member, core.now()).await? {
                    return Err(ServiceError::NotFound);
                }
                work::let_go(tx, member).await?;
                changed(&core, tx, &actor, &row, "ended").await
            })
        })
        .await
    }

    /// The teams of an organisation, by name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the operator and its managers.
    pub async fn teams(&self, actor: &Actor, at: OrganisationId) -> Result<Vec<Team>, ServiceError> {
        let mut tx = self.core.read().await?;
        access::in_organisation(&mut tx, actor, at, TeamAsk::ManageStaff).await?;
        Ok(staff::teams(&mut tx, at).await?.into_iter().map(|row| Team { id: row.team(), name: row.name }).collect())
    }

    /// Makes a team.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`team`); [`ServiceError::NotFound`] to anybody but the operator and the organisation's
    /// managers.
    pub async fn add_team(&self, actor: &Actor, at: OrganisationId, name: &str) -> Result<TeamId, ServiceError> {
        self.may_manage(actor, at).await?;
        let name = plain(name);
        if let Some(problem) = unfit("team", &name, "Enter the team\u{2019}s name") {
            return Err(ServiceError::Fields(vec![problem]));
        }
        self.act(actor, "team", move |core, tx, actor| {
            Box::pin(async move {
                access::in_organisation(tx, &actor, at, TeamAsk::ManageStaff).await?;
                let row = TeamRow { id: core.new_id(), organisation_id: at.as_uuid(), name };
                if !staff::insert_team(tx, &row, core.now()).await? {
                    return Err(ServiceError::field("team", "There is a team of this name already"));
                }
                let event = Event::on_account(&actor, Action::StaffChanged, Purpose::Operations);
                activity::append(&core, tx, event.about("what", "team-added").about("team", row.id).about("organisation", at))
                    .await?;
                Ok(row.team())
            })
        })
        .await
    }

    /// Takes somebody into a team of their organisation, or out of it. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the team or the place is not the organisation's, and to anybody but the operator
    /// and its managers.
    pub async fn set_team(&self, actor: &Actor, team: TeamId, member: MemberId, within: bool) -> Result<(), ServiceError> {
        let (join, leave) = if within { (vec![team], Vec::new()) } else { (Vec::new(), vec![team]) };
        self.set_teams(actor, member, join, leave).await.map(|_| ())
    }

    /// Takes somebody into some teams of their organisation and out of others: all of it or nothing. What is so already
    /// is left as it is.
    ///
    /// # Errors
    /// As [`CareTeam::set_team`].
    pub async fn set_teams(
        &self,
        actor: &Actor,
        member: MemberId,
        join: Vec<TeamId>,
        leave: Vec<TeamId>,
    ) -> Result<TeamsChanged, ServiceError> {
        self.act(actor, "team", move |core, tx, actor| {
            Box::pin(async move {
                let row = staff::member(tx, member).await?.filter(|row| row.ended_at.is_none()).ok_or(ServiceError::NotFound)?;
                access::in_organisation(tx, &actor, row.organisation(), TeamAsk::ManageStaff).await?;
                let teams = staff::teams(tx, row.organisation()).await?;
                let name = |id: TeamId| teams.iter().find(|team| team.team() == id).map(|team| team.name.clone());
                let mut done = TeamsChanged::default();
                for team in join {
                    let name = name(team).ok_or(ServiceError::NotFound)?;
                    if staff::join_team(tx, team, member).await? {
                        changed(&core, tx, &actor, &row, "team-joined").await?;
                        done.joined.push(name);
                    }
                }
                for team in leave {
                    let name = name(team).ok_or(ServiceError::NotFound)?;
                    if staff::leave_team(tx, team, member).await? {
                        changed(&core, tx, &actor, &row, "team-left").await?;
                        done.left.push(name);
                    }
                }
                Ok(done)
            })
        })
        .await
    }

    /// Looks for somebody among the organisation's own people and those who let it in. Anybody else is nobody found. The search is
    /// written down with each person whom it found, and with the account that searched: how many, not what was typed.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`nhs_number`, `name`, `birth_date`, `reason`); [`ServiceError::TooMany`] after
    /// too many that found nobody; [`ServiceError::NotFound`] for a role that does not look for people.
    pub async fn find(&self, actor: &Actor, form: &FindForm) -> Result<Vec<PersonSummary>, ServiceError> {
        let mut tx = self.core.read().await?;
        let may = access::in_team(&mut tx, actor, TeamAsk::FindPeople).await;
        drop(tx);
        if let Err(error) = may {
            return Err(access::refused(&self.core, actor, error, "find").await);
        }
        let (wanted, reason) = read_find(form, london_day(self.core.now()))?;
        self.act(actor, "find", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::FindPeople).await?;
                if let Some(wait) = FIND.closed(&core, tx, &place.id.to_string()).await? {
                    return Err(ServiceError::TooMany(wait));
                }
                let mut found = Vec::new();
                for row in candidates(tx, place.organisation(), &wanted, london_day(core.now())).await? {
                    // Whoever is not theirs is not found, exactly as somebody who does not exist.
                    let subject = match access::require(&core, tx, &actor, row.person(), Ask::FindPerson).await {
                        Ok(subject) => subject,
                        Err(ServiceError::NotFound) => continue,
                        Err(error) => return Err(error),
                    };
                    let event = Event::on_record(&actor, subject, Action::Searched, reason.purpose());
                    activity::append(&core, tx, event.about("reason", reason.code())).await?;
                    found.push(PersonSummary::of(&row, core.now())?);
                }
                if found.is_empty() {
                    FIND.count(&core, tx, &place.id.to_string()).await?;
                }
                let event = Event::on_account(&actor, Action::Searched, reason.purpose()).about("reason", reason.code());
                let event = event.about("found", found.len()).about("organisation", place.organisation_id);
                activity::append(&core, tx, event.about("member", place.id)).await?;
                Ok(found)
            })
        })
        .await
    }

    /// Who was found a moment ago, those of them who are still the organisation's own.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a role that does not look for people.
    pub async fn found(&self, actor: &Actor, people: &[PersonId]) -> Result<Vec<PersonSummary>, ServiceError> {
        let mut tx = self.core.read().await?;
        let place = access::in_team(&mut tx, actor, TeamAsk::FindPeople).await?;
        let mut found = Vec::new();
        for id in people.iter().take(FOUND) {
            if !access::allows(&self.core, &mut tx, actor, *id, Ask::FindPerson).await? {
                continue;
            }
            let Some(row) = person::by_id(&mut tx, *id).await? else { continue };
            found.push(PersonSummary::of(&row, self.core.now())?);
        }
        drop(tx);
        let event =
            Event::on_account(actor, Action::Read, Purpose::DirectCare).about("page", "found").about("people", found.len());
        let event = event.about("organisation", place.organisation_id).about("member", place.id);
        activity::disclose(&self.core, event).await?;
        Ok(found)
    }

    /// Somebody who was found, before anything of their record is opened.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for somebody who is not the organisation's own and whose record is not open in an
    /// emergency, and to a role that sees nobody.
    pub async fn patient(&self, actor: &Actor, id: PersonId) -> Result<Patient, ServiceError> {
        let (patient, subject) = patient_of(&self.core, actor, id).await?;
        activity::disclose(&self.core, patient_looked_at(actor, subject)).await?;
        Ok(patient)
    }

    /// Writes down that somebody was checked face to face: their account is then surely theirs; if they have none, a
    /// letter is made whose code carries the check.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`evidence`, `vouched_by`, `seen`); [`ServiceError::NotFound`] for somebody who is not
    /// the organisation's own, and to a role that checks nobody; [`ServiceError::Unavailable`].
    pub async fn check_identity(&self, actor: &Actor, id: PersonId, form: &IdentityForm) -> Result<Checked, ServiceError> {
        let mut tx = self.core.read().await?;
        let may = access::require(&self.core, &mut tx, actor, id, Ask::CheckIdentity).await;
        let unlinked = link::of_person(&mut tx, id).await?.is_empty();
        drop(tx);
        if let Err(error) = may {
            return Err(access::refused_on(&self.core, actor, id, error, "identity").await);
        }
        let (evidence, vouched_by) = read_identity(form)?;
        // Hashing is slow, so it is done before others are made to wait.
        let code = if unlinked { Some(NewCode::make(&self.core, &self.hashing).await?) } else { None };
        self.act(actor, "identity", move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, id, Ask::CheckIdentity).await?;
                let place = access::in_team(tx, &actor, TeamAsk::SeeTeam).await?;
                if let Some(colleague) = vouched_by {
                    let row = staff::member(tx, colleague).await?;
                    let here = |row: &MemberRow| row.organisation_id == place.organisation_id && row.ended_at.is_none();
                    row.filter(here).ok_or_else(|| ServiceError::field("vouched_by", "Choose the colleague who knows them"))?;
                }
                let row = person::by_id(tx, id).await?.ok_or(ServiceError::NotFound)?;
                if row.deceased {
                    return Err(ServiceError::field("evidence", "The record says that this person has died. Check whose it is"));
                }
                let told = Told { core: &core, actor: &actor, place: &place, evidence, vouched_by };
                let checked = told.write_down(tx, &row, code).await?;
                let outcome = match &checked {
                    Checked::Account => "account",
                    Checked::Letter(_) => "letter",
                    Checked::NoNumber => "no-number",
                };
                let event = Event::on_record(&actor, subject, Action::IdentityChecked, Purpose::Checking);
                activity::append(&core, tx, event.about("evidence", evidence.code()).about("outcome", outcome)).await?;
                let waits = (WorkKind::IdentityCheck, id);
                work::close_for_person(tx, place.organisation(), waits, Some(place.member()), "checked", core.now()).await?;
                Ok(checked)
            })
        })
        .await
    }

    /// Writes down that the letter that a check made is taken away as a file. It is handed over only after that.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for somebody who is not the organisation's own, and to a role that checks nobody;
    /// [`ServiceError::Unavailable`].
    pub async fn letter_downloaded(&self, actor: &Actor, id: PersonId) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        let may = access::require(&self.core, &mut tx, actor, id, Ask::CheckIdentity).await;
        drop(tx);
        let subject = match may {
            Ok(subject) => subject,
            Err(error) => return Err(access::refused_on(&self.core, actor, id, error, "letter").await),
        };
        let event = Event::on_record(actor, subject, Action::Export, Purpose::Checking).about("what", "letter");
        activity::disclose(&self.core, event).await
    }

    /// Lets through the operator and the organisation's managers, before anything that was typed is judged.
    async fn may_manage(&self, actor: &Actor, at: OrganisationId) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        let may = access::in_organisation(&mut tx, actor, at, TeamAsk::ManageStaff).await;
        drop(tx);
        match may {
            Ok(()) => Ok(()),
            Err(error) => Err(access::refused(&self.core, actor, error, "staff").await),
        }
    }

    /// Where a place is.
    async fn organisation_of(&self, actor: &Actor, member: MemberId) -> Result<OrganisationId, ServiceError> {
        let mut tx = self.core.read().await?;
        let row = staff::member(&mut tx, member).await?;
        drop(tx);
        match row {
            Some(row) => Ok(row.organisation()),
            None => Err(access::refused(&self.core, actor, ServiceError::NotFound, "staff").await),
        }
    }

    /// Does an act in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, what: &'static str, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        let by = actor.clone();
        match self.core.write(move |core, tx| body(core, tx, by)).await {
            Err(error) => Err(access::refused(&self.core, actor, error, what).await),
            done => done,
        }
    }
}

/// Somebody as [`CareTeam::patient`] gives them, and how the actor stands to them. Whoever shows it audits it: by itself as
/// [`patient_looked_at`], or in the one event of a page that shows more.
///
/// # Errors
/// As [`CareTeam::patient`]; a refusal is audited.
pub(crate) async fn patient_of(core: &Core, actor: &Actor, id: PersonId) -> Result<(Patient, Subject), ServiceError> {
    let mut tx = core.read().await?;
    let find = access::require(core, &mut tx, actor, id, Ask::FindPerson).await;
    let may_check = access::allows(core, &mut tx, actor, id, Ask::CheckIdentity).await?;
    let open = match access::open(core, &mut tx, actor, id, Ask::ReadRecord).await {
        Ok(open) => Some(open),
        Err(ServiceError::NotFound) => None,
        Err(error) => return Err(error),
    };
    // In an emergency the record opens to somebody who could not find the person.
    let in_emergency = open.map(|open| open.subject).filter(|subject| subject.basis == Basis::Emergency);
    let subject = match (in_emergency, find) {
        (Some(subject), _) | (None, Ok(subject)) => subject,
        (None, Err(error)) => {
            drop(tx);
            return Err(access::refused_on(core, actor, id, error, "patient").await);
        }
    };
    let row = person::by_id(&mut tx, id).await?.ok_or(ServiceError::NotFound)?;
    let accounts = link::of_person(&mut tx, id).await?;
    let opens = match open {
        Some(open) => {
            // Those who give care see what the organisation supplied itself, whatever is shared of the rest.
            let supplied = matches!(open.view.audience(), Audience::Organisation(_));
            Category::SHOWN.iter().copied().filter(|category| supplied || open.view.has(*category)).collect()
        }
        None => Vec::new(),
    };
    let emergency_until = emergencies::until(core, &mut tx, actor, id).await?;
    let summary = sharing::summary(&mut tx, id).await?;
    let no_summary = sharing::summary_choice(&mut tx, id).await? == Some(SummaryChoice::OptOut);
    let needs = profile::team_needs(core, &mut tx, actor, id).await?;
    drop(tx);
    let patient = Patient {
        person: PersonSummary::of(&row, core.now())?,
        accounts: accounts.iter().map(|link| Level::from_code(&link.level).unwrap_or(Level::None)).collect(),
        opens,
        may_check,
        emergency_until,
        summary,
        no_summary,
        needs,
    };
    Ok((patient, subject))
}

/// That a member of staff looked at who somebody is.
pub(crate) fn patient_looked_at(actor: &Actor, subject: Subject) -> Event {
    Event::on_record(actor, subject, Action::Read, records::purpose(subject)).about("page", "patient")
}

/// A check as it is written down.
struct Told<'a> {
    core: &'a Core,
    actor: &'a Actor,
    place: &'a MemberRow,
    evidence: IdentityEvidence,
    vouched_by: Option<MemberId>,
}

impl Told<'_> {
    async fn write_down(&self, tx: &mut Tx, row: &PersonRow, code: Option<NewCode>) -> Result<Checked, ServiceError> {
        let check = serde_json::json!({
            "way": "in-person",
            "evidence": self.evidence.code(),
            "vouched_by": self.vouched_by,
            "member": self.place.id,
            "organisation": self.place.organisation_id,
            "at": self.core.now(),
        });
        let links = link::of_person(tx, row.person()).await?;
        let mine = self.actor.account().map(|id| id.as_uuid());
        if links.iter().any(|one| Some(one.account_id) == mine) {
            return Err(ServiceError::field("evidence", "A colleague has to check who you are"));
        }
        let level = Level::VerifiedInPerson.code();
        for one in &links {
            let before: serde_json::Value = serde_json::from_str(&one.evidence).unwrap_or_default();
            let mut evidence = check.clone();
            if let Some(fields) = evidence.as_object_mut() {
                fields.insert("before".to_owned(), before);
            }
            link::set_level(tx, AccountId::from_uuid(one.account_id), row.person(), level, &evidence.to_string()).await?;
        }
        if !links.is_empty() {
            return Ok(Checked::Account);
        }
        let who = row.demographics()?;
        let Some(number) = &who.nhs_number else { return Ok(Checked::NoNumber) };
        // The account was unlinked just now, after the look before this act.
        let code = code.ok_or_else(|| ServiceError::Unavailable("the person's account was just changed".to_owned()))?;
        let IssuedCode { code, expires_at } =
            code.keep(self.core, tx, self.actor, row.person(), Level::VerifiedInPerson, Some(check.to_string())).await?;
        let organisation = organisation::by_id(tx, self.place.organisation()).await?.ok_or(ServiceError::NotFound)?;
        Ok(Checked::Letter(Box::new(Letter {
            person: row.person(),
            name: who.display_name(),
            nhs_number: number.to_string(),
            code,
            expires_at,
            organisation: organisation.name,
            address: self.core.settings().public_url.clone(),
        })))
    }
}

async fn seen(tx: &mut Tx, row: &MemberRow) -> Result<Place, ServiceError> {
    let organisation = organisation::by_id(tx, row.organisation()).await?;
    let organisation = organisation.ok_or_else(|| StoreError::corrupt("a place is at no organisation"))?;
    Ok(Place {
        member: row.member(),
        organisation: row.organisation(),
        organisation_name: organisation.name,
        name: row.name.clone(),
        job: row.job.clone(),
        role: row.role()?,
    })
}

async fn listed(tx: &mut Tx, at: OrganisationId, manages: bool) -> Result<Vec<Colleague>, ServiceError> {
    let teams = staff::teams(tx, at).await?;
    let within = staff::team_members(tx, at).await?;
    let names = |member: MemberId| {
        let theirs = |team: &&TeamRow| within.contains(&(team.team(), member));
        teams.iter().filter(theirs).map(|team| team.name.clone()).collect()
    };
    let mut colleagues = Vec::new();
    for ColleagueRow { place, email } in staff::of_organisation(tx, at).await? {
        if place.ended_at.is_some() && !manages {
            continue;
        }
        colleagues.push(Colleague {
            member: place.member(),
            role: place.role()?,
            teams: names(place.member()),
            email: manages.then_some(email),
            ended_at: place.ended_at,
            name: place.name,
            job: place.job,
        });
    }
    Ok(colleagues)
}

/// A place that the actor may change: not their own.
async fn managed(tx: &mut Tx, actor: &Actor, member: MemberId) -> Result<MemberRow, ServiceError> {
    let row = staff::member(tx, member).await?.ok_or(ServiceError::NotFound)?;
    access::in_organisation(tx, actor, row.organisation(), TeamAsk::ManageStaff).await?;
    if actor.account().is_some_and(|id| id.as_uuid() == row.account_id) {
        return Err(ServiceError::field(
            "",
            "You cannot change your own place. Ask another manager, or whoever runs the service",
        ));
    }
    Ok(row)
}

/// Notes a change of a place: with the actor, and with whoever holds the place.
async fn changed(core: &Core, tx: &mut Tx, actor: &Actor, row: &MemberRow, what: &'static str) -> Result<(), ServiceError> {
    let event = Event::on_account(actor, Action::StaffChanged, Purpose::Operations)
        .about("what", what)
        .about("member", row.id)
        .about("organisation", row.organisation_id)
        .about("role", &row.role);
    activity::append(core, tx, event.clone()).await?;
    activity::append(core, tx, event.concerning(AccountId::from_uuid(row.account_id))).await
}

/// Whom the search may mean: only people whom the organisation looks after, or who let it in.
async fn candidates(tx: &mut Tx, at: OrganisationId, wanted: &Wanted, today: NaiveDate) -> Result<Vec<PersonRow>, ServiceError> {
    let (name, born) = match wanted {
        Wanted::Number(number) => return Ok(person::by_nhs_number(tx, number).await?.into_iter().collect()),
        Wanted::Born(name, born) => (surname_key(name), *born),
    };
    let rows = staff::own_people_born(tx, at, born, COMPARED, today).await?;
    Ok(rows.into_iter().filter(|row| is_named(row, &name)).take(FOUND).collect())
}

/// Whether this is a person's last name, their first and last name, or all of their names.
fn is_named(row: &PersonRow, key: &str) -> bool {
    let first = row.given_names.0.first().map_or("", String::as_str);
    let all = row.given_names.0.join(" ");
    ["", first, all.as_str()].iter().any(|given| surname_key(&format!("{given} {}", row.family_name)) == key)
}

/// A text on one line, without space around it.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unfit(field: &str, text: &str, missing: &str) -> Option<FieldProblem> {
    if text.is_empty() {
        return Some(FieldProblem::new(field, missing));
    }
    if text.chars().count() > LONGEST {
        return Some(FieldProblem::new(field, format!("Use no more than {LONGEST} letters")));
    }
    refused(text, false).map(|told| FieldProblem::new(field, told))
}

fn read_staff(form: &StaffForm) -> Result<(Email, StaffRole), ServiceError> {
    let email = Email::parse(&form.email);
    let role = StaffRole::from_code(&form.role);
    let mut problems = Vec::new();
    if email.is_err() {
        problems.push(FieldProblem::new("email", "Enter the email address with which they sign in"));
    }
    problems.extend(unfit("name", &plain(&form.name), "Enter their name"));
    problems.extend(unfit("job", &plain(&form.job), "Enter their job"));
    if role.is_none() {
        problems.push(FieldProblem::new("role", "Choose what they may do"));
    }
    match (email, role) {
        (Ok(email), Some(role)) if problems.is_empty() => Ok((email, role)),
        _ => Err(ServiceError::Fields(problems)),
    }
}

fn read_find(form: &FindForm, today: NaiveDate) -> Result<(Wanted, SearchReason), ServiceError> {
    let mut problems = Vec::new();
    let empty = |texts: &[&String]| texts.iter().all(|text| text.trim().is_empty());
    let wanted = if !empty(&[&form.nhs_number]) {
        match NhsNumber::parse(&form.nhs_number) {
            Ok(number) => Some(Wanted::Number(number)),
            Err(_) => {
                problems.push(FieldProblem::new("nhs_number", "This is not an NHS number. Check each of its 10 numbers"));
                None
            }
        }
    } else if empty(&[&form.name, &form.day, &form.month, &form.year]) {
        problems.push(FieldProblem::new("nhs_number", "Enter an NHS number, or a name and a date of birth"));
        None
    } else {
        let born = birth_date(form, today);
        if surname_key(&form.name).is_empty() {
            problems.push(FieldProblem::new("name", "Enter their last name"));
        }
        match born {
            Some(born) => Some(Wanted::Born(form.name.clone(), born)),
            None => {
                problems.push(FieldProblem::new("birth_date", "Enter their date of birth, like 27 3 1948"));
                None
            }
        }
    };
    let reason = SearchReason::from_code(&form.reason);
    if reason.is_none() {
        problems.push(FieldProblem::new("reason", "Choose why you are looking for them"));
    }
    match (wanted, reason) {
        (Some(wanted), Some(reason)) if problems.is_empty() => Ok((wanted, reason)),
        _ => Err(ServiceError::Fields(problems)),
    }
}

fn birth_date(form: &FindForm, today: NaiveDate) -> Option<NaiveDate> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|_| text.trim().len() <= 4);
    let year = number(&form.year).filter(|year| *year >= 1000)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(&form.month)?, number(&form.day)?)?;
    (date <= today).then_some(date)
}

fn read_identity(form: &IdentityForm) -> Result<(IdentityEvidence, Option<MemberId>), ServiceError> {
    let evidence = IdentityEvidence::from_code(&form.evidence);
    let vouched_by: Option<MemberId> = form.vouched_by.parse().ok();
    let mut problems = Vec::new();
    if evidence.is_none() {
        problems.push(FieldProblem::new("evidence", "Choose what showed you who they are"));
    }
    if evidence == Some(IdentityEvidence::Vouched) && vouched_by.is_none() {
        problems.push(FieldProblem::new("vouched_by", "Choose the colleague who knows them"));
    }
    if form.seen != "true" {
        problems.push(FieldProblem::new("seen", "Tick this once you have seen them yourself"));
    }
    match evidence {
        Some(evidence) if problems.is_empty() => Ok((evidence, vouched_by.filter(|_| evidence == IdentityEvidence::Vouched))),
        _ => Err(ServiceError::Fields(problems)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields<T>(outcome: Result<T, ServiceError>) -> Vec<String> {
        match outcome {
            Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
            _ => Vec::new(),
        }
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 3).unwrap()
    }

    #[test]
    fn a_search_asks_for_one_way_and_a_reason_and_says_every_problem_at_once() {
        assert_eq!(fields(read_find(&FindForm::default(), today())), ["nhs_number", "reason"]);
        let form = FindForm { name: "-".into(), day: "31".into(), month: "2".into(), year: "1948".into(), ..FindForm::default() };
        assert_eq!(fields(read_find(&form, today())), ["name", "birth_date", "reason"]);
        let future = FindForm {
            name: "Ellis".into(),
            day: "4".into(),
            month: "11".into(),
            year: "2026".into(),
            reason: "care".into(),
            ..form
        };
        assert_eq!(fields(read_find(&future, today())), ["birth_date"]);
        let number = FindForm { nhs_number: "999 000 0019".into(), reason: "care".into(), ..FindForm::default() };
        assert_eq!(fields(read_find(&number, today())), ["nhs_number"]);
    }

    #[test]
    fn whoever_checks_has_seen_the_person_and_names_who_vouches() {
        assert_eq!(fields(read_identity(&IdentityForm::default())), ["evidence", "seen"]);
        let vouched = IdentityForm { evidence: "vouched".into(), seen: "true".into(), ..IdentityForm::default() };
        assert_eq!(fields(read_identity(&vouched)), ["vouched_by"]);
        let passport = IdentityForm { evidence: "passport".into(), vouched_by: "nonsense".into(), seen: "true".into() };
        assert_eq!(read_identity(&passport).ok(), Some((IdentityEvidence::Passport, None)));
    }

    #[test]
    fn a_place_needs_an_address_a_name_a_job_and_a_role() {
        assert_eq!(fields(read_staff(&StaffForm::default())), ["email", "name", "job", "role"]);
        let long = StaffForm { email: "a@b.org".into(), name: "x".repeat(101), job: "GP".into(), role: "clinician".into() };
        assert_eq!(fields(read_staff(&long)), ["name"]);
    }
}
