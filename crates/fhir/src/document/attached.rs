//! The files that a resource holds: in itself, or in a Binary that came with it. Never fetched from anywhere.

use super::{Judged, judge, kind_of, within};
use crate::Received;
use crate::map::Names;
use crate::types::{Attachment, Lenient, List, fhir};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::document::DocumentKind;

/// The most bytes of one file that are kept as a file. A larger one stays in its resource alone.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// The most files of one resource.
pub const MOST_FILES: usize = 20;

/// A file of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// What it is called.
    pub title: Option<String>,
    /// What kind it is said to be.
    pub content_type: Option<String>,
    /// The id of the Binary that holds it, where the resource does not itself.
    pub binary: Option<String>,
    /// Its bytes exactly as they were sent, or why there are none.
    pub bytes: Result<Vec<u8>, Fault>,
}

/// Why there are no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They were not sent with it.
    NotSent,
    /// There are more than are kept.
    TooLarge,
    /// They are not in the form that FHIR gives them (base 64).
    Damaged,
}

fhir! {
    /// The fields in which a resource holds files.
    HolderJson {
        content: Lenient<List<ContentJson>>,
        presented_form: Lenient<List<Attachment>>,
        payload: Lenient<List<PayloadJson>>,
    }
    PayloadJson { content_attachment: Option<Attachment>, }
    ContentJson { attachment: Option<Attachment>, }
    PictureJson { content: Lenient<Attachment>, }
    HeldJson {
        content_type: Option<String>,
        data: Option<String>,
    }
}

/// Whether resources of a type hold files that are shown.
#[must_use]
pub fn holds_files(resource_type: &str) -> bool {
    matches!(resource_type, "DocumentReference" | "DiagnosticReport" | "Media" | "Communication")
}

/// A Binary that must not be shown to the person it is about.
pub(crate) fn is_withheld(binary: &Received) -> bool {
    crate::map::withheld(&binary.raw)
}

/// The files of a resource, in its order; what a clinical document wraps stands after it. A file whose Binary must not be shown is not
/// among them, as if it had never been there.
#[must_use]
pub fn attached(received: &Received, names: &Names<'_>) -> Vec<Attached> {
    if !holds_files(&received.resource_type) {
        return Vec::new();
    }
    let holder: HolderJson;
    let picture: PictureJson;
    let attachments: Vec<&Attachment> = if received.resource_type == "Media" {
        picture = serde_json::from_str(&received.raw).unwrap_or_default();
        picture.content.0.iter().collect()
    } else {
        holder = serde_json::from_str(&received.raw).unwrap_or_default();
        let contents = holder.content.0.iter().flat_map(|list| list.iter()).filter_map(|content| content.attachment.as_ref());
        let sent = holder.payload.0.iter().flat_map(|list| list.iter()).filter_map(|part| part.content_attachment.as_ref());
        contents.chain(holder.presented_form.0.iter().flat_map(|list| list.iter())).chain(sent).collect()
    };
    let mut all = Vec::new();
    for attachment in attachments {
        if all.len() >= MOST_FILES {
            break;
        }
        let Some(file) = one(attachment, names) else { continue };
        let wrapped = file.bytes.as_ref().ok().filter(|bytes| kind_of(bytes, file.content_type.as_deref()) == DocumentKind::Cda);
        let wrapped = wrapped.and_then(|bytes| within(bytes, file.content_type.as_deref()));
        let wrapped = wrapped.map(|(content_type, bytes)| Attached {
            title: file.title.clone(),
            content_type,
            binary: file.binary.clone(),
            bytes: if bytes.len() > MOST_BYTES { Err(Fault::TooLarge) } else { Ok(bytes) },
        });
        all.push(file);
        all.extend(wrapped);
    }
    all
}

fn one(attachment: &Attachment, names: &Names<'_>) -> Option<Attached> {
    let title = attachment.title.as_deref().and_then(crate::words::plain);
    let content_type = attachment.content_type.clone();
    if let Some(data) = &attachment.data {
        return Some(Attached { title, content_type, binary: None, bytes: bytes(data) });
    }
    let url = attachment.url.as_deref().filter(|url| !names.hides(url))?;
    let Some(binary) = names.received(url).filter(|one| one.resource_type == "Binary") else {
        return Some(Attached { title, content_type, binary: None, bytes: Err(Fault::NotSent) });
    };
    if is_withheld(binary) {
        return None;
    }
    let held: Option<HeldJson> = serde_json::from_str(&binary.raw).ok();
    let (held_type, data) = held.map_or((None, None), |held| (held.content_type, held.data));
    Some(Attached {
        title,
        content_type: content_type.or(held_type),
        binary: Some(binary.id.clone()),
        bytes: data.as_deref().map_or(Err(Fault::NotSent), bytes),
    })
}

fn bytes(data: &str) -> Result<Vec<u8>, Fault> {
    // Four signs for three bytes.
    if data.len() / 4 * 3 > MOST_BYTES + MOST_BYTES / 16 {
        return Err(Fault::TooLarge);
    }
    let bare: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = BASE64_STANDARD.decode(bare).map_err(|_| Fault::Damaged)?;
    if bytes.len() > MOST_BYTES { Err(Fault::TooLarge) } else { Ok(bytes) }
}

/// What the clinical documents of a resource say of whether and to whom it may be shown.
pub(crate) fn cdas<'a>(attachments: impl Iterator<Item = &'a Attachment>, names: &Names<'_>) -> Vec<Judged> {
    let may_be = |attachment: &&Attachment| {
        attachment.content_type.as_deref().is_none_or(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.contains("xml") || kind.contains("cda") || kind.starts_with("application/octet-stream")
        })
    };
    let files = attachments.filter(may_be).take(MOST_FILES).filter_map(|attachment| one(attachment, names));
    files
        .filter_map(|file| Some((file.bytes.ok()?, file.content_type)))
        .filter(|(bytes, content_type)| kind_of(bytes, content_type.as_deref()) == DocumentKind::Cda)
        .map(|(bytes, content_type)| judge(&bytes, content_type.as_deref()))
        .collect()
}
