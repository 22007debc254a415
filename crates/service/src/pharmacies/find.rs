//! Finding one that dispenses: near somewhere, by name, by what it offers, and by when it is open.

use super::{Dispenser, Pharmacies};
use crate::error::gather;
use crate::{FieldProblem, ServiceError};
use chrono::{DateTime, Datelike, Utc, Weekday};
use domain::PersonId;
use domain::access::Actor;
use domain::appointment::{Position, Weekdays, Whereabouts, read_clock};
use domain::pharmacy::{DispenserKind, PharmacyService, search_words};
use domain::when::{london_day, minute_of_day};
use store::pharmacy::{self, DispenserRow};
use store::{StoreError, Tx, postcode};

/// How many a page shows.
const PAGE: usize = 10;
/// How many pages there are at most: whoever has not found it by then looks for something narrower.
const PAGES: usize = 10;
/// How many rows are read at once: as many as a table has. To read fewer would leave out some that are nearer, or fit better.
const MOST: i64 = 100_000;
/// How far around somewhere is looked, in miles, one after the other until there are enough.
const RINGS: [f64; 6] = [1.0, 3.0, 7.0, 15.0, 30.0, 60.0];
/// How many miles a degree of latitude is, a little less than anywhere.
const DEGREE: f64 = 68.7;
/// The longest text that is looked for, in characters.
const LONGEST: usize = 100;
/// Words that are in the names of too many to be looked up first.
const COMMON: [&str; 8] = ["pharmacy", "pharmacies", "chemist", "chemists", "ltd", "limited", "the", "and"];

/// What is looked for. What is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindPharmacyForm {
    /// Where somebody is: a postcode or its first part.
    pub postcode: String,
    /// Words of the name, the street or the town.
    pub words: String,
    /// [`DispenserKind`] by code.
    pub kind: String,
    /// [`PharmacyService`]s by code, with spaces between: all of them must be offered.
    pub services: String,
    /// `now`, or `mon` to `sun`: it must be open then.
    pub open: String,
    /// With a day of the week, the time of day at which it must be open.
    pub time: String,
    /// The page, from 1.
    pub page: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct PharmaciesFound {
    /// The nearest first where it was said where, else by name.
    pub found: Vec<Dispenser>,
    /// The page that is shown, from 1.
    pub page: usize,
    /// There is a page after it.
    pub more: bool,
}

/// When one must be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OpenWhen {
    At(Weekday, u16),
    On(Weekday),
}

/// What was read of a form.
struct Wanted {
    at: Option<Whereabouts>,
    words: Vec<String>,
    kind: Option<DispenserKind>,
    services: Vec<PharmacyService>,
    open: Option<OpenWhen>,
}

impl Wanted {
    fn fits(&self, one: &Dispenser, near: bool) -> bool {
        // Nobody goes to one that sends: it is near nowhere.
        let kind = self.kind.map_or(!near || one.kind.is_visited(), |kind| one.kind == kind);
        let open = self.open.is_none_or(|when| match when {
            OpenWhen::At(day, minute) => one.hours.is_open(day, minute),
            OpenWhen::On(day) => !one.hours.on(day).is_empty(),
        });
        let services = self.services.iter().all(|wanted| one.services.contains(wanted));
        kind && open && services && self.is_named(one)
    }

    fn is_named(&self, one: &Dispenser) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let names = search_words(&format!("{} {} {} {}", one.name, one.address, one.town, one.postcode));
        self.words.iter().all(|word| names.iter().any(|name| name.starts_with(word)))
    }
}

fn place(typed: &str) -> Result<Option<Whereabouts>, FieldProblem> {
    match typed.trim() {
        "" => Ok(None),
        text => Whereabouts::parse(text)
            .map(Some)
            .map_err(|_| FieldProblem::new("postcode", "Enter a postcode, like TA1 1AA, or its first part, like TA1")),
    }
}

fn words(typed: &str) -> Result<Vec<String>, FieldProblem> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST {
        return Err(FieldProblem::new("words", format!("Use no more than {LONGEST} letters")));
    }
    let words = search_words(typed);
    match words.is_empty() && !typed.is_empty() {
        true => Err(FieldProblem::new("words", "Enter a name, a street or a town")),
        false => Ok(words),
    }
}

fn open(form: &FindPharmacyForm, now: DateTime<Utc>) -> Result<Option<OpenWhen>, FieldProblem> {
    let day = match form.open.as_str() {
        "" => return Ok(None),
        "now" => return Ok(Some(OpenWhen::At(london_day(now).weekday(), minute_of_day(now)))),
        code => Weekdays::from_code(code).and_then(|days| Weekdays::WEEK.into_iter().find(|day| days.has(*day))),
    };
    let day = day.ok_or_else(|| FieldProblem::new("open", "Choose when it must be open"))?;
    match form.time.trim() {
        "" => Ok(Some(OpenWhen::On(day))),
        text => match read_clock(text).filter(|minute| *minute < 24 * 60) {
            Some(minute) => Ok(Some(OpenWhen::At(day, minute))),
            None => Err(FieldProblem::new("time", "Enter a time, like 9am or 17:30")),
        },
    }
}

fn kind(code: &str) -> Result<Option<DispenserKind>, FieldProblem> {
    match code {
        "" => Ok(None),
        code => DispenserKind::from_code(code).map(Some).ok_or_else(|| FieldProblem::new("kind", "Choose one of these")),
    }
}

/// Those of these that fit, each with how far it is.
fn fitting(rows: Vec<DispenserRow>, wanted: &Wanted, here: Option<Position>) -> Result<Vec<Dispenser>, StoreError> {
    let mut found = Vec::new();
    for row in rows {
        let mut one = Dispenser::try_from(row)?;
        if wanted.fits(&one, here.is_some()) {
            one.miles = here.zip(one.at).map(|(here, there)| here.miles_to(there));
            found.push(one);
        }
    }
    Ok(found)
}

/// The nearest that fit, as many as are needed and some more.
async fn around(tx: &mut Tx, here: Position, wanted: &Wanted, enough: usize) -> Result<Vec<Dispenser>, StoreError> {
    let mut found = Vec::new();
    for miles in RINGS {
        let north = miles / DEGREE;
        // A degree of longitude is the shorter the further north; at the poles there is nobody.
        let east = north / (here.latitude.abs() + north).min(89.0).to_radians().cos();
        found = fitting(pharmacy::near(tx, here, (north, east), MOST).await?, wanted, Some(here))?;
        // In the corners there are some that are further than others outside.
        found.retain(|one| one.miles.is_some_and(|far| far <= miles));
        if found.len() >= enough {
            break;
        }
    }
    Ok(found)
}

impl Pharmacies {
    /// Whether it is known where postcodes are, so that somebody can be asked where they are; and whether any pharmacy is
    /// known at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn knows(&self) -> Result<(bool, bool), ServiceError> {
        let mut tx = self.core.read().await?;
        Ok((postcode::any(&mut tx).await?, pharmacy::any(&mut tx).await?))
    }

    /// Those that fit, a page at a time: the nearest first, or by name. Nothing is read of the person: only whoever may order
    /// for them looks.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`postcode`, `words`, `kind`, `services`, `open`, `time`) for what cannot be looked for;
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn find(&self, actor: &Actor, person: PersonId, form: &FindPharmacyForm) -> Result<PharmaciesFound, ServiceError> {
        let (mut tx, ..) = self.enter(actor, person).await?;
        let now = self.core.now();
        gather! {
            at = place(&form.postcode);
            words = words(&form.words);
            kind = kind(&form.kind);
            services = PharmacyService::several(&form.services).ok_or_else(|| FieldProblem::new("services", "Choose among these"));
            open = open(form, now);
        }
        let wanted = Wanted { at, words, kind, services, open };
        let page = form.page.trim().parse().unwrap_or(1).clamp(1, PAGES);
        let enough = page * PAGE + 1;
        let here = match &wanted.at {
            Some(at) => match postcode::position(&mut tx, at).await? {
                None => {
                    let told = "We do not know this postcode. Check it, or enter only its first part, like TA1";
                    return Err(ServiceError::field("postcode", told));
                }
                here => here,
            },
            None => None,
        };
        let sends = wanted.kind.filter(|kind| !kind.is_visited());
        let mut found = match (here, sends, wanted.words.is_empty()) {
            (Some(here), None, _) => around(&mut tx, here, &wanted, enough).await?,
            (_, Some(kind), true) => fitting(pharmacy::of_kind(&mut tx, kind, MOST).await?, &wanted, None)?,
            (_, _, false) => {
                let rare = |word: &&String| (!COMMON.contains(&word.as_str()), word.len());
                let word = wanted.words.iter().max_by_key(rare).ok_or(ServiceError::NotFound)?;
                fitting(pharmacy::of_word(&mut tx, word, MOST).await?, &wanted, None)?
            }
            (None, None, true) => {
                let told = "Enter a postcode, or a name, a street or a town below";
                let field = if postcode::any(&mut tx).await? { "postcode" } else { "words" };
                return Err(ServiceError::field(field, told));
            }
        };
        found.sort_by(|a, b| {
            let far = |one: &Dispenser| one.miles.unwrap_or(f64::MAX);
            far(a).total_cmp(&far(b)).then_with(|| (a.name.to_lowercase(), &a.code).cmp(&(b.name.to_lowercase(), &b.code)))
        });
        let more = found.len() >= enough && page < PAGES;
        let found = found.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
        Ok(PharmaciesFound { found, page, more })
    }
}
