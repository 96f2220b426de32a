//! Which credential the environment means, and why. A pure function from variables to a choice.
//!
//! The first that is there is taken, in the order of [`choose`]. Half of one is an error and never passed over:
//! whoever set half of it meant it, and the next one may stand for somebody else.

use super::variables::{ACCESS_TOKEN, Found, Variables};
use super::{no_tenant, refuse};
use crate::error::Error;
use crate::target::Cloud;
use crate::token::Token;
use azure_core::credentials::{Secret, SecretBytes};
use entrant_model::Id;
use entrant_model::text::visible;
use std::fmt;

/// A credential, with what it was found by.
#[derive(Debug, Clone)]
pub struct Choice {
    pub(super) credential: Credential,
    /// Which variables decided, in words.
    pub(super) because: String,
    pub(super) tenant: Option<Found>,
    pub(super) client_id: Option<Found>,
    /// What was there as well and not used.
    pub(super) passed_over: Vec<String>,
}

/// How to sign in. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub(super) enum Credential {
    AccessToken(Token),
    ClientSecret(Secret),
    #[cfg_attr(not(feature = "client-certificate"), allow(dead_code, reason = "read by that feature alone"))]
    Certificate {
        pkcs12: SecretBytes,
        password: Option<Secret>,
    },
    FederatedFile(String),
    FederatedToken(Secret),
    Pipelines {
        connection: String,
        token: Secret,
    },
    GitHub {
        url: String,
        token: Secret,
    },
    ManagedIdentity,
    AzureCli,
}

const TENANT: [&str; 3] = ["AZURE_TENANT_ID", "ARM_TENANT_ID", "AZURESUBSCRIPTION_TENANT_ID"];
const CLIENT: [&str; 4] =
    ["AZURE_CLIENT_ID", "ARM_CLIENT_ID", "ARM_CLIENT_ID_FILE_PATH", "AZURESUBSCRIPTION_CLIENT_ID"];
const SECRET: [&str; 3] = ["AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH"];
const CERTIFICATE: [&str; 2] = ["AZURE_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PATH"];
const PASSWORD: [&str; 2] = ["AZURE_CLIENT_CERTIFICATE_PASSWORD", "ARM_CLIENT_CERTIFICATE_PASSWORD"];
const FEDERATED_FILE: [&str; 2] = ["AZURE_FEDERATED_TOKEN_FILE", "ARM_OIDC_TOKEN_FILE_PATH"];
const FEDERATED_TOKEN: &str = "ARM_OIDC_TOKEN";
const CONNECTION: [&str; 3] = [
    "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
    "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
];
const GITHUB_URL: [&str; 2] = ["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"];
const GITHUB_TOKEN: [&str; 2] = ["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"];

impl Choice {
    /// Chooses. Makes no request.
    pub fn make(variables: &Variables) -> Result<Self, Error> {
        let tenant = variables.one(&TENANT, false)?;
        let client_id = variables.one(&CLIENT, false)?;
        let mut found = candidates(variables, client_id.as_ref())?.into_iter();
        let Some((credential, because)) = found.next() else {
            return Err(refuse(
                "no credential was found, and ARM_USE_CLI leaves Azure CLI out",
                ["Set one of those that docs/sign-in.md lists, or unset ARM_USE_CLI.".to_owned()],
            ));
        };
        let passed_over = found.map(|(other, because)| format!("{other} ({because})")).collect();
        Ok(Self { credential, because, tenant, client_id, passed_over })
    }

    /// The tenant that is meant: the declared one, else that of the variables. Both are compared: a credential
    /// for one tenant does not sign in to another.
    pub fn tenant(&self, declared: Option<&str>) -> Result<Id, Error> {
        let named = match &self.tenant {
            None => None,
            Some(found) => Some((found, Id::guid(&found.value).ok_or_else(|| not_a_guid(found))?)),
        };
        match (declared.map(Id::new), named) {
            (Some(declared), Some((found, id))) if declared != id => Err(refuse(
                format!("{} is {id}, and `entrant.yaml` means {declared}", found.name),
                [
                    "Name the tenant of `entrant.yaml` that is meant with `--tenant NAME`.".to_owned(),
                    format!("Or correct {}: a credential signs in to one tenant.", found.name),
                ],
            )),
            (Some(id), _) | (None, Some((_, id))) => Ok(id),
            (None, None) => Err(no_tenant()),
        }
    }

    /// The credential in a few words.
    pub fn credential(&self) -> String {
        self.credential.to_string()
    }

    /// Which variables decided, in words.
    pub fn because(&self) -> &str {
        &self.because
    }

    /// The application that it signs in as, where the variables say.
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_ref().map(|found| found.value.as_str()).filter(|_| self.uses_client_id())
    }

    /// Other credentials that were there and are not used.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    fn uses_client_id(&self) -> bool {
        !matches!(self.credential, Credential::AccessToken(_) | Credential::AzureCli)
    }

    /// Texts that no message may hold.
    pub(super) fn secrets(&self) -> Vec<&str> {
        match &self.credential {
            Credential::ClientSecret(secret)
            | Credential::FederatedToken(secret)
            | Credential::GitHub { token: secret, .. }
            | Credential::Pipelines { token: secret, .. } => vec![secret.secret()],
            Credential::Certificate { password: Some(password), .. } => vec![password.secret()],
            _ => Vec::new(),
        }
    }
}

/// Every credential that is there, the one to use first.
fn candidates(variables: &Variables, client: Option<&Found>) -> Result<Vec<(Credential, String)>, Error> {
    let mut all = Vec::new();
    if let Some(found) = variables.get(ACCESS_TOKEN) {
        all.push((Credential::AccessToken(Token::new(&found.value)?), format!("{ACCESS_TOKEN} is set")));
    }
    // Below the first complete one nothing is checked: it is named, not used.
    let mut take = |found: Result<Option<(Credential, String)>, Error>| match found {
        Ok(Some(candidate)) => {
            all.push(candidate);
            Ok(())
        }
        Err(error) if all.is_empty() => Err(error),
        Ok(None) | Err(_) => Ok(()),
    };
    take(client_secret(variables, client))?;
    take(certificate(variables, client))?;
    let use_oidc = variables.switch("ARM_USE_OIDC")?;
    if use_oidc != Some(false) {
        take(federated_file(variables, client))?;
        take(federated_token(variables, client))?;
        take(pipelines(variables, client))?;
        take(github(variables, client))?;
    }
    if all.is_empty() && use_oidc == Some(true) {
        return Err(refuse(
            "ARM_USE_OIDC is true, and no federated token is there",
            [format!(
                "Looked for {}, {FEDERATED_TOKEN}, {} and {}. In GitHub Actions give the job `permissions: {{id-token: write}}`.",
                FEDERATED_FILE.join(", "),
                CONNECTION.join(", "),
                GITHUB_URL.join(", ")
            )],
        ));
    }
    let identity = managed_identity(variables);
    if let (true, Err(error)) = (all.is_empty(), &identity) {
        return Err(refuse(error.to_string(), error.help().to_vec()));
    }
    all.extend(identity.ok().flatten());
    if all.is_empty() {
        all.extend(azure_cli(variables, client)?);
    }
    Ok(all)
}

fn client_secret(
    variables: &Variables,
    client: Option<&Found>,
) -> Result<Option<(Credential, String)>, Error> {
    let Some(secret) = variables.one(&SECRET, true)? else { return Ok(None) };
    needs(&secret, client, &CLIENT)?;
    Ok(Some((Credential::ClientSecret(Secret::new(secret.value)), format!("{} is set", secret.name))))
}

fn certificate(variables: &Variables, client: Option<&Found>) -> Result<Option<(Credential, String)>, Error> {
    let Some(path) = variables.one(&CERTIFICATE, false)? else { return Ok(None) };
    needs(&path, client, &CLIENT)?;
    let password = variables.one(&PASSWORD, true)?.map(|found| Secret::new(found.value));
    let pkcs12 = SecretBytes::new(variables.file(path.name).unwrap_or_default());
    Ok(Some((Credential::Certificate { pkcs12, password }, format!("{} is set", path.name))))
}

fn federated_file(
    variables: &Variables,
    client: Option<&Found>,
) -> Result<Option<(Credential, String)>, Error> {
    let Some(path) = variables.one(&FEDERATED_FILE, false)? else { return Ok(None) };
    needs(&path, client, &CLIENT)?;
    Ok(Some((Credential::FederatedFile(path.value), format!("{} is set", path.name))))
}

fn federated_token(
    variables: &Variables,
    client: Option<&Found>,
) -> Result<Option<(Credential, String)>, Error> {
    let Some(token) = variables.get(FEDERATED_TOKEN) else { return Ok(None) };
    needs(&token, client, &CLIENT)?;
    Ok(Some((Credential::FederatedToken(Secret::new(token.value)), format!("{FEDERATED_TOKEN} is set"))))
}

fn pipelines(variables: &Variables, client: Option<&Found>) -> Result<Option<(Credential, String)>, Error> {
    let Some(connection) = variables.one(&CONNECTION, false)? else { return Ok(None) };
    needs(&connection, client, &CLIENT)?;
    let token = variables.get("SYSTEM_ACCESSTOKEN");
    needs(&connection, token.as_ref(), &["SYSTEM_ACCESSTOKEN"]).map_err(|error| {
        error.with_help(["In the pipeline: `env: {SYSTEM_ACCESSTOKEN: $(System.AccessToken)}`.".to_owned()])
    })?;
    needs(&connection, variables.get("SYSTEM_OIDCREQUESTURI").as_ref(), &["SYSTEM_OIDCREQUESTURI"])?;
    let token = Secret::new(token.map(|found| found.value).unwrap_or_default());
    let because = format!("{} is set", connection.name);
    Ok(Some((Credential::Pipelines { connection: connection.value, token }, because)))
}

fn github(variables: &Variables, client: Option<&Found>) -> Result<Option<(Credential, String)>, Error> {
    let (url, token) = (variables.one(&GITHUB_URL, false)?, variables.one(&GITHUB_TOKEN, true)?);
    let (url, token) = match (url, token) {
        (None, None) => return Ok(None),
        (Some(url), None) => return Err(missing(url.name, &GITHUB_TOKEN)),
        (None, Some(token)) => return Err(missing(token.name, &GITHUB_URL)),
        (Some(url), Some(token)) => (url, token),
    };
    needs(&url, client, &CLIENT).map_err(|error| {
        error.with_help([
            "The runner offers its token to every step of a job with `id-token: write`; to leave it out and use \
             Azure CLI set ARM_USE_OIDC=false."
                .to_owned(),
        ])
    })?;
    let because = format!("{} is set", url.name);
    Ok(Some((Credential::GitHub { url: url.value, token: Secret::new(token.value) }, because)))
}

fn managed_identity(variables: &Variables) -> Result<Option<(Credential, String)>, Error> {
    let because = match variables.switch("ARM_USE_MSI")? {
        Some(false) => return Ok(None),
        Some(true) => "ARM_USE_MSI is true",
        None => match (
            variables.get("IDENTITY_ENDPOINT"),
            variables.get("IDENTITY_HEADER"),
            variables.get("IMDS_ENDPOINT"),
        ) {
            (Some(_), Some(_), _) => "IDENTITY_ENDPOINT is set",
            (Some(found), None, None) => return Err(missing(found.name, &["IDENTITY_HEADER"])),
            // On a machine of Azure Arc both are set for everybody, which asks for nothing.
            _ => return Ok(None),
        },
    };
    Ok(Some((Credential::ManagedIdentity, because.to_owned())))
}

fn azure_cli(variables: &Variables, client: Option<&Found>) -> Result<Option<(Credential, String)>, Error> {
    match (variables.switch("ARM_USE_CLI")?, client) {
        (Some(false), _) => Ok(None),
        (Some(true), _) => Ok(Some((Credential::AzureCli, "ARM_USE_CLI is true".to_owned()))),
        (None, Some(client)) => Err(refuse(
            format!("{} is set, and nothing that proves it", client.name),
            [
                format!(
                    "Looked for {}, {}, {}, {FEDERATED_TOKEN}, {}, {} and ARM_USE_MSI.",
                    SECRET.join(", "),
                    CERTIFICATE.join(", "),
                    FEDERATED_FILE.join(", "),
                    CONNECTION.join(", "),
                    GITHUB_URL.join(", ")
                ),
                "In GitHub Actions give the job `permissions: {id-token: write}`.".to_owned(),
                format!("To use Azure CLI unset {}, or set ARM_USE_CLI=true.", client.name),
            ],
        )),
        (None, None) => Ok(Some((Credential::AzureCli, "no variable names another credential".to_owned()))),
    }
}

/// That a cloud which the environment names is the one whose Graph is meant.
pub(super) fn agrees(variables: &Variables, cloud: &Cloud) -> Result<(), Error> {
    if let Some(found) = variables.get("ARM_ENVIRONMENT") {
        let hosts: &[&str] = match found.value.to_ascii_lowercase().as_str() {
            "public" | "global" | "azurecloud" | "azurepubliccloud" => &["graph.microsoft.com"],
            "usgovernment" | "azureusgovernment" => &["graph.microsoft.us", "dod-graph.microsoft.us"],
            "usgovernmentl4" => &["graph.microsoft.us"],
            "usgovernmentl5" | "dod" => &["dod-graph.microsoft.us"],
            "china" | "azurechinacloud" => &["microsoftgraph.chinacloudapi.cn"],
            _ => {
                return Err(refuse(
                    format!("ARM_ENVIRONMENT names no cloud: `{}`", visible(&found.value)),
                    ["Clouds: public, usgovernment, usgovernmentl4, usgovernmentl5, china.".to_owned()],
                ));
            }
        };
        if !hosts.contains(&cloud.host) {
            return Err(disagrees(&found, cloud));
        }
    }
    if let Some(found) = variables.get("AZURE_AUTHORITY_HOST") {
        let host = found.value.to_ascii_lowercase();
        let host = host.strip_prefix("https://").unwrap_or(&host).trim_end_matches('/').to_owned();
        let host = if host == "login.chinacloudapi.cn" { "login.partner.microsoftonline.cn" } else { &host };
        if host != cloud.authority {
            return Err(disagrees(&found, cloud));
        }
    }
    Ok(())
}

fn disagrees(found: &Found, cloud: &Cloud) -> Error {
    refuse(
        format!(
            "{} is `{}`, and Graph's address is https://{} ({}, which signs in at https://{})",
            found.name,
            visible(&found.value),
            cloud.host,
            cloud.name,
            cloud.authority
        ),
        ["A token of one cloud is refused by another: correct the address of Graph or the variable."
            .to_owned()],
    )
}

/// That `other`, which may stand in one of `names`, is there beside `set`.
fn needs(set: &Found, other: Option<&Found>, names: &[&str]) -> Result<(), Error> {
    if other.is_none() { Err(missing(set.name, names)) } else { Ok(()) }
}

fn missing(set: &str, names: &[&str]) -> Error {
    let first = names.first().copied().unwrap_or_default();
    let looked = if names.len() > 1 { format!(" Looked for {}.", names.join(", ")) } else { String::new() };
    refuse(
        format!("{set} is set, and {first} is not: half of a credential"),
        [format!("Set {first} as well, or unset {set}.{looked}")],
    )
}

fn not_a_guid(found: &Found) -> Error {
    refuse(
        format!("{} is `{}`, which is no tenant id", found.name, visible(&found.value)),
        [
            "Give the tenant's id, a GUID: tokens name their tenant by it, and a domain name cannot be compared with that."
                .to_owned(),
        ],
    )
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessToken(_) => "an access token that was given",
            Self::ClientSecret(_) => "a client secret",
            Self::Certificate { .. } => "a client certificate",
            Self::FederatedFile(_) => "a federated token file",
            Self::FederatedToken(_) => "a federated token",
            Self::Pipelines { .. } => "Azure Pipelines",
            Self::GitHub { .. } => "GitHub Actions",
            Self::ManagedIdentity => "a managed identity",
            Self::AzureCli => "Azure CLI",
        })
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::CLOUDS;

    const ID: &str = "11111111-2222-3333-4444-555555555555";
    const OTHER: &str = "99999999-2222-3333-4444-555555555555";

    fn variables(line: &str) -> Variables {
        let set: Vec<(&str, &str)> =
            line.split_whitespace().map(|pair| pair.split_once('=').expect("a pair")).collect();
        let get = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        Variables::gather(get).with_files(|path| Ok(format!("in-{path}\n").into_bytes())).expect("variables")
    }

    #[test]
    fn the_first_credential_that_is_there_is_chosen() {
        for (line, chosen) in [
            ("", "Azure CLI (no variable names another credential)"),
            ("AZURE_TENANT_ID=t", "Azure CLI (no variable names another credential)"),
            (
                "ENTRANT_ACCESS_TOKEN=x AZURE_CLIENT_SECRET=s",
                "an access token that was given (ENTRANT_ACCESS_TOKEN is set)",
            ),
            ("AZURE_CLIENT_ID=c AZURE_CLIENT_SECRET=s", "a client secret (AZURE_CLIENT_SECRET is set)"),
            ("ARM_CLIENT_ID=c ARM_CLIENT_SECRET=s", "a client secret (ARM_CLIENT_SECRET is set)"),
            (
                "AZURE_CLIENT_ID=C ARM_CLIENT_ID=c ARM_CLIENT_SECRET=s",
                "a client secret (ARM_CLIENT_SECRET is set)",
            ),
            (
                "ARM_CLIENT_ID_FILE_PATH=c ARM_CLIENT_SECRET_FILE_PATH=s",
                "a client secret (ARM_CLIENT_SECRET_FILE_PATH is set)",
            ),
            (
                "AZURE_CLIENT_ID=c AZURE_CLIENT_CERTIFICATE_PATH=p AZURE_FEDERATED_TOKEN_FILE=f",
                "a client certificate (AZURE_CLIENT_CERTIFICATE_PATH is set)",
            ),
            (
                "AZURE_CLIENT_ID=c AZURE_FEDERATED_TOKEN_FILE=f ACTIONS_ID_TOKEN_REQUEST_URL=u ACTIONS_ID_TOKEN_REQUEST_TOKEN=t",
                "a federated token file (AZURE_FEDERATED_TOKEN_FILE is set)",
            ),
            ("AZURE_CLIENT_ID=c ARM_OIDC_TOKEN=t", "a federated token (ARM_OIDC_TOKEN is set)"),
            (
                "ARM_CLIENT_ID=c ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID=s SYSTEM_ACCESSTOKEN=t SYSTEM_OIDCREQUESTURI=u ARM_OIDC_REQUEST_URL=u ARM_OIDC_REQUEST_TOKEN=t",
                "Azure Pipelines (ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID is set)",
            ),
            // What every pipeline has asks for nothing.
            (
                "SYSTEM_OIDCREQUESTURI=u SYSTEM_ACCESSTOKEN=t",
                "Azure CLI (no variable names another credential)",
            ),
            (
                "ARM_CLIENT_ID=c ACTIONS_ID_TOKEN_REQUEST_URL=u ACTIONS_ID_TOKEN_REQUEST_TOKEN=t",
                "GitHub Actions (ACTIONS_ID_TOKEN_REQUEST_URL is set)",
            ),
            (
                "ACTIONS_ID_TOKEN_REQUEST_URL=u ACTIONS_ID_TOKEN_REQUEST_TOKEN=t ARM_USE_OIDC=false",
                "Azure CLI (no variable names another credential)",
            ),
            ("ARM_USE_MSI=true AZURE_CLIENT_ID=c", "a managed identity (ARM_USE_MSI is true)"),
            ("IDENTITY_ENDPOINT=e IDENTITY_HEADER=h", "a managed identity (IDENTITY_ENDPOINT is set)"),
            (
                "IDENTITY_ENDPOINT=e IDENTITY_HEADER=h ARM_USE_MSI=false",
                "Azure CLI (no variable names another credential)",
            ),
            ("IDENTITY_ENDPOINT=e IMDS_ENDPOINT=i", "Azure CLI (no variable names another credential)"),
            ("AZURE_CLIENT_ID=c ARM_USE_CLI=true", "Azure CLI (ARM_USE_CLI is true)"),
        ] {
            let choice = Choice::make(&variables(line)).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(format!("{} ({})", choice.credential(), choice.because()), chosen, "{line}");
        }
    }

    #[test]
    fn half_a_credential_is_an_error_that_says_what_is_missing() {
        for (line, says) in [
            ("AZURE_CLIENT_SECRET=s", "AZURE_CLIENT_SECRET is set, and AZURE_CLIENT_ID is not"),
            (
                "ARM_CLIENT_CERTIFICATE_PATH=p",
                "ARM_CLIENT_CERTIFICATE_PATH is set, and AZURE_CLIENT_ID is not",
            ),
            ("ARM_OIDC_TOKEN_FILE_PATH=p", "ARM_OIDC_TOKEN_FILE_PATH is set, and AZURE_CLIENT_ID is not"),
            ("ARM_OIDC_TOKEN=t", "ARM_OIDC_TOKEN is set, and AZURE_CLIENT_ID is not"),
            ("AZURE_CLIENT_ID=c", "AZURE_CLIENT_ID is set, and nothing that proves it"),
            ("AZURE_CLIENT_ID=c ARM_USE_OIDC=true", "ARM_USE_OIDC is true, and no federated token is there"),
            (
                "ACTIONS_ID_TOKEN_REQUEST_URL=u ACTIONS_ID_TOKEN_REQUEST_TOKEN=t",
                "ACTIONS_ID_TOKEN_REQUEST_URL is set, and AZURE_CLIENT_ID is not",
            ),
            (
                "AZURE_CLIENT_ID=c ACTIONS_ID_TOKEN_REQUEST_URL=u",
                "ACTIONS_ID_TOKEN_REQUEST_URL is set, and ARM_OIDC_REQUEST_TOKEN is not",
            ),
            (
                "AZURE_CLIENT_ID=c AZURESUBSCRIPTION_SERVICE_CONNECTION_ID=s SYSTEM_OIDCREQUESTURI=u",
                "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID is set, and SYSTEM_ACCESSTOKEN is not",
            ),
            ("IDENTITY_ENDPOINT=e", "IDENTITY_ENDPOINT is set, and IDENTITY_HEADER is not"),
            ("ARM_USE_CLI=false", "no credential was found"),
            ("ARM_USE_MSI=perhaps", "ARM_USE_MSI is neither `true` nor `false`"),
            (
                "AZURE_CLIENT_ID=a ARM_CLIENT_ID=b",
                "AZURE_CLIENT_ID and ARM_CLIENT_ID say two different things: `a` and `b`",
            ),
            (
                "AZURE_CLIENT_ID=a AZURE_CLIENT_SECRET=canary1 ARM_CLIENT_SECRET=canary2",
                "AZURE_CLIENT_SECRET and ARM_CLIENT_SECRET say two different things",
            ),
        ] {
            let error = Choice::make(&variables(line)).expect_err(line);
            assert!(error.to_string().contains(says), "{line}: {error}");
            assert!(!error.help().is_empty(), "{line}");
            assert!(!format!("{error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn what_is_not_used_is_named() {
        let line = "AZURE_CLIENT_ID=c AZURE_CLIENT_SECRET=s AZURE_FEDERATED_TOKEN_FILE=f ARM_USE_MSI=true ARM_OIDC_REQUEST_URL=u";
        let choice = Choice::make(&variables(line)).expect("a choice");
        assert_eq!(
            choice.passed_over(),
            [
                "a federated token file (AZURE_FEDERATED_TOKEN_FILE is set)",
                "a managed identity (ARM_USE_MSI is true)"
            ]
        );
        assert!(!format!("{choice:?}").contains("\"s\""));
    }

    #[test]
    fn one_tenant_is_meant() {
        let tenant = |line: &str, declared| {
            Choice::make(&variables(line)).expect("a choice").tenant(declared).map(|id| id.to_string())
        };
        let named = format!("AZURE_TENANT_ID={}", ID.to_ascii_uppercase());
        assert_eq!(tenant("", Some(ID)).expect("an id"), ID);
        assert_eq!(tenant(&named, None).expect("an id"), ID);
        assert_eq!(tenant(&named, Some(ID)).expect("an id"), ID);
        for (line, declared, says) in [
            ("", None, "which tenant is meant"),
            (named.as_str(), Some(OTHER), "and `entrant.yaml` means"),
            ("ARM_TENANT_ID=contoso.com", None, "which is no tenant id"),
            ("ARM_TENANT_ID=contoso.com", Some(ID), "which is no tenant id"),
        ] {
            let error = tenant(line, declared).expect_err(line);
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn a_cloud_that_is_named_is_the_one_of_graph() {
        for (line, hosts) in [
            (
                "",
                "graph.microsoft.com graph.microsoft.us dod-graph.microsoft.us microsoftgraph.chinacloudapi.cn",
            ),
            ("ARM_ENVIRONMENT=public", "graph.microsoft.com"),
            ("ARM_ENVIRONMENT=usgovernment", "graph.microsoft.us dod-graph.microsoft.us"),
            ("ARM_ENVIRONMENT=usgovernmentl5", "dod-graph.microsoft.us"),
            ("ARM_ENVIRONMENT=China", "microsoftgraph.chinacloudapi.cn"),
            ("ARM_ENVIRONMENT=mars", ""),
            ("AZURE_AUTHORITY_HOST=https://login.microsoftonline.com/", "graph.microsoft.com"),
            ("AZURE_AUTHORITY_HOST=login.microsoftonline.us", "graph.microsoft.us dod-graph.microsoft.us"),
            ("AZURE_AUTHORITY_HOST=https://login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
            ("AZURE_AUTHORITY_HOST=https://login.microsoftonline.com.evil.example", ""),
        ] {
            let agreeing: Vec<&str> = CLOUDS
                .iter()
                .filter(|cloud| agrees(&variables(line), cloud).is_ok())
                .map(|cloud| cloud.host)
                .collect();
            assert_eq!(agreeing.join(" "), hosts, "{line}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_an_error() {
        let get = |name: &str| (name == "ARM_CLIENT_SECRET_FILE_PATH").then(|| "missing".to_owned());
        let error =
            Variables::gather(get).with_files(|_| Err("no such file".to_owned())).expect_err("no file");
        assert!(error.to_string().contains("ARM_CLIENT_SECRET_FILE_PATH"), "{error}");
    }

    #[test]
    fn a_file_that_says_nothing_is_an_error_and_not_another_credential() {
        for (name, content, says) in [
            ("ARM_CLIENT_SECRET_FILE_PATH", &b" \n"[..], "is empty"),
            ("ARM_CLIENT_ID_FILE_PATH", b"\xff\xfe", "holds no text"),
            ("AZURE_CLIENT_CERTIFICATE_PATH", b"", "is empty"),
        ] {
            let get = |asked: &str| (asked == name).then(|| "file".to_owned());
            let error = Variables::gather(get).with_files(|_| Ok(content.to_vec())).expect_err(name);
            assert!(error.to_string().contains(name) && error.to_string().ends_with(says), "{error}");
        }
    }
}
