//! The same measure several times over, of which the worst counts.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::load::Measured;

/// What is published of all repeats: of each figure the worst, so that nothing stands better than it was once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The lowest rate of good answers a second.
    pub rate: u64,
    /// The longest time that half did not exceed.
    pub p50: Duration,
    /// The longest time that 99 of 100 did not exceed.
    pub p99: Duration,
    /// Good answers of all repeats, the warm-ups' too.
    pub answers: u64,
}

impl Repeated {
    /// The worst of these.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(all: &[Measured]) -> Result<Self> {
        let longest = |percent: usize| all.iter().map(|one| one.times.percentile(percent)).max();
        Ok(Self {
            rate: all.iter().map(|one| one.rate).min().context("nothing was measured")?,
            p50: longest(50).unwrap_or_default(),
            p99: longest(99).unwrap_or_default(),
            answers: all.iter().map(|one| one.answers).sum(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::Times;

    #[test]
    fn of_each_figure_the_worst_repeat_counts() {
        let one = |rate, micros: [u64; 2]| Measured { rate, times: Times::of(micros.to_vec()), answers: 2 };
        let worst = Repeated::of(&[one(50, [10, 90]), one(40, [20, 30]), one(60, [5, 40])]).unwrap();
        let micros = Duration::from_micros;
        assert_eq!(worst, Repeated { rate: 40, p50: micros(20), p99: micros(90), answers: 6 });
        assert!(Repeated::of(&[]).is_err());
    }
}
