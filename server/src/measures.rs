//! What a server counts of itself, as text for Prometheus, on a listener of its own. Each label has its values from a list that is closed
//! in the program: no name, number, address, id, or path with one of them is ever among them.

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use service::{Clock, Delivered, Services, SystemClock};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use store::Standing;

/// What a measure is to Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows, from 0 at the start of the process.
    Counter,
    /// It is what it is now.
    Gauge,
    /// How many were at most so large.
    Histogram,
}

/// Every measure by name, with what it tells.
pub const MEASURES: [(&str, Kind, &str); 28] = [
    ("selfheal_build_info", Kind::Gauge, "1, with the version of the program and the kind of database"),
    ("selfheal_requests_total", Kind::Counter, "Requests by the shape of their path, method and class of status"),
    ("selfheal_request_seconds", Kind::Histogram, "From a request's head to its answer's head, by the shape of its path"),
    ("selfheal_requests_under_way", Kind::Gauge, "Requests that are not answered yet"),
    ("selfheal_requests_throttled_total", Kind::Counter, "Requests answered with 429, by the shape of their path"),
    ("selfheal_requests_unavailable_total", Kind::Counter, "Requests answered with 503, by the shape of their path"),
    ("selfheal_sign_ins_total", Kind::Counter, "Steps of signing in that were tried, by step and by what came of it"),
    ("selfheal_audit_events_total", Kind::Counter, "Events written to the audit, with those of acts that were then undone"),
    ("selfheal_database_up", Kind::Gauge, "1 when the database answered this look within 2 seconds, else 0"),
    ("selfheal_database_connections", Kind::Gauge, "Connections in use and idle; of an embedded database those that read"),
    ("selfheal_database_wait_seconds", Kind::Histogram, "What a read waited for a connection and its beginning"),
    ("selfheal_database_refusals_total", Kind::Counter, "Reads that got no connection"),
    ("selfheal_database_act_seconds", Kind::Histogram, "An act from when it is asked for until it is durable or refused"),
    ("selfheal_database_acts_waiting", Kind::Gauge, "Acts and looks that wait for the writer of an embedded database"),
    ("selfheal_database_acts_together", Kind::Histogram, "Acts in one commit of an embedded database"),
    ("selfheal_database_commit_seconds", Kind::Histogram, "A commit of an embedded database, with the acts in it"),
    ("selfheal_database_commit_failures_total", Kind::Counter, "Commits of an embedded database that failed"),
    ("selfheal_database_wal_bytes", Kind::Gauge, "The write-ahead log of an embedded database"),
    ("selfheal_messages_waiting", Kind::Gauge, "Mails and text messages neither handed over nor given up"),
    ("selfheal_messages_total", Kind::Counter, "Mails and text messages by what came of handing them over"),
    ("selfheal_outside_answers_total", Kind::Counter, "Questions to outside systems by kind of system and outcome"),
    ("selfheal_outside_seconds", Kind::Histogram, "How long outside systems took, by kind of system"),
    ("selfheal_job_runs_total", Kind::Counter, "Runs of what is done in the background, by job and outcome"),
    ("selfheal_job_last_success_timestamp_seconds", Kind::Gauge, "When each job last ended well, in seconds since 1970"),
    ("process_resident_memory_bytes", Kind::Gauge, "Memory of this process"),
    ("process_cpu_seconds_total", Kind::Counter, "Processor time of this process, in whole seconds"),
    ("process_threads", Kind::Gauge, "Threads of this process"),
    ("process_open_fds", Kind::Gauge, "Files and connections that this process has open"),
];

/// What is done in the background, by the names under which it is counted.
pub const JOBS: [&str; 24] = [
    "outbox",
    "audit_checkpoint",
    "tidying",
    "silent_sources",
    "carer_rules",
    "clinics_ahead",
    "hospital_stays",
    "appointment_reminders",
    "earlier_times",
    "dose_reminders",
    "week_reminders",
    "goal_reminders",
    "results_told",
    "order_reminders",
    "collect_reminders",
    "outside_diaries_asked",
    "outside_diaries_copied",
    "outside_diaries_checked",
    "outside_orders_asked",
    "outside_orders_looked_at",
    "prescriptions",
    "reading_imports",
    "search_index",
    "reading_rules",
];

/// The shape of a path that is none of the pages': the client's files, the health checks and what is not there.
const OTHER: &str = "other";
/// Upper bounds of times, in seconds.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Upper bounds of how many acts share a commit; the writer takes 512 at most.
const TOGETHER: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
/// How long a look at the database may take before it counts as one that does not answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often what was recorded is put into its buckets, so that it does not fill the memory while nobody looks.
pub const UPKEEP: Duration = Duration::from_secs(5);
/// In how many ticks a second Linux tells processor time to programs, on every machine (`USER_HZ`).
const TICKS: u64 = 100;

/// Begins to count, once in a process; what is counted before goes nowhere. Gives the way to the counts.
///
/// # Errors
/// One plain sentence when something else in this process counts already.
pub fn begin() -> Result<PrometheusHandle, String> {
    static COUNTS: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let counts = COUNTS.get_or_init(|| {
        let counts = recorder().map_err(|error| format!("The metrics cannot be counted: {error}."));
        if counts.is_ok() {
            describe();
        }
        counts
    });
    counts.clone()
}

fn recorder() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Full("selfheal_database_acts_together".to_owned()), &TOGETHER)?
        .install_recorder()
}

fn describe() {
    for (name, kind, help) in MEASURES {
        match kind {
            Kind::Counter => describe_counter!(name, help),
            Kind::Gauge => describe_gauge!(name, help),
            Kind::Histogram => describe_histogram!(name, help),
        }
    }
}

/// A request from its beginning until it is answered, or until whoever asked has gone away.
#[derive(Debug)]
pub struct UnderWay {
    began: Instant,
}

impl UnderWay {
    /// One that begins now.
    #[must_use]
    pub fn begun() -> Self {
        gauge!("selfheal_requests_under_way").increment(1.0);
        Self { began: Instant::now() }
    }

    /// Counts its answer.
    pub fn answered(self, shape: Option<&'static str>, method: &Method, status: StatusCode) {
        let route = shape.unwrap_or(OTHER);
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        counter!("selfheal_requests_total", "route" => route, "method" => method_word(method), "status" => class).increment(1);
        histogram!("selfheal_request_seconds", "route" => route).record(self.began.elapsed());
        if status == StatusCode::TOO_MANY_REQUESTS {
            counter!("selfheal_requests_throttled_total", "route" => route).increment(1);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            counter!("selfheal_requests_unavailable_total", "route" => route).increment(1);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        gauge!("selfheal_requests_under_way").decrement(1.0);
    }
}

/// A method by one of these words, whatever was sent.
#[must_use]
pub fn method_word(method: &Method) -> &'static str {
    const WORDS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    WORDS.into_iter().find(|word| *word == method.as_str()).unwrap_or(OTHER)
}

/// Counts a run of a job of [`JOBS`], and gives on what came of it.
///
/// # Errors
/// The job's own.
pub fn ran<T, E>(job: &'static str, done: Result<T, E>) -> Result<T, E> {
    let outcome = if done.is_ok() { "done" } else { "failed" };
    counter!("selfheal_job_runs_total", "job" => job, "outcome" => outcome).increment(1);
    if done.is_ok() {
        let now = u32::try_from(SystemClock.now().timestamp()).unwrap_or(u32::MAX);
        gauge!("selfheal_job_last_success_timestamp_seconds", "job" => job).set(now);
    }
    done
}

/// Counts what a round of deliveries did.
pub fn delivered(done: Delivered) {
    for (outcome, count) in [("sent", done.sent), ("failed", done.failed), ("given_up", done.given_up)] {
        counter!("selfheal_messages_total", "outcome" => outcome).increment(count);
    }
}

/// What a look at the counts needs.
#[derive(Clone)]
struct Looking {
    counts: PrometheusHandle,
    services: Services,
}

/// Answers `/metrics` with what was counted until then and what is now.
pub fn router(counts: PrometheusHandle, services: Services) -> Router {
    Router::new().route("/metrics", get(show)).with_state(Looking { counts, services })
}

async fn show(State(looking): State<Looking>) -> Response {
    look(&looking.services).await;
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, looking.counts.render()).into_response()
}

/// Notes what is now.
async fn look(services: &Services) {
    let store = services.core.store();
    let (version, engine) = (env!("CARGO_PKG_VERSION"), store.engine_name());
    gauge!("selfheal_build_info", "version" => version, "engine" => engine).set(1.0);
    let Standing { open, idle, acts_waiting, wal_bytes } = store.standing();
    gauge!("selfheal_database_connections", "state" => "in_use").set(open.saturating_sub(idle));
    gauge!("selfheal_database_connections", "state" => "idle").set(idle);
    gauge!("selfheal_database_acts_waiting").set(acts_waiting.saturating_add(services.core.looks_waiting()));
    if let Some(bytes) = wal_bytes {
        gauge!("selfheal_database_wal_bytes").set(float(bytes));
    }
    let waiting = tokio::time::timeout(PATIENCE, services.outbox.waiting_of_each()).await;
    gauge!("selfheal_database_up").set(u8::from(matches!(waiting, Ok(Ok(_)))));
    if let Ok(Ok(waiting)) = waiting {
        for (channel, count) in waiting {
            gauge!("selfheal_messages_waiting", "channel" => channel).set(float(count.unsigned_abs()));
        }
    }
    process();
}

/// Notes what Linux tells of this process; nothing elsewhere.
fn process() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let told = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    if let Some(kilobytes) = told("VmRSS") {
        gauge!("process_resident_memory_bytes").set(float(kilobytes.saturating_mul(1024)));
    }
    if let Some(threads) = told("Threads") {
        gauge!("process_threads").set(float(threads));
    }
    if let Some(ticks) = std::fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(processor_ticks) {
        counter!("process_cpu_seconds_total").absolute(ticks / TICKS);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(u32::try_from(files.count()).unwrap_or(u32::MAX));
    }
}

/// The processor time in the 14th and 15th field of `/proc/self/stat`. The 2nd may hold anything but ends with the last bracket.
fn processor_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()?.saturating_add(next()?))
}

/// A count as the number that Prometheus takes; exact up to 2^53.
fn float(count: u64) -> f64 {
    let half = |part: u64| f64::from(u32::try_from(part).unwrap_or(u32::MAX));
    half(count >> 32) * 4_294_967_296.0 + half(count & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_becomes_the_same_number() {
        for (count, number) in [(0, 0.0), (1, 1.0), (4_294_967_295, 4_294_967_295.0), (1 << 40, 1_099_511_627_776.0)] {
            assert!((float(count) - number).abs() < 0.5, "{count}");
        }
    }

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 900 0 1 0 250 50 0 0 20 0 5 0 12345 1000 200";
        assert_eq!(processor_ticks(stat), Some(300));
        assert_eq!(processor_ticks("7 (a"), None);
    }

    #[test]
    fn a_method_that_nobody_knows_is_another() {
        let odd = Method::from_bytes(b"MARGARET").unwrap();
        assert_eq!([Method::GET, Method::PATCH, odd].each_ref().map(method_word), ["GET", "PATCH", "other"]);
    }
}
