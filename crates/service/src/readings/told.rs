//! What people recorded themselves as FHIR R4 resources, for those who take it away or read it by program.

use super::seen::answered;
use super::weeks::{average_told, diary_of, plan};
use super::worked_out::{BmiFrom, id_of};
use super::{PAGE, Readings, opens};
use crate::reader::Reader;
use crate::{ServiceError, access, appointments};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask};
use domain::reading::week::WeekEnd;
use domain::reading::{Amount, Entered, Measure, Origin};
use domain::{AccountId, NhsNumber, PersonId, ReadingId};
use fhir::own::{self, Bmi, By, Reading, Response, Subject};
use serde_json::Value;
use store::questionnaire::ResponseRow;
use store::reading::{self, ReadingRow};
use store::reading_photo::WholePhoto;
use store::week::WeekRow;
use store::{StoreError, Tx, person};
use uuid::Uuid;

/// Where a reading is for those who read it by program.
const BY_PROGRAM: &str = "Observation/";

/// Which readings a program asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservationsAsked {
    /// Of which measure; absent for the newest of each.
    pub measure: Option<Measure>,
    /// The last that was told before.
    pub after: Option<ReadingId>,
    /// How many at most.
    pub most: u16,
}

impl Readings {
    /// Readings as FHIR R4 `Observation`s, the newest first, and the last of them where there are more: those of one measure, or the
    /// newest of each. Before the readings of body mass index that were sent stands the one that is worked out. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not see this of the person, and for a reading to go on from that is not there.
    pub async fn observations(
        &self,
        actor: &Actor,
        person: PersonId,
        asked: ObservationsAsked,
    ) -> Result<(Vec<Value>, Option<ReadingId>), ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let found = self.found(&mut tx, (person, &reader), asked).await;
        drop(tx);
        let found = match found {
            Ok(found) => found,
            Err(error) => return Err(access::refused_on(&self.core, actor, person, error, PAGE).await),
        };
        self.looked(actor, subject, asked.measure).await?;
        Ok(found)
    }

    async fn found(
        &self,
        tx: &mut Tx,
        (person, reader): (PersonId, &Reader),
        asked: ObservationsAsked,
    ) -> Result<(Vec<Value>, Option<ReadingId>), ServiceError> {
        let owner = Owner::load(tx, person).await?;
        let Some(measure) = asked.measure else {
            let mut rows = reading::newest(tx, person).await?;
            rows.sort_by_key(|row| std::cmp::Reverse((row.taken_at, row.id)));
            let mut all = Vec::new();
            for row in &rows {
                if opens(reader, row.measure()?) {
                    all.push((row.taken_at, owner.observation(row)?));
                }
            }
            let bmi = owner.bmi(&rows, self.core.now(), BY_PROGRAM).filter(|_| opens_bmi(reader));
            all.extend(bmi.map(|(_, taken_at, told)| (taken_at, told)));
            all.sort_by_key(|(taken_at, _)| std::cmp::Reverse(*taken_at));
            all.truncate(usize::from(asked.most));
            return Ok((all.into_iter().map(|(_, told)| told).collect(), None));
        };
        if !opens(reader, measure) {
            return Err(ServiceError::NotFound);
        }
        let bmi = match measure == Measure::Bmi && opens_bmi(reader) {
            true => owner.bmi(&reading::newest(tx, person).await?, self.core.now(), BY_PROGRAM),
            false => None,
        };
        let worked_out = bmi.as_ref().map(|(id, ..)| *id);
        // Beyond the years that a database keeps nothing was taken.
        let mut before = (self.core.now() + TimeDelta::days(366), ReadingId::from_uuid(Uuid::max()));
        if let Some(id) = asked.after.filter(|id| Some(*id) != worked_out) {
            let row = reading::one(tx, person, id).await?.filter(|row| row.measure == measure.code());
            before = (row.ok_or(ServiceError::NotFound)?.taken_at, id);
        }
        let first: Vec<Value> = bmi.filter(|_| asked.after.is_none()).map(|(.., told)| told).into_iter().collect();
        let room = usize::from(asked.most).saturating_sub(first.len());
        let mut rows = reading::page(tx, person, measure, before, i64::from(asked.most) + 1).await?;
        let more = rows.len() > room;
        rows.truncate(room);
        let last = rows.last().map(|row| ReadingId::from_uuid(row.id)).or(worked_out).filter(|_| more);
        let kept = rows.iter().map(|row| owner.observation(row)).collect::<Result<Vec<_>, _>>()?;
        Ok((first.into_iter().chain(kept).collect(), last))
    }

    /// One reading as a FHIR R4 `Observation`, or the body mass index that is worked out. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there, and to whoever may not see it.
    pub async fn observation(&self, actor: &Actor, person: PersonId, id: ReadingId) -> Result<Value, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let found = match reading::one(&mut tx, person, id).await? {
            Some(row) if opens(&reader, row.measure()?) => {
                Some((row.measure()?, Owner::load(&mut tx, person).await?.observation(&row)?))
            }
            Some(_) => None,
            None => {
                let newest = reading::newest(&mut tx, person).await?;
                let bmi = Owner::load(&mut tx, person).await?.bmi(&newest, self.core.now(), BY_PROGRAM);
                bmi.filter(|(known, ..)| *known == id && opens_bmi(&reader)).map(|(.., told)| (Measure::Bmi, told))
            }
        };
        drop(tx);
        let Some((measure, told)) = found else {
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        };
        self.looked(actor, subject, Some(measure)).await?;
        Ok(told)
    }
}

/// Whether body mass index is open to the reader, and what it is worked out of.
fn opens_bmi(reader: &Reader) -> bool {
    [Measure::Bmi, Measure::Weight, Measure::Height].into_iter().all(|measure| opens(reader, measure))
}

/// Who of a care team entered a reading, how, and whether it is as they did.
fn entered(row: &ReadingRow) -> Result<Option<(String, Entered, bool)>, StoreError> {
    let (Some(how), Some(name), Some(organisation)) = (&row.entered_how, &row.member_name, &row.member_of) else {
        return Ok(None);
    };
    let how = Entered::from_code(how).ok_or_else(|| StoreError::corrupt("a reading was entered in an unknown way"))?;
    Ok(Some((format!("{name}, {organisation}"), how, row.changed_by == row.created_by)))
}

/// About whom resources are, and which account is their own.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    person: PersonId,
    subject: Subject,
    account: Option<AccountId>,
    born: Option<NaiveDate>,
}

impl Owner {
    pub(crate) async fn load(tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
        let number = who.nhs_number.as_ref().map(NhsNumber::as_digits).map(str::to_owned);
        let subject = Subject { nhs_number: number, name: who.display_name() };
        Ok(Self { person, subject, account: appointments::own_account(tx, person).await?, born: who.birth_date })
    }

    pub(super) const fn subject(&self) -> &Subject {
        &self.subject
    }

    fn by(&self, account: Uuid) -> By {
        if self.account.is_some_and(|own| own.as_uuid() == account) { By::Person } else { By::Carer }
    }

    /// A reading as an `Observation`.
    pub(crate) fn observation(&self, row: &ReadingRow) -> Result<Value, StoreError> {
        let measure = row.measure()?;
        let unit = measure.unit_of(&row.unit).ok_or_else(|| StoreError::corrupt("a reading is in an unknown unit"))?;
        let reading = Reading {
            id: row.id.to_string(),
            measure,
            taken_at: row.taken_at,
            first: Amount::from_thousandths(row.first_value),
            second: row.second_value.map(Amount::from_thousandths),
            typed: (unit, &row.said),
            settings: &row.settings,
            how: answered(measure, &row.settings),
            note: &row.note,
            by: self.by(row.changed_by),
            entered: entered(row)?,
            origin: Origin::from_code(&row.source).map_or("", Origin::title),
            device: &row.device,
            changed_at: row.changed_at,
            version: row.version,
        };
        Ok(own::observation(&self.subject, &reading))
    }

    /// The body mass index that these newest readings come to, with its id and when the later of them was taken; `place` is what stands
    /// before the id of a reading in a reference to it. `None` where there is none.
    pub(crate) fn bmi(
        &self,
        newest: &[ReadingRow],
        now: DateTime<Utc>,
        place: &str,
    ) -> Option<(ReadingId, DateTime<Utc>, Value)> {
        let (weight, height, value) = BmiFrom::of(newest, self.born, now)?.worked_out()?;
        let (id, taken_at) = (id_of(weight.id, height.id), weight.taken_at.max(height.taken_at));
        let told = Bmi {
            id: id.to_string(),
            value,
            from: [weight, height].map(|row| format!("{place}{}", row.id)),
            taken_at,
            changed_at: weight.changed_at.max(height.changed_at),
            version: weight.version.saturating_add(height.version).saturating_sub(1),
        };
        Some((ReadingId::from_uuid(id), taken_at, own::bmi(&self.subject, &told)))
    }

    /// A photo of a reading as a `Media`.
    pub(crate) fn photo(&self, row: &WholePhoto) -> Value {
        let (id, reading) = (row.id.to_string(), row.reading_id.to_string());
        let by = self.by(row.added_by);
        own::photo(
            &self.subject,
            &own::Photo { id: &id, reading: &reading, words: &row.words, by, at: row.added_at, jpeg: &row.large },
        )
    }

    /// A response to a questionnaire as a `QuestionnaireResponse`.
    pub(crate) fn response(&self, row: &ResponseRow) -> Result<Value, StoreError> {
        let items =
            serde_json::from_str(&row.items).map_err(|_| StoreError::corrupt("the answers of a questionnaire are no JSON"))?;
        let response = Response {
            id: row.id.to_string(),
            questionnaire: (&row.questionnaire, &row.file_version, &row.title),
            status: &row.status,
            items,
            score: row.score.map(|score| (score, row.highest, row.band.as_str())),
            by: self.by(row.changed_by),
            changed_at: row.changed_at,
            version: row.version,
        };
        Ok(own::response(&self.subject, &response))
    }

    /// A week as a `CarePlan`, and what it came to as an `Observation` where that is an average of blood pressure.
    pub(crate) async fn week(&self, tx: &mut Tx, row: &WeekRow, now: DateTime<Utc>) -> Result<Vec<Value>, ServiceError> {
        let plan = plan(row)?;
        let diary = diary_of(tx, self.person, row, now).await?;
        let runs = row.ended_at.is_none() && !plan.is_over(now);
        let status = match (row.end_reason()?, runs, row.paused_at) {
            (Some(WeekEnd::Stopped), ..) => "revoked",
            (None, true, Some(_)) => "on-hold",
            (None, true, None) => "active",
            _ => "completed",
        };
        let average = average_told(row, &diary, &self.subject);
        let outcome = average.as_ref().map_or_else(String::new, |(mean, _)| {
            let measure = plan.protocol.measure();
            let number = measure.in_words(measure.unit(), "", mean.first, mean.second);
            format!("{number} on average, from {} readings.", mean.readings)
        });
        let id = row.id.to_string();
        let told = own::Week {
            id: &id,
            title: plan.protocol.title(),
            measure: plan.protocol.measure(),
            days: (plan.first, plan.last),
            status,
            outcome: &outcome,
            begun_at: row.created_at,
        };
        Ok(std::iter::once(own::week(&self.subject, &told)).chain(average.map(|(_, observation)| observation)).collect())
    }
}
