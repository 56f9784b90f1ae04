//! Bounds the memory of images in flight.

use std::sync::{Condvar, Mutex, PoisonError};

use super::header::MAX_PIXELS;

/// Admits images until they have 100 megapixels together, which is the size of the largest one. A pixel takes three bytes, or up to
/// eight while an image with transparency and 16 bits for each channel is decoded.
#[derive(Debug, Default)]
pub(super) struct Gate {
    pixels: Mutex<u64>,
    left: Condvar,
}

/// The admission of an image, until it is dropped.
#[derive(Debug)]
pub(super) struct Admission<'a> {
    gate: &'a Gate,
    pixels: u64,
}

impl Gate {
    /// Waits until an image fits.
    pub(super) fn admit(&self, pixels: u64) -> Admission<'_> {
        let within = self.pixels.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |within: &mut u64| *within + pixels > MAX_PIXELS;
        let mut within =
            self.left.wait_while(within, is_full).unwrap_or_else(PoisonError::into_inner);
        *within += pixels;
        Admission { gate: self, pixels }
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        *self.gate.pixels.lock().unwrap_or_else(PoisonError::into_inner) -= self.pixels;
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

    #[test]
    fn no_more_pixels_are_in_flight_than_the_limit() {
        let (gate, within, most) = (Gate::default(), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (gate, within, most) = (&gate, &within, &most);
                scope.spawn(move || {
                    for pixels in [MAX_PIXELS, MAX_PIXELS / 2, MAX_PIXELS / (3 + thread), 1] {
                        let _admission = gate.admit(pixels);
                        most.fetch_max(within.fetch_add(pixels, SeqCst) + pixels, SeqCst);
                        std::thread::yield_now();
                        within.fetch_sub(pixels, SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), MAX_PIXELS);
    }
}
