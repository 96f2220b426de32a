//! Markdown as GitHub shows it, in two types that hold nothing unescaped: [`Inline`] for a piece of a line, [`Markdown`]
//! for whole blocks.
//!
//! GitHub looks for mentions, issues, commits, addresses and emoji in the *finished* text, so a backslash or an entity
//! does not stop `@team` from being told. Code does: nothing inside it is read. So every name stands in a code
//! span, and so does every word that is not plain.

use super::sarif::uri;
use super::{LONGEST_ADDRESS, LONGEST_NAME, mermaid, shortened};
use entrant_model::text::visible;
use std::fmt::Write as _;

/// A piece of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inline(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Words in which nothing has a meaning of its own.
    Plain(String),
    /// The same, meant to be seen first.
    Strong(String),
    /// Anything, on one line, with nothing deceptive in it.
    Code(String),
    /// A line that leads elsewhere.
    Link(Vec<Piece>, Target),
    /// The next line of the same cell or item.
    Break,
}

/// Where a link leads: a path below or beside the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(String);

impl Target {
    /// A path with `/`. It can be no other address and end no link: what is not plain in it is percent-encoded.
    pub fn path(path: &str) -> Self {
        Self(uri(path))
    }

    /// The same, at a line of a file, as GitHub counts them.
    #[must_use]
    pub fn line(self, line: usize) -> Self {
        Self(format!("{}#L{line}", self.0))
    }
}

impl Inline {
    /// Words of our own source.
    pub fn ours(words: &'static str) -> Self {
        Self(vec![Piece::Plain(words.to_owned())])
    }

    /// Words of our own source, to be seen first.
    pub fn strong(words: &'static str) -> Self {
        Self(vec![Piece::Strong(words.to_owned())])
    }

    /// A number.
    pub fn number(number: usize) -> Self {
        Self(vec![Piece::Plain(number.to_string())])
    }

    /// A line that leads elsewhere.
    pub fn link(line: Self, to: Target) -> Self {
        Self(vec![Piece::Link(line.0, to)])
    }

    /// A line end within a cell or an item.
    pub fn line_break() -> Self {
        Self(vec![Piece::Break])
    }

    /// A name from a tenant or a file.
    pub fn name(name: &str) -> Self {
        Self::code(shortened(name, LONGEST_NAME))
    }

    /// An address, a path, a digest.
    pub fn address(address: &str) -> Self {
        Self::code(shortened(address, LONGEST_ADDRESS))
    }

    fn code(text: String) -> Self {
        if text.is_empty() { Self::ours("(empty)") } else { Self(vec![Piece::Code(text)]) }
    }

    /// A text of which some words may be names: whatever is not a plain word stands in code. What stands between
    /// backticks is one name.
    pub fn words(text: &str) -> Self {
        let quoted: Vec<&str> = text.split('`').collect();
        if quoted.len().is_multiple_of(2) {
            return Self::plain_or_code(text);
        }
        let parts = quoted.into_iter().enumerate().filter(|(_, part)| !part.is_empty());
        parts.fold(Self::default(), |line, (index, part)| {
            line.then(if index % 2 == 1 { Self::address(part) } else { Self::plain_or_code(part) })
        })
    }

    fn plain_or_code(text: &str) -> Self {
        let text = visible(text);
        let mut line = Self::default();
        let mut wild = String::new();
        for (index, word) in text.split(' ').enumerate() {
            let glue = if index > 0 { " " } else { "" };
            if is_plain(word) {
                if !wild.is_empty() {
                    line = line.then(Self::code(shortened(&std::mem::take(&mut wild), LONGEST_ADDRESS)));
                }
                line = line.then(Self(vec![Piece::Plain(format!("{glue}{word}"))]));
            } else if wild.is_empty() {
                if !glue.is_empty() {
                    line = line.then(Self::ours(" "));
                }
                wild.push_str(word);
            } else {
                wild.extend([glue, word]);
            }
        }
        if wild.is_empty() { line } else { line.then(Self::code(shortened(&wild, LONGEST_ADDRESS))) }
    }

    /// The line with more after it.
    #[must_use]
    pub fn then(mut self, more: impl Into<Self>) -> Self {
        for piece in more.into().0 {
            match (self.0.last_mut(), piece) {
                (Some(Piece::Plain(text)), Piece::Plain(more)) => text.push_str(&more),
                // Two code spans side by side would be one, delimited elsewhere.
                (Some(Piece::Code(_)), Piece::Code(code)) => {
                    self.0.extend([Piece::Plain(" ".to_owned()), Piece::Code(code)]);
                }
                (_, piece) => self.0.push(piece),
            }
        }
        self
    }

    /// The lines, one below the other in the same cell or item.
    pub fn stacked(lines: impl IntoIterator<Item = Self>) -> Self {
        let mut out = Self::default();
        for (index, line) in lines.into_iter().enumerate() {
            out = if index > 0 { out.then(Self::line_break()).then(line) } else { line };
        }
        out
    }

    /// The line with its plain words to be seen first.
    #[must_use]
    pub fn made_strong(mut self) -> Self {
        for piece in &mut self.0 {
            // White space beside the marks would leave them without effect.
            if let Piece::Plain(text) = piece
                && !text.starts_with(' ')
                && !text.ends_with(' ')
            {
                *piece = Piece::Strong(std::mem::take(text));
            }
        }
        self
    }

    /// The lines as `a, b and c`.
    pub fn enumerated(lines: Vec<Self>) -> Self {
        let last = lines.len().saturating_sub(1);
        let mut out = Self::default();
        for (index, line) in lines.into_iter().enumerate() {
            out = match index {
                0 => line,
                index if index == last => out.then(" and ").then(line),
                _ => out.then(", ").then(line),
            };
        }
        out
    }

    fn to_markdown(&self) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Link(line, to) => {
                    out.extend(["[", &Self(line.clone()).to_markdown(), "](", &to.0, ")"]);
                }
                Piece::Plain(text) => out.push_str(text),
                Piece::Strong(text) => out.extend(["**", text, "**"]),
                Piece::Code(code) => out.push_str(&code_span(code)),
                Piece::Break => out.push_str("<br>"),
            }
        }
        out
    }

    /// Inside a raw line of HTML, where Markdown is not read.
    fn to_html(&self) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Link(line, to) => {
                    out.extend(["<a href=\"", &html(&to.0), "\">", &Self(line.clone()).to_html(), "</a>"]);
                }
                Piece::Plain(text) => out.push_str(&html(text)),
                Piece::Strong(text) => out.extend(["<b>", &html(text), "</b>"]),
                Piece::Code(code) => out.extend(["<code>", &html(code), "</code>"]),
                Piece::Break => out.push_str("<br>"),
            }
        }
        out
    }
}

impl From<&'static str> for Inline {
    fn from(words: &'static str) -> Self {
        Self::ours(words)
    }
}

/// Whether a word means nothing to Markdown or to GitHub: letters and digits, with the marks of a sentence around it.
/// No address, issue, commit, mention, emoji or list number.
fn is_plain(word: &str) -> bool {
    if word.chars().all(|c| matches!(c, ',' | '.' | ';' | ':' | '(' | ')' | '?' | '"' | '\'')) {
        return true;
    }
    let core = word.trim_start_matches(['(', '"', '\'']);
    let core = core.trim_end_matches([')', ',', '.', ';', ':', '!', '?', '"', '\'']);
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\'');
    let is_commit = core.len() >= 7 && core.bytes().all(|b| b.is_ascii_hexdigit());
    let is_issue = core.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("gh-"));
    let is_list_number =
        core.bytes().all(|b| b.is_ascii_digit()) && word[core.len()..].starts_with(['.', ')']);
    core.starts_with(char::is_alphanumeric)
        && core.chars().all(is_inner)
        && !is_commit
        && !is_issue
        && !is_list_number
}

/// The text between as many backticks as it takes.
fn code_span(code: &str) -> String {
    let longest = longest_run(code, '`');
    let fence = "`".repeat(longest + 1);
    let is_blank = code.chars().all(|c| c == ' ');
    let would_strip = code.starts_with(' ') && code.ends_with(' ') && !is_blank;
    let pad = if code.starts_with('`') || code.ends_with('`') || would_strip { " " } else { "" };
    [&fence, pad, code, pad, &fence].concat()
}

fn longest_run(text: &str, of: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Whole blocks, each followed by an empty line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markdown(String);

/// A line of a code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine {
    /// What stands before it: `+`, `-`, `!` or a space.
    pub mark: char,
    /// How deep it stands.
    pub indent: usize,
    /// What it says.
    pub text: String,
}

impl Markdown {
    /// A heading of this level.
    pub fn heading(level: usize, line: &Inline) -> Self {
        Self(format!("{} {}\n\n", "#".repeat(level), line.to_markdown()))
    }

    /// A paragraph. Its first word is ours or a name in code, so that it is no other block.
    pub fn paragraph(line: &Inline) -> Self {
        Self(format!("{}\n\n", line.to_markdown()))
    }

    /// A list.
    pub fn list(items: &[Inline]) -> Self {
        let mut out = String::new();
        for item in items {
            out.extend(["- ", &item.to_markdown(), "\n"]);
        }
        Self(out + "\n")
    }

    /// The head of a table; [`Self::row`]s follow and [`Self::end`].
    pub fn table(columns: &[&'static str]) -> Self {
        let rule = "| --- ".repeat(columns.len());
        Self(format!("| {} |\n{rule}|\n", columns.join(" | ")))
    }

    /// A row of a table. Inside a table a `|` ends a cell even in code, unless a backslash stands before it.
    pub fn row(cells: &[Inline]) -> Self {
        let cells: Vec<String> = cells.iter().map(|cell| cell.to_markdown().replace('|', "\\|")).collect();
        Self(format!("| {} |\n", cells.join(" | ")))
    }

    /// The end of a table.
    pub fn end() -> Self {
        Self("\n".to_owned())
    }

    /// A code block that is coloured as a difference.
    pub fn difference(lines: &[CodeLine]) -> Self {
        let mut inner = String::new();
        for line in lines {
            let _ = writeln!(inner, "{} {}{}", line.mark, "  ".repeat(line.indent), visible(&line.text));
        }
        let fence = "`".repeat(longest_run(&inner, '`').max(2) + 1);
        Self(format!("{fence}diff\n{inner}{fence}\n\n"))
    }

    /// A code block of lines that a person copies.
    pub fn lines_to_copy(lines: &str) -> Self {
        let inner: String = lines.lines().map(|line| visible(line) + "\n").collect();
        let fence = "`".repeat(longest_run(&inner, '`').max(2) + 1);
        Self(format!("{fence}yaml\n{inner}{fence}\n\n"))
    }

    /// A flowchart of Mermaid, whose labels are escaped.
    pub fn mermaid(drawing: &mermaid::Chart) -> Self {
        Self(format!("```mermaid\n{drawing}```\n\n"))
    }

    /// A line that is not shown, of our own words.
    pub fn comment(words: &'static str) -> Self {
        Self(format!("<!-- {words} -->\n\n"))
    }

    /// Blocks that are folded away below one line.
    pub fn details(summary: &Inline, inner: &Self) -> Self {
        Self(format!("<details>\n<summary>{}</summary>\n\n{}</details>\n\n", summary.to_html(), inner.0))
    }

    /// A box that catches the eye.
    pub fn caution(line: &Inline) -> Self {
        Self(format!("> [!CAUTION]\n> {}\n\n", line.to_markdown()))
    }

    /// More blocks below.
    pub fn push(&mut self, more: &Self) {
        self.0.push_str(&more.0);
    }

    /// How many bytes it takes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The text, with one line end at its end.
    pub fn into_text(self) -> String {
        format!("{}\n", self.0.trim_end())
    }
}

impl FromIterator<Markdown> for Markdown {
    fn from_iter<I: IntoIterator<Item = Self>>(blocks: I) -> Self {
        let mut all = Self::default();
        blocks.into_iter().for_each(|block| all.push(&block));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_code_whatever_it_holds() {
        for (name, shown) in [
            ("Partner desk", "`Partner desk`"),
            ("a`b``c", "```a`b``c```"),
            ("`x`", "`` `x` ``"),
            (" x ", "`  x  `"),
            ("", "(empty)"),
            ("a\nb\u{202e}", "`a\\nb\\u{202e}`"),
        ] {
            assert_eq!(Inline::name(name).to_markdown(), shown);
        }
        assert_eq!(Inline::name("a").then(Inline::name("b")).to_markdown(), "`a` `b`");
    }

    #[test]
    fn words_that_are_not_plain_stand_in_code() {
        for (text, shown) in [
            ("Nobody may, for 90 days (new requests).", "Nobody may, for 90 days (new requests)."),
            ("ask @everyone now, see #12", "ask `@everyone` now, see `#12`"),
            ("at http://x.y and www.z.de", "at `http://x.y` and `www.z.de`"),
            ("2 groups are called `Tw<b>in`, so", "2 groups are called `Tw<b>in`, so"),
            ("a `b` c` @d", "a `` `b` c` @d ``"),
            ("1. one *two* _three_ [x](y)", "`1.` one `*two* _three_ [x](y)`"),
            ("GH-7 deadbeef1 :tada:", "`GH-7 deadbeef1 :tada:`"),
        ] {
            assert_eq!(Inline::words(text).to_markdown(), shown, "{text}");
        }
    }

    #[test]
    fn a_link_leads_to_a_path_alone() {
        for (path, shown) in [
            ("packages/sales.md", "[`x]y`](packages/sales.md)"),
            ("javascript:alert(1)", "[`x]y`](javascript%3Aalert%281%29)"),
            ("../a b) [c](d)\n", "[`x]y`](../a%20b%29%20%5Bc%5D%28d%29%0A)"),
        ] {
            assert_eq!(Inline::link(Inline::name("x]y"), Target::path(path)).to_markdown(), shown);
        }
        let line = Inline::link(Inline::ours("x"), Target::path("a.yaml").line(3));
        assert_eq!(line.to_markdown(), "[x](a.yaml#L3)");
    }

    #[test]
    fn a_cell_ends_where_it_shall() {
        let row = Markdown::row(&[Inline::name("a|b"), Inline::name("c\\|d")]);
        assert_eq!(row.0, "| `a\\|b` | `c\\\\|d` |\n");
    }

    #[test]
    fn a_summary_is_html() {
        let details = Markdown::details(&Inline::name("</summary>@x & \"y\""), &Markdown::default());
        assert!(details.0.contains("<summary><code>&lt;/summary&gt;@x &amp; &quot;y&quot;</code></summary>"));
    }

    #[test]
    fn a_code_block_ends_where_it_shall() {
        let line = |text: &str| CodeLine { mark: '+', indent: 1, text: text.to_owned() };
        let block = Markdown::difference(&[line("a"), line("```\n</details>")]);
        assert_eq!(block.0, "````diff\n+   a\n+   ```\\n</details>\n````\n\n");
    }
}
