//! Roles of applications: a document may give a role's value where Graph wants its display name.

use crate::codes;
use entrant_graph::{ApplicationRole, Error, Read};
use entrant_model::desired::Intent;
use entrant_model::reference::same_name;
use entrant_model::text::{nearest, visible};
use entrant_model::{Desired, Diagnostic, Id, Object, Pointer, Value};
use std::collections::{BTreeMap, BTreeSet};

const MEMBER: &str = "resourceRoleScopes";
const TYPE: &str = "applicationRole";
/// The role of an application that declares none.
const DEFAULT: &str = "Default Access";

/// Gives the roles of applications that packages name their display names. A role that an application does not have is
/// an error; of an application that the caller may not see nothing is said.
pub async fn roles<R: Read + Sync>(desired: &mut [Desired], reader: &R) -> Result<Vec<Diagnostic>, Error> {
    let mut ids = BTreeSet::new();
    for declared in desired.iter() {
        if let Intent::Present { object, .. } = &declared.intent {
            ids.extend(object.list(MEMBER).iter().filter_map(Value::as_object).filter_map(application));
        }
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id> = ids.into_iter().collect();
    let known = reader.application_roles(&ids).await?;
    let mut diagnostics = Vec::new();
    for declared in desired {
        let place = declared.place.clone();
        let Intent::Present { object, .. } = &mut declared.intent else { continue };
        let Some(Value::List(list)) = object.get(MEMBER) else { continue };
        let mut list = list.clone();
        for (index, element) in list.iter_mut().enumerate() {
            let Value::Object(element) = element else { continue };
            if let Some(found) = settle(element, &known) {
                let pointer = Pointer::default().child(MEMBER).child(index.to_string()).child("role");
                diagnostics.push(found.at(place.at(pointer), "no such role"));
            }
        }
        object.set(MEMBER, Value::List(list));
    }
    Ok(diagnostics)
}

/// The application of an element that gives a role of one.
fn application(element: &Object) -> Option<Id> {
    element.reference("originId").filter(|_| element.ty.name == TYPE)?.id.clone()
}

fn settle(element: &mut Object, known: &BTreeMap<Id, Vec<ApplicationRole>>) -> Option<Diagnostic> {
    let roles = known.get(&application(element)?)?;
    let said = element.text("role")?.to_owned();
    let by_name = roles.iter().find(|role| same_name(Some(&role.display_name), Some(&said)));
    let by_value =
        || roles.iter().find(|role| !role.value.is_empty() && same_name(Some(&role.value), Some(&said)));
    if let Some(role) = by_name.or_else(by_value) {
        element.set("role", Value::Text(role.display_name.as_str().into()));
        return None;
    }
    if same_name(Some(DEFAULT), Some(&said)) {
        return None;
    }
    let application = element.reference("originId").map_or("", |reference| reference.label());
    let found = Diagnostic::new(
        codes::UNKNOWN_ROLE,
        format!("the application `{}` has no role `{}`", visible(application), visible(&said)),
    );
    let names = || roles.iter().map(|role| role.display_name.as_str());
    let list: Vec<String> = names().map(|name| format!("`{}`", visible(name))).collect();
    Some(match nearest(&said, names()) {
        Some(near) => found.help(format!("did you mean `{}`?", visible(near))),
        None if list.is_empty() => found.help(format!("it declares no roles; write `{DEFAULT}`")),
        None => found.help(format!("its roles are {}", list.join(", "))),
    })
}
