//! The state of Terraform, as `terraform show -json` prints it: the resources of the provider `azuread`, versions 2
//! and 3.
//!
//! Facts: the schemas of the provider's resources `azuread_access_package*`, and how it reads Graph's beta answers into
//! them; Terraform's "JSON Output Format". The provider is no library of ours: [`policy`] says what it keeps.

mod policy;

use super::{Fault, Foreign, Format, Holder, Piece, Principal};
use super::{catalog_role, parse_json, resource_role, system_of};
use entrant_model::reference::fold;
use entrant_model::value::Json;
use entrant_model::{Id, Kind};
pub(super) use policy::{as_shown, completed};
use serde_json::Map;
use std::collections::BTreeMap;

/// The type of policies.
const POLICY: &str = "azuread_access_package_assignment_policy";
/// What the types of the resources begin with.
const OWN: &str = "azuread_access_package";

/// A resource of the state.
struct Resource<'j> {
    ty: &'j str,
    address: &'j str,
    is_data: bool,
    /// Whether it was replaced and is yet to be destroyed.
    is_deposed: bool,
    values: &'j Json,
}

impl<'j> Resource<'j> {
    /// A text; an empty one is none.
    fn text(&self, name: &str) -> Option<&'j str> {
        text(self.values, name)
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.values[name].as_bool()
    }

    fn id(&self, name: &str) -> Option<Id> {
        self.text(name).and_then(Id::guid)
    }
}

fn text<'j>(values: &'j Json, name: &str) -> Option<&'j str> {
    values[name].as_str().filter(|text| !text.is_empty())
}

pub(super) fn read(text: &str) -> Result<Foreign, Fault> {
    let state = parse_json(text)?;
    let resources = resources(&state)?;
    let policies = resources.iter().filter(|resource| resource.ty == POLICY && !resource.is_deposed);
    let policies: Vec<&Json> = policies.map(|resource| resource.values).collect();
    let mut reading = Reading {
        foreign: Foreign {
            format: Format::Terraform,
            sees: policy::seen_in(&policies),
            objects: Vec::new(),
            names: BTreeMap::new(),
            notes: Vec::new(),
        },
        index: BTreeMap::new(),
        systems: BTreeMap::new(),
        roles: BTreeMap::new(),
        app_roles: BTreeMap::new(),
    };
    if !resources.iter().any(|resource| resource.ty.starts_with(OWN)) {
        reading.foreign.notes.push(format!("the state has no resource `{OWN}*`"));
    }
    for resource in &resources {
        reading.names(resource);
    }
    for resource in &resources {
        reading.object(resource);
    }
    for resource in &resources {
        reading.part(resource);
    }
    Ok(reading.foreign)
}

/// Every resource of every module.
fn resources(state: &Json) -> Result<Vec<Resource<'_>>, Fault> {
    let has = |name: &str| state.get(name).is_some();
    if !state.is_object() {
        return Err(Fault::whole("it is no state: an object is expected", String::new()));
    }
    if has("planned_values") || has("resource_changes") {
        return Err(Fault::whole(
            "it is a plan of Terraform, and what is planned has no ids yet",
            "apply it, then give the state: `terraform show -json > state.json`, without a plan file",
        ));
    }
    if has("version") && has("resources") {
        return Err(Fault::whole(
            "it is a state file of Terraform, whose form is Terraform's own",
            "let Terraform print it: `terraform show -json > state.json`",
        ));
    }
    let Some(format) = state["format_version"].as_str() else {
        return Err(Fault::whole("it is no state of Terraform: `format_version` is missing", String::new()));
    };
    if !matches!(format.split('.').next(), Some("0" | "1")) {
        return Err(Fault::whole(
            format!("its `format_version` is {format}, and this version of the tool reads 1"),
            "look for a newer version of the tool",
        ));
    }
    let mut resources = Vec::new();
    let mut modules: Vec<&Json> = vec![&state["values"]["root_module"]];
    while let Some(module) = modules.pop() {
        modules.extend(module["child_modules"].as_array().into_iter().flatten().rev());
        for resource in module["resources"].as_array().into_iter().flatten() {
            let Some(ty) = resource["type"].as_str() else { continue };
            resources.push(Resource {
                ty,
                address: resource["address"].as_str().unwrap_or(ty),
                is_data: resource["mode"] == "data",
                is_deposed: resource.get("deposed_key").is_some(),
                values: &resource["values"],
            });
        }
    }
    Ok(resources)
}

struct Reading {
    foreign: Foreign,
    /// Where an object stands among those of the file.
    index: BTreeMap<(Kind, Id), usize>,
    /// The origin systems of the resources of catalogs, by catalog and origin.
    systems: BTreeMap<(Id, String), String>,
    /// The names of definitions of roles.
    roles: BTreeMap<String, String>,
    /// The names of roles of applications, by their ids.
    app_roles: BTreeMap<String, String>,
}

impl Reading {
    fn note(&mut self, resource: &Resource, why: &str) {
        self.foreign.notes.push(format!("{}: {why}", resource.address));
    }

    /// What the resource calls objects of the directory, and what others need to know of it.
    fn names(&mut self, resource: &Resource) {
        let id = resource.id("object_id").or_else(|| resource.id("id"));
        let mut name = |kind, id: Option<Id>, name: Option<&str>| {
            if let (Some(id), Some(name)) = (id, name) {
                self.foreign.names.insert((kind, id), name.to_owned());
            }
        };
        match resource.ty {
            "azuread_group" => name(Kind::Group, id, resource.text("display_name")),
            "azuread_user" => name(Kind::User, id, resource.text("user_principal_name")),
            "azuread_service_principal" => {
                name(Kind::ServicePrincipal, id, resource.text("display_name"));
                self.app_roles(&resource.values["app_roles"]);
            }
            "azuread_application" => self.app_roles(&resource.values["app_role"]),
            "azuread_users" => {
                for user in resource.values["users"].as_array().into_iter().flatten() {
                    let id = text(user, "object_id").and_then(Id::guid);
                    name(Kind::User, id, text(user, "user_principal_name"));
                }
            }
            "azuread_groups" => {
                let list = |name: &str| resource.values[name].as_array().into_iter().flatten();
                for (id, display_name) in list("object_ids").zip(list("display_names")) {
                    name(Kind::Group, id.as_str().and_then(Id::guid), display_name.as_str());
                }
            }
            "azuread_access_package_resource_catalog_association" => {
                let known = (resource.id("catalog_id"), resource.text("resource_origin_id"));
                if let ((Some(catalog), Some(origin)), Some(system)) =
                    (known, resource.text("resource_origin_system"))
                {
                    self.systems.insert((catalog, fold(origin)), system.to_owned());
                }
            }
            "azuread_access_package_catalog_role" => {
                let ids = ["object_id", "id", "template_id"].into_iter().filter_map(|id| resource.text(id));
                if let Some(role) = resource.text("display_name") {
                    self.roles.extend(ids.map(|id| (fold(id), role.to_owned())));
                }
            }
            _ => {}
        }
    }

    fn app_roles(&mut self, roles: &Json) {
        for role in roles.as_array().into_iter().flatten() {
            if let (Some(id), Some(name)) = (text(role, "id"), text(role, "display_name")) {
                self.app_roles.insert(fold(id), name.to_owned());
            }
        }
    }

    /// Catalogs, packages, policies.
    fn object(&mut self, resource: &Resource) {
        let kind = match resource.ty {
            "azuread_access_package_catalog" => Kind::Catalog,
            "azuread_access_package" => Kind::AccessPackage,
            POLICY => Kind::AssignmentPolicy,
            _ => return,
        };
        if resource.is_deposed {
            return self.note(resource, "it was replaced and is yet to be destroyed, so it is left out");
        }
        let id = resource.id("id").or_else(|| resource.id("object_id"));
        let (Some(id), Some(name)) = (id, resource.text("display_name")) else {
            return self.note(resource, "it has no id or no name yet, and no document");
        };
        let holder = match kind {
            Kind::Catalog => Some(Holder::Tenant),
            Kind::AccessPackage => resource.id("catalog_id").map(Holder::Id),
            _ => resource.id("access_package_id").map(Holder::Id),
        };
        let Some(holder) = holder else {
            return self.note(resource, "it is not said what holds it, and it has no document");
        };
        let mut piece = Piece::new(kind, Some(id), name, holder, resource.address);
        piece.is_managed = !resource.is_data;
        let mut members = Map::new();
        match kind {
            Kind::Catalog => {
                let is_published = resource.flag("published").unwrap_or(true);
                members.insert("state".into(), if is_published { "published" } else { "unpublished" }.into());
                // What the provider takes where nothing is said.
                let is_external = resource.flag("externally_visible").unwrap_or(true);
                members.insert("isExternallyVisible".into(), is_external.into());
            }
            Kind::AccessPackage => {
                members.insert("isHidden".into(), resource.flag("hidden").unwrap_or(false).into());
            }
            _ => members = policy::read(resource.values, &mut piece.unsaid),
        }
        if let Some(description) = resource.text("description") {
            members.insert("description".into(), description.into());
        }
        piece.members = members;
        // What is managed is often looked up as well.
        match self.index.get(&(kind, piece.id.clone())) {
            Some(at) if piece.is_managed => self.foreign.objects[*at] = piece,
            Some(_) => {}
            None => {
                self.index.insert((kind, piece.id.clone()), self.foreign.objects.len());
                self.foreign.objects.push(piece);
            }
        }
    }

    /// What stands in resources of its own, and in documents in what it belongs to.
    fn part(&mut self, resource: &Resource) {
        if resource.is_data || resource.is_deposed {
            return;
        }
        match resource.ty {
            "azuread_access_package_resource_catalog_association" => {
                let parts = (resource.id("catalog_id"), resource.text("resource_origin_id"));
                let ((Some(catalog), Some(origin)), Some(system)) =
                    (parts, resource.text("resource_origin_system"))
                else {
                    return self.note(resource, "it does not say which resource it adds to which catalog");
                };
                self.add(resource, Kind::Catalog, &catalog, "resources", super::resource(system, origin));
            }
            "azuread_access_package_resource_package_association" => self.package_role(resource),
            "azuread_access_package_catalog_role_assignment" => self.catalog_role(resource),
            _ => {}
        }
    }

    fn package_role(&mut self, resource: &Resource) {
        // `CATALOG/ORIGIN`; early releases had a colon.
        let association = resource.text("catalog_resource_association_id").unwrap_or_default();
        let parts = association.split_once('/').or_else(|| association.split_once(':'));
        let Some((package, (catalog, origin))) = resource.id("access_package_id").zip(parts) else {
            return self.note(resource, "it does not say which resource it adds to which package");
        };
        let (role, is_app_role) = match self.role_of(resource) {
            Ok(role) => role,
            Err(why) => return self.cannot(Kind::AccessPackage, &package, "resourceRoleScopes", why),
        };
        let key = (Id::new(catalog), fold(origin));
        let known = self.systems.get(&key).cloned();
        let told = if is_app_role { Some("AadApplication") } else { system_of(origin, &role) };
        let Some(system) = known.clone().or_else(|| told.map(str::to_owned)) else {
            let why = format!("it is not said what kind of resource {origin} is");
            return self.cannot(Kind::AccessPackage, &package, "resourceRoleScopes", why);
        };
        let scope = resource_role(&system, origin, &role);
        self.add(resource, Kind::AccessPackage, &package, "resourceRoleScopes", scope);
        // What a package gives is in its catalog, also where that association is managed elsewhere.
        if known.is_none()
            && let Some(piece) = self.piece(Kind::Catalog, &key.0)
            && piece.members.contains_key("resources")
        {
            piece.add("resources", super::resource(&system, origin));
            self.systems.insert(key, system);
        }
    }

    /// The role that a package gives, and whether it is one of an application. Later releases give such a one by its id,
    /// beside the default of `access_type`.
    fn role_of(&self, resource: &Resource) -> Result<(String, bool), String> {
        let access = resource.text("access_type");
        let Some(id) =
            resource.text("resource_role_origin_id").or(access.filter(|id| Id::guid(id).is_some()))
        else {
            return Ok((access.unwrap_or("Member").to_owned(), false));
        };
        let known = || self.app_roles.get(&fold(id)).cloned();
        let role = resource.text("resource_role_display_name").map(str::to_owned).or_else(known);
        role.map(|role| (role, true)).ok_or_else(|| format!("it is not said what the role {id} is called"))
    }

    fn catalog_role(&mut self, resource: &Resource) {
        let parts = (resource.id("catalog_id"), resource.text("principal_object_id"));
        let ((Some(catalog), Some(who)), Some(role)) = (parts, resource.text("role_id")) else {
            return self.note(resource, "it does not say who has which role on which catalog");
        };
        let definition = self.roles.get(&fold(role)).map_or(role, String::as_str);
        let Some(role) = catalog_role(definition).or_else(|| catalog_role(role)) else {
            return self.cannot(
                Kind::Catalog,
                &catalog,
                "roleAssignments",
                format!("the role {definition} is none that a catalog has"),
            );
        };
        let principal = Principal { who: who.to_owned(), role: role.to_owned() };
        match self.piece(Kind::Catalog, &catalog) {
            Some(piece) => piece.principals.push(principal),
            None => self.note(resource, "the state does not manage the catalog, and so no document says it"),
        }
    }

    fn piece(&mut self, kind: Kind, id: &Id) -> Option<&mut Piece> {
        let at = *self.index.get(&(kind, id.clone()))?;
        self.foreign.objects.get_mut(at).filter(|piece| piece.is_managed)
    }

    /// Adds an element to a list.
    fn add(&mut self, resource: &Resource, kind: Kind, id: &Id, member: &'static str, element: Json) {
        if let Some(piece) = self.piece(kind, id) {
            piece.add(member, element);
        } else {
            let why = format!("the state does not manage the {}, and so no document says it", kind.noun());
            self.note(resource, &why);
        }
    }

    fn cannot(&mut self, kind: Kind, id: &Id, member: &'static str, why: String) {
        if let Some(piece) = self.piece(kind, id) {
            piece.unsaid.entry(member).or_insert(why);
        }
    }
}
