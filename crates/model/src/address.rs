//! Addresses: `AssignmentPolicy/Sales/Marketing campaign/Partners may request`.
//!
//! What a person types and what a plan prints. Names come from the tenant, so in a segment `/`, `%`, `*`,
//! control and bidirectional-formatting characters are percent-encoded UTF-8; spaces stay.

use crate::kind::Kind;
use crate::reference::fold;
use crate::text::{is_deceptive, is_printable_ascii};
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// The address of an object: its kind and the resolved names that lead to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The kind.
    pub kind: Kind,
    /// Catalog, package, name (as far as the kind has them), decoded.
    pub segments: Arc<[String]>,
}

impl Address {
    /// The address of an assignment policy.
    pub fn policy(catalog: &str, package: &str, display_name: &str) -> Self {
        Self {
            kind: Kind::AssignmentPolicy,
            segments: [catalog.to_owned(), package.to_owned(), display_name.to_owned()].into(),
        }
    }

    /// The address of an object of this name beside it.
    #[must_use]
    pub fn sibling(&self, name: &str) -> Self {
        let parents = self.segments.iter().take(self.segments.len().saturating_sub(1)).cloned();
        Self { kind: self.kind, segments: parents.chain([name.to_owned()]).collect() }
    }

    /// The form in which two addresses that differ in letter case alone are equal.
    pub fn key(&self) -> String {
        fold(&self.to_string())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        self.segments.iter().try_for_each(|segment| {
            f.write_str("/")?;
            if is_plain(segment) { f.write_str(segment) } else { f.write_str(&encode(segment)) }
        })
    }
}

/// Whether a segment stands for itself; most do.
fn is_plain(segment: &str) -> bool {
    is_printable_ascii(segment) && !segment.contains(['/', '%', '*'])
}

/// A segment with the characters that would mislead percent-encoded.
pub fn encode(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for c in segment.chars() {
        if matches!(c, '/' | '%' | '*') || is_deceptive(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// What an encoded segment stands for. What is no encoding stands for itself.
fn decode(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| after.get(at).and_then(|b| char::from(*b).to_digit(16));
        let byte = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        let encoded = byte.filter(|_| *first == b'%');
        bytes.push(encoded.unwrap_or(*first));
        rest = if encoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| segment.to_owned())
}

/// What a person gave to `--target` or `show`: an address in which `*` matches within a segment and the
/// catalog may be left out.
#[derive(Debug, Clone)]
pub struct Pattern {
    kind: Kind,
    segments: Vec<String>,
    text: String,
}

impl Pattern {
    /// Reads a pattern; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('/');
        let kind = parts.next().unwrap_or_default();
        if !kind.eq_ignore_ascii_case(Kind::AssignmentPolicy.as_str()) {
            return Err(format!(
                "`{}` does not begin with a kind; an address reads `AssignmentPolicy/CATALOG/PACKAGE/POLICY`",
                crate::text::visible(text)
            ));
        }
        let segments: Vec<String> = parts.map(str::to_owned).collect();
        if !(2..=3).contains(&segments.len()) || segments.iter().any(String::is_empty) {
            return Err(format!(
                "`{}` has {} segments after the kind; an address reads `AssignmentPolicy/CATALOG/PACKAGE/POLICY`, and the catalog may be left out",
                crate::text::visible(text),
                segments.len()
            ));
        }
        Ok(Self { kind: Kind::AssignmentPolicy, segments, text: text.to_owned() })
    }

    /// Whether the address is one that was meant. Letter case does not matter.
    pub fn matches(&self, address: &Address) -> bool {
        let skip = address.segments.len().saturating_sub(self.segments.len());
        self.kind == address.kind
            && skip <= 1
            && self.segments.len() <= address.segments.len()
            && self
                .segments
                .iter()
                .zip(&address.segments[skip..])
                .all(|(p, s)| glob(&fold(p), &fold(&encode(s))))
    }

    /// Whether it could match a policy of which no more than this is known. `None` stands for what is not known
    /// yet.
    pub fn may_match(&self, catalog: Option<&str>, package: Option<&str>, policy: &str) -> bool {
        let known = [catalog, package, Some(policy)];
        self.segments
            .iter()
            .zip(&known[known.len() - self.segments.len()..])
            .all(|(p, s)| s.is_none_or(|s| glob(&fold(p), &fold(&encode(s)))))
    }

    /// Whether it could match a policy of this package; `None` stands for what is not known yet.
    pub fn may_hold(&self, catalog: Option<&str>, package: Option<&str>) -> bool {
        let known = [catalog, package];
        let segments = &self.segments[..self.segments.len() - 1];
        segments
            .iter()
            .zip(&known[known.len() - segments.len()..])
            .all(|(p, s)| s.is_none_or(|s| glob(&fold(p), &fold(&encode(s)))))
    }

    /// The name of the package, where it is given without `*`.
    pub fn package(&self) -> Option<String> {
        let segment = &self.segments[self.segments.len() - 2];
        (!segment.contains('*')).then(|| decode(segment))
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_mislead_is_encoded() {
        let address = Address::policy("R&D / labs", "100%*", "a\u{202e}b\n");
        assert_eq!(address.to_string(), "AssignmentPolicy/R&D %2F labs/100%25%2A/a%E2%80%AEb%0A");
    }

    #[test]
    fn patterns_match_within_a_segment_and_may_leave_the_catalog_out() {
        let address = Address::policy("Sales", "Marketing campaign", "Partners may request");
        for text in [
            "AssignmentPolicy/Sales/Marketing campaign/Partners may request",
            "assignmentpolicy/sales/marketing campaign/partners may request",
            "AssignmentPolicy/Marketing campaign/Partners*",
            "AssignmentPolicy/*/M*g c*/*request",
        ] {
            assert!(Pattern::parse(text).unwrap().matches(&address), "{text}");
        }
        for text in
            ["AssignmentPolicy/Sales/Marketing/*", "AssignmentPolicy/*/Partners", "AssignmentPolicy/S/*/x*"]
        {
            assert!(!Pattern::parse(text).unwrap().matches(&address), "{text}");
        }
        let pattern = Pattern::parse("AssignmentPolicy/Sales/M*/Partners").unwrap();
        assert!(pattern.may_match(None, Some("Marketing"), "partners"));
        assert!(pattern.may_match(Some("Sales"), None, "partners"));
        assert!(!pattern.may_match(Some("Hr"), None, "partners"));
        assert!(!pattern.may_match(None, Some("Staff"), "partners"));
        assert!(!pattern.may_match(None, None, "Staff"));
        assert!(pattern.may_hold(Some("Sales"), Some("Marketing")) && pattern.may_hold(None, None));
        assert!(!pattern.may_hold(Some("Sales"), Some("Hr")) && pattern.package().is_none());
        for name in ["Marketing campaign", "100% *\u{202e}", "a/b %2F", "50%"] {
            let address = Address::policy("x", name, "y").to_string();
            assert_eq!(Pattern::parse(&address).unwrap().package().as_deref(), Some(name));
        }
        for text in ["", "Sales/x/y", "AssignmentPolicy/x", "AssignmentPolicy/a/b/c/d", "AssignmentPolicy//b"]
        {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
