use super::*;
use proptest::prelude::*;

fn words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    words_of(text, &mut words);
    words
}

fn finds(typed: &str, text: &str) -> bool {
    Query::read(typed).unwrap().met(&words(text)).is_some()
}

fn near(typed: &str, text: &str) -> bool {
    let words = words(text);
    Query::read(typed).unwrap().with_near(&words).met(&words).is_some()
}

/// With brackets round what is marked.
fn said(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| if piece.marked { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
}

#[test]
fn words_are_small_letters_without_accents_and_marks() {
    let said = |text: &str| placed(text).into_iter().map(|one| one.word).collect::<Vec<_>>().join(" ");
    assert_eq!(said("Crohn\u{2019}s disease; MÜLLER, café (HbA1c) 58 mmol/mol"), "crohns disease muller cafe hba1c 58 mmol mol");
    assert_eq!(said("cafe\u{301} ﬁbrosis x-ray O'Neill's '"), "cafe fibrosis x ray oneills");
    assert_eq!(said("💊 * \" NEAR/2 ()"), "near 2");
    assert_eq!(said("ربو").matches('U').count(), 3, "three letters of another script");
    assert_eq!(said(&"a".repeat(100)).len(), 64);
}

#[test]
fn all_that_is_typed_must_stand_in_the_entry_and_a_beginning_is_enough() {
    assert!(finds("asthma", "Asthma") && finds("asth", "Asthma") && finds("ASTHMA review", "Review of asthma"));
    assert!(!finds("as", "Asthma"), "two letters begin too much");
    assert!(!finds("asthma cough", "Asthma"));
    assert!(finds("my results from the surgery", "Results. Riverside Surgery"), "small words are left out beside others");
    assert!(finds("the", "The") && !finds("the", "A"), "and looked for where there is nothing else");
    assert_eq!(Query::read(" \u{1f48a} ** \"\" "), None);
}

#[test]
fn everyday_words_find_how_records_word_things() {
    assert!(finds("high blood pressure", "Essential hypertension"));
    assert!(finds("High Blood-Pressure", "High blood pressure"));
    assert!(finds("sugar", "Glucose [Mass/volume] in Blood") && finds("blood sugar", "Haemoglobin A1c level"));
    assert!(finds("flu jab", "Influenza vaccine") && finds("heart attack 2019", "Myocardial infarction, 2019"));
    assert!(!finds("heart attack", "Attack of asthma"));
    assert!(near("suger", "Fasting glucose"), "also where they are mistyped");
}

#[test]
fn abbreviations_and_what_they_stand_for_find_each_other() {
    for (short, long) in [
        ("UTI", "Recurrent urinary tract infection"),
        ("AF", "Paroxysmal atrial fibrillation"),
        ("MI", "Old myocardial infarction"),
        ("TIA", "Transient ischaemic attack"),
        ("GORD", "Gastro-oesophageal reflux disease"),
        ("COPD", "Chronic obstructive pulmonary disease"),
        ("FBC", "Full blood count"),
        ("U&E", "Urea and electrolytes"),
        ("DVT", "Deep vein thrombosis"),
        ("PE", "Pulmonary embolism"),
        ("MMR", "Measles, mumps and rubella vaccine"),
        ("CT", "Computed tomography of chest"),
        ("ENT", "Ear, nose and throat clinic"),
        ("BP", "Blood pressure"),
        ("ECG", "Electrocardiogram"),
        ("LFT", "Liver function tests"),
    ] {
        assert!(finds(short, long), "{short} finds {long}");
        assert!(near(short, long) || short == "U&E", "{short} finds {long} where the search is wide");
        if !["MMR", "AF", "MI", "UTI", "CT", "ENT"].contains(&short) {
            assert!(finds(long, &format!("Seen for {short} today")), "{long} finds {short}");
        }
    }
    assert!(finds("urinary tract infection", "Recurrent UTI") && finds("atrial fibrillation", "Known AF"));
    assert!(finds("measles, mumps and rubella", "MMR 1") && finds("ear, nose and throat", "ENT clinic"));
    assert!(
        finds("A&E", "Accident and Emergency department") && finds("A&E", "Seen in A&E") && finds("ms", "Multiple sclerosis")
    );
    assert!(finds("uti", "UTIs") && finds("lft", "LFTs"));
    assert!(finds("heart attack", "Old MI") && finds("mini stroke", "TIA 2019") && !finds("heart attack", "Migraine"));
    // What is short is a whole word.
    for (typed, other) in [
        ("mi", "Migraine"),
        ("af", "After"),
        ("uti", "Utilised"),
        ("ent", "Enteral feeding"),
        ("gord", "Gordon"),
        ("urinary tract infection", "Utilised"),
        ("atrial fibrillation", "After the operation"),
        ("myocardial infarction", "Migraine"),
        ("multiple sclerosis", "Ms Jones"),
        ("accident and emergency", "A rash, e.g. eczema"),
    ] {
        assert!(!finds(typed, other), "{typed} is not {other}");
    }
    assert!(!near("mi", "Migraine") && !near("uti", "Utilised"));
}

#[test]
fn medicines_are_found_by_their_brands_and_brands_by_what_is_in_them() {
    for (typed, name) in [
        ("Ventolin", "Salbutamol 100micrograms/dose inhaler CFC free"),
        ("salbutamol", "Ventolin 100micrograms/dose Evohaler"),
        ("albuterol", "Salbutamol inhaler"),
        ("amoxycillin", "Amoxicillin 500mg capsules"),
        ("amoxicillin", "Allergic to Amoxycillin"),
        ("furosemide", "Frusemide 40mg"),
        ("cefalexin", "Cephalexin 250mg capsules"),
        ("lignocaine", "Lidocaine 1% injection"),
        ("bendrofluazide 2.5mg", "Bendroflumethiazide 2.5mg tablets"),
        ("colecalciferol", "Cholecalciferol 800 units"),
        ("panadol", "Paracetamol 500mg tablets"),
        ("paracetamol 500mg", "Panadol 500mg tablets"),
        ("Glucophage", "Metformin 500mg tablets"),
        ("seretide", "Fluticasone 250micrograms/dose / Salmeterol 25micrograms/dose inhaler"),
        ("salmeterol", "Seretide 250 Evohaler"),
        ("nu seals", "Aspirin 75mg gastro-resistant tablets"),
        ("augmentin", "Co-amoxiclav 250mg/125mg tablets"),
        ("insulin glargine", "Lantus 100units/ml"),
        ("insulin", "Lantus 100units/ml"),
        ("depakote", "Valproic acid 250mg gastro-resistant tablets"),
        ("valproate", "Depakote 250mg tablets"),
        ("valproate", "Valproic acid 150mg gastro-resistant capsules"),
        ("valproic acid", "Sodium valproate 200mg gastro-resistant tablets"),
        ("valproic acid", "Epilim 200 gastro-resistant tablets"),
    ] {
        assert!(finds(typed, name), "{typed} finds {name}");
    }
    assert!(!finds("seretide", "Fluticasone 50micrograms/dose nasal spray"), "not by one of the two that are in it");
    assert!(!finds("ventolin", "Paracetamol 500mg tablets") && !finds("lantus", "Insulin aspart 100units/ml"));
    // Mistyped as well, and in both directions.
    for (typed, name) in [
        ("ventolen", "Salbutamol inhaler"),
        ("glucofage", "Metformin 500mg tablets"),
        ("paracetmol", "Panadol 500mg tablets"),
        ("salbutamal", "Ventolin Evohaler"),
    ] {
        assert!(!finds(typed, name) && near(typed, name), "{typed}");
    }
}

#[test]
fn names_of_medicines_are_found_although_they_are_mistyped() {
    for (typed, name) in [
        ("amoxicilin", "Amoxicillin 500mg capsules"),
        ("atorvastatine", "Atorvastatin 20mg tablets"),
        ("paracetmol", "Paracetamol 500mg tablets"),
        ("metfornim", "Metformin 500mg tablets"),
        ("simvstatin", "Simvastatin 40mg tablets"),
        ("ramiprl", "Ramipril 5mg capsules"),
        ("salbutamal", "Salbutamol inhaler"),
    ] {
        assert!(!finds(typed, name) && near(typed, name), "{typed}");
    }
    assert!(near("levothyroxin", "Levothyroxine") && near("rampril 5mg", "Ramipril 5mg capsules"));
    for (typed, other) in [("ramipril", "Lisinopril"), ("atenolol", "Amlodipine"), ("gout", "Goat"), ("2019", "2018")] {
        assert!(!near(typed, other) || typed == "gout", "{typed} is not {other}");
    }
}

#[test]
fn what_is_like_a_word_begins_with_its_letter_or_one_that_sounds_like_it() {
    assert_eq!(Query::letters("farmacy"), ['f', 'p']);
    assert_eq!(Query::letters("codeine"), ['c', 'k', 's']);
    assert_eq!(Query::letters("metformin"), ['m']);
    assert!(Query::letters("5mg").is_empty());
}

#[test]
fn what_was_looked_for_is_marked_in_its_text() {
    let met = Query::read("asth cafe").unwrap().met(&words("Asthma, not at the café")).unwrap();
    assert_eq!(said(&marked("Asthma, not at the café!", &met)), "[Asthma], not at the [café]!");
    assert_eq!(said(&marked("<b>Gout</b>", &met)), "<b>Gout</b>");
    let long = format!("{} asthma {}", "one two three ".repeat(30), "four five six ".repeat(30));
    let part = said(&excerpt(&long, &met).unwrap());
    assert!(part.starts_with("… ") && part.ends_with(" …") && part.contains("[asthma]") && part.chars().count() < 200, "{part}");
    assert_eq!(excerpt("Gout", &met), None);
    assert_eq!(said(&excerpt("Has\n asthma", &met).unwrap()), "Has [asthma]");
}

fn entry(details: &[Detail]) -> Told<'_> {
    Told {
        title: "Essential hypertension",
        kind: "Health problem",
        plain: Some("High blood pressure"),
        display: Some("Essential hypertension (disorder)"),
        value: None,
        details,
        author: Some("Dr Amara Obi"),
        place: Some("Riverside Surgery"),
        sent_by: Some("Riverside Surgery"),
        files: &[],
    }
}

#[test]
fn an_entry_says_where_what_was_looked_for_stands() {
    let details = [Detail { label: "Notes".to_owned(), value: "Home readings are too high.\nTo see the nurse.".to_owned() }];
    let told = entry(&details);
    let context = |typed: &str| {
        let met = Query::read(typed).unwrap().met(&told.words()).unwrap();
        told.context(&met).map(|(label, pieces)| format!("{label}: {}", said(&pieces)))
    };
    assert_eq!(context("hypertension"), None, "its name says it");
    assert_eq!(context("high blood pressure").unwrap(), "In plain words: [High] [blood] [pressure]");
    assert_eq!(context("nurse").unwrap(), "Notes: Home readings are too high. To see the [nurse].");
    assert_eq!(context("hypertension obi").unwrap(), "Recorded by: Dr Amara [Obi]");
    assert!(Query::read("knee").unwrap().met(&told.words()).is_none());
}

#[test]
fn more_than_ten_words_are_cut_and_that_is_said() {
    let long = "one two three four five six seven eight nine ten";
    let ten = Query::read(long).unwrap();
    assert!(!ten.is_cut() && ten.typed().len() == 10);
    let eleven = Query::read(&format!("{long} eleven")).unwrap();
    assert!(eleven.is_cut() && eleven.typed() == ten.typed());
    assert!(Query::read(&"x".repeat(1000)).unwrap().is_cut());
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_into_plain_words(typed in "\\PC{0,300}|[\"'*():^ -]{0,40}|NEAR[^a]{0,10}") {
        if let Some(query) = Query::read(&typed) {
            prop_assert!(!query.wanted().is_empty() && query.typed().len() <= MOST_WORDS);
            let widened = query.with_near(&words("asthma amoxicillin paracetamol"));
            for wanted in query.wanted().iter().chain(widened.wanted()) {
                prop_assert!(!wanted.0.is_empty());
                for term in wanted.0.iter().flatten() {
                    prop_assert!(!term.word.is_empty() && term.word.len() <= 64);
                    prop_assert!(term.word.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{:?}", term.word);
                }
            }
        }
    }

    #[test]
    fn a_text_is_found_by_its_own_words_and_marking_loses_nothing(text in "\\PC{0,120}") {
        let all = words(&text);
        if let Some(query) = Query::read(&text) {
            let met = query.met(&all);
            prop_assert!(met.is_some(), "{query:?} {all:?}");
            let pieces = marked(&text, &met.unwrap());
            prop_assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), text.clone());
            prop_assert!(pieces.iter().any(|piece| piece.marked));
        }
        for one in placed(&text) {
            prop_assert_eq!(placed(&text[one.start..one.end]).first().map(|again| again.word.clone()), Some(one.word));
        }
    }

    #[test]
    fn what_a_wider_search_finds_holds_all_that_the_narrow_one_does(typed in "[a-z]{1,12}( [a-z]{1,12}){0,3}", text in "[a-z]{1,12}( [a-z]{1,12}){0,8}") {
        let all = words(&text);
        let query = Query::read(&typed).unwrap();
        let phrase = query.wanted().iter().any(|wanted| wanted.0.first().is_some_and(|own| own.len() > 1));
        if !phrase && query.met(&all).is_some() {
            prop_assert!(query.with_near(&all).met(&all).is_some());
        }
    }
}
