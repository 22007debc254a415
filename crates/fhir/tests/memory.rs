//! What is beyond the limits is refused in little memory, however large it says it is or becomes.

#[cfg(test)]
mod tests {
    use fhir::{Limits, Package, ReadError, read, read_stream};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use peak_alloc::PeakAlloc;
    use std::io::{Cursor, Error, Read, Result as IoResult, Seek, SeekFrom, Write};
    use std::sync::{Mutex, PoisonError};

    #[global_allocator]
    static MEMORY: PeakAlloc = PeakAlloc;
    /// One at a time: what is measured is the memory of the whole process.
    static ALONE: Mutex<()> = Mutex::new(());

    /// The most that a refusal may take at once, in bytes.
    const LITTLE: usize = 4 << 20;
    const GIGABYTE: u64 = 1 << 30;

    /// The result, and how many bytes more than before were held at once on the way to it.
    fn measured(reading: impl FnOnce() -> Result<Package, ReadError>) -> (Result<Package, ReadError>, usize) {
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let result = reading();
        (result, MEMORY.peak_usage().saturating_sub(before))
    }

    /// The sentence with which it is refused in little memory.
    fn refused(reading: impl FnOnce() -> Result<Package, ReadError>) -> String {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (result, peak) = measured(reading);
        let sentence = result.unwrap_err().to_string();
        assert!(peak < LITTLE, "{peak} bytes were held at once: {sentence}");
        sentence
    }

    /// A file of this length that says the same again and again after its beginning, and is nowhere whole.
    struct Made {
        start: Vec<u8>,
        pattern: &'static [u8],
        length: u64,
        at: u64,
        taken: u64,
    }

    impl Made {
        fn new(start: impl Into<Vec<u8>>, pattern: &'static str, length: u64) -> Self {
            Self { start: start.into(), pattern: pattern.as_bytes(), length, at: 0, taken: 0 }
        }
    }

    impl Read for Made {
        fn read(&mut self, into: &mut [u8]) -> IoResult<usize> {
            let count = into.len().min(usize::try_from(self.length.saturating_sub(self.at)).unwrap());
            let (at, start) = (usize::try_from(self.at).unwrap(), self.start.len());
            for (index, byte) in into[..count].iter_mut().enumerate() {
                let at = at + index;
                *byte = if at < start { self.start[at] } else { self.pattern[(at - start) % self.pattern.len()] };
            }
            self.at += u64::try_from(count).unwrap();
            self.taken += u64::try_from(count).unwrap();
            Ok(count)
        }
    }

    impl Seek for Made {
        fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
            self.at = match to {
                SeekFrom::Start(at) => Some(at),
                SeekFrom::End(from) => self.length.checked_add_signed(from),
                SeekFrom::Current(from) => self.at.checked_add_signed(from),
            }
            .ok_or_else(|| Error::other("before the start"))?;
            Ok(self.at)
        }
    }

    /// This text, the same again and again up to this length, as gzip.
    fn bomb(start: &str, pattern: &'static str, length: u64) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        std::io::copy(&mut Made::new(start, pattern, length), &mut encoder).unwrap();
        encoder.finish().unwrap()
    }

    const PATIENT: &str = "{\"resourceType\":\"Patient\",\"id\":\"p1\"}";
    const MANY: &str = "{\"resourceType\":\"Flag\",\"id\":\"1\"}\n";

    fn most(megabytes: usize) -> Limits {
        Limits { max_bytes: megabytes << 20, ..Limits::default() }
    }

    #[test]
    fn a_large_file_is_refused_by_its_length_and_not_read() {
        let gzip: &[u8] = &[0x1F, 0x8B, 8];
        for (start, pattern) in [(gzip, "\0"), (b"", " "), (b"", "{\"a\":\""), (PATIENT.as_bytes(), "\n")] {
            let mut file = Made::new(start, pattern, 2 * GIGABYTE);
            let told = refused(|| read(&mut file, &Limits::default()));
            assert_eq!(told, "The file holds more than 256 MB of text, which is the most that can be read at once.");
            assert_eq!(file.taken, 0);
        }
    }

    #[test]
    fn a_zip_bomb_is_refused_at_the_limit() {
        for (start, pattern) in [("", "\0"), ("", " "), ("{\"resourceType\":\"Bundle\",\"x\":\"", "x"), ("", MANY)] {
            let packed = bomb(start, pattern, 24 << 20);
            let told = refused(|| read(Cursor::new(&packed), &most(16)));
            assert_eq!(told, "The file holds more than 16 MB of text, which is the most that can be read at once.");
            let told = refused(|| read_stream(packed.as_slice(), &most(16)));
            assert_eq!(told, "The file holds more than 16 MB of text, which is the most that can be read at once.");
        }
    }

    #[test]
    fn a_large_gzip_that_is_cut_short_or_damaged_is_refused() {
        let mut packed = bomb("{\"resourceType\":\"Bundle\",\"x\":\"", "x", 16 << 20);
        let told = refused(|| read(Cursor::new(&packed[..packed.len() - 100]), &most(48)));
        assert_eq!(told, "The gzip file is cut short: part of it is missing.");
        // The length that the file says it unpacks to.
        let end = packed.len() - 1;
        packed[end] ^= 1;
        let told = refused(|| read(Cursor::new(&packed), &most(48)));
        assert_eq!(told, "The gzip file is damaged and cannot be unpacked.");
    }

    #[test]
    fn an_endless_stream_is_left_at_the_limit() {
        for (start, pattern) in [("", "{\"a\":["), ("{\"a\":\"", "a"), ("", " ")] {
            let mut stream = Made::new(start, pattern, u64::MAX);
            let told = refused(|| read_stream(&mut stream, &most(16)));
            assert_eq!(told, "The file holds more than 16 MB of text, which is the most that can be read at once.");
            assert!(stream.taken <= (16 << 20) + (128 << 10), "{} bytes were taken", stream.taken);
        }
    }

    #[test]
    fn a_deep_file_is_refused_where_it_becomes_too_deep() {
        let (line, deep_line) = (PATIENT.len() + 1, format!("{PATIENT}\n{}", "[".repeat(99)));
        for (start, pattern, at) in [("", "{\"a\":\n[", 224), ("", "{\"a\":[", 192), (deep_line.as_str(), "1", line + 64)] {
            let mut file = Made::new(start, pattern, 200 << 20);
            let told = refused(|| read(&mut file, &Limits::default()));
            assert_eq!(told, format!("The file nests more than 64 levels deep (at byte {at})."));
            assert!(file.taken < 1 << 20, "{} bytes were taken", file.taken);
        }
    }

    #[test]
    fn a_web_page_a_list_and_what_is_no_json_are_refused_where_they_begin() {
        for (start, told) in [
            ("\n<html>", "The file is a web page or XML, and not FHIR in JSON."),
            ("\u{FEFF} [", "The file is a bare JSON list, and not a FHIR Bundle, a resource, or one resource a line."),
            ("\u{FEFF}\n\n  Dear Sir", "The file is not JSON that can be read: line 3, column 3."),
        ] {
            let mut file = Made::new(start, " ", 200 << 20);
            assert_eq!(refused(|| read(&mut file, &Limits::default())), told);
            assert!(file.taken < 1 << 20, "{} bytes were taken", file.taken);
        }
        assert_eq!(refused(|| read(Made::new("", " ", 8 << 20), &most(48))), "The file is empty.");
    }

    #[test]
    fn too_long_a_line_and_too_many_lines_are_refused_before_the_text_is_held() {
        let few = Limits { max_line: 64, max_resources: 1000, ..most(48) };
        let mut file = Made::new(format!("{PATIENT}\n{PATIENT}\n{{\"x\":\""), "x", 40 << 20);
        let told = refused(|| read(&mut file, &few));
        assert_eq!(told, "Line 3 is longer than 64 bytes, which is the most that can be read in one line.");
        let mut file = Made::new("", MANY, 40 << 20);
        let told = refused(|| read(&mut file, &few));
        assert_eq!(told, "The file holds more than 1000 resources, which is the most that can be read at once.");
        assert!(file.taken < 1 << 20, "{} bytes were taken", file.taken);
    }

    #[test]
    fn too_many_entries_take_little_more_than_the_text() {
        let within = |inner: &str, count: usize| {
            let more = ",1".repeat(count);
            format!("{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{inner}}}{more}]}}")
        };
        let mut text = within(PATIENT, 1);
        for _ in 0..20 {
            text = within(&text, 150_000);
        }
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (result, peak) = measured(|| read(Cursor::new(&text), &Limits::default()));
        let told = result.unwrap_err().to_string();
        assert_eq!(told, "The file holds more than 200000 resources, which is the most that can be read at once.");
        assert!(peak < text.len() + 4 * LITTLE, "{peak} bytes were held at once for {} of text", text.len());
    }

    #[test]
    fn a_resource_of_very_many_empty_values_is_told_and_not_taken() {
        let patient = format!("{{\"resourceType\":\"Patient\",\"id\":\"p2\",\"identifier\":[{{}}{}]}}", ",{}".repeat(1 << 20));
        let text = format!("{PATIENT}\n{patient}\n");
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (result, peak) = measured(|| read(Cursor::new(&text), &Limits::default()));
        let package = result.unwrap();
        assert_eq!(package.resources.len(), 1);
        assert_eq!(package.problems[0].path, "line 2");
        assert_eq!(
            package.problems[0].reason,
            "It holds more than 100000 values, which is the most that can be read in one resource."
        );
        assert!(peak < text.len() + LITTLE, "{peak} bytes were held at once for {} of text", text.len());
    }

    #[test]
    fn what_is_read_takes_its_own_length_twice_and_little_more() {
        let name = "x".repeat(8 << 20);
        let text = format!("{{\"resourceType\":\"Patient\",\"id\":\"p1\",\"language\":\"{name}\"}}");
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in [false, true] {
            let (result, peak) =
                measured(|| if stream { read_stream(packed.as_slice(), &most(9)) } else { read(Cursor::new(&packed), &most(9)) });
            assert_eq!(result.unwrap().resources[0].raw, text);
            assert!(peak < 2 * text.len() + LITTLE, "{peak} bytes were held at once for {} of text", text.len());
        }
    }
}
