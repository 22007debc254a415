//! The audit by the command line: signed, checked, and a database that was put back is noticed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs a command, and gives whether it went well and what it said.
    fn run(&self, args: &[&str]) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_selfheal"))
            .args(args)
            .current_dir(self.0.path())
            .env("SELFHEAL_DATABASE_URL", format!("sqlite:{}", self.path("x.db").display()))
            .env("SELFHEAL_LOG", "warn")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    #[track_caller]
    fn says(&self, args: &[&str], well: bool, words: &str) {
        let (done, said) = self.run(args);
        assert!(done == well && said.contains(words), "{args:?}: {said}");
    }
}

#[test]
fn the_audit_is_signed_and_a_database_that_was_put_back_is_noticed() {
    let place = Place(TempDir::new().unwrap());
    let person = ["person", "create", "--family-name", "Rivers", "--given-name", "Sam"];
    place.says(&["migrate"], true, "");
    place.says(&person, true, "");
    place.says(&["audit", "verify"], true, "No checkpoint was signed yet");
    place.says(&["audit", "checkpoint"], true, "1 checkpoints were written");
    assert_eq!(fs::metadata(place.path("x.audit-key")).unwrap().permissions().mode() & 0o777, 0o600);
    place.says(&["audit", "verify"], true, "1 checkpoints were checked.");
    place.says(&["audit", "queries"], true, "No question waits");
    place.says(&["audit", "answer", "019a5f00-0000-7000-8000-000000000000", "Hm"], false, "No question with this id");
    place.says(&["backup", "kept.db"], true, "");
    place.says(&person, true, "");
    place.says(&["audit", "checkpoint"], true, "1 checkpoints were written");
    place.says(&["audit", "verify"], true, "2 checkpoints were checked.");

    // Another puts the database back to what it was.
    for ending in ["db", "db-wal", "db-shm"] {
        let _ = fs::remove_file(place.path("x").with_extension(ending));
    }
    place.says(&["restore", "kept.db"], true, "");
    place.says(&["audit", "verify"], false, "the database was put back");
    place.says(&["audit", "checkpoint"], false, "does not hold the last checkpoint");

    // The operator did it, and knows.
    fs::rename(place.path("x.audit-key.log"), place.path("lost.log")).unwrap();
    place.says(&["audit", "checkpoint"], true, "checkpoints were written");
    place.says(&["audit", "verify"], true, "Each is as it was written");

    fs::rename(place.path("x.audit-key"), place.path("elsewhere")).unwrap();
    place.says(&["audit", "verify"], false, "there is no key at");
    place.says(&["audit", "checkpoint"], false, "is gone");
    let elsewhere = place.path("elsewhere");
    place.says(&["audit", "verify", "--audit-key-file", elsewhere.to_str().unwrap()], true, "Each is as it was written");
    fs::write(place.path("x.audit-key"), "nonsense").unwrap();
    let (done, said) = place.run(&["audit", "verify"]);
    assert!(!done && said.contains("cannot be used") && !said.contains("nonsense"), "{said}");
}
