//! Results that are not shown as soon as they come: what organisations and people said about which, and from when on each is shown.

use crate::record::held_result;
use crate::{StoreError, Tx, an_id, on, run, statements};
use chrono::{DateTime, Utc};
use domain::release::{Held, ResultKind};
use domain::{EntryId, MemberId, OrganisationId, PersonId, ResourceId};
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

macro_rules! hold {
    () => {
        "x.entry_id, x.lead_id, x.organisation_id, x.kind, x.received_at, x.rule_days, x.comment_days, x.asks, x.commented_at, x.ready_at, \
         x.opens_at, x.latest_at, x.before_id, e.organisation_id AS source_id, e.resource_type, e.logical_id, e.resource_id, e.mentions, e.release, x.is_letter, x.letter FROM result_hold x \
         JOIN record_entry e ON e.person_id = x.person_id AND e.id = x.entry_id WHERE x.person_id = $1"
    };
}

statements! {
    RULES = "SELECT days, version FROM result_rules WHERE organisation_id = $1";
    FIRST_RULES = "INSERT INTO result_rules (organisation_id, days, version, changed_at) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING";
    CHANGE_RULES = "UPDATE result_rules SET days = $3, version = version + 1, changed_at = $4 WHERE organisation_id = $1 AND version = $2";
    CHOICES = "SELECT choices, version FROM result_choices WHERE person_id = $1";
    FIRST_CHOICES = "INSERT INTO result_choices (person_id, choices, version, chosen_at) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING";
    CHANGE_CHOICES = "UPDATE result_choices SET choices = $3, version = version + 1, chosen_at = $4 WHERE person_id = $1 AND version = $2";
    /// One that waited before waits anew, as if it had come now.
    INSERT = "INSERT INTO result_hold (person_id, entry_id, lead_id, organisation_id, kind, received_at, rule_days, comment_days, asks, \
              commented_at, ready_at, opens_at, tell_at, before_id, latest_at, is_letter, letter) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
              ON CONFLICT (person_id, entry_id) DO UPDATE SET lead_id = excluded.lead_id, organisation_id = excluded.organisation_id, \
              kind = excluded.kind, received_at = excluded.received_at, rule_days = excluded.rule_days, comment_days = excluded.comment_days, \
              asks = excluded.asks, commented_at = excluded.commented_at, ready_at = excluded.ready_at, opens_at = excluded.opens_at, \
              tell_at = excluded.tell_at, told_at = NULL, before_id = excluded.before_id, latest_at = excluded.latest_at, \
              is_letter = excluded.is_letter, letter = excluded.letter";
    LEAD_OF = "SELECT lead_id FROM result_hold WHERE person_id = $1 AND entry_id = $2";
    /// The version that was shown before the one that waits at this instant.
    BEFORE = "SELECT r.version, x.opens_at FROM result_hold x JOIN resource r ON r.person_id = x.person_id AND r.id = x.before_id \
              WHERE x.person_id = $1 AND x.entry_id = $2 AND x.opens_at > $3";
    /// Whether a version of an entry that waits is the one that was shown before, or came before that.
    WAS_SHOWN = "SELECT CAST(COUNT(*) AS BIGINT) FROM result_hold x JOIN resource b ON b.person_id = x.person_id AND b.id = x.before_id \
                 JOIN resource r ON r.person_id = x.person_id AND r.id = $3 \
                 WHERE x.person_id = $1 AND x.entry_id = $2 AND r.version <= b.version";
    /// What was written of this version of an entry, by what its writer had before them.
    SAID_OF = "SELECT c.words, m.name, o.name AS organisation, c.written_at, c.seen FROM result_comment c \
               JOIN staff_member m ON m.id = c.member_id JOIN organisation o ON o.id = c.organisation_id \
               WHERE c.person_id = $1 AND c.words <> '' AND c.seen LIKE '%' || CAST($2 AS TEXT) || '%' ORDER BY c.written_at DESC LIMIT 1";
    RUNNING = concat!("SELECT ", hold!(), " AND (x.lead_id = $2 OR ($2 IS NULL AND x.opens_at > $3)) ORDER BY x.received_at, x.entry_id");
    SETTLE = "UPDATE result_hold SET comment_days = $3, asks = $4, commented_at = $5, ready_at = $6, opens_at = $7, tell_at = $8, latest_at = $9 \
              WHERE person_id = $1 AND entry_id = $2";
    /// Nobody is told that somebody or a place is there.
    NAMED = "INSERT INTO result_hold (person_id, entry_id, lead_id, organisation_id, kind, received_at, asks, opens_at, tell_at, told_at, is_letter) \
             VALUES ($1, $2, $2, $3, $4, $5, FALSE, $6, $6, $5, TRUE) \
             ON CONFLICT (person_id, entry_id) DO UPDATE SET opens_at = excluded.opens_at, tell_at = excluded.tell_at, told_at = excluded.told_at";
    NAMES = "SELECT e.resource_type, e.logical_id, e.mentions FROM record_entry e WHERE e.person_id = $1 AND e.organisation_id = $2 \
             AND e.release = 'released' AND (e.mentions IS NULL OR e.mentions LIKE '%Practitioner%' OR e.mentions LIKE '%Organization/%' \
             OR e.mentions LIKE '%Location/%') \
             AND e.id NOT IN (SELECT x.entry_id FROM result_hold x WHERE x.person_id = $1 AND x.opens_at > $3)";
    REFERS = "UPDATE result_hold SET letter = $3 WHERE person_id = $1 AND entry_id = $2 AND letter IS NOT NULL";
    /// Whoever was told that it was there for them is told again.
    WORDS_FIRST = "UPDATE result_hold SET rule_days = COALESCE($3, rule_days), told_at = NULL WHERE person_id = $1 AND entry_id = $2";
    /// Those that wait as one, by another name: what is written about it is yet to come.
    LEAD_ANEW = "UPDATE result_hold SET lead_id = $3 WHERE person_id = $1 AND lead_id = $2 AND opens_at > $4";
    TO_TELL = "SELECT DISTINCT x.person_id FROM result_hold x JOIN record_entry e ON e.person_id = x.person_id AND e.id = x.entry_id \
               WHERE x.told_at IS NULL AND x.tell_at <= $1 AND e.release = 'released' ORDER BY x.person_id LIMIT 500";
    TOLD = "UPDATE result_hold SET told_at = $2 WHERE person_id = $1 AND told_at IS NULL AND tell_at <= $2";
    COMMENT = "INSERT INTO result_comment (person_id, id, lead_id, organisation_id, member_id, words, seen, written_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    COMMENTED = "SELECT c.id, c.words, m.name, c.written_at FROM result_comment c JOIN staff_member m ON m.id = c.member_id \
                 WHERE c.person_id = $1 AND c.lead_id = $2";
}

/// About which results an organisation writes first: days by the code of the kind.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RulesRow {
    /// How many days at most, by kind.
    pub days: Json<BTreeMap<String, u8>>,
    /// Goes up with every change.
    pub version: i32,
}

/// When somebody wants to read results: by the code of the kind, what is not at once.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChoicesRow {
    /// [`domain::release::ResultChoice`] by code, by kind.
    pub choices: Json<BTreeMap<String, String>>,
    /// Goes up with every change.
    pub version: i32,
}

/// A result that begins to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHold {
    /// Which.
    pub entry: EntryId,
    /// The report with which it came, or itself.
    pub lead: EntryId,
    /// Who sent it.
    pub organisation: OrganisationId,
    /// Of which kind.
    pub kind: ResultKind,
    /// How many days the organisation's rule gave.
    pub rule_days: Option<u8>,
    /// What is known of it.
    pub held: Held,
    /// The version that was shown before it.
    pub before: Option<ResourceId>,
    /// Where it is a letter that waits with results: the type and the id of each to which it refers, one a line.
    pub letter: Option<String>,
}

/// A result that waits, or waited.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HoldRow {
    /// Which entry.
    pub entry_id: Uuid,
    /// The report with which it came, or itself.
    pub lead_id: Uuid,
    /// Who sent it.
    pub organisation_id: Uuid,
    /// [`ResultKind`] by code.
    pub kind: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// How many days its organisation said.
    pub rule_days: Option<i32>,
    /// How many days it waits for words.
    pub comment_days: Option<i32>,
    /// It waits for the person.
    pub asks: bool,
    /// When somebody wrote about it.
    pub commented_at: Option<DateTime<Utc>>,
    /// When the person said that they were ready.
    pub ready_at: Option<DateTime<Utc>>,
    /// From when on it is shown.
    pub opens_at: DateTime<Utc>,
    /// By when it is in any case.
    pub latest_at: Option<DateTime<Utc>>,
    /// The version that was shown before it.
    pub before_id: Option<Uuid>,
    /// Its source.
    pub source_id: Uuid,
    /// The FHIR type of its resource.
    pub resource_type: String,
    /// The id of that at the source.
    pub logical_id: String,
    /// Which version it tells of.
    pub resource_id: Uuid,
    /// From which resources it takes words.
    pub mentions: Option<String>,
    /// What its source says: [`domain::record::Release`] by code.
    pub release: String,
    /// It is a letter that waits with results, or somebody or a place of whom only what waits tells.
    pub is_letter: bool,
    /// The type and the id of each resource to which a letter refers, one a line.
    pub letter: Option<String>,
}

impl HoldRow {
    /// Its entry.
    #[must_use]
    pub const fn entry(&self) -> EntryId {
        EntryId::from_uuid(self.entry_id)
    }

    /// Who sent it.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }

    /// Of which kind.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn kind(&self) -> Result<ResultKind, StoreError> {
        ResultKind::from_code(&self.kind).ok_or_else(|| StoreError::corrupt("a result is of an unknown kind"))
    }

    /// What is known of it, for the decision.
    #[must_use]
    pub fn held(&self) -> Held {
        held_result((self.comment_days, self.asks), self.received_at, [self.commented_at, self.ready_at, self.latest_at])
    }

    /// Whether it may be shown at all.
    #[must_use]
    pub fn is_released(&self) -> bool {
        self.release == domain::record::Release::Released.code()
    }

    /// Whether it tells of somebody or of a place, and waits because only what waits names them.
    #[must_use]
    pub fn is_named(&self) -> bool {
        domain::release::is_named(&self.resource_type)
    }

    /// The type and the id of its resource, as `DiagnosticReport/r1`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.resource_type, self.logical_id)
    }

    /// Whether it is a letter that waits for results that do not wait as one, and so with none of them; or somebody or a place.
    #[must_use]
    pub fn waits_by_itself(&self) -> bool {
        self.is_letter && self.lead_id == self.entry_id
    }

    /// The type and the id of each resource to which a letter refers, as `DiagnosticReport/r1`.
    pub fn refers_to(&self) -> impl Iterator<Item = &str> {
        self.letter.as_deref().unwrap_or_default().lines()
    }

    /// Whether it takes words from this resource of its source.
    #[must_use]
    pub fn mentions(&self, resource_type: &str, logical_id: &str) -> bool {
        let lines = self.mentions.as_deref().unwrap_or_default().lines();
        lines.filter_map(|line| line.split_once('/')).any(|(kind, id)| kind == resource_type && id == logical_id)
    }
}

/// Words about a result, or that it was let go without.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentRow {
    /// The form with which it was sent.
    pub id: Uuid,
    /// What was written; empty where it was let go without words.
    pub words: String,
    /// Who wrote it.
    pub name: String,
    /// When.
    pub written_at: DateTime<Utc>,
}

/// About which results an organisation writes first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn rules(tx: &mut Tx, at: OrganisationId) -> Result<Option<RulesRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(RULES).bind(at.as_uuid()).fetch_optional(c).await)?)
}

/// Changes that, as it was seen in this version (0 where it had said nothing); `false`, and nothing is changed, when somebody has
/// changed it since.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_rules(
    tx: &mut Tx,
    at: OrganisationId,
    version: i32,
    days: &BTreeMap<String, u8>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let rows = on!(tx, c, {
        let query = if version == 0 {
            sqlx::query(FIRST_RULES).bind(at.as_uuid()).bind(Json(days)).bind(now)
        } else {
            sqlx::query(CHANGE_RULES).bind(at.as_uuid()).bind(version).bind(Json(days)).bind(now)
        };
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(rows > 0)
}

/// When somebody wants to read results.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn choices(tx: &mut Tx, person: PersonId) -> Result<Option<ChoicesRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(CHOICES).bind(person.as_uuid()).fetch_optional(c).await)?)
}

/// Changes that, as it was seen in this version (0 where they had said nothing); `false`, and nothing is changed, when it was changed
/// since.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn change_choices(
    tx: &mut Tx,
    person: PersonId,
    version: i32,
    choices: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let rows = on!(tx, c, {
        let query = if version == 0 {
            sqlx::query(FIRST_CHOICES).bind(person.as_uuid()).bind(Json(choices)).bind(now)
        } else {
            sqlx::query(CHANGE_CHOICES).bind(person.as_uuid()).bind(version).bind(Json(choices)).bind(now)
        };
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(rows > 0)
}

/// Lets a result wait that does not; one that waited before and is over waits anew.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, person: PersonId, hold: &NewHold) -> Result<(), StoreError> {
    let held = &hold.held;
    Ok(on!(
        tx,
        c,
        sqlx::query(INSERT)
            .bind(person.as_uuid())
            .bind(hold.entry.as_uuid())
            .bind(hold.lead.as_uuid())
            .bind(hold.organisation.as_uuid())
            .bind(hold.kind.code())
            .bind(held.received_at)
            .bind(hold.rule_days.map(i32::from))
            .bind(held.terms.comment_days.map(i32::from))
            .bind(held.terms.asks)
            .bind(held.commented_at)
            .bind(held.ready_at)
            .bind(held.opens_at())
            .bind(held.comment_ends_at())
            .bind(hold.before.map(|before| before.as_uuid()))
            .bind(held.latest)
            .bind(hold.letter.is_some())
            .bind(&hold.letter)
            .execute(c)
            .await
            .map(|_| ())
    )?)
}

/// With what an entry waits, or waited last; `None` where it never did.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lead_of(tx: &mut Tx, person: PersonId, entry: EntryId) -> Result<Option<EntryId>, StoreError> {
    Ok(an_id!(tx, LEAD_OF, person.as_uuid(), entry.as_uuid())?.map(EntryId::from_uuid))
}

/// The number of the version, in the order in which they arrived, that was shown before the one that waits at this instant, and from
/// when on that one is shown; `None` where the entry does not wait, or none was shown.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn before(
    tx: &mut Tx,
    person: PersonId,
    entry: EntryId,
    at: DateTime<Utc>,
) -> Result<Option<(i32, DateTime<Utc>)>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BEFORE).bind(person.as_uuid()).bind(entry.as_uuid()).bind(at).fetch_optional(c).await)?)
}

/// Whether this version of an entry that waits was shown before, or came before the one that was.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn was_shown(tx: &mut Tx, person: PersonId, entry: EntryId, version: ResourceId) -> Result<bool, StoreError> {
    let (many,): (i64,) = on!(tx, c, {
        sqlx::query_as(WAS_SHOWN).bind(person.as_uuid()).bind(entry.as_uuid()).bind(version.as_uuid()).fetch_one(c).await
    })?;
    Ok(many > 0)
}

/// What a care team wrote of a version of an entry, and what it had before it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SaidRow {
    /// What.
    pub words: String,
    /// Who.
    pub name: String,
    /// For whom they work.
    pub organisation: String,
    /// When.
    pub written_at: DateTime<Utc>,
    /// Each entry and its version, as the writer had them.
    pub seen: String,
}

/// The words that were last written of a version of an entry; `seen` is how the writer's form names it, or how it begins to name any
/// version of it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn said_of(tx: &mut Tx, person: PersonId, seen: &str) -> Result<Option<SaidRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(SAID_OF).bind(person.as_uuid()).bind(seen).fetch_optional(c).await)?)
}

/// The results of a person that are not shown yet, whoever may know of them, in the order in which they came.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn running(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<Vec<HoldRow>, StoreError> {
    holds(tx, person, None, now).await
}

/// The results that came as one, whether they are shown yet or not.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_lead(tx: &mut Tx, person: PersonId, lead: EntryId) -> Result<Vec<HoldRow>, StoreError> {
    holds(tx, person, Some(lead), DateTime::UNIX_EPOCH).await
}

async fn holds(tx: &mut Tx, person: PersonId, lead: Option<EntryId>, now: DateTime<Utc>) -> Result<Vec<HoldRow>, StoreError> {
    let lead = lead.map(|lead| lead.as_uuid());
    Ok(on!(tx, c, sqlx::query_as(RUNNING).bind(person.as_uuid()).bind(lead).bind(now).fetch_all(c).await)?)
}

/// Gives those that came as one and still wait another `lead`, under which nothing was written yet. When they are shown stays as it is.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn lead_anew(tx: &mut Tx, person: PersonId, old: EntryId, lead: EntryId, now: DateTime<Utc>) -> Result<(), StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(LEAD_ANEW)
            .bind(person.as_uuid())
            .bind(old.as_uuid())
            .bind(lead.as_uuid())
            .bind(now)
            .execute(c)
            .await
            .map(|_| ())
    )?)
}

/// Notes what is known now of a result that waits, and from when on it is shown by that.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn settle(tx: &mut Tx, person: PersonId, entry: EntryId, held: &Held) -> Result<(), StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query(SETTLE)
            .bind(person.as_uuid())
            .bind(entry.as_uuid())
            .bind(held.terms.comment_days.map(i32::from))
            .bind(held.terms.asks)
            .bind(held.commented_at)
            .bind(held.ready_at)
            .bind(held.opens_at())
            .bind(held.comment_ends_at())
            .bind(held.latest)
            .execute(c)
            .await
            .map(|_| ())
    )?)
}

/// Notes to which resources a letter that waits refers now: the type and the id of each, one a line.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn refers(tx: &mut Tx, person: PersonId, entry: EntryId, letter: &str) -> Result<(), StoreError> {
    Ok(on!(tx, c, sqlx::query(REFERS).bind(person.as_uuid()).bind(entry.as_uuid()).bind(letter).execute(c).await.map(|_| ()))?)
}

/// An entry that is shown, and from which resources it takes words.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamesRow {
    /// The FHIR type of its resource.
    pub resource_type: String,
    /// The id of that at the source.
    pub logical_id: String,
    /// From which resources it takes words; absent where that is not known.
    pub mentions: Option<String>,
}

/// The entries of a source that are shown at this instant and may name people or places, in no order.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn names(
    tx: &mut Tx,
    person: PersonId,
    source: OrganisationId,
    at: DateTime<Utc>,
) -> Result<Vec<NamesRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NAMES).bind(person.as_uuid()).bind(source.as_uuid()).bind(at).fetch_all(c).await)?)
}

/// Lets somebody or a place wait until then of whom only what waits tells.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn hold_named(
    tx: &mut Tx,
    person: PersonId,
    (entry, source): (EntryId, OrganisationId),
    opens_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run!(tx, NAMED, person.as_uuid(), entry.as_uuid(), source.as_uuid(), ResultKind::Other.code(), now, opens_at)?;
    Ok(())
}

/// As [`settle`] of a result of which it is only known now that somebody writes about it first: within the days of `held`, by a rule of
/// its organisation or as the person wishes.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn words_first(
    tx: &mut Tx,
    person: PersonId,
    entry: EntryId,
    (held, by_rule): (&Held, bool),
) -> Result<(), StoreError> {
    let days = held.terms.comment_days.filter(|_| by_rule).map(i32::from);
    on!(tx, c, sqlx::query(WORDS_FIRST).bind(person.as_uuid()).bind(entry.as_uuid()).bind(days).execute(c).await.map(|_| ()))?;
    settle(tx, person, entry, held).await
}

/// Who is to be told that there is something for them; five hundred people at most.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn to_tell(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(Uuid,)> = on!(tx, c, sqlx::query_as(TO_TELL).bind(now).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

/// Notes that somebody is told of all that there is for them now; `false` when they were before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn told(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let rows = run!(tx, TOLD, person.as_uuid(), now)?;
    Ok(rows > 0)
}

/// Words about a result, and which versions of what came as one their writer had before them.
#[derive(Clone, Copy, Debug)]
pub struct NewComment<'a> {
    /// The form with which it is sent.
    pub id: Uuid,
    /// The report, or the result by itself.
    pub lead: EntryId,
    /// Whose team.
    pub organisation: OrganisationId,
    /// Who of it.
    pub member: MemberId,
    /// What; empty where it is let go without words.
    pub words: &'a str,
    /// What they had before them.
    pub seen: &'a str,
}

/// Keeps words about a result; `false`, and nothing is kept, when there are some.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn comment(tx: &mut Tx, person: PersonId, new: NewComment<'_>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let rows = run!(
        tx,
        COMMENT,
        person.as_uuid(),
        new.id,
        new.lead.as_uuid(),
        new.organisation.as_uuid(),
        new.member.as_uuid(),
        new.words,
        new.seen,
        now
    )?;
    Ok(rows > 0)
}

/// What was written about a result.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn commented(tx: &mut Tx, person: PersonId, lead: EntryId) -> Result<Option<CommentRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(COMMENTED).bind(person.as_uuid()).bind(lead.as_uuid()).fetch_optional(c).await)?)
}
