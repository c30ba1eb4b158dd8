//! The charts of a run: for each number of clients CPU time and memory, and, where they were
//! counted, instructions.

use super::chart::{Chart, Group};
use super::table::thousands;
use crate::compare::{Case, Measured};

/// Returns the charts with their file names. Servers that aren't in all cases are left out.
pub fn charts(cases: &[Case]) -> Vec<(String, Chart)> {
    let mut sizes: Vec<usize> = cases.iter().map(|case| case.clients).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut charts = Vec::new();
    for clients in sizes {
        let cases: Vec<&Case> = cases.iter().filter(|case| case.clients == clients).collect();
        let many = thousands(clients as f64);
        let cpu = format!("Server CPU per client update, {many} clients");
        charts.extend(chart(&cases, cpu, cpu_bar).map(|chart| (format!("cpu-{clients}.svg"), chart)));
        let memory = format!("Server memory per client, {many} clients");
        charts
            .extend(chart(&cases, memory, memory_bar).map(|chart| (format!("memory-{clients}.svg"), chart)));
        let times = format!("Time from a push to the last of {many} clients");
        charts.extend(chart(&cases, times, time_bar).map(|chart| (format!("time-{clients}.svg"), chart)));
    }
    let counted: Vec<&Case> =
        cases.iter().filter(|case| case.servers.iter().any(|server| server.instructions.is_some())).collect();
    let title = "Instructions in user space per delivery".to_owned();
    charts
        .extend(chart(&counted, title, instructions_bar).map(|chart| ("instructions.svg".to_owned(), chart)));
    charts
}

type Bar = (f64, String);

/// Returns nothing if no case has such figures.
fn chart(cases: &[&Case], title: String, bar: fn(&Measured, &Measured) -> Option<Bar>) -> Option<Chart> {
    let first = cases.first()?;
    let names = first.servers.iter().map(|server| server.server);
    let series: Vec<&str> = names
        .filter(|name| cases.iter().all(|case| case.servers.iter().any(|s| s.server == *name)))
        .collect();
    let groups: Vec<Group> = cases.iter().filter_map(|case| group(case, &series, bar)).collect();
    if groups.is_empty() {
        return None;
    }
    let sentences: Vec<String> = groups.iter().map(|group| sentence(group, &series)).collect();
    let series = series.into_iter().map(str::to_owned).collect();
    Some(Chart { description: sentences.join(" "), title, series, groups })
}

fn group(case: &Case, series: &[&str], bar: fn(&Measured, &Measured) -> Option<Bar>) -> Option<Group> {
    let servers = series.iter().filter_map(|name| case.servers.iter().find(|server| server.server == *name));
    let bars: Option<Vec<Bar>> = servers.map(|server| bar(server, case.servers.first()?)).collect();
    Some(Group { label: format!("{}, {}", case.page, case.state), bars: bars? })
}

fn sentence(group: &Group, series: &[&str]) -> String {
    let bars: Vec<String> =
        series.iter().zip(&group.bars).map(|(name, (_, text))| format!("{name} {text}")).collect();
    format!("{}: {}.", group.label, bars.join(", "))
}

fn cpu_bar(measured: &Measured, _floor: &Measured) -> Option<Bar> {
    let time = measured.figures.cpu_per_update_us;
    let ratio = measured.ratio.map(|ratio| format!(", {:.2}×", ratio.median)).unwrap_or_default();
    Some((time, format!("{time:.1} µs{ratio}")))
}

fn memory_bar(measured: &Measured, _floor: &Measured) -> Option<Bar> {
    let kb = measured.figures.memory_per_client_kb;
    Some((kb, format!("{kb:.1} kB")))
}

fn time_bar(measured: &Measured, _floor: &Measured) -> Option<Bar> {
    let time = measured.figures.last_ms?;
    Some((time, format!("{time:.1} ms")))
}

fn instructions_bar(measured: &Measured, floor: &Measured) -> Option<Bar> {
    let counted = measured.instructions?;
    let ratio = counted / floor.instructions?;
    let ratio = if measured.ratio.is_some() { format!(", {ratio:.2}×") } else { String::new() };
    Some((counted, format!("{}{ratio}", thousands(counted))))
}
