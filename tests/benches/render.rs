//! Time of one update of one view: record, compare, encode. `cargo bench -p djust-tests --bench render`
//!
//! Each step goes to the other of two states, as a live view would, and keeps the new recording.

use askama::Template;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use djust::render::{Fields, Recorder, Recording, diff};
use djust::view::ViewDefinition;
use djust_tests::measured::{Dashboard, Orders, record};
use std::hint::black_box;

/// Goes from one state to the other and back; `step` returns the length of the patch.
fn alternate<V: ViewDefinition>(
    criterion: &mut Criterion,
    (name, size): (&str, usize),
    states: [&V; 2],
    mut step: impl FnMut(&Recorder, &V, &mut Recording, &mut String),
) {
    let recorder = Recorder::new();
    let mut shown = record(&recorder, states[0]);
    let mut patch = String::new();
    let mut turn = 0;
    criterion.bench_with_input(BenchmarkId::new(name, size), &states, |bencher, states| {
        bencher.iter(|| {
            turn ^= 1;
            patch.clear();
            step(&recorder, black_box(states[turn]), &mut shown, &mut patch);
            black_box(patch.len())
        });
    });
}

fn update<V: ViewDefinition>(criterion: &mut Criterion, name: &str, size: usize, states: [&V; 2]) {
    alternate(criterion, (name, size), states, |recorder, view, shown, patch| {
        let now = record(recorder, view);
        diff(V::TEMPLATE, shown, &now, patch);
        *shown = now;
    });
}

/// The same by a push that has set these fields.
fn push<V: ViewDefinition>(
    criterion: &mut Criterion,
    name: &str,
    size: usize,
    states: [&V; 2],
    changed: Fields,
) {
    alternate(criterion, (name, size), states, |recorder, view, shown, patch| {
        let render = |recorder: &Recorder| view.record(recorder);
        recorder.update(V::TEMPLATE, shown, changed, render, patch).expect("the template renders");
    });
}

fn first_paint<V: ViewDefinition>(criterion: &mut Criterion, name: &str, size: usize, view: &V) {
    let recorder = Recorder::new();
    let mut html = String::new();
    criterion.bench_with_input(BenchmarkId::new(name, size), view, |bencher, view| {
        bencher.iter(|| {
            html.clear();
            record(&recorder, black_box(view)).html(V::TEMPLATE, &mut html);
            black_box(html.len())
        });
    });
}

/// What askama itself needs for the same table, into a string that is used again: the floor of any update that
/// evaluates the whole template.
fn askama_alone(criterion: &mut Criterion, orders: &Orders, count: usize) {
    let mut html = String::new();
    criterion.bench_with_input(BenchmarkId::new("table, askama alone", count), orders, |bencher, orders| {
        bencher.iter(|| {
            html.clear();
            black_box(orders).plain().render_into(&mut html).expect("nothing in it fails");
            black_box(html.len())
        });
    });
}

fn updates(criterion: &mut Criterion) {
    let dashboard = Dashboard::sample();
    update(criterion, "dashboard, 2 values of", 20, [&dashboard, &dashboard.with_two_changes()]);
    let states = [&dashboard, &dashboard.with_two_changes()];
    push(criterion, "dashboard, 2 values pushed of", 20, states, dashboard.two_changed());
    for count in [200, 1000] {
        let orders = Orders::sample(count);
        askama_alone(criterion, &orders, count);
        update(criterion, "table, one cell of", count, [&orders, &orders.with_one_change()]);
        update(criterion, "table, first row of", count, [&orders, &orders.with_new_row()]);
    }
}

fn first_paints(criterion: &mut Criterion) {
    first_paint(criterion, "dashboard, whole HTML", 20, &Dashboard::sample());
    for count in [200, 1000] {
        first_paint(criterion, "table, whole HTML", count, &Orders::sample(count));
    }
}

criterion_group!(benches, updates, first_paints);
criterion_main!(benches);
