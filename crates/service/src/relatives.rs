//! Of whom else the sources of a record told: what is about one of them is not shown to the person whose record it is.

use crate::ServiceError;
use domain::PersonId;
use fhir::map::OtherPeople;
use std::collections::HashMap;
use store::{Tx, record};
use uuid::Uuid;

/// The people other than the patient, by the source that told of them: ids are that source's own.
#[derive(Default)]
pub(crate) struct Relatives(HashMap<Uuid, OtherPeople>);

impl Relatives {
    pub(crate) async fn load(tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        let mut all: HashMap<Uuid, OtherPeople> = HashMap::new();
        for row in record::other_people(tx, person).await? {
            all.entry(row.organisation_id).or_default().add(&row.logical_id, row.full_url.as_deref());
        }
        Ok(Self(all))
    }

    /// Whether a text of this source must be kept from the person, by what it says itself and by whom it is about.
    pub(crate) fn withhold(&self, source: Uuid, raw: &str) -> bool {
        match self.0.get(&source) {
            Some(others) => fhir::map::withheld_among(raw, others),
            None => fhir::map::withheld(raw),
        }
    }
}
