//! Documents of which a part is written by a command.

use anyhow::{Context as _, Result};

/// The document with this between its two marks, which it is told with its name.
pub fn between(document: &str, (name, begin, end): (&str, &str, &str), text: &str) -> Result<String> {
    let parts = document.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) = parts.with_context(|| format!("{name} lacks the lines \"{begin}\" and \"{end}\""))?;
    Ok(format!("{before}{begin}\n\n{text}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_written_anew() {
        let marks = ("X.md", "<b>", "<e>");
        let first = between("# Speed\n<b>\nold\n<e>\n\nNotes.\n", marks, "new\n").unwrap();
        assert_eq!(first, "# Speed\n<b>\n\nnew\n\n<e>\n\nNotes.\n");
        assert_eq!(between(&first, marks, "new\n").unwrap(), first);
        assert!(between("# Speed\n", marks, "new").is_err());
    }
}
