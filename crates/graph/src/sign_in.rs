//! Signing in to Microsoft's clouds: which credential the environment means, the exchange for a token, and its
//! renewal.
//!
//! ```text
//! Variables ── Choice ── SignIn ── credential (`azure_identity`) ── exchange ── https://login.…
//!              (pure)      │ renews                                 (our HTTP client)
//!                          └─ TokenSource: what the transport asks; it checks tenant and audience itself
//! ```
//!
//! It is for Microsoft's clouds alone: towards a loopback address none of this is asked.

mod choice;
mod credential;
mod exchange;
mod failure;
mod variables;

pub use choice::Choice;
pub use variables::Variables;

use crate::error::{Error, ErrorKind};
use crate::target::{Cloud, Target};
use crate::token::{Token, TokenSource};
use azure_core::credentials::TokenRequestOptions;
use azure_core::time::OffsetDateTime;
use choice::Credential;
use entrant_model::Id;
use exchange::Exchange;
use jiff::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// For one token, with every repetition. A metadata service that is not there is asked for 72 s.
const TIMEOUT: Duration = Duration::from_secs(90);

/// A source of tokens for one tenant of one cloud.
pub struct SignIn {
    choice: Choice,
    cloud: &'static Cloud,
    tenant: Id,
    http: reqwest::Client,
    renewal: Renewal,
    held: Mutex<Option<Held>>,
}

/// When a token is renewed.
#[derive(Debug, Clone, Copy)]
struct Renewal {
    /// So long before it ends.
    margin: Duration,
    /// Not so soon after the last time, while the old one is good.
    pause: Duration,
    /// A token with less than this left is not used where its renewal failed.
    least: Duration,
}

const RENEWAL: Renewal = Renewal {
    margin: Duration::from_mins(5),
    pause: Duration::from_secs(30),
    least: Duration::from_secs(30),
};

struct Held {
    token: Token,
    ends: Instant,
    /// No renewal before.
    pause_ends: Instant,
}

impl SignIn {
    /// Signs in with `choice` to a tenant of the target's cloud. Makes no request yet.
    ///
    /// An error where the target is no cloud, where a variable names another cloud, or where this build cannot
    /// use the credential.
    pub fn new(choice: Choice, variables: &Variables, target: &Target, tenant: Id) -> Result<Self, Error> {
        let Some(cloud) = target.cloud() else {
            return Err(refuse(format!("{target} is no Microsoft cloud: nobody signs in there"), []));
        };
        choice::agrees(variables, cloud)?;
        credential::is_built_in(&choice.credential)?;
        let http = exchange::http_client(credential::reach(&choice.credential))?;
        Ok(Self::over(http, choice, cloud, tenant, RENEWAL))
    }

    fn over(
        http: reqwest::Client,
        choice: Choice,
        cloud: &'static Cloud,
        tenant: Id,
        renewal: Renewal,
    ) -> Self {
        Self { choice, cloud, tenant, http, renewal, held: Mutex::new(None) }
    }

    /// How it signs in.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    async fn current(&self) -> Result<Token, Error> {
        if let Credential::AccessToken(token) = &self.choice.credential {
            return still_good(token);
        }
        let mut held = self.held.lock().await;
        let now = Instant::now();
        if let Some(held) = &*held {
            let is_due = now + self.renewal.margin >= held.ends && now >= held.pause_ends;
            if now < held.ends && !is_due {
                return Ok(held.token.clone());
            }
        }
        match (self.fetch().await, &mut *held) {
            (Ok(new), held) => Ok(held.insert(new).token.clone()),
            (Err(error), Some(old)) if Instant::now() + self.renewal.least < old.ends => {
                tracing::warn!("the access token is not renewed yet, its last minutes are used: {error}");
                old.pause_ends = Instant::now() + self.renewal.pause;
                Ok(old.token.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    async fn renewed(&self) -> Result<bool, Error> {
        if matches!(self.choice.credential, Credential::AccessToken(_)) {
            return Ok(false);
        }
        let mut held = self.held.lock().await;
        let new = self.fetch().await?;
        // Azure CLI and the metadata service keep tokens of their own and may give the refused one again.
        let is_another = held.as_ref().is_none_or(|old| old.token != new.token);
        *held = Some(new);
        Ok(is_another)
    }

    async fn fetch(&self) -> Result<Held, Error> {
        let reach = credential::reach(&self.choice.credential);
        let exchange = Arc::new(Exchange::new(self.http.clone(), reach));
        let failed = |error| failure::error(&self.choice, self.cloud, &exchange, &error);
        let credential = credential::build(&self.choice, self.cloud, &self.tenant, &exchange)
            .map_err(failed)?
            .ok_or_else(|| refuse("the access token that was given cannot be renewed", []))?;
        let scope = format!("https://{}/.default", self.cloud.host);
        let scopes = [scope.as_str()];
        let given = timeout(TIMEOUT, credential.get_token(&scopes, None::<TokenRequestOptions>))
            .await
            .map_err(|_| {
                refuse(
                    format!(
                        "signing in with {} failed: no token within {} s",
                        self.choice.credential(),
                        TIMEOUT.as_secs()
                    ),
                    ["Look at the network, and at what answers for the credential.".to_owned()],
                )
            })?
            .map_err(failed)?;
        let now = Instant::now();
        let left = Duration::try_from(given.expires_on - OffsetDateTime::now_utc()).unwrap_or_default();
        let token = Token::new(given.token.secret())?;
        tracing::info!(
            "signed in with {}; the access token is good for {} s",
            self.choice.credential(),
            left.as_secs()
        );
        Ok(Held { token, ends: now + left, pause_ends: now + self.renewal.pause })
    }
}

impl TokenSource for SignIn {
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<Token, Error>> + Send + '_>> {
        Box::pin(self.current())
    }

    fn refresh(&self) -> Pin<Box<dyn Future<Output = Result<bool, Error>> + Send + '_>> {
        Box::pin(self.renewed())
    }
}

/// A token that was given, unless it has surely ended.
fn still_good(token: &Token) -> Result<Token, Error> {
    match token.claims() {
        Some(claims) if claims.has_ended(Timestamp::now()) => {
            let end = claims.ends().map(|end| end.to_string()).unwrap_or_default();
            Err(refuse(
                format!("the access token in ENTRANT_ACCESS_TOKEN ended at {end}; no request was made"),
                [
                    "Nothing renews a token that was given: get a new one, or sign in in another way for a long apply."
                        .to_owned(),
                ],
            ))
        }
        _ => Ok(token.clone()),
    }
}

/// There is no tenant to compare tokens with.
pub(crate) fn no_tenant() -> Error {
    refuse(
        "it is not said which tenant is meant; no request was made",
        [
            "Declare it in `entrant.yaml` of the policy directory, as `tenants: {prod: {id: …}}`; with several, say which with `--tenant NAME`."
                .to_owned(),
            "Without a declaration the variable AZURE_TENANT_ID (or ARM_TENANT_ID) names it.".to_owned(),
        ],
    )
}

fn refuse(cause: impl Into<String>, help: impl IntoIterator<Item = String>) -> Error {
    Error::local(ErrorKind::SignIn, cause).with_help(help)
}

#[cfg(test)]
mod tests;
