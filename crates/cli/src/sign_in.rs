//! Where a run's tokens come from: the environment and the files that it names, handed to the graph crate. With
//! `-v` it says what was chosen and why; a secret is in no sentence.

use crate::settings::Settings;
use anyhow::Result;
use entrant_graph::{Choice, FixedToken, Target, Token, TokenSource};
use entrant_model::Id;
use entrant_model::text::visible;
use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

/// Bytes of a file that a variable names.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// A source of tokens, and how it was chosen.
pub struct SignIn {
    /// The source.
    pub tokens: Arc<dyn TokenSource>,
    /// The credential in words, and which variables decided.
    pub with: String,
    /// The application that the variables name.
    pub client_id: Option<String>,
    /// Other credentials that were there and are not used.
    pub passed_over: Vec<String>,
    /// The tenant that every token must be of; `None` on this machine, where none is compared.
    pub tenant: Option<Id>,
}

impl SignIn {
    /// Chooses for a target. `declared` is the tenant of `entrant.yaml`. Makes no request.
    pub fn choose(settings: &Settings, target: &Target, declared: Option<&str>) -> Result<Self> {
        if target.is_loopback() {
            return Self::on_this_machine(settings.access_token.as_deref());
        }
        let variables = settings.variables.clone().with_files(read)?;
        let choice = Choice::make(&variables)?;
        let tenant = choice.tenant(declared)?;
        let client_id = choice.client_id().map(str::to_owned);
        let with = format!("{} ({})", choice.credential(), choice.because());
        let passed_over = choice.passed_over().to_vec();
        tracing::info!(
            "signing in to tenant {tenant}{} with {with}",
            client_id.as_deref().map(|id| format!(" as application {}", visible(id))).unwrap_or_default()
        );
        for other in &passed_over {
            tracing::info!("not used: {other}");
        }
        let tokens = Arc::new(entrant_graph::SignIn::new(choice, &variables, target, tenant.clone())?);
        Ok(Self { tokens, with, client_id, passed_over, tenant: Some(tenant) })
    }

    /// On this machine nobody signs in: the token that was given is sent, or a made-up one.
    pub fn on_this_machine(given: Option<&str>) -> Result<Self> {
        let with = match given {
            Some(_) => "an access token that was given (ENTRANT_ACCESS_TOKEN is set)",
            None => "a made-up token: nobody signs in on this machine",
        };
        let token = given.map(Token::new).transpose()?;
        let tokens = Arc::new(FixedToken::given_or_made_up(token));
        Ok(Self { tokens, with: with.to_owned(), client_id: None, passed_over: Vec::new(), tenant: None })
    }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content).map_err(|error| error.to_string())?;
    if content.len() as u64 > MAX_FILE_BYTES {
        return Err(format!("it is larger than {MAX_FILE_BYTES} bytes"));
    }
    Ok(content)
}
