//! What waits for the teams of an organisation.

use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::person::Demographics;
use domain::team::WorkKind;
use domain::{MemberId, OrganisationId, PersonId, TeamId, WorkItemId};
use sqlx::types::Json;
use uuid::Uuid;

/// What is read of something that waits, `w`, and from where.
macro_rules! item {
    () => {
        "w.id, w.organisation_id, w.team_id, w.kind, w.person_id, w.about_id, w.urgent, w.waiting_since, w.claimed_by, \
         m.name AS claimed_name, w.claimed_at, w.done_by, d.name AS done_name, w.done_at, w.outcome, w.version, \
         t.name AS team_name, p.family_name, p.given_names, p.prefix, p.birth_date FROM work_item w \
         JOIN person p ON p.id = w.person_id LEFT JOIN staff_member m ON m.id = w.claimed_by \
         LEFT JOIN staff_member d ON d.id = w.done_by LEFT JOIN team t ON t.id = w.team_id "
    };
}

statements! {
    /// What was done with before may come to wait again.
    INSERT = "INSERT INTO work_item (id, organisation_id, team_id, kind, person_id, about_id, urgent, waiting_since, version) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) \
              ON CONFLICT (organisation_id, kind, about_id) DO UPDATE SET team_id = excluded.team_id, urgent = excluded.urgent, \
              waiting_since = excluded.waiting_since, claimed_by = NULL, claimed_at = NULL, done_by = NULL, done_at = NULL, \
              outcome = NULL, version = work_item.version + 1 WHERE work_item.done_at IS NOT NULL";
    /// What came to an end by itself may come to wait again; what somebody has dealt with does not.
    INSERT_UNLESS_DEALT_WITH = "INSERT INTO work_item (id, organisation_id, team_id, kind, person_id, about_id, urgent, waiting_since, \
              version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) \
              ON CONFLICT (organisation_id, kind, about_id) DO UPDATE SET team_id = excluded.team_id, urgent = excluded.urgent, \
              waiting_since = excluded.waiting_since, claimed_by = NULL, claimed_at = NULL, done_at = NULL, outcome = NULL, \
              version = work_item.version + 1 WHERE work_item.done_at IS NOT NULL AND work_item.done_by IS NULL";
    /// The kinds are words with a bar before and after each. `mine` are those for every team, for one's own teams, and those
    /// that one deals with.
    WAITING = concat!(
        "SELECT ", item!(), "WHERE w.organisation_id = $1 AND w.done_at IS NULL AND $2 LIKE '%|' || w.kind || '|%' \
         AND ($4 = 'all' OR ($4 = 'team' AND w.team_id = $5) OR ($4 = 'mine' AND (w.team_id IS NULL OR w.claimed_by = $5 \
         OR EXISTS (SELECT 1 FROM team_member x WHERE x.team_id = w.team_id AND x.member_id = $5)))) \
         ORDER BY w.urgent DESC, w.waiting_since, w.id LIMIT $3"
    );
    COUNTS = "SELECT w.team_id, CAST(COUNT(*) AS BIGINT) AS waiting, \
              CAST(SUM(CASE WHEN w.claimed_by = $3 THEN 1 ELSE 0 END) AS BIGINT) AS claimed FROM work_item w \
              WHERE w.organisation_id = $1 AND w.done_at IS NULL AND $2 LIKE '%|' || w.kind || '|%' GROUP BY w.team_id";
    BY_ID = concat!("SELECT ", item!(), "WHERE w.id = $1 AND w.organisation_id = $2");
    GIVE = "UPDATE work_item SET claimed_by = $4, claimed_at = $5, version = version + 1 \
            WHERE id = $1 AND organisation_id = $2 AND version = $3 AND done_at IS NULL";
    PASS = "UPDATE work_item SET team_id = $4, claimed_by = NULL, claimed_at = NULL, version = version + 1 \
            WHERE id = $1 AND organisation_id = $2 AND version = $3 AND done_at IS NULL";
    DONE = "UPDATE work_item SET done_by = $4, done_at = $5, outcome = $6, version = version + 1 \
            WHERE id = $1 AND organisation_id = $2 AND version = $3 AND done_at IS NULL";
    CLOSE = "UPDATE work_item SET done_by = $4, done_at = $5, outcome = $6, version = version + 1 \
             WHERE organisation_id = $1 AND kind = $2 AND about_id = $3 AND done_at IS NULL";
    /// Whoever had taken it has to look again, and so may anybody.
    AGAIN = "UPDATE work_item SET claimed_by = NULL, claimed_at = NULL, waiting_since = $4, version = version + 1 \
             WHERE organisation_id = $1 AND kind = $2 AND about_id = $3 AND done_at IS NULL";
    /// The same, since it waited first.
    MORE = "UPDATE work_item SET claimed_by = NULL, claimed_at = NULL, version = version + 1 \
            WHERE organisation_id = $1 AND kind = $2 AND about_id = $3 AND done_at IS NULL";
    /// Once the time itself is gone there is nobody to ring about it.
    CLOSE_EARLIER = "UPDATE work_item SET done_at = $1, outcome = 'gone', version = version + 1 WHERE kind = 'earlier-time' \
                     AND done_at IS NULL AND EXISTS (SELECT 1 FROM slot t WHERE t.id = work_item.about_id \
                     AND (t.status <> 'free' OR t.starts_at <= $1))";
    CLOSE_FOR = "UPDATE work_item SET done_by = $4, done_at = $5, outcome = $6, version = version + 1 \
                 WHERE organisation_id = $1 AND kind = $2 AND person_id = $3 AND done_at IS NULL";
    ABOUT = "SELECT organisation_id, about_id, waiting_since, done_by, done_at, outcome FROM work_item WHERE kind = $1 AND person_id = $2 ORDER BY id";
    WAITED_FOR = "SELECT DISTINCT person_id FROM work_item WHERE kind = $1 AND done_at IS NULL";
    LET_GO = "UPDATE work_item SET claimed_by = NULL, claimed_at = NULL, version = version + 1 \
              WHERE claimed_by = $1 AND done_at IS NULL";
    INSERT_NOTE = "INSERT INTO work_note (work_item_id, id, member_id, text, created_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (work_item_id, id) DO NOTHING";
    NOTES = "SELECT n.id, n.member_id, m.name, n.text, n.created_at FROM work_note n JOIN staff_member m ON m.id = n.member_id \
             WHERE n.work_item_id = $1 ORDER BY n.created_at, n.id";
}

/// Something that begins to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWorkItem {
    /// For whom.
    pub organisation: OrganisationId,
    /// For which of its teams; for every one when absent.
    pub team: Option<TeamId>,
    /// Of what kind.
    pub kind: WorkKind,
    /// About which person.
    pub person: PersonId,
    /// The application, the question or the check itself: an organisation has one item for each.
    pub about: Uuid,
    /// Before what is not urgent.
    pub urgent: bool,
}

/// Something that waits, or waited, with the names that a list shows.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct WorkRow {
    /// Its id.
    pub id: Uuid,
    /// For whom.
    pub organisation_id: Uuid,
    /// For which of its teams.
    pub team_id: Option<Uuid>,
    /// [`WorkKind`] by code.
    pub kind: String,
    /// About which person.
    pub person_id: Uuid,
    /// The application, the question or the check itself.
    pub about_id: Uuid,
    /// Before what is not urgent.
    pub urgent: bool,
    /// Since when.
    pub waiting_since: DateTime<Utc>,
    /// Who deals with it.
    pub claimed_by: Option<Uuid>,
    /// Their name.
    pub claimed_name: Option<String>,
    /// Since when they do.
    pub claimed_at: Option<DateTime<Utc>>,
    /// Who was done with it.
    pub done_by: Option<Uuid>,
    /// Their name.
    pub done_name: Option<String>,
    /// When.
    pub done_at: Option<DateTime<Utc>>,
    /// What came of it, as a word.
    pub outcome: Option<String>,
    /// Goes up with every change.
    pub version: i32,
    /// The team's name.
    pub team_name: Option<String>,
    /// The person's family name.
    pub family_name: String,
    /// The person's given names.
    pub given_names: Json<Vec<String>>,
    /// The person's title.
    pub prefix: Option<String>,
    /// When the person was born.
    pub birth_date: Option<NaiveDate>,
}

impl WorkRow {
    /// Its id.
    #[must_use]
    pub const fn item(&self) -> WorkItemId {
        WorkItemId::from_uuid(self.id)
    }

    /// About which person.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        PersonId::from_uuid(self.person_id)
    }

    /// Of what kind.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn kind(&self) -> Result<WorkKind, StoreError> {
        WorkKind::from_code(&self.kind).ok_or_else(|| StoreError::corrupt("something of an unknown kind waits"))
    }

    /// "Mrs Margaret Ellis".
    #[must_use]
    pub fn person_name(&self) -> String {
        display_name(&self.family_name, &self.given_names.0, self.prefix.as_deref())
    }
}

/// "Mrs Margaret Ellis".
pub(crate) fn display_name(family_name: &str, given_names: &[String], prefix: Option<&str>) -> String {
    let who = Demographics {
        nhs_number: None,
        family_name: family_name.to_owned(),
        given_names: given_names.to_vec(),
        prefix: prefix.map(ToOwned::to_owned),
        birth_date: None,
        gender: None,
        deceased: false,
    };
    who.display_name()
}

/// For whom a list of what waits is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// For anybody at the organisation.
    ForAnybody,
    /// For one team and no other.
    ForTeam(TeamId),
    /// For somebody: for every team or for one that they are in; and what they deal with themself.
    ForMember(MemberId),
}

impl Waits {
    const fn word(self) -> &'static str {
        match self {
            Self::ForAnybody => "all",
            Self::ForTeam(_) => "team",
            Self::ForMember(_) => "mine",
        }
    }

    const fn id(self) -> Option<Uuid> {
        match self {
            Self::ForAnybody => None,
            Self::ForTeam(team) => Some(team.as_uuid()),
            Self::ForMember(member) => Some(member.as_uuid()),
        }
    }
}

/// How much waits for a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TeamCount {
    /// For which; absent for what waits for every team.
    pub team_id: Option<Uuid>,
    /// How much.
    pub waiting: i64,
    /// How much of it somebody deals with, who is asked for.
    pub claimed: i64,
}

/// Something of one kind that waits, or waited, about a person, wherever.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AboutRow {
    /// For whom.
    pub organisation_id: Uuid,
    /// What it is about.
    pub about_id: Uuid,
    /// Since when it waits, or waited.
    pub waiting_since: DateTime<Utc>,
    /// Who was done with it; absent too where it was settled elsewhere.
    pub done_by: Option<Uuid>,
    /// When.
    pub done_at: Option<DateTime<Utc>>,
    /// What came of it, as a word.
    pub outcome: Option<String>,
}

/// A note on something that waits.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NoteRow {
    /// Its id.
    pub id: Uuid,
    /// Who wrote it.
    pub member_id: Uuid,
    /// Their name.
    pub name: String,
    /// What they wrote.
    pub text: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Makes something wait; `false`, and nothing is changed, when it waits already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, id: WorkItemId, item: &NewWorkItem, now: DateTime<Utc>) -> Result<bool, StoreError> {
    put(tx, INSERT, id, item, now).await
}

/// The same for what somebody may find each time they look: `false` too when somebody has dealt with it before.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_unless_dealt_with(
    tx: &mut Tx,
    id: WorkItemId,
    item: &NewWorkItem,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    put(tx, INSERT_UNLESS_DEALT_WITH, id, item, now).await
}

async fn put(tx: &mut Tx, sql: &'static str, id: WorkItemId, item: &NewWorkItem, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        sql,
        id.as_uuid(),
        item.organisation.as_uuid(),
        item.team.map(|team| team.as_uuid()),
        item.kind.code(),
        item.person.as_uuid(),
        item.about,
        item.urgent,
        now
    )?;
    Ok(done == 1)
}

fn words(kinds: &[WorkKind]) -> String {
    std::iter::once("|".to_owned()).chain(kinds.iter().map(|kind| format!("{}|", kind.code()))).collect()
}

/// Up to `limit` things of these kinds that wait at an organisation for somebody: the urgent first, then the oldest.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn waiting(
    tx: &mut Tx,
    organisation: OrganisationId,
    kinds: &[WorkKind],
    waits: Waits,
    limit: i64,
) -> Result<Vec<WorkRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(WAITING)
            .bind(organisation.as_uuid())
            .bind(words(kinds))
            .bind(limit)
            .bind(waits.word())
            .bind(waits.id())
            .fetch_all(c)
            .await
    )?)
}

/// How much of these kinds waits at an organisation for each team, and how much of that this member deals with. A team for
/// which nothing waits is left out.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn counts(
    tx: &mut Tx,
    organisation: OrganisationId,
    kinds: &[WorkKind],
    member: MemberId,
) -> Result<Vec<TeamCount>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(COUNTS).bind(organisation.as_uuid()).bind(words(kinds)).bind(member.as_uuid()).fetch_all(c).await
    )?)
}

/// One thing that waits, or waited, at this organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn by_id(tx: &mut Tx, organisation: OrganisationId, id: WorkItemId) -> Result<Option<WorkRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(BY_ID).bind(id.as_uuid()).bind(organisation.as_uuid()).fetch_optional(c).await)?)
}

/// Gives it to a member of staff, or to nobody; `false` when it has changed since that version, or is done.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn give(
    tx: &mut Tx,
    organisation: OrganisationId,
    (id, version): (WorkItemId, i32),
    member: Option<MemberId>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(
        tx,
        GIVE,
        id.as_uuid(),
        organisation.as_uuid(),
        version,
        member.map(|member| member.as_uuid()),
        member.map(|_| now)
    )?;
    Ok(done == 1)
}

/// Lets it wait for a team, or for every one, with nobody who deals with it; `false` when it has changed since that
/// version, or is done.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn pass(
    tx: &mut Tx,
    organisation: OrganisationId,
    (id, version): (WorkItemId, i32),
    team: Option<TeamId>,
) -> Result<bool, StoreError> {
    let done = run!(tx, PASS, id.as_uuid(), organisation.as_uuid(), version, team.map(|team| team.as_uuid()))?;
    Ok(done == 1)
}

/// It waits no more; `false` when it has changed since that version, or is done.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn done(
    tx: &mut Tx,
    organisation: OrganisationId,
    (id, version): (WorkItemId, i32),
    member: MemberId,
    outcome: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, DONE, id.as_uuid(), organisation.as_uuid(), version, member.as_uuid(), now, outcome)?;
    Ok(done == 1)
}

/// What an item is about was settled, by this member of staff or by somebody else: it waits no more, whoever deals with
/// it. `false` when nothing waited.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn close(
    tx: &mut Tx,
    organisation: OrganisationId,
    (kind, about): (WorkKind, Uuid),
    member: Option<MemberId>,
    outcome: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, CLOSE, organisation.as_uuid(), kind.code(), about, member.map(|member| member.as_uuid()), now, outcome)?;
    Ok(done == 1)
}

/// Something more came up about what an item is about: it waits anew, and nobody has taken it. Nothing happens where none waits.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn again(
    tx: &mut Tx,
    organisation: OrganisationId,
    (kind, about): (WorkKind, Uuid),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    on!(
        tx,
        c,
        sqlx::query(AGAIN).bind(organisation.as_uuid()).bind(kind.code()).bind(about).bind(now).execute(c).await.map(|_| ())
    )?;
    Ok(())
}

/// The same, and it goes on to wait since it did first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn more(tx: &mut Tx, organisation: OrganisationId, (kind, about): (WorkKind, Uuid)) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(MORE).bind(organisation.as_uuid()).bind(kind.code()).bind(about).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Closes what waits about earlier times that are not free any more, of every organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn close_earlier(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), StoreError> {
    on!(tx, c, sqlx::query(CLOSE_EARLIER).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The same for everything of this kind that waits about a person: how much did.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn close_for_person(
    tx: &mut Tx,
    organisation: OrganisationId,
    (kind, person): (WorkKind, PersonId),
    member: Option<MemberId>,
    outcome: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    Ok(run!(
        tx,
        CLOSE_FOR,
        organisation.as_uuid(),
        kind.code(),
        person.as_uuid(),
        member.map(|member| member.as_uuid()),
        now,
        outcome
    )?)
}

/// Everything of this kind that waits, or waited, about a person, wherever.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn about_person(tx: &mut Tx, kind: WorkKind, person: PersonId) -> Result<Vec<AboutRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(ABOUT).bind(kind.code()).bind(person.as_uuid()).fetch_all(c).await)?)
}

/// Everybody about whom something of this kind waits, wherever.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn people_of(tx: &mut Tx, kind: WorkKind) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(Uuid,)> = on!(tx, c, sqlx::query_as(WAITED_FOR).bind(kind.code()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

/// Gives to nobody all that a member of staff deals with.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn let_go(tx: &mut Tx, member: MemberId) -> Result<u64, StoreError> {
    Ok(run!(tx, LET_GO, member.as_uuid())?)
}

/// Adds a note; `false` when there is one of this id already.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_note(
    tx: &mut Tx,
    item: WorkItemId,
    id: Uuid,
    member: MemberId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT_NOTE, item.as_uuid(), id, member.as_uuid(), text, now)?;
    Ok(done == 1)
}

/// The notes on it, oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn notes(tx: &mut Tx, item: WorkItemId) -> Result<Vec<NoteRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(NOTES).bind(item.as_uuid()).fetch_all(c).await)?)
}
