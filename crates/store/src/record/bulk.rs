//! The records of many people at once, of whom nobody is known yet: the same rows as imports write, in fewer and fuller statements.

use super::text::{self, NewText};
use super::{Import, NewEntry, NewResource, add_entries_of, add_resources_of, result, sort_at};
use crate::audit::{self, AuditRow, HeadRow};
use crate::dialect;
use crate::{StoreError, Tx, on};
use chrono::{DateTime, Utc};
use domain::person::Demographics;
use domain::search::VERSION;
use domain::{NhsNumber, OrganisationId, PersonId};
use sqlx::QueryBuilder;
use sqlx::types::Json;

/// How many rows one statement writes; a full one is prepared once and used again.
const ROWS: usize = 128;
/// What a row of each costs is mostly what is looked up and kept in order with it.
const TABLES: &str = "resource record_entry record_text record_term result_fact result_measured result_link";

const NEW_PEOPLE: &str = "INSERT INTO person (id, nhs_number, family_name, given_names, prefix, birth_date, gender, deceased, created_at, \
                          updated_at) ";
const NEW_SOURCES: &str = "INSERT INTO person_source (organisation_id, logical_id, person_id) ";
const NEW_RUNS: &str = "INSERT INTO import_run (person_id, id, organisation_id, ran_at, report) ";
const NEW_REGISTRATIONS: &str = "INSERT INTO registration (person_id, organisation_id, registered_at) ";
const NEW_INDEXED: &str = "INSERT INTO record_indexed (person_id, version) ";

/// People with all that is held of them.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Who, and since when they are known.
    pub people: Vec<(PersonId, Demographics, DateTime<Utc>)>,
    /// Whom sources mean by their own ids.
    pub sources: Vec<(OrganisationId, String, PersonId)>,
    /// What was received.
    pub resources: Vec<(Import, NewResource)>,
    /// What of it is shown. Their ids must differ from all others in the last 30 bits.
    pub entries: Vec<(Import, NewEntry)>,
    /// By which words: the place of each among the entries, and its words, each once, with a space between.
    pub found: Vec<(usize, String)>,
    /// In how many entries of somebody each word stands.
    pub terms: Vec<(PersonId, String, i64)>,
    /// What each run did.
    pub runs: Vec<(Import, serde_json::Value)>,
    /// The practice of each person, from when on.
    pub registrations: Vec<(PersonId, OrganisationId, DateTime<Utc>)>,
    /// The account of it, from the beginning of each person's chain.
    pub events: Vec<AuditRow>,
    /// The ends of those chains.
    pub ends: Vec<HeadRow>,
}

/// What is done for all rows at once when a load ends, instead of with each row.
#[derive(Debug, Default)]
pub struct Begun(dialect::SetAside);

/// Begins a load into a database that nobody uses.
///
/// Until [`end`] the database on PostgreSQL has neither the references nor the indexes of the tables that are filled: a load that was
/// interrupted is not gone on with, its database is thrown away.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn begin(tx: &mut Tx) -> Result<Begun, StoreError> {
    Ok(Begun(dialect::set_aside(tx, TABLES).await?))
}

/// Ends a load: what was written is looked up in its references and put in the order of its indexes.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end(tx: &mut Tx, begun: &Begun) -> Result<(), StoreError> {
    dialect::put_back(tx, &begun.0).await
}

/// Adds people with their records.
///
/// # Errors
/// [`StoreError`] when the database fails, or when one of them is known.
pub async fn add(tx: &mut Tx, batch: &Batch) -> Result<(), StoreError> {
    add_people(tx, batch).await?;
    let resources: Vec<_> = batch.resources.iter().map(|(import, row)| (*import, row)).collect();
    add_resources_of(tx, &resources, ROWS).await?;
    let entries: Vec<_> = batch.entries.iter().map(|(import, row)| (*import, row)).collect();
    add_entries_of(tx, &entries, ROWS).await?;
    result::add_of(tx, &entries, ROWS).await?;
    let texts: Vec<NewText<'_>> = batch
        .found
        .iter()
        .filter_map(|(place, words)| {
            let (import, entry) = batch.entries.get(*place)?;
            Some(NewText { person: import.person, entry: entry.id, at: sort_at(&entry.facts), words })
        })
        .collect();
    text::add(tx, &texts, &batch.terms, ROWS).await?;
    for rows in batch.runs.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_RUNS);
            insert.push_values(rows, |mut b, (import, report)| {
                b.push_bind(import.person.as_uuid())
                    .push_bind(import.id.as_uuid())
                    .push_bind(import.organisation.as_uuid())
                    .push_bind(import.at)
                    .push_bind(Json(report));
            });
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    audit::begin_chains(tx, &batch.events, &batch.ends, ROWS).await
}

/// Adds who they are, and where they are known.
async fn add_people(tx: &mut Tx, batch: &Batch) -> Result<(), StoreError> {
    for rows in batch.people.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_PEOPLE);
            insert.push_values(rows, |mut b, (id, who, at)| {
                b.push_bind(id.as_uuid())
                    .push_bind(who.nhs_number.as_ref().map(NhsNumber::as_digits))
                    .push_bind(&who.family_name)
                    .push_bind(Json(&who.given_names))
                    .push_bind(&who.prefix)
                    .push_bind(who.birth_date)
                    .push_bind(&who.gender)
                    .push_bind(who.deceased)
                    .push_bind(*at)
                    .push_bind(*at);
            });
            insert.build().persistent(rows.len() == ROWS).execute(&mut *c).await?;
            let mut insert = QueryBuilder::new(NEW_INDEXED);
            insert.push_values(rows, |mut b, (id, _, _)| {
                b.push_bind(id.as_uuid()).push_bind(VERSION);
            });
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    for rows in batch.sources.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_SOURCES);
            insert.push_values(rows, |mut b, (organisation, logical_id, person)| {
                b.push_bind(organisation.as_uuid()).push_bind(logical_id).push_bind(person.as_uuid());
            });
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    for rows in batch.registrations.chunks(ROWS) {
        on!(tx, c, {
            let mut insert = QueryBuilder::new(NEW_REGISTRATIONS);
            insert.push_values(rows, |mut b, (person, organisation, at)| {
                b.push_bind(person.as_uuid()).push_bind(organisation.as_uuid()).push_bind(*at);
            });
            insert.build().persistent(rows.len() == ROWS).execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}
