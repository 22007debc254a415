//! The letter about a mistake, for an organisation where nobody reads reports: what it says, and what is written down of it.

use super::mistakes::mistake_page;
use crate::forms::FormState;
use crate::ui::{Button, Choice, DateInput, Form, Radios, Section, TextArea};
use crate::whose::Whose;
use chrono::Months;
use domain::correction::{Act, State};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{CorrectionLetter, CorrectionPage};

/// What the letter is called.
pub(crate) const TITLE: &str = "A mistake in a health and care record";
/// Where somebody complains who got no answer.
const COMMISSIONER: &str = "https://ico.org.uk/make-a-complaint/";

/// Where the letter is fetched, and where it is written down what came of it.
pub(crate) fn letter_page(page: &CorrectionPage) -> String {
    format!("{}/letter", mistake_page(page.correction.id))
}

/// A text of several lines behind its name, a paragraph for each line.
fn lines(name: &str, text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate();
    lines.map(|(at, line)| if at == 0 { format!("{name}: {line}") } else { line.to_owned() }).collect()
}

/// Its paragraphs. The rights that it names are those of articles 12, 16 and 19 of the UK GDPR.
pub(crate) fn words(page: &CorrectionPage, letter: &CorrectionLetter) -> Vec<String> {
    let one = &page.correction;
    let mut all = vec![format!("To: {}", one.organisation), day_in_words(letter.day), format!("Name: {}", letter.name)];
    all.extend(letter.birth_date.map(|day| format!("Date of birth: {}", day_in_words(day))));
    all.extend(letter.nhs_number.as_ref().map(|number| format!("NHS number: {number}")));
    if !letter.address.is_empty() {
        all.push(format!("Address: {}", letter.address.join(", ")));
    }
    if !letter.phones.is_empty() {
        all.push(format!("Phone: {}", letter.phones.join(" or ")));
    }
    if !letter.email.is_empty() {
        all.push(format!("Email: {}", letter.email));
    }
    let sent = if letter.by_carer {
        format!("I act by law for {}. You sent an entry to their health and care record that is wrong.", letter.name)
    } else {
        "You sent an entry to my health and care record that is wrong.".to_owned()
    };
    all.push(format!("{sent} Under article 16 of the UK GDPR, please put it right without undue delay."));
    let happened = letter.happened.map(|when| when.in_words());
    let entry: Vec<String> = [Some(letter.entry.clone()), letter.value.clone(), happened].into_iter().flatten().collect();
    all.push(format!("The entry: {}", entry.join(", ")));
    if page.changed {
        let on = day_in_words(london_day(one.reported_at));
        all.push(format!(
            "You have sent a newer version of the entry since {on}, when I wrote down what is wrong. Please check whether it is right now."
        ));
    }
    all.extend(lines("What is wrong", &one.wrong));
    all.extend(lines("What it should say", &one.should_say));
    all.extend(lines("Why", &one.why));
    all.push(
        "Please answer within one month of getting this letter, as article 12 of the UK GDPR says. If you do not put it right, please \
         write to me why, and how I can complain."
            .to_owned(),
    );
    all.push("Please also tell everybody to whom you sent the wrong entry, as article 19 of the UK GDPR says.".to_owned());
    all.push("Yours faithfully".to_owned());
    all.push("Signed: ______________________________".to_owned());
    all
}

/// The letter and what is written down of it, while it is to be sent or answered.
pub(crate) fn to_send(page: &CorrectionPage, form: &FormState, submission: String, whose: &Whose) -> Option<AnyView> {
    let organisation = page.correction.organisation.clone();
    let (before, act) = match page.correction.state {
        State::ToSend => (how_to_send(&organisation), sent(page, form, submission)),
        State::ByLetter => (when_to_ask(page), heard(page, form, submission)),
        _ => return None,
    };
    Some(view! { {before} {act} {the_letter(page, whose)} }.into_any())
}

fn how_to_send(organisation: &str) -> AnyView {
    let first = format!(
        "Nobody at {organisation} reads reports in Selfheal. Print the letter below, sign it, and post it or hand it in. They must \
         look at it: it is your right.",
    );
    let later = format!(
        "Nothing is sent by itself. That stays so if somebody at {organisation} reads reports here later. Then you can take this one \
         back, and report it again.",
    );
    view! {
        <div class="sh-screen-only">
            <Section title="Send the letter yourself">
                <p>{first}</p>
                <p>{later}</p>
            </Section>
        </div>
    }
    .into_any()
}

fn when_to_ask(page: &CorrectionPage) -> AnyView {
    let by = page.sent_on.and_then(|day| day.checked_add_months(Months::new(1)));
    let by = by.map_or_else(|| "after a month".to_owned(), |day| format!("by {}", day_in_words(day)));
    let ask = format!("If you have heard nothing {by}, ring them and ask.");
    view! {
        <Section title="When they answer">
            <p>
                "They have one month to answer, from the day they get the letter. They can take 2 months more if it is hard, but must \
                 tell you so in the first month."
            </p>
            <p>
                {ask} " If they do not answer, or you do not agree with them, you can " <a href=COMMISSIONER rel="noreferrer">
                    "complain to the Information Commissioner"
                </a> "."
            </p>
        </Section>
    }
    .into_any()
}

/// The form that says on which day it was sent.
fn sent(page: &CorrectionPage, form: &FormState, submission: String) -> AnyView {
    let (action, version) = (letter_page(page), page.correction.version.to_string());
    let (error, value) = (form.error("sent"), form.date("sent"));
    view! {
        <Section title="When you have sent it">
            <Form action=action submission=submission>
                <input type="hidden" name="act" value=Act::Post.code() />
                <input type="hidden" name="version" value=version />
                <DateInput id="sent" legend_text="When did you send it?" hint="For example, 27 3 2026" error=error value=value />
                <Button>"I have sent it"</Button>
            </Form>
        </Section>
    }
    .into_any()
}

/// The form that says what they answered.
fn heard(page: &CorrectionPage, form: &FormState, submission: String) -> AnyView {
    let (action, version) = (letter_page(page), page.correction.version.to_string());
    let choices = vec![
        Choice::new(Act::HearCorrected.code(), "They corrected it"),
        Choice::new(Act::HearDeclined.code(), "They said no").hint("Write the reason they gave"),
    ];
    let (wrong, value) = (form.error("act"), form.value("act"));
    let (wrong_words, typed) = (form.error("words"), form.value("words"));
    view! {
        <Section title="What they said">
            <Form action=action submission=submission>
                <input type="hidden" name="version" value=version />
                <Radios id="act" legend_text="What did they say?" choices=choices error=wrong value=value />
                <TextArea id="words" label="What did they write or tell you?" error=wrong_words value=typed rows=3 />
                <Button>"Save what they said"</Button>
            </Form>
        </Section>
    }
    .into_any()
}

fn the_letter(page: &CorrectionPage, whose: &Whose) -> AnyView {
    let Some(letter) = &page.letter else {
        return view! {
            <Section title="The letter">
                <p>"The entry is not shown now, so there is no letter."</p>
            </Section>
        }
        .into_any();
    };
    let paragraphs = words(page, letter).into_iter().map(|line| view! { <p><bdi>{line}</bdi></p> }).collect_view();
    let missing = letter.address.is_empty().then(|| {
        if whose.is_another() {
            view! { <p>"It has no address. Write by hand where they can answer you."</p> }.into_any()
        } else {
            view! {
                <p>
                    "It has no address. Add yours in " <a href="/account/details">"how to reach you"</a>
                    ", or write it in by hand."
                </p>
            }
            .into_any()
        }
    });
    let file = letter_page(page);
    view! {
        <Section title="The letter">
            <p class="sh-screen-only"><a href=file>"Download the letter to print (PDF)"</a></p>
            <p>"Read it before you sign it. What cannot be printed, such as emoji, is left out of the PDF."</p>
            {missing}
            <div class="nhsuk-inset-text">{paragraphs}</div>
        </Section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_several_lines_is_a_paragraph_for_each() {
        assert_eq!(lines("Why", "One\n\n two "), ["Why: One", "two"]);
        assert_eq!(lines("Why", " \n"), Vec::<String>::new());
    }
}
