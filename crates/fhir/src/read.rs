//! Reading a file of FHIR resources within limits: gzip or plain; a Bundle, one resource, or one resource a line.

use crate::scan::{Scan, has_more_values, scan};
use crate::source;
use crate::survey::opening;
use crate::types::{Identifier, Lenient, List, OneOrMany, Reference, fhir};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::io::{Read, Seek};

/// How much a file may ask of this machine. What is beyond is refused before memory is taken for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text after decompression, and bytes of the file itself. Memory used is at most a little over twice this.
    pub max_bytes: usize,
    /// Bytes of one line, where a file holds one resource a line.
    pub max_line: usize,
    /// How many objects and lists may stand one within another.
    pub max_depth: usize,
    /// Resources in one file; lines, and entries of a Bundle, that turn out to hold none count too.
    pub max_resources: usize,
    /// Values in one resource: in memory even an empty one is many times as long as its text.
    pub max_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 256 << 20, max_line: 64 << 20, max_depth: 64, max_resources: 200_000, max_values: 100_000 }
    }
}

/// Why a file could not be read at all. One sentence each, with nothing of the file's content in it.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("The file is empty.")]
    Empty,
    /// It could not be read from where it is.
    #[error("The file could not be read: {0}.")]
    Io(std::io::Error),
    /// A stream could not be kept on disk while it is read.
    #[error("The file could not be kept in the folder for temporary files while it is read: {0}.")]
    Keep(std::io::Error),
    /// It was not the same from one look to the next.
    #[error("The file changed while it was being read.")]
    Changed,
    /// More text than [`Limits::max_bytes`].
    #[error("The file holds more than {} of text, which is the most that can be read at once.", size(*limit))]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// More than this machine's memory.
    #[error("There is not enough memory to read the file.")]
    NoMemory,
    /// A line longer than [`Limits::max_line`].
    #[error("Line {line} is longer than {}, which is the most that can be read in one line.", size(*limit))]
    LineTooLong {
        /// Which line, from 1.
        line: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// More resources than [`Limits::max_resources`].
    #[error("The file holds more than {limit} resources, which is the most that can be read at once.")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// Nested deeper than [`Limits::max_depth`].
    #[error("The file nests more than {limit} levels deep (at byte {at}).")]
    TooDeep {
        /// The limit.
        limit: usize,
        /// Where, in bytes of the text.
        at: usize,
    },
    /// A gzip file that ends too early.
    #[error("The gzip file is cut short: part of it is missing.")]
    GzipCutShort,
    /// A gzip file whose content does not agree with itself.
    #[error("The gzip file is damaged and cannot be unpacked.")]
    GzipDamaged,
    /// Text in another encoding.
    #[error("The file is not UTF-8 text: byte {at} does not belong to it.")]
    NotUtf8 {
        /// Offset of the first byte that is not UTF-8, in bytes of the unpacked file.
        at: usize,
    },
    /// A web page or XML.
    #[error("The file is a web page or XML, and not FHIR in JSON.")]
    Markup,
    /// A bare JSON list.
    #[error("The file is a bare JSON list, and not a FHIR Bundle, a resource, or one resource a line.")]
    BareList,
    /// Not JSON at all, or damaged.
    #[error("The file is not JSON that can be read: line {line}, column {column}.")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    /// JSON that ends too early.
    #[error("The file is cut short: it ends in the middle of a resource.")]
    CutShort,
    /// JSON, but not FHIR.
    #[error("The file is JSON but not FHIR: it has no resourceType.")]
    NotFhir,
    /// JSON whose outermost object gives a field twice, so that it is not clear which is meant.
    #[error("The file gives one of its outermost fields twice.")]
    RepeatedField,
    /// A Bundle whose parts are not where FHIR has them.
    #[error("The Bundle's {field} is not what FHIR says it is.")]
    BundleField {
        /// Which field.
        field: &'static str,
    },
}

/// "256 MB" for people.
fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

/// What a Bundle says it is (FHIR R4, `Bundle.type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleKind {
    /// `transaction`
    Transaction,
    /// `batch`
    Batch,
    /// `collection`
    Collection,
    /// `searchset`
    Searchset,
    /// `history`
    History,
    /// `document`
    Document,
    /// `message`
    Message,
    /// Another type, or none.
    Other,
}

impl BundleKind {
    fn of(code: Option<&str>) -> Self {
        match code {
            Some("transaction") => Self::Transaction,
            Some("batch") => Self::Batch,
            Some("collection") => Self::Collection,
            Some("searchset") => Self::Searchset,
            Some("history") => Self::History,
            Some("document") => Self::Document,
            Some("message") => Self::Message,
            _ => Self::Other,
        }
    }
}

/// How a file holds its resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageForm {
    /// One Bundle.
    Bundle(BundleKind),
    /// One resource (or Bundle) a line: NDJSON.
    Lines,
    /// One resource.
    Single,
}

/// A file taken apart.
#[derive(Clone, Debug)]
pub struct Package {
    /// How it held its resources.
    pub form: PackageForm,
    /// Its resources in the order in which to take them in: that of the file, except that a history, which begins
    /// with the newest, is turned round.
    pub resources: Vec<Received>,
    /// What could not be taken, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Something in a file that could not be taken; it does not stop the rest. Holds no content of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `Bundle.entry[3].resource`, `line 4`.
    pub path: String,
    /// Why, in one sentence.
    pub reason: String,
}

/// A patient that a resource names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientReference {
    /// The field that names the patient, such as `Observation.subject`; `Patient.id` for a Patient itself.
    pub field: String,
    /// The reference as written; `None` where the patient is named by identifiers alone.
    pub reference: Option<String>,
    /// System and value of the identifiers by which the patient is named.
    pub identifiers: Vec<(String, String)>,
    /// How far the wording alone tells that a patient is meant.
    pub(crate) certainty: Certainty,
}

/// How far the wording of a reference tells that a patient is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// It says so.
    Certain,
    /// It is a patient unless the package shows that it is something else.
    Likely,
    /// It is one only if the package shows it.
    Possible,
}

/// One resource, exactly as received.
#[derive(Clone, Debug)]
pub struct Received {
    /// Where it stood: `Bundle.entry[3].resource`, `line 4`.
    pub path: String,
    /// `Bundle.entry.fullUrl`.
    pub full_url: Option<String>,
    /// `resourceType`.
    pub resource_type: String,
    /// Its logical id; where it has none, the UUID or id of its `fullUrl`.
    pub id: String,
    /// `meta.versionId`.
    pub version: Option<String>,
    /// `meta.lastUpdated`.
    pub last_updated: Option<DateTime<Utc>>,
    /// The bytes of the resource, unchanged.
    pub raw: String,
    /// SHA-256 of `raw`.
    pub hash: [u8; 32],
    /// The patients whom it names; for a Patient, itself.
    pub patients: Vec<PatientReference>,
}

impl Received {
    /// Takes one resource's JSON text, such as a stored one that is read again.
    ///
    /// # Errors
    /// A [`Problem`] when it is not an object, has no `resourceType`, or has no id and no `fullUrl` to take one from.
    pub fn new(path: impl Into<String>, full_url: Option<String>, raw: impl Into<String>) -> Result<Self, Problem> {
        let (path, raw) = (path.into(), raw.into());
        match Head::read(&raw) {
            Ok(head) => head.receive(path, full_url, &raw),
            Err(reason) => Err(Problem { path, reason }),
        }
    }
}

/// The parts of a resource that say what it is and whom it is about; decoded one by one, so that one of a wrong form
/// is told with its name.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Head<'a> {
    #[serde(borrow)]
    resource_type: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    meta: Option<&'a RawValue>,
    #[serde(borrow)]
    contained: Option<&'a RawValue>,
    #[serde(borrow)]
    identifier: Option<&'a RawValue>,
    #[serde(borrow)]
    patient: Option<&'a RawValue>,
    #[serde(borrow)]
    subject: Option<&'a RawValue>,
    #[serde(borrow)]
    beneficiary: Option<&'a RawValue>,
    #[serde(borrow, rename = "for")]
    on_behalf_of: Option<&'a RawValue>,
    #[serde(borrow)]
    individual: Option<&'a RawValue>,
    #[serde(borrow)]
    actor: Option<&'a RawValue>,
    #[serde(borrow)]
    participant: Option<&'a RawValue>,
    // A Bundle's own.
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    entry: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct HeadMeta<'a> {
    #[serde(borrow)]
    version_id: Option<&'a RawValue>,
    #[serde(borrow)]
    last_updated: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct BundleEntry<'a> {
    #[serde(borrow)]
    full_url: Option<&'a RawValue>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    search: Option<&'a RawValue>,
}

fhir! {
    EntryRequest { method: Option<String>, }
    EntrySearch { mode: Option<String>, }
    ContainedPatient {
        resource_type: Option<String>,
        id: Option<String>,
        identifier: Lenient<List<Identifier>>,
    }
    HeadParticipant { actor: Lenient<Reference>, }
}

/// A JSON text, if that is what it is.
fn text(raw: Option<&RawValue>) -> Option<String> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
}

fn lenient<T: serde::de::DeserializeOwned + Default>(raw: Option<&RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// Whether a reference, a type or an id is one that can be kept as a key.
fn usable_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'/' | b'#' | b'?' | b'|' | b'"' | b'<'))
}

fn usable_type(kind: &str) -> bool {
    (1..=64).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| if matches!(at, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

/// Contained resources: by id, whether each is a Patient and by what identifiers it is known.
type Contained = HashMap<String, (bool, Vec<(String, String)>)>;

impl<'a> Head<'a> {
    fn read(raw: &'a str) -> Result<Self, String> {
        if !raw.trim_start().starts_with('{') {
            return Err("It is not a JSON object.".to_owned());
        }
        serde_json::from_str(raw).map_err(|error| {
            let column = error.column();
            match error.classify() {
                serde_json::error::Category::Data => "It gives the same field twice.".to_owned(),
                serde_json::error::Category::Eof => "It is cut short.".to_owned(),
                _ => format!("It is not JSON that can be read (line {}, column {column}).", error.line()),
            }
        })
    }

    fn resource_type(&self) -> Result<String, String> {
        let Some(raw) = self.resource_type else { return Err("It has no resourceType.".to_owned()) };
        text(Some(raw)).filter(|kind| usable_type(kind)).ok_or_else(|| "Its resourceType is not a type's name.".to_owned())
    }

    fn receive(&self, path: String, full_url: Option<String>, raw: &str) -> Result<Received, Problem> {
        let fail = |reason: &str| Problem { path: path.clone(), reason: reason.to_owned() };
        let resource_type = self.resource_type().map_err(|reason| fail(&reason))?;
        let id = match self.id {
            Some(id) => text(Some(id))
                .filter(|id| usable_id(id))
                .ok_or_else(|| fail("Its id is not one: it must be text of 1 to 128 letters, digits, dots and hyphens."))?,
            None => full_url
                .as_deref()
                .and_then(|url| id_of_full_url(url, &resource_type))
                .ok_or_else(|| fail("It has no id, and no fullUrl to take one from."))?,
        };
        let meta: HeadMeta<'_> = self.meta.map(|meta| serde_json::from_str(meta.get())).and_then(Result::ok).unwrap_or_default();
        let last_updated =
            text(meta.last_updated).and_then(|time| DateTime::parse_from_rfc3339(&time).ok()).map(|time| time.to_utc());
        let patients = self.patients(&resource_type, &id);
        Ok(Received {
            path,
            full_url,
            id,
            version: text(meta.version_id),
            last_updated,
            hash: Sha256::digest(raw.as_bytes()).into(),
            raw: raw.to_owned(),
            patients,
            resource_type,
        })
    }

    fn patients(&self, resource_type: &str, id: &str) -> Vec<PatientReference> {
        if resource_type == "Patient" {
            return vec![PatientReference {
                field: "Patient.id".to_owned(),
                reference: Some(format!("Patient/{id}")),
                identifiers: pairs(&lenient::<List<Identifier>>(self.identifier)),
                certainty: Certainty::Certain,
            }];
        }
        let mut found: Vec<PatientReference> = Vec::new();
        let contained = OnceCell::new();
        let mut add = |field: &str, reference: &Reference, unsaid: Certainty| {
            if let Some(patient) = self.patient_of(format!("{resource_type}.{field}"), reference, unsaid, &contained)
                && !found
                    .iter()
                    .rev()
                    .take(crate::words::NEAR)
                    .any(|known| known.reference == patient.reference && known.identifiers == patient.identifiers)
            {
                found.push(patient);
            }
        };
        for (field, raw, unsaid) in [
            ("patient", self.patient, Certainty::Certain),
            ("subject", self.subject, Certainty::Likely),
            ("beneficiary", self.beneficiary, Certainty::Certain),
            ("for", self.on_behalf_of, Certainty::Likely),
            ("individual", self.individual, Certainty::Likely),
            ("actor", self.actor, Certainty::Possible),
        ] {
            for reference in lenient::<OneOrMany<Reference>>(raw).0 {
                add(field, &reference, unsaid);
            }
        }
        if resource_type == "Appointment" {
            for participant in lenient::<List<Lenient<HeadParticipant>>>(self.participant).iter() {
                if let Some(actor) = participant.0.as_ref().and_then(|participant| participant.actor.0.as_ref()) {
                    add("participant.actor", actor, Certainty::Possible);
                }
            }
        }
        found
    }

    /// The resources contained in this one.
    fn contained(&self) -> Contained {
        let mut known = HashMap::new();
        for one in lenient::<List<Lenient<ContainedPatient>>>(self.contained).iter().filter_map(|one| one.0.as_ref()) {
            if let Some(id) = &one.id {
                let identifiers = one.identifier.0.as_ref().map(|all| pairs(all)).unwrap_or_default();
                known.entry(id.clone()).or_insert((one.resource_type.as_deref() == Some("Patient"), identifiers));
            }
        }
        known
    }

    fn patient_of(
        &self,
        field: String,
        reference: &Reference,
        unsaid: Certainty,
        contained: &OnceCell<Contained>,
    ) -> Option<PatientReference> {
        let mut identifiers = pairs(reference.identifier.as_slice());
        let is_patient = |kind: &str| kind == "Patient" || kind.ends_with("/Patient");
        let by_type = match reference.kind.as_deref() {
            Some(kind) if is_patient(kind) => Some(Certainty::Certain),
            Some(_) => None,
            None => Some(unsaid),
        };
        let written = reference.reference.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let certainty = match written {
            Some(local) if local.starts_with('#') => {
                match contained.get_or_init(|| self.contained()).get(local.get(1..).unwrap_or_default()) {
                    Some((true, known)) => {
                        identifiers.extend(known.iter().cloned());
                        Certainty::Certain
                    }
                    Some((false, _)) => return None,
                    None => by_type?,
                }
            }
            Some(query) if query.contains('?') => {
                let (kind, criteria) = query.split_once('?')?;
                if !is_patient(kind) {
                    return None;
                }
                for (name, value) in criteria.split('&').filter_map(|part| part.split_once('=')) {
                    let value = value.replace("%7C", "|").replace("%7c", "|").replace("%3A", ":").replace("%2F", "/");
                    if name == "identifier"
                        && let Some((system, value)) = value.split_once('|')
                    {
                        identifiers.push((system.to_owned(), value.to_owned()));
                    }
                }
                Certainty::Certain
            }
            Some(urn) if urn.starts_with("urn:") => by_type?,
            Some(path) => {
                let path = path.split("/_history/").next().unwrap_or(path);
                let mut parts = path.rsplit('/');
                match (parts.next(), parts.next()) {
                    (Some(_), Some("Patient")) => Certainty::Certain,
                    (Some(_), Some(_)) => return None,
                    _ => by_type?,
                }
            }
            None if identifiers.is_empty() => return None,
            None if reference.kind.is_none() && identifiers.iter().any(|(system, _)| system == crate::map::NHS_NUMBER) => {
                Certainty::Certain
            }
            None => by_type.filter(|certainty| *certainty != Certainty::Possible)?,
        };
        Some(PatientReference { field, reference: written.map(ToOwned::to_owned), identifiers, certainty })
    }
}

fn pairs(identifiers: &[Identifier]) -> Vec<(String, String)> {
    identifiers
        .iter()
        .filter(|one| one.usage.as_deref() != Some("old"))
        .filter_map(|one| Some((one.system.clone()?, one.value.clone()?)))
        .filter(|(system, value)| !system.is_empty() && !value.trim().is_empty())
        .collect()
}

fn id_of_full_url(url: &str, resource_type: &str) -> Option<String> {
    if let Some(uuid) = url.strip_prefix("urn:uuid:") {
        return is_uuid(uuid).then(|| uuid.to_ascii_lowercase());
    }
    let mut parts = url.split("/_history/").next()?.rsplit('/');
    let id = parts.next().filter(|id| usable_id(id))?;
    (parts.next() == Some(resource_type)).then(|| id.to_owned())
}

/// Reads a file and takes it apart.
///
/// It may be gzip (also of several members). It is gone through twice, so that memory is taken only for what is within
/// the limits; what comes from a pipe goes to [`read_stream`]. A Bundle within a Bundle, as searches for prescriptions
/// return it, gives its resources as if they stood in the outer one. Of the same resource given twice, the later is left
/// out; if it differs, that is a [`Problem`], except that a history may hold several versions of one resource.
///
/// # Errors
/// [`ReadError`] when nothing can be read from it or it goes beyond the limits.
pub fn read(file: impl Read + Seek, limits: &Limits) -> Result<Package, ReadError> {
    take_apart(&source::text(file, limits)?, limits)
}

/// Reads what can be gone through only once, such as a pipe: it is kept in a file without a name, in the folder for
/// temporary files (`TMPDIR`), and read from there as by [`read()`].
///
/// # Errors
/// As [`read()`]; [`ReadError::Keep`] too when it cannot be kept there.
pub fn read_stream(stream: impl Read, limits: &Limits) -> Result<Package, ReadError> {
    read(source::kept(stream, limits)?, limits)
}

/// Takes the text of a file apart.
///
/// # Errors
/// As [`read()`].
pub(crate) fn take_apart(bytes: &[u8], limits: &Limits) -> Result<Package, ReadError> {
    let (start, body) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (3, rest),
        all => (0, all),
    };
    let text = std::str::from_utf8(body).map_err(|error| ReadError::NotUtf8 { at: start + error.valid_up_to() })?;
    let trimmed = text.trim_start();
    let first = *trimmed.as_bytes().first().ok_or(ReadError::Empty)?;
    opening(first, || {
        let before = text.get(..text.len() - trimmed.len()).unwrap_or_default();
        (before.matches('\n').count() + 1, before.rsplit('\n').next().map_or(0, str::len) + 1)
    })?;
    let mut taking = Taking { limits: *limits, resources: Vec::new(), problems: Vec::new(), known: HashMap::new(), waiting: 0 };
    let offset = start + text.len() - trimmed.len();
    let form = match scan(trimmed.as_bytes(), limits.max_depth) {
        Scan::Complete(end) if trimmed.get(end..).is_some_and(|rest| rest.trim_start().is_empty()) => taking.whole(trimmed)?,
        found => {
            if has_lines(trimmed, limits.max_depth) {
                taking.lines(text, start)?;
                PackageForm::Lines
            } else if let Scan::TooDeep(at) = found {
                return Err(ReadError::TooDeep { limit: limits.max_depth, at: offset + at });
            } else {
                // It is no single value: the parser says where it stops being JSON.
                return Err(serde_json::from_str::<&RawValue>(text).err().map_or(ReadError::CutShort, |error| not_json(&error)));
            }
        }
    };
    Ok(Package { form, resources: taking.resources, problems: taking.problems })
}

fn not_json(error: &serde_json::Error) -> ReadError {
    if error.is_eof() { ReadError::CutShort } else { ReadError::NotJson { line: error.line(), column: error.column() } }
}

/// Whether one of the first two lines is a resource by itself.
fn has_lines(text: &str, max_depth: usize) -> bool {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(2).any(|line| {
        line.starts_with('{')
            && scan(line.as_bytes(), max_depth) == Scan::Complete(line.len())
            && Head::read(line).is_ok_and(|head| head.resource_type().is_ok())
    })
}

/// A Bundle's entries, no more than allowed.
struct Entries<'a> {
    all: Vec<&'a RawValue>,
    too_many: bool,
}

struct EntriesSeed {
    max: usize,
}

impl<'de> serde::de::DeserializeSeed<'de> for EntriesSeed {
    type Value = Entries<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Entries<'de>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> serde::de::Visitor<'de> for EntriesSeed {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = Entries { all: Vec::new(), too_many: false };
        while let Some(entry) = seq.next_element()? {
            if entries.all.len() < self.max {
                entries.all.push(entry);
            } else {
                entries.too_many = true;
            }
        }
        Ok(entries)
    }
}

/// The taking apart of one file.
struct Taking {
    limits: Limits,
    resources: Vec<Received>,
    problems: Vec<Problem>,
    /// Where each resource of the file already stands in `resources`.
    known: HashMap<(String, String, Option<String>), usize>,
    /// Entries of the Bundles that are being gone through, one within another, whose turn is yet to come.
    waiting: usize,
}

impl Taking {
    /// A file that is one JSON object.
    fn whole(&mut self, text: &str) -> Result<PackageForm, ReadError> {
        let head: Head<'_> = serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => ReadError::RepeatedField,
            _ => not_json(&error),
        })?;
        let Ok(kind) = head.resource_type() else { return Err(ReadError::NotFhir) };
        if kind == "Bundle" {
            return self.bundle(&head, "Bundle").map(PackageForm::Bundle);
        }
        let raw = text.trim_end();
        self.take(&head, kind, None, raw, false)?;
        Ok(PackageForm::Single)
    }

    /// A file of one resource a line.
    fn lines(&mut self, text: &str, start: usize) -> Result<(), ReadError> {
        let mut offset = start;
        for (index, line) in text.split('\n').enumerate() {
            let at = offset;
            offset += line.len() + 1;
            let number = index + 1;
            if line.len() > self.limits.max_line {
                return Err(ReadError::LineTooLong { line: number, limit: self.limits.max_line });
            }
            let raw = line.trim();
            if raw.is_empty() {
                continue;
            }
            if let Scan::TooDeep(within) = scan(raw.as_bytes(), self.limits.max_depth) {
                let at = at + (line.len() - line.trim_start().len()) + within;
                return Err(ReadError::TooDeep { limit: self.limits.max_depth, at });
            }
            let path = format!("line {number}");
            match Head::read(raw) {
                Err(reason) => self.problem(path, reason)?,
                Ok(head) if matches!(head.resource_type().as_deref(), Ok("Bundle")) => {
                    let before = (self.resources.len(), self.problems.len());
                    match self.bundle(&head, &format!("{path}, Bundle")) {
                        Err(error @ ReadError::BundleField { .. }) if before == (self.resources.len(), self.problems.len()) => {
                            self.problem(path, error.to_string())?;
                        }
                        other => {
                            other?;
                        }
                    }
                }
                Ok(head) => self.take(&head, path, None, raw, false)?,
            }
        }
        Ok(())
    }

    fn bundle(&mut self, head: &Head<'_>, path: &str) -> Result<BundleKind, ReadError> {
        let kind = BundleKind::of(text(head.kind).as_deref());
        let Some(entry) = head.entry else { return Ok(kind) };
        let mut parser = serde_json::Deserializer::from_str(entry.get());
        let max = self.limits.max_resources.saturating_sub(self.waiting);
        let entries = serde::de::DeserializeSeed::deserialize(EntriesSeed { max }, &mut parser)
            .map_err(|_| ReadError::BundleField { field: "entry" })?;
        if entries.too_many {
            return Err(ReadError::TooMany { limit: self.limits.max_resources });
        }
        let history = kind == BundleKind::History;
        let mut order: Vec<(usize, &RawValue)> = entries.all.into_iter().enumerate().collect();
        if history {
            order.reverse();
        }
        self.waiting += order.len();
        for (index, raw) in order {
            self.waiting -= 1;
            self.entry(raw, &format!("{path}.entry[{index}]"), history)?;
        }
        Ok(kind)
    }

    fn entry(&mut self, raw: &RawValue, path: &str, history: bool) -> Result<(), ReadError> {
        let Ok(entry) = serde_json::from_str::<BundleEntry<'_>>(raw.get()) else {
            return self.problem(path.to_owned(), "It is not a Bundle entry.".to_owned());
        };
        let Some(resource) = entry.resource else {
            let request: EntryRequest = lenient(entry.request);
            let reason = if request.method.as_deref() == Some("DELETE") {
                "It asks to delete a resource: nothing is deleted by reading a file."
            } else {
                "It holds no resource."
            };
            return self.problem(path.to_owned(), reason.to_owned());
        };
        let full_url = text(entry.full_url).filter(|url| !url.trim().is_empty());
        let path = format!("{path}.resource");
        match Head::read(resource.get()) {
            Err(reason) => self.problem(path, reason),
            Ok(head) => match head.resource_type().as_deref() {
                Ok("Bundle") => match self.bundle(&head, &path) {
                    Err(error @ ReadError::BundleField { .. }) => self.problem(path, error.to_string()),
                    other => other.map(drop),
                },
                Ok("OperationOutcome") if lenient::<EntrySearch>(entry.search).mode.as_deref() == Some("outcome") => {
                    self.problem(path, "It is a message of the sending system and no part of a record.".to_owned())
                }
                _ => self.take(&head, path, full_url, resource.get(), history),
            },
        }
    }

    fn take(
        &mut self,
        head: &Head<'_>,
        path: String,
        full_url: Option<String>,
        raw: &str,
        history: bool,
    ) -> Result<(), ReadError> {
        let max = self.limits.max_values;
        if has_more_values(raw.as_bytes(), max) {
            return self
                .problem(path, format!("It holds more than {max} values, which is the most that can be read in one resource."));
        }
        let received = match head.receive(path, full_url, raw) {
            Ok(received) => received,
            Err(problem) => return self.problem(problem.path, problem.reason),
        };
        let version = if history { received.version.clone() } else { None };
        let earlier = match self.known.entry((received.resource_type.clone(), received.id.clone(), version)) {
            Slot::Vacant(slot) => {
                slot.insert(self.resources.len());
                None
            }
            Slot::Occupied(slot) => self.resources.get(*slot.get()),
        };
        match earlier {
            None => {
                if self.resources.len() + self.problems.len() >= self.limits.max_resources {
                    return Err(ReadError::TooMany { limit: self.limits.max_resources });
                }
                self.resources.push(received);
                Ok(())
            }
            Some(same) if same.hash == received.hash => Ok(()),
            Some(other) => {
                let reason = format!("It differs from the resource of the same type and id at {}.", other.path);
                self.problem(received.path, reason)
            }
        }
    }

    fn problem(&mut self, path: String, reason: String) -> Result<(), ReadError> {
        if self.resources.len() + self.problems.len() >= self.limits.max_resources {
            return Err(ReadError::TooMany { limit: self.limits.max_resources });
        }
        self.problems.push(Problem { path, reason });
        Ok(())
    }
}
