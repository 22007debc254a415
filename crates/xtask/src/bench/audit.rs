//! How quickly the audit is verified (P12): each hash of each event of each chain.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::figures::{grouped, per_second};
use super::{On, Run, asked, bars};
use crate::running::server::{Product, verified};

impl Run<'_> {
    /// Events as use cases write them, verified by the program itself on the server's core.
    pub(super) fn audit(&mut self, on: &mut On<'_>) -> Result<()> {
        self.begin(on.engine, "the audit")?;
        let product = self.product((on.database)("audit")?);
        let written = asked::audit(self.programs, &product.database)?;
        on.process.iter().try_for_each(|process| self.cores.keep_off_servers(*process, true))?;
        let done = self.verifying(&product);
        on.process.iter().try_for_each(|process| self.cores.keep_off_servers(*process, false))?;
        let (took, events) = done?;
        ensure!(events >= written, "{written} events were written, but only {events} verified");
        let rate = per_second(events, took);
        let cores = if self.cores.are_pinned() { "on one core" } else { "on all cores" };
        let (words, verdict) = (bars::VERIFY.words(), bars::VERIFY.verdict(rate, None));
        let note = format!("{words} ({verdict}); {} events, whole process {cores}", grouped(events));
        self.figure("audit chains verified", on.engine, format!("{} events/s", grouped(rate)), note);
        Ok(())
    }

    /// How long it took at worst, and how many events there are.
    fn verifying(&self, product: &Product<'_>) -> Result<(Duration, u64)> {
        let (mut took, mut events) = (Duration::ZERO, 0);
        for _ in 0..self.times {
            let (printed, time) = product.command_alone(&self.cores, ["audit", "verify"].map(Path::new))?;
            (took, events) = (took.max(time), verified(&printed)?);
        }
        Ok((took, events))
    }
}
