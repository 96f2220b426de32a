//! Other tenants of Microsoft Entra: what anybody may ask of one by its id or by a domain of it. Seeded; an organization
//! that is made of a domain of one is an organization of that tenant.

use serde_json::{Map, Value};

use super::{Entity, Kind, Operations, READ_ONLY, Write, fill, members, no_navigation, text};
use crate::errors::{Result, invalid_model};
use crate::shape::{Shape, Strictness, Ty, check_object, opt, req};
use crate::store::Tenant;

pub static ENTITY: Entity = Entity {
    type_name: "tenantInformation",
    collection: |_| "tenantInformation",
    shape: |_| &SHAPE,
    navigation: no_navigation,
    view: |_, tenant| {
        members(tenant, &["tenantId", "displayName", "defaultDomainName", "federationBrandName"])
    },
    pointer: |_, name| Some(format!("/{name}")),
    on_request: &[],
    operations: Operations { seed: Some(seed), ..READ_ONLY },
};

static SHAPE: Shape = Shape {
    type_name: "tenantInformation",
    members: &[
        req("tenantId", Ty::Text),
        opt("displayName", Ty::Text),
        opt("defaultDomainName", Ty::Text),
        opt("federationBrandName", Ty::Text),
    ],
};

/// The tenant that has a domain.
pub fn by_domain<'a>(tenant: &'a Tenant, domain: &str) -> Option<&'a Value> {
    let is = |value: &Value| value.as_str().is_some_and(|name| name.eq_ignore_ascii_case(domain));
    let has = |other: &&Value| {
        is(&other["defaultDomainName"])
            || other["kept:domains"].as_array().is_some_and(|all| all.iter().any(is))
    };
    tenant.list(Kind::TenantInformation).find(has)
}

/// In a seed a tenant may have more `domains` than the default one.
fn seed(_: &mut Write, mut object: Map<String, Value>) -> Result<Map<String, Value>> {
    let domains = object.shift_remove("domains").unwrap_or_else(|| Value::Array(Vec::new()));
    if !domains.as_array().is_some_and(|all| all.iter().all(Value::is_string)) {
        return Err(invalid_model("/domains", "a list of names is expected"));
    }
    let mut tenant = check_object(&SHAPE, object, None, Strictness::Seed)?;
    for name in ["tenantId", "displayName", "defaultDomainName"] {
        if text(&tenant, name).is_empty() {
            return Err(invalid_model(format!("/{name}"), format!("a tenant has its {name}")));
        }
    }
    let id = text(&tenant, "tenantId").to_owned();
    tenant.shift_insert(0, "id".to_owned(), id.into());
    fill(&mut tenant, "federationBrandName", Value::Null);
    tenant.insert("kept:domains".to_owned(), domains);
    Ok(tenant)
}
