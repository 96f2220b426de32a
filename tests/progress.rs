//! The line that tells on a terminal how far a run is: it shows, and nothing of it stays.
//!
//! What it says is drawn by time, so it is no scenario: these look for what must have been drawn, and at what
//! is left on the screen in the end.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "scenarios use more of it")]
#[path = "support/run.rs"]
mod run;
#[allow(dead_code, reason = "scenarios use more of it")]
#[path = "support/script.rs"]
mod script;
#[path = "support/terminal.rs"]
mod terminal;

use run::World;
use script::{Output, Step};

const COLUMNS: usize = 70;

/// A directory with the demo estate, and an emulator that takes its time.
fn world(serve: &str, faults: &str) -> World {
    let mut world = World::new(tempfile::tempdir().unwrap().path()).unwrap();
    does(&mut world, "estate", "");
    does(&mut world, "write faults.yaml", faults);
    does(&mut world, &format!("serve --faults faults.yaml {serve}"), "");
    world
}

fn does(world: &mut World, command: &str, input: &str) -> Output {
    world.step(&Step { line: 0, command: command.to_owned(), input: input.to_owned() }).unwrap()
}

/// What a run prints on a terminal on which nothing stops it from drawing.
fn on_terminal(world: &mut World, input: &str, command: &str) -> Output {
    does(world, &format!("tty {COLUMNS} '{input}' CI= NO_COLOR=1 entrant {command}"), "")
}

/// The lines on the screen after all that was printed: a carriage return goes back to the begin of the line,
/// `␛[2K` empties it. Other sequences fail the test, and so does a line that is too long to be
/// drawn over.
fn screen(printed: &str) -> Vec<String> {
    let mut lines = vec![Vec::new()];
    let mut column = 0;
    let mut rest = printed;
    while let Some(c) = rest.chars().next() {
        let line = lines.last_mut().unwrap();
        if let Some(after) = rest.strip_prefix("␛[2K") {
            line.clear();
            rest = after;
            continue;
        }
        match c {
            '\n' => lines.push(Vec::new()),
            '\r' => {
                let is_drawn_over = !rest.starts_with("\r\n");
                assert!(!is_drawn_over || line.len() <= COLUMNS, "{line:?}");
                column = 0;
            }
            '␛' => panic!("{}", rest.chars().take(20).collect::<String>()),
            c => {
                line.resize(line.len().max(column + 1), ' ');
                line[column] = c;
                column += 1;
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    lines.iter().map(|line| line.iter().collect::<String>().trim_end().to_owned()).collect()
}

/// What a run without a terminal prints on stdout, and the lines of stderr that are not progress.
fn expected(world: &mut World, command: &str) -> String {
    let output = does(world, &format!("NO_COLOR=1 entrant {command}"), "");
    let cost = output.stderr.lines().filter(|line| line.starts_with("Cost: "));
    output.stdout + &cost.collect::<String>()
}

#[test]
fn a_plan_shows_its_phases_and_leaves_its_results_alone() {
    let mut world = world("--latency 700", "faults: []\n");
    let output = on_terminal(&mut world, "", "plan --graph-url $URL");
    for phase in ["Looking up ", "Reading the policies of "] {
        assert!(output.stdout.contains(phase), "{}", output.stdout);
    }
    assert!(output.stdout.contains(" s)"), "{}", output.stdout);
    let shown = world.redact(&format!("{}\n", screen(&output.stdout).join("\n").trim_end()));
    let expected = expected(&mut world, "plan --graph-url $URL");
    // The width is another, so what is compared is the words.
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&shown), words(&world.redact(&expected)));
}

#[test]
fn an_apply_keeps_its_lines_and_counts_its_steps() {
    let mut world = world("--latency 120", "faults: []\n");
    let output = on_terminal(&mut world, "yes\\n", "apply --graph-url $URL");
    assert_eq!(output.exit, Some(0), "{}", output.stdout);
    // Creates go side by side, so which of them is counted while the line is drawn is a matter of time.
    let counts =
        |done: usize| output.stdout.contains(&format!("Applying: {done} of 6, create AssignmentPolicy/"));
    assert!((1..=6).any(counts), "{}", output.stdout);
    let lines = screen(&output.stdout);
    let created = lines.iter().filter(|line| line.starts_with("created AssignmentPolicy/"));
    assert_eq!(created.count(), 6, "{lines:#?}");
    let progress = |line: &&String| line.contains("Applying: ") || line.contains("Looking up");
    assert_eq!(lines.iter().find(progress), None);
    assert!(lines.contains(&"Apply: 6 done.".to_owned()), "{lines:#?}");
}

#[test]
fn a_wait_counts_down_on_the_line() {
    let faults = "faults:\n  - {fault: fail, path: \"accessPackages*\", answer: 429, times: 1, retryAfter: seconds, retryAfterMilliseconds: 3000}\n";
    let mut world = world("", faults);
    let output = on_terminal(&mut world, "", "plan --graph-url $URL");
    for text in ["Graph asks for 3 s without reque", ", in 3 s", ", in 2 s", ", in 1 s"] {
        assert!(output.stdout.contains(text), "{text}: {}", output.stdout);
    }
    assert!(!screen(&output.stdout).iter().any(|line| line.contains("Graph asks")));
}

#[test]
fn a_create_without_a_clear_answer_is_told_of_until_it_shows() {
    // It was done, and shows after a while.
    let faults = "faults:
  - {fault: lostAnswer, method: POST, path: assignmentPolicies, nth: 1, answer: 504}
  - {fault: lag, method: POST, milliseconds: 5000}
";
    let told = ["no clear answer to 1 create; what does not", " in 59 s"];
    let mut world = world("", faults);
    let output = on_terminal(&mut world, "yes\\n", "apply --graph-url $URL");
    assert_eq!(output.exit, Some(0), "{}", output.stdout);
    for text in told {
        assert!(output.stdout.contains(text), "{text}: {}", output.stdout);
    }
    assert!(!screen(&output.stdout).iter().any(|line| line.contains("no clear answer")));
}

#[test]
fn an_interrupted_run_leaves_no_line() {
    let mut world = world("--latency 3000", "faults: []\n");
    let output = does(
        &mut world,
        &format!("tty {COLUMNS} '^C (1 s)' CI= NO_COLOR=1 entrant plan --graph-url $URL"),
        "",
    );
    assert_eq!(output.exit, Some(130), "{}", output.stdout);
    assert!(output.stdout.contains("Looking up 6 packages"), "{}", output.stdout);
    assert_eq!(screen(&output.stdout).join(""), "");
}

#[test]
fn where_nothing_can_be_drawn_there_is_a_line_for_each_phase() {
    let mut world = world("--latency 150", "faults: []\n");
    for variable in ["CI=true", "TERM=dumb"] {
        let ci = if variable == "CI=true" { "" } else { "CI= " };
        let command = format!("tty {COLUMNS} '' {ci}{variable} NO_COLOR=1 entrant plan --graph-url $URL");
        let output = does(&mut world, &command, "");
        assert!(output.stdout.contains("Looking up 6 packages.\r\n"), "{}", output.stdout);
        assert!(!output.stdout.contains('␛'), "{}", output.stdout);
    }
}
