//! The dictionary of medicines and devices (dm+d) as the NHS gives it out (TRUD, item 24): the files of VTMs, VMPs and AMPs, by
//! themselves or in their zip, read as a stream and taken in whole or not at all.

use super::Medicines;
use crate::activity::{self, Event};
use crate::organisations::upkeep;
use crate::{ServiceError, access};
use domain::access::Actor;
use domain::audit::{Action, Purpose};
use domain::medicine::ProductKind;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event as Xml;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Seek};
use store::dictionary::{self, NewCode, ROWS};
use tokio::sync::mpsc;
use zip::ZipArchive;

/// The first bytes of a zip.
const ZIP: [u8; 4] = *b"PK\x03\x04";
/// Which files of a zip are read: how their names begin.
const FILES: [&str; 3] = ["f_vtm2_", "f_vmp2_", "f_amp2_"];
/// How many batches wait for the database while the files are read on.
const AHEAD: usize = 4;
/// The most bytes of a file, unpacked.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// The most bytes of one tag or one text.
const LONGEST_PART: usize = 64 * 1024;
/// How deep elements may stand in one another.
const DEEPEST: usize = 16;
/// The most characters of a name.
const LONGEST_NAME: usize = 1_000;
/// The most codes of before.
const MOST_PREVIOUS: usize = 200_000;

/// What taking the dictionary in did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DictionaryReport {
    /// How many substances the files hold.
    pub substances: u64,
    /// How many virtual products.
    pub virtual_products: u64,
    /// How many products of makers.
    pub actual_products: u64,
    /// Of all these and of the codes of before, new ones and such as had changed.
    pub changed: u64,
}

impl DictionaryReport {
    fn count(&mut self, kind: ProductKind) {
        match kind {
            ProductKind::Vtm => self.substances += 1,
            ProductKind::Vmp => self.virtual_products += 1,
            ProductKind::Amp => self.actual_products += 1,
        }
    }
}

/// A code with that of before.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    new: NewCode,
    previous: Option<String>,
}

/// Why reading ends before its end.
#[derive(Debug, PartialEq, Eq)]
enum Stop {
    /// A line is wrong.
    Wrong(u64, String),
    /// Whoever takes what is read has gone.
    Gone,
}

/// Counts lines, and lets no tag and no text be longer than it may.
struct Lines<R> {
    inner: BufReader<R>,
    line: u64,
    taken: usize,
}

impl<R: Read> Lines<R> {
    fn of(file: R) -> Self {
        Self { inner: BufReader::new(file), line: 1, taken: 0 }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > LONGEST_PART {
            return Err(io::Error::other("a part of it is too long"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let taken = self.inner.buffer().iter().take(amount);
        let lines = taken.filter(|byte| **byte == b'\n').count();
        self.line += u64::try_from(lines).unwrap_or_default();
        self.taken += amount;
        self.inner.consume(amount);
    }
}

/// What a record's fields are called.
struct Fields {
    kind: ProductKind,
    code: &'static str,
    /// The first that is there is its name.
    names: [&'static str; 2],
    parent: &'static str,
    previous: &'static str,
}

/// By the name of a record's element.
fn fields(element: &str) -> Option<Fields> {
    Some(match element {
        "VTM" => Fields { kind: ProductKind::Vtm, code: "VTMID", names: ["NM", "NM"], parent: "", previous: "VTMIDPREV" },
        "VMP" => Fields { kind: ProductKind::Vmp, code: "VPID", names: ["NM", "NM"], parent: "VTMID", previous: "VPIDPREV" },
        "AMP" => Fields { kind: ProductKind::Amp, code: "APID", names: ["DESC", "NM"], parent: "VPID", previous: "" },
        _ => return None,
    })
}

/// A code as SNOMED CT writes it (6 to 18 digits).
fn code(field: &str, text: &str) -> Result<String, String> {
    let fits = (6..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(text.to_owned()) } else { Err(format!("{field} is no code")) }
}

/// A record that is being read: where it began, how deep it stands, and its fields.
struct Open {
    line: u64,
    depth: usize,
    of: Fields,
    said: BTreeMap<&'static str, String>,
    /// The field that is open.
    field: Option<&'static str>,
}

impl Open {
    /// Which field of those that are read has this name.
    fn named(&self, name: &str) -> Option<&'static str> {
        let of = &self.of;
        [of.code, of.names[0], of.names[1], of.parent, of.previous, "INVALID"]
            .into_iter()
            .find(|one| !one.is_empty() && *one == name)
    }

    fn say(&mut self, text: &str) -> Result<(), String> {
        let Some(field) = self.field else { return Ok(()) };
        let said = self.said.entry(field).or_default();
        said.push_str(text);
        if said.chars().count() > LONGEST_NAME { Err(format!("{field} is too long")) } else { Ok(()) }
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.said.get(field).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    fn record(&self) -> Result<Record, String> {
        let of = &self.of;
        let name = of.names.iter().find_map(|name| self.text(name)).ok_or_else(|| format!("{} is missing", of.names[0]))?;
        if name.contains(char::is_control) {
            return Err(format!("{} has characters that cannot be shown", of.names[0]));
        }
        let other = |field: &'static str| self.text(field).map(|text| code(field, text)).transpose();
        let invalid = match self.text("INVALID") {
            None | Some("0") => false,
            Some("1") => true,
            Some(_) => return Err("INVALID is neither 0 nor 1".to_owned()),
        };
        let own = code(of.code, self.text(of.code).unwrap_or_default())?;
        let new = NewCode { kind: of.kind, name: name.to_owned(), parent: other(of.parent)?, invalid, code: own };
        Ok(Record { previous: other(of.previous)?.filter(|before| *before != new.code), new })
    }
}

/// Reads one file and hands over each of its records.
fn read(file: impl Read, mut take: impl FnMut(Record) -> Result<(), Stop>) -> Result<(), Stop> {
    let mut reader = Reader::from_reader(Lines::of(file.take(LARGEST)));
    let (mut part, mut depth, mut any) = (Vec::new(), 0_usize, false);
    let mut open: Option<Open> = None;
    loop {
        part.clear();
        reader.get_mut().taken = 0;
        let event = reader.read_event_into(&mut part);
        let line = reader.get_ref().line;
        let wrong = |why: String| Stop::Wrong(line, why);
        match event.map_err(|error| wrong(format!("this cannot be read: {error}")))? {
            Xml::Start(element) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(wrong(format!("elements stand more than {DEEPEST} deep in one another")));
                }
                let name = element.local_name();
                match &mut open {
                    Some(record) if depth == record.depth + 1 => record.field = record.named(name.as_ref()),
                    Some(record) => record.field = None,
                    None => {
                        open = fields(name.as_ref()).map(|of| Open { line, depth, of, said: BTreeMap::new(), field: None });
                    }
                }
            }
            Xml::End(_) => {
                depth = depth.saturating_sub(1);
                if let Some(record) = &mut open {
                    record.field = None;
                }
                if let Some(record) = open.take_if(|record| record.depth > depth) {
                    any = true;
                    take(record.record().map_err(|why| Stop::Wrong(record.line, why))?)?;
                }
            }
            Xml::Text(text) => say(&mut open, &text.xml10_content()).map_err(wrong)?,
            Xml::CData(text) => say(&mut open, &text.xml10_content()).map_err(wrong)?,
            Xml::GeneralRef(name) => {
                let one = name.resolve_char_ref().map_err(|error| wrong(format!("this cannot be read: {error}")))?;
                match (one, resolve_xml_entity(&name.xml10_content())) {
                    (Some(one), _) => say(&mut open, one.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => say(&mut open, text),
                    (None, None) => Err("it refers to what XML does not know".to_owned()),
                }
                .map_err(wrong)?;
            }
            Xml::DocType(_) => return Err(wrong("it has a document type, which no file of the dictionary has".to_owned())),
            Xml::Empty(_) | Xml::Comment(_) | Xml::Decl(_) | Xml::PI(_) => {}
            Xml::Eof if depth > 0 => return Err(wrong("it breaks off".to_owned())),
            Xml::Eof if !any => return Err(wrong("it holds no VTM, VMP or AMP".to_owned())),
            Xml::Eof => return Ok(()),
        }
    }
}

fn say(open: &mut Option<Open>, text: &str) -> Result<(), String> {
    open.as_mut().map_or(Ok(()), |record| record.say(text))
}

/// What is read of the files beside what is handed over.
#[derive(Default)]
struct Whole {
    report: DictionaryReport,
    /// Which code took the place of each of before; none where several did.
    previous: BTreeMap<String, Option<String>>,
}

type Batch = BTreeMap<String, NewCode>;

/// Reads one after the other, and hands over what they hold a batch at a time.
fn read_all<R: Read + Seek>(files: Vec<(String, R)>, send: &mpsc::Sender<Batch>) -> Result<Whole, ServiceError> {
    let (mut whole, mut batch) = (Whole::default(), Batch::new());
    let mut take = |record: Record| {
        whole.report.count(record.new.kind);
        if let Some(before) = record.previous {
            let code = &record.new.code;
            let now = whole.previous.entry(before).or_insert_with(|| Some(code.clone()));
            if now.as_ref() != Some(code) {
                *now = None;
            }
            if whole.previous.len() > MOST_PREVIOUS {
                return Err(Stop::Wrong(0, format!("there are more than {MOST_PREVIOUS} codes of before")));
            }
        }
        batch.insert(record.new.code.clone(), record.new);
        if batch.len() < ROWS { Ok(()) } else { send.blocking_send(std::mem::take(&mut batch)).map_err(|_| Stop::Gone) }
    };
    for (name, file) in files {
        match read_file(&name, file, &mut take) {
            Ok(()) => {}
            Err((_, Stop::Gone)) => return Ok(whole),
            Err((of, Stop::Wrong(line, why))) => {
                let told = if line == 0 { format!("{of}: {why}") } else { format!("{of}, line {line}: {why}") };
                return Err(ServiceError::field("file", format!("{told}. Nothing was taken in")));
            }
        }
    }
    let _ = send.blocking_send(batch);
    Ok(whole)
}

/// Reads a file by itself, or those of a zip that are of the dictionary; where one is wrong, which.
fn read_file<R: Read + Seek>(
    name: &str,
    mut file: R,
    take: &mut impl FnMut(Record) -> Result<(), Stop>,
) -> Result<(), (String, Stop)> {
    let cannot = |error: &dyn std::fmt::Display| (name.to_owned(), Stop::Wrong(0, format!("this cannot be read: {error}")));
    let mut first = Vec::with_capacity(ZIP.len());
    file.by_ref().take(4).read_to_end(&mut first).map_err(|error| cannot(&error))?;
    file.rewind().map_err(|error| cannot(&error))?;
    if first != ZIP {
        return read(file, take).map_err(|stop| (name.to_owned(), stop));
    }
    let mut zip = ZipArchive::new(file).map_err(|error| cannot(&error))?;
    let mut any = false;
    for at in 0..zip.len() {
        let one = zip.by_index(at).map_err(|error| cannot(&error))?;
        let within = one.name().map_err(|error| cannot(&error))?.into_owned();
        let short = within.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        if short.ends_with(".xml") && FILES.iter().any(|begins| short.starts_with(begins)) {
            any = true;
            read(one, &mut *take).map_err(|stop| (format!("{name}: {within}"), stop))?;
        }
    }
    match any {
        true => Ok(()),
        false => Err((name.to_owned(), Stop::Wrong(0, "it holds none of the files f_vtm2, f_vmp2 and f_amp2".to_owned()))),
    }
}

impl Medicines {
    /// Takes the dictionary in: all the files or, where anything in one is wrong, nothing. What they do not name stays. The
    /// same files twice change nothing. Each comes with the name by which it is told of.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`file`) with the file and the line; refusals for anybody but the operator and the service itself.
    pub async fn load<R>(&self, actor: &Actor, files: Vec<(String, R)>) -> Result<DictionaryReport, ServiceError>
    where
        R: Read + Seek + Send + 'static,
    {
        if let Err(error) = upkeep(actor) {
            return Err(access::refused(&self.core, actor, error, "import").await);
        }
        let (send, mut batches) = mpsc::channel(AHEAD);
        let reading = tokio::task::spawn_blocking(move || read_all(files, &send));
        let by = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let mut changed = 0;
                    while let Some(batch) = batches.recv().await {
                        let rows: Vec<NewCode> = batch.into_values().collect();
                        changed += dictionary::keep(tx, &rows).await?;
                    }
                    let Whole { report, previous } = reading.await.map_err(ServiceError::internal)??;
                    let previous: Vec<_> = previous.into_iter().collect();
                    for some in previous.chunks(ROWS) {
                        changed += dictionary::keep_previous(tx, some).await?;
                    }
                    let event = Event::on_account(&by, Action::Import, Purpose::Operations).about("what", "medicines");
                    activity::append(&core, tx, event).await?;
                    Ok(DictionaryReport { changed, ..report })
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VMPS: &str = "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<!-- of a week -->\n<VIRTUAL_MED_PRODUCTS xmlns:xsi=\"x\">\n<VMPS>\n\
        <VMP>\n<VPID>318136009</VPID>\n<VPIDDT>2005-01-01</VPIDDT><VPIDPREV>318100000</VPIDPREV>\n<VTMID>108537001</VTMID>\n\
        <NM>Codeine 15mg &amp; &#x41; <![CDATA[<b>]]> tablets</NM>\n</VMP>\n\
        <VMP><VPID>318137000</VPID><INVALID>1</INVALID><NM>Other</NM></VMP>\n</VMPS>\n\
        <DRUG_FORM><DFORM><VPID>318136009</VPID></DFORM></DRUG_FORM>\n</VIRTUAL_MED_PRODUCTS>\n";

    fn all(file: impl Read) -> Result<Vec<Record>, Stop> {
        let mut records = Vec::new();
        read(file, |record| {
            records.push(record);
            Ok(())
        })?;
        Ok(records)
    }

    fn wrong(text: &str) -> (u64, String) {
        match all(text.as_bytes()) {
            Err(Stop::Wrong(line, why)) => (line, why),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_three_kinds_of_files_are_read() {
        let new = |code: &str, kind, name: &str, parent: Option<&str>, invalid| NewCode {
            code: code.to_owned(),
            kind,
            name: name.to_owned(),
            parent: parent.map(ToOwned::to_owned),
            invalid,
        };
        let first = new("318136009", ProductKind::Vmp, "Codeine 15mg & A <b> tablets", Some("108537001"), false);
        let second = new("318137000", ProductKind::Vmp, "Other", None, true);
        let read = all(VMPS.as_bytes()).unwrap();
        assert_eq!(
            read,
            [Record { new: first, previous: Some("318100000".to_owned()) }, Record { new: second, previous: None },]
        );
        let vtms =
            "<VIRTUAL_THERAPEUTIC_MOIETIES><VTM><VTMID>108537001</VTMID><NM>Codeine</NM></VTM></VIRTUAL_THERAPEUTIC_MOIETIES>";
        assert_eq!(all(vtms.as_bytes()).unwrap()[0].new, new("108537001", ProductKind::Vtm, "Codeine", None, false));
        let amps = "<ACTUAL_MEDICINAL_PRODUCTS><AMPS><AMP><APID>100001000</APID><VPID>318136009</VPID><NM>Codeine</NM>\
            <DESC>Codeine (A Maker Ltd)</DESC><AP_X><VPID>999999999</VPID></AP_X></AMP></AMPS></ACTUAL_MEDICINAL_PRODUCTS>";
        let expected = new("100001000", ProductKind::Amp, "Codeine (A Maker Ltd)", Some("318136009"), false);
        assert_eq!(all(amps.as_bytes()).unwrap()[0].new, expected);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line() {
        assert_eq!(wrong(&VMPS.replace("318137000", "x")), (11, "VPID is no code".to_owned()));
        assert_eq!(wrong(&VMPS.replace("<NM>Other</NM>", "<NM/>")), (11, "NM is missing".to_owned()));
        assert_eq!(wrong(&VMPS.replace(">1<", ">2<")), (11, "INVALID is neither 0 nor 1".to_owned()));
        assert_eq!(wrong(&VMPS.replace("108537001", "12345")), (5, "VTMID is no code".to_owned()));
        assert_eq!(wrong("<A>\n<B></B>\n</A>\n"), (4, "it holds no VTM, VMP or AMP".to_owned()));
        assert_eq!(wrong("").0, 1);
        assert_eq!(wrong("<A>\n<VTM>").1, "it breaks off");
        assert_eq!(
            wrong("<!DOCTYPE a [<!ENTITY b \"c\">]><A/>").1,
            "it has a document type, which no file of the dictionary has"
        );
        assert_eq!(wrong(&VMPS.replace("&amp;", "&b;")).1, "it refers to what XML does not know");
        assert!(wrong(&VMPS.replace("</VMPS>", "</VMQS>")).1.starts_with("this cannot be read"));
        assert!(wrong(&VMPS.replace("Other", &"x".repeat(LONGEST_NAME + 1))).1.contains("NM is too long"));
    }

    #[test]
    fn nothing_without_an_end_is_read_for_ever() {
        let (open, record) = ("<VTMS><VTM><VTMID>108537001</VTMID><NM>", "<VTM><VTMID>108537001</VTMID><NM>A</NM>");
        for begins in [open, "<", "<!--", "<a b='", "<![CDATA[", &format!("{open}<![CDATA["), "&", "<?x "] {
            let endless = begins.as_bytes().chain(io::repeat(b'a'));
            assert!(matches!(all(endless), Err(Stop::Wrong(..))), "{begins}");
        }
        let deep = record.repeat(100);
        assert!(matches!(all(deep.as_bytes()), Err(Stop::Wrong(1, why)) if why.contains("deep in one another")));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..VMPS.len(), cut in 0..40_usize) {
            let _ = all(&bytes[..]);
            let mut text = VMPS.as_bytes().to_vec();
            text.splice(at..(at + cut).min(VMPS.len()), bytes);
            if let Ok(records) = all(&text[..]) {
                for record in records {
                    prop_assert!(code("", &record.new.code).is_ok() && !record.new.name.is_empty());
                    prop_assert!(record.previous.as_ref() != Some(&record.new.code));
                }
            }
        }

        #[test]
        fn what_was_written_is_read(rows in proptest::collection::vec(("[1-9][0-9]{5,17}", "[a-z]{1,9}( &amp;)?", any::<bool>()), 1..20)) {
            let mut text = "<VTMS>\n".to_owned();
            for (code, name, invalid) in &rows {
                let invalid = if *invalid { "<INVALID>1</INVALID>" } else { "" };
                text += &format!("<VTM>{invalid}<NM>{name}</NM>\n<VTMID>{code}</VTMID></VTM>\n");
            }
            let read = all((text + "</VTMS>").as_bytes()).unwrap();
            let read: Vec<_> = read.into_iter().map(|one| (one.new.code, one.new.name.replace('&', "&amp;"), one.new.invalid)).collect();
            prop_assert_eq!(read, rows);
        }
    }
}
