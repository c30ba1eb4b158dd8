//! Tables in Markdown, which read well on a terminal and can be pasted into the book.

use crate::compare::{Case, Measured};
use crate::soak::Soak;
use crate::throughput::Throughput;

/// Rows of cells under their headings. All columns but the first `left` are numbers.
struct Table<const N: usize> {
    left: usize,
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    fn new(left: usize, heading: [&str; N]) -> Self {
        Table { left, rows: vec![heading.map(str::to_owned)] }
    }

    fn write(&self) -> String {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; N] = std::array::from_fn(width);
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
                if column < self.left { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            text += &format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
            if number == 0 {
                let rule = widths.iter().enumerate().map(|(column, &width)| {
                    let colon = if column < self.left { "-" } else { ":" };
                    format!("{:-<width$}{colon}", "", width = width + 1)
                });
                text += &format!("|{}|\n", rule.collect::<Vec<_>>().join("|"));
            }
        }
        text
    }
}

/// Returns the comparisons, a row for each server.
pub fn cases_table(cases: &[Case]) -> String {
    let mut table = Table::new(
        3,
        [
            "page, state",
            "clients",
            "server",
            "µs per update",
            "ratio (min to max)",
            "instructions",
            "first, ms",
            "median",
            "p99",
            "last",
            "bytes",
            "kB per client",
            "after pushes",
            "joins/s",
            "µs per join",
        ],
    );
    for case in cases {
        for measured in &case.servers {
            table.rows.push(case_row(case, measured));
        }
    }
    table.write()
}

fn case_row(case: &Case, measured: &Measured) -> [String; 15] {
    let figures = &measured.figures;
    let time = |time: Option<f64>| time.map_or("–".to_owned(), |time| format!("{time:.1}"));
    let ratio = measured.ratio;
    [
        format!("{}, {}", case.page, case.state),
        thousands(case.clients as f64),
        measured.server.to_owned(),
        format!("{:.2}", figures.cpu_per_update_us),
        ratio.map_or(String::new(), |ratio| {
            format!("{:.2} ({:.2} to {:.2})", ratio.median, ratio.min, ratio.max)
        }),
        measured.instructions.map_or(String::new(), thousands),
        time(figures.first_ms),
        time(figures.median_ms),
        time(figures.p99_ms),
        time(figures.last_ms),
        format!("{:.0}", figures.bytes_per_update),
        format!("{:.1}", figures.memory_per_client_kb),
        format!("{:.1}", figures.memory_after_pushes_kb),
        thousands(figures.joins_per_second),
        format!("{:.0}", figures.cpu_per_join_us),
    ]
}

/// Returns the throughput of one and two workers.
pub fn throughput_table(runs: &[Throughput; 2]) -> String {
    let mut table = Table::new(
        0,
        ["workers", "deliveries/s", "pushes/s", "CPUs of the server", "CPUs of the clients", "ratio"],
    );
    for run in runs {
        table.rows.push([
            run.workers.to_string(),
            thousands(run.deliveries_per_second),
            format!("{:.0}", run.pushes_per_second),
            format!("{:.2}", run.server_cpus),
            format!("{:.2}", run.generator_cpus),
            format!("{:.2}", run.deliveries_per_second / runs[0].deliveries_per_second),
        ]);
    }
    table.write()
}

/// Returns the counts of a soak, and its memory.
pub fn soak_table(soak: &Soak) -> String {
    let mut table = Table::new(
        0,
        ["clients", "pushes", "deliveries", "skipped", "clients without the last", "CPUs of the server"],
    );
    table.rows.push([
        thousands(soak.clients as f64),
        soak.pushes.to_string(),
        thousands(soak.deliveries as f64),
        thousands(soak.skipped as f64),
        soak.missing.to_string(),
        format!("{:.2}", soak.cpu_share),
    ]);
    let memory: Vec<String> = soak.memory_kb.iter().map(|kb| format!("{:.1}", *kb as f64 / 1024.0)).collect();
    format!("{}\nResident memory every 5 s, in MB: {}.\n", table.write(), memory.join(", "))
}

/// Writes a whole number with commas between thousands.
pub(super) fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let first = digits.len() % 3;
    let mut text = digits[..first].to_owned();
    for group in digits.as_bytes()[first..].chunks(3) {
        if !text.is_empty() {
            text.push(',');
        }
        text += &String::from_utf8_lossy(group);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        let written = [0.0, 999.0, 1_000.4, 212_859.0, 1_234_567.0].map(thousands);
        assert_eq!(written, ["0", "999", "1,000", "212,859", "1,234,567"]);
    }

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(1, ["page", "µs"]);
        table.rows.push(["chat".to_owned(), "10.5".to_owned()]);
        table.rows.push(["dashboard".to_owned(), "2".to_owned()]);
        assert_eq!(
            table.write(),
            "| page      |   µs |\n|-----------|-----:|\n| chat      | 10.5 |\n| dashboard |    2 |\n"
        );
    }
}
