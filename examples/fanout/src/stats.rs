//! The memory of the process, read from `/proc`.

/// Returns the resident memory in kB, or 0 if there is no `/proc`.
///
/// `tests/bench --instructions` has callgrind write down its counts whenever this is called, so it
/// must exist under its name: it is never inlined.
#[inline(never)]
pub fn own_resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}
