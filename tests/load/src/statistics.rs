//! Medians and quantiles.

use serde::Serialize;

/// The middle of several figures, and how far they lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Half of the figures are smaller.
    pub median: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Returns nothing if there are no figures.
    ///
    /// ```
    /// use djust_load::statistics::Spread;
    /// let spread = Spread::of([3.0, 1.0, 2.0, 10.0]).unwrap();
    /// assert_eq!((spread.median, spread.min, spread.max), (2.5, 1.0, 10.0));
    /// ```
    pub fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let (min, max) = (*figures.first()?, *figures.last()?);
        let middle = figures.len() / 2;
        let median = if figures.len() % 2 == 1 {
            figures[middle]
        } else {
            (figures[middle - 1] + figures[middle]) / 2.0
        };
        Some(Spread { median, min, max })
    }
}

/// Returns the median of figures, or not a number if there are none.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    Spread::of(figures).map_or(f64::NAN, |spread| spread.median)
}

/// Returns the smallest value that at least this share of the sorted values doesn't exceed.
///
/// ```
/// use djust_load::statistics::quantile;
/// let sorted: Vec<u32> = (1..=200).collect();
/// assert_eq!(quantile(&sorted, 0.0), Some(1));
/// assert_eq!(quantile(&sorted, 0.5), Some(100));
/// assert_eq!(quantile(&sorted, 0.99), Some(198));
/// assert_eq!(quantile(&sorted, 1.0), Some(200));
/// ```
pub fn quantile<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_figure_is_its_own_median() {
        assert_eq!(Spread::of([4.0]), Some(Spread { median: 4.0, min: 4.0, max: 4.0 }));
    }

    #[test]
    fn no_figures_have_no_median() {
        assert_eq!(Spread::of([]), None);
        assert!(median([]).is_nan());
        assert_eq!(quantile::<u8>(&[], 0.5), None);
    }
}
