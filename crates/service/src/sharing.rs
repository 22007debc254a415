//! What a person shares with which kind of organisation, and for what: choosing, receipts, and the export for planning that
//! leaves out whoever refused.

use crate::activity::{self, Event};
use crate::records::purpose as why;
use crate::{Core, FieldProblem, Organisation, OrganisationKind, ServiceError, access, profile, work as items};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Decision, Subject, decide_for_all};
use domain::audit::{Action, Purpose};
use domain::consent::{self, EVERY_KIND, Notice, SharingPurpose, SummaryChoice};
use domain::record::Category;
use domain::scope::Labels;
use domain::team::WorkKind;
use domain::when::{age_on, london_day};
use domain::{PersonId, WorkItemId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use store::sharing::{self, ChoiceRow, CountRow};
use store::{StoreError, Tx, organisation};
use uuid::Uuid;

/// A count of fewer people than this is left out of what is exported for planning.
const FEWEST: i64 = 5;

/// What a person shares for a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeSeen {
    /// For what.
    pub purpose: SharingPurpose,
    /// What they are told before they choose.
    pub notice: &'static Notice,
    /// The notices that are newer than their last choice, the oldest first; none where they never chose.
    pub newer: Vec<&'static Notice>,
    /// The last choice for each kind of organisation, or the one for all of them.
    pub choices: Vec<ChoiceSeen>,
}

/// What a person shares for a purpose with one kind of organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChoiceSeen {
    /// With which kind; absent where the choice is for all.
    pub kind: Option<OrganisationKind>,
    /// What is shared now; absent where they have to be asked first and were not.
    pub labels: Option<Labels>,
    /// When they chose so; absent where they never did.
    pub chosen_at: Option<DateTime<Utc>>,
}

/// The receipt for a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// For what.
    pub purpose: SharingPurpose,
    /// With which kind of organisation; absent where it is for all.
    pub kind: Option<OrganisationKind>,
    /// What was shared from then on; nothing is a refusal.
    pub labels: Labels,
    /// Which version of the notice they had before them.
    pub notice_version: i32,
    /// When.
    pub chosen_at: DateTime<Utc>,
    /// Whether it still holds: they have not chosen anew since.
    pub holds: bool,
}

/// What is sent with a choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChoiceForm {
    /// [`SharingPurpose`] by code.
    pub purpose: String,
    /// [`OrganisationKind`] by code; empty where the choice is for all.
    pub kind: String,
    /// [`Labels`] as words; none is a refusal.
    pub labels: String,
    /// Which version of the notice the page showed.
    pub notice_version: i32,
    /// The form's one-time id.
    pub submission: String,
}

/// What a practice is asked to record about somebody's NHS Summary Care Record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SummaryToRecord {
    /// What they chose; absent where they want a summary and did not say which.
    pub choice: Option<SummaryChoice>,
    /// When they chose last.
    pub chosen_at: DateTime<Utc>,
}

/// A line of the export for planning: so many living people of a practice have an entry of this category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct PlanningLine<'a> {
    practice: &'a str,
    category: &'static str,
    age: &'static str,
    sex: &'static str,
    people: i64,
}

/// The use cases about sharing with organisations.
#[derive(Clone)]
pub struct Sharing {
    core: Core,
}

impl Sharing {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// What a person shares, purpose by purpose. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the person; a failing database.
    pub async fn choices(&self, actor: &Actor, person: PersonId) -> Result<Vec<PurposeSeen>, ServiceError> {
        let (rows, subject) = self.rows(actor, person).await?;
        let today = london_day(self.core.now());
        let seen = SharingPurpose::ALL.iter().map(|purpose| seen(*purpose, &rows, today)).collect::<Result<_, _>>()?;
        activity::disclose(&self.core, looked(actor, subject, "sharing")).await?;
        Ok(seen)
    }

    /// The organisations whose own the person is, and those that they let in, by name: some who work there may look. The look
    /// is audited.
    ///
    /// # Errors
    /// As [`Sharing::choices`].
    pub async fn organisations(&self, actor: &Actor, person: PersonId) -> Result<Vec<Organisation>, ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        let rows = organisation::of_person(&mut tx, person, london_day(self.core.now())).await?;
        drop(tx);
        let organisations = rows.into_iter().map(Organisation::try_from).collect::<Result<_, _>>()?;
        activity::disclose(&self.core, looked(actor, subject, "organisations")).await?;
        Ok(organisations)
    }

    /// A receipt for every choice, the newest first. The look is audited.
    ///
    /// # Errors
    /// As [`Sharing::choices`].
    pub async fn receipts(&self, actor: &Actor, person: PersonId) -> Result<Vec<Receipt>, ServiceError> {
        let (rows, subject) = self.rows(actor, person).await?;
        let mut last: BTreeMap<(&str, &str), i32> = BTreeMap::new();
        for row in &rows {
            let version = last.entry((&row.purpose, &row.organisation_kind)).or_default();
            *version = row.version.max(*version);
        }
        let receipts = rows.iter().map(|row| receipt(row, &last)).collect::<Result<_, _>>()?;
        activity::disclose(&self.core, looked(actor, subject, "sharing-receipts")).await?;
        Ok(receipts)
    }

    /// Keeps a choice as a new version. Giving and taking back are the same act. The same `submission` twice is one choice.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] when the page was not whole, or its notice is no longer the one that holds;
    /// [`ServiceError::NotFound`] to anybody but the person.
    pub async fn choose(&self, actor: &Actor, person: PersonId, form: &ChoiceForm) -> Result<(), ServiceError> {
        let mut tx = self.core.read().await?;
        let may = access::require(&self.core, &mut tx, actor, person, Ask::ManageSharing).await;
        drop(tx);
        if let Err(error) = may {
            return Err(access::refused_on(&self.core, actor, person, error, "sharing").await);
        }
        let chosen = read(form)?;
        let who = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &who, person, Ask::ManageSharing).await?;
                if sharing::by_submission(tx, person, chosen.submission).await?.is_some() {
                    return Ok(());
                }
                let notice = consent::in_force(chosen.purpose, london_day(core.now())).map(|notice| notice.version);
                if notice != Some(chosen.notice_version) {
                    let told = "What we tell you about this has changed. Read what is new, then choose again";
                    return Err(ServiceError::field("", told));
                }
                let before = summary_choice(tx, person).await?;
                if !keep(&core, tx, person, &chosen).await? {
                    return Ok(());
                }
                // The summary is made by the practice's system, which has to be told.
                if summary_choice(tx, person).await? != before {
                    profile::ask_practice(&core, tx, (person, WorkKind::SummaryChoice), core.now()).await?;
                }
                let shares = match chosen.labels {
                    labels if labels.is_empty() => "nothing",
                    labels if labels == Labels::all() => "everything",
                    _ => "something",
                };
                let event = Event::on_record(&who, subject, Action::SharingChanged, why(subject))
                    .about("what", "choice")
                    .about("for", chosen.purpose.code())
                    .about("kind", chosen.kind())
                    .about("shares", shares)
                    .about("notice", chosen.notice_version);
                activity::append(&core, tx, event).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "sharing").await),
            done => done,
        }
    }

    /// What somebody chose about their Summary Care Record, as those see it who record it in their practice's system. The look is
    /// audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not deal with it, or does not look after the person any more.
    pub async fn to_record(&self, actor: &Actor, item: WorkItemId) -> Result<SummaryToRecord, ServiceError> {
        let mut tx = self.core.read().await?;
        let found = to_record(&self.core, &mut tx, actor, item).await;
        drop(tx);
        match found {
            Ok((found, subject)) => {
                activity::disclose(&self.core, looked(actor, subject, "summary-choice")).await?;
                Ok(found)
            }
            Err(error) => Err(access::refused(&self.core, actor, error, "sharing").await),
        }
    }

    /// Writes what may be given away for planning, and gives the number of lines: for each practice, how many of its living
    /// people of an age and a sex have an entry of a category. Who refused planning is in no line and in no count, and a
    /// count of fewer than five people is left out. One JSON object a line.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the operator; [`ServiceError::Unavailable`] when `out` does not take it.
    pub async fn planning_export(&self, actor: &Actor, out: &mut (impl Write + Send)) -> Result<u64, ServiceError> {
        if let Decision::Deny(denial) = decide_for_all(actor, Ask::ExportRecord) {
            return Err(access::refused(&self.core, actor, denial.into(), "planning-export").await);
        }
        let today = london_day(self.core.now());
        let mut tx = self.core.read().await?;
        let practices = sharing::practices(&mut tx).await?;
        let mut lines = Vec::new();
        for (id, code) in &practices {
            let counted = counted(&sharing::counts(&mut tx, *id, SharingPurpose::Planning).await?, today);
            for ((category, age, sex), people) in counted.into_iter().filter(|(_, people)| *people >= FEWEST) {
                let line = PlanningLine { practice: code, category: category.code(), age, sex, people };
                lines.push(serde_json::to_string(&line).map_err(ServiceError::internal)?);
            }
        }
        drop(tx);
        let event =
            Event::on_account(actor, Action::Export, Purpose::Operations).about("what", "planning").about("lines", lines.len());
        activity::disclose(&self.core, event).await?;
        let cannot = |error: std::io::Error| ServiceError::Unavailable(format!("the export could not be written: {error}"));
        for line in &lines {
            writeln!(out, "{line}").map_err(cannot)?;
        }
        out.flush().map_err(cannot)?;
        Ok(u64::try_from(lines.len()).unwrap_or(u64::MAX))
    }

    pub(crate) const fn core(&self) -> &Core {
        &self.core
    }

    /// Every choice of the person, if the actor may manage them.
    async fn rows(&self, actor: &Actor, person: PersonId) -> Result<(Vec<ChoiceRow>, Subject), ServiceError> {
        let (mut tx, subject) = self.open(actor, person).await?;
        Ok((sharing::of_person(&mut tx, person).await?, subject))
    }

    /// Begins a read of what the person shares, if the actor may manage it.
    pub(crate) async fn open(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject), ServiceError> {
        let (tx, subject, _) = self.core.enter(actor, person, Ask::ManageSharing, "sharing").await?;
        Ok((tx, subject))
    }
}

/// What the person last said about a fuller summary; `None` where they never chose here.
pub(crate) async fn summary(tx: &mut Tx, person: PersonId) -> Result<Option<bool>, StoreError> {
    let chosen = store::staff::choice(tx, person, SharingPurpose::Summary.code(), EVERY_KIND).await?;
    Ok(chosen.map(|labels| !labels.is_empty()))
}

/// What the person chose about their NHS Summary Care Record; `None` where they did not say.
pub(crate) async fn summary_choice(tx: &mut Tx, person: PersonId) -> Result<Option<SummaryChoice>, StoreError> {
    let at_all = store::staff::choice(tx, person, SharingPurpose::SummaryAtAll.code(), EVERY_KIND).await?;
    Ok(SummaryChoice::of(at_all.map(|labels| !labels.is_empty()), summary(tx, person).await?))
}

/// When what they chose about their NHS Summary Care Record last became another; `None` where they never chose.
pub(crate) async fn summary_changed_at(tx: &mut Tx, person: PersonId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut rows = sharing::of_person(tx, person).await?;
    rows.sort_by_key(|row| (row.chosen_at, row.version));
    let (mut at_all, mut fuller, mut changed) = (None, None, None);
    for row in rows {
        let before = SummaryChoice::of(at_all, fuller);
        match row.purpose()? {
            SharingPurpose::SummaryAtAll => at_all = Some(!row.labels.is_empty()),
            SharingPurpose::Summary => fuller = Some(!row.labels.is_empty()),
            _ => {}
        }
        if SummaryChoice::of(at_all, fuller) != before {
            changed = Some(row.chosen_at);
        }
    }
    Ok(changed)
}

async fn to_record(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    item: WorkItemId,
) -> Result<(SummaryToRecord, Subject), ServiceError> {
    let (_, row) = items::mine(tx, actor, item).await?;
    if row.kind()? != WorkKind::SummaryChoice {
        return Err(ServiceError::NotFound);
    }
    let subject = access::require(core, tx, actor, row.person(), Ask::SeeProfile).await?;
    let about = [SharingPurpose::Summary, SharingPurpose::SummaryAtAll].map(SharingPurpose::code);
    let rows = sharing::of_person(tx, row.person()).await?;
    let last = rows.iter().filter(|row| about.contains(&row.purpose.as_str())).map(|row| row.chosen_at).max();
    let chosen_at = last.ok_or(ServiceError::NotFound)?;
    Ok((SummaryToRecord { choice: summary_choice(tx, row.person()).await?, chosen_at }, subject))
}

/// What may open in an emergency: everything but what the person keeps closed even then.
pub(crate) async fn in_emergency(tx: &mut Tx, person: PersonId) -> Result<Labels, StoreError> {
    match store::staff::choice(tx, person, SharingPurpose::Emergency.code(), EVERY_KIND).await? {
        None => Ok(Labels::all()),
        Some(words) => words.parse().map_err(|_| StoreError::corrupt("a choice has an unknown label")),
    }
}

/// A choice that was read from its form.
#[derive(Clone, Copy)]
struct Chosen {
    purpose: SharingPurpose,
    kind: Option<OrganisationKind>,
    labels: Labels,
    notice_version: i32,
    submission: Uuid,
}

impl Chosen {
    const fn kind(&self) -> &'static str {
        match self.kind {
            Some(kind) => kind.code(),
            None => EVERY_KIND,
        }
    }
}

fn read(form: &ChoiceForm) -> Result<Chosen, ServiceError> {
    let kind = OrganisationKind::from_code(&form.kind);
    let chosen = SharingPurpose::from_code(&form.purpose)
        .zip(form.labels.parse::<Labels>().ok())
        .zip(form.submission.parse::<Uuid>().ok())
        .filter(|((purpose, labels), _)| {
            let names_kind = if purpose.is_by_kind() { kind.is_some() } else { form.kind.is_empty() };
            names_kind && purpose.takes(*labels)
        });
    match chosen {
        Some(((purpose, labels), submission)) => {
            Ok(Chosen { purpose, kind, labels, notice_version: form.notice_version, submission })
        }
        None => Err(ServiceError::Fields(vec![FieldProblem::new("", "The page was not whole. Choose again")])),
    }
}

/// Keeps it under the next number; `false` when its form was kept just now.
async fn keep(core: &Core, tx: &mut Tx, person: PersonId, chosen: &Chosen) -> Result<bool, ServiceError> {
    // Another choice may take the number at the same moment.
    for _ in 0..3 {
        let last = sharing::last(tx, person, chosen.purpose, chosen.kind()).await?;
        let row = ChoiceRow {
            person_id: person.as_uuid(),
            purpose: chosen.purpose.code().to_owned(),
            organisation_kind: chosen.kind().to_owned(),
            version: last.saturating_add(1),
            labels: chosen.labels.to_string(),
            notice_version: chosen.notice_version,
            submission_id: chosen.submission,
            chosen_at: core.now(),
        };
        if sharing::insert(tx, &row).await? {
            return Ok(true);
        }
        if sharing::by_submission(tx, person, chosen.submission).await?.is_some() {
            return Ok(false);
        }
    }
    Err(StoreError::Busy.into())
}

fn seen(purpose: SharingPurpose, rows: &[ChoiceRow], today: NaiveDate) -> Result<PurposeSeen, ServiceError> {
    let notice = consent::in_force(purpose, today).ok_or_else(|| ServiceError::internal("there is no notice yet"))?;
    let of_purpose = || rows.iter().filter(|row| row.purpose == purpose.code());
    let newer = of_purpose().map(|row| row.notice_version).max().map(|version| consent::newer(purpose, version, today));
    let kinds: Vec<Option<OrganisationKind>> =
        if purpose.is_by_kind() { OrganisationKind::ALL.iter().copied().map(Some).collect() } else { vec![None] };
    let choices = kinds.into_iter().map(|kind| {
        let last_of = |code: &str| of_purpose().filter(|row| row.organisation_kind == code).max_by_key(|row| row.version);
        let last = last_of(kind.map_or(EVERY_KIND, OrganisationKind::code));
        let until = || kind.and_then(OrganisationKind::until_chosen).and_then(|other| last_of(other.code()));
        let labels = last.or_else(until).map(ChoiceRow::labels).transpose()?;
        Ok(ChoiceSeen { kind, labels: labels.or_else(|| purpose.unless_chosen()), chosen_at: last.map(|row| row.chosen_at) })
    });
    Ok(PurposeSeen { purpose, notice, newer: newer.unwrap_or_default(), choices: choices.collect::<Result<_, StoreError>>()? })
}

fn receipt(row: &ChoiceRow, last: &BTreeMap<(&str, &str), i32>) -> Result<Receipt, StoreError> {
    let kind = match row.organisation_kind.as_str() {
        EVERY_KIND => None,
        code => {
            let kind = OrganisationKind::from_code(code);
            Some(kind.ok_or_else(|| StoreError::corrupt("a choice is for an unknown kind of organisation"))?)
        }
    };
    Ok(Receipt {
        purpose: row.purpose()?,
        kind,
        labels: row.labels()?,
        notice_version: row.notice_version,
        chosen_at: row.chosen_at,
        holds: last.get(&(row.purpose.as_str(), row.organisation_kind.as_str())) == Some(&row.version),
    })
}

fn looked(actor: &Actor, subject: Subject, page: &'static str) -> Event {
    Event::on_record(actor, subject, Action::Read, why(subject)).about("page", page)
}

/// How many people of each category, age and sex.
fn counted(rows: &[CountRow], today: NaiveDate) -> BTreeMap<(Category, &'static str, &'static str), i64> {
    let mut counted = BTreeMap::new();
    for row in rows {
        // Who looks after somebody, and what nothing is known of, says nothing for planning.
        let category =
            Category::from_code(&row.category).filter(|category| !matches!(category, Category::People | Category::Other));
        let Some(category) = category else { continue };
        let age = row.birth_date.and_then(|birth| age_on(birth, today));
        *counted.entry((category, band(age), sex(row.gender.as_deref()))).or_default() += row.people;
    }
    counted
}

/// The ten years of age to which somebody belongs.
const fn band(age: Option<u32>) -> &'static str {
    match age {
        None => "unknown",
        Some(0..10) => "0-9",
        Some(10..20) => "10-19",
        Some(20..30) => "20-29",
        Some(30..40) => "30-39",
        Some(40..50) => "40-49",
        Some(50..60) => "50-59",
        Some(60..70) => "60-69",
        Some(70..80) => "70-79",
        Some(80..90) => "80-89",
        Some(_) => "90+",
    }
}

fn sex(gender: Option<&str>) -> &'static str {
    match gender {
        Some("female") => "female",
        Some("male") => "male",
        Some("other") => "other",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(purpose: &str, kind: &str, labels: &str) -> ChoiceForm {
        ChoiceForm {
            purpose: purpose.to_owned(),
            kind: kind.to_owned(),
            labels: labels.to_owned(),
            notice_version: 1,
            submission: Uuid::nil().to_string(),
        }
    }

    #[test]
    fn a_choice_fits_its_purpose() {
        for (purpose, kind, labels, fits) in [
            ("direct-care", "practice", "general mental", true),
            ("direct-care", "practice", "", true),
            ("direct-care", "", "general", false),
            ("direct-care", "shop", "general", false),
            ("planning", "", "", true),
            ("planning", "", "general mental sexual social", true),
            ("planning", "", "general", false),
            ("planning", "practice", "", false),
            ("emergency", "", "general", true),
            ("emergency", "", "general nonsense", false),
            ("nonsense", "", "", false),
        ] {
            assert_eq!(read(&form(purpose, kind, labels)).is_ok(), fits, "{purpose} {kind} {labels}");
        }
        assert!(read(&ChoiceForm { submission: "nonsense".to_owned(), ..form("planning", "", "") }).is_err());
    }

    #[test]
    fn people_are_counted_by_ten_years_of_age() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let row = |category: &str, birth: Option<&str>, gender: Option<&str>, people| CountRow {
            category: category.to_owned(),
            birth_date: birth.map(|birth| birth.parse().unwrap()),
            gender: gender.map(str::to_owned),
            people,
        };
        let rows = [
            row("problems", Some("1986-11-21"), Some("female"), 2),
            row("problems", Some("1986-11-22"), Some("female"), 3),
            row("problems", Some("1980-01-01"), Some("female"), 4),
            row("people", Some("1980-01-01"), Some("female"), 9),
            row("results", None, None, 1),
        ];
        let expected = [
            ((Category::Problem, "30-39", "female"), 3),
            ((Category::Problem, "40-49", "female"), 6),
            ((Category::Result, "unknown", "unknown"), 1),
        ];
        assert_eq!(counted(&rows, today), BTreeMap::from(expected));
    }
}
