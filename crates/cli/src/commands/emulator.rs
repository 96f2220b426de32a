//! `entrant emulator serve`

use crate::args::{ExistingConnectedOrganizations as Word, ServeArgs};
use crate::connection::{read_faults, read_seed, start};
use crate::exit::Exit;
use crate::failure::failure;
use crate::files;
use crate::interrupt::Interrupt;
use crate::settings::Settings;
use anyhow::Result;
use entrant_emulator::{ExistingConnectedOrganizations, Options, Origin};
use entrant_model::text::visible;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Serves until ^C or SIGTERM.
pub async fn serve(args: ServeArgs, settings: &Settings) -> Result<Exit> {
    let address = address(&args.listen)?;
    let interrupt = Interrupt::listen(&settings.progress);
    let running = start(options(args)?, address).await?;
    if running.origin() == Origin::StateInsteadOfSeed {
        settings.terminal.talk("warning: the seed was not read: the state file exists already\n");
    }
    settings.terminal.data(&format!("{}\n", running.url()))?;
    tracing::info!("tenant {}", running.tenant_id());
    interrupt.asked().await;
    running.shutdown().await;
    Ok(Exit::Done)
}

/// `127.0.0.1:8080`, `[::1]:0`, `localhost:8080`.
fn address(listen: &str) -> Result<SocketAddr> {
    let local = listen.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    let address = local.map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    address.or_else(|| listen.parse().ok()).ok_or_else(|| {
        failure(
            format!("`--listen {}` is no address with a port", visible(listen)),
            "write `127.0.0.1:8080`, or `127.0.0.1:0` for a free port",
        )
    })
}

fn options(args: ServeArgs) -> Result<Options> {
    if args.page_size == 0 {
        return Err(failure("`--page-size 0` leaves no room for any object", "give 1 or more"));
    }
    let seed = args.seed.as_deref().map(read_seed).transpose()?;
    let faults = args.faults.as_deref().map(read_faults).transpose()?;
    for file in [&args.state, &args.access_log, &args.record].into_iter().flatten() {
        let directory = file.parent().filter(|d| !d.as_os_str().is_empty());
        if directory.is_some_and(|d| !d.is_dir()) {
            return Err(failure(
                format!("the directory of {} does not exist", files::shown(file)),
                "make it, or name another file",
            ));
        }
    }
    Ok(Options {
        tenant_id: args.tenant_id,
        token: args.token,
        latency: Duration::from_millis(args.latency),
        access_log: args.access_log,
        exchanges: args.record,
        seed,
        state_file: args.state,
        existing_connected_organizations: match args.existing_connected_organizations {
            Word::AllConfigured => ExistingConnectedOrganizations::AllConfiguredConnectedOrganizationUsers,
            Word::NotSpecified => ExistingConnectedOrganizations::NotSpecified,
            Word::UnknownFutureValue => ExistingConnectedOrganizations::UnknownFutureValue,
        },
        random_seed: args.random_seed,
        page_size: args.page_size,
        faults,
    })
}
