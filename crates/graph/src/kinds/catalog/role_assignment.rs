//! Roles on a catalog: who may change what in it. Microsoft Graph v1.0 reference, "List unifiedRoleAssignments",
//! "Create unifiedRoleAssignment", "Delete unifiedRoleAssignment", "List roleDefinitions", each for the provider
//! `entitlementManagement`.
//!
//! ```text
//! {"@odata.type": "#microsoft.graph.userRoleAssignment", "principalId": …, "role": "owner"}
//! ```
//!
//! The tags are not Graph's; they say what the principal is. Definitions are known by their names and asked for once.

use crate::error::{Error, ErrorKind};
use crate::http::Transport;
use crate::kinds::catalog::resource::ID;
use crate::kinds::objects::write;
use crate::kinds::{READ, directory, id, text};
use crate::odata::{Request, equals};
use crate::page;
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Version};
use reqwest::Method;
use serde_json::json;
use tokio::sync::OnceCell;

const PATH: &str = "roleManagement/entitlementManagement/roleAssignments";
const DEFINITIONS: &str = "roleManagement/entitlementManagement/roleDefinitions";

/// The roles on a catalog: the word of documents, and the names of the definition. The service spells two of them
/// otherwise than the portal.
const ROLES: [(&str, &[&str]); 4] = [
    ("owner", &["Catalog owner"]),
    ("reader", &["Catalog reader"]),
    ("accessPackageManager", &["AccessPackages manager", "Access package manager"]),
    ("assignmentManager", &["AccessPackage assignment manager", "Access package assignment manager"]),
];

/// Graph's definitions of the roles, which one client asks for once.
#[derive(Default)]
pub(crate) struct RoleDefinitions(OnceCell<Known>);

/// The ids of definitions, beside the words of documents.
#[derive(Debug, Clone)]
pub(crate) struct Known(Vec<(&'static str, Id)>);

impl RoleDefinitions {
    pub async fn known(&self, transport: &Transport) -> Result<&Known, Error> {
        let ask = async || {
            let definitions = page::list(transport, &Request::new(Version::V1, DEFINITIONS), READ).await?;
            let known = definitions.iter().filter_map(|definition| {
                let name = text(definition, "displayName")?;
                let is_called = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
                let (word, _) = ROLES.iter().find(|(_, names)| is_called(names))?;
                Some((*word, id(definition)?))
            });
            Ok(Known(known.collect()))
        };
        self.0.get_or_try_init(ask).await
    }
}

impl Known {
    fn word(&self, definition: &Id) -> Option<&'static str> {
        self.0.iter().find(|(_, id)| id == definition).map(|(word, _)| *word)
    }

    fn id(&self, word: &str) -> Option<&Id> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, id)| id)
    }
}

/// The path of the assignments on a catalog.
pub(crate) fn all(catalog: &Id) -> Request {
    let request = Request::new(Version::V1, PATH);
    request.option("filter", &equals("appScopeId", &scope(catalog))).option("expand", "principal")
}

fn scope(catalog: &Id) -> String {
    format!("/AccessPackageCatalog/{catalog}")
}

/// Whether the assignment is on this catalog: a server may ignore the filter.
pub(crate) fn is_on(assignment: &Json, catalog: &Id) -> bool {
    text(assignment, "appScopeId").is_none_or(|on| on.eq_ignore_ascii_case(&scope(catalog)))
}

/// Who has the role, where the answer does not say what that is.
pub(crate) fn unclear_principal(assignment: &Json) -> Option<Id> {
    match assignment.get("principal").and_then(directory::kind_of) {
        Some(_) => None,
        None => text(assignment, "principalId").map(Id::new),
    }
}

/// An assignment as an element of the catalog's part; `None` for one of another definition, or of a principal that is
/// gone.
pub(crate) fn element(assignment: &Json, known: &Known, kind: impl Fn(&Id) -> Option<Kind>) -> Option<Json> {
    let principal = text(assignment, "principalId").map(Id::new)?;
    let role = known.word(&text(assignment, "roleDefinitionId").map(Id::new)?)?;
    let kind = assignment.get("principal").and_then(directory::kind_of).or_else(|| kind(&principal))?;
    Some(json!({
        "@odata.type": format!("#microsoft.graph.{}RoleAssignment", directory::type_of(kind)?),
        "principalId": principal.as_str(),
        "role": role,
        ID: assignment.get("id"),
    }))
}

/// Whether both give one role to one principal.
pub(crate) fn is_same(a: &Json, b: &Json) -> bool {
    let same = |member| text(a, member).zip(text(b, member)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
    same("principalId") && same("role")
}

pub(crate) async fn add(
    transport: &Transport,
    roles: &RoleDefinitions,
    catalog: &Id,
    element: &Json,
) -> Result<(), Error> {
    let (Some(principal), Some(role)) = (text(element, "principalId"), text(element, "role")) else {
        return Err(Error::local(ErrorKind::Unsupported, "the element names no principal or no role"));
    };
    let Some(definition) = roles.known(transport).await?.id(role) else {
        let cause = format!("this Graph has no definition of the role `{role}` on a catalog");
        return Err(Error::local(ErrorKind::Unsupported, cause));
    };
    let body = json!({
        "principalId": principal,
        "roleDefinitionId": definition.as_str(),
        "appScopeId": scope(catalog),
    });
    write(transport, Method::POST, &Request::new(Version::V1, PATH), Some(&body)).await.map(|_| ())
}

pub(crate) async fn remove(transport: &Transport, assignment: &str) -> Result<(), Error> {
    let request = Request::new(Version::V1, PATH).segment(assignment);
    write(transport, Method::DELETE, &request, None).await.map(|_| ())
}
