//! Runs the scenario folders; `tests/README.md` describes their format.

#[path = "support/run.rs"]
mod run;
#[path = "support/script.rs"]
mod script;
#[path = "support/terminal.rs"]
mod terminal;

use script::{Output, Script};
use std::path::Path;

/// Runs one scenario and compares, or writes down, what happens.
fn scenario(file: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(file)?;
    let script = Script::parse(&text)?;
    let folder = file.parent().ok_or("a scenario stands in a folder")?;
    let mut world = run::World::new(folder)?;
    let mut happened = Vec::new();
    for step in &script.steps {
        let output = match world.step(step) {
            Ok(output) => output,
            Err(error) => return Err(format!("line {}: {}: {error}", step.line, step.command).into()),
        };
        happened.push(Output {
            stdout: world.redact(&output.stdout),
            stderr: world.redact(&output.stderr),
            exit: output.exit,
        });
    }
    world.finish()?;
    let found = script.with(&happened);
    if std::env::var("SCENARIOS").is_ok_and(|mode| mode == "overwrite") {
        if found != text {
            std::fs::write(file, found)?;
        }
        return Ok(());
    }
    if found == text.replace("\r\n", "\n") { Ok(()) } else { Err(difference(&text, &found).into()) }
}

/// The first lines that differ, with what stands around them.
fn difference(expected: &str, found: &str) -> String {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let at = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let excerpt = |lines: &[&str]| {
        let from = at.saturating_sub(6);
        lines.iter().skip(from).take(26).copied().collect::<Vec<_>>().join("\n")
    };
    format!(
        "line {} differs\n--- expected\n{}\n--- found\n{}\n---\nSCENARIOS=overwrite writes down what was found",
        at + 1,
        excerpt(&expected),
        excerpt(&found)
    )
}

datatest_stable::harness! {
    { test = scenario, root = "../../tests/scenarios", pattern = r"/scenario\.txt$" },
}
