//! Of whom else the sources of a record told: what is about one of them is not shown to the person whose record it is.

use crate::ServiceError;
use domain::{OrganisationId, PersonId};
use fhir::map::OtherPeople;
use std::collections::HashMap;
use store::record::OtherPersonRow;
use store::{Tx, record};
use uuid::Uuid;

/// The people other than the patient, by the source that told of them: ids are that source's own.
#[derive(Default)]
pub(crate) struct Relatives(HashMap<Uuid, OtherPeople>);

impl Relatives {
    pub(crate) async fn load(tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        Ok(Self::among(record::other_people(tx, person).await?))
    }

    /// Those of whom one source told.
    pub(crate) async fn of_source(tx: &mut Tx, person: PersonId, source: OrganisationId) -> Result<Self, ServiceError> {
        Ok(Self::among(record::other_people_of(tx, person, source).await?))
    }

    fn among(rows: Vec<OtherPersonRow>) -> Self {
        let mut all: HashMap<Uuid, OtherPeople> = HashMap::new();
        for row in rows {
            all.entry(row.organisation_id).or_default().add(&row.logical_id, row.full_url.as_deref());
        }
        Self(all)
    }

    /// Whether a text of this source is about one of them.
    pub(crate) fn tells_of_one(&self, source: OrganisationId, raw: &str) -> bool {
        self.0.get(&source.as_uuid()).is_some_and(|others| fhir::map::about_another(raw, others))
    }

    /// Whether a text of this source must be kept from the person, by what it says itself and by whom it is about.
    pub(crate) fn withhold(&self, source: Uuid, raw: &str) -> bool {
        match self.0.get(&source) {
            Some(others) => fhir::map::withheld_among(raw, others),
            None => fhir::map::withheld(raw),
        }
    }
}
