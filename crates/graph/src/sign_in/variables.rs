//! The variables that decide how to sign in, as the caller found them. This crate reads no environment and no
//! file: it is handed both.

use super::refuse;
use crate::error::Error;
use entrant_model::text::visible;
use std::collections::BTreeMap;
use std::fmt;

/// Variables by name; those that hold the path of a file that is read at once, with what the file holds.
///
/// `Debug` shows names alone.
#[derive(Clone, Default)]
pub struct Variables {
    texts: BTreeMap<&'static str, String>,
    files: BTreeMap<&'static str, Vec<u8>>,
}

/// Every variable that is looked at.
const NAMES: [&str; 32] = [
    ACCESS_TOKEN,
    "AZURE_TENANT_ID",
    "ARM_TENANT_ID",
    "AZURESUBSCRIPTION_TENANT_ID",
    "AZURE_CLIENT_ID",
    "ARM_CLIENT_ID",
    "ARM_CLIENT_ID_FILE_PATH",
    "AZURESUBSCRIPTION_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "ARM_CLIENT_SECRET",
    "ARM_CLIENT_SECRET_FILE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "ARM_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "ARM_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_FEDERATED_TOKEN_FILE",
    "ARM_OIDC_TOKEN_FILE_PATH",
    "ARM_OIDC_TOKEN",
    "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
    "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
    "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID",
    "SYSTEM_OIDCREQUESTURI",
    "SYSTEM_ACCESSTOKEN",
    "ARM_OIDC_REQUEST_URL",
    "ARM_OIDC_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "IMDS_ENDPOINT",
    "ARM_ENVIRONMENT",
    "AZURE_AUTHORITY_HOST",
];
/// Every switch.
const SWITCHES: [&str; 3] = ["ARM_USE_OIDC", "ARM_USE_MSI", "ARM_USE_CLI"];
/// Those that hold the path of a file that is read at once. A federated token's is not: it is read at each
/// renewal, since another program renews it.
const FILES: [&str; 4] = [
    "ARM_CLIENT_ID_FILE_PATH",
    "ARM_CLIENT_SECRET_FILE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "ARM_CLIENT_CERTIFICATE_PATH",
];
/// Holds a token.
pub(super) const ACCESS_TOKEN: &str = "ENTRANT_ACCESS_TOKEN";

/// A value and the variable that holds it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub value: String,
    pub name: &'static str,
}

impl Variables {
    /// Takes each variable from `get`. One that is set to nothing is not set.
    pub fn gather(get: impl Fn(&str) -> Option<String>) -> Self {
        let mut found = Self::default();
        for name in NAMES.into_iter().chain(SWITCHES) {
            if let Some(value) = get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()) {
                found.texts.insert(name, value);
            }
        }
        found
    }

    /// Takes what the files hold that variables name. The error of `read` is a reason without the path.
    pub fn with_files(mut self, read: impl Fn(&str) -> Result<Vec<u8>, String>) -> Result<Self, Error> {
        for name in FILES {
            let Some(path) = self.texts.get(name) else { continue };
            let unusable = |why: &str| {
                refuse(
                    format!("the file that {name} names {}", visible(why)),
                    [format!("Correct the path in {name}, or unset it.")],
                )
            };
            let content = read(path).map_err(|why| unusable(&format!("cannot be read: {why}")))?;
            // Whoever names a file means it: what it lacks is not found elsewhere.
            if content.iter().all(u8::is_ascii_whitespace) {
                return Err(unusable("is empty"));
            }
            if holds_text(name) && std::str::from_utf8(&content).is_err() {
                return Err(unusable("holds no text"));
            }
            self.files.insert(name, content);
        }
        Ok(self)
    }

    pub(super) fn get(&self, name: &'static str) -> Option<Found> {
        if holds_text(name) {
            let text = std::str::from_utf8(self.files.get(name)?).ok()?.trim();
            return (!text.is_empty()).then(|| Found { value: text.to_owned(), name });
        }
        self.texts.get(name).map(|value| Found { value: value.clone(), name })
    }

    /// What a file that was read holds.
    pub(super) fn file(&self, name: &'static str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// The value that several variables may hold. Two that differ are an error; a secret is not shown.
    pub(super) fn one(&self, names: &[&'static str], is_secret: bool) -> Result<Option<Found>, Error> {
        let mut all = names.iter().filter_map(|name| self.get(name));
        let Some(first) = all.next() else { return Ok(None) };
        for other in all {
            let is_same = if is_secret {
                other.value == first.value
            } else {
                other.value.eq_ignore_ascii_case(&first.value)
            };
            if !is_same {
                let values = if is_secret {
                    String::new()
                } else {
                    format!(": `{}` and `{}`", visible(&first.value), visible(&other.value))
                };
                return Err(refuse(
                    format!("{} and {} say two different things{values}", first.name, other.name),
                    ["Unset one of them: nobody can say which is meant.".to_owned()],
                ));
            }
        }
        Ok(Some(first))
    }

    /// A switch; `None` where it is not set.
    pub(super) fn switch(&self, name: &'static str) -> Result<Option<bool>, Error> {
        let Some(found) = self.get(name) else { return Ok(None) };
        match found.value.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(refuse(
                format!("{name} is neither `true` nor `false`"),
                [format!("Set {name} to one of them, or unset it.")],
            )),
        }
    }
}

/// Whether what a variable says stands as text in the file that it names.
fn holds_text(name: &str) -> bool {
    FILES.contains(&name) && !name.ends_with("CERTIFICATE_PATH")
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.texts.keys()).finish()
    }
}
