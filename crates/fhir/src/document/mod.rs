//! Files that come with a record (letters, scans, discharge summaries), read within limits into headings, paragraphs, lists and tables
//! of plain words. Pure: bytes in, words out. Nothing is ever fetched, run or followed, and no markup comes out (`docs/adr/0036`).

mod attached;
mod block;
mod cda;
mod decode;
mod discharge;
mod html;
mod pdf;
mod rtf;
mod symbol;

pub use attached::{Attached, Fault, MOST_BYTES, MOST_FILES, attached, holds_files};
pub use block::{Block, Cell, Item, Run, Table, words};
pub use discharge::{Became, Change, Heading, Laid};

pub(crate) use attached::{cdas, is_withheld};

use domain::document::{DocumentKind, DocumentWords};
use domain::record::{Detail, Sensitivity};
use serde::Serialize;

/// The most characters of a file's words that are kept for finding it again.
const LONGEST_TEXT: usize = 256 * 1024;

/// A part of a document with its title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its title.
    pub title: Option<String>,
    /// The standard heading that it is.
    pub heading: Option<Heading>,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Its parts.
    pub inner: Vec<Self>,
}

impl Section {
    /// Its words as plain text.
    pub fn say(&self, out: &mut String) {
        if let Some(title) = &self.title {
            out.push_str(title);
            out.push('\n');
        }
        self.blocks.iter().for_each(|block| block.say(out));
        self.inner.iter().for_each(|part| part.say(out));
    }

    fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.inner.iter().all(Self::is_empty)
    }
}

/// What a document shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// What its head says: about whom it is, who wrote it.
    pub facts: Vec<Detail>,
    /// Its sections, in the order of the document; for a discharge summary in the order of [`Laid`].
    pub sections: Vec<Section>,
    /// Laid out as a discharge summary, where it is one: what changed of the medicines, and whether that is clear.
    pub discharge: Option<Discharge>,
    /// Something of it is not shown.
    pub cut: bool,
    /// It holds pictures, which are not shown.
    pub pictures: bool,
}

/// What is picked out of a discharge summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Discharge {
    /// What changed of the medicines.
    pub changes: Vec<Change>,
    /// It speaks of changes that could not be picked out.
    pub unclear: bool,
}

impl Shown {
    /// Its words as plain text, for finding it again.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for fact in &self.facts {
            out.extend([fact.label.as_str(), ": ", fact.value.as_str(), "\n"]);
        }
        self.sections.iter().for_each(|section| section.say(&mut out));
        out
    }

    /// Whether it says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.iter().all(Section::is_empty)
    }

    fn of(blocks: Vec<Block>, (cut, pictures): (bool, bool), titles: &[&str]) -> Self {
        let shown = Self { sections: sections(blocks), cut, pictures, ..Self::default() };
        shown.laid_out(&[], titles)
    }

    /// Lays it out as a discharge summary, if it is one.
    fn laid_out(self, codes: &[String], titles: &[&str]) -> Self {
        if !discharge::is_discharge(codes, titles, &self.sections) {
            return self;
        }
        let Laid { changes, sections, unclear } = discharge::lay_out(self.sections);
        Self { sections, discharge: Some(Discharge { changes, unclear }), ..self }
    }
}

/// Takes a document apart at its headings.
fn sections(blocks: Vec<Block>) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let lowest = blocks.iter().filter_map(|block| match block {
        Block::Heading { level, .. } => Some(*level),
        _ => None,
    });
    let mut lowest: Vec<u8> = lowest.collect();
    lowest.sort_unstable();
    // The title of the whole stands alone above what its sections begin with.
    let split = match lowest[..] {
        [first, second, ..] if first != second => second,
        [first, ..] => first,
        [] => 0,
    };
    for block in blocks {
        let (title, block) = match block {
            Block::Heading { level, text } if level <= split => (Some(text), None),
            Block::Paragraph(runs) => match heading_line(&runs) {
                Some((title, rest)) => (Some(title), rest),
                None => (None, Some(Block::Paragraph(runs))),
            },
            other => (None, Some(other)),
        };
        if let Some(title) = title {
            sections.push(Section { heading: Heading::of(&[], Some(&title)), title: Some(title), ..Section::default() });
        }
        if let (Some(block), Some(section)) = (block, sections.last_mut()) {
            section.blocks.push(block);
        }
    }
    sections.retain(|section| section.title.is_some() || !section.blocks.is_empty());
    sections
}

/// A paragraph that is, or whose first line is, one of the standard headings.
fn heading_line(runs: &[Run]) -> Option<(String, Option<Block>)> {
    let text = words(runs);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    if !Heading::line(first) {
        return None;
    }
    let rest = rest.trim();
    let rest = (!rest.is_empty()).then(|| Block::Paragraph(vec![Run { text: rest.to_owned(), strong: false }]));
    Some((first.trim().trim_end_matches(':').to_owned(), rest))
}

/// What a file is: by what it holds, and by what is declared where that does not tell. What says that it is one thing and is another
/// is not shown.
#[must_use]
pub fn kind_of(bytes: &[u8], content_type: Option<&str>) -> DocumentKind {
    let bare = content_type.map(|one| one.split(';').next().unwrap_or(one).trim().to_ascii_lowercase()).unwrap_or_default();
    if pdf::is_pdf(bytes) {
        return DocumentKind::Pdf;
    }
    if is_picture(bytes) {
        return DocumentKind::Image;
    }
    if is_scan(bytes) {
        return DocumentKind::Scan;
    }
    if rtf::is_rtf(bytes) {
        return DocumentKind::Rtf;
    }
    let head = bytes.get(..bytes.len().min(16_384)).unwrap_or_default();
    let is_utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    if !is_utf16 && head.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)) {
        return DocumentKind::Other;
    }
    let text = decode::text(head, content_type);
    let start = text.trim_start().to_ascii_lowercase();
    match bare.as_str() {
        "text/plain" => DocumentKind::Text,
        _ if cda::is_cda(&text) => DocumentKind::Cda,
        "text/html" | "application/xhtml+xml" => DocumentKind::Html,
        "" | "application/octet-stream" if start.starts_with("<!doctype html") || start.starts_with("<html") => {
            DocumentKind::Html
        }
        "" | "application/octet-stream" if !start.is_empty() && !start.starts_with(['<', '{', '[']) => DocumentKind::Text,
        _ => DocumentKind::Other,
    }
}

/// The pictures that are shown: JPEG, PNG, WebP, GIF and BMP.
fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff])
        || bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
        || bytes.starts_with(b"GIF87a")
        || bytes.starts_with(b"GIF89a")
        || is_bmp(bytes)
}

/// A BMP: words may begin with its two letters too, so what its head holds counts as well (nothing where nothing may be, and how long
/// the head is that follows).
fn is_bmp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BM")
        && bytes.get(6..10) == Some(&[0; 4])
        && matches!(bytes.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// A TIFF, or one for large files (BigTIFF), in either order of bytes.
fn is_scan(bytes: &[u8]) -> bool {
    [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|start| bytes.starts_with(*start))
}

/// What a file shows that is text, rich text, a web page or a clinical document; `None` for any other, and for one that cannot be
/// read. `title` is what it is called.
#[must_use]
pub fn show(kind: DocumentKind, bytes: &[u8], content_type: Option<&str>, title: &str) -> Option<Shown> {
    match kind {
        DocumentKind::Text => Some(plain(&decode::text(bytes, content_type), title)),
        DocumentKind::Rtf => {
            let letter = rtf::letter(bytes);
            Some(Shown::of(letter.blocks, (letter.cut, letter.pictures), &[title]))
        }
        DocumentKind::Html => {
            let page = html::page(&decode::text(bytes, content_type));
            Some(Shown::of(page.blocks, (page.cut, page.pictures), &[title]))
        }
        DocumentKind::Cda => {
            let document = cda::document(bytes, content_type).ok().filter(|document| !document.withheld)?;
            let own = document.title.clone().unwrap_or_default();
            let shown = Shown {
                facts: document.facts,
                sections: discharge::of_parts(document.parts),
                cut: document.cut,
                pictures: document.pictures,
                discharge: None,
            };
            Some(shown.laid_out(&document.codes, &[title, &own]))
        }
        DocumentKind::Pdf | DocumentKind::Image | DocumentKind::Scan | DocumentKind::Other => None,
    }
}

/// Plain text: what is between blank lines is a paragraph.
#[must_use]
pub fn plain(text: &str, title: &str) -> Shown {
    let mut builder = block::Builder::default();
    for line in text.lines() {
        if line.trim().is_empty() {
            builder.flush();
        } else {
            if Heading::line(line) {
                builder.flush();
            }
            builder.text(line.trim_end());
            builder.line();
        }
        if builder.is_full() {
            break;
        }
    }
    let (blocks, cut) = builder.finish();
    Shown::of(blocks, (cut, false), &[title])
}

/// The words of a file as plain text, for finding it again and for those who cannot see it, and what became of them. `go_on` is asked
/// again and again while that takes time; where it says no, the file counts as unread.
#[must_use]
pub fn text_of(
    kind: DocumentKind,
    bytes: &[u8],
    content_type: Option<&str>,
    go_on: &mut dyn FnMut() -> bool,
) -> (Option<String>, DocumentWords) {
    let cut = |text: String| text.chars().take(LONGEST_TEXT).map(|sign| if sign == '\0' { '\u{fffd}' } else { sign }).collect();
    match kind {
        DocumentKind::Pdf => match pdf::words(bytes, go_on) {
            pdf::Found::Words(words) => (Some(cut(words.text)), DocumentWords::Read),
            pdf::Found::None => (None, DocumentWords::Without),
            pdf::Found::Unread => (None, DocumentWords::Unread),
        },
        DocumentKind::Image | DocumentKind::Scan => (None, DocumentWords::Without),
        DocumentKind::Other => (None, DocumentWords::Unread),
        DocumentKind::Text | DocumentKind::Rtf | DocumentKind::Html | DocumentKind::Cda => {
            match show(kind, bytes, content_type, "") {
                Some(shown) if !shown.is_empty() => (Some(cut(shown.text())), DocumentWords::Read),
                Some(_) => (None, DocumentWords::Without),
                None => (None, DocumentWords::Unread),
            }
        }
    }
}

/// What a Composition shows, as far as its sections may be told of: `names` are those of whoever reads it. `None` where it is none,
/// or has no words.
#[must_use]
pub fn composition(received: &crate::Received, names: &crate::map::Names<'_>) -> Option<Shown> {
    let composed = crate::map::composed(received, names)?;
    let shown = Shown { sections: composed.sections, cut: composed.cut, pictures: composed.pictures, ..Shown::default() };
    let shown = shown.laid_out(&composed.codes, &[&composed.title]);
    (!shown.is_empty()).then_some(shown)
}

/// The narrative of a resource as blocks, and whether something was left out and whether it holds pictures.
pub(crate) fn narrative(div: &str) -> (Vec<Block>, bool, bool) {
    let page = html::page(div);
    (page.blocks, page.cut, page.pictures)
}

/// What a clinical document says of itself to what brings it.
pub(crate) struct Judged {
    /// It must not be shown to the person it is about.
    pub(crate) withheld: bool,
    /// How sensitive it is.
    pub(crate) sensitivity: Sensitivity,
    /// The code of what kind of document it is.
    pub(crate) code: Option<String>,
    /// What it is called.
    pub(crate) title: Option<String>,
}

/// Whether a clinical document must not be shown to the person it is about, how sensitive it is, and what it is.
pub(crate) fn judge(bytes: &[u8], content_type: Option<&str>) -> Judged {
    match cda::document(bytes, content_type) {
        Ok(document) => Judged {
            withheld: document.withheld || cda::is_child_protection(&document),
            sensitivity: cda::sensitivity(&document),
            code: document.codes.into_iter().next(),
            title: document.title,
        },
        // What cannot be read is not shown in words either.
        Err(_) => Judged { withheld: false, sensitivity: Sensitivity::General, code: None, title: None },
    }
}

/// The file that a clinical document wraps.
fn within(bytes: &[u8], content_type: Option<&str>) -> Option<(Option<String>, Vec<u8>)> {
    let within = cda::document(bytes, content_type).ok().filter(|document| document.parts.is_empty())?.within?;
    Some((within.content_type, within.bytes))
}

#[cfg(test)]
mod tests;
