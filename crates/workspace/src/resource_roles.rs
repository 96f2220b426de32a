//! Roles of resources that a plan gives to packages: whether a site has a role of that name, a group an eligible one, as
//! far as the catalog shows it. Roles of applications are known by [`applications`](crate::applications).

use crate::codes;
use entrant_graph::{Error, Read};
use entrant_model::text::{nearest, visible};
use entrant_model::value::Json;
use entrant_model::wire::{element_type, to_graph};
use entrant_model::{Diagnostic, Id, Kind, Object, Pointer};
use entrant_plan::{Plan, parts};

const MEMBER: &str = "resourceRoleScopes";

/// Roles that the plan adds and that the resource does not have. Only what changes is asked for, and of a resource that
/// is yet to come into its catalog nothing is said.
pub async fn missing<R: Read + Sync>(plan: &Plan, reader: &R) -> Result<Vec<Diagnostic>, Error> {
    let (mut wanted, mut of): (Vec<(Id, Json)>, Vec<_>) = (Vec::new(), Vec::new());
    for change in plan.writes().filter(|change| change.kind == Kind::AccessPackage) {
        let (Some(desired), Some(catalog)) = (&change.desired, &change.parent.id) else { continue };
        let Some((_, spec)) = desired.ty.member(MEMBER) else { continue };
        for (index, element) in desired.list(MEMBER).iter().enumerate() {
            let Some(object) = element.as_object().filter(|object| may_lack(object)) else { continue };
            let json = to_graph(&element_type(&spec.ty), element);
            if change.live.as_ref().is_some_and(|live| parts::holds(live, MEMBER, &json)) {
                continue;
            }
            let pointer = Pointer::default().child(MEMBER).child(index.to_string()).child("role");
            of.push((change.place.at(pointer), object));
            wanted.push((catalog.clone(), json));
        }
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let missing = reader.missing_roles(&wanted).await?;
    let found = missing.into_iter().zip(of).filter_map(|(others, (place, element))| {
        let role = element.text("role").unwrap_or_default();
        let what = element.reference("originId").map_or_else(
            || element.text("originId").unwrap_or_default().to_owned(),
            |reference| reference.label().to_owned(),
        );
        let message = format!("the resource `{}` has no role `{}`", visible(&what), visible(role));
        let found = Diagnostic::new(codes::UNKNOWN_ROLE, message).at(place, "no such role");
        let others = others?;
        let help = nearest(role, others.iter().map(String::as_str)).map_or_else(
            || {
                let list: Vec<String> = others.iter().map(|name| format!("`{}`", visible(name))).collect();
                format!("its roles are {}", list.join(", "))
            },
            |near| format!("did you mean `{}`?", visible(near)),
        );
        Some(found.help(help))
    });
    Ok(found.collect())
}

/// Whether the resource may be without the role: any group has members and owners, and of applications it is known.
fn may_lack(element: &Object) -> bool {
    match element.ty.name {
        "applicationRole" => false,
        "groupRole" => element.text("role").is_some_and(|role| role.starts_with("Eligible")),
        _ => true,
    }
}
