//! Figures that were measured several times, and what may be said of them.

/// Measured values, sorted.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Sorts what was measured.
    pub fn new(mut values: Vec<f64>) -> Samples {
        values.sort_by(f64::total_cmp);
        Samples(values)
    }

    /// The value that this share of the others does not exceed; 0 of nothing.
    pub fn quantile(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = (share * last as f64).round() as usize;
        self.0.get(place.min(last)).copied().unwrap_or(0.0)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The 10th percentile: what it costs while nothing else interferes. Unlike
    /// the minimum it is not made by a single lucky run.
    pub fn p10(&self) -> f64 {
        self.quantile(0.1)
    }

    /// The middle one.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The smallest one.
    pub fn min(&self) -> f64 {
        self.quantile(0.0)
    }

    /// The largest one.
    pub fn max(&self) -> f64 {
        self.quantile(1.0)
    }
}
