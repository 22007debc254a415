//! What is shown of texts that others wrote.

/// Whether a character turns the direction in which what follows is read, also beyond its own text.
#[must_use]
pub const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What to do about the first sign of a text that cannot be kept, with its number, and after which word it stands; `None` where every
/// sign can. A new line can where the text has lines. Emoji, accents and every script can, also one that is written from right to left.
#[must_use]
pub fn refused(text: &str, lines: bool) -> Option<String> {
    let (at, sign) = text.char_indices().find(|(_, c)| turns(*c) || (c.is_control() && !(lines && *c == '\n')))?;
    let what = match sign {
        '\n' | '\r' => "the new line".to_owned(),
        '\t' => "the tab".to_owned(),
        _ if turns(sign) => format!("the hidden mark that turns the writing round (U+{:04X})", u32::from(sign)),
        _ => format!("the mark that cannot be shown (U+{:04X})", u32::from(sign)),
    };
    let before = text.get(..at).unwrap_or_default().split_whitespace().next_back();
    Some(match before {
        Some(word) => format!("Take out {what} after \u{201c}{}\u{201d}", word.chars().take(30).collect::<String>()),
        None => format!("Take out {what} at the beginning"),
    })
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

    #[test]
    fn what_cannot_be_kept_is_named_with_its_place_and_every_script_can() {
        let turned = "Take out the hidden mark that turns the writing round (U+202E) after \u{201c}5\u{201d}";
        assert_eq!(refused("Take 5 \u{202e}51 mg", true).as_deref(), Some(turned));
        assert_eq!(refused("\u{7}x", true).as_deref(), Some("Take out the mark that cannot be shown (U+0007) at the beginning"));
        assert_eq!(refused("a\nb\tc", true).as_deref(), Some("Take out the tab after \u{201c}b\u{201d}"));
        assert_eq!(refused("a\nb", false).as_deref(), Some("Take out the new line after \u{201c}a\u{201d}"));
        // Emoji of several signs, Hebrew and Arabic alone and beside Latin letters, and the marks that join or steer within a word.
        for kept in [
            "\u{1f469}\u{200d}\u{2695}\u{fe0f} \u{1f44d}\u{1f3fd}",
            "\u{5de}\u{5e8}\u{5d9}\u{5dd}",
            "\u{645}\u{631}\u{64a}\u{645}",
            "Sam \u{5de}\u{5e8}\u{200f} 5 mg",
            "Zo\u{eb}",
        ] {
            assert_eq!(refused(kept, false), None, "{kept}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_refused_where_a_sign_of_it_is_and_nowhere_else(text in "[a-c\n\t\u{5d0}-\u{5ea}\u{202a}-\u{202e}\u{2066}-\u{2069} ]{0,8}", lines in any::<bool>()) {
            let unfit = text.chars().any(|c| turns(c) || c == '\t' || (c == '\n' && !lines));
            prop_assert_eq!(refused(&text, lines).is_some(), unfit);
        }

        #[test]
        fn nothing_is_left_that_turns_or_cannot_be_shown(text in "[a-c\n\t\u{202a}-\u{202e}\u{2066}-\u{2069} ]{0,30}", most in 0_usize..40) {
            let shown = line(&text, most);
            prop_assert!(shown.chars().count() <= most && !shown.contains(|c: char| c.is_control() || turns(c)));
            prop_assert_eq!(line(&shown, most), shown);
        }
    }
}
