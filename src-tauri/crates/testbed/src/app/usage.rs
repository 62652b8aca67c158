//! What the app and its web processes use.

use crate::children::{Process, processes_below};
use std::collections::BTreeMap;

const TICKS_A_SECOND: f64 = 100.0;

/// CPU time and memory by program; several processes of one program are added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// User and system time since each process began, in seconds.
    pub cpu_seconds: BTreeMap<String, f64>,
    /// Proportional set size, in MB (10^6 bytes).
    pub pss_mb: BTreeMap<String, f64>,
}

impl Usage {
    /// Of a process and everything below it.
    pub(super) fn of(root: &Process) -> Self {
        let mut usage = Self::default();
        for process in processes_below(root.pid).iter().chain([root]) {
            let program =
                process.program().and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
            let name = program.unwrap_or_else(|| process.name.clone());
            *usage.cpu_seconds.entry(name.clone()).or_default() += process.ticks as f64 / TICKS_A_SECOND;
            *usage.pss_mb.entry(name).or_default() += process.proportional_set_size().unwrap_or(0) as f64 / 1e6;
        }
        usage
    }

    /// With the CPU time since an earlier look instead of that since the start.
    #[must_use]
    pub fn since(mut self, earlier: &Self) -> Self {
        for (name, seconds) in &mut self.cpu_seconds {
            *seconds -= earlier.cpu_seconds.get(name).copied().unwrap_or(0.0);
        }
        self
    }
}
