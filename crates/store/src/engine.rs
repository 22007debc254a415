//! The two engines and the transactions on them.

use crate::database_key::DatabaseKey;
use crate::database_url::DatabaseUrl;
use crate::error::reason;
use crate::writer::Writer;
use crate::{StoreError, migrate, on, statements};
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

statements! {
    PING = "SELECT 1";
    APPLIED = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
}

/// SQLite's settings for a load, and those with which the writer is opened. The checkpoint has the system bring the database's file to the
/// disk only where it has something to copy into it, and what others copied in a hurry may not be there yet: so the number that is written
/// before, which nobody reads, is no idle word. (To sync the file otherwise it would be opened and closed once more, and with that this
/// process loses its locks on it: "How to corrupt", section 2.2.)
const HURRIED: &str = "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA wal_autocheckpoint = 20000";
const DURABLE: &str = "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 1000; \
                       PRAGMA user_version = 0; PRAGMA wal_checkpoint(TRUNCATE)";
/// How long a request waits for a connection before it is told that the database is not available: short enough that it has its answer
/// within two seconds.
const ACQUIRE: Duration = Duration::from_millis(1_500);

/// How long a connection to a server may be idle before it is asked whether it is there still: whatever takes it away in so short a time
/// takes as well what is under way.
const QUIET: Duration = Duration::from_millis(20);
/// How many statements each connection keeps prepared.
const STATEMENTS_KEPT: usize = 256;

/// How long a connection may take to be given back when the program ends.
const GIVEN_BACK: Duration = Duration::from_secs(5);
/// How a file begins that holds an SQLite database in the clear (<https://sqlite.org/fileformat2.html#magic_header_string>).
const IN_THE_CLEAR: &[u8; 16] = b"SQLite format 3\0";

/// The connections to encrypted databases that were opened, until [`close_encrypted`].
static ENCRYPTED: Mutex<Vec<SqlitePool>> = Mutex::new(Vec::new());

/// How to open a database.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many connections to hold: SQLite's readers, or PostgreSQL's pool.
    pub connections: u32,
    /// The key with which an embedded database is encrypted; none where it is not. PostgreSQL takes none.
    pub key: Option<DatabaseKey>,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 8, key: None }
    }
}

/// Closes every encrypted database that is still open. To be called before the program ends: SQLCipher throws away then what its
/// connections use, and one that ended itself a moment later would read what is gone.
pub async fn close_encrypted() {
    let pools = ENCRYPTED.lock().map(|mut pools| std::mem::take(&mut *pools)).unwrap_or_default();
    for pool in pools {
        if tokio::time::timeout(GIVEN_BACK, pool.close()).await.is_err() {
            tracing::warn!("a connection to the database was not given back in time");
        }
    }
}

/// How the database's connections stand now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Connections that are open: those that read, on the embedded engine.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// Acts that wait for the one writer of the embedded engine; 0 on the other.
    pub acts_waiting: u32,
    /// Bytes of the embedded engine's write-ahead log; absent on the other.
    pub wal_bytes: Option<u64>,
}

/// A transaction on one of the two engines.
pub enum Tx {
    /// On the embedded engine.
    Sqlite(Transaction<'static, Sqlite>),
    /// On a PostgreSQL server.
    Postgres(Transaction<'static, Postgres>),
}

/// A connection to one of the two engines, for one statement that reads.
pub(crate) enum Once {
    /// To the embedded engine.
    Sqlite(PoolConnection<Sqlite>),
    /// To a PostgreSQL server.
    Postgres(PoolConnection<Postgres>),
}

impl Tx {
    /// Ends it and undoes what it changed.
    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Ends it and keeps what it changed.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

#[derive(Clone)]
enum Engine {
    Sqlite { readers: SqlitePool, write_pool: SqlitePool, writer: Writer, connect: Arc<SqliteConnectOptions> },
    Postgres(PgPool),
}

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine_name()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database; makes the file of an embedded one when it is not there, encrypted if there is a key. Does not migrate.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be reached or opened, when the key is not its key, or when there is a key for what takes
    /// none.
    pub async fn open(url: &DatabaseUrl, options: Options) -> Result<Self, StoreError> {
        let engine = match url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path, options).await?,
            DatabaseUrl::Postgres(_) if options.key.is_some() => {
                return Err(StoreError::Unavailable(
                    "PostgreSQL takes no database key: encrypt the disk that it is on, and take away SELFHEAL_DATABASE_KEY_FILE or \
                     SELFHEAL_DATABASE_KEY"
                        .into(),
                ));
            }
            DatabaseUrl::Postgres(url) => Engine::Postgres(open_postgres(url, options).await?),
        };
        Ok(Self { engine })
    }

    /// "SQLite" or "PostgreSQL".
    #[must_use]
    pub const fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    /// Brings the schema up to date. Safe to run from several servers at once. Where it is up to date, an account of PostgreSQL needs no
    /// right to change it.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when the database has a migration that this program does not know, or an edited one, or when the account
    /// may not change the schema.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite { write_pool, connect, .. } => {
                migrate::SQLITE.run(write_pool).await.map_err(|error| StoreError::from(error).of_file(connect.get_filename()))?;
            }
            Engine::Postgres(pool) => {
                if !self.applied().await.is_ok_and(|applied| applied == ours(&migrate::POSTGRES)) {
                    migrate::POSTGRES.run(pool).await?;
                }
            }
        }
        Ok(())
    }

    /// The migrations that the database has, with their checksums.
    async fn applied(&self) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let mut tx = self.read().await?;
        let applied: Result<Vec<(i64, Vec<u8>)>, sqlx::Error> = on!(&mut tx, c, sqlx::query_as(APPLIED).fetch_all(c).await);
        applied.map_err(|_| StoreError::Schema("the database has not been migrated".into()))
    }

    /// Checks that the database answers, that its schema is exactly this program's, and that what is written can be relied on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Schema`] or [`StoreError::NotDurable`].
    pub async fn ready(&self) -> Result<(), StoreError> {
        if let Engine::Sqlite { writer, .. } = &self.engine {
            writer.is_well()?;
        }
        let applied = self.applied().await?;
        let migrator = match self.engine {
            Engine::Sqlite { .. } => &migrate::SQLITE,
            Engine::Postgres(_) => &migrate::POSTGRES,
        };
        if applied == ours(migrator) {
            Ok(())
        } else {
            Err(StoreError::Schema("the database's migrations are not this program's".into()))
        }
    }

    /// Begins a read: one snapshot for all that is read in it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no connection to be had in a second and a half.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let began = Instant::now();
        let begun = match &self.engine {
            Engine::Sqlite { readers, .. } => readers.begin().await.map(Tx::Sqlite),
            Engine::Postgres(pool) => begin(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(Tx::Postgres),
        };
        begun_to_read(began, begun)
    }

    /// A connection for one statement that reads. It is a snapshot by itself: a transaction around it would be two more messages.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub(crate) async fn read_once(&self) -> Result<Once, StoreError> {
        let began = Instant::now();
        let begun = match &self.engine {
            Engine::Sqlite { readers, .. } => readers.acquire().await.map(Once::Sqlite),
            Engine::Postgres(pool) => pool.acquire().await.map(Once::Postgres),
        };
        begun_to_read(began, begun)
    }

    /// Whether it makes the hash of an event of the audit itself, as [`crate::audit::append_at_end`] needs it to.
    #[must_use]
    pub const fn seals(&self) -> bool {
        self.server().is_some()
    }

    /// The connections to a PostgreSQL server; `None` of an embedded database.
    pub(crate) const fn server(&self) -> Option<&PgPool> {
        match &self.engine {
            Engine::Sqlite { .. } => None,
            Engine::Postgres(pool) => Some(pool),
        }
    }

    /// How its connections stand now. Asks the database nothing.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        match &self.engine {
            Engine::Sqlite { readers, writer, connect, .. } => {
                let mut log = connect.get_filename().as_os_str().to_owned();
                log.push("-wal");
                // Without a file there is nothing in it.
                let wal_bytes = std::fs::metadata(log).map_or(0, |file| file.len());
                Standing {
                    open: readers.size(),
                    idle: count(readers.num_idle()),
                    acts_waiting: count(writer.waiting()),
                    wal_bytes: Some(wal_bytes),
                }
            }
            Engine::Postgres(pool) => Standing { open: pool.size(), idle: count(pool.num_idle()), ..Standing::default() },
        }
    }

    /// Does an act, and answers when it is durable. An act that fails leaves nothing behind.
    ///
    /// The body holds a transaction that others wait for on the embedded engine, so it must do nothing slow: no
    /// hashing of passwords, no calls to other systems.
    ///
    /// # Errors
    /// The body's own, or a [`StoreError`] turned into it.
    pub async fn write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let began = Instant::now();
        let done: Result<T, E> = match &self.engine {
            Engine::Sqlite { writer, .. } => writer.write(body).await,
            Engine::Postgres(pool) => {
                let pool = pool.clone();
                // As on the other engine, an act that has begun is finished even if whoever asked goes away.
                let act = tokio::spawn(async move {
                    let mut tx = Tx::Postgres(begin(&pool, "BEGIN").await.map_err(StoreError::from)?);
                    let done = AssertUnwindSafe(async { body(&mut tx).await }).catch_unwind().await;
                    let value = done.unwrap_or_else(|_| Err(StoreError::Statement("the act panicked".into()).into()))?;
                    tx.commit().await?;
                    Ok(value)
                });
                act.await.unwrap_or_else(|_| Err(StoreError::unavailable("the act was stopped").into()))
            }
        };
        metrics::histogram!("selfheal_database_act_seconds").record(began.elapsed());
        done
    }

    /// Asks the database to answer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut tx = self.read().await?;
        on!(&mut tx, c, sqlx::query(PING).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Has PostgreSQL count what its tables hold now, by which it plans. It does so by itself within a minute or so of a large load
    /// (`autovacuum_naptime`); until then it takes a full table for an empty one. The embedded engine plans without.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn take_stock(&self) -> Result<(), StoreError> {
        if let Engine::Postgres(pool) = &self.engine {
            sqlx::query("VACUUM (ANALYZE)").execute(pool).await?;
        }
        Ok(())
    }

    /// Lets the writer of the embedded engine leave it to the system when what it writes comes to the disk, and keep more of it in
    /// memory, for a load that is begun anew if it is interrupted; or (`false`) makes all of it durable, and everything from then on
    /// as it is written. PostgreSQL is as it is.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn hurry(&self, hurry: bool) -> Result<(), StoreError> {
        let Engine::Sqlite { write_pool, writer, .. } = &self.engine else { return Ok(()) };
        let done = sqlx::raw_sql(if hurry { HURRIED } else { DURABLE }).execute(write_pool).await.map_err(StoreError::from);
        if matches!(done, Err(StoreError::NotDurable)) {
            writer.lose();
        }
        done.map(drop)
    }

    /// Writes a copy of an embedded database to a new file, while it goes on serving; encrypted with the same key if it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the copy cannot be written, or when the database is a PostgreSQL server, whose
    /// own tools make its backups.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let Engine::Sqlite { connect, .. } = &self.engine else {
            return Err(StoreError::Unavailable("use pg_dump to back up a PostgreSQL database".into()));
        };
        private_file(to)?;
        let name = to.to_str().ok_or_else(|| StoreError::Unavailable("the backup's path is not plain text".into()))?;
        // A connection of its own: neither readers nor the writer wait for it.
        let mut connection = SqliteConnectOptions::clone(connect).connect().await?;
        let written = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await;
        let closed = connection.close().await;
        written.map_err(|error| {
            StoreError::Unavailable(format!("the backup {name} cannot be written: {}", reason(&error)).into())
        })?;
        closed?;
        Ok(())
    }

    /// Looks through the whole of an embedded database for damage.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] with what was found.
    pub async fn integrity(&self) -> Result<(), StoreError> {
        let Engine::Sqlite { readers, .. } = &self.engine else { return self.ping().await };
        let (found,): (String,) = sqlx::query_as("PRAGMA integrity_check(1)").fetch_one(readers).await?;
        if found != "ok" {
            return Err(StoreError::corrupt(found));
        }
        let broken = sqlx::query("PRAGMA foreign_key_check").fetch_optional(readers).await?;
        if broken.is_some() { Err(StoreError::corrupt("a row refers to one that is not there")) } else { Ok(()) }
    }

    /// Lets go of every connection, after what is under way.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { readers, write_pool, .. } => {
                readers.close().await;
                write_pool.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }

    /// Prepares a statement without running it; for the test that prepares every one on both engines.
    ///
    /// # Errors
    /// [`StoreError::Statement`] when the engine does not accept it.
    pub async fn prepare(&self, statement: &'static str) -> Result<(), StoreError> {
        use sqlx::{Executor, SqlSafeStr};
        let mut tx = self.read().await?;
        on!(&mut tx, c, c.prepare(statement.into_sql_str()).await.map(|_| ()))?;
        Ok(())
    }

    /// The tables and their columns, as `table.column`, in order, without what an engine makes of them for its search by words; for the
    /// test that both schemas are the same.
    ///
    /// # Errors
    /// [`StoreError`] when the catalogue cannot be read.
    pub async fn columns(&self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = match &self.engine {
            Engine::Sqlite { readers, .. } => {
                sqlx::query_as(
                    "SELECT t.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN '' ELSE '?' END \
                     FROM sqlite_master t JOIN pragma_table_info(t.name) c \
                     WHERE t.type = 'table' AND t.name NOT LIKE '\\_%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite%' \
                     AND t.name IN (SELECT l.name FROM pragma_table_list l WHERE l.type = 'table') ORDER BY 1",
                )
                .fetch_all(readers)
                .await?
            }
            Engine::Postgres(pool) => {
                sqlx::query_as(
                    "SELECT (table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN '' ELSE '?' END)::TEXT COLLATE \"C\" \
                     FROM information_schema.columns \
                     WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%' AND is_generated = 'NEVER' ORDER BY 1",
                )
                .fetch_all(pool)
                .await?
            }
        };
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }
}

/// Counts what a read waited for that began to wait then, and whether it got a connection.
fn begun_to_read<T>(began: Instant, begun: Result<T, sqlx::Error>) -> Result<T, StoreError> {
    metrics::histogram!("selfheal_database_wait_seconds").record(began.elapsed());
    if begun.is_err() {
        metrics::counter!("selfheal_database_refusals_total").increment(1);
    }
    Ok(begun?)
}

/// Makes an empty file that only its owner may read, where there is none: SQLite gives what it writes beside a database
/// the same permissions.
pub(crate) fn private_file(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Unavailable(format!("the file {} cannot be opened: {error}", path.display()).into()))
        }
        _ => Ok(()),
    }
}

/// The migrations of this program, with their checksums.
fn ours(migrator: &Migrator) -> Vec<(i64, Vec<u8>)> {
    migrator.iter().map(|migration| (migration.version, migration.checksum.to_vec())).collect()
}

async fn open_postgres(url: &str, options: Options) -> Result<PgPool, StoreError> {
    let connect = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Unavailable("the PostgreSQL URL could not be understood".into()))?;
    let connect = connect.statement_cache_capacity(STATEMENTS_KEPT);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(ACQUIRE)
        // It is asked as it is given back; to ask again before each use would be one more way there and back for nothing.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| still_there(connection, meta.idle_for));
    let opened = match pool.clone().connect_with(connect.clone()).await {
        // A pool asks again and again and does not tell why in vain.
        Err(error @ sqlx::Error::PoolTimedOut) => match tokio::time::timeout(ACQUIRE, connect.connect()).await {
            Ok(Ok(_)) => pool.connect_with(connect.clone()).await,
            Ok(Err(why)) => Err(why),
            Err(_) => Err(error),
        },
        other => other,
    };
    opened.map_err(|error| refused(&connect, &error))
}

/// Why there is no connection to a PostgreSQL server.
fn refused(connect: &PgConnectOptions, error: &sqlx::Error) -> StoreError {
    let place = match connect.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", connect.get_host(), connect.get_port()),
    };
    let user = connect.get_username();
    let code = error.as_database_error().and_then(|database| database.code());
    let text = match (error, code.as_deref()) {
        (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut, _) => format!("no PostgreSQL answers at {place}"),
        (sqlx::Error::Protocol(_), _) => format!("what answers at {place} is not PostgreSQL"),
        (_, Some("28P01")) => format!("PostgreSQL at {place} does not accept the password of {user}"),
        (_, Some("3D000")) => {
            format!("PostgreSQL at {place} has no database {}", connect.get_database().unwrap_or(user))
        }
        _ => format!("PostgreSQL at {place} takes no connection: {}", reason(error)),
    };
    StoreError::Unavailable(text.into())
}

/// Begins a transaction on a server, in the time that a request has for it. Whoever asks may go away meanwhile, and the server begins it
/// all the same: then it is ended at once. Else its connection would stay in it, and with it in what the database was then.
async fn begin(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    in_time(async { begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed)) }).await
}

/// What a server answers in the time that a request has to get a connection.
pub(crate) async fn in_time<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    tokio::time::timeout(ACQUIRE, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Asks a connection to a server that nobody has used for a while whether it is there still; of one that is not, another is opened in its
/// place.
fn still_there(connection: &mut PgConnection, idle: Duration) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    async move {
        if idle > QUIET {
            connection.ping().await?;
        }
        Ok(true)
    }
    .boxed()
}

/// Whether a connection is in no transaction; one that is, is closed, and another is opened in its place. After a full disk or another
/// fault of it SQLite has ended the transaction by itself (<https://sqlite.org/lang_transaction.html>, "Response To Errors Within A
/// Transaction"). sqlx, whose ROLLBACK is refused then, takes it to go on for ever.
fn free(connection: &SqliteConnection) -> BoxFuture<'static, Result<bool, sqlx::Error>> {
    std::future::ready(Ok(!connection.is_in_transaction())).boxed()
}

/// Whether SQLite says that this is no database: what is encrypted is none without its key, and with another one.
fn is_no_database(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|database| database.code()).is_some_and(|code| code == "26")
}

/// Whether a file holds a database that is not encrypted.
fn is_in_the_clear(path: &Path) -> bool {
    use std::io::Read;
    let mut first = [0; IN_THE_CLEAR.len()];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok_and(|()| first == *IN_THE_CLEAR)
}

/// Whether a key opens the database in a file, or can be the key of the one that will be made there. It has a connection of its own, whose
/// end is waited for.
pub(crate) async fn try_key(path: &Path, key: DatabaseKey) -> Result<(), StoreError> {
    let connect = SqliteConnectOptions::new().filename(path).pragma("key", key.pragma()).disable_statement_logging();
    let cannot = |error: &sqlx::Error| {
        StoreError::Unavailable(format!("the file {} cannot be opened: {}", path.display(), reason(error)).into())
    };
    let mut connection = connect.connect().await.map_err(|error| cannot(&error))?;
    // An SQLite without encryption takes any key for nothing, and says no word.
    let cipher = sqlx::query("PRAGMA cipher_version").fetch_optional(&mut connection).await;
    let opened = sqlx::query("SELECT COUNT(*) FROM sqlite_schema").fetch_one(&mut connection).await;
    let closed = connection.close().await;
    if matches!(cipher, Ok(None)) {
        return Err(StoreError::Unavailable("this program was built without encryption, so no database can have a key".into()));
    }
    match opened {
        Err(error) if is_no_database(&error) && is_in_the_clear(path) => Err(StoreError::Unavailable(
            format!(
                "the database {} is not encrypted, so it has no key: encrypt it with \"selfheal database encrypt\", or take the key away",
                path.display()
            )
            .into(),
        )),
        Err(error) if is_no_database(&error) => {
            Err(StoreError::Unavailable(format!("this key does not open the database {}", path.display()).into()))
        }
        Err(error) => Err(cannot(&error)),
        Ok(_) => closed.map_err(|error| cannot(&error)),
    }
}

async fn open_sqlite(path: &Path, options: Options) -> Result<Engine, StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| {
            StoreError::Unavailable(format!("the folder {} cannot be made: {error}", folder.display()).into())
        })?;
    }
    private_file(path)?;
    let cannot = |error: sqlx::Error| {
        let why = if options.key.is_none() && is_no_database(&error) {
            "it is no database, or it is encrypted: then say with SELFHEAL_DATABASE_KEY_FILE where its key is".to_owned()
        } else {
            reason(&error)
        };
        StoreError::Unavailable(format!("the file {} cannot be opened: {why}", path.display()).into())
    };
    let mut connect = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // An act that was answered must survive the loss of power, not only of the process.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(STATEMENTS_KEPT)
        .pragma("trusted_schema", "OFF")
        .pragma("cache_size", "-8192");
    // What is put aside while something large is sorted is not encrypted, so with a key it stays in memory.
    if let Some(key) = options.key {
        try_key(path, key).await?;
        // sqlx says the key before all else, and would log it with what it says after.
        connect = connect.pragma("key", key.pragma()).pragma("temp_store", "MEMORY").disable_statement_logging();
    } else {
        connect = connect.pragma("temp_store", "FILE");
    }
    let write_pool = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None)
        // A file does not go away: asking first would be a message to the connection's thread for nothing.
        .test_before_acquire(false)
        .before_acquire(|connection, _| free(connection))
        .max_lifetime(None)
        .connect_with(connect.clone().create_if_missing(true).pragma("journal_size_limit", "67108864"))
        .await
        .map_err(cannot)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        // A file does not go away: asking first would be a message to the connection's thread for nothing.
        .test_before_acquire(false)
        .before_acquire(|connection, _| free(connection))
        .max_lifetime(None)
        // Rows come from a thread of the connection: with room for many it need not wait for whoever reads them.
        .connect_with(connect.clone().pragma("query_only", "ON").row_buffer_size(1024))
        .await
        .map_err(cannot)?;
    if options.key.is_some()
        && let Ok(mut pools) = ENCRYPTED.lock()
    {
        pools.extend([readers.clone(), write_pool.clone()]);
    }
    let writer = Writer::start(write_pool.clone(), path.to_owned());
    Ok(Engine::Sqlite { readers, write_pool, writer, connect: Arc::new(connect) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database of one table, with one reader.
    async fn with_ballast(folder: &Path) -> (Store, SqlitePool) {
        let url = DatabaseUrl::Sqlite(folder.join("full.db"));
        let store = Store::open(&url, Options { connections: 1, ..Options::default() }).await.unwrap();
        let Engine::Sqlite { write_pool, .. } = &store.engine else { panic!("it is SQLite's") };
        let write_pool = write_pool.clone();
        sqlx::raw_sql("CREATE TABLE ballast (bytes BLOB NOT NULL)").execute(&write_pool).await.unwrap();
        (store, write_pool)
    }

    async fn load(store: &Store) -> Result<(), StoreError> {
        let act = store.write(|tx| {
            Box::pin(async move {
                let Tx::Sqlite(tx) = tx else { panic!("it is SQLite's") };
                sqlx::raw_sql("INSERT INTO ballast VALUES (zeroblob(1000000))").execute(&mut **tx).await?;
                Ok::<_, StoreError>(())
            })
        });
        act.await
    }

    /// How much there is, with the transaction that saw it.
    async fn loaded(store: &Store) -> (i64, Tx) {
        let mut tx = store.read().await.unwrap();
        let Tx::Sqlite(inner) = &mut tx else { panic!("it is SQLite's") };
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM ballast").fetch_one(&mut **inner).await.unwrap();
        (count, tx)
    }

    #[tokio::test]
    async fn writing_goes_on_by_itself_when_there_is_room_again() {
        let folder = tempfile::tempdir().unwrap();
        let (store, write_pool) = with_ballast(folder.path()).await;
        // No page more than it has: SQLite says the same as of a full disk.
        sqlx::raw_sql("PRAGMA max_page_count = 1").execute(&write_pool).await.unwrap();
        let refused = load(&store).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        sqlx::raw_sql("PRAGMA max_page_count = 1000000").execute(&write_pool).await.unwrap();
        load(&store).await.unwrap();
        assert_eq!(loaded(&store).await.0, 1);
    }

    #[tokio::test]
    async fn a_reader_whose_transaction_the_engine_has_ended_sees_what_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = with_ballast(folder.path()).await;
        let (_, mut tx) = loaded(&store).await;
        let Tx::Sqlite(inner) = &mut tx else { panic!("it is SQLite's") };
        // As SQLite does by itself when it cannot read the file.
        sqlx::raw_sql("ROLLBACK").execute(&mut **inner).await.unwrap();
        drop(tx);
        for before in 0..3 {
            let (count, tx) = loaded(&store).await;
            drop(tx);
            assert_eq!(count, before);
            load(&store).await.unwrap();
        }
    }
}
