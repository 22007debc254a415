//! What is wrong with a configuration, said before it bites.

use crate::cli::{Common, MailTo, ServeArgs, TextTo};
use crate::serve::tracking;
use domain::when::london_day;
use gateway::stolen_passwords::StolenFile;
use gateway::traces::Collector;
use http::Uri;
use service::{Clock, Library, PlainWords, SelfCareFiles, SystemClock};
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use store::{DatabaseKey, DatabaseKeyError, DatabaseUrl, Options};
use url::Url;

/// What is wrong, one plain sentence each. Empty when all is well.
#[must_use]
pub fn faults(common: &Common, serve: &ServeArgs) -> Vec<String> {
    let mut faults = Vec::new();
    let address = common.public_url(Some(serve.addr));
    match public_url(&address) {
        Err(fault) => faults.push(fault),
        Ok(url) => {
            if url.scheme == "http" && !is_loopback_name(&url.host) {
                faults.push(format!(
                    "The public URL {address} must begin with https://, because passwords and records travel over it."
                ));
            }
            if serve.is_demo() && !is_loopback_name(&url.host) {
                faults.push(
                    "A demonstration shows its sign-ins to everybody: its public URL must be a loopback address.".to_owned(),
                );
            }
        }
    }
    if serve.is_demo() && !serve.addr.ip().is_loopback() {
        faults.push(format!(
            "A demonstration shows its sign-ins to everybody: it must listen on a loopback address such as 127.0.0.1, not {}.",
            serve.addr.ip()
        ));
    }
    if !serve.is_demo() && serve.mail == MailTo::Log {
        faults.push("Mail goes to the log, so nobody could confirm an email address: set SELFHEAL_MAIL.".to_owned());
    }
    if is_mail_open(&serve.mail) {
        faults.push(
            "Mail would travel without TLS, and with it links that open accounts: use smtps://, or smtp:// with ?tls=required."
                .to_owned(),
        );
    }
    if !serve.is_demo() && serve.text == TextTo::Log {
        faults.push("Text messages go to the log, so nobody could confirm a mobile number: set SELFHEAL_TEXT.".to_owned());
    }
    if serve.metrics_addr.is_some_and(|metrics| metrics.port() != 0 && metrics == serve.addr) {
        faults.push(format!("Metrics need an address of their own, because people are answered on {}.", serve.addr));
    }
    if let Err(fault) = tracking(serve) {
        faults.push(fault);
    }
    faults.extend(collector(serve).err());
    if let Err(fault) = site(serve) {
        faults.push(fault);
    }
    faults.extend(stolen_passwords(serve).err());
    faults.extend(questionnaires(serve).err().unwrap_or_default());
    faults.extend(self_care(serve).err().unwrap_or_default());
    faults.extend(plain_words(serve).err().unwrap_or_default());
    faults
}

/// Who takes traces of requests; `None` where nothing is traced.
///
/// # Errors
/// One plain sentence when the address cannot be used.
pub fn collector(serve: &ServeArgs) -> Result<Option<Collector>, String> {
    serve.traces_url.as_deref().map(Collector::new).transpose()
}

/// How the database is opened, with so many connections.
///
/// # Errors
/// As [`database_key`].
pub fn options(common: &Common, connections: u32) -> Result<Options, String> {
    Ok(Options { connections, key: database_key(common)? })
}

/// The key of the database, where it has one.
///
/// # Errors
/// One plain sentence when it is said twice, cannot be read or is no key. It does not repeat the key.
pub fn database_key(common: &Common) -> Result<Option<DatabaseKey>, String> {
    match (&common.database_key_file, common.database_key) {
        (Some(_), Some(_)) => Err("The key of the database is said twice: leave out SELFHEAL_DATABASE_KEY or \
                                   SELFHEAL_DATABASE_KEY_FILE."
            .to_owned()),
        (Some(file), None) => key_in(file).map(Some),
        (None, key) => Ok(key),
    }
}

/// The key in a file.
///
/// # Errors
/// As [`database_key`].
pub fn key_in(file: &Path) -> Result<DatabaseKey, String> {
    let mut text = String::new();
    let read = std::fs::File::open(file).and_then(|opened| opened.take(LONGEST_KEY).read_to_string(&mut text));
    read.map_err(|error| format!("The database key {} cannot be read: {error}.", file.display()))?;
    text.parse().map_err(|error: DatabaseKeyError| format!("The database key {} cannot be used: {error}.", file.display()))
}

/// Whether everybody on this machine can read a file.
fn is_read_by_all(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

/// Whether anybody but the people at this machine can reach it: it listens on, or is known by, more than a loopback
/// address.
#[must_use]
pub fn is_exposed(common: &Common, serve: &ServeArgs) -> bool {
    is_known_elsewhere(common, Some(serve.addr)) || !serve.addr.ip().is_loopback()
}

/// Whether the address people use, where the server listens on `addr`, is another than a loopback address.
#[must_use]
pub fn is_known_elsewhere(common: &Common, addr: Option<SocketAddr>) -> bool {
    let is_loopback = public_url(&common.public_url(addr)).is_ok_and(|url| is_loopback_name(&url.host));
    !is_loopback
}

/// What works less well than it could, one plain sentence each; none of it is wrong.
#[must_use]
pub fn notes(common: &Common, serve: &ServeArgs) -> Vec<String> {
    let mut notes = Vec::new();
    if let Ok(url) = public_url(&common.public_url(Some(serve.addr))) {
        if bare(&url.host).parse::<IpAddr>().is_ok() {
            notes.push("The public URL holds an IP address, so nobody can use a passkey: passkeys need a host name.".to_owned());
        }
        // This program ends no TLS itself.
        if url.scheme == "https" && !serve.behind_proxy {
            notes.push(
                "The public URL is https, so a proxy stands in front, and everybody counts as one address: they share \
                 every limit. Set SELFHEAL_BEHIND_PROXY if the proxy sets X-Forwarded-For."
                    .to_owned(),
            );
        }
    }
    if let Some(metrics) = serve.metrics_addr.filter(|metrics| !is_private(metrics.ip())) {
        notes.push(format!(
            "Metrics are answered on {metrics}, which others may reach: they hold nothing about anybody, but how busy the service is \
             and what fails. Set SELFHEAL_METRICS_ADDR to a loopback or private address."
        ));
    }
    if is_database_open(&common.database_url) {
        notes.push(
            "PostgreSQL may be reached without TLS: add sslmode=verify-full to SELFHEAL_DATABASE_URL, unless nobody else can read the \
             network between."
                .to_owned(),
        );
    }
    if let Some(key) = common.database_key_file.as_deref().filter(|key| is_read_by_all(key)) {
        notes.push(format!(
            "Everybody on this machine can read the database key {}: chmod 600 makes it its owner's.",
            key.display()
        ));
    }
    if serve.requests_per_second == 0 {
        notes.push(
            "Requests are not limited by address: set SELFHEAL_REQUESTS_PER_SECOND, unless the proxy limits them.".to_owned(),
        );
    }
    notes
}

/// The parts of the public URL that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// `http` or `https`.
    pub scheme: String,
    /// The host, without its port.
    pub host: String,
}

/// Reads the public URL.
///
/// # Errors
/// One plain sentence when it is not `http(s)://HOST[:PORT]`.
pub fn public_url(text: &str) -> Result<PublicUrl, String> {
    let fault = || format!("The public URL {text:?} must be like https://record.example.org, with no path.");
    let uri: Uri = text.parse().map_err(|_| fault())?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(fault)?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(fault)?;
    if text.ends_with('/') || uri.path() != "/" || uri.query().is_some() {
        return Err(fault());
    }
    Ok(PublicUrl { scheme: scheme.to_owned(), host: host.to_owned() })
}

/// Whether mail leaves this machine without TLS, or may do so. The address is read as the mailer reads it, which refuses what is none.
fn is_mail_open(mail: &MailTo) -> bool {
    let MailTo::Smtp(address) = mail else { return false };
    let Ok(url) = Url::parse(address) else { return false };
    // Where it is said twice, the first counts.
    let asks_for_tls = url.query_pairs().find(|(name, _)| name == "tls").is_some_and(|(_, value)| value == "required");
    url.scheme() != "smtps" && !asks_for_tls && url.host_str().is_some_and(is_elsewhere)
}

/// Whether records travel to a database on another machine without TLS, or may do so. The address is read as the driver reads it, which
/// refuses what is none: a host in the query counts before the one at its place, the last before others, and a socket before any.
fn is_database_open(database: &DatabaseUrl) -> bool {
    let DatabaseUrl::Postgres(address) = database else { return false };
    let Ok(url) = Url::parse(address) else { return false };
    let mut hosts: Vec<String> = url.host_str().map(ToOwned::to_owned).into_iter().collect();
    let mut mode = String::new();
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "host" | "hostaddr" => hosts.push(value.into_owned()),
            "sslmode" | "ssl-mode" => mode = value.to_ascii_lowercase(),
            _ => {}
        }
    }
    let asks_for_tls = matches!(mode.as_str(), "require" | "verify-ca" | "verify-full");
    let by_socket = hosts.iter().any(|host| host.starts_with('/') || host.starts_with("%2F") || host.starts_with("%2f"));
    !asks_for_tls && !by_socket && hosts.last().is_some_and(|host| is_elsewhere(host))
}

/// Whether a host is another machine.
fn is_elsewhere(host: &str) -> bool {
    !host.is_empty() && !is_loopback_name(host)
}

/// Whether an address is this machine's or its own network's alone.
fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// A host without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn is_loopback_name(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || bare(host).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The folder of the client's files.
///
/// # Errors
/// One plain sentence when it holds no `assets.json`.
pub fn site(serve: &ServeArgs) -> Result<PathBuf, String> {
    let beside = || std::env::current_exe().ok().and_then(|program| program.parent().map(|folder| folder.join("site")));
    let above = || std::env::current_exe().ok().and_then(|program| Some(program.parent()?.parent()?.join("site")));
    let candidates: Vec<PathBuf> = match &serve.site {
        Some(site) => vec![site.clone()],
        None => [beside(), above()].into_iter().flatten().collect(),
    };
    candidates.iter().find(|site| site.join("assets.json").is_file()).cloned().ok_or_else(|| {
        let looked = candidates.iter().map(|site| site.display().to_string()).collect::<Vec<_>>().join(" and ");
        format!(
            "The client's files are not in {looked}: build them with \"cargo xtask build\", or say where they are with --site."
        )
    })
}

/// The passwords that were stolen elsewhere, where the operator has a file of them.
///
/// # Errors
/// One plain sentence when it cannot be read, or is another file.
pub fn stolen_passwords(serve: &ServeArgs) -> Result<Option<StolenFile>, String> {
    serve.stolen_passwords.as_deref().map(StolenFile::at).transpose()
}

/// The questionnaires that people can fill in: those that come with the program, and those of the operator's folder.
///
/// # Errors
/// One plain sentence for each thing that is wrong with the folder or its files.
pub fn questionnaires(serve: &ServeArgs) -> Result<Library, Vec<String>> {
    match &serve.questionnaires {
        Some(folder) => Library::with_files(&in_folder(folder)?),
        None => Library::shipped(),
    }
}

/// What people can read, and the apps, groups and helplines: those that come with the program, the operator's, and in a demonstration
/// the made-up ones of its town.
///
/// # Errors
/// One plain sentence for each thing that is wrong with the folder or the files.
pub fn self_care(serve: &ServeArgs) -> Result<SelfCareFiles, Vec<String>> {
    let articles = serve.articles.as_deref().map(in_folder).transpose()?.unwrap_or_default();
    let support = serve.support.as_deref().map(in_file).transpose()?;
    let files = SelfCareFiles::with_files(&articles, support.as_ref())?;
    if serve.is_demo() { files.with_made_up() } else { Ok(files) }
}

/// What things are in plain words: what comes with the program, and what is in the operator's folder.
///
/// # Errors
/// One plain sentence for each thing that is wrong with the folder or its files.
pub fn plain_words(serve: &ServeArgs) -> Result<PlainWords, Vec<String>> {
    match &serve.plain_words {
        Some(folder) => PlainWords::with_files(&in_folder(folder)?, london_day(SystemClock.now())),
        None => PlainWords::shipped(),
    }
}

/// The files of a folder whose names end in .json, by name.
fn in_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Vec<String>> {
    let listed = std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = listed.map_err(|error| unread(folder, &error))?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    paths.iter().map(|path| in_file(path)).collect()
}

/// A file by its name, with what it holds.
fn in_file(path: &Path) -> Result<(String, Vec<u8>), Vec<String>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(LONGEST_FILE).unwrap_or(u64::MAX);
    let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| unread(path, &error))?;
    Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes))
}

fn unread(path: &Path, error: &std::io::Error) -> Vec<String> {
    vec![format!("{} cannot be read: {error}.", path.display())]
}

/// More bytes than a key has, with white space round it.
const LONGEST_KEY: u64 = 1024;

/// More than any such file may hold, so that a longer one is refused and not cut off.
const LONGEST_FILE: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;

    fn read(args: &str) -> (Common, ServeArgs) {
        let line = ["selfheal", "check"].into_iter().chain(args.split_whitespace());
        let cli = Cli::try_parse_from(line).unwrap();
        let Command::Check(serve) = cli.command else { panic!("check") };
        (cli.common, serve)
    }

    fn found(args: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("assets.json"), "{}").unwrap();
        let site = folder.path().to_str().unwrap().to_owned();
        let (common, serve) = read(&format!("--site {site} {args}"));
        faults(&common, &serve)
    }

    fn noted(args: &str) -> Vec<String> {
        let (common, serve) = read(args);
        notes(&common, &serve)
    }

    #[test]
    fn the_key_of_a_database_is_said_once_and_read_from_a_file_that_few_can_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, digits) = (folder.path().join("database.key"), "5a".repeat(32));
        let with = format!("--database-key-file {}", file.display());
        let key = |args: &str| database_key(&read(args).0);
        assert!(key("").unwrap().is_none());
        assert!(key(&format!("--database-key {digits}")).unwrap().is_some());
        assert!(key(&with).unwrap_err().contains("cannot be read"));
        std::fs::write(&file, format!("{digits}\n")).unwrap();
        assert!(key(&with).unwrap().is_some());
        let twice = key(&format!("{with} --database-key {digits}")).unwrap_err();
        assert!(twice.contains("said twice") && !twice.contains("5a5a"), "{twice}");
        for (mode, notes) in [(0o644, 1), (0o640, 0), (0o600, 0)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(noted(&with).len(), notes, "{mode:o}");
        }
        std::fs::write(&file, "hunter2").unwrap();
        let refused = key(&with).unwrap_err();
        assert!(refused.contains("64 hexadecimal digits") && !refused.contains("hunter2"), "{refused}");
    }

    #[test]
    fn a_configuration_on_this_machine_alone_is_well() {
        assert_eq!(found(""), Vec::<String>::new());
        assert_eq!(found("--demo"), Vec::<String>::new());
    }

    #[test]
    fn a_demonstration_is_refused_on_any_other_address() {
        assert!(found("--demo --addr 0.0.0.0:8080")[0].contains("must listen on a loopback address"));
        assert!(found("--demo --addr [::]:8080")[0].contains("must listen on a loopback address"));
        assert!(found("--demo --public-url https://record.example.org")[0].contains("public URL must be a loopback address"));
        assert_eq!(found("--demo --no-demo --addr 0.0.0.0:80 --public-url https://record.example.org"), Vec::<String>::new());
    }

    #[test]
    fn mail_that_nobody_gets_is_refused_but_in_a_demonstration() {
        assert!(found("--mail log")[0].contains("Mail goes to the log"));
        assert_eq!(found("--mail log --demo"), Vec::<String>::new());
        assert!(found("--text log")[0].contains("Text messages go to the log"));
        assert_eq!(found("--text log --demo"), Vec::<String>::new());
    }

    #[test]
    fn mail_that_leaves_this_machine_without_tls_is_refused() {
        for open in [
            "smtp://mail.example.org",
            "smtp://bob:x@192.0.2.7:25",
            "smtp://bob:pa^ss@mail.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://mail.example.org?tls=opportunistic&tls=required",
        ] {
            assert!(found(&format!("--mail {open}"))[0].starts_with("Mail would travel without TLS"), "{open}");
        }
        for guarded in ["smtps://bob:x@mail.example.org", "smtp://mail.example.org:587?tls=required", "smtp://localhost:25"] {
            assert_eq!(found(&format!("--mail {guarded}")), Vec::<String>::new(), "{guarded}");
        }
    }

    #[test]
    fn a_database_of_another_machine_without_tls_is_noted() {
        for open in [
            "postgres://me@db.example.org/x",
            "postgres://me:pa^ss@db.example.org/x",
            "postgres://me:x@10.0.0.7:5432/x?sslmode=prefer",
            "postgres:///x?host=db.example.org",
            "postgres://me@localhost/x?host=db.example.org",
            "postgres://me@db.example.org/x?sslmode=require&ssl-mode=prefer",
        ] {
            assert!(noted(&format!("--database-url {open}"))[0].starts_with("PostgreSQL may be reached without TLS"), "{open}");
        }
        for guarded in [
            "postgres://me@db.example.org/x?sslmode=verify-full",
            "postgres:///x?host=db.example.org&ssl-mode=require",
            "postgres://me@127.0.0.1/x",
            "postgres:///x?host=/run/postgresql",
            "postgres://me@%2Frun%2Fpostgresql/x",
            "sqlite:x.db",
        ] {
            assert_eq!(noted(&format!("--database-url {guarded}")), Vec::<String>::new(), "{guarded}");
        }
    }

    #[test]
    fn an_address_for_prescriptions_to_which_nothing_secret_may_go_is_refused() {
        assert!(found("--prescriptions-url http://prescriptions.example.org")[0].contains("Prescriptions for Patients"));
        assert_eq!(found("--prescriptions-url https://prescriptions.example.org/FHIR/R4"), Vec::<String>::new());
    }

    #[test]
    fn a_folder_of_questionnaires_is_checked_before_anybody_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let with = format!("--questionnaires {}", folder.path().to_str().unwrap());
        std::fs::write(folder.path().join("notes.txt"), "not a questionnaire").unwrap();
        assert_eq!(found(&with), Vec::<String>::new());
        std::fs::write(
            folder.path().join("odd.json"),
            r#"{"resourceType":"Questionnaire","item":[{"linkId":"a","type":"slider"}]}"#,
        )
        .unwrap();
        let faults = found(&with);
        assert!(
            faults.contains(&"The questionnaire odd.json cannot be used: item a: the type slider is not understood.".to_owned()),
            "{faults:?}"
        );
        assert!(found("--questionnaires /nowhere/at/all")[0].contains("/nowhere/at/all cannot be read"));
    }

    #[test]
    fn the_operators_articles_and_directory_are_checked_before_anybody_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let (articles, support) = (format!("--articles {}", folder.path().display()), folder.path().join("groups.txt"));
        assert_eq!(found(&articles), Vec::<String>::new());
        std::fs::write(folder.path().join("odd.json"), r#"{"id":"odd"}"#).unwrap();
        assert!(found(&articles)[0].starts_with("The article odd.json cannot be used: missing field"), "{:?}", found(&articles));
        std::fs::write(&support, r#"{"entries":[]}"#).unwrap();
        let with = format!("--support {}", support.display());
        assert_eq!(found(&with), Vec::<String>::new());
        std::fs::write(&support, "groups").unwrap();
        assert!(found(&with)[0].starts_with("The directory groups.txt cannot be used: "));
        assert!(found("--support /nowhere/at/all")[0].contains("/nowhere/at/all cannot be read"));
    }

    #[test]
    fn made_up_groups_are_there_in_a_demonstration_alone() {
        let made_up = |args: &str| self_care(&read(args).1).unwrap().support().iter().filter(|one| one.made_up).count();
        assert_eq!((made_up(""), made_up("--demo --no-demo"), made_up("--demo")), (0, 0, 4));
    }

    #[test]
    fn a_file_of_stolen_passwords_is_looked_at_before_anybody_chooses_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stolen.txt");
        let with = format!("--stolen-passwords {}", file.display());
        std::fs::write(&file, "00000099A4D3034E14DF60EF50799F695C27C0EC:157\r\n0000010F4B38525354491E099EB1796278544B1B:8\r\n")
            .unwrap();
        assert_eq!(found(&with), Vec::<String>::new());
        std::fs::write(&file, "password1\n").unwrap();
        assert!(found(&with)[0].ends_with("stolen.txt does not hold SHA-1s of passwords in order."), "{:?}", found(&with));
        assert!(found("--stolen-passwords /nowhere/at/all")[0].contains("/nowhere/at/all cannot be read"));
    }

    #[test]
    fn a_folder_of_plain_words_is_checked_before_anybody_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let with = format!("--plain-words {}", folder.path().to_str().unwrap());
        assert_eq!(found(&with), Vec::<String>::new());
        let entry = r#"{"entries":[{"id":"lupus","kind":"condition","name":"Lupus","codes":["snomed 55464009"],"what":"It is an illness.",
            "url":"https://www.nhs.uk/conditions/lupus/","source":"The NHS website","reviewed":"2026-11-29"}]}"#;
        std::fs::write(folder.path().join("a.json"), entry).unwrap();
        assert_eq!(found(&with), Vec::<String>::new());
        std::fs::write(folder.path().join("b.json"), entry.replace("\"lupus\"", "\"sle\"")).unwrap();
        assert_eq!(found(&with), ["The code snomed 55464009 is explained twice: by lupus in a.json and by sle in b.json."]);
        assert!(found("--plain-words /nowhere/at/all")[0].contains("/nowhere/at/all cannot be read"));
    }

    #[test]
    fn who_can_reach_it_depends_on_both_addresses() {
        let exposed = |args: &str| {
            let (common, serve) = read(args);
            is_exposed(&common, &serve)
        };
        assert!(!exposed(""));
        assert!(!exposed("--addr [::1]:80 --public-url http://127.0.0.1"));
        assert!(exposed("--addr 0.0.0.0:8080"));
        assert!(exposed("--public-url https://record.example.org"));
    }

    #[test]
    fn an_ip_address_as_public_url_is_noted() {
        let noted = |args: &str| noted(&format!("--behind-proxy {args}")).len();
        assert_eq!(noted(""), 0);
        assert_eq!(noted("--public-url https://record.example.org"), 0);
        assert_eq!(noted("--public-url https://192.0.2.7"), 1);
        assert_eq!(noted("--public-url https://[2001:db8::1]:8443"), 1);
    }

    #[test]
    fn metrics_that_others_may_reach_are_noted_and_have_an_address_of_their_own() {
        for address in
            ["127.0.0.1:9464", "[::1]:9464", "10.1.2.3:9464", "192.168.0.9:80", "[fd00::1]:9464", "[::ffff:10.0.0.1]:1"]
        {
            assert_eq!(noted(&format!("--metrics-addr {address}")), Vec::<String>::new());
        }
        for address in ["0.0.0.0:9464", "[::]:9464", "192.0.2.7:9464", "[2001:db8::1]:9464"] {
            assert!(noted(&format!("--metrics-addr {address}"))[0].starts_with(&format!("Metrics are answered on {address},")));
        }
        assert!(found("--metrics-addr 127.0.0.1:8080")[0].contains("an address of their own"));
        assert_eq!(found("--metrics-addr 127.0.0.1:9464"), Vec::<String>::new());
    }

    #[test]
    fn a_limit_that_is_off_or_that_all_people_share_is_noted() {
        assert!(noted("--requests-per-second 0")[0].contains("not limited by address"));
        assert_eq!(noted("--requests-per-second 1"), Vec::<String>::new());
        assert!(noted("--public-url https://record.example.org")[0].contains("everybody counts as one address"));
    }

    #[test]
    fn a_public_url_without_https_is_refused_unless_it_is_loopback() {
        assert!(found("--public-url http://record.example.org")[0].contains("must begin with https://"));
        assert!(found("--public-url record.example.org")[0].contains("must be like"));
        assert!(found("--public-url https://record.example.org/x")[0].contains("no path"));
        assert_eq!(found("--public-url http://[::1]:8080"), Vec::<String>::new());
    }
}
