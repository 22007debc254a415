//! GP Connect (patient facing) Prescriptions, FHIR R4 (UK Core STU2): ordering a repeat, what became of it, taking it back.
//!
//! Source: NHSDigital/gp-connect-prescriptions-management-fhir, specification/gp-connect-prescriptions-management-fhir.yaml; the
//! taking back: its implementation guide, "How to cancel a prescription request", which the API had until 2024.

mod fault;
mod read;
mod write;

use crate::interface::{Asked, FHIR, Interface};
use async_trait::async_trait;
use chrono::NaiveDate;
use domain::medicine::{OrderRefusal, TaskProgress};
use fault::Act;
use reqwest::{Method, StatusCode};
use service::{Clock, OrderFault, OutsideFault, OutsideOrder, OutsideOrdering, OutsidePractice, PrescribingSystem, Random};
use std::time::Duration;
use uuid::Uuid;

/// What a change of one field is sent as.
const PATCH: &str = "application/json-patch+json";

/// GP systems that prescribe, by GP Connect.
pub struct GpPrescriptions<C, R>(Interface<C, R>);

impl<C: Clock, R: Random> GpPrescriptions<C, R> {
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

    async fn send(&self, at: &OutsidePractice, ordering: &OutsideOrdering, plan: &str) -> Result<OutsideOrder, OrderFault> {
        let request = self.0.request(&at.base_url, Method::POST, &["Task"], ordering.request)?;
        let request = request.header("content-type", FHIR).body(write::task(ordering, plan).to_string());
        let made = self.0.answer(request, Act::Order, StatusCode::CREATED).await?;
        let made = read::order(&made).ok_or_else(|| Act::Order.unsure("its answer is no order"))?;
        // Without a name it could be neither followed nor taken back: whoever looks finds it by the request.
        match made.id {
            Some(_) => Ok(made),
            None => Err(Act::Order.unsure("its answer does not say what the order is called")),
        }
    }

    /// What it calls a plan that has one of these identifiers; absent where it has none.
    async fn plan(&self, at: &OutsidePractice, nhs_number: &str, identifiers: &[String]) -> Result<Option<String>, OrderFault> {
        let request = self.0.question(&at.base_url, &["Patient", nhs_number, "MedicationRequest"])?;
        let request = request.query(&[("intent", "plan"), ("status", "active")]);
        let bundle = match self.0.answer(request, Act::Look, StatusCode::OK).await {
            Err(OutsideFault::Refused(OrderRefusal::NotThere)) => return Ok(None),
            told => told?,
        };
        let plans = read::plans(&bundle).ok_or_else(|| Act::Look.unsure("its answer is no list of medicines"))?;
        Ok(plans.into_iter().find(|plan| plan.identifiers.iter().any(|one| identifiers.contains(one))).map(|plan| plan.id))
    }
}

#[async_trait]
impl<C: Clock, R: Random> PrescribingSystem for GpPrescriptions<C, R> {
    /// Where the plan has another name there than in the record, it is looked for by its identifiers.
    async fn order(&self, at: &OutsidePractice, ordering: &OutsideOrdering) -> Result<OutsideOrder, OrderFault> {
        match self.send(at, ordering, &ordering.plan).await {
            Err(OutsideFault::Refused(OrderRefusal::NotThere)) if !ordering.identifiers.is_empty() => {
                match self.plan(at, &ordering.nhs_number, &ordering.identifiers).await? {
                    Some(plan) if plan != ordering.plan => self.send(at, ordering, &plan).await,
                    _ => Err(OutsideFault::Refused(OrderRefusal::NotThere)),
                }
            }
            sent => sent,
        }
    }

    async fn of_patient(
        &self,
        at: &OutsidePractice,
        nhs_number: &str,
        since: NaiveDate,
    ) -> Result<Vec<OutsideOrder>, OrderFault> {
        let since = since.format("ge%Y-%m-%d").to_string();
        let request = self.0.question(&at.base_url, &["Task"])?.query(&[("patient", nhs_number), ("authored-on", &since)]);
        let bundle = match self.0.answer(request, Act::Look, StatusCode::OK).await {
            // How it says that there is nothing (404 RESOURCE_NOT_FOUND).
            Err(OutsideFault::Refused(OrderRefusal::NotThere)) => return Ok(Vec::new()),
            told => told?,
        };
        read::orders(&bundle).ok_or_else(|| Act::Look.unsure("its answer is no list of orders"))
    }

    async fn cancel(&self, at: &OutsidePractice, request: Uuid, nhs_number: &str, id: &str) -> Result<(), OrderFault> {
        let request = self.0.request(&at.base_url, Method::PATCH, &["Task", id], request)?.query(&[("patient", nhs_number)]);
        let request = request.header("content-type", PATCH).body(write::cancel().to_string());
        let changed = self.0.answer(request, Act::Cancel, StatusCode::OK).await?;
        match read::order(&changed) {
            Some(one) if one.progress == TaskProgress::Cancelled => Ok(()),
            _ => Err(Act::Cancel.unsure("its answer is no cancelled order")),
        }
    }
}
