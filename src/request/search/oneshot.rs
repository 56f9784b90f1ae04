//! A channel that sends one value from a thread to a future. The static core has no runtime with such channels.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// A channel for one value.
pub(super) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let state = Arc::new(Mutex::new(State { value: None, is_over: false, waker: None }));
    (Sender(Arc::clone(&state)), Receiver(state))
}

struct State<T> {
    value: Option<T>,
    is_over: bool,
    waker: Option<Waker>,
}

/// Sends the value. If it is dropped without one, the receiver gets `None`.
pub(super) struct Sender<T>(Arc<Mutex<State<T>>>);

/// Receives the value.
pub(super) struct Receiver<T>(Arc<Mutex<State<T>>>);

impl<T> Sender<T> {
    pub(super) fn send(self, value: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).value = Some(value);
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_over = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            return Poll::Ready(state.value.take());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::thread;

    use crate::testing::block_on;

    #[test]
    fn a_value_arrives_from_another_thread() {
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send("value"));
        assert_eq!(block_on(receiver), Some("value"));
        let (sender, receiver) = channel::<u8>();
        thread::spawn(move || drop(sender));
        assert_eq!(block_on(receiver), None);
    }
}
