//! Files that come with a record: taken in with their entries, shown with them, and given out. Whoever may see the entry may see its
//! files, but one in a Binary that is closed to them, and those of a message of whose subjects one is.

use crate::activity::{self, Event};
use crate::reader::{Reader, cut_messages};
use crate::readings::photo::in_turn;
use crate::readings::picture::shown_anew;
use crate::records::{PAGE, Records, purpose};
use crate::scan::{self, Scan};
use crate::{Core, ServiceError, access, reader};
use domain::access::{Actor, Subject};
use domain::audit::Action;
use domain::document::{DocumentKind, DocumentWords, file_name};
use domain::record::{Category, Sensitivity};
use domain::{AccountId, DocumentId, EntryId, OrganisationId, PersonId};
use fhir::Received;
use fhir::document::{Fault, Shown, attached, kind_of, plain, show, text_of};
use fhir::map::Names;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};
use store::document::{self, DocumentRow, NewDocument, SEEN_AT_ONCE, WORDED_AT_ONCE, WordedRow};
use store::record::{self, EntryRow, Import, RAW_AT_ONCE};
use store::{Tx, person_write};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How long the words of one file may take to be read, and those of all files that come together. What takes longer is kept without
/// its words.
const FOR_ONE: Duration = Duration::from_secs(5);
const FOR_ALL: Duration = Duration::from_secs(120);
/// The most bytes of one file that are shown as words, and of all files of an entry.
const MOST_SHOWN: i64 = 8 * 1024 * 1024;
const MOST_SHOWN_TOGETHER: i64 = 24 * 1024 * 1024;
/// Two entries' files are made words at a time.
static SHOWING: Semaphore = Semaphore::const_new(2);
/// The FHIR type of a message.
const MESSAGE: &str = "Communication";
/// What an event calls the look at a file.
const FILE: &str = "document";

/// A file of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentSeen {
    /// Its id.
    pub id: DocumentId,
    /// What it is called, where its source says.
    pub title: Option<String>,
    /// What it is.
    pub kind: DocumentKind,
    /// What kind it is said to be.
    pub content_type: Option<String>,
    /// How large it is, in bytes.
    pub size: u64,
    /// Its bytes are here, so that it can be given out.
    pub is_here: bool,
    /// What became of its words.
    pub words: DocumentWords,
    /// What it shows in words; absent for pictures, and where it cannot be read.
    pub shown: Option<Shown>,
    /// Its pages, where it is a scan that can be shown.
    pub scan: Option<Scan>,
}

/// What an entry shows beside its facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DocumentsSeen {
    /// Its files, in their order.
    pub files: Vec<DocumentSeen>,
    /// What it says in sections of its own (FHIR Composition).
    pub composed: Option<Shown>,
}

/// In which form a file is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// Exactly as it was sent, to be kept.
    Original,
    /// To be looked at: a PDF as it is, a picture or the first page of a scan made anew.
    Looked,
    /// The same of this page of a scan, counted from 1.
    Page(u32),
}

impl FileForm {
    const fn code(self) -> &'static str {
        match self {
            Self::Original => "download",
            Self::Looked | Self::Page(_) => "view",
        }
    }
}

/// A file as it is given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOut {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What kind it is, as a header says it: never one that a browser runs by itself.
    pub content_type: String,
    /// Under which name it is saved.
    pub name: String,
}

/// A file that came with a resource, ready to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    title: Option<String>,
    content_type: Option<String>,
    binary: Option<String>,
    kind: DocumentKind,
    words: DocumentWords,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
}

impl Kept {
    /// Its words.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// How long reading words may go on.
pub(crate) struct Patience(Instant);

impl Patience {
    /// For the files that come together now.
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

/// The files of a resource with their words. Slow: it runs off the asynchronous threads.
pub(crate) fn prepare(received: &Received, names: &Names<'_>, patience: &Patience) -> Vec<Kept> {
    let plain = |text: Option<String>| text.map(|text| text.replace('\0', "\u{FFFD}"));
    let mut all = Vec::new();
    for file in attached(received, names) {
        let (title, content_type) = (plain(file.title), plain(file.content_type));
        let mut kept = Kept {
            title,
            content_type,
            binary: file.binary,
            kind: DocumentKind::Other,
            words: DocumentWords::Unread,
            text: None,
            bytes: None,
            hash: None,
        };
        match file.bytes {
            Ok(bytes) => {
                kept.kind = kind_of(&bytes, kept.content_type.as_deref());
                let began = Instant::now();
                let mut go_on = || began.elapsed() < FOR_ONE && patience.0.elapsed() < FOR_ALL;
                (kept.text, kept.words) = text_of(kept.kind, &bytes, kept.content_type.as_deref(), &mut go_on);
                kept.hash = Some(Sha256::digest(&bytes).to_vec());
                kept.bytes = Some(bytes);
            }
            Err(Fault::NotSent) => kept.words = DocumentWords::NotSent,
            Err(Fault::TooLarge | Fault::Damaged) => {}
        }
        all.push(kept);
    }
    all
}

/// Puts files in the place of those that entries have. One that is the same keeps its id.
pub(crate) async fn save(core: &Core, tx: &mut Tx, import: Import, files: Vec<(EntryId, Vec<Kept>)>) -> Result<(), ServiceError> {
    let mut replaced = false;
    for (entry, files) in files {
        replaced |= save_of(core, tx, import, entry, files).await?;
    }
    // Once for all of them: bytes that went with one entry may have come with another.
    if replaced { Ok(document::sweep(tx, import.person).await?) } else { Ok(()) }
}

/// The same of one entry; `true` where it had files before.
async fn save_of(core: &Core, tx: &mut Tx, import: Import, entry: EntryId, files: Vec<Kept>) -> Result<bool, ServiceError> {
    let before = document::of(tx, import.person, entry).await?;
    if before.is_empty() && files.is_empty() {
        return Ok(false);
    }
    let mut rows = Vec::with_capacity(files.len());
    for (place, file) in files.into_iter().enumerate() {
        let same = |row: &&DocumentRow| usize::try_from(row.place) == Ok(place) && row.hash == file.hash;
        let id = before.iter().find(same).map_or_else(|| core.new_id(), |row| row.id);
        let size = file.bytes.as_ref().map_or(0, |bytes| i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        if let (Some(hash), Some(bytes)) = (&file.hash, &file.bytes) {
            document::keep(tx, import.person, hash, bytes).await?;
        }
        rows.push(NewDocument {
            id: DocumentId::from_uuid(id),
            title: file.title,
            content_type: file.content_type,
            kind: file.kind,
            binary: file.binary,
            size,
            hash: file.hash,
            words: file.words,
            text: file.text,
        });
    }
    document::replace(tx, import.person, entry, &rows).await?;
    Ok(!before.is_empty())
}

/// The files of an entry that are open to a reader.
async fn open_files(tx: &mut Tx, reader: &Reader, row: &EntryRow) -> Result<Vec<DocumentRow>, ServiceError> {
    if row.resource_type == MESSAGE && !cut_messages(tx, reader, &[row.line.id]).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows = document::shown(tx, reader.person, EntryId::from_uuid(row.line.id), reader.filter.at()).await?;
    if reader.is_owner() {
        return Ok(rows);
    }
    let asked: BTreeSet<(String, String)> =
        rows.iter().filter_map(|file| Some(("Binary".to_owned(), file.binary_id.clone()?))).collect();
    let asked: Vec<_> = asked.into_iter().collect();
    let mut open = BTreeSet::new();
    for some in asked.chunks(RAW_AT_ONCE) {
        let mentioned = record::mentioned(tx, reader.person, row.source().organisation, &reader.filter, some).await?;
        open.extend(mentioned.into_iter().filter(|one| one.open).map(|one| one.logical_id));
    }
    Ok(rows.into_iter().filter(|file| file.binary_id.as_ref().is_none_or(|id| open.contains(id))).collect())
}

/// The words of the files of these entries that are open to a reader, in the order of the files: as much as is looked through.
pub(crate) async fn words_of(
    tx: &mut Tx,
    reader: &Reader,
    entries: &[EntryId],
) -> Result<HashMap<EntryId, Vec<String>>, ServiceError> {
    let mut rows: Vec<WordedRow> = Vec::new();
    for some in entries.chunks(WORDED_AT_ONCE) {
        rows.extend(document::worded(tx, reader.person, some, reader.filter.at()).await?);
    }
    let messages: BTreeSet<Uuid> = rows.iter().filter(|row| row.resource_type == MESSAGE).map(|row| row.entry_id).collect();
    let cut = cut_messages(tx, reader, &messages.into_iter().collect::<Vec<_>>()).await?;
    rows.retain(|row| !cut.contains(&row.entry_id));
    if !reader.is_owner() {
        let mut asked: BTreeMap<Uuid, BTreeSet<(String, String)>> = BTreeMap::new();
        for row in &rows {
            let binary = row.binary_id.iter().map(|id| ("Binary".to_owned(), id.clone()));
            asked.entry(row.organisation_id).or_default().extend(binary);
        }
        let mut open: BTreeSet<(Uuid, String)> = BTreeSet::new();
        for (organisation, which) in asked {
            let which: Vec<_> = which.into_iter().collect();
            for some in which.chunks(RAW_AT_ONCE) {
                let source = OrganisationId::from_uuid(organisation);
                let mentioned = record::mentioned(tx, reader.person, source, &reader.filter, some).await?;
                open.extend(mentioned.into_iter().filter(|one| one.open).map(|one| (organisation, one.logical_id)));
            }
        }
        rows.retain(|row| row.binary_id.as_ref().is_none_or(|id| open.contains(&(row.organisation_id, id.clone()))));
    }
    let mut words: HashMap<EntryId, Vec<String>> = HashMap::new();
    for row in rows {
        words.entry(EntryId::from_uuid(row.entry_id)).or_default().push(row.text);
    }
    Ok(words)
}

/// What an entry shows beside its facts, to this reader.
pub(crate) async fn of_entry(tx: &mut Tx, reader: &Reader, row: &EntryRow) -> Result<DocumentsSeen, ServiceError> {
    let entry = EntryId::from_uuid(row.line.id);
    if row.resource_type == "Composition" {
        return Ok(DocumentsSeen { files: Vec::new(), composed: reader::composed(tx, reader, row).await? });
    }
    if !fhir::document::holds_files(&row.resource_type) {
        return Ok(DocumentsSeen::default());
    }
    let rows = open_files(tx, reader, row).await?;
    let mut texts: HashMap<Uuid, String> = HashMap::new();
    if rows.iter().any(|file| file.kind == DocumentKind::Pdf.code()) {
        texts = document::texts(tx, reader.person, entry, reader.filter.at()).await?.into_iter().collect();
    }
    let mut files = Vec::with_capacity(rows.len());
    let (mut room, mut room_of_scans) = (MOST_SHOWN_TOGETHER, MOST_SHOWN_TOGETHER);
    for file in rows {
        let kind = file.kind()?;
        let words = matches!(kind, DocumentKind::Text | DocumentKind::Rtf | DocumentKind::Html | DocumentKind::Cda);
        let is_scan = kind == DocumentKind::Scan;
        // The pages of a scan are counted and not opened, which takes little time however large it is.
        let (most, left) = if is_scan { (MOST_SHOWN_TOGETHER, &mut room_of_scans) } else { (MOST_SHOWN, &mut room) };
        let bytes = if (words || is_scan) && file.size <= most.min(*left) {
            *left -= file.size;
            document::bytes(tx, reader.person, entry, DocumentId::from_uuid(file.id)).await?
        } else {
            None
        };
        files.push((kind, bytes, texts.remove(&file.id), file));
    }
    if files.is_empty() {
        return Ok(DocumentsSeen::default());
    }
    let title = row.line.title.clone();
    let turn = SHOWING.acquire().await.map_err(ServiceError::internal)?;
    let work = move || {
        let seen =
            files.into_iter().map(|(kind, bytes, text, file)| seen(kind, bytes, text, file, &title)).collect::<Result<_, _>>();
        drop(turn);
        seen
    };
    let files: Result<Vec<DocumentSeen>, ServiceError> =
        tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)?;
    Ok(DocumentsSeen { files: files?, composed: None })
}

fn seen(
    kind: DocumentKind,
    bytes: Option<Vec<u8>>,
    text: Option<String>,
    file: DocumentRow,
    title: &str,
) -> Result<DocumentSeen, ServiceError> {
    let words = file.words()?;
    // Of one that was not looked through only the first page is known of.
    let scan = (kind == DocumentKind::Scan).then(|| bytes.as_deref().map_or(Scan { pages: 1, more: true }, scan::pages));
    let shown = match (kind, bytes, text) {
        (DocumentKind::Pdf, _, Some(text)) => Some(plain(&text, title)),
        (_, Some(bytes), _) => show(kind, &bytes, file.content_type.as_deref(), title),
        _ => None,
    };
    Ok(DocumentSeen {
        id: DocumentId::from_uuid(file.id),
        title: file.title,
        kind,
        content_type: file.content_type,
        size: u64::try_from(file.size).unwrap_or_default(),
        is_here: file.hash.is_some(),
        words,
        shown: shown.filter(|shown| !shown.is_empty()),
        scan: scan.filter(|scan| scan.pages > 0),
    })
}

/// Whoever reads letters for themselves or for somebody else; a care team marks none.
pub(crate) const fn marks(actor: &Actor) -> Option<AccountId> {
    match actor {
        Actor::Account { id, .. } => Some(*id),
        _ => None,
    }
}

/// Notes that somebody has read an entry as it is now, where they had not before.
pub(crate) async fn note_read(core: &Core, actor: &Actor, person: PersonId, entry: EntryId) -> Result<(), ServiceError> {
    let Some(reader) = marks(actor) else { return Ok(()) };
    let mut tx = core.read().await?;
    let Some(version) = document::version(&mut tx, person, entry).await? else { return Ok(()) };
    let seen = document::has_seen(&mut tx, person, reader, entry, version).await?;
    drop(tx);
    if seen {
        return Ok(());
    }
    core.write(move |_, tx| Box::pin(async move { Ok(document::see(tx, person, reader, entry, version).await?) })).await
}

/// Which of these letters somebody has not read.
pub(crate) async fn unread(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    letters: impl Iterator<Item = EntryId>,
) -> Result<Vec<EntryId>, ServiceError> {
    let Some(reader) = marks(actor) else { return Ok(Vec::new()) };
    let mut letters: Vec<EntryId> = letters.collect();
    let mut seen = BTreeSet::new();
    for some in letters.chunks(SEEN_AT_ONCE.min(PAGE)) {
        seen.extend(document::seen(tx, person, reader, some).await?);
    }
    letters.retain(|id| !seen.contains(id));
    Ok(letters)
}

/// The content type with which a file is given out.
fn content_type(file: &DocumentRow, kind: DocumentKind, bytes: &[u8]) -> String {
    let declared = file.content_type.as_deref().unwrap_or_default();
    let charset = declared.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        let plain = value.len() <= 20 && value.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_'));
        (name.trim().eq_ignore_ascii_case("charset") && plain && !value.is_empty()).then(|| value.to_ascii_lowercase())
    });
    let with = |kind: &str| charset.as_ref().map_or_else(|| kind.to_owned(), |charset| format!("{kind}; charset={charset}"));
    match kind {
        DocumentKind::Pdf => "application/pdf".to_owned(),
        DocumentKind::Image if bytes.starts_with(b"\x89PNG") => "image/png".to_owned(),
        DocumentKind::Image if bytes.starts_with(b"RIFF") => "image/webp".to_owned(),
        DocumentKind::Image if bytes.starts_with(b"GIF") => "image/gif".to_owned(),
        DocumentKind::Image if bytes.starts_with(b"BM") => "image/bmp".to_owned(),
        DocumentKind::Image => "image/jpeg".to_owned(),
        DocumentKind::Scan => "image/tiff".to_owned(),
        DocumentKind::Text => with("text/plain"),
        DocumentKind::Rtf => "application/rtf".to_owned(),
        DocumentKind::Html => with("text/html"),
        DocumentKind::Cda => "application/xml".to_owned(),
        // What browsers do not know they save.
        DocumentKind::Other => "application/octet-stream".to_owned(),
    }
}

/// The ending of a file's name: by what it is, and for other files by what they are said to be.
fn ending(kind: DocumentKind, declared: Option<&str>, content_type: &str) -> &'static str {
    let bare = declared.map(|one| one.split(';').next().unwrap_or(one).trim().to_ascii_lowercase()).unwrap_or_default();
    match kind {
        DocumentKind::Pdf => "pdf",
        DocumentKind::Image if content_type == "image/png" => "png",
        DocumentKind::Image if content_type == "image/webp" => "webp",
        DocumentKind::Image if content_type == "image/gif" => "gif",
        DocumentKind::Image if content_type == "image/bmp" => "bmp",
        DocumentKind::Image => "jpg",
        DocumentKind::Scan => "tif",
        DocumentKind::Text => "txt",
        DocumentKind::Rtf => "rtf",
        DocumentKind::Html => "html",
        DocumentKind::Cda => "xml",
        DocumentKind::Other => match bare.as_str() {
            "image/tiff" => "tif",
            "image/gif" => "gif",
            "image/bmp" => "bmp",
            "application/msword" => "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
            "application/zip" => "zip",
            "application/dicom" => "dcm",
            "application/json" | "application/fhir+json" => "json",
            "text/xml" | "application/xml" => "xml",
            "audio/mpeg" => "mp3",
            "video/mp4" => "mp4",
            _ => "bin",
        },
    }
}

impl Records {
    /// A file of an entry, exactly as it was sent, or to be looked at. The look is audited, once for each.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a file that is not there, is not open to them, or is of no kind that can be looked at;
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn document(
        &self,
        actor: &Actor,
        person: PersonId,
        (entry, id): (EntryId, DocumentId),
        form: FileForm,
    ) -> Result<FileOut, ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, FILE).await?;
        let found = found(&mut tx, &reader, (entry, id)).await?;
        drop(tx);
        let Some((row, file, bytes)) = found else {
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, FILE).await);
        };
        let kind = file.kind()?;
        let given = content_type(&file, kind, &bytes);
        // A file's name stays where it is saved: what is sensitive is not named there.
        let general = row.line.sensitivity()? == Sensitivity::General;
        let is_letter = row.line.category()? == Category::Document;
        let title = if general { file.title.clone().unwrap_or(row.line.title) } else { row.line.kind };
        let ending = ending(kind, file.content_type.as_deref(), &given);
        let out = match (form, kind) {
            (FileForm::Original, _) | (FileForm::Looked, DocumentKind::Pdf) => {
                FileOut { bytes, content_type: given, name: file_name(&title, ending) }
            }
            (FileForm::Looked, DocumentKind::Image) => {
                let picture = in_turn(move || shown_anew(&bytes)).await?.map_err(|_| ServiceError::NotFound)?;
                FileOut { bytes: picture, content_type: "image/jpeg".to_owned(), name: file_name(&title, "jpg") }
            }
            (FileForm::Looked | FileForm::Page(_), DocumentKind::Scan) => {
                let number = if let FileForm::Page(number) = form { number } else { 1 };
                let page = in_turn(move || scan::page(&bytes, number)).await?.map_err(|_| ServiceError::NotFound)?;
                let name = file_name(&format!("{title} page {number}"), "png");
                FileOut { bytes: page, content_type: "image/png".to_owned(), name }
            }
            (FileForm::Looked | FileForm::Page(_), _) => {
                return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, FILE).await);
            }
        };
        activity::disclose(&self.core, looked(actor, subject, (entry, id), form)).await?;
        if is_letter {
            note_read(&self.core, actor, person, entry).await?;
        }
        Ok(out)
    }

    /// Notes that somebody has read every letter that they may see. Audited as one look at the list.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn read_all_letters(&self, actor: &Actor, person: PersonId) -> Result<(), ServiceError> {
        let (tx, subject, reader) = self.open(actor, person, "letters-read").await?;
        drop(tx);
        let Some(account) = marks(actor) else {
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, "letters-read").await);
        };
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "letters-read");
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    record::see_letters(tx, person, &reader.filter, account).await?;
                    activity::append(&core, tx, event).await
                })
            })
            .await
    }
}

fn looked(actor: &Actor, subject: Subject, (entry, id): (EntryId, DocumentId), form: FileForm) -> Event {
    let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", FILE);
    event.about("entry", entry).about("document", id).about("as", form.code())
}

/// A file that is open to a reader, with its entry and its bytes.
async fn found(
    tx: &mut Tx,
    reader: &Reader,
    (entry, id): (EntryId, DocumentId),
) -> Result<Option<(EntryRow, DocumentRow, Vec<u8>)>, ServiceError> {
    let Some(row) = record::entry(tx, reader.person, &reader.filter, entry).await? else { return Ok(None) };
    let files = open_files(tx, reader, &row).await?;
    let Some(file) = files.into_iter().find(|file| file.id == id.as_uuid()) else { return Ok(None) };
    let bytes = document::bytes(tx, reader.person, entry, id).await?;
    Ok(bytes.map(|bytes| (row, file, bytes)))
}
