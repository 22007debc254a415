//! Files that come with a record never make the program stop, never take long, and never show more than they hold.

use domain::document::DocumentKind;
use fhir::document::{kind_of, show, text_of};

/// Does it with these bytes.
pub fn run(data: &[u8]) {
    let Some((first, bytes)) = data.split_first() else { return };
    let declared = match first % 5 {
        0 => Some("text/plain; charset=windows-1251"),
        1 => Some("text/html"),
        2 => Some("application/xml"),
        3 => Some("application/pdf"),
        _ => None,
    };
    let mut turns = 1000;
    let mut go_on = || {
        turns -= 1;
        turns > 0
    };
    let kind = kind_of(bytes, declared);
    let _ = text_of(kind, bytes, declared, &mut go_on);
    // What a file is not is read as that too.
    for kind in [DocumentKind::Text, DocumentKind::Rtf, DocumentKind::Html, DocumentKind::Cda] {
        if let Some(shown) = show(kind, bytes, declared, "Letter") {
            assert!(shown.text().len() <= 12 * bytes.len() + 4096);
        }
    }
}
