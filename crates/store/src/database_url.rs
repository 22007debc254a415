//! Where the database is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A database address: `sqlite:PATH` or `postgres://…`.
///
/// It may hold a password, so it is never printed whole: [`fmt::Display`] and [`fmt::Debug`] leave the secret out.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The embedded engine, in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(String),
}

/// An address that is neither of the two engines'.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database URL must be sqlite:PATH or postgres://USER@HOST/NAME")]
pub struct DatabaseUrlError;

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) => match path.strip_prefix("//").unwrap_or(path) {
                "" | ":memory:" => Err(DatabaseUrlError),
                path => Ok(Self::Sqlite(PathBuf::from(path))),
            },
            None => Err(DatabaseUrlError),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", ""));
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "{scheme}://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        let shown = |text: &str| text.parse::<DatabaseUrl>().map(|url| format!("{url} {url:?}"));
        assert_eq!(shown("sqlite:data/x.db").unwrap(), "sqlite:data/x.db sqlite:data/x.db");
        assert_eq!(shown("sqlite:///var/x.db").unwrap(), "sqlite:/var/x.db sqlite:/var/x.db");
        assert_eq!(shown("postgres://me:p@ss@db:5432/h?password=x").unwrap(), "postgres://db:5432/h postgres://db:5432/h");
        assert_eq!(shown("mysql://x"), Err(DatabaseUrlError));
        assert_eq!(shown("sqlite:"), Err(DatabaseUrlError));
    }
}
