//! Against servers that limit in different ways, simulated: most of the rate is used, and little is refused.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;

/// What the servers let pass in a second.
const LIMIT: f64 = 500.0;
/// Requests in flight at the most.
const LEVEL: usize = 64;
const REQUESTS: u32 = 50_000;
/// After so long everything should have settled.
const SETTLED: Duration = Duration::from_secs(10);

/// How a server limits.
#[derive(Debug, Clone, Copy)]
enum Limit {
    /// A bucket that holds so many tokens and gains [`LIMIT`] a second.
    Bucket(f64),
    /// So many seconds at a time, each with its part of the limit.
    Window(f64),
}

/// A server that is this far away, and asks for this pause when it is too much.
#[derive(Debug, Clone, Copy)]
struct Server {
    limit: Limit,
    round_trip: Duration,
    asks: Option<Duration>,
}

/// What is left to be had.
struct Tokens {
    limit: Limit,
    left: f64,
    last: f64,
}

impl Tokens {
    fn of(limit: Limit) -> Self {
        let left = match limit {
            Limit::Bucket(size) => size,
            Limit::Window(seconds) => seconds * LIMIT,
        };
        Self {
            limit,
            left,
            last: 0.0,
        }
    }

    fn let_pass(&mut self, now: Duration) -> bool {
        let now = now.as_secs_f64();
        match self.limit {
            Limit::Bucket(size) => {
                self.left = (self.left + (now - self.last) * LIMIT).min(size);
            }
            Limit::Window(seconds) if (now / seconds).floor() > (self.last / seconds).floor() => {
                self.left = seconds * LIMIT;
            }
            Limit::Window(_) => {}
        }
        self.last = now;
        let passes = self.left >= 1.0;
        self.left -= if passes { 1.0 } else { 0.0 };
        passes
    }
}

/// What happens next, and when. The order of the variants decides between what happens at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Answer {
        sent: Duration,
        tries: u32,
        passes: bool,
    },
    Retry {
        tries: u32,
    },
}

#[derive(Debug, Default)]
struct Came {
    time: Duration,
    passed: u32,
    passed_settled: u32,
    refused_settled: u32,
    most_tries: u32,
}

/// Sends everything, what was refused again after a pause by chance, and tells what came of it.
fn run(server: Server) -> Came {
    let (mut tokens, mut learned) = (Tokens::of(server.limit), LearnedRate::default());
    let mut waiting: VecDeque<u32> = (0..REQUESTS).map(|_| 1).collect();
    let mut coming: BinaryHeap<Reverse<(Duration, Next)>> = BinaryHeap::new();
    let (mut next, mut held, mut in_flight) = (Duration::ZERO, Duration::ZERO, 0);
    let (mut came, mut chance) = (Came::default(), fastrand::Rng::with_seed(7));
    while came.passed < REQUESTS {
        let may_send = in_flight < LEVEL && !waiting.is_empty();
        let send = came.time.max(next).max(held);
        let first = coming.peek().map(|Reverse((at, _))| *at);
        if may_send && first.is_none_or(|first| send <= first) {
            came.time = send;
            let tries = waiting.pop_front().unwrap();
            came.most_tries = came.most_tries.max(tries);
            in_flight += 1;
            learned.sent(send);
            let passes = tokens.let_pass(send + server.round_trip / 2);
            let answer = Next::Answer {
                sent: send,
                tries,
                passes,
            };
            coming.push(Reverse((send + server.round_trip, answer)));
            // Without a limit it is the machine that takes its time.
            let rate = learned.rate(send).unwrap_or(50_000.0);
            next = send + Duration::from_secs_f64(1.0 / rate);
            continue;
        }
        let Reverse((now, event)) = coming.pop().unwrap();
        came.time = now;
        let has_settled = u32::from(now > SETTLED);
        match event {
            Next::Retry { tries } => waiting.push_back(tries),
            Next::Answer { passes: true, .. } => {
                in_flight -= 1;
                learned.passed(now);
                came.passed += 1;
                came.passed_settled += has_settled;
            }
            Next::Answer { sent, tries, .. } => {
                in_flight -= 1;
                came.refused_settled += has_settled;
                held = held.max(now + learned.refused(sent, now, server.asks));
                let own = Duration::from_millis(250 << (tries - 1)).mul_f64(chance.f64());
                let pause = own.max(server.asks.unwrap_or_default());
                coming.push(Reverse((now + pause, Next::Retry { tries: tries + 1 })));
            }
        }
    }
    came
}

#[test]
fn most_of_a_limit_is_used_and_little_is_refused_however_it_is_kept() {
    let buckets = [1.0, 10.0, 50.0, 100.0, 500.0, 1000.0].map(Limit::Bucket);
    let windows = [0.1, 1.0].map(Limit::Window);
    let second = Duration::from_secs(1);
    for limit in buckets.into_iter().chain(windows) {
        for round_trip in [1, 20, 100].map(Duration::from_millis) {
            // Where every refusal costs a second, less is risked.
            for (asks, least) in [(None, 0.9), (Some(second), 0.7)] {
                let server = Server {
                    limit,
                    round_trip,
                    asks,
                };
                let came = run(server);
                let seconds = came.time.saturating_sub(SETTLED).as_secs_f64();
                let used = f64::from(came.passed_settled) / seconds / LIMIT;
                assert!(used > least, "{used} {server:?} {came:?}");
                let answers = came.passed_settled + came.refused_settled;
                let refused = f64::from(came.refused_settled) / f64::from(answers);
                assert!(refused < 0.01, "{refused} {server:?} {came:?}");
                // With four retries nothing fails.
                assert!(came.most_tries <= 4, "{server:?} {came:?}");
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn learned_rate_is_finite_and_positive_after_any_answers(
        events in proptest::collection::vec((0_u8..4, 0_u64..3000, proptest::option::of(0_u64..120_000)), 1..200)
    ) {
        let (mut learned, mut now) = (LearnedRate::default(), Duration::ZERO);
        let mut sent = VecDeque::new();
        for (event, later, asks) in events {
            now += Duration::from_millis(later);
            match event {
                0 | 1 => {
                    learned.sent(now);
                    sent.push_back(now);
                }
                2 => learned.passed(now),
                _ => {
                    let sent = sent.pop_front().unwrap_or(now);
                    let asks = asks.map(Duration::from_millis);
                    let pause = learned.refused(sent, now, asks);
                    proptest::prop_assert!(pause <= asks.unwrap_or(LONGEST_PAUSE));
                }
            }
            let rate = learned.rate(now);
            proptest::prop_assert!(rate.is_none_or(|rate| rate >= LEAST_KNOWN), "{rate:?}");
        }
    }
}

#[test]
fn without_a_refusal_nothing_is_limited() {
    let mut learned = LearnedRate::default();
    for millisecond in 0..1000 {
        let now = Duration::from_millis(millisecond);
        learned.sent(now);
        learned.passed(now);
        assert_eq!(learned.rate(now), None);
    }
}

#[test]
fn a_server_that_refuses_everything_is_asked_less_and_less_often() {
    let mut learned = LearnedRate::default();
    let (mut now, mut pauses) = (Duration::ZERO, Vec::new());
    for _ in 0..8 {
        learned.sent(now);
        let pause = learned.refused(now, now, None);
        pauses.push(pause.as_millis());
        now += pause.max(Duration::from_millis(1));
    }
    assert_eq!(pauses, [0, 50, 100, 200, 400, 800, 1000, 1000]);
}

#[test]
fn a_refusal_of_what_was_sent_before_the_last_one_changes_nothing() {
    let at = Duration::from_millis;
    let mut learned = LearnedRate::default();
    (0..50).for_each(|_| learned.passed(at(10)));
    learned.refused(at(10), at(20), None);
    let rate = learned.rate(at(30));
    assert_eq!(learned.refused(at(15), at(30), Some(at(700))), at(700));
    assert_eq!(learned.rate(at(30)), rate);
}
