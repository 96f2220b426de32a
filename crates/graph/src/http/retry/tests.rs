//! The send loop on a clock that stands still until everything waits.

use super::*;
use crate::error::GraphSays;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use tokio::time::sleep;

fn read() -> Call {
    Call { method: "GET", path: "/v1.0/x".to_owned(), writes: false }
}

fn post() -> Call {
    Call { method: "POST", path: "/v1.0/x".to_owned(), writes: true }
}

async fn run<T, F>(pace: &Pace, call: &Call, attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    pace.run(call, || std::future::ready(Ok(())), |()| attempt()).await
}

fn pace(seed: u64) -> Pace {
    Pace::new(Settings::default(), true, seed)
}

fn status(call: &Call, status: u16, wait: Option<f64>) -> Error {
    let kind = match status {
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::Throttled,
        _ => ErrorKind::Server,
    };
    Error::of(kind, call, "x").with_status(status).with_retry_after(wait.map(Duration::from_secs_f64))
}

/// Answers with these failures, one after the other, then with success; how many attempts there were, and
/// when the last one began.
async fn against(pace: &Pace, call: &Call, failures: Vec<Error>) -> (Result<(), Error>, usize, Duration) {
    let start = Instant::now();
    let (failures, attempts, last) = (RefCell::new(failures.into_iter()), Cell::new(0), Cell::new(start));
    let outcome = run(pace, call, || {
        attempts.set(attempts.get() + 1);
        last.set(Instant::now());
        std::future::ready(failures.borrow_mut().next().map_or(Ok(()), Err))
    })
    .await;
    (outcome, attempts.get(), last.get() - start)
}

#[derive(Debug, Default)]
struct Told(Mutex<Vec<Waiting>>);

impl crate::wait::Observer for Told {
    fn waiting(&self, waiting: &Waiting) {
        self.0.lock().expect("a list").push(waiting.clone());
    }

    fn listed(&self, _: usize) {}
}

#[tokio::test(start_paused = true)]
async fn no_request_is_earlier_than_a_retry_after_allowed() {
    for seed in 0..1000 {
        let pace = Rc::new(pace(seed));
        // When the server, by what it told us, will hear of us again.
        let allowed = Rc::new(Cell::new(Instant::now()));
        let local = tokio::task::LocalSet::new();
        for task in 0..6 {
            let (pace, allowed) = (Rc::clone(&pace), Rc::clone(&allowed));
            local.spawn_local(async move {
                let server = self::pace(seed * 31 + task);
                for _ in 0..4 {
                    let call = if server.fraction() < 0.2 { post() } else { read() };
                    // As when a token has to be fetched first.
                    let prepare = || async {
                        sleep(Duration::from_secs_f64(server.fraction() * 3.0)).await;
                        Ok(())
                    };
                    let attempt = |()| async {
                        assert!(Instant::now() >= allowed.get(), "seed {seed}");
                        sleep(Duration::from_secs_f64(server.fraction())).await;
                        let wait = server.fraction() * 20.0;
                        let error = match server.fraction() {
                            0.0..0.2 => status(&call, 429, Some(wait)),
                            0.2..0.3 => status(&call, 503, Some(wait)),
                            0.3..0.4 => status(&call, 504, None),
                            _ => return Ok(()),
                        };
                        if let Some(wait) = error.retry_after() {
                            allowed.set(allowed.get().max(Instant::now() + wait));
                        }
                        Err(error)
                    };
                    let _ = pace.run(&call, prepare, attempt).await;
                }
            });
        }
        local.await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_down_costs_no_more_than_budget_and_deadline() {
    for seed in 0..50 {
        let (pace, attempts, requests) = (pace(seed), Cell::new(0_u64), 400_u64);
        for _ in 0..requests {
            let start = Instant::now();
            let call = read();
            let outcome = run(&pace, &call, || {
                attempts.set(attempts.get() + 1);
                std::future::ready(Err::<(), _>(status(&call, 503, None)))
            })
            .await;
            outcome.expect_err("it is down");
            assert!(start.elapsed() <= Settings::default().deadline);
        }
        let bound = requests + requests / REQUESTS_FOR_A_RETRY + BUDGET_FLOOR;
        assert!(attempts.get() <= bound, "{} of {bound}", attempts.get());
        assert_eq!(pace.retries(), attempts.get() - requests);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_throttles_for_ever_is_left_at_the_deadline() {
    for wait in [Some(0.0), Some(0.5), Some(1.0), Some(100.0), None] {
        let (pace, call, start) = (pace(1), read(), Instant::now());
        let attempt = || std::future::ready(Err::<(), _>(status(&call, 429, wait)));
        let error = run(&pace, &call, attempt).await.expect_err("throttled");
        assert_eq!(error.kind(), ErrorKind::Throttled);
        assert!(start.elapsed() <= Settings::default().deadline, "{wait:?}");
        assert!(error.help().iter().any(|help| help.starts_with("It was tried ")), "{:?}", error.help());
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_is_not_begun_by_anyone() {
    let (pace, call, start) = (pace(1), read(), Instant::now());
    let (outcome, attempts, _) = against(&pace, &call, vec![status(&call, 429, Some(3600.0))]).await;
    assert_eq!((outcome.expect_err("too long").status(), attempts), (Some(429), 1));
    let (outcome, attempts, _) = against(&pace, &call, Vec::new()).await;
    let error = outcome.expect_err("still too long");
    assert_eq!((error.kind(), attempts, start.elapsed()), (ErrorKind::Throttled, 0, Duration::ZERO));
    assert!(error.to_string().contains("not sent"), "{error}");
    assert!(error.retry_after().is_some());
}

#[tokio::test(start_paused = true)]
async fn the_longest_wait_that_was_seen_is_waited() {
    let (pace, call) = (pace(1), post());
    let (outcome, attempts, begun) = against(&pace, &call, vec![status(&call, 429, Some(315.0))]).await;
    outcome.expect("sent again");
    assert_eq!(attempts, 2);
    assert!((315.0..315.1).contains(&begun.as_secs_f64()), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn a_write_is_repeated_only_where_it_was_refused_or_never_left() {
    let (pace, call) = (pace(1), post());
    for (error, expected) in [
        (status(&call, 429, Some(2.0)), 2),
        (status(&call, 429, None), 2),
        (Error::of(ErrorKind::Unreachable, &call, "x"), 2),
        (Error::of(ErrorKind::Timeout, &call, "x"), 1),
        (Error::of(ErrorKind::Interrupted, &call, "x"), 1),
        (status(&call, 409, None), 1),
        (status(&call, 500, None), 1),
        (status(&call, 503, Some(2.0)), 1),
    ] {
        let shown = error.to_string();
        let (outcome, attempts, _) = against(&pace, &call, vec![error]).await;
        assert_eq!((attempts, outcome.is_ok()), (expected, expected == 2), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_with_a_time_is_not_sent_again_and_nobody_asks_before() {
    for code in [404, 409] {
        let (pace, call) = (pace(1), read());
        let (outcome, attempts, _) = against(&pace, &call, vec![status(&call, code, Some(7.0))]).await;
        assert_eq!((attempts, outcome.is_ok()), (1, false), "{code}");
        let (_, _, begun) = against(&pace, &call, Vec::new()).await;
        assert!((7.0..7.1).contains(&begun.as_secs_f64()), "{code}: {begun:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_is_repeated_where_that_can_help() {
    let (pace, call) = (pace(1), read());
    let cut = Error::of(ErrorKind::Malformed, &call, "x").cut_short();
    let foreign = GraphSays { is_foreign: true, ..GraphSays::default() };
    for (error, expected) in [
        (status(&call, 500, None), 2),
        (status(&call, 502, None), 2),
        (status(&call, 503, None), 2),
        (status(&call, 504, None), 2),
        (status(&call, 509, None), 2),
        (Error::of(ErrorKind::Timeout, &call, "x"), 2),
        (Error::of(ErrorKind::Interrupted, &call, "x"), 2),
        (cut, 2),
        (status(&call, 501, None), 1),
        (status(&call, 404, None), 1),
        // A page in place of Graph's answer, or what is left of one.
        (status(&call, 404, None).with_graph(foreign), 2),
        (Error::of(ErrorKind::Malformed, &call, "x"), 2),
        (Error::of(ErrorKind::Forbidden, &call, "x"), 1),
    ] {
        let shown = format!("{error:?}");
        let (_, attempts, begun) = against(&pace, &call, vec![error]).await;
        assert_eq!(attempts, expected, "{shown}");
        assert!(begun <= Settings::default().backoff);
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_unreadable_is_soon_left() {
    let (pace, call) = (pace(1), read());
    let unreadable = || Error::of(ErrorKind::Malformed, &call, "x");
    let (outcome, attempts, _) = against(&pace, &call, (0..9).map(|_| unreadable()).collect()).await;
    assert_eq!((outcome.expect_err("no Graph").kind(), attempts), (ErrorKind::Malformed, 3));
    // What failed otherwise before does not count.
    let failed = || status(&call, 503, None);
    let (outcome, attempts, _) =
        against(&pace, &call, vec![failed(), failed(), unreadable(), failed(), unreadable()]).await;
    outcome.expect("an answer");
    assert_eq!(attempts, 6);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_would_have_to_wait_is_not_sent() {
    let put = Call { method: "PUT", ..post() };
    for (call, sent) in [(&put, 0), (&post(), 1)] {
        let pace = pace(1);
        against(&pace, &read(), vec![status(&read(), 404, None)]).await.0.expect_err("gone");
        pace.heed(429, Duration::from_secs(30));
        let start = Instant::now();
        let (outcome, attempts, _) = against(&pace, call, Vec::new()).await;
        assert_eq!((outcome.is_ok(), attempts), (sent == 1, sent));
        if let Err(error) = outcome {
            assert!(error.is_not_taken() && start.elapsed().is_zero(), "{error:?}");
            // Once it was read again it leaves at once.
            against(&pace, &read(), Vec::new()).await.0.expect("an answer");
            assert_eq!(against(&pace, call, Vec::new()).await.1, 1);
        }
        // Nor where its token took that long. A wait of less than a second is no matter.
        let slow = || async {
            sleep(Duration::from_secs(2)).await;
            Ok(())
        };
        let outcome = pace.run(call, slow, |()| std::future::ready(Ok(()))).await;
        assert_eq!(outcome.is_ok(), sent == 1);
        pace.heed(429, Duration::from_millis(300));
        assert_eq!(against(&pace, call, Vec::new()).await.1, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_never_answered_is_waited_for_only_where_it_is_far() {
    let refused = |call: &Call| vec![Error::of(ErrorKind::Unreachable, call, "x")];
    let near = Pace::new(Settings::default(), false, 1);
    assert_eq!(against(&near, &read(), refused(&read())).await.1, 1);
    against(&near, &read(), Vec::new()).await.0.expect("an answer");
    assert_eq!(against(&near, &read(), refused(&read())).await.1, 2);
    assert_eq!(against(&pace(1), &read(), refused(&read())).await.1, 2);
}

#[tokio::test(start_paused = true)]
async fn waits_are_told_with_what_for_and_how_long() {
    let told = Arc::new(Told::default());
    let settings = Settings { observer: Some(Arc::clone(&told) as _), ..Settings::default() };
    let (pace, call) = (Pace::new(settings, true, 1), read());
    let failures = vec![status(&call, 429, Some(30.0)), status(&call, 503, None)];
    // Two requests wait at the gate, which is told once.
    let (first, second) = tokio::join!(against(&pace, &call, failures), async {
        tokio::task::yield_now().await;
        against(&pace, &call, Vec::new()).await
    });
    first.0.and(second.0).expect("answers");
    let told = told.0.lock().expect("a list");
    assert_eq!(
        told[0],
        Waiting {
            reason: WaitReason::Throttled,
            duration: Duration::from_secs(30),
            stops_all: true,
            is_given: true
        }
    );
    assert_eq!((told[1].reason, told[1].stops_all, told.len()), (WaitReason::Failed(503), false, 2));
    assert!(!told[1].is_given);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_client_sends_less_at_once() {
    let (pace, under_way, most) = (Rc::new(pace(1)), Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let round = async |throttles: bool| {
        most.set(0);
        let local = tokio::task::LocalSet::new();
        for _ in 0..20 {
            let (pace, under_way, most) = (Rc::clone(&pace), Rc::clone(&under_way), Rc::clone(&most));
            local.spawn_local(async move {
                let (call, throttles) = (read(), Cell::new(throttles));
                let attempt = || async {
                    under_way.set(under_way.get() + 1);
                    most.set(most.get().max(under_way.get()));
                    sleep(Duration::from_millis(100)).await;
                    under_way.set(under_way.get() - 1);
                    if throttles.replace(false) { Err(status(&call, 429, Some(1.0))) } else { Ok(()) }
                };
                run(&pace, &call, attempt).await.expect("an answer");
            });
        }
        local.await;
        most.get()
    };
    assert_eq!(round(false).await, 8);
    round(true).await;
    assert!(round(false).await < 8, "{}", most.get());
}

#[tokio::test(start_paused = true)]
async fn once_nothing_is_waited_for_what_waits_ends_and_what_is_under_way_goes_on() {
    let (pace, start, call) = (pace(1), Instant::now(), read());
    let waits = || async {
        let (outcome, attempts, _) = against(&pace, &call, vec![status(&call, 429, Some(300.0))]).await;
        (outcome.expect_err("not sent again").kind(), attempts)
    };
    let under_way = run(&pace, &call, || async {
        sleep_until(start + Duration::from_secs(20)).await;
        Ok(())
    });
    let (sent, first, second, ()) = tokio::join!(
        under_way,
        waits(),
        async {
            sleep_until(start + Duration::from_secs(1)).await;
            waits().await
        },
        async {
            sleep_until(start + Duration::from_secs(10)).await;
            pace.stop_waiting();
        }
    );
    assert_eq!((first, second), ((ErrorKind::Throttled, 1), (ErrorKind::Throttled, 0)));
    sent.expect("an answer");
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}
