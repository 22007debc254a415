//! A professional opens the record of somebody whom they do not look after, in an emergency: for some hours, for a reason
//! that is written down, as far as the person lets it be opened; the person is told at once.

use crate::activity::{self, Event};
use crate::limits::EMERGENCY;
use crate::listing::{self, List};
use crate::mail::Letter;
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError, access, sharing};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask};
use domain::audit::{Action, Purpose};
use domain::emergency::{EmergencyReason, LASTS, TEXT};
use domain::shown::refused;
use domain::team::TeamAsk;
use domain::when::london_day;
use domain::{EmergencyId, NhsNumber, PersonId};
use store::emergency::{self, EmergencyRow, EmergencySeenRow};
use store::person::PersonRow;
use store::staff::MemberRow;
use store::{StoreError, Tx, person};
use uuid::Uuid;

/// The most that the list shows.
const LISTED: i64 = 200;

/// What is typed to open a record in an emergency.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EmergencyForm {
    /// With or without spaces.
    pub nhs_number: String,
    /// Day of birth.
    pub day: String,
    /// Month of birth, as a number.
    pub month: String,
    /// Year of birth.
    pub year: String,
    /// [`EmergencyReason`] by code.
    pub reason: String,
    /// Why, in words.
    pub text: String,
    /// The form's one-time id.
    pub submission: String,
}

/// A record that is open in an emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Whose.
    pub person: PersonId,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// A record that was opened in an emergency, as those read it who answer for privacy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencySeen {
    /// Its id.
    pub id: EmergencyId,
    /// Whose record, by name.
    pub person_name: String,
    /// Who opened it.
    pub by: String,
    /// Their job.
    pub job: String,
    /// Why.
    pub reason: EmergencyReason,
    /// Why, in the words of whoever opened it.
    pub text: String,
    /// From when.
    pub began_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// Who looked at it since, and when.
    pub checked: Option<(String, DateTime<Utc>)>,
    /// The reader opened it themself, so that somebody else has to look at it.
    pub mine: bool,
}

/// The use cases of emergencies.
#[derive(Clone)]
pub struct Emergencies {
    core: Core,
}

impl Emergencies {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Whether the actor may open records in an emergency where they work now.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_open(&self, actor: &Actor) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        let may = access::in_team(&mut tx, actor, TeamAsk::OpenInEmergency).await;
        drop(tx);
        match may {
            Ok(_) => Ok(()),
            Err(error) => Err(access::refused(&self.core, actor, error, "emergency").await),
        }
    }

    /// Opens the record of the person of this number and date of birth, for [`LASTS`]. Whether there is such a person is
    /// told only once a reason is given; nobody found is written down as a refusal. While it is open, opening it again
    /// changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`nhs_number`, `birth_date`, `reason`, `text`); [`ServiceError::TooMany`] after too many
    /// for whom nobody was found; [`ServiceError::NotFound`] to whoever may not.
    pub async fn open(&self, actor: &Actor, form: &EmergencyForm) -> Result<Opened, ServiceError> {
        self.may_open(actor).await?;
        let asked = read(form, london_day(self.core.now()))?;
        let who = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let place = access::in_team(tx, &who, TeamAsk::OpenInEmergency).await?;
                if let Some(wait) = EMERGENCY.closed(&core, tx, &place.id.to_string()).await? {
                    return Err(ServiceError::TooMany(wait));
                }
                let row = person::by_nhs_number(tx, &asked.nhs_number).await?;
                match row.filter(|row| row.birth_date == Some(asked.born)) {
                    Some(row) => begin(&core, tx, &who, &place, &row, &asked).await.map(Some),
                    None => {
                        EMERGENCY.count(&core, tx, &place.id.to_string()).await?;
                        let event = Event::on_account(&who, Action::Refused, Purpose::EmergencyCare).about("asked", "emergency");
                        let event = event.about("organisation", place.organisation_id).about("member", place.id);
                        activity::append(&core, tx, event).await?;
                        Ok(None)
                    }
                }
            })
        });
        match done.await {
            Ok(Some(opened)) => Ok(opened),
            Ok(None) => Err(ServiceError::field("nhs_number", "Nobody here has this number and this date of birth. Check both")),
            Err(error) => Err(access::refused(&self.core, actor, error, "emergency").await),
        }
    }

    /// Closes what the actor has open of this person before its time. Closing it again changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but whoever has, or had, it open.
    pub async fn close(&self, actor: &Actor, person: PersonId) -> Result<(), ServiceError> {
        let who = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let place = access::in_team(tx, &who, TeamAsk::OpenInEmergency).await?;
                let subject = access::require(&core, tx, &who, person, Ask::OpenInEmergency).await?;
                if !emergency::close(tx, person, place.member(), core.now()).await? {
                    return Ok(());
                }
                activity::append(&core, tx, Event::on_record(&who, subject, Action::EmergencyClosed, purpose(subject))).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "emergency").await),
            done => done,
        }
    }

    /// What was opened in emergencies at the actor's organisation: first what nobody has looked at, then the newest, at most
    /// 200. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but its privacy officers and managers.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<EmergencySeen>, ServiceError> {
        let mut tx = self.core.read().await?;
        let place = match access::in_team(&mut tx, actor, TeamAsk::CheckEmergencies).await {
            Ok(place) => place,
            Err(error) => {
                drop(tx);
                return Err(access::refused(&self.core, actor, error, "emergencies").await);
            }
        };
        let rows = emergency::of_organisation(&mut tx, place.organisation(), LISTED).await?;
        drop(tx);
        let people: Vec<PersonId> = rows.iter().map(|row| PersonId::from_uuid(row.person_id)).collect();
        let mine = place.account_id;
        let seen = rows.into_iter().map(|row| seen(row, mine)).collect::<Result<Vec<_>, _>>()?;
        listing::disclose(&self.core, actor, &place, List::Emergencies, people).await?;
        Ok(seen)
    }

    /// Notes that the actor has looked at one of them. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where they opened it themself; [`ServiceError::NotFound`] where it is not the organisation's, and to anybody but its privacy officers and managers.
    pub async fn check(&self, actor: &Actor, id: EmergencyId) -> Result<(), ServiceError> {
        let who = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let place = access::in_team(tx, &who, TeamAsk::CheckEmergencies).await?;
                let opened = emergency::whose(tx, place.organisation(), id).await?.ok_or(ServiceError::NotFound)?;
                let person = opened.person();
                if opened.account_id == place.account_id {
                    return Err(ServiceError::field("", "You opened this record yourself, so somebody else has to look at why"));
                }
                // Whoever answers for privacy is asked about looks of their own organisation; this is one.
                let subject = access::require(&core, tx, &who, person, Ask::AnswerAccessQuery).await?;
                if !emergency::check(tx, person, id, place.member(), core.now()).await? {
                    return Ok(());
                }
                let event = Event::on_record(&who, subject, Action::WorkChanged, Purpose::Privacy);
                activity::append(&core, tx, event.about("what", "emergency-checked").about("emergency", id)).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused(&self.core, actor, error, "emergencies").await),
            done => done,
        }
    }
}

/// Until when a person's record is open to the actor in an emergency.
pub(crate) async fn until(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    match actor {
        Actor::Staff { member, .. } => emergency::live(tx, person, *member, core.now()).await,
        Actor::Account { .. } | Actor::Device { .. } | Actor::Operator | Actor::System | Actor::Nobody => Ok(None),
    }
}

/// What is asked, once it was read.
struct Asked {
    nhs_number: NhsNumber,
    born: NaiveDate,
    reason: EmergencyReason,
    text: String,
    submission: Uuid,
}

async fn begin(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    who: &PersonRow,
    asked: &Asked,
) -> Result<Opened, ServiceError> {
    let (person, now) = (who.person(), core.now());
    let subject = access::require(core, tx, actor, person, Ask::OpenInEmergency).await?;
    let before = match emergency::live(tx, person, place.member(), now).await? {
        None => emergency::by_submission(tx, person, place.member(), asked.submission).await?,
        live => live,
    };
    if let Some(until) = before {
        return Ok(Opened { person, until });
    }
    let row = EmergencyRow {
        person_id: person.as_uuid(),
        id: core.new_id(),
        member_id: place.id,
        organisation_id: place.organisation_id,
        reason: asked.reason.code().to_owned(),
        reason_text: asked.text.clone(),
        labels: sharing::in_emergency(tx, person).await?.to_string(),
        submission_id: asked.submission,
        began_at: now,
        ends_at: now + LASTS,
    };
    let opened = Opened { person, until: row.ends_at };
    if !emergency::insert(tx, &row).await? {
        return Ok(opened);
    }
    let event = Event::on_record(actor, subject, Action::EmergencyOpened, purpose(subject));
    activity::append(core, tx, event.about("reason", asked.reason.code()).about("emergency", row.id)).await?;
    activity::write_to(core, tx, person, &Letter::OpenedInEmergency).await?;
    Ok(opened)
}

fn seen(row: EmergencySeenRow, reader: Uuid) -> Result<EmergencySeen, StoreError> {
    Ok(EmergencySeen {
        id: EmergencyId::from_uuid(row.id),
        person_name: row.person_name(),
        reason: row.reason()?,
        mine: row.member_account == reader,
        by: row.member_name,
        job: row.member_job,
        text: row.reason_text,
        began_at: row.began_at,
        ends_at: row.ends_at,
        checked: row.checked_name.zip(row.checked_at),
    })
}

fn read(form: &EmergencyForm, today: NaiveDate) -> Result<Asked, ServiceError> {
    let number = NhsNumber::parse(&form.nhs_number)
        .map_err(|_| FieldProblem::new("nhs_number", "Enter their NHS number, such as 999 123 4500"));
    let born =
        birth_date(form, today).ok_or_else(|| FieldProblem::new("birth_date", "Enter their date of birth, like 27 3 1948"));
    let reason = EmergencyReason::from_code(&form.reason)
        .ok_or_else(|| FieldProblem::new("reason", "Choose why you have to open the record"));
    let text = form.text.trim().replace("\r\n", "\n");
    let text = match refused(&text, true) {
        Some(told) => Err(FieldProblem::new("text", told)),
        None if TEXT.contains(&text.chars().count()) => Ok(text),
        None => {
            let told = format!("Say why in your own words, in {} to {} characters", TEXT.start(), TEXT.end());
            Err(FieldProblem::new("text", told))
        }
    };
    let submission = form.submission.parse::<Uuid>().map_err(|_| FieldProblem::not_whole());
    match (number, born, reason, text, submission) {
        (Ok(nhs_number), Ok(born), Ok(reason), Ok(text), Ok(submission)) => {
            Ok(Asked { nhs_number, born, reason, text, submission })
        }
        (number, born, reason, text, submission) => {
            let problems = [number.err(), born.err(), reason.err(), text.err(), submission.err()];
            Err(ServiceError::Fields(problems.into_iter().flatten().collect()))
        }
    }
}

fn birth_date(form: &EmergencyForm, today: NaiveDate) -> Option<NaiveDate> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|_| text.trim().len() <= 4);
    let year = number(&form.year).filter(|year| *year >= 1000)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(&form.month)?, number(&form.day)?)?;
    (date <= today).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> EmergencyForm {
        EmergencyForm {
            nhs_number: "999 000 0018".into(),
            day: "31".into(),
            month: "3".into(),
            year: "1980".into(),
            reason: "cannot-say".into(),
            text: "Found at the bus stop, does not answer".into(),
            submission: Uuid::nil().to_string(),
        }
    }

    fn fields(form: &EmergencyForm) -> Vec<String> {
        match read(form, NaiveDate::from_ymd_opt(2026, 11, 3).unwrap()) {
            Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn everything_is_asked_at_once_and_the_words_are_not_too_short() {
        assert!(fields(&form()).is_empty());
        assert_eq!(fields(&EmergencyForm::default()), ["nhs_number", "birth_date", "reason", "text", ""]);
        assert_eq!(fields(&EmergencyForm { text: "  hurry   ".into(), ..form() }), ["text"]);
        assert_eq!(fields(&EmergencyForm { text: "x".repeat(501), ..form() }), ["text"]);
        assert!(fields(&EmergencyForm { text: "Two lines.\r\nBoth plain.".into(), ..form() }).is_empty());
    }
}
