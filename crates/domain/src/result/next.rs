//! What comes after a result, from what the record holds and nothing else: who wrote about it, whether more of it is to come, what is
//! ordered, what is booked. What the value says plays no part in it.

/// A blood pressure, as a kind of an entry.
pub const BLOOD_PRESSURE: &str = "Blood pressure";
/// What is measured of a body, such as a weight.
pub const MEASUREMENT: &str = "Measurement";
/// What was answered.
pub const QUESTIONNAIRE: &str = "Questionnaire";
/// How somebody lives.
pub const LIFESTYLE: &str = "Lifestyle";
/// What was found by looking at somebody.
pub const EXAMINATION: &str = "Examination";
/// A test that was asked for.
pub const ORDER: &str = "Test ordered";
/// What a clinician wrote with a result, as a detail of an entry.
pub const NOTES: &str = "Notes";
/// What a report comes to, as a detail of an entry.
pub const CONCLUSION: &str = "Conclusion";

/// Whether a result of this kind is measured or asked on a visit: whoever did it says there what comes next.
#[must_use]
pub fn is_of_a_visit(kind: &str) -> bool {
    [BLOOD_PRESSURE, MEASUREMENT, QUESTIONNAIRE, LIFESTYLE, EXAMINATION].contains(&kind)
}

/// Whether a kind is a test that was asked for, planned or only suggested: no result of one.
#[must_use]
pub fn is_request(kind: &str) -> bool {
    [ORDER, "Test planned", "Test suggested", "Test that is not to be done"].contains(&kind)
}

/// Whether a detail of this name is what a clinician wrote with a result.
#[must_use]
pub fn is_written(label: &str) -> bool {
    [NOTES, CONCLUSION].contains(&label)
}

/// What is older than so many days is history: nobody is told to ask about it.
pub const OLD_DAYS: i64 = 365;

/// How far a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is ordered, and not back.
    ToCome,
    /// Some of it is still to come.
    Partly,
    /// It is early and may change.
    Early,
    /// It is whole.
    Whole,
    /// It was changed after it was first sent.
    Changed,
}

/// How far a result or an order of this status is (FHIR R4, the statuses of an observation, a report and a request); `None` for what is
/// called off, and for an order that is answered: its result says what comes next.
#[must_use]
pub fn stage(status: Option<&str>, answered: bool) -> Option<Stage> {
    Some(match status {
        None | Some("final" | "available") => Stage::Whole,
        Some("registered") => Stage::ToCome,
        Some("active") if !answered => Stage::ToCome,
        Some("partial") => Stage::Partly,
        Some("preliminary") => Stage::Early,
        Some("amended" | "corrected" | "appended") => Stage::Changed,
        Some(_) => return None,
    })
}

/// What the record holds about what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// How far it is.
    pub stage: Stage,
    /// Somebody who gives care wrote about it, here or in what was sent.
    pub written: bool,
    /// The same test is ordered again and not back.
    pub ordered: bool,
    /// A visit with whoever sent it is coming up.
    pub visit: bool,
    /// It is older than [`OLD_DAYS`].
    pub old: bool,
}

/// One thing to know or to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read what was written about it.
    Read,
    /// It is to come: nothing to do but to wait, or to ask where it takes longer than was said.
    Wait,
    /// It should have come long ago: ask.
    Overdue,
    /// The rest is to come.
    WaitForRest,
    /// It may change.
    MayChange,
    /// It was changed: what was read before may be wrong.
    Changed,
    /// The test was asked for again.
    Ordered,
    /// There is a visit at which it can be asked about.
    Visit,
    /// Nothing says what comes next: ask whoever asked for the test.
    Ask,
    /// What to do when one is worried or unwell.
    Worried,
}

/// What to say, in the order in which to say it; nothing of what is history and of which the record holds nothing.
#[must_use]
pub fn steps(held: Held) -> Vec<Step> {
    let Held { stage, written, ordered, visit, old } = held;
    let so_far = match (stage, old) {
        (Stage::ToCome, false) => Some(Step::Wait),
        (Stage::ToCome, true) => Some(Step::Overdue),
        (Stage::Partly, _) => Some(Step::WaitForRest),
        (Stage::Early, _) => Some(Step::MayChange),
        (Stage::Changed, _) => Some(Step::Changed),
        (Stage::Whole, _) => None,
    };
    // A visit may be about something else: it says nothing of this result.
    let nothing_said = stage != Stage::ToCome && !written && !ordered;
    let all = [
        written.then_some(Step::Read),
        so_far,
        ordered.then_some(Step::Ordered),
        (visit && !old).then_some(Step::Visit),
        (nothing_said && !old).then_some(Step::Ask),
        (!old).then_some(Step::Worried),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [Stage; 5] = [Stage::ToCome, Stage::Partly, Stage::Early, Stage::Whole, Stage::Changed];

    fn held(stage: Stage, written: bool, ordered: bool, visit: bool, old: bool) -> Held {
        Held { stage, written, ordered, visit, old }
    }

    #[test]
    fn each_case_says_what_the_record_holds() {
        use Step::{Ask, Changed, MayChange, Ordered, Overdue, Read, Visit, Wait, WaitForRest, Worried};
        let table: &[(Held, &[Step])] = &[
            (held(Stage::Whole, false, false, false, false), &[Ask, Worried]),
            (held(Stage::Whole, true, false, false, false), &[Read, Worried]),
            (held(Stage::Whole, false, true, false, false), &[Ordered, Worried]),
            (held(Stage::Whole, false, false, true, false), &[Visit, Ask, Worried]),
            (held(Stage::Whole, true, true, true, false), &[Read, Ordered, Visit, Worried]),
            (held(Stage::Whole, false, false, false, true), &[]),
            (held(Stage::Whole, true, false, false, true), &[Read]),
            (held(Stage::Whole, false, false, true, true), &[]),
            (held(Stage::ToCome, false, false, true, true), &[Overdue]),
            (held(Stage::ToCome, false, false, false, false), &[Wait, Worried]),
            (held(Stage::ToCome, false, false, false, true), &[Overdue]),
            (held(Stage::Partly, false, false, false, false), &[WaitForRest, Ask, Worried]),
            (held(Stage::Early, true, false, false, false), &[Read, MayChange, Worried]),
            (held(Stage::Changed, false, false, false, false), &[Changed, Ask, Worried]),
        ];
        for (held, said) in table {
            assert_eq!(steps(*held), *said, "{held:?}");
        }
    }

    #[test]
    fn whatever_is_held_nobody_who_is_worried_is_left_alone() {
        for stage in STAGES {
            for bits in 0..16_u8 {
                let held = held(stage, bits & 1 > 0, bits & 2 > 0, bits & 4 > 0, bits & 8 > 0);
                let said = steps(held);
                assert_eq!(said.last() == Some(&Step::Worried), !held.old, "{held:?}");
                assert_eq!(said.contains(&Step::Read), held.written, "{held:?}");
                assert_eq!(said.contains(&Step::Visit), held.visit && !held.old, "{held:?}");
                let knows = held.written || held.ordered || stage == Stage::ToCome;
                assert_eq!(said.contains(&Step::Ask), !knows && !held.old, "{held:?}");
            }
        }
    }

    #[test]
    fn what_is_done_on_a_visit_is_told_from_what_a_laboratory_sends() {
        assert!(["Blood pressure", "Measurement", "Questionnaire", "Lifestyle", "Examination"].into_iter().all(is_of_a_visit));
        assert!(!["Test result", "Scan finding", "Result", "Lab report", "Test ordered"].into_iter().any(is_of_a_visit));
        assert!([ORDER, "Test planned", "Test suggested", "Test that is not to be done"].into_iter().all(is_request));
        assert!(!["Test result", "Lab report", LIFESTYLE].into_iter().any(is_request));
        assert!(is_written("Notes") && is_written("Conclusion") && !is_written("Sample"));
    }

    #[test]
    fn what_is_called_off_or_answered_says_nothing_of_its_own() {
        for (status, answered, is) in [
            (None, false, Some(Stage::Whole)),
            (Some("final"), false, Some(Stage::Whole)),
            (Some("active"), false, Some(Stage::ToCome)),
            (Some("active"), true, None),
            (Some("registered"), false, Some(Stage::ToCome)),
            (Some("partial"), false, Some(Stage::Partly)),
            (Some("preliminary"), false, Some(Stage::Early)),
            (Some("corrected"), false, Some(Stage::Changed)),
            (Some("cancelled"), false, None),
            (Some("completed"), true, None),
        ] {
            assert_eq!(stage(status, answered), is, "{status:?} {answered}");
        }
    }
}
