//! Opening the database and the use cases over it.

use crate::cli::Common;
use crate::config;
use crate::serve::sentence;
use domain::age_rules::Rules;
use service::{Core, DiarySystem, PasswordCost, Services, Settings, SystemClock, SystemRandom};
use std::net::SocketAddr;
use store::Store;

/// What a serving program is told and other commands need not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// What happens to carers' access by itself.
    pub carer_rules: Rules,
    /// Text messages are sent.
    pub texts: bool,
}

/// The use cases over the configured database, with these ways to others' appointment systems. Does not migrate.
///
/// # Errors
/// One plain sentence when the database cannot be opened, or when its key is not well.
pub async fn services(
    common: &Common,
    addr: Option<SocketAddr>,
    serving: Serving,
    diaries: impl DiarySystem,
) -> Result<Services, String> {
    Ok(Services::new(core(common, addr, serving, diaries).await?))
}

/// What they share, to which other ways can be added.
///
/// # Errors
/// As [`services`].
pub async fn core(
    common: &Common,
    addr: Option<SocketAddr>,
    serving: Serving,
    diaries: impl DiarySystem,
) -> Result<Core, String> {
    let options = config::options(common, common.connections)?;
    let store = Store::open(&common.database_url, options).await.map_err(|error| sentence(&error))?;
    let Serving { carer_rules, texts } = serving;
    let settings = Settings { public_url: common.public_url(addr), password_cost: PasswordCost::default(), carer_rules, texts };
    Ok(Core::new(store, SystemClock, SystemRandom, diaries, settings))
}
