//! The processors, and who may use which.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;

/// The processors that this program may use.
pub struct Cores {
    all: Vec<u32>,
    /// `taskset` is there, and there is more than one.
    pinned: bool,
}

impl Cores {
    /// Looks.
    pub fn find() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or("0");
        let all = listed(list);
        let pinned = all.len() > 1 && process::succeeds(Command::new("taskset").arg("--version"));
        Self { all, pinned }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Whether the server has a core of its own.
    pub fn are_pinned(&self) -> bool {
        self.pinned
    }

    /// A command that runs the program on the server's own core.
    pub fn server(&self, program: &Path) -> Command {
        match self.all.first().filter(|_| self.pinned) {
            Some(first) => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", &first.to_string()]).arg(program);
                command
            }
            None => Command::new(program),
        }
    }

    /// Keeps a process to the cores that are not the server's, or lets it have all of them again.
    pub fn keep_off_servers(&self, process: u32, keep_off: bool) -> Result<()> {
        if !self.pinned {
            return Ok(());
        }
        let cores = if keep_off { &self.all[1..] } else { &self.all[..] };
        let list = cores.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let mut command = Command::new("taskset");
        // Its first thread; what that starts from now on follows it.
        command.args(["--pid", "--cpu-list", &list, &process.to_string()]);
        process::read(&mut command).map(drop)
    }
}

/// "0-2,5" as numbers.
fn listed(list: &str) -> Vec<u32> {
    let ranges = list.trim().split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse::<u32>().ok()?..=last.parse().ok()?)
    });
    ranges.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_processors_are_read() {
        assert_eq!(listed("\t0-1\n"), [0, 1]);
        assert_eq!(listed("3"), [3]);
        assert_eq!(listed("0,2-4,7"), [0, 2, 3, 4, 7]);
        assert_eq!(listed(""), [0_u32; 0]);
    }
}
