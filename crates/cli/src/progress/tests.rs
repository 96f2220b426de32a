//! What the line shows, without a terminal.

use super::*;
use entrant_graph::WaitReason;

fn now(begun: Instant, phase: &str) -> Now {
    Now {
        begun,
        phase: phase.to_owned(),
        read: 0,
        wait: None,
        unclear: BTreeMap::new(),
        is_again: false,
        next_wait: begun,
        next_count: begun,
    }
}

fn after(begun: Instant, milliseconds: u64) -> Instant {
    begun + Duration::from_millis(milliseconds)
}

#[test]
fn a_short_run_shows_nothing_and_a_longer_one_its_phase() {
    let begun = Instant::now();
    let now = now(begun, "Comparing");
    assert_eq!(drawn(&now, after(begun, 200), 80), "");
    assert_eq!(drawn(&now, after(begun, 400), 80), "- Comparing (0 s)");
    assert_eq!(drawn(&now, after(begun, 65_100), 80), "/ Comparing (65 s)");
}

#[test]
fn a_wait_counts_down_and_gives_way_to_the_phase() {
    let begun = Instant::now();
    let mut now = now(begun, "Comparing");
    let waiting = Waiting {
        reason: WaitReason::Throttled,
        duration: Duration::from_secs(315),
        stops_all: true,
        is_given: true,
    };
    let text = words::wait(&waiting);
    assert!(text.starts_with("Graph asks for 315 s without requests (429); continues at "), "{text}");
    now.wait = Some(Wait { text, ends: after(begun, 315_000), stops_all: true, is_given: true });
    assert!(drawn(&now, after(begun, 100_500), 200).ends_with(", in 215 s"));
    assert!(drawn(&now, after(begun, 314_500), 200).ends_with(", in 1 s"));
    assert!(drawn(&now, after(begun, 315_000), 200).ends_with("Comparing (315 s)"));
}

#[test]
fn creates_without_a_clear_answer_are_counted_until_they_are_sent_again() {
    let begun = Instant::now();
    let mut now = now(begun, "Applying: 3 of 5 done");
    now.unclear.insert("one".to_owned(), after(begun, 60_000));
    assert_eq!(
        drawn(&now, after(begun, 1_000), 200),
        "| no clear answer to 1 create; what does not show is sent again in 59 s"
    );
    now.unclear.insert("other".to_owned(), after(begun, 70_000));
    assert_eq!(
        drawn(&now, after(begun, 2_000), 200),
        "- no clear answer to 2 creates; what does not show is sent again in 58 s"
    );
    assert!(drawn(&now, after(begun, 65_000), 200).contains("to 1 create;"));
    assert!(drawn(&now, after(begun, 75_000), 200).contains("Applying: 3 of 5 done (75 s)"));
}

#[test]
fn only_a_time_that_graph_named_is_said_to_be_asked_for() {
    let waiting = |stops_all, reason| Waiting {
        reason,
        duration: Duration::from_millis(2500),
        stops_all,
        is_given: false,
    };
    let sentence = |waiting: &Waiting| {
        let wait =
            Wait { text: words::wait(waiting), ends: Instant::now(), stops_all: false, is_given: false };
        format!("{}{}", wait.text, words::remaining(&wait, waiting.duration))
    };
    assert_eq!(sentence(&waiting(true, WaitReason::Throttled)), "Graph throttles (429); continues in 3 s");
    assert_eq!(
        sentence(&waiting(false, WaitReason::Failed(503))),
        "Graph failed (503); a request is sent again in 3 s"
    );
}

#[test]
fn the_line_is_narrower_than_the_terminal_and_keeps_its_seconds() {
    let begun = Instant::now();
    let now = now(begun, "Applying: 1 of 2, create AssignmentPolicy/Catálogo/漢字漢字漢字漢字漢字/Policy");
    for width in 0..120 {
        let text = drawn(&now, after(begun, 5_000), width);
        assert!(unicode_width::UnicodeWidthStr::width(text.as_str()) <= width.saturating_sub(1), "{text}");
        assert!(text.is_empty() || text.ends_with(" (5 s)"), "{text}");
    }
    assert_eq!(drawn(&now, after(begun, 5_000), 32), "| Applying: 1 of 2, cr... (5 s)");
}
