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
/// A test that is planned and not ordered.
pub const PLANNED: &str = "Test planned";
/// A test that was only suggested.
pub const SUGGESTED: &str = "Test suggested";
/// A test that nobody is to do.
pub const NOT_TO_BE_DONE: &str = "Test that is not to be done";
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
    [ORDER, PLANNED, SUGGESTED, NOT_TO_BE_DONE].contains(&kind)
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
    /// It is planned, and not ordered.
    Planned,
    /// It was only suggested.
    Suggested,
    /// Some of it is still to come.
    Partly,
    /// It is early and may change.
    Early,
    /// It is whole.
    Whole,
    /// It was changed after it was first sent.
    Changed,
}

/// How far a result or an order of this kind and status is (FHIR R4, the statuses of an observation, a report and a request); `None` for
/// what is called off or not to be done, and for an order that is answered: its result says what comes next.
#[must_use]
pub fn stage(kind: &str, status: Option<&str>, answered: bool) -> Option<Stage> {
    let stage = match status {
        None | Some("final" | "available") => Stage::Whole,
        Some("registered") => Stage::ToCome,
        Some("active") if !answered => Stage::ToCome,
        Some("partial") => Stage::Partly,
        Some("preliminary") => Stage::Early,
        Some("amended" | "corrected" | "appended") => Stage::Changed,
        Some(_) => return None,
    };
    match (kind, stage) {
        (NOT_TO_BE_DONE, _) => None,
        (PLANNED, Stage::ToCome) => Some(Stage::Planned),
        (SUGGESTED, Stage::ToCome) => Some(Stage::Suggested),
        (_, stage) => Some(stage),
    }
}

/// Whether the same test is ordered again and not back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It is not.
    No,
    /// It is.
    Ordered,
    /// It was, more than [`OLD_DAYS`] ago: it is not to come, but missing.
    LongAgo,
}

/// What the record holds about what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// How far it is.
    pub stage: Stage,
    /// Somebody who gives care wrote about it, here or in what was sent.
    pub written: bool,
    /// Whether the same test is ordered again and not back.
    pub ordered: Again,
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
    /// Read what was written of a test that has no result yet.
    ReadOfOrder,
    /// Read what was written about it long ago: it asks for nothing any more.
    ReadOfOld,
    /// It is to come: nothing to do but to wait, or to ask where it takes longer than was said.
    Wait,
    /// It is to come, and may not have been taken yet: a visit with whoever asked for it is still to come.
    WaitForVisit,
    /// It should have come long ago: ask.
    Overdue,
    /// It is only planned: ask where nobody says when.
    Planned,
    /// It was planned long ago: ask.
    PlannedLongAgo,
    /// It was only suggested: ask.
    Suggested,
    /// The rest is to come.
    WaitForRest,
    /// The rest should have come long ago: ask.
    RestOverdue,
    /// It may change.
    MayChange,
    /// It should have become final long ago: ask.
    NeverFinal,
    /// It was changed: what was read before may be wrong.
    Changed,
    /// The test was asked for again.
    Ordered,
    /// The test was asked for again long ago, and never came: ask.
    OrderedLongAgo,
    /// There is a visit at which it can be asked about.
    Visit,
    /// Nothing says what comes next: ask whoever asked for the test.
    Ask,
    /// Something is still to come, but nothing says what it means: whoever does not want to wait for that asks.
    AskAlready,
    /// A visit is coming up, which may be about something else, and nothing says what it means: ask before it.
    AskBeforeVisit,
    /// What to do when one is worried or unwell.
    Worried,
}

/// What to say, in the order in which to say it; nothing of what is history and of which the record holds nothing. No step says that
/// nothing is known beside one that says what is to come, and none calls to come what is long over.
#[must_use]
pub fn steps(held: Held) -> Vec<Step> {
    let Held { stage, written, ordered, visit, old } = held;
    let is_request = matches!(stage, Stage::ToCome | Stage::Planned | Stage::Suggested);
    let read = match (is_request, old) {
        (true, _) => Step::ReadOfOrder,
        (false, true) => Step::ReadOfOld,
        (false, false) => Step::Read,
    };
    let so_far = match (stage, old) {
        (Stage::ToCome, false) if visit => Some(Step::WaitForVisit),
        (Stage::ToCome, false) => Some(Step::Wait),
        (Stage::ToCome, true) => Some(Step::Overdue),
        (Stage::Planned, false) => Some(Step::Planned),
        (Stage::Planned, true) => Some(Step::PlannedLongAgo),
        (Stage::Suggested, false) => Some(Step::Suggested),
        (Stage::Partly, false) => Some(Step::WaitForRest),
        (Stage::Partly, true) => Some(Step::RestOverdue),
        (Stage::Early, false) => Some(Step::MayChange),
        (Stage::Early, true) => Some(Step::NeverFinal),
        (Stage::Changed, _) => Some(Step::Changed),
        (Stage::Whole, _) | (Stage::Suggested, true) => None,
    };
    let ordered_again = match ordered {
        Again::No => None,
        Again::Ordered => Some(Step::Ordered),
        Again::LongAgo => Some(Step::OrderedLongAgo),
    };
    // A visit may be about something else: it says nothing of this result.
    let nothing_said = !is_request && !written && ordered == Again::No;
    let ask = match stage {
        _ if visit => Step::AskBeforeVisit,
        Stage::Partly | Stage::Early => Step::AskAlready,
        _ => Step::Ask,
    };
    let all = [
        written.then_some(read),
        so_far,
        ordered_again,
        (visit && !old && stage != Stage::ToCome).then_some(Step::Visit),
        (nothing_said && !old).then_some(ask),
        (!old).then_some(Step::Worried),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: [Stage; 7] =
        [Stage::ToCome, Stage::Planned, Stage::Suggested, Stage::Partly, Stage::Early, Stage::Whole, Stage::Changed];
    const AGAIN: [Again; 3] = [Again::No, Again::Ordered, Again::LongAgo];

    fn held(stage: Stage, written: bool, ordered: Again, visit: bool, old: bool) -> Held {
        Held { stage, written, ordered, visit, old }
    }

    /// Everything that can be held.
    fn all() -> Vec<Held> {
        let bits = |bits: u8| (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0);
        let of = |stage, again| (0..8).map(bits).map(move |(written, visit, old)| held(stage, written, again, visit, old));
        STAGES.into_iter().flat_map(|stage| AGAIN.into_iter().flat_map(move |again| of(stage, again))).collect()
    }

    #[test]
    fn each_case_says_what_the_record_holds() {
        use Step::{
            Ask, AskAlready, AskBeforeVisit, Changed, MayChange, NeverFinal, Ordered, OrderedLongAgo, Overdue, Planned,
            PlannedLongAgo, Read, ReadOfOld, ReadOfOrder, RestOverdue, Suggested, Visit, Wait, WaitForRest, WaitForVisit,
            Worried,
        };
        let no = Again::No;
        let table: &[(Held, &[Step])] = &[
            (held(Stage::Whole, false, no, false, false), &[Ask, Worried]),
            (held(Stage::Whole, true, no, false, false), &[Read, Worried]),
            (held(Stage::Whole, false, Again::Ordered, false, false), &[Ordered, Worried]),
            (held(Stage::Whole, false, no, true, false), &[Visit, AskBeforeVisit, Worried]),
            (held(Stage::Early, false, no, true, false), &[MayChange, Visit, AskBeforeVisit, Worried]),
            (held(Stage::Whole, true, Again::Ordered, true, false), &[Read, Ordered, Visit, Worried]),
            (held(Stage::Whole, false, no, false, true), &[]),
            (held(Stage::Whole, true, no, false, true), &[ReadOfOld]),
            (held(Stage::Whole, false, no, true, true), &[]),
            (held(Stage::Whole, false, Again::Ordered, false, true), &[Ordered]),
            (held(Stage::Whole, false, Again::LongAgo, false, true), &[OrderedLongAgo]),
            (held(Stage::ToCome, false, no, true, true), &[Overdue]),
            (held(Stage::ToCome, false, no, false, false), &[Wait, Worried]),
            (held(Stage::ToCome, true, no, false, false), &[ReadOfOrder, Wait, Worried]),
            (held(Stage::ToCome, false, no, true, false), &[WaitForVisit, Worried]),
            (held(Stage::Planned, false, no, true, false), &[Planned, Visit, Worried]),
            (held(Stage::ToCome, false, no, false, true), &[Overdue]),
            (held(Stage::Planned, false, no, false, false), &[Planned, Worried]),
            (held(Stage::Planned, false, no, false, true), &[PlannedLongAgo]),
            (held(Stage::Suggested, false, no, false, false), &[Suggested, Worried]),
            (held(Stage::Suggested, false, no, false, true), &[]),
            (held(Stage::Partly, false, no, false, false), &[WaitForRest, AskAlready, Worried]),
            (held(Stage::Partly, false, no, false, true), &[RestOverdue]),
            (held(Stage::Early, true, no, false, false), &[Read, MayChange, Worried]),
            (held(Stage::Early, false, no, false, false), &[MayChange, AskAlready, Worried]),
            (held(Stage::Early, true, no, false, true), &[ReadOfOld, NeverFinal]),
            (held(Stage::Changed, false, no, false, false), &[Changed, Ask, Worried]),
        ];
        for (held, said) in table {
            assert_eq!(steps(*held), *said, "{held:?}");
        }
    }

    #[test]
    fn whatever_is_held_nobody_who_is_worried_is_left_alone() {
        for held in all() {
            let said = steps(held);
            assert_eq!(said.last() == Some(&Step::Worried), !held.old, "{held:?}");
            let reads = [Step::Read, Step::ReadOfOrder, Step::ReadOfOld];
            assert_eq!(said.iter().filter(|step| reads.contains(step)).count(), usize::from(held.written), "{held:?}");
            let visits = [Step::Visit, Step::WaitForVisit];
            assert_eq!(
                said.iter().filter(|step| visits.contains(step)).count(),
                usize::from(held.visit && !held.old),
                "{held:?}"
            );
            assert!(!(held.visit && said.contains(&Step::Wait)), "{held:?}: it may not have been taken yet");
            let is_request = matches!(held.stage, Stage::ToCome | Stage::Planned | Stage::Suggested);
            let knows = held.written || held.ordered != Again::No || is_request;
            let asks = [Step::Ask, Step::AskAlready, Step::AskBeforeVisit];
            assert_eq!(said.iter().any(|step| asks.contains(step)), !knows && !held.old, "{held:?}");
            assert_eq!(said.contains(&Step::AskBeforeVisit), !knows && !held.old && held.visit, "{held:?}");
        }
    }

    #[test]
    fn nothing_is_said_to_be_unknown_beside_what_is_to_come_and_nothing_long_over_is_to_come() {
        let to_come = [
            Step::Wait,
            Step::WaitForVisit,
            Step::Planned,
            Step::Suggested,
            Step::WaitForRest,
            Step::MayChange,
            Step::Ordered,
            Step::Visit,
        ];
        for held in all() {
            let said = steps(held);
            let comes = said.iter().any(|step| to_come.contains(step));
            assert!(!(comes && said.contains(&Step::Ask)), "{held:?}: {said:?}");
            // What was ordered again later is to come, however old the result is.
            let of_itself = said.iter().any(|step| *step != Step::Ordered && to_come.contains(step));
            assert!(!(of_itself && held.old), "{held:?}: {said:?}");
        }
    }

    #[test]
    fn what_is_done_on_a_visit_is_told_from_what_a_laboratory_sends() {
        assert!(["Blood pressure", "Measurement", "Questionnaire", "Lifestyle", "Examination"].into_iter().all(is_of_a_visit));
        assert!(!["Test result", "Scan finding", "Result", "Lab report", "Test ordered"].into_iter().any(is_of_a_visit));
        assert!([ORDER, PLANNED, SUGGESTED, NOT_TO_BE_DONE].into_iter().all(is_request));
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
            assert_eq!(stage("Test result", status, answered), is, "{status:?} {answered}");
            assert_eq!(stage(NOT_TO_BE_DONE, status, answered), None, "{status:?} {answered}");
        }
        for (kind, is) in [(ORDER, Stage::ToCome), (PLANNED, Stage::Planned), (SUGGESTED, Stage::Suggested)] {
            assert_eq!(stage(kind, Some("active"), false), Some(is), "{kind}");
            assert_eq!(stage(kind, Some("active"), true), None, "{kind}");
        }
    }
}
