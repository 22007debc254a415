//! Where a file's bytes come from: they are counted before memory is taken for them.

use crate::read::{Limits, ReadError};
use crate::survey::Survey;
use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Seek, SeekFrom, Take, Write};

/// Bytes looked at together.
const PART: usize = 64 * 1024;

/// The text of a source from where it stands, unpacked if it is gzip. It is gone through twice: once to count it and
/// to refuse what is beyond the limits, in constant memory; then to take it, in memory of exactly its length.
///
/// # Errors
/// [`ReadError`] when it cannot be read, is beyond the limits, or is another the second time.
pub(crate) fn text(mut source: impl Read + Seek, limits: &Limits) -> Result<Vec<u8>, ReadError> {
    let start = source.stream_position().map_err(ReadError::Io)?;
    let end = source.seek(SeekFrom::End(0)).map_err(ReadError::Io)?;
    if end.saturating_sub(start) > length(limits.max_bytes) {
        return Err(ReadError::TooLarge { limit: limits.max_bytes });
    }
    let mut part = vec![0_u8; PART];
    let size = {
        let mut unpacked = Unpacked::from(&mut source, start, limits.max_bytes)?;
        size(&mut unpacked, Survey::new(limits), &mut part)?
    };
    let mut text = Vec::new();
    text.try_reserve_exact(size).map_err(|_| ReadError::NoMemory)?;
    let mut unpacked = Unpacked::from(&mut source, start, limits.max_bytes)?;
    loop {
        match unpacked.next(&mut part)? {
            [] if text.len() == size => return Ok(text),
            [] => return Err(ReadError::Changed),
            more if more.len() > size - text.len() => return Err(ReadError::Changed),
            more => text.extend_from_slice(more),
        }
    }
}

/// Counts the text, and refuses it if the survey does.
fn size(unpacked: &mut Unpacked<impl Read>, mut survey: Survey, part: &mut [u8]) -> Result<usize, ReadError> {
    loop {
        match unpacked.next(part)? {
            [] => return survey.finish(),
            more => {
                let Err(refused) = survey.take(more) else { continue };
                // What comes out of a damaged file is not its text: that it is damaged is what must be told.
                while unpacked.is_gzip() && !unpacked.next(part)?.is_empty() {}
                return Err(refused);
            }
        }
    }
}

/// Keeps a stream in a file without a name, in the folder for temporary files (`TMPDIR`), that is gone when it is
/// closed. Gives it back at its beginning, with the bytes as they came.
///
/// # Errors
/// [`ReadError`] when the stream cannot be read or is beyond the limit of bytes, or the file cannot be written.
pub(crate) fn kept(mut stream: impl Read, limits: &Limits) -> Result<std::fs::File, ReadError> {
    let mut file = tempfile::tempfile().map_err(ReadError::Keep)?;
    let mut part = vec![0_u8; PART];
    let mut room = limits.max_bytes;
    loop {
        match some(&mut stream, &mut part).map_err(ReadError::Io)? {
            [] => break,
            more => {
                room = room.checked_sub(more.len()).ok_or(ReadError::TooLarge { limit: limits.max_bytes })?;
                file.write_all(more).map_err(ReadError::Keep)?;
            }
        }
    }
    file.rewind().map_err(ReadError::Keep)?;
    Ok(file)
}

/// The next bytes; none at the end.
fn some<'a>(source: &mut impl Read, part: &'a mut [u8]) -> Result<&'a [u8], Error> {
    let count = loop {
        match source.read(part) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => break other?,
        }
    };
    Ok(part.get(..count).unwrap_or_default())
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// A file's text as it is unpacked.
struct Unpacked<R> {
    from: Packing<R>,
    limit: usize,
    /// How many more bytes of text are allowed.
    room: usize,
}

enum Packing<R> {
    Plain(BufReader<Take<R>>),
    // An endless file of empty gzip members would give no output to count: the input is counted too.
    Gzip(MultiGzDecoder<BufReader<Take<R>>>),
}

impl<R: Read + Seek> Unpacked<R> {
    fn from(mut source: R, start: u64, limit: usize) -> Result<Self, ReadError> {
        source.seek(SeekFrom::Start(start)).map_err(ReadError::Io)?;
        let mut source = BufReader::with_capacity(PART, source.take(length(limit).saturating_add(1)));
        let gzip = loop {
            match source.fill_buf() {
                Ok(start) => break start.starts_with(&[0x1F, 0x8B]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(ReadError::Io(error)),
            }
        };
        let from = if gzip { Packing::Gzip(MultiGzDecoder::new(source)) } else { Packing::Plain(source) };
        Ok(Self { from, limit, room: limit })
    }
}

impl<R: Read> Unpacked<R> {
    fn is_gzip(&self) -> bool {
        matches!(self.from, Packing::Gzip(_))
    }

    /// The next bytes of text; none at its end.
    fn next<'a>(&mut self, part: &'a mut [u8]) -> Result<&'a [u8], ReadError> {
        let too_large = ReadError::TooLarge { limit: self.limit };
        let more = match &mut self.from {
            Packing::Plain(source) => some(source, part).map_err(ReadError::Io)?,
            Packing::Gzip(source) => {
                let more = some(source, part);
                let spent = source.get_ref().get_ref().limit() == 0;
                match more {
                    Ok([]) if spent => return Err(too_large),
                    Ok(more) => more,
                    Err(error) => {
                        return Err(match error.kind() {
                            ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData if spent => too_large,
                            ErrorKind::UnexpectedEof => ReadError::GzipCutShort,
                            ErrorKind::InvalidInput | ErrorKind::InvalidData => ReadError::GzipDamaged,
                            _ => ReadError::Io(error),
                        });
                    }
                }
            }
        };
        self.room = self.room.checked_sub(more.len()).ok_or(too_large)?;
        Ok(more)
    }
}
