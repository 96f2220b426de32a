//! What a token says of itself: its tenant, its audience, who it stands for and what that one may do.
//!
//! Nothing here verifies a signature: the claims decide where a token must *not* go, and what a person is told.
//! Graph alone trusts them.

use crate::error::{Error, ErrorKind};
use crate::target::Cloud;
use crate::token::Token;
use entrant_model::Id;
use entrant_model::text::visible;
use entrant_model::value::Json;
use jiff::Timestamp;
use std::time::Duration;

/// The claims of a token. Their texts are the tenant's: whoever prints them makes them safe first.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(Json);

/// Graph's application id, which some tokens name as their audience. It is the same in every cloud.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
/// How long after its end Graph may still accept a token, by its own documents: clocks differ.
const TOLERANCE: Duration = Duration::from_mins(5);

impl Claims {
    /// The claims of a JWT; `None` for any other text.
    pub(crate) fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (header, payload) = (json_part(parts.next()?)?, json_part(parts.next()?)?);
        (header.get("alg").is_some() && payload.is_object()).then_some(Self(payload))
    }

    /// The tenant that issued it (`tid`).
    pub fn tenant(&self) -> Option<&str> {
        self.text("tid")
    }

    /// Whom it is meant for (`aud`).
    pub fn audience(&self) -> Option<&str> {
        self.text("aud")
    }

    /// The application's client id (`appid`, `azp`): the caller itself, or the one that a user signed in with.
    pub fn application_id(&self) -> Option<&str> {
        self.text("appid").or_else(|| self.text("azp"))
    }

    /// The application's name.
    pub fn application_name(&self) -> Option<&str> {
        self.text("app_displayname")
    }

    /// The signed-in user's name; `None` for an application's own token.
    pub fn user(&self) -> Option<&str> {
        ["upn", "preferred_username", "unique_name", "name"].into_iter().find_map(|name| self.text(name))
    }

    /// Whether a user stands behind it: it has delegated permissions.
    pub fn is_delegated(&self) -> bool {
        self.text("idtyp") == Some("user") || (self.text("idtyp").is_none() && self.text("scp").is_some())
    }

    /// The application permissions that were granted (`roles`).
    pub fn roles(&self) -> Vec<&str> {
        self.texts("roles")
    }

    /// The templates of a signed-in user's roles in the directory (`wids`). Not every token names them.
    pub fn directory_roles(&self) -> Vec<&str> {
        self.texts("wids")
    }

    /// The delegated permissions that were granted (`scp`).
    pub fn scopes(&self) -> Vec<&str> {
        self.text("scp").map(|scopes| scopes.split_whitespace().collect()).unwrap_or_default()
    }

    /// When it ends (`exp`).
    pub fn ends(&self) -> Option<Timestamp> {
        // A number of seconds; some issuers write a fraction.
        let seconds = self.0.get("exp")?.as_f64()?;
        #[allow(clippy::cast_possible_truncation, reason = "the seconds are whole; the fraction may go")]
        Timestamp::from_second(seconds as i64).ok()
    }

    /// Whether it ended long enough ago for Graph to be sure to refuse it.
    pub(crate) fn has_ended(&self, now: Timestamp) -> bool {
        // Nearly the last instant there is would have no later one to compare with.
        self.ends().is_some_and(|ends| ends.saturating_add(TOLERANCE).is_ok_and(|ends| ends < now))
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        self.0.get(name).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }
}

/// Refuses a token that is not this cloud's Graph's, or not this tenant's, or that does not say.
pub(crate) fn check(token: &Token, cloud: &Cloud, tenant: &Id) -> Result<(), Error> {
    let unreadable = |what: &str| {
        refused(format!("not sent: {what}, so nobody can say whether it is the tenant {tenant}'s"))
            .with_help(["Give a token that was issued for Microsoft Graph by Microsoft Entra.".to_owned()])
    };
    let Some(claims) = token.claims() else {
        return Err(unreadable("the access token is no JWT"));
    };
    let Some(issued_for) = claims.tenant() else {
        return Err(unreadable("the access token names no tenant (`tid`)"));
    };
    if !issued_for.eq_ignore_ascii_case(tenant.as_str()) {
        return Err(refused(format!(
            "not sent: the access token is of the tenant {}, and {tenant} is meant",
            visible(issued_for)
        ))
        .with_help([
            "Sign in to the tenant that is meant, or name the other one with `--tenant`.".to_owned(),
            "The tenant that is meant is the one of `entrant.yaml`, else the one of AZURE_TENANT_ID."
                .to_owned(),
        ]));
    }
    let Audience::Of(audiences) = audiences(token.secret()) else {
        return Err(unreadable("the access token names no audience (`aud`)"));
    };
    if audiences.iter().any(|audience| !is_of(audience, cloud)) || audiences.is_empty() {
        let named: Vec<String> = audiences.iter().map(|audience| visible(audience)).collect();
        return Err(Error::local(
            ErrorKind::SignIn,
            format!("not sent: the access token is meant for {}, not for {}", named.join(", "), cloud.host),
        )
        .with_help([format!(
            "Get one for Graph of this cloud: `az account get-access-token --resource https://{}`.",
            cloud.host
        )]));
    }
    Ok(())
}

fn refused(cause: String) -> Error {
    Error::local(ErrorKind::WrongTenant, cause)
}

/// Whether an audience is Graph of this cloud.
fn is_of(audience: &str, cloud: &Cloud) -> bool {
    let audience = audience.trim().to_ascii_lowercase();
    let without_prefix = audience.strip_prefix("spn:").unwrap_or(&audience);
    let host = without_prefix.strip_prefix("https://").map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    without_prefix == GRAPH || host == Some(cloud.host)
}

/// Domains under which Microsoft's services, and so the audiences of their tokens, live.
const MICROSOFT_DOMAINS: [&str; 16] = [
    "microsoft.com",
    "microsoft.us",
    "microsoftonline.com",
    "microsoftonline.us",
    "microsoftonline.cn",
    "windows.net",
    "azure.com",
    "azure.net",
    "azure.us",
    "azure.cn",
    "chinacloudapi.cn",
    "usgovcloudapi.net",
    "office.com",
    "office365.com",
    "office365.us",
    "sharepoint.com",
];

/// How the application ids of Microsoft's oldest services end; Graph is `00000003-…`.
const FIRST_PARTY_ID: &str = "-0000-0000-c000-000000000000";

/// Whether an audience is one of Microsoft's services.
pub(crate) fn is_microsofts(audience: &str) -> bool {
    let audience = audience.trim().to_ascii_lowercase();
    let without_scheme = audience.split_once("://").map_or(audience.as_str(), |(_, rest)| rest);
    let without_prefix = without_scheme.strip_prefix("spn:").unwrap_or(without_scheme);
    let host = without_prefix.split(['/', ':', '?', '#']).next().unwrap_or_default().trim_end_matches('.');
    host.ends_with(FIRST_PARTY_ID)
        || MICROSOFT_DOMAINS.iter().any(|domain| {
            host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

/// Whom a token is meant for.
pub(crate) enum Audience {
    NoJwt,
    Unreadable,
    Of(Vec<String>),
}

/// The audiences of a JWT, unverified: this decides what not to send, it trusts nothing.
pub(crate) fn audiences(token: &str) -> Audience {
    let mut parts = token.split('.');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else { return Audience::NoJwt };
    if json_part(header).is_none_or(|header| header.get("alg").is_none()) {
        return Audience::NoJwt;
    }
    match json_part(payload).as_ref().and_then(|claims| claims.get("aud")) {
        Some(Json::String(audience)) => Audience::Of(vec![audience.clone()]),
        Some(Json::Array(list)) => {
            let texts = list.iter().map(|audience| audience.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().map_or(Audience::Unreadable, Audience::Of)
        }
        _ => Audience::Unreadable,
    }
}

pub(crate) fn json_part(text: &str) -> Option<Json> {
    serde_json::from_slice(&base64_url(text)?).ok()
}

/// Base64 of either alphabet, with or without padding.
fn base64_url(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0_u8);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count).to_le_bytes()[0]);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::CLOUDS;
    use crate::token::tests::jwt;

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";

    fn checked(claims: &str) -> Result<(), Error> {
        check(&jwt(claims), &CLOUDS[0], &Id::new(TENANT))
    }

    #[test]
    fn a_token_of_the_tenant_for_graph_is_sent() {
        for audience in [
            "https://graph.microsoft.com",
            "https://GRAPH.microsoft.com/",
            "00000003-0000-0000-c000-000000000000",
            "spn:00000003-0000-0000-C000-000000000000",
        ] {
            let claims = format!(r#"{{"tid":"{}","aud":"{audience}"}}"#, TENANT.to_ascii_uppercase());
            checked(&claims).unwrap_or_else(|error| panic!("{audience}: {error}"));
        }
    }

    #[test]
    fn a_token_of_another_tenant_or_of_none_is_refused() {
        for claims in [
            r#"{"tid":"99999999-2222-3333-4444-555555555555","aud":"https://graph.microsoft.com"}"#,
            r#"{"tid":"contoso.onmicrosoft.com","aud":"https://graph.microsoft.com"}"#,
            r#"{"tid":7,"aud":"https://graph.microsoft.com"}"#,
            r#"{"tid":"","aud":"https://graph.microsoft.com"}"#,
            r#"{"aud":"https://graph.microsoft.com"}"#,
            r#"{"tid":"11111111-2222-3333-4444-555555555555"}"#,
            "[]",
            "no JSON",
        ] {
            assert_eq!(checked(claims).expect_err(claims).kind(), ErrorKind::WrongTenant, "{claims}");
        }
        let opaque = Token::new("an-opaque-token").expect("a token");
        let error = check(&opaque, &CLOUDS[0], &Id::new(TENANT)).expect_err("no JWT");
        assert_eq!(error.kind(), ErrorKind::WrongTenant);
        assert!(!format!("{error}{error:?}").contains("an-opaque-token"));
    }

    #[test]
    fn a_token_for_something_else_is_refused() {
        for audience in [
            r#""https://management.azure.com""#,
            r#""https://graph.microsoft.us""#,
            r#""https://graph.microsoft.com.evil.example""#,
            r#""http://graph.microsoft.com""#,
            r#""00000002-0000-0000-c000-000000000000""#,
            r#"["https://graph.microsoft.com", "api://mine"]"#,
            "[]",
        ] {
            let claims = format!(r#"{{"tid":"{TENANT}","aud":{audience}}}"#);
            assert_eq!(checked(&claims).expect_err(audience).kind(), ErrorKind::SignIn, "{audience}");
        }
    }

    #[test]
    fn an_application_and_a_user_are_told_apart() {
        let claims = |text: &str| jwt(text).claims().expect("claims");
        let application =
            claims(r#"{"idtyp":"app","appid":"a","app_displayname":"CI","roles":["X.Read.All"]}"#);
        assert!(!application.is_delegated());
        assert_eq!(application.roles(), ["X.Read.All"]);
        assert_eq!((application.application_id(), application.user()), (Some("a"), None));
        let user = claims(r#"{"azp":"b","scp":"A.Read B.Read","upn":"ana@contoso.com","exp":1700000000}"#);
        assert!(user.is_delegated());
        assert_eq!((user.scopes(), user.user()), (vec!["A.Read", "B.Read"], Some("ana@contoso.com")));
        let end = user.ends().expect("an end");
        assert!(
            !user.has_ended(end + Duration::from_mins(4)) && user.has_ended(end + Duration::from_mins(6))
        );
    }

    #[test]
    fn whatever_end_a_token_claims_can_be_compared() {
        for (end, has_ended) in [
            ("253402207200", false),
            ("253402207199", false),
            ("1e300", false),
            ("-1e300", false),
            ("-377705023201", true),
            ("\"1700000000\"", false),
            ("null", false),
        ] {
            let claims = jwt(&format!(r#"{{"exp":{end}}}"#)).claims().expect("claims");
            assert_eq!(claims.has_ended(Timestamp::now()), has_ended, "{end}");
        }
    }
}
