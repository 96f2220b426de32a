//! A tenant that is served by the emulator, and what the tests look at.

use crate::dice::Dice;
use entrant_emulator::{ExistingConnectedOrganizations, Options, Running};
use entrant_graph::{Client, FixedToken, Settings, Target};
use entrant_model::Diagnostic;
use entrant_plan::{Action, Plan};
use serde_json::Value as Json;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// An emulator with this tenant, and a client of it.
pub async fn serve(seed: &Json, dice: &mut Dice) -> (Running, Client) {
    use ExistingConnectedOrganizations::{
        AllConfiguredConnectedOrganizationUsers, NotSpecified, UnknownFutureValue,
    };
    let shown = [AllConfiguredConnectedOrganizationUsers, NotSpecified, UnknownFutureValue][dice.below(3)];
    let options = Options {
        seed: Some(seed.clone()),
        page_size: 1 + dice.below(7),
        existing_connected_organizations: shown,
        ..Options::default()
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let started = entrant_emulator::start(options, address).await;
    let emulator = started.unwrap_or_else(|error| panic!("{error}\n{seed:#}"));
    let target = Target::parse(emulator.url()).unwrap();
    let tokens = Arc::new(FixedToken::given_or_made_up(None));
    let client = Client::new(target, tokens, Settings::default()).unwrap();
    (emulator, client)
}

/// The messages of errors.
pub fn errors(found: &[Diagnostic]) -> Vec<String> {
    found.iter().filter(|found| found.is_error()).map(|found| found.message.clone()).collect()
}

/// What a plan would do, as texts.
pub fn changes(plan: &Plan) -> Vec<String> {
    let changes = plan.changes.iter().filter(|change| change.action != Action::Keep);
    let shown = changes.map(|change| {
        let side = |side: &Option<Json>| side.as_ref().map(Json::to_string).unwrap_or_default();
        let fields = change.fields.iter();
        let fields: Vec<String> = fields
            .map(|field| format!("\n  {}: {} => {}", field.path, side(&field.before), side(&field.after)))
            .collect();
        format!("{:?} {}{}", change.action, change.address, fields.concat())
    });
    shown.collect()
}
