//! What an encrypted database leaves on the disk: nothing that people are, wrote or sent can be read in it.

use super::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use service::{NoteForm, SearchAsked, SearchPage, Texting};
use std::collections::BTreeSet;
use std::path::Path;
use store::{DatabaseKey, DatabaseUrl, Options, Store};

/// Words that stand nowhere else: of a name, an entry, a letter, a note of the person's own, a mail address and the secret of an
/// authenticator app; and those of them that are searched for, as the index has them.
const CANARIES: [&str; 8] = [
    "Quillonby",
    "Zibbletoe",
    "Xantrolope is all it says",
    "Vexilquar and nothing more",
    "yolandriff@example.org",
    "kumquatsecretofanapp",
    "zibbletoe",
    "xantrolope",
];
/// How a database in the clear begins.
const IN_THE_CLEAR: &str = "SQLite format 3";
/// Bytes of a page on the disk.
const PAGE: usize = 4096;

fn key(digit: char) -> DatabaseKey {
    digit.to_string().repeat(64).parse().unwrap()
}

/// A database with all of that in it; the person, and somebody who may open their record.
async fn with_canaries(place: &Place) -> (Desk, PersonId, Actor) {
    let desk = Desk::at(place).await;
    let letter = json!({
        "resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": { "reference": "Patient/m1" },
        "type": { "text": "Clinic letter" }, "date": "2022-02-02T09:00:00Z",
        "content": [{ "attachment": { "contentType": "text/plain", "data": BASE64_STANDARD.encode("Xantrolope is all it says.") } }],
    });
    let entry = with(problem("c1", "m1", "Zibbletoe", "active", "2019"), "code", json!({ "text": "Zibbletoe" }));
    let file = bundle("collection", &[patient("m1", Some("9990548609"), "Quillonby", "1948-11-04"), entry, letter]);
    let person = desk.import(file).await.unwrap().person;
    let me = desk.account_of(&[person]).await;
    let note = NoteForm {
        words: "Vexilquar and nothing more".to_owned(),
        day: ["4", "3", "2026"].map(ToOwned::to_owned),
        who: "private".to_owned(),
        submission: desk.services.core.new_id().to_string(),
        ..NoteForm::default()
    };
    desk.services.profile.write_note(&me, person, &note).await.unwrap();
    let secret = Some(b"kumquatsecretofanapp".to_vec());
    let accounts = &desk.services.accounts;
    accounts.create_confirmed(&Actor::Operator, "yolandriff@example.org", "otter umbrella quartz", secret).await.unwrap();
    (desk, person, me)
}

async fn search(services: &Services, me: &Actor, person: PersonId, words: &str) -> SearchPage {
    let asked = SearchAsked { words: words.to_owned(), ..SearchAsked::default() };
    services.records.search(me, person, &asked).await.unwrap()
}

/// What the files in a place hold, by name, as far as it can be read.
fn files(place: &Place) -> BTreeMap<String, String> {
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned())
    };
    std::fs::read_dir(place.folder.path()).unwrap().map(|file| read(file.unwrap().path())).collect()
}

/// The pages of a database as they lie on the disk, without those to which nothing was ever written.
fn pages(file: &Path) -> BTreeSet<Vec<u8>> {
    let bytes = std::fs::read(file).unwrap();
    assert_eq!(bytes.len() % PAGE, 0);
    bytes.chunks(PAGE).filter(|page| page.iter().any(|byte| *byte != 0)).map(<[u8]>::to_vec).collect()
}

/// Does all that leaves something on the disk, then reads it.
async fn left_behind(key: Option<DatabaseKey>) -> BTreeMap<String, String> {
    let place = testkit::fresh_embedded(key).await;
    let (desk, person, me) = with_canaries(&place).await;
    // It is searched as ever.
    for (words, title) in [("zibbletoe", "Zibbletoe"), ("xantrolope", "Clinic letter")] {
        let found = search(&desk.services, &me, person, words).await.found;
        assert_eq!(found.into_iter().map(|one| one.line.title).collect::<Vec<_>>(), [title]);
    }
    assert_eq!(search(&desk.services, &me, person, "vexilquar").await.own.len(), 1);
    // A backup is whole, and opens with the same key.
    let backup = place.folder.path().join("backup.db");
    place.store.backup(&backup).await.unwrap();
    let copy = Store::open(&DatabaseUrl::Sqlite(backup), Options { key, ..Options::default() }).await.unwrap();
    copy.ready().await.unwrap();
    copy.integrity().await.unwrap();
    assert_eq!(copy.digests().await.unwrap(), place.store.digests().await.unwrap());
    copy.close().await;
    let files = files(&place);
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["backup.db", "selfheal.db", "selfheal.db-shm", "selfheal.db-wal"]);
    place.clear().await;
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_can_be_read_in_the_files_of_an_encrypted_database_nor_in_its_backup() {
    for (name, text) in left_behind(Some(key('7'))).await {
        for canary in CANARIES.iter().chain([&IN_THE_CLEAR]) {
            assert!(!text.contains(canary), "{canary} is in {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_key_all_of_it_can_be_read() {
    let files = left_behind(None).await;
    for canary in CANARIES {
        assert!(files["backup.db"].contains(canary), "{canary}");
        assert!(files["selfheal.db"].contains(canary) || files["selfheal.db-wal"].contains(canary), "{canary}");
    }
    assert!(files["backup.db"].starts_with(IN_THE_CLEAR) && files["selfheal.db"].starts_with(IN_THE_CLEAR));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_is_encrypted_and_its_key_changed_by_a_copy_that_holds_the_same() {
    let mut place = testkit::fresh_embedded(None).await;
    let (_, person, me) = with_canaries(&place).await;
    let held = place.store.digests().await.unwrap();
    place.store.close().await;
    let file = |name: &str| place.folder.path().join(name);
    store::encrypt(&file("selfheal.db"), None, &file("first.db"), key('1')).await.unwrap();
    store::encrypt(&file("first.db"), Some(key('1')), &file("second.db"), key('2')).await.unwrap();
    for name in ["first.db", "second.db"] {
        let text = String::from_utf8_lossy(&std::fs::read(file(name)).unwrap()).into_owned();
        for canary in CANARIES.iter().chain([&IN_THE_CLEAR]) {
            assert!(!text.contains(canary), "{canary} is in {name}");
        }
    }
    let url = DatabaseUrl::Sqlite(file("second.db"));
    let with = |key: DatabaseKey| Options { key: Some(key), ..Options::default() };
    let wrong = Store::open(&url, with(key('1'))).await.unwrap_err().to_string();
    assert!(wrong.starts_with("this key does not open the database "), "{wrong}");
    let missing = Store::open(&url, Options::default()).await.unwrap_err().to_string();
    assert!(missing.ends_with("then say with SELFHEAL_DATABASE_KEY_FILE where its key is"), "{missing}");
    let clear = Store::open(&place.url, with(key('1'))).await.unwrap_err().to_string();
    assert!(clear.contains("is not encrypted, so it has no key"), "{clear}");
    let unlike = store::encrypt(&file("second.db"), Some(key('1')), &file("third.db"), key('3')).await.unwrap_err().to_string();
    assert!(unlike.starts_with("this key does not open the database ") && !file("third.db").exists(), "{unlike}");
    // The same with the same key is written otherwise each time.
    store::encrypt(&file("selfheal.db"), None, &file("again.db"), key('1')).await.unwrap();
    let (first, again) = (pages(&file("first.db")), pages(&file("again.db")));
    assert!(first.len() > 100 && first.is_disjoint(&again), "{} pages", first.len());
    // A page that was changed is refused: here the last of those that are not read before it is open.
    let whole = std::fs::read(file("first.db")).unwrap();
    let mut page = whole.len() / PAGE;
    let opened = loop {
        page -= 1;
        let mut changed = whole.clone();
        changed[page * PAGE + 100] ^= 1;
        let name = file(&format!("changed-{page}.db"));
        std::fs::write(&name, changed).unwrap();
        if let Ok(opened) = Store::open(&DatabaseUrl::Sqlite(name), with(key('1'))).await {
            break opened;
        }
    };
    opened.integrity().await.unwrap_err();
    opened.close().await;
    // In its place it is what was there, the index too, and goes on.
    std::fs::remove_file(file("selfheal.db")).unwrap();
    std::fs::rename(file("second.db"), file("selfheal.db")).unwrap();
    place.store = Store::open(&place.url, with(key('2'))).await.unwrap();
    place.store.ready().await.unwrap();
    place.store.integrity().await.unwrap();
    assert_eq!(place.store.digests().await.unwrap(), held);
    // Its ids are others than those that are there.
    let texting = Texting { number: "07700900999".to_owned(), secret: "s".repeat(32).parse().unwrap() };
    let services = place.services_texting(&MockClock::default(), texting);
    assert_eq!(search(&services, &me, person, "xantrolope").await.found.len(), 1);
    place.clear().await;
}
