//! Statistics of times: medians, their spread, and ratios of alternating runs.

use std::time::Duration;

/// The median of some values, with the minimum and the maximum.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The minimum.
    pub least: f64,
    /// The median: the greater one of the middle two if the number of values is even.
    pub median: f64,
    /// The maximum.
    pub greatest: f64,
}

impl Spread {
    /// Computes the spread of at least one value.
    ///
    /// # Panics
    ///
    /// Panics if there is none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Spread {
            least: values[0],
            median: values[values.len() / 2],
            greatest: values[values.len() - 1],
        }
    }

    /// The spread of times, in seconds.
    pub fn of_times(times: &[Duration]) -> Self {
        Self::of(times.iter().map(Duration::as_secs_f64))
    }

    /// The spread of the ratios of alternating times: a slow minute of the machine affects both of a pair.
    pub fn of_ratios(times: &[Duration], beside: &[Duration]) -> Self {
        Self::of(times.iter().zip(beside).map(|(time, raw)| time.div_duration_f64(*raw)))
    }

    /// `0.123 s (0.120 to 0.130)`.
    pub fn seconds(&self) -> String {
        format!("{:.3} s ({:.3} to {:.3})", self.median, self.least, self.greatest)
    }

    /// `1.23 ms (1.20 to 1.30)`.
    pub fn milliseconds(&self) -> String {
        let [least, median, greatest] =
            [self.least, self.median, self.greatest].map(|seconds| seconds * 1e3);
        format!("{median:.2} ms ({least:.2} to {greatest:.2})")
    }

    /// `1.21 (1.15 to 1.30)`.
    pub fn ratio(&self) -> String {
        format!("{:.2} ({:.2} to {:.2})", self.median, self.least, self.greatest)
    }
}

/// A number of bytes in MB.
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}
