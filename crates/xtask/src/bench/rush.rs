//! A booking rush (P6): 1,000 people want one of 200 times at once.

use anyhow::Result;

use super::figures::grouped;
use super::repeats::Repeated;
use super::{On, Run, asked, bars};

impl Run<'_> {
    /// The rush, through the use case itself; a time that was booked twice, or by nobody, fails it.
    pub(super) fn rush(&mut self, on: &mut On<'_>) -> Result<()> {
        self.begin(on.engine, "a booking rush")?;
        let rounds = asked::rush(self.programs, &(on.database)("rush")?, self.times)?;
        let measured = Repeated::of(&rounds.iter().map(asked::Round::measured).collect::<Vec<_>>())?;
        let (people, slots) = rounds.first().map_or((0, 0), |round| (round.people, round.slots));
        let what = format!("booking rush, attempts of {} people for {} times at once", grouped(people), grouped(slots));
        // Everybody asks at once, and again until they have one or give up.
        let connections = usize::try_from(people).unwrap_or(usize::MAX);
        self.measured(&what, on.engine, connections, &measured, Some(bars::RUSH));
        let busy: u64 = rounds.iter().map(|round| round.busy).sum();
        let note = format!("P6: exactly {} (held in each of {} rounds)", grouped(slots), rounds.len());
        self.figure("booking rush, booked", on.engine, grouped(slots), note);
        self.figure("booking rush, told that the service is busy", on.engine, grouped(busy), "of all rounds".to_owned());
        Ok(())
    }
}
