//! Limits on attempts: counted before an attempt is judged, so that attempts at the same moment are counted too.

use crate::hashing::sha256;
use crate::{Core, ServiceError};
use chrono::TimeDelta;
use std::net::IpAddr;
use store::account::AccountRow;
use store::{Tx, device, throttle};
use uuid::Uuid;

/// So many attempts in such a span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    name: &'static str,
    most: i32,
    span: TimeDelta,
}

/// Wrong passwords for one email address, whether or not there is an account.
pub(crate) const PASSWORD: Limit = Limit { name: "password", most: 5, span: TimeDelta::minutes(15) };
/// Wrong codes for one account.
pub(crate) const CODE: Limit = Limit { name: "code", most: 5, span: TimeDelta::minutes(15) };
/// Failures from one network address.
pub(crate) const ADDRESS: Limit = Limit { name: "address", most: 30, span: TimeDelta::minutes(15) };
/// Accounts and mails asked for from one network address.
pub(crate) const ASKING: Limit = Limit { name: "asking", most: 100, span: TimeDelta::hours(1) };
/// Mails that somebody else's asking can send to one email address.
pub(crate) const MAIL: Limit = Limit { name: "mail", most: 5, span: TimeDelta::hours(1) };
/// Codes sent to one mobile number.
pub(crate) const TEXT: Limit = Limit { name: "text", most: 5, span: TimeDelta::hours(1) };
/// Codes that one account has sent: each text message costs money.
pub(crate) const TEXTS: Limit = Limit { name: "texts", most: 10, span: TimeDelta::hours(24) };
/// Text messages from one number.
pub(crate) const TEXT_IN: Limit = Limit { name: "text-in", most: 30, span: TimeDelta::hours(1) };
/// Answers that say to one number that it sent too many.
pub(crate) const TEXT_OVER: Limit = Limit { name: "text-over", most: 1, span: TimeDelta::hours(1) };
/// Answers to danger in what is too many from one number, or comes after STOP: each costs money, and nobody in danger is met with silence.
pub(crate) const TEXT_DANGER: Limit = Limit { name: "text-danger", most: 10, span: TimeDelta::hours(1) };
/// Answers to WRONG and HELP in what is too many from one number: nobody else takes out what the last text told.
pub(crate) const TEXT_WORD: Limit = Limit { name: "text-word", most: 10, span: TimeDelta::hours(1) };
/// Readings of one person that are typed or texted: nobody measures so often, and each is a row that stays.
pub(crate) const READINGS: Limit = Limit { name: "readings", most: 200, span: TimeDelta::hours(24) };
/// Photos of readings of one person: each is some hundred kilobytes that stay.
pub(crate) const PHOTOS: Limit = Limit { name: "photos", most: 30, span: TimeDelta::hours(24) };
/// Mistakes reported in one person's record: somebody reads each of them.
pub(crate) const CORRECTIONS: Limit = Limit { name: "corrections", most: 20, span: TimeDelta::hours(24) };
/// Wrong codes of one account for its mobile number.
pub(crate) const TEXT_CODE: Limit = Limit { name: "text-code", most: 5, span: TimeDelta::minutes(15) };
/// Attempts of one account to link a record.
pub(crate) const LINK: Limit = Limit { name: "link", most: domain::linkage::ATTEMPTS, span: TimeDelta::hours(24) };
/// Invitations to act for one person.
pub(crate) const INVITE: Limit = Limit { name: "invite", most: 20, span: TimeDelta::hours(24) };
/// Applications of one account to act for somebody.
pub(crate) const APPLY: Limit = Limit { name: "apply", most: 5, span: TimeDelta::hours(24) };
/// Emergencies of one member of staff for which nobody was found.
pub(crate) const EMERGENCY: Limit = Limit { name: "emergency", most: 10, span: TimeDelta::hours(1) };
/// Searches of one member of staff that found nobody.
pub(crate) const FIND: Limit = Limit { name: "find", most: 60, span: TimeDelta::hours(1) };
/// Wrong secrets of one network that tells where prescriptions stand.
pub(crate) const PUSH: Limit = Limit { name: "push", most: 20, span: TimeDelta::minutes(15) };
/// What one device sends and asks: a reading every five minutes, and what it could not send for two days.
pub(crate) const DEVICE: Limit = Limit { name: "device", most: 600, span: TimeDelta::hours(1) };
/// Wrong tokens of devices from one network.
pub(crate) const DEVICE_TOKEN: Limit = Limit { name: "device-token", most: 20, span: TimeDelta::minutes(15) };
/// One use of a passkey's answer.
pub(crate) const ANSWER: Limit = Limit { name: "answer", most: 1, span: TimeDelta::minutes(30) };
/// The longest span of all: counters older than this are over.
pub(crate) const LONGEST: TimeDelta = TimeDelta::hours(24);

/// Whether an attempt may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It may.
    Allowed {
        /// It is the last: if it fails, what it was about is locked.
        last: bool,
    },
    /// It may not, for so long.
    Refused(TimeDelta),
}

impl Limit {
    fn key(self, what: &str) -> [u8; 32] {
        sha256(format!("{} {what}", self.name).as_bytes())
    }

    /// How many there may be.
    pub(crate) const fn most(self) -> i32 {
        self.most
    }

    /// How long what is locked stays so.
    pub(crate) const fn span(self) -> TimeDelta {
        self.span
    }

    /// Counts an attempt.
    pub(crate) async fn count(self, core: &Core, tx: &mut Tx, what: &str) -> Result<Attempt, ServiceError> {
        let now = core.now();
        let counted = throttle::count(tx, &self.key(what), now, now - self.span, self.most).await?;
        Ok(if counted.count > self.most {
            Attempt::Refused((counted.began_at + self.span - now).max(TimeDelta::seconds(1)))
        } else {
            Attempt::Allowed { last: counted.count == self.most }
        })
    }

    /// For how long the next attempt is refused; `None` when it is not.
    pub(crate) async fn closed(self, core: &Core, tx: &mut Tx, what: &str) -> Result<Option<TimeDelta>, ServiceError> {
        let now = core.now();
        let counted = throttle::find(tx, &self.key(what), now - self.span).await?;
        Ok(counted.filter(|counted| counted.count >= self.most).map(|counted| counted.began_at + self.span - now))
    }

    /// Takes the count of one attempt back: it was no failure.
    pub(crate) async fn uncount(self, tx: &mut Tx, what: &str) -> Result<(), ServiceError> {
        Ok(throttle::uncount(tx, &self.key(what)).await?)
    }

    /// Forgets every attempt.
    pub(crate) async fn clear(self, tx: &mut Tx, what: &str) -> Result<(), ServiceError> {
        Ok(throttle::clear(tx, &self.key(what)).await?)
    }
}

/// What wrong passwords from a browser that the account has signed in from are counted by: apart from those of strangers.
pub(crate) fn from_device(email_key: &str, device: Uuid) -> String {
    format!("{email_key} {device}")
}

/// Forgets every wrong password for this account: typed at sign-in by strangers and from its own browsers, and typed by
/// somebody signed in.
pub(crate) async fn forget_wrong_passwords(tx: &mut Tx, row: &AccountRow) -> Result<(), ServiceError> {
    for device in device::of_account(tx, row.account()).await? {
        PASSWORD.clear(tx, &from_device(&row.email_key, device.id)).await?;
    }
    PASSWORD.clear(tx, &row.email_key).await?;
    PASSWORD.clear(tx, &row.account().to_string()).await
}

/// The network that an address counts for: itself, or the 64 bits that one household has of IPv6.
#[must_use]
pub fn network(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(four)) => four.to_string(),
        Some(IpAddr::V6(six)) => {
            let [a, b, c, d, ..] = six.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_counts_as_one_address() {
        let of = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
