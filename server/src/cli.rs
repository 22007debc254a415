//! The command line. Every flag is also an environment variable `SELFHEAL_…`, except what is to be said each time.

use crate::open::Serving;
use crate::serve::sentence;
use clap::builder::BoolishValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use domain::age_rules::{ReviewAge, Rules};
use gateway::text::NotifyKey;
use service::{PushSecret, Texting};
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use store::{DatabaseKey, DatabaseUrl};
use uuid::Uuid;

/// Selfheal: the citizen's own health and care record.
#[derive(Debug, Parser)]
#[command(name = "selfheal", version, about, propagate_version = true)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One plain sentence for a refused value that may hold a password, which is not repeated in it. `None` for every other
/// fault of a command line.
#[must_use]
pub fn refused_secret(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return None };
    let secret = ["--database-url", "--database-key ", "--mail ", "--prescriptions", "--text"]
        .iter()
        .any(|secret| flag.starts_with(secret));
    let refused = matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue);
    (secret && refused).then(|| {
        error.source().map_or_else(
            || {
                "The database URL or key, the mail setting, or a setting of text messages or of prescriptions is empty."
                    .to_owned()
            },
            |fault| sentence(&fault),
        )
    })
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The database: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(long, global = true, env = "SELFHEAL_DATABASE_URL", default_value = "sqlite:data/selfheal.db", hide_env_values = true)]
    pub database_url: DatabaseUrl,
    /// The file with the key of an encrypted embedded database: 64 hexadecimal digits, as "openssl rand -hex 32" writes them. A
    /// database that is made is encrypted with it
    #[arg(long, global = true, env = "SELFHEAL_DATABASE_KEY_FILE")]
    pub database_key_file: Option<PathBuf>,
    /// That key itself, from the environment where there are no files. Hidden: everybody on the machine can read a flag
    #[arg(long, global = true, env = "SELFHEAL_DATABASE_KEY", hide = true, hide_env_values = true)]
    pub database_key: Option<DatabaseKey>,
    /// Connections to hold: readers of an embedded database, or the pool of PostgreSQL
    #[arg(long, global = true, env = "SELFHEAL_CONNECTIONS", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub connections: u32,
    /// How to write the log
    #[arg(long, global = true, env = "SELFHEAL_LOG_FORMAT", value_enum, default_value_t = LogFormat::Pretty)]
    pub log_format: LogFormat,
    /// What to log, such as "info" or "server=debug,info"
    #[arg(long, global = true, env = "SELFHEAL_LOG", default_value = "info")]
    pub log: String,
    /// The address people use, without a path: links in mail and passkeys depend on it; localhost with the port that is
    /// listened on when left out
    #[arg(long, global = true, env = "SELFHEAL_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The key that signs the audit's checkpoints, made at the first start; beside an embedded database when left out,
    /// else data/selfheal.audit-key
    #[arg(long, global = true, env = "SELFHEAL_AUDIT_KEY_FILE")]
    pub audit_key_file: Option<PathBuf>,
}

impl Common {
    /// The address people use, where the server listens on `addr`.
    #[must_use]
    pub fn public_url(&self, addr: Option<SocketAddr>) -> String {
        let port = addr.map_or(8080, |addr| addr.port());
        self.public_url.clone().unwrap_or_else(|| format!("http://localhost:{port}"))
    }
}

/// How to write the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// What serving takes.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// The address to listen on
    #[arg(long, env = "SELFHEAL_ADDR", default_value = "127.0.0.1:8080")]
    pub addr: SocketAddr,
    /// The address on which to answer Prometheus at /metrics, for example 127.0.0.1:9464; nothing is counted without it
    #[arg(long, env = "SELFHEAL_METRICS_ADDR")]
    pub metrics_addr: Option<SocketAddr>,
    /// Where a collector of OpenTelemetry takes traces of requests (OTLP over HTTP): "https://…", or http://127.0.0.1:4318 on this
    /// machine; nothing is traced without it
    #[arg(long, env = "SELFHEAL_TRACES_URL", hide_env_values = true)]
    pub traces_url: Option<String>,
    /// The folder of the client's files; beside the program when left out
    #[arg(long, env = "SELFHEAL_SITE")]
    pub site: Option<PathBuf>,
    /// Serve a demonstration: made-up people whose sign-ins anybody can see. Only on a loopback address
    #[arg(long, env = "SELFHEAL_DEMO", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub demo: bool,
    /// Do not serve a demonstration, whatever else says so
    #[arg(long, env = "SELFHEAL_NO_DEMO", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub no_demo: bool,
    /// Where mail goes: "log", "file:FOLDER" or "smtp://…" (a secret)
    #[arg(long, env = "SELFHEAL_MAIL", default_value = "file:data/mail", hide_env_values = true)]
    pub mail: MailTo,
    /// The sender of mail
    #[arg(long, env = "SELFHEAL_MAIL_FROM", default_value = "Selfheal <no-reply@localhost>")]
    pub mail_from: String,
    /// The token that GP Connect asks for, where practices keep their appointments or prescribe in systems of their own (a secret)
    #[arg(long, env = "SELFHEAL_GP_CONNECT_TOKEN", hide_env_values = true)]
    pub gp_connect_token: Option<String>,
    /// Where Prescriptions for Patients, or a service of its shape, begins: "https://…"; without it nobody is asked where
    /// prescriptions stand
    #[arg(long, env = "SELFHEAL_PRESCRIPTIONS_URL", hide_env_values = true)]
    pub prescriptions_url: Option<String>,
    /// The token that it asks for (a secret)
    #[arg(long, env = "SELFHEAL_PRESCRIPTIONS_TOKEN", hide_env_values = true)]
    pub prescriptions_token: Option<String>,
    /// What those say who tell by themselves where prescriptions stand (a secret of at least 32 characters); without it nobody
    /// may
    #[arg(long, env = "SELFHEAL_PRESCRIPTIONS_PUSH_SECRET", hide_env_values = true)]
    pub prescriptions_push_secret: Option<PushSecret>,
    /// Where text messages go: "off", "log", "file:FOLDER", or "notify:https://…" for a service of the shape of GOV.UK Notify
    #[arg(long, env = "SELFHEAL_TEXT", default_value = "off", hide_env_values = true)]
    pub text: TextTo,
    /// The API key of that service (a secret; better in the variable than on the command line)
    #[arg(long, env = "SELFHEAL_TEXT_KEY", hide_env_values = true)]
    pub text_key: Option<NotifyKey>,
    /// The id of the template there: one whose whole text is ((message))
    #[arg(long, env = "SELFHEAL_TEXT_TEMPLATE")]
    pub text_template: Option<Uuid>,
    /// A folder with more questionnaires that people can fill in, each a file of a FHIR R4 Questionnaire whose name ends in .json;
    /// one with the id of another takes its place
    #[arg(long, env = "SELFHEAL_QUESTIONNAIRES")]
    pub questionnaires: Option<PathBuf>,
    /// A folder with more articles that people can read and be given, each a file whose name ends in .json; one with the id of another
    /// takes its place
    #[arg(long, env = "SELFHEAL_ARTICLES")]
    pub articles: Option<PathBuf>,
    /// A file of more apps, groups, charities and helplines; one with the id of another takes its place
    #[arg(long, env = "SELFHEAL_SUPPORT")]
    pub support: Option<PathBuf>,
    /// A folder with more explanations in plain words, each a file whose name ends in .json; one with the id of another takes its place
    #[arg(long, env = "SELFHEAL_PLAIN_WORDS")]
    pub plain_words: Option<PathBuf>,
    /// A file of passwords that were stolen elsewhere, which nobody can choose: their SHA-1s in order, as "Pwned Passwords" gives them out
    #[arg(long, env = "SELFHEAL_STOLEN_PASSWORDS")]
    pub stolen_passwords: Option<PathBuf>,
    /// The number to which people can send readings by text message, as they read it; needs the secret too
    #[arg(long, env = "SELFHEAL_TEXT_NUMBER", requires = "text_in_secret")]
    pub text_number: Option<String>,
    /// What that service says, or signs with, when it hands over a text message that came in (a secret of at least 32 characters)
    #[arg(long, env = "SELFHEAL_TEXT_IN_SECRET", hide_env_values = true, requires = "text_number")]
    pub text_in_secret: Option<PushSecret>,
    /// Trust the X-Forwarded-For header for the address a request comes from; only behind a proxy that sets it
    #[arg(long, env = "SELFHEAL_BEHIND_PROXY", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub behind_proxy: bool,
    /// Pages and forms that one network (an IPv4 address, or an IPv6 /64) may ask for in a second, and six times as many
    /// at once; 0 for no limit
    #[arg(long, env = "SELFHEAL_REQUESTS_PER_SECOND", default_value_t = 50)]
    pub requests_per_second: u32,
    /// The age of a child, from 11 to 13, at which what a parent may see and do stops until it has been looked at
    #[arg(long, env = "SELFHEAL_CARER_REVIEW_AGE", default_value_t = 11, value_parser = clap::value_parser!(u8).range(11..=13))]
    pub carer_review_age: u8,
    /// How many days ahead a person and their carer are told that something will end or be looked at
    #[arg(long, env = "SELFHEAL_CARER_NOTICE_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub carer_notice_days: u32,
}

impl ServeArgs {
    /// How text messages come in, where they do.
    #[must_use]
    pub fn texting(&self) -> Option<Texting> {
        let (number, secret) = self.text_number.clone().zip(self.text_in_secret.clone())?;
        Some(Texting { number, secret })
    }

    /// Whether it is a demonstration.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.demo && !self.no_demo
    }

    /// What the use cases are told.
    #[must_use]
    pub fn serving(&self) -> Serving {
        let review_age = ReviewAge::new(self.carer_review_age).unwrap_or_default();
        Serving { carer_rules: Rules { review_age, notice_days: self.carer_notice_days }, texts: self.text != TextTo::Off }
    }
}

/// Where mail goes.
#[derive(Clone, PartialEq, Eq)]
pub enum MailTo {
    /// Into the log: that there was one, without its words.
    Log,
    /// Into files of this folder, one a mail.
    Files(PathBuf),
    /// To this server.
    Smtp(String),
}

impl std::fmt::Debug for MailTo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Log => f.write_str("log"),
            Self::Files(folder) => write!(f, "file:{}", folder.display()),
            Self::Smtp(_) => f.write_str("smtp (address not shown)"),
        }
    }
}

impl std::str::FromStr for MailTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "log" => Ok(Self::Log),
            Some(("file", folder)) if !folder.is_empty() => Ok(Self::Files(folder.into())),
            Some(("smtp" | "smtps", _)) => Ok(Self::Smtp(text.to_owned())),
            _ => Err("mail must be log, file:FOLDER, smtp://… or smtps://…".to_owned()),
        }
    }
}

/// Where text messages go.
#[derive(Clone, PartialEq, Eq)]
pub enum TextTo {
    /// Nowhere: none are sent.
    Off,
    /// Into the log: that there was one, without its words.
    Log,
    /// Into files of this folder, one a message.
    Files(PathBuf),
    /// To a service of the shape of GOV.UK Notify, at this address.
    Notify(String),
}

impl std::fmt::Debug for TextTo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Log => f.write_str("log"),
            Self::Files(folder) => write!(f, "file:{}", folder.display()),
            Self::Notify(_) => f.write_str("notify (address not shown)"),
        }
    }
}

impl std::str::FromStr for TextTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "off" => Ok(Self::Off),
            None if text == "log" => Ok(Self::Log),
            Some(("file", folder)) if !folder.is_empty() => Ok(Self::Files(folder.into())),
            Some(("notify", base)) if !base.is_empty() => Ok(Self::Notify(base.to_owned())),
            _ => Err("text messages must be off, log, file:FOLDER or notify:https://…".to_owned()),
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve people
    Serve(ServeArgs),
    /// Bring the database's schema up to date
    Migrate,
    /// Fill the database with made-up data
    Seed {
        /// What of it
        #[command(subcommand)]
        what: Seed,
    },
    /// Import records
    Import {
        /// What of it
        #[command(subcommand)]
        what: Import,
    },
    /// Export records
    Export {
        /// What of it
        #[command(subcommand)]
        what: Export,
    },
    /// Where postcodes are, so that people see how far away an appointment is
    Postcodes {
        /// What of it
        #[command(subcommand)]
        what: Postcodes,
    },
    /// Who dispenses, so that people find a pharmacy and choose where their prescriptions go
    Pharmacies {
        /// What of it
        #[command(subcommand)]
        what: Pharmacies,
    },
    /// What the codes of medicines mean, so that entries of several sources about one are one line
    Medicines {
        /// What of it
        #[command(subcommand)]
        what: Medicines,
    },
    /// People whose records are held
    Person {
        /// What of it
        #[command(subcommand)]
        what: Person,
    },
    /// Accounts: who signs in
    Account {
        /// What of it
        #[command(subcommand)]
        what: Account,
    },
    /// Who works for which organisation
    Staff {
        /// What of it
        #[command(subcommand)]
        what: Staff,
    },
    /// The teams of an organisation
    Team {
        /// What of it
        #[command(subcommand)]
        what: Team,
    },
    /// Where organisations keep their appointments
    Diary {
        /// What of it
        #[command(subcommand)]
        what: Diary,
    },
    /// Where practices decide about orders of medicines
    Prescribing {
        /// What of it
        #[command(subcommand)]
        what: Prescribing,
    },
    /// The account of who did what
    Audit {
        /// What of it
        #[command(subcommand)]
        what: Audit,
    },
    /// Say what is wrong with a configuration before it bites
    Check(ServeArgs),
    /// Ask a server on this machine whether it is ready: exit code 1 when it is not, for whoever looks after it
    Ready {
        /// The address on which it listens
        #[arg(long, env = "SELFHEAL_ADDR", default_value = "127.0.0.1:8080")]
        addr: SocketAddr,
    },
    /// Copy an embedded database to a new file, while it serves
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
    },
    /// Check an embedded database for damage, and print a digest of what each table holds: the same on a copy of it, wherever
    /// that was restored
    Verify,
    /// The embedded database itself
    Database {
        /// What of it
        #[command(subcommand)]
        what: Database,
    },
    /// Put a backup in the place of an embedded database that does not exist yet
    Restore {
        /// The backup
        file: PathBuf,
    },
}

/// What to do with the embedded database itself.
#[derive(Debug, Subcommand)]
pub enum Database {
    /// Write a copy of it to a new file, encrypted with a new key: of one that was not encrypted, or to change its key. Nothing may
    /// serve it meanwhile
    Encrypt {
        /// The file to write; it must not exist
        file: PathBuf,
        /// The file with the new key: 64 hexadecimal digits, as "openssl rand -hex 32" writes them
        #[arg(long)]
        new_key_file: PathBuf,
    },
}

/// What to seed.
#[derive(Debug, Subcommand)]
pub enum Seed {
    /// Made-up people, practices and records, the same every time
    Demo,
    /// A made-up population as large as is asked for, for load runs, into an empty database of its own
    Load(LoadArgs),
}

/// What seeding a population takes.
#[derive(Clone, Debug, Args)]
pub struct LoadArgs {
    /// How many people
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::seed::load::MOST)))]
    pub people: u32,
    /// How many entries they have together: at least four for each
    #[arg(long)]
    pub entries: u64,
    /// How many of them have an account that is signed in
    #[arg(long, default_value_t = 0)]
    pub accounts: u32,
    /// A new file for the sessions of those accounts, one JSON object a line (a secret while the sessions last)
    #[arg(long)]
    pub keys: Option<PathBuf>,
    /// Another number gives other people
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What to import.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// FHIR R4 bundles or NDJSON, plain or gzip; "-" for standard input
    Fhir {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The organisation that supplies them, by code (such as an ODS code)
        #[arg(long, env = "SELFHEAL_IMPORT_SOURCE", default_value = "IMPORT")]
        source: String,
        /// The organisation's name, if it is new
        #[arg(long, env = "SELFHEAL_IMPORT_SOURCE_NAME")]
        source_name: Option<String>,
        /// What kind of organisation it is, if it is new: people choose by kind who may see their record
        #[arg(long, env = "SELFHEAL_IMPORT_SOURCE_KIND", default_value = "other",
              value_parser = ["practice", "hospital", "community", "pharmacy", "urgent", "ambulance", "hospice", "social-care", "other"])]
        source_kind: String,
        /// Refuse files about anybody but this person (NHS number or id)
        #[arg(long, env = "SELFHEAL_IMPORT_PERSON")]
        person: Option<String>,
    },
}

/// What to do with postcodes.
#[derive(Debug, Subcommand)]
pub enum Postcodes {
    /// Take in open data tables: CSV, plain or gzip, with the columns pcds, lat, long and doterm (the ONS Postcode Directory),
    /// or postcode, latitude and longitude; "-" for standard input. The same file twice changes nothing
    Import {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// What to do with pharmacies.
#[derive(Debug, Subcommand)]
pub enum Pharmacies {
    /// Take in the table of all who dispense: CSV with the columns code, kind, name, address, town, postcode, phone, website,
    /// services, monday to sunday, latitude and longitude; "-" for standard input. The whole file or nothing: those whom it
    /// does not name are closed. The same file twice changes nothing
    Load {
        /// The file
        file: PathBuf,
        /// Close those whom it does not name, also where they are more than a fifth of all; to be said each time
        #[arg(long)]
        close_many: bool,
    },
}

/// What to do with medicines.
#[derive(Debug, Subcommand)]
pub enum Medicines {
    /// Take in the dictionary of medicines and devices (dm+d) as the NHS gives it out: the XML of VTMs, VMPs and AMPs, or the
    /// zip with them. All files or, where one is wrong, nothing. What they do not name stays. The same files twice change nothing
    Load {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// What to export.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// A person's whole record, each resource as it was received
    Fhir {
        /// NHS number or id
        person: String,
        /// The file to write; standard output when left out
        #[arg(long, env = "SELFHEAL_EXPORT_OUT")]
        out: Option<PathBuf>,
    },
    /// How many people of each practice have which kind of entry, by age and sex, for planning and research: without
    /// anybody who refused it, and without counts of fewer than 5 people. One JSON object a line
    Planning {
        /// The file to write; standard output when left out
        #[arg(long, env = "SELFHEAL_EXPORT_OUT")]
        out: Option<PathBuf>,
    },
}

/// What to do with people.
#[derive(Debug, Subcommand)]
pub enum Person {
    /// List them
    List,
    /// Show one
    Show {
        /// NHS number or id
        person: String,
    },
    /// Add one who is in no source yet, with or without an NHS number
    Create {
        /// Last name
        #[arg(long, env = "SELFHEAL_PERSON_FAMILY_NAME")]
        family_name: String,
        /// First names, one at a time
        #[arg(long, env = "SELFHEAL_PERSON_GIVEN_NAME")]
        given_name: Vec<String>,
        /// Date of birth, as 1980-03-31
        #[arg(long, env = "SELFHEAL_PERSON_BORN")]
        born: Option<chrono::NaiveDate>,
        /// NHS number, if there is one
        #[arg(long, env = "SELFHEAL_PERSON_NHS_NUMBER")]
        nhs_number: Option<domain::NhsNumber>,
    },
    /// Note at which practice somebody is registered now: it counts them as its own, and no other does
    Register {
        /// NHS number or id
        person: String,
        /// The practice, by code (such as an ODS code)
        #[arg(long, env = "SELFHEAL_PERSON_PRACTICE")]
        practice: String,
    },
    /// Read again what is held, after an upgrade that reads it better: of one person, or of everybody
    Reindex {
        /// NHS number or id; everybody when left out
        person: Option<String>,
    },
    /// Issue a linkage code, and print the letter that carries it
    LinkageCode {
        /// NHS number or id
        person: String,
    },
}

/// What to do with diaries.
#[derive(Debug, Subcommand)]
pub enum Diary {
    /// List the systems in which organisations keep their appointments themselves, and how each answers
    List,
    /// Say that an organisation keeps its appointments itself, in a system that speaks GP Connect (FHIR STU3)
    Outside {
        /// The organisation, by code (such as an ODS code)
        organisation: String,
        /// Where its interface begins, such as https://gp.example.org/FHIR/STU3
        url: String,
    },
    /// Say that an organisation keeps its appointments here
    Here {
        /// The organisation, by code (such as an ODS code)
        organisation: String,
    },
}

/// What to do about orders of medicines.
#[derive(Debug, Subcommand)]
pub enum Prescribing {
    /// List the systems in which practices decide about orders themselves, and what each has not answered
    List,
    /// Say that a practice decides in a system of its own that speaks GP Connect Prescriptions (FHIR R4)
    Outside {
        /// The practice, by code (such as an ODS code)
        organisation: String,
        /// Where its interface begins, such as https://gp.example.org/FHIR/R4
        url: String,
    },
    /// Say that a practice decides here, on its work list
    Here {
        /// The practice, by code (such as an ODS code)
        organisation: String,
    },
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// List them
    List,
    /// Show one
    Show {
        /// Email address
        email: String,
    },
    /// Let somebody in again who was locked out
    Unlock {
        /// Email address
        email: String,
    },
    /// End every session
    EndSessions {
        /// Email address
        email: String,
    },
    /// Take every second step from an account whose owner has lost them: they set up a new one and link their record again
    ResetSecondSteps {
        /// Email address
        email: String,
    },
    /// Let an account open a person's record, once you have checked who its owner is
    Link {
        /// Email address
        email: String,
        /// NHS number or id
        person: String,
    },
}

/// What to do with those who work for an organisation.
#[derive(Debug, Subcommand)]
pub enum Staff {
    /// List them
    List {
        /// The organisation, by code; every one when left out
        #[arg(long, env = "SELFHEAL_STAFF_ORGANISATION")]
        organisation: Option<String>,
    },
    /// Let the holder of an account work for an organisation
    Add {
        /// Email address of their account
        email: String,
        /// The organisation, by code (such as an ODS code)
        #[arg(long, env = "SELFHEAL_STAFF_ORGANISATION")]
        organisation: String,
        /// Their name, as people are told it, such as "Dr Amara Larkspur"
        #[arg(long, env = "SELFHEAL_STAFF_NAME")]
        name: String,
        /// Their job, as people are told it, such as "GP"
        #[arg(long, env = "SELFHEAL_STAFF_JOB")]
        job: String,
        /// What they may do
        #[arg(long, env = "SELFHEAL_STAFF_ROLE", value_parser = ["reception", "clinician", "privacy-officer", "manager"])]
        role: String,
    },
    /// Change what somebody does
    Change {
        /// Email address of their account
        email: String,
        /// The organisation, by code
        #[arg(long, env = "SELFHEAL_STAFF_ORGANISATION")]
        organisation: String,
        /// Their job; as it is when left out
        #[arg(long, env = "SELFHEAL_STAFF_JOB")]
        job: Option<String>,
        /// What they may do; as it is when left out
        #[arg(long, env = "SELFHEAL_STAFF_ROLE", value_parser = ["reception", "clinician", "privacy-officer", "manager"])]
        role: Option<String>,
    },
    /// End somebody's place at an organisation, at once
    End {
        /// Email address of their account
        email: String,
        /// The organisation, by code
        #[arg(long, env = "SELFHEAL_STAFF_ORGANISATION")]
        organisation: String,
    },
}

/// What to do with the teams of an organisation.
#[derive(Debug, Subcommand)]
pub enum Team {
    /// List them, with who is in each
    List {
        /// The organisation, by code
        #[arg(long, env = "SELFHEAL_TEAM_ORGANISATION")]
        organisation: String,
    },
    /// Make one
    Add {
        /// Its name
        name: String,
        /// The organisation, by code
        #[arg(long, env = "SELFHEAL_TEAM_ORGANISATION")]
        organisation: String,
    },
    /// Take somebody in
    Join {
        /// Its name
        name: String,
        /// Email address of their account
        email: String,
        /// The organisation, by code
        #[arg(long, env = "SELFHEAL_TEAM_ORGANISATION")]
        organisation: String,
    },
    /// Take somebody out
    Leave {
        /// Its name
        name: String,
        /// Email address of their account
        email: String,
        /// The organisation, by code
        #[arg(long, env = "SELFHEAL_TEAM_ORGANISATION")]
        organisation: String,
    },
}

/// What to do with the account of who did what.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Check every chain and checkpoint: exit code 1 when an event was changed, removed, added, moved or dated back by
    /// another hand
    Verify,
    /// Sign what every chain is now, as serving does every few minutes and at its end
    Checkpoint,
    /// List the questions about who looked that wait for an answer
    Queries,
    /// Answer one of them
    Answer {
        /// Its id
        query: domain::AccessQueryId,
        /// What to tell the person
        answer: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_made() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_handbook_names_each_setting_and_no_command_or_flag_that_is_not_there() {
        let handbook = include_str!("../../docs/OPERATIONS.md");
        let mut command = Cli::command();
        command.build();
        let serve = command.find_subcommand("serve").unwrap();
        for arg in serve.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let (Some(flag), Some(variable)) = (arg.get_long(), arg.get_env()) else { continue };
            let variable = variable.to_str().unwrap();
            assert!(
                handbook.contains(&format!("`--{flag}`")) && handbook.contains(variable),
                "--{flag} or {variable} is not there"
            );
        }
        let mut named = 0;
        for said in handbook.split("`selfheal ").skip(1) {
            let said = said.split('`').next().unwrap_or_default();
            let words = || said.split_whitespace();
            if said.starts_with("--") {
                continue;
            }
            let mut at = &command;
            for word in words() {
                let Some(next) = at.find_subcommand(word) else { break };
                at = next;
            }
            assert!(at.get_name() == "help" || at.get_name() != "selfheal" && !at.has_subcommands(), "selfheal {said}");
            for flag in words().filter_map(|word| word.trim_matches(['[', ']']).strip_prefix("--")) {
                assert!(at.get_arguments().any(|arg| arg.get_long() == Some(flag)), "selfheal {said}: --{flag}");
            }
            named += 1;
        }
        assert!(named > 40, "{named} commands are named");
    }

    #[test]
    fn a_secret_is_not_repeated_when_it_is_refused() {
        for args in [
            &["selfheal", "migrate", "--database-url", "mysql://bob:hunter2@h/x"][..],
            &["selfheal", "migrate", "--database-url="],
            &["selfheal", "migrate", "--database-key", "hunter2"],
            &["selfheal", "migrate", "--database-key="],
            &["selfheal", "serve", "--mail", "smpt://bob:hunter2@h"],
            &["selfheal", "serve", "--mail="],
            &["selfheal", "serve", "--text", "notfy:https://bob:hunter2@h"],
            &["selfheal", "serve", "--text-key", "a-hunter2-b"],
            &["selfheal", "serve", "--text-template", "hunter2"],
        ] {
            let said = refused_secret(&Cli::try_parse_from(args).unwrap_err()).unwrap();
            assert!(said.ends_with('.') && !said.contains("hunter2") && !said.contains('\n'), "{said}");
        }
        let other = Cli::try_parse_from(["selfheal", "serve", "--mail-from"]).unwrap_err();
        assert_eq!(refused_secret(&other), None);
        let other = Cli::try_parse_from(["selfheal", "serve", "--addr", "here"]).unwrap_err();
        assert_eq!(refused_secret(&other), None);
    }
}
