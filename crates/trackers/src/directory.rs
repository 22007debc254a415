//! Opening a zip: how much it says of its files is looked at before any of that is held in memory, because every file of its directory
//! takes some hundreds of bytes there, and a crafted one names millions.

use crate::ReadError;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;
use zip::ZipArchive;

/// The most files in a zip: ten years of Fitbit are 20,000.
const MOST_FILES: u64 = 100_000;
/// The most bytes of its directory.
const LARGEST: u64 = 16 * 1024 * 1024;
/// The most bytes that are read to open it: its directory, and what is searched for its end.
const MOST_READ: u64 = LARGEST + 4 * 1024 * 1024;
/// The fewest bytes that a file takes there.
const SHORTEST: u64 = 46;
/// How long the record is that ends a zip, without its comment.
const END: usize = 22;
/// How far before the end of the file that may begin: itself, and the longest comment.
const TAIL: u64 = 22 + 65_535;
/// How long the record is that says where that of 64 bits is. It stands right before the end.
const LOCATOR: u64 = 20;
/// How long the record of 64 bits is at least, and how much of it its own length does not count.
const RECORD: u64 = 56;
const UNCOUNTED: u64 = 12;
/// What stands in the end of 32 bits for a number that has no room there, and for such a number of files.
const NO_ROOM: u64 = 0xffff_ffff;
const MOST_SHORT: u64 = 0xffff;

/// A file of which so many bytes may still be read.
pub(crate) struct Bounded {
    file: BufReader<File>,
    left: Rc<Cell<u64>>,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 && !into.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its directory is too large"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        let read = self.file.read(into.get_mut(..most).unwrap_or_default())?;
        self.left.set(left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX)));
        Ok(read)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Opens a zip, unless it names more files than anything that is meant, or its directory cannot be where it says.
pub(crate) fn open(mut file: File) -> Result<ZipArchive<Bounded>, ReadError> {
    look(&mut file)?;
    let left = Rc::new(Cell::new(MOST_READ));
    let zip = ZipArchive::new(Bounded { file: BufReader::new(file), left: Rc::clone(&left) });
    let zip = zip.map_err(|_| if left.get() == 0 { ReadError::TooLarge } else { ReadError::Damaged })?;
    left.set(u64::MAX);
    Ok(zip)
}

/// What an end tells of its directory.
struct Directory {
    files: u64,
    bytes: u64,
    begins: u64,
    /// Where the record is that tells it: all of the directory lies before.
    told_at: u64,
}

impl Directory {
    /// [`ReadError::TooLarge`] where it is more than is read; [`ReadError::Damaged`] where it cannot be.
    fn look(&self) -> Result<(), ReadError> {
        if self.files > MOST_FILES || self.bytes > LARGEST {
            return Err(ReadError::TooLarge);
        }
        let fits = self.begins.saturating_add(self.bytes) <= self.told_at && self.files * SHORTEST <= self.bytes;
        if fits { Ok(()) } else { Err(ReadError::Damaged) }
    }
}

/// Looks at every end of a directory in the file: it may hold several, of which readers choose differently.
fn look(file: &mut File) -> Result<(), ReadError> {
    let length = file.seek(SeekFrom::End(0)).map_err(ReadError::Io)?;
    let from = length.saturating_sub(TAIL + LOCATOR);
    let tail = part(file, from, TAIL + LOCATOR)?;
    for at in 0..=tail.len().saturating_sub(END) {
        let Some(end) = tail.get(at..at + END).filter(|end| end.starts_with(b"PK\x05\x06")) else { continue };
        let told_at = from.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
        let (files, bytes, begins) = (number(end, 8, 2).max(number(end, 10, 2)), number(end, 12, 4), number(end, 16, 4));
        let told = Directory { files, bytes, begins, told_at };
        match located(file, told_at)? {
            // What is told in both places is looked at in both.
            Some(directory) => directory.look()?,
            None if bytes == NO_ROOM || begins == NO_ROOM => return Err(ReadError::Damaged),
            // So many files there can be without another record.
            None => told.look()?,
        }
        if files < MOST_SHORT && bytes < NO_ROOM && begins < NO_ROOM {
            told.look()?;
        }
    }
    Ok(())
}

/// What the record of 64 bits tells, where one is named before the end that begins here. One that is named must be there.
fn located(file: &mut File, end: u64) -> Result<Option<Directory>, ReadError> {
    let Some(named_at) = end.checked_sub(LOCATOR) else { return Ok(None) };
    let locator = part(file, named_at, LOCATOR)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    let told_at = number(&locator, 8, 8);
    let record = part(file, told_at.min(named_at), RECORD)?;
    let ends = told_at.saturating_add(UNCOUNTED).saturating_add(number(&record, 4, 8));
    // It ends where it is named, so that nobody finds another one in between.
    if !record.starts_with(b"PK\x06\x06") || told_at.saturating_add(RECORD) > named_at || ends != named_at {
        return Err(ReadError::Damaged);
    }
    let files = number(&record, 24, 8).max(number(&record, 32, 8));
    Ok(Some(Directory { files, bytes: number(&record, 40, 8), begins: number(&record, 48, 8), told_at }))
}

/// A part of a file; less where it ends before.
fn part(file: &mut File, from: u64, length: u64) -> Result<Vec<u8>, ReadError> {
    file.seek(SeekFrom::Start(from)).map_err(ReadError::Io)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).map_err(ReadError::Io)?;
    Ok(bytes)
}

/// A number of so many bytes, the lowest first; nought where they are not there.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..at + length).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
