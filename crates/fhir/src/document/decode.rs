//! From the bytes of a text to its words: by its mark, by what is declared, else by what it is.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The charset of a content type: `text/plain; charset=utf-8`.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    let parameter = content_type.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })?;
    Encoding::for_label(parameter.as_bytes())
}

/// The encoding that an XML declaration or a `meta` element of a web page names, within the first kilobyte.
fn named_within(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..1024.min(bytes.len()))?;
    let head: String = head.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let after = |word: &str| head.split_once(word).map(|(_, rest)| rest.trim_start_matches(['=', ' ', '"', '\'']).to_owned());
    let name = if head.trim_start().starts_with("<?xml") { after("encoding") } else { None };
    let name = name.or_else(|| head.contains("<meta").then(|| after("charset")).flatten())?;
    let name: String = name.chars().take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect();
    // What is read as single bytes here is not in two.
    Encoding::for_label(name.as_bytes()).filter(|encoding| ![UTF_16LE, UTF_16BE].contains(encoding))
}

/// The text: by its byte order mark; else by the charset declared with it or within it; else UTF-8 where it is that, and Windows-1252
/// where it is not. Windows-1252 gives every byte a sign, so that nothing is lost; what does not belong to the charset that is
/// declared is shown as �.
pub(super) fn text(bytes: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return text.into_owned();
    }
    let declared = content_type.and_then(charset).or_else(|| named_within(bytes));
    // Many say ISO-8859-1 or nothing and send UTF-8: text that is valid UTF-8 with signs beyond ASCII is hardly anything else.
    if declared.is_none_or(|declared| declared == UTF_8 || declared == WINDOWS_1252)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let encoding = declared.unwrap_or(WINDOWS_1252);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_is_the_one_declared_or_found() {
        assert_eq!(text("caf\u{e9}".as_bytes(), None), "café");
        assert_eq!(text(b"caf\xe9 \x96 5\xb5g", None), "café – 5µg");
        assert_eq!(text(b"\xff\xfeA\0B\0", Some("text/plain; charset=utf-8")), "AB");
        assert_eq!(text(b"5 \xe6g", Some("text/plain;charset=\"IBM866\"")), "5 цg");
        assert_eq!(text("µ".as_bytes(), Some("text/plain; charset=iso-8859-1")), "µ");
        assert!(text(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xb5</a>", None).contains('µ'));
        assert_eq!(text(b"bad \xff\xfe utf", Some("text/plain; charset=utf-8")), "bad \u{fffd}\u{fffd} utf");
    }
}
