//! Accounts: the email address somebody signs in with, how long a sign-in holds, and what a browser is called.

use chrono::{DateTime, TimeDelta, Utc};

/// How long after signing in a person may change how they sign in (OWASP ASVS 5.0, 7.5: full re-authentication before
/// sensitive changes).
pub const FRESH_FOR: TimeDelta = TimeDelta::minutes(5);
/// How long a session lasts without being used (NHS login interface specification: 30 minutes).
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// How long a session lasts at most, however much it is used (NHS login interface specification: 12 hours).
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// How long a trusted device does without a code.
pub const TRUSTED_FOR: TimeDelta = TimeDelta::days(30);
/// The longest address that mail can be sent to, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
const LONGEST_EMAIL: usize = 254;

/// Whether a sign-in at `fresh_at` is still fresh: five minutes at most. One in the future is not.
#[must_use]
pub fn is_fresh(fresh_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let age = now - fresh_at;
    age >= TimeDelta::zero() && age <= FRESH_FOR
}

/// When a session that began then and was last used then ends by itself.
#[must_use]
pub fn session_ends(created_at: DateTime<Utc>, last_seen_at: DateTime<Utc>) -> DateTime<Utc> {
    (last_seen_at + IDLE).min(created_at + ABSOLUTE)
}

/// An email address, as it was typed and as it is compared.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    typed: String,
    key: String,
}

/// Why a text is not an email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was given.
    #[error("no email address given")]
    Empty,
    /// It has not the form of an address.
    #[error("not an email address")]
    Form,
    /// It is longer than mail allows (254 bytes).
    #[error("the email address is too long")]
    Length,
}

impl Email {
    /// Reads an address: something, one `@`, and a domain with a dot in it; internationalised ones too. Whether it
    /// exists only a mail to it can tell.
    ///
    /// # Errors
    /// [`EmailError`] when it is empty, too long, or has not that form.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let typed = text.trim();
        if typed.is_empty() {
            return Err(EmailError::Empty);
        }
        if typed.len() > LONGEST_EMAIL {
            return Err(EmailError::Length);
        }
        let (local, domain) = typed.split_once('@').ok_or(EmailError::Form)?;
        let unfit = |c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '@' | '<' | '>' | '(' | ')' | ',' | ';' | ':' | '\\' | '"')
        };
        let dots = |part: &str| part.starts_with('.') || part.ends_with('.') || part.contains("..");
        let label_is_fit = |label: &str| {
            !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii())
        };
        let fit = !local.is_empty()
            && !local.contains(unfit)
            && !dots(local)
            && domain.contains('.')
            && !domain.contains(unfit)
            && !dots(domain)
            && domain.split('.').all(label_is_fit);
        if fit { Ok(Self { typed: typed.to_owned(), key: typed.to_lowercase() }) } else { Err(EmailError::Form) }
    }

    /// As it was typed: mail goes there.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// In lower case: by this, two addresses are the same or not.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The words in it, which a password must not be made of.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        let parts = self.key.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 2);
        std::iter::once(self.key.as_str()).chain(self.key.split('@')).chain(parts).collect()
    }
}

impl std::fmt::Debug for Email {
    /// Leaves the address out, so that no log holds it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email")
    }
}

/// What a browser is called in a list of sign-ins: "Chrome on Android". Told by its own word, so it proves nothing.
#[must_use]
pub fn browser_label(user_agent: &str) -> String {
    let has = |word: &str| user_agent.contains(word);
    // Each browser also names the ones it wants to be taken for, so the particular come before the general.
    let browser = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("DuckDuckGo", "DuckDuckGo"),
        ("Ddg/", "DuckDuckGo"),
        ("FxiOS", "Firefox"),
        ("Firefox", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chromium", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]
    .into_iter()
    .find_map(|(word, name)| has(word).then_some(name));
    let system = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "Chromebook"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find_map(|(word, name)| has(word).then_some(name));
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_kept_as_typed_and_compared_in_lower_case() {
        let email = Email::parse("  Margaret.Ellis@Example.ORG ").unwrap();
        assert_eq!((email.as_typed(), email.key()), ("Margaret.Ellis@Example.ORG", "margaret.ellis@example.org"));
        assert!(email.words().contains(&"margaret") && email.words().contains(&"margaret.ellis"));
        for fit in
            ["a@b.uk", "o'brien+nhs@mail.example.co.uk", "用户@例子.公司", "zoë@bücher.example", "x_1@xn--bcher-kva.example"]
        {
            assert!(Email::parse(fit).is_ok(), "{fit}");
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        assert_eq!(Email::parse(" "), Err(EmailError::Empty));
        for unfit in [
            "a",
            "a@b",
            "@b.uk",
            "a@",
            "a@b.",
            "a@.uk",
            "a@b..uk",
            "a b@c.uk",
            "a@b@c.uk",
            "a@b.uk\r\nBcc: x@y.uk",
            "<a@b.uk>",
            "a,b@c.uk",
            ".a@b.uk",
        ] {
            assert_eq!(Email::parse(unfit), Err(EmailError::Form), "{unfit:?}");
        }
        assert_eq!(Email::parse(&format!("{}@b.uk", "a".repeat(250))), Err(EmailError::Length));
    }

    #[test]
    fn a_sign_in_is_fresh_for_five_minutes() {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert!(is_fresh(at, at) && is_fresh(at, at + TimeDelta::minutes(5)));
        assert!(!is_fresh(at, at + TimeDelta::minutes(5) + TimeDelta::microseconds(1)));
        assert!(!is_fresh(at, at - TimeDelta::seconds(1)));
    }

    #[test]
    fn a_session_ends_after_thirty_idle_minutes_and_twelve_hours_at_most() {
        let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(session_ends(at, at), at + TimeDelta::minutes(30));
        assert_eq!(session_ends(at, at + TimeDelta::minutes(719)), at + TimeDelta::hours(12));
    }

    #[test]
    fn browsers_are_named_in_plain_words() {
        let names = [
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0",
                "Edge on Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15",
                "Safari on Mac",
            ),
            ("curl/8.5", "A browser"),
            ("", "A browser"),
        ];
        for (agent, name) in names {
            assert_eq!(browser_label(agent), name);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_an_address_panic_and_none_holds_a_line_break(text in "\\PC{0,20}[@.\r\n]{0,3}\\PC{0,20}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(!email.as_typed().contains(['\r', '\n']));
                prop_assert_eq!(Email::parse(email.as_typed()).map(|again| again == email), Ok(true));
            }
            let _ = browser_label(&text);
        }
    }
}
