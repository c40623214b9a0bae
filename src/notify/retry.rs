//! Trying again: how often, after which waits, and what it needs of the world around it.

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;

use crate::lang::Lang;
use crate::source::web::proxy::Proxies;
use crate::stop::Stop;

/// The longest a server's own wish (`Retry-After`) is waited for.
const LONGEST_WISH: Duration = Duration::from_secs(120);

/// How often telling somebody is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, at least 1.
    pub attempts: u32,
    /// How long the second attempt waits.
    pub first_wait: Duration,
    /// By how much each further wait is longer than the one before.
    pub factor: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy { attempts: 3, first_wait: Duration::from_secs(2), factor: 4 }
    }
}

/// What telling people needs of the world: a test gives its own.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The value of an environment variable.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Waits; false where no further attempt is wanted, as when the program is told to end.
    pub wait: &'a (dyn Fn(Duration) -> bool + Sync),
    /// The clock.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// The wish that it may end: an attempt under way is then left off.
    pub stop: &'a Stop,
    /// The proxies webhooks are reached through.
    pub proxies: &'a Proxies,
}

/// Connections as they come.
static NO_PROXIES: Proxies = Proxies::NONE;

impl Default for Surroundings<'static> {
    /// The real environment, sleep and clock, and no proxy.
    fn default() -> Self {
        static NEVER: LazyLock<Stop> = LazyLock::new(Stop::new);
        Surroundings {
            variable: &|name| std::env::var(name).ok(),
            wait: &|wait| {
                std::thread::sleep(wait);
                true
            },
            now: &Timestamp::now,
            stop: &NEVER,
            proxies: &NO_PROXIES,
        }
    }
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// In words.
    pub error: String,
    /// Whether it may go better another time.
    pub passing: bool,
    /// Whether it concerns the server as a whole and not the one receiver: the others need not be tried now.
    pub everyone: bool,
    /// How long the server wants to be left alone.
    pub after: Option<Duration>,
}

impl Failure {
    /// An attempt that was left off, since the program is to end.
    pub(super) fn left_off(lang: Lang) -> Self {
        let error = lang.pick("dihentikan sebelum dijawab", "stopped before it was answered").to_owned();
        Failure { error, passing: false, everyone: true, after: None }
    }
}

/// What came of telling one receiver.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Attempts made.
    pub attempts: u32,
    /// Why those failed that did.
    pub failures: Vec<String>,
    /// Whether the last one succeeded.
    pub done: bool,
    /// When the last attempt ended.
    pub at: Timestamp,
}

impl RetryPolicy {
    /// Tries every receiver, in rounds: each round those that may still go well, with a wait before it. A server that does
    /// not answer is so waited for once a round, however many receivers it has.
    pub(super) fn in_rounds<T>(
        &self,
        receivers: &[T],
        surroundings: &Surroundings<'_>,
        mut attempt: impl FnMut(&T) -> Result<(), Failure>,
    ) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = receivers.iter().map(|_| Outcome::default()).collect();
        let mut pending: Vec<usize> = (0..receivers.len()).collect();
        let mut wait = self.first_wait;
        for round in 1..=self.attempts.max(1) {
            let (mut again, mut wish) = (Vec::new(), None);
            let mut of_everyone: Option<Failure> = None;
            for &receiver in &pending {
                let result = match &of_everyone {
                    Some(failure) => Err(failure.clone()),
                    None => attempt(&receivers[receiver]),
                };
                let outcome = &mut outcomes[receiver];
                outcome.attempts += 1;
                outcome.at = (surroundings.now)();
                match result {
                    Ok(()) => outcome.done = true,
                    Err(failure) => {
                        outcome.failures.push(failure.error.clone());
                        if failure.passing {
                            again.push(receiver);
                        }
                        wish = wish.max(failure.after);
                        of_everyone = Some(failure).filter(|failure| failure.everyone);
                    }
                }
            }
            pending = again;
            let longer = wish.map_or(wait, |wish| wait.max(wish.min(LONGEST_WISH)));
            if pending.is_empty() || round == self.attempts || !(surroundings.wait)(longer) {
                break;
            }
            wait = wait.saturating_mul(self.factor);
        }
        outcomes
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn failure(passing: bool, everyone: bool) -> Failure {
        Failure { error: "galat".to_owned(), passing, everyone, after: None }
    }

    /// Runs the rounds with a plan of results per receiver; attempts, whether done, and the waits.
    fn rounds(plans: &[Vec<Result<(), Failure>>]) -> (Vec<(u32, bool)>, Vec<u64>) {
        let waits = Mutex::new(Vec::new());
        let wait = |wait: Duration| {
            waits.lock().unwrap().push(wait.as_secs());
            true
        };
        let surroundings = Surroundings {
            variable: &|_| None,
            wait: &wait,
            now: &|| Timestamp::UNIX_EPOCH,
            ..Surroundings::default()
        };
        let plans: Vec<_> = plans.iter().map(|plan| Mutex::new(plan.clone().into_iter())).collect();
        let outcomes = RetryPolicy::default().in_rounds(&plans, &surroundings, |plan| {
            plan.lock().unwrap().next().expect("tried more often than planned")
        });
        (outcomes.iter().map(|outcome| (outcome.attempts, outcome.done)).collect(), waits.into_inner().unwrap())
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let (busy, refused) = (failure(true, false), failure(false, false));
        let plans = [vec![Ok(())], vec![Err(busy.clone()), Ok(())], vec![Err(refused)], vec![Err(busy); 3]];
        let (outcomes, waits) = rounds(&plans);
        assert_eq!(outcomes, [(1, true), (2, true), (1, false), (3, false)]);
        assert_eq!(waits, [2, 8]);
    }

    #[test]
    fn a_server_that_is_down_is_asked_once_a_round() {
        let plans = [vec![Err(failure(true, true)), Ok(())], vec![Ok(())], vec![Ok(())]];
        assert_eq!(rounds(&plans), (vec![(2, true); 3], vec![2]));
        let plans = [vec![Err(failure(false, true))], vec![]];
        assert_eq!(rounds(&plans), (vec![(1, false); 2], vec![]), "a wrong password is not tried for each receiver");
    }

    #[test]
    fn a_server_may_ask_for_more_time_within_limits() {
        let wish = |seconds| Failure { after: Some(Duration::from_secs(seconds)), ..failure(true, false) };
        let plans = [vec![Err(wish(30)), Err(wish(86_400)), Ok(())]];
        assert_eq!(rounds(&plans), (vec![(3, true)], vec![30, 120]));
    }
}
