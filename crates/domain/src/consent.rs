//! What a person chooses about sharing, and what they are told before they choose.
//!
//! A notice is never changed: a new version takes its place from a day on, and says in plain lines what is new in it.

use crate::record::{Category, coded};
use crate::scope::Labels;
use chrono::NaiveDate;

coded! {
    /// For what a record may be shared.
    SharingPurpose {
        /// Giving the person care.
        DirectCare = "direct-care",
        /// A short summary for urgent care, with more than medicines and allergies in it.
        Summary = "summary",
        /// Whether there is a short summary for urgent care at all.
        SummaryAtAll = "summary-at-all",
        /// Planning of services, and research.
        Planning = "planning",
        /// What opens when a professional opens the record in an emergency.
        Emergency = "emergency",
    }
}

impl SharingPurpose {
    /// What a page calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::DirectCare => "Your own care",
            Self::Summary => "A fuller summary for urgent care",
            Self::SummaryAtAll => "An NHS summary for urgent care",
            Self::Planning => "Planning and research",
            Self::Emergency => "In an emergency",
        }
    }

    /// Whether a choice is made for each kind of organisation; otherwise it is one for all of them.
    #[must_use]
    pub const fn is_by_kind(self) -> bool {
        matches!(self, Self::DirectCare)
    }

    /// Whether a choice names what is shared; otherwise it is yes or no.
    #[must_use]
    pub const fn is_by_label(self) -> bool {
        matches!(self, Self::DirectCare | Self::Emergency)
    }

    /// Whether a choice may be so: where it is yes or no, everything or nothing.
    #[must_use]
    pub fn takes(self, labels: Labels) -> bool {
        self.is_by_label() || labels.is_empty() || labels == Labels::all()
    }

    /// What holds here until the person chooses; `None` for the fuller summary: of whoever said nothing the NHS keeps one, unless their
    /// practice recorded that they refused it, which is not known here.
    #[must_use]
    pub fn unless_chosen(self) -> Option<Labels> {
        match self {
            Self::DirectCare | Self::SummaryAtAll | Self::Planning | Self::Emergency => Some(Labels::all()),
            Self::Summary => None,
        }
    }
}

/// What somebody chose about their NHS Summary Care Record: the three choices of NHS England's patient consent preference form (NHS
/// England, "Summary Care Records (SCR)").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryChoice {
    /// Medicines, allergies and adverse reactions, and additional information.
    Additional,
    /// Medicines, allergies and adverse reactions, and nothing more.
    CoreOnly,
    /// No summary at all.
    OptOut,
}

impl SummaryChoice {
    /// What follows from whether they want a summary at all and whether it should be the fuller one, as they said last; absent where
    /// they want one, or did not say, and never said which.
    #[must_use]
    pub const fn of(at_all: Option<bool>, fuller: Option<bool>) -> Option<Self> {
        match (at_all, fuller) {
            (Some(false), _) => Some(Self::OptOut),
            (_, Some(true)) => Some(Self::Additional),
            (_, Some(false)) => Some(Self::CoreOnly),
            (_, None) => None,
        }
    }
}

/// In which part of an NHS Summary Care Record something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SummaryLayer {
    /// In every one: medicines, allergies and adverse reactions.
    Core,
    /// In one with additional information alone: significant problems, procedures and immunisations, care plans and wishes, whom to
    /// contact, and communication needs.
    Additional,
}

impl SummaryLayer {
    /// In which part entries of a category stand; absent for what a summary holds in neither.
    ///
    /// Source: NHS England, "Additional Information in SCR"
    /// (digital.nhs.uk/services/summary-care-records-scr/additional-information-in-scr).
    #[must_use]
    pub const fn of(category: Category) -> Option<Self> {
        match category {
            Category::Medicine | Category::Allergy => Some(Self::Core),
            Category::Problem | Category::Procedure | Category::Immunisation | Category::Care | Category::People => {
                Some(Self::Additional)
            }
            Category::Result | Category::Visit | Category::Document | Category::Other => None,
        }
    }
}

/// The word that stands for every kind of organisation, where a choice is one for all.
pub const EVERY_KIND: &str = "every";

/// What a person is told before they choose.
#[derive(Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which version of the notice for its purpose; the first is 1.
    pub version: i32,
    /// The day from which it holds, in London.
    pub from: NaiveDate,
    /// What it says.
    pub paragraphs: &'static [&'static str],
    /// What is new in it since the version before, a line each; none in the first.
    pub changes: &'static [&'static str],
}

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MAX,
    }
}

const DIRECT_CARE: &[Notice] = &[
    Notice {
        version: 1,
        from: day(2026, 1, 5),
        paragraphs: &[
            "People who look after you can see your record here, so that they can give you safe care.",
            "They see it only while they work for an organisation that looks after you.",
            "You can say no for each kind of organisation. Your care goes on, but they may have to ask you more.",
            "An organisation always sees what it wrote itself.",
        ],
        changes: &[],
    },
    Notice {
        version: 2,
        from: day(2026, 10, 1),
        paragraphs: &[
            "People who look after you can see your record here, so that they can give you safe care.",
            "They see it only while they work for an organisation that looks after you.",
            "You choose for each kind of organisation. For each you choose whether they see general health, mental health, \
             sexual health and social care.",
            "You can share nothing at all. Your care goes on, but they may have to ask you more.",
            "An organisation always sees what it wrote itself.",
            "You can see everybody who looked, under \u{201c}Who has looked\u{201d}.",
        ],
        changes: &[
            "You can now choose for mental health, sexual health and social care one by one. Before, it was all or nothing.",
            "You can now see everybody who looked.",
            "What you chose before stays as it is until you change it.",
        ],
    },
];

const SUMMARY: &[Notice] = &[
    Notice {
        version: 1,
        from: day(2026, 1, 5),
        paragraphs: &[
            "The NHS keeps a short summary of your record for urgent care. It holds your medicines, allergies and bad reactions.",
            "A fuller summary also says which health problems you have, what treatment you had, and what matters to you.",
            "Today, your choice here is written down and your care team can read it. It changes no summary by itself: your GP \
             surgery does that.",
        ],
        changes: &[],
    },
    // What holds for whoever said nothing: NHS England, "Additional Information in SCR"
    // (digital.nhs.uk/services/summary-care-records-scr/additional-information-in-scr).
    Notice {
        version: 2,
        from: day(2026, 11, 30),
        paragraphs: &[
            "The NHS keeps a summary of your record for urgent care. It holds your medicines, allergies and bad reactions.",
            "If you have said nothing, it is the fuller summary. That also says which health problems you have, what treatment you \
             had, and what matters to you.",
            "You can say no to the fuller summary. If you said no to your GP surgery before, that still holds.",
            "Selfheal cannot see your NHS summary. Your GP surgery can tell you what is in it.",
            "Your choice here is written down and your care team can read it. It changes no summary by itself: your GP surgery \
             does that.",
        ],
        changes: &[
            "We now say what holds when you have said nothing: the NHS keeps the fuller summary.",
            "We now say that Selfheal cannot see your NHS summary.",
            "What you chose before stays as it is until you change it.",
        ],
    },
];

const SUMMARY_AT_ALL: &[Notice] = &[Notice {
    version: 1,
    from: day(2026, 1, 5),
    paragraphs: &[
        "The NHS keeps a short summary of your record for urgent care. It helps people who treat you and do not know you.",
        "You can say that you want no such summary at all. Then people who treat you in a hurry do not find your medicines and \
         allergies there.",
        "Your choice here changes no summary by itself: your GP surgery does that.",
    ],
    changes: &[],
}];

const PLANNING: &[Notice] = &[Notice {
    version: 1,
    from: day(2026, 1, 5),
    paragraphs: &[
        "Counts of how many people have which kind of entry help to plan services and to do research.",
        "The counts made here hold no names, no numbers of yours and no dates. Where fewer than 5 people would be in a count, \
         it is left out.",
        "If you say no, you are not in any count made here from then on. Counts that were made before cannot be taken back.",
        "This is your choice in Selfheal. To say no to the whole NHS, use the national data opt-out at nhs.uk/your-nhs-data-matters.",
    ],
    changes: &[],
}];

const EMERGENCY: &[Notice] = &[Notice {
    version: 1,
    from: day(2026, 1, 5),
    paragraphs: &[
        "In an emergency a doctor or nurse who does not know you can open your record for 4 hours. They must say why.",
        "You are told at once, and you can see who it was. The privacy officer of their organisation sees it too.",
        "You can keep parts closed even then. They will not see them and will not be told what they are.",
    ],
    changes: &[],
}];

/// Every version of the notice for this purpose, the oldest first.
#[must_use]
pub const fn notices(purpose: SharingPurpose) -> &'static [Notice] {
    match purpose {
        SharingPurpose::DirectCare => DIRECT_CARE,
        SharingPurpose::Summary => SUMMARY,
        SharingPurpose::SummaryAtAll => SUMMARY_AT_ALL,
        SharingPurpose::Planning => PLANNING,
        SharingPurpose::Emergency => EMERGENCY,
    }
}

/// The notice that holds on this day (in London); `None` before there was one.
#[must_use]
pub fn in_force(purpose: SharingPurpose, today: NaiveDate) -> Option<&'static Notice> {
    notices(purpose).iter().rev().find(|notice| notice.from <= today)
}

/// The notices that came after this version and hold by this day, the oldest first: what is new in them is in their
/// [`Notice::changes`].
#[must_use]
pub fn newer(purpose: SharingPurpose, version: i32, today: NaiveDate) -> Vec<&'static Notice> {
    notices(purpose).iter().filter(|notice| notice.version > version && notice.from <= today).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Sensitivity;
    use chrono::Days;
    use proptest::prelude::*;

    #[test]
    fn the_versions_of_a_notice_follow_one_another_and_each_says_what_is_new() {
        for purpose in SharingPurpose::ALL {
            let all = notices(*purpose);
            assert!(!all.is_empty(), "{purpose:?}");
            for (at, notice) in (1..).zip(all) {
                assert_eq!(notice.version, at, "{purpose:?}");
                assert!(notice.from < NaiveDate::MAX && !notice.paragraphs.is_empty(), "{purpose:?} {at}");
                assert_eq!(notice.changes.is_empty(), at == 1, "{purpose:?} {at}");
            }
            for (before, after) in all.iter().zip(&all[1..]) {
                assert!(before.from < after.from, "{purpose:?}");
                assert_ne!(before.paragraphs, after.paragraphs, "{purpose:?}");
            }
        }
        assert!(SharingPurpose::ALL.iter().any(|purpose| notices(*purpose).len() > 1));
    }

    #[test]
    fn a_notice_is_in_short_plain_sentences() {
        let lines = SharingPurpose::ALL
            .iter()
            .flat_map(|purpose| notices(*purpose))
            .flat_map(|notice| notice.paragraphs.iter().chain(notice.changes));
        for line in lines {
            assert!(line.ends_with('.') && !line.contains('!'), "{line}");
            for sentence in line.split_terminator(". ") {
                assert!(sentence.split_whitespace().count() <= 25, "{sentence}");
            }
        }
    }

    #[test]
    fn the_notice_that_holds_changes_on_its_day() {
        let second = &notices(SharingPurpose::DirectCare)[1];
        let eve = second.from - Days::new(1);
        let version = |day| in_force(SharingPurpose::DirectCare, day).map(|notice| notice.version);
        assert_eq!((version(eve), version(second.from)), (Some(1), Some(2)));
        assert_eq!(in_force(SharingPurpose::DirectCare, NaiveDate::MIN), None);
        let news = |version, day| newer(SharingPurpose::DirectCare, version, day).len();
        assert_eq!((news(1, eve), news(1, second.from), news(2, second.from)), (0, 1, 0));
    }

    #[test]
    fn the_two_answers_about_a_summary_are_one_choice() {
        for (at_all, fuller, choice) in [
            (None, None, None),
            (Some(true), None, None),
            (None, Some(true), Some(SummaryChoice::Additional)),
            (Some(true), Some(false), Some(SummaryChoice::CoreOnly)),
            (Some(false), None, Some(SummaryChoice::OptOut)),
            (Some(false), Some(true), Some(SummaryChoice::OptOut)),
        ] {
            assert_eq!(SummaryChoice::of(at_all, fuller), choice, "{at_all:?} {fuller:?}");
        }
        let core: Vec<_> =
            Category::ALL.iter().copied().filter(|one| SummaryLayer::of(*one) == Some(SummaryLayer::Core)).collect();
        assert_eq!(core, [Category::Medicine, Category::Allergy]);
    }

    #[test]
    fn the_notice_about_the_summary_says_what_holds_for_whoever_said_nothing() {
        let [first, second] = notices(SharingPurpose::Summary) else { panic!("two versions") };
        let says = |notice: &Notice, words: &str| notice.paragraphs.iter().any(|line| line.contains(words));
        for words in ["If you have said nothing, it is the fuller summary.", "Selfheal cannot see your NHS summary."] {
            assert!(says(second, words) && !says(first, words), "{words}");
        }
    }

    #[test]
    fn only_of_the_fuller_summary_it_is_not_known_here_what_holds_until_they_choose() {
        for purpose in SharingPurpose::ALL {
            assert_eq!(purpose.unless_chosen().is_none(), *purpose == SharingPurpose::Summary);
        }
    }

    proptest! {
        #[test]
        fn yes_or_no_is_everything_or_nothing(some in proptest::sample::subsequence(Sensitivity::ALL, 0..=4)) {
            let labels: Labels = some.iter().copied().collect();
            for purpose in SharingPurpose::ALL {
                let whole = some.is_empty() || some.len() == Sensitivity::ALL.len();
                prop_assert_eq!(purpose.takes(labels), purpose.is_by_label() || whole);
            }
        }
    }
}
