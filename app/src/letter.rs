//! What the letter with which somebody opens their record says: the same on screen, on paper and as a PDF.

/// Its title.
pub const TITLE: &str = "Your letter to see your health record";
/// Why they get it.
pub const CHECKED: &str = "We have checked who you are. You can now see your health record online with Selfheal.";
/// The first step, up to the address and after it.
pub const GO_TO: [&str; 2] = ["Go to ", " and set up your account."];
/// The second step.
pub const TYPE_IN: &str =
    "When you are asked to link your record, type in what is in this letter, with your date of birth and last name.";
/// Before the NHS number.
pub const NUMBER: &str = "NHS number";
/// Before the code.
pub const CODE: &str = "Your code";
/// Before the time at which the code ends.
pub const UNTIL: &str = "The code works until";
/// How to keep the code safe.
pub const SECRET: &str = "The code works once. Do not give it to anybody else, also not to somebody who helps you.";
/// Where there is help.
pub const HELP: &str = "If you need help, or this letter in large print, ask us.";

/// Where an account is set up.
#[must_use]
pub fn register(letter: &service::Letter) -> String {
    format!("{}/register", letter.address)
}

/// The NHS number, never broken across lines.
#[must_use]
pub fn number(letter: &service::Letter) -> String {
    letter.nhs_number.replace(' ', "\u{a0}")
}
