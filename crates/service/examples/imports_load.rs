//! Sends a made-up export of Apple Health, as a browser would, adds what was found and takes it out again, and says how long each
//! took. `SELFHEAL_DATABASE_URL=… cargo run --release -p service --example imports_load 1 100` sends 100 MB.
#![expect(clippy::print_stdout, reason = "what it prints is its answer")]

#[expect(dead_code, reason = "nothing is asked over several connections here")]
mod load;

use chrono::DateTime;
use domain::access::{Actor, Assurance};
use domain::person::Demographics;
use domain::reading::ImportState;
use futures::stream;
use load::{Failed, PASSWORD};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::time::Instant;

/// The bytes of one part, as a browser sends it.
const PART: usize = 64 * 1024;

/// One hour of a watch: a pulse every five seconds for ten minutes, some steps and a weight.
fn hour(at: i64) -> String {
    let shown = |second: i64| {
        DateTime::from_timestamp(1_500_000_000 + at * 3600 + second, 0).map(|at| at.format("%F %T +0000").to_string())
    };
    let record = |kind: &str, unit: &str, second: i64, value: i64| {
        let when = shown(second).unwrap_or_default();
        format!(
            " <Record type=\"HKQuantityTypeIdentifier{kind}\" sourceName=\"Watch\" sourceVersion=\"9.1\" device=\"&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch&gt;\" unit=\"{unit}\" creationDate=\"{when}\" startDate=\"{when}\" endDate=\"{when}\" value=\"{value}\"/>\n"
        )
    };
    let mut text: String = (0..120).map(|beat| record("HeartRate", "count/min", beat * 5, 60 + (at + beat) % 70)).collect();
    text += &record("StepCount", "count", 700, 300);
    text += &record("BodyMass", "kg", 800, 70 + at % 3);
    text
}

/// The most memory that this program ever held, in bytes, as Linux tells it.
fn most_memory() -> Result<u64, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("nothing says how much memory was held")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// Writes an export of about so many bytes; gives how many they are.
fn write(file: &Path, most: usize) -> Result<usize, Failed> {
    let mut out = BufWriter::new(File::create(file)?);
    let mut size = 0;
    let mut put = |text: &str| {
        size += text.len();
        out.write_all(text.as_bytes()).map(|()| size)
    };
    put("<HealthData>\n")?;
    let mut at = 0;
    while put(&hour(at))? < most {
        at += 1;
    }
    let size = put("</HealthData>")?;
    out.flush()?;
    Ok(size)
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let (services, _) = load::open().await?;
    let megabytes: usize = std::env::args().nth(2).unwrap_or_else(|| "20".to_owned()).parse()?;
    let who = Demographics {
        nhs_number: None,
        family_name: "Doe".to_owned(),
        given_names: vec!["Sam".to_owned()],
        prefix: None,
        birth_date: None,
        gender: None,
        deceased: false,
    };
    let person = services.people.create(&Actor::Operator, who).await?;
    let id = services.accounts.create_confirmed(&Actor::Operator, "sam@example.org", PASSWORD, None).await?;
    services.linking.link_in_person(&Actor::Operator, id, person).await?;
    let me = Actor::Account { id, assurance: Assurance::SecondStep };

    // On disk, so that the memory that is held is that of the import.
    let file = std::env::temp_dir().join(format!("selfheal-imports-load-{}.xml", std::process::id()));
    let size = write(&file, megabytes * 1_000_000)?;
    let mut source = File::open(&file)?;
    std::fs::remove_file(&file)?;
    let began = Instant::now();
    let parts = stream::iter(std::iter::from_fn(move || {
        let mut part = vec![0; PART];
        match source.read(&mut part) {
            Ok(0) => None,
            Ok(read) => {
                part.truncate(read);
                Some(Ok(part))
            }
            Err(error) => Some(Err(error)),
        }
    }));
    let import = services.readings.send_file(&me, person, ("export.xml", parts)).await?;
    let took = |began: Instant| began.elapsed().as_millis().max(1);
    println!("{{\"what\":\"read\",\"millis\":{},\"bytes\":{size}}}", took(began));
    let began = Instant::now();
    let found = services.readings.import(&me, (person, import)).await?.import.found;
    println!("{{\"what\":\"looked at\",\"millis\":{},\"readings\":{found}}}", took(began));
    for what in ["added", "taken out"] {
        let began = Instant::now();
        match what {
            "added" => services.readings.confirm_import(&me, (person, import)).await?,
            _ => services.readings.undo_import(&me, (person, import)).await?,
        }
        while services.readings.run_imports(&Actor::System).await? > 0 {}
        println!("{{\"what\":\"{what}\",\"millis\":{},\"readings\":{found}}}", took(began));
    }
    println!("{{\"what\":\"memory\",\"bytes\":{}}}", most_memory()?);
    let state = services.readings.import(&me, (person, import)).await?.import.state;
    services.core.store().close().await;
    if state == ImportState::Undone { Ok(()) } else { Err("it was not taken out".into()) }
}
