//! The settings of the tenant, of which there is one set: what becomes of external users whose last assignment has
//! ended. Beta counts days where v1.0 has a duration.

use serde_json::{Map, Value};

use super::{
    Entity, Kind, Operations, READ_ONLY, View, Write, catalog::pascal, members, no_navigation, text,
};
use crate::errors::{Result, invalid_model};
use crate::message::Version;
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req, unknown_members};
use crate::store::Tenant;
use crate::values;

pub static ENTITY: Entity = Entity {
    type_name: "entitlementManagementSettings",
    collection: |_| "settings",
    shape,
    navigation: no_navigation,
    view,
    pointer: |_, name| (name == "id").then(|| "/id".to_owned()),
    on_request: &[],
    operations: Operations { seed: Some(seed), ..READ_ONLY },
};

pub const ID: &str = "singleton";

const ACTIONS: [&str; 3] = ["none", "blockSignIn", "blockSignInAndDelete"];

static V1: Shape = Shape {
    type_name: "entitlementManagementSettings",
    members: &[
        req("id", Ty::Text),
        opt("durationUntilExternalUserDeletedAfterBlocked", Ty::Duration),
        // The reference writes `None` in v1.0, too.
        opt("externalUserLifecycleAction", Ty::Words(&ACTIONS)),
    ],
};

static BETA: Shape = Shape {
    type_name: "entitlementManagementSettings",
    members: &[
        req("id", Ty::Text),
        opt("daysUntilExternalUserDeletedAfterBlocked", Ty::Int(0, 3650)),
        opt("externalUserLifecycleAction", Ty::Words(&ACTIONS)),
    ],
};

const DURATION: &str = "durationUntilExternalUserDeletedAfterBlocked";
const DAYS: &str = "daysUntilExternalUserDeletedAfterBlocked";

fn shape(version: Version) -> &'static Shape {
    match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    }
}

/// A tenant blocks who has lost the last assignment, and deletes after thirty days.
pub fn install(tenant: &mut Tenant) {
    if tenant.get(Kind::Settings, ID).is_some() {
        return;
    }
    let mut settings = Map::new();
    settings.insert("id".to_owned(), ID.into());
    settings.insert("externalUserLifecycleAction".to_owned(), "blockSignInAndDelete".into());
    settings.insert(DURATION.to_owned(), "P30D".into());
    tenant.put(Kind::Settings, settings);
}

fn view(view: &View, settings: &Map<String, Value>) -> Map<String, Value> {
    let mut shown = members(settings, &["id", "externalUserLifecycleAction", DURATION]);
    if view.version == Version::Beta {
        let days = shown.shift_remove(DURATION).and_then(|duration| values::whole_days(duration.as_str()?));
        shown.insert(DAYS.to_owned(), days.unwrap_or_default().into());
        let action = pascal(text(settings, "externalUserLifecycleAction"));
        shown.insert("externalUserLifecycleAction".to_owned(), action.into());
    }
    shown.extend(unknown_members(&V1, settings).map(|(name, value)| (name.clone(), value.clone())));
    shown
}

/// PATCH.
pub fn update(write: &mut Write, body: Map<String, Value>) -> Result<()> {
    let existing = write.tenant.get(Kind::Settings, ID).cloned().unwrap_or_default();
    let mut changes = check_object(shape(write.version), body, Some(&existing), Strictness::Write)?;
    changes.shift_remove("id");
    if let Some(days) = changes.shift_remove(DAYS) {
        let duration = days.as_i64().map(values::days_to_duration);
        changes.insert(DURATION.to_owned(), duration.into());
    }
    if changes.values().any(Value::is_null) {
        return Err(invalid_model("", "a setting cannot be null"));
    }
    let Value::Object(mut settings) = existing else { return Ok(()) };
    settings.extend(changes);
    write.tenant.put(Kind::Settings, settings);
    Ok(())
}

fn seed(_: &mut Write, object: Map<String, Value>) -> Result<Map<String, Value>> {
    let mut settings = check_object(&V1, object, None, Strictness::Seed)?;
    settings.shift_remove("id");
    settings.shift_insert(0, "id".to_owned(), ID.into());
    super::fill(&mut settings, "externalUserLifecycleAction", "blockSignInAndDelete");
    super::fill(&mut settings, DURATION, "P30D");
    Ok(settings)
}
