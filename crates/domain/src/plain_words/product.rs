//! Medicines by the names of their products: "Amlodipine 5mg tablets" is amlodipine, "Amlodipine 5mg / Valsartan 80mg tablets" is not.

/// What can stand between a substance and its strength, and says nothing of another substance: salts, and forms.
const BESIDE: &[&str] = &[
    "acetate",
    "anhydrous",
    "arginine",
    "base",
    "besilate",
    "besylate",
    "bromide",
    "calcium",
    "cilexetil",
    "citrate",
    "compound",
    "dihydrate",
    "dipropionate",
    "erbumine",
    "fumarate",
    "hcl",
    "hydrobromide",
    "hydrochloride",
    "hyclate",
    "magnesium",
    "maleate",
    "mesilate",
    "monohydrate",
    "phosphate",
    "potassium",
    "propionate",
    "sodium",
    "succinate",
    "sulfate",
    "sulphate",
    "tartrate",
    "trihydrate",
    "valerate",
    "caplet",
    "caplets",
    "capsule",
    "capsules",
    "chewable",
    "cream",
    "dispersible",
    "drops",
    "effervescent",
    "eye",
    "gastro-resistant",
    "gel",
    "implant",
    "inhaler",
    "injection",
    "modified-release",
    "ointment",
    "oral",
    "orodispersible",
    "patch",
    "patches",
    "powder",
    "prolonged-release",
    "sachets",
    "soluble",
    "solution",
    "spray",
    "sublingual",
    "suspension",
    "tablet",
    "tablets",
];
/// What an amount can be for; any other word after a stroke is another substance.
const PER: &[&str] = &["actuat", "actuation", "day", "dose", "g", "gram", "h", "hour", "hours", "hr", "l", "litre", "mg", "ml"];

/// Whether the name of a product begins with the substance, holds no other, and has one of the forms, where there are any.
pub(super) fn is_of(product: &str, substance: &str, forms: &[String]) -> bool {
    let (product, substance) = (product.trim().to_lowercase(), substance.trim().to_lowercase());
    let Some(rest) = product.strip_prefix(&substance).filter(|_| !substance.is_empty()) else { return false };
    let ends_there = !rest.starts_with(|next: char| next.is_alphanumeric() || next == '-');
    let has_form = forms.is_empty() || words(&product).any(|word| forms.iter().any(|form| form.eq_ignore_ascii_case(word)));
    let until_strength = words(rest).take_while(|word| !word.starts_with(|first: char| first.is_ascii_digit()));
    ends_there && has_form && !has_several(rest) && until_strength.into_iter().all(|word| BESIDE.contains(&word))
}

/// Whether what follows names another substance.
fn has_several(rest: &str) -> bool {
    let joined = rest.contains(['+', '&']) || words(rest).any(|word| matches!(word, "and" | "with" | "plus"));
    let strokes = rest.split('/').skip(1).map(str::trim_start);
    let others = strokes.filter(|part| part.starts_with(char::is_alphabetic));
    joined || others.into_iter().any(|part| words(part).next().is_none_or(|word| !PER.contains(&word)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_product_is_known_by_its_substance_and_no_other_is() {
        let table: &[(&str, &str, &[&str], bool)] = &[
            ("Amlodipine", "Amlodipine 5mg tablets", &[], true),
            ("Amlodipine", "AMLODIPINE", &[], true),
            ("Amlodipine", "Amlodipine besilate 10mg tablets", &[], true),
            ("Amlodipine", "Amlodipine 5mg / Valsartan 80mg tablets", &[], false),
            ("Amlodipine", "Amlodipine/Valsartan", &[], false),
            ("Amlodipine", "Amlodipinex 5mg tablets", &[], false),
            ("Amlodipine", "Perindopril 4mg / Amlodipine 5mg tablets", &[], false),
            ("Levothyroxine", "Levothyroxine sodium 100microgram tablets", &[], true),
            ("Latanoprost", "Latanoprost 50micrograms/ml eye drops", &[], true),
            ("Latanoprost", "Latanoprost 50micrograms/ml / Timolol 5mg/ml eye drops", &[], false),
            ("Salbutamol", "Salbutamol 100micrograms/dose inhaler CFC free", &["inhaler"], true),
            ("Salbutamol", "Salbutamol 2mg/5ml oral solution", &["inhaler"], false),
            ("Co-codamol", "Co-codamol 30mg/500mg tablets", &[], true),
            ("Amoxicillin", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", &[], false),
            ("Amoxicillin", "Amoxicillin 250mg with clavulanic acid tablets", &[], false),
            ("Beclometasone", "Beclometasone 100micrograms/dose / Formoterol 6micrograms/dose inhaler", &["inhaler"], false),
            ("Beclometasone", "Beclometasone 50micrograms/dose nasal spray", &["inhaler"], false),
            ("Insulin aspart", "Insulin aspart biphasic 30/70 100units/ml", &[], false),
            ("Insulin aspart", "Insulin aspart 100units/ml solution for injection 3ml cartridges", &[], true),
            ("Hydrocortisone", "Hydrocortisone 10mg tablets", &["cream", "ointment"], false),
            ("Hydrocortisone", "Hydrocortisone 1% cream", &["cream", "ointment"], true),
            ("Aspirin 75mg", "Aspirin 75mg dispersible tablets", &[], true),
            ("Aspirin 75mg", "Aspirin 300mg tablets", &[], false),
            ("Aspirin 75mg", "Aspirin 75mg / Dipyridamole 200mg capsules", &[], false),
            ("Ferrous fumarate", "Ferrous fumarate 322mg / Folic acid 350microgram tablets", &[], false),
            ("Colecalciferol", "Colecalciferol 20,000unit capsules", &[], true),
            ("Metformin", "Metformin & Sitagliptin", &[], false),
            ("Nicotine", "Nicotine 21mg/24hours transdermal patches", &[], true),
            ("Morphine", "Morphine sulfate 10mg/5ml oral solution", &[], true),
            ("Senna", "Senna-lax tablets", &[], false),
            ("", "Amlodipine 5mg tablets", &[], false),
        ];
        for (substance, product, forms, is) in table {
            let forms: Vec<String> = forms.iter().map(|form| (*form).to_owned()).collect();
            assert_eq!(is_of(product, substance, &forms), *is, "{substance}: {product}");
        }
    }

    proptest! {
        #[test]
        fn with_another_substance_it_is_another_product(other in "[b-f]{3,9}ol", strength in 1_u16..999) {
            for joined in [" / ", "/", " and ", " with ", " + "] {
                let product = format!("Ramipril {strength}mg{joined}{other} 5mg tablets");
                prop_assert!(!is_of(&product, "Ramipril", &[]), "{}", product);
            }
            let (beside, alone) = (format!("Ramipril {other} {strength}mg"), format!("Ramipril {strength}mg tablets"));
            prop_assert!(!is_of(&beside, "Ramipril", &[]) && is_of(&alone, "Ramipril", &[]));
        }

        #[test]
        fn any_name_is_read(product in "\\PC{0,60}", substance in "\\PC{0,12}") {
            let is = is_of(&product, &substance, &[]);
            prop_assert!(!is || product.trim().to_lowercase().starts_with(&substance.trim().to_lowercase()));
        }
    }
}
