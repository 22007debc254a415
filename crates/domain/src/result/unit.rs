//! Units of results, so that the same unit is known under its different spellings.

/// A unit in one spelling: "µmol/l", "umol/L" and UCUM's "umol/L" are one, "m[IU]/L" and "mIU/L" too (The Unified Code for Units
/// of Measure). Empty for no unit, also for UCUM's `1` and for what only says what is counted (`{INR}`, `{score}`).
#[must_use]
pub fn canonical(unit: &str) -> String {
    // Both signs for a millionth, and how people write powers.
    let unit = unit.trim().replace(['\u{b5}', '\u{3bc}'], "u").replace('²', "2").replace('^', "*").replace('×', "x");
    let unit = unit.replace("{1.73_m2}", "1.73m2").replace("{1.73m2}", "1.73m2").replace("1.73 m2", "1.73m2");
    let unit = unit.replace("[IU]", "IU").replace("[iU]", "IU").replace("mm[Hg]", "mmHg");
    let mut bare = String::with_capacity(unit.len());
    let mut inside = false;
    for letter in unit.chars() {
        match letter {
            '{' => inside = true,
            '}' => inside = false,
            _ if inside || letter.is_whitespace() => {}
            other => bare.push(other),
        }
    }
    let parts = bare.split('/').map(|part| match part {
        // Litres are written either way (The International System of Units, 9th edition, table 8).
        "l" => "L",
        "dl" => "dL",
        "ml" => "mL",
        "ul" => "uL",
        "fl" => "fL",
        "x10*9" | "10e9" | "10E9" => "10*9",
        "x10*12" | "10e12" | "10E12" => "10*12",
        other => other,
    });
    let whole = parts.collect::<Vec<_>>().join("/");
    match whole.trim_end_matches('/') {
        "1" => String::new(),
        other => other.to_owned(),
    }
}

/// Whether two units are one; both absent is the same too, as with a ratio.
#[must_use]
pub fn same_unit(one: Option<&str>, other: Option<&str>) -> bool {
    // Spelt alike, as most of one laboratory's are, they need not be taken apart.
    let of = |unit: Option<&str>| unit.map(canonical).unwrap_or_default();
    one == other || of(one) == of(other)
}

/// The raised digits, by their value.
const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// A unit as it is printed: powers of ten and squares of metres are raised ("10^9/L" as "10⁹/L", "mL/min/1.73m2" as "mL/min/1.73m²").
#[must_use]
pub fn printed(unit: &str) -> String {
    let raised = |digit: char| RAISED.get(usize::try_from(digit.to_digit(10)?).ok()?).copied();
    let mut out = String::with_capacity(unit.len());
    let mut letters = unit.trim().chars().peekable();
    let mut is_power = false;
    while let Some(letter) = letters.next() {
        let next = letters.peek();
        if matches!(letter, '^' | '*') && out.ends_with("10") && next.is_some_and(char::is_ascii_digit) {
            is_power = true;
            continue;
        }
        let is_square = letter == '2' && out.ends_with('m') && next.is_none_or(|next| !next.is_alphanumeric());
        let up = if is_power || is_square { raised(letter) } else { None };
        is_power = is_power && up.is_some();
        out.push(up.unwrap_or(letter));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_printed_with_its_powers_raised() {
        for (unit, is) in [
            ("10^9/L", "10⁹/L"),
            ("10*12/L", "10¹²/L"),
            (" x10^9/L ", "x10⁹/L"),
            ("10^3/µL", "10³/µL"),
            ("mL/min/1.73m2", "mL/min/1.73m²"),
            ("mL/min/1.73 m2", "mL/min/1.73 m²"),
            ("kg/m2", "kg/m²"),
            ("kg/m²", "kg/m²"),
            ("mmol/L", "mmol/L"),
            ("mmol/24h", "mmol/24h"),
            ("10*", "10*"),
            ("10^", "10^"),
            ("%", "%"),
            ("", ""),
        ] {
            assert_eq!(printed(unit), is, "{unit}");
            assert_eq!(printed(is), is, "printed again: {is}");
        }
    }

    #[test]
    fn one_unit_is_known_under_its_spellings() {
        for (one, other) in [
            ("µmol/l", "umol/L"),
            ("μmol/L", "umol/L"),
            ("m[IU]/L", "mIU/L"),
            ("10^9/L", "10*9/L"),
            ("x10^9/L", "10*9/L"),
            ("mL/min/1.73m²", "mL/min/{1.73_m2}"),
            ("mL/min/1.73 m2", "mL/min/{1.73_m2}"),
            ("mg/dl", "mg/dL"),
            ("{INR}", ""),
            ("1", ""),
            ("mmol / mol", "mmol/mol"),
        ] {
            assert!(same_unit(Some(one), Some(other)), "{one} and {other}: {} and {}", canonical(one), canonical(other));
        }
        assert!(same_unit(None, Some("1")) && same_unit(None, None));
    }

    #[test]
    fn units_that_only_look_alike_are_two() {
        for (one, other) in [
            ("mmol/L", "umol/L"),
            ("mg/L", "mg/dL"),
            ("10*9/L", "10*12/L"),
            ("mL/min", "mL/min/{1.73_m2}"),
            ("g/L", ""),
            ("%", "1"),
            ("U/L", "IU/L"),
        ] {
            assert!(!same_unit(Some(one), Some(other)), "{one} and {other}");
        }
    }
}
