//! Tokens: where they come from, and which may go where. No token is ever printed.
//!
//! This file reads no environment: the caller hands it what was given.

use crate::claims::{self, Audience, Claims};
use crate::error::{Error, ErrorKind};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A bearer token. Neither `Debug` nor `Display` shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

/// Where tokens come from. A trait of ours, since Azure's credentials refuse `http://` authorities, so
/// nothing of them could be tried on this machine.
pub trait TokenSource: Send + Sync {
    /// The token for the next request: cheap, and renewed where it is about to end.
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<Token, Error>> + Send + '_>>;

    /// Graph refused the token (401): gets a new one for [`token`](TokenSource::token) to give, and says whether
    /// it could. Never called twice at once. A source without another token need not implement it.
    fn refresh(&self) -> Pin<Box<dyn Future<Output = Result<bool, Error>> + Send + '_>> {
        Box::pin(std::future::ready(Ok(false)))
    }
}

/// One token for the whole run.
#[derive(Debug, Clone)]
pub struct FixedToken(Token);

impl FixedToken {
    /// The token that was given, or a made-up one where none was: emulators take any.
    pub fn given_or_made_up(given: Option<Token>) -> Self {
        Self(given.unwrap_or_else(|| Token("entrant-made-up-token".into())))
    }
}

impl TokenSource for FixedToken {
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<Token, Error>> + Send + '_>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

impl Token {
    /// A token as it was given. An empty one, or one that no header could hold, is an error.
    pub fn new(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::local(
                ErrorKind::SignIn,
                "the access token is empty or has characters that no token has",
            )
            .with_help([
                "Set ENTRANT_ACCESS_TOKEN to the token alone, without `Bearer`, or unset it.".to_owned(),
            ]));
        }
        Ok(Self(text.into()))
    }

    /// The secret itself, for the one header that carries it.
    pub(crate) fn secret(&self) -> &str {
        &self.0
    }

    /// Whether it must not leave for this machine: it names Microsoft as its audience, or it is a JWT whose
    /// audience cannot be read.
    pub(crate) fn is_meant_for_microsoft(&self) -> bool {
        match claims::audiences(&self.0) {
            Audience::NoJwt => false,
            Audience::Unreadable => true,
            Audience::Of(list) => {
                list.is_empty() || list.iter().any(|audience| claims::is_microsofts(audience))
            }
        }
    }

    /// What the token says of itself, unverified; `None` where it is no JWT.
    pub fn claims(&self) -> Option<Claims> {
        Claims::read(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Base64url without padding, of a claims set, between a header and a made-up signature.
    pub(crate) fn jwt(claims: &str) -> Token {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let encode = |text: &str| -> String {
            text.as_bytes()
                .chunks(3)
                .flat_map(|chunk| {
                    let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                        << (8 * (3 - chunk.len()));
                    (0..=chunk.len()).map(move |i| char::from(LETTERS[(bits >> (18 - 6 * i)) as usize & 63]))
                })
                .collect()
        };
        Token::new(&format!("{}.{}.c2ln", encode(r#"{"typ":"JWT","alg":"RS256"}"#), encode(claims)))
            .expect("a token")
    }

    #[test]
    fn a_token_for_microsoft_is_known_by_its_audience() {
        for audience in [
            r#""https://graph.microsoft.com""#,
            r#""https://GRAPH.microsoft.us/""#,
            r#""https://dod-graph.microsoft.us""#,
            r#""https://microsoftgraph.chinacloudapi.cn""#,
            r#""graph.microsoft.com""#,
            r#""00000003-0000-0000-c000-000000000000""#,
            r#""spn:00000003-0000-0000-C000-000000000000""#,
            r#""00000003-0000-0000-c000-000000000000/graph.microsoft.com""#,
            r#""https://management.azure.com/""#,
            r#"["api://mine", "https://graph.microsoft.com"]"#,
        ] {
            assert!(jwt(&format!(r#"{{"aud":{audience}}}"#)).is_meant_for_microsoft(), "{audience}");
        }
    }

    #[test]
    fn other_tokens_may_go_to_this_machine() {
        for claims in
            [r#"{"aud":"http://127.0.0.1:8080"}"#, r#"{"aud":"api://mygraph.microsoft.com.example"}"#]
        {
            assert!(!jwt(claims).is_meant_for_microsoft(), "{claims}");
        }
        for opaque in ["entrant-made-up-token", "a.b.c", "eyJhbGciOiJ.not-json.x"] {
            assert!(!Token::new(opaque).expect("a token").is_meant_for_microsoft(), "{opaque}");
        }
    }

    #[test]
    fn a_jwt_without_a_readable_audience_stays_here() {
        for claims in
            [r#"{"sub":"x"}"#, r#"{"aud":7}"#, r#"{"aud":[]}"#, r#"{"aud":["api://mine",7]}"#, "no JSON"]
        {
            assert!(jwt(claims).is_meant_for_microsoft(), "{claims}");
        }
    }

    #[test]
    fn no_token_is_shown() {
        let token = Token::new("canary-5f1d").expect("a token");
        assert!(
            !format!("{token} {token:?} {:?}", FixedToken::given_or_made_up(Some(token.clone())))
                .contains("canary")
        );
        for bad in ["", "  ", "two words", "line\nbreak", "ünï"] {
            assert!(Token::new(bad).is_err(), "{bad}");
        }
    }
}
