//! How somebody wants pages to look.

use crate::record::coded;
use std::fmt;
use std::str::FromStr;

coded! {
    /// One way in which pages can be made to look for somebody. The word is the end of the class on the document, and its part in
    /// the cookie.
    Setting {
        /// Letters of 20 points and more (the smallest large print of the Accessible Information Standard).
        LargeText = "large-text",
        /// Black and white, with edges.
        HighContrast = "high-contrast",
        /// Nothing moves.
        ReducedMotion = "reduced-motion",
        /// Short sentences, with a picture beside each main act.
        EasyRead = "easy-read",
    }
}

impl Setting {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::LargeText => "Large text",
            Self::HighContrast => "High contrast",
            Self::ReducedMotion => "No movement",
            Self::EasyRead => "Easy read",
        }
    }

    /// What it does.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::LargeText => "All words are larger.",
            Self::HighContrast => "Black and white, with strong edges.",
            Self::ReducedMotion => "Nothing on the page moves or fades.",
            Self::EasyRead => "Short sentences and pictures on the main pages.",
        }
    }
}

/// Some of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Display(u8);

impl Display {
    /// As pages look for everybody.
    pub const NONE: Self = Self(0);

    /// Whether it is on.
    #[must_use]
    pub const fn has(self, setting: Setting) -> bool {
        self.0 & (1 << setting.place()) != 0
    }

    /// The same with this on.
    #[must_use]
    pub const fn with(self, setting: Setting) -> Self {
        Self(self.0 | 1 << setting.place())
    }

    /// What of the other is not on here.
    #[must_use]
    pub const fn lacks(self, other: Self) -> Self {
        Self(other.0 & !self.0)
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether none is on.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Each that is on, in the order in which they are shown.
    pub fn iter(self) -> impl Iterator<Item = Setting> {
        Setting::ALL.iter().copied().filter(move |setting| self.has(*setting))
    }

    /// Reads words with a space or a full stop between them; what is not known is left out, so that nobody is kept from a page by
    /// what a cookie says.
    #[must_use]
    pub fn read(words: &str) -> Self {
        words.split([' ', '.']).filter_map(Setting::from_code).fold(Self::NONE, Self::with)
    }

    /// The words as a cookie holds them, which has no spaces: "large-text.easy-read"; "none" where none is on.
    #[must_use]
    pub fn in_cookie(self) -> String {
        if self.is_none() { "none".to_owned() } else { self.to_string().replace(' ', ".") }
    }

    /// The classes of the document: "sh-large-text sh-easy-read".
    #[must_use]
    pub fn classes(self) -> String {
        self.iter().map(|setting| format!("sh-{}", setting.code())).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Display {
    /// The words, with a space between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Setting::code).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for Display {
    type Err = std::convert::Infallible;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        Ok(Self::read(words))
    }
}

impl From<String> for Display {
    fn from(words: String) -> Self {
        Self::read(&words)
    }
}

impl From<Display> for String {
    fn from(display: Display) -> Self {
        display.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_words_of_a_cookie_and_of_a_document() {
        let both = Display::NONE.with(Setting::EasyRead).with(Setting::LargeText);
        assert_eq!((both.in_cookie().as_str(), both.classes().as_str()), ("large-text.easy-read", "sh-large-text sh-easy-read"));
        assert_eq!((Display::NONE.in_cookie().as_str(), Display::NONE.classes().as_str()), ("none", ""));
        assert_eq!(Display::read("none"), Display::NONE);
        assert_eq!(Display::read("large-text.<script>.easy-read"), both);
        assert_eq!(Display::NONE.with(Setting::LargeText).lacks(both), Display::NONE.with(Setting::EasyRead));
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(bits in 0_u8..16) {
            let display = Display(bits);
            prop_assert_eq!(Display::read(&display.to_string()), display);
            prop_assert_eq!(Display::read(&display.in_cookie()), display);
            prop_assert!(display.lacks(display).is_none());
        }

        #[test]
        fn whatever_a_browser_sends_is_read(text in "\\PC{0,40}") {
            let read = Display::read(&text);
            prop_assert_eq!(Display::read(&read.in_cookie()), read);
            prop_assert!(read.classes().chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | ' ')));
        }
    }
}
