//! Serving: the listener, the jobs beside it, and an end that loses no request.

use crate::audit_files::{self, AuditFiles};
use crate::cli::{Common, MailTo, ServeArgs, TextTo};
use crate::limit::Limit;
use crate::measures::{self, ran};
use crate::traces::{self, HandOver};
use crate::{config, http, open, refusals};
use app::state::{AppState, Demo};
use axum::serve::{ListenerExt, TapIo};
use domain::access::Actor;
use gateway::breaker::Breaker;
use gateway::gp_connect::GpConnect;
use gateway::gp_prescriptions::GpPrescriptions;
use gateway::mail::{FileMailer, LogMailer, SmtpMailer};
use gateway::prescriptions_for_patients::PrescriptionsForPatients;
use gateway::text::{FileTexter, LogTexter, Notify, NotifyTexter, TextConfigError};
use metrics_exporter_prometheus::PrometheusHandle;
use service::{
    EarlierDone, MailError, Mailer, MedicineRemindersDone, NoTracker, OrdersAsked, OrdersLooked, OutsideChecked, OutsideDone,
    PrescriptionTracker, PrescriptionsAsked, ReadingRulesRun, Refreshed, RemindersDone, RulesDone, Services, SilentSource,
    StaysDone, SystemClock, SystemRandom, Texter, Tracking,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Interval;

/// How often the audit is signed: what happened since is all that could be cut off its end unseen.
const SIGN_EVERY: Duration = Duration::from_secs(5 * 60);
/// How often it is looked who is to be reminded.
const REMIND_EVERY: Duration = Duration::from_secs(5 * 60);
/// How often it is looked who is to be reminded to take something: somebody waits for it at its minute.
const DOSES_EVERY: Duration = Duration::from_secs(60);
/// How often it is looked whether readings are to be added or taken out again: somebody may wait for it.
const IMPORTS_EVERY: Duration = Duration::from_secs(1);
/// How many people are looked for at once whose records cannot be searched yet.
const INDEXED_AT_ONCE: i64 = 20;
/// How often it is looked whether others' appointment systems are to be asked.
const ASK_EVERY: Duration = Duration::from_secs(30);
/// How often it is looked whether it is to be asked again if what is booked there still stands, which each server does in part.
const CHECK_EVERY: Duration = Duration::from_secs(5 * 60);
/// How long the last traces may take at the end.
const LAST_TRACES: Duration = Duration::from_secs(1);
/// How long requests under way may take after the order to stop.
const DRAIN: Duration = Duration::from_secs(25);

/// Serves until told to stop.
///
/// # Errors
/// One plain sentence when it cannot begin.
pub async fn run(common: &Common, args: &ServeArgs) -> Result<(), String> {
    let faults = config::faults(common, args);
    if let Some(fault) = faults.first() {
        return Err(fault.clone());
    }
    for note in config::notes(common, args) {
        tracing::warn!("{note}");
    }
    let site = config::site(args)?;
    let (mailer, texter) = (mailer(args)?, texter(args)?);
    // The port first: a second server must not touch the database of the first.
    let listener = TcpListener::bind(args.addr).await.map_err(|error| cannot_listen(args.addr, &error))?;
    let address = listener.local_addr().unwrap_or(args.addr);
    let metrics = match args.metrics_addr {
        Some(addr) => {
            let listener = TcpListener::bind(addr).await.map_err(|error| cannot_listen(addr, &error))?;
            Some((listener, measures::begin()?))
        }
        None => None,
    };
    let traced = match config::collector(args)? {
        Some(collector) => Some(HandOver::new(collector, traces::begin(args.behind_proxy)?)),
        None => None,
    };
    let diaries = Breaker::new(GpConnect::new(args.gp_connect_token.clone(), SystemClock, SystemRandom)?, SystemClock);
    let prescribing = GpPrescriptions::new(args.gp_connect_token.clone(), SystemClock, SystemRandom)?;
    let core = open::core(common, Some(address), args.serving(), diaries).await?;
    let core = core.with_prescribing(Breaker::new(prescribing, SystemClock)).with_tracking(tracking(args)?);
    let core = core.with_questionnaires(config::questionnaires(args).map_err(|faults| faults.join(" "))?);
    let core = core.with_self_care(config::self_care(args).map_err(|faults| faults.join(" "))?);
    let core = core.with_texting(args.texting());
    let core = match config::stolen_passwords(args)? {
        Some(stolen) => core.with_stolen_passwords(stolen),
        None => core,
    };
    let plain_words = config::plain_words(args).map_err(|faults| faults.join(" "))?;
    let services = Services::new(core).with_plain_words(plain_words);
    services.core.store().migrate().await.map_err(|error| sentence(&error))?;
    if config::is_exposed(common, args) {
        crate::seed_demo::refuse_demo(&services).await?;
    }
    let demo = if args.is_demo() { Some(crate::seed_demo(&services).await?) } else { None };
    let secure = config::public_url(&common.public_url(Some(address)))?.scheme == "https";
    let assets = Arc::new(http::assets(&site)?);
    announce(address, demo.as_ref());
    let state = AppState { services: Arc::new(services.clone()), assets, demo: demo.map(Arc::new), secure };
    let limit = Limit::per_second(args.requests_per_second);
    let router = http::router(state, &site, args.behind_proxy, limit.clone());

    let (stop, stopping) = watch::channel(false);
    let files = AuditFiles::of(common);
    files.ready(&SystemRandom)?;
    let jobs = tokio::spawn(jobs(services.clone(), (mailer, texter), limit, files.clone(), stopping.clone()));
    let carers = tokio::spawn(carers(services.clone(), stopping.clone()));
    let diary = tokio::spawn(diary(services.clone(), stopping.clone()));
    let medicines = tokio::spawn(medicines(services.clone(), stopping.clone()));
    let outside = tokio::spawn(outside(services.clone(), stopping.clone()));
    let checks = tokio::spawn(outside_checks(services.clone(), stopping.clone()));
    let orders = tokio::spawn(outside_orders(services.clone(), stopping.clone()));
    let tracked = tokio::spawn(prescriptions(services.clone(), stopping.clone()));
    let imports = tokio::spawn(imports(services.clone(), stopping.clone()));
    let index = tokio::spawn(index(services.clone(), stopping.clone()));
    let readings = tokio::spawn(readings(services.clone(), stopping.clone()));
    let metrics = metrics.map(|(listener, counts)| tokio::spawn(tell(listener, counts, services.clone(), stopping.clone())));
    let traced = traced.map(|traced| tokio::spawn(trace(traced, stopping.clone())));
    tokio::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping: finishing the requests under way");
        // Nobody left to hear it is as good.
        let _ = stop.send(true);
    });
    tracing::info!(%address, engine = services.core.store().engine_name(), "serving");
    let listener = without_delay(listener);
    let mut ending = stopping.clone();
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move { stopped(&mut ending).await });
    let mut ending = stopping;
    let deadline = async move {
        stopped(&mut ending).await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = async { serving.await } => served.map_err(|error| format!("The server stopped: {error}."))?,
        () = deadline => tracing::warn!("some requests were not finished in time"),
    }
    drop(jobs.await);
    drop(carers.await);
    drop(diary.await);
    drop(medicines.await);
    drop(outside.await);
    drop(checks.await);
    drop(orders.await);
    drop(tracked.await);
    drop(imports.await);
    drop(index.await);
    drop(readings.await);
    if let Some(metrics) = metrics {
        drop(metrics.await);
    }
    if let Some(traced) = traced {
        let last = async {
            if let Ok(mut traced) = traced.await {
                traced.round().await;
            }
        };
        // Whoever stops this waits for it.
        drop(tokio::time::timeout(LAST_TRACES, last).await);
    }
    sign(&services, &files).await;
    services.core.store().close().await;
    Ok(())
}

/// Answers Prometheus on a listener of its own until the order to stop.
async fn tell(listener: TcpListener, counts: PrometheusHandle, services: Services, stopping: watch::Receiver<bool>) {
    let address = listener.local_addr().ok();
    let router = measures::router(counts.clone(), services);
    tracing::info!(?address, "metrics are answered");
    let mut tick = every(measures::UPKEEP);
    let upkeep = async {
        loop {
            tick.tick().await;
            counts.run_upkeep();
        }
    };
    let answers = async {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!(%error, "metrics are answered no more");
        }
    };
    let work = async {
        tokio::select! {
            () = upkeep => {}
            () = answers => {}
        }
    };
    // A look is never worth waiting for at the end.
    until_stopped(stopping, work).await;
}

/// Hands traces over until the order to stop; what was traced since then is left to be handed over.
async fn trace(traced: HandOver, mut stopping: watch::Receiver<bool>) -> HandOver {
    traced.until(every(traces::EVERY), stopped(&mut stopping)).await
}

/// An error of the store as the one sentence that the operator reads.
pub fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        format!("Another program listens on {address} already: stop it, or choose another address with --addr.")
    } else {
        format!("{address} cannot be listened on: {error}.")
    }
}

#[expect(clippy::print_stdout, reason = "the address and the demonstration's sign-ins are what the operator started it for")]
fn announce(address: SocketAddr, demo: Option<&Demo>) {
    let port = address.port();
    println!("\nSelfheal is ready: http://{address}");
    let Some(demo) = demo else { return };
    println!("(Passkeys need a host name: use http://localhost:{port} for them.)\n");
    println!("Everybody in this demonstration is made up. Sign in as:\n");
    for person in &demo.people {
        println!("  {:<34} {}", person.email, person.who);
    }
    println!("\nPassword for all: {}", demo.password);
    println!("The second page shows the code.\n");
}

/// Where mail is handed over.
pub fn mailer(args: &ServeArgs) -> Result<Box<dyn Mailer>, String> {
    let cannot = |error: MailError| format!("The mail settings cannot be used: {}.", error.0);
    Ok(match &args.mail {
        MailTo::Log => Box::new(LogMailer),
        MailTo::Files(folder) => Box::new(FileMailer::new(folder.clone(), &args.mail_from).map_err(cannot)?),
        MailTo::Smtp(url) => Box::new(SmtpMailer::new(url, &args.mail_from).map_err(cannot)?),
    })
}

/// The ways by which it is told where prescriptions stand.
pub fn tracking(args: &ServeArgs) -> Result<Tracking, String> {
    let tracker: Box<dyn PrescriptionTracker> = match &args.prescriptions_url {
        None => Box::new(NoTracker),
        Some(base) => {
            let way = PrescriptionsForPatients::new(base, args.prescriptions_token.clone(), SystemClock, SystemRandom)?;
            Box::new(Breaker::new(way, SystemClock))
        }
    };
    Ok(Tracking { tracker, push_secret: args.prescriptions_push_secret.clone() })
}

/// Where text messages are handed over; `None` where none are sent.
pub fn texter(args: &ServeArgs) -> Result<Option<Box<dyn Texter>>, String> {
    let cannot = |error: TextConfigError| format!("The settings of text messages cannot be used: {error}.");
    Ok(match &args.text {
        TextTo::Off => None,
        TextTo::Log => Some(Box::new(LogTexter)),
        TextTo::Files(folder) => Some(Box::new(FileTexter::new(folder.clone()).map_err(cannot)?)),
        TextTo::Notify(base) => {
            let (Some(key), Some(template)) = (&args.text_key, args.text_template) else {
                return Err(
                    "Text messages need SELFHEAL_TEXT_KEY and SELFHEAL_TEXT_TEMPLATE: the key and the template that the \
                            provider gave you."
                        .to_owned(),
                );
            };
            let notify = Notify::new(base, key.clone(), template).map_err(cannot)?;
            Some(Box::new(NotifyTexter::new(notify, SystemClock).map_err(cannot)?))
        }
    })
}

/// Sends what waits in the outbox, and clears away what is over.
async fn jobs(
    services: Services,
    (mailer, texter): (Box<dyn Mailer>, Option<Box<dyn Texter>>),
    limit: Option<Limit>,
    files: AuditFiles,
    mut stopping: watch::Receiver<bool>,
) {
    let mut audit = tokio::time::interval(SIGN_EVERY);
    let mut mail = tokio::time::interval(Duration::from_secs(1));
    let mut counts = tokio::time::interval(Duration::from_secs(60));
    let mut tidy = tokio::time::interval(Duration::from_secs(60 * 60));
    let mut silent = tokio::time::interval(Duration::from_secs(24 * 60 * 60));
    loop {
        tokio::select! {
            _ = mail.tick() => {
                match ran("outbox", services.outbox.deliver_waiting(&*mailer, texter.as_deref()).await) {
                    Ok(done) => measures::delivered(done),
                    Err(error) => tracing::warn!(%error, "the outbox could not be read"),
                }
            }
            _ = counts.tick() => {
                refusals::tell();
                if let Some(limit) = &limit {
                    limit.tidy();
                }
            }
            _ = audit.tick() => sign(&services, &files).await,
            _ = tidy.tick() => {
                let readings = &services.readings;
                let tidied = [readings.tidy_imports().await, readings.tidy_texts().await];
                for done in [services.sessions.purge().await, services.accounts.tidy().await].into_iter().chain(tidied) {
                    if let Err(error) = ran("tidying", done) {
                        tracing::warn!(%error, "what is over could not be cleared away");
                    }
                }
            }
            _ = silent.tick() => tell_of_silence(&services).await,
            () = stopped(&mut stopping) => {
                refusals::tell();
                return;
            }
        }
    }
}

/// Logs which sources have sent nothing for longer than is usual for them, so that somebody asks them.
async fn tell_of_silence(services: &Services) {
    match ran("silent_sources", services.records.silent_sources(&Actor::System).await) {
        Ok(silent) => {
            for SilentSource { id, silence } in silent {
                let (since, usual) = (silence.since, silence.rhythm);
                tracing::warn!(organisation = %id, %since, ?usual, "a source is silent: it has sent nothing for longer than is usual");
            }
        }
        Err(error) => tracing::warn!(%error, "whether sources are silent could not be looked at"),
    }
}

/// Signs what the audit is now.
async fn sign(services: &Services, files: &AuditFiles) {
    if let Err(fault) = ran("audit_checkpoint", audit_files::checkpoint(services, files).await) {
        tracing::error!("the audit could not be signed: {fault}");
    }
}

/// Does what is due about those who act for others. What is due changes from day to day; once an hour is soon enough
/// after midnight, and after a night in which nothing ran.
async fn carers(services: Services, mut stopping: watch::Receiver<bool>) {
    let mut hour = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        tokio::select! {
            _ = hour.tick() => match ran("carer_rules", services.carers.run_rules(&Actor::System).await) {
                Ok(done) if done == RulesDone::default() => {}
                Ok(RulesDone { told, stopped, ended }) => tracing::info!(told, stopped, ended, "carers: what was due was done"),
                Err(error) => tracing::warn!(%error, "carers: what is due could not be done"),
            },
            () = stopped(&mut stopping) => return,
        }
    }
}

/// Makes the clinics of the weeks ahead and tells services who may not come, at start and once an hour, and reminds people of
/// what they have booked and tells those who wait of earlier times.
async fn diary(services: Services, mut stopping: watch::Receiver<bool>) {
    let mut hour = tokio::time::interval(Duration::from_secs(60 * 60));
    let mut reminders = tokio::time::interval(REMIND_EVERY);
    let mut earlier = tokio::time::interval(REMIND_EVERY);
    loop {
        tokio::select! {
            _ = hour.tick() => {
                match ran("clinics_ahead", services.diary.make_ahead(&Actor::System).await) {
                    Ok(0) => {}
                    Ok(made) => tracing::info!(made, "diary: the clinics of the weeks ahead were made"),
                    Err(error) => tracing::warn!(%error, "diary: the clinics of the weeks ahead could not be made"),
                }
                match ran("hospital_stays", services.appointments.run_stays(&Actor::System).await) {
                    Ok(done) if done == StaysDone::default() => {}
                    Ok(StaysDone { told, settled }) => {
                        tracing::info!(told, settled, "appointments: services were told who may not come");
                    }
                    Err(error) => tracing::warn!(%error, "appointments: services could not be told who may not come"),
                }
            }
            _ = reminders.tick() => match ran("appointment_reminders", services.appointments.run_reminders(&Actor::System).await) {
                Ok(done) if done == RemindersDone::default() => {}
                Ok(RemindersDone { reminded }) => tracing::info!(reminded, "appointments: reminders were written"),
                Err(error) => tracing::warn!(%error, "appointments: reminders could not be written"),
            },
            _ = earlier.tick() => match ran("earlier_times", services.appointments.run_earlier(&Actor::System).await) {
                Ok(done) if done == EarlierDone::default() => {}
                Ok(EarlierDone { told }) => tracing::info!(told, "appointments: people were told of earlier times"),
                Err(error) => tracing::warn!(%error, "appointments: nobody could be told of earlier times"),
            },
            () = stopped(&mut stopping) => return,
        }
    }
}

/// Reminds people to take their medicines and to measure, and to order more and collect it: each by itself, because what is due must not wait for what has time.
async fn medicines(services: Services, mut stopping: watch::Receiver<bool>) {
    let (mut doses, mut orders) = (every(DOSES_EVERY), every(REMIND_EVERY));
    let take = async {
        loop {
            doses.tick().await;
            told_of_medicines(ran("dose_reminders", services.medicines.run_dose_reminders(&Actor::System).await));
            match ran("week_reminders", services.readings.run_week_reminders(&Actor::System).await) {
                Ok(0) => {}
                Ok(reminded) => tracing::info!(reminded, "readings: reminders were written"),
                Err(error) => tracing::warn!(%error, "readings: reminders could not be written"),
            }
            match ran("goal_reminders", services.self_care.run_goal_reminders(&Actor::System).await) {
                Ok(0) => {}
                Ok(reminded) => tracing::info!(reminded, "goals: reminders were written"),
                Err(error) => tracing::warn!(%error, "goals: reminders could not be written"),
            }
            match ran("results_told", services.releases.run_told(&Actor::System).await) {
                Ok(0) => {}
                Ok(told) => tracing::info!(told, "results: people were told that something is there"),
                Err(error) => tracing::warn!(%error, "results: people could not be told that something is there"),
            }
        }
    };
    let order = async {
        loop {
            orders.tick().await;
            told_of_medicines(ran("order_reminders", services.medicines.run_order_reminders(&Actor::System).await));
            let told = ran("collect_reminders", services.prescriptions.run_collect_reminders(&Actor::System).await);
            told_of_medicines(told.map(|reminded| MedicineRemindersDone { reminded, ended: 0 }));
        }
    };
    // Whatever is under way is one act for each person, and goes on after the next start.
    tokio::select! {
        () = take => {}
        () = order => {}
        () = stopped(&mut stopping) => {}
    }
}

fn told_of_medicines(done: Result<MedicineRemindersDone, service::ServiceError>) {
    match done {
        Ok(done) if done == MedicineRemindersDone::default() => {}
        Ok(MedicineRemindersDone { reminded, ended }) => tracing::info!(reminded, ended, "medicines: reminders were written"),
        Err(error) => tracing::warn!(%error, "medicines: reminders could not be written"),
    }
}

/// Copies the free times of others' appointment systems, and asks again what they have not answered.
async fn outside(services: Services, stopping: watch::Receiver<bool>) {
    let mut tick = every(ASK_EVERY);
    let work = async {
        loop {
            tick.tick().await;
            match ran("outside_diaries_asked", services.appointments.run_outside(&Actor::System).await) {
                Ok(done) if done == OutsideDone::default() => {}
                Ok(OutsideDone { settled, waiting }) => tracing::info!(settled, waiting, "outside diaries: asked again"),
                Err(error) => tracing::warn!(%error, "outside diaries: what waits for an answer could not be read"),
            }
            match ran("outside_diaries_copied", services.appointments.refresh_outside(&Actor::System).await) {
                Ok(done) if done == Refreshed::default() => {}
                Ok(Refreshed { told, failed }) => tracing::debug!(told, failed, "outside diaries: free times were copied"),
                Err(error) => tracing::warn!(%error, "outside diaries: free times could not be copied"),
            }
        }
    };
    // Whatever is under way is asked again after the next start.
    until_stopped(stopping, work).await;
}

/// Asks others' appointment systems whether what is booked there still stands: by itself, because it may take long.
async fn outside_checks(services: Services, stopping: watch::Receiver<bool>) {
    let mut tick = every(CHECK_EVERY);
    let work = async {
        loop {
            tick.tick().await;
            match ran("outside_diaries_checked", services.appointments.check_outside(&Actor::System).await) {
                Ok(OutsideChecked { checked, cancelled: 0, missing: 0 }) => {
                    tracing::debug!(checked, "outside diaries: all stands")
                }
                Ok(OutsideChecked { checked, cancelled, missing }) => {
                    tracing::info!(checked, cancelled, missing, "outside diaries: what is booked there was looked at");
                }
                Err(error) => tracing::warn!(%error, "outside diaries: what is booked there could not be looked at"),
            }
        }
    };
    until_stopped(stopping, work).await;
}

/// Asks others' prescribing systems for what they have not answered, and how what was ordered there stands: by itself, so that
/// neither they nor the appointment systems wait for each other.
async fn outside_orders(services: Services, stopping: watch::Receiver<bool>) {
    let mut tick = every(ASK_EVERY);
    let work = async {
        loop {
            tick.tick().await;
            match ran("outside_orders_asked", services.medicines.run_outside(&Actor::System).await) {
                Ok(done) if done == OrdersAsked::default() => {}
                Ok(OrdersAsked { settled, waiting }) => tracing::info!(settled, waiting, "outside prescribing: asked again"),
                Err(error) => tracing::warn!(%error, "outside prescribing: what waits for an answer could not be read"),
            }
            match ran("outside_orders_looked_at", services.medicines.look_outside(&Actor::System).await) {
                Ok(done) if done == OrdersLooked::default() => {}
                Ok(OrdersLooked { looked, changed }) => {
                    tracing::info!(looked, changed, "outside prescribing: orders were looked at")
                }
                Err(error) => tracing::warn!(%error, "outside prescribing: orders could not be looked at"),
            }
        }
    };
    // Whatever is under way is asked again after the next start.
    until_stopped(stopping, work).await;
}

/// Asks where people's prescriptions stand: by itself, because it may take long.
async fn prescriptions(services: Services, stopping: watch::Receiver<bool>) {
    let mut tick = every(CHECK_EVERY);
    let work = async {
        loop {
            tick.tick().await;
            match ran("prescriptions", services.prescriptions.refresh(&Actor::System).await) {
                Ok(done) if done == PrescriptionsAsked::default() => {}
                Ok(PrescriptionsAsked { answered, failed, changed }) => {
                    tracing::info!(answered, failed, changed, "prescriptions: it was asked how they stand");
                }
                Err(error) => tracing::warn!(%error, "prescriptions: it could not be asked how they stand"),
            }
        }
    };
    // What is under way is asked again within an hour.
    until_stopped(stopping, work).await;
}

/// Goes on with readings that somebody brought in: what was under way at the last end too.
async fn imports(services: Services, stopping: watch::Receiver<bool>) {
    let mut tick = every(IMPORTS_EVERY);
    let work = async {
        loop {
            tick.tick().await;
            match ran("reading_imports", services.readings.run_imports(&Actor::System).await) {
                Ok(0) => {}
                Ok(batches) => tracing::debug!(batches, "readings: what was brought in was gone on with"),
                Err(error) => tracing::warn!(%error, "readings: what was brought in could not be gone on with"),
            }
        }
    };
    // Each batch is an act of its own, and the next one is done after the next start.
    until_stopped(stopping, work).await;
}

/// Reads the records again that cannot be searched yet, because an older program took them in: at the start, and once an hour for what
/// was brought in beside it since.
async fn index(services: Services, stopping: watch::Receiver<bool>) {
    let mut hour = every(Duration::from_secs(60 * 60));
    let work = async {
        loop {
            hour.tick().await;
            let (mut done, mut after) = (0, None);
            loop {
                match ran("search_index", services.imports.index_waiting(&Actor::System, after, INDEXED_AT_ONCE).await) {
                    Ok((some, Some(last))) => {
                        done += some;
                        after = Some(last);
                    }
                    Ok((_, None)) => break,
                    Err(error) => {
                        tracing::warn!(%error, "search: records could not be read again");
                        break;
                    }
                }
            }
            if done > 0 {
                tracing::info!(done, "search: records were read again");
            }
        }
    };
    // Each record is an act of its own, and the next one is read after the next start.
    until_stopped(stopping, work).await;
}

/// Looks for silences among readings, and tells care teams each morning what came up: within the hour is soon enough for both.
async fn readings(services: Services, stopping: watch::Receiver<bool>) {
    let mut hour = every(Duration::from_secs(60 * 60));
    let work = async {
        loop {
            hour.tick().await;
            match ran("reading_rules", services.readings.run_rules(&Actor::System).await) {
                Ok(done) if done == ReadingRulesRun::default() => {}
                Ok(ReadingRulesRun { raised, told }) => {
                    tracing::info!(raised, told, "readings: care teams were told what came up")
                }
                Err(error) => tracing::warn!(%error, "readings: care teams could not be told what came up"),
            }
        }
    };
    // Whatever is under way is one act for each person, and goes on after the next start.
    until_stopped(stopping, work).await;
}

/// Comes at once and then so often, and later where what is done takes longer.
fn every(time: Duration) -> Interval {
    let mut tick = tokio::time::interval(time);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    tick
}

/// Works until the order to stop.
async fn until_stopped(mut stopping: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        () = stopped(&mut stopping) => {}
    }
}

/// Waits for the order to stop.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that nobody is left to give the order.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Small answers are sent at once: otherwise each waits for the acknowledgement of the one before (Nagle's algorithm
/// against delayed acknowledgement: 42 ms a page, measured).
fn without_delay(listener: TcpListener) -> TapIo<TcpListener, fn(&mut TcpStream)> {
    listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no-delay could not be set");
        }
    })
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupted.await),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::serve::Listener;

    #[tokio::test]
    async fn every_connection_is_without_delay() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut listener = without_delay(listener);
        let (asked, (accepted, _)) = tokio::join!(TcpStream::connect(address), listener.accept());
        asked.unwrap();
        assert!(accepted.nodelay().unwrap());
    }
}
