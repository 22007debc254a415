//! What is shown of texts that others wrote.

/// Whether a character turns the direction in which what follows is read, also beyond its own text.
#[must_use]
pub const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text on one line, without what cannot be shown or turns what stands around it, cut to this many characters.
#[must_use]
pub fn line(text: &str, most: usize) -> String {
    let plain = text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c });
    plain.take(most).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_turns_is_left_out_and_a_new_line_is_a_space() {
        assert_eq!(line(" Ramipril\u{202e} 5\u{2066}mg\ncapsules ", 300), "Ramipril 5mg capsules");
        assert_eq!(line("Ramipril 5mg", 9), "Ramipril");
    }

    proptest! {
        #[test]
        fn nothing_is_left_that_turns_or_cannot_be_shown(text in "[a-c\n\t\u{202a}-\u{202e}\u{2066}-\u{2069} ]{0,30}", most in 0_usize..40) {
            let shown = line(&text, most);
            prop_assert!(shown.chars().count() <= most && !shown.contains(|c: char| c.is_control() || turns(c)));
            prop_assert_eq!(line(&shown, most), shown);
        }
    }
}
