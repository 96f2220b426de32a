//! Findings as annotations of GitHub Actions: a workflow command a line, on the line of the file that it is about.

use super::escape::command::{Data, Property};
use super::findings::Finding;
use super::source::Sources;
use entrant_model::Severity;
use std::fmt::Write as _;

/// GitHub shows so many annotations of a kind for one step.
const SHOWN: usize = 10;
/// So many of the policies that one edit changes are named in its annotation.
const LISTED: usize = 10;

/// The annotations, the worst first. Where there are more of a kind than GitHub shows, the last says how many.
/// `relative` makes of a file's path that of the repository.
pub fn render(findings: &[Finding], sources: &mut Sources, relative: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for level in [Severity::Error, Severity::Warning, Severity::Note] {
        let of_level: Vec<&Finding> = findings.iter().filter(|f| f.level == level).collect();
        let shown = if of_level.len() > SHOWN { SHOWN - 1 } else { of_level.len() };
        for finding in &of_level[..shown] {
            command(&mut out, finding, sources, relative);
        }
        let hidden = of_level.len() - shown;
        if hidden > 0 {
            let text = format!("{hidden} more are not shown here: see the summary of this job");
            let _ =
                writeln!(out, "::{} title={}::{}", word(level), Property::new("and more"), Data::new(&text));
        }
    }
    out
}

fn command(out: &mut String, finding: &Finding, sources: &mut Sources, relative: &dyn Fn(&str) -> String) {
    let mut properties = String::new();
    if let Some(place) = &finding.place {
        let spot = sources.spot(place);
        let _ = write!(properties, "file={},", Property::new(&relative(&spot.path)));
        if spot.line > 0 {
            let _ = write!(properties, "line={},col={},", spot.line, spot.column);
        }
    }
    let message = format!("{} [{}]{}", finding.message, finding.code.name, policies(finding));
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "::{} {properties}title={}::{}",
        word(finding.level),
        Property::new(&finding.title),
        Data::new(&message)
    );
}

/// The policies of an edit, a line each, as many as a reader looks through.
fn policies(finding: &Finding) -> String {
    let mut lines = String::new();
    for policy in finding.policies.iter().take(LISTED) {
        let says = if policy.message.is_empty() { "" } else { ": " };
        // Writing to a String cannot fail.
        let _ = write!(lines, "\n{}{says}{}", policy.address, policy.message);
    }
    let hidden = finding.policies.len().saturating_sub(LISTED);
    if hidden > 0 {
        let _ = write!(lines, "\nand {hidden} more");
    }
    lines
}

const fn word(level: Severity) -> &'static str {
    match level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entrant_plan::guards::codes::NOT_WRITTEN;

    #[test]
    fn what_github_would_not_show_is_counted() {
        let finding = |level| Finding {
            code: NOT_WRITTEN,
            level,
            title: "a: b, c".to_owned(),
            message: "50%\nmore".to_owned(),
            address: None,
            place: None,
            policies: Vec::new(),
        };
        let mut findings = vec![finding(Severity::Error); 10];
        findings.extend(vec![finding(Severity::Note); 12]);
        let text = render(&findings, &mut Sources::default(), &str::to_owned);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 20);
        assert_eq!(lines[0], "::error title=a%3A b%2C c::50%25%0Amore [not-written]");
        assert!(lines[9].starts_with("::error title=a"));
        assert_eq!(
            lines[19],
            "::notice title=and more::3 more are not shown here: see the summary of this job"
        );
    }
}
