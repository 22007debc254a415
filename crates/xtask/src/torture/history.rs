//! Whether what people did at once can have happened one after the other: linearizability, as Herlihy and Wing define it ("Linearizability:
//! a correctness condition for concurrent objects", 1990).
//!
//! Each time that can be booked, and each medicine that can be ordered, is a register of its own: nobody holds it, or one claim does. An
//! act takes effect at one moment between its invocation and its answer. The search keeps every state that is possible so far, and goes
//! through the invocations and answers in the order of time (Lowe, "Testing for linearizability", 2017).

use std::collections::{BTreeSet, HashSet};

/// More states than this at once are not looked through.
const MOST: usize = 200_000;

/// A booking or an order, as whoever sent it tells it from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// Its number, which no other has.
    pub number: u64,
    /// Who sent it.
    pub owner: u32,
}

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To hold what nobody holds.
    Claim(Claim),
    /// To hold it no more; where it is not held by this claim, nothing changes.
    Release(Claim),
    /// To see who holds it, as this person.
    Look(u32),
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// It is not, because it is held already.
    Refused,
    /// Nobody holds it.
    Free,
    /// Whoever asked holds it.
    Mine,
    /// Somebody else holds it.
    Others,
    /// Nobody knows: whoever was to answer was killed.
    Unknown,
}

/// An act on one register, with its times on one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    /// What was asked.
    pub act: Act,
    /// What was answered.
    pub answer: Answer,
    /// When it was asked.
    pub called: u64,
    /// When it was answered, or after when it cannot take effect any more; `None` where it may at any time.
    pub ended: Option<u64>,
}

/// What came of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is an order in which each act makes sense.
    Linearizable,
    /// There is none: up to this act there was, by its place in the history.
    Broken(usize),
    /// There was too much to look through.
    TooMuch,
}

/// Who holds a register.
type Held = Option<Claim>;

/// A state that is possible so far: who holds the register, and which acts without an answer have taken effect.
type Possible = (Held, BTreeSet<usize>);

/// What an act makes of the register; `None` where its answer does not fit.
fn after(held: Held, op: &Op) -> Option<Held> {
    let (legal, then) = match (op.act, op.answer) {
        (Act::Claim(claim), Answer::Done) => (held.is_none(), Some(claim)),
        (Act::Claim(claim), Answer::Unknown) => (true, held.or(Some(claim))),
        (Act::Claim(_), Answer::Refused) => (held.is_some(), held),
        (Act::Release(claim), Answer::Done | Answer::Unknown) => (true, held.filter(|one| *one != claim)),
        (Act::Look(owner), Answer::Mine) => (held.is_some_and(|claim| claim.owner == owner), held),
        (Act::Look(owner), Answer::Others) => (held.is_some_and(|claim| claim.owner != owner), held),
        (Act::Look(_), Answer::Free) => (held.is_none(), held),
        (Act::Look(_), Answer::Unknown) => (true, held),
        _ => (false, held),
    };
    legal.then_some(then)
}

/// Looks for an order of these acts on one register, which nobody holds at first.
pub fn check(history: &[Op]) -> Verdict {
    // At one moment acts begin before others end: they may have been in any order.
    let begins = history.iter().enumerate().map(|(at, op)| (op.called, false, at));
    let ends = history.iter().enumerate().filter_map(|(at, op)| Some((op.ended?, true, at)));
    let mut events: Vec<(u64, bool, usize)> = begins.chain(ends).collect();
    events.sort_unstable();
    let mut open: BTreeSet<usize> = BTreeSet::new();
    let mut possible: HashSet<Possible> = HashSet::from([(None, BTreeSet::new())]);
    for (_, is_end, at) in events {
        if !is_end {
            open.insert(at);
            continue;
        }
        let Some(reached) = reach(history, &open, possible) else { return Verdict::TooMuch };
        // What nobody knows may have taken effect, or will not any more.
        let unknown = history[at].answer == Answer::Unknown;
        let kept = reached.into_iter().filter_map(|(held, mut done)| (done.remove(&at) || unknown).then_some((held, done)));
        possible = kept.collect();
        open.remove(&at);
        if possible.is_empty() {
            return Verdict::Broken(at);
        }
    }
    Verdict::Linearizable
}

/// Every state that can be reached when any of the open acts take effect now; `None` when they are too many.
fn reach(history: &[Op], open: &BTreeSet<usize>, from: HashSet<Possible>) -> Option<HashSet<Possible>> {
    let mut next: Vec<Possible> = from.iter().cloned().collect();
    let mut reached = from;
    while let Some((held, done)) = next.pop() {
        for at in open.difference(&done) {
            let op = &history[*at];
            let Some(then) = after(held, op) else { continue };
            // That it took effect and changed nothing is the same as that it took none.
            if op.answer == Answer::Unknown && then == held {
                continue;
            }
            let mut more = done.clone();
            more.insert(*at);
            let state = (then, more);
            if reached.insert(state.clone()) {
                next.push(state);
            }
        }
        if reached.len() > MOST {
            return None;
        }
    }
    Some(reached)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANN: u32 = 1;
    const BEN: u32 = 2;

    fn claim(number: u64, owner: u32) -> Act {
        Act::Claim(Claim { number, owner })
    }

    fn release(number: u64, owner: u32) -> Act {
        Act::Release(Claim { number, owner })
    }

    fn op(act: Act, answer: Answer, called: u64, ended: u64) -> Op {
        Op { act, answer, called, ended: Some(ended) }
    }

    #[test]
    fn what_happened_one_after_the_other_is_well() {
        let history = [
            op(Act::Look(ANN), Answer::Free, 0, 1),
            op(claim(1, ANN), Answer::Done, 2, 3),
            op(claim(2, BEN), Answer::Refused, 4, 5),
            op(Act::Look(ANN), Answer::Mine, 6, 7),
            op(Act::Look(BEN), Answer::Others, 8, 9),
            op(release(1, ANN), Answer::Done, 10, 11),
            op(release(1, ANN), Answer::Done, 12, 13),
            op(claim(3, BEN), Answer::Done, 14, 15),
        ];
        assert_eq!(check(&history), Verdict::Linearizable);
        assert_eq!(check(&[]), Verdict::Linearizable);
    }

    #[test]
    fn of_two_at_once_either_may_get_it_but_not_both() {
        let two = |ann, ben| [op(claim(1, ANN), ann, 0, 10), op(claim(2, BEN), ben, 1, 9)];
        assert_eq!(check(&two(Answer::Done, Answer::Refused)), Verdict::Linearizable);
        assert_eq!(check(&two(Answer::Refused, Answer::Done)), Verdict::Linearizable);
        assert!(matches!(check(&two(Answer::Done, Answer::Done)), Verdict::Broken(_)));
        assert!(matches!(check(&two(Answer::Refused, Answer::Refused)), Verdict::Broken(_)));
    }

    #[test]
    fn a_booking_that_was_acknowledged_and_is_gone_is_found() {
        let history = [op(claim(1, ANN), Answer::Done, 0, 1), op(Act::Look(ANN), Answer::Free, 2, 3)];
        assert_eq!(check(&history), Verdict::Broken(1));
    }

    #[test]
    fn one_that_was_given_up_and_stands_is_found() {
        let history = [
            op(claim(1, ANN), Answer::Done, 0, 1),
            op(release(1, ANN), Answer::Done, 2, 3),
            op(Act::Look(BEN), Answer::Others, 4, 5),
        ];
        assert_eq!(check(&history), Verdict::Broken(2));
    }

    #[test]
    fn what_nobody_knows_may_have_been_done_or_not() {
        for (seen, verdict) in
            [(Answer::Mine, Verdict::Linearizable), (Answer::Free, Verdict::Linearizable), (Answer::Others, Verdict::Broken(1))]
        {
            let history = [op(claim(1, ANN), Answer::Unknown, 0, 5), op(Act::Look(ANN), seen, 6, 7)];
            assert_eq!(check(&history), verdict, "{seen:?}");
        }
    }

    #[test]
    fn what_nobody_knows_is_not_done_after_it_cannot_be_any_more() {
        let looks = [op(Act::Look(ANN), Answer::Free, 6, 7), op(Act::Look(ANN), Answer::Mine, 8, 9)];
        let unknown = op(claim(1, ANN), Answer::Unknown, 0, 5);
        assert_eq!(check(&[unknown, looks[0], looks[1]]), Verdict::Broken(2));
        assert_eq!(check(&[Op { ended: None, ..unknown }, looks[0], looks[1]]), Verdict::Linearizable);
    }

    /// The plainest search there is: every order that the times allow, and every choice of what nobody knows.
    fn plainly(history: &[Op]) -> bool {
        fn go(history: &[Op], left: &BTreeSet<usize>, held: Held) -> bool {
            if left.iter().all(|at| history[*at].answer == Answer::Unknown) {
                return true;
            }
            left.iter().any(|at| {
                let first = left.iter().all(|other| history[*other].ended.is_none_or(|ended| ended >= history[*at].called));
                let rest: BTreeSet<usize> = left.iter().copied().filter(|other| other != at).collect();
                let skipped = history[*at].answer == Answer::Unknown && go(history, &rest, held);
                let done = first && after(held, &history[*at]).is_some_and(|then| go(history, &rest, then));
                skipped || done
            })
        }
        go(history, &(0..history.len()).collect(), None)
    }

    fn any_op() -> impl Strategy<Value = Op> {
        let act = (0_u8..3, 0_u64..3, 1_u32..3);
        (act, 0_usize..4, 0_u64..8, 0_u64..6, any::<bool>()).prop_map(|((kind, number, owner), answer, called, takes, ends)| {
            // A claim is one person's.
            let claim = Claim { number, owner: if number == 0 { ANN } else { BEN } };
            let (act, answers) = match kind {
                0 => (Act::Claim(claim), [Answer::Done, Answer::Refused, Answer::Unknown, Answer::Done]),
                1 => (Act::Release(claim), [Answer::Done, Answer::Done, Answer::Unknown, Answer::Done]),
                _ => (Act::Look(owner), [Answer::Free, Answer::Mine, Answer::Others, Answer::Free]),
            };
            let answer = answers[answer];
            let ended = (answer != Answer::Unknown || ends).then_some(called + takes);
            Op { act, answer, called, ended }
        })
    }

    proptest! {
        #[test]
        fn it_finds_what_the_plainest_search_finds(history in prop::collection::vec(any_op(), 0..7)) {
            prop_assert_eq!(check(&history) == Verdict::Linearizable, plainly(&history));
        }

        #[test]
        fn what_one_register_answered_is_well_however_long_the_answers_took(
            steps in prop::collection::vec((0_u8..3, 0_u64..6, 0_u64..20, 0_u64..20, any::<bool>()), 0..60),
        ) {
            let (mut held, mut history): (Held, Vec<Op>) = (None, Vec::new());
            for (moment, (kind, number, before, behind, is_known)) in (100_u64..).step_by(10).zip(steps) {
                let claim = Claim { number, owner: if number < 3 { ANN } else { BEN } };
                let (act, answer) = match (kind, held) {
                    (0, None) => (Act::Claim(claim), Answer::Done),
                    (0, Some(_)) => (Act::Claim(claim), Answer::Refused),
                    (1, _) => (Act::Release(claim), Answer::Done),
                    (_, None) => (Act::Look(claim.owner), Answer::Free),
                    (_, Some(one)) if one.owner == claim.owner => (Act::Look(claim.owner), Answer::Mine),
                    (_, Some(_)) => (Act::Look(claim.owner), Answer::Others),
                };
                let answered = Op { act, answer, called: moment - before, ended: Some(moment + behind) };
                held = after(held, &answered).unwrap();
                let told = if is_known { answer } else { Answer::Unknown };
                history.push(Op { answer: told, ..answered });
            }
            prop_assert_eq!(check(&history), Verdict::Linearizable);
        }
    }
}
