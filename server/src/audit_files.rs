//! The key that signs the audit's checkpoints, and the file of them beside it: what is kept outside the database.

use crate::cli::Common;
use crate::commands::folder_of;
use service::activity::{AuditKey, Checkpoint, Witness};
use service::{Random, Services, SystemRandom};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::DatabaseUrl;

/// How long another program may hold the file of the checkpoints.
const PATIENCE: Duration = Duration::from_secs(5);
/// After what time it is looked again whether it still does.
const AGAIN: Duration = Duration::from_millis(50);

/// Where the key is, and the checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFiles {
    key: PathBuf,
    log: PathBuf,
}

impl AuditFiles {
    /// Those of this configuration: beside an embedded database unless it says otherwise.
    #[must_use]
    pub fn of(common: &Common) -> Self {
        let key = match (&common.audit_key_file, &common.database_url) {
            (Some(key), _) => key.clone(),
            (None, DatabaseUrl::Sqlite(path)) => path.with_extension("audit-key"),
            (None, DatabaseUrl::Postgres(_)) => PathBuf::from("data/selfheal.audit-key"),
        };
        let mut log = key.clone().into_os_string();
        log.push(".log");
        Self { key, log: log.into() }
    }

    /// The key's file.
    #[must_use]
    pub fn key(&self) -> &Path {
        &self.key
    }

    /// What is known outside the database. Makes nothing.
    ///
    /// # Errors
    /// One plain sentence when a file cannot be read or is none of ours.
    pub fn witness(&self) -> Result<Witness, String> {
        let key = match read(&self.key)? {
            Some(text) => Some(
                AuditKey::parse(&text).map_err(|why| format!("The audit key {} cannot be used: {why}.", self.key.display()))?,
            ),
            None => None,
        };
        let mut written = std::collections::BTreeMap::new();
        let text = read(&self.log)?.unwrap_or_default();
        // A last line without an end was being written when the machine stopped.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for (at, line) in whole.lines().enumerate() {
            let checkpoint: Checkpoint = line
                .parse()
                .map_err(|()| format!("Line {} of {} is no checkpoint: the file was changed.", at + 1, self.log.display()))?;
            written.insert(checkpoint.number, checkpoint);
        }
        Ok(Witness { key, written })
    }

    /// The same; makes a key where there is none yet and no checkpoint was written either.
    ///
    /// # Errors
    /// As [`AuditFiles::witness`]; or when the key cannot be written, or is gone while its checkpoints are there.
    pub fn ready(&self, random: &dyn Random) -> Result<Witness, String> {
        let witness = self.witness()?;
        if witness.key.is_some() {
            return Ok(witness);
        }
        if !witness.written.is_empty() {
            return Err(format!(
                "The audit key {} is gone, but {} is there: put the key back, or read \"Audit\" in docs/OPERATIONS.md.",
                self.key.display(),
                self.log.display()
            ));
        }
        if let Some(folder) = self.key.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|error| cannot("made", folder, &error))?;
        }
        let mut options = OpenOptions::new();
        match options.write(true).create_new(true).mode(0o600).open(&self.key) {
            Ok(mut file) => {
                let done = file.write_all(AuditKey::generate(random).as_bytes()).and_then(|()| file.sync_all());
                // That it is there must be kept too: what was signed with a key that is gone is worth nothing.
                let done = done.and_then(|()| File::open(folder_of(&self.key))?.sync_all());
                done.map_err(|error| cannot("written", &self.key, &error))?;
            }
            // Another server was first.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(cannot("made", &self.key, &error)),
        }
        self.witness()
    }

    /// Adds checkpoints to their file, and answers when they are durable. Waits a few seconds while another program does so.
    ///
    /// # Errors
    /// One plain sentence when they cannot be written.
    pub fn append(&self, checkpoints: &[Checkpoint]) -> Result<(), String> {
        self.append_within(checkpoints, PATIENCE)
    }

    fn append_within(&self, checkpoints: &[Checkpoint], patience: Duration) -> Result<(), String> {
        if checkpoints.is_empty() {
            return Ok(());
        }
        let lines: String = checkpoints.iter().map(|checkpoint| format!("{checkpoint}\n")).collect();
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&self.log);
        let done = file.and_then(|mut file| {
            use std::io::{Read, Seek, SeekFrom};
            // Another program may add to it at the same time: a command beside one that serves.
            lock(&file, patience)?;
            let mut before = String::new();
            file.read_to_string(&mut before)?;
            let whole = before.rfind('\n').map_or(0, |end| end + 1);
            file.set_len(u64::try_from(whole).unwrap_or_default())?;
            file.seek(SeekFrom::End(0))?;
            file.write_all(lines.as_bytes())?;
            file.sync_all()?;
            if before.is_empty() { File::open(folder_of(&self.log))?.sync_all() } else { Ok(()) }
        });
        done.map_err(|error| cannot("written", &self.log, &error))
    }
}

/// Locks a file for as long as it is open, or finds that another program holds it for longer than this.
fn lock(file: &File, patience: Duration) -> io::Result<()> {
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if began.elapsed() >= patience => {
                return Err(io::Error::new(ErrorKind::TimedOut, "another program holds it"));
            }
            // Nobody tells when it is let go.
            Err(TryLockError::WouldBlock) => std::thread::park_timeout(AGAIN),
        }
    }
}

fn read(path: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read", path, &error)),
    }
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> String {
    format!("{} cannot be {what}: {error}.", path.display())
}

/// Signs what every chain is now and writes it beside the key; gives how many checkpoints were written.
///
/// # Errors
/// One plain sentence when that cannot be done.
pub async fn checkpoint(services: &Services, files: &AuditFiles) -> Result<usize, String> {
    let witness = files.ready(&SystemRandom)?;
    let new = services.activity.checkpoint(&witness).await.map_err(|error| crate::serve::sentence(&error))?;
    let (files, written) = (files.clone(), new.len());
    // It may wait for another program, and no thread that answers people waits along.
    let done = tokio::task::spawn_blocking(move || files.append(&new)).await;
    done.map_err(|error| format!("The checkpoints of the audit were not written: {error}."))??;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::mpsc;
    use std::thread;

    fn files(folder: &Path) -> AuditFiles {
        AuditFiles { key: folder.join("deep/x.audit-key"), log: folder.join("deep/x.audit-key.log") }
    }

    fn line(number: i64) -> Checkpoint {
        Checkpoint { number, at: DateTime::UNIX_EPOCH, hash: vec![7; 32] }
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        assert!(files.witness().unwrap().key.is_none());
        let made = files.ready(&SystemRandom).unwrap().key.unwrap();
        assert_eq!(fs::metadata(files.key()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(files.ready(&SystemRandom).unwrap().key.unwrap().public(), made.public());
    }

    #[test]
    fn checkpoints_are_added_and_half_a_line_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        files.ready(&SystemRandom).unwrap();
        files.append(&[line(1), line(2)]).unwrap();
        let mut log = OpenOptions::new().append(true).open(&files.log).unwrap();
        log.write_all(b"3 1970-01").unwrap();
        assert_eq!(files.witness().unwrap().written.len(), 2);
        files.append(&[line(3)]).unwrap();
        assert_eq!(files.witness().unwrap().written.into_values().collect::<Vec<_>>(), [line(1), line(2), line(3)]);
        fs::write(&files.log, "1 x\n").unwrap();
        assert!(files.witness().unwrap_err().contains("Line 1"));
    }

    #[test]
    fn who_finds_the_file_of_checkpoints_held_waits_for_it_and_adds_to_what_the_other_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        files.ready(&SystemRandom).unwrap();
        let mut held = OpenOptions::new().create(true).append(true).open(&files.log).unwrap();
        held.lock().unwrap();
        let fault = files.append_within(&[line(2)], Duration::ZERO).unwrap_err();
        assert!(fault.ends_with(" cannot be written: another program holds it."), "{fault}");
        let (tell, told) = mpsc::channel();
        let other = files.clone();
        let adding = thread::spawn(move || tell.send(other.append(&[line(2)])).unwrap());
        assert!(told.recv_timeout(Duration::from_millis(200)).is_err(), "it did not wait");
        writeln!(held, "{}", line(1)).unwrap();
        held.unlock().unwrap();
        told.recv().unwrap().unwrap();
        adding.join().unwrap();
        assert_eq!(files.witness().unwrap().written.into_values().collect::<Vec<_>>(), [line(1), line(2)]);
    }

    #[test]
    fn no_new_key_is_made_where_one_was_lost() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        files.ready(&SystemRandom).unwrap();
        files.append(&[line(1)]).unwrap();
        fs::remove_file(files.key()).unwrap();
        assert!(files.ready(&SystemRandom).unwrap_err().contains("is gone"));
    }
}
