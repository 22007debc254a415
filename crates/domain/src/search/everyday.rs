//! What people call things, and how records word them. It only helps to find: what is found says what it is in its own words.
//!
//! Everyday words: the A to Z of medical writing in the NHS digital service manual (nhs.uk, "A to Z of NHS health writing", 2026) and the
//! names that the NHS website gives beside one another. American spellings: the international nonproprietary names of medicines
//! (WHO). Former British names of medicines: "Changes to medicines names: BANs to rINNs" (MHRA, 2003). Brand names: `brands.txt`, which says from where they are.

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
    ("german measles", &["rubella"]),
    ("hayfever", &["allergic rhinitis"]),
    ("hay fever", &["allergic rhinitis"]),
    ("heart", &["cardiac", "coronary", "myocardial"]),
    ("heart attack", &["myocardial infarction", "mi"]),
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
    ("mini stroke", &["transient ischaemic", "transient ischemic", "tia"]),
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

/// What medicines were called in the United Kingdom until 2003, and what they are called now: either finds the other. Old entries and
/// letters keep the former names.
const FORMER: &[(&str, &str)] = &[
    ("amethocaine", "tetracaine"),
    ("amoxycillin", "amoxicillin"),
    ("amphetamine", "amfetamine"),
    ("amylobarbitone", "amobarbital"),
    ("beclomethasone", "beclometasone"),
    ("bendrofluazide", "bendroflumethiazide"),
    ("benzhexol", "trihexyphenidyl"),
    ("cephalexin", "cefalexin"),
    ("cephradine", "cefradine"),
    ("chlormethiazole", "clomethiazole"),
    ("chlorpheniramine", "chlorphenamine"),
    ("chlorthalidone", "chlortalidone"),
    ("cholecalciferol", "colecalciferol"),
    ("cholestyramine", "colestyramine"),
    ("clomiphene", "clomifene"),
    ("cyclosporin", "ciclosporin"),
    ("dexamphetamine", "dexamfetamine"),
    ("dicyclomine", "dicycloverine"),
    ("dothiepin", "dosulepin"),
    ("eformoterol", "formoterol"),
    ("ethinyloestradiol", "ethinylestradiol"),
    ("flupenthixol", "flupentixol"),
    ("frusemide", "furosemide"),
    ("guaiphenesin", "guaifenesin"),
    ("hydroxyurea", "hydroxycarbamide"),
    ("indomethacin", "indometacin"),
    ("lignocaine", "lidocaine"),
    ("methotrimeprazine", "levomepromazine"),
    ("mitozantrone", "mitoxantrone"),
    ("nicoumalone", "acenocoumarol"),
    ("noradrenaline", "norepinephrine"),
    ("oestradiol", "estradiol"),
    ("oestriol", "estriol"),
    ("oxpentifylline", "pentoxifylline"),
    ("phenobarbitone", "phenobarbital"),
    ("quinalbarbitone", "secobarbital"),
    ("salcatonin", "calcitonin"),
    ("sodium cromoglycate", "sodium cromoglicate"),
    ("sodium picosulphate", "sodium picosulfate"),
    ("stilboestrol", "diethylstilbestrol"),
    ("sulphadiazine", "sulfadiazine"),
    ("sulphasalazine", "sulfasalazine"),
    ("tetracosactrin", "tetracosactide"),
    ("thiopentone", "thiopental"),
    ("thyroxine", "levothyroxine"),
    ("trimeprazine", "alimemazine"),
];

/// Abbreviations of records and letters with what each stands for: either finds the other (nhs.uk, "Abbreviations you may find in
/// your health records", 2026).
const SHORT: &[(&str, &[&str])] = &[
    ("af", &["atrial fibrillation"]),
    ("bp", &["blood pressure"]),
    ("ckd", &["chronic kidney disease"]),
    ("copd", &["chronic obstructive pulmonary disease"]),
    ("ct", &["computed tomography", "computerised tomography"]),
    ("dvt", &["deep vein thrombosis", "deep venous thrombosis", "dvts"]),
    ("ecg", &["electrocardiogram", "electrocardiography", "ecgs"]),
    ("ent", &["ear nose throat", "otolaryngology"]),
    ("fbc", &["full blood count"]),
    ("gord", &["gastro oesophageal reflux", "gastroesophageal reflux", "gastro oesophageal reflux disease"]),
    ("hrt", &["hormone replacement therapy"]),
    ("ibs", &["irritable bowel syndrome"]),
    ("iud", &["intrauterine device", "intrauterine contraceptive device"]),
    ("lft", &["liver function test", "liver function tests", "lfts"]),
    ("mi", &["myocardial infarction"]),
    ("mmr", &["measles mumps rubella"]),
    ("mri", &["magnetic resonance imaging", "mris"]),
    ("oa", &["osteoarthritis"]),
    ("pe", &["pulmonary embolism", "pulmonary embolus"]),
    ("psa", &["prostate specific antigen"]),
    ("ra", &["rheumatoid arthritis"]),
    ("tia", &["transient ischaemic attack", "transient ischemic attack", "tias"]),
    ("u e", &["urea electrolytes"]),
    ("uti", &["urinary tract infection", "utis"]),
];

/// Abbreviations that are not looked for beside what they stand for: records say them for something else too, like "Ms" before a name
/// and the letters of "e.g.".
const SHORT_ALONE: &[(&str, &[&str])] =
    &[("a e", &["accident emergency", "emergency department", "casualty"]), ("ms", &["multiple sclerosis"])];

/// The most words that are known together.
const TOGETHER: usize = 4;

/// What is in a medicine, and one of its brands.
fn brands() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = BRANDS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    lines.flat_map(|(within, brands)| brands.split(", ").map(move |brand| (within, brand)))
}

static BY_WORDS: LazyLock<BTreeMap<Vec<String>, Vec<&'static str>>> = LazyLock::new(|| {
    let words = |text: &str| placed(text).into_iter().map(|one| one.word).collect::<Vec<String>>();
    let mut all: BTreeMap<Vec<String>, Vec<&'static str>> = BTreeMap::new();
    for (typed, others) in EVERYDAY.iter().chain(SHORT).chain(SHORT_ALONE) {
        all.entry(words(typed)).or_default().extend_from_slice(others);
    }
    for (short, long) in SHORT {
        for one in *long {
            all.entry(words(one)).or_default().push(*short);
        }
    }
    for (former, now) in FORMER {
        all.entry(words(former)).or_default().push(*now);
        all.entry(words(now)).or_default().push(*former);
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

static WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    BY_WORDS.keys().filter(|words| words.len() == 1).flatten().filter(|word| !is_short(word)).cloned().collect()
});

/// How records word what stands at the beginning of these words, and how many of them that is; the longest that is known.
pub(super) fn others(typed: &[String]) -> Option<(usize, &'static [&'static str])> {
    (1..=typed.len().min(TOGETHER)).rev().find_map(|length| Some((length, BY_WORDS.get(typed.get(..length)?)?.as_slice())))
}

/// Whether a word is an abbreviation: it begins nothing, and nothing is mistyped for it.
pub(super) fn is_short(word: &str) -> bool {
    SHORT.iter().chain(SHORT_ALONE).any(|(short, _)| *short == word)
}

/// Everyday words that have others, but no abbreviations.
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
        for (typed, others) in EVERYDAY.iter().chain(SHORT).chain(SHORT_ALONE) {
            assert!(!others.is_empty() && (1..=TOGETHER).contains(&placed(typed).len()), "{typed}");
            assert!(others.iter().all(|other| !placed(other).is_empty()), "{typed}");
        }
    }

    #[test]
    fn each_former_name_of_a_medicine_stands_once_and_is_known_both_ways() {
        let words = |text: &str| placed(text).into_iter().map(|one| one.word).collect::<Vec<String>>();
        let mut seen = BTreeSet::new();
        for (former, now) in FORMER {
            assert!(seen.insert(*former) && seen.insert(*now), "{former} or {now} stands twice");
            for (typed, other) in [(former, now), (now, former)] {
                let typed = words(typed);
                let known = others(&typed).is_some_and(|(length, others)| length == typed.len() && others.contains(other));
                assert!(known, "{former} and {now}");
            }
        }
    }

    #[test]
    fn each_abbreviation_stands_once_and_is_known_from_what_it_stands_for() {
        let words = |text: &str| placed(text).into_iter().map(|one| one.word).collect::<Vec<String>>();
        let mut seen = BTreeSet::new();
        for (short, long) in SHORT.iter().chain(SHORT_ALONE) {
            assert!(seen.insert(*short), "{short} stands twice");
            assert!(others(&words(short)).is_some_and(|(_, others)| long.iter().all(|one| others.contains(one))), "{short}");
        }
        for (short, long) in SHORT {
            for one in *long {
                let typed = words(one);
                assert!((1..=TOGETHER).contains(&typed.len()), "{one}");
                assert!(others(&typed).is_some_and(|(length, others)| length == typed.len() && others.contains(short)), "{one}");
            }
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
