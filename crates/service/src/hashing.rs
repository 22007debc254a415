//! Hashing of passwords and codes: argon2id, off the async threads, so many at a time and no more.

use crate::{Random, ServiceError};
use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordVerifier, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long somebody waits for their turn before they are told that the service is busy: short enough that they have their answer within
/// two seconds.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl PasswordCost {
    /// As little as argon2 allows: for tests that are not about the cost.
    pub const CHEAP: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

impl Default for PasswordCost {
    /// What OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    /// Another secret, or nothing to compare with.
    Different,
    /// The same.
    Same {
        /// A new hash of it, where the stored one cost less than a new one does now.
        raised: Option<String>,
    },
}

struct Inner {
    turns: Arc<Semaphore>,
    cost: Params,
    nothing: String,
    done: AtomicU64,
}

/// Hashes and compares. Clones share the limit on how many at a time.
#[derive(Clone)]
pub struct Hashing(Arc<Inner>);

/// A turn to hash or compare once.
pub(crate) struct Turn(OwnedSemaphorePermit);

impl Hashing {
    /// With this cost, and as many at a time as the machine has cores.
    pub(crate) fn new(cost: PasswordCost, random: &dyn Random) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let cost = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).unwrap_or_default();
        // Compared with where there is no account, so that it takes as long as where there is one.
        let nothing = hash(&cost, &random.secret(), &salt(random)).unwrap_or_default();
        Self(Arc::new(Inner { turns: Arc::new(Semaphore::new(cores)), cost, nothing, done: AtomicU64::new(0) }))
    }

    /// How many hashes have been computed since the start.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when none comes within a second and a half.
    pub(crate) async fn turn(&self) -> Result<Turn, ServiceError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.0.turns).acquire_owned()).await;
        match turn {
            Ok(Ok(permit)) => Ok(Turn(permit)),
            Ok(Err(_)) | Err(_) => Err(ServiceError::Unavailable("too many are signing in at this moment".to_owned())),
        }
    }

    /// Hashes a secret.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when no turn comes; [`ServiceError::Internal`] when it fails.
    pub(crate) async fn hash(&self, random: &dyn Random, secret: &str) -> Result<String, ServiceError> {
        let turn = self.turn().await?;
        let (inner, secret, salt) = (Arc::clone(&self.0), secret.to_owned(), salt(random));
        let work = move || {
            let _turn = turn;
            inner.done.fetch_add(1, Ordering::Relaxed);
            hash(&inner.cost, secret.as_bytes(), &salt)
        };
        tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)?
    }

    /// Compares a secret with a stored hash; where there is none, with one that nothing matches, which takes as long.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] when it fails.
    pub(crate) async fn compare(
        &self,
        turn: Turn,
        random: &dyn Random,
        secret: &str,
        stored: Option<&str>,
    ) -> Result<Compared, ServiceError> {
        let (inner, secret, salt) = (Arc::clone(&self.0), secret.to_owned(), salt(random));
        let stored = stored.map(ToOwned::to_owned);
        let work = move || {
            let _turn = turn.0;
            inner.done.fetch_add(1, Ordering::Relaxed);
            let against = stored.as_deref().unwrap_or(&inner.nothing);
            let same = PasswordHash::new(against)
                .is_ok_and(|parsed| Argon2::default().verify_password(secret.as_bytes(), &parsed).is_ok());
            match stored {
                Some(stored) if same => {
                    let raised =
                        if is_cheaper(&stored, &inner.cost) { Some(hash(&inner.cost, secret.as_bytes(), &salt)?) } else { None };
                    Ok(Compared::Same { raised })
                }
                Some(_) | None => Ok(Compared::Different),
            }
        };
        tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)?
    }

    /// Hashes secrets that are kept together, under one salt: one hash of what is typed can then be compared with all of them.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] when it fails.
    pub(crate) async fn hash_together(
        &self,
        turn: Turn,
        random: &dyn Random,
        secrets: Vec<String>,
    ) -> Result<Vec<Vec<u8>>, ServiceError> {
        let (inner, salt) = (Arc::clone(&self.0), salt(random));
        let work = move || {
            let _turn = turn.0;
            let one = |secret: &String| {
                inner.done.fetch_add(1, Ordering::Relaxed);
                hash(&inner.cost, secret.as_bytes(), &salt).map(String::into_bytes)
            };
            secrets.iter().map(one).collect()
        };
        tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)?
    }

    /// Finds what this secret is kept as among what is kept together: by [`Hashing::hash_together`], or as a SHA-256. It costs one
    /// hash, also where nothing is kept, and compares it with each of them in constant time.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] when it fails.
    pub(crate) async fn find_among(&self, turn: Turn, secret: &str, kept: Vec<Vec<u8>>) -> Result<Option<Vec<u8>>, ServiceError> {
        let (inner, secret) = (Arc::clone(&self.0), secret.to_owned());
        let work = move || {
            let _turn = turn.0;
            inner.done.fetch_add(1, Ordering::Relaxed);
            let slow = kept.iter().find_map(|one| std::str::from_utf8(one).ok().filter(|one| one.starts_with("$argon2id$")));
            let typed = hash_like(slow.unwrap_or(&inner.nothing), secret.as_bytes())?;
            let quick = sha256(secret.as_bytes());
            let found = kept.iter().fold(None, |found, one| {
                let same = one.as_slice().ct_eq(typed.as_bytes()) | one.as_slice().ct_eq(quick.as_slice());
                if bool::from(same) { Some(one.clone()) } else { found }
            });
            Ok(found)
        };
        tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)?
    }
}

fn salt(random: &dyn Random) -> [u8; 16] {
    let mut salt = [0_u8; 16];
    random.fill(&mut salt);
    salt
}

fn hash(cost: &Params, secret: &[u8], salt: &[u8]) -> Result<String, ServiceError> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.clone());
    let hash: PasswordHash = argon2.hash_password_with_salt(secret, salt).map_err(ServiceError::internal)?;
    Ok(hash.to_string())
}

/// Hashes as this stored hash was made: with its salt, at its cost.
fn hash_like(stored: &str, secret: &[u8]) -> Result<String, ServiceError> {
    let parsed = PasswordHash::new(stored).map_err(ServiceError::internal)?;
    let cost = Params::try_from(&parsed).map_err(ServiceError::internal)?;
    let salt = parsed.salt.as_ref().ok_or_else(|| ServiceError::internal("a stored hash has no salt"))?;
    hash(&cost, secret, salt)
}

fn is_cheaper(stored: &str, cost: &Params) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else { return true };
    let Ok(of_stored) = Params::try_from(&parsed) else { return true };
    parsed.algorithm.as_str() != "argon2id" || of_stored.m_cost() < cost.m_cost() || of_stored.t_cost() < cost.t_cost()
}

/// SHA-256: for secrets of so many random bits that nothing slower is needed.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-1 in hexadecimal digits: what lists of stolen passwords know them by. Nothing is kept or guarded by it.
pub(crate) fn sha1_in_hex(text: &str) -> String {
    hex::encode_upper(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

/// A new secret of 256 bits as text for a link or a cookie, and the SHA-256 under which it is kept.
pub(crate) fn new_token(random: &dyn Random) -> (String, [u8; 32]) {
    let token = URL_SAFE_NO_PAD.encode(random.secret());
    let hash = sha256(token.as_bytes());
    (token, hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    #[tokio::test]
    async fn a_secret_matches_its_own_hash_and_no_other_and_each_comparison_costs_one_hash() {
        let hashing = Hashing::new(PasswordCost::CHEAP, &SystemRandom);
        let stored = hashing.hash(&SystemRandom, "lamp otter gravel").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");
        assert_ne!(stored, hashing.hash(&SystemRandom, "lamp otter gravel").await.unwrap());
        let before = hashing.done();
        for (secret, against, same) in [
            ("lamp otter gravel", Some(stored.as_str()), true),
            ("lamp otter gravels", Some(&stored), false),
            ("lamp otter gravel", None, false),
        ] {
            let turn = hashing.turn().await.unwrap();
            let found = hashing.compare(turn, &SystemRandom, secret, against).await.unwrap();
            assert_eq!(found != Compared::Different, same);
        }
        assert_eq!(hashing.done() - before, 3);
    }

    #[tokio::test]
    async fn a_hash_that_cost_less_is_raised_and_one_that_cost_more_is_left() {
        let dear = PasswordCost { memory_kib: 16, passes: 2, lanes: 1 };
        for (of_stored, now, raises) in
            [(PasswordCost::CHEAP, dear, true), (dear, dear, false), (dear, PasswordCost::CHEAP, false)]
        {
            let stored = Hashing::new(of_stored, &SystemRandom).hash(&SystemRandom, "x").await.unwrap();
            let hashing = Hashing::new(now, &SystemRandom);
            let turn = hashing.turn().await.unwrap();
            let Compared::Same { raised } = hashing.compare(turn, &SystemRandom, "x", Some(&stored)).await.unwrap() else {
                panic!("it is the same")
            };
            assert_eq!(raised.is_some(), raises);
            assert!(raised.is_none_or(|raised| raised.contains("m=16,t=2,p=1")));
        }
    }

    #[tokio::test]
    async fn of_what_is_kept_together_one_hash_finds_the_one_also_at_another_cost_and_also_a_sha_256() {
        let secrets: Vec<String> = ["one", "two", "three"].map(ToOwned::to_owned).to_vec();
        let hashing = Hashing::new(PasswordCost::CHEAP, &SystemRandom);
        let turn = hashing.turn().await.unwrap();
        let kept = hashing.hash_together(turn, &SystemRandom, secrets).await.unwrap();
        let texts: Vec<&str> = kept.iter().map(|one| std::str::from_utf8(one).unwrap()).collect();
        let start = |text: &str| text.rsplit_once('$').unwrap().0.to_owned();
        assert!(texts[0].starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{texts:?}");
        assert!(texts.iter().all(|text| start(text) == start(texts[0])) && texts[0] != texts[1], "{texts:?}");
        // The cost of new hashes has risen since.
        let hashing = Hashing::new(PasswordCost { memory_kib: 16, passes: 2, lanes: 1 }, &SystemRandom);
        let before = hashing.done();
        let (quick, none) = (vec![sha256(b"old").to_vec()], Vec::new());
        for (secret, kept, found) in [
            ("two", &kept, Some(&kept[1])),
            ("three", &kept, Some(&kept[2])),
            ("four", &kept, None),
            ("two", &none, None),
            ("old", &quick, Some(&quick[0])),
            ("new", &quick, None),
        ] {
            let turn = hashing.turn().await.unwrap();
            assert_eq!(hashing.find_among(turn, secret, kept.clone()).await.unwrap().as_ref(), found, "{secret}");
        }
        assert_eq!(hashing.done() - before, 6);
    }

    #[test]
    fn the_default_cost_is_what_owasp_asks_for() {
        assert_eq!(PasswordCost::default(), PasswordCost { memory_kib: 19 * 1024, passes: 2, lanes: 1 });
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_gets_no_turn_is_told_within_two_seconds_that_the_service_is_busy() {
        let hashing = Hashing::new(PasswordCost::CHEAP, &SystemRandom);
        let mut held = Vec::new();
        while hashing.0.turns.available_permits() > 0 {
            held.push(hashing.turn().await.unwrap());
        }
        let began = tokio::time::Instant::now();
        assert!(matches!(hashing.turn().await, Err(ServiceError::Unavailable(_))));
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        drop(held);
        assert!(hashing.turn().await.is_ok());
    }
}
