//! What somebody needs so that they can read what they are sent, be understood, and be cared for as well as others.
//!
//! The needs and their codes are those of the Accessible Information Standard (DAPB1605, before DCB1605) and the Reasonable
//! Adjustment Digital Flag (DAPB4019), as NHS England's value set `RA-FlagCode` lists them; the categories are those of its
//! `RA-FlagCategory`, the impairments those of its `RA-ConditionCode`.

use super::details::Way;
use super::display::{Display, Setting};
use super::language::{Language, LanguageKind};
use crate::record::coded;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Under which heading a need is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedGroup {
    /// In which form they need what they are sent.
    Format,
    /// Who has to be there so that they are understood.
    Professional,
    /// What helps them to hear, speak and understand.
    Support,
    /// How they need to be reached.
    Contact,
    /// What else has to be done in another way for them.
    Adjustment,
}

impl NeedGroup {
    /// Every one, in the order in which they are asked.
    pub const ALL: [Self; 5] = [Self::Format, Self::Professional, Self::Support, Self::Contact, Self::Adjustment];

    /// The question on the form.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::Format => "How do you need what we send you?",
            Self::Professional => "Do you need somebody with you so that you and the care team understand each other?",
            Self::Support => "What helps you to hear, speak and understand?",
            Self::Contact => "How do you need us to contact you?",
            Self::Adjustment => "What else should we do in another way for you?",
        }
    }

    /// The name of its field.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Professional => "professional",
            Self::Support => "support",
            Self::Contact => "contact",
            Self::Adjustment => "adjustment",
        }
    }
}

/// A category of the Reasonable Adjustment Digital Flag (`RA-FlagCategory`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdjustmentCategory {
    /// Its code: three digits.
    pub code: &'static str,
    /// Its words.
    pub display: &'static str,
}

impl AdjustmentCategory {
    const SUPPORT: Self = Self { code: "001", display: "Communication support" };
    const PROFESSIONAL: Self = Self { code: "002", display: "Requires communication professional" };
    const CONTACT: Self = Self { code: "003", display: "Requires specific contact method" };
    const FORMAT: Self = Self { code: "004", display: "Requires specific information format" };
    const COMMUNICATION: Self = Self { code: "005", display: "Additional communication needs and support" };
    const LANGUAGE: Self = Self { code: "006", display: "Community Language Support" };
    const ADDITIONAL: Self = Self { code: "007", display: "Adjustments for providing Additional Support to patients" };
    const INDIVIDUAL: Self = Self { code: "008", display: "Adjustments for Individual Care Requirements" };
    const ENVIRONMENT: Self = Self { code: "009", display: "Adjustments in relation to the environment of care" };
    /// What somebody needs in their own words.
    pub const BESPOKE: Self = Self { code: "011", display: "Bespoke Reasonable adjustments" };

    /// That of needing an interpreter for a language.
    #[must_use]
    pub const fn of_interpreter(language: Language) -> Self {
        match language.kind() {
            LanguageKind::Signed => Self::PROFESSIONAL,
            LanguageKind::Spoken => Self::LANGUAGE,
        }
    }
}

/// How a need begins where it is said in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    Needs,
    Uses,
    Contact,
    Prefers,
}

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $code:literal, $group:ident, $category:ident, $verb:ident $phrase:literal, $title:literal, $display:literal;)*) => {
        coded! {
            /// One thing that somebody needs, uses or prefers.
            Need { $($(#[$doc])* $name = $word,)* }
        }

        impl Need {
            /// The SNOMED CT concept (`RA-FlagCode`).
            #[must_use]
            pub const fn snomed(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The words of that concept.
            #[must_use]
            pub const fn display(self) -> &'static str {
                match self { $(Self::$name => $display,)* }
            }

            /// Under which heading it is asked.
            #[must_use]
            pub const fn group(self) -> NeedGroup {
                match self { $(Self::$name => NeedGroup::$group,)* }
            }

            /// Its category in the Reasonable Adjustment Digital Flag.
            #[must_use]
            pub const fn category(self) -> AdjustmentCategory {
                match self { $(Self::$name => AdjustmentCategory::$category,)* }
            }

            /// What the form calls it.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            const fn said(self) -> (Verb, &'static str) {
                match self { $(Self::$name => (Verb::$verb, $phrase),)* }
            }
        }
    };
}

needs! {
    /// Letters of 20 points.
    Print20 = "print-20", "957331000000109", Format, FORMAT, Needs "large print (20 point)",
        "Large print (20 point)", "Requires written information in at least 20 point sans serif font";
    /// Letters of 24 points.
    Print24 = "print-24", "957351000000102", Format, FORMAT, Needs "large print (24 point)",
        "Larger print (24 point)", "Requires written information in at least 24 point sans serif font";
    /// Letters of 28 points.
    Print28 = "print-28", "957371000000106", Format, FORMAT, Needs "large print (28 point)",
        "Very large print (28 point)", "Requires written information in at least 28 point sans serif font";
    /// Short sentences with pictures.
    EasyRead = "easy-read", "796161000000101", Format, FORMAT, Needs "easy read",
        "Easy read: short sentences with pictures", "Requires information in Easyread";
    /// Braille with each letter written out.
    BrailleOne = "braille-1", "936681000000100", Format, FORMAT, Needs "braille (grade 1)",
        "Braille, grade 1", "Requires information in uncontracted (Grade 1) Braille";
    /// Braille with short forms.
    BrailleTwo = "braille-2", "936661000000109", Format, FORMAT, Needs "braille (grade 2)",
        "Braille, grade 2", "Requires information in contracted (Grade 2) Braille";
    /// The Moon alphabet.
    Moon = "moon", "936621000000101", Format, FORMAT, Needs "Moon",
        "Moon", "Requires information in Moon alphabet";
    /// Somebody who signs what is written, on a video.
    BslVideo = "bsl-video", "520471000000105", Format, SUPPORT, Needs "information in BSL (video)",
        "A video in British Sign Language (BSL)", "Preferred method of communication: British Sign Language";
    /// A recording.
    Audio = "audio", "936601000000105", Format, FORMAT, Needs "audio",
        "A sound recording (audio)", "Requires information in electronic audio format";
    /// Mail that a program reads out.
    InfoEmail = "info-email", "936581000000101", Format, FORMAT, Needs "information by email",
        "By email", "Requires information by email";
    /// A file that a program reads out.
    Download = "download", "945751000000106", Format, FORMAT, Needs "files that a screen reader can read",
        "A file that my screen reader can read", "Requires information in electronic downloadable format";
    /// Words with signs and symbols.
    MakatonInfo = "makaton-info", "936641000000108", Format, FORMAT, Needs "information in Makaton",
        "Makaton", "Requires information in Makaton";
    /// For people whose speech or understanding was hurt, such as by a stroke.
    AphasiaInfo = "aphasia-info", "1082551000000105", Format, FORMAT, Needs "aphasia-friendly information",
        "Made for people with aphasia", "Requires information in aphasia-accessible format";
    /// Told, not written.
    Verbal = "verbal", "367741000000102", Format, FORMAT, Needs "to be told in words, not in writing",
        "Told to me, not written", "Requires information verbally";
    /// Read out by somebody.
    ReadOut = "read-out", "985021000000106", Format, FORMAT, Needs "somebody to read out what is written",
        "Read out to me by somebody", "Requires third party to read out written information";

    /// Somebody whose lips are easy to read.
    Lipspeaker = "lipspeaker", "945911000000109", Professional, PROFESSIONAL, Needs "a lipspeaker",
        "A lipspeaker", "Requires lipspeaker";
    /// Somebody who types what is said.
    SpeechToText = "speech-to-text", "966401000000100", Professional, PROFESSIONAL, Needs "a speech-to-text reporter",
        "Somebody who types what is said (speech-to-text reporter)", "Requires speech to text reporter";
    /// Somebody who writes notes.
    NoteTaker = "note-taker", "945891000000106", Professional, PROFESSIONAL, Needs "a note taker",
        "A note taker", "Requires manual note taker";
    /// Somebody who guides and tells.
    DeafblindGuide = "deafblind-guide", "796201000000109", Professional, PROFESSIONAL, Needs "a deafblind communicator guide",
        "A deafblind communicator guide", "Requires deafblind communicator guide";
    /// Somebody who spells on the hand.
    DeafblindManual = "deafblind-manual", "957051000000100", Professional, PROFESSIONAL, Needs "a deafblind manual interpreter",
        "A deafblind manual interpreter", "Requires deafblind manual alphabet interpreter";
    /// Somebody who leads.
    SightedGuide = "sighted-guide", "719563003", Professional, PROFESSIONAL, Needs "a sighted guide",
        "A sighted guide", "Requires sighted guide";
    /// Somebody who speaks for them.
    Advocate = "advocate", "225835008", Professional, PROFESSIONAL, Needs "an advocate",
        "An advocate: somebody who speaks up for me", "Needs an advocate";
    /// A therapist who helps to speak and understand.
    SpeechTherapist = "speech-therapist", "1082661000000107", Professional, PROFESSIONAL,
        Needs "a speech and language therapist",
        "A speech and language therapist", "Requires speech and language therapist support to communicate";

    /// Wears one.
    HearingAid = "hearing-aid", "285055002", Support, SUPPORT, Uses "a hearing aid",
        "I use a hearing aid", "Does use hearing aid";
    /// Needs a room with one.
    HearingLoop = "hearing-loop", "198061000000105", Support, SUPPORT, Needs "a hearing loop",
        "A hearing loop", "Uses hearing loop";
    /// Sees what is said.
    LipReads = "lip-reads", "441092009", Support, SUPPORT, Uses "lip-reading: face them when you speak",
        "I lip-read: please face me", "Does lip read";
    /// Signs.
    UsesBsl = "uses-bsl", "415803005", Support, SUPPORT, Uses "British Sign Language",
        "I use British Sign Language (BSL)", "Uses British sign language";
    /// Signs with speech.
    UsesMakaton = "uses-makaton", "415805003", Support, SUPPORT, Uses "Makaton",
        "I use Makaton", "Uses Makaton sign language";
    /// Speaks by a device.
    Device = "device", "719369003", Support, SUPPORT, Uses "a device to speak",
        "I use a device to speak", "Does use communication device";
    /// Carries how they communicate.
    Passport = "passport", "837341000000108", Support, SUPPORT, Uses "a communication passport",
        "I have a communication passport", "Uses Personal Communication Passport";
    /// Needs help to understand.
    Understanding = "understanding", "1082681000000103", Support, SUPPORT, Needs "help to understand what is said",
        "Help to understand what is said", "Requires support for receptive communication needs";
    /// Needs help to say things.
    Expressing = "expressing", "1082691000000101", Support, SUPPORT, Needs "help to say what they mean",
        "Help to say what I mean", "Requires support for expressive communication needs";
    /// Speech or understanding was hurt.
    Aphasia = "aphasia", "1082671000000100", Support, SUPPORT, Needs "aphasia-friendly communication",
        "I have aphasia: give me time and simple words", "Requires aphasia-friendly communication";
    /// Needs more time.
    Slowly = "slowly", "311543001", Support, COMMUNICATION, Needs "more time to take in what is said",
        "More time to take in what is said", "Difficulty processing information at normal speed";

    /// Reached by mail.
    ByEmail = "by-email", "936741000000100", Contact, CONTACT, Contact "by email",
        "By email", "Requires contact by email";
    /// Reached by letter.
    ByLetter = "by-letter", "936721000000107", Contact, CONTACT, Contact "by letter",
        "By letter", "Requires contact by letter";
    /// Reached by text message.
    ByText = "by-text", "936701000000103", Contact, CONTACT, Contact "by text message",
        "By text message", "Requires contact by short message service text message";
    /// Reached by phone.
    ByPhone = "by-phone", "795661000000104", Contact, CONTACT, Contact "by phone",
        "By phone", "Requires contact by telephone";
    /// Reached by somebody who types what is said on the phone.
    ByRelay = "by-relay", "796081000000106", Contact, CONTACT, Contact "by text relay (Relay UK)",
        "By text relay (Relay UK)", "Requires contact by text relay";
    /// Reached through who looks after them.
    ViaCarer = "via-carer", "719561001", Contact, CONTACT, Contact "through their carer",
        "Through the person who looks after me", "Requires contact via carer";

    /// Not alone.
    CarerPresent = "carer-present", "1108151000000106", Adjustment, COMMUNICATION, Needs "their carer with them",
        "Somebody who looks after me must be with me", "Requires carer to be present at encounters";
    /// Asked first.
    CareWithCarer = "care-with-carer", "1325421000000100", Adjustment, COMMUNICATION,
        Needs "their care to be talked over with their carer",
        "Talk with the person who looks after me about my care", "Requires approach to care to be discussed with carer";
    /// Reminded.
    Reminders = "reminders", "1108131000000104", Adjustment, COMMUNICATION, Needs "reminders of appointments",
        "Remind me of appointments", "Requires appointment reminders";
    /// Pain looks otherwise.
    PainOtherwise = "pain-otherwise", "1108141000000108", Adjustment, COMMUNICATION,
        Needs "care with pain: they show it in their own way",
        "I show pain in a way that others may not expect", "Expresses pain atypically";
    /// Carries what others should know.
    HealthPassport = "health-passport", "1108121000000101", Adjustment, COMMUNICATION, Uses "a healthcare passport",
        "I have a healthcare passport", "Has My Healthcare Passport";
    /// Comes with one.
    GuideDog = "guide-dog", "862731000000105", Adjustment, ADDITIONAL, Uses "a guide dog",
        "I have a guide dog", "Uses guide dog for the blind";
    /// More than the usual minutes.
    LongAppointment = "long-appointment", "1108171000000102", Adjustment, INDIVIDUAL, Needs "a longer appointment",
        "A longer appointment", "Requires extended appointment";
    /// When it is quiet.
    FirstAppointment = "first-appointment", "1325351000000103", Adjustment, INDIVIDUAL, Needs "the first appointment of the day",
        "The first appointment of the day", "Requires first appointment in appointment schedule";
    /// When it is quiet.
    LastAppointment = "last-appointment", "1325361000000100", Adjustment, INDIVIDUAL, Needs "the last appointment of the day",
        "The last appointment of the day", "Requires last appointment in appointment schedule";
    /// At home.
    HomeVisit = "home-visit", "1325371000000107", Adjustment, INDIVIDUAL, Needs "visits at home",
        "Visits at home", "Requires home visit appointments";
    /// Not long among others.
    ShortWait = "short-wait", "1325841000000109", Adjustment, INDIVIDUAL, Needs "a short wait",
        "As short a wait as can be", "Requires minimal waiting time between arrival and being seen in care environment";
    /// A woman.
    FemaleStaff = "female-staff", "314434008", Adjustment, INDIVIDUAL, Prefers "a woman to care for them",
        "A woman to care for me", "Preference for female healthcare professional";
    /// A man.
    MaleStaff = "male-staff", "314435009", Adjustment, INDIVIDUAL, Prefers "a man to care for them",
        "A man to care for me", "Preference for male healthcare professional";
    /// Afraid of needles.
    Needles = "needles", "231501003", Adjustment, INDIVIDUAL, Needs "care with needles, which they fear",
        "I am afraid of needles", "Needle phobia";
    /// Afraid in clinics.
    Anxious = "anxious", "1325321000000108", Adjustment, INDIVIDUAL, Needs "care with worry in clinics and hospitals",
        "Clinics and hospitals make me anxious", "Anxiety related to clinical environment";
    /// See the place before.
    SeeFirst = "see-first", "1325341000000101", Adjustment, ENVIRONMENT, Needs "to see the place before they come",
        "To see the place before I come", "Requires familiarisation with care environment";
    /// Not bright.
    LowLight = "low-light", "1325381000000109", Adjustment, ENVIRONMENT, Needs "low light",
        "Low light", "Requires low light environment";
    /// Not loud.
    LowNoise = "low-noise", "1325391000000106", Adjustment, ENVIRONMENT, Needs "a quiet place",
        "A quiet place", "Requires low noise environment";
    /// Alone in a room.
    SingleRoom = "single-room", "1325401000000109", Adjustment, ENVIRONMENT, Needs "a room of their own in hospital",
        "A room of my own in hospital", "Requires single room during inpatient care";
    /// Without steps.
    Wheelchair = "wheelchair", "1108191000000103", Adjustment, ENVIRONMENT, Needs "wheelchair access",
        "A place that I can get into in a wheelchair", "Requires wheelchair access";
}

coded! {
    /// Where somebody is disabled, in the words of `RA-ConditionCode`.
    Impairment {
        /// Sight.
        Vision = "1",
        /// Hearing.
        Hearing = "2",
        /// Walking and stairs.
        Mobility = "3",
        /// Hands.
        Dexterity = "4",
        /// Learning and understanding.
        Learning = "5",
        /// Memory.
        Memory = "6",
        /// Mental health.
        Mental = "7",
        /// Strength and breath.
        Stamina = "8",
        /// With others.
        Social = "9",
        /// Another.
        Other = "10",
        /// They were asked and would rather not say.
        NotSaid = "12",
    }
}

impl Impairment {
    /// What the form calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Vision => "Seeing",
            Self::Hearing => "Hearing",
            Self::Mobility => "Walking or stairs",
            Self::Dexterity => "Using your hands",
            Self::Learning => "Learning, understanding or concentrating",
            Self::Memory => "Memory",
            Self::Mental => "Mental health",
            Self::Stamina => "Strength, breathing or tiredness",
            Self::Social => "Being with others, such as with autism or ADHD",
            Self::Other => "Something else",
            Self::NotSaid => "I would rather not say",
        }
    }

    /// The words of the code system.
    #[must_use]
    pub const fn display(self) -> &'static str {
        match self {
            Self::Vision => "Vision (for example blindness or partial sight)",
            Self::Hearing => "Hearing (for example deafness or partial hearing)",
            Self::Mobility => "Mobility (for example walking short distances or climbing stairs)",
            Self::Dexterity => "Dexterity (for example lifting and carrying objects, using a keyboard)",
            Self::Learning => "Learning or understanding or concentrating",
            Self::Memory => "Memory",
            Self::Mental => "Mental health",
            Self::Stamina => "Stamina or breathing or fatigue",
            Self::Social => {
                "Social or behavioural (for example associated with autism spectrum disorder (ASD) which includes Asperger\u{2019}s, or attention deficit hyperactivity disorder (ADHD))"
            }
            Self::Other => "Other (please specify)",
            Self::NotSaid => "Patient would prefer not to say",
        }
    }
}

/// Why a list of words could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a need of the list is not known")]
pub struct UnknownNeed;

/// Everything that somebody says they need.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Needs {
    /// What they chose.
    pub chosen: BTreeSet<Need>,
    /// For which language they need an interpreter.
    pub interpreter: Option<Language>,
    /// Which language that is, where it is none of the list; else empty.
    pub other_language: String,
    /// Where they are disabled.
    pub impairments: BTreeSet<Impairment>,
    /// What else they need, in their own words; may be empty.
    pub own_words: String,
}

impl Needs {
    /// Whether they say that they need nothing in particular. Where they are disabled is not a need by itself.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.chosen.is_empty() && self.interpreter.is_none() && self.own_words.is_empty()
    }

    /// Those of one heading, in the order of the form.
    pub fn of(&self, group: NeedGroup) -> impl Iterator<Item = Need> {
        self.chosen.iter().copied().filter(move |need| need.group() == group)
    }

    /// "a BSL interpreter", "an interpreter (Twi)".
    #[must_use]
    pub fn interpreter_in_words(&self) -> Option<String> {
        let language = self.interpreter?;
        let words = language.interpreter_in_words();
        Some(if self.other_language.is_empty() { words } else { format!("{words} ({})", self.other_language) })
    }

    /// What a member of a care team has to read before anything else: "Needs large print (24 point) and a BSL interpreter. Uses a
    /// hearing aid. Contact by email." Nothing where nothing is needed. Their own words are not in it: they are shown as such.
    #[must_use]
    pub fn in_short(&self) -> String {
        let said = |verb: Verb| {
            let of = |group: NeedGroup| {
                self.of(group).map(Need::said).filter(move |(of, _)| *of == verb).map(|(_, phrase)| phrase.to_owned())
            };
            let interpreter = self.interpreter_in_words().filter(|_| verb == Verb::Needs);
            let first = of(NeedGroup::Format).chain(interpreter);
            let rest = [NeedGroup::Professional, NeedGroup::Support, NeedGroup::Contact, NeedGroup::Adjustment];
            first.chain(rest.into_iter().flat_map(of)).collect::<Vec<_>>()
        };
        let verbs = [(Verb::Needs, "Needs"), (Verb::Uses, "Uses"), (Verb::Prefers, "Prefers"), (Verb::Contact, "Contact")];
        let sentences = verbs.into_iter().filter_map(|(verb, word)| {
            let phrases = said(verb);
            (!phrases.is_empty()).then(|| format!("{word} {}.", listed(&phrases)))
        });
        sentences.collect::<Vec<_>>().join(" ")
    }

    /// Which of the two ways in which this service writes by itself they need: mail, text messages, both, or neither.
    pub fn written_to(&self) -> impl Iterator<Item = Way> {
        [(Need::ByEmail, Way::Email), (Need::ByText, Way::Text)]
            .into_iter()
            .filter(move |(need, _)| self.chosen.contains(need))
            .map(|(_, way)| way)
    }

    /// What is left to people where somebody needs to be contacted in a way in which nothing is sent from here: by letter, by phone, by
    /// text relay or through their carer. Nothing where mail or a text message reaches them too, or they named no way.
    ///
    /// The Accessible Information Standard (DAPB1605) asks a service to contact people as they need, whatever its systems can do.
    #[must_use]
    pub fn left_to_people(&self) -> Option<String> {
        if self.written_to().next().is_some() {
            return None;
        }
        let ways: Vec<String> = self.of(NeedGroup::Contact).map(|need| need.said().1.to_owned()).collect();
        (!ways.is_empty())
            .then(|| format!("Contact them {} yourself: what is sent from here goes by email or text message.", listed(&ways)))
    }

    /// How pages can be made to look for somebody with these needs: each setting for which something of it asks
    /// ([`Needs::asks_for`]). It is offered and never turned on by itself.
    #[must_use]
    pub fn fits(&self) -> Display {
        let asked = Setting::ALL.iter().filter(|setting| !self.asks_for(**setting).is_empty());
        asked.fold(Display::NONE, |display, setting| display.with(*setting))
    }

    /// What of it asks for a setting, as the form calls it, in the order of the form.
    ///
    /// Large print asks for large text (Accessible Information Standard, DAPB1605), very large print and being led for strong edges too
    /// (WCAG 2.2, 1.4.6); little light and little noise, more time to take things in and being hurt by too much at once ask for pages on
    /// which nothing moves (W3C, Making Content Usable for People with Cognitive and Learning Disabilities, objective 5: help users
    /// focus); easy read, Makaton and aphasia for easy words.
    #[must_use]
    pub fn asks_for(&self, setting: Setting) -> Vec<&'static str> {
        let (needs, impairments): (&[Need], &[Impairment]) = match setting {
            Setting::LargeText => (&[Need::Print20, Need::Print24, Need::Print28], &[Impairment::Vision]),
            Setting::HighContrast => {
                (&[Need::Print28, Need::DeafblindGuide, Need::SightedGuide, Need::GuideDog], &[Impairment::Vision])
            }
            Setting::ReducedMotion => {
                (&[Need::Slowly, Need::LowLight, Need::LowNoise], &[Impairment::Learning, Impairment::Social])
            }
            Setting::EasyRead => (
                &[Need::EasyRead, Need::MakatonInfo, Need::AphasiaInfo, Need::Understanding, Need::Aphasia],
                &[Impairment::Learning],
            ),
        };
        let chosen = self.chosen.iter().filter(|need| needs.contains(need)).map(|need| need.title());
        chosen.chain(self.impairments.iter().filter(|one| impairments.contains(one)).map(|one| one.title())).collect()
    }

    /// The words of the chosen needs and impairments, as they are stored.
    #[must_use]
    pub fn stored(&self) -> (String, String) {
        (joined(self.chosen.iter().map(|need| need.code())), joined(self.impairments.iter().map(|one| one.code())))
    }

    /// Reads the words of needs.
    ///
    /// # Errors
    /// [`UnknownNeed`] for one that this program does not know.
    pub fn read(words: &str) -> Result<BTreeSet<Need>, UnknownNeed> {
        words.split_whitespace().map(|word| Need::from_code(word).ok_or(UnknownNeed)).collect()
    }

    /// Reads the words of impairments.
    ///
    /// # Errors
    /// [`UnknownNeed`] for one that this program does not know.
    pub fn read_impairments(words: &str) -> Result<BTreeSet<Impairment>, UnknownNeed> {
        words.split_whitespace().map(|word| Impairment::from_code(word).ok_or(UnknownNeed)).collect()
    }
}

fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// "a, b and c".
fn listed(phrases: &[String]) -> String {
    match phrases {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl FromStr for Need {
    type Err = UnknownNeed;

    fn from_str(word: &str) -> Result<Self, UnknownNeed> {
        Self::from_code(word).ok_or(UnknownNeed)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::plain_words::PlainCode;
    use proptest::prelude::*;

    /// Whether a text is a SNOMED CT identifier, by its form and its check digit.
    pub(in crate::profile) fn is_snomed(code: &str) -> bool {
        PlainCode::try_from(format!("snomed {code}")).is_ok()
    }

    fn needs(words: &str) -> Needs {
        Needs { chosen: Needs::read(words).unwrap(), ..Needs::default() }
    }

    #[test]
    fn every_need_has_a_real_code_a_category_and_words() {
        let codes: BTreeSet<&str> = Need::ALL.iter().map(|need| need.snomed()).collect();
        assert_eq!(codes.len(), Need::ALL.len(), "each has a code of its own");
        for need in Need::ALL {
            assert!(is_snomed(need.snomed()), "{need:?}");
            assert!(!need.title().is_empty() && !need.display().is_empty() && need.category().code.len() == 3, "{need:?}");
            assert_eq!(Need::from_code(need.code()), Some(*need));
        }
        assert!(!is_snomed("957331000000108") && !is_snomed("") && !is_snomed("12a456"));
        for group in NeedGroup::ALL {
            assert!(Need::ALL.iter().any(|need| need.group() == group), "{group:?}");
        }
    }

    #[test]
    fn the_first_thing_that_a_care_team_reads_is_a_sentence() {
        let mut edna = needs("print-24 hearing-aid by-letter long-appointment");
        edna.interpreter = Some(Language::Bsl);
        assert_eq!(
            edna.in_short(),
            "Needs large print (24 point), a BSL interpreter and a longer appointment. Uses a hearing aid. Contact by letter."
        );
        assert_eq!(needs("easy-read").in_short(), "Needs easy read.");
        assert_eq!(needs("").in_short(), "");
        let twi = Needs { interpreter: Some(Language::Other), other_language: "Twi".to_owned(), ..Needs::default() };
        assert_eq!(twi.in_short(), "Needs an interpreter (Twi).");
        assert!(!twi.is_none() && needs("").is_none());
        let says = Needs { own_words: "A chair with arms".to_owned(), ..Needs::default() };
        assert!(!says.is_none() && says.in_short().is_empty());
    }

    #[test]
    fn a_way_that_nothing_here_can_go_is_left_to_people() {
        let left = |words: &str| needs(words).left_to_people();
        assert_eq!(
            left("by-letter via-carer").as_deref(),
            Some(
                "Contact them by letter and through their carer yourself: what is sent from here goes by email or text message."
            )
        );
        assert_eq!((left("by-letter by-email"), left("by-text"), left("print-20")), (None, None, None));
        assert_eq!(needs("by-letter by-text").written_to().collect::<Vec<_>>(), [Way::Text]);
    }

    #[test]
    fn pages_can_be_made_to_fit() {
        assert_eq!(needs("print-20").fits().to_string(), "large-text");
        assert_eq!(needs("easy-read hearing-aid").fits().to_string(), "easy-read");
        assert_eq!(needs("hearing-aid").fits(), Display::NONE);
        assert_eq!(needs("print-28").fits().to_string(), "large-text high-contrast");
        assert_eq!(needs("guide-dog").fits().to_string(), "high-contrast");
        assert_eq!(needs("low-light slowly").fits().to_string(), "reduced-motion");
        assert_eq!(
            needs("low-light slowly").asks_for(Setting::ReducedMotion),
            ["More time to take in what is said", "Low light"]
        );
        let learns = Needs { impairments: BTreeSet::from([Impairment::Learning]), ..Needs::default() };
        assert_eq!(learns.fits().to_string(), "reduced-motion easy-read");
        let sees_little = Needs { impairments: BTreeSet::from([Impairment::Vision]), ..Needs::default() };
        assert_eq!(sees_little.fits().to_string(), "large-text high-contrast");
    }

    fn some() -> impl Strategy<Value = Needs> {
        let chosen = proptest::sample::subsequence(Need::ALL, 0..=Need::ALL.len());
        let impairments = proptest::sample::subsequence(Impairment::ALL, 0..=Impairment::ALL.len());
        let interpreter = proptest::option::of(proptest::sample::select(Language::ALL));
        (chosen, impairments, interpreter).prop_map(|(chosen, impairments, interpreter)| Needs {
            chosen: chosen.into_iter().collect(),
            impairments: impairments.into_iter().collect(),
            interpreter,
            ..Needs::default()
        })
    }

    proptest! {
        #[test]
        fn what_is_stored_reads_back(needs in some()) {
            let (chosen, impairments) = needs.stored();
            prop_assert_eq!(Needs::read(&chosen).unwrap(), needs.chosen);
            prop_assert_eq!(Needs::read_impairments(&impairments).unwrap(), needs.impairments);
        }

        #[test]
        fn nothing_that_is_chosen_is_left_out_of_the_sentence(needs in some()) {
            let said = needs.in_short();
            for need in &needs.chosen {
                prop_assert!(said.contains(need.said().1), "{need:?} is not in {said}");
            }
            prop_assert_eq!(said.is_empty(), needs.is_none());
            if let Some(words) = needs.interpreter_in_words() {
                prop_assert!(said.contains(&words));
            }
        }

        #[test]
        fn a_setting_is_offered_for_what_was_said_and_for_nothing_else(needs in some()) {
            for setting in Setting::ALL {
                prop_assert_eq!(needs.fits().has(*setting), !needs.asks_for(*setting).is_empty());
            }
            let nothing_chosen = Needs { chosen: BTreeSet::new(), impairments: BTreeSet::new(), ..needs };
            prop_assert!(nothing_chosen.fits().is_none());
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,60}") {
            let _ = (Needs::read(&text), Needs::read_impairments(&text));
        }
    }
}
