//! A record on one page: what whoever treats somebody in a hurry asks first.

use crate::activity::{self, Event};
use crate::medicines::{all_allergies, current_medicines};
use crate::profile::{self, AskedToCopy, OwnContacts, named_here};
use crate::reader::Reader;
use crate::records::{self, Which, purpose};
use crate::sources::{OutOfDate, out_of_date};
use crate::{Core, EntryLine, MedicineSeen, Organisation, PersonSummary, ServiceError, access, sharing};
use chrono::NaiveDate;
use domain::access::{Actor, Ask};
use domain::audit::{Action, Basis};
use domain::consent::SummaryChoice;
use domain::record::{Category, Detail};
use domain::team::WorkKind;
use domain::when::london_day;
use domain::wish::{REVIEW, Wish, has_passed};
use domain::{EntryId, PersonId};
use std::collections::BTreeMap;
use store::{Tx, organisation, record};

/// The most health problems of a summary: more than anybody has, and a bound where a source sends a flood.
const MOST_PROBLEMS: usize = 1000;

/// A part of the summary: all health problems and allergies, and of others at most one page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryPart {
    /// The newest first, without those that only say that there is none.
    pub lines: Vec<EntryLine>,
    /// How many there are beyond them.
    pub more: u64,
    /// What sources say of there being none, in their own words, which is not the same as no information.
    pub none_said: Vec<String>,
}

/// Something that the person wants, or that was decided with them, for a time when they may be very ill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishSeen {
    /// What it is.
    pub wish: Wish,
    /// Its entry.
    pub line: EntryLine,
    /// On which day it ends or somebody looks at it again, in the words of a date, where the source says.
    pub review: Option<String>,
    /// Whether that day has passed.
    pub review_passed: bool,
    /// What else its entry says, in its order: the words in which it was recorded among it.
    pub said: Vec<Detail>,
}

/// A record on one page, as far as it is open to the reader. A part that is not open is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummarySeen {
    /// Whose it is; of their details only what the reader may know.
    pub whose: PersonSummary,
    /// All that the person is allergic to.
    pub allergies: Option<SummaryPart>,
    /// How their body reacted, by allergy, where a source says so.
    pub reactions: BTreeMap<EntryId, String>,
    /// What they take now, and what is paused, by heading and name; and what sources say of there being nothing.
    pub medicines: Option<(Vec<MedicineSeen>, Vec<String>)>,
    /// The health problems that they have now.
    pub problems: Option<SummaryPart>,
    /// Their vaccinations.
    pub immunisations: Option<SummaryPart>,
    /// All that they want, and that was decided with them, for a time when they may be very ill, as services recorded it: what is asked
    /// first stands first.
    pub wishes: Option<Vec<WishSeen>>,
    /// Their other care plans that hold now.
    pub care: Option<SummaryPart>,
    /// Those whom their sources name to be told, in the sources' words.
    pub contacts: Option<Vec<String>>,
    /// Those whom the person, or somebody who acts for them, named here to be told: kept beside those, and never taken for them. Absent
    /// where nobody is named.
    pub own_contacts: Option<OwnContacts>,
    /// Who looks after them, by name; told to the person alone.
    pub services: Vec<Organisation>,
    /// What they said about a fuller summary for urgent care: told to the person alone, and absent too where they never chose here.
    pub fuller: Option<bool>,
    /// What they chose about their NHS Summary Care Record, as one choice: told to the person alone.
    pub choice: Option<SummaryChoice>,
    /// Which practices were asked to record that, and when they said that they did: told to the person alone.
    pub asked: Vec<AskedToCopy>,
    /// What they say that they need so that they are understood, in sentences; empty where they need nothing, did not say, or it is not
    /// open to the reader.
    pub needs: String,
    /// Of which sources the newest may be missing.
    pub out_of_date: Vec<OutOfDate>,
}

/// In which form a summary is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryForm {
    /// Read on a page.
    Page,
    /// Taken away as a file.
    File,
}

/// The use cases of reading a record on one page.
#[derive(Clone)]
pub struct Summaries {
    core: Core,
}

impl Summaries {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// The record on one page. The look is audited, once for all of it.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn read(&self, actor: &Actor, person: PersonId, form: SummaryForm) -> Result<SummarySeen, ServiceError> {
        let mut tx = self.core.read().await?;
        let allowed = match access::open(&self.core, &mut tx, actor, person, Ask::ReadRecord).await {
            Ok(allowed) => allowed,
            Err(error) => {
                drop(tx);
                return Err(access::refused_on(&self.core, actor, person, error, "summary").await);
            }
        };
        let subject = allowed.subject;
        let reader = Reader::new(person, allowed.view, self.core.now());
        let shows = |category| allowed.shows(category);
        let (allergies, reactions) = match shows(Category::Allergy) {
            true => {
                let (lines, reactions) = all_allergies(&mut tx, &reader).await?;
                (Some(apart(lines, 0)), reactions)
            }
            false => (None, BTreeMap::new()),
        };
        let medicines = match shows(Category::Medicine) {
            true => Some(current_medicines(&self.core, &mut tx, &reader).await?),
            false => None,
        };
        let mut part = async |category: Category, which: Which| -> Result<Option<SummaryPart>, ServiceError> {
            if !shows(category) {
                return Ok(None);
            }
            let page = records::part(&mut tx, &reader, category, which, None).await?;
            let (mut lines, mut next, total) = (page.lines, page.next, page.total);
            // What is left out of the others is counted, and may be left out.
            while let Some(after) = next.filter(|_| category == Category::Problem && lines.len() < MOST_PROBLEMS) {
                let page = records::part(&mut tx, &reader, category, which, Some(after)).await?;
                lines.extend(page.lines);
                next = page.next;
            }
            let shown = u64::try_from(lines.len()).unwrap_or(u64::MAX);
            Ok(Some(apart(lines, total.saturating_sub(shown))))
        };
        let problems = part(Category::Problem, Which::Current).await?;
        let immunisations = part(Category::Immunisation, Which::All).await?;
        let care = part(Category::Care, Which::Current).await?;
        let wishes = match shows(Category::Care) {
            true => Some(wishes(&mut tx, &reader, london_day(self.core.now())).await?),
            false => None,
        };
        let care = care.map(|part| without_wishes(part, wishes.as_ref().map_or(0, Vec::len)));
        let contacts = match shows(Category::People) {
            true => Some(contacts(&mut tx, &reader).await?),
            false => None,
        };
        let own_contacts = named_here(&self.core, &mut tx, actor, person).await?;
        let needs = match access::allows(&self.core, &mut tx, actor, person, Ask::SeeProfile).await? {
            true => profile::in_words(&mut tx, person).await?,
            false => String::new(),
        };
        let (choice, asked) = match subject.basis {
            Basis::Own => {
                let changed = sharing::summary_changed_at(&mut tx, person).await?;
                let asked = profile::asked(&mut tx, (person, WorkKind::SummaryChoice), changed).await?;
                (sharing::summary_choice(&mut tx, person).await?, asked)
            }
            _ => (None, Vec::new()),
        };
        let (services, fuller) = match subject.basis {
            Basis::Own => {
                let rows = organisation::of_person(&mut tx, person, london_day(self.core.now())).await?;
                let services = rows.into_iter().map(Organisation::try_from).collect::<Result<_, _>>()?;
                (services, sharing::summary(&mut tx, person).await?)
            }
            _ => (Vec::new(), None),
        };
        let whose = records::summary(&mut tx, &reader).await?;
        let out_of_date = out_of_date(&mut tx, &reader, None).await?;
        drop(tx);
        let event = match form {
            SummaryForm::Page => Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "summary"),
            SummaryForm::File => Event::on_record(actor, subject, Action::Export, purpose(subject)).about("what", "summary"),
        };
        activity::disclose(&self.core, event).await?;
        Ok(SummarySeen {
            whose,
            allergies,
            reactions,
            medicines,
            problems,
            immunisations,
            wishes,
            care,
            contacts,
            own_contacts,
            services,
            fuller,
            choice,
            asked,
            needs,
            out_of_date,
        })
    }
}

/// What there is apart from what says that there is none.
fn apart(lines: Vec<EntryLine>, more: u64) -> SummaryPart {
    let none_said = records::none_said(&lines);
    SummaryPart { lines: lines.into_iter().filter(|line| !line.none_known).collect(), more, none_said }
}

/// Care plans without what stands among wishes, of which there are so many: those beyond the lines are not left out.
fn without_wishes(mut part: SummaryPart, wishes: usize) -> SummaryPart {
    let listed = part.lines.len();
    part.lines.retain(|line| Wish::from_code(&line.kind).is_none());
    let beyond = wishes.saturating_sub(listed - part.lines.len());
    part.more = part.more.saturating_sub(u64::try_from(beyond).unwrap_or(u64::MAX));
    part
}

/// All wishes that hold, in the order in which they are asked for, and the newest of a kind first.
async fn wishes(tx: &mut Tx, reader: &Reader, today: NaiveDate) -> Result<Vec<WishSeen>, ServiceError> {
    let rows = record::wishes(tx, reader.person, &reader.filter).await?;
    let rows = rows.into_iter().map(|row| (row.line, None, row.details.0)).collect();
    let mut wishes = Vec::new();
    for (line, _, details) in records::full_lines(tx, reader, rows).await? {
        let (review, said): (Vec<_>, Vec<_>) = details.into_iter().partition(|detail| detail.label == REVIEW);
        let review = review.into_iter().next().map(|detail| detail.value);
        let review_passed = review.as_deref().is_some_and(|review| has_passed(review, today));
        wishes.extend(Wish::from_code(&line.kind).map(|wish| WishSeen { wish, line, review, review_passed, said }));
    }
    wishes.sort_by_key(|one| one.wish.place());
    Ok(wishes)
}

/// Those whom the person's own details name to be told, each once.
async fn contacts(tx: &mut Tx, reader: &Reader) -> Result<Vec<String>, ServiceError> {
    let rows = record::own_details(tx, reader.person, &reader.filter).await?;
    let rows = rows.into_iter().map(|row| (row.line, None, row.details.0)).collect();
    let mut named = Vec::new();
    for (_, _, details) in records::full_lines(tx, reader, rows).await? {
        let new: Vec<String> = fhir::map::contacts(&details).into_iter().filter(|one| !named.contains(one)).collect();
        named.extend(new);
    }
    Ok(named)
}
