//! Keeps all requests of a run within Google's quotas per minute, whoever makes them.
//!
//! The window slides: in no sixty seconds whatever do more requests leave than the quota permits. A bucket that refills
//! evenly would let its whole store leave at once and the refill of the same minute behind it, twice the quota.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::GoogleSettings;
use crate::lang::Phrase;
use crate::stop::Stop;

/// What is waited for when the quota is used up.
const QUOTA: Phrase = Phrase::new("kuota per menit", "the quota per minute of");

/// Google counts by the minute.
const MINUTE: Duration = Duration::from_secs(60);

/// What a request does, since Google counts reads and writes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
}

/// One limiter for everything that is sent with one key.
#[derive(Debug)]
pub(super) struct Limiter {
    reads: Mutex<Window>,
    writes: Mutex<Window>,
    all: Mutex<Window>,
}

impl Limiter {
    pub(super) fn new(settings: &GoogleSettings) -> Self {
        let window = |limit: u32| Mutex::new(Window { limit: limit.max(1) as usize, sent: VecDeque::new() });
        Limiter {
            reads: window(settings.reads_per_minute),
            writes: window(settings.writes_per_minute),
            all: window(settings.requests_per_minute),
        }
    }

    /// Waits until a request may leave. First come, first served: the locks are handed on in the order they were asked
    /// for, and who waits for room keeps them. Giving up while waiting uses up nothing. That it is waited is said to `stop`.
    pub(super) async fn admit(&self, kind: Use, stop: &Stop) {
        let own = match kind {
            Use::Read => &self.reads,
            Use::Write => &self.writes,
        };
        let mut own = own.lock().await;
        own.has_room(stop).await;
        let mut all = self.all.lock().await;
        all.has_room(stop).await;
        let now = Instant::now();
        own.sent.push_back(now);
        all.sent.push_back(now);
    }
}

/// When requests left within the last minute, earliest first; never more than the limit.
#[derive(Debug)]
struct Window {
    limit: usize,
    sent: VecDeque<Instant>,
}

impl Window {
    async fn has_room(&mut self, stop: &Stop) {
        if self.sent.len() >= self.limit
            && let Some(first) = self.sent.front()
        {
            let _waiting = stop.waiting(QUOTA, "Google", (*first + MINUTE).saturating_duration_since(Instant::now()));
            tokio::time::sleep_until(*first + MINUTE).await;
        }
        let now = Instant::now();
        while self.sent.front().is_some_and(|first| now >= *first + MINUTE) {
            self.sent.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn limiter(reads_per_minute: u32, writes_per_minute: u32, requests_per_minute: u32) -> Arc<Limiter> {
        let settings =
            GoogleSettings { reads_per_minute, writes_per_minute, requests_per_minute, ..GoogleSettings::default() };
        Arc::new(Limiter::new(&settings))
    }

    /// Sends `count` requests of one kind at once; when each left, in the order they were asked for.
    async fn rush(limiter: &Arc<Limiter>, kind: Use, count: usize) -> Vec<Duration> {
        let start = Instant::now();
        let mut waiting = Vec::new();
        for _ in 0..count {
            let limiter = limiter.clone();
            waiting.push(tokio::spawn(async move {
                limiter.admit(kind, &Stop::new()).await;
                start.elapsed()
            }));
            tokio::task::yield_now().await;
        }
        let mut left = Vec::new();
        for one in waiting {
            left.push(one.await.unwrap());
        }
        left
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_sees_more_than_the_quota() {
        let limiter = limiter(6, 6, 100);
        let mut left = Vec::new();
        // Requests trickle in, and then in a rush: the edge at which a refilling bucket would fail.
        for _ in 0..3 {
            left.extend(rush(&limiter, Use::Read, 1).await.iter().map(|_| Instant::now()));
            tokio::time::sleep(Duration::from_secs(15)).await;
        }
        let start = Instant::now();
        left.extend(rush(&limiter, Use::Read, 30).await.into_iter().map(|after| start + after));
        for (index, first) in left.iter().enumerate() {
            let within = left[index..].iter().filter(|other| **other < *first + MINUTE).count();
            assert!(within <= 6, "{within} requests within a minute");
        }
        let total = left[left.len() - 1] - left[0];
        assert_eq!(total.as_secs() / 60, 33 / 6, "and no slower than it must be: {total:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_first_leaves_first() {
        let left = rush(&limiter(2, 2, 100), Use::Read, 7).await;
        let minutes: Vec<u64> = left.iter().map(|after| after.as_secs() / 60).collect();
        assert_eq!(minutes, [0, 0, 1, 1, 2, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn reads_and_writes_are_counted_apart_and_together() {
        let apart = limiter(2, 2, 100);
        assert_eq!(rush(&apart, Use::Read, 2).await[1].as_secs(), 0);
        assert_eq!(rush(&apart, Use::Write, 2).await[1].as_secs(), 0, "writes do not wait for reads");
        let together = limiter(2, 2, 3);
        assert_eq!(rush(&together, Use::Read, 2).await[1].as_secs(), 0);
        let writes = rush(&together, Use::Write, 2).await;
        assert_eq!((writes[0].as_secs(), writes[1].as_secs()), (0, 60), "the project's quota is used up");
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_uses_nothing() {
        let limiter = limiter(1, 1, 100);
        let stop = Stop::new();
        limiter.admit(Use::Read, &stop).await;
        let gave_up = tokio::time::timeout(Duration::from_secs(5), limiter.admit(Use::Read, &stop)).await;
        assert!(gave_up.is_err());
        let start = Instant::now();
        limiter.admit(Use::Read, &stop).await;
        assert_eq!(start.elapsed().as_secs(), 55);
    }
}
