//! One list of somebody's medicines from every source.

use super::order::{OrderSeen, last_orders};
use super::{Medicines, in_words};
use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::{self, purpose};
use crate::{Core, EntryLine, OrganisationKind, PersonSummary, ServiceError, access};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use domain::access::{Actor, Ask};
use domain::audit::Action;
use domain::medicine::{
    CannotOrder, ChangeKind, Course, EndDay, Group, MedicineRef, Named, OrderRules, Prescribed, Repeat, Setting, Severity,
    Standing, Warning, Word, changes, dictionary_code, overused, refers_to, runs_out, same_product,
};
use domain::record::{Category, Code, Detail, Sensitivity};
use domain::when::london_day;
use domain::{EntryId, OrderId, OrganisationId, OwnMedicineId, PersonId, When};
use std::collections::{BTreeMap, BTreeSet};
use store::medicine::{OwnRow, RulesRow};
use store::record::MedicineRow;
use store::{Tx, dictionary, medicine, prescribing, record, staff};

/// The most entries about medicines that are looked through.
pub(super) const MOST: i64 = 2_000;
/// The most medicines of their own that are shown.
pub(super) const MOST_OWN: i64 = 200;
/// For how many months back it is looked how often a medicine was given.
const MONTHS: Months = Months::new(7);
/// For how many days a change is told of in the list.
const RECENT: Days = Days::new(183);
/// How many changes of one medicine are told, the newest.
const CHANGES: usize = 10;

/// One entry of the record about a medicine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MedicineSource {
    /// The entry.
    pub entry: EntryId,
    /// The organisation from whose system it comes.
    pub organisation: String,
    /// What sort of entry it is: "Repeat medicine".
    pub kind: String,
    /// When it began or was given.
    pub happened: Option<When>,
    /// Whether it holds now.
    pub standing: Standing,
    /// It stands for one time that the medicine was given, which is over.
    pub given_once: bool,
    /// The dose, as this source wrote it.
    pub doses: Vec<String>,
}

/// What a source's system warned of about a medicine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningSeen {
    /// Its entry.
    pub entry: EntryId,
    /// The organisation from whose system it comes.
    pub organisation: String,
    /// What it says, in the source's words.
    pub words: String,
    /// How serious, where the source says so.
    pub severity: Option<Severity>,
    /// What was done about it, in the source's words.
    pub done: Vec<String>,
}

/// What changed in how a medicine is taken, as its sources say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSeen {
    /// What changed.
    pub kind: ChangeKind,
    /// When, as far as that is known.
    pub on: Option<When>,
    /// It may have been before that.
    pub at_latest: bool,
    /// The entry that says so.
    pub entry: EntryId,
    /// The organisation from whose system it comes.
    pub organisation: String,
    /// The medicine of before, where it is listed as another one.
    pub instead_of: Option<String>,
    /// The dose before, exactly as it was written; empty where none is known.
    pub before: Vec<String>,
    /// The dose from then on, exactly as it was written; empty where it is not taken.
    pub after: Vec<String>,
    /// Why, as the sources wrote it.
    pub why: Vec<String>,
    /// What it is for, as the source of the change wrote it.
    pub reasons: Vec<String>,
    /// What else that source wrote to it.
    pub notes: Vec<String>,
}

impl ChangeSeen {
    /// "Changed on 3 March 2026 at Musgrove Park".
    #[must_use]
    pub fn in_words(&self) -> String {
        let title = self.kind.title();
        let when = self.on.map(|when| {
            let before = match when {
                _ if self.at_latest => "by",
                When::Day(_) | When::Instant(_) => "on",
                When::Month(..) | When::Year(_) => "in",
            };
            format!(" {before} {}", when.day_only())
        });
        format!("{title}{} at {}", when.unwrap_or_default(), self.organisation)
    }
}

/// A medicine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MedicineSeen {
    /// Its name.
    pub name: String,
    /// The codes by which its source names it, as far as the reader may know its name.
    pub codes: Vec<Code>,
    /// Under which heading it stands.
    pub group: Group,
    /// It is paused.
    pub paused: bool,
    /// The dose, exactly as the source that counts wrote it.
    pub doses: Vec<String>,
    /// What it is for, as the source wrote it.
    pub reasons: Vec<String>,
    /// Why it was changed or stopped, as the source wrote it.
    pub why_changed: Vec<String>,
    /// What changed in how it is taken, the newest first.
    pub changes: Vec<ChangeSeen>,
    /// The newest change of all, where it was within the last half year.
    pub lately: Option<ChangeSeen>,
    /// A hospital or a clinic stopped or paused it, and another source still says that it is taken.
    pub stopped_elsewhere: bool,
    /// Since when it is taken, as far as the sources tell.
    pub started: Option<When>,
    /// When it ended, as far as its source tells.
    pub ended: Option<EndDay>,
    /// Who prescribes it, by name.
    pub author: Option<String>,
    /// How much is given at a time.
    pub quantity: Option<String>,
    /// The day from which it must be reviewed before more is given.
    pub review_on: Option<NaiveDate>,
    /// When it was given last.
    pub last_issued: Option<NaiveDate>,
    /// When that should be used up.
    pub runs_out: Option<NaiveDate>,
    /// Every entry about it, the newest first.
    pub sources: Vec<MedicineSource>,
    /// Sources that hold now do not say the same dose.
    pub doses_differ: bool,
    /// What sources warned of about it, the newest first. Nothing is found here that no source said.
    pub warnings: Vec<WarningSeen>,
    /// The entry that is ordered; absent where nothing of it is a repeat.
    pub plan: Option<EntryId>,
    /// It stands on the page of ordering, with why it cannot be ordered where it cannot: not what is bought, nor what
    /// ended long ago.
    pub listed: bool,
    /// Whether it can be ordered now, and if not, why; absent for whoever may not order, or may not know what it is.
    pub order: Option<Result<(), CannotOrder>>,
    /// The order of it that waits; absent for whoever may not order.
    pub asked: Option<OrderId>,
    /// What the person added, where it is theirs.
    pub own: Option<OwnMedicineId>,
}

impl MedicineSeen {
    /// Whether it can be ordered before its time by whoever says why.
    #[must_use]
    pub fn may_be_early(&self) -> bool {
        self.order.and_then(Result::err).is_some_and(CannotOrder::yields_to_reason)
    }

    /// By what a reminder of it names it; absent where it is not taken now.
    #[must_use]
    pub fn remindable(&self) -> Option<MedicineRef> {
        let entry = self.plan.or_else(|| self.sources.first().map(|source| source.entry));
        let named = self.own.map(MedicineRef::Own).or(entry.map(MedicineRef::Entry));
        named.filter(|_| !self.paused && self.group != Group::Stopped)
    }

    /// What its sources do not agree on, in a few words without a full stop: whoever goes by one of them has to know.
    #[must_use]
    pub const fn doubt(&self) -> Option<&'static str> {
        match (self.stopped_elsewhere, self.doses_differ) {
            (true, _) => Some("One place says that it is stopped"),
            (false, true) => Some("Places differ on how to take it"),
            (false, false) => None,
        }
    }

    /// Why it cannot be ordered now, and what to do instead, in a sentence without its full stop.
    #[must_use]
    pub fn why_not(&self) -> Option<String> {
        self.order?.err().map(in_words)
    }
}

/// Everything on the page of medicines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MedicinesSeen {
    /// Whose they are; of their details only what the reader may know.
    pub whose: PersonSummary,
    /// The medicines, by heading and name.
    pub medicines: Vec<MedicineSeen>,
    /// What sources say of there being none, in their own words.
    pub none_said: Vec<String>,
    /// What the person is allergic to, as far as the reader may know; absent where they may not.
    pub allergies: Option<Vec<EntryLine>>,
    /// How their body reacted, by allergy, where a source says so.
    pub reactions: BTreeMap<EntryId, String>,
    /// Whether the reader may order and add.
    pub may_order: bool,
}

/// A medicine with what ordering it needs.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) seen: MedicineSeen,
    pub(super) organisation: Option<OrganisationId>,
    /// Whether its practice asks why it is needed.
    pub(super) asks_reason: bool,
    pub(super) overused: bool,
    /// From whom each of its warnings comes.
    pub(super) warned_by: Vec<OrganisationId>,
    /// What its source calls it, by id and by identifiers (`system|value`).
    pub(super) named: (Option<String>, Vec<String>),
    /// From which day on there is room for the next order; absent where nothing says so, and for whoever may not order.
    pub(super) order_from: Option<NaiveDate>,
}

/// A warning, read.
struct Warned {
    warning: Warning,
    organisation: OrganisationId,
    seen: WarningSeen,
}

impl Warned {
    fn is_about(&self, one: &One) -> bool {
        let (kind, id) = (one.kind.as_str(), one.id.as_str());
        self.organisation == one.organisation && self.warning.is_about(kind, id, one.full_url.as_deref())
    }
}

/// One entry, read.
struct One {
    /// The resource's type and id, and the address under which it stood in its Bundle.
    kind: String,
    id: String,
    full_url: Option<String>,
    line: EntryLine,
    facts: Prescribed,
    /// What it is for, by its own words and by those to which it points.
    reasons: Vec<String>,
    organisation: OrganisationId,
    organisation_name: String,
    /// The organisation is a hospital.
    is_hospital: bool,
}

impl One {
    fn standing(&self) -> Standing {
        if self.facts.do_not_take {
            return Standing::Ended;
        }
        Standing::of(self.line.status.as_deref())
    }

    /// Its name; empty where all that is known of it is what sort of entry it is.
    fn name(&self) -> &str {
        if self.line.title == self.line.kind { "" } else { &self.line.title }
    }

    fn named(&self) -> Named<'_> {
        Named { name: self.name(), codes: &self.facts.codes, holds: self.standing() != Standing::Ended }
    }

    /// Whether it stands for one time that the medicine was given.
    fn was_given(&self) -> bool {
        let gone = matches!(self.line.status.as_deref(), Some("cancelled"));
        !self.facts.is_plan && !self.facts.do_not_take && !gone
    }

    fn course(&self) -> Course {
        match self.facts.course.unwrap_or(Course::Unknown) {
            // It is asked for there, also where the hospital's system does not say so: no practice gives it again.
            Course::Repeat | Course::Unknown if self.is_hospital => Course::Hospital,
            course => course,
        }
    }

    /// It stands for one time that the medicine was given, which is over.
    fn given_once(&self) -> bool {
        self.was_given() && self.line.status.as_deref() == Some("completed")
    }

    /// When it ended, where it has; what is not to be taken need never have begun.
    fn ended(&self) -> Option<EndDay> {
        let facts = &self.facts;
        let is_over = self.standing() == Standing::Ended && !facts.do_not_take;
        facts.status_since.map(EndDay::On).or(facts.changed_on.map(EndDay::By)).filter(|_| is_over)
    }

    /// What it says of how the medicine is taken, with the place of the entry that it replaces.
    fn word(&self, replaces: Option<usize>) -> Word<'_> {
        let standing = self.standing();
        let from_hospital = match self.facts.setting {
            Some(setting) => setting != Setting::Ward,
            None => self.is_hospital,
        };
        let since = match standing {
            _ if self.facts.do_not_take => self.facts.written_on.map(EndDay::On),
            Standing::Current => None,
            Standing::Paused => self.facts.status_since.map(EndDay::On),
            Standing::Ended => self.ended(),
        };
        Word {
            source: self.organisation,
            from_hospital,
            // A statement may tell of what began long before it was made.
            at: self.facts.written_on.map(When::Day).or(self.line.happened),
            standing,
            since,
            finished: self.line.status.as_deref() == Some("completed") && !self.facts.do_not_take,
            forbids: self.facts.do_not_take,
            passing: self.given_once()
                || self.line.status.as_deref() == Some("cancelled")
                || self.facts.setting == Some(Setting::Ward),
            acute: self.course() == Course::Acute,
            doses: &self.facts.doses,
            replaces,
        }
    }

    /// How much it tells of how the medicine is taken now: what holds before what is over, what can be ordered before what was
    /// given once, and the newer before the older.
    fn weight(&self) -> (bool, bool, bool, Option<DateTime<Utc>>) {
        (
            self.standing() != Standing::Ended,
            self.course() == Course::Repeat,
            self.facts.is_plan,
            self.line.happened.map(|when| when.sort_key()),
        )
    }
}

/// What ordering needs to know of a person.
struct Orders {
    /// Those that look after the person.
    theirs: BTreeSet<OrganisationId>,
    /// Of the practices that look after the person, what each lets people order.
    rules: BTreeMap<OrganisationId, Option<RulesRow>>,
    /// Those of them that decide in a system of their own.
    outside: BTreeSet<OrganisationId>,
    open: BTreeMap<EntryId, (NaiveDate, OrderId)>,
    given: Vec<(EntryId, NaiveDate)>,
}

async fn read_orders(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    from: impl Iterator<Item = OrganisationId>,
) -> Result<Orders, ServiceError> {
    let today = london_day(core.now());
    let (mut rules, mut theirs, mut outside) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for at in from {
        if rules.contains_key(&at) {
            continue;
        }
        // Whoever is not one of theirs asks their own practice.
        let is_theirs = staff::has_person(tx, at, person).await?;
        let elsewhere = is_theirs && prescribing::of(tx, at).await?.is_some();
        if is_theirs {
            theirs.insert(at);
        }
        if elsewhere {
            outside.insert(at);
        }
        let row = super::rules::of(tx, at, elsewhere).await?.filter(|_| is_theirs);
        rules.insert(at, row);
    }
    let open = medicine::open(tx, person).await?.into_iter().map(|(entry, at, order)| (entry, (london_day(at), order))).collect();
    let since = today.checked_sub_months(MONTHS).unwrap_or(today);
    let given = medicine::given(tx, person, domain::when::london_midnight(since)).await?;
    let given = given.into_iter().map(|(entry, at)| (entry, london_day(at))).collect();
    Ok(Orders { theirs, rules, outside, open, given })
}

/// A person's medicines, as far as they are open to the reader, by heading and name; and what sources say of there
/// being none. `orders` is whether the reader may order.
pub(super) async fn known(
    core: &Core,
    tx: &mut Tx,
    reader: &Reader,
    orders: bool,
) -> Result<(Vec<Known>, Vec<String>), ServiceError> {
    let rows = record::medicines(tx, reader.person, &reader.filter, MOST).await?;
    let (lines, texts): (Vec<_>, Vec<_>) = rows.into_iter().map(apart).unzip();
    let lines = records::full_lines(tx, reader, lines).await?;
    let read = move || {
        let one = |((line, code, details), text): (records::FullLine, Text)| {
            let Text { organisation, organisation_name, is_hospital, full_url, raw } = text;
            let received = fhir::Received::new("stored", full_url.clone(), raw).ok();
            let mut facts = received.as_ref().and_then(fhir::map::prescribed).unwrap_or_default();
            let (kind, id) = received.map(|received| (received.resource_type, received.id)).unwrap_or_default();
            // The medicine to which it refers has the code where it has none of its own.
            facts.codes.extend(code.filter(|_| facts.codes.is_empty()));
            let reasons = fhir::map::reasons(&details);
            One { kind, id, full_url, line, facts, reasons, organisation, organisation_name, is_hospital }
        };
        lines.into_iter().zip(texts).map(one).collect::<Vec<_>>()
    };
    let mut all = tokio::task::spawn_blocking(read).await.map_err(ServiceError::internal)?;
    let stated: Vec<EntryLine> = all.iter().filter(|one| one.line.none_known).map(|one| one.line.clone()).collect();
    let none_said = records::none_said(&stated);
    all.retain(|one| !one.line.none_known);
    let warned = warned(tx, reader, &all).await?;
    let asked = match orders {
        true => Some(read_orders(core, tx, reader.person, all.iter().map(|one| one.organisation)).await?),
        false => None,
    };
    let today = london_day(core.now());
    let codes: BTreeSet<&str> = all.iter().flat_map(|one| one.facts.codes.iter().filter_map(dictionary_code)).collect();
    let dictionary = dictionary::of(tx, codes).await?;
    let named: Vec<Named<'_>> = all.iter().map(One::named).collect();
    let groups = same_product(&named, &dictionary);
    let words = words(&all);
    let mut known: Vec<Known> = groups
        .into_iter()
        .filter_map(|places| {
            let of: Vec<&One> = places.iter().filter_map(|place| all.get(*place)).collect();
            let changed = changed(&all, &words, &places);
            medicine_of(&of, changed, asked.as_ref(), &warned, today)
        })
        .collect();
    known.extend(own_open(tx, reader).await?.into_iter().map(own_medicine));
    known.sort_by_cached_key(|one| (one.seen.group, one.seen.name.to_lowercase(), one.seen.plan));
    Ok((known, none_said))
}

/// What they take now and what is paused, as far as it is open to the reader, without what ordering needs; and what sources say of
/// there being nothing.
pub(crate) async fn current_medicines(
    core: &Core,
    tx: &mut Tx,
    reader: &Reader,
) -> Result<(Vec<MedicineSeen>, Vec<String>), ServiceError> {
    let (known, none_said) = known(core, tx, reader, false).await?;
    Ok((known.into_iter().map(|one| one.seen).filter(|one| one.group != Group::Stopped).collect(), none_said))
}

/// Whether what the person added is open to the reader: it is as sensitive as what no source has labelled.
pub(super) fn sees_own(reader: &Reader) -> bool {
    reader.is_owner() || reader.view.opens(Category::Medicine, Sensitivity::General)
}

/// What the person added, as far as it is open to the reader, the last first.
pub(crate) async fn own_open(tx: &mut Tx, reader: &Reader) -> Result<Vec<OwnRow>, ServiceError> {
    if !sees_own(reader) {
        return Ok(Vec::new());
    }
    Ok(medicine::own(tx, reader.person, MOST_OWN).await?)
}

/// What sources warned of, as far as it is open to the reader with all the medicines that it is about: its words may name each
/// of them.
async fn warned(tx: &mut Tx, reader: &Reader, all: &[One]) -> Result<Vec<Warned>, ServiceError> {
    let rows = record::warnings(tx, reader.person, &reader.filter, MOST).await?;
    let read = rows.into_iter().filter_map(|row| {
        let received = fhir::Received::new("stored", row.full_url, row.raw).ok()?;
        let warning = fhir::map::warning(&received)?;
        let seen = WarningSeen {
            entry: EntryId::from_uuid(row.line.id),
            organisation: row.organisation,
            words: warning.words.clone(),
            severity: warning.severity,
            done: warning.done.clone(),
        };
        Some(Warned { warning, organisation: OrganisationId::from_uuid(row.organisation_id), seen })
    });
    let mut warned: Vec<Warned> = read.collect();
    if !reader.is_owner() {
        warned.retain(|one| one.warning.about.len() == all.iter().filter(|entry| one.is_about(entry)).count());
    }
    Ok(warned)
}

/// All that the person is allergic to, with what says that there is none: none of them may be missing beside their medicines. With it
/// how the body reacted, by allergy, as sources say it: "Rash, severe. High risk of a serious reaction". As far as it is open to the
/// reader.
pub(crate) async fn all_allergies(
    tx: &mut Tx,
    reader: &Reader,
) -> Result<(Vec<EntryLine>, BTreeMap<EntryId, String>), ServiceError> {
    let rows = record::allergies(tx, reader.person, &reader.filter).await?;
    let rows = rows.into_iter().map(|row| (row.line, None, row.details.0)).collect();
    let (mut lines, mut reactions) = (Vec::new(), BTreeMap::new());
    for (line, _, details) in records::full_lines(tx, reader, rows).await? {
        if let Some(said) = reaction_in_words(&details).filter(|_| !line.none_known) {
            reactions.insert(line.id, said);
        }
        lines.push(line);
    }
    Ok((lines, reactions))
}

fn reaction_in_words(details: &[Detail]) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    for Detail { label, value } in details {
        match (label.as_str(), said.last_mut()) {
            ("Reaction", _) => said.push(value.trim_end_matches('.').to_owned()),
            ("How serious", Some(last)) => *last = format!("{last}, {}", value.to_lowercase()),
            ("How serious", None) => said.push(value.clone()),
            ("Risk", _) if value != "Not known" => said.push(value.clone()),
            _ => {}
        }
    }
    Some(said.join(". ")).filter(|said| !said.is_empty())
}

/// What a source said, and which it is.
struct Text {
    organisation: OrganisationId,
    organisation_name: String,
    is_hospital: bool,
    full_url: Option<String>,
    raw: String,
}

fn apart(row: MedicineRow) -> ((record::LineRow, Option<Code>, Vec<Detail>), Text) {
    let code = row.code_system.zip(row.code).map(|(system, code)| Code { system, code, display: row.code_display });
    let text = Text {
        organisation: OrganisationId::from_uuid(row.organisation_id),
        organisation_name: row.organisation,
        is_hospital: OrganisationKind::from_code(&row.organisation_kind) == Some(OrganisationKind::Hospital),
        full_url: row.full_url,
        raw: row.raw,
    };
    ((row.line, code, row.details.0), text)
}

/// What each entry says of how its medicine is taken.
fn words(all: &[One]) -> Vec<Word<'_>> {
    let replaced = |one: &One| {
        let reference = one.facts.replaces.as_deref()?;
        let is_it = |other: &One| refers_to(reference, &other.kind, &other.id, other.full_url.as_deref());
        all.iter().position(|other| other.organisation == one.organisation && is_it(other))
    };
    all.iter().map(|one| one.word(replaced(one))).collect()
}

/// What changed in the medicine with these places, the newest first.
fn changed(all: &[One], words: &[Word<'_>], places: &[usize]) -> Vec<ChangeSeen> {
    let seen = |change: domain::medicine::Change| {
        let by = all.get(change.by)?;
        let before = change.before.and_then(|place| Some((place, all.get(place)?)));
        let is_over = !matches!(change.kind, ChangeKind::Started | ChangeKind::Dose);
        let ended = before.map(|(_, old)| old).filter(|old| old.standing() == Standing::Ended);
        let mut why: Vec<String> = ended.map(|old| old.facts.why_changed.clone()).unwrap_or_default();
        why.extend(by.facts.why_changed.iter().filter(|one| !why.contains(one)).cloned().collect::<Vec<_>>());
        Some(ChangeSeen {
            kind: change.kind,
            on: by.line.happened.filter(|_| change.kind == ChangeKind::Started).or(change.on),
            at_latest: change.at_latest,
            entry: by.line.id,
            organisation: by.organisation_name.clone(),
            instead_of: before.filter(|(place, _)| !places.contains(place)).map(|(_, old)| old.line.title.clone()),
            before: match before {
                Some((_, old)) => old.facts.doses.clone(),
                None if is_over => by.facts.doses.clone(),
                None => Vec::new(),
            },
            after: if is_over { Vec::new() } else { by.facts.doses.clone() },
            why,
            reasons: by.reasons.clone(),
            notes: by.facts.notes.clone(),
        })
    };
    changes(words, places).into_iter().take(CHANGES).filter_map(seen).collect()
}

/// What the entries about one medicine, the newest first, say together.
fn medicine_of(
    of: &[&One],
    changes: Vec<ChangeSeen>,
    orders: Option<&Orders>,
    warned: &[Warned],
    today: NaiveDate,
) -> Option<Known> {
    let lead = *of.iter().max_by_key(|one| one.weight())?;
    let (standing, course) = (lead.standing(), lead.course());
    let is_repeat = course == Course::Repeat && standing != Standing::Ended;
    // What was given, and not what may be: of the same source, and here.
    let issues: Vec<(NaiveDate, Option<u16>)> = of
        .iter()
        .filter(|one| one.organisation == lead.organisation && one.was_given())
        .filter_map(|one| Some((one.facts.written_on?, one.facts.supply_days)))
        .filter(|(day, _)| *day <= today)
        .collect();
    // Of several on one day that which lasts longest.
    let told = issues.iter().max().copied();
    let mut given: Vec<NaiveDate> = issues.into_iter().map(|(day, _)| day).collect();
    let entries: Vec<EntryId> = of.iter().map(|one| one.line.id).collect();
    if let Some(orders) = orders {
        // What was approved here before the source's last word stands among that word already.
        let is_news = |day: &NaiveDate| told.is_none_or(|(told, _)| *day > told);
        let here = orders.given.iter().filter(|(entry, day)| entries.contains(entry) && is_news(day));
        given.extend(here.map(|(_, day)| *day));
    }
    let last_issued = given.iter().max().copied();
    let facts = &lead.facts;
    // One time that it was given may be meant for less than what may be given again. Of what was approved here no more is known
    // than of that.
    let of_issue = told.and_then(|(_, days)| days);
    let supply_days = match told.is_some_and(|(day, _)| last_issued == Some(day)) {
        true => of_issue.or(facts.supply_days),
        false => facts.supply_days.or(of_issue),
    };
    let asked = orders.and_then(|orders| entries.iter().find_map(|entry| orders.open.get(entry))).copied();
    let rules = orders.and_then(|orders| orders.rules.get(&lead.organisation).copied().flatten());
    let allowed = rules.map_or(OrderRules { takes_orders: false, early_days: 0 }, |row| row.rules());
    let repeat = orders.map(|orders| Repeat {
        course,
        standing,
        ended: lead.ended(),
        written_on: facts.written_on,
        review_on: facts.review_on,
        last_issued,
        supply_days,
        issues_left: facts.issues_left,
        asked_on: asked.map(|(day, _)| day),
        theirs: orders.theirs.contains(&lead.organisation),
        tellable: !orders.outside.contains(&lead.organisation) || facts.plan.is_some(),
    });
    let order = repeat.map(|repeat| repeat.orderable(&allowed, today));
    let current: Vec<&&One> =
        of.iter().filter(|one| one.standing() == Standing::Current && !one.facts.doses.is_empty()).collect();
    let doses_differ = current.iter().any(|one| one.facts.doses != facts.doses) && standing == Standing::Current;
    let about: Vec<&Warned> = warned.iter().filter(|warned| of.iter().any(|one| warned.is_about(one))).collect();
    let started = of.iter().filter_map(|one| one.line.happened).min_by_key(|when| when.sort_key());
    let lately = changes.first().filter(|change| {
        let day = change.on.map(|when| london_day(when.sort_key()));
        day.is_some_and(|day| day <= today && today.checked_sub_days(RECENT).is_none_or(|since| day >= since))
    });
    let stopped = |change: &ChangeSeen| matches!(change.kind, ChangeKind::Stopped | ChangeKind::Paused);
    let seen = MedicineSeen {
        name: lead.line.title.clone(),
        codes: if lead.name().is_empty() { Vec::new() } else { facts.codes.clone() },
        group: Group::of(course, standing),
        paused: standing == Standing::Paused,
        doses: facts.doses.clone(),
        reasons: lead.reasons.clone(),
        why_changed: facts.why_changed.clone(),
        lately: lately.cloned(),
        stopped_elsewhere: standing == Standing::Current && changes.first().is_some_and(stopped),
        changes,
        started,
        ended: lead.ended(),
        author: lead.line.author.clone(),
        quantity: facts.quantity.clone(),
        review_on: facts.review_on,
        last_issued: last_issued.filter(|_| is_repeat),
        runs_out: runs_out(last_issued, supply_days).filter(|_| is_repeat),
        sources: of
            .iter()
            .map(|one| MedicineSource {
                entry: one.line.id,
                organisation: one.organisation_name.clone(),
                kind: one.line.kind.clone(),
                happened: one.line.happened,
                standing: one.standing(),
                given_once: one.given_once(),
                doses: one.facts.doses.clone(),
            })
            .collect(),
        doses_differ,
        warnings: about.iter().map(|one| one.seen.clone()).collect(),
        plan: is_repeat.then_some(lead.line.id),
        // What the reader may not know by name they cannot order: whoever decides would not know what was meant.
        order: order.filter(|_| !lead.name().is_empty()),
        listed: repeat.is_some_and(|repeat| repeat.is_listed(today)) && !facts.do_not_take,
        asked: asked.map(|(_, order)| order),
        own: None,
    };
    Some(Known {
        seen,
        organisation: Some(lead.organisation),
        asks_reason: rules.is_some_and(|row| row.asks_reason),
        overused: overused(&given, facts.supply_days.or(of_issue), today),
        warned_by: about.iter().map(|one| one.organisation).collect(),
        named: (facts.plan.clone(), facts.identifiers.clone()),
        order_from: repeat.and_then(|repeat| repeat.from(&allowed)),
    })
}

fn own_medicine(row: OwnRow) -> Known {
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let standing = if row.stopped_on.is_some() { Standing::Ended } else { Standing::Current };
    let seen = MedicineSeen {
        name: row.name,
        codes: Vec::new(),
        group: Group::of(Course::OverTheCounter, standing),
        paused: false,
        doses: filled(row.dose).into_iter().collect(),
        reasons: filled(row.reason).into_iter().collect(),
        why_changed: Vec::new(),
        changes: Vec::new(),
        lately: None,
        stopped_elsewhere: false,
        started: row.started_on.map(When::Day),
        ended: row.stopped_on.map(EndDay::On),
        author: None,
        quantity: None,
        review_on: None,
        last_issued: None,
        runs_out: None,
        sources: Vec::new(),
        doses_differ: false,
        warnings: Vec::new(),
        plan: None,
        order: None,
        listed: false,
        asked: None,
        own: Some(OwnMedicineId::from_uuid(row.id)),
    };
    Known {
        seen,
        organisation: None,
        asks_reason: false,
        overused: false,
        warned_by: Vec::new(),
        named: (None, Vec::new()),
        order_from: None,
    }
}

impl Medicines {
    /// The person's medicines from every source, and their allergies beside them. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides; to whoever may see no medicines they do not exist.
    pub async fn list(&self, actor: &Actor, person: PersonId) -> Result<MedicinesSeen, ServiceError> {
        self.list_with(actor, person, false).await.map(|(seen, _)| seen)
    }

    /// The same with the person's last orders, as [`Medicines::orders`]: none for whoever may not order.
    ///
    /// # Errors
    /// As [`Medicines::list`].
    pub async fn overview(&self, actor: &Actor, person: PersonId) -> Result<(MedicinesSeen, Vec<OrderSeen>), ServiceError> {
        self.list_with(actor, person, true).await
    }

    async fn list_with(
        &self,
        actor: &Actor,
        person: PersonId,
        with_orders: bool,
    ) -> Result<(MedicinesSeen, Vec<OrderSeen>), ServiceError> {
        let mut tx = self.core.read().await?;
        let allowed = match access::open(&self.core, &mut tx, actor, person, Ask::ReadRecord).await {
            Ok(allowed) if allowed.shows(Category::Medicine) => allowed,
            other => {
                drop(tx);
                let error = other.err().unwrap_or(ServiceError::NotFound);
                return Err(access::refused_on(&self.core, actor, person, error, "medicines").await);
            }
        };
        let (reader, sees_allergies) = (Reader::new(person, allowed.view, self.core.now()), allowed.shows(Category::Allergy));
        let orders_as = match super::orders(&self.core, &mut tx, actor, person).await {
            Ok((_, reader)) => Some(reader),
            Err(ServiceError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let may_order = orders_as.is_some();
        let orders = match orders_as.filter(|_| with_orders) {
            Some(reader) => last_orders(&mut tx, &reader, actor.account()).await?,
            None => Vec::new(),
        };
        let (known, none_said) = known(&self.core, &mut tx, &reader, may_order).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        let (allergies, reactions) = match sees_allergies {
            true => {
                let (lines, reactions) = all_allergies(&mut tx, &reader).await?;
                (Some(lines), reactions)
            }
            false => (None, BTreeMap::new()),
        };
        drop(tx);
        let event = Event::on_record(actor, allowed.subject, Action::Read, purpose(allowed.subject)).about("page", "medicines");
        activity::disclose(&self.core, event).await?;
        let medicines = known.into_iter().map(|one| one.seen).collect();
        Ok((MedicinesSeen { whose, medicines, none_said, allergies, reactions, may_order }, orders))
    }
}
