//! What a password must be: long enough, and not one that a guesser tries first. Nothing about its composition
//! (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2).

use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

/// The fewest characters: eight, because a second step is always required.
pub const SHORTEST: usize = 8;
/// The most bytes: anything longer is no password that somebody means to type, and would only cost time.
pub const LONGEST_BYTES: usize = 1024;

/// Well-known passwords of at least eight characters, in lower case (from the frequency lists of zxcvbn, MIT, and more
/// that are usual in Britain).
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Why a password cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Nothing was given.
    #[error("Enter a password")]
    Empty,
    /// Fewer than eight characters.
    #[error("Your password must have at least 8 characters")]
    TooShort,
    /// More than 1,024 bytes.
    #[error("Your password is too long. Use 200 characters or fewer")]
    TooLong,
    /// Many people use it.
    #[error("This password is used by many people. Choose one that is harder to guess")]
    Common,
    /// It is easy to guess.
    #[error("This password is too easy to guess. Try 3 words that do not belong together")]
    Guessable,
}

/// The form in which a password is hashed and compared: the same however the keyboard composed its letters (NFKC).
#[must_use]
pub fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Whether its length is right, and nothing more.
///
/// # Errors
/// [`PasswordProblem::Empty`], [`PasswordProblem::TooShort`] or [`PasswordProblem::TooLong`].
pub fn check_length(password: &str) -> Result<(), PasswordProblem> {
    if password.is_empty() {
        return Err(PasswordProblem::Empty);
    }
    if password.len() > LONGEST_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    let password = normal(password);
    if password.chars().count() < SHORTEST {
        return Err(PasswordProblem::TooShort);
    }
    if password.len() > LONGEST_BYTES { Err(PasswordProblem::TooLong) } else { Ok(()) }
}

/// Whether it may be chosen as a password by somebody whom these words describe: their email address and its parts.
///
/// # Errors
/// [`PasswordProblem`], the first that applies.
pub fn check(password: &str, words: &[&str]) -> Result<(), PasswordProblem> {
    check_length(password)?;
    let lower = normal(password).to_lowercase();
    if COMMON.contains(lower.as_str()) || COMMON.contains(lower.trim()) {
        return Err(PasswordProblem::Common);
    }
    let words: Vec<&str> = words.iter().copied().chain(["selfheal", "nhs", "surgery", "record", "health"]).collect();
    if zxcvbn::zxcvbn(&normal(password), &words).score() < Score::Three { Err(PasswordProblem::Guessable) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORDS: &[&str] = &["margaret.ellis@example.org", "margaret", "ellis", "example"];

    #[test]
    fn good_passwords_are_taken_whatever_they_are_made_of() {
        for good in [
            "lamp otter gravel",
            "wobbly-teapot-forecast",
            "мой пароль очень длинный",
            "xk7vq2mpzt",
            &"tin fox lemon ".repeat(60),
        ] {
            assert_eq!(check(good, WORDS), Ok(()), "{good}");
        }
    }

    #[test]
    fn short_long_common_and_guessable_ones_are_refused() {
        for (bad, why) in [
            ("", PasswordProblem::Empty),
            ("kx7vq2m", PasswordProblem::TooShort),
            ("Liverpool1", PasswordProblem::Common),
            ("PASSWORD123", PasswordProblem::Common),
            (" password1 ", PasswordProblem::Common),
            ("aaaaaaaaaaaa", PasswordProblem::Guessable),
            ("margaretellis", PasswordProblem::Guessable),
            ("Selfheal2026!", PasswordProblem::Guessable),
            ("21/03/1948", PasswordProblem::Guessable),
        ] {
            assert_eq!(check(bad, WORDS), Err(why), "{bad}");
        }
        assert_eq!(check(&"é".repeat(513), WORDS), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn the_same_letters_composed_otherwise_are_the_same_password() {
        assert_eq!(normal("cafe\u{301}"), normal("caf\u{e9}"));
    }

    #[test]
    fn the_list_holds_only_what_could_be_typed() {
        assert!(COMMON.len() > 3000);
        assert!(COMMON.iter().all(|word| word.chars().count() >= SHORTEST && word.to_lowercase() == **word));
    }

    proptest! {
        #[test]
        fn no_password_makes_it_panic(text in "\\PC{0,60}") {
            let _ = check(&text, WORDS);
        }
    }
}
