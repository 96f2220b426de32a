//! From a sign-in that failed to an error that says what to do, and holds no secret.

use super::choice::{Choice, Credential};
use super::exchange::{Exchange, Refusal};
use crate::error::Error;
use crate::target::Cloud;
use azure_core::error::{Error as AzureError, ErrorKind as AzureKind};
use entrant_model::text::visible;
use std::error::Error as _;

/// What a server said, in characters at most.
const LONGEST: usize = 600;

/// The error. `exchange` knows what a server said; `azure_identity`'s own words are used only where none was asked,
/// and never where they could quote an answer.
pub(super) fn error(choice: &Choice, cloud: &Cloud, exchange: &Exchange, failed: &AzureError) -> Error {
    let with = choice.credential();
    let (why, mut help) = match exchange.refusal() {
        Some(Refusal::Refused { host, status, code, message }) => {
            let said = message.map(|message| shown(&message, choice));
            let code = code.map(|code| shown(&code, choice));
            let why = match (&said, &code) {
                (Some(said), _) => format!(": {said}"),
                (None, Some(code)) => format!(": {code}"),
                (None, None) => ", and gave no reason".to_owned(),
            };
            let help = entra_help(said.as_deref().unwrap_or_default(), cloud);
            (format!("{} refused (HTTP {status}){why}", visible(&host)), help)
        }
        Some(Refusal::Unreachable { host, why }) => (
            format!("{} cannot be reached: {}", visible(&host), shown(&why, choice)),
            vec!["Look at the network, at DNS, and at HTTPS_PROXY if there is a proxy.".to_owned()],
        ),
        Some(Refusal::NotAllowed { host }) => (
            format!("the address at {} is not `https://`, so no secret was sent there", visible(&host)),
            vec!["Correct the variable that names it.".to_owned()],
        ),
        None => (own_words(failed, choice), Vec::new()),
    };
    help.extend(own_help(&choice.credential));
    help.push("`-v` says which credential was chosen and why; docs/sign-in.md lists them.".to_owned());
    super::refuse(format!("signing in with {with} failed: {why}"), help)
}

/// The deepest thing that `azure_identity` said itself.
fn own_words(failed: &AzureError, choice: &Choice) -> String {
    let mut inner = failed;
    loop {
        if matches!(inner.kind(), AzureKind::DataConversion | AzureKind::HttpResponse { .. }) {
            return "its answer cannot be read".to_owned();
        }
        match inner.source().and_then(|source| source.downcast_ref::<AzureError>()) {
            Some(deeper) => inner = deeper,
            None => break,
        }
    }
    if inner.source().is_some_and(<dyn std::error::Error>::is::<serde_json::Error>) {
        return "its answer cannot be read".to_owned();
    }
    shown(&inner.to_string(), choice)
}

/// Text of a server or program for a person: no secret, nothing a terminal would obey, no more than fits.
fn shown(text: &str, choice: &Choice) -> String {
    let mut clean = text.to_owned();
    for secret in choice.secrets().into_iter().filter(|secret| !secret.is_empty()) {
        clean = clean.replace(secret, "…");
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        clean = clean.replace(&encoded, "…");
    }
    let words: Vec<&str> =
        clean.split_whitespace().map(|word| if word.contains("eyJ") { "…" } else { word }).collect();
    let mut shown = visible(&words.join(" "));
    if let Some((at, _)) = shown.char_indices().nth(LONGEST) {
        shown.truncate(at);
        shown.push('…');
    }
    shown
}

/// What to do about Entra's commonest refusals. Microsoft's reference, "Entra authentication and authorization
/// error codes".
fn entra_help(said: &str, cloud: &Cloud) -> Vec<String> {
    const KNOWN: [(&str, &str); 8] = [
        ("AADSTS7000215", "The secret is wrong: give the secret's value, not its id."),
        ("AADSTS7000222", "The secret has expired: make a new one, or use a federated credential."),
        ("AADSTS700016", "The tenant has no such application: check the client id and the tenant."),
        ("AADSTS90002", "There is no such tenant in this cloud: check the tenant's id and Graph's address."),
        ("AADSTS700027", "The certificate is not registered with the application."),
        ("AADSTS700024", "The federated token has expired, or a clock is wrong."),
        ("AADSTS53003", "A conditional access policy does not let this identity sign in from here."),
        ("AADSTS500011", "The tenant does not know Graph of this cloud: check Graph's address."),
    ];
    const NO_FEDERATION: [&str; 4] = ["AADSTS70021:", "AADSTS700211", "AADSTS700212", "AADSTS700213"];
    let mut help: Vec<String> =
        KNOWN.iter().filter(|(code, _)| said.contains(code)).map(|(_, help)| (*help).to_owned()).collect();
    if NO_FEDERATION.iter().any(|code| said.contains(code)) {
        help.push(format!(
            "The application has no federated credential for this job: issuer and subject must be as the message \
             says, the audience {}.",
            cloud.exchange_audience
        ));
    }
    help
}

fn own_help(credential: &Credential) -> Option<String> {
    Some(match credential {
        Credential::AzureCli => {
            "Run `az login`; Azure CLI 2.54.0 or newer is needed. Or set the variables of another credential."
                .to_owned()
        }
        Credential::ManagedIdentity => {
            "A managed identity exists on Azure's own machines and App Service alone; AZURE_CLIENT_ID names a \
             user-assigned one."
                .to_owned()
        }
        Credential::Pipelines { .. } => {
            "Check the service connection's id, and that the pipeline may use it.".to_owned()
        }
        _ => return None,
    })
}
