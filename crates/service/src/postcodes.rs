//! Where postcodes are: an open data table that the operator supplies as a file, so that a search can say how far away
//! a place is.
//!
//! Two forms, told apart by the names in the first line: the ONS Postcode Directory (`pcds`, `lat`, `long`, `doterm`), and
//! Code-Point Open or any other table with its eastings and northings made into degrees (`postcode`, `latitude`,
//! `longitude`).

use crate::activity::{self, Event};
use crate::organisations::upkeep;
use crate::{Core, ServiceError, access};
use csv::{ByteRecord, Reader, ReaderBuilder, Terminator, Trim};
use domain::access::Actor;
use domain::appointment::{Position, Postcode};
use domain::audit::{Action, Purpose};
use flate2::bufread::MultiGzDecoder;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use store::pharmacy;
use store::postcode::{self, ROWS};
use tokio::sync::mpsc;

/// The first two bytes of gzip (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// How many batches wait for the database while the file is read on.
const AHEAD: usize = 4;
/// Of how many lines that cannot be read a report says which they are.
const TOLD: usize = 10;
/// How many districts are worked out in one act.
const DISTRICTS: usize = 50;
/// The ONS Postcode Directory says 99.999999 degrees north of what has no position.
const NOWHERE: f64 = 99.0;

/// What an import of postcodes did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostcodesReport {
    /// Postcodes with a position that the file holds.
    pub held: u64,
    /// Of those, new ones and such as were elsewhere.
    pub changed: u64,
    /// Left out: postcodes that are not in use any more.
    pub ended: u64,
    /// Left out: postcodes without a position.
    pub unplaced: u64,
    /// Lines that could not be read.
    pub bad: u64,
    /// The first of them: the number of the line, and what is wrong.
    pub faults: Vec<(u64, &'static str)>,
    /// Districts of which the middle was worked out.
    pub districts: u64,
    /// Places where appointments are of which it is now known where they are.
    pub places: u64,
}

/// The use case of taking in where postcodes are: for the operator.
#[derive(Clone)]
pub struct Postcodes {
    core: Core,
}

impl Postcodes {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Takes a table in, plain or gzip, a batch at a time, so that a file of any length needs little memory. The same file
    /// twice changes nothing; what the file does not name stays. Lines that cannot be read are counted and left out.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`file`) where the first line does not name the columns, or the file breaks off: what came
    /// before is kept then; refusals for anybody but the operator and the service itself.
    pub async fn import(&self, actor: &Actor, file: impl Read + Send + 'static) -> Result<PostcodesReport, ServiceError> {
        if let Err(error) = upkeep(actor) {
            return Err(access::refused(&self.core, actor, error, "import").await);
        }
        let (send, mut batches) = mpsc::channel(AHEAD);
        let reading = tokio::task::spawn_blocking(move || read(file, &send));
        let mut changed = 0;
        while let Some(batch) = batches.recv().await {
            changed += self.core.write(move |_, tx| Box::pin(async move { Ok(postcode::keep(tx, &batch).await?) })).await?;
        }
        let (mut report, districts, broken) = reading.await.map_err(ServiceError::internal)??;
        report.changed = changed;
        report.districts = u64::try_from(districts.len()).unwrap_or(u64::MAX);
        let districts: Vec<String> = districts.into_iter().collect();
        for some in districts.chunks(DISTRICTS) {
            let some = some.to_vec();
            self.core
                .write(move |_, tx| {
                    Box::pin(async move {
                        for district in some {
                            postcode::middle(tx, &district).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
        let by = actor.clone();
        report.places = self
            .core
            .write(move |core, tx| {
                Box::pin(async move {
                    let places = postcode::find_places(tx).await?;
                    pharmacy::find_dispensers(tx).await?;
                    let event = Event::on_account(&by, Action::DiaryChanged, Purpose::Operations).about("what", "postcodes");
                    activity::append(&core, tx, event).await?;
                    Ok(places)
                })
            })
            .await?;
        match broken {
            Some(why) => {
                let told = format!("The file breaks off: {why}. {} postcodes that came before were kept", report.held);
                Err(ServiceError::field("file", told))
            }
            None => Ok(report),
        }
    }
}

/// What goes to the database at once: each postcode once, in order.
type Batch = Vec<(Postcode, Position)>;

/// Reads the whole file and hands over what it holds; gives the counts, the districts, and why it broke off if it did.
fn read(
    file: impl Read,
    send: &mpsc::Sender<Batch>,
) -> Result<(PostcodesReport, BTreeSet<String>, Option<String>), ServiceError> {
    let mut file = BufReader::new(file);
    let packed = file.fill_buf().is_ok_and(|begins| begins.starts_with(&GZIP));
    let unpacked: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let (mut report, mut districts, mut batch) = (PostcodesReport::default(), BTreeSet::new(), BTreeMap::new());
    let mut broken = None;
    for line in Lines::open(unpacked)? {
        match line {
            Line::Held(code, at) => {
                report.held += 1;
                if !districts.contains(code.district()) {
                    districts.insert(code.district().to_owned());
                }
                batch.insert(code, at);
                if batch.len() == ROWS && send.blocking_send(std::mem::take(&mut batch).into_iter().collect()).is_err() {
                    // Whoever writes has failed, and says why.
                    return Ok((report, districts, None));
                }
            }
            Line::Ended => report.ended += 1,
            Line::Unplaced => report.unplaced += 1,
            Line::Bad(number, why) => {
                report.bad += 1;
                if report.faults.len() < TOLD {
                    report.faults.push((number, why));
                }
            }
            Line::Broken(why) => broken = Some(why),
        }
    }
    let _ = send.blocking_send(batch.into_iter().collect());
    Ok((report, districts, broken))
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// Where a postcode is.
    Held(Postcode, Position),
    /// It is not in use any more.
    Ended,
    /// It has no position.
    Unplaced,
    /// The number of a line that cannot be read, and what is wrong with it.
    Bad(u64, &'static str),
    /// The file cannot be read on.
    Broken(String),
}

/// The lines of a table behind its first, which names the columns.
struct Lines<R> {
    reader: Reader<R>,
    code: usize,
    latitude: usize,
    longitude: usize,
    ended: Option<usize>,
    record: ByteRecord,
    over: bool,
}

impl<R: Read> Lines<R> {
    fn open(file: R) -> Result<Self, ServiceError> {
        // A line may lack cells: then it is that line that cannot be read. The reader would count lines that end with CR and
        // LF one short, so it ends them at LF, and trims the CR.
        let lines = Terminator::Any(b'\n');
        let mut reader = ReaderBuilder::new().flexible(true).terminator(lines).trim(Trim::All).from_reader(file);
        let cannot = |error: csv::Error| ServiceError::field("file", format!("The file cannot be read: {}", why(&error)));
        let head = reader.byte_headers().map_err(cannot)?;
        let names: Vec<String> =
            head.iter().map(|name| words(name).trim_start_matches('\u{feff}').to_ascii_lowercase()).collect();
        let column = |wanted: &[&str]| wanted.iter().find_map(|wanted| names.iter().position(|name| name == wanted));
        let found = (column(&["pcds", "postcode"]), column(&["lat", "latitude"]), column(&["long", "longitude"]));
        let (Some(code), Some(latitude), Some(longitude)) = found else {
            let told = "The first line of the file must name the columns pcds, lat and long, or postcode, latitude and longitude";
            return Err(ServiceError::field("file", told));
        };
        let ended = column(&["doterm"]);
        Ok(Self { reader, code, latitude, longitude, ended, record: ByteRecord::new(), over: false })
    }

    fn cell(&self, at: usize) -> Option<Cow<'_, str>> {
        self.record.get(at).map(words)
    }

    fn line(&self) -> Line {
        let number = self.record.position().map_or(0, csv::Position::line);
        let (Some(code), Some(latitude), Some(longitude)) =
            (self.cell(self.code), self.cell(self.latitude), self.cell(self.longitude))
        else {
            return Line::Bad(number, "a cell is missing");
        };
        let Ok(code) = Postcode::parse(&code) else { return Line::Bad(number, "this is no postcode") };
        if self.ended.and_then(|at| self.cell(at)).is_some_and(|ended| !ended.is_empty()) {
            return Line::Ended;
        }
        if latitude.is_empty() && longitude.is_empty() {
            return Line::Unplaced;
        }
        match (latitude.parse::<f64>(), longitude.parse::<f64>()) {
            (Ok(latitude), Ok(_)) if latitude > NOWHERE => Line::Unplaced,
            (Ok(latitude), Ok(longitude)) => match Position::new(latitude, longitude) {
                Some(at) => Line::Held(code, at),
                None => Line::Bad(number, "these degrees are not on the earth"),
            },
            _ => Line::Bad(number, "these are no degrees"),
        }
    }
}

impl<R: Read> Iterator for Lines<R> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        while !self.over {
            match self.reader.read_byte_record(&mut self.record) {
                // An empty line that ends with CR and LF.
                Ok(true) if self.record.len() == 1 && self.cell(0).is_some_and(|cell| cell.is_empty()) => {}
                Ok(true) => return Some(self.line()),
                Ok(false) => self.over = true,
                Err(error) => {
                    self.over = true;
                    return Some(Line::Broken(why(&error)));
                }
            }
        }
        None
    }
}

/// A cell as text; what is no UTF-8 is no postcode and no number either.
fn words(cell: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(cell)
}

fn why(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &[u8]) -> Vec<Line> {
        Lines::open(text).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(text))).collect()
    }

    fn held(code: &str, latitude: f64, longitude: f64) -> Line {
        Line::Held(Postcode::parse(code).unwrap(), Position { latitude, longitude })
    }

    #[test]
    fn both_forms_are_told_apart_by_their_first_line() {
        let directory = b"\xef\xbb\xbfpcd,pcds,dointr,doterm,lat,long\r\n\
            \"TA1 1AA\",\"TA1 1AA\",198001,,51.0147,-3.1029\r\n\
            AB1 0AA,AB1 0AA,198001,199606,57.101474,-2.242851\r\n\
            IM1 1AA,IM1 1AA,198001,,99.999999,0.000000\r\n";
        assert_eq!(lines(directory), [held("TA1 1AA", 51.0147, -3.1029), Line::Ended, Line::Unplaced]);
        let open = b"Postcode,Positional_quality_indicator,Latitude,Longitude\n m11ae ,10, 53.4 ,-2.2\nM1 1AF,10,,\n";
        assert_eq!(lines(open), [held("M1 1AE", 53.4, -2.2), Line::Unplaced]);
        assert_eq!(lines(b"pcds,lat,long\r\n\"M1 1AE\",53.4,\"-2.2\"\r\n\r\nx,1,1\r\n")[1], Line::Bad(4, "this is no postcode"));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_by_its_number_and_the_others_are_read() {
        let text = b"postcode,latitude,longitude\nnowhere,51,-3\nTA1 1AA,51\nTA1 1AA,51,-3\nTA1 1AB,north,-3\nTA1 1AC,51,-300\nTA1 1\xff,1,1\n";
        let expected = [
            Line::Bad(2, "this is no postcode"),
            Line::Bad(3, "a cell is missing"),
            held("TA1 1AA", 51.0, -3.0),
            Line::Bad(5, "these are no degrees"),
            Line::Bad(6, "these degrees are not on the earth"),
            Line::Bad(7, "this is no postcode"),
        ];
        assert_eq!(lines(text), expected);
        for nameless in [&b""[..], b"TA1 1AA,51,-3\n", b"postcode,eastings,northings\n"] {
            assert!(matches!(Lines::open(nameless), Err(ServiceError::Fields(_))));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_read_what_is_nowhere(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let text = [b"postcode,latitude,longitude,doterm\n", &bytes[..]].concat();
            for line in Lines::open(&text[..]).ok().into_iter().flatten() {
                if let Line::Held(_, at) = line {
                    prop_assert!(Position::new(at.latitude, at.longitude).is_some());
                }
            }
            let _ = Lines::open(&bytes[..]).map(Iterator::count);
        }

        #[test]
        fn what_was_written_is_read_in_any_order_of_columns(
            rows in proptest::collection::vec(("[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}", -90.0..90.0_f64, -180.0..180.0_f64), 0..20),
            turned in any::<bool>(),
        ) {
            let mut text = String::from(if turned { "long,x,lat,pcds\n" } else { "pcds,lat,long\n" });
            for (code, latitude, longitude) in &rows {
                text += &if turned { format!("{longitude},\"a,b\",{latitude},{code}\n") } else { format!("{code},{latitude},{longitude}\n") };
            }
            let expected: Vec<Line> = rows.iter().map(|(code, latitude, longitude)| held(code, *latitude, *longitude)).collect();
            prop_assert_eq!(lines(text.as_bytes()), expected);
        }
    }
}
