//! GP Connect (patient facing) Appointment Management, FHIR STU3: free slots, booking, a patient's appointments, cancelling.
//!
//! Source: NHSDigital/gp-connect-appointments-management-fhir, specification/gp-connect-appointments-management-fhir.yaml.
//! It knows no change: who uses it books first and cancels then.

mod fault;
mod read;
mod write;

use crate::interface::{Asked, FHIR, Interface, instant};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::appointment::Refusal;
use fault::Act;
use reqwest::{Method, StatusCode};
use service::{
    Clock, DiarySystem, OutsideAppointment, OutsideBooking, OutsideCancelling, OutsideDiary, OutsideFault, OutsideSlot, Random,
};
use std::time::Duration;

/// GP systems, by GP Connect.
pub struct GpConnect<C, R>(Interface<C, R>);

impl<C: Clock, R: Random> GpConnect<C, R> {
    /// A way to them, with the bearer token that they ask for.
    ///
    /// # Errors
    /// One sentence where the machine has no safe way to make connections.
    pub fn new(token: Option<String>, clock: C, random: R) -> Result<Self, String> {
        Ok(Self(Interface::new(token, clock, random)?))
    }

    /// The same, where an answer may take this long.
    #[must_use]
    pub fn within(self, answer: Duration) -> Self {
        Self(self.0.within(answer))
    }
}

#[async_trait]
impl<C: Clock, R: Random> DiarySystem for GpConnect<C, R> {
    async fn free(&self, at: &OutsideDiary, span: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<OutsideSlot>, OutsideFault> {
        let organisation = format!("https://fhir.nhs.uk/Id/ods-organization-code|{}", at.organisation);
        let request = self.0.question(&at.base_url, &["Slot"])?.query(&[
            ("start", format!("ge{}", instant(span.0))),
            ("end", format!("le{}", instant(span.1))),
            ("status", "free".to_owned()),
            ("_include", "Slot:schedule".to_owned()),
            ("_include:recurse", "Schedule:actor:Practitioner".to_owned()),
            ("_include:recurse", "Schedule:actor:Location".to_owned()),
            ("searchFilter", organisation),
        ]);
        let bundle = self.0.answer(request, Act::Look, StatusCode::OK).await?;
        read::slots(&bundle).ok_or_else(|| Act::Look.unsure("its answer is no list of slots"))
    }

    async fn book(&self, at: &OutsideDiary, booking: &OutsideBooking) -> Result<OutsideAppointment, OutsideFault> {
        let body = write::appointment(at, booking);
        let request = self.0.request(&at.base_url, Method::POST, &["Appointment"], booking.request)?;
        let request = request.header("content-type", FHIR).body(body.to_string());
        let made = self.0.answer(request, Act::Book, StatusCode::CREATED).await?;
        read::appointment(&made).filter(|made| !made.cancelled).ok_or_else(|| Act::Book.unsure("its answer is no appointment"))
    }

    async fn of_patient(
        &self,
        at: &OutsideDiary,
        nhs_number: &str,
        span: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<OutsideAppointment>, OutsideFault> {
        // It asks by days; what begins on either side of midnight is among them.
        let day = |at: DateTime<Utc>| at.date_naive().format("%Y-%m-%d").to_string();
        let request = self.0.question(&at.base_url, &["Patient", nhs_number, "Appointment"])?.query(&[
            ("start", format!("ge{}", day(span.0 - TimeDelta::days(1)))),
            ("start", format!("le{}", day(span.1 + TimeDelta::days(1)))),
        ]);
        let bundle = match self.0.answer(request, Act::Look, StatusCode::OK).await {
            // How it says that they have nothing there (404 NO_RECORD_FOUND).
            Err(OutsideFault::Refused(Refusal::NotOpen)) => return Ok(Vec::new()),
            told => told?,
        };
        read::appointments(&bundle).ok_or_else(|| Act::Look.unsure("its answer is no list of appointments"))
    }

    /// Reads the appointment first: it has to be sent back as it is, with its version, but for the cancelling.
    async fn cancel(&self, at: &OutsideDiary, cancelling: &OutsideCancelling) -> Result<(), OutsideFault> {
        let path = ["Appointment", cancelling.id.as_str()];
        let looked = self.0.answer(self.0.question(&at.base_url, &path)?, Act::Look, StatusCode::OK).await;
        let mut appointment = match looked {
            Err(OutsideFault::Refused(Refusal::NotTaken | Refusal::NotOpen)) => {
                return Err(OutsideFault::Refused(Refusal::NotOpen));
            }
            looked => looked?,
        };
        let stands = read::appointment(&appointment)
            .filter(|one| one.id == cancelling.id)
            .ok_or_else(|| Act::Look.unsure("its answer is no appointment"))?;
        if stands.cancelled {
            return Ok(());
        }
        let version = read::version(&appointment);
        write::cancel(&mut appointment, &cancelling.reason);
        let mut request = self.0.request(&at.base_url, Method::PUT, &path, cancelling.request)?.header("content-type", FHIR);
        if let Some(version) = version {
            request = request.header("if-match", format!("W/\"{version}\""));
        }
        let changed = self.0.answer(request.body(appointment.to_string()), Act::Cancel, StatusCode::OK).await?;
        match read::appointment(&changed) {
            Some(one) if one.cancelled => Ok(()),
            _ => Err(Act::Cancel.unsure("its answer is no cancelled appointment")),
        }
    }
}
