//! Passwords that were stolen elsewhere, in a file of the operator's: the SHA-1 of each in hexadecimal digits, one a line, in order, with or
//! without a colon and how often it was stolen. So "Pwned Passwords" is given out (<https://haveibeenpwned.com/Passwords>). It may be as
//! large as that: a password is looked up in it, and nothing of it is held in memory.

use async_trait::async_trait;
use service::StolenPasswords;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How many digits a SHA-1 has.
const DIGITS: usize = 40;
/// The most bytes of a line: the digits, a colon, a number, and how lines end.
const LONGEST: u64 = 80;
/// So many bytes are read whole, rather than looked for a place in.
const FEW: u64 = 4096;
/// In how many places it is looked at, at the start, whether its lines are in order.
const PROBES: u64 = 16;

/// Such a file.
#[derive(Clone, Debug)]
pub struct StolenFile(PathBuf);

impl StolenFile {
    /// The file at this path.
    ///
    /// # Errors
    /// One plain sentence when it cannot be read, or is not such a file.
    pub fn at(path: &Path) -> Result<Self, String> {
        match File::open(path).and_then(|mut file| is_ordered(&mut file)) {
            Ok(true) => Ok(Self(path.to_owned())),
            Ok(false) => Err(format!("{} does not hold SHA-1s of passwords in order.", path.display())),
            Err(error) => Err(format!("{} cannot be read: {error}.", path.display())),
        }
    }
}

#[async_trait]
impl StolenPasswords for StolenFile {
    async fn has(&self, sha1: &str) -> Result<bool, String> {
        let (path, sha1) = (self.0.clone(), sha1.to_owned());
        let look = move || File::open(path).and_then(|mut file| has(&mut file, &sha1));
        let found = tokio::task::spawn_blocking(look).await.map_err(|error| error.to_string())?;
        found.map_err(|error| format!("the file of stolen passwords cannot be read: {error}"))
    }
}

/// Whether some lines of it are in order, the first among them.
fn is_ordered(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut before = String::new();
    for probe in 0..PROBES {
        match line_after(file, length / PROBES * probe) {
            Ok(Some((_, sha1))) if sha1 >= before => before = sha1,
            Ok(None) if probe > 0 => {}
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// The first line that begins after this place, or at the very beginning: where, and its digits in capitals.
fn line_after(file: &mut (impl Read + Seek), place: u64) -> io::Result<Option<(u64, String)>> {
    file.seek(SeekFrom::Start(place))?;
    let mut bytes = Vec::new();
    file.by_ref().take(2 * LONGEST).read_to_end(&mut bytes)?;
    let begins = if place == 0 { Some(0) } else { bytes.iter().position(|byte| *byte == b'\n').map(|end| end + 1) };
    let Some(line) = begins.and_then(|begins| bytes.get(begins..)).filter(|line| !line.is_empty()) else { return Ok(None) };
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "a line of it is no SHA-1");
    let digits = line.get(..DIGITS).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit)).ok_or_else(malformed)?;
    let skipped = u64::try_from(bytes.len() - line.len()).unwrap_or(u64::MAX);
    Ok(Some((place.saturating_add(skipped), String::from_utf8_lossy(digits).to_ascii_uppercase())))
}

/// Whether one of its lines begins with these digits.
fn has(file: &mut (impl Read + Seek), sha1: &str) -> io::Result<bool> {
    // The line begins at the first of these places or after it, and before the second.
    let (mut low, mut high) = (0, file.seek(SeekFrom::End(0))?);
    while high - low > FEW {
        let Some((place, found)) = line_after(file, low + (high - low) / 2)? else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line of it has no end"));
        };
        match found.as_str().cmp(sha1) {
            std::cmp::Ordering::Less => low = place,
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Greater => high = place,
        }
    }
    file.seek(SeekFrom::Start(low))?;
    let mut few = Vec::new();
    file.by_ref().take(high - low).read_to_end(&mut few)?;
    let is_it = |line: &[u8]| line.get(..DIGITS).is_some_and(|digits| digits.eq_ignore_ascii_case(sha1.as_bytes()));
    Ok(few.split(|byte| *byte == b'\n').any(is_it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::io::Cursor;

    fn lines(numbers: &BTreeSet<u64>, end: &str) -> Vec<u8> {
        numbers.iter().map(|number| format!("{number:040X}{end}")).collect::<String>().into_bytes()
    }

    proptest! {
        #[test]
        fn what_is_in_it_is_found_and_nothing_else(
            numbers in prop::collection::btree_set(0_u64..4000, 1..900),
            end in "(:[0-9]{1,8})?\r?\n",
            others in prop::collection::vec(0_u64..4000, 20),
        ) {
            let mut file = Cursor::new(lines(&numbers, &end));
            prop_assert!(is_ordered(&mut file).unwrap());
            for number in numbers.iter().copied().chain(others) {
                prop_assert_eq!(has(&mut file, &format!("{number:040X}")).unwrap(), numbers.contains(&number), "{}", number);
            }
        }

        #[test]
        fn no_file_makes_it_go_on_for_ever(bytes in prop::collection::vec(any::<u8>(), 0..9000)) {
            let _ = is_ordered(&mut Cursor::new(&bytes));
            let _ = has(&mut Cursor::new(&bytes), &"A".repeat(DIGITS));
        }
    }

    #[test]
    fn a_file_of_something_else_or_out_of_order_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            StolenFile::at(&path).map(|_| ())
        };
        let right = lines(&(0..500).collect(), ":1\n");
        assert_eq!(at("right", &right), Ok(()));
        let mut turned: Vec<&[u8]> = right.split_inclusive(|byte| *byte == b'\n').collect();
        turned.reverse();
        for (name, bytes) in [("turned", turned.concat()), ("words", b"password1\n".repeat(90)), ("empty", Vec::new())] {
            assert!(at(name, &bytes).unwrap_err().ends_with("does not hold SHA-1s of passwords in order."), "{name}");
        }
        assert!(StolenFile::at(Path::new("/nowhere/at/all")).unwrap_err().contains("/nowhere/at/all cannot be read"));
    }
}
