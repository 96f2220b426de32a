//! Texts of SARIF 2.1.0. JSON itself is escaped by whoever writes it; here is what a reader of SARIF finds inside its
//! strings: links `[text](target)`, placeholders `{0}`, and addresses of files.

use entrant_model::text::is_deceptive;
use std::fmt::Write as _;

/// A plain text message: no link, no placeholder, nothing deceptive (§3.11.5, §3.11.6).
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '[' | ']' | '\\' => out.extend(['\\', c]),
            '{' | '}' => out.extend([c, c]),
            // Without braces, which would be placeholders.
            c if is_deceptive(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "(U+{:04X})", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// A path with `/` as the relative reference of a URI (RFC 3986).
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into());
            }
            // Writing to a String cannot fail.
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_link_or_a_placeholder() {
        assert_eq!(text("[x](javascript:y) {0} \u{202e}a\\b"), "\\[x\\](javascript:y) {{0}} (U+202E)a\\\\b");
    }

    #[test]
    fn a_path_is_percent_encoded() {
        assert_eq!(uri("policies/R&D #1/ä:b.yaml"), "policies/R%26D%20%231/%C3%A4%3Ab.yaml");
    }
}
