//! Where prescriptions are dispensed: who dispenses, what they offer, when they are open, and which of them a person may
//! nominate.

mod hours;

pub use hours::{Hours, HoursError, OpenState, Opening};

use crate::record::coded;
use std::fmt;
use std::str::FromStr;

/// The code by which the NHS (Organisation Data Service) names a place: 3 to 10 letters and digits, in capitals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OdsCode(String);

/// A text that is no such code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ODS code such as FA123")]
pub struct OdsCodeError;

impl OdsCode {
    /// Reads a code in small letters or capitals.
    ///
    /// # Errors
    /// [`OdsCodeError`] when it does not have the form of one.
    pub fn parse(text: &str) -> Result<Self, OdsCodeError> {
        let code = text.trim();
        let fits = (3..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits { Ok(Self(code.to_ascii_uppercase())) } else { Err(OdsCodeError) }
    }

    /// "FA123".
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OdsCode {
    type Err = OdsCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for OdsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

coded! {
    /// Who dispenses.
    DispenserKind {
        /// A pharmacy that people go to.
        Community = "community",
        /// A pharmacy that sends medicines by post or courier, and lets nobody in.
        DistanceSelling = "distance-selling",
        /// Somebody who supplies appliances, such as stoma bags and dressings, and no medicines.
        ApplianceContractor = "appliance-contractor",
        /// A practice that dispenses to some of its own people.
        DispensingDoctor = "dispensing-doctor",
    }
}

coded! {
    /// What a person may nominate one of each (NHS England, Electronic Prescription Service: nomination).
    NominationSlot {
        /// A pharmacy, whether people go to it or it sends.
        Pharmacy = "pharmacy",
        /// An appliance contractor.
        Appliance = "appliance",
        /// A dispensing doctor.
        Doctor = "doctor",
    }
}

impl DispenserKind {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Community => "Pharmacy",
            Self::DistanceSelling => "Online pharmacy",
            Self::ApplianceContractor => "Appliance supplier",
            Self::DispensingDoctor => "GP surgery that gives out medicines",
        }
    }

    /// Which nomination it can be.
    #[must_use]
    pub const fn slot(self) -> NominationSlot {
        match self {
            Self::Community | Self::DistanceSelling => NominationSlot::Pharmacy,
            Self::ApplianceContractor => NominationSlot::Appliance,
            Self::DispensingDoctor => NominationSlot::Doctor,
        }
    }

    /// Whether somebody has to register with it before it dispenses for them. Such a one is nominated only by whoever says
    /// that they have.
    #[must_use]
    pub const fn asks_to_register(self) -> bool {
        matches!(self, Self::DistanceSelling)
    }

    /// Whether people go there.
    #[must_use]
    pub const fn is_visited(self) -> bool {
        !matches!(self, Self::DistanceSelling)
    }
}

impl NominationSlot {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pharmacy => "Pharmacy",
            Self::Appliance => "Appliance supplier",
            Self::Doctor => "GP surgery that gives out medicines",
        }
    }
}

coded! {
    /// What a dispenser offers beside dispensing, or says of itself.
    PharmacyService {
        /// Advice and, where needed, a prescription medicine for common illnesses.
        PharmacyFirst = "pharmacy-first",
        /// Flu vaccinations.
        FluVaccination = "flu-vaccination",
        /// COVID-19 vaccinations.
        CovidVaccination = "covid-vaccination",
        /// Blood pressure checks.
        BloodPressure = "blood-pressure",
        /// Contraception.
        Contraception = "contraception",
        /// A prescription medicine without a prescription in an emergency.
        EmergencySupply = "emergency-supply",
        /// Help with a medicine that is new to somebody.
        NewMedicine = "new-medicine",
        /// Help to stop smoking.
        StopSmoking = "stop-smoking",
        /// Medicines are brought home.
        Delivery = "delivery",
        /// It is open for 100 hours a week.
        HundredHours = "100-hours",
    }
}

impl PharmacyService {
    /// As people read it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::PharmacyFirst => "Treatment for common illnesses (Pharmacy First)",
            Self::FluVaccination => "Flu vaccination",
            Self::CovidVaccination => "COVID-19 vaccination",
            Self::BloodPressure => "Blood pressure check",
            Self::Contraception => "Contraception",
            Self::EmergencySupply => "Emergency supply of a prescription medicine",
            Self::NewMedicine => "Help with a new medicine",
            Self::StopSmoking => "Help to stop smoking",
            Self::Delivery => "Delivery to your home",
            Self::HundredHours => "Open for 100 hours a week",
        }
    }

    /// Reads words such as "delivery flu-vaccination", each once and in the order in which they are shown; `None` when one
    /// is unknown.
    #[must_use]
    pub fn several(words: &str) -> Option<Vec<Self>> {
        let mut found: Vec<Self> = words.split_whitespace().map(Self::from_code).collect::<Option<_>>()?;
        found.sort_unstable();
        found.dedup();
        Some(found)
    }
}

/// The words of a text by which something is found: small letters and digits, without marks, accents apart.
#[must_use]
pub fn search_words(text: &str) -> Vec<String> {
    let bare: String = text.chars().filter(|c| !matches!(c, '\'' | '\u{2019}' | '.')).flat_map(char::to_lowercase).collect();
    let mut words: Vec<String> =
        bare.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_read_in_small_letters_and_capitals() {
        assert_eq!(OdsCode::parse(" fa123 ").unwrap().as_str(), "FA123");
        for text in ["", "FA", "FA 12", "FA123456789", "FA-12", "F\u{c4}123", "../x"] {
            assert_eq!(OdsCode::parse(text), Err(OdsCodeError), "{text}");
        }
    }

    #[test]
    fn an_online_pharmacy_takes_the_place_of_the_other_and_asks_to_register() {
        assert_eq!(DispenserKind::Community.slot(), DispenserKind::DistanceSelling.slot());
        let slots = [DispenserKind::Community, DispenserKind::ApplianceContractor, DispenserKind::DispensingDoctor];
        assert_eq!(slots.map(DispenserKind::slot).as_slice(), NominationSlot::ALL);
        let asks: Vec<DispenserKind> = DispenserKind::ALL.iter().copied().filter(|kind| kind.asks_to_register()).collect();
        assert_eq!(asks, [DispenserKind::DistanceSelling]);
        assert!(DispenserKind::ALL.iter().all(|kind| kind.is_visited() != kind.asks_to_register()));
    }

    #[test]
    fn services_are_read_once_each_and_an_unknown_one_is_told() {
        let read = PharmacyService::several("delivery flu-vaccination delivery").unwrap();
        assert_eq!(read, [PharmacyService::FluVaccination, PharmacyService::Delivery]);
        assert_eq!(PharmacyService::several(" "), Some(Vec::new()));
        assert_eq!(PharmacyService::several("delivery, magic"), None);
    }

    #[test]
    fn words_are_found_whatever_marks_stand_in_them() {
        assert_eq!(search_words("Lloyd\u{2019}s Pharmacy, St. Mary's"), ["lloyds", "marys", "pharmacy", "st"]);
        assert!(search_words(" ,-!").is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_a_code_panic(text in "\\PC{0,12}") {
            if let Ok(read) = OdsCode::parse(&text) {
                prop_assert_eq!(OdsCode::parse(read.as_str()), Ok(read));
            }
            prop_assert!(search_words(&text).iter().all(|word| !word.is_empty()));
        }
    }
}
