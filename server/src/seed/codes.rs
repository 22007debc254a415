//! The codes that the demonstration records use: SNOMED CT (UK edition), dm+d and LOINC, in UK words.
//!
//! A concept has a code only where we are sure of it; otherwise it is words alone, as many real entries are.

use super::node::{Node, object};

pub(super) const SNOMED: &str = "http://snomed.info/sct";
pub(super) const LOINC: &str = "http://loinc.org";

/// What an entry is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Concept {
    pub(super) snomed: Option<&'static str>,
    pub(super) loinc: Option<&'static str>,
    display: &'static str,
    pub(super) text: &'static str,
}

impl Concept {
    /// A SNOMED CT or dm+d concept with its UK words.
    pub(super) const fn snomed(code: &'static str, display: &'static str) -> Self {
        Self { snomed: Some(code), loinc: None, display, text: display }
    }

    /// Words alone.
    pub(super) const fn words(text: &'static str) -> Self {
        Self { snomed: None, loinc: None, display: text, text }
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
        object! { "coding": [coding(SNOMED, concept.snomed), coding(LOINC, concept.loinc)], "text": concept.text }
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
pub(super) const CARER: Concept = Concept::words("Is a carer");

// Allergies and reactions.
pub(super) const NO_KNOWN_ALLERGY: Concept = Concept::snomed("716186003", "No known allergy").said("No known allergies");
pub(super) const PENICILLIN: Concept = Concept::snomed("91936005", "Allergy to penicillin").said("Penicillin");
pub(super) const PEANUT: Concept = Concept::snomed("91935009", "Allergy to peanut").said("Peanuts");
pub(super) const LATEX: Concept = Concept::snomed("300916003", "Allergy to latex").said("Latex");
pub(super) const EGG: Concept = Concept::snomed("91930004", "Allergy to egg").said("Egg");
pub(super) const RASH: Concept = Concept::snomed("271807003", "Eruption of skin").said("Rash");
pub(super) const HIVES: Concept = Concept::snomed("126485001", "Urticaria").said("Hives");
pub(super) const ANAPHYLAXIS: Concept = Concept::snomed("39579001", "Anaphylaxis");
pub(super) const NAUSEA: Concept = Concept::snomed("422587007", "Nausea").said("Feeling sick");

// Medicines. The codes are dm+d.
pub(super) const AMLODIPINE_5: Concept = Concept::snomed("319283006", "Amlodipine 5mg tablets");
pub(super) const METFORMIN_500: Concept = Concept::snomed("325278007", "Metformin 500mg tablets");
pub(super) const FUROSEMIDE_40: Concept = Concept::snomed("317972000", "Furosemide 40mg tablets");
pub(super) const PARACETAMOL_500: Concept = Concept::snomed("322236009", "Paracetamol 500mg tablets");
pub(super) const PREDNISOLONE_5: Concept = Concept::snomed("325427002", "Prednisolone 5mg tablets");
pub(super) const SALBUTAMOL: Concept = Concept::snomed("39113611000001102", "Salbutamol 100micrograms/dose inhaler CFC free");
pub(super) const CO_CODAMOL: Concept = Concept::snomed("322341003", "Co-codamol 30mg/500mg tablets");
pub(super) const CHLORAMPHENICOL: Concept = Concept::snomed("330286001", "Chloramphenicol 0.5% eye drops");
pub(super) const AMOXICILLIN_250: Concept = Concept::snomed("39732311000001104", "Amoxicillin 250mg capsules");
pub(super) const BETAMETHASONE: Concept = Concept::snomed("374372000", "Betamethasone valerate 0.1% cream");

// Vaccines.
pub(super) const FLU_VACCINE: Concept = Concept::snomed("46233009", "Influenza vaccine").said("Flu vaccine");
pub(super) const COVID_VACCINE: Concept = Concept::words("COVID-19 vaccine");
pub(super) const MMR_VACCINE: Concept = Concept::snomed("61153008", "Measles, mumps and rubella vaccine").said("MMR vaccine");
pub(super) const HPV_VACCINE: Concept = Concept::snomed("424519000", "Human papillomavirus vaccine").said("HPV vaccine");
pub(super) const ROTAVIRUS_VACCINE: Concept = Concept::snomed("116077000", "Rotavirus vaccine");
pub(super) const PNEUMOCOCCAL_VACCINE: Concept = Concept::snomed("333598008", "Pneumococcal vaccine");
pub(super) const SHINGLES_VACCINE: Concept = Concept::words("Shingles vaccine");
pub(super) const WHOOPING_COUGH_VACCINE: Concept = Concept::words("Whooping cough vaccine in pregnancy");
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
pub(super) const SCAN_IN_PREGNANCY: Concept = Concept::words("Pregnancy ultrasound scan");
