//! Where Graph is: one of Microsoft's clouds, or an address of this machine. Nothing else is ever spoken to.
//!
//! This file must not grow a way to name another host: the token follows the target.

use crate::error::{Error, ErrorKind};
use entrant_model::text::visible;
use std::fmt;
use url::{Host, Position, Url};

/// A root URL that may be given a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    root: Url,
    cloud: Option<&'static Cloud>,
}

/// One of Microsoft's clouds. Microsoft's reference, "National cloud deployments".
#[derive(Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Its word in configurations.
    pub word: &'static str,
    /// What a person calls it.
    pub name: &'static str,
    /// The host of its Graph.
    pub host: &'static str,
    /// The host that issues its tokens. Microsoft's reference, "National clouds".
    pub authority: &'static str,
    /// Whom a federated token must be meant for, to be exchanged there.
    pub exchange_audience: &'static str,
}

/// The closed list of Microsoft's clouds.
pub static CLOUDS: [Cloud; 4] = [
    Cloud {
        word: "global",
        name: "Global, and US Government GCC",
        host: "graph.microsoft.com",
        authority: "login.microsoftonline.com",
        exchange_audience: "api://AzureADTokenExchange",
    },
    Cloud {
        word: "usGov",
        name: "US Government L4 (GCC High)",
        host: "graph.microsoft.us",
        authority: "login.microsoftonline.us",
        exchange_audience: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        word: "usGovDoD",
        name: "US Government L5 (DoD)",
        host: "dod-graph.microsoft.us",
        authority: "login.microsoftonline.us",
        exchange_audience: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        word: "china",
        name: "China (21Vianet)",
        host: "microsoftgraph.chinacloudapi.cn",
        authority: "login.partner.microsoftonline.cn",
        exchange_audience: "api://AzureADTokenExchangeChina",
    },
];

/// The root URL of the cloud of this [word](Cloud::word).
pub fn cloud_root(word: &str) -> Option<String> {
    CLOUDS.iter().find(|cloud| cloud.word == word).map(|cloud| format!("https://{}", cloud.host))
}

impl Target {
    /// Reads a root URL: `https://` with a host of [`CLOUDS`], or `http://` with a loopback address
    /// (`127.0.0.0/8`, `[::1]`, `localhost`) and a port. Everything else is an error that says what is
    /// allowed.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(refused(text, "it has white space, control characters or backslashes"));
        }
        let root = Url::parse(text).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase => {
                refused(text, "it does not begin with https:// or http://")
            }
            error => refused(text, &format!("it is no URL ({error})")),
        })?;
        if !root.username().is_empty() || root.password().is_some() {
            // Not shown: it may hold a password.
            return Err(refused("", "it holds a user name or password"));
        }
        if root.query().is_some() || root.fragment().is_some() {
            return Err(refused(text, "it has a query or a fragment"));
        }
        if root.path() != "/" {
            return Err(refused(
                text,
                "it has a path; give the root alone, the version is added from each document's `apiVersion`",
            ));
        }
        match root.scheme() {
            "https" => Self::cloud_at(text, root),
            "http" => Self::loopback_at(text, root),
            other => Err(refused(text, &format!("the scheme is `{}`", visible(other)))),
        }
    }

    fn cloud_at(text: &str, root: Url) -> Result<Self, Error> {
        if is_loopback(&root) {
            return Err(refused(
                text,
                "on this machine it is `http://`: no certificate names a loopback address",
            ));
        }
        let cloud = CLOUDS.iter().find(|cloud| root.host_str() == Some(cloud.host));
        match (cloud, root.port()) {
            (None, _) => Err(refused(text, "the host is no Microsoft Graph")),
            (Some(_), Some(port)) => Err(refused(text, &format!("Microsoft Graph is not on port {port}"))),
            (Some(_), None) => Ok(Self { root, cloud }),
        }
    }

    fn loopback_at(text: &str, root: Url) -> Result<Self, Error> {
        if !is_loopback(&root) {
            return Err(refused(
                text,
                "`http://` is for a loopback address alone: a token would be readable on the way",
            ));
        }
        // The parser drops `:80`, the scheme's own.
        if root.port().is_none() && !text.trim_end_matches('/').ends_with(":80") {
            return Err(refused(
                text,
                "it has no port; `entrant emulator serve` prints its address with one",
            ));
        }
        Ok(Self { root, cloud: None })
    }

    /// Whether it is an address of this machine.
    pub fn is_loopback(&self) -> bool {
        self.cloud.is_none()
    }

    /// The cloud, where it is one.
    pub fn cloud(&self) -> Option<&'static Cloud> {
        self.cloud
    }

    /// Host and port as people and plans name it: `graph.microsoft.com`, `127.0.0.1:8080`.
    pub fn authority(&self) -> &str {
        &self.root[Position::BeforeHost..Position::AfterPort]
    }

    /// Whether a URL has this target's scheme, host and port, and no user name of its own: what may be sent
    /// the token.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        url.scheme() == self.root.scheme()
            && url.host() == self.root.host()
            && url.port_or_known_default() == self.root.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none()
    }

    /// The root, with `/` at its end.
    pub(crate) fn root(&self) -> &Url {
        &self.root
    }
}

impl fmt::Display for Target {
    /// The root URL without a slash at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn refused(text: &str, why: &str) -> Error {
    let shown = if text.is_empty() { String::new() } else { format!(" `{}`", visible(text)) };
    let clouds: Vec<String> = CLOUDS.iter().map(|c| format!("https://{} ({})", c.host, c.name)).collect();
    Error::local(ErrorKind::Target, format!("Graph's address{shown} is not allowed: {why}")).with_help([
        format!("Microsoft's clouds: {}.", clouds.join(", ")),
        "On this machine: http:// with 127.0.0.1, [::1] or localhost, and a port, as in http://127.0.0.1:8080."
            .to_owned(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microsofts_clouds_and_loopback_addresses_are_targets() {
        for (text, authority, is_loopback) in [
            ("https://graph.microsoft.com", "graph.microsoft.com", false),
            ("https://GRAPH.microsoft.com/", "graph.microsoft.com", false),
            ("https://graph.microsoft.com:443", "graph.microsoft.com", false),
            ("https://graph.microsoft.us", "graph.microsoft.us", false),
            ("https://dod-graph.microsoft.us", "dod-graph.microsoft.us", false),
            ("https://microsoftgraph.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", false),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
            ("http://127.8.9.1:1/", "127.8.9.1:1", true),
            ("http://[::1]:9", "[::1]:9", true),
            ("http://localhost:9", "localhost:9", true),
            ("http://127.0.0.1:80/", "127.0.0.1", true),
        ] {
            let target = Target::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!((target.authority(), target.is_loopback()), (authority, is_loopback), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_is_allowed() {
        for text in [
            "",
            "graph.microsoft.com",
            "http://graph.microsoft.com",
            "https://graph.microsoft.com.evil.example",
            "https://graph.microsoft.com@evil.example",
            "https://user:secret@graph.microsoft.com",
            "https://graph.microsoft.com:8443",
            "https://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com?x=1",
            "https://graph.microsoft.com#x",
            "https://graph.microsoft.com\\@evil.example",
            "https://graph.microsoft.com.",
            "https://evil.example",
            "https://127.0.0.1:8080",
            "http://127.0.0.1",
            "http://128.0.0.1:8080",
            "http://0.0.0.0:8080",
            "http://10.0.0.1:8080",
            "http://[::]:8080",
            "http://[::ffff:127.0.0.1]:8080",
            "http://127.0.0.1.nip.io:8080",
            "http://localhost.evil.example:8080",
            "http://local\nhost:8080",
            "ftp://127.0.0.1:21",
            "file:///etc/passwd",
        ] {
            let error = Target::parse(text).expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Target);
            assert!(error.help().iter().any(|h| h.contains("https://graph.microsoft.com")), "{text}");
            assert!(!format!("{error}{error:?}").contains("secret"), "{error}");
        }
    }

    #[test]
    fn only_the_same_scheme_host_and_port_is_owned() {
        let target = Target::parse("http://127.0.0.1:8080").expect("a target");
        let owns = |url: &str| target.owns(&Url::parse(url).expect("a URL"));
        assert!(owns("http://127.0.0.1:8080/v1.0/x"));
        for other in [
            "https://127.0.0.1:8080/",
            "http://127.0.0.1:8081/",
            "http://127.0.0.2:8080/",
            "http://localhost:8080/",
            "http://me@127.0.0.1:8080/",
        ] {
            assert!(!owns(other), "{other}");
        }
    }
}
