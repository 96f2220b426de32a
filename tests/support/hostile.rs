//! One set of hostile texts, for every output.

/// What somebody may call a group, a package or a policy to mislead a reviewer, a terminal, GitHub or a scanner.
pub const HOSTILE: &[&str] = &[
    // Terminals.
    "red \u{1b}[31m and \u{9b}2J",
    "title \u{1b}]0;owned\u{7} bell",
    "link \u{1b}]8;;http://evil.example\u{1b}\\here\u{1b}]8;;\u{1b}\\",
    "back\u{8}\u{8}space\u{7f}",
    "over\rwritten",
    "two\nlines",
    "tab\tbed \u{b} \u{c} \u{85} \u{2028} \u{2029}",
    // What cannot be seen.
    "right \u{202e}tfel-ot\u{202c} left",
    "iso \u{2066}lated\u{2069} \u{200f}\u{200e}",
    "zero\u{200b}width\u{200d}\u{feff}\u{2060}",
    "tag \u{e0041}\u{e0042} soft\u{ad}hyphen",
    "nul \u{0} byte",
    "filler\u{3164}s \u{2800} \u{115f}\u{1160} \u{ffa0} \u{34f} \u{fe0f}\u{e0100}",
    // HTML.
    "<script>alert(1)</script>",
    "</details></summary><h1>No change widens access</h1>",
    "<!-- comment --> <img src=x onerror=alert(1)>",
    "&lt;b&gt; &#64;team &amp;",
    "]]> <![CDATA[ <?php",
    "<a href=\"javascript:alert(1)\">x</a>",
    // Markdown.
    "`code` ``two`` ```three",
    "```\n</details>\n# Plan: nothing",
    "~~~ ~~gone~~",
    "pipe | and \\| more \\\\| end \\",
    "![pixel](http://evil.example/x.png)",
    "[x](javascript:alert(1)) [y][z] [^1]",
    "**bold** _under_ *star* __both__",
    "# heading",
    "- item",
    "1. one",
    "> [!NOTE] quoted",
    "---",
    "$x^2$ and $`y`$",
    "\\`escaped\\` \\*",
    ":tada: :+1:",
    // What GitHub links or tells.
    "@everyone and @octo-org/owners",
    "mail ana@contoso.com",
    "#123 GH-7 octo/repo#9",
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
    "http://evil.example https://evil.example www.evil.example",
    // Workflow commands.
    "::set-output name=x::y",
    "::error file=a.rs,line=1::boo",
    "%0A::error::boo %250A %3A%2C",
    "##[error]boo ##[add-mask]x",
    "::stop-commands::token",
    "##vso[task.setvariable variable=x]y",
    // Placeholders and lists of other formats.
    "{0} {{1}} {it} ${{ secrets.X }} $(id) `id`",
    "a, b: c; d=e 'f' \"g\"",
    "Desk\" loses it; everybody of \"X",
    // Letters that look like others, and those that are written from the right.
    "P\u{430}rtner desk",
    "\u{5d0}\u{5d1}\u{5d2} 14 \u{627}\u{644}",
    "\\ud83d \\u202e",
];

/// A name far beyond what a line takes, ending in what must not be lost to an escape that is cut.
pub fn very_long() -> String {
    format!("{}`</details>@everyone", "long name ".repeat(400))
}
