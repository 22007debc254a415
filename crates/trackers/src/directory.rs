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
/// How far before the end of the file its directory may end: a record of 22 bytes, and the longest comment.
const TAIL: u64 = 22 + 65_535;
/// Where a number that has no room in the record of 32 bits would stand.
const NO_ROOM: (u64, u64) = (0xffff, 0xffff_ffff);

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

/// Opens a zip, unless it names more files than anything that is meant.
pub(crate) fn open(mut file: File) -> Result<ZipArchive<Bounded>, ReadError> {
    if says_too_much(&mut file).map_err(ReadError::Io)? {
        return Err(ReadError::TooLarge);
    }
    let left = Rc::new(Cell::new(MOST_READ));
    let zip = ZipArchive::new(Bounded { file: BufReader::new(file), left: Rc::clone(&left) });
    let zip = zip.map_err(|_| if left.get() == 0 { ReadError::TooLarge } else { ReadError::Damaged })?;
    left.set(u64::MAX);
    Ok(zip)
}

/// Whether any end of a directory in the file tells of more than is read. A file may hold several, of which readers choose differently.
fn says_too_much(file: &mut File) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(TAIL + 20);
    let tail = part(file, from, TAIL + 20)?;
    for at in (0..tail.len()).filter(|at| tail.get(*at..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06"))) {
        let (files, bytes) = (number(&tail, at + 10, 2), number(&tail, at + 12, 4));
        let mut says = (files, bytes);
        // What has no room there stands in a record of its own, which is named before this one.
        if files == NO_ROOM.0 || bytes == NO_ROOM.1 || number(&tail, at + 16, 4) == NO_ROOM.1 {
            let place = at.checked_sub(20).filter(|place| tail.get(*place..).is_some_and(|rest| rest.starts_with(b"PK\x06\x07")));
            if let Some(place) = place {
                let record = part(file, number(&tail, place + 8, 8).min(length), 56)?;
                says = (number(&record, 32, 8), number(&record, 40, 8));
            }
        }
        if says.0 > MOST_FILES || says.1 > LARGEST {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A part of a file; less where it ends before.
fn part(file: &mut File, from: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A number of so many bytes, the lowest first; nought where they are not there.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..at + length).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
