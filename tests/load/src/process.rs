//! What `/proc` tells about processes: CPU time to the nanosecond, and resident memory.

use crate::Result;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Returns the CPU time that all threads of a process have used, in user space and in the kernel.
/// Threads that have ended are not counted: servers keep theirs.
///
/// # Errors
/// The process has ended, or the system has no `/proc`.
pub fn cpu_time(pid: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end between being listed and being read.
        let Ok(line) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        nanoseconds += parse_schedstat(&line).ok_or("schedstat has another format")?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// The first of the three numbers is the time on a CPU, in nanoseconds.
fn parse_schedstat(line: &str) -> Option<u64> {
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// Returns the resident memory of a process in kB.
///
/// # Errors
/// The process has ended, or the system has no `/proc`.
pub fn resident_kb(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    parse_resident_kb(&status).ok_or_else(|| "no VmRSS in /proc/PID/status".into())
}

fn parse_resident_kb(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// Returns the resident memory of this process in kB, or 0 if it is unknown.
///
/// Callgrind writes its counts down whenever a server enters this function, which a request for
/// `/stats` does. It must exist under its name, so it is never inlined.
#[inline(never)]
pub fn own_resident_kb() -> u64 {
    resident_kb(std::process::id()).unwrap_or(0)
}

/// Returns the program that was built next to this one.
///
/// # Errors
/// There is none: it has to be built first.
pub fn sibling(program: &str) -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(program);
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("{} is missing: run tests/bench", path.display()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_of_proc() {
        assert_eq!(parse_schedstat("1042345678 99 12\n"), Some(1_042_345_678));
        assert_eq!(parse_schedstat(""), None);
        assert_eq!(parse_resident_kb("VmPeak:\t 9 kB\nVmRSS:\t    5120 kB\n"), Some(5120));
        assert_eq!(parse_resident_kb("VmPeak:\t 9 kB\n"), None);
    }

    #[test]
    fn this_process_uses_memory_and_time() {
        assert!(own_resident_kb() > 500);
        let before = cpu_time(std::process::id()).unwrap();
        while cpu_time(std::process::id()).unwrap() < before + Duration::from_millis(2) {}
    }
}
