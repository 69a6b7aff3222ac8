//! An answer that is asked for on a thread of its own, kept for a while, and never waited for long.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A question to the store, with its latest answer. While a question hangs no second one is asked.
pub(super) struct Reading<T> {
    ask: Arc<dyn Fn() -> Option<T> + Send + Sync>,
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    answered: Condvar,
}

struct State<T> {
    is_asking: bool,
    latest: Option<Arc<Answer<T>>>,
}

/// What was answered.
pub(super) struct Answer<T> {
    pub(super) value: T,
    pub(super) asked_at: Instant,
    /// How long the answer took.
    pub(super) took: Duration,
}

impl<T: Send + Sync + 'static> Reading<T> {
    /// A question that `ask` answers, or not.
    pub(super) fn new(ask: impl Fn() -> Option<T> + Send + Sync + 'static) -> Self {
        let state = Mutex::new(State {
            is_asking: false,
            latest: None,
        });
        Self {
            ask: Arc::new(ask),
            shared: Arc::new(Shared {
                state,
                answered: Condvar::new(),
            }),
        }
    }

    /// The latest answer, however old.
    pub(super) fn latest(&self) -> Option<Arc<Answer<T>>> {
        self.shared.lock().latest.clone()
    }

    /// An answer that is at most `age_max` old, if one comes within `wait`.
    pub(super) fn fresh(&self, age_max: Duration, wait: Duration) -> Option<Arc<Answer<T>>> {
        let is_fresh = |state: &State<T>| {
            state
                .latest
                .as_ref()
                .is_some_and(|answer| answer.asked_at.elapsed() <= age_max)
        };
        let mut state = self.shared.lock();
        if !is_fresh(&state) {
            if !state.is_asking {
                state.is_asking = true;
                self.ask();
            }
            let waited = self
                .shared
                .answered
                .wait_timeout_while(state, wait, |state| state.is_asking);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        is_fresh(&state).then(|| state.latest.clone()).flatten()
    }

    fn ask(&self) {
        let (ask, shared) = (Arc::clone(&self.ask), Arc::clone(&self.shared));
        std::thread::spawn(move || {
            let asked_at = Instant::now();
            let value = ask();
            let mut state = shared.lock();
            state.is_asking = false;
            if let Some(value) = value {
                state.latest = Some(Arc::new(Answer {
                    value,
                    asked_at,
                    took: asked_at.elapsed(),
                }));
            }
            shared.answered.notify_all();
        });
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::mpsc::channel;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn an_answer_is_kept_while_it_is_fresh() {
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let reading = Reading::new(move || Some(count.fetch_add(1, Ordering::Relaxed)));
        assert!(reading.latest().is_none());
        for (age_max, want) in [(LONG, 0), (LONG, 0), (Duration::ZERO, 1)] {
            // Nothing is zero old, so the last of these asks again and its answer counts as the latest only.
            let answer = reading.fresh(age_max, LONG).or_else(|| reading.latest());
            assert_eq!(answer.unwrap().value, want);
        }
    }

    #[test]
    fn a_question_that_hangs_is_not_asked_twice_and_not_waited_for() {
        let (release, hang) = channel::<()>();
        let hang = Mutex::new(hang);
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let reading = Reading::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
            let _ = hang.lock().unwrap().recv();
            Some(())
        });
        for _ in 0..3 {
            assert!(reading.fresh(LONG, Duration::from_millis(10)).is_none());
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        release.send(()).unwrap();
        assert!(reading.fresh(LONG, LONG).is_some());
    }

    #[test]
    fn no_answer_is_not_an_answer() {
        let reading = Reading::<()>::new(|| None);
        assert!(reading.fresh(LONG, LONG).is_none());
    }
}
