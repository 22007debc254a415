//! Being told where items of prescriptions stand, by the systems of pharmacies.

use super::Prescriptions;
use super::take_in::{Source, Told, take_in};
use crate::hashing::sha256;
use crate::limits::{self, Attempt};
use crate::ports::{TrackedItem, TrackedPlace, TrackedPrescription};
use crate::{Core, ServiceError};
use chrono::TimeDelta;
use domain::medicine::{Course, Issues};
use fhir::prescription_status::{self, Problem, Update};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;
use store::{Tx, person};
use subtle::ConstantTimeEq;

/// How far ahead of ours the clock of whoever tells may be.
const AHEAD: TimeDelta = TimeDelta::minutes(15);

/// What those say, or sign with, who tell of something by themselves: where prescriptions stand, text messages.
#[derive(Clone, PartialEq, Eq)]
pub struct PushSecret(String);

impl PushSecret {
    /// The fewest characters it has.
    pub const SHORTEST: usize = 32;

    /// Whether this is it. Takes as long whether or not it is.
    #[must_use]
    pub fn is(&self, said: &str) -> bool {
        sha256(self.0.as_bytes()).ct_eq(&sha256(said.as_bytes())).into()
    }

    /// What is signed with.
    pub(crate) const fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl FromStr for PushSecret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() < Self::SHORTEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("it must have at least {} letters, digits and marks, without spaces", Self::SHORTEST));
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for PushSecret {
    /// Not the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushSecret")
    }
}

/// Why what was sent was not taken. Nothing of it was.
#[derive(Clone, Debug)]
pub enum PushRefusal {
    /// Nobody may tell: no secret is set.
    Off,
    /// The secret is not said, or another.
    Unknown,
    /// It cannot be read, and why.
    Unread(Vec<Problem>),
    /// Something else: too many wrong secrets, or a failing database.
    Other(ServiceError),
}

impl From<ServiceError> for PushRefusal {
    fn from(error: ServiceError) -> Self {
        Self::Other(error)
    }
}

impl Prescriptions {
    /// Takes in where items stand: a FHIR R4 transaction of `Task`, all of it or none; the same again changes nothing. What is told
    /// of somebody who is not held here is taken like all else and forgotten, so that nobody learns who is. Gives how many items
    /// were told of.
    ///
    /// # Errors
    /// [`PushRefusal`].
    pub async fn push(&self, secret: Option<&str>, from: Option<IpAddr>, body: &[u8]) -> Result<usize, PushRefusal> {
        let Some(right) = &self.core.tracking().push_secret else { return Err(PushRefusal::Off) };
        if !secret.is_some_and(|said| right.is(said)) {
            let network = crate::network(from);
            let attempt = self.core.write(move |core, tx| Box::pin(async move { limits::PUSH.count(&core, tx, &network).await }));
            return Err(match attempt.await? {
                Attempt::Refused(wait) => PushRefusal::Other(ServiceError::TooMany(wait)),
                Attempt::Allowed { .. } => PushRefusal::Unknown,
            });
        }
        let updates = prescription_status::parse(body, self.core.now() + AHEAD).map_err(PushRefusal::Unread)?;
        let count = updates.len();
        let taken = self.core.write(move |core, tx| Box::pin(async move { taken(&core, tx, updates).await }));
        taken.await?;
        Ok(count)
    }
}

/// Takes all in, person by person in the order of their ids, so that two that send at once never wait for each other.
async fn taken(core: &Core, tx: &mut Tx, updates: Vec<Update>) -> Result<(), ServiceError> {
    let mut of = BTreeMap::new();
    for update in updates {
        let Some(row) = person::by_nhs_number(tx, &update.nhs_number).await? else { continue };
        of.entry(row.person()).or_insert_with(Vec::new).push(update);
    }
    for (person, updates) in of {
        let tracked: Vec<_> = updates.iter().map(|update| (update.step.at, tracked(update))).collect();
        let all: Vec<Told<'_>> =
            tracked.iter().map(|(at, prescription)| Told { source: Source::Sent, at: *at, prescription, orders: &[] }).collect();
        take_in(core, tx, person, &all).await?;
    }
    Ok(())
}

fn tracked(update: &Update) -> TrackedPrescription {
    TrackedPrescription {
        number: update.number.clone(),
        course: Course::Unknown,
        written_on: None,
        prescriber: String::new(),
        issues: update.issue.map(|issue| Issues { issue, of: 0, from: None, days: None }),
        place: update.owner.clone().map(|ods| TrackedPlace { ods, ..TrackedPlace::default() }),
        items: vec![TrackedItem {
            number: Some(update.item.clone()),
            name: update.name.clone(),
            code: None,
            quantity: String::new(),
            note: update.note.clone(),
            steps: vec![update.step],
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_enough_and_is_not_shown() {
        let text = "a-secret-of-at-least-32-characters";
        let secret: PushSecret = text.parse().unwrap();
        assert!(secret.is(text) && !secret.is("") && !secret.is(&text[1..]));
        assert_eq!(format!("{secret:?}"), "PushSecret");
        for wrong in ["", "short", "with a space in it, but long enough", "ééééééééééééééééééééééééééééééééé"]
        {
            assert!(wrong.parse::<PushSecret>().is_err(), "{wrong}");
        }
    }
}
