//! The Graph of a run: one inside this process, or one at an address.

use crate::failure::{Failure, failure};
use crate::files;
use crate::render::source::Sources;
use crate::session::Tenant;
use crate::settings::{Graph, Settings};
use crate::sign_in::SignIn;
use crate::terminal::Terminal;
use anyhow::{Context as _, Result};
use entrant_emulator::{Options, Origin, Running, StartError, StateError};
use entrant_graph::{Client, Target};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A Graph to talk to.
pub struct Connection {
    /// The client.
    pub client: Client,
    /// The host as plans name it: without a port, and `emulator` for the one inside this process.
    pub host: String,
    /// The tenant's id, where it is known.
    pub tenant: Option<String>,
    /// How it signs in.
    pub sign_in: SignIn,
    emulator: Option<Running>,
}

impl Connection {
    /// Connects to what the settings mean, else to the cloud of the tenant that is meant.
    pub async fn open(settings: &Settings, tenant: Option<&Tenant>) -> Result<Self> {
        let cloud = tenant.and_then(|tenant| tenant.cloud);
        match settings.graph(cloud.and_then(entrant_graph::cloud_root))? {
            Graph::Embedded(state) => Self::embedded(settings, state, tenant).await,
            Graph::Url(url) => {
                let target = Target::parse(&url)?;
                let host = host_of(&target);
                let declared = tenant.map(|tenant| &*tenant.id);
                let sign_in = SignIn::choose(settings, &target, declared)?;
                let client = client(target, &sign_in, settings)?;
                let tenant =
                    sign_in.tenant.as_ref().map(ToString::to_string).or_else(|| declared.map(str::to_owned));
                Ok(Self { client, host, tenant, sign_in, emulator: None })
            }
        }
    }

    async fn embedded(settings: &Settings, state: Option<PathBuf>, tenant: Option<&Tenant>) -> Result<Self> {
        let state_file = if let Some(file) = state {
            file
        } else {
            let directory = settings.own_directory();
            files::make_own_directory(&directory)
                .with_context(|| format!("{} cannot be made", files::shown(&directory)))?;
            directory.join(state_name(tenant))
        };
        let seed_file = settings.policies.join("emulator.yaml");
        let seed = if seed_file.exists() { Some(read_seed(&seed_file)?) } else { None };
        let options = Options {
            tenant_id: tenant.map(|tenant| tenant.id.clone()),
            state_file: Some(state_file.clone()),
            seed,
            exchanges: settings.record.clone(),
            ..Options::default()
        };
        let running = start(options, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        warn_of_unread_seed(&running, &seed_file, &state_file, settings.terminal);
        // A token of the environment is meant for another Graph.
        let sign_in = SignIn::on_this_machine(None)?;
        let client = client(Target::parse(running.url())?, &sign_in, settings)?;
        let tenant = Some(running.tenant_id().to_owned());
        Ok(Self { client, host: "emulator".to_owned(), tenant, sign_in, emulator: Some(running) })
    }

    /// Ends what was started for the run.
    pub async fn close(self) {
        if let Some(emulator) = self.emulator {
            emulator.shutdown().await;
        }
    }
}

/// The file of an emulated tenant: of several tenants each has its own. Names of tenants can be part of a file
/// name.
fn state_name(tenant: Option<&Tenant>) -> String {
    match tenant {
        Some(tenant) if !tenant.is_only => format!("emulator-{}.json", tenant.name),
        _ => "emulator.json".to_owned(),
    }
}

/// Starts an emulator; what goes wrong says what to do.
pub async fn start(options: Options, address: SocketAddr) -> Result<Running> {
    entrant_emulator::start(options, address).await.map_err(|error| {
        let help = match &error {
            StartError::NotLoopback(_) => "give an address of this machine, such as 127.0.0.1:8080",
            StartError::Bind { .. } => {
                "another program may use the port; give another one, or 0 for a free one"
            }
            StartError::Log { .. } => "check that the directory exists and may be written",
            StartError::Seed(_) => "a seed holds Graph v1.0 objects by collection; correct it",
            StartError::Faults(_) => "docs/emulator.md shows what a faults file may say",
            StartError::State(StateError::InUse(_)) => "end the other run, or name another state file",
            _ => "name another state file; the emulator makes it",
        };
        failure(format!("the emulator does not start: {error}"), help)
    })
}

/// A seed file as JSON.
pub fn read_seed(path: &Path) -> Result<serde_json::Value> {
    read_as_json(path, "seed")
}

/// A faults file as JSON.
pub fn read_faults(path: &Path) -> Result<serde_json::Value> {
    read_as_json(path, "faults")
}

fn read_as_json(path: &Path, what: &str) -> Result<serde_json::Value> {
    if !path.exists() {
        return Err(failure(format!("there is no {what} file {}", files::shown(path)), "check the path"));
    }
    entrant_manifest::yaml_to_json(path).map_err(|found| {
        let place =
            found.place.as_ref().map_or_else(|| files::shown(path), |p| Sources::default().position(p));
        let message = format!("the {what} file cannot be read, {place}: {}", found.message);
        Failure { message, help: found.help }.into()
    })
}

fn warn_of_unread_seed(running: &Running, seed: &Path, state: &Path, terminal: Terminal) {
    if running.origin() == Origin::StateInsteadOfSeed {
        let (seed, state) = (files::shown(seed), files::shown(state));
        terminal.talk(&format!(
            "warning: {seed} was not read: the emulated tenant in {state} exists already; delete that file to begin anew\n"
        ));
    }
}

fn client(target: Target, sign_in: &SignIn, settings: &Settings) -> Result<Client> {
    let limits = entrant_graph::Settings {
        observer: Some(Arc::new(settings.progress.clone())),
        tenant: sign_in.tenant.clone(),
        ..entrant_graph::Settings::default()
    };
    Ok(Client::new(target, Arc::clone(&sign_in.tokens), limits)?)
}

/// The host without its port.
fn host_of(target: &Target) -> String {
    let authority = target.authority();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host.to_owned(),
        _ => authority.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_cloud_of_a_configuration_has_its_root() {
        for (word, doc) in entrant_manifest::config::CLOUDS {
            let root = entrant_graph::cloud_root(word).unwrap();
            assert!(
                entrant_graph::Target::parse(&root).is_ok() && doc.starts_with(&format!("{root}:")),
                "{word}"
            );
        }
        assert_eq!(entrant_manifest::config::CLOUDS.len(), entrant_graph::CLOUDS.len());
    }
}
