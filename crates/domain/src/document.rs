//! Files of letters and other documents that come with a record: of which kinds they are, whether they have words, and under
//! which name one is saved.

use crate::record::coded;

coded! {
    /// What a file is, by what it holds.
    DocumentKind {
        /// A PDF.
        Pdf = "pdf",
        /// A picture: JPEG, PNG, WebP, GIF or BMP.
        Image = "image",
        /// Scanned pages, each a picture (TIFF).
        Scan = "scan",
        /// Plain text.
        Text = "text",
        /// Rich Text Format.
        Rtf = "rtf",
        /// A web page.
        Html = "html",
        /// A clinical document in XML (HL7 CDA Release 2).
        Cda = "cda",
        /// Anything else, which is kept and given out but not shown.
        Other = "other",
    }
}

impl DocumentKind {
    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Image => "Picture",
            Self::Scan => "Scan",
            Self::Text => "Text",
            Self::Rtf => "Rich text",
            Self::Html => "Web page",
            Self::Cda => "Clinical document",
            Self::Other => "File",
        }
    }
}

coded! {
    /// What became of the words of a file.
    DocumentWords {
        /// They were read.
        Read = "read",
        /// It has none, as a scanned page has none.
        Without = "without",
        /// It was not read: it is locked, damaged, or larger than what is read.
        Unread = "unread",
        /// It was not sent with its description, so that it is not here at all.
        NotSent = "not-sent",
    }
}

/// The longest name of a file, in characters, without its ending.
const LONGEST_NAME: usize = 80;

/// The name under which a file is saved: its title as far as any system can keep it, and its ending. Nothing of a path, no mark of
/// direction and no second ending comes from the title.
#[must_use]
pub fn file_name(title: &str, ending: &str) -> String {
    let mut name = String::new();
    for sign in title.chars() {
        let kept = match sign {
            '\u{2019}' | '\'' => continue,
            '\u{2013}' | '\u{2014}' | '-' | '_' => '-',
            sign if sign.is_ascii_alphanumeric() => sign,
            _ => ' ',
        };
        let doubled = kept == ' ' && (name.is_empty() || name.ends_with(' '));
        if !doubled {
            name.push(kept);
        }
        if name.len() >= LONGEST_NAME {
            break;
        }
    }
    let name = name.trim_matches([' ', '-']);
    let name = if name.chars().any(|sign| sign.is_ascii_alphanumeric()) { name } else { "document" };
    // Windows keeps these names for devices.
    let upper = name.to_ascii_uppercase();
    let device = matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (upper.len() == 4 && (upper.starts_with("COM") || upper.starts_with("LPT")));
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let (before, ending) = (if device { "document " } else { "" }, if ending.is_empty() { "bin".to_owned() } else { ending });
    format!("{before}{name}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_keeps_the_words_of_its_title_and_nothing_else() {
        assert_eq!(file_name("Clinic letter – Mrs O’Neill", "pdf"), "Clinic letter - Mrs ONeill.pdf");
        assert_eq!(file_name("../../etc/passwd", "txt"), "etc passwd.txt");
        assert_eq!(file_name("report.exe", "pdf"), "report exe.pdf");
        assert_eq!(file_name("\u{202e}fdp.exe", "rtf"), "fdp exe.rtf");
        assert_eq!(file_name("a\"; filename=\"b\r\nX: y", "pdf"), "a filename b X y.pdf");
        assert_eq!(file_name("", "pdf"), "document.pdf");
        assert_eq!(file_name("رسالة", "pdf"), "document.pdf");
        assert_eq!(file_name("nul", ""), "document nul.bin");
    }

    proptest! {
        #[test]
        fn a_name_is_safe_whatever_its_title(title in any::<String>(), ending in any::<String>()) {
            let name = file_name(&title, &ending);
            prop_assert!(name.len() <= 110);
            prop_assert!(name.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, ' ' | '-' | '.')));
            prop_assert_eq!(name.matches('.').count(), 1);
            prop_assert!(name.starts_with(|sign: char| sign.is_ascii_alphanumeric()));
        }
    }
}
