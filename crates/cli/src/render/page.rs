//! Text for a terminal: words that wrap with a hanging indent, in a few tones.
//!
//! Everything here carries its styles as ANSI sequences; [`crate::terminal`] strips them where no colour is
//! wanted. Text that comes from outside must have gone through `entrant_model::text::visible` before it gets
//! here.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

/// How a piece of text is meant. No meaning is carried by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// What the eye shall find first.
    Strong,
    /// What can be skipped.
    Faint,
    /// What comes.
    Added,
    /// What goes.
    Removed,
    /// What changes, and what deserves a second look.
    Changed,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Added => AnsiColor::Green.on_default(),
            Self::Removed => AnsiColor::Red.on_default(),
            Self::Changed => AnsiColor::Yellow.on_default(),
        }
    }
}

/// A piece of text in one tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The tone.
    pub tone: Tone,
    /// The text, on one line.
    pub text: String,
}

/// A piece of text in this tone.
pub fn span(tone: Tone, text: impl Into<String>) -> Span {
    Span { tone, text: text.into() }
}

/// A piece of text as it is.
pub fn plain(text: impl Into<String>) -> Span {
    span(Tone::Plain, text)
}

/// Pieces that wrap, and a mark of two columns before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// The mark, where there is one.
    pub mark: Option<Span>,
    /// The pieces.
    pub spans: Vec<Span>,
}

impl Paragraph {
    /// A paragraph of one piece without a mark.
    pub fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self { mark: None, spans: vec![span(tone, text)] }
    }
}

/// How many columns the pieces take on one line.
pub fn width_of(spans: &[Span]) -> usize {
    spans.iter().map(|s| s.text.width()).sum()
}

/// A page of some width that is being written from the top.
#[derive(Debug)]
pub struct Page {
    /// Columns.
    pub width: usize,
    text: String,
    /// The tone that is switched on.
    tone: Tone,
}

impl Page {
    /// An empty page.
    pub const fn new(width: usize) -> Self {
        Self { width, text: String::new(), tone: Tone::Plain }
    }

    /// What was written.
    pub fn into_text(self) -> String {
        // Every line ends plain, so nothing is left switched on.
        self.text
    }

    /// An empty line, unless the page is empty.
    pub fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// A paragraph; following lines are indented like the first.
    pub fn line(&mut self, indent: usize, spans: &[Span]) {
        self.cell(indent, &[], indent, spans);
    }

    /// A line that must stay one line so that it can be copied.
    pub fn verbatim(&mut self, indent: usize, text: &str) {
        self.spaces(indent);
        self.text.push_str(text);
        self.end_line();
    }

    /// A lead at `indent`, then a paragraph that begins and continues at `column`. A lead that reaches
    /// beyond the column has its paragraph on the next line.
    pub fn cell(&mut self, indent: usize, lead: &[Span], column: usize, spans: &[Span]) {
        self.spaces(indent);
        let mut at = indent;
        for span in lead {
            self.styled(span.tone, &span.text);
            at += span.text.width();
        }
        if !lead.is_empty() && !spans.is_empty() {
            if at + 1 > column {
                self.end_line();
                self.spaces(column);
            } else {
                self.spaces(column - at);
            }
        }
        self.wrapped(column, spans);
        self.end_line();
    }

    /// A paragraph with its mark.
    pub fn paragraph(&mut self, indent: usize, paragraph: &Paragraph) {
        match &paragraph.mark {
            Some(mark) => self.marked(indent, &[], indent, mark, &paragraph.spans),
            None => self.line(indent, &paragraph.spans),
        }
    }

    /// A lead, and beside it columns: where each begins, how wide it is, and its paragraphs. A lead that reaches beyond
    /// the first column has them on the next line.
    pub fn row(&mut self, indent: usize, lead: &[Span], columns: &[(usize, usize, &[Paragraph])]) {
        let columns: Vec<(usize, Vec<String>)> = columns
            .iter()
            .map(|(at, width, paragraphs)| {
                let mut cell = Self::new(*width);
                paragraphs.iter().for_each(|paragraph| cell.paragraph(0, paragraph));
                (*at, cell.into_text().lines().map(str::to_owned).collect())
            })
            .collect();
        let mut at = indent + width_of(lead);
        self.spaces(indent);
        for span in lead {
            self.styled(span.tone, &span.text);
        }
        self.switch(Tone::Plain);
        if !lead.is_empty()
            && columns.first().is_some_and(|(first, lines)| at + 1 > *first && !lines.is_empty())
        {
            self.end_line();
            at = 0;
        }
        let lines = columns.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default();
        for index in 0..lines {
            for (column, lines) in &columns {
                let Some(line) = lines.get(index) else { continue };
                self.spaces(column.saturating_sub(at));
                self.text.push_str(line);
                at = column + anstream::adapter::strip_str(line).to_string().width();
            }
            self.end_line();
            at = 0;
        }
        if lines == 0 {
            self.end_line();
        }
    }

    /// A cell whose paragraph has a mark of two columns before its first line.
    pub fn marked(&mut self, indent: usize, lead: &[Span], column: usize, mark: &Span, spans: &[Span]) {
        let mut lead = lead.to_vec();
        let used = indent + width_of(&lead);
        if lead.is_empty() || used < column {
            let start = if lead.is_empty() { indent.max(column) } else { indent };
            if !lead.is_empty() {
                lead.push(plain(" ".repeat(column - used)));
            }
            lead.push(mark.clone());
            self.cell_after(start, &lead, column + 2, spans);
        } else {
            self.cell_after(indent, &lead, 0, &[]);
            self.cell_after(column, std::slice::from_ref(mark), column + 2, spans);
        }
    }

    /// A lead and a paragraph that begins right after it and continues at `column`.
    fn cell_after(&mut self, indent: usize, lead: &[Span], column: usize, spans: &[Span]) {
        self.spaces(indent);
        for span in lead {
            self.styled(span.tone, &span.text);
        }
        self.wrapped(column, spans);
        self.end_line();
    }

    fn wrapped(&mut self, column: usize, spans: &[Span]) {
        let room = self.width.saturating_sub(column).max(16);
        let mut used = 0;
        for (word, is_first) in words(spans) {
            let wide: usize = word.iter().map(|(_, text)| text.width()).sum();
            let glue = usize::from(!is_first);
            if used > 0 && used + glue + wide > room {
                self.end_line();
                self.spaces(column);
                used = 0;
            } else if glue > 0 && used > 0 {
                // A space between two words of one tone needs no switching off and on.
                if word.first().is_none_or(|(tone, _)| *tone != self.tone) {
                    self.switch(Tone::Plain);
                }
                self.text.push(' ');
                used += 1;
            }
            for (tone, text) in word {
                used = self.broken(tone, text, used, room, column);
            }
        }
    }

    /// Writes a word, broken where it alone is wider than the room.
    fn broken(&mut self, tone: Tone, text: &str, mut used: usize, room: usize, column: usize) -> usize {
        if used + text.width() <= room {
            self.styled(tone, text);
            return used + text.width();
        }
        let mut part = String::new();
        let mut buffer = [0; 4];
        for c in text.chars() {
            let wide = c.encode_utf8(&mut buffer).width();
            if used + wide > room {
                self.styled(tone, &part);
                part.clear();
                self.end_line();
                self.spaces(column);
                used = 0;
            }
            part.push(c);
            used += wide;
        }
        self.styled(tone, &part);
        used
    }

    fn styled(&mut self, tone: Tone, text: &str) {
        if text.is_empty() {
            return;
        }
        self.switch(tone);
        self.text.push_str(text);
    }

    fn switch(&mut self, tone: Tone) {
        if tone == self.tone {
            return;
        }
        if self.tone != Tone::Plain {
            self.text.push_str("\u{1b}[0m");
        }
        self.text.push_str(&tone.style().to_string());
        self.tone = tone;
    }

    fn end_line(&mut self) {
        self.switch(Tone::Plain);
        self.text.push('\n');
    }

    fn spaces(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }
}

/// The words of a text: pieces without a space between them, each with whether it is the first of all.
fn words(spans: &[Span]) -> Vec<(Vec<(Tone, &str)>, bool)> {
    let mut words: Vec<Vec<(Tone, &str)>> = Vec::new();
    let mut is_open = false;
    for span in spans {
        for (index, piece) in span.text.split(' ').enumerate() {
            if index > 0 {
                is_open = false;
            }
            if piece.is_empty() {
                continue;
            }
            match words.last_mut() {
                Some(word) if is_open => word.push((span.tone, piece)),
                _ => words.push(vec![(span.tone, piece)]),
            }
            is_open = true;
        }
    }
    words.into_iter().enumerate().map(|(index, word)| (word, index == 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: usize, write: impl FnOnce(&mut Page)) -> String {
        let mut page = Page::new(width);
        write(&mut page);
        page.into_text()
    }

    #[test]
    fn a_long_value_wraps_under_itself() {
        let text = written(40, |page| {
            page.cell(
                4,
                &[plain("description")],
                18,
                &[plain("Sponsors approve, else the partner desk does.")],
            );
        });
        assert_eq!(
            text,
            "    description   Sponsors approve, else\n                  the partner desk does.\n"
        );
    }

    #[test]
    fn a_long_label_has_its_value_below() {
        let text =
            written(60, |page| page.cell(2, &[plain("durationBeforeAutomaticDenial")], 8, &[plain("P14D")]));
        assert_eq!(text, "  durationBeforeAutomaticDenial\n        P14D\n");
    }

    #[test]
    fn a_word_wider_than_the_room_is_broken_and_pieces_without_a_space_stay_together() {
        let text =
            written(20, |page| page.line(0, &[plain("aaaaaaaaaaaaaaaaaaaaaaaa"), plain(" b"), plain("c")]));
        assert_eq!(text, "aaaaaaaaaaaaaaaaaaaa\naaaa bc\n");
    }
}
