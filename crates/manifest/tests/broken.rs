//! Every file of `tests/broken` against the findings that its own comments name: `#! code` on the line where
//! the finding must stand, or `# expect LINE: code` where a comment cannot stand there. The words of each
//! finding are held by one snapshot a file.

use entrant_manifest::{Loaded, load_paths, locate};
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

datatest_stable::harness! {
    { test = broken, root = "tests/broken", pattern = r"\.(yaml|json)$" },
    { test = valid, root = "tests/valid", pattern = r"\.(yaml|json)$" },
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn load(path: &Path) -> Loaded {
    load_paths(Path::new("no such directory"), &[path.to_owned()], None)
}

fn broken(path: &Path) -> Outcome {
    let begin = Instant::now();
    let loaded = load(path);
    assert!(begin.elapsed() < Duration::from_secs(1), "took {:?}", begin.elapsed());

    let mut found: Vec<(usize, String)> = Vec::new();
    let mut report = String::new();
    for diagnostic in &loaded.diagnostics {
        let place = diagnostic.place.as_ref().ok_or("a finding without a place")?;
        let location = locate(place).ok_or("a place that cannot be found again")?;
        found.push((location.line, diagnostic.code.name.to_owned()));
        let shown = &location.source[location.bytes.clone()];
        writeln!(
            report,
            "{}:{}: {}[{}]: {}\n  at: {shown}",
            location.line, location.column, diagnostic.severity, diagnostic.code.name, diagnostic.message
        )?;
        for (place, label) in &diagnostic.related {
            let location = locate(place).ok_or("a related place that cannot be found again")?;
            writeln!(report, "  also {}:{}: {label}", location.line, location.column)?;
        }
        diagnostic.notes.iter().try_for_each(|note| writeln!(report, "  note: {note}"))?;
        diagnostic.help.iter().try_for_each(|help| writeln!(report, "  help: {help}"))?;
        assert!(!diagnostic.help.is_empty(), "{} says nothing of what to do", diagnostic.code.name);
        assert!(!diagnostic.message.ends_with('.'), "{}", diagnostic.message);
    }
    found.sort();
    assert_eq!(found, expected(&std::fs::read_to_string(path)?)?, "\n{report}");

    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, report);
    });
    Ok(())
}

fn expected(source: &str) -> Result<Vec<(usize, String)>, Box<dyn std::error::Error>> {
    let mut expected = Vec::new();
    for (index, line) in source.lines().enumerate() {
        expected.extend(line.split("#! ").skip(1).map(|code| (index + 1, code.trim().to_owned())));
        if let Some((line, code)) = line.strip_prefix("# expect ").and_then(|rest| rest.split_once(": ")) {
            expected.push((line.parse()?, code.to_owned()));
        }
    }
    expected.sort();
    Ok(expected)
}

fn valid(path: &Path) -> Outcome {
    let loaded = load(path);
    if !loaded.diagnostics.is_empty() || loaded.documents.is_empty() {
        return Err(format!("{:#?}", loaded.diagnostics).into());
    }
    Ok(())
}
