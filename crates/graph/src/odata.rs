//! OData in URLs: literals, query options, paths. What comes out is percent-encoded once and whole.

use entrant_model::Version;
use std::fmt::Write as _;

/// A path below the version, and its query options, on the way to a URL.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    version: Version,
    path: String,
    query: String,
}

impl Request {
    /// A collection or object, as `path` names it: fixed segments of this crate, never a tenant's text.
    pub fn new(version: Version, path: &str) -> Self {
        Self { version, path: path.to_owned(), query: String::new() }
    }

    /// One more segment, whatever it holds.
    #[must_use]
    pub fn segment(mut self, segment: &str) -> Self {
        self.path.push('/');
        // A dot segment would be resolved away, also when it is percent-encoded.
        if matches!(segment, "." | "..") {
            self.path.push_str("%25");
        }
        self.path.push_str(&encode(segment, b""));
        self
    }

    /// The link to an object instead of the object.
    #[must_use]
    pub fn reference(mut self) -> Self {
        self.path.push_str("/$ref");
        self
    }

    /// A query option: `filter`, `expand`, … without its `$`.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        let separator = if self.query.is_empty() { '?' } else { '&' };
        let _ = write!(self.query, "{separator}${name}={}", encode(value, b"$(),/"));
        self
    }

    /// The version that the URL names.
    pub fn version(&self) -> Version {
        self.version
    }

    /// What follows the host and its slash.
    pub fn relative_url(&self) -> String {
        format!("{}/{}{}", self.version, self.path, self.query)
    }
}

/// `member eq 'value'`.
pub(crate) fn equals(member: &str, value: &str) -> String {
    format!("{member} eq {}", literal(value))
}

/// `member in ('value','other')`.
pub(crate) fn one_of(member: &str, values: &[String]) -> String {
    let literals: Vec<String> = values.iter().map(|value| literal(value)).collect();
    format!("{member} in ({})", literals.join(","))
}

/// A string literal: in quotes, with each quote inside doubled.
pub(crate) fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Percent-encodes everything but unreserved characters (RFC 3986) and those in `keep`.
fn encode(text: &str, keep: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apostrophe_is_doubled_and_everything_reserved_is_encoded() {
        let request = Request::new(Version::V1, "groups")
            .option("filter", &equals("displayName", "O'Neil & Söhne #1+?"));
        assert_eq!(
            request.relative_url(),
            "v1.0/groups?$filter=displayName%20eq%20%27O%27%27Neil%20%26%20S%C3%B6hne%20%231%2B%3F%27"
        );
    }

    #[test]
    fn a_guest_is_one_segment_of_a_path() {
        let request = Request::new(Version::V1, "users").segment("ana_fabrikam.com#EXT#@contoso/../x");
        assert_eq!(request.relative_url(), "v1.0/users/ana_fabrikam.com%23EXT%23%40contoso%2F..%2Fx");
        assert_eq!(Request::new(Version::Beta, "users").segment("..").relative_url(), "beta/users/%25..");
    }

    #[test]
    fn options_follow_each_other() {
        let request = Request::new(Version::Beta, "x").option("top", "1").option("expand", "a($expand=b),c");
        assert_eq!(request.relative_url(), "beta/x?$top=1&$expand=a($expand%3Db),c");
    }
}
