//! What is measured, known by its codes, and its units with what one is of another.
//!
//! Two codes are one analyte only where they stand in one row of this table: the same substance in the same material by the same
//! sort of method, in another unit or another code system. Glucose in blood is not glucose in plasma, and cholesterol that was
//! worked out is not cholesterol that was measured.
//!
//! Laboratories of England code in SNOMED CT, by the names of the UK Edition and of the Pathology Bounded Code List (NHS England). Each
//! of those codes stands here as lists print it with its name (code lists of the Bennett Institute, University of Oxford; code sets of
//! the Greater Manchester Care Record, University of Manchester; lists of what GP records hold; seen in November 2026). One whose name
//! says no material stands in a row only where the thing is measured in that material alone. Fasting and random samples, and values
//! that were corrected, are not the plain ones.

use super::{Amount, Comparator, Decimal, canonical};
use crate::record::{Code, Range, Value};

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";

/// How a unit stands to the first unit of its analyte: that one is (x · `times` + `plus`) / `per`.
#[derive(Clone, Copy, Debug)]
struct Unit {
    /// As people write it.
    shown: &'static str,
    /// Its spelling in UCUM as [`canonical`] gives it, and others for the same unit.
    spelt: &'static [&'static str],
    times: i128,
    plus: i128,
    per: i128,
    /// How many places laboratories give with it.
    places: u32,
    /// It is offered beside another.
    offered: bool,
}

impl Unit {
    const fn new(shown: &'static str, spelt: &'static [&'static str], places: u32) -> Self {
        Self { shown, spelt, times: 1, plus: 0, per: 1, places, offered: true }
    }

    /// The same unit by another name: never offered beside the first.
    const fn also(shown: &'static str, spelt: &'static [&'static str], places: u32) -> Self {
        Self { shown, spelt, times: 1, plus: 0, per: 1, places, offered: false }
    }

    const fn is(mut self, times: i128, per: i128) -> Self {
        self.times = times;
        self.per = per;
        self
    }

    const fn plus(mut self, plus: i128) -> Self {
        self.plus = plus;
        self
    }

    fn is_spelt(&self, unit: &str) -> bool {
        self.spelt.contains(&unit)
    }

    /// Whether a number of it is another number than of another.
    fn differs(&self, other: &Self) -> bool {
        self.times * other.per != other.times * self.per || self.plus * other.per != other.plus * self.per
    }
}

/// Something that laboratories measure.
#[derive(Debug)]
pub struct Analyte {
    /// By what it is stored.
    pub key: &'static str,
    loinc: &'static [&'static str],
    snomed: &'static [&'static str],
    units: &'static [Unit],
    /// From where the factors are.
    pub source: &'static str,
}

macro_rules! analytes {
    ($($key:literal loinc $loinc:expr, snomed $snomed:expr, units $units:expr, from $source:expr;)*) => {
        const TABLE: &[Analyte] = &[$(Analyte { key: $key, loinc: &$loinc, snomed: &$snomed, units: &$units, source: $source },)*];
    };
}

const MMOL: &[&str] = &["mmol/L"];
const UMOL: &[&str] = &["umol/L"];
const NMOL: &[&str] = &["nmol/L"];
const PMOL: &[&str] = &["pmol/L"];
const MG_DL: &[&str] = &["mg/dL"];
const G_L: &[&str] = &["g/L"];
const G_DL: &[&str] = &["g/dL"];
const MG_L: &[&str] = &["mg/L"];
const UG_L: &[&str] = &["ug/L"];
const NG_ML: &[&str] = &["ng/mL"];
const NG_L: &[&str] = &["ng/L"];
const PG_ML: &[&str] = &["pg/mL"];
const MEQ: &[&str] = &["meq/L", "mEq/L"];
const CELLS: [Unit; 2] = [Unit::new("10^9/L", &["10*9/L"], 1), Unit::also("10^3/µL", &["10*3/uL", "K/uL"], 1)];
const SALT: [Unit; 2] = [Unit::new("mmol/L", MMOL, 1), Unit::also("mEq/L", MEQ, 1)];
const PROTEIN: [Unit; 2] = [Unit::new("g/L", G_L, 0), Unit::new("g/dL", G_DL, 1).is(10, 1)];
const ENZYME: [Unit; 2] = [Unit::new("U/L", &["U/L"], 0), Unit::also("IU/L", &["IU/L"], 0)];
const FAT: [Unit; 2] = [Unit::new("mmol/L", MMOL, 1), Unit::new("mg/dL", MG_DL, 0).is(1000, 38_665)];
const CREATININE: [Unit; 2] = [Unit::new("µmol/L", UMOL, 0), Unit::new("mg/dL", MG_DL, 2).is(1_000_000, 11_312)];
const SUGAR: [Unit; 2] = [Unit::new("mmol/L", MMOL, 1), Unit::new("mg/dL", MG_DL, 0).is(10_000, 180_156)];
const VITAMIN_D: [Unit; 3] = [
    Unit::new("nmol/L", NMOL, 0),
    Unit::new("ng/mL", NG_ML, 0).is(100_000, 40_064),
    Unit::also("µg/L", UG_L, 0).is(100_000, 40_064),
];

/// Where a factor is the molar mass of a substance.
const MASS: &str = "Molar mass as PubChem gives it (National Library of Medicine)";
const SAME: &str = "The same amount in other words (The Unified Code for Units of Measure)";

analytes! {
    "glucose" loinc ["14749-6", "2345-7"], snomed ["1010671000000102"], units SUGAR, from MASS;
    "glucose-blood" loinc ["15074-8", "2339-0"], snomed [], units SUGAR, from MASS;
    // NGSP = 0.09148 · IFCC + 2.152.
    "hba1c" loinc ["59261-8", "4548-4", "17856-6"], snomed [
        "999791000000106", "1003671000000109", "1049301000000100", "1049321000000109",
    ], units [
        Unit::new("mmol/mol", &["mmol/mol"], 0),
        Unit::new("%", &["%"], 1).is(100_000, 9148).plus(-215_200),
    ], from "NGSP: IFCC Standardization of HbA1c, the IFCC–NGSP master equation";
    "cholesterol" loinc ["14647-2", "2093-3"], snomed [
        "1005671000000105", "994351000000103", "1017161000000104", "1106541000000101", "1106531000000105",
    ], units FAT, from MASS;
    "hdl" loinc ["14646-4", "2085-9"], snomed [
        "1005681000000107", "1010581000000101", "1107681000000108", "1107661000000104",
    ], units FAT, from MASS;
    "ldl" loinc ["22748-8", "2089-1"], snomed [
        "1022191000000100", "1010591000000104", "1108551000000102", "1108541000000100",
    ], units FAT, from MASS;
    "ldl-worked-out" loinc ["39469-2", "13457-7"], snomed ["1014501000000104"], units FAT, from MASS;
    "ldl-measured" loinc ["18262-6"], snomed [], units FAT, from MASS;
    "triglycerides" loinc ["14927-8", "2571-8"], snomed [
        "1005691000000109", "1010601000000105", "1109831000000104", "1109821000000101",
    ], units [
        Unit::new("mmol/L", MMOL, 1), Unit::new("mg/dL", MG_DL, 0).is(100, 8854),
    ], from "Molar mass of triolein as PubChem gives it (National Library of Medicine)";
    "sodium" loinc ["2951-2"], snomed ["1000661000000107", "1017381000000106"], units SALT, from SAME;
    "sodium-blood" loinc ["2947-0"], snomed ["1012681000000101"], units SALT, from SAME;
    "potassium" loinc ["2823-3"], snomed ["1000651000000109", "1017401000000106"], units SALT, from SAME;
    "potassium-blood" loinc ["6298-4"], snomed ["1012671000000103"], units SALT, from SAME;
    "chloride" loinc ["2075-0"], snomed [], units SALT, from SAME;
    "creatinine" loinc ["14682-9", "2160-0"], snomed [
        "1000731000000107", "1001011000000107", "1107001000000108", "1106601000000100",
    ], units CREATININE, from MASS;
    "creatinine-blood" loinc ["59826-8", "38483-4"], snomed [], units CREATININE, from MASS;
    // In moles alone: what is called urea and given by mass is urea in some places and its nitrogen in others.
    "urea" loinc ["22664-7"], snomed ["1000951000000103", "1000961000000100"], units [Unit::new("mmol/L", MMOL, 1)], from SAME;
    "egfr" loinc ["62238-1"], snomed ["1011481000000105"], units [Unit::new("mL/min/1.73m²", &["mL/min/1.73m2"], 0)], from SAME;
    "calcium" loinc ["2000-8", "17861-6"], snomed ["1000691000000101", "1017391000000108"], units [
        Unit::new("mmol/L", MMOL, 2), Unit::new("mg/dL", MG_DL, 1).is(10_000, 40_078),
    ], from MASS;
    // As it would be if there were as much albumin as most people have.
    "calcium-adjusted" loinc [], snomed [
        "935051000000108", "935201000000104", "1107251000000104", "1107241000000102",
    ], units [
        Unit::new("mmol/L", MMOL, 2), Unit::new("mg/dL", MG_DL, 1).is(10_000, 40_078),
    ], from MASS;
    "magnesium" loinc ["2601-3", "19123-9"], snomed [], units [
        Unit::new("mmol/L", MMOL, 2), Unit::new("mg/dL", MG_DL, 1).is(10_000, 24_305),
    ], from MASS;
    "phosphate" loinc ["14879-1", "2777-1"], snomed ["1000701000000101"], units [
        Unit::new("mmol/L", MMOL, 2), Unit::new("mg/dL", MG_DL, 1).is(10_000, 30_974),
    ], from "Molar mass of phosphorus as PubChem gives it (National Library of Medicine)";
    "uric-acid" loinc ["14933-6", "3084-1"], snomed [], units [
        Unit::new("µmol/L", UMOL, 0), Unit::new("mg/dL", MG_DL, 1).is(1_000_000, 16_811), Unit::also("mmol/L", MMOL, 2).is(1000, 1),
    ], from MASS;
    "haemoglobin" loinc ["718-7"], snomed ["1022431000000105", "1107511000000100"], units PROTEIN, from SAME;
    "white-cells" loinc ["6690-2"], snomed ["1022541000000102"], units CELLS, from SAME;
    "platelets" loinc ["777-3"], snomed ["1022651000000100", "1108041000000107"], units CELLS, from SAME;
    "neutrophils" loinc ["751-8"], snomed ["1022551000000104"], units CELLS, from SAME;
    "lymphocytes" loinc ["731-0"], snomed ["1022581000000105"], units CELLS, from SAME;
    "monocytes" loinc ["742-7"], snomed ["1022591000000107"], units CELLS, from SAME;
    "eosinophils" loinc ["711-2"], snomed ["1022561000000101"], units CELLS, from SAME;
    "basophils" loinc ["704-7"], snomed ["1022571000000108"], units CELLS, from SAME;
    "red-cells" loinc ["789-8"], snomed ["1022451000000103"], units [
        Unit::new("10^12/L", &["10*12/L"], 2), Unit::also("10^6/µL", &["10*6/uL", "M/uL"], 2),
    ], from SAME;
    "mcv" loinc ["787-2"], snomed ["1022491000000106"], units [Unit::new("fL", &["fL"], 1)], from SAME;
    "mch" loinc ["785-6"], snomed ["1022471000000107"], units [Unit::new("pg", &["pg"], 1)], from SAME;
    "mchc" loinc ["786-4"], snomed ["1022481000000109"], units PROTEIN, from SAME;
    "haematocrit" loinc ["4544-3"], snomed ["1022291000000105"], units [
        Unit::new("L/L", &["L/L"], 3), Unit::new("%", &["%"], 1).is(1, 100),
    ], from SAME;
    "alt" loinc ["1742-6"], snomed ["1018251000000107", "1013211000000103"], units ENZYME, from SAME;
    "ast" loinc ["1920-8"], snomed ["1000881000000102"], units ENZYME, from SAME;
    "alp" loinc ["6768-6"], snomed ["1000621000000104", "1013041000000106"], units ENZYME, from SAME;
    "ggt" loinc ["2324-2"], snomed ["1000861000000106", "1000851000000108"], units ENZYME, from SAME;
    "bilirubin" loinc ["14631-6", "1975-2"], snomed ["997591000000109", "997561000000103"], units [
        Unit::new("µmol/L", UMOL, 0), Unit::new("mg/dL", MG_DL, 1).is(1_000_000, 58_466),
    ], from MASS;
    // It does not say of which bilirubin.
    "bilirubin-unsaid" loinc [], snomed ["999691000000104"], units [
        Unit::new("µmol/L", UMOL, 0), Unit::new("mg/dL", MG_DL, 1).is(1_000_000, 58_466),
    ], from MASS;
    "albumin" loinc ["1751-7"], snomed ["1000821000000103", "1013361000000105"], units PROTEIN, from SAME;
    "total-protein" loinc ["2885-2"], snomed ["1000811000000109", "1005651000000101"], units PROTEIN, from SAME;
    "globulin" loinc ["10834-0"], snomed ["1001231000000108", "993111000000101"], units PROTEIN, from SAME;
    "tsh" loinc ["3016-3"], snomed ["1022791000000101", "1022801000000102", "1027151000000105"], units [
        Unit::new("mIU/L", &["mIU/L"], 2), Unit::also("mU/L", &["mU/L"], 2), Unit::also("µIU/mL", &["uIU/mL", "uU/mL"], 2),
    ], from SAME;
    "free-t4" loinc ["14920-3", "3024-7"], snomed [
        "1016971000000106", "1022841000000104", "1030801000000101", "1109401000000108",
    ], units [
        Unit::new("pmol/L", PMOL, 1), Unit::new("ng/dL", &["ng/dL"], 2).is(1_000_000, 77_687),
    ], from MASS;
    "crp" loinc ["1988-5"], snomed ["1001371000000100", "999651000000107"], units [
        Unit::new("mg/L", MG_L, 0), Unit::new("mg/dL", MG_DL, 1).is(10, 1),
    ], from SAME;
    // By whatever method: by that of Westergren it has a code of its own.
    "esr" loinc ["30341-2"], snomed ["1022511000000103"], units [
        Unit::new("mm/h", &["mm/h", "mm/hr", "mm/hour"], 0),
    ], from SAME;
    "ferritin" loinc ["2276-4"], snomed ["993381000000106"], units [
        Unit::new("µg/L", UG_L, 0), Unit::also("ng/mL", NG_ML, 0),
    ], from SAME;
    "vitamin-b12" loinc ["14685-2", "2132-9"], snomed [], units [
        Unit::new("pmol/L", PMOL, 0), Unit::new("ng/L", NG_L, 0).is(100_000, 135_537), Unit::also("pg/mL", PG_ML, 0).is(100_000, 135_537),
    ], from MASS;
    "folate" loinc ["2284-8", "14732-2"], snomed [], units [
        Unit::new("µg/L", UG_L, 1), Unit::new("nmol/L", NMOL, 1).is(4414, 10_000), Unit::also("ng/mL", NG_ML, 1),
    ], from MASS;
    "vitamin-d" loinc ["62292-8"], snomed ["1029801000000105"], units VITAMIN_D, from MASS;
    "vitamin-d3" loinc ["14635-7", "1989-3"], snomed ["997741000000108"], units VITAMIN_D, from MASS;
    "iron" loinc ["14798-3", "2498-4"], snomed ["1019351000000105"], units [
        Unit::new("µmol/L", UMOL, 1), Unit::new("µg/dL", &["ug/dL"], 0).is(10_000, 55_845),
    ], from MASS;
    "psa" loinc ["2857-1"], snomed [
        "1000381000000105", "1030791000000100", "1006591000000104",
    ], units [Unit::new("µg/L", UG_L, 1), Unit::also("ng/mL", NG_ML, 1)], from SAME;
    // What is called microalbumin has codes of its own.
    "urine-acr" loinc ["9318-7", "32294-1"], snomed ["1023491000000104", "5801000237100"], units [
        Unit::new("mg/mmol", &["mg/mmol"], 1), Unit::new("mg/g", &["mg/g"], 0).is(11_312, 100_000),
    ], from "Molar mass of creatinine as PubChem gives it (National Library of Medicine)";
    "nt-pro-bnp" loinc ["33762-6"], snomed [], units [Unit::new("ng/L", NG_L, 0), Unit::also("pg/mL", PG_ML, 0)], from SAME;
}

/// A value in another unit than it was measured in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The value, its range and its unit, rounded as laboratories round it.
    pub value: Value,
    /// The number before it was rounded, for a picture.
    pub number: Decimal,
}

/// The analyte that all of these codes which the table knows name; `None` where it knows none, or they name two.
fn of_codes(codes: &[Code]) -> Option<&'static Analyte> {
    let known = |code: &Code| {
        TABLE.iter().find(|analyte| match code.system.trim() {
            LOINC => analyte.loinc.contains(&code.code.trim()),
            SNOMED => analyte.snomed.contains(&code.code.trim()),
            _ => false,
        })
    };
    let mut all = codes.iter().filter_map(known);
    let first = all.next()?;
    all.all(|other| other.key == first.key).then_some(first)
}

/// By what results of one thing are known as such: an analyte of the table, else a LOINC code, else a SNOMED CT code. `None` for
/// what has no code of these: a laboratory's own code means nothing elsewhere, and names mean several things.
#[must_use]
pub fn key_of(codes: &[Code]) -> Option<String> {
    if let Some(analyte) = of_codes(codes) {
        return Some(analyte.key.to_owned());
    }
    let of = |system: &str, word: &str| {
        let code = codes.iter().find(|code| code.system.trim() == system)?;
        let given = code.code.trim();
        let fits = (1..=18).contains(&given.len()) && given.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        fits.then(|| format!("{word}:{given}"))
    };
    of(LOINC, "loinc").or_else(|| of(SNOMED, "snomed"))
}

/// The code that a key names by itself, as explanations know it; `None` for a row of the table.
#[must_use]
pub fn code_of(key: &str) -> Option<Code> {
    let (system, code) = key.split_once(':')?;
    let system = match system {
        "loinc" => LOINC,
        "snomed" => SNOMED,
        _ => return None,
    };
    Some(Code { system: system.to_owned(), code: code.to_owned(), display: None })
}

/// The codes by which explanations may know what has this key: of a row of the table all of its own, else the one that the key names.
#[must_use]
pub fn codes_of(key: &str) -> Vec<Code> {
    let Some(row) = Analyte::of(key) else { return code_of(key).into_iter().collect() };
    let of = |system: &'static str, codes: &'static [&'static str]| {
        codes.iter().map(move |code| Code { system: system.to_owned(), code: (*code).to_owned(), display: None })
    };
    of(LOINC, row.loinc).chain(of(SNOMED, row.snomed)).collect()
}

impl Analyte {
    /// The analyte of the table that has this key.
    #[must_use]
    pub fn of(key: &str) -> Option<&'static Self> {
        TABLE.iter().find(|analyte| analyte.key == key)
    }

    /// A unit by its code in UCUM, else by how it was written.
    fn unit(&self, code: Option<&str>, words: Option<&str>) -> Option<&Unit> {
        let spelt = |unit: &str| {
            let unit = canonical(unit);
            self.units.iter().find(|one| one.is_spelt(&unit))
        };
        match code {
            Some(code) => spelt(code),
            None => spelt(words?),
        }
    }

    /// A number of one unit as a number of another, to so many places.
    fn exchanged(number: Decimal, from: &Unit, to: &Unit, places: u32) -> Option<Decimal> {
        let (digits, behind) = number.parts();
        let ten = 10_i128.checked_pow(behind)?;
        // In the first unit it is `over / under`.
        let over = digits.checked_mul(from.times)?.checked_add(from.plus.checked_mul(ten)?)?;
        let under = ten.checked_mul(from.per)?;
        let numerator = over.checked_mul(to.per)?.checked_sub(to.plus.checked_mul(under)?)?;
        Decimal::fraction(numerator, under.checked_mul(to.times)?, places)
    }

    /// To the places that laboratories give with this unit, or more where less than two digits would be left.
    fn to_places(number: Decimal, from: &Unit, to: &Unit) -> Option<Decimal> {
        (to.places..=6)
            .filter_map(|places| Self::exchanged(number, from, to, places))
            .find(|found| (found.is_zero() && number.is_zero()) || found.significant() >= 2)
            .or_else(|| Self::exchanged(number, from, to, 6))
    }

    /// A value that was measured in one unit as one of another, with its range. `None` where one of the units is not known to
    /// belong to what was measured, or the value is no number: then nothing is converted.
    #[must_use]
    pub fn convert(&self, value: &Value, code: Option<&str>, to: &str) -> Option<Converted> {
        let (from, to) = (self.unit(code, value.unit.as_deref())?, self.unit(Some(to), None)?);
        let amount = Amount::read(value)?;
        let rounded = |number| if from.differs(to) { Self::to_places(number, from, to) } else { Some(number) };
        let shown = Amount { number: rounded(amount.number)?, ..amount };
        let end = |text: &Option<String>| match text {
            Some(text) => rounded(Decimal::parse(text)?).map(|end| Some(end.to_string())),
            None => Some(None),
        };
        let range = match &value.range {
            Some(range) => end(&range.low).zip(end(&range.high)).map(|(low, high)| Range { low, high, text: None }),
            None => None,
        };
        let range = range.filter(|range| range.low.is_some() || range.high.is_some());
        let is_exact = amount.comparator == Comparator::Exactly;
        let value = Value {
            text: shown.words(),
            number: is_exact.then(|| shown.number.to_string()),
            unit: Some(to.shown.to_owned()),
            range,
            // What was said was said of the value as it was measured, and stays with it.
            interpretation: value.interpretation.clone(),
        };
        Some(Converted { value, number: Self::exchanged(amount.number, from, to, 6)? })
    }

    /// The same value in the unit that is used elsewhere, to be shown beside it; `None` where there is no other, or nothing can
    /// be converted.
    #[must_use]
    pub fn beside(&self, value: &Value, code: Option<&str>) -> Option<Converted> {
        let from = self.unit(code, value.unit.as_deref())?;
        let other = self.units.iter().find(|other| other.offered && other.differs(from))?;
        self.convert(value, code, other.spelt.first()?)
    }

    /// Whether two ranges, each with the unit of its numbers in UCUM or as it was written, are one range: each end, worked out in the other
    /// unit and rounded as the other end is written, is that end, and so the other way round. 63 to 95 mg/dL of glucose is 3.5 to 5.3 mmol/L;
    /// 12 to 16 g/dL of haemoglobin is not 115 to 160 g/L, because 117 would be in the one and out of the other. Never where a unit is not
    /// known to belong to what was measured.
    #[must_use]
    pub fn is_one_range(&self, (one, unit): (&Range, &str), (other, of_other): (&Range, &str)) -> bool {
        let Some((from, to)) = self.unit(Some(unit), None).zip(self.unit(Some(of_other), None)) else { return false };
        let becomes = |number: Decimal, from: &Unit, to: &Unit, written: Decimal| {
            let (_, places) = written.parts();
            Self::exchanged(number, from, to, places) == Some(written)
        };
        let is_one = |one: &Option<String>, other: &Option<String>| match (one, other) {
            (Some(one), Some(other)) => Decimal::parse(one)
                .zip(Decimal::parse(other))
                .is_some_and(|(one, other)| becomes(one, from, to, other) && becomes(other, to, from, one)),
            (one, other) => one.is_none() && other.is_none(),
        };
        is_one(&one.low, &other.low) && is_one(&one.high, &other.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plain_words::PlainCode;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn code(system: &str, code: &str) -> Code {
        Code { system: system.to_owned(), code: code.to_owned(), display: None }
    }

    fn value(text: &str, unit: &str) -> Value {
        Value { text: text.to_owned(), number: None, unit: Some(unit.to_owned()), range: None, interpretation: None }
    }

    #[test]
    fn no_code_and_no_key_stands_twice_and_each_has_its_check_digit() {
        let (mut keys, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for analyte in TABLE {
            assert!(keys.insert(analyte.key), "{}", analyte.key);
            assert!(!analyte.key.contains(':') && !analyte.source.is_empty());
            let loinc = analyte.loinc.iter().map(|code| format!("loinc {code}"));
            for code in loinc.chain(analyte.snomed.iter().map(|code| format!("snomed {code}"))) {
                assert!(PlainCode::try_from(code.clone()).is_ok(), "{code} of {} is no code", analyte.key);
                assert!(codes.insert(code), "{} has a code that stands twice", analyte.key);
            }
            let mut spelt = BTreeSet::new();
            for unit in analyte.units {
                assert!(unit.times > 0 && unit.per > 0, "{} of {}", unit.shown, analyte.key);
                for one in unit.spelt {
                    assert_eq!(canonical(one), *one, "{}", analyte.key);
                    assert!(spelt.insert(*one), "{one} of {}", analyte.key);
                }
                assert!(unit.is_spelt(&canonical(unit.shown)), "{} of {}", unit.shown, analyte.key);
            }
            let first = analyte.units.first().unwrap();
            assert_eq!((first.times, first.plus, first.per), (1, 0, 1), "{}", analyte.key);
        }
    }

    #[test]
    fn conversions_are_those_of_the_tables_that_laboratories_print() {
        for (key, number, unit, to, expected) in [
            // NGSP: 48 mmol/mol is 6.5%, 53 is 7.0%, 42 is 6.0%.
            ("hba1c", "48", "mmol/mol", "%", "6.5"),
            ("hba1c", "53", "mmol/mol", "%", "7.0"),
            ("hba1c", "42", "mmol/mol", "%", "6.0"),
            ("hba1c", "6.5", "%", "mmol/mol", "48"),
            ("hba1c", "8.0", "%", "mmol/mol", "64"),
            // NHS: 5.5 mmol/L is 99 mg/dL; 7.0 is 126.
            ("glucose", "5.5", "mmol/L", "mg/dL", "99"),
            ("glucose", "7.0", "mmol/L", "mg/dL", "126"),
            ("glucose", "200", "mg/dL", "mmol/L", "11.1"),
            ("cholesterol", "5.0", "mmol/L", "mg/dL", "193"),
            ("cholesterol", "200", "mg/dL", "mmol/L", "5.2"),
            ("triglycerides", "1.7", "mmol/L", "mg/dL", "151"),
            ("creatinine", "1.0", "mg/dL", "umol/L", "88"),
            ("creatinine", "104", "umol/L", "mg/dL", "1.18"),
            ("haemoglobin", "13.5", "g/dL", "g/L", "135"),
            ("haemoglobin", "115", "g/L", "g/dL", "11.5"),
            ("calcium", "10.0", "mg/dL", "mmol/L", "2.50"),
            ("bilirubin", "1.2", "mg/dL", "umol/L", "21"),
            ("uric-acid", "6.0", "mg/dL", "umol/L", "357"),
            ("vitamin-d", "20", "ng/mL", "nmol/L", "50"),
            ("free-t4", "1.0", "ng/dL", "pmol/L", "12.9"),
            ("iron", "100", "ug/dL", "umol/L", "17.9"),
            // KDIGO: 3 mg/mmol is some 30 mg/g (27 before it is rounded), and 300 mg/g some 30 mg/mmol.
            ("urine-acr", "3.0", "mg/mmol", "mg/g", "27"),
            ("urine-acr", "300", "mg/g", "mg/mmol", "33.9"),
            ("haematocrit", "42", "%", "L/L", "0.420"),
            ("platelets", "250", "10*3/uL", "10*9/L", "250"),
            // Two digits are kept where there are fewer.
            ("crp", "0.4", "mg/L", "mg/dL", "0.040"),
        ] {
            let found = Analyte::of(key).unwrap().convert(&value(number, unit), Some(unit), to).unwrap();
            assert_eq!(found.value.text, expected, "{number} {unit} of {key}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_converted() {
        let glucose = Analyte::of("glucose").unwrap();
        for (text, unit, to) in [
            ("5.5", "g/L", "mg/dL"),
            ("5.5", "mmol/L", "%"),
            ("Normal", "mmol/L", "mg/dL"),
            ("1:40", "mmol/L", "mg/dL"),
            ("5.5", "", "mg/dL"),
        ] {
            assert_eq!(glucose.convert(&value(text, unit), None, to), None, "{text} {unit} to {to}");
        }
        // A code that is not known is not made up for by words.
        assert_eq!(glucose.convert(&value("5.5", "mmol/L"), Some("g/L"), "mg/dL"), None);
        let bound = glucose.convert(&value("<2", "mmol/L"), Some("mmol/L"), "mg/dL").unwrap().value;
        assert_eq!((bound.text.as_str(), bound.number), ("<36", None));
        assert!(Analyte::of("mcv").unwrap().beside(&value("90", "fL"), None).is_none());
        assert!(Analyte::of("ferritin").unwrap().beside(&value("90", "ng/mL"), None).is_none(), "the same number twice");
        let whole = Value {
            range: Some(Range { low: Some("3.0".to_owned()), high: Some("6.0".to_owned()), text: None }),
            ..value("5.5", "mmol/L")
        };
        let beside = glucose.beside(&whole, Some("mmol/L")).unwrap().value;
        assert_eq!((beside.text.as_str(), beside.unit.as_deref()), ("99", Some("mg/dL")));
        let range = beside.range.unwrap();
        assert_eq!((range.low.as_deref(), range.high.as_deref()), (Some("54"), Some("108")));
    }

    #[test]
    fn an_analyte_is_known_by_its_codes_alone() {
        assert_eq!(key_of(&[code(LOINC, "2823-3")]).as_deref(), Some("potassium"));
        assert_eq!(key_of(&[code(SNOMED, "1000651000000109")]).as_deref(), Some("potassium"));
        assert_eq!(key_of(&[code(SNOMED, "1000651000000109"), code(LOINC, "2823-3")]).as_deref(), Some("potassium"));
        assert_eq!(key_of(&[code("http://lab.example", "K"), code(LOINC, "2823-3")]).as_deref(), Some("potassium"));
        // Another material is another analyte.
        assert_eq!(key_of(&[code(LOINC, "6298-4")]).as_deref(), Some("potassium-blood"));
        // Codes that name two are one of neither.
        assert_eq!(key_of(&[code(LOINC, "2823-3"), code(LOINC, "2951-2")]).as_deref(), Some("loinc:2823-3"));
        // What is corrected, or says less, is not the plain one.
        assert_eq!(key_of(&[code(SNOMED, "935051000000108")]).as_deref(), Some("calcium-adjusted"));
        assert_eq!(key_of(&[code(SNOMED, "1107241000000102")]).as_deref(), Some("calcium-adjusted"));
        assert_eq!(key_of(&[code(SNOMED, "999691000000104")]).as_deref(), Some("bilirubin-unsaid"));
        // Urea is not its nitrogen.
        assert_eq!(key_of(&[code(LOINC, "3094-0")]).as_deref(), Some("loinc:3094-0"));
        assert!(Analyte::of("urea").unwrap().convert(&value("14", "mg/dL"), Some("mg/dL"), "mmol/L").is_none());
        assert_eq!(key_of(&[code(LOINC, "30522-7")]).as_deref(), Some("loinc:30522-7"));
        assert_eq!(key_of(&[code(SNOMED, "365636006")]).as_deref(), Some("snomed:365636006"));
        assert_eq!(key_of(&[code("http://lab.example", "2823-3")]), None);
        assert_eq!(key_of(&[code(LOINC, "two words")]), None);
        assert_eq!(key_of(&[]), None);
        assert_eq!(code_of("loinc:30522-7").unwrap().system, LOINC);
        assert_eq!(code_of("potassium"), None);
        // What explains a result finds it by any of its codes.
        let codes = |key: &str| codes_of(key).into_iter().map(|code| code.code).collect::<Vec<_>>();
        assert_eq!(codes("loinc:30522-7"), ["30522-7"]);
        assert!(["14646-4", "2085-9", "1005681000000107"].iter().all(|code| codes("hdl").iter().any(|one| one == code)));
        assert!(codes("systolic").is_empty());
    }

    #[test]
    fn what_english_laboratories_code_is_the_same_thing_as_in_loinc_and_has_both_units() {
        for (key, loinc, snomed, unit, other) in [
            ("glucose", "14749-6", "1010671000000102", "mmol/L", Some("mg/dL")),
            ("ldl", "22748-8", "1022191000000100", "mmol/L", Some("mg/dL")),
            ("ldl-worked-out", "39469-2", "1014501000000104", "mmol/L", Some("mg/dL")),
            ("sodium", "2951-2", "1017381000000106", "mmol/L", None),
            ("creatinine", "14682-9", "1001011000000107", "umol/L", Some("mg/dL")),
            ("calcium", "2000-8", "1000691000000101", "mmol/L", Some("mg/dL")),
            ("phosphate", "14879-1", "1000701000000101", "mmol/L", Some("mg/dL")),
            ("haemoglobin", "718-7", "1107511000000100", "g/L", Some("g/dL")),
            ("neutrophils", "751-8", "1022551000000104", "10*9/L", None),
            ("lymphocytes", "731-0", "1022581000000105", "10*9/L", None),
            ("haematocrit", "4544-3", "1022291000000105", "L/L", Some("%")),
            ("ast", "1920-8", "1000881000000102", "U/L", None),
            ("alp", "6768-6", "1000621000000104", "U/L", None),
            ("bilirubin", "14631-6", "997591000000109", "umol/L", Some("mg/dL")),
            ("albumin", "1751-7", "1000821000000103", "g/L", Some("g/dL")),
            ("free-t4", "14920-3", "1016971000000106", "pmol/L", Some("ng/dL")),
            ("crp", "1988-5", "1001371000000100", "mg/L", Some("mg/dL")),
            ("vitamin-d", "62292-8", "1029801000000105", "nmol/L", Some("ng/mL")),
            ("urea", "22664-7", "1000951000000103", "mmol/L", None),
            ("basophils", "704-7", "1022571000000108", "10*9/L", None),
            ("mch", "785-6", "1022471000000107", "pg", None),
            ("esr", "30341-2", "1022511000000103", "mm/hr", None),
            ("urine-acr", "32294-1", "1023491000000104", "mg/mmol", Some("mg/g")),
            ("iron", "14798-3", "1019351000000105", "umol/L", Some("µg/dL")),
        ] {
            for one in [code(LOINC, loinc), code(SNOMED, snomed)] {
                assert_eq!(key_of(&[one]).as_deref(), Some(key), "{loinc} and {snomed}");
            }
            let beside = Analyte::of(key).unwrap().beside(&value("20", unit), Some(unit));
            assert_eq!(beside.and_then(|beside| beside.value.unit).as_deref(), other, "{key} beside {unit}");
        }
        let without: Vec<&str> = TABLE.iter().filter(|analyte| analyte.snomed.is_empty()).map(|analyte| analyte.key).collect();
        let known = [
            "glucose-blood",
            "ldl-measured",
            "chloride",
            "creatinine-blood",
            "magnesium",
            "uric-acid",
            "vitamin-b12",
            "folate",
            "nt-pro-bnp",
        ];
        assert_eq!(without, known);
    }

    fn range(low: &str, high: &str) -> Range {
        let end = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Range { low: end(low), high: end(high), text: None }
    }

    #[test]
    fn one_range_in_two_units_is_one() {
        for (key, one, unit, other, of_other, is_one) in [
            ("glucose", ("3.5", "5.3"), "mmol/L", ("63", "95"), "mg/dL", true),
            ("glucose", ("3.5", "5.3"), "mmol/L", ("65", "95"), "mg/dL", false),
            ("glucose", ("3.5", "5.3"), "mmol/L", ("63", "96"), "mg/dL", false),
            ("glucose", ("3.5", ""), "mmol/L", ("63", "95"), "mg/dL", false),
            ("glucose", ("", "5.3"), "mmol/L", ("", "95"), "mg/dL", true),
            ("glucose", ("3.5", "5.3"), "mmol/L", ("63", "95"), "g/L", false),
            ("hba1c", ("20", "42"), "mmol/mol", ("4.0", "6.0"), "%", true),
            ("hba1c", ("20", "41"), "mmol/mol", ("4.0", "6.0"), "%", false),
            ("haemoglobin", ("115", "165"), "g/L", ("11.5", "16.5"), "g/dL", true),
            // Rounded to whole grams it may be the same, and may be not.
            ("haemoglobin", ("115", "160"), "g/L", ("12", "16"), "g/dL", false),
            ("creatinine", ("59", "104"), "umol/L", ("0.67", "1.18"), "mg/dL", true),
            ("creatinine", ("59", "104"), "umol/L", ("0.7", "1.2"), "mg/dL", false),
            ("potassium", ("3.5", "5.3"), "mmol/L", ("3.5", "5.3"), "mEq/L", true),
            ("potassium", ("3.5", "5.3"), "mmol/L", ("3.54", "5.3"), "mEq/L", false),
        ] {
            let (one, other) = (range(one.0, one.1), range(other.0, other.1));
            let analyte = Analyte::of(key).unwrap();
            let (there, back) =
                (analyte.is_one_range((&one, unit), (&other, of_other)), analyte.is_one_range((&other, of_other), (&one, unit)));
            assert_eq!((there, back), (is_one, is_one), "{key}: {one:?} {unit} and {other:?} {of_other}");
        }
    }

    /// Any two units of any analyte.
    fn pairs() -> Vec<(&'static Analyte, &'static Unit, &'static Unit)> {
        let each = |analyte: &'static Analyte| {
            analyte.units.iter().flat_map(move |one| analyte.units.iter().map(move |other| (analyte, one, other)))
        };
        TABLE.iter().flat_map(each).collect()
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_within_what_is_rounded(pick in 0_usize..10_000, digits in 100_i128..100_000, places in 0_u32..=2) {
            let pairs = pairs();
            let (analyte, from, to) = pairs[pick % pairs.len()];
            let number = Decimal::of(digits, places).unwrap();
            let there = Analyte::exchanged(number, from, to, 9).unwrap();
            let back = Analyte::exchanged(there, to, from, 6).unwrap();
            let off = back.less(number).unwrap().abs();
            // What one part in a thousand million of the other unit is in this one, and the last place.
            prop_assert!(off <= Decimal::parse("0.00001").unwrap(), "{}: {} {} is {} {} and back {}", analyte.key, number, from.shown, there, to.shown, back);
        }

        #[test]
        fn more_stays_more(pick in 0_usize..10_000, one in 1_i128..1_000_000, two in 1_i128..1_000_000) {
            let pairs = pairs();
            let (_, from, to) = pairs[pick % pairs.len()];
            let converted = |digits| Analyte::exchanged(Decimal::of(digits, 2).unwrap(), from, to, 9).unwrap();
            prop_assert!((one < two) == (converted(one) < converted(two)) || converted(one) == converted(two));
        }

        /// A range is one with what it is in another unit, and with nothing that is a last place off.
        #[test]
        fn a_range_is_one_with_itself_in_any_unit_and_with_no_other(
            pick in 0_usize..10_000, low in 1_i128..100_000, width in 1_i128..100_000, places in 0_u32..=2,
        ) {
            let pairs = pairs();
            let (analyte, from, to) = pairs[pick % pairs.len()];
            let end = |digits| Decimal::of(digits, places).unwrap();
            let there = |digits| Analyte::exchanged(end(digits), from, to, 9).unwrap().to_string();
            let one = range(&end(low).to_string(), &end(low + width).to_string());
            let same = range(&there(low), &there(low + width));
            let (unit, other) = (from.spelt[0], to.spelt[0]);
            prop_assert!(analyte.is_one_range((&one, unit), (&same, other)), "{}: {:?} {} is {:?} {}", analyte.key, one, unit, same, other);
            prop_assert!(analyte.is_one_range((&same, other), (&one, unit)), "{}: {:?} {} is {:?} {}", analyte.key, same, other, one, unit);
            for off in [range(&there(low + 1), &there(low + width)), range(&there(low), &there(low + width + 1)), range(&there(low), "")] {
                prop_assert!(!analyte.is_one_range((&one, unit), (&off, other)), "{}: {:?} {} is not {:?} {}", analyte.key, one, unit, off, other);
            }
        }

        #[test]
        fn what_is_shown_is_within_half_of_its_last_place(pick in 0_usize..10_000, digits in 100_i128..100_000) {
            let pairs = pairs();
            let (analyte, from, to) = pairs[pick % pairs.len()];
            let number = Decimal::of(digits, 1).unwrap();
            let (shown, exact) = (Analyte::to_places(number, from, to).unwrap(), Analyte::exchanged(number, from, to, 9).unwrap());
            let off = shown.less(exact).unwrap().abs();
            let half = Decimal::of(5, shown.parts().1 + 1).unwrap();
            prop_assert!(off <= half, "{}: {} {} shown {} exact {}", analyte.key, number, from.shown, shown, exact);
        }
    }
}
