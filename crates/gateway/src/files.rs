//! Messages as files, for development and tests.

use std::io::Error;
use std::path::Path;

/// Writes a message to a file of its own, named by its place in the order and its recipient.
///
/// # Errors
/// When the folder cannot be read or written to.
pub(crate) async fn keep(folder: &Path, to: &str, text: String) -> Result<(), Error> {
    // A name that sorts by time; written aside and then named, so that a reader never sees half a message.
    let mut entries = tokio::fs::read_dir(folder).await?;
    let mut number = 0_u32;
    while let Some(entry) = entries.next_entry().await? {
        number += u32::from(entry.file_name().to_string_lossy().ends_with(".txt"));
    }
    let name =
        format!("{number:06}-{}", to.replace(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '@' | '.' | '-' | '+'), "_"));
    let (aside, last) = (folder.join(format!(".{name}")), folder.join(format!("{name}.txt")));
    tokio::fs::write(&aside, text).await?;
    tokio::fs::rename(&aside, &last).await
}
