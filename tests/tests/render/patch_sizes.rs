//! What an update costs in bytes: on the wire, and kept for each connected view.

use djust::render::Recorder;
use djust_tests::measured::{Dashboard, Orders, patch, record};
use serde_json::{Value, json};

#[test]
fn two_of_twenty_values_cost_forty_bytes_at_most() {
    let dashboard = Dashboard::sample();
    let patch = patch(&dashboard, &dashboard.with_two_changes());
    assert!(patch.len() <= 40, "{patch}");
}

#[test]
fn a_cell_of_many_rows_costs_forty_five_bytes_at_most() {
    for count in [200, 1000] {
        let orders = Orders::sample(count);
        let patch = patch(&orders, &orders.with_one_change());
        assert!(patch.len() <= 45, "{patch}");
    }
}

#[test]
fn a_new_row_costs_its_html_and_a_removed_one_next_to_nothing() {
    let orders = Orders::sample(1000);
    let added: Value =
        serde_json::from_str(&patch(&orders, &orders.with_new_row())).expect("a patch is JSON");
    let row = &added[1][0][0];
    assert!(row.as_str().is_some_and(|row| row.starts_with("<tr") && row.ends_with("</tr>")), "{added}");
    assert_eq!(added, json!([added[0], [[row, [0, 1000]], []]]));
    let removed = patch(&orders.with_new_row(), &orders);
    assert!(removed.len() <= 20, "{removed}");
}

#[test]
fn a_dashboard_keeps_a_hundred_and_twenty_bytes_for_each_view() {
    let size = record(&Recorder::new(), &Dashboard::sample()).size();
    assert!(size <= 120, "{size} bytes");
}
