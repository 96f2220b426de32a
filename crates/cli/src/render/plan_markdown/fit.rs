//! Makes a comment fit: rows of what widens first, then details from the gravest to the least, as far as there is room.
//! What is left out is counted, and the reader is told where it stands.

use super::super::escape::markdown::{Inline, Markdown};
use entrant_plan::impact::Class;

/// What the lines about what was cut may take.
const NOTICES: usize = 1_024;

/// A line of the table of changes.
pub struct Row {
    /// With its effects.
    pub full: Markdown,
    /// With its address alone.
    pub short: Markdown,
    /// Its class; the worst come first.
    pub class: Class,
    /// Whether it is about a policy.
    pub is_policy: bool,
}

/// Blocks of one kind.
pub struct Group {
    /// What is left out where its blocks do not fit.
    name: &'static str,
    blocks: Vec<Markdown>,
}

impl Group {
    /// The blocks of one kind.
    pub fn new(name: &'static str, blocks: impl IntoIterator<Item = Markdown>) -> Self {
        Self { name, blocks: blocks.into_iter().collect() }
    }
}

/// Head, table, groups (the gravest first) and tail, in at most so many bytes. Head and tail are always whole.
pub fn fit(head: Markdown, rows: &[Row], groups: Vec<Group>, tail: &Markdown, limit: usize) -> String {
    let mut room = limit.saturating_sub(head.len() + tail.len() + NOTICES);
    let mut notices = Vec::new();
    let table = table(rows, &mut room, &mut notices);
    let mut body = Markdown::default();
    for group in groups {
        let total = group.blocks.len();
        let fitting = group.blocks.into_iter().take_while(|block| {
            let fits = block.len() <= room;
            room -= if fits { block.len() } else { 0 };
            fits
        });
        let mut shown = 0;
        for block in fitting {
            body.push(&block);
            shown += 1;
        }
        if shown < total {
            // What is less grave must not stand where this does not.
            room = 0;
            let counts = Inline::number(total - shown).then(" of ").then(Inline::number(total)).then(" ");
            notices.push(counts.then(group.name));
        }
    }
    let mut out = head;
    if !notices.is_empty() {
        out.push(&Markdown::caution(&Inline::ours(
            "Not everything fits here. Open the saved plan among the artefacts of this run for what is left out:",
        )));
        out.push(&Markdown::list(&notices));
    }
    out.push(&table);
    out.push(&body);
    out.push(tail);
    out.into_text()
}

/// As many rows as there is room for: all of them in short if need be, and from the top with their effects.
fn table(rows: &[Row], room: &mut usize, notices: &mut Vec<Inline>) -> Markdown {
    if rows.is_empty() {
        return Markdown::default();
    }
    let what = if rows.iter().all(|row| row.is_policy) { "Policy" } else { "Object" };
    let head = Markdown::table(&["Access", "Change", what, "Who gains, who loses"]);
    let end = Markdown::end();
    *room = room.saturating_sub(head.len() + end.len());
    let mut fits = |bytes: usize| {
        let fits = bytes <= *room;
        *room -= if fits { bytes } else { 0 };
        fits
    };
    let shown = rows.iter().take_while(|row| fits(row.short.len())).count();
    let more = |row: &&Row| row.full.len().saturating_sub(row.short.len());
    let full = rows.iter().take(shown).take_while(|row| fits(more(row))).count();
    for (class, unnamed, in_short) in [
        (Class::Widens, " more widening changes not shown at all", " widening changes without who gains"),
        (
            Class::Unknown,
            " more changes of unknown effect not shown at all",
            " changes of unknown effect without the reason",
        ),
        (Class::Narrows, " more narrowing changes not shown at all", " narrowing changes without who loses"),
        (Class::Neutral, " more neutral changes not shown at all", " neutral changes in short"),
    ] {
        let after = |from: usize| rows.iter().skip(from).filter(|row| row.class == class).count();
        let (missing, short) = (after(shown), after(full) - after(shown));
        for (count, what) in [(missing, unnamed), (short, in_short)] {
            if count > 0 {
                notices.push(Inline::number(count).then(what));
            }
        }
    }
    if full < rows.len() {
        // Details must not stand where effects do not.
        *room = 0;
    }
    let named = rows.iter().enumerate().take(shown);
    let named = named.map(|(index, row)| if index < full { row.full.clone() } else { row.short.clone() });
    std::iter::once(head).chain(named).chain(std::iter::once(end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(class: Class, number: usize) -> Row {
        let cells = |last| [Inline::number(number), Inline::ours(class.as_str()), Inline::default(), last];
        Row {
            full: Markdown::row(&cells(Inline::name(&"x".repeat(200)))),
            short: Markdown::row(&cells(Inline::ours("…"))),
            class,
            is_policy: true,
        }
    }

    fn rows(widening: usize, narrowing: usize) -> Vec<Row> {
        let widening = (0..widening).map(|n| row(Class::Widens, n));
        widening.chain((0..narrowing).map(|n| row(Class::Narrows, n))).collect()
    }

    fn groups() -> Vec<Group> {
        let block = |name: &str| Markdown::paragraph(&Inline::name(&name.repeat(30)));
        vec![
            Group::new("grave ones", (0..10).map(|_| block("grave"))),
            Group::new("light ones", (0..10).map(|_| block("light"))),
        ]
    }

    fn fitted(rows: &[Row], limit: usize) -> String {
        let (head, tail) =
            (Markdown::heading(2, &"Head".into()), Markdown::paragraph(&"The end, and a digest.".into()));
        let text = fit(head, rows, groups(), &tail, limit);
        assert!(text.len() <= limit, "{} > {limit}", text.len());
        assert!(text.starts_with("## Head\n") && text.ends_with("The end, and a digest.\n"));
        text
    }

    #[test]
    fn all_of_it_stands_where_there_is_room() {
        let text = fitted(&rows(3, 3), 10_000);
        assert!(!text.contains("CAUTION"));
        assert_eq!(text.matches("light").count(), 300);
    }

    #[test]
    fn the_least_grave_is_left_out_first() {
        let text = fitted(&rows(3, 3), 5_200);
        assert!(text.contains(" of 10 light ones") && !text.contains("grave ones"), "{text}");
        let text = fitted(&rows(3, 3), 4_000);
        assert!(text.contains("10 of 10 light ones") && text.contains("of 10 grave ones"), "{text}");
        assert_eq!(text.matches("light").count(), 1);
    }

    #[test]
    fn widening_changes_are_named_as_long_as_anything_is() {
        let text = fitted(&rows(20, 20), 4_000);
        assert_eq!(text.matches("| widens |").count(), 20);
        assert!(text.contains("widening changes without who gains"), "{text}");
        assert!(!text.contains("more widening changes"));
        let text = fitted(&rows(200, 20), 4_000);
        let shown = text.matches("| widens |").count();
        assert!(
            shown > 50 && text.contains(&format!("{} more widening changes not shown at all", 200 - shown))
        );
        assert!(text.contains("20 more narrowing changes not shown at all"));
    }
}
