//! Addresses: `AssignmentPolicy/Sales/Marketing campaign/Partners may request`.
//!
//! What a person types and what a plan prints. Names come from the tenant, so in a segment `/`, `%`, `*`,
//! control and bidirectional-formatting characters are percent-encoded UTF-8; spaces stay.

use crate::kind::Kind;
use crate::reference::fold;
use crate::text::is_deceptive;
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

    /// The address of an object of this kind within `parents`: catalog and package, as far as the kind has them.
    pub fn of(kind: Kind, parents: &[&str], name: &str) -> Self {
        let is_single = kind.segments().is_empty();
        let own = [name].into_iter().filter(|_| !is_single);
        Self { kind, segments: parents.iter().copied().chain(own).map(str::to_owned).collect() }
    }

    /// The address of what holds it; `None` where that is the tenant.
    pub fn parent(&self) -> Option<Self> {
        let kind = self.kind.parent();
        let (_, segments) = self.segments.split_last().filter(|_| kind != Kind::Tenant)?;
        Some(Self { kind, segments: segments.into() })
    }

    /// The address of an object of this name beside it.
    #[must_use]
    pub fn sibling(&self, name: &str) -> Self {
        let parents = self.segments.iter().take(self.segments.len().saturating_sub(1)).cloned();
        Self { kind: self.kind, segments: parents.chain([name.to_owned()]).collect() }
    }

    /// The form in which two addresses that differ in letter case alone are equal.
    pub fn key(&self) -> String {
        let length = self.segments.iter().map(|segment| segment.len() + 1).sum::<usize>();
        let mut key = String::with_capacity(self.kind.as_str().len() + length);
        key.push_str(self.kind.as_str());
        for segment in self.segments.iter() {
            key.push('/');
            if is_plain(segment) { key.push_str(segment) } else { key.push_str(&fold(&encode(segment))) }
        }
        // What is not plain is folded; of ASCII this is all that folding does.
        key.make_ascii_lowercase();
        key
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
    segment.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'/' | b'%' | b'*'))
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
pub fn decode(segment: &str) -> String {
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
        let Some(kind) = Kind::declared(parts.next().unwrap_or_default()) else {
            return Err(format!(
                "`{}` does not begin with a kind; an address reads `AssignmentPolicy/CATALOG/PACKAGE/POLICY`",
                crate::text::visible(text)
            ));
        };
        let segments: Vec<String> = parts.map(str::to_owned).collect();
        let form = kind.segments();
        let fewest = if form.len() > 1 { form.len() - 1 } else { form.len() };
        if !(fewest..=form.len()).contains(&segments.len()) || segments.iter().any(String::is_empty) {
            let form =
                std::iter::once(kind.as_str()).chain(form.iter().copied()).collect::<Vec<_>>().join("/");
            let may = if fewest < kind.segments().len() { ", and the catalog may be left out" } else { "" };
            return Err(format!(
                "`{}` has {} segments after the kind; an address reads `{form}`{may}",
                crate::text::visible(text),
                segments.len()
            ));
        }
        Ok(Self { kind, segments, text: text.to_owned() })
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

    /// Whether it could match an object of which no more than this is known: the segments of its address, where
    /// `None` stands for what is not known yet.
    pub fn may_match(&self, kind: Kind, known: &[Option<&str>]) -> bool {
        self.kind == kind
            && self
                .segments
                .iter()
                .zip(known.iter().skip(known.len().saturating_sub(self.segments.len())))
                .all(|(p, s)| s.is_none_or(|s| glob(&fold(p), &fold(&encode(s)))))
    }

    /// Whether it could match a policy of this package; `None` stands for what is not known yet.
    pub fn may_hold(&self, catalog: Option<&str>, package: Option<&str>) -> bool {
        if self.kind != Kind::AssignmentPolicy {
            return false;
        }
        let known = [catalog, package];
        let segments = &self.segments[..self.segments.len() - 1];
        segments
            .iter()
            .zip(&known[known.len() - segments.len()..])
            .all(|(p, s)| s.is_none_or(|s| glob(&fold(p), &fold(&encode(s)))))
    }

    /// The name of the package of policies, where it is given without `*`.
    pub fn package(&self) -> Option<String> {
        if self.kind != Kind::AssignmentPolicy {
            return None;
        }
        let segment = &self.segments[self.segments.len() - 2];
        (!segment.contains('*')).then(|| decode(segment))
    }

    /// The names that it gives, in their order; `None` for one with `*`. Those in front may be missing.
    pub fn names(&self) -> Vec<Option<String>> {
        let name = |segment: &String| (!segment.contains('*')).then(|| decode(segment));
        self.segments.iter().map(name).collect()
    }

    /// The kind that is meant.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters.
pub fn glob(pattern: &str, text: &str) -> bool {
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
    fn the_key_is_the_folded_address() {
        for name in ["Plain NAME", "ÀÉ ΟΔΟΣ", "a/B %2F*", "I\u{130}", "\u{202e}X"] {
            let address = Address::policy("Sales", name, "Who ΑΣ");
            assert_eq!(address.key(), fold(&address.to_string()));
        }
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
        let may_match = |catalog, package, policy| {
            pattern.may_match(Kind::AssignmentPolicy, &[catalog, package, Some(policy)])
        };
        assert!(may_match(None, Some("Marketing"), "partners"));
        assert!(may_match(Some("Sales"), None, "partners"));
        assert!(!may_match(Some("Hr"), None, "partners"));
        assert!(!may_match(None, Some("Staff"), "partners"));
        assert!(!may_match(None, None, "Staff"));
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
    #[test]
    fn every_declared_kind_has_addresses() {
        let catalog = Address::of(Kind::Catalog, &[], "Sales");
        let package = Address::of(Kind::AccessPackage, &["Sales"], "Campaign");
        assert_eq!(package.parent(), Some(catalog.clone()));
        assert_eq!(Address::policy("Sales", "Campaign", "x").parent(), Some(package.clone()));
        assert_eq!(catalog.parent(), None);
        assert_eq!(Address::of(Kind::Settings, &[], "settings").to_string(), "Settings");
        for address in [catalog, package, Address::of(Kind::Settings, &[], "")] {
            assert!(Pattern::parse(&address.to_string()).unwrap().matches(&address));
        }
        assert!(
            Pattern::parse("AccessPackage/Campaign").unwrap().may_match(Kind::AccessPackage, &[None, None])
        );
        for text in ["Catalog", "Catalog/a/b", "AccessPackage", "Settings/x", "Group/x"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
