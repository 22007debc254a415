//! Whether the time of an answer tells that an address has an account, or a number a record: a wrong password, a reset and a registration
//! are asked for a thousand times each for addresses that have one and for addresses that have none, by turns, of the whole router in this
//! process; and a letter's details with a wrong code for numbers of people who have such a letter and for numbers of nobody.
//!
//! `cargo run --release -p server --example enumeration [SAMPLES]`. The database is a new one in a temporary folder, or the empty one
//! that `SELFHEAL_DATABASE_URL` names. Ends with exit code 1 where the medians lie more than a millisecond apart, or the times of one
//! kind are so often the longer ones (Mann and Whitney's test, two-sided, 1 in 1,000) that it is no chance.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

use app::ctx::{PeerAddress, session_cookie_name};
use app::guard::session_hash;
use app::signed_in::{SIGNED_IN, SignedIn};
use app::state::{AppState, Assets};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::NaiveDate;
use domain::NhsNumber;
use domain::access::Actor;
use domain::age_rules::Rules;
use domain::person::Demographics;
use futures::{StreamExt, TryStreamExt, stream};
use service::{Core, NoDiaries, PasswordCost, Services, Settings, SystemClock, SystemRandom};
use std::collections::BTreeMap;
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{DatabaseUrl, Options, Store};
use tower::ServiceExt;
use tower_sessions::session::Id;

type Failed = Box<dyn Error + Send + Sync>;

/// So often is each address or number asked for in each way, and so often asks each account: fewer than lock it, or stop its mail.
const OF_EACH: usize = 4;
/// How many ask at once.
const AT_ONCE: usize = 4;
/// How far apart medians may lie.
const APART: Duration = Duration::from_millis(1);
/// How far Mann and Whitney's U may lie from its mean, in thousandths of its standard deviation: 1 in 1,000, two-sided.
const FAR: u128 = 3_291;

/// The name of everybody who has a letter.
const FAMILY: &str = "Tester";

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

/// A form that is sent.
struct Sent {
    path: &'static str,
    fields: Vec<(&'static str, String)>,
    /// Of whoever sends it, where they have to be signed in.
    cookie: Option<String>,
}

impl Sent {
    fn about_address(way: Way, email: String) -> Self {
        Self { path: way.path, fields: vec![("email", email), ("password", way.password.to_owned())], cookie: None }
    }

    fn of_letter(number: &NhsNumber, cookie: &str) -> Self {
        let fields = [
            ("nhs_number", number.as_digits()),
            ("birth_date_day", "31"),
            ("birth_date_month", "3"),
            ("birth_date_year", "1980"),
            ("family_name", FAMILY),
            ("code", "AAAAA-AAAAA"),
        ];
        let fields = fields.map(|(name, value)| (name, value.to_owned())).to_vec();
        Self { path: "/link", fields, cookie: Some(cookie.to_owned()) }
    }
}

/// Asks once, from a network of its own; gives how long the answer took.
async fn ask(router: &Router, sent: &Sent, number: u32) -> Result<Duration, Failed> {
    let mut request = Request::post(sent.path)
        .header(header::HOST, "localhost")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(cookie) = &sent.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let mut request = request.body(Body::from(serde_urlencoded::to_string(&sent.fields)?))?;
    request.extensions_mut().insert(PeerAddress(Ipv4Addr::from_bits(number).into()));
    let began = Instant::now();
    let answer = router.clone().oneshot(request).await?;
    let took = began.elapsed();
    let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    // Whoever is no longer signed in would be sent there.
    let is_turned_away = sent.cookie.is_some() && to != Some(sent.path);
    if answer.status() != StatusCode::SEE_OTHER || is_turned_away {
        return Err(format!("{} is answered with {} to {to:?}", sent.path, answer.status()).into());
    }
    Ok(took)
}

/// Asks for what is there and for what is not, by turns, and each first as often, so that nothing that changes meanwhile counts for one
/// of them.
async fn both(
    router: &Router,
    (way, sample): (usize, usize),
    there: Sent,
    not_there: Sent,
) -> Result<(Duration, Duration), Failed> {
    let network = u32::from(Ipv4Addr::new(10, 0, 0, 0)) + u32::try_from((way << 22) + sample * 2)?;
    if sample.is_multiple_of(2) {
        let first = ask(router, &there, network).await?;
        Ok((first, ask(router, &not_there, network + 1).await?))
    } else {
        let first = ask(router, &not_there, network).await?;
        Ok((ask(router, &there, network + 1).await?, first))
    }
}

/// An address with an account, for one of the ways.
fn known(way: usize, account: usize) -> String {
    format!("known{way}x{account}@example.org")
}

/// So many numbers, from the first nine digits on.
fn numbers(first: u32, most: usize) -> Vec<NhsNumber> {
    let of = |nine: u32| (0..10).find_map(|last| NhsNumber::parse(&format!("{nine:09}{last}")).ok());
    (first..).filter_map(of).take(most).collect()
}

/// An account that may open nothing yet; the cookie of a session of it, as if both steps of a sign-in had been passed now.
async fn signed_in(services: &Services, email: &str) -> Result<String, Failed> {
    let account = services.accounts.create_without_password(&Actor::Operator, email).await?;
    let now = services.core.now();
    let signed_in = SignedIn {
        account,
        second_step_at: Some(now),
        began_at: now,
        fresh_at: now,
        own: None,
        acting: None,
        working_as: None,
        display: None,
    };
    let data = serde_json::to_string(&BTreeMap::from([(SIGNED_IN, signed_in)]))?;
    let id = Id::default();
    services.sessions.save(&session_hash(&id), data, Some(account), "Times of answers".to_owned()).await?;
    Ok(format!("{}={id}", session_cookie_name(false)))
}

/// People who have a letter each, by their numbers.
async fn with_letters(services: &Services, most: usize) -> Result<Vec<NhsNumber>, Failed> {
    let held = numbers(400_000_000, most);
    for number in &held {
        let who = Demographics {
            nhs_number: Some(number.clone()),
            family_name: FAMILY.to_owned(),
            given_names: vec!["Sam".to_owned()],
            prefix: None,
            birth_date: NaiveDate::from_ymd_opt(1980, 3, 31),
            gender: None,
            deceased: false,
        };
        let person = services.people.create(&Actor::Operator, who).await?;
        services.linking.issue_code(&Actor::Operator, person).await?;
    }
    Ok(held)
}

/// The times of letters of people who have one, and of nobody.
async fn of_letters(router: &Router, services: &Services, samples: usize) -> Result<Vec<(Duration, Duration)>, Failed> {
    let held = with_letters(services, samples.div_ceil(OF_EACH)).await?;
    let nobody = numbers(500_000_000, samples);
    let mut cookies = Vec::new();
    // Each asks for both.
    for account in 0..(samples * 2).div_ceil(OF_EACH) {
        cookies.push(signed_in(services, &format!("letter{account}@example.org")).await?);
    }
    println!("{} people have letters, which {} accounts try", held.len(), cookies.len());
    // Whoever asks at once asks with another account, for somebody else.
    let pairs = (0..samples).zip(held.iter().cycle()).zip(nobody.iter().zip(cookies.iter().cycle()));
    let asked = pairs.map(|((sample, held), (nobody, cookie))| {
        both(router, (WAYS.len(), sample), Sent::of_letter(held, cookie), Sent::of_letter(nobody, cookie))
    });
    stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await
}

/// The times of a way, for addresses that have an account and for such that have none.
async fn of_addresses(router: &Router, (number, way): (usize, Way), samples: usize) -> Result<Vec<(Duration, Duration)>, Failed> {
    let asked = (0..samples).map(|sample| {
        let there = Sent::about_address(way, known(number, sample / OF_EACH));
        // Never one that was asked for before, which might have an account now.
        let not_there = Sent::about_address(way, format!("nobody{number}x{sample}@example.org"));
        both(router, (number, sample), there, not_there)
    });
    stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await
}

/// Says what times of what is there and of what is not tell; gives whether they tell anything.
fn told(what: &str, times: Vec<(Duration, Duration)>) -> Result<bool, Failed> {
    let (known, unknown): (Vec<Duration>, Vec<Duration>) = times.into_iter().unzip();
    let (one, other) = (median(&known), median(&unknown));
    let far = rank_test(&known, &unknown)?;
    let is_told = one.abs_diff(other) > APART || far > FAR;
    println!(
        "{what}: median {} us where there is somebody, {} us where there is not, {} us apart; U lies {}.{:03} standard deviations from \
         its mean: {}",
        one.as_micros(),
        other.as_micros(),
        one.abs_diff(other).as_micros(),
        far / 1000,
        far % 1000,
        if is_told { "the time tells" } else { "the time tells nothing" }
    );
    Ok(is_told)
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
        let times = of_addresses(&router, numbered, samples).await?;
        tells |= told(numbered.1.what, times)?;
    }
    let times = of_letters(&router, &services, samples).await?;
    tells |= told("a letter with a wrong code", times)?;
    if tells { Err("the time of an answer tells whether there is somebody".into()) } else { Ok(()) }
}
