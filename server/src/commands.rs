//! The commands that are not serving. What they print is their answer, on standard output.
#![expect(clippy::print_stdout, reason = "what a command prints is its answer")]

use crate::audit_files::{self, AuditFiles};
use crate::cli::{Account, Audit, Common, Diary, LoadArgs, Person, Prescribing, ServeArgs};
use crate::open::Serving;
use crate::seed::load::Size;
use crate::seed::loading::{self, Key, Loaded};
use crate::seed_demo::refuse_demo;
use crate::serve::{mailer, sentence, texter};
use crate::{config, open, seed_demo, staff_commands};
use domain::access::Actor;
use domain::person::Demographics;
use domain::when::{day_in_words, instant_in_words};
use service::{
    Closing, Expected, ImportReport, ImportRequest, NoDiaries, OrganisationKind, PersonSummary, PharmaciesReport,
    PostcodesReport, ServiceError, Services,
};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::{DatabaseKey, DatabaseUrl, Options, Store, TableDigest};
use tokio::net::TcpStream;

const OPERATOR: Actor = Actor::Operator;
/// How long a server may take to say whether it is ready.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// More bytes than it says that with.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// What went wrong, as the operator reads it.
pub(crate) fn told(error: ServiceError) -> String {
    match error {
        ServiceError::Fields(problems) => problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("\n"),
        ServiceError::NotFound => "There is no such person or account.".to_owned(),
        other => sentence(&other),
    }
}

/// The use cases over a database whose schema is up to date.
pub(crate) async fn ready(common: &Common) -> Result<Services, String> {
    if let DatabaseUrl::Sqlite(path) = &common.database_url
        && !path.exists()
    {
        return Err(format!("There is no database at {}: make one with \"selfheal migrate\".", path.display()));
    }
    let services = open::services(common, None, Serving::default(), NoDiaries).await?;
    services.core.store().ready().await.map_err(|error| format!("{} Run \"selfheal migrate\".", sentence(&error)))?;
    Ok(services)
}

/// Says what is wrong with the configuration.
pub async fn check(common: &Common, args: &ServeArgs) -> Result<(), String> {
    let mut faults = config::faults(common, args);
    for note in config::notes(common, args) {
        println!("{note}");
    }
    faults.extend(mailer(args).err());
    faults.extend(texter(args).err());
    if let DatabaseUrl::Sqlite(path) = &common.database_url
        && let Err(fault) = writable(folder_of(path))
    {
        faults.push(fault);
    }
    match &common.database_url {
        // Checking must not make a database where there is none.
        DatabaseUrl::Sqlite(path) if !path.exists() => {
            faults.extend(config::database_key(common).err());
            println!("The database {} does not exist yet: serving will make it.", common.database_url);
        }
        _ => match open::services(common, None, Serving::default(), NoDiaries).await {
            Ok(services) => {
                match services.core.store().ready().await {
                    Ok(()) => {
                        println!("The database {} answers and its schema is up to date.", common.database_url);
                        if config::is_exposed(common, args)
                            && let Err(fault) = refuse_demo(&services).await
                        {
                            faults.push(fault);
                        }
                    }
                    Err(error) => println!("{} Serving will bring it up to date, if it can.", sentence(&error)),
                }
                services.core.store().close().await;
            }
            Err(fault) => faults.push(fault),
        },
    }
    for addr in [Some(args.addr), args.metrics_addr].into_iter().flatten() {
        if std::net::TcpListener::bind(addr).is_err() {
            faults.push(format!("{addr} cannot be listened on: another program may be using it."));
        }
    }
    if faults.is_empty() {
        println!("The configuration is well.");
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// The folder of a file.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Whether files can be made in this folder, or in the nearest above it when serving has yet to make it.
fn writable(folder: &Path) -> Result<(), String> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or_else(|| Path::new("."));
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    let trial = there.join(format!(".selfheal-check-{}", std::process::id()));
    File::create_new(&trial)
        .and_then(|_| std::fs::remove_file(&trial))
        .map_err(|error| format!("The database's folder {} cannot be written to: {error}.", folder.display()))
}

/// Brings the schema up to date.
pub async fn migrate(common: &Common) -> Result<(), String> {
    let services = open::services(common, None, Serving::default(), NoDiaries).await?;
    services.core.store().migrate().await.map_err(|error| sentence(&error))?;
    services.core.store().close().await;
    println!("The schema of {} is up to date.", common.database_url);
    Ok(())
}

/// Fills the database with the demonstration.
pub async fn seed(common: &Common) -> Result<(), String> {
    let services = open::services(common, None, Serving::default(), NoDiaries).await?;
    services.core.store().migrate().await.map_err(|error| sentence(&error))?;
    let demo = seed_demo(&services).await?;
    services.core.store().close().await;
    println!("{} made-up people can sign in; \"selfheal serve --demo\" lists them.", demo.people.len());
    Ok(())
}

/// Fills an empty database with a population for load runs.
#[expect(clippy::print_stderr, reason = "how far it is is no part of the answer")]
pub async fn seed_load(common: &Common, args: &LoadArgs) -> Result<(), String> {
    // Among people who are there, nobody is made up.
    if config::is_known_elsewhere(common, None) {
        return Err(format!(
            "A load is for trials alone: the public URL {} is not a loopback address, so this database may be one that is served.",
            common.public_url(None)
        ));
    }
    let size = Size { people: args.people, entries: args.entries, seed: args.seed };
    let keys = match (&args.keys, args.accounts) {
        (Some(path), _) => Some((path, new_private_file(path)?)),
        (None, 0) => None,
        (None, _) => return Err("Say with --keys which file the sessions of the accounts are to be written to.".to_owned()),
    };
    let mut said = Instant::now();
    let progress = |entries: u64| {
        if said.elapsed() >= Duration::from_secs(2) {
            said = Instant::now();
            eprintln!("{entries} of {} entries are written.", args.entries);
        }
    };
    let loaded = Box::pin(loaded(common, size, args.accounts, progress)).await;
    match (loaded, keys) {
        (Ok(loaded), keys) => {
            if let Some((path, file)) = keys {
                write_keys(&file, &loaded.keys).map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
            }
            let Loaded { people, entries, took, keys } = loaded;
            let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
            println!(
                "{people} people, {entries} entries, {} accounts in {:.1} seconds: {} entries/s",
                keys.len(),
                took.as_secs_f64(),
                entries.saturating_mul(1_000) / millis
            );
            Ok(())
        }
        (Err(sentence), keys) => {
            if let Some((path, _)) = keys
                && let Err(error) = std::fs::remove_file(path)
            {
                tracing::warn!(%error, "the empty file of sessions is left");
            }
            Err(sentence)
        }
    }
}

async fn loaded(common: &Common, size: Size, accounts: u32, progress: impl FnMut(u64)) -> Result<Loaded, String> {
    let services = open::services(common, None, Serving::default(), NoDiaries).await?;
    services.core.store().migrate().await.map_err(|error| sentence(&error))?;
    let loaded = loading::seed_load(&services, size, accounts, progress).await?;
    services.core.store().close().await;
    Ok(loaded)
}

/// Makes a file that only its owner may read.
fn new_private_file(path: &Path) -> Result<File, String> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = File::options().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|error| format!("{} cannot be made: {error}.", path.display()))
}

/// Writes sessions, one JSON object a line.
fn write_keys(file: &File, keys: &[Key]) -> std::io::Result<()> {
    let mut out = BufWriter::new(file);
    for key in keys {
        serde_json::to_writer(&mut out, key)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// From whom files come.
#[derive(Clone, Copy, Debug)]
pub struct SourceOrganisation<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its name; its code when it has none.
    pub name: Option<&'a str>,
    /// Its kind, by code.
    pub kind: &'a str,
}

/// Imports files, one after the other; a file that cannot be imported does not stop the others.
pub async fn import(
    common: &Common,
    files: &[PathBuf],
    source: SourceOrganisation<'_>,
    person: Option<&str>,
) -> Result<(), String> {
    let services = ready(common).await?;
    let kind = OrganisationKind::from_code(source.kind).unwrap_or(OrganisationKind::Other);
    let organisation = services.organisations.ensure(&OPERATOR, source.code, source.name.unwrap_or(source.code), kind);
    let organisation = organisation.await.map_err(told)?.id;
    let expected = match person {
        None => None,
        Some(which) => Some(Expected::Person(services.people.find(&OPERATOR, which).await.map_err(told)?.id)),
    };
    let mut failed = Vec::new();
    for file in files {
        let shown = file.display();
        let request = ImportRequest { organisation, expected: expected.clone() };
        let done = if file.as_os_str() == "-" {
            services.imports.import_stream(&OPERATOR, std::io::stdin(), request).await
        } else {
            match File::open(file).and_then(|opened| Ok((opened.metadata()?.is_file(), opened))) {
                Ok((true, opened)) => services.imports.import(&OPERATOR, opened, request).await,
                Ok((false, opened)) => services.imports.import_stream(&OPERATOR, opened, request).await,
                Err(error) => {
                    failed.push(format!("{shown}: {error}."));
                    continue;
                }
            }
        };
        match done {
            Ok(report) => print_report(&shown.to_string(), &report),
            Err(error) => failed.push(format!("{shown}: {}", told(error))),
        }
    }
    services.core.store().close().await;
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// Takes in where postcodes are, one file after the other; a file that cannot be read does not stop the others.
pub async fn import_postcodes(common: &Common, files: &[PathBuf]) -> Result<(), String> {
    let services = ready(common).await?;
    let mut failed = Vec::new();
    for file in files {
        let shown = file.display();
        let done = if file.as_os_str() == "-" {
            services.postcodes.import(&OPERATOR, std::io::stdin()).await
        } else {
            match File::open(file) {
                Ok(opened) => services.postcodes.import(&OPERATOR, opened).await,
                Err(error) => {
                    failed.push(format!("{shown}: {error}."));
                    continue;
                }
            }
        };
        match done {
            Ok(report) => print_postcodes(&shown.to_string(), &report),
            Err(error) => failed.push(format!("{shown}: {}", told(error))),
        }
    }
    services.core.store().close().await;
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

/// Takes in who dispenses, the whole file or nothing.
pub async fn load_pharmacies(common: &Common, file: &Path, closing: Closing) -> Result<(), String> {
    let services = ready(common).await?;
    let shown = file.display();
    let done = if file.as_os_str() == "-" {
        services.pharmacies.load(&OPERATOR, std::io::stdin(), closing).await
    } else {
        match File::open(file) {
            Ok(opened) => services.pharmacies.load(&OPERATOR, opened, closing).await,
            Err(error) => return Err(format!("{shown}: {error}.")),
        }
    };
    let PharmaciesReport { held, changed, closed, nowhere } = done.map_err(|error| format!("{shown}: {}", told(error)))?;
    services.core.store().close().await;
    println!("{shown}: {held} who dispense, {changed} of them new or changed; {closed} that it does not name are closed");
    if nowhere > 0 {
        println!("  of {nowhere} it is not known where they are: load postcodes, or give latitude and longitude");
    }
    Ok(())
}

/// Takes in the dictionary of medicines, all the files or nothing.
pub async fn load_medicines(common: &Common, files: &[PathBuf]) -> Result<(), String> {
    let open = |file: &PathBuf| {
        let shown = file.display().to_string();
        File::open(file).map(|opened| (shown.clone(), opened)).map_err(|error| format!("{shown}: {error}."))
    };
    let files: Vec<(String, File)> = files.iter().map(open).collect::<Result<_, _>>()?;
    let services = ready(common).await?;
    let report = services.medicines.load(&OPERATOR, files).await.map_err(told)?;
    services.core.store().close().await;
    println!(
        "{} substances, {} products and {} products of makers; {} new or changed",
        report.substances, report.virtual_products, report.actual_products, report.changed
    );
    Ok(())
}

fn print_postcodes(file: &str, report: &PostcodesReport) {
    println!(
        "{file}: {} postcodes, {} of them new or moved; left out: {} not in use any more, {} without a position, {} lines that \
         could not be read",
        report.held, report.changed, report.ended, report.unplaced, report.bad
    );
    for (line, why) in &report.faults {
        println!("  problem in line {line}: {why}");
    }
    println!("  {} districts; it is known of {} places where they are", report.districts, report.places);
}

fn print_report(file: &str, report: &ImportReport) {
    println!(
        "{file}: person {}{}: {} added, {} updated, {} unchanged, {} older than what was held",
        report.person,
        if report.person_created { " (new)" } else { "" },
        report.added,
        report.updated,
        report.unchanged,
        report.older
    );
    for (category, count) in &report.by_category {
        println!("  {:<26} {count}", category.title());
    }
    for (kind, count) in &report.kept_unmapped {
        println!("  kept, not shown: {kind:<9} {count}");
    }
    for problem in &report.problems {
        println!("  problem at {}: {}", problem.path, problem.reason);
    }
}

/// Writes a person's whole record.
pub async fn export(common: &Common, person: &str, out: Option<&Path>) -> Result<(), String> {
    let services = ready(common).await?;
    let person = services.people.find(&OPERATOR, person).await.map_err(told)?.id;
    let count = match out {
        None => {
            let mut out = BufWriter::new(std::io::stdout());
            let count = services.exports.bundle(&OPERATOR, person, &mut out).await.map_err(told)?;
            out.flush().map_err(|error| sentence(&error))?;
            count
        }
        Some(path) => {
            let file = File::create_new(path).map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
            let mut out = BufWriter::new(file);
            let count = services.exports.bundle(&OPERATOR, person, &mut out).await.map_err(told)?;
            out.into_inner().map_err(|error| sentence(&error))?.sync_all().map_err(|error| sentence(&error))?;
            println!("{count} resources written to {}.", path.display());
            count
        }
    };
    tracing::debug!(count, "exported");
    services.core.store().close().await;
    Ok(())
}

/// Writes the counts for planning.
pub async fn export_planning(common: &Common, out: Option<&Path>) -> Result<(), String> {
    let services = ready(common).await?;
    match out {
        None => {
            let mut out = BufWriter::new(std::io::stdout());
            services.sharing.planning_export(&OPERATOR, &mut out).await.map_err(told)?;
        }
        Some(path) => {
            let file = File::create_new(path).map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
            let mut out = BufWriter::new(file);
            let count = services.sharing.planning_export(&OPERATOR, &mut out).await.map_err(told)?;
            out.into_inner().map_err(|error| sentence(&error))?.sync_all().map_err(|error| sentence(&error))?;
            println!("{count} counts written to {}.", path.display());
        }
    }
    services.core.store().close().await;
    Ok(())
}

fn print_person(person: &PersonSummary) {
    let number = person.nhs_number.as_ref().map_or_else(|| "no NHS number".to_owned(), ToString::to_string);
    let born = person.birth_date.map_or_else(|| "unknown".to_owned(), day_in_words);
    println!("{}  {number:<13}  {}  born {born}", person.id, person.display_name);
}

/// Lists, shows and adds people, and issues linkage codes to them.
pub async fn person(common: &Common, what: &Person) -> Result<(), String> {
    let services = ready(common).await?;
    match what {
        Person::List => {
            let mut after = None;
            loop {
                let (people, next) = services.people.list(&OPERATOR, after).await.map_err(told)?;
                people.iter().for_each(print_person);
                after = next;
                if after.is_none() {
                    break;
                }
            }
        }
        Person::Show { person } => print_person(&services.people.find(&OPERATOR, person).await.map_err(told)?),
        Person::Create { family_name, given_name, born, nhs_number } => {
            let who = Demographics {
                nhs_number: nhs_number.clone(),
                family_name: family_name.clone(),
                given_names: given_name.clone(),
                prefix: None,
                birth_date: *born,
                gender: None,
                deceased: false,
            };
            let id = services.people.create(&OPERATOR, who).await.map_err(told)?;
            print_person(&services.people.find(&OPERATOR, &id.to_string()).await.map_err(told)?);
        }
        Person::Register { person, practice } => {
            let person = services.people.find(&OPERATOR, person).await.map_err(told)?;
            let at = staff_commands::organisation(&services, practice).await?;
            services.people.register(&OPERATOR, person.id, at.id).await.map_err(told)?;
            println!("{} is registered at {}.", person.display_name, at.name);
        }
        Person::Reindex { person } => {
            let mut done = (0_u64, 0_u64);
            let mut after = None;
            loop {
                let (people, next) = match person {
                    Some(which) => (vec![services.people.find(&OPERATOR, which).await.map_err(told)?], None),
                    None => services.people.list(&OPERATOR, after).await.map_err(told)?,
                };
                for one in people {
                    done.0 += 1;
                    done.1 += services.imports.reindex(&OPERATOR, one.id).await.map_err(told)?;
                }
                after = next;
                if after.is_none() {
                    break;
                }
            }
            println!("{} entries of {} people were read again.", done.1, done.0);
        }
        Person::LinkageCode { person } => {
            let person = services.people.find(&OPERATOR, person).await.map_err(told)?;
            let Some(number) = &person.nhs_number else {
                return Err(format!(
                    "{} has no NHS number: link their account with `selfheal account link EMAIL {}`.",
                    person.display_name, person.id
                ));
            };
            let issued = services.linking.issue_code(&OPERATOR, person.id).await.map_err(told)?;
            println!("Dear {},\n", person.display_name);
            println!("You can now see your health record online with Selfheal.\n");
            println!("1. Go to {}/register and set up your account.", common.public_url(None));
            println!("2. When you are asked to link your record, type in:\n");
            println!("   NHS number     {number}");
            println!("   Your code      {}\n", issued.code);
            println!("and your date of birth and last name.\n");
            println!("The code works once, until {}. Do not give it to anybody else.", instant_in_words(issued.expires_at));
        }
    }
    services.core.store().close().await;
    Ok(())
}

/// Lists where organisations keep their appointments, and says where.
pub async fn diary(common: &Common, what: &Diary) -> Result<(), String> {
    let services = ready(common).await?;
    match what {
        Diary::List => {
            for one in services.appointments.outside_diaries(&OPERATOR).await.map_err(told)? {
                let copied =
                    one.refreshed_at.map_or_else(|| "never copied".to_owned(), |at| format!("copied {}", instant_in_words(at)));
                let fails =
                    one.failing.map(|(at, why)| format!("; fails since {}: {why}", instant_in_words(at))).unwrap_or_default();
                println!("{}  {}  {}  {copied}{fails}", one.organisation, one.name, one.base_url);
            }
        }
        Diary::Outside { organisation, url } => {
            let at = staff_commands::organisation(&services, organisation).await?;
            services.appointments.keep_outside(&OPERATOR, at.id, Some(url)).await.map_err(told)?;
            println!("{} keeps its appointments in its own system. Free times are copied from there within a minute.", at.name);
        }
        Diary::Here { organisation } => {
            let at = staff_commands::organisation(&services, organisation).await?;
            services.appointments.keep_outside(&OPERATOR, at.id, None).await.map_err(told)?;
            println!("{} keeps its appointments here.", at.name);
        }
    }
    services.core.store().close().await;
    Ok(())
}

/// Lists where practices decide about orders of medicines, and says where.
pub async fn prescribing(common: &Common, what: &Prescribing) -> Result<(), String> {
    let services = ready(common).await?;
    let medicines = &services.medicines;
    match what {
        Prescribing::List => {
            for one in medicines.outside_prescribing(&OPERATOR).await.map_err(told)? {
                let since = instant_in_words(one.since);
                let waits = match one.waiting {
                    0 => String::new(),
                    waiting => format!("; {waiting} not answered yet"),
                };
                let fails = one.failing.map(|at| format!("; no answer since {}", instant_in_words(at))).unwrap_or_default();
                println!("{}  {}  {}  since {since}{waits}{fails}", one.organisation, one.name, one.base_url);
            }
        }
        Prescribing::Outside { organisation, url } => {
            let at = staff_commands::organisation(&services, organisation).await?;
            medicines.prescribe_outside(&OPERATOR, at.id, Some(url)).await.map_err(told)?;
            println!("{} decides about orders in its own system. New orders go there.", at.name);
        }
        Prescribing::Here { organisation } => {
            let at = staff_commands::organisation(&services, organisation).await?;
            medicines.prescribe_outside(&OPERATOR, at.id, None).await.map_err(told)?;
            println!("{} decides about orders here. What was not decided is on its work list.", at.name);
        }
    }
    services.core.store().close().await;
    Ok(())
}

/// Lists, shows, unlocks, signs out, resets or links accounts.
pub async fn account(common: &Common, what: &Account) -> Result<(), String> {
    let services = ready(common).await?;
    let accounts = &services.accounts;
    let find = async |email: &str| accounts.find(&OPERATOR, email).await.map_err(told);
    let print = |account: &service::AccountSummary| {
        let confirmed = if account.confirmed { "confirmed" } else { "not confirmed" };
        let locked = account.locked_until.map_or_else(String::new, |until| format!(", locked until {}", instant_in_words(until)));
        println!("{}  {}  {confirmed}{locked}, linked to {} people", account.id, account.email, account.people.len());
    };
    match what {
        Account::List => accounts.list(&OPERATOR).await.map_err(told)?.iter().for_each(print),
        Account::Show { email } => print(&find(email).await?),
        Account::Unlock { email } => {
            accounts.unlock(&OPERATOR, find(email).await?.id).await.map_err(told)?;
            println!("{email} can sign in again.");
        }
        Account::EndSessions { email } => {
            let ended = accounts.end_sessions(&OPERATOR, find(email).await?.id).await.map_err(told)?;
            println!("{ended} sessions of {email} were ended.");
        }
        Account::ResetSecondSteps { email } => {
            let people = accounts.reset_second_steps(&OPERATOR, find(email).await?.id).await.map_err(told)?;
            println!("{email} has no second step any more, and is signed out everywhere.");
            println!("At the next sign-in with the password, a new second step has to be set up.");
            for person in people {
                println!(
                    "The record {person} stays closed to {email}: print a new letter with `selfheal person linkage-code {person}`."
                );
            }
        }
        Account::Link { email, person } => {
            let account = find(email).await?;
            if !account.confirmed {
                return Err(format!("{email} is not confirmed yet: ask its owner to open the link in the mail they got."));
            }
            let person = services.people.find(&OPERATOR, person).await.map_err(told)?;
            services.linking.link_in_person(&OPERATOR, account.id, person.id).await.map_err(told)?;
            println!("{email} can open the record of {}.", person.display_name);
        }
    }
    services.core.store().close().await;
    Ok(())
}

/// Looks after the account of who did what.
pub async fn audit(common: &Common, what: &Audit) -> Result<(), String> {
    let services = ready(common).await?;
    let done = match what {
        Audit::Verify => verify(common, &services).await,
        Audit::Checkpoint => {
            let written = audit_files::checkpoint(&services, &AuditFiles::of(common)).await;
            written.map(|written| println!("{written} checkpoints were written beside the key."))
        }
        Audit::Queries => queries(&services).await,
        Audit::Answer { query, answer } => {
            let waiting = services.activity.queries_waiting(&OPERATOR).await.map_err(told)?;
            let found =
                waiting.iter().find(|waiting| waiting.id == *query).ok_or("No question with this id waits for an answer.")?;
            let answered = services.activity.answer(&OPERATOR, found.person, found.id, answer).await.map_err(told);
            answered.map(|()| println!("The answer was given, and the person was written to."))
        }
    };
    services.core.store().close().await;
    done
}

/// Checks every chain and every checkpoint of the account of who did what.
async fn verify(common: &Common, services: &Services) -> Result<(), String> {
    let files = AuditFiles::of(common);
    let witness = files.witness()?;
    let found = services.activity.verify_with(&witness).await.map_err(told)?;
    println!("{} events in {} chains were checked.", found.events, found.chains);
    println!("{} checkpoints were checked.", found.checkpoints);
    let mut faults = found.faults;
    if found.unsaid > 0 {
        faults.push(format!("and {} more faults", found.unsaid));
    }
    if witness.key.is_none() && found.checkpoints > 0 {
        faults
            .push(format!("there is no key at {}: whose signatures the checkpoints carry cannot be told", files.key().display()));
    }
    if found.checkpoints == 0 && found.events > 0 {
        println!("No checkpoint was signed yet: that an end was removed would not be seen.");
    }
    if faults.is_empty() {
        println!("Each is as it was written, and none is missing.");
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// Prints the questions that wait for an answer.
async fn queries(services: &Services) -> Result<(), String> {
    let waiting = services.activity.queries_waiting(&OPERATOR).await.map_err(told)?;
    if waiting.is_empty() {
        println!("No question waits for an answer.");
    }
    for query in waiting {
        let whom = query.organisation.as_deref().unwrap_or("you, the operator");
        println!("{}  {}  for {whom}", query.id, instant_in_words(query.asked_at));
        println!("  about: {}, event {} of person {}", instant_in_words(query.event.at), query.event.seq, query.person);
        println!("  {}", query.question.replace('\n', "\n  "));
    }
    Ok(())
}

/// Asks the server that listens on this address whether it is ready.
pub async fn is_ready(addr: SocketAddr) -> Result<(), String> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    // Whoever listens on every address listens on its own machine's too.
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let addr = SocketAddr::new(ip, addr.port());
    let asked = async {
        let mut stream = TcpStream::connect(addr).await?;
        stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match tokio::time::timeout(ANSWERS_WITHIN, asked).await {
        Ok(Ok(answer)) if answer.starts_with(b"HTTP/1.1 200 ") => {
            println!("The server at {addr} is ready.");
            Ok(())
        }
        Ok(Ok(_)) => Err(format!("The server at {addr} is not ready: its log says why.")),
        Ok(Err(error)) => Err(format!("No server answers at {addr}: {error}.")),
        Err(_) => Err(format!("The server at {addr} does not answer within {} seconds.", ANSWERS_WITHIN.as_secs())),
    }
}

/// Copies an embedded database while it serves; encrypted with the same key if it is.
pub async fn backup(common: &Common, file: &Path) -> Result<(), String> {
    if file.exists() {
        return Err(format!("{} exists already: a backup never writes over a file.", file.display()));
    }
    let services = ready(common).await?;
    services.core.store().backup(file).await.map_err(|error| sentence(&error))?;
    services.core.store().close().await;
    let (url, options) = (DatabaseUrl::Sqlite(file.to_owned()), config::options(common, 1)?);
    let copy = Store::open(&url, options).await.map_err(|error| sentence(&error))?;
    copy.integrity().await.map_err(|error| sentence(&error))?;
    copy.close().await;
    keep(file).map_err(|error| format!("The backup {} cannot be kept: {error}.", file.display()))?;
    println!("The backup {} was written and checked.", file.display());
    Ok(())
}

/// Has a new file kept by the disk, and that it is in its folder.
fn keep(file: &Path) -> std::io::Result<()> {
    File::open(file)?.sync_all()?;
    File::open(folder_of(file))?.sync_all()
}

/// Checks the database for damage, and prints what each table holds as one digest.
pub async fn digests(common: &Common) -> Result<(), String> {
    let services = ready(common).await?;
    let store = services.core.store();
    let digests = match store.integrity().await {
        Ok(()) => store.digests().await,
        Err(error) => Err(error),
    };
    store.close().await;
    for TableDigest { table, rows, digest } in digests.map_err(|error| sentence(&error))? {
        println!("{digest} {rows:>12} {table}");
    }
    Ok(())
}

/// Writes a copy of an embedded database that is encrypted with a new key, and checks that it holds the same.
pub async fn encrypt(common: &Common, file: &Path, new_key_file: &Path) -> Result<(), String> {
    let DatabaseUrl::Sqlite(from) = &common.database_url else {
        return Err(
            "PostgreSQL is encrypted by the disk that it is on: read \"Encryption at rest\" in docs/OPERATIONS.md.".to_owned()
        );
    };
    if file.exists() {
        return Err(format!("{} exists already: an encrypted copy never takes the place of a file.", file.display()));
    }
    let new = config::key_in(new_key_file)?;
    let key = config::database_key(common)?;
    let services = ready(common).await?;
    let held = services.core.store().digests().await;
    services.core.store().close().await;
    let held = held.map_err(|error| sentence(&error))?;
    let cannot = |error: std::io::Error| format!("{} cannot be written: {error}.", file.display());
    let encrypted = match store::encrypt(from, key, file, new).await {
        Ok(()) => same(file, new, &held).await,
        Err(error) => Err(sentence(&error)),
    };
    if let Err(fault) = encrypted {
        clear_away(file).map_err(cannot)?;
        return Err(fault);
    }
    keep(file).map_err(cannot)?;
    println!("{} holds what {} does, encrypted with the key in {}.", file.display(), from.display(), new_key_file.display());
    println!(
        "Serve nothing until it is moved there, belongs to the user that serves, and SELFHEAL_DATABASE_KEY_FILE={} is set.",
        new_key_file.display()
    );
    Ok(())
}

/// Whether the database in a file opens with a key, is sound and holds the same.
async fn same(file: &Path, key: DatabaseKey, held: &[TableDigest]) -> Result<(), String> {
    let options = Options { connections: 1, key: Some(key) };
    let copy = Store::open(&DatabaseUrl::Sqlite(file.to_owned()), options).await.map_err(|error| sentence(&error))?;
    let found = match copy.integrity().await {
        Ok(()) => copy.digests().await,
        Err(error) => Err(error),
    };
    copy.close().await;
    if found.map_err(|error| sentence(&error))? == held {
        Ok(())
    } else {
        Err("The copy is not what the database holds now: something wrote to it meanwhile.".to_owned())
    }
}

/// A file of this database's beside it, such as its `-wal`.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Takes away a copy that was not finished, with what SQLite keeps beside it.
fn clear_away(copy: &Path) -> std::io::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        match std::fs::remove_file(beside(copy, ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Puts a backup in the place of a database that does not exist yet.
pub async fn restore(common: &Common, file: &Path) -> Result<(), String> {
    let DatabaseUrl::Sqlite(to) = &common.database_url else {
        return Err("Use pg_restore to restore a PostgreSQL database.".to_owned());
    };
    for there in ["", "-wal", "-shm"].map(|ending| beside(to, ending)) {
        if there.exists() {
            return Err(format!(
                "{} exists already: move it away first; restoring never writes over a database.",
                there.display()
            ));
        }
    }
    let options = config::options(common, 1)?;
    let cannot = |error: std::io::Error| format!("{} cannot be restored to {}: {error}.", file.display(), to.display());
    let aside = beside(to, ".restoring");
    // What was left by a restoring that did not end is cleared away, so it cannot be the backup too.
    if file.canonicalize().map_err(cannot)? == aside.canonicalize().unwrap_or_default() {
        return Err(format!("Give {} another name first: restoring uses that one itself.", file.display()));
    }
    std::fs::create_dir_all(folder_of(to)).map_err(cannot)?;
    clear_away(&aside).map_err(cannot)?;
    let restored = match checked_copy(file, &aside, options).await {
        Ok(()) => std::fs::rename(&aside, to).and_then(|()| File::open(folder_of(to))?.sync_all()).map_err(cannot),
        Err(fault) => Err(fault),
    };
    if let Err(fault) = restored {
        clear_away(&aside).map_err(cannot)?;
        return Err(fault);
    }
    println!("{} was restored to {} and checked.", file.display(), to.display());
    Ok(())
}

/// Copies a backup, checks the copy, brings it up to date and makes it last.
async fn checked_copy(file: &Path, copy: &Path, options: Options) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("{} cannot be copied to {}: {error}.", file.display(), copy.display());
    std::fs::copy(file, copy).map_err(cannot)?;
    let url = DatabaseUrl::Sqlite(copy.to_owned());
    let store = Store::open(&url, options).await.map_err(|error| sentence(&error))?;
    let checked = match store.integrity().await {
        Ok(()) => store.migrate().await,
        Err(error) => Err(error),
    };
    store.close().await;
    checked.map_err(|error| sentence(&error))?;
    File::open(copy).and_then(|copy| copy.sync_all()).map_err(cannot)
}
