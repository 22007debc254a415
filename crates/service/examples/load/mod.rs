//! What the programs share that ask over several connections as people do. `cargo xtask bench` runs them and reads what they
//! print: one measure a line, as JSON.
//!
//! The database's address comes from `SELFHEAL_DATABASE_URL`, for it may hold a password; the seconds that are counted for each
//! measure are the first argument, and how often each measure is taken the second.

use domain::age_rules::Rules;
use service::{Core, NoDiaries, PasswordCost, ServiceError, Services, Settings, SystemClock, SystemRandom};
use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};
use store::{DatabaseUrl, Options, Store};

/// Over how many connections they ask.
pub const CONNECTIONS: u32 = 8;
/// Whoever signs in does so with this.
pub const PASSWORD: &str = "lamp otter gravel";

pub type Failed = Box<dyn Error + Send + Sync>;

/// The use cases over the empty database, and how long each measure takes.
pub async fn open() -> Result<(Services, Duration), Failed> {
    let url: DatabaseUrl = std::env::var("SELFHEAL_DATABASE_URL")?.parse().map_err(|error| format!("{error}"))?;
    let counted = Duration::from_secs(std::env::args().nth(1).unwrap_or_default().parse()?);
    let store = Store::open(&url, Options { connections: CONNECTIONS, ..Options::default() }).await?;
    store.migrate().await?;
    let settings = Settings {
        public_url: "http://localhost:8080".to_owned(),
        password_cost: PasswordCost::CHEAP,
        carer_rules: Rules::default(),
        texts: false,
    };
    Ok((Services::new(Core::new(store, SystemClock, SystemRandom, NoDiaries, settings)), counted))
}

/// Says that the database is filled, and with how much; measured is what the engine does once it knows that too.
pub async fn filled(services: &Services, began: Instant, made: impl std::fmt::Display) -> Result<(), Failed> {
    println!("{{\"what\":\"filled\",\"millis\":{},\"made\":{made}}}", began.elapsed().as_millis());
    Ok(services.core.store().take_stock().await?)
}

/// How often each measure is taken.
pub fn repeats() -> usize {
    std::env::args().nth(2).and_then(|times| times.parse().ok()).unwrap_or(1)
}

/// Asks over every connection for a while, and prints how long the answers took, a line for each repeat. `ask` is told which
/// connection asks, and for which time, and answers with how much it found.
pub async fn measure<A, F>(what: &str, counted: Duration, ask: A) -> Result<(), Failed>
where
    A: Fn(usize, usize) -> F + Clone + Send + 'static,
    F: Future<Output = Result<usize, ServiceError>> + Send,
{
    for _ in 0..repeats() {
        once(what, counted, &ask).await?;
    }
    Ok(())
}

async fn once<A, F>(what: &str, counted: Duration, ask: &A) -> Result<(), Failed>
where
    A: Fn(usize, usize) -> F + Clone + Send + 'static,
    F: Future<Output = Result<usize, ServiceError>> + Send,
{
    let from = Instant::now() + counted / 5;
    let until = from + counted;
    let askers: Vec<_> = (0..usize::try_from(CONNECTIONS)?)
        .map(|number| {
            let ask = ask.clone();
            tokio::spawn(async move {
                let (mut times, mut found) = (Vec::new(), 0_usize);
                for turn in number.. {
                    let asked = Instant::now();
                    if asked >= until {
                        break;
                    }
                    let some = ask(number, turn).await?;
                    if asked >= from {
                        times.push(asked.elapsed());
                        found += some;
                    }
                }
                Ok::<_, ServiceError>((times, found))
            })
        })
        .collect();
    let (mut times, mut found) = (Vec::new(), 0);
    for asker in askers {
        let (more, some) = asker.await??;
        times.extend(more);
        found += some;
    }
    times.sort_unstable();
    let micros = times.iter().map(|time| time.as_micros().to_string()).collect::<Vec<_>>().join(",");
    println!("{{\"what\":\"{what}\",\"connections\":{CONNECTIONS},\"found\":{found},\"micros\":[{micros}]}}");
    Ok(())
}
