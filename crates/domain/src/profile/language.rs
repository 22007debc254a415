//! What people speak or sign, and which interpreter that asks for.

use crate::record::coded;

/// What sort of language it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageKind {
    /// One that is spoken.
    Spoken,
    /// One that is signed, or signs beside speech.
    Signed,
}

coded! {
    /// A language, by its code in BCP 47 (ISO 639). Ways to sign beside a spoken language have none; they have a word of ours.
    Language {
        /// British Sign Language.
        Bsl = "bfi",
        /// Signs of British Sign Language in the order of English words.
        SignSupported = "sse",
        /// Signs and symbols with speech.
        Makaton = "makaton",
        /// Signs felt by the hands.
        HandsOn = "hands-on",
        /// Signs made within the sight that is left.
        VisualFrame = "visual-frame",
        /// Spoken.
        English = "en",
        /// Spoken.
        Albanian = "sq",
        /// Spoken.
        Amharic = "am",
        /// Spoken.
        Arabic = "ar",
        /// Spoken.
        Bengali = "bn",
        /// Spoken.
        Bulgarian = "bg",
        /// Spoken.
        Cantonese = "yue",
        /// Spoken.
        Czech = "cs",
        /// Spoken.
        Farsi = "fa",
        /// Spoken.
        French = "fr",
        /// Spoken.
        Greek = "el",
        /// Spoken.
        Gujarati = "gu",
        /// Spoken.
        Hindi = "hi",
        /// Spoken.
        Hungarian = "hu",
        /// Spoken.
        Italian = "it",
        /// Spoken.
        Kurdish = "ku",
        /// Spoken.
        Lithuanian = "lt",
        /// Spoken.
        Mandarin = "cmn",
        /// Spoken.
        Nepali = "ne",
        /// Spoken.
        Panjabi = "pa",
        /// Spoken.
        Pashto = "ps",
        /// Spoken.
        Polish = "pl",
        /// Spoken.
        Portuguese = "pt",
        /// Spoken.
        Romanian = "ro",
        /// Spoken.
        Russian = "ru",
        /// Spoken.
        Slovak = "sk",
        /// Spoken.
        Somali = "so",
        /// Spoken.
        Spanish = "es",
        /// Spoken.
        Sylheti = "syl",
        /// Spoken.
        Tamil = "ta",
        /// Spoken.
        Tigrinya = "ti",
        /// Spoken.
        Turkish = "tr",
        /// Spoken.
        Ukrainian = "uk",
        /// Spoken.
        Urdu = "ur",
        /// Spoken.
        Vietnamese = "vi",
        /// Spoken.
        Welsh = "cy",
        /// Spoken.
        Yoruba = "yo",
        /// Another, which is written beside it.
        Other = "other",
    }
}

impl Language {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bsl => "British Sign Language (BSL)",
            Self::SignSupported => "Sign Supported English",
            Self::Makaton => "Makaton",
            Self::HandsOn => "Hands-on signing",
            Self::VisualFrame => "Visual frame signing",
            Self::English => "English",
            Self::Albanian => "Albanian",
            Self::Amharic => "Amharic",
            Self::Arabic => "Arabic",
            Self::Bengali => "Bengali",
            Self::Bulgarian => "Bulgarian",
            Self::Cantonese => "Cantonese",
            Self::Czech => "Czech",
            Self::Farsi => "Farsi (Persian)",
            Self::French => "French",
            Self::Greek => "Greek",
            Self::Gujarati => "Gujarati",
            Self::Hindi => "Hindi",
            Self::Hungarian => "Hungarian",
            Self::Italian => "Italian",
            Self::Kurdish => "Kurdish",
            Self::Lithuanian => "Lithuanian",
            Self::Mandarin => "Mandarin",
            Self::Nepali => "Nepali",
            Self::Panjabi => "Panjabi",
            Self::Pashto => "Pashto",
            Self::Polish => "Polish",
            Self::Portuguese => "Portuguese",
            Self::Romanian => "Romanian",
            Self::Russian => "Russian",
            Self::Slovak => "Slovak",
            Self::Somali => "Somali",
            Self::Spanish => "Spanish",
            Self::Sylheti => "Sylheti",
            Self::Tamil => "Tamil",
            Self::Tigrinya => "Tigrinya",
            Self::Turkish => "Turkish",
            Self::Ukrainian => "Ukrainian",
            Self::Urdu => "Urdu",
            Self::Vietnamese => "Vietnamese",
            Self::Welsh => "Welsh",
            Self::Yoruba => "Yoruba",
            Self::Other => "Another language",
        }
    }

    /// What sort it is.
    #[must_use]
    pub const fn kind(self) -> LanguageKind {
        match self {
            Self::Bsl | Self::SignSupported | Self::Makaton | Self::HandsOn | Self::VisualFrame => LanguageKind::Signed,
            _ => LanguageKind::Spoken,
        }
    }

    /// Whether somebody may have it as their main language: a way to sign beside English is none.
    #[must_use]
    pub const fn is_main(self) -> bool {
        matches!(self.kind(), LanguageKind::Spoken) || matches!(self, Self::Bsl)
    }

    /// The code by which FHIR names it (BCP 47); `None` for what has none.
    #[must_use]
    pub const fn bcp_47(self) -> Option<&'static str> {
        match self {
            Self::SignSupported | Self::Makaton | Self::HandsOn | Self::VisualFrame | Self::Other => None,
            other => Some(other.code()),
        }
    }

    /// The SNOMED CT concept that an interpreter for it is needed (`RA-FlagCode` of NHS England, categories "Requires communication
    /// professional" and "Community Language Support").
    #[must_use]
    pub const fn interpreter_needed(self) -> &'static str {
        match self {
            Self::Bsl => "204331000000107",
            Self::SignSupported => "936761000000104",
            Self::Makaton => "204341000000103",
            Self::HandsOn => "945731000000104",
            Self::VisualFrame => "945711000000107",
            Self::English => "343671000000102",
            Self::Albanian => "203291000000102",
            Self::Amharic => "203301000000103",
            Self::Arabic => "203311000000101",
            Self::Bengali => "203321000000107",
            Self::Bulgarian => "353921000000107",
            Self::Cantonese => "203381000000108",
            Self::Czech => "203401000000108",
            Self::Farsi => "203421000000104",
            Self::French => "203441000000106",
            Self::Greek => "203591000000100",
            Self::Gujarati => "203601000000106",
            Self::Hindi => "203651000000107",
            Self::Hungarian => "360431000000104",
            Self::Italian => "203371000000106",
            Self::Kurdish => "203701000000104",
            Self::Lithuanian => "203721000000108",
            Self::Mandarin => "203821000000101",
            Self::Nepali => "364251000000104",
            Self::Panjabi => "203961000000103",
            Self::Pashto => "203841000000108",
            Self::Polish => "203901000000102",
            Self::Portuguese => "203911000000100",
            Self::Romanian => "353881000000101",
            Self::Russian => "203971000000105",
            Self::Slovak => "352901000000108",
            Self::Somali => "204021000000108",
            Self::Spanish => "204031000000105",
            Self::Sylheti => "204081000000109",
            Self::Tamil => "204131000000109",
            Self::Tigrinya => "204171000000106",
            Self::Turkish => "204191000000105",
            Self::Ukrainian => "204201000000107",
            Self::Urdu => "204211000000109",
            Self::Vietnamese => "204221000000103",
            Self::Welsh => "204231000000101",
            Self::Yoruba => "204241000000105",
            Self::Other => "315594003",
        }
    }

    /// "a BSL interpreter", "a Polish interpreter": after "Needs".
    #[must_use]
    pub fn interpreter_in_words(self) -> String {
        let name = match self {
            Self::Bsl => "BSL",
            Self::SignSupported => "Sign Supported English",
            Self::HandsOn => "hands-on signing",
            Self::VisualFrame => "visual frame signing",
            Self::Farsi => "Farsi",
            Self::Other => return "an interpreter".to_owned(),
            other => other.title(),
        };
        let an = name.starts_with(['A', 'E', 'I', 'O', 'U']) && !matches!(self, Self::Ukrainian);
        format!("{} {name} interpreter", if an { "an" } else { "a" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::needs::tests::is_snomed;
    use std::collections::BTreeSet;

    #[test]
    fn every_language_has_a_name_and_a_code_of_its_own() {
        let codes: BTreeSet<&str> = Language::ALL.iter().map(|one| one.interpreter_needed()).collect();
        assert_eq!(codes.len(), Language::ALL.len());
        assert!(codes.into_iter().all(is_snomed));
        let main = Language::ALL.iter().filter(|one| one.is_main()).count();
        assert_eq!(main, Language::ALL.len() - 4);
    }

    #[test]
    fn an_interpreter_is_said_as_people_say_it() {
        let said = [Language::Bsl, Language::Polish, Language::Urdu, Language::Ukrainian, Language::Arabic, Language::Other]
            .map(Language::interpreter_in_words);
        let expected = [
            "a BSL interpreter",
            "a Polish interpreter",
            "an Urdu interpreter",
            "a Ukrainian interpreter",
            "an Arabic interpreter",
            "an interpreter",
        ];
        assert_eq!(said, expected);
    }
}
