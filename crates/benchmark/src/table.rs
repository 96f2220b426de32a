//! What is printed: one row for each bound, as a Markdown table, so that a run can be pasted into
//! `docs/performance.md` as it is.

use std::fmt;
use std::time::Duration;

/// One bound and what was reached.
#[derive(Debug, Clone)]
pub struct Row {
    /// The figure that it belongs to, such as `unchanged-200`.
    pub figure: &'static str,
    /// What was counted or measured.
    pub what: String,
    /// What was asked for, as it is printed; empty where nothing was.
    pub bound: String,
    /// What was reached, as it is printed.
    pub reached: String,
    /// What could be reached at best, with its arithmetic; empty where there is none.
    pub least: String,
    /// Whether the bound is held.
    pub verdict: Verdict,
}

/// What became of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is held.
    Held,
    /// It is not.
    Missed,
    /// Nothing was asked for; the row is there to be read.
    Told,
}

/// The rows of a run.
#[derive(Debug, Default)]
pub struct Table(pub Vec<Row>);

impl Row {
    /// So many of something, of which there may be `most`.
    pub fn count(figure: &'static str, what: impl Into<String>, most: usize, reached: usize) -> Self {
        Self {
            figure,
            what: what.into(),
            bound: format!("≤ {most}"),
            reached: reached.to_string(),
            least: String::new(),
            verdict: Verdict::of(reached <= most),
        }
    }

    /// A time that may be `most`.
    pub fn time(figure: &'static str, what: impl Into<String>, most: Duration, reached: Duration) -> Self {
        Self {
            figure,
            what: what.into(),
            bound: format!("≤ {}", shown(most)),
            reached: shown(reached),
            least: String::new(),
            verdict: Verdict::of(reached <= most),
        }
    }

    /// A number that may be `most`, with its unit.
    pub fn number(
        figure: &'static str,
        what: impl Into<String>,
        most: f64,
        reached: f64,
        unit: &str,
    ) -> Self {
        Self {
            figure,
            what: what.into(),
            bound: format!("≤ {most}{unit}"),
            reached: format!("{reached:.2}{unit}"),
            least: String::new(),
            verdict: Verdict::of(reached <= most),
        }
    }

    /// Something that has to be so.
    pub fn fact(
        figure: &'static str,
        what: impl Into<String>,
        holds: bool,
        reached: impl Into<String>,
    ) -> Self {
        Self {
            figure,
            what: what.into(),
            bound: "yes".to_owned(),
            reached: reached.into(),
            least: String::new(),
            verdict: Verdict::of(holds),
        }
    }

    /// Something worth reading.
    pub fn told(figure: &'static str, what: impl Into<String>, reached: impl Into<String>) -> Self {
        Self {
            figure,
            what: what.into(),
            bound: String::new(),
            reached: reached.into(),
            least: String::new(),
            verdict: Verdict::Told,
        }
    }

    /// With what could be reached at best.
    #[must_use]
    pub fn least(mut self, arithmetic: impl Into<String>) -> Self {
        self.least = arithmetic.into();
        self
    }
}

impl Verdict {
    fn of(holds: bool) -> Self {
        if holds { Self::Held } else { Self::Missed }
    }

    /// `yes`, `NO`, or nothing.
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "yes",
            Self::Missed => "NO",
            Self::Told => "",
        }
    }
}

impl Table {
    /// The rows whose bound is not held.
    pub fn missed(&self) -> impl Iterator<Item = &Row> {
        self.0.iter().filter(|row| row.verdict == Verdict::Missed)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["figure", "what", "bound", "reached", "lower bound", "held"].map(str::to_owned);
        let lines: Vec<[String; 6]> = self
            .0
            .iter()
            .map(|row| {
                let texts = [row.figure, &row.what, &row.bound, &row.reached, &row.least, row.verdict.word()];
                texts.map(str::to_owned)
            })
            .collect();
        let all = || std::iter::once(&head).chain(&lines);
        let width = |column: usize| all().map(|line| line[column].chars().count()).max().unwrap_or_default();
        let widths: [usize; 6] = std::array::from_fn(width);
        let mut line = |cells: &[String; 6]| {
            for (cell, width) in cells.iter().zip(widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")
        };
        line(&head)?;
        line(&widths.map(|width| "-".repeat(width)))?;
        lines.iter().try_for_each(line)
    }
}

/// A time as a person reads it: `8.4 ms`, `1.24 s`.
pub fn shown(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.1 { format!("{:.1} ms", seconds * 1000.0) } else { format!("{seconds:.2} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_held_up_to_its_value_and_the_table_lines_up() {
        let table = Table(vec![
            Row::count("a", "requests", 40, 40).least("2 pages + 1 batch = 3"),
            Row::count("a", "requests", 40, 41),
            Row::time("b", "wall", Duration::from_millis(10), Duration::from_micros(8400)),
            Row::told("b", "bytes", "7 kB"),
        ]);
        assert_eq!(table.missed().count(), 1);
        let printed = table.to_string();
        assert!(printed.contains("| a      | requests | ≤ 40      | 41      |"), "{printed}");
        let widths: Vec<usize> = printed.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{printed}");
        assert_eq!((printed.matches(" NO ").count(), printed.matches(" yes ").count()), (1, 2));
    }
}
