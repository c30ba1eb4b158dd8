//! How many instructions a delivery may take, in a file that is committed.
//!
//! Each line has a page, a state, and the instructions that were counted when it was written. A
//! delivery may take 5% more: compilers and libraries differ a little from release to release.

use crate::floor::Page;
use crate::options::{State, package_file};
use crate::round::Subject;
use crate::{Result, instructions};
use clap::ValueEnum;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// How much more than the budget is accepted.
const SLACK: f64 = 0.05;

/// How often a count that is too high is repeated. A busy machine adds to a count, because timers of
/// the server expire during it, and never takes from it: the smallest is the truest.
const ATTEMPTS: u32 = 3;

const HEADER: &str = "\
# Instructions in user space that one delivery to one of 200 clients takes in examples/fanout.
# `tests/run bench` fails where one takes more than 5% above this. To accept what a change costs, or
# to keep what it gains, write the file with `tests/bench --write-budget` and commit it.
";

/// A line of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Budget {
    page: Page,
    state: State,
    instructions: f64,
}

fn path() -> PathBuf {
    package_file("budget.txt")
}

fn parse(text: &str) -> Result<Vec<Budget>> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| parse_line(line).ok_or_else(|| format!("budget.txt: can't read `{line}`").into()))
        .collect()
}

fn parse_line(line: &str) -> Option<Budget> {
    let mut words = line.split_ascii_whitespace();
    let page = Page::from_str(words.next()?, false).ok()?;
    let state = State::from_str(words.next()?, false).ok()?;
    let instructions = words.next()?.parse().ok()?;
    words.next().is_none().then_some(Budget { page, state, instructions })
}

/// Says what is wrong, if the count is above the budget.
fn verdict(budget: Budget, counted: f64) -> Option<String> {
    let Budget { page, state, instructions } = budget;
    let over = counted / instructions - 1.0;
    (over > SLACK).then(|| {
        format!(
            "{page}, {state} state: a delivery takes {counted:.0} instructions, {:.1}% more than the {instructions:.0} of the budget",
            over * 100.0
        )
    })
}

/// Counts what the file names, and compares.
///
/// # Errors
/// Something takes more than it may.
pub fn check(subject: &Subject) -> Result<()> {
    let path = path();
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut wrong = Vec::new();
    for budget in parse(&text)? {
        let Budget { page, state, instructions } = budget;
        let mut counted = instructions::count(subject, page, state)?;
        for _ in 1..ATTEMPTS {
            if verdict(budget, counted).is_some() {
                counted = counted.min(instructions::count(subject, page, state)?);
            }
        }
        eprintln!("{page}, {state}: {counted:.0} instructions per delivery, budget {instructions:.0}");
        wrong.extend(verdict(budget, counted));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\nFind out why with `valgrind --tool=callgrind`. If it is worth it, run `tests/bench --write-budget` and commit {}.",
        wrong.join("\n"),
        path.display()
    )
    .into())
}

/// Counts each page that is pushed to, and writes the file.
///
/// # Errors
/// Something can't be counted, or the file can't be written.
pub fn write(subject: &Subject) -> Result<()> {
    let mut text = HEADER.to_owned();
    for page in [Page::Dashboard, Page::Table, Page::Chat] {
        for state in State::ALL {
            let mut counted = f64::INFINITY;
            for _ in 0..ATTEMPTS {
                counted = counted.min(instructions::count(subject, page, state)?);
            }
            eprintln!("{page}, {state}: {counted:.0} instructions per delivery");
            writeln!(text, "{page} {state} {counted:.0}")?;
        }
    }
    Ok(fs::write(path(), text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { page: Page::Chat, state: State::Equal, instructions: 1000.0 };

    #[test]
    fn lines_are_read_and_comments_are_not() {
        assert_eq!(parse("# words\n\nchat equal 1000\n").unwrap(), [BUDGET]);
        assert!(parse("chat equal\n").unwrap_err().to_string().contains("`chat equal`"));
        assert!(parse("chat equal 1000 more\n").is_err());
    }

    #[test]
    fn five_percent_more_are_accepted() {
        assert_eq!(verdict(BUDGET, 1049.0), None);
        assert_eq!(
            verdict(BUDGET, 1100.0).unwrap(),
            "chat, equal state: a delivery takes 1100 instructions, 10.0% more than the 1000 of the budget"
        );
    }

    #[test]
    fn the_committed_file_can_be_read() {
        let budgets = parse(&fs::read_to_string(path()).unwrap()).unwrap();
        assert_eq!(budgets.len(), 6);
    }
}
