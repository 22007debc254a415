//! What people recorded themselves as FHIR R4 resources, for those who take it away or read it by program.

use super::seen::answered;
use super::weeks::{average_told, diary_of, plan};
use crate::{ServiceError, appointments};
use chrono::{DateTime, Utc};
use domain::reading::week::WeekEnd;
use domain::reading::{Amount, Origin};
use domain::{AccountId, NhsNumber, PersonId};
use fhir::own::{self, By, Reading, Response, Subject};
use serde_json::Value;
use store::questionnaire::ResponseRow;
use store::reading::ReadingRow;
use store::week::WeekRow;
use store::{StoreError, Tx, person};
use uuid::Uuid;

/// About whom resources are, and which account is their own.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    person: PersonId,
    subject: Subject,
    account: Option<AccountId>,
}

impl Owner {
    pub(crate) async fn load(tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        let who = person::by_id(tx, person).await?.ok_or(ServiceError::NotFound)?.demographics()?;
        let number = who.nhs_number.as_ref().map(NhsNumber::as_digits).map(str::to_owned);
        let subject = Subject { nhs_number: number, name: who.display_name() };
        Ok(Self { person, subject, account: appointments::own_account(tx, person).await? })
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
            how: answered(measure, &row.settings),
            note: &row.note,
            by: self.by(row.changed_by),
            origin: Origin::from_code(&row.source).map_or("", Origin::title),
            device: &row.device,
            changed_at: row.changed_at,
            version: row.version,
        };
        Ok(own::observation(&self.subject, &reading))
    }

    /// A response to a questionnaire as a `QuestionnaireResponse`.
    pub(crate) fn response(&self, row: &ResponseRow) -> Result<Value, StoreError> {
        let items = serde_json::from_str(&row.items).map_err(|_| StoreError::corrupt("the answers of a questionnaire are no JSON"))?;
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
