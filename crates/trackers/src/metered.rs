//! Bytes of which no single part may be endless: what reads a format says where a part begins.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// The most bytes of one part: one element, one data point.
const LONGEST_PART: usize = 1024 * 1024;

/// A source whose parts have an end.
pub(crate) struct Metered<R> {
    inner: R,
    meter: Meter,
}

/// Says where a part begins.
#[derive(Clone, Default)]
pub(crate) struct Meter(Rc<Cell<usize>>);

impl Meter {
    /// A new part begins.
    pub(crate) fn begin(&self) {
        self.0.set(0);
    }
}

impl<R: BufRead> Metered<R> {
    pub(crate) fn of(inner: R) -> Self {
        Self { inner, meter: Meter::default() }
    }

    pub(crate) fn meter(&self) -> Meter {
        self.meter.clone()
    }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.meter.0.get() > LONGEST_PART {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a part of it is too long"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.meter.0.set(self.meter.0.get() + amount);
        self.inner.consume(amount);
    }
}
