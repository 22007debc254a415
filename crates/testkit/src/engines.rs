//! A database of its own for each test, on the engine asked for.

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgPool};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::str::FromStr;
use store::{DatabaseKey, DatabaseUrl, Options, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// Names the PostgreSQL server on which tests make their databases. `script/test` starts one and sets it.
const SERVER: &str = "SELFHEAL_TEST_POSTGRES";
/// Held while the template is made, so that tests that start together make it once.
const TEMPLATE_LOCK: i64 = 7_350_911;

/// A migrated, empty database, and what has to be cleared away after the test.
pub struct Place {
    /// The database.
    pub store: Store,
    /// Its address.
    pub url: DatabaseUrl,
    /// A folder for the test's files.
    pub folder: TempDir,
    server: Option<(PgPool, String)>,
}

impl Place {
    /// Runs statements as somebody would who reaches the database itself, behind the back of this program.
    ///
    /// # Panics
    /// When the engine does not take them.
    #[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
    pub async fn alter(&self, sql: &str) {
        run(&self.url, sql).await.expect("the statements are taken");
    }

    /// The code (SQLSTATE in PostgreSQL) with which whoever reaches the database itself by this address is refused these statements; none
    /// when they are taken.
    ///
    /// # Panics
    /// When the database cannot be reached, or something other than the engine refuses.
    #[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
    pub async fn refusal(url: &DatabaseUrl, sql: &str) -> Option<String> {
        let error = run(url, sql).await.err()?;
        let code = error.as_database_error().and_then(|refused| refused.code()).expect("the engine says why it refuses");
        Some(code.into_owned())
    }

    /// Every index, and what the rows of each table are held to, in the engine's own words and in order.
    ///
    /// # Panics
    /// When the catalogue cannot be read.
    #[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
    pub async fn schema(&self) -> Vec<String> {
        let rows: Vec<(String,)> = match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let connect = SqliteConnectOptions::new().filename(path);
                let mut connection = connect.connect().await.expect("the embedded database opens");
                let asked = sqlx::query_as("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1");
                let rows = asked.fetch_all(&mut connection).await.expect("the catalogue can be read");
                connection.close().await.expect("the connection ends");
                rows
            }
            DatabaseUrl::Postgres(url) => {
                let connect = PgConnectOptions::from_str(url).expect("a PostgreSQL URL");
                let mut connection = connect.connect().await.expect("the PostgreSQL database opens");
                let asked = sqlx::query_as(
                    "SELECT i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' UNION ALL \
                     SELECT c.conrelid::regclass::text || ' ' || c.conname::text || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c \
                     WHERE c.connamespace = 'public'::regnamespace ORDER BY 1",
                );
                let rows = asked.fetch_all(&mut connection).await.expect("the catalogue can be read");
                connection.close().await.expect("the connection ends");
                rows
            }
        };
        rows.into_iter().map(|(words,)| words).collect()
    }

    /// An id as this engine writes it in a statement.
    #[must_use]
    pub fn id_in_sql(&self, id: Uuid) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(_) => format!("X'{}'", id.simple()),
            DatabaseUrl::Postgres(_) => format!("'{id}'::uuid"),
        }
    }

    /// Lets go of the database and removes it.
    ///
    /// # Panics
    /// When the server refuses: a connection was left open.
    #[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
    pub async fn clear(self) {
        self.store.close().await;
        if let Some((server, name)) = self.server {
            // The server's side of a connection ends a moment after ours. A drop that still finds one looks again only a tenth of a
            // second later, by which most tests would wait for nothing.
            let gone = format!(
                "DO $$ BEGIN FOR look IN 1..50 LOOP PERFORM pg_sleep(0.002); PERFORM pg_stat_clear_snapshot(); EXIT WHEN NOT EXISTS \
                 (SELECT FROM pg_stat_activity WHERE datname = '{name}' AND backend_type = 'client backend'); END LOOP; END $$"
            );
            for statement in [gone, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")] {
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&server).await.expect("the test's database can be dropped");
            }
        }
    }
}

/// Runs statements by this address.
#[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
async fn run(url: &DatabaseUrl, sql: &str) -> Result<(), sqlx::Error> {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match url {
        DatabaseUrl::Sqlite(path) => {
            let connect = SqliteConnectOptions::new().filename(path).foreign_keys(false);
            let mut connection = connect.connect().await.expect("the embedded database opens");
            let done = sql.execute(&mut connection).await;
            connection.close().await.expect("the connection ends");
            done.map(|_| ())
        }
        DatabaseUrl::Postgres(url) => {
            let connect = PgConnectOptions::from_str(url).expect("a PostgreSQL URL");
            let mut connection = connect.connect().await.expect("the PostgreSQL database opens");
            let done = sql.execute(&mut connection).await;
            connection.close().await.expect("the connection ends");
            done.map(|_| ())
        }
    }
}

/// A fresh database on `sqlite` or `postgres`.
///
/// # Panics
/// When there is no PostgreSQL server to be used, or a database cannot be made: a test on one engine only proves little.
#[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
pub async fn fresh(engine: &str) -> Place {
    if engine == "sqlite" {
        return fresh_embedded(None).await;
    }
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server_url = std::env::var(SERVER).expect("SELFHEAL_TEST_POSTGRES names a PostgreSQL server; script/test starts one");
    let connect = PgConnectOptions::from_str(&server_url).expect("SELFHEAL_TEST_POSTGRES is a PostgreSQL URL");
    let server = PgPoolOptions::new().max_connections(1).connect_with(connect).await.expect("the PostgreSQL server answers");
    let template = template(&server, &server_url).await;
    let name = format!("selfheal_{}", Uuid::from_u128(unique()).simple());
    let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&server).await.expect("the test's database is made");
    let url = database_of(&server_url, &name);
    let store = Store::open(&url, Options::default()).await.expect("the PostgreSQL database opens");
    Place { store, url, folder, server: Some((server, name)) }
}

/// Makes `path` a copy of a file that holds the migrated schema. That file lies in the system's folder for temporary files, for all tests
/// of one user; its name tells which migrations. Whoever finds none makes one apart and gives it its name when it is whole.
#[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
async fn copy_of_template(path: &Path) {
    let shared = std::env::temp_dir();
    let user = path.parent().expect("a folder of the test's own").metadata().expect("the folder is there").uid();
    let template = shared.join(format!("selfheal-template-{user}-{}.db", store::schema_fingerprint()));
    let copied = fs::copy(&template, path);
    let is_missing = matches!(&copied, Err(error) if error.kind() == ErrorKind::NotFound);
    if !is_missing {
        copied.expect("the template can be copied");
        return;
    }
    let making = TempDir::new_in(&shared).expect("a temporary folder can be made");
    let made = making.path().join("template.db");
    let store = Store::open(&DatabaseUrl::Sqlite(made.clone()), Options { connections: 1, ..Options::default() })
        .await
        .expect("the template opens");
    store.migrate().await.expect("the template migrates");
    store.close().await;
    // Everything has to be in the one file that is copied.
    let mut connection = SqliteConnectOptions::new().filename(&made).connect().await.expect("the template opens");
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.expect("the journal is written back");
    connection.close().await.expect("the connection ends");
    let left = making.path().join("template.db-wal").metadata().map_or(0, |journal| journal.len());
    assert_eq!(left, 0, "the template's journal was not written back");
    fs::copy(&made, path).expect("the template can be copied");
    fs::rename(&made, &template).expect("the template is named");
}

/// A fresh database on the embedded engine, encrypted where there is a key.
///
/// # Panics
/// When it cannot be made.
#[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
pub async fn fresh_embedded(key: Option<DatabaseKey>) -> Place {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let path = folder.path().join("selfheal.db");
    if key.is_none() {
        copy_of_template(&path).await;
    }
    let url = DatabaseUrl::Sqlite(path);
    let store = Store::open(&url, Options { key, ..Options::default() }).await.expect("the embedded database opens");
    if key.is_some() {
        store.migrate().await.expect("the embedded database migrates");
    }
    Place { store, url, folder, server: None }
}

/// A number that no other test of any process has.
fn unique() -> u128 {
    use std::hash::{BuildHasher, RandomState};
    // Each RandomState is keyed by the system's randomness.
    let half = || u128::from(RandomState::new().hash_one(std::process::id()));
    (half() << 64) | half()
}

#[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
fn database_of(server_url: &str, name: &str) -> DatabaseUrl {
    let (place, query) =
        server_url.split_once('?').map_or((server_url, String::new()), |(place, query)| (place, format!("?{query}")));
    let (server, _) = place.rsplit_once('/').expect("SELFHEAL_TEST_POSTGRES ends in a database");
    format!("{server}/{name}{query}").parse().expect("a database URL")
}

/// The name of a database that holds the migrated schema, to be copied. Its name tells which migrations.
#[expect(clippy::expect_used, reason = "tests stop at the first thing that is not as it must be")]
async fn template(server: &PgPool, server_url: &str) -> String {
    let name = format!("selfheal_template_{}", store::schema_fingerprint());
    let mut connection = server.acquire().await.expect("the PostgreSQL server answers");
    sqlx::query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await.expect("the lock is had");
    let there: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_optional(&mut *connection)
        .await
        .expect("the catalogue can be read");
    if there.is_none() {
        let making = format!("{name}_making");
        for statement in [format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"), format!("CREATE DATABASE {making}")] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *connection).await.expect("the template is made");
        }
        let store = Store::open(&database_of(server_url, &making), Options { connections: 1, ..Options::default() })
            .await
            .expect("the template opens");
        store.migrate().await.expect("the template migrates");
        store.close().await;
        let rename = format!("ALTER DATABASE {making} RENAME TO {name}");
        sqlx::raw_sql(AssertSqlSafe(rename)).execute(&mut *connection).await.expect("the template is named");
    }
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *connection)
        .await
        .expect("the lock is given back");
    name
}
