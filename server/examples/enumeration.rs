//! Whether the time of an answer tells that an address has an account: a wrong password, a reset and a registration are asked for a
//! thousand times each for addresses that have one and for addresses that have none, by turns, of the whole router in this process.
//!
//! `cargo run --release -p server --example enumeration [SAMPLES]`. The database is a new one in a temporary folder, or the empty one
//! that `SELFHEAL_DATABASE_URL` names. Ends with exit code 1 where the medians lie more than a millisecond apart, or the times of one
//! kind are so often the longer ones (Mann and Whitney's test, two-sided, 1 in 1,000) that it is no chance.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

use app::ctx::PeerAddress;
use app::state::{AppState, Assets};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::access::Actor;
use domain::age_rules::Rules;
use futures::{StreamExt, TryStreamExt, stream};
use service::{Core, NoDiaries, PasswordCost, Services, Settings, SystemClock, SystemRandom};
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{DatabaseUrl, Options, Store};
use tower::ServiceExt;

type Failed = Box<dyn Error + Send + Sync>;

/// So often is each address asked for in each way: fewer than lock it, or stop its mail.
const OF_EACH: usize = 4;
/// How many ask at once.
const AT_ONCE: usize = 4;
/// How far apart medians may lie.
const APART: Duration = Duration::from_millis(1);
/// How far Mann and Whitney's U may lie from its mean, in thousandths of its standard deviation: 1 in 1,000, two-sided.
const FAR: u128 = 3_291;

/// What somebody does to learn whether an address has an account.
#[derive(Clone, Copy)]
struct Way {
    what: &'static str,
    path: &'static str,
    password: &'static str,
}

const WAYS: [Way; 3] = [
    Way { what: "a wrong password", path: "/sign-in", password: "not the right one at all" },
    Way { what: "a reset", path: "/sign-in/reset", password: "" },
    Way { what: "a registration", path: "/register", password: "harbour violin thistle" },
];

/// Asks once, from a network of its own; gives how long the answer took.
async fn ask(router: &Router, way: Way, email: &str, number: u32) -> Result<Duration, Failed> {
    let fields = serde_urlencoded::to_string([("email", email), ("password", way.password)])?;
    let request = Request::post(way.path)
        .header(header::HOST, "localhost")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mut request = request.body(Body::from(fields))?;
    request.extensions_mut().insert(PeerAddress(Ipv4Addr::from_bits(number).into()));
    let began = Instant::now();
    let answer = router.clone().oneshot(request).await?;
    let took = began.elapsed();
    if answer.status() != StatusCode::SEE_OTHER {
        return Err(format!("{} is answered with {}", way.what, answer.status()).into());
    }
    Ok(took)
}

/// Asks for an address with an account and for one without, by turns, and each first as often, so that nothing that changes meanwhile
/// counts for one of them.
async fn both(router: &Router, (number, way): (usize, Way), sample: usize) -> Result<(Duration, Duration), Failed> {
    let there = known(number, sample / OF_EACH);
    // Never one that was asked for before, which might have an account now.
    let not_there = format!("nobody{number}x{sample}@example.org");
    let network = u32::from(Ipv4Addr::new(10, 0, 0, 0)) + u32::try_from((number << 22) + sample * 2)?;
    if sample.is_multiple_of(2) {
        let first = ask(router, way, &there, network).await?;
        Ok((first, ask(router, way, &not_there, network + 1).await?))
    } else {
        let first = ask(router, way, &not_there, network).await?;
        Ok((ask(router, way, &there, network + 1).await?, first))
    }
}

/// An address with an account, for one of the ways.
fn known(way: usize, account: usize) -> String {
    format!("known{way}x{account}@example.org")
}

/// The middle of some times.
fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// How far Mann and Whitney's U lies from its mean, in thousandths of its standard deviation (normal approximation, without the
/// correction for ties: times in nanoseconds seldom tie).
fn rank_test(one: &[Duration], other: &[Duration]) -> Result<u128, Failed> {
    let (n, m) = (u128::try_from(one.len())?, u128::try_from(other.len())?);
    // Twice U, so that ties count as halves.
    let mut twice = 0_u128;
    for a in one {
        for b in other {
            twice += match a.cmp(b) {
                std::cmp::Ordering::Greater => 2,
                std::cmp::Ordering::Equal => 1,
                std::cmp::Ordering::Less => 0,
            };
        }
    }
    let deviation = (n * m * (n + m + 1) * 1_000_000 / 12).isqrt();
    Ok(twice.abs_diff(n * m) * 1_000_000 / (2 * deviation.max(1)))
}

async fn open(folder: &std::path::Path) -> Result<(Router, Services), Failed> {
    let url: DatabaseUrl = match std::env::var("SELFHEAL_DATABASE_URL") {
        Ok(url) => url.parse::<DatabaseUrl>().map_err(|error| error.to_string())?,
        Err(_) => DatabaseUrl::Sqlite(folder.join("enumeration.db")),
    };
    let store = Store::open(&url, Options::default()).await?;
    store.migrate().await?;
    let settings = Settings {
        public_url: "http://localhost:8080".to_owned(),
        password_cost: PasswordCost::default(),
        carer_rules: Rules::default(),
        texts: false,
    };
    let services = Services::new(Core::new(store, SystemClock, SystemRandom, NoDiaries, settings));
    let state = AppState { services: Arc::new(services.clone()), assets: Arc::new(Assets::default()), demo: None, secure: false };
    Ok((server::http::router(state, folder, false, None), services))
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let samples: usize = std::env::args().nth(1).map_or(Ok(1000), |samples| samples.parse())?;
    let folder = tempfile::tempdir()?;
    let (router, services) = open(folder.path()).await?;
    let accounts = samples.div_ceil(OF_EACH);
    for way in 0..WAYS.len() {
        for account in 0..accounts {
            let email = known(way, account);
            services.accounts.create_confirmed(&Actor::Operator, &email, "otter umbrella quartz", None).await?;
        }
    }
    println!("{accounts} accounts are there for each way, which is asked {samples} times of both kinds");
    let mut tells = false;
    for numbered in WAYS.into_iter().enumerate() {
        let (_, way) = numbered;
        let asked = stream::iter(0..samples).map(|sample| both(&router, numbered, sample)).buffer_unordered(AT_ONCE);
        let times: Vec<(Duration, Duration)> = asked.try_collect().await?;
        let (known, unknown): (Vec<Duration>, Vec<Duration>) = times.into_iter().unzip();
        let (one, other) = (median(&known), median(&unknown));
        let far = rank_test(&known, &unknown)?;
        let is_told = one.abs_diff(other) > APART || far > FAR;
        tells |= is_told;
        println!(
            "{}: median {} us with an account, {} us without; U lies {}.{:03} standard deviations from its mean: {}",
            way.what,
            one.as_micros(),
            other.as_micros(),
            far / 1000,
            far % 1000,
            if is_told { "the time tells" } else { "the time tells nothing" }
        );
    }
    if tells { Err("the time of an answer tells whether an address has an account".into()) } else { Ok(()) }
}
