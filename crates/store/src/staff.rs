//! Who works for which organisation, and what binds an organisation to a person.

use crate::person::PersonRow;
use crate::{StoreError, Tx, on, run, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::team::StaffRole;
use domain::{AccountId, ClinicId, MemberId, OrganisationId, PersonId, TeamId};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO staff_member (id, account_id, organisation_id, name, job, role, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    END = "UPDATE staff_member SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    SET_ROLE = "UPDATE staff_member SET role = $2, job = $3 WHERE id = $1 AND ended_at IS NULL";
    OF_ORGANISATION = "SELECT m.id, m.account_id, m.organisation_id, m.name, m.job, m.role, m.created_at, m.ended_at, a.email \
                       FROM staff_member m JOIN account a ON a.id = m.account_id WHERE m.organisation_id = $1 \
                       ORDER BY CASE WHEN m.ended_at IS NULL THEN 0 ELSE 1 END, m.name, m.id";
    INSERT_TEAM = "INSERT INTO team (id, organisation_id, name, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (organisation_id, name) DO NOTHING";
    TEAMS = "SELECT id, organisation_id, name FROM team WHERE organisation_id = $1 ORDER BY name, id";
    JOIN_TEAM = "INSERT INTO team_member (team_id, member_id) VALUES ($1, $2) ON CONFLICT (team_id, member_id) DO NOTHING";
    LEAVE_TEAM = "DELETE FROM team_member WHERE team_id = $1 AND member_id = $2";
    LEAVE_TEAMS = "DELETE FROM team_member WHERE member_id = $1";
    TEAM_MEMBERS = "SELECT x.team_id, x.member_id FROM team_member x JOIN team t ON t.id = x.team_id WHERE t.organisation_id = $1 \
                    ORDER BY x.team_id, x.member_id";
    /// The organisation's own people who were born on a day, and those who let it in.
    OWN_BORN = "SELECT p.id, p.nhs_number, p.family_name, p.given_names, p.prefix, p.birth_date, p.gender, p.deceased, p.created_at, \
                p.updated_at FROM person p JOIN organisation o ON o.id = $1 WHERE p.birth_date = $2 AND ((o.kind = 'practice' \
                AND EXISTS (SELECT 1 FROM registration g WHERE g.person_id = p.id AND g.organisation_id = o.id AND g.ended_at IS NULL)) \
                OR (o.kind <> 'practice' AND EXISTS (SELECT 1 FROM person_source s WHERE s.person_id = p.id \
                AND s.organisation_id = o.id)) OR EXISTS (SELECT 1 FROM let_in l WHERE l.person_id = p.id AND l.organisation_id = o.id \
                AND l.ended_at IS NULL AND l.ends_on >= $4)) ORDER BY p.family_name, p.id LIMIT $3";
    MEMBER = "SELECT id, account_id, organisation_id, name, job, role, created_at, ended_at FROM staff_member WHERE id = $1";
    OF_ACCOUNT = "SELECT id, account_id, organisation_id, name, job, role, created_at, ended_at FROM staff_member \
                  WHERE account_id = $1 AND ended_at IS NULL ORDER BY created_at, id";
    /// A practice has those who are registered there, another organisation those of whom it holds a record.
    OWN_PERSON = "SELECT CAST(COUNT(*) AS BIGINT) FROM organisation o WHERE o.id = $2 AND ((o.kind = 'practice' \
                  AND EXISTS (SELECT 1 FROM registration g WHERE g.person_id = $1 AND g.organisation_id = o.id AND g.ended_at IS NULL)) \
                  OR (o.kind <> 'practice' AND EXISTS (SELECT 1 FROM person_source s WHERE s.person_id = $1 \
                  AND s.organisation_id = o.id)))";
    /// The same of those who come to a clinic, with what else binds them to its organisation or to one who works there. Whom it expects
    /// it looks after, until they have come.
    AT_CLINIC = "SELECT p.id AS person_id, CASE WHEN (o.kind = 'practice' \
                 AND EXISTS (SELECT 1 FROM registration g WHERE g.person_id = p.id AND g.organisation_id = o.id AND g.ended_at IS NULL)) \
                 OR (o.kind <> 'practice' AND EXISTS (SELECT 1 FROM person_source s WHERE s.person_id = p.id \
                 AND s.organisation_id = o.id)) OR EXISTS (SELECT 1 FROM appointment b WHERE b.person_id = p.id AND b.clinic_id = $1 \
                 AND b.status <> 'cancelled' AND b.starts_at >= $3) THEN TRUE ELSE FALSE END AS looked_after, \
                 CASE WHEN EXISTS (SELECT 1 FROM let_in l WHERE l.person_id = p.id AND l.organisation_id = o.id \
                 AND l.ended_at IS NULL AND l.ends_on >= $4) THEN TRUE ELSE FALSE END AS let_in, \
                 CASE WHEN EXISTS (SELECT 1 FROM emergency e WHERE e.person_id = p.id AND e.member_id = $5 AND e.began_at <= $6 \
                 AND e.ends_at > $6) THEN TRUE ELSE FALSE END AS in_emergency FROM person p JOIN organisation o ON o.id = $2 \
                 WHERE p.id IN (SELECT a.person_id FROM clinic k JOIN appointment a ON a.clinic_id = k.id \
                 WHERE k.id = $1 AND k.organisation_id = $2 AND a.status <> 'cancelled')";
    SUPPLIED = "SELECT CAST(COUNT(*) AS BIGINT) FROM person_source WHERE person_id = $1 AND organisation_id = $2";
    KIND = "SELECT kind FROM organisation WHERE id = $1";
    CHOICE = "SELECT labels FROM sharing_choice WHERE person_id = $1 AND purpose = $2 AND organisation_kind = $3 \
              ORDER BY version DESC LIMIT 1";
    EMERGENCY = "SELECT labels FROM emergency WHERE person_id = $1 AND member_id = $2 AND began_at <= $3 AND ends_at > $3 \
                 ORDER BY began_at DESC LIMIT 1";
}

/// Somebody's place at an organisation.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MemberRow {
    /// Its id.
    pub id: Uuid,
    /// Who signs in.
    pub account_id: Uuid,
    /// Where.
    pub organisation_id: Uuid,
    /// Their name, as people are told it.
    pub name: String,
    /// Their job, as people are told it: "Practice nurse".
    pub job: String,
    /// [`StaffRole`] by code.
    pub role: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub ended_at: Option<DateTime<Utc>>,
}

impl MemberRow {
    /// Its id.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        MemberId::from_uuid(self.id)
    }

    /// Where.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        OrganisationId::from_uuid(self.organisation_id)
    }

    /// As what.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this program does not know the word.
    pub fn role(&self) -> Result<StaffRole, StoreError> {
        StaffRole::from_code(&self.role).ok_or_else(|| StoreError::corrupt("a member of staff has an unknown role"))
    }
}

/// A place with the address of the account that has it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ColleagueRow {
    /// The place.
    #[sqlx(flatten)]
    pub place: MemberRow,
    /// With which address they sign in.
    pub email: String,
}

/// A team of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TeamRow {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub organisation_id: Uuid,
    /// Its name.
    pub name: String,
}

impl TeamRow {
    /// Its id.
    #[must_use]
    pub const fn team(&self) -> TeamId {
        TeamId::from_uuid(self.id)
    }
}

/// Gives somebody a place; `false` when they have one at this organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert(tx: &mut Tx, row: &MemberRow) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT, row.id, row.account_id, row.organisation_id, &row.name, &row.job, &row.role, row.created_at)?;
    Ok(done == 1)
}

/// Ends a place, and takes its holder out of every team; `false` when it had ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn end(tx: &mut Tx, id: MemberId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, END, id.as_uuid(), now)?;
    on!(tx, c, sqlx::query(LEAVE_TEAMS).bind(id.as_uuid()).execute(c).await.map(|_| ()))?;
    Ok(done == 1)
}

/// Changes what somebody does at a place; `false` when it has ended.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn set_role(tx: &mut Tx, id: MemberId, role: StaffRole, job: &str) -> Result<bool, StoreError> {
    let done = run!(tx, SET_ROLE, id.as_uuid(), role.code(), job)?;
    Ok(done == 1)
}

/// Everybody who works at an organisation, by name; then everybody who did.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_organisation(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<ColleagueRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_ORGANISATION).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// Makes a team; `false` when the organisation has one of this name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn insert_team(tx: &mut Tx, row: &TeamRow, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = run!(tx, INSERT_TEAM, row.id, row.organisation_id, &row.name, now)?;
    Ok(done == 1)
}

/// The teams of an organisation, by name.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn teams(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<TeamRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(TEAMS).bind(organisation.as_uuid()).fetch_all(c).await)?)
}

/// Who is in which team of an organisation.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn team_members(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<(TeamId, MemberId)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, c, sqlx::query_as(TEAM_MEMBERS).bind(organisation.as_uuid()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(team, member)| (TeamId::from_uuid(team), MemberId::from_uuid(member))).collect())
}

/// Takes somebody into a team; `false` when they are in it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn join_team(tx: &mut Tx, team: TeamId, member: MemberId) -> Result<bool, StoreError> {
    let (team, member) = (team.as_uuid(), member.as_uuid());
    let done = run!(tx, JOIN_TEAM, team, member)?;
    Ok(done == 1)
}

/// Takes somebody out of a team; `false` when they were not in it.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn leave_team(tx: &mut Tx, team: TeamId, member: MemberId) -> Result<bool, StoreError> {
    let (team, member) = (team.as_uuid(), member.as_uuid());
    let done = run!(tx, LEAVE_TEAM, team, member)?;
    Ok(done == 1)
}

/// Up to `limit` of the organisation's own people who were born on this day.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn own_people_born(
    tx: &mut Tx,
    organisation: OrganisationId,
    birth_date: NaiveDate,
    limit: i64,
    today: NaiveDate,
) -> Result<Vec<PersonRow>, StoreError> {
    let organisation = organisation.as_uuid();
    Ok(on!(tx, c, sqlx::query_as(OWN_BORN).bind(organisation).bind(birth_date).bind(limit).bind(today).fetch_all(c).await)?)
}

/// A place by its id.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn member(tx: &mut Tx, id: MemberId) -> Result<Option<MemberRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(MEMBER).bind(id.as_uuid()).fetch_optional(c).await)?)
}

/// The places that an account has now, the oldest first.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<MemberRow>, StoreError> {
    Ok(on!(tx, c, sqlx::query_as(OF_ACCOUNT).bind(account.as_uuid()).fetch_all(c).await)?)
}

/// Whether a person is one of the organisation's own: it supplied a record of them.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_person(tx: &mut Tx, organisation: OrganisationId, person: PersonId) -> Result<bool, StoreError> {
    let (count,): (i64,) =
        on!(tx, c, sqlx::query_as(OWN_PERSON).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// What binds somebody who comes to a clinic to its organisation, and to one who works there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ComesRow {
    /// Who.
    pub person_id: Uuid,
    /// They are one of the organisation's own people, or are still to come.
    pub looked_after: bool,
    /// They let it in, and that holds.
    pub let_in: bool,
    /// Their record is open to the member in an emergency.
    pub in_emergency: bool,
}

/// What binds those who come to a clinic to its organisation, and to this member of it. Who comes from `since` on is still to come.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn at_clinic(
    tx: &mut Tx,
    (at, member): (OrganisationId, MemberId),
    clinic: ClinicId,
    (since, today, now): (DateTime<Utc>, NaiveDate, DateTime<Utc>),
) -> Result<Vec<ComesRow>, StoreError> {
    Ok(on!(
        tx,
        c,
        sqlx::query_as(AT_CLINIC)
            .bind(clinic.as_uuid())
            .bind(at.as_uuid())
            .bind(since)
            .bind(today)
            .bind(member.as_uuid())
            .bind(now)
            .fetch_all(c)
            .await
    )?)
}

/// Whether an organisation has ever supplied records of a person.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn has_supplied(tx: &mut Tx, organisation: OrganisationId, person: PersonId) -> Result<bool, StoreError> {
    let (count,): (i64,) =
        on!(tx, c, sqlx::query_as(SUPPLIED).bind(person.as_uuid()).bind(organisation.as_uuid()).fetch_one(c).await)?;
    Ok(count > 0)
}

/// The kind of an organisation, by code.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn kind(tx: &mut Tx, organisation: OrganisationId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = on!(tx, c, sqlx::query_as(KIND).bind(organisation.as_uuid()).fetch_optional(c).await)?;
    Ok(row.map(|(kind,)| kind))
}

/// The labels that a person shares with a kind of organisation for a purpose, as words; `None` when they never chose.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn choice(tx: &mut Tx, person: PersonId, purpose: &str, kind: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> =
        on!(tx, c, sqlx::query_as(CHOICE).bind(person.as_uuid()).bind(purpose).bind(kind).fetch_optional(c).await)?;
    Ok(row.map(|(labels,)| labels))
}

/// The labels that are open to a member of staff in an emergency now, as words.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn emergency(
    tx: &mut Tx,
    person: PersonId,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> =
        on!(tx, c, sqlx::query_as(EMERGENCY).bind(person.as_uuid()).bind(member.as_uuid()).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(labels,)| labels))
}
