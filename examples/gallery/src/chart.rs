//! Lines for small charts: from numbers to an SVG `points` attribute.

use std::fmt::Write;

/// The drawing's size, as in the templates' `viewBox`.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 140.0;
/// Space above the highest and below the lowest value.
const MARGIN: f64 = 10.0;

/// Returns the values from left to right over the whole width, with the lowest at the bottom and
/// the highest at the top. Equal values make a line in the middle.
pub fn points(values: impl Iterator<Item = f64> + Clone) -> String {
    let (low, high) = values.clone().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    let steps = values.clone().count().saturating_sub(1).max(1);
    let mut points = String::new();
    for (step, value) in values.enumerate() {
        let x = WIDTH * step as f64 / steps as f64;
        let level = if high > low { (value - low) / (high - low) } else { 0.5 };
        let y = HEIGHT - MARGIN - level * (HEIGHT - 2.0 * MARGIN);
        let space = if step == 0 { "" } else { " " };
        write!(points, "{space}{x:.1},{y:.1}").expect("writing to a String can't fail");
    }
    points
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn values_span_the_whole_drawing() {
        assert_eq!(points([1.0, 3.0, 2.0].into_iter()), "0.0,130.0 300.0,10.0 600.0,70.0");
    }

    #[test]
    fn equal_values_are_a_line_in_the_middle() {
        assert_eq!(points([5.0, 5.0].into_iter()), "0.0,70.0 600.0,70.0");
        assert_eq!(points([].into_iter()), "");
    }
}
