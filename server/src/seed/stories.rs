//! What happened to each person, as their services wrote it down.

use super::codes::*;
use super::generate::{Chart, Meeting, Sensitive};
use super::people::{
    ADVISER, AE_DOCTOR, AUDIOLOGIST, CARDIOLOGIST, COMMUNITY, COMMUNITY_NURSE, DR_LARK, DR_SORREL, DR_TEASEL, HOSPITAL,
    MARKET_STREET, MENTAL_HEALTH, MIDWIFE, MILL_PHARMACY, NURSE_TANSY, NURSE_YARROW, PHARMACIST, PODIATRIST, PSYCHIATRIST,
    RIVERSIDE, SURGEON, THERAPIST, URGENT_CARE,
};

const YEAR: i64 = 365;

/// A forearm with ringworm. It is drawn: nobody's arm.
const RINGWORM_PHOTO: &[u8] = include_bytes!("ringworm.jpg");

fn flu(c: &mut Chart, years: i64) {
    for year in (0..years).rev() {
        c.on(year * YEAR + 38).vaccine(FLU_VACCINE, Some(FLU_GIVEN), 1);
    }
}

fn covid(c: &mut Chart) {
    c.on(2030).vaccine(COVID_VACCINE, Some(FIRST_COVID_DOSE), 1).on(1953).vaccine(COVID_VACCINE, Some(SECOND_COVID_DOSE), 2);
}

fn kidneys(c: &mut Chart, creatinine: &str, egfr: &str, potassium: &str) {
    c.panel(KIDNEY_PANEL, &[(SODIUM, "139"), (POTASSIUM, potassium), (CREATININE, creatinine), (EGFR, egfr)], None);
}

fn blood_count(c: &mut Chart, haemoglobin: &str, mcv: &str, conclusion: Option<&str>) {
    let white = format!("{}.{}", c.prng.between(5, 9), c.prng.between(0, 9));
    let platelets = c.prng.between(190, 380).to_string();
    c.panel(
        FULL_BLOOD_COUNT,
        &[(HAEMOGLOBIN, haemoglobin), (MCV, mcv), (WHITE_CELLS, &white), (PLATELETS, &platelets)],
        conclusion,
    );
}

/// No entries at all.
pub(super) fn nothing(_: &mut Chart) {}

pub(super) fn robin(c: &mut Chart) {
    c.at(&MARKET_STREET).by(&NURSE_YARROW).on(190).no_known_allergies();
}

pub(super) fn margaret(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_LARK);
    c.visit(Meeting::Surgery, 14 * YEAR + 40, HYPERTENSION).problem(HYPERTENSION).blood_pressure(164, 96);
    c.habit(SMOKING, EX_SMOKER).measure(HEIGHT, "161").measure(ALCOHOL, "4");
    c.on(14 * YEAR + 39).allergy(PENICILLIN, RASH, "medication", false);
    c.visit(Meeting::Surgery, 9 * YEAR + 12, TYPE_2_DIABETES).problem_note(TYPE_2_DIABETES, "Found at the NHS Health Check.");
    c.problem(HIGH_CHOLESTEROL);
    c.visit(Meeting::Surgery, 6 * YEAR + 80, KNEE_ARTHRITIS).problem_note(KNEE_ARTHRITIS, "Left knee. Worse on stairs.");
    c.visit(Meeting::Surgery, 4 * YEAR + 8, REFLUX).problem(REFLUX);
    c.visit(Meeting::Surgery, 3 * YEAR + 111, URINE_INFECTION).past_problem(URINE_INFECTION, 9);
    c.acute(NITROFURANTOIN_100, "One capsule twice a day for 3 days, with food", (6, "capsule"));
    c.result_words(Concept::words("Urine culture"), "Escherichia coli grown, sensitive to nitrofurantoin and trimethoprim");

    c.on(9 * YEAR).repeat(METFORMIN_500, "Two tablets twice a day with food", (112, "tablet"), "Type 2 diabetes");
    c.on(14 * YEAR).repeat(AMLODIPINE_5, "One tablet each morning", (28, "tablet"), "High blood pressure");
    c.on(12 * YEAR).repeat(RAMIPRIL_5, "One capsule each morning", (28, "capsule"), "High blood pressure");
    c.on(9 * YEAR - 20).repeat(ATORVASTATIN_20, "One tablet at night", (28, "tablet"), "High cholesterol");
    c.on(4 * YEAR).repeat(OMEPRAZOLE_20, "One capsule each morning, before food", (28, "capsule"), "Acid reflux");
    c.on(2 * YEAR).repeat(
        EMPAGLIFLOZIN_10,
        "One tablet each morning. Stop for the day if you are being sick or cannot drink",
        (28, "tablet"),
        "Type 2 diabetes",
    );
    c.on(6 * YEAR).repeat(
        PARACETAMOL_500,
        "One or two tablets up to four times a day when needed for pain. No more than 8 in 24 hours",
        (100, "tablet"),
        "Knee pain",
    );
    c.on(3 * YEAR).stopped(
        GLICLAZIDE_80,
        "One tablet with breakfast",
        (28, "tablet"),
        "Low blood sugar in the afternoon; changed to empagliflozin",
    );

    let years = [
        (4, "61", "5.4", "71", "74", 152, 88, "79.8", "30.8"),
        (3, "64", "4.9", "72", "73", 148, 86, "80.6", "31.1"),
        (2, "66", "4.6", "76", "68", 150, 84, "81.2", "31.3"),
        (1, "58", "4.2", "79", "65", 142, 82, "77.4", "29.9"),
        (0, "53", "4.0", "82", "62", 138, 78, "75.0", "28.9"),
    ];
    for (ago, hba1c, cholesterol, creatinine, egfr, systolic, diastolic, weight, bmi) in years {
        let day = ago * YEAR + 30;
        c.by(&NURSE_TANSY).visit(Meeting::Surgery, day, Concept::words("Diabetes review"));
        c.blood_pressure(systolic, diastolic).measure(WEIGHT, weight).measure(BMI, bmi).measure(PULSE, "72");
        c.procedure(FOOT_CHECK, Some("Pulses and feeling normal in both feet."));
        c.on(day + 7).panel(DIABETES_PANEL, &[(HBA1C, hba1c)], (ago == 0).then_some("Better than last year. Carry on."));
        c.panel(LIPID_PANEL, &[(CHOLESTEROL, cholesterol), (HDL, "1.3"), (TRIGLYCERIDES, "1.9")], None);
        kidneys(c, creatinine, egfr, "4.4");
        c.result(URINE_ACR, if ago > 2 { "1.2" } else { "<0.7" });
    }
    blood_count(c, "128", "88.0", None);
    flu(c, 6);
    covid(c);
    c.on(YEAR + 200).vaccine(SHINGLES_VACCINE, None, 1).on(5 * YEAR).vaccine(PNEUMOCOCCAL_VACCINE, None, 1);
    c.by(&PHARMACIST)
        .visit(Meeting::Telephone, 21, MEDICATION_REVIEW)
        .procedure(MEDICATION_REVIEW, Some("All seven medicines still needed. Knows the sick-day rules."));
    c.by(&DR_LARK).on(21).ordered(Concept::words("Kidney blood test"), "Yearly check while taking ramipril");
    c.referral(&HOSPITAL, Concept::words("Diabetic eye clinic"), "Yearly eye screening", false, false);
    c.on(25).by(&NURSE_TANSY).plan(
        "My diabetes plan",
        "Written with Margaret at her yearly review.",
        &[("GP", &DR_LARK), ("Practice nurse", &NURSE_TANSY), ("Podiatrist", &PODIATRIST)],
        &["Walk to the village shop and back five days a week", "HbA1c under 53 mmol/mol by the next review"],
        &["Check feet each evening", "Blood test every 6 months", "Home blood pressure week before each review"],
    );
    c.appointment(30, "Diabetes review", &NURSE_TANSY, "fulfilled");
    c.appointment(-12, "Blood test", &NURSE_TANSY, "booked");
    c.appointment(-33, "Follow-up with the GP", &DR_LARK, "booked");
    c.by(&DR_LARK).on(9).given(METFORMIN_500, (112, "tablet")).warned(
        [AMLODIPINE_5, ATORVASTATIN_20],
        "Amlodipine can raise the amount of the statin in the blood. Watch for muscle pain.",
        "Talked about, dose kept low",
    );

    c.at(&HOSPITAL).by(&AE_DOCTOR);
    c.visit(Meeting::Emergency, 2 * YEAR + 47, WRIST_SPRAIN).problem_note(WRIST_SPRAIN, "Fell on ice at her gate.");
    c.imaging(Concept::words("Wrist X-ray"), "No break is seen. Some wear at the base of the thumb.");
    c.letter("A&E letter", "A&E attendance after a fall", "Dear Dr Larkspur\n\nMrs Ellis came to A&E after slipping on ice. Her right wrist is sprained.\nThe X-ray shows no break. She went home with a support and advice.\n\nPlease check her balance and her blood pressure standing up.\n\nDr Kwame Rowan, A&E");
    c.by(&SURGEON)
        .visit(Meeting::Clinic, 75, EYE_SCREENING)
        .procedure(EYE_SCREENING, Some("Background changes in the left eye only. Screen again in 12 months."));
    c.page("Clinic letter", "Diabetic eye screening result", "<html lang=\"en-GB\"><body><h1>Your eye screening result</h1><p>We found small early changes in your <strong>left eye</strong>. They do not affect your sight and need no treatment.</p><p>We will invite you again in 12 months.</p></body></html>");
    c.sheet(
        "Appointment letter",
        "About your diabetic eye screening",
        &[
            "Dear Mrs Ellis",
            "Thank you for coming to eye screening. Drops were put into your eyes so that we could take photos of them.",
            "We look at the photos with care. You will have the result within six weeks, and so will your GP.",
            "Call us at once if your sight gets worse, or if you see flashes or new floaters.",
        ],
    );
    c.at(&COMMUNITY)
        .by(&PODIATRIST)
        .visit(Meeting::Clinic, 120, FOOT_CHECK)
        .procedure(FOOT_CHECK, Some("Low risk. Nails trimmed, shoes checked."));
    c.letter("Clinic letter", "Podiatry visit", "Mrs Ellis was seen in the foot clinic.\nFeeling and pulses are good in both feet. Risk: low.\nNext visit in a year, or sooner if a sore does not heal.\n\nHamish Clover, podiatrist");
    c.appointment(-60, "Foot clinic", &PODIATRIST, "booked");

    c.at(&RIVERSIDE).by(&DR_LARK).on(25).wish(ADVANCE_STATEMENT, YEAR);
    c.by(&NURSE_TANSY).adjustment(LARGE_PRINT, FORMAT);
    c.at(&HOSPITAL).by(&AUDIOLOGIST).on(YEAR + 60).uses_device(
        "Hearing aid",
        "Both ears",
        HEARING_LOSS,
        "Worn all day. New batteries and tubes from the hearing clinic.",
    );
    c.at(&MILL_PHARMACY).on(8).given_out(METFORMIN_500, "Two tablets twice a day with food", (112, "tablet"), 28);
    c.at(&URGENT_CARE).by(&ADVISER).visit(Meeting::UrgentCall, 190, Concept::words("Being sick, with diabetes"));
}

pub(super) fn jordan(c: &mut Chart) {
    c.at(&MARKET_STREET).by(&DR_SORREL);
    c.visit(Meeting::Surgery, 21 * YEAR, ASTHMA).problem(ASTHMA).no_known_allergies();
    c.habit(SMOKING, NEVER_SMOKED).measure(HEIGHT, "183");
    c.on(15 * YEAR).problem(HAY_FEVER);
    c.on(20 * YEAR).repeat(SALBUTAMOL, "Two puffs when needed for wheeze", (1, "inhaler"), "Asthma");
    c.on(3 * YEAR).repeat(BECLOMETASONE_100, "Two puffs twice a day. Rinse your mouth afterwards", (1, "inhaler"), "Asthma");
    for (ago, flow, weight) in [(3, "520", "81.5"), (2, "505", "83.0"), (1, "540", "84.2"), (0, "470", "86.1")] {
        c.by(&NURSE_YARROW).visit(Meeting::Surgery, ago * YEAR + 55, Concept::words("Asthma review"));
        c.measure(PEAK_FLOW, flow).measure(OXYGEN, "98").measure(WEIGHT, weight).blood_pressure(122 + ago, 76);
    }
    c.plan(
        "My asthma action plan",
        "What to do every day, and what to do when it gets worse. Best peak flow 540 L/min.",
        &[("GP", &DR_SORREL), ("Practice nurse", &NURSE_YARROW)],
        &["Use the blue inhaler no more than twice a week"],
        &[
            "Brown inhaler every morning and evening",
            "Peak flow under 430: double the brown inhaler and book a call",
            "Peak flow under 320: call 999",
        ],
    );
    flu(c, 2);
    covid(c);
    c.visit(Meeting::Surgery, 400, CHEST_INFECTION).past_problem(CHEST_INFECTION, 12);
    c.acute(PREDNISOLONE_5, "Eight tablets each morning for 5 days", (40, "tablet"));
    c.label(Some(Sensitive::Mental)).by(&DR_SORREL);
    c.visit(Meeting::Telephone, 130, LOW_MOOD).problem(LOW_MOOD).measure(PHQ9, "14");
    c.repeat(SERTRALINE_50, "One tablet each morning", (28, "tablet"), "Low mood");
    c.referral(&MENTAL_HEALTH, Concept::words("Talking therapies"), "Low mood for six months, PHQ-9 of 14", false, true);
    c.visit(Meeting::Video, 70, LOW_MOOD).measure(PHQ9, "9");
    c.label(None).appointment(-4, "Telephone call about your medicine", &DR_SORREL, "booked");
    c.appointment(240, "Asthma review", &NURSE_YARROW, "noshow");
    c.at(&MENTAL_HEALTH).by(&THERAPIST).label(Some(Sensitive::Mental));
    c.visit(Meeting::Video, 60, LOW_MOOD).measure(PHQ9, "8");
    c.letter("Therapy letter", "First talking therapy session", "Dear Jordan\n\nThank you for talking with me. We agreed on six video sessions about low mood and sleep.\nIf things get worse before we meet, call 111 and choose the mental health option, at any hour.\n\nImogen Vetch, talking therapist");
    c.appointment(-9, "Talking therapy, session 3, by video", &THERAPIST, "booked");
    c.label(None);
    c.at(&URGENT_CARE).by(&ADVISER).visit(Meeting::UrgentCall, 402, ASTHMA);
    c.letter("111 summary", "Call to NHS 111", "Caller: the patient. Wheeze and cough for two days, blue inhaler every 4 hours.\nTalks in full sentences. Advice: see a GP within 12 hours.");

    c.at(&MARKET_STREET).by(&DR_SORREL).visit(Meeting::Video, 35, Concept::words("Itchy ring on the forearm (ringworm)"));
    c.photo("Photo of the rash on your forearm", RINGWORM_PHOTO);
}

pub(super) fn anita(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_LARK);
    c.on(16 * YEAR).allergy(LATEX, HIVES, "environment", false);
    c.habit(SMOKING, NEVER_SMOKED).measure(ALCOHOL, "6");
    c.on(3 * YEAR).problem_note(CARER, "Cares for her mother (dementia) and her daughter.");
    c.visit(Meeting::Surgery, 300, MIGRAINE).problem(MIGRAINE).blood_pressure(134, 84).measure(WEIGHT, "68.4");
    c.repeat(SUMATRIPTAN_50, "One tablet at the start of a migraine. May repeat once after 2 hours", (6, "tablet"), "Migraine");
    c.visit(Meeting::Telephone, 64, STRESS)
        .problem_note(STRESS, "Tired, broken nights with her mother. Carer's assessment offered.");
    blood_count(c, "112", "79.2", Some("Slightly low. Iron level to follow."));
    c.result(FERRITIN, "9").result(TSH, "2.15");
    c.acute(FERROUS_FUMARATE_210, "One tablet a day", (84, "tablet"));
    c.procedure(CERVICAL_SCREENING, Some("Sample taken. HPV not found; next in 5 years."));
    c.by(&NURSE_TANSY).on(62).plan(
        "My plan as a carer",
        "Looking after myself while I look after Mum and Isla.",
        &[("GP", &DR_LARK), ("Practice nurse", &NURSE_TANSY)],
        &["One evening off each week", "Swim on Saturdays"],
        &["Carer's assessment by social care", "If I am ill: my brother takes over, number on the fridge"],
    );
    covid(c);
    flu(c, 2);
    c.by(&DR_LARK).on(10).ordered(Concept::words("Iron level (ferritin)"), "After three months of iron tablets");
    c.appointment(64, "Telephone call with the GP", &DR_LARK, "fulfilled");
    c.appointment(-6, "Blood test", &NURSE_TANSY, "booked");
    c.appointment(-20, "NHS Health Check", &NURSE_TANSY, "booked");
}

pub(super) fn kamla(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_TEASEL);
    c.visit(Meeting::Surgery, 12 * YEAR, HYPERTENSION).problem(HYPERTENSION);
    c.on(8 * YEAR).problem(OSTEOPOROSIS).problem(VITAMIN_D).no_known_allergies();
    c.visit(Meeting::Surgery, 3 * YEAR, Concept::words("Memory concern"))
        .problem_note(ALZHEIMERS, "Diagnosed by the memory clinic.");
    c.referral(&MENTAL_HEALTH, Concept::words("Memory clinic"), "Getting lost, repeating questions", false, false);
    c.on(3 * YEAR - 90).repeat(DONEPEZIL_10, "One tablet at bedtime", (28, "tablet"), "Dementia");
    c.repeat(AMLODIPINE_5, "One tablet each morning", (28, "tablet"), "High blood pressure");
    c.repeat(
        ALENDRONIC_ACID_70,
        "One tablet once a week on an empty stomach, with a full glass of water. Stay upright for 30 minutes",
        (4, "tablet"),
        "Osteoporosis",
    );
    c.repeat(CALCIUM_VITAMIN_D, "Chew one tablet twice a day, after breakfast and supper", (56, "tablet"), "Bone strength");
    c.visit(Meeting::HomeVisit, 45, Concept::words("Yearly dementia review")).blood_pressure(128, 70).measure(WEIGHT, "49.6");
    c.on(44);
    kidneys(c, "88", "54", "4.8");
    flu(c, 5);
    c.on(43).plan(
        "Kamla's care plan",
        "Written with Kamla and her daughter Anita.",
        &[("GP", &DR_TEASEL), ("Community nurse", &COMMUNITY_NURSE), ("Memory clinic doctor", &PSYCHIATRIST)],
        &["Stay at home with my family", "Go to the temple on Sundays"],
        &[
            "Medicines in a weekly box, given by Anita",
            "Call the community nurse if I eat less than half my meals",
            "If Anita is ill: emergency respite, number in the plan",
        ],
    );
    c.appointment(-15, "Community nurse visit", &COMMUNITY_NURSE, "booked");
    c.at(&MENTAL_HEALTH).by(&PSYCHIATRIST).label(Some(Sensitive::Mental));
    c.visit(Meeting::Clinic, 3 * YEAR - 60, ALZHEIMERS)
        .imaging(Concept::words("Head scan (CT)"), "Shrinkage in keeping with Alzheimer's disease. No stroke.");
    c.letter("Clinic letter", "Memory clinic diagnosis", "Dear Dr Teasel\n\nWe met Mrs Sharma with her daughter. The tests fit Alzheimer's disease, at an early stage.\nDonepezil is started. A lasting power of attorney for health is in place: her daughter Anita.\n\nDr Tariq Burdock");
    c.label(None).at(&COMMUNITY).by(&COMMUNITY_NURSE);
    for ago in [90, 60, 31, 8] {
        c.visit(Meeting::HomeVisit, ago, DRESSING).procedure(DRESSING, Some("Skin tear on the left shin, healing well."));
    }
    c.flag("Speaks Hindi when tired. Please speak slowly and let her daughter know before each visit");
}

pub(super) fn isla(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&NURSE_TANSY);
    // The 6-in-1 took the place of the 5-in-1 for children born on or after 1 August 2017 (UKHSA, "Green Book").
    let six = chrono::NaiveDate::from_ymd_opt(2017, 8, 1).is_some_and(|from| c.birth() >= from);
    let primary = if six { SIX_IN_ONE } else { FIVE_IN_ONE };
    c.at_age(57).vaccine(primary, None, 1).vaccine(PNEUMOCOCCAL_VACCINE, None, 1).vaccine(ROTAVIRUS_VACCINE, None, 1).vaccine(
        MEN_B_VACCINE,
        None,
        1,
    );
    c.at_age(86).vaccine(primary, None, 2).vaccine(ROTAVIRUS_VACCINE, None, 2);
    c.at_age(115).vaccine(primary, None, 3).vaccine(PNEUMOCOCCAL_VACCINE, None, 2).vaccine(MEN_B_VACCINE, None, 2);
    c.at_age(372).vaccine(HIB_MEN_C_VACCINE, None, 1).vaccine(MMR_VACCINE, None, 1);
    c.vaccine(PNEUMOCOCCAL_VACCINE, None, 3).vaccine(MEN_B_VACCINE, None, 3);
    c.at_age(1220).vaccine(MMR_VACCINE, None, 2).vaccine(FOUR_IN_ONE, None, 1);
    for age in [3, 4, 5, 6, 7, 8, 9] {
        c.at_age(age * YEAR + 130).vaccine(FLU_SPRAY, None, 1);
    }
    c.by(&DR_LARK).at_age(500).past_problem(CROUP, 4);
    c.at_age(900).past_problem(EAR_INFECTION, 8);
    c.at_age(1500).past_problem(CHICKENPOX, 10).problem(ECZEMA);
    c.at_age(2 * YEAR + 20).allergy(PEANUT, ANAPHYLAXIS, "food", true).allergy(EGG, HIVES, "food", false);
    c.at_age(9 * YEAR).repeat(
        ADRENALINE_300,
        "Use at once for a severe allergic reaction, then call 999. Carry two",
        (2, "pen"),
        "Peanut allergy",
    );
    c.acute(BETAMETHASONE, "Thinly, once a day for up to 7 days, on red and itchy skin", (30, "g"));
    c.visit(Meeting::Surgery, 34, Concept::words("Check of growth and allergy plan"))
        .measure(HEIGHT, "138.0")
        .measure(WEIGHT, "32.4");
    c.plan(
        "Isla's allergy plan",
        "For home and school.",
        &[("GP", &DR_LARK), ("Practice nurse", &NURSE_TANSY)],
        &["Two pens with her wherever she goes"],
        &["Rash or tingling: antihistamine, watch for an hour", "Trouble breathing or swollen tongue: pen, then 999"],
    );
    c.appointment(-18, "Flu spray", &NURSE_TANSY, "booked");
    c.at(&HOSPITAL).by(&AE_DOCTOR).visit(Meeting::Emergency, 8 * YEAR - 50, Concept::words("Allergic reaction to peanut"));
    c.letter("A&E letter", "Allergic reaction", "Isla came by ambulance after eating a biscuit with peanut. Adrenaline was given once. She stayed six hours and went home well.\nReferred to the allergy clinic.");
}

pub(super) fn ellie(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_TEASEL).on(9 * YEAR).no_known_allergies();
    c.at_age(13 * YEAR).vaccine(HPV_VACCINE, None, 1);
    c.at_age(14 * YEAR).vaccine(THREE_IN_ONE, None, 1).vaccine(MEN_ACWY_VACCINE, None, 1);
    c.at_age(372).vaccine(MMR_VACCINE, None, 1).at_age(1220).vaccine(MMR_VACCINE, None, 2);
    c.visit(Meeting::Surgery, 310, ACNE).problem(ACNE);
    c.acute(ADAPALENE, "Thinly at night", (45, "g"));
    c.visit(Meeting::Surgery, 500, TONSILLITIS).past_problem(TONSILLITIS, 7).measure(TEMPERATURE, "38.4");
    c.visit(Meeting::Surgery, 41, ANKLE_SPRAIN).past_problem(ANKLE_SPRAIN, 30).measure(WEIGHT, "54.1");
    c.label(Some(Sensitive::Sexual));
    c.visit(Meeting::Surgery, 26, Concept::words("Contraception advice"));
    c.repeat(DESOGESTREL, "One tablet at the same time each day", (84, "tablet"), "Contraception");
    c.result_words(Concept::words("Chlamydia test"), "Not found");
    c.label(Some(Sensitive::Mental));
    c.visit(Meeting::Telephone, 19, ANXIETY)
        .problem_note(ANXIETY, "Exams. Does not wish her parents to be told; understands and can decide for herself.");
    c.letter(
        "Referral letter",
        "School counselling",
        "Ellie asked to be seen in confidence. Please contact her by text only, on her own number.",
    );
    c.label(None).appointment(-7, "Nurse appointment", &NURSE_TANSY, "booked");
}

pub(super) fn chloe(c: &mut Chart) {
    c.at(&MARKET_STREET).by(&DR_SORREL).on(6 * YEAR).allergy(PENICILLIN, NAUSEA, "medication", false);
    c.habit(SMOKING, SMOKER);
    c.visit(Meeting::Surgery, 330, HAY_FEVER).problem(HAY_FEVER).blood_pressure(118, 74).measure(WEIGHT, "58.9");
    c.acute(CETIRIZINE_10, "One tablet a day", (30, "tablet"));
    c.procedure(CERVICAL_SCREENING, Some("HPV not found."));
    covid(c);
    c.label(Some(Sensitive::Abuse));
    c.visit(Meeting::Surgery, 52, DOMESTIC_ABUSE)
        .problem_note(DOMESTIC_ABUSE, "Safe to speak on Tuesdays only, at work. No letters, texts or voicemail.");
    c.referral(&COMMUNITY, Concept::words("Independent domestic violence adviser"), "Asked for help to plan leaving", true, true);
    c.flag("Do not send letters or leave messages. Ask whether it is safe to talk");
    c.label(Some(Sensitive::Sexual)).visit(Meeting::Surgery, 50, Concept::words("Emergency contraception"));
    c.acute(LEVONORGESTREL_1_5, "One tablet now", (1, "tablet"));
    c.label(Some(Sensitive::Mental)).visit(Meeting::Telephone, 36, ANXIETY).problem(ANXIETY).problem(INSOMNIA);
    c.repeat(MIRTAZAPINE_15, "One tablet at night", (28, "tablet"), "Anxiety and poor sleep");
    c.label(None).appointment(-5, "Nurse appointment", &NURSE_YARROW, "booked");
    c.at(&HOSPITAL).by(&AE_DOCTOR).label(Some(Sensitive::Abuse));
    c.visit(Meeting::Emergency, 53, Concept::words("Bruised ribs")).imaging(CHEST_X_RAY, "No break and no air leak.");
    c.letter("A&E letter", "A&E attendance", "Ms Hartwood came alone with bruised ribs. She told us how it happened and that she is not safe at home.\nShe took the number of the adviser. Please do not write to her address.");
    c.label(None);
}

pub(super) fn samira(c: &mut Chart) {
    c.at(&MARKET_STREET).by(&NURSE_YARROW);
    c.visit(Meeting::Surgery, 48, Concept::words("New patient health check"))
        .blood_pressure(158, 94)
        .measure(HEIGHT, "158")
        .measure(WEIGHT, "71.0")
        .measure(BMI, "28.4");
    c.habit(SMOKING, NEVER_SMOKED).no_known_allergies();
    c.flag("Needs an Arabic interpreter for every visit and call");
    c.flag("Needs letters in large print, 18 point or more, in Arabic");
    c.on(46).panel(DIABETES_PANEL, &[(HBA1C, "44")], Some("A little high: at risk of diabetes. Repeat in a year."));
    blood_count(c, "119", "84.5", None);
    c.result(Measure { concept: Concept::words("Vitamin D level"), ..FERRITIN }.range(Some("50"), None), "21");
    c.by(&DR_SORREL).visit(Meeting::Surgery, 30, HYPERTENSION).problem(HYPERTENSION).problem(VITAMIN_D).blood_pressure(154, 92);
    c.repeat(AMLODIPINE_5, "One tablet each morning", (28, "tablet"), "High blood pressure");
    c.acute(COLECALCIFEROL_20000, "Two capsules once a week for 7 weeks", (14, "capsule"));
    c.vaccine(MMR_VACCINE, None, 1).vaccine(FLU_VACCINE, Some(FLU_GIVEN), 1);
    c.ordered(Concept::words("Tuberculosis screening blood test"), "New arrival");
    c.letter("Letter to the patient", "رسالة: موعدك القادم", "السيدة سميرة الخطيب\n\nموعدك القادم مع الممرض في المركز الطبي. سيكون معك مترجم للغة العربية.\n\nMarket Street Medical Centre");
    c.appointment(-8, "Nurse appointment, with interpreter", &NURSE_YARROW, "booked");
}

pub(super) fn folake(c: &mut Chart) {
    c.at(&MARKET_STREET).by(&DR_SORREL).on(5 * YEAR).no_known_allergies().problem(SICKLE_TRAIT);
    c.label(Some(Sensitive::Sexual))
        .visit(Meeting::Surgery, 18 * 7, PREGNANT)
        .problem_note(PREGNANT, "First pregnancy. Folic acid already taken.");
    c.label(None).referral(&HOSPITAL, Concept::words("Maternity care"), "First pregnancy, booking", false, false);
    c.acute(FOLIC_ACID_400, "One tablet a day until week 12", (56, "tablet"));
    c.on(30);
    blood_count(c, "101", "78.8", Some("Low iron is likely. Start iron tablets."));
    c.result(FERRITIN, "<5").problem(IRON_ANAEMIA);
    c.repeat(FERROUS_SULFATE_200, "One tablet a day, with orange juice", (28, "tablet"), "Low iron in pregnancy");
    c.by(&NURSE_YARROW).on(40).vaccine(WHOOPING_COUGH_VACCINE, None, 1).vaccine(FLU_VACCINE, Some(FLU_GIVEN), 1);
    c.at(&HOSPITAL).by(&MIDWIFE);
    for (ago, systolic, weight) in [(112, 108, "63.0"), (70, 112, "66.2"), (14, 118, "70.4")] {
        c.visit(Meeting::Clinic, ago, Concept::words("Antenatal appointment"))
            .blood_pressure(systolic, 66)
            .measure(WEIGHT, weight);
    }
    c.visit(Meeting::Clinic, 98, SCAN_AT_12_WEEKS)
        .procedure(SCAN_AT_12_WEEKS, None)
        .imaging(SCAN_AT_12_WEEKS, "12 weeks and 1 day. One baby, heart seen beating.");
    c.visit(Meeting::Clinic, 42, SCAN_AT_20_WEEKS)
        .procedure(SCAN_AT_20_WEEKS, None)
        .imaging(SCAN_AT_20_WEEKS, "20 weeks. Growing as expected. Placenta high.");
    c.plan(
        "My birth plan",
        "Written with Celeste, my midwife.",
        &[("Midwife", &MIDWIFE), ("GP", &DR_SORREL)],
        &["Birth centre, with my husband and my sister"],
        &["Sugar test at 28 weeks", "Blood count again at 28 weeks", "Baby moves less: call maternity triage at once"],
    );
    c.by(&MIDWIFE).on(14).ordered(Concept::words("Glucose tolerance test"), "At 28 weeks");
    c.appointment(-13, "Antenatal appointment, 28 weeks", &MIDWIFE, "booked").appointment(
        -40,
        "Antenatal appointment, 32 weeks",
        &MIDWIFE,
        "booked",
    );
}

pub(super) fn derek(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_TEASEL);
    c.on(10 * YEAR).problem(COPD).habit(SMOKING, EX_SMOKER).allergy(PENICILLIN, HIVES, "medication", true);
    c.on(7 * YEAR).past_problem(HEART_ATTACK, 20).on(2 * YEAR).problem(HEART_FAILURE).problem(KIDNEY_DISEASE);
    c.on(2 * YEAR).repeat(BISOPROLOL_2_5, "One tablet each morning", (28, "tablet"), "Heart failure");
    c.repeat(RAMIPRIL_2_5, "One capsule twice a day", (56, "capsule"), "Heart failure");
    c.repeat(SPIRONOLACTONE_25, "One tablet each morning", (28, "tablet"), "Heart failure");
    c.repeat(SALBUTAMOL, "Two puffs when needed", (1, "inhaler"), "COPD");
    c.repeat(TIOTROPIUM_18, "One capsule inhaled each day", (30, "capsule"), "COPD");
    c.on(7 * YEAR).repeat(ASPIRIN_75, "One tablet each morning, in water", (28, "tablet"), "Heart attack");
    c.on(12).repeat(FUROSEMIDE_40, "Two tablets each morning (was one: raised in hospital)", (56, "tablet"), "Heart failure");
    c.by(&NURSE_TANSY)
        .visit(Meeting::Surgery, 150, Concept::words("COPD review"))
        .procedure(SPIROMETRY, Some("FEV1 52% of expected."));
    c.measure(OXYGEN, "92").measure(PEAK_FLOW, "240").measure(WEIGHT, "84.3").blood_pressure(118, 68);
    c.on(145);
    kidneys(c, "128", "48", "5.1");
    flu(c, 6);
    covid(c);
    c.on(3 * YEAR).vaccine(PNEUMOCOCCAL_VACCINE, None, 1);
    c.at(&URGENT_CARE).by(&ADVISER).visit(Meeting::UrgentCall, 19, Concept::words("Breathless at night"));
    c.letter(
        "111 summary",
        "Call to NHS 111",
        "Wife called. Breathless lying down, ankles swollen, weight up 4 kg in a week. Ambulance sent.",
    );
    c.at(&HOSPITAL).by(&CARDIOLOGIST).visit(Meeting::Stay(3), 7 * YEAR, HEART_ATTACK).procedure(STENT, Some("One stent."));
    c.visit(Meeting::Stay(6), 19, HEART_FAILURE);
    c.measure(OXYGEN, "88").measure(BREATHS, "26").measure(PULSE, "104").measure(WEIGHT, "89.1").blood_pressure(146, 90);
    c.panel(
        Concept::words("Heart failure blood test"),
        &[(NT_PRO_BNP, "4820")],
        Some("Very high: in keeping with heart failure getting worse."),
    );
    kidneys(c, "141", "42", "5.4");
    c.panel(Concept::words("Inflammation"), &[(CRP, "<4")], None);
    c.procedure(ECG, Some("Sinus rhythm, old heart attack."))
        .procedure(ECHO, Some("Pumping strength 35%."))
        .imaging(CHEST_X_RAY, "Fluid on both lungs. Large heart.");
    c.on(13).discharge(
        "Discharge summary: heart failure",
        &[
            (
                "886781000000108",
                "Admission details",
                "<paragraph>Came in by ambulance, breathless lying down, with swollen ankles.</paragraph>",
            ),
            (
                "887161000000102",
                "Diagnoses",
                "<list><item>Heart failure getting worse</item><item>COPD</item><item>Chronic kidney disease</item></list>",
            ),
            (
                "887171000000109",
                "Procedures",
                "<list><item>Heart ultrasound: pumping strength 35%</item></list>",
            ),
            (
                "887181000000106",
                "Clinical summary",
                "<paragraph>Six nights in hospital. Water tablets were given into a vein, and 5 kg of fluid were lost. Went home walking with \
                 two sticks.</paragraph>",
            ),
            (
                "886921000000105",
                "Allergies and adverse reactions",
                "<paragraph>Penicillin: hives.</paragraph>",
            ),
            (
                "933361000000108",
                "Medications and medical devices",
                "<table><thead><tr><th>Medicine</th><th>How to take it</th><th>Status</th><th>Reason</th></tr></thead><tbody>\
                 <tr><td>Furosemide 40 mg tablets</td><td>Two tablets each morning</td><td>Dose increased</td><td>Fluid on the lungs</td></tr>\
                 <tr><td>Bisoprolol 2.5 mg tablets</td><td>One tablet each morning</td><td>Unchanged</td><td/></tr>\
                 <tr><td>Ramipril 2.5 mg capsules</td><td>One capsule twice a day</td><td>Unchanged</td><td/></tr>\
                 <tr><td>Spironolactone 25 mg tablets</td><td>One tablet each morning</td><td>Unchanged</td><td/></tr>\
                 <tr><td>Aspirin 75 mg dispersible tablets</td><td>One tablet each morning, in water</td><td>Unchanged</td><td/></tr>\
                 <tr><td>Ibuprofen 400 mg tablets, bought without a prescription</td><td/><td>Stopped</td>\
                 <td>Makes heart failure and kidneys worse</td></tr></tbody></table>",
            ),
            (
                "887201000000105",
                "Plan and requested actions",
                "<list><item>GP: kidney blood test in one week</item><item>Heart failure nurse: visit at home within two weeks</item></list>",
            ),
            (
                "1052951000000105",
                "Information and advice given",
                "<list><item>Weigh yourself each morning and write it down</item><item>Call the heart failure nurse if you gain 2 kg in 3 \
                 days</item><item>Call 999 for chest pain, or if you cannot speak for breath</item></list>",
            ),
            ("887231000000104", "Person completing record", "<paragraph>Dr Miriam Hawthorn, consultant cardiologist</paragraph>"),
        ],
    );
    c.on(240).rich(
        "Clinic letter",
        "Heart failure clinic",
        &[
            "Dear Dr Teasel",
            "#Diagnosis",
            "Heart failure after a heart attack seven years ago. Pumping strength 40%.",
            "#Today",
            r"Mr Hollins walks 200 metres on the flat. No swelling of the ankles. Blood pressure 118/70, pulse 64, weight 83 kg (\'b1 1 kg).",
            "#Plan",
            "No change of medicines. We will see him again in a year. Please check his kidneys every six months.",
            r"Dr Miriam Hawthorn \endash  consultant cardiologist",
        ],
    );
    c.at(&COMMUNITY)
        .by(&COMMUNITY_NURSE)
        .visit(Meeting::HomeVisit, 9, HEART_FAILURE)
        .measure(WEIGHT, "83.7")
        .measure(OXYGEN, "93")
        .blood_pressure(112, 64);
    c.plan(
        "Heart and lungs plan",
        "Keeping out of hospital.",
        &[("Community nurse", &COMMUNITY_NURSE), ("GP", &DR_TEASEL), ("Consultant", &CARDIOLOGIST)],
        &["Sleep in my own bed with two pillows", "Get to the allotment by spring"],
        &[
            "Weigh each morning and write it down",
            "2 kg up in 3 days: call the nurse",
            "Chest pain or cannot speak for breath: 999",
        ],
    );
    c.appointment(-3, "Home visit by the heart failure nurse", &COMMUNITY_NURSE, "booked");
    c.at(&RIVERSIDE).by(&DR_TEASEL).on(5).ordered(Concept::words("Kidney blood test"), "One week after furosemide was raised");
    c.appointment(-5, "Blood test", &NURSE_TANSY, "booked");
}

pub(super) fn zoe(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_LARK).on(11 * YEAR).problem(COELIAC).allergy(CODEINE, NAUSEA, "medication", false);
    c.on(11 * YEAR + 60).result(TRANSGLUTAMINASE, ">128").high_titre(ENDOMYSIAL, 160, "Less than 1:10");
    c.on(6 * YEAR).problem(MIGRAINE).repeat(PROPRANOLOL_80, "One capsule each morning", (28, "capsule"), "To prevent migraine");
    c.visit(Meeting::Video, 88, MIGRAINE).blood_pressure(116, 72);
    c.on(86);
    blood_count(c, "131", "90.4", None);
    c.panel(THYROID_PANEL, &[(TSH, "1.08")], None).panel(LIVER_PANEL, &[(ALT, "19")], None);
    c.result_words(Concept::words("Tissue transglutaminase antibody"), "Negative");
    c.visit(Meeting::Surgery, 700, Concept::words("Sore eye")).acute(
        CHLORAMPHENICOL,
        "One drop every 2 hours for 2 days, then 4 times a day",
        (10, "ml"),
    );
    covid(c);
    c.label(Some(Sensitive::Sexual)).on(900).procedure(COIL_FITTED, None).label(None);
    c.appointment(-27, "Coeliac yearly review", &DR_LARK, "booked").appointment(
        60,
        "Coeliac yearly review",
        &DR_LARK,
        "cancelled",
    );
    c.at(&HOSPITAL).by(&SURGEON).visit(Meeting::Stay(2), 16 * YEAR, Concept::words("Appendicitis")).procedure(APPENDIX, None);
    c.letter(
        "Discharge summary",
        "Appendix removed",
        "Keyhole operation to remove the appendix. Home after two nights. No follow-up needed.",
    );
}

/// A long life with much monitoring.
pub(super) fn arthur(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_LARK);
    c.on(24 * YEAR)
        .problem(HYPERTENSION)
        .habit(SMOKING, EX_SMOKER)
        .on(20 * YEAR)
        .problem(GOUT)
        .on(17 * YEAR)
        .problem(ATRIAL_FIBRILLATION);
    c.on(15 * YEAR)
        .past_problem(TIA, 2)
        .on(11 * YEAR)
        .problem(KIDNEY_DISEASE)
        .on(8 * YEAR)
        .problem(HEARING_LOSS)
        .on(6 * YEAR)
        .problem(CATARACT);
    c.on(23 * YEAR).allergy(TRIMETHOPRIM, RASH, "medication", false);
    c.on(16 * YEAR).stopped(WARFARIN_1, "As your yellow book says", (56, "tablet"), "Changed to apixaban: no more INR tests");
    c.on(15 * YEAR).repeat(ATORVASTATIN_40, "One tablet at night", (28, "tablet"), "After a mini-stroke");
    c.on(17 * YEAR).repeat(BISOPROLOL_2_5, "One tablet each morning", (28, "tablet"), "Atrial fibrillation");
    c.on(20 * YEAR).repeat(ALLOPURINOL_100, "Two tablets each day", (56, "tablet"), "Gout");
    c.repeat(AMLODIPINE_5, "One tablet each morning", (28, "tablet"), "High blood pressure");
    c.on(6 * YEAR).repeat(APIXABAN_2_5, "One tablet twice a day", (56, "tablet"), "Atrial fibrillation");
    for month in (0..60).rev() {
        let value = format!("{}.{}", c.prng.between(1, 3), c.prng.between(0, 9));
        c.on(6 * YEAR + 20 + month * 30).result(INR, &value);
    }
    for half_year in (0..36).rev() {
        let day = half_year * 182 + 25;
        let (systolic, diastolic) = (c.prng.between(126, 158), c.prng.between(66, 88));
        let weight = format!("{}.{}", c.prng.between(74, 79), c.prng.between(0, 9));
        c.by(&NURSE_TANSY).visit(Meeting::Surgery, day, Concept::words("Long-term conditions check"));
        c.blood_pressure(systolic, diastolic).measure(WEIGHT, &weight).measure(PULSE, "68");
        if half_year % 2 == 0 {
            let (creatinine, egfr) = (c.prng.between(98, 132).to_string(), c.prng.between(44, 58).to_string());
            kidneys(c, &creatinine, &egfr, "4.7");
            let haemoglobin = c.prng.between(124, 148).to_string();
            blood_count(c, &haemoglobin, "91.0", None);
        }
    }
    flu(c, 18);
    covid(c);
    c.at(&HOSPITAL)
        .by(&SURGEON)
        .visit(Meeting::Stay(5), 9 * YEAR, Concept::words("Hip arthritis"))
        .procedure(HIP_REPLACEMENT, Some("Left hip."));
    c.letter(
        "Discharge summary",
        "Left hip replacement",
        "Planned operation. Walking with one stick on going home. Staples out after 14 days by the practice nurse.",
    );
    c.visit(Meeting::Clinic, 2 * YEAR, CATARACT).procedure(CATARACT_SURGERY, Some("Right eye."));
    c.by(&AE_DOCTOR).visit(Meeting::Emergency, 15 * YEAR, TIA).imaging(Concept::words("Head scan (CT)"), "No bleeding.");
    c.at(&COMMUNITY).by(&COMMUNITY_NURSE);
    for week in (1..=10).rev() {
        c.visit(Meeting::HomeVisit, week * 7, DRESSING).procedure(DRESSING, Some("Leg ulcer, compression bandage."));
    }
    c.at(&RIVERSIDE).by(&DR_LARK).appointment(-16, "Long-term conditions check", &NURSE_TANSY, "booked");
}

pub(super) fn dafydd(c: &mut Chart) {
    c.at(&MARKET_STREET).by(&DR_SORREL).on(11 * YEAR).problem(TYPE_1_DIABETES).no_known_allergies().habit(SMOKING, NEVER_SMOKED);
    c.on(4 * YEAR).repeat(INSULIN_ASPART, "As your dose plan says, with meals", (5, "cartridge"), "Type 1 diabetes");
    c.repeat(INSULIN_DEGLUDEC, "22 units at bedtime", (5, "pen"), "Type 1 diabetes");
    c.on(YEAR).repeat(GLUCOSE_SENSOR, "Change every 15 days", (2, "sensor"), "Type 1 diabetes");
    for (ago, hba1c) in [(900, "72"), (700, "68"), (500, "61"), (300, "59"), (100, "55")] {
        c.on(ago).panel(DIABETES_PANEL, &[(HBA1C, hba1c)], None);
    }
    c.result(URINE_ACR, "<0.5").measure(WEIGHT, "73.2").blood_pressure(124, 78);
    flu(c, 4);
    c.by(&NURSE_YARROW).appointment(-22, "Diabetes review", &NURSE_YARROW, "booked");
    c.at(&HOSPITAL).by(&AE_DOCTOR).visit(Meeting::Stay(2), 3 * YEAR, Concept::words("Diabetic ketoacidosis"));
    c.panel(Concept::words("Blood glucose"), &[(GLUCOSE, "27.4")], Some("Very high."));
    c.letter("Discharge summary", "Diabetic ketoacidosis", "Came in being sick after missing doses at a festival. Insulin and fluids into a vein. Home after two nights.\nSick-day rules gone over.");
    c.by(&CARDIOLOGIST).visit(Meeting::Clinic, 80, EYE_SCREENING).procedure(EYE_SCREENING, Some("No changes in either eye."));
}

pub(super) fn marek(c: &mut Chart) {
    c.at(&MARKET_STREET)
        .by(&DR_SORREL)
        .on(5 * YEAR)
        .problem(BACK_PAIN)
        .problem(GOUT)
        .habit(SMOKING, SMOKER)
        .measure(ALCOHOL, "28");
    c.acute(CO_CODAMOL, "One or two tablets up to 4 times a day when needed. May make you sleepy", (30, "tablet"));
    c.on(420).acute(NAPROXEN_500, "One tablet twice a day with food, for 7 days", (14, "tablet"));
    c.visit(Meeting::Surgery, 96, BACK_PAIN).blood_pressure(144, 91).measure(WEIGHT, "96.5");
    c.on(92).panel(LIVER_PANEL, &[(ALT, "68")], Some("Raised. Cut down alcohol and repeat in 3 months."));
    c.result(Measure { concept: Concept::words("Serum urate level"), ..CREATININE }.range(Some("200"), Some("430")), "512");
    c.ordered(Concept::words("Liver blood test"), "Repeat after 3 months");
    c.referral(&COMMUNITY, Concept::words("Physiotherapy"), "Back pain for over a year", false, true);
    c.label(Some(Sensitive::Mental)).on(200).problem(PTSD).referral(
        &MENTAL_HEALTH,
        Concept::words("Trauma therapy"),
        "After a crash at work",
        false,
        false,
    );
    c.at(&MENTAL_HEALTH).by(&PSYCHIATRIST).visit(Meeting::Clinic, 110, PTSD).measure(PHQ9, "17").past_problem(DEPRESSION, 60);
    c.letter(
        "Clinic letter",
        "Trauma clinic assessment",
        "Mr Wiśniewski was seen with a Polish interpreter. Twelve sessions of trauma therapy are planned.",
    );
    c.appointment(-11, "Trauma therapy, session 4", &THERAPIST, "booked");
    c.label(None);
}

pub(super) fn beverley(c: &mut Chart) {
    c.at(&RIVERSIDE).by(&DR_TEASEL).on(8 * YEAR).problem(HIGH_CHOLESTEROL).no_known_allergies();
    c.on(8 * YEAR).repeat(ATORVASTATIN_20, "One tablet at night", (28, "tablet"), "High cholesterol");
    c.visit(Meeting::Surgery, 13, Concept::words("Change in bowel habit")).measure(WEIGHT, "66.0").blood_pressure(131, 80);
    blood_count(c, "104", "76.3", Some("Low iron pattern. Urgent referral made."));
    c.result(FERRITIN, "7");
    c.result_words(Concept::words("Stool test (FIT)"), "Positive: 142 micrograms of haemoglobin per gram");
    c.referral(
        &HOSPITAL,
        Concept::words("Urgent suspected cancer clinic"),
        "Change in bowel habit, low iron, positive stool test",
        true,
        true,
    );
    c.ordered(Concept::words("Coeliac screen"), "Low iron");
    c.at(&HOSPITAL)
        .by(&SURGEON)
        .visit(Meeting::Clinic, 2 * YEAR, Concept::words("Bowel screening"))
        .procedure(COLONOSCOPY, Some("Normal two years ago."));
    c.on(6).ordered(COLONOSCOPY, "Urgent referral");
    c.letter("Appointment letter", "Your urgent clinic appointment", "Dear Mrs Achebe\n\nYour GP has asked us to see you soon. Most people who come to this clinic do not have cancer.\nPlease bring a list of your medicines. You may bring someone with you.");
    c.on(1).imaging_to_talk_about(
        Concept::words("CT scan of the abdomen and pelvis"),
        "No growth is seen. There are small pouches (diverticula) in the wall of the lower bowel. The scan does not take the place of \
         the colonoscopy.",
    );
    c.appointment(-2, "Urgent clinic", &SURGEON, "booked");
}

pub(super) fn stephen(c: &mut Chart) {
    c.at(&RIVERSIDE)
        .by(&DR_LARK)
        .on(30 * YEAR)
        .problem(HEARING_LOSS)
        .flag("Deaf: needs a British Sign Language interpreter. Do not telephone; text or email");
    c.on(4 * YEAR).problem(GLAUCOMA).repeat(LATANOPROST, "One drop in both eyes at night", (1, "bottle"), "Glaucoma");
    c.visit(Meeting::Surgery, 160, Concept::words("NHS Health Check"))
        .blood_pressure(136, 85)
        .measure(WEIGHT, "79.0")
        .measure(BMI, "25.8");
    c.on(158).panel(
        LIPID_PANEL,
        &[(CHOLESTEROL, "6.1"), (HDL, "1.0"), (TRIGLYCERIDES, "2.4")],
        Some("A little high. Diet advice sent."),
    );
    c.appointment(-25, "Eye pressure check, with BSL interpreter", &DR_LARK, "booked");
}

pub(super) fn harpreet(c: &mut Chart) {
    c.at(&MARKET_STREET).by(&DR_SORREL).on(7 * YEAR).problem(HYPOTHYROID).no_known_allergies();
    c.repeat(LEVOTHYROXINE_100, "One tablet each morning, 30 minutes before food", (28, "tablet"), "Underactive thyroid");
    c.on(77).panel(THYROID_PANEL, &[(TSH, "6.85")], Some("Dose a little low. Repeat in 8 weeks."));
    c.visit(Meeting::Surgery, 500, CHEST_INFECTION).past_problem(CHEST_INFECTION, 14).acute(
        AMOXICILLIN_250,
        "Two capsules three times a day for 5 days",
        (30, "capsule"),
    );
}
