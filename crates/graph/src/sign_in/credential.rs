//! From a choice to a credential of `azure_identity`, made anew for each token: its own cache would give a refused
//! token again.

use super::choice::{Choice, Credential};
use super::exchange::{Exchange, Reach};
use super::refuse;
use crate::error::Error;
use crate::target::Cloud;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::error::{Error as AzureError, ErrorKind as AzureKind};
use azure_core::http::{
    ClientMethodOptions, ClientOptions, ExponentialRetryOptions, RetryOptions, Transport,
};
use azure_core::time::Duration;
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzurePipelinesCredential, AzurePipelinesCredentialOptions,
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use entrant_model::Id;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Where a credential's requests may go.
pub(super) const fn reach(credential: &Credential) -> Reach {
    match credential {
        Credential::ManagedIdentity => Reach::Machine,
        _ => Reach::Web,
    }
}

/// The credential; `None` for a token that was given. Its errors hold no secret, and may hold anything else: the
/// caller shows them with care.
pub(super) fn build(
    choice: &Choice,
    cloud: &Cloud,
    tenant: &Id,
    exchange: &Arc<Exchange>,
) -> Result<Option<Arc<dyn TokenCredential>>, AzureError> {
    let options = || client_options(cloud, exchange);
    let tenant = tenant.to_string();
    let client_id = choice.client_id().unwrap_or_default().to_owned();
    let credential: Arc<dyn TokenCredential> = match &choice.credential {
        Credential::AccessToken(_) => return Ok(None),
        Credential::ClientSecret(secret) => {
            let options = ClientSecretCredentialOptions { client_options: options() };
            ClientSecretCredential::new(&tenant, client_id, secret.clone(), Some(options))?
        }
        Credential::Certificate { .. } => certificate(choice, tenant, client_id, options())?,
        Credential::FederatedFile(path) => {
            WorkloadIdentityCredential::new(Some(WorkloadIdentityCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options: options() },
                client_id: Some(client_id),
                tenant_id: Some(tenant),
                token_file_path: Some(PathBuf::from(path)),
            }))?
        }
        Credential::FederatedToken(token) => {
            let options = ClientAssertionCredentialOptions { client_options: options() };
            ClientAssertionCredential::new(tenant, client_id, Given(token.clone()), Some(options))?
        }
        Credential::GitHub { url, token } => {
            let assertion = GitHub {
                url: url.clone(),
                token: token.clone(),
                audience: cloud.exchange_audience,
                exchange: Arc::clone(exchange),
            };
            let options = ClientAssertionCredentialOptions { client_options: options() };
            ClientAssertionCredential::new(tenant, client_id, assertion, Some(options))?
        }
        Credential::Pipelines { connection, token } => {
            let options = AzurePipelinesCredentialOptions {
                credential_options: ClientAssertionCredentialOptions { client_options: options() },
            };
            AzurePipelinesCredential::new(tenant, client_id, connection, token.clone(), Some(options))?
        }
        Credential::ManagedIdentity => {
            let user_assigned_id = choice.client_id().map(|id| UserAssignedId::ClientId(id.to_owned()));
            ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
                user_assigned_id,
                client_options: options(),
            }))?
        }
        Credential::AzureCli => AzureCliCredential::new(Some(AzureCliCredentialOptions {
            tenant_id: Some(tenant),
            ..AzureCliCredentialOptions::default()
        }))?,
    };
    Ok(Some(credential))
}

/// Whether this build can use a credential at all.
pub(super) fn is_built_in(credential: &Credential) -> Result<(), Error> {
    if cfg!(not(feature = "client-certificate")) && matches!(credential, Credential::Certificate { .. }) {
        return Err(refuse(
            "this build of entrant signs in with no client certificate",
            [
                "Build it with the feature `client-certificate` (`cargo build --release --features client-certificate`; it needs OpenSSL)."
                    .to_owned(),
                "Or use a federated credential or a client secret, and unset AZURE_CLIENT_CERTIFICATE_PATH."
                    .to_owned(),
            ],
        ));
    }
    Ok(())
}

#[cfg(feature = "client-certificate")]
fn certificate(
    choice: &Choice,
    tenant: String,
    client_id: String,
    client_options: ClientOptions,
) -> Result<Arc<dyn TokenCredential>, AzureError> {
    use azure_identity::{ClientCertificateCredential, ClientCertificateCredentialOptions};
    let Credential::Certificate { pkcs12, password } = &choice.credential else {
        return Err(AzureError::with_message(AzureKind::Other, "no certificate"));
    };
    let options = ClientCertificateCredentialOptions { client_options, password: password.clone() };
    Ok(ClientCertificateCredential::new(tenant, client_id, pkcs12.clone(), Some(options))?)
}

#[cfg(not(feature = "client-certificate"))]
fn certificate(
    _: &Choice,
    _: String,
    _: String,
    _: ClientOptions,
) -> Result<Arc<dyn TokenCredential>, AzureError> {
    Err(AzureError::with_message(AzureKind::Credential, "no client certificates in this build"))
}

/// Our HTTP client, our table's authority, and few repetitions: a sign-in that fails is soon said.
fn client_options(cloud: &Cloud, exchange: &Arc<Exchange>) -> ClientOptions {
    let mut configuration = CustomConfiguration::default();
    configuration.authority_host = format!("https://{}", cloud.authority);
    let retry = ExponentialRetryOptions {
        max_retries: 3,
        max_total_elapsed: Duration::seconds(30),
        ..ExponentialRetryOptions::default()
    };
    ClientOptions {
        transport: Some(Transport::new(Arc::clone(exchange) as _)),
        retry: RetryOptions::exponential(retry),
        cloud: Some(Arc::new(CloudConfiguration::Custom(configuration))),
        ..ClientOptions::default()
    }
}

/// An assertion that was given.
#[derive(Debug)]
struct Given(Secret);

#[async_trait::async_trait]
impl ClientAssertion for Given {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        Ok(self.0.secret().to_owned())
    }
}

/// The assertion that a GitHub runner gives for a job. GitHub's reference, "About security hardening with `OpenID` Connect".
///
/// The runner's token goes to the address that the runner names and nowhere else.
struct GitHub {
    url: String,
    token: Secret,
    audience: &'static str,
    exchange: Arc<Exchange>,
}

#[async_trait::async_trait]
impl ClientAssertion for GitHub {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let mut url = Url::parse(&self.url)
            .map_err(|_| AzureError::with_message(AzureKind::Credential, "the runner's address is no URL"))?;
        url.query_pairs_mut().append_pair("audience", self.audience);
        let answer = self.exchange.get(url, self.token.secret()).await?;
        let assertion = answer.get("value").and_then(|value| value.as_str()).filter(|text| !text.is_empty());
        assertion.map(str::to_owned).ok_or_else(|| {
            AzureError::with_message(AzureKind::Credential, "the runner's answer holds no token")
        })
    }
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GitHub")
    }
}
