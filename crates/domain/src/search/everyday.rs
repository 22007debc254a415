//! What people call things, and how records word them. It only helps to find: what is found says what it is in its own words.
//!
//! Everyday words: the A to Z of medical writing in the NHS digital service manual (nhs.uk, "A to Z of NHS health writing", 2026) and the
//! names that the NHS website gives beside one another. American spellings: the international nonproprietary names of medicines
//! (WHO) and the British ones before them. Brand names: `brands.txt`, which says from where they are.

use super::words::placed;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Medicines by their brands, a line for what is in them.
const BRANDS: &str = include_str!("brands.txt");

/// What is typed, and what is looked for beside it.
const EVERYDAY: &[(&str, &[&str])] = &[
    ("acetaminophen", &["paracetamol"]),
    ("adrenaline", &["epinephrine"]),
    ("albuterol", &["salbutamol"]),
    ("anaemia", &["anemia"]),
    ("anemia", &["anaemia"]),
    ("blood pressure", &["hypertension", "hypotension", "systolic", "diastolic"]),
    ("blood sugar", &["glucose", "hba1c", "haemoglobin a1c", "hemoglobin a1c"]),
    (
        "blood thinner",
        &["anticoagulant", "warfarin", "apixaban", "rivaroxaban", "edoxaban", "dabigatran", "clopidogrel", "heparin"],
    ),
    ("bowel", &["intestine", "intestinal", "colon", "colorectal"]),
    ("broken", &["fracture"]),
    ("broken bone", &["fracture"]),
    ("bruise", &["contusion"]),
    ("cancer", &["carcinoma", "neoplasm", "malignant", "malignancy", "tumour", "tumor"]),
    ("chickenpox", &["varicella"]),
    ("cholesterol", &["lipid", "lipids", "hdl", "ldl"]),
    ("cold sore", &["herpes labialis"]),
    ("copd", &["chronic obstructive"]),
    ("diarrhea", &["diarrhoea"]),
    ("diarrhoea", &["diarrhea"]),
    ("diabetes", &["diabetic", "hba1c"]),
    ("ear infection", &["otitis"]),
    ("epinephrine", &["adrenaline"]),
    ("fits", &["seizure", "epilepsy"]),
    ("flu", &["influenza"]),
    ("frusemide", &["furosemide"]),
    ("german measles", &["rubella"]),
    ("hayfever", &["allergic rhinitis"]),
    ("hay fever", &["allergic rhinitis"]),
    ("heart", &["cardiac", "coronary", "myocardial"]),
    ("heart attack", &["myocardial infarction"]),
    ("hemoglobin", &["haemoglobin"]),
    ("haemoglobin", &["hemoglobin"]),
    ("high blood pressure", &["hypertension"]),
    ("high cholesterol", &["hypercholesterolaemia", "hyperlipidaemia", "hyperlipidemia"]),
    ("immunisation", &["vaccine", "vaccination", "immunization"]),
    ("immunization", &["vaccine", "vaccination", "immunisation"]),
    ("inhaler", &["salbutamol", "beclometasone", "budesonide", "formoterol", "tiotropium"]),
    ("insulin", &["abasaglar", "humalog", "humulin", "lantus", "levemir", "novorapid", "tresiba"]),
    ("jab", &["vaccine", "vaccination", "immunisation", "immunization", "injection"]),
    ("kidney", &["renal", "egfr", "creatinine", "nephropathy"]),
    ("leukemia", &["leukaemia"]),
    ("leukaemia", &["leukemia"]),
    ("liver", &["hepatic", "hepatitis", "alanine"]),
    ("lockjaw", &["tetanus"]),
    ("low mood", &["depression", "depressive"]),
    ("lung", &["pulmonary", "respiratory"]),
    ("lungs", &["pulmonary", "respiratory"]),
    ("mini stroke", &["transient ischaemic", "transient ischemic"]),
    ("miscarriage", &["miscarriage", "abortion"]),
    ("operation", &["surgery", "surgical", "procedure"]),
    ("painkiller", &["analgesic", "paracetamol", "ibuprofen", "codeine", "naproxen", "tramadol", "morphine"]),
    ("paracetamol", &["acetaminophen"]),
    ("pee", &["urine", "urinary"]),
    ("period", &["menstrual", "menstruation", "menorrhagia"]),
    ("periods", &["menstrual", "menstruation", "menorrhagia"]),
    ("pill", &["tablet", "contraceptive", "contraception"]),
    ("piles", &["haemorrhoids", "hemorrhoids"]),
    ("poo", &["stool", "faecal", "faeces", "fecal"]),
    ("pregnant", &["pregnancy", "antenatal"]),
    ("rash", &["eczema", "dermatitis", "urticaria"]),
    ("salbutamol", &["albuterol"]),
    ("scan", &["ultrasound", "mri", "ct", "computed tomography", "magnetic resonance", "imaging"]),
    ("shingles", &["zoster"]),
    ("sleeping tablet", &["zopiclone", "hypnotic", "temazepam"]),
    ("smoking", &["smoker", "smokes", "tobacco"]),
    ("sore throat", &["pharyngitis", "tonsillitis"]),
    ("statin", &["atorvastatin", "simvastatin", "rosuvastatin", "pravastatin"]),
    ("stomach", &["gastric", "gastro", "abdominal", "abdomen"]),
    ("stomach ache", &["abdominal pain"]),
    ("stroke", &["cerebrovascular", "cva"]),
    ("sugar", &["glucose", "hba1c", "haemoglobin a1c", "hemoglobin a1c", "diabetes"]),
    ("swelling", &["oedema", "edema"]),
    ("thyroid", &["tsh", "thyroxine", "levothyroxine"]),
    ("tumor", &["tumour"]),
    ("tumour", &["tumor"]),
    ("underactive thyroid", &["hypothyroidism"]),
    ("valproate", &["valproic acid", "depakote", "convulex"]),
    ("valproic acid", &["valproate", "epilim", "episenta"]),
    ("vaccination", &["vaccine", "immunisation", "immunization"]),
    ("vaccine", &["vaccination", "immunisation", "immunization"]),
    ("water infection", &["urinary tract infection", "uti", "cystitis"]),
    ("water tablet", &["diuretic", "furosemide", "bendroflumethiazide", "spironolactone", "indapamide", "hydrochlorothiazide"]),
    ("wee", &["urine", "urinary"]),
    ("whooping cough", &["pertussis"]),
    ("x ray", &["radiograph", "radiography", "radiographic"]),
    ("xray", &["x ray", "radiograph", "radiography"]),
];

/// What is in a medicine, and one of its brands.
fn brands() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = BRANDS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    lines.flat_map(|(within, brands)| brands.split(", ").map(move |brand| (within, brand)))
}

static BY_WORDS: LazyLock<BTreeMap<Vec<String>, Vec<&'static str>>> = LazyLock::new(|| {
    let words = |text: &str| placed(text).into_iter().map(|one| one.word).collect::<Vec<String>>();
    let mut all: BTreeMap<Vec<String>, Vec<&'static str>> = BTreeMap::new();
    for (typed, others) in EVERYDAY {
        all.entry(words(typed)).or_default().extend_from_slice(others);
    }
    // A brand is worded as all that is in it, and each of that as the brand.
    for (within, brand) in brands() {
        all.entry(words(brand)).or_default().push(within);
        for one in within.split(" + ") {
            all.entry(words(one)).or_default().push(brand);
        }
    }
    all
});

static WORDS: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| BY_WORDS.keys().filter(|words| words.len() == 1).flatten().cloned().collect());

/// How records word what stands at the beginning of these words, and how many of them that is; the longest that is known.
pub(super) fn others(typed: &[String]) -> Option<(usize, &'static [&'static str])> {
    (1..=typed.len().min(3)).rev().find_map(|length| Some((length, BY_WORDS.get(typed.get(..length)?)?.as_slice())))
}

/// Everyday words that have others.
pub(super) fn words<'w>() -> impl Iterator<Item = &'w str> {
    WORDS.iter().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_once_and_has_others_that_are_words() {
        let typed: BTreeSet<&str> = EVERYDAY.iter().map(|(typed, _)| *typed).collect();
        assert_eq!(typed.len(), EVERYDAY.len());
        for (typed, others) in EVERYDAY {
            assert!(!others.is_empty() && (1..=3).contains(&placed(typed).len()), "{typed}");
            assert!(others.iter().all(|other| !placed(other).is_empty()), "{typed}");
        }
    }

    #[test]
    fn each_brand_stands_once_and_no_line_of_them_is_lost() {
        let lines: Vec<&str> = BRANDS.lines().filter(|line| !line.starts_with('#')).collect();
        for line in &lines {
            let (within, names) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            assert_eq!(within, within.to_lowercase(), "{line}");
            assert!(within.split(" + ").chain(names.split(", ")).all(|name| (1..=3).contains(&placed(name).len())), "{line}");
        }
        let within: BTreeSet<&str> = brands().map(|(within, _)| within).collect();
        assert_eq!(within.len(), lines.len(), "two lines for one thing");
        let mut names = BTreeSet::new();
        for (_, brand) in brands() {
            assert!(names.insert(brand.to_lowercase()), "{brand} stands twice");
            assert!(!within.contains(brand.to_lowercase().as_str()), "{brand} is no brand");
        }
        assert!(names.len() >= 150, "{}", names.len());
    }
}
