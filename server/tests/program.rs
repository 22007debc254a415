//! The program as an operator runs it: what it says when something is wrong, and that nothing is lost when it is stopped.

use domain::access::Actor;
use service::{Core, PasswordCost, Services, Settings, SystemClock, SystemRandom};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use store::{DatabaseUrl, Options, Store};
use tempfile::TempDir;

/// A folder with a database address and a site of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("site")).unwrap();
        std::fs::write(folder.path().join("site/assets.json"), r#"{"css":"pkg/a.css","js":"pkg/a.js","wasm":"pkg/a.wasm"}"#)
            .unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_selfheal"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("SELFHEAL_DATABASE_URL", format!("sqlite:{}", self.path("x.db").display()))
            .env("SELFHEAL_SITE", self.path("site"))
            .env("SELFHEAL_MAIL", format!("file:{}", self.path("mail").display()))
            .env("SELFHEAL_LOG", "warn");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    #[track_caller]
    fn says(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs what must fail with one plain sentence and exit code 1.
    #[track_caller]
    fn fails(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
        assert!(!error.is_empty() && !error.contains("panicked"), "{args:?}: {error}");
        error
    }
}

fn synthea(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/synthea");
    let found = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let path = found.map(|file| file.unwrap().path()).find(|path| path.to_string_lossy().contains(name)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_record_goes_in_and_comes_out_and_goes_in_again() {
    let place = Place::new();
    place.says(&["migrate"]);
    let file = synthea("Wilson_Marks");
    let report = place.says(&["import", "fhir", &file, "--source", "Y90001"]);
    assert!(report.contains("(new): 122 added, 0 updated, 0 unchanged"), "{report}");
    assert!(report.contains("kept, not shown: Claim"), "{report}");
    let again = place.says(&["import", "fhir", &file, "--source", "Y90001"]);
    assert!(again.contains(": 0 added, 0 updated, 122 unchanged"), "{again}");
    let people = place.says(&["person", "list"]);
    let id = people.split_whitespace().next().unwrap();
    let read_again = place.says(&["person", "reindex"]);
    assert!(read_again.contains(" of 1 people were read again"), "{read_again}");
    assert_eq!(place.says(&["person", "reindex", id]), read_again);
    place.says(&["export", "fhir", id, "--out", "record.json"]);
    let other = Place::new();
    other.says(&["migrate"]);
    let record = place.path("record.json");
    let there = other.says(&["import", "fhir", record.to_str().unwrap(), "--source", "Y90001"]);
    assert!(there.contains("(new): 122 added"), "{there}");
    let clean = place.says(&["audit", "verify"]);
    assert!(clean.contains("Each is as it was written"), "{clean}");
}

#[test]
fn a_population_for_load_runs_goes_into_a_database_of_its_own_with_sessions_in_a_private_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let keys = place.path("keys.jsonl");
    let load = ["seed", "load", "--people", "20", "--entries", "400", "--accounts", "2", "--keys"];
    let load = [load.as_slice(), &[keys.to_str().unwrap()]].concat();
    let elsewhere = place.fails(&[load.as_slice(), &["--public-url", "https://selfheal.example.org"]].concat());
    assert!(elsewhere.contains("is not a loopback address"), "{elsewhere}");
    assert!(!keys.exists() && !place.path("x.db").exists(), "nothing is made");
    let said = place.says(&load);
    assert!(said.starts_with("20 people, 400 entries, 2 accounts in ") && said.trim_end().ends_with(" entries/s"), "{said}");
    assert_eq!(std::fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
    let lines = std::fs::read_to_string(&keys).unwrap();
    let read = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(read).collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert!(line["cookie"].as_str().unwrap().starts_with("session="), "{line}");
        assert!(place.says(&["person", "show", line["person"].as_str().unwrap()]).contains("999 "), "{line}");
        assert!(line["entries"].as_array().unwrap().len() > 2, "{line}");
    }
    assert!(place.says(&["audit", "verify"]).contains("Each is as it was written"));
    assert!(place.fails(&load).contains("cannot be made"), "a file that is there is left");
    std::fs::remove_file(&keys).unwrap();
    assert!(place.fails(&load).contains("a load needs a database of its own"));
    assert!(!keys.exists());
    let exposed = place.fails(&["serve", "--addr", "127.0.0.1:0", "--public-url", "https://selfheal.example.org"]);
    assert!(exposed.contains("made-up population"), "{exposed}");
    let no_file = Place::new().fails(&["seed", "load", "--people", "20", "--entries", "400", "--accounts", "2"]);
    assert!(no_file.contains("--keys"), "{no_file}");
}

#[test]
fn a_file_that_cannot_be_imported_is_named_and_the_others_go_on() {
    let place = Place::new();
    place.says(&["migrate"]);
    let good = synthea("Wilson_Marks");
    let cut = place.path("cut.json.gz");
    let whole = std::fs::read(&good).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let deep = place.path("deep.json");
    std::fs::write(&deep, "[".repeat(1_000_000)).unwrap();
    let output = place.run(&["import", "fhir", cut.to_str().unwrap(), deep.to_str().unwrap(), "not-there.json", &good]);
    let (said, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(error.trim().lines().count(), 3, "{error}");
    assert!(error.contains("cut.json.gz:") && error.contains("deep.json:") && error.contains("not-there.json:"), "{error}");
    assert!(said.contains("122 added"), "{said}");
}

#[test]
fn a_table_of_postcodes_goes_in_and_what_is_left_out_is_told() {
    let place = Place::new();
    place.says(&["migrate"]);
    let table = place.path("onspd.csv");
    std::fs::write(&table, "pcds,doterm,lat,long\nTA1 1AA,,51.0,-3.1\nTA1 1AB,200101,51.0,-3.1\nnowhere,,51,-3\n").unwrap();
    let said = place.says(&["postcodes", "import", table.to_str().unwrap()]);
    assert!(said.contains("1 postcodes, 1 of them new or moved") && said.contains("1 not in use any more"), "{said}");
    assert!(said.contains("1 lines that could not be read") && said.contains("problem in line 4: this is no postcode"), "{said}");
    assert!(place.says(&["postcodes", "import", table.to_str().unwrap()]).contains("1 postcodes, 0 of them new or moved"));
    std::fs::write(&table, "TA1 1AA,51.0,-3.1\n").unwrap();
    let output = place.run(&["postcodes", "import", "not-there.csv", table.to_str().unwrap()]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(1) && error.contains("not-there.csv:") && error.contains("must name the columns"),
        "{error}"
    );
}

#[test]
fn a_table_of_pharmacies_goes_in_whole_or_not_at_all() {
    const HEAD: &str = "code,kind,name,address,town,postcode,phone,website,services,monday,tuesday,wednesday,thursday,friday,saturday,sunday,latitude,longitude";
    let place = Place::new();
    place.says(&["migrate"]);
    let table = place.path("pharmacies.csv");
    let good = "FA001,community,Bell Pharmacy,1 High Street,Taunton,TA1 1AA,01823 000001,,delivery,9:00-17:00,,,,,,,51.0,-3.1";
    let nowhere = "FA002,community,Owl Pharmacy,2 High Street,Taunton,TA1 1AB,,,,,,,,,,,,";
    let load = ["pharmacies", "load", table.to_str().unwrap()];
    std::fs::write(&table, format!("{HEAD}\n{good}\n{nowhere}\n")).unwrap();
    let said = place.says(&load);
    assert!(said.contains("2 who dispense, 2 of them new or changed; 0 that it does not name are closed"), "{said}");
    assert!(said.contains("of 1 it is not known where they are"), "{said}");
    assert!(place.says(&load).contains("2 who dispense, 0 of them new or changed"));
    std::fs::write(&table, format!("{HEAD}\n{good}\nFA003,shop\n")).unwrap();
    let said = place.fails(&load);
    assert!(said.contains("Line 3: kind is none of community") && said.contains("Nothing was taken in"), "{said}");
    std::fs::write(&table, format!("{HEAD}\n{good}\n")).unwrap();
    assert!(place.fails(&load).contains("does not name 1 of 2 that are open"), "half of all is more than is believed");
    let said = place.says(&["pharmacies", "load", table.to_str().unwrap(), "--close-many"]);
    assert!(said.contains("1 who dispense, 0 of them new or changed; 1 that it does not name are closed"), "{said}");
    assert!(place.fails(&["pharmacies", "load", "not-there.csv"]).contains("not-there.csv:"));
}

#[test]
fn the_dictionary_of_medicines_goes_in_whole_or_not_at_all() {
    let place = Place::new();
    place.says(&["migrate"]);
    let (vmps, amps) = (place.path("f_vmp2_3.xml"), place.path("f_amp2_3.xml"));
    let vmp =
        "<P><VMPS>\n<VMP><VPID>318136009</VPID><NM>Codeine 15mg tablets</NM><VPIDPREV>318100000</VPIDPREV></VMP></VMPS></P>";
    std::fs::write(&vmps, vmp).unwrap();
    std::fs::write(&amps, "<P><AMPS>\n<AMP><APID>100001000</APID><VPID>x</VPID><NM>Codeine</NM></AMP></AMPS></P>").unwrap();
    let both = ["medicines", "load", vmps.to_str().unwrap(), amps.to_str().unwrap()];
    let said = place.fails(&both);
    assert!(said.contains("f_amp2_3.xml, line 2: VPID is no code. Nothing was taken in"), "{said}");
    std::fs::write(&amps, "<P><AMPS><AMP><APID>100001000</APID><VPID>318136009</VPID><NM>Codeine</NM></AMP></AMPS></P>").unwrap();
    let said = place.says(&both);
    assert!(said.contains("0 substances, 1 products and 1 products of makers; 3 new or changed"), "{said}");
    assert!(place.says(&both).contains("; 0 new or changed"));
    assert!(place.fails(&["medicines", "load", "not-there.xml"]).contains("not-there.xml:"));
}

#[test]
fn what_is_wrong_is_said_in_a_sentence() {
    let place = Place::new();
    assert!(place.fails(&["person", "list"]).contains("There is no database at"));
    assert!(place.fails(&["--database-url", "sqlite:/proc/nowhere/x.db", "migrate"]).contains("cannot be"));
    assert!(place.fails(&["serve", "--demo", "--addr", "0.0.0.0:0"]).contains("must listen on a loopback address"));
    assert!(place.fails(&["check", "--demo", "--addr", "0.0.0.0:0"]).contains("must listen on a loopback address"));
    assert!(place.fails(&["--public-url", "http://record.example.org", "serve"]).contains("must begin with https://"));
    assert!(place.fails(&["serve", "--site", "/nowhere"]).contains("client's files are not in"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(place.fails(&["serve", "--addr", &address]).contains("listens on"));
    place.says(&["migrate"]);
    assert!(place.fails(&["person", "show", "999 000 0018"]).contains("There is no such person"));
    assert!(place.fails(&["export", "fhir", "nonsense"]).contains("There is no such person"));
    assert!(place.fails(&["account", "show", "nobody@example.org"]).contains("There is no such"));
}

#[test]
fn a_postgresql_that_cannot_be_used_is_named_with_the_reason() {
    let place = Place::new();
    let fails = |url: &str| place.fails(&["--database-url", url, "migrate"]);
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let closed = format!("postgres://bob:hunter2@127.0.0.1:{port}/x");
    assert_eq!(fails(&closed), format!("No PostgreSQL answers at 127.0.0.1:{port}."));
    let said = place.fails(&["--database-url", &closed, "serve", "--addr", "127.0.0.1:0"]);
    assert_eq!(said, format!("No PostgreSQL answers at 127.0.0.1:{port}."));
    let place_of = |code| format!("127.0.0.1:{}", postgresql_that_refuses(code));
    let at = place_of("28P01");
    let said = fails(&format!("postgres://bob:hunter2@{at}/x?sslmode=disable"));
    assert_eq!(said, format!("PostgreSQL at {at} does not accept the password of bob."));
    let at = place_of("3D000");
    let said = fails(&format!("postgres://bob:hunter2@{at}/x?sslmode=disable"));
    assert_eq!(said, format!("PostgreSQL at {at} has no database x."));
    let at = place_of("28000");
    let said = fails(&format!("postgres://bob:hunter2@{at}/x?sslmode=disable"));
    assert_eq!(said, format!("PostgreSQL at {at} takes no connection: its own words."));
    let server = std::env::var("SELFHEAL_TEST_POSTGRES").unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    let said = fails(&format!("{server}/nobody_made_this"));
    assert!(said.starts_with("PostgreSQL at ") && said.ends_with(" has no database nobody_made_this."), "{said}");
}

/// Answers one connection as PostgreSQL does when it refuses it, with this code; its port.
fn postgresql_that_refuses(code: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let mut startup = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap() - 4];
        stream.read_exact(&mut startup).unwrap();
        let fields = format!("SFATAL\0VFATAL\0C{code}\0Mits own words\0\0");
        stream.write_all(b"E").unwrap();
        stream.write_all(&u32::try_from(fields.len() + 4).unwrap().to_be_bytes()).unwrap();
        stream.write_all(fields.as_bytes()).unwrap();
        // Until the other side has read it and gone.
        drop(stream.read(&mut length));
    });
    port
}

#[test]
fn a_file_that_cannot_be_used_as_database_is_named_with_the_reason() {
    let place = Place::new();
    let fails = |path: &str| place.fails(&["--database-url", &format!("sqlite:{path}"), "migrate"]);
    assert!(fails("/proc/x.db").starts_with("The file /proc/x.db cannot be opened: "));
    assert!(fails("/proc/nowhere/x.db").starts_with("The folder /proc/nowhere cannot be made: "));
    std::fs::write(place.path("file"), "This is no database.".repeat(100)).unwrap();
    let file = place.path("file").display().to_string();
    let no_database = "it is no database, or it is encrypted: then say with SELFHEAL_DATABASE_KEY_FILE where its key is";
    assert_eq!(fails(&file), format!("The file {file} cannot be opened: {no_database}."));
    assert!(fails(&format!("{file}/x.db")).starts_with(&format!("The folder {file} cannot be made: ")));
    let folder = place.folder.path().display().to_string();
    assert_eq!(fails(&folder), format!("The file {folder} cannot be opened: unable to open database file."));
}

#[test]
fn a_database_that_cannot_grow_is_named() {
    let place = Place::new();
    // No file may be larger than 64 KiB: a write beyond fails as on a full disk, once its signal is ignored.
    let mut command = place.command(&[]);
    let program = command.get_program().to_owned();
    let file = place.path("x.db").display().to_string();
    let mut limited = Command::new("bash");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" migrate"]).arg(program);
    limited.envs(command.env("SELFHEAL_LOG", "off").get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = limited.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with(&format!("The database {file} is not available: ")) && said.lines().count() == 1, "{said}");
}

#[test]
fn somebody_without_an_nhs_number_is_added_and_found() {
    let place = Place::new();
    place.says(&["migrate"]);
    let added = place.says(&["person", "create", "--family-name", "الخطيب", "--given-name", "سميرة", "--born", "1974-02-28"]);
    assert!(added.contains("no NHS number") && added.contains("سميرة الخطيب") && added.contains("28 February 1974"), "{added}");
    let id = added.split_whitespace().next().unwrap();
    assert_eq!(place.says(&["person", "show", id]), added);
    place.says(&["person", "create", "--family-name", "Rivers", "--nhs-number", "999 000 0018"]);
    let taken = place.fails(&["person", "create", "--family-name", "Rivers", "--nhs-number", "9990000018"]);
    assert!(taken.contains("NHS number"), "{taken}");
}

#[test]
fn a_wrong_command_line_is_explained() {
    let place = Place::new();
    for args in [
        &["serve", "--addr", "here"][..],
        &["import", "fhir"],
        &["person", "create", "--family-name", "X", "--nhs-number", "999"],
    ] {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error:"), "{args:?}");
    }
}

#[test]
fn a_value_that_may_hold_a_password_is_not_repeated_when_it_is_refused() {
    let place = Place::new();
    let database = "The database URL must be sqlite:PATH or postgres://USER@HOST/NAME.";
    let mail = "Mail must be log, file:FOLDER, smtp://… or smtps://….";
    assert_eq!(place.fails(&["--database-url", "mysql://bob:hunter2@h/x", "migrate"]), database);
    assert_eq!(place.fails(&["serve", "--mail", "smpt://bob:hunter2@h"]), mail);
    for (name, value, sentence) in
        [("SELFHEAL_DATABASE_URL", "mysql://bob:hunter2@h/x", database), ("SELFHEAL_MAIL", "smpt://bob:hunter2@h", mail)]
    {
        let output = place.command(&["serve"]).env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), sentence);
    }
    let text = "Text messages must be off, log, file:FOLDER or notify:https://….";
    assert_eq!(place.fails(&["serve", "--text", "notfy:https://bob:hunter2@h"]), text);
    let key = place.command(&["serve"]).env("SELFHEAL_TEXT_KEY", "name-hunter2").output().unwrap();
    let said = String::from_utf8_lossy(&key.stderr).into_owned();
    assert!(key.status.code() == Some(1) && said.contains("NAME-SERVICE-SECRET") && !said.contains("hunter2"), "{said}");
    let said = place.fails(&["serve", "--mail", "smtp://bob:hunter2@:x"]);
    assert_eq!(said, "The mail settings cannot be used: the SMTP address cannot be understood.");
}

#[test]
fn the_environment_may_say_yes_in_any_of_the_usual_words() {
    let place = Place::new();
    for yes in ["1", "true", "yes", "on"] {
        let output = place.command(&["check", "--addr", "0.0.0.0:0"]).env("SELFHEAL_DEMO", yes).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains("must listen on a loopback address"), "{yes}: {error}");
        let both = [("SELFHEAL_DEMO", yes), ("SELFHEAL_NO_DEMO", yes), ("SELFHEAL_BEHIND_PROXY", yes)];
        let output = place.command(&["check", "--addr", "0.0.0.0:0"]).envs(both).output().unwrap();
        assert!(output.status.success(), "{yes}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let off = [("SELFHEAL_DEMO", "1"), ("SELFHEAL_NO_DEMO", "0")];
    let output = place.command(&["check", "--addr", "0.0.0.0:0"]).envs(off).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let output = place.command(&["check", "--addr", "0.0.0.0:0", "--demo"]).env("SELFHEAL_NO_DEMO", "0").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let output = place.command(&["check", "--addr", "0.0.0.0:0", "--no-demo"]).env("SELFHEAL_DEMO", "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_configuration_is_checked_before_it_bites() {
    let place = Place::new();
    assert!(place.says(&["check", "--addr", "127.0.0.1:0"]).contains("The configuration is well."));
    assert!(!place.path("x.db").exists());
    let noted = place.says(&["--public-url", "https://192.0.2.7", "check", "--addr", "127.0.0.1:0"]);
    assert!(noted.contains("nobody can use a passkey") && noted.contains("The configuration is well."), "{noted}");
    let noted = place.says(&["check", "--addr", "127.0.0.1:0", "--requests-per-second", "0"]);
    assert!(noted.contains("not limited by address") && noted.contains("The configuration is well."), "{noted}");
    assert!(place.fails(&["check", "--addr", "127.0.0.1:0", "--mail", "log"]).contains("Mail goes to the log"));
    let mail = place.fails(&["check", "--addr", "127.0.0.1:0", "--mail-from", "nobody"]);
    assert!(mail.contains("The mail settings cannot be used"), "{mail}");
    let text = place.fails(&["check", "--addr", "127.0.0.1:0", "--text", "notify:https://api.example.org"]);
    assert!(text.contains("Text messages need SELFHEAL_TEXT_KEY and SELFHEAL_TEXT_TEMPLATE"), "{text}");
    let id = "26785a09-ab16-4eb0-8407-a37497a57506";
    let notify = |base: &str| {
        let (base, key) = (format!("notify:{base}"), format!("name-{id}-{id}"));
        let args = ["check", "--addr", "127.0.0.1:0", "--text", &base, "--text-key", &key, "--text-template", id];
        place.run(&args)
    };
    let open = notify("http://api.example.org");
    let said = String::from_utf8_lossy(&open.stderr).into_owned();
    assert!(said.contains("must begin with https://") && !said.contains(id), "{said}");
    let well = notify("https://api.example.org");
    assert!(well.status.success(), "{}", String::from_utf8_lossy(&well.stderr));
    let folder = place.fails(&["--database-url", "sqlite:/proc/nowhere/x.db", "check", "--addr", "127.0.0.1:0"]);
    assert!(folder.contains("cannot be written to"), "{folder}");
    place.says(&["migrate"]);
    assert!(place.says(&["check", "--addr", "127.0.0.1:0"]).contains("is up to date"));
    let left = std::fs::read_dir(place.folder.path()).unwrap().map(|file| file.unwrap().file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().contains("check")));
}

/// Opens a confirmed account, as the web does in several steps.
fn open_account(place: &Place, email: &str) {
    let url = DatabaseUrl::Sqlite(place.path("x.db"));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&url, Options { connections: 1, ..Options::default() }).await.unwrap();
        let settings = Settings {
            public_url: "http://localhost".to_owned(),
            password_cost: PasswordCost::CHEAP,
            carer_rules: domain::age_rules::Rules::default(),
            texts: false,
        };
        let services = Services::new(Core::new(store, SystemClock, SystemRandom, service::NoDiaries, settings));
        services.accounts.create_confirmed(&Actor::Operator, email, "otter umbrella quartz", None).await.unwrap();
        services.core.store().close().await;
    });
}

#[test]
fn a_database_with_a_demonstration_is_not_served_to_others() {
    let place = Place::new();
    place.says(&["migrate"]);
    open_account(&place, "margaret.ellis@example.org");
    for settings in [&["--addr", "0.0.0.0:0"][..], &["--addr", "127.0.0.1:0", "--public-url", "https://record.example.org"]] {
        for command in ["serve", "check"] {
            let said = place.fails(&[&[command], settings].concat());
            assert!(said.contains("holds a demonstration, whose passwords everybody knows"), "{said}");
        }
    }
    place.says(&["check", "--addr", "127.0.0.1:0"]);
}

#[test]
fn a_demonstration_is_not_put_among_people_who_are_there() {
    let place = Place::new();
    place.says(&["migrate"]);
    place.says(&["person", "create", "--family-name", "Rivers", "--nhs-number", "999 000 0018"]);
    for command in [&["seed", "demo"][..], &["serve", "--demo", "--addr", "127.0.0.1:0"]] {
        assert!(place.fails(command).contains("a demonstration needs a database of its own"));
    }
    assert_eq!(place.says(&["person", "list"]).lines().count(), 1);
    let place = Place::new();
    place.says(&["migrate"]);
    open_account(&place, "sam@example.org");
    assert!(place.fails(&["seed", "demo"]).contains("a demonstration needs a database of its own"));
    assert_eq!(place.says(&["account", "list"]).lines().count(), 1);
}

#[test]
fn somebody_without_an_nhs_number_is_linked_by_the_operator() {
    let place = Place::new();
    place.says(&["migrate"]);
    let added = place.says(&["person", "create", "--family-name", "Alkhatib", "--given-name", "Samira"]);
    let id = added.split_whitespace().next().unwrap();
    let refused = place.fails(&["person", "linkage-code", id]);
    let way = format!("Samira Alkhatib has no NHS number: link their account with `selfheal account link EMAIL {id}`.");
    assert_eq!(refused, way);
    assert!(place.fails(&["account", "link", "samira@example.org", id]).contains("There is no such"));
    open_account(&place, "samira@example.org");
    assert!(place.fails(&["account", "link", "samira@example.org", "999 000 0018"]).contains("There is no such"));
    for _ in 0..2 {
        let linked = place.says(&["account", "link", "samira@example.org", id]);
        assert_eq!(linked.trim(), "samira@example.org can open the record of Samira Alkhatib.");
        assert!(place.says(&["account", "show", "samira@example.org"]).contains("linked to 1 people"));
    }
    place.says(&["audit", "verify"]);
}

#[test]
fn whoever_works_in_a_care_team_is_added_changed_and_ended_by_command() {
    let place = Place::new();
    for _ in 0..2 {
        place.says(&["seed", "demo"]);
    }
    let listed = place.says(&["staff", "list"]);
    assert_eq!(listed.lines().count(), 5, "{listed}");
    let riverside = ["--organisation", "Y90001"];
    let add = [
        &["staff", "add", "zoe.nunez-ohara@example.org", "--name", "Dr Zoë Núñez-O'Hara", "--job", "GP", "--role", "clinician"][..],
        &riverside,
    ];
    assert!(place.says(&add.concat()).contains("works at Riverside Surgery from now on"));
    assert!(place.fails(&add.concat()).contains("works here already"));
    let team = [&["team", "add", "Doctors"][..], &riverside];
    place.says(&team.concat());
    place.says(&[&["team", "join", "Doctors", "zoe.nunez-ohara@example.org"][..], &riverside].concat());
    assert_eq!(place.says(&[&["team", "list"][..], &riverside].concat()).trim(), "Doctors: Dr Zoë Núñez-O'Hara");
    place.says(&[&["staff", "change", "zoe.nunez-ohara@example.org", "--role", "manager"][..], &riverside].concat());
    let listed = place.says(&[&["staff", "list"][..], &riverside].concat());
    assert!(
        listed.lines().any(|line| line.contains("manager") && line.contains("Zoë") && line.ends_with("in Doctors")),
        "{listed}"
    );
    let end = [&["staff", "end", "zoe.nunez-ohara@example.org"][..], &riverside];
    assert!(place.says(&end.concat()).contains("no more"));
    assert!(place.fails(&end.concat()).contains("Nobody with this address works at Riverside Surgery."));
    assert!(place.fails(&["staff", "list", "--organisation", "NOSUCH"]).contains("No organisation has the code NOSUCH."));
    place.says(&["audit", "verify"]);
}

#[test]
fn lost_second_steps_are_reset_and_the_record_needs_a_new_letter() {
    let place = Place::new();
    place.says(&["migrate"]);
    assert!(place.fails(&["account", "reset-second-steps", "sam@example.org"]).contains("There is no such"));
    open_account(&place, "sam@example.org");
    let added = place.says(&["person", "create", "--family-name", "Rivers", "--nhs-number", "999 000 0018"]);
    let id = added.split_whitespace().next().unwrap();
    place.says(&["account", "link", "sam@example.org", id]);
    let said = place.says(&["account", "reset-second-steps", "sam@example.org"]);
    assert!(said.contains("sam@example.org has no second step any more"), "{said}");
    assert!(said.contains(&format!("`selfheal person linkage-code {id}`")), "{said}");
    assert!(place.says(&["account", "show", "sam@example.org"]).contains("linked to 0 people"));
    assert!(place.says(&["person", "linkage-code", id]).contains("Your code"));
    let again = place.says(&["account", "reset-second-steps", "sam@example.org"]);
    assert!(!again.contains("stays closed"), "{again}");
    place.says(&["audit", "verify"]);
}

#[test]
fn a_backup_is_restored_to_the_same_records() {
    let place = Place::new();
    place.says(&["migrate"]);
    place.says(&["import", "fhir", &synthea("Wilson_Marks"), "--source", "Y90001"]);
    place.says(&["backup", "copy.db"]);
    assert!(place.fails(&["backup", "copy.db"]).contains("exists already"));
    assert!(place.fails(&["restore", "copy.db"]).contains("exists already"));
    let list = place.says(&["person", "list"]);
    for name in ["x.db", "x.db-wal", "x.db-shm"] {
        drop(std::fs::remove_file(place.path(name)));
    }
    for name in ["x.db-wal", "x.db-shm"] {
        std::fs::write(place.path(name), "of another database").unwrap();
        assert!(place.fails(&["restore", "copy.db"]).contains(&format!("{name} exists already")));
        std::fs::remove_file(place.path(name)).unwrap();
    }
    // A restoring that did not end left these.
    for name in ["x.db.restoring", "x.db.restoring-wal", "x.db.restoring-shm"] {
        std::fs::write(place.path(name), "of another database").unwrap();
    }
    place.says(&["restore", "copy.db"]);
    assert_eq!(place.says(&["person", "list"]), list);
    place.says(&["audit", "verify"]);
    assert!(!place.path("x.db-wal").exists());
    std::fs::remove_file(place.path("x.db")).unwrap();
    std::fs::write(place.path("broken.db"), "no database at all, but long enough to be looked at ".repeat(50)).unwrap();
    place.fails(&["restore", "broken.db"]);
    let left: Vec<_> =
        std::fs::read_dir(place.folder.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.starts_with("x.db")), "{left:?}");
    place.fails(&["restore", "not-there.db"]);
    std::fs::rename(place.path("copy.db"), place.path("x.db.restoring")).unwrap();
    assert!(place.fails(&["restore", "x.db.restoring"]).contains("another name"));
    assert!(place.path("x.db.restoring").exists());
}

#[test]
fn a_backup_made_during_an_import_is_restored_into_an_empty_place_with_the_same_digests() {
    let place = Place::new();
    place.says(&["migrate"]);
    let mut writing = place
        .command(&["import", "fhir", &synthea("Wilson_Marks"), "--source", "Y90001"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    place.says(&["backup", "copy.db"]);
    assert!(writing.wait().unwrap().success());
    let copy = format!("sqlite:{}", place.path("copy.db").display());
    let told = place.says(&["verify", "--database-url", &copy]);
    assert!(told.lines().count() > 50 && told.lines().any(|line| line.ends_with(" person")), "{told}");
    assert!(told.lines().all(|line| line.split_whitespace().next().is_some_and(|digest| digest.len() == 64)), "{told}");
    let empty = Place::new();
    empty.says(&["restore", place.path("copy.db").to_str().unwrap()]);
    assert_eq!(empty.says(&["verify"]), told);
    empty.says(&["audit", "verify"]);
    // What is damaged is told, and nothing else.
    let name = empty.path("x.db");
    let mut bytes = std::fs::read(&name).unwrap();
    let half = bytes.len() / 2;
    bytes[half..half + 16_384].fill(0x5a);
    std::fs::write(&name, bytes).unwrap();
    empty.fails(&["verify"]);
}

/// A server that is killed when the test ends.
struct Serving {
    child: Child,
    address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn serve(place: &Place) -> Serving {
    serve_with(place, &[])
}

fn serve_with(place: &Place, settings: &[(&str, &str)]) -> Serving {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut child = place
        .command(&["serve", "--addr", &free])
        .env("SELFHEAL_LOG", "info")
        .env("SELFHEAL_LOG_FORMAT", "json")
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(
        said.find(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).unwrap().unwrap(),
        format!("Selfheal is ready: http://{free}")
    );
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"serving\"") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "the server ended before it served");
    }
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    Serving { child, address: free }
}

fn get(stream: &mut TcpStream, path: &str) -> String {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_server_is_asked_whether_it_is_ready_and_metrics_are_on_their_own_address_alone() {
    let place = Place::new();
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    assert!(place.fails(&["ready", "--addr", &metrics]).contains("No server answers at"));
    let serving = serve_with(&place, &[("SELFHEAL_METRICS_ADDR", &metrics)]);
    assert!(place.says(&["ready", "--addr", &serving.address]).contains("is ready"));
    let every = serving.address.replace("127.0.0.1", "0.0.0.0");
    assert!(place.says(&["ready", "--addr", &every]).contains("is ready"));
    let asked = |address: &str| get(&mut TcpStream::connect(address).unwrap(), "/metrics");
    assert!(asked(&serving.address).starts_with("HTTP/1.1 404 "));
    let told = asked(&metrics);
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    for measure in ["selfheal_build_info{", "selfheal_database_up 1", "selfheal_database_wal_bytes ", "process_threads "] {
        assert!(told.contains(measure), "{measure} is not in {told}");
    }
    // What answers and is no server of ours that is ready.
    assert!(place.fails(&["ready", "--addr", &metrics]).contains("is not ready"));
}

#[test]
fn a_request_is_traced_to_a_collector_within_the_trace_of_the_proxy_and_by_the_shape_of_its_path() {
    let place = Place::new();
    assert!(place.fails(&["check", "--traces-url", "http://traces.example.org"]).contains("must be like https://HOST"));
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", collector.local_addr().unwrap());
    let serving = serve_with(&place, &[("SELFHEAL_TRACES_URL", &url), ("SELFHEAL_BEHIND_PROXY", "1")]);
    let mut asking = TcpStream::connect(&serving.address).unwrap();
    let parent = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";
    write!(asking, "GET /help?q=margaret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{parent}\r\n").unwrap();
    let mut answer = String::new();
    asking.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let (mut handing, _) = collector.accept().unwrap();
    let mut reader = BufReader::new(handing.try_clone().unwrap());
    let (mut head, mut line) = (String::new(), String::new());
    while line != "\r\n" {
        line.clear();
        assert!(reader.read_line(&mut line).unwrap() > 0, "{head}");
        head.push_str(&line.to_ascii_lowercase());
    }
    assert!(head.starts_with("post /v1/traces http/1.1") && head.contains("content-type: application/json"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    write!(handing, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{{}}").unwrap();
    let text = String::from_utf8(body).unwrap();
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    let span = &told["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
    assert_eq!(span["traceId"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(span["parentSpanId"], "b7ad6b7169203331");
    assert_eq!(span["name"], "GET /help");
    assert!(!text.contains("margaret"), "{text}");
}

#[test]
fn a_database_with_a_key_is_served_backed_up_restored_and_encrypted_anew_with_it_alone() {
    let place = Place::new();
    let new_key = |name: &str, digit: &str| {
        let path = place.path(name);
        std::fs::write(&path, format!("{}\n", digit.repeat(64))).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (first, second) = (new_key("first.key", "1"), new_key("second.key", "2"));
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let with = |key: &str, args: &[&str]| place.command(args).env("SELFHEAL_DATABASE_KEY_FILE", key).output().unwrap();
    let says = |key: &str, args: &[&str]| {
        let output = with(key, args);
        assert!(output.status.success(), "{args:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let fails = |key: &str, args: &[&str]| {
        let output = with(key, args);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", said(&output));
        said(&output)
    };
    says(&first, &["migrate"]);
    says(&first, &["import", "fhir", &synthea("Wilson_Marks"), "--source", "Y90001"]);
    let list = says(&first, &["person", "list"]);
    assert_eq!(list.lines().count(), 1, "{list}");
    let database = place.path("x.db").display().to_string();
    // Not without the key, and not with another one.
    let missing = "it is no database, or it is encrypted: then say with SELFHEAL_DATABASE_KEY_FILE where its key is";
    assert_eq!(place.fails(&["person", "list"]), format!("The file {database} cannot be opened: {missing}."));
    assert_eq!(fails(&second, &["person", "list"]), format!("This key does not open the database {database}."));
    // The key itself is in no log, however much is told.
    let told =
        place.command(&["person", "list"]).env("SELFHEAL_DATABASE_KEY", "1".repeat(64)).env("SELFHEAL_LOG", "trace").output();
    let told = told.unwrap();
    assert!(told.status.success() && String::from_utf8_lossy(&told.stdout) == list, "{}", said(&told));
    assert!(!said(&told).contains(&"1".repeat(16)));
    // A backup has the same key.
    says(&first, &["backup", "copy.db"]);
    assert!(fails(&second, &["--database-url", "sqlite:copy.db", "verify"]).contains("does not open"));
    says(&first, &["--database-url", "sqlite:restored.db", "restore", "copy.db"]);
    let digests = says(&first, &["verify"]);
    assert_eq!(says(&first, &["--database-url", "sqlite:restored.db", "verify"]), digests);
    // It gets another key while nobody serves it, by a copy.
    let encrypt = ["database", "encrypt", "new.db", "--new-key-file", second.as_str()];
    let serving = serve_with(&place, &[("SELFHEAL_DATABASE_KEY_FILE", first.as_str())]);
    assert!(place.says(&["ready", "--addr", &serving.address]).contains("is ready"));
    let served = fails(&first, &encrypt);
    assert!(served.contains("is open elsewhere") && !place.path("new.db").exists(), "{served}");
    drop(serving);
    let digests = says(&first, &["verify"]);
    says(&first, &encrypt);
    assert!(fails(&first, &encrypt).contains("exists already"));
    assert_eq!(says(&second, &["--database-url", "sqlite:new.db", "verify"]), digests);
    // A database that is not encrypted takes no key, and PostgreSQL none at all.
    let clear = Place::new();
    clear.says(&["migrate"]);
    assert!(clear.fails(&["--database-key-file", &first, "person", "list"]).contains("is not encrypted, so it has no key"));
    clear.says(&["database", "encrypt", "new.db", "--new-key-file", &first]);
    clear.says(&["--database-url", "sqlite:new.db", "--database-key-file", &first, "verify"]);
    let postgres =
        place.fails(&["--database-url", "postgres://nobody@127.0.0.1:1/none", "--database-key-file", &first, "migrate"]);
    assert!(postgres.starts_with("PostgreSQL takes no database key: "), "{postgres}");
}

#[test]
fn told_to_stop_it_finishes_the_request_under_way() {
    let place = Place::new();
    let mut serving = serve(&place);
    let mut slow = TcpStream::connect(&serving.address).unwrap();
    let form = "email=a&password=b";
    write!(
        slow,
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
        form.len(),
        &form[..5]
    )
    .unwrap();
    // Answered on another connection: so the server has read what was sent before on the first.
    assert!(get(&mut TcpStream::connect(&serving.address).unwrap(), "/readyz").contains("200 OK"));
    let told = Command::new("kill").args(["-TERM", &serving.child.id().to_string()]).status().unwrap();
    assert!(told.success());
    // It takes no more.
    while TcpStream::connect(&serving.address).is_ok() {
        std::thread::yield_now();
    }
    slow.write_all(&form.as_bytes()[5..]).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(serving.child.wait().unwrap().success());
}

#[test]
fn who_asks_too_often_is_told_to_wait_but_not_the_health_checks() {
    let place = Place::new();
    let serving = serve_with(&place, &[("SELFHEAL_REQUESTS_PER_SECOND", "1")]);
    let ask = |path: &str| get(&mut TcpStream::connect(&serving.address).unwrap(), path);
    assert!(ask("/help").starts_with("HTTP/1.1 200"));
    let refused = std::iter::repeat_with(|| ask("/help")).find(|answer| !answer.starts_with("HTTP/1.1 200")).unwrap();
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after: 1\r\n"), "{refused}");
    assert!(ask("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn killed_in_mid_serving_it_starts_again_at_once() {
    let place = Place::new();
    for _ in 0..3 {
        let mut serving = serve(&place);
        assert!(get(&mut TcpStream::connect(&serving.address).unwrap(), "/readyz").contains("200 OK"));
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
    }
    place.says(&["audit", "verify"]);
}

/// What the unit of the night runs, one after the other; systemd goes on after a failure where a `-` is in front.
fn nightly() -> Vec<&'static str> {
    let unit = include_str!("../../deploy/selfheal-nightly.service");
    unit.lines().filter_map(|line| line.strip_prefix("ExecStart=")).collect()
}

#[test]
fn the_night_makes_a_backup_whatever_becomes_of_the_signature_and_then_looks_at_the_audit() {
    let nightly = nightly();
    let place = |words: &str| nightly.iter().position(|command| command.contains(words)).unwrap();
    let (signs, copies, looks) = (place("selfheal audit checkpoint"), place("selfheal backup"), place("selfheal audit verify"));
    assert!(signs < copies && copies < looks, "{nightly:?}");
    assert!(nightly[signs].starts_with('-'), "without a signature there is no backup");
    assert!(!nightly[copies].starts_with('-') && !nightly[looks].starts_with('-'), "nobody hears of a fault");
}

#[test]
fn the_night_deletes_backups_of_more_than_two_weeks_last_and_nothing_else() {
    let nightly = nightly();
    let tidies = nightly.last().unwrap();
    assert!(tidies.starts_with("/usr/bin/find /var/backups/selfheal ") && nightly[nightly.len() - 2].ends_with(" audit verify"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("deep")).unwrap();
    for (name, age) in [("a.db", 40), ("b.db", 15), ("c.db", 13), ("d.db", 0), ("mine.txt", 40), ("deep/mine.db", 40)] {
        let age = format!("{age} days ago");
        let made = Command::new("touch").arg("--date").arg(age).arg(folder.path().join(name)).status().unwrap();
        assert!(made.success(), "{name}");
    }
    let tidies = tidies.replace("/var/backups/selfheal", &folder.path().display().to_string());
    assert!(Command::new("sh").args(["-c", &tidies]).status().unwrap().success());
    let is_left = |name: &str| folder.path().join(name).exists();
    assert!(!is_left("a.db") && !is_left("b.db"), "the disk fills");
    assert!(["c.db", "d.db", "mine.txt", "deep/mine.db"].into_iter().all(is_left), "too much was deleted");
}
