//! What a clinic treats, and which clinics a referral is for.
//!
//! Source: NHS Data Dictionary, Treatment Function Code.

use crate::record::coded;

coded! {
    /// What a clinic treats (NHS Data Dictionary, Treatment Function Code).
    Specialty {
        /// General surgery.
        GeneralSurgery = "100",
        /// Urology.
        Urology = "101",
        /// Trauma and orthopaedics.
        Orthopaedics = "110",
        /// Ear, nose and throat.
        EarNoseThroat = "120",
        /// Ophthalmology.
        Eyes = "130",
        /// Oral surgery.
        OralSurgery = "140",
        /// Neurosurgery.
        Neurosurgery = "150",
        /// Plastic surgery.
        PlasticSurgery = "160",
        /// Pain management.
        Pain = "191",
        /// Gastroenterology.
        Gastroenterology = "301",
        /// Endocrinology.
        Endocrinology = "302",
        /// Clinical haematology.
        Haematology = "303",
        /// Diabetes.
        Diabetes = "307",
        /// Cardiology.
        Cardiology = "320",
        /// Dermatology.
        Dermatology = "330",
        /// Respiratory medicine.
        Respiratory = "340",
        /// Renal medicine.
        Renal = "361",
        /// Neurology.
        Neurology = "400",
        /// Rheumatology.
        Rheumatology = "410",
        /// Paediatrics.
        Paediatrics = "420",
        /// Elderly medicine.
        Elderly = "430",
        /// Obstetrics.
        Obstetrics = "501",
        /// Gynaecology.
        Gynaecology = "502",
        /// Physiotherapy.
        Physiotherapy = "650",
        /// Speech and language therapy.
        SpeechTherapy = "652",
        /// Podiatry.
        Podiatry = "653",
        /// Dietetics.
        Dietetics = "654",
        /// Adult mental health.
        MentalHealth = "710",
        /// Audiology.
        Audiology = "840",
    }
}

impl Specialty {
    /// What a page calls it, in plain words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::GeneralSurgery => "General surgery",
            Self::Urology => "Bladder, kidneys and prostate (urology)",
            Self::Orthopaedics => "Bones and joints (orthopaedics)",
            Self::EarNoseThroat => "Ear, nose and throat",
            Self::Eyes => "Eyes",
            Self::OralSurgery => "Mouth and jaw (oral surgery)",
            Self::Neurosurgery => "Brain and spine surgery",
            Self::PlasticSurgery => "Plastic surgery",
            Self::Pain => "Pain",
            Self::Gastroenterology => "Stomach and bowel (gastroenterology)",
            Self::Endocrinology => "Hormones (endocrinology)",
            Self::Haematology => "Blood (haematology)",
            Self::Diabetes => "Diabetes",
            Self::Cardiology => "Heart (cardiology)",
            Self::Dermatology => "Skin (dermatology)",
            Self::Respiratory => "Lungs and breathing",
            Self::Renal => "Kidneys (renal)",
            Self::Neurology => "Brain and nerves (neurology)",
            Self::Rheumatology => "Joints and muscles (rheumatology)",
            Self::Paediatrics => "Children",
            Self::Elderly => "Older people",
            Self::Obstetrics => "Pregnancy",
            Self::Gynaecology => "Women's health (gynaecology)",
            Self::Physiotherapy => "Physiotherapy",
            Self::SpeechTherapy => "Speech and language therapy",
            Self::Podiatry => "Feet (podiatry)",
            Self::Dietetics => "Food and diet",
            Self::MentalHealth => "Mental health",
            Self::Audiology => "Hearing",
        }
    }

    /// The beginnings of words by which letters and codes name it.
    const fn stems(self) -> &'static [&'static str] {
        match self {
            Self::GeneralSurgery => &["general surg", "surgical"],
            Self::Urology => &["urolog"],
            Self::Orthopaedics => &["orthopaed", "orthoped", "fracture clinic"],
            Self::EarNoseThroat => &["ear, nose", "ear nose", "ent ", "otolaryng", "otorhinolaryng"],
            Self::Eyes => &["ophthalm", "eye "],
            Self::OralSurgery => &["oral surg", "maxillofacial"],
            Self::Neurosurgery => &["neurosurg"],
            Self::PlasticSurgery => &["plastic surg"],
            Self::Pain => &["pain clinic", "pain manage", "pain service"],
            Self::Gastroenterology => &["gastroenter", "gastro-enter"],
            Self::Endocrinology => &["endocrin"],
            Self::Haematology => &["haematolog", "hematolog"],
            Self::Diabetes => &["diabet"],
            Self::Cardiology => &["cardiolog", "chest pain clinic", "heart failure clinic"],
            Self::Dermatology => &["dermatolog", "skin clinic"],
            Self::Respiratory => &["respiratory", "chest physician", "pulmon"],
            Self::Renal => &["renal", "nephrolog"],
            Self::Neurology => &["neurolog"],
            Self::Rheumatology => &["rheumatolog"],
            Self::Paediatrics => &["paediatric", "pediatric"],
            Self::Elderly => &["geriatric", "elderly", "older people", "falls clinic"],
            Self::Obstetrics => &["obstetric", "antenatal", "maternity"],
            Self::Gynaecology => &["gynaecolog", "gynecolog"],
            Self::Physiotherapy => &["physiotherap", "physical therap"],
            Self::SpeechTherapy => &["speech and language", "speech therap"],
            Self::Podiatry => &["podiatr", "chiropod"],
            Self::Dietetics => &["dietit", "dietic", "dietet"],
            Self::MentalHealth => &["mental health", "mental-health", "psychiatr", "psychological therap", "talking therap"],
            Self::Audiology => &["audiolog", "hearing"],
        }
    }

    const fn bit(self) -> u64 {
        1 << self.place()
    }
}

/// To what somebody is referred: what their open referrals, not used yet, are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Referred {
    to: u64,
    /// There is one that does not say what for, as far as can be told.
    unsaid: bool,
}

impl Referred {
    /// What one referral is for, by its words: "Referral to cardiology service". One of which that cannot be told may be for any.
    #[must_use]
    pub fn by(words: &str) -> Self {
        // So that the last word has an end too.
        let words = format!("{} ", words.to_lowercase());
        let begins = |stem: &&str| words.match_indices(*stem).any(|(at, _)| !words[..at].ends_with(char::is_alphanumeric));
        let to = Specialty::ALL.iter().filter(|one| one.stems().iter().any(begins)).fold(0, |to, one| to | one.bit());
        Self { to, unsaid: to == 0 }
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { to: self.to | other.to, unsaid: self.unsaid || other.unsaid }
    }

    /// Whether there is one for this clinic; a clinic that does not say what it treats takes any.
    #[must_use]
    pub const fn is_for(self, clinic: Option<Specialty>) -> bool {
        match clinic {
            None => self.to != 0 || self.unsaid,
            Some(one) => self.unsaid || self.to & one.bit() != 0,
        }
    }

    /// What they are for, as far as that is said.
    pub fn specialties(self) -> impl Iterator<Item = Specialty> {
        Specialty::ALL.iter().copied().filter(move |one| self.to & one.bit() != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(words: &str) -> Vec<Specialty> {
        Referred::by(words).specialties().collect()
    }

    #[test]
    fn a_referral_is_for_what_its_words_name() {
        assert_eq!(found("Referral to cardiology service"), [Specialty::Cardiology]);
        assert_eq!(found("Referral to mental health team (procedure)"), [Specialty::MentalHealth]);
        assert_eq!(found("REFERRAL TO ENT"), [Specialty::EarNoseThroat]);
        assert_eq!(found("Patient referral for dental care"), []);
        assert_eq!(found("Referral to paediatric neurology"), [Specialty::Neurology, Specialty::Paediatrics]);
        // Not the middle of another word: "neurology" holds "urolog".
        assert_eq!(found("Referral to neurology"), [Specialty::Neurology]);
    }

    #[test]
    fn what_a_clinic_takes() {
        let heart = Referred::by("Referral to cardiology service");
        assert!(heart.is_for(Some(Specialty::Cardiology)) && heart.is_for(None));
        assert!(!heart.is_for(Some(Specialty::Dermatology)));
        let unsaid = Referred::by("Patient referral");
        assert!(Specialty::ALL.iter().all(|one| unsaid.is_for(Some(*one))) && unsaid.is_for(None));
        let none = Referred::default();
        assert!(Specialty::ALL.iter().all(|one| !none.is_for(Some(*one))) && !none.is_for(None));
        assert!(heart.and(Referred::by("Skin clinic")).is_for(Some(Specialty::Dermatology)));
    }

    #[test]
    fn every_specialty_is_told_apart_and_found_by_its_own_words() {
        let bits = Specialty::ALL.iter().fold(0_u64, |bits, one| bits | one.bit());
        assert_eq!(usize::try_from(bits.count_ones()).unwrap(), Specialty::ALL.len());
        for one in Specialty::ALL {
            for stem in one.stems() {
                assert!(found(&format!("referral to {stem}")).contains(one), "{stem}");
            }
        }
    }

    proptest! {
        #[test]
        fn more_referrals_never_open_less(one in ".{0,40}", other in "(cardiology|renal|skin clinic|.{0,20})") {
            let (one, both) = (Referred::by(&one), Referred::by(&one).and(Referred::by(&other)));
            for clinic in Specialty::ALL.iter().copied().map(Some).chain([None]) {
                prop_assert!(!one.is_for(clinic) || both.is_for(clinic));
            }
        }
    }
}
