//! Taking what people say about themselves away, in FHIR R4.

use super::needs::{needs_by, needs_of};
use crate::reader::Reader;
use crate::{ServiceError, appointments, records};
use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::access::View;
use fhir::about::{self, Note, OwnMedicine, Said};
use fhir::own::{By, Subject};
use serde_json::Value;
use std::collections::HashMap;
use store::record::{self, NotedRow};
use store::{Tx, medicine, own_note, person, profile};
use uuid::Uuid;

/// The most notes.
const MOST: i64 = 1000;

/// Everything that somebody said of themselves until this instant, as it was then: a `Patient` beside those of the sources, a `Flag` for each need, a `Condition` for each
/// disability, a `Communication` for each note that is there, and a `MedicationStatement` for each medicine that they take of their
/// own accord.
pub(crate) async fn resources(tx: &mut Tx, who: PersonId, until: DateTime<Utc>) -> Result<Vec<Value>, ServiceError> {
    let who_is = person::by_id(tx, who).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    let number = who_is.nhs_number.as_ref().map(|number| number.as_digits().to_owned());
    let subject = Subject { nhs_number: number, name: who_is.display_name() };
    let own = appointments::own_account(tx, who).await?;
    let by = |account: Uuid| match own {
        Some(own) if own.as_uuid() == account => By::Person,
        _ => By::Carer,
    };
    let mut all = Vec::new();
    let details = profile::newest_by(tx, who, until).await?;
    let needs = needs_by(tx, who, until).await?;
    let interpreter = needs.as_ref().map(|row| row.needs()).transpose()?.is_some_and(|needs| needs.interpreter.is_some());
    if let Some(row) = details {
        let said = Said {
            id: who.to_string(),
            name: (&who_is.family_name, &who_is.given_names),
            contact: row.contact_details()?,
            people: row.contacts()?,
            ethnicity: row.ethnicity()?,
            language: row.language()?,
            other_language: &row.other_language,
            interpreter,
            version: row.version,
            at: row.at,
        };
        all.push(about::patient(&subject, &said));
    }
    if let Some(row) = needs {
        all.extend(about::flags(&subject, &row.needs()?, (&row.id.to_string(), by(row.account_id), row.at)));
    }
    let sources = sources(tx, who, until).await?;
    for row in own_note::listed_by(tx, who, until, MOST).await? {
        let about = row.entry_id.and_then(|entry| sources.get(&entry));
        let note = Note {
            id: row.id.to_string(),
            title: &row.title,
            words: &row.words,
            day: row.happened_on,
            about: about.map(|(reference, title)| (reference.as_str(), title.as_str())),
            shared: row.shared,
            by: by(row.written_by),
            at: row.changed_at,
            version: row.version,
        };
        all.push(about::note(&subject, &note));
    }
    for row in medicine::own(tx, who, MOST).await?.into_iter().filter(|row| row.created_at <= until) {
        let one = OwnMedicine {
            id: &row.id.to_string(),
            name: &row.name,
            dose: &row.dose,
            reason: &row.reason,
            days: (row.started_on, row.stopped_on),
            by: by(row.added_by),
            at: row.created_at,
            version: row.version,
        };
        all.push(about::own_medicine(&subject, &one));
    }
    Ok(all)
}

/// What somebody needs now: a `Flag` of the Reasonable Adjustment Digital Flag (DAPB4019) for each need, with its code of the Accessible
/// Information Standard. Where they are disabled is told in no flag.
pub(super) async fn flags(tx: &mut Tx, who: PersonId) -> Result<Vec<Value>, ServiceError> {
    let Some(row) = needs_of(tx, who).await? else { return Ok(Vec::new()) };
    let who_is = person::by_id(tx, who).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    let number = who_is.nhs_number.as_ref().map(|number| number.as_digits().to_owned());
    let subject = Subject { nhs_number: number, name: who_is.display_name() };
    let own = appointments::own_account(tx, who).await?;
    let by = if own.is_some_and(|own| own.as_uuid() == row.account_id) { By::Person } else { By::Carer };
    let mut all = about::flags(&subject, &row.needs()?, (&row.id.to_string(), by, row.at));
    all.retain(|one| one["resourceType"] == "Flag");
    Ok(all)
}

/// The resources that notes are about, as their sources name them, and what each is called, by entry.
async fn sources(tx: &mut Tx, who: PersonId, at: DateTime<Utc>) -> Result<HashMap<Uuid, (String, String)>, ServiceError> {
    let reader = Reader::new(who, View::everything(), at);
    let rows = record::noted(tx, who, &reader.filter).await?;
    let reference = |row: NotedRow| (format!("{}/{}", row.resource_type, row.logical_id), row.line);
    let (references, lines): (Vec<_>, Vec<_>) = rows.into_iter().map(reference).unzip();
    let lines = records::lines(tx, &reader, lines).await?;
    Ok(lines.into_iter().zip(references).map(|(line, reference)| (line.id.as_uuid(), (reference, line.title))).collect())
}
