//! Easy words of what people do: each act in short steps, with a picture beside each of them. Whatever the usual words of a page
//! say of danger, of whom to ring and of when, these say too.

use super::is_on;
use crate::ui::{Icon, IconName};
use leptos::prelude::*;

/// One thing to do or to know: its picture, and a few short sentences.
pub(crate) type Step = (IconName, &'static str);

/// Steps, a picture beside each; nothing for whoever reads the usual words. On paper nothing is to be done.
pub(crate) fn steps(steps: &[Step]) -> Option<AnyView> {
    is_on().then(|| {
        let items = steps.iter().map(|&(name, words)| view! { <li><Icon name=name /> <span>{words}</span></li> }).collect_view();
        view! { <ul class="sh-easy-steps sh-screen-only" role="list">{items}</ul> }.into_any()
    })
}

/// Whom to ring where it cannot wait, after that nobody `looks`.
pub(crate) fn help(looks: &'static str) -> AnyView {
    view! {
        <ul class="sh-easy-steps" role="list">
            <li><Icon name=IconName::Eye /> <span>{looks}</span></li>
            <li><Icon name=IconName::Phone /> <span>{ILL} " " <a href="tel:111">"111"</a> "."</span></li>
            <li><Icon name=IconName::Alert /> <span>{EMERGENCY} " " <a href="tel:999">"999"</a> "."</span></li>
        </ul>
    }
    .into_any()
}

/// What stands before the numbers of [`help`].
const ILL: &str = "Do you feel ill? Call";
const EMERGENCY: &str = "Is it an emergency? Call";
/// That nobody looks while a reading is written, at readings at all, or at a note.
pub(crate) const NOBODY_LOOKS_YET: &str = "Nobody looks at this while you write.";
pub(crate) const NOBODY_LOOKS: &str = "Nobody keeps watch on what is here. Your care team can look when they see you.";
pub(crate) const NOBODY_READS: &str = "Nobody reads this to see if you are ill.";

/// What is first where a form could not be taken.
pub(crate) const PROBLEM: [Step; 1] = [(IconName::Alert, "Something is missing, or not right. Look at this:")];

/// The readings, of the reader or of somebody whom they look after.
pub(crate) const fn readings(of_another: bool) -> &'static str {
    if of_another {
        "Here you write down how they are. Choose what to write down."
    } else {
        "Here you write down how you are. Choose what to write down."
    }
}
/// What stands below the other ways from the readings.
pub(crate) const WEEKS_CARD: &str = "Measure for some days.";
pub(crate) const GOALS_CARD: &str = "Write what you want to do.";
pub(crate) const SELF_CARE_CARD: &str = "See what can help.";
pub(crate) const QUESTIONNAIRES_CARD: &str = "Answer short questions on health.";
pub(crate) const BMI_CARD: &str = "For adults, from weight and height.";
pub(crate) const IMPORT_CARD: &str = "Take in numbers from a file.";
pub(crate) const DEVICES_CARD: &str = "Let a device send its numbers.";
/// A reading that is a number, and one that is chosen from a list.
pub(crate) const READ_NUMBER: [Step; 3] = [
    (IconName::Eye, "Find the number."),
    (IconName::Pen, "Write each number in its box."),
    (IconName::Done, "Then choose Save."),
];
pub(crate) const CHOOSE_READING: [Step; 3] =
    [(IconName::Eye, "Read the answers."), (IconName::Pen, "Choose one that fits best."), (IconName::Done, "Then choose Save.")];
/// A reading that is kept, and can be changed.
pub(crate) const READING: &str = "This is saved. Is it wrong? Choose Change it.";
/// The page of a measure.
pub(crate) const MEASURE: &str = "The chart shows how it went. Below it is all that was written down.";

/// Ordering medicines, and looking at an order before it goes.
pub(crate) const ORDER: [Step; 3] = [
    (IconName::Pill, "Choose what you need."),
    (IconName::Eye, "Choose Go on. Look at it once more."),
    (IconName::Message, "Then send it."),
];
pub(crate) const CHECK_ORDER: [Step; 3] = [
    (IconName::Eye, "Look: is this what you need?"),
    (IconName::Pen, "Is it wrong? Go back and change it."),
    (IconName::Message, "Is it right? Choose Send the order."),
];
/// What becomes of an order: it is on its way, or it is there.
pub(crate) const ORDER_SENDING: &str = "We wrote it down. We send it to the practice. Look here again later.";
pub(crate) const ORDER_SENT: &str = "The practice looks at it. Then we send you an email.";
pub(crate) const ORDERS: &str = "This is what was asked for. Open one to read more.";

/// Finding a time for an appointment, choosing one, and booking it.
pub(crate) const FIND: [Step; 3] = [
    (IconName::Stethoscope, "Choose what you need."),
    (IconName::Search, "Then choose Show times."),
    (IconName::Clock, "Pick a time. Nothing is booked yet."),
];
pub(crate) const TIMES: [Step; 1] = [(IconName::Clock, "Pick a time. Nothing is booked yet.")];
pub(crate) const KEEP_TIME: &str = "Choose the button. Then we keep this time for you for 5 minutes.";
pub(crate) const BOOK: [Step; 3] = [
    (IconName::Calendar, "Look at the day and the time."),
    (IconName::Pen, "Answer what we ask."),
    (IconName::Done, "Then choose the button to book."),
];
pub(crate) const NOT_QUICK: &str = "Then do not wait for a visit. We tell you what to do.";
/// The page of help where an appointment is not quick enough.
pub(crate) const HELP_NOW: &str = "Do not wait for a visit. Get help now. Nothing was booked.";

/// The timeline, the search and the summary.
pub(crate) const TIMELINE: &str = "This is what was sent here, and own notes. The newest is at the top.";
pub(crate) const ON_TIMELINE: [Step; 2] =
    [(IconName::Search, "Write a word in the box to look for it."), (IconName::Record, "Or open a line to read more.")];
pub(crate) const SEARCH: &str = "Write one word in the box. Then choose Search.";
pub(crate) const SUMMARY: &str = "This is what matters most. Show it to a doctor or nurse.";
/// One test over time.
pub(crate) const TREND: &str = "These are results of one test over time. Ask a doctor what they mean.";

/// Reporting a mistake.
pub(crate) const MISTAKES: &str = "Here is what you said is wrong. Only the place that sent it can change it.";
pub(crate) const REPORT: [Step; 3] = [
    (IconName::Pen, "Write what is wrong."),
    (IconName::Done, "Write what is right, if you know."),
    (IconName::Message, "Then choose Send the report."),
];
pub(crate) const REPORT_BY_LETTER: [Step; 3] = [
    (IconName::Pen, "Write what is wrong."),
    (IconName::Done, "Write what is right, if you know."),
    (IconName::Message, "Then choose Make the letter."),
];
/// Who reads a report, after the name of the place.
pub(crate) const WHO_READS: &str =
    "sent this. What you write goes to them. People who give care there read it. Nothing changes until they send it again.";
/// The same where nobody there reads reports.
pub(crate) const WHO_SENDS: &str = "sent this. Nobody there reads reports here. We make a letter. You send the letter to them.";

/// Own notes.
pub(crate) const NOTES: &str = "These are own notes. No doctor or nurse wrote them. Nobody checks them.";
pub(crate) const NOTE: [Step; 3] = [
    (IconName::Pen, "Write it in your own words."),
    (IconName::Lock, "Choose who can read it."),
    (IconName::Done, "Then choose Save."),
];

/// Guided weeks and questionnaires.
pub(crate) const WEEKS: &str = "Measure for some days. We tell you what to do next.";
pub(crate) const QUESTIONNAIRES: &str = "These are short questions on health. Open one to begin.";
pub(crate) const BEGIN_WEEK: [Step; 3] = [
    (IconName::Eye, "Read how to do it."),
    (IconName::Calendar, "Choose when you begin."),
    (IconName::Done, "Then choose Begin."),
];
pub(crate) const BEGIN_QUESTIONS: [Step; 2] = [(IconName::Eye, "Read what it is for."), (IconName::Done, "Then choose Start.")];
pub(crate) const ANSWER: [Step; 2] =
    [(IconName::Eye, "Read each question."), (IconName::Pen, "Choose or write what is right for you.")];

/// Who may see the record, who may act, and who has looked.
pub(crate) const PEOPLE: &str = "Choose who may help you here, and with what. You can stop it at any time.";
pub(crate) const SERVICES: &str = "Choose who may see what is here. You can change it at any time.";
pub(crate) const LOOKED: &str = "Here you see who opened your record, or changed it.";
pub(crate) const NOT_KNOWN: [Step; 1] = [(IconName::Alert, "Is somebody strange here? You can tell us, below their name.")];

/// What somebody needs, where the reader may say it, or only reads it.
pub(crate) const fn needs(may_change: bool) -> &'static str {
    if may_change {
        "Say once what is needed. All who give care see it first."
    } else {
        "This says what is needed. All who give care see it first."
    }
}
/// How to reach the reader, or somebody whom they look after.
pub(crate) const fn details(of_another: bool) -> &'static str {
    if of_another {
        "Here is how to reach them. It does not change what services wrote."
    } else {
        "Here is how to reach you. It does not change what services wrote."
    }
}
/// How pages look.
pub(crate) const DISPLAY: &str = "Choose how these pages look. Then choose Save.";

/// Where the record comes from, and who sees an entry of it.
pub(crate) const SOURCES: &str = "Each place keeps its own record. We show what it sent.";
pub(crate) const PRIVACY: &str = "You always see it. You choose who else sees it. Nobody is told.";

/// When new results are seen, and one that waits until somebody is ready.
pub(crate) const RESULT_CHOICES: &str = "You choose when you see a result. You choose for each kind.";
pub(crate) const READY: [Step; 3] = [
    (IconName::People, "Ask somebody to be with you."),
    (IconName::Clock, "Pick a time when you feel calm."),
    (IconName::Done, "Are you ready? Choose the button."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reading_age::ease;

    /// The same measure as that of the other easy words.
    #[test]
    fn what_people_do_is_said_in_easy_words() {
        let leads = [
            NOBODY_LOOKS_YET,
            NOBODY_LOOKS,
            NOBODY_READS,
            ILL,
            EMERGENCY,
            readings(false),
            readings(true),
            WEEKS_CARD,
            GOALS_CARD,
            SELF_CARE_CARD,
            QUESTIONNAIRES_CARD,
            BMI_CARD,
            IMPORT_CARD,
            DEVICES_CARD,
            READING,
            MEASURE,
            ORDER_SENDING,
            ORDER_SENT,
            ORDERS,
            KEEP_TIME,
            NOT_QUICK,
            HELP_NOW,
            TIMELINE,
            SEARCH,
            SUMMARY,
            TREND,
            MISTAKES,
            WHO_READS,
            WHO_SENDS,
            NOTES,
            WEEKS,
            QUESTIONNAIRES,
            PEOPLE,
            SERVICES,
            LOOKED,
            needs(false),
            needs(true),
            details(false),
            details(true),
            DISPLAY,
            SOURCES,
            PRIVACY,
            RESULT_CHOICES,
        ];
        let all: [&[Step]; 17] = [
            &PROBLEM,
            &READ_NUMBER,
            &CHOOSE_READING,
            &ORDER,
            &CHECK_ORDER,
            &FIND,
            &TIMES,
            &BOOK,
            &ON_TIMELINE,
            &REPORT,
            &REPORT_BY_LETTER,
            &NOTE,
            &BEGIN_WEEK,
            &BEGIN_QUESTIONS,
            &ANSWER,
            &NOT_KNOWN,
            &READY,
        ];
        let steps = all.into_iter().flatten().map(|(_, words)| *words);
        let names =
            ["medicine", "doctor", "appointment", "pharmacy", "picture", "record", "person", "question", "practice", "emergency"];
        for text in leads.into_iter().chain(steps) {
            let ease = ease(text, &names).unwrap();
            assert!(ease.sentence <= 10.0, "{text}: {} words in a sentence", ease.sentence);
            assert!(text.split_whitespace().count() < 8 || ease.age() <= 9.0, "{text}: {} years", ease.age());
        }
    }
}
