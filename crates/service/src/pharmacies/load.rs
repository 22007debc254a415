//! The operator's table of those who dispense: a file that is taken in whole or not at all.

use super::Pharmacies;
use crate::activity::{self, Event};
use crate::organisations::upkeep;
use crate::{FieldProblem, ServiceError, access};
use csv::{ReaderBuilder, StringRecord, Terminator, Trim};
use domain::access::Actor;
use domain::appointment::{Position, Postcode};
use domain::audit::{Action, Purpose};
use domain::pharmacy::{DispenserKind, Hours, OdsCode, PharmacyService, search_words};
use domain::when::weekday_in_words;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use store::pharmacy::{self, NewDispenser, ROWS};
use url::Url;

/// The columns that a file must have, in any order.
const COLUMNS: [&str; 17] = [
    "code",
    "kind",
    "name",
    "address",
    "town",
    "postcode",
    "phone",
    "website",
    "services",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "latitude",
];
/// The last of them, beside the one before.
const LONGITUDE: &str = "longitude";
/// Of how many lines that cannot be read it is told what is wrong.
const TOLD: usize = 10;
/// The most lines of a file.
const MOST: usize = 100_000;
/// The most bytes of a file.
const LARGEST: u64 = 64 * 1024 * 1024;
/// The most characters of a name, an address or a town.
const LONGEST: usize = 200;

/// One in so many may close at once without being asked for: more is rather a file that was cut off.
const FEW: usize = 5;

/// How many a table may close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// A fifth of all at most.
    Few,
    /// As many as it does not name.
    Any,
}

/// What taking a table in did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PharmaciesReport {
    /// How many the file names.
    pub held: u64,
    /// Of those, new ones and such as had changed.
    pub changed: u64,
    /// How many are closed because the file does not name them any more.
    pub closed: u64,
    /// Of how many that the file names it is not known where they are.
    pub nowhere: u64,
}

/// Where each column is.
struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn of(head: &StringRecord) -> Result<Self, String> {
        let names: Vec<String> = head.iter().map(|name| name.trim_start_matches('\u{feff}').to_ascii_lowercase()).collect();
        let mut found = BTreeMap::new();
        for wanted in COLUMNS.into_iter().chain([LONGITUDE]) {
            let at = names.iter().position(|name| name == wanted);
            let all = || format!("{}, {LONGITUDE}", COLUMNS.join(", "));
            let at = at.ok_or_else(|| format!("The first line must name the column {wanted}. The columns are: {}", all()))?;
            found.insert(wanted, at);
        }
        Ok(Self(found))
    }

    fn cell<'r>(&self, record: &'r StringRecord, name: &str) -> Result<&'r str, String> {
        self.0.get(name).and_then(|at| record.get(*at)).ok_or_else(|| format!("the cell {name} is missing"))
    }
}

/// A text on one line.
fn line(name: &str, text: &str) -> Result<String, String> {
    if text.chars().count() > LONGEST {
        return Err(format!("{name} is longer than {LONGEST} characters"));
    }
    if text.contains(|c: char| c.is_control() || domain::shown::turns(c)) {
        return Err(format!("{name} has characters that cannot be shown"));
    }
    Ok(text.to_owned())
}

fn phone(text: &str) -> Result<String, String> {
    let fits = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '(' | ')' | '-')) && text.len() <= 30;
    if fits { Ok(text.to_owned()) } else { Err("phone is no phone number".to_owned()) }
}

fn website(text: &str) -> Result<String, String> {
    let is_ours = |url: &Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    match text {
        "" => Ok(String::new()),
        text => match Url::parse(text) {
            Ok(url) if is_ours(&url) && text.chars().count() <= LONGEST => Ok(url.into()),
            _ => Err("website is no address that begins with https://".to_owned()),
        },
    }
}

fn position(latitude: &str, longitude: &str) -> Result<Option<Position>, String> {
    if latitude.is_empty() && longitude.is_empty() {
        return Ok(None);
    }
    let at = latitude.parse().ok().zip(longitude.parse().ok());
    let at = at.and_then(|(latitude, longitude)| Position::new(latitude, longitude));
    at.map(Some).ok_or_else(|| "latitude and longitude are not degrees on the earth".to_owned())
}

fn read_line(columns: &Columns, record: &StringRecord) -> Result<NewDispenser, String> {
    let cell = |name: &'static str| columns.cell(record, name);
    let code = OdsCode::parse(cell("code")?).map_err(|error| format!("code is {error}"))?;
    let kinds = || DispenserKind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(", ");
    let kind = DispenserKind::from_code(cell("kind")?).ok_or_else(|| format!("kind is none of {}", kinds()))?;
    let name = line("name", cell("name")?)?;
    if name.is_empty() {
        return Err("name is missing".to_owned());
    }
    let postcode = Postcode::parse(cell("postcode")?).map_err(|error| format!("postcode is {error}"))?;
    let offered = cell("services")?.replace(';', " ");
    let all = || PharmacyService::ALL.iter().map(|one| one.code()).collect::<Vec<_>>().join(", ");
    let services = PharmacyService::several(&offered).ok_or_else(|| format!("services may be {}, with spaces between", all()))?;
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let mut week = [""; 7];
    for (into, day) in week.iter_mut().zip(days) {
        *into = cell(day)?;
    }
    let hours = Hours::read(week).map_err(|(day, error)| format!("{}: {error}", weekday_in_words(day)))?;
    Ok(NewDispenser {
        code,
        kind,
        name,
        address: line("address", cell("address")?)?,
        town: line("town", cell("town")?)?,
        postcode: postcode.as_str().to_owned(),
        phone: phone(cell("phone")?)?,
        website: website(cell("website")?)?,
        services,
        hours,
        at: position(cell("latitude")?, cell(LONGITUDE)?)?,
    })
}

/// Reads a whole table of up to so many bytes.
fn read(file: impl Read, largest: u64) -> Result<Vec<NewDispenser>, ServiceError> {
    let wrong = |told: String| ServiceError::field("file", told);
    // The reader would count lines that end with CR and LF one short, so it ends them at LF, and trims the CR.
    // One byte more shows that there is more.
    let mut file = file.take(largest + 1);
    let mut reader =
        ReaderBuilder::new().flexible(true).terminator(Terminator::Any(b'\n')).trim(Trim::All).from_reader(&mut file);
    let head = reader.headers().map_err(|error| wrong(format!("The file cannot be read: {error}")))?;
    let columns = Columns::of(head).map_err(wrong)?;
    let (mut rows, mut seen, mut faults) = (Vec::new(), BTreeMap::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(format!("The file cannot be read: {error}"));
                break;
            }
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        let number = record.position().map_or(0, csv::Position::line);
        match read_line(&columns, &record) {
            Ok(row) => match seen.insert(row.code.clone(), number) {
                Some(before) => faults.push(format!("Line {number}: code {} is in line {before} already", row.code)),
                None => rows.push(row),
            },
            Err(why) => faults.push(format!("Line {number}: {why}")),
        }
        if rows.len() > MOST {
            faults.push(format!("The file has more than {MOST} lines"));
            break;
        }
    }
    drop(reader);
    if file.limit() == 0 {
        return Err(wrong(format!("The file has more than {largest} bytes. Nothing was taken in")));
    }
    if rows.is_empty() && faults.is_empty() {
        return Err(wrong("The file names nobody".to_owned()));
    }
    if faults.is_empty() {
        return Ok(rows);
    }
    let untold = faults.len().saturating_sub(TOLD);
    faults.truncate(TOLD);
    if untold > 0 {
        faults.push(format!("and {untold} more"));
    }
    faults.push("Nothing was taken in".to_owned());
    Err(ServiceError::Fields(faults.into_iter().map(|fault| FieldProblem::new("file", fault)).collect()))
}

/// The words by which each of these is found.
fn words<'r>(rows: impl Iterator<Item = &'r NewDispenser>) -> Vec<(String, OdsCode)> {
    let of = |row: &NewDispenser| search_words(&format!("{} {} {} {}", row.name, row.address, row.town, row.postcode));
    rows.flat_map(|row| of(row).into_iter().map(|word| (word, row.code.clone()))).collect()
}

fn too_many_gone(gone: usize, open: usize) -> ServiceError {
    let told = format!(
        "The file does not name {gone} of {open} that are open: they would close, and whoever chose one would be told so. Nothing \
         was taken in. If the file is whole, load it with --close-many"
    );
    ServiceError::field("file", told)
}

impl Pharmacies {
    /// Takes a table in: the whole file or, where anything in it is wrong, nothing. Those that it does not name are closed
    /// and stay, for whoever has nominated them. The same file twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`file`), one for each line that is wrong, up to ten, or where more would close than may;
    /// refusals for anybody but the operator and the service itself.
    pub async fn load(
        &self,
        actor: &Actor,
        file: impl Read + Send + 'static,
        closing: Closing,
    ) -> Result<PharmaciesReport, ServiceError> {
        if let Err(error) = upkeep(actor) {
            return Err(access::refused(&self.core, actor, error, "import").await);
        }
        let rows = tokio::task::spawn_blocking(move || read(file, LARGEST)).await.map_err(ServiceError::internal)??;
        let by = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let now = core.now();
                    let mut report =
                        PharmaciesReport { held: u64::try_from(rows.len()).unwrap_or(u64::MAX), ..Default::default() };
                    let named: BTreeSet<&str> = rows.iter().map(|row| row.code.as_str()).collect();
                    let open = pharmacy::open(tx).await?;
                    let count = open.len();
                    let gone: Vec<String> = open.into_iter().filter(|code| !named.contains(code.as_str())).collect();
                    if closing == Closing::Few && gone.len() * FEW > count {
                        return Err(too_many_gone(gone.len(), count));
                    }
                    let mut changed = BTreeSet::new();
                    for some in rows.chunks(ROWS) {
                        changed.extend(pharmacy::keep(tx, some, now).await?);
                    }
                    for code in &gone {
                        report.closed += u64::from(pharmacy::close(tx, code, now).await?);
                    }
                    report.changed = u64::try_from(changed.len()).unwrap_or(u64::MAX);
                    let of = rows.iter().filter(|row| changed.contains(row.code.as_str()));
                    let stale: Vec<&str> = changed.iter().chain(&gone).map(String::as_str).collect();
                    pharmacy::set_words(tx, &stale, &words(of)).await?;
                    pharmacy::find_dispensers(tx).await?;
                    report.nowhere = pharmacy::nowhere(tx).await?;
                    let event = Event::on_account(&by, Action::Import, Purpose::Operations).about("what", "pharmacies");
                    activity::append(&core, tx, event).await?;
                    Ok(report)
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEAD: &str = "code,kind,name,address,town,postcode,phone,website,services,monday,tuesday,wednesday,thursday,friday,saturday,sunday,latitude,longitude\n";

    fn told(text: &str) -> Vec<String> {
        match read(text.as_bytes(), LARGEST) {
            Err(ServiceError::Fields(problems)) => problems.into_iter().map(|problem| problem.message).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_is_read_in_any_order_of_columns() {
        let line = "fa123,community,Bell Pharmacy,\"1 High Street, Upper\",Taunton,ta11aa,01823 000000,https://bell.example,delivery;flu-vaccination,9:00-18:00,closed,,,,,,51.0,-3.1\r\n";
        let rows = read(format!("\u{feff}{HEAD}\n{line}").as_bytes(), LARGEST).unwrap();
        let one = &rows[0];
        assert_eq!(
            (one.code.as_str(), one.kind, one.name.as_str(), one.postcode.as_str()),
            ("FA123", DispenserKind::Community, "Bell Pharmacy", "TA1 1AA")
        );
        assert_eq!(one.services, [PharmacyService::FluVaccination, PharmacyService::Delivery]);
        assert_eq!((one.hours.code().as_str(), one.website.as_str()), ("09:00-18:00;;;;;;", "https://bell.example/"));
        assert_eq!(one.at, Position::new(51.0, -3.1));
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line_and_nothing_is_read() {
        assert!(told("code,kind\n").join("").contains("must name the column name"));
        assert_eq!(told(HEAD), ["The file names nobody"]);
        let good = "FA123,community,Bell,,,TA1 1AA,,,,,,,,,,,,\n";
        let wrong = [
            "F,community,Bell,,,TA1 1AA,,,,,,,,,,,,\n",
            "FA124,shop,Bell,,,TA1 1AA,,,,,,,,,,,,\n",
            "FA125,community,,,,TA1 1AA,,,,,,,,,,,,\n",
            "FA126,community,Bell,,,nowhere,,,,,,,,,,,,\n",
            "FA127,community,Bell,,,TA1 1AA,ring,,,,,,,,,,,\n",
            "FA128,community,Bell,,,TA1 1AA,,javascript:alert(1),,,,,,,,,,\n",
            "FA129,community,Bell,,,TA1 1AA,,,magic,,,,,,,,,\n",
            "FA130,community,Bell,,,TA1 1AA,,,,9-5,,,,,,,,\n",
            "FA131,community,Bell,,,TA1 1AA,,,,,,,,,,,91,0\n",
            "FA132,community\n",
            "fa123,community,Bell,,,TA1 1AA,,,,,,,,,,,,\n",
        ];
        let said = told(&format!("{HEAD}{good}{}", wrong.concat()));
        assert_eq!(said.len(), 12);
        assert_eq!(said[0], "Line 3: code is not an ODS code such as FA123");
        assert!(said[1].starts_with("Line 4: kind is none of community, distance-selling"));
        assert!(said[7].starts_with("Line 10: Monday: hours are written like"));
        assert_eq!(
            (said[9].as_str(), said[10].as_str(), said[11].as_str()),
            ("Line 12: the cell name is missing", "and 1 more", "Nothing was taken in")
        );
        assert_eq!(told(&format!("{HEAD}{good}{good}"))[0], "Line 3: code FA123 is in line 2 already");
    }

    #[test]
    fn a_file_that_is_too_large_is_not_cut() {
        let good = format!("{HEAD}FA123,community,Bell,,,TA1 1AA,,,,,,,,,,,,\n");
        let length = u64::try_from(good.len()).unwrap();
        assert_eq!(read(good.as_bytes(), length).unwrap().len(), 1);
        let refused = read(good.as_bytes(), length - 1);
        assert!(
            matches!(refused, Err(ServiceError::Fields(problems)) if problems[0].message.starts_with("The file has more than"))
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&[HEAD.as_bytes(), &bytes[..]].concat()[..], LARGEST);
            let _ = read(&bytes[..], LARGEST);
        }
    }
}
