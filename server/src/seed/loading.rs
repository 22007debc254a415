//! Taking a made-up population for load runs into a database of its own, as fast as it can be written, and signing some of its people in.

use super::generate::Prng;
use super::load::{LEAST, MARK, Size, Spec, Words, organisations};
use crate::commands::told;
use app::ctx::session_cookie_name;
use app::guard::session_hash;
use app::signed_in::{SIGNED_IN, SignedIn};
use chrono::{DateTime, NaiveTime, Utc};
use domain::access::Actor;
use domain::when::london_day;
use futures::StreamExt;
use serde::Serialize;
use service::{
    Clock, Core, LoadFile, LoadPerson, LoadSource, LoadedPerson, NoDiaries, OrganisationKind, Random, ServiceError, Services,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tower_sessions::session::Id;

const OPERATOR: Actor = Actor::Operator;
/// From how many entries on people are written together.
const BATCH: u64 = 6_000;
/// How many batches are read at once, while another is written.
const AHEAD: usize = 3;
/// Of how many entries of somebody with an account the ids are told.
const TOLD: usize = 50;
/// What is said of a database into which a load was begun and not ended.
const OF_NO_USE: &str = "A load into this database was interrupted: throw it away.";

/// What was taken in.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// How many people.
    pub people: u64,
    /// How many entries they have together.
    pub entries: u64,
    /// How long it took until all of that was durable.
    pub took: Duration,
    /// Those who have an account and are signed in.
    pub keys: Vec<Key>,
}

/// A session of somebody's own account, which has passed its second step.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Key {
    /// What a browser sends as `Cookie`, to a server without TLS. A secret.
    pub cookie: String,
    /// Whose record it opens.
    pub person: String,
    /// Entries of it.
    pub entries: Vec<String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("person", &self.person).finish_non_exhaustive()
    }
}

/// A clock that stands still, so that records are the same all day.
struct Still(DateTime<Utc>);

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// Ids that are the same in every run. Nothing secret is made of them.
struct Drawn(Mutex<Prng>);

impl Random for Drawn {
    fn fill(&self, buffer: &mut [u8]) {
        let mut prng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in buffer {
            *byte = u8::try_from(prng.between(0, 255)).unwrap_or_default();
        }
    }
}

/// Takes a population into an empty database that was migrated, and opens accounts for some of its people. `progress` is told now and then
/// how many entries are written.
///
/// # Errors
/// What went wrong, in one plain sentence; a database that holds anybody is left as it was. One that was interrupted is of no use.
pub async fn seed_load(services: &Services, size: Size, accounts: u32, progress: impl FnMut(u64)) -> Result<Loaded, String> {
    refuse(services, size, accounts).await?;
    let at = london_day(services.core.now()).and_time(NaiveTime::MIN).and_utc();
    let made = same_each_time(services, at, size.seed);
    let sources = Arc::new(sources(&made, size).await?);
    // From here on the database may lack what keeps it right and quick.
    let loaded = Box::pin(written((services, &made), size, accounts, &sources, progress)).await;
    loaded.map_err(|why| format!("{why} {OF_NO_USE}"))
}

/// Writes the population by the use cases that do not differ from run to run, and opens the accounts.
async fn written(
    (services, made): (&Services, &Services),
    size: Size,
    accounts: u32,
    sources: &Arc<Vec<Arc<LoadSource>>>,
    mut progress: impl FnMut(u64),
) -> Result<Loaded, String> {
    let at = made.core.now();
    let began = Instant::now();
    let begun = made.imports.begin_load(&OPERATOR).await.map_err(told)?;
    let words = Arc::new(Words::new(size, london_day(at)));
    let mut reading = futures::stream::iter(batches(size))
        .map(|(first, specs)| {
            let (imports, words, sources) = (made.imports.clone(), Arc::clone(&words), Arc::clone(sources));
            tokio::task::spawn_blocking(move || {
                let people = specs.iter().map(|spec| person(spec, &words, &sources, tells(size, accounts, spec))).collect();
                imports.read_load(&OPERATOR, people, at, first)
            })
        })
        .buffered(AHEAD);
    let (mut people, mut entries, mut signing_in) = (0_u64, 0_u64, Vec::new());
    while let Some(read) = reading.next().await {
        let ready = read.map_err(|error| told(ServiceError::internal(error)))?.map_err(told)?;
        entries += u64::try_from(ready.entries()).unwrap_or_default();
        for one in made.imports.write_load(&OPERATOR, ready).await.map_err(told)? {
            people += 1;
            if !one.entries.is_empty() {
                signing_in.push(one);
            }
        }
        progress(entries);
    }
    let mut keys = Vec::with_capacity(signing_in.len());
    for (number, one) in signing_in.iter().enumerate() {
        keys.push(sign_in(services, made, number, one).await.map_err(told)?);
    }
    made.imports.end_load(&OPERATOR, begun).await.map_err(told)?;
    let took = began.elapsed();
    services.core.store().take_stock().await.map_err(|error| told(error.into()))?;
    Ok(Loaded { people, entries, took, keys })
}

/// Refuses what cannot be, and a database that holds anybody or into which a load was begun.
async fn refuse(services: &Services, size: Size, accounts: u32) -> Result<(), String> {
    if size.entries < u64::from(size.people) * LEAST {
        return Err(format!(
            "{} people have {} entries at least: each has {LEAST}.",
            size.people,
            u64::from(size.people) * LEAST
        ));
    }
    if accounts > size.people {
        return Err("There cannot be more accounts than people.".to_owned());
    }
    let (people, _) = services.people.list(&OPERATOR, None).await.map_err(told)?;
    if !people.is_empty() || !services.accounts.list(&OPERATOR).await.map_err(told)?.is_empty() {
        return Err("This database holds people or accounts already: a load needs a database of its own.".to_owned());
    }
    // They are there before anything is taken away that comes back at the end.
    match services.organisations.by_code(&OPERATOR, MARK).await {
        Ok(_) => Err(OF_NO_USE.to_owned()),
        Err(ServiceError::NotFound) => Ok(()),
        Err(error) => Err(told(error)),
    }
}

/// The use cases over the same database, with ids and a time that do not differ from run to run.
fn same_each_time(services: &Services, at: DateTime<Utc>, seed: u64) -> Services {
    let ids = Drawn(Mutex::new(Prng::new(&format!("{seed} ids"))));
    let (store, settings) = (services.core.store().clone(), services.core.settings().clone());
    Services::new(Core::new(store, Still(at), ids, NoDiaries, settings))
}

/// Who sends records, in the order of [`organisations`].
async fn sources(made: &Services, size: Size) -> Result<Vec<Arc<LoadSource>>, String> {
    let mut sources = Vec::new();
    for one in organisations(size.people) {
        let kind = OrganisationKind::from_code(one.kind).unwrap_or(OrganisationKind::Other);
        let held = made.organisations.ensure(&OPERATOR, &one.ods, &one.name, kind).await.map_err(told)?;
        sources.push(Arc::new(LoadSource { id: held.id, name: one.name, is_practice: kind == OrganisationKind::Practice }));
    }
    Ok(sources)
}

/// People who are written together, each time with the first number of their ids.
fn batches(size: Size) -> impl Iterator<Item = (u64, Vec<Spec>)> {
    let (mut specs, mut next) = (size.people(), 0_u64);
    std::iter::from_fn(move || {
        let (first, mut entries, mut batch) = (next, 0, Vec::new());
        while entries < BATCH {
            let Some(spec) = specs.next() else { break };
            entries += spec.entries;
            // One for the person, two for each of up to three files, two for each resource.
            next += 7 + 2 * spec.entries;
            batch.push(spec);
        }
        (!batch.is_empty()).then_some((first, batch))
    })
}

/// Of how many of somebody's entries the ids are told: accounts are spread evenly over all people, from the first on.
fn tells(size: Size, accounts: u32, spec: &Spec) -> usize {
    let (place, accounts, people) = (u64::from(spec.place), u64::from(accounts), u64::from(size.people));
    if (place * accounts) % people.max(1) < accounts { TOLD } else { 0 }
}

fn person(spec: &Spec, words: &Words, sources: &[Arc<LoadSource>], tell: usize) -> LoadPerson {
    let sent = words.files(spec).into_iter();
    let files = sent.filter_map(|(place, resources)| Some(LoadFile { source: Arc::clone(sources.get(place)?), resources }));
    LoadPerson { files: files.collect(), tell }
}

/// Opens an account for somebody and a session of it, as if both steps of a sign-in had been passed now.
async fn sign_in(services: &Services, made: &Services, number: usize, one: &LoadedPerson) -> Result<Key, ServiceError> {
    let email = format!("load-{number}@example.org");
    let account = made.accounts.create_without_password(&OPERATOR, &email).await?;
    made.linking.link_in_person(&OPERATOR, account, one.person).await?;
    let now = services.core.now();
    let signed_in = SignedIn {
        account,
        second_step_at: Some(now),
        began_at: now,
        fresh_at: now,
        own: Some(one.person),
        acting: None,
        working_as: None,
        display: None,
    };
    let data = serde_json::to_string(&BTreeMap::from([(SIGNED_IN, signed_in)])).map_err(ServiceError::internal)?;
    // As the session store makes it: 128 random bits, of which the database knows the SHA-256.
    let id = Id::default();
    services.sessions.save(&session_hash(&id), data, Some(account), "Load run".to_owned()).await?;
    let entries = one.entries.iter().map(ToString::to_string).collect();
    Ok(Key { cookie: format!("{}={id}", session_cookie_name(false)), person: one.person.to_string(), entries })
}
