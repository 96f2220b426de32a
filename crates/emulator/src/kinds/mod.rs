//! What kinds of object there are: the registry that routing, queries and the store read. Each kind
//! says for itself, in a file of its own, what it holds, how either version shows it and what a
//! write has to satisfy.

mod access_package;
mod assignment;
mod assignment_policy;
mod catalog;
mod connected_organization;
mod directory;
mod origin;
pub mod reference;
mod resource;
mod resource_attribute;
mod resource_environment;
pub mod resource_request;
mod resource_role;
mod resource_role_scope;
mod role_assignment;
mod seeded;
pub mod settings;
pub mod site;
pub mod tenant_information;
mod workflow_extension;

use std::cell::RefCell;
use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::ExistingConnectedOrganizations;
use crate::errors::Result;
use crate::message::Version;
use crate::random::Random;
use crate::shape::{Shape, Strictness};
use crate::store::Tenant;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    User,
    Group,
    ServicePrincipal,
    Application,
    /// Any of the four above, where Graph does not say which.
    DirectoryObject,
    Site,
    /// Another tenant of Microsoft Entra.
    TenantInformation,
    ConnectedOrganization,
    Catalog,
    ResourceEnvironment,
    Resource,
    /// Contained in a resource.
    ResourceRole,
    /// Contained in a resource.
    ResourceScope,
    ResourceRequest,
    CustomWorkflowExtension,
    AccessPackage,
    /// Contained in a package.
    ResourceRoleScope,
    AssignmentPolicy,
    /// Contained in a policy.
    Question,
    /// Contained in a policy.
    CustomExtensionStageSetting,
    /// Contained in a policy, beta alone.
    CustomExtensionHandler,
    Assignment,
    /// Contained in an assignment.
    Subject,
    /// The built-in ones, which are not stored.
    RoleDefinition,
    RoleAssignment,
    /// There is one.
    Settings,
}

/// What the rest of the emulator knows of a kind.
pub struct Entity {
    /// Without `microsoft.graph.`.
    pub type_name: &'static str,
    /// The name of the collection in a path, and what a seed calls it in v1.0.
    pub collection: fn(Version) -> &'static str,
    /// What a body may hold and a query may name.
    pub shape: fn(Version) -> &'static Shape,
    /// What is shown only when it is expanded.
    pub navigation: fn(Version) -> &'static [Navigation],
    /// What this version shows of a canonical object, navigation left out.
    pub view: fn(&View, &Map<String, Value>) -> Map<String, Value>,
    /// The JSON pointer by which a property is found in the canonical object without a view.
    pub pointer: Pointer,
    /// Properties that are returned only when `$select` names them.
    pub on_request: &'static [&'static str],
    /// The writes that there are.
    pub operations: Operations,
}

pub struct Navigation {
    pub name: &'static str,
    pub kind: Kind,
    pub many: bool,
    /// Whether it also has a path of its own below the object.
    pub routed: bool,
    /// Whether an expansion shows the objects in no particular order.
    pub unordered: bool,
    /// What can be written below the object under this name.
    pub writes: Writes,
    pub targets: Targets,
}

/// Finds the objects that a navigation leads to.
pub type Targets = for<'a> fn(&'a Tenant, &'a Value) -> Vec<&'a Value>;

/// What a path below an object lets through besides GET.
#[derive(Clone, Copy)]
pub enum Writes {
    Nothing,
    /// Objects that belong to this one: POST, and what the operations of their kind have.
    Contained,
    /// References to others: POST and DELETE of `$ref`. These are the collections that one may lead to.
    References(&'static [&'static str]),
}

impl Navigation {
    /// To several objects, with a path of its own.
    pub const fn many(name: &'static str, kind: Kind, targets: Targets) -> Self {
        Self { name, kind, many: true, routed: true, unordered: false, writes: Writes::Nothing, targets }
    }

    /// To one object, with a path of its own.
    pub const fn one(name: &'static str, kind: Kind, targets: Targets) -> Self {
        Self { name, kind, many: false, routed: true, unordered: false, writes: Writes::Nothing, targets }
    }

    pub const fn with(self, writes: Writes) -> Self {
        Self { writes, ..self }
    }

    pub const fn unordered(self) -> Self {
        Self { unordered: true, ..self }
    }

    /// To be expanded alone: there is no such path.
    pub const fn unrouted(self) -> Self {
        Self { routed: false, ..self }
    }
}

/// How a tenant is looked at while one request is answered.
pub struct View<'a> {
    pub tenant: &'a Tenant,
    pub version: Version,
    pub existing_connected_organizations: ExistingConnectedOrganizations,
    pub shuffle: &'a RefCell<Random>,
    /// How many objects an expanded collection holds at most; a link leads to the others.
    pub expanded_size: Option<usize>,
    /// The address that contexts begin with: origin and version.
    pub root: String,
}

/// A write while it is carried out.
pub struct Write<'a> {
    pub tenant: &'a mut Tenant,
    pub version: Version,
    /// The object in whose path the collection stands: the catalog of an extension.
    pub parent: Option<String>,
    /// The name of the collection in the path; empty in a seed.
    pub collection: &'static str,
    /// What has been made and does not show yet.
    pub unseen: HashSet<(Kind, String)>,
}

/// Who beta says has done it.
pub const ACTOR: &str = "admin@contoso.com";

/// Makes an object and returns its id.
pub type Create = fn(&mut Write, Map<String, Value>) -> Result<String>;
/// Changes the object with this id.
pub type Change = fn(&mut Write, &str, Map<String, Value>) -> Result<()>;

/// Reads a v1.0 object of a seed into the canonical form.
pub type Seed = fn(&mut Write, Map<String, Value>) -> Result<Map<String, Value>>;

/// The JSON pointer to a property, for kinds that keep each under its own name.
pub type Pointer = fn(Version, &str) -> Option<String>;

pub struct Operations {
    pub create: Option<Create>,
    /// PUT, answered with 200 and the object.
    pub replace: Option<Change>,
    /// PATCH.
    pub update: Option<Change>,
    /// What a PATCH is answered with: 204, or another status and the object.
    pub update_answer: fn(Version) -> u16,
    pub delete: Option<fn(&mut Write, &str) -> Result<()>>,
    pub seed: Option<Seed>,
}

pub const READ_ONLY: Operations = Operations {
    create: None,
    replace: None,
    update: None,
    update_answer: |_| 204,
    delete: None,
    seed: None,
};

impl Kind {
    pub const DIRECTORY: [Self; 4] = [Self::User, Self::Group, Self::ServicePrincipal, Self::Application];

    /// The kinds that have a collection of their own, each after those that it refers to.
    pub const STORED: [Self; 17] = [
        Self::User,
        Self::Group,
        Self::ServicePrincipal,
        Self::Application,
        Self::Site,
        Self::TenantInformation,
        Self::ConnectedOrganization,
        Self::Catalog,
        Self::ResourceEnvironment,
        Self::Resource,
        Self::CustomWorkflowExtension,
        Self::AccessPackage,
        Self::AssignmentPolicy,
        Self::Assignment,
        Self::RoleAssignment,
        Self::ResourceRequest,
        Self::Settings,
    ];

    /// The kinds whose collections stand at the root of entitlement management.
    pub const ENTITLEMENT: [Self; 7] = [
        Self::ConnectedOrganization,
        Self::Catalog,
        Self::AccessPackage,
        Self::AssignmentPolicy,
        Self::Assignment,
        Self::ResourceRequest,
        Self::ResourceEnvironment,
    ];

    /// The kinds whose collections stand at the root of role management.
    pub const ROLE_MANAGEMENT: [Self; 2] = [Self::RoleDefinition, Self::RoleAssignment];

    pub fn entity(self) -> &'static Entity {
        match self {
            Self::User => &directory::USER,
            Self::Group => &directory::GROUP,
            Self::ServicePrincipal => &directory::SERVICE_PRINCIPAL,
            Self::Application => &directory::APPLICATION,
            Self::Site => &site::ENTITY,
            Self::TenantInformation => &tenant_information::ENTITY,
            Self::DirectoryObject => &directory::DIRECTORY_OBJECT,
            Self::ConnectedOrganization => &connected_organization::ENTITY,
            Self::Catalog => &catalog::ENTITY,
            Self::ResourceEnvironment => &resource_environment::ENTITY,
            Self::Resource => &resource::ENTITY,
            Self::ResourceRole => &resource_role::ROLE,
            Self::ResourceScope => &resource_role::SCOPE,
            Self::ResourceRequest => &resource_request::ENTITY,
            Self::CustomWorkflowExtension => &workflow_extension::ENTITY,
            Self::AccessPackage => &access_package::ENTITY,
            Self::ResourceRoleScope => &resource_role_scope::ENTITY,
            Self::AssignmentPolicy => &assignment_policy::ENTITY,
            Self::Question => &assignment_policy::QUESTION,
            Self::CustomExtensionStageSetting => &assignment_policy::STAGE_SETTING,
            Self::CustomExtensionHandler => &assignment_policy::HANDLER,
            Self::Assignment => &assignment::ENTITY,
            Self::Subject => &assignment::SUBJECT,
            Self::RoleDefinition => &role_assignment::DEFINITION,
            Self::RoleAssignment => &role_assignment::ENTITY,
            Self::Settings => &settings::ENTITY,
        }
    }

    /// The id of the object that this one belongs to.
    pub fn parent_of(self, object: &Value) -> Option<&str> {
        let pointer = match self {
            Self::AssignmentPolicy | Self::Assignment => "/accessPackage/id",
            Self::AccessPackage | Self::CustomWorkflowExtension => "/catalog/id",
            Self::Resource | Self::ResourceRequest => "/kept:catalog/id",
            Self::RoleAssignment => return role_assignment::catalog_of(object),
            _ => return None,
        };
        object.pointer(pointer)?.as_str()
    }

    pub fn is_directory(self) -> bool {
        Self::DIRECTORY.contains(&self) || self == Self::DirectoryObject
    }

    pub fn navigation(self, version: Version, name: &str) -> Option<&'static Navigation> {
        (self.entity().navigation)(version)
            .iter()
            .find(|navigation| navigation.name.eq_ignore_ascii_case(name))
    }
}

impl View<'_> {
    /// A set comes back in no particular order.
    pub fn shuffled(&self, mut items: Vec<Value>) -> Value {
        self.shuffle.borrow_mut().shuffle(&mut items);
        Value::Array(items)
    }
}

/// No navigation at all.
fn no_navigation(_version: Version) -> &'static [Navigation] {
    &[]
}

/// For kinds that have no collection of their own.
fn contained(_version: Version) -> &'static str {
    ""
}

/// For properties that v1.0 keeps under their own name, and beta too if they are among `shared`.
fn same_name(version: Version, name: &str, shared: &[&str]) -> Option<String> {
    (version == Version::V1 || shared.contains(&name)).then(|| format!("/{name}"))
}

/// The text of a member, empty where there is none.
fn text<'a>(object: &'a Map<String, Value>, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Sets a member that is missing or null.
fn fill(object: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    if object.get(name).is_none_or(Value::is_null) {
        object.insert(name.to_owned(), value.into());
    }
}

/// Stamps an object that is made now, or one of a seed that does not say when it was made.
fn fill_origin(write: &mut Write, object: &mut Map<String, Value>, strictness: Strictness) {
    if matches!(strictness, Strictness::Write) {
        for name in ["id", "createdDateTime", "modifiedDateTime"] {
            object.shift_remove(name);
        }
    }
    let id = write.tenant.new_id();
    let now = write.tenant.stamp();
    let had_id = object.get("id").is_some_and(Value::is_string);
    if !had_id {
        object.shift_insert(0, "id".to_owned(), id.into());
    }
    fill(object, "createdDateTime", now.clone());
    fill(object, "modifiedDateTime", now);
    fill(object, "beta:createdBy", ACTOR);
    fill(object, "beta:modifiedBy", ACTOR);
}

/// An id for an object that has none, and when it was made. What has its id takes none from the sequence, so
/// that a seed may name such objects without changing the ids of others.
fn fill_id(write: &mut Write, object: &mut Map<String, Value>) {
    if !object.get("id").is_some_and(Value::is_string) {
        let id = write.tenant.new_id();
        object.shift_insert(0, "id".to_owned(), id.into());
    }
}

/// The members of `names` as they are kept, null where there is none.
fn members(object: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    names.iter().map(|name| ((*name).to_owned(), object.get(*name).cloned().unwrap_or_default())).collect()
}

/// The objects of a list that is kept inside another object.
fn inside<'a>(object: &'a Value, name: &str) -> Vec<&'a Value> {
    object[name].as_array().into_iter().flatten().collect()
}

/// What every tenant has from the beginning.
pub fn install(tenant: &mut Tenant) {
    role_assignment::install(tenant);
    settings::install(tenant);
    tenant.take_touched();
}

/// Stamps an object that is changed now.
fn touch(write: &mut Write, object: &mut Map<String, Value>) {
    object.insert("modifiedDateTime".to_owned(), write.tenant.stamp().into());
    object.insert("beta:modifiedBy".to_owned(), ACTOR.into());
}
