//! Signs of typefaces that show other signs than the letters under which they are kept: in Symbol an "m" is "µ", and 5 µg is a
//! thousandth of 5 mg.

/// What a typeface does with the letters of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Typeface {
    /// It shows them.
    #[default]
    Letters,
    /// Adobe's Symbol.
    Symbol,
    /// Another typeface of pictures, such as Wingdings.
    Pictures,
}

impl Typeface {
    /// By its name.
    pub(super) fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        // "Segoe UI Symbol" and the like are ordinary typefaces.
        let name = name.trim().trim_matches(['"', '\'']);
        if name == "symbol" || name.starts_with("symbolmt") || name.ends_with("+symbol") || name.ends_with("+symbolmt") {
            Self::Symbol
        } else if name.contains("wingdings") || name.contains("webdings") || name.contains("dingbats") {
            Self::Pictures
        } else {
            Self::Letters
        }
    }

    /// What it shows for a sign. What is not known is shown as such: a wrong sign would be worse.
    pub(super) const fn shows(self, sign: char) -> char {
        match self {
            Self::Letters => sign,
            Self::Symbol => symbol(sign),
            Self::Pictures => picture(sign),
        }
    }
}

/// Adobe's Symbol encoding (Unicode Consortium, VENDORS/ADOBE/symbol.txt), as far as letters use it.
const fn symbol(sign: char) -> char {
    match sign {
        ' '..='!' | '#' | '%'..='&' | '('..=')' | '+'..=',' | '.'..='?' | '[' | ']' | '_' | '{'..='}' | '\n' | '\u{a0}' => sign,
        '-' => '\u{2212}',
        '*' => '\u{2217}',
        'A' => 'Α',
        'B' => 'Β',
        'C' => 'Χ',
        'D' => 'Δ',
        'E' => 'Ε',
        'F' => 'Φ',
        'G' => 'Γ',
        'H' => 'Η',
        'I' => 'Ι',
        'K' => 'Κ',
        'L' => 'Λ',
        'M' => 'Μ',
        'N' => 'Ν',
        'O' => 'Ο',
        'P' => 'Π',
        'Q' => 'Θ',
        'R' => 'Ρ',
        'S' => 'Σ',
        'T' => 'Τ',
        'U' => 'Υ',
        'W' => 'Ω',
        'X' => 'Ξ',
        'Y' => 'Ψ',
        'Z' => 'Ζ',
        'a' => 'α',
        'b' => 'β',
        'c' => 'χ',
        'd' => 'δ',
        'e' => 'ε',
        'f' => 'φ',
        'g' => 'γ',
        'h' => 'η',
        'i' => 'ι',
        'k' => 'κ',
        'l' => 'λ',
        'm' => 'μ',
        'n' => 'ν',
        'o' => 'ο',
        'p' => 'π',
        'q' => 'θ',
        'r' => 'ρ',
        's' => 'σ',
        't' => 'τ',
        'u' => 'υ',
        'w' => 'ω',
        'x' => 'ξ',
        'y' => 'ψ',
        'z' => 'ζ',
        '\u{a3}' | '\u{f0a3}' => '≤',
        '\u{b3}' | '\u{f0b3}' => '≥',
        '\u{b1}' | '\u{f0b1}' => '±',
        '\u{b0}' | '\u{f0b0}' => '°',
        '\u{b4}' | '\u{f0b4}' => '×',
        '\u{b8}' | '\u{f0b8}' => '÷',
        '\u{b9}' | '\u{f0b9}' => '≠',
        '\u{bb}' | '\u{f0bb}' => '≈',
        '\u{b7}' | '\u{f0b7}' => '\u{2022}',
        '\u{ac}' | '\u{f0ac}' => '←',
        '\u{ad}' | '\u{f0ad}' => '↑',
        '\u{ae}' | '\u{f0ae}' => '→',
        '\u{af}' | '\u{f0af}' => '↓',
        '\u{a5}' | '\u{f0a5}' => '∞',
        // As Word keeps it: the same letters in the private area.
        '\u{f06d}' => 'μ',
        '\u{f061}' => 'α',
        '\u{f062}' => 'β',
        '\u{f067}' => 'γ',
        '\u{f064}' => 'δ',
        '\u{f044}' => 'Δ',
        // What is above ASCII by itself says what it is.
        '\u{0100}'..='\u{d7ff}' | '\u{f900}'..='\u{10ffff}' => sign,
        _ => '\u{fffd}',
    }
}

/// The signs of Wingdings that letters use as bullets and boxes; the others are shown as unknown.
const fn picture(sign: char) -> char {
    match sign {
        ' ' | '\n' | '\u{a0}' => sign,
        'l' | 'n' | '\u{a7}' | '\u{b7}' | '\u{f06c}' | '\u{f06e}' | '\u{f0a7}' | '\u{f0b7}' => '\u{2022}',
        '\u{fc}' | '\u{f0fc}' => '✓',
        '\u{fb}' | '\u{f0fb}' => '✗',
        '\u{fe}' | '\u{f0fe}' => '☑',
        '\u{fd}' | '\u{f0fd}' => '☒',
        'o' | 'q' | '\u{a8}' | '\u{f06f}' | '\u{f071}' | '\u{f0a8}' => '☐',
        '\u{d8}' | '\u{e0}' | '\u{f0d8}' | '\u{f0e0}' => '→',
        '\u{0100}'..='\u{d7ff}' | '\u{f900}'..='\u{10ffff}' => sign,
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_microgram_is_no_milligram_and_a_cross_no_tick() {
        let shown = |face: &str, text: &str| text.chars().map(|sign| Typeface::of(face).shows(sign)).collect::<String>();
        assert_eq!(shown("Symbol", "m"), "μ");
        assert_eq!(shown("'Symbol'", "\u{a3}5"), "≤5");
        assert_eq!(shown("ABCDEF+SymbolMT", "m"), "μ");
        assert_eq!(shown("Wingdings 2", "\u{fb}\u{fc}Z"), "✗✓\u{fffd}");
        assert_eq!(shown("Segoe UI Symbol", "m"), "m");
        assert_eq!(shown("Arial", "m"), "m");
    }
}
