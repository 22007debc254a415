//! The codes that the demonstration records use: SNOMED CT (UK edition), dm+d and LOINC, in UK words.
//!
//! Each SNOMED CT or dm+d code stands beside the same concept in public sources (NHS England's FHIR examples, the UK Core and
//! International Patient Summary value sets, published code lists) and ends in its check digit. A few medicines bear a
//! product's former dm+d identifier, where public sources do not name the newer one.
//!
//! A medicine, problem, allergy, vaccine or procedure always has a code, but for those that the tests name. A reason for a
//! visit, a request, a scan or a rarer test may be words alone, as many real entries are.

use super::node::{Node, object};

pub(super) const SNOMED: &str = "http://snomed.info/sct";
pub(super) const DMD: &str = "https://dmd.nhs.uk";
pub(super) const LOINC: &str = "http://loinc.org";

/// What an entry is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Concept {
    pub(super) snomed: Option<&'static str>,
    pub(super) dmd: Option<&'static str>,
    pub(super) loinc: Option<&'static str>,
    display: &'static str,
    pub(super) text: &'static str,
}

impl Concept {
    /// A SNOMED CT concept with its UK words.
    pub(super) const fn snomed(code: &'static str, display: &'static str) -> Self {
        Self { snomed: Some(code), dmd: None, loinc: None, display, text: display }
    }

    /// A product of the dictionary of medicines and devices (dm+d), by its name there.
    pub(super) const fn dmd(code: &'static str, display: &'static str) -> Self {
        Self { snomed: None, dmd: Some(code), loinc: None, display, text: display }
    }

    /// Words alone.
    pub(super) const fn words(text: &'static str) -> Self {
        Self { snomed: None, dmd: None, loinc: None, display: text, text }
    }

    /// The same, with its LOINC code beside.
    pub(super) const fn loinc(mut self, code: &'static str) -> Self {
        self.loinc = Some(code);
        self
    }

    /// The same, in the words that the source shows.
    pub(super) const fn said(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }
}

impl From<Concept> for Node {
    fn from(concept: Concept) -> Self {
        let coding = |system: &'static str, code: Option<&'static str>| {
            code.map(|code| object! { "system": system, "code": code, "display": concept.display })
        };
        object! {
            "coding": [coding(SNOMED, concept.snomed), coding(DMD, concept.dmd), coding(LOINC, concept.loinc)],
            "text": concept.text,
        }
    }
}

/// A concept of one of FHIR's own code systems.
pub(super) fn hl7(system: &str, code: &str, display: &str) -> Node {
    object! { "coding": [object! { "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code, "display": display }] }
}

/// A measurement or laboratory test: what it is, its unit, and the range that the laboratory prints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub(super) concept: Concept,
    /// The unit as people read it.
    pub(super) unit: &'static str,
    /// The unit in UCUM.
    pub(super) ucum: &'static str,
    pub(super) low: Option<&'static str>,
    pub(super) high: Option<&'static str>,
}

impl Measure {
    const fn new(concept: Concept, unit: &'static str, ucum: &'static str) -> Self {
        Self { concept, unit, ucum, low: None, high: None }
    }

    /// The same with another range: laboratories give men, women and children different ones.
    pub(super) const fn range(mut self, low: Option<&'static str>, high: Option<&'static str>) -> Self {
        self.low = low;
        self.high = high;
        self
    }
}

// Measurements.
pub(super) const BLOOD_PRESSURE: Concept = Concept::snomed("75367002", "Blood pressure").loinc("85354-9");
pub(super) const SYSTOLIC: Concept = Concept::snomed("72313002", "Systolic blood pressure").loinc("8480-6");
pub(super) const DIASTOLIC: Concept = Concept::snomed("1091811000000102", "Diastolic blood pressure").loinc("8462-4");
pub(super) const WEIGHT: Measure = Measure::new(Concept::snomed("27113001", "Body weight").loinc("29463-7"), "kg", "kg");
pub(super) const HEIGHT: Measure = Measure::new(Concept::snomed("50373000", "Body height").loinc("8302-2"), "cm", "cm");
pub(super) const BMI: Measure = Measure::new(Concept::snomed("60621009", "Body mass index").loinc("39156-5"), "kg/m2", "kg/m2");
pub(super) const PULSE: Measure =
    Measure::new(Concept::snomed("364075005", "Heart rate").loinc("8867-4"), "beats/minute", "/min");
pub(super) const OXYGEN: Measure =
    Measure::new(Concept::snomed("431314004", "Peripheral oxygen saturation").loinc("2708-6"), "%", "%");
pub(super) const BREATHS: Measure =
    Measure::new(Concept::snomed("86290005", "Respiratory rate").loinc("9279-1"), "breaths/minute", "/min");
pub(super) const TEMPERATURE: Measure =
    Measure::new(Concept::snomed("276885007", "Core body temperature").loinc("8310-5").said("Temperature"), "°C", "Cel");
pub(super) const PEAK_FLOW: Measure =
    Measure::new(Concept::snomed("18491006", "Peak expiratory flow rate").loinc("19935-6").said("Peak flow"), "L/min", "L/min");
pub(super) const SMOKING: Concept =
    Concept::snomed("229819007", "Tobacco use and exposure").loinc("72166-2").said("Smoking status");
pub(super) const NEVER_SMOKED: Concept = Concept::snomed("266919005", "Never smoked tobacco");
pub(super) const EX_SMOKER: Concept = Concept::snomed("8517006", "Ex-smoker");
pub(super) const SMOKER: Concept = Concept::snomed("77176002", "Smoker");
pub(super) const ALCOHOL: Measure = Measure::new(Concept::snomed("160573003", "Alcohol intake"), "units/week", "{units}/wk");
pub(super) const PHQ9: Measure = Measure::new(Concept::words("PHQ-9 depression score").loinc("44261-6"), "out of 27", "{score}");

// Laboratory tests, with the ranges that one invented laboratory prints.
pub(super) const HBA1C: Measure = Measure::new(
    Concept::snomed(
        "999791000000106",
        "Haemoglobin A1c level - International Federation of Clinical Chemistry and Laboratory Medicine standardised",
    )
    .loinc("59261-8")
    .said("HbA1c"),
    "mmol/mol",
    "mmol/mol",
)
.range(Some("20"), Some("41"));
pub(super) const CHOLESTEROL: Measure =
    Measure::new(Concept::snomed("1005671000000105", "Serum cholesterol level").loinc("14647-2"), "mmol/L", "mmol/L")
        .range(None, Some("5.0"));
pub(super) const HDL: Measure = Measure::new(
    Concept::snomed("1005681000000107", "Serum high density lipoprotein cholesterol level").loinc("14646-4"),
    "mmol/L",
    "mmol/L",
)
.range(Some("1.0"), None);
pub(super) const TRIGLYCERIDES: Measure =
    Measure::new(Concept::snomed("1005691000000109", "Serum triglyceride level").loinc("14927-8"), "mmol/L", "mmol/L")
        .range(None, Some("1.7"));
pub(super) const SODIUM: Measure =
    Measure::new(Concept::snomed("1000661000000107", "Serum sodium level").loinc("2951-2"), "mmol/L", "mmol/L")
        .range(Some("133"), Some("146"));
pub(super) const POTASSIUM: Measure =
    Measure::new(Concept::snomed("1000651000000109", "Serum potassium level").loinc("2823-3"), "mmol/L", "mmol/L")
        .range(Some("3.5"), Some("5.3"));
pub(super) const CREATININE: Measure =
    Measure::new(Concept::snomed("1000731000000107", "Serum creatinine level").loinc("14682-9"), "umol/L", "umol/L")
        .range(Some("59"), Some("104"));
pub(super) const EGFR: Measure = Measure::new(
    Concept::snomed(
        "1011481000000105",
        "Estimated glomerular filtration rate using creatinine Chronic Kidney Disease Epidemiology Collaboration equation per 1.73 square metres",
    )
    .loinc("62238-1")
    .said("eGFR (kidney function)"),
    "mL/min/1.73m2",
    "mL/min/{1.73_m2}",
)
.range(Some("60"), None);
pub(super) const HAEMOGLOBIN: Measure =
    Measure::new(Concept::snomed("1022431000000105", "Haemoglobin estimation").loinc("718-7"), "g/L", "g/L")
        .range(Some("115"), Some("165"));
pub(super) const WHITE_CELLS: Measure =
    Measure::new(Concept::snomed("1022541000000102", "Total white cell count").loinc("6690-2"), "10*9/L", "10*9/L")
        .range(Some("4.0"), Some("11.0"));
pub(super) const PLATELETS: Measure =
    Measure::new(Concept::snomed("1022651000000100", "Platelet count").loinc("777-3"), "10*9/L", "10*9/L")
        .range(Some("150"), Some("450"));
pub(super) const MCV: Measure = Measure::new(Concept::snomed("1022491000000106", "Mean cell volume").loinc("787-2"), "fL", "fL")
    .range(Some("80.0"), Some("100.0"));
pub(super) const ALT: Measure =
    Measure::new(Concept::snomed("1018251000000107", "Serum alanine aminotransferase level").loinc("1742-6"), "U/L", "U/L")
        .range(None, Some("41"));
pub(super) const TSH: Measure = Measure::new(
    Concept::snomed("1022791000000101", "Serum thyroid stimulating hormone level").loinc("3016-3"),
    "mU/L",
    "m[IU]/L",
)
.range(Some("0.27"), Some("4.20"));
pub(super) const CRP: Measure =
    Measure::new(Concept::snomed("999651000000107", "Plasma C reactive protein level").loinc("1988-5"), "mg/L", "mg/L")
        .range(None, Some("5"));
pub(super) const FERRITIN: Measure =
    Measure::new(Concept::snomed("993381000000106", "Serum ferritin level").loinc("2276-4"), "ug/L", "ug/L")
        .range(Some("15"), Some("300"));
pub(super) const NT_PRO_BNP: Measure = Measure::new(
    Concept::words("N-terminal pro-brain natriuretic peptide level").loinc("33762-6").said("NT-proBNP"),
    "ng/L",
    "ng/L",
)
.range(None, Some("400"));
pub(super) const INR: Measure =
    Measure::new(Concept::words("International normalised ratio").loinc("6301-6").said("INR"), "ratio", "{INR}")
        .range(Some("2.0"), Some("3.0"));
pub(super) const GLUCOSE: Measure =
    Measure::new(Concept::words("Plasma glucose level").loinc("14749-6").said("Plasma glucose"), "mmol/L", "mmol/L")
        .range(Some("3.0"), Some("6.0"));
pub(super) const URINE_ACR: Measure =
    Measure::new(Concept::words("Urine albumin to creatinine ratio").loinc("14585-4"), "mg/mmol", "mg/mmol")
        .range(None, Some("3.0"));
/// Words alone, as the titre that belongs to it: both are rarer tests.
pub(super) const TRANSGLUTAMINASE: Measure =
    Measure::new(Concept::words("Tissue transglutaminase IgA antibody level"), "U/mL", "U/mL").range(None, Some("7"));
pub(super) const ENDOMYSIAL: Concept = Concept::words("Endomysial IgA antibody titre");

// Panels.
pub(super) const FULL_BLOOD_COUNT: Concept = Concept::snomed("26604007", "Full blood count").loinc("58410-2");
pub(super) const KIDNEY_PANEL: Concept = Concept::snomed("252167001", "Urea and electrolytes");
pub(super) const LIPID_PANEL: Concept = Concept::snomed("16254007", "Lipid panel");
pub(super) const LIVER_PANEL: Concept = Concept::snomed("26958001", "Liver function test");
pub(super) const THYROID_PANEL: Concept = Concept::snomed("35650009", "Thyroid function test");
pub(super) const DIABETES_PANEL: Concept = Concept::snomed("43396009", "Haemoglobin A1c measurement").said("HbA1c blood test");
pub(super) const CHEST_X_RAY: Concept = Concept::snomed("399208008", "Plain chest X-ray").said("Chest X-ray");

// Problems.
pub(super) const HYPERTENSION: Concept = Concept::snomed("59621000", "Essential hypertension").said("High blood pressure");
pub(super) const TYPE_2_DIABETES: Concept = Concept::snomed("44054006", "Type 2 diabetes mellitus").said("Type 2 diabetes");
pub(super) const TYPE_1_DIABETES: Concept = Concept::snomed("46635009", "Type 1 diabetes mellitus").said("Type 1 diabetes");
pub(super) const HIGH_CHOLESTEROL: Concept = Concept::snomed("13644009", "Hypercholesterolaemia").said("High cholesterol");
pub(super) const KNEE_ARTHRITIS: Concept = Concept::snomed("239873007", "Osteoarthritis of knee");
pub(super) const HYPOTHYROID: Concept = Concept::snomed("40930008", "Hypothyroidism").said("Underactive thyroid");
pub(super) const ASTHMA: Concept = Concept::snomed("195967001", "Asthma");
pub(super) const LOW_MOOD: Concept = Concept::snomed("366979004", "Depressed mood").said("Low mood");
pub(super) const DEPRESSION: Concept = Concept::snomed("35489007", "Depressive disorder").said("Depression");
pub(super) const ANXIETY: Concept = Concept::snomed("48694002", "Anxiety");
pub(super) const PTSD: Concept = Concept::snomed("47505003", "Post-traumatic stress disorder");
pub(super) const INSOMNIA: Concept = Concept::snomed("193462001", "Insomnia").said("Trouble sleeping (insomnia)");
pub(super) const HAY_FEVER: Concept = Concept::snomed("367498001", "Seasonal allergic rhinitis").said("Hay fever");
pub(super) const ECZEMA: Concept = Concept::snomed("43116000", "Eczema");
pub(super) const ACNE: Concept = Concept::snomed("88616000", "Acne vulgaris").said("Acne");
pub(super) const MIGRAINE: Concept = Concept::snomed("37796009", "Migraine");
pub(super) const COELIAC: Concept = Concept::snomed("396331005", "Coeliac disease");
pub(super) const ALZHEIMERS: Concept = Concept::snomed("26929004", "Alzheimer's disease").said("Dementia in Alzheimer's disease");
pub(super) const OSTEOPOROSIS: Concept = Concept::snomed("64859006", "Osteoporosis");
pub(super) const COPD: Concept = Concept::snomed("13645005", "Chronic obstructive pulmonary disease").said("COPD");
pub(super) const HEART_FAILURE: Concept = Concept::snomed("84114007", "Heart failure");
pub(super) const HEART_ATTACK: Concept = Concept::snomed("22298006", "Myocardial infarction").said("Heart attack");
pub(super) const ATRIAL_FIBRILLATION: Concept = Concept::snomed("49436004", "Atrial fibrillation");
pub(super) const KIDNEY_DISEASE: Concept = Concept::snomed("433144002", "Chronic kidney disease stage 3");
pub(super) const GOUT: Concept = Concept::snomed("90560007", "Gout");
pub(super) const CATARACT: Concept = Concept::snomed("193570009", "Cataract");
pub(super) const GLAUCOMA: Concept = Concept::snomed("23986001", "Glaucoma");
pub(super) const HEARING_LOSS: Concept = Concept::snomed("15188001", "Hearing loss");
pub(super) const TIA: Concept =
    Concept::snomed("266257000", "Transient ischaemic attack").said("Transient ischaemic attack (mini-stroke)");
pub(super) const BACK_PAIN: Concept = Concept::snomed("279039007", "Low back pain");
pub(super) const REFLUX: Concept = Concept::snomed("235595009", "Gastro-oesophageal reflux disease").said("Acid reflux");
pub(super) const VITAMIN_D: Concept = Concept::snomed("34713006", "Vitamin D deficiency");
pub(super) const IRON_ANAEMIA: Concept = Concept::snomed("87522002", "Iron deficiency anaemia");
pub(super) const PREGNANT: Concept = Concept::snomed("77386006", "Pregnant");
pub(super) const SICKLE_TRAIT: Concept = Concept::snomed("16402000", "Sickle cell trait");
pub(super) const CHEST_INFECTION: Concept =
    Concept::snomed("50417007", "Lower respiratory tract infection").said("Chest infection");
pub(super) const URINE_INFECTION: Concept = Concept::snomed("68566005", "Urinary tract infection");
pub(super) const TONSILLITIS: Concept = Concept::snomed("17741008", "Acute tonsillitis").said("Tonsillitis");
pub(super) const EAR_INFECTION: Concept = Concept::snomed("3110003", "Acute otitis media").said("Ear infection");
pub(super) const CHICKENPOX: Concept = Concept::snomed("38907003", "Varicella").said("Chickenpox");
pub(super) const CROUP: Concept = Concept::snomed("71186008", "Croup");
pub(super) const WRIST_SPRAIN: Concept = Concept::snomed("70704007", "Sprain of wrist");
pub(super) const ANKLE_SPRAIN: Concept = Concept::snomed("44465007", "Sprain of ankle");
pub(super) const DOMESTIC_ABUSE: Concept =
    Concept::snomed("706893006", "Victim of intimate partner abuse").said("Domestic abuse disclosed");
pub(super) const STRESS: Concept = Concept::snomed("73595000", "Stress");
pub(super) const CARER: Concept = Concept::snomed("224484003", "Patient themselves providing care").said("Is a carer");

// What the person would like, and what they need.
pub(super) const ADVANCE_STATEMENT: Concept =
    Concept::snomed("816281000000101", "Has advance statement (Mental Capacity Act 2005)").said(
        "If I am very ill I would like to be looked after at home, with my cat near me. Please ask my son what I would want",
    );
pub(super) const LARGE_PRINT: Concept =
    Concept::snomed("957331000000109", "Requires written information in at least 20 point sans serif font")
        .said("Send letters in large print (20 point)");
/// The sort of adjustment that large print is.
pub(super) const FORMAT: (&str, &str) = ("004", "Requires specific information format");

// Allergies and reactions.
pub(super) const NO_KNOWN_ALLERGY: Concept = Concept::snomed("716186003", "No known allergy").said("No known allergies");
pub(super) const PENICILLIN: Concept = Concept::snomed("91936005", "Allergy to penicillin").said("Penicillin");
pub(super) const PEANUT: Concept = Concept::snomed("91935009", "Allergy to peanut").said("Peanuts");
pub(super) const LATEX: Concept = Concept::snomed("300916003", "Allergy to latex").said("Latex");
pub(super) const EGG: Concept = Concept::snomed("91930004", "Allergy to egg").said("Egg");
pub(super) const CODEINE: Concept = Concept::snomed("292055008", "Codeine adverse reaction").said("Codeine");
pub(super) const TRIMETHOPRIM: Concept = Concept::snomed("292939004", "Trimethoprim adverse reaction").said("Trimethoprim");
pub(super) const RASH: Concept = Concept::snomed("271807003", "Eruption of skin").said("Rash");
pub(super) const HIVES: Concept = Concept::snomed("126485001", "Urticaria").said("Hives");
pub(super) const ANAPHYLAXIS: Concept = Concept::snomed("39579001", "Anaphylaxis");
pub(super) const NAUSEA: Concept = Concept::snomed("422587007", "Nausea").said("Feeling sick");

// Medicines, by the products of dm+d.
pub(super) const ADAPALENE: Concept = Concept::dmd("442752002", "Adapalene 0.1% / Benzoyl peroxide 2.5% gel");
pub(super) const ADRENALINE_300: Concept = Concept::dmd(
    "35895211000001103",
    "Adrenaline (base) 300micrograms/0.3ml (1 in 1,000) solution for injection pre-filled disposable devices",
)
.said("Adrenaline 300micrograms auto-injector");
pub(super) const ALENDRONIC_ACID_70: Concept = Concept::dmd("39731311000001108", "Alendronic acid 70mg tablets");
pub(super) const ALLOPURINOL_100: Concept = Concept::dmd("330061001", "Allopurinol 100mg tablets");
pub(super) const AMLODIPINE_5: Concept = Concept::dmd("39732011000001102", "Amlodipine 5mg tablets");
pub(super) const AMOXICILLIN_250: Concept = Concept::dmd("39732311000001104", "Amoxicillin 250mg capsules");
pub(super) const APIXABAN_2_5: Concept = Concept::dmd("703907006", "Apixaban 2.5mg tablets");
pub(super) const ASPIRIN_75: Concept = Concept::dmd("42291811000001106", "Aspirin 75mg dispersible tablets");
pub(super) const ATORVASTATIN_20: Concept = Concept::dmd("39733011000001106", "Atorvastatin 20mg tablets");
pub(super) const ATORVASTATIN_40: Concept = Concept::dmd("39733111000001107", "Atorvastatin 40mg tablets");
pub(super) const BECLOMETASONE_100: Concept =
    Concept::dmd("35908111000001105", "Beclometasone 100micrograms/dose inhaler CFC free");
pub(super) const BETAMETHASONE: Concept = Concept::dmd("41893111000001108", "Betamethasone valerate 0.1% cream");
pub(super) const BISOPROLOL_2_5: Concept = Concept::dmd("42371311000001103", "Bisoprolol 2.5mg tablets");
pub(super) const CALCIUM_VITAMIN_D: Concept =
    Concept::dmd("329371007", "Colecalciferol 400unit / Calcium carbonate 1.5g chewable tablets");
pub(super) const CETIRIZINE_10: Concept = Concept::dmd("42186511000001101", "Cetirizine 10mg tablets");
pub(super) const CHLORAMPHENICOL: Concept = Concept::dmd("42186611000001102", "Chloramphenicol 0.5% eye drops");
pub(super) const CO_CODAMOL: Concept = Concept::dmd("42009811000001101", "Co-codamol 30mg/500mg tablets");
pub(super) const DESOGESTREL: Concept = Concept::dmd("41874011000001104", "Desogestrel 75microgram tablets");
pub(super) const DONEPEZIL_10: Concept = Concept::dmd("42035511000001105", "Donepezil 10mg tablets");
pub(super) const EMPAGLIFLOZIN_10: Concept = Concept::dmd("25290511000001101", "Empagliflozin 10mg tablets");
pub(super) const FERROUS_FUMARATE_210: Concept = Concept::dmd("41984711000001104", "Ferrous fumarate 210mg tablets");
pub(super) const FERROUS_SULFATE_200: Concept = Concept::dmd("41985211000001107", "Ferrous sulfate 200mg tablets");
pub(super) const FOLIC_ACID_400: Concept = Concept::dmd("327552003", "Folic acid 400microgram tablets");
pub(super) const FUROSEMIDE_40: Concept = Concept::dmd("42294811000001108", "Furosemide 40mg tablets");
pub(super) const GLICLAZIDE_80: Concept = Concept::dmd("42082911000001100", "Gliclazide 80mg tablets");
pub(super) const GLUCOSE_SENSOR: Concept =
    Concept::dmd("42695211000001105", "FreeStyle Libre 2 Plus Sensor (Abbott Laboratories Ltd)")
        .said("FreeStyle Libre 2 Plus glucose sensor");
pub(super) const INSULIN_ASPART: Concept =
    Concept::dmd("3468611000001108", "Insulin aspart 100units/ml solution for injection 3ml cartridges");
pub(super) const INSULIN_DEGLUDEC: Concept =
    Concept::dmd("21939611000001101", "Insulin degludec 100units/ml solution for injection 3ml pre-filled disposable devices")
        .said("Insulin degludec 100units/ml solution for injection 3ml pre-filled pens");
pub(super) const LATANOPROST: Concept = Concept::dmd("330729005", "Latanoprost 50micrograms/ml eye drops");
pub(super) const LEVONORGESTREL_1_5: Concept = Concept::dmd("414606006", "Levonorgestrel 1.5mg tablets");
pub(super) const LEVOTHYROXINE_100: Concept = Concept::dmd("39697911000001101", "Levothyroxine sodium 100microgram tablets");
pub(super) const METFORMIN_500: Concept = Concept::dmd("42084911000001109", "Metformin 500mg tablets");
pub(super) const MIRTAZAPINE_15: Concept = Concept::dmd("42274511000001104", "Mirtazapine 15mg tablets");
pub(super) const NAPROXEN_500: Concept = Concept::dmd("42107811000001100", "Naproxen 500mg tablets");
pub(super) const NITROFURANTOIN_100: Concept =
    Concept::dmd("39108511000001108", "Nitrofurantoin 100mg modified-release capsules");
pub(super) const OMEPRAZOLE_20: Concept = Concept::dmd("42356411000001102", "Omeprazole 20mg gastro-resistant capsules");
pub(super) const PARACETAMOL_500: Concept = Concept::dmd("42109611000001109", "Paracetamol 500mg tablets");
pub(super) const PREDNISOLONE_5: Concept = Concept::dmd("42087311000001104", "Prednisolone 5mg tablets");
pub(super) const PROPRANOLOL_80: Concept = Concept::dmd("38751111000001107", "Propranolol 80mg modified-release capsules");
pub(super) const RAMIPRIL_2_5: Concept = Concept::dmd("42381411000001102", "Ramipril 2.5mg capsules");
pub(super) const RAMIPRIL_5: Concept = Concept::dmd("42381611000001104", "Ramipril 5mg capsules");
pub(super) const SALBUTAMOL: Concept = Concept::dmd("39113611000001102", "Salbutamol 100micrograms/dose inhaler CFC free");
pub(super) const SERTRALINE_50: Concept = Concept::dmd("39704111000001102", "Sertraline 50mg tablets");
pub(super) const SPIRONOLACTONE_25: Concept = Concept::dmd("42216511000001100", "Spironolactone 25mg tablets");
pub(super) const SUMATRIPTAN_50: Concept = Concept::dmd("322815004", "Sumatriptan 50mg tablets");
pub(super) const TIOTROPIUM_18: Concept =
    Concept::dmd("9478911000001107", "Tiotropium bromide 18microgram inhalation powder capsules")
        .said("Tiotropium 18microgram inhalation powder capsules");
pub(super) const WARFARIN_1: Concept = Concept::dmd("42217511000001103", "Warfarin 1mg tablets");
/// Words alone: no public source gives its code beyond doubt.
pub(super) const COLECALCIFEROL_20000: Concept = Concept::words("Colecalciferol 20,000unit capsules");

// Vaccines: what was given, and the act of giving it.
pub(super) const FLU_VACCINE: Concept =
    Concept::snomed("1181000221105", "Influenza virus antigen only vaccine product").said("Flu vaccine");
pub(super) const FLU_SPRAY: Concept =
    Concept::snomed("871768005", "Influenza virus antigen only vaccine product in nasal dose form")
        .said("Flu vaccine (nasal spray)");
pub(super) const MMR_VACCINE: Concept = Concept::snomed(
    "871831003",
    "Measles morbillivirus and Mumps orthorubulavirus and Rubella virus antigens only vaccine product",
)
.said("MMR vaccine");
pub(super) const HPV_VACCINE: Concept =
    Concept::snomed("836379009", "Human papillomavirus antigen-containing vaccine product").said("HPV vaccine");
pub(super) const ROTAVIRUS_VACCINE: Concept =
    Concept::snomed("836387005", "Rotavirus antigen-containing vaccine product").said("Rotavirus vaccine");
pub(super) const PNEUMOCOCCAL_VACCINE: Concept =
    Concept::snomed("836398006", "Streptococcus pneumoniae antigen-containing vaccine product").said("Pneumococcal vaccine");
pub(super) const SHINGLES_VACCINE: Concept =
    Concept::snomed("836495005", "Human alphaherpesvirus 3 antigen-containing vaccine product").said("Shingles vaccine");
pub(super) const WHOOPING_COUGH_VACCINE: Concept = Concept::snomed(
    "871876003",
    "Acellular Bordetella pertussis and Clostridium tetani and Corynebacterium diphtheriae antigens only vaccine product",
)
.said("Whooping cough vaccine in pregnancy");
pub(super) const SIX_IN_ONE: Concept = Concept::snomed(
    "871895005",
    "Bordetella pertussis and Clostridium tetani and Corynebacterium diphtheriae and Haemophilus influenzae type b and Hepatitis B virus and Human poliovirus antigens only vaccine product",
)
.said("6-in-1 vaccine");
pub(super) const FIVE_IN_ONE: Concept = Concept::snomed(
    "871887006",
    "Bordetella pertussis and Clostridium tetani and Corynebacterium diphtheriae and Haemophilus influenzae type b and Human poliovirus antigens only vaccine product",
)
.said("5-in-1 vaccine");
pub(super) const FOUR_IN_ONE: Concept = Concept::snomed(
    "871878002",
    "Bordetella pertussis and Clostridium tetani and Corynebacterium diphtheriae and Human poliovirus antigens only vaccine product",
)
.said("4-in-1 pre-school booster");
pub(super) const THREE_IN_ONE: Concept = Concept::snomed(
    "871837004",
    "Clostridium tetani and Corynebacterium diphtheriae and Human poliovirus antigens only vaccine product",
)
.said("Teenage 3-in-1 booster");
pub(super) const MEN_B_VACCINE: Concept =
    Concept::snomed("1981000221108", "Neisseria meningitidis serogroup B antigen only vaccine product")
        .said("Meningitis B vaccine");
pub(super) const MEN_ACWY_VACCINE: Concept =
    Concept::snomed("871873006", "Neisseria meningitidis serogroup A, C, W135 and Y only vaccine product")
        .said("MenACWY vaccine");
pub(super) const HIB_MEN_C_VACCINE: Concept = Concept::snomed(
    "836500008",
    "Haemophilus influenzae type b and Neisseria meningitidis serogroup C antigens only vaccine product",
)
.said("Hib/MenC vaccine");
pub(super) const COVID_VACCINE: Concept = Concept::dmd(
    "39115611000001103",
    "Comirnaty COVID-19 mRNA Vaccine 30micrograms/0.3ml dose concentrate for dispersion for injection multidose vials (Pfizer Ltd)",
)
.said("COVID-19 vaccine");
pub(super) const FIRST_COVID_DOSE: Concept = Concept::snomed(
    "1324681000000101",
    "Administration of first dose of severe acute respiratory syndrome coronavirus 2 vaccine",
);
pub(super) const SECOND_COVID_DOSE: Concept = Concept::snomed(
    "1324691000000104",
    "Administration of second dose of severe acute respiratory syndrome coronavirus 2 vaccine",
);
pub(super) const FLU_GIVEN: Concept = Concept::snomed("822851000000102", "Seasonal influenza vaccination");

// Procedures.
pub(super) const MEDICATION_REVIEW: Concept = Concept::snomed("182836005", "Review of medication").said("Medication review");
pub(super) const SPIROMETRY: Concept = Concept::snomed("127783003", "Spirometry").said("Breathing test (spirometry)");
pub(super) const ECG: Concept = Concept::snomed("29303009", "Electrocardiographic procedure").said("Heart tracing (ECG)");
pub(super) const ECHO: Concept = Concept::snomed("40701008", "Echocardiography").said("Heart ultrasound (echocardiogram)");
pub(super) const EYE_SCREENING: Concept =
    Concept::snomed("134395001", "Diabetic retinopathy screening").said("Diabetic eye screening");
pub(super) const FOOT_CHECK: Concept = Concept::snomed("401191002", "Diabetic foot examination").said("Diabetic foot check");
pub(super) const CERVICAL_SCREENING: Concept =
    Concept::snomed("171149006", "Screening for malignant neoplasm of cervix").said("Cervical screening");
pub(super) const CATARACT_SURGERY: Concept = Concept::snomed("54885007", "Extraction of cataract").said("Cataract operation");
pub(super) const HIP_REPLACEMENT: Concept = Concept::snomed("52734007", "Total replacement of hip").said("Hip replacement");
pub(super) const APPENDIX: Concept = Concept::snomed("80146002", "Appendicectomy").said("Appendix removed");
pub(super) const STENT: Concept = Concept::snomed("415070008", "Percutaneous coronary intervention").said("Coronary stent");
pub(super) const COLONOSCOPY: Concept = Concept::snomed("73761001", "Colonoscopy");
pub(super) const DRESSING: Concept = Concept::snomed("182531007", "Dressing of wound").said("Wound dressing");
pub(super) const SCAN_AT_12_WEEKS: Concept =
    Concept::snomed("169669004", "Antenatal ultrasound scan at 9-16 weeks").said("Pregnancy ultrasound scan");
pub(super) const SCAN_AT_20_WEEKS: Concept =
    Concept::snomed("169670003", "Antenatal ultrasound scan at 17-22 weeks").said("Pregnancy ultrasound scan");
pub(super) const COIL_FITTED: Concept =
    Concept::snomed("65200003", "Insertion of intrauterine contraceptive device").said("Contraceptive coil fitted");
