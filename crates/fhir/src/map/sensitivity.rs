//! How sensitive a resource is where its source does not say: by its codes and, where they say nothing, by its words.
//!
//! The codes are a selection of SNOMED CT concepts, made for this purpose. Candidates came from openly published code lists
//! (OpenSAFELY and OpenCodelists; the clinical code sets of the University of Manchester's GM-SDE; the flag types of the
//! Yorkshire and Humber Care Record), which were looked up by the topics that the Royal College of General Practitioners
//! names as sensitive when records are shared: sexually transmitted disease, termination of pregnancy, fertility treatment,
//! gender; and by mental health and social care. The four national exclusion sets for those topics (999004381000000103,
//! 999004361000000107, 999004371000000100, 999004351000000109) are not published openly, so this is no copy of them.
//! Stems of words find what no list holds. Read and CTV3 codes are not looked at.
//!
//! Domestic abuse and safeguarding count as sexual health, which is the label that is opened least often, and not as social
//! care, which many people open to the one who looks after them at home: that may be the one whom the entry is about.
//! Pregnancy and miscarriage count as reproductive health. Where several fit, the one opened least often holds: sexual,
//! then mental health, then social care.
//!
//! Only what the resource says itself counts: its coded concepts, its title and its description, and the text of what is nothing but
//! a text (what a clinician thought, why something may happen, a message). Names of people, what a reference brings along and other free text do not.

use crate::Received;
use domain::record::Sensitivity;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Mental health, self-harm, dependence on drugs or alcohol.
const MENTAL: &[&str] = &[
    "5464005",
    "6471006",
    "7200002",
    "11806006",
    "13746004",
    "18260003",
    "20010003",
    "21897009",
    "25501002",
    "31446002",
    "33449004",
    "35252006",
    "35489007",
    "36474008",
    "36923009",
    "44301001",
    "47505003",
    "48500005",
    "48694002",
    "56882008",
    "58214004",
    "58703003",
    "59274003",
    "64905009",
    "66344007",
    "68890003",
    "69322001",
    "70691001",
    "72366004",
    "73867007",
    "74732009",
    "78004001",
    "78667006",
    "80583007",
    "82313006",
    "83225003",
    "87414006",
    "161474000",
    "171207006",
    "183455007",
    "183524004",
    "183528001",
    "191483003",
    "191525009",
    "191527001",
    "191613003",
    "191618007",
    "191636007",
    "191659001",
    "191722009",
    "191736004",
    "191816009",
    "192080009",
    "197480006",
    "225444004",
    "225624000",
    "231485007",
    "242824002",
    "247803002",
    "248062006",
    "248073004",
    "270901009",
    "274948002",
    "276853009",
    "306134009",
    "306343005",
    "308459004",
    "310495003",
    "310496002",
    "310497006",
    "361055000",
    "370143000",
    "371596008",
    "371631005",
    "386810004",
    "390866009",
    "391193001",
    "439960005",
    "441704009",
    "443919007",
    "715252007",
    "24921000000109",
    "279381000000103",
    "313891000000105",
    "395661000000100",
];

/// Sexual and reproductive health; abuse and safeguarding.
const SEXUAL: &[&str] = &[
    "2904007",
    "6738008",
    "8098009",
    "8619003",
    "10383002",
    "15628003",
    "16607004",
    "17276009",
    "17369002",
    "19030005",
    "19169002",
    "31676001",
    "33839006",
    "34614007",
    "34801009",
    "35999006",
    "40780007",
    "46706006",
    "47200007",
    "52079000",
    "57797005",
    "62479008",
    "65200003",
    "70317007",
    "72892002",
    "76272004",
    "77386006",
    "78466009",
    "79019005",
    "79586000",
    "86406008",
    "87527008",
    "91947003",
    "91948008",
    "93461009",
    "105629000",
    "156072005",
    "156073000",
    "165816005",
    "169553002",
    "171128005",
    "183606009",
    "225326008",
    "225327004",
    "237364002",
    "240589008",
    "267193004",
    "267194005",
    "285409006",
    "302375005",
    "310861008",
    "386639001",
    "412732008",
    "417430008",
    "444543005",
    "706893006",
    "514331000000104",
    "766561000000109",
    "782101000000100",
    "794091000000102",
    "822341000000108",
    "836901000000108",
    "909021000000108",
    "909031000000105",
    "919461000000108",
    "1053881000000102",
    "1188261000000103",
];

/// Social care, and where somebody lives because they need care.
const SOCIAL: &[&str] = &[
    "32911000",
    "81877007",
    "105531004",
    "160734000",
    "160770002",
    "161152002",
    "306238000",
    "306239008",
    "306240005",
    "306356003",
    "306366006",
    "306367002",
    "308440001",
    "394923006",
    "201481000000104",
    "248171000000108",
    "299761000000104",
    "299791000000105",
    "326321000000103",
    "715591000000108",
    "811871000000107",
    "835181000000106",
    "1084431000000106",
];

/// Beginnings of words, in lower case, a space for each hyphen.
const MENTAL_STEMS: &[&str] = &[
    "depress",
    "anxiety",
    "anxious",
    "panic attack",
    "panic disorder",
    "phobia",
    "phobic",
    "obsessive",
    "post traumatic stress",
    "posttraumatic",
    "bipolar",
    "manic",
    "mania",
    "schizo",
    "psychosis",
    "psychoses",
    "psychotic",
    "psychiatr",
    "psychotherap",
    "psycholog",
    "self harm",
    "self injur",
    "self inflicted",
    "suicid",
    "intentional overdose",
    "deliberate overdose",
    "eating disorder",
    "anorexia nervosa",
    "bulimi",
    "mental",
    "personality disorder",
    "delusion",
    "hallucinat",
    "electroconvulsive",
    "cognitive behav",
    "alcohol depend",
    "alcohol misuse",
    "alcoholism",
    "drug depend",
    "drug misuse",
    "substance misuse",
    "substance abuse",
    "substance use disorder",
    "opioid abuse",
    "opioid depend",
    "addiction",
    "patient health questionnaire",
    "phq",
    "gad 7",
];

const SEXUAL_STEMS: &[&str] = &[
    "sexual",
    "homosexual",
    "bisexual",
    "transsexual",
    "transgender",
    "gender dysphor",
    "gender identity",
    "gender reassign",
    "gender incongru",
    "gender affirm",
    "hiv",
    "human immunodeficiency",
    "acquired immun",
    "chlamydia",
    "gonorr",
    "gonococc",
    "syphil",
    "genital herpes",
    "genital wart",
    "genital infection",
    "anogenital",
    "trichomon",
    "venereal",
    "abortion",
    "termination of pregnancy",
    "miscarriage",
    "ectopic pregnancy",
    "stillbirth",
    "pregnan",
    "antenatal",
    "contracept",
    "intrauterine device",
    "intrauterine system",
    "infertil",
    "fertility",
    "in vitro fertil",
    "ivf",
    "assisted fertil",
    "erectile",
    "impotence",
    "libido",
    "vasectomy",
    "domestic abuse",
    "domestic violence",
    "intimate partner",
    "rape ",
    "safeguard",
    "genital mutilation",
    "forced marriage",
    "honour based",
    "child protection",
    "victim of",
    "child abuse",
    "physical abuse",
    "emotional abuse",
];

const SOCIAL_STEMS: &[&str] = &[
    "social care",
    "social service",
    "social worker",
    "social problem",
    "care home",
    "nursing home",
    "residential home",
    "care package",
    "package of care",
    "homeless",
    "looked after child",
    "housing",
];

/// Words that one of the stems fits and that mean something else.
const OTHERWISE: &[&str] = &[
    "respiratory depression",
    "st depression",
    "segment depression",
    "marrow depression",
    "depressed fracture",
    "depressed skull",
    "depressed nasal",
    "tongue depressor",
    "experimental",
    "mental nerve",
    "mental foramen",
    // The law under which anybody plans ahead; codes for advance decisions and lasting powers of attorney name it.
    "mental capacity act",
    "maniculat",
];

/// How sensitive a resource is by what it says itself. General where it cannot be read.
pub(super) fn of(received: &Received) -> Sensitivity {
    // Who somebody is and where they work is not about the health of the person.
    let directory = ["Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "Binary"];
    if directory.contains(&received.resource_type.as_str()) {
        return Sensitivity::General;
    }
    match serde_json::from_str(&received.raw) {
        Ok(Said::Label(label)) => label,
        Ok(Said::Text(_)) | Err(_) => Sensitivity::General,
    }
}

/// How sensitive something is by its codes and titles.
pub(crate) fn of_said(said: &[String]) -> Sensitivity {
    said.iter().fold(Sensitivity::General, |label, one| stronger(label, stronger(of_code(one), of_words(one))))
}

/// The one of two labels that is opened less often.
const fn stronger(a: Sensitivity, b: Sensitivity) -> Sensitivity {
    use Sensitivity::{General, Mental, Sexual, Social};
    match (a, b) {
        (Sexual, _) | (_, Sexual) => Sexual,
        (Mental, _) | (_, Mental) => Mental,
        (Social, _) | (_, Social) => Social,
        (General, General) => General,
    }
}

fn of_code(code: &str) -> Sensitivity {
    match code {
        _ if SEXUAL.contains(&code) => Sensitivity::Sexual,
        _ if MENTAL.contains(&code) => Sensitivity::Mental,
        _ if SOCIAL.contains(&code) => Sensitivity::Social,
        _ => Sensitivity::General,
    }
}

fn of_words(words: &str) -> Sensitivity {
    let mut words = words.to_lowercase().replace(['-', '_', '/', '(', '[', '"', '\''], " ");
    words.push(' ');
    let label = of_stems(&words);
    // Most texts are done with here.
    if label == Sensitivity::General || !OTHERWISE.iter().any(|other| words.contains(other)) {
        return label;
    }
    for other in OTHERWISE {
        words = words.replace(other, " ");
    }
    of_stems(&words)
}

fn of_stems(words: &str) -> Sensitivity {
    let mut label = Sensitivity::General;
    let mut rest = words;
    loop {
        rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return label;
        }
        let begins = |stems: &[&str]| stems.iter().any(|stem| rest.starts_with(stem));
        if begins(SEXUAL_STEMS) {
            return Sensitivity::Sexual;
        }
        if begins(MENTAL_STEMS) {
            label = Sensitivity::Mental;
        } else if label == Sensitivity::General && begins(SOCIAL_STEMS) {
            label = Sensitivity::Social;
        }
        rest = rest.split_once(' ').map_or("", |(_, rest)| rest);
    }
}

/// What a JSON value says: a text, or how sensitive what is in it is.
enum Said<'a> {
    Text(Cow<'a, str>),
    Label(Sensitivity),
}

impl<'de> Deserialize<'de> for Said<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

/// What a field means to us.
enum Field {
    /// The code of a coding.
    Code,
    /// Words that were chosen for what it is.
    Words,
    /// Its object is a reference, so that its words are another resource's.
    Reference,
    /// Free text, file content, labels, names of people.
    Skipped,
    Other,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Field;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field")
            }

            fn visit_str<E>(self, name: &str) -> Result<Field, E> {
                Ok(match name {
                    "code" => Field::Code,
                    "display" | "text" | "title" | "description" | "summary" | "basis" | "mitigation" | "rationale"
                    | "contentString" => Field::Words,
                    "reference" => Field::Reference,
                    "meta" | "note" | "dosage" | "dosageInstruction" | "div" | "data" | "identifier" | "contact" | "name" => {
                        Field::Skipped
                    }
                    _ => Field::Other,
                })
            }
        }
        deserializer.deserialize_str(Name)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Said<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Said<'de>, E> {
        Ok(Said::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Said<'de>, E> {
        Ok(Said::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Said<'de>, E> {
        Ok(Said::Label(Sensitivity::General))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Said<'de>, E> {
        Ok(Said::Label(Sensitivity::General))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Said<'de>, E> {
        Ok(Said::Label(Sensitivity::General))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Said<'de>, E> {
        Ok(Said::Label(Sensitivity::General))
    }

    fn visit_unit<E>(self) -> Result<Said<'de>, E> {
        Ok(Said::Label(Sensitivity::General))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Said<'de>, A::Error> {
        let mut label = Sensitivity::General;
        while let Some(one) = seq.next_element()? {
            if let Said::Label(one) = one {
                label = stronger(label, one);
            }
        }
        Ok(Said::Label(label))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said<'de>, A::Error> {
        let (mut label, mut words, mut reference) = (Sensitivity::General, Sensitivity::General, false);
        while let Some(field) = map.next_key::<Field>()? {
            if let Field::Skipped = field {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            match (field, map.next_value::<Said<'de>>()?) {
                (_, Said::Label(one)) => label = stronger(label, one),
                (Field::Code, Said::Text(code)) => label = stronger(label, of_code(&code)),
                (Field::Words, Said::Text(text)) => words = stronger(words, of_words(&text)),
                (Field::Reference, Said::Text(_)) => reference = true,
                (Field::Skipped | Field::Other, Said::Text(_)) => {}
            }
        }
        Ok(Said::Label(if reference { label } else { stronger(label, words) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::collections::HashSet;

    fn label(resource: Value) -> Sensitivity {
        of(&Received::new("test", None, resource.to_string()).unwrap())
    }

    fn said(words: &str) -> Sensitivity {
        label(json!({"resourceType": "Condition", "id": "c", "code": {"text": words}}))
    }

    /// The check digit of a SNOMED CT identifier (Verhoeff).
    fn is_valid(code: &str) -> bool {
        const MULTIPLY: [[usize; 10]; 10] = [
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
            [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
            [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
            [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
            [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
            [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
            [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
            [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
            [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
        ];
        const PLACE: [[usize; 10]; 8] = [
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
            [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
            [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
            [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
            [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
            [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
            [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
        ];
        let digits = code.bytes().rev().map(|digit| usize::from(digit - b'0'));
        // The two digits before the check digit tell that it is a concept.
        let concept = matches!(code.as_bytes(), [.., b'0' | b'1', b'0', _]);
        concept && digits.enumerate().fold(0, |sum, (at, digit)| MULTIPLY[sum][PLACE[at % 8][digit]]) == 0
    }

    #[test]
    fn every_code_is_one_and_stands_in_one_set() {
        assert!(is_valid("38341003") && !is_valid("38341004"));
        let mut seen = HashSet::new();
        for code in MENTAL.iter().chain(SEXUAL).chain(SOCIAL) {
            assert!(is_valid(code), "{code}");
            assert!(seen.insert(code), "{code} twice");
        }
        assert!(seen.len() > 150, "{}", seen.len());
    }

    #[test]
    fn codes_tell_and_words_tell_where_there_is_none_that_does() {
        let coded = |code: &str| {
            label(json!({"resourceType": "Condition", "id": "c", "code": {"coding": [
                {"system": "http://read.info/readv2", "code": "E2B.."}, {"system": "http://snomed.info/sct", "code": code}]}}))
        };
        assert_eq!(coded("35489007"), Sensitivity::Mental);
        assert_eq!(coded("86406008"), Sensitivity::Sexual);
        assert_eq!(coded("160770002"), Sensitivity::Social);
        assert_eq!(coded("38341003"), Sensitivity::General);
        for (words, expected) in [
            ("Moderate depressive episode", Sensitivity::Mental),
            ("Referral to mental-health team", Sensitivity::Mental),
            ("HIV-1 antibody", Sensitivity::Sexual),
            ("(HIV) test", Sensitivity::Sexual),
            ("Pregnancy test", Sensitivity::Sexual),
            ("Victim of domestic abuse", Sensitivity::Sexual),
            ("Safeguarding concern", Sensitivity::Sexual),
            ("Suicide attempt in pregnancy", Sensitivity::Sexual),
            ("Lives in a care home", Sensitivity::Social),
            ("Respiratory depression", Sensitivity::General),
            ("Has advance statement (Mental Capacity Act 2005)", Sensitivity::General),
            ("Detained under the Mental Health Act 1983", Sensitivity::Mental),
            ("Skin graft", Sensitivity::General),
            ("Archive of results", Sensitivity::General),
            ("Rapeseed oil", Sensitivity::General),
            ("Alleged rape", Sensitivity::Sexual),
            ("Therapeutic ultrasound", Sensitivity::General),
            ("Hypertension", Sensitivity::General),
        ] {
            assert_eq!(said(words), expected, "{words}");
        }
    }

    #[test]
    fn only_what_a_resource_says_itself_counts() {
        assert_eq!(
            label(
                json!({"resourceType": "Encounter", "id": "e", "reasonReference": [{"reference": "Condition/c", "display": "Depression"}]})
            ),
            Sensitivity::General
        );
        assert_eq!(
            label(json!({"resourceType": "Encounter", "id": "e", "reasonCode": [{"text": "Depression"}]})),
            Sensitivity::Mental
        );
        assert_eq!(
            label(
                json!({"resourceType": "Observation", "id": "o", "code": {"text": "Weight"}, "note": [{"text": "Depression"}]})
            ),
            Sensitivity::General
        );
        assert_eq!(
            label(json!({"resourceType": "DocumentReference", "id": "d", "description": "Sexual health clinic"})),
            Sensitivity::Sexual
        );
        assert_eq!(
            label(json!({"resourceType": "ClinicalImpression", "id": "i", "summary": "Low mood, perhaps depression"})),
            Sensitivity::Mental
        );
        assert_eq!(
            label(json!({"resourceType": "RiskAssessment", "id": "r", "prediction": [{"rationale": "Panic attacks"}]})),
            Sensitivity::Mental
        );
        assert_eq!(
            label(json!({"resourceType": "ClinicalImpression", "id": "i", "finding": [{"basis": "Positive pregnancy test"}]})),
            Sensitivity::Sexual
        );
        assert_eq!(
            label(json!({"resourceType": "Practitioner", "id": "p", "qualification": [{"code": {"text": "Psychiatrist"}}]})),
            Sensitivity::General
        );
    }
}
