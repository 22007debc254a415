//! Checkpoints: what every chain was at a moment, signed with a key that is kept outside the database.

use super::Activity;
use super::seal::Fields;
use crate::{Random, ServiceError};
use chrono::{DateTime, SecondsFormat, Utc};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use store::audit::HeadRow;
use store::checkpoint::{self, CheckpointRow};
use uuid::Uuid;

/// What a signature is over begins with this, so that it can be taken for nothing else.
const CONTEXT: &[u8] = b"selfheal audit checkpoint 1\n";
/// The first line of a key's file.
const KEY_HEAD: &str = "selfheal-audit-key 1";
/// How many chains one checkpoint marks at most; the next goes on from there.
const CHAINS: i64 = 5000;
/// How many checkpoints are read at once.
pub(super) const AT_ONCE: i64 = 500;

/// The key that signs checkpoints, and the keys that signed before it.
pub struct AuditKey {
    pair: Ed25519KeyPair,
    trusted: Vec<Vec<u8>>,
}

impl fmt::Debug for AuditKey {
    /// The public key alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditKey({})", hex::encode(self.public()))
    }
}

impl AuditKey {
    /// The text of a new key's file: a line that says what it is, and the secret.
    #[must_use]
    pub fn generate(random: &dyn Random) -> String {
        format!("{KEY_HEAD}\n{}\n", hex::encode(random.secret()))
    }

    /// Reads the text of a key's file. Lines after the secret, "trust" with a public key, name keys that signed before.
    ///
    /// # Errors
    /// What is wrong with it, in one plain sentence without any of the text.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines.next() != Some(KEY_HEAD) {
            return Err("it does not begin as a key for the audit does");
        }
        let secret = lines.next().and_then(|line| hex::decode(line).ok()).ok_or("its second line is not a secret in hex")?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&secret).map_err(|_| "its secret is not 32 bytes long")?;
        let older = lines.map(|line| {
            let key = line.strip_prefix("trust ").and_then(|key| hex::decode(key.trim()).ok());
            key.filter(|key| key.len() == 32).ok_or("a line after the secret is not \"trust\" and a public key in hex")
        });
        let mut trusted = older.collect::<Result<Vec<_>, _>>()?;
        trusted.push(pair.public_key().as_ref().to_vec());
        Ok(Self { pair, trusted })
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn sign(&self, hash: &[u8]) -> Vec<u8> {
        self.pair.sign(&[CONTEXT, hash].concat()).as_ref().to_vec()
    }

    /// Whether a checkpoint was signed by this key or one before it.
    pub(super) fn has_signed(&self, checkpoint: &CheckpointRow) -> bool {
        self.trusted.contains(&checkpoint.public_key) && is_signed(checkpoint)
    }
}

/// Whether a checkpoint's signature is that of the key which it names.
pub(super) fn is_signed(checkpoint: &CheckpointRow) -> bool {
    let key = UnparsedPublicKey::new(&ED25519, &checkpoint.public_key);
    key.verify(&[CONTEXT, &checkpoint.hash].concat(), &checkpoint.signature).is_ok()
}

/// The hash of a checkpoint, fed its marks one after another, by chain.
pub(super) struct Sum(Fields);

impl Sum {
    pub(super) fn over(before: &[u8], number: i64, at: DateTime<Utc>, chains: i64) -> Self {
        let mut fields = Fields::new();
        fields.add(before);
        fields.add(&number.to_be_bytes());
        fields.add(&at.timestamp_micros().to_be_bytes());
        fields.add(&chains.to_be_bytes());
        Self(fields)
    }

    pub(super) fn mark(&mut self, mark: &HeadRow) {
        self.0.add(mark.chain_id.as_bytes());
        self.0.add(&mark.seq.to_be_bytes());
        self.0.add(&mark.hash);
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.finish().to_vec()
    }
}

/// A checkpoint as it is written to a file beside the key, one a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its number, from 1.
    pub number: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Its hash: what it covers.
    pub hash: Vec<u8>,
}

impl From<&CheckpointRow> for Checkpoint {
    fn from(row: &CheckpointRow) -> Self {
        Self { number: row.number, at: row.at, hash: row.hash.clone() }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.number, self.at.to_rfc3339_opts(SecondsFormat::Micros, true), hex::encode(&self.hash))
    }
}

impl FromStr for Checkpoint {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = line.split(' ').collect();
        let [number, at, hash] = parts.as_slice() else { return Err(()) };
        let hash = hex::decode(hash).map_err(|_| ())?;
        let at = DateTime::parse_from_rfc3339(at).map_err(|_| ())?.to_utc();
        Ok(Self { number: number.parse().map_err(|_| ())?, at, hash })
            .and_then(|it| if it.hash.len() == 32 { Ok(it) } else { Err(()) })
    }
}

/// What is known outside the database: the key, and the checkpoints that were written to the file beside it.
#[derive(Debug, Default)]
pub struct Witness {
    /// The key; without it signatures can be checked, but not whose they are.
    pub key: Option<AuditKey>,
    /// The checkpoints by number.
    pub written: BTreeMap<i64, Checkpoint>,
}

impl Activity {
    /// Signs what every chain is now, if any has grown since the last checkpoint, and gives every checkpoint that the file
    /// beside the key does not hold yet. Several servers may do this at once: each checkpoint is made by one.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when the database does not answer, when it has lost a checkpoint that was written to
    /// the file, or when another key signed the last one: then something was put back or changed, and
    /// [`Activity::verify_with`] says what.
    pub async fn checkpoint(&self, witness: &Witness) -> Result<Vec<Checkpoint>, ServiceError> {
        let key = witness.key.as_ref().ok_or_else(|| ServiceError::internal("there is no key to sign a checkpoint with"))?;
        let mut told = witness.written.last_key_value().map(|(_, last)| last.clone());
        let mut new = Vec::new();
        loop {
            let mut tx = self.core.read().await?;
            gather(&mut tx, &mut told, &mut new).await?;
            let last = checkpoint::last(&mut tx).await?;
            if last.as_ref().is_some_and(|last| !key.has_signed(last)) {
                return Err(ServiceError::Unavailable("another key signed the last checkpoint of the audit".to_owned()));
            }
            let marks = checkpoint::grown(&mut tx, Uuid::nil(), CHAINS).await?;
            drop(tx);
            if marks.is_empty() {
                return Ok(new);
            }
            let row = self.sign(key, last.as_ref(), &marks);
            self.core.write(move |_, tx| Box::pin(async move { Ok(checkpoint::insert(tx, &row, &marks).await?) })).await?;
        }
    }

    /// A checkpoint over these ends of chains.
    fn sign(&self, key: &AuditKey, last: Option<&CheckpointRow>, marks: &[HeadRow]) -> CheckpointRow {
        let (number, at) = (last.map_or(1, |last| last.number + 1), self.core.now());
        let chains = i64::try_from(marks.len()).unwrap_or(i64::MAX);
        let mut sum = Sum::over(last.map_or(&[], |last| &last.hash), number, at, chains);
        marks.iter().for_each(|mark| sum.mark(mark));
        let hash = sum.finish();
        CheckpointRow { number, at, chains, signature: key.sign(&hash), public_key: key.public().to_vec(), hash }
    }
}

/// Gathers the checkpoints after the last one told, which must be as it was told.
async fn gather(tx: &mut store::Tx, told: &mut Option<Checkpoint>, new: &mut Vec<Checkpoint>) -> Result<(), ServiceError> {
    let lost =
        || ServiceError::Unavailable("the database does not hold the last checkpoint that was written beside the key".to_owned());
    let mut first = told.is_some();
    loop {
        // The last one told is read again, to see that it is still there.
        let after = told.as_ref().map_or(0, |told| told.number - i64::from(first));
        let rows = checkpoint::after(tx, after, AT_ONCE).await?;
        let mut rows = rows.iter().map(Checkpoint::from).peekable();
        if first && rows.next() != *told {
            return Err(lost());
        }
        first = false;
        if rows.peek().is_none() {
            return Ok(());
        }
        for row in rows {
            *told = Some(row.clone());
            new.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    #[test]
    fn a_key_is_read_back_and_a_broken_one_is_refused_without_its_secret() {
        let text = AuditKey::generate(&SystemRandom);
        let key = AuditKey::parse(&text).unwrap();
        assert_eq!((key.public().len(), key.trusted.len()), (32, 1));
        let older = format!("{text}trust {}\n", hex::encode([7; 32]));
        assert_eq!(AuditKey::parse(&older).unwrap().trusted.len(), 2);
        for broken in [
            "",
            "selfheal-audit-key 1",
            "selfheal-audit-key 1\nzz",
            "selfheal-audit-key 1\nabcd",
            &text[1..],
            &format!("{text}trust x"),
        ] {
            assert!(AuditKey::parse(broken).is_err(), "{broken}");
        }
        assert!(!format!("{key:?}").contains(text.lines().nth(1).unwrap()));
    }

    #[test]
    fn a_signature_holds_for_its_own_hash_alone() {
        let key = AuditKey::parse(&AuditKey::generate(&SystemRandom)).unwrap();
        let other = AuditKey::parse(&AuditKey::generate(&SystemRandom)).unwrap();
        let row = CheckpointRow {
            number: 1,
            at: DateTime::UNIX_EPOCH,
            chains: 1,
            hash: vec![5; 32],
            public_key: key.public().to_vec(),
            signature: key.sign(&[5; 32]),
        };
        assert!(key.has_signed(&row) && is_signed(&row));
        assert!(!other.has_signed(&row));
        assert!(!is_signed(&CheckpointRow { hash: vec![6; 32], ..row.clone() }));
        assert!(!is_signed(&CheckpointRow { public_key: other.public().to_vec(), ..row }));
    }

    #[test]
    fn a_line_of_the_file_is_read_back() {
        let it = Checkpoint { number: 12, at: DateTime::UNIX_EPOCH, hash: vec![9; 32] };
        assert_eq!(it.to_string().parse(), Ok(it));
        for broken in ["", "1 2", "x 1970-01-01T00:00:00Z 00", "1 1970-01-01T00:00:00Z 00"] {
            assert_eq!(broken.parse::<Checkpoint>(), Err(()));
        }
    }
}
