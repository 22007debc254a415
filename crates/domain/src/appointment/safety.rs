//! What is asked before a reason is typed, so that nobody waits for an appointment who needs help now (NHS: when to call
//! 999, when to use 111).

/// How fast help is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// 999 or A&E now.
    Emergency,
    /// 111 now.
    Urgent,
}

/// Something that needs help faster than an appointment gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its code in a form.
    pub code: &'static str,
    /// In plain words, to whoever books for themself.
    pub words: &'static str,
    /// The same to whoever books for somebody else, where that is not the same.
    pub of_another: Option<&'static str>,
    /// How fast.
    pub urgency: Urgency,
}

/// Every one, the most urgent first.
pub const FLAGS: &[Flag] = &[
    Flag {
        code: "chest-pain",
        words: "Chest pain, or a tight, heavy or squeezing feeling in the chest",
        of_another: None,
        urgency: Urgency::Emergency,
    },
    Flag {
        code: "stroke",
        words: "A face that droops on one side, weakness in one arm, or speech that is slurred",
        of_another: None,
        urgency: Urgency::Emergency,
    },
    Flag {
        code: "breathing",
        words: "Serious difficulty breathing, or turning blue, grey or very pale",
        of_another: None,
        urgency: Urgency::Emergency,
    },
    Flag { code: "bleeding", words: "Heavy bleeding that does not stop", of_another: None, urgency: Urgency::Emergency },
    Flag {
        code: "reaction",
        words: "Swelling of the lips, mouth, throat or tongue that came on suddenly",
        of_another: None,
        urgency: Urgency::Emergency,
    },
    Flag {
        code: "fit",
        words: "A fit, fainting that does not pass, or sudden confusion",
        of_another: None,
        urgency: Urgency::Emergency,
    },
    Flag {
        code: "self-harm",
        words: "Having seriously harmed yourself, or being about to end your life",
        of_another: Some("Having seriously harmed themself, or being about to end their life"),
        urgency: Urgency::Emergency,
    },
    Flag {
        code: "worse",
        words: "Something that is getting worse fast and cannot wait",
        of_another: None,
        urgency: Urgency::Urgent,
    },
];

impl Flag {
    /// The flag with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<&'static Self> {
        FLAGS.iter().find(|flag| flag.code == code)
    }

    /// In plain words, to whoever books for themself or for another.
    #[must_use]
    pub fn said(&self, of_another: bool) -> &'static str {
        self.of_another.filter(|_| of_another).unwrap_or(self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_code_of_its_own() {
        for flag in FLAGS {
            assert_eq!(Flag::from_code(flag.code), Some(flag));
            assert_eq!(flag.said(false), flag.words);
            assert!(!flag.said(true).contains("your"), "{}", flag.code);
        }
        assert_eq!(Flag::from_code(""), None);
    }
}
