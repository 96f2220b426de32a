//! A configuration of Microsoft365DSC, as `Export-M365DSCConfiguration` writes it: the resources
//! `AADEntitlementManagement*`. Also the report of a configuration as JSON, which has the same properties.
//!
//! Facts: the schemas of these resources and how they read Graph's beta answers, from the first releases to those
//! that are classes. Properties have the names of Graph's members, with few exceptions; an id may be a name.

use super::powershell::{self, Block, Members, Value};
use super::{Fault, Foreign, Format, Holder, Piece, Principal};
use super::{catalog_role, parse_json, resource, resource_role, system_of};
use entrant_model::reference::fold;
use entrant_model::time::Instant;
use entrant_model::value::Json;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Id, Kind};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// What the names of the resources begin with.
const OWN: &str = "AADEntitlementManagement";
/// What names of directory objects are known by.
const GROUP: &str = "AADGroup";

type Said<T> = Result<T, String>;

pub(super) fn read(text: &str) -> Result<Foreign, Fault> {
    let is_wanted = |resource: &str| {
        resource.eq_ignore_ascii_case(GROUP)
            || resource.get(..OWN.len()).is_some_and(|start| start.eq_ignore_ascii_case(OWN))
    };
    let blocks = if text.trim_start().starts_with(['[', '{']) {
        report(&parse_json(text)?, is_wanted)
    } else {
        let mut blocks = powershell::blocks(text, is_wanted)?;
        for block in &mut blocks {
            exported(&mut block.members);
        }
        blocks
    };
    let mut reading = Reading {
        foreign: Foreign {
            format: Format::M365dsc,
            sees: entrant_model::Version::Beta,
            objects: Vec::new(),
            names: BTreeMap::new(),
            notes: Vec::new(),
        },
        systems: BTreeMap::new(),
    };
    if blocks.iter().all(|block| block.resource.eq_ignore_ascii_case(GROUP)) {
        reading.foreign.notes.push(format!("the file has no resource `{OWN}*`"));
    }
    let blocks: Vec<Block> = blocks.into_iter().filter(|block| reading.is_present(block)).collect();
    for block in &blocks {
        reading.names(block);
    }
    for block in &blocks {
        reading.object(block);
    }
    for block in &blocks {
        reading.part(block);
    }
    Ok(reading.foreign)
}

/// The blocks of a report, which is a list of what the blocks of the configuration say.
fn report(json: &Json, is_wanted: impl Fn(&str) -> bool) -> Vec<Block> {
    fn value(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(number) => {
                number.as_i64().map_or_else(|| Value::Expression(number.to_string()), Value::Int)
            }
            Json::String(text) => reported(text),
            Json::Array(list) => Value::List(list.iter().map(value).collect()),
            Json::Object(map) => Value::Instance(members(map)),
        }
    }
    fn members(map: &Map<String, Json>) -> Members {
        Members(map.iter().map(|(name, json)| (name.clone(), value(json))).collect())
    }
    let one = std::slice::from_ref(json);
    let blocks = json.as_array().map_or(one, Vec::as_slice).iter().filter_map(|block| {
        let resource = block["ResourceName"].as_str().filter(|resource| is_wanted(resource))?;
        Some(Block {
            resource: resource.to_owned(),
            name: block["ResourceInstanceName"].as_str().unwrap_or(resource).to_owned(),
            members: members(block.as_object()?),
        })
    });
    blocks.collect()
}

/// Exports put this variable for the tenant's domain into every text, also into those in which PowerShell looks for none.
const ORGANIZATION: &str = "$organizationname";

/// Makes expressions of the texts into which an export has put a variable.
fn exported(members: &mut Members) {
    fn one(value: &mut Value) {
        match value {
            Value::Text(text) if text.to_ascii_lowercase().contains(ORGANIZATION) => {
                *value = Value::Expression(std::mem::take(text));
            }
            Value::List(list) => list.iter_mut().for_each(one),
            Value::Instance(members) => exported(members),
            _ => {}
        }
    }
    members.0.iter_mut().for_each(|(_, value)| one(value));
}

/// A text of a report. It has variables as they are written in the configuration, constants among them, and has lost
/// which quotation marks stood around a text; so those in a text are known by the names that exports use.
fn reported(text: &str) -> Value {
    const VARIABLES: [&str; 4] = [ORGANIZATION, "$tenantguid", "$configurationdata", "$("];
    match text.to_ascii_lowercase().as_str() {
        "$null" => Value::Null,
        "$true" => Value::Bool(true),
        "$false" => Value::Bool(false),
        lower if lower.starts_with('$') || VARIABLES.iter().any(|variable| lower.contains(variable)) => {
            Value::Expression(text.to_owned())
        }
        _ => Value::Text(text.to_owned()),
    }
}

struct Reading {
    foreign: Foreign,
    /// The origin systems of resources, by their origin.
    systems: BTreeMap<String, String>,
}

fn label(block: &Block) -> String {
    format!("{} '{}'", block.resource, block.name)
}

/// The resource without what all of them begin with.
fn own_name(block: &Block) -> &str {
    block.resource.get(OWN.len()..).unwrap_or_default()
}

impl Reading {
    fn note(&mut self, block: &Block, why: &str) {
        self.foreign.notes.push(format!("{}: {why}", label(block)));
    }

    /// Whether the block says that something is there.
    fn is_present(&mut self, block: &Block) -> bool {
        let is_absent =
            block.members.text("Ensure").is_some_and(|ensure| ensure.eq_ignore_ascii_case("Absent"));
        if is_absent && !block.resource.eq_ignore_ascii_case(GROUP) {
            self.note(
                block,
                "it says that something is not there, and has no document; `kind: Removed` deletes it",
            );
        }
        !is_absent
    }

    fn names(&mut self, block: &Block) {
        let members = &block.members;
        if block.resource.eq_ignore_ascii_case(GROUP) {
            if let (Some(id), Some(name)) =
                (members.text("Id").and_then(Id::guid), members.text("DisplayName"))
            {
                self.foreign.names.insert((Kind::Group, id), name.to_owned());
            }
        } else if own_name(block).eq_ignore_ascii_case("AccessPackageCatalogResource")
            && let (Some(origin), Some(system)) = (members.text("OriginId"), members.text("OriginSystem"))
        {
            self.systems.insert(fold(origin), system.to_owned());
            // Later releases give the name of a group or application instead.
            if let Some(name) = members.text("DisplayName") {
                self.systems.entry(fold(name)).or_insert_with(|| system.to_owned());
            }
        }
    }

    /// Objects that are documents.
    fn object(&mut self, block: &Block) {
        let members = &block.members;
        let kind = match own_name(block).to_ascii_lowercase().as_str() {
            "accesspackagecatalog" => Kind::Catalog,
            "accesspackage" => Kind::AccessPackage,
            "accesspackageassignmentpolicy" => Kind::AssignmentPolicy,
            "connectedorganization" => Kind::ConnectedOrganization,
            "settings" | "setting" => Kind::Settings,
            "accesspackagecatalogresource" | "roleassignment" => return,
            _ if block.resource.eq_ignore_ascii_case(GROUP) => return,
            _ => return self.note(block, "this version of the tool does not know the resource"),
        };
        let name = match members.text("DisplayName") {
            Some(name) => name,
            None if kind == Kind::Settings => "",
            None => {
                return self
                    .note(block, "its `DisplayName` is missing or no literal, and it has no document");
            }
        };
        let holder = match kind {
            Kind::AccessPackage => members.text("CatalogId").map(Holder::written),
            Kind::AssignmentPolicy => members.text("AccessPackageId").map(Holder::written),
            _ => Some(Holder::Tenant),
        };
        let Some(holder) = holder else {
            return self.note(block, "it is not said what holds it, or not as a literal; it has no document");
        };
        let id = match kind {
            Kind::Settings => Some(Id::new("singleton")),
            _ => members.text("Id").and_then(Id::guid),
        };
        let mut piece = Piece::new(kind, id, name, holder, &label(block));
        let mut take = |property: &str, member: &'static str, read: &dyn Fn(&Value) -> Said<Json>| {
            let Some(value) = members.get(property) else { return };
            match read(value) {
                Ok(Json::Null) => {}
                Ok(json) => {
                    piece.members.insert(member.to_owned(), json);
                }
                Err(why) => {
                    piece.unsaid.insert(member, format!("`{property}`: {why}"));
                }
            }
        };
        take("Description", "description", &json);
        match kind {
            Kind::Catalog => {
                let state = |value: &Value| json(value).map(lower);
                take("CatalogStatus", "state", &state);
                take("IsExternallyVisible", "isExternallyVisible", &json);
            }
            Kind::AccessPackage => {
                take("IsHidden", "isHidden", &json);
                let systems = &self.systems;
                let roles = |value: &Value| elements(value, &|scope| role_scope(scope, systems));
                take("AccessPackageResourceRoleScopes", "resourceRoleScopes", &roles);
                let ids = |value: &Value| elements(value, &|id| Ok(json!({"id": json(id)?})));
                take("IncompatibleAccessPackages", "incompatibleAccessPackages", &ids);
                take("IncompatibleGroups", "incompatibleGroups", &ids);
            }
            Kind::ConnectedOrganization => {
                take("State", "state", &json);
                take("IdentitySources", "identitySources", &|value| elements(value, &identity_source));
                take("ExternalSponsors", "externalSponsors", &|value| elements(value, &sponsor));
                take("InternalSponsors", "internalSponsors", &|value| elements(value, &sponsor));
            }
            Kind::Settings => {
                take("ExternalUserLifecycleAction", "externalUserLifecycleAction", &json);
                take(
                    "DaysUntilExternalUserDeletedAfterBlocked",
                    "durationUntilExternalUserDeletedAfterBlocked",
                    &|value| {
                        json(value).map(|days| days.as_u64().map_or(Json::Null, |n| format!("P{n}D").into()))
                    },
                );
            }
            _ => {
                for (property, member) in POLICY {
                    take(property, member, &json);
                }
                take("AccessReviewSettings", "accessReviewSettings", &|value| json(&without_start(value).0));
                take("ExpirationDateTime", "expirationDateTime", &moment);
            }
        }
        if members.get("AccessReviewSettings").is_some_and(|review| without_start(review).1) {
            piece.remarks.push("when reviews begin cannot be told for certain and is left out".to_owned());
        }
        self.foreign.objects.push(piece);
    }

    /// What stands in blocks of its own, and in documents in its catalog.
    fn part(&mut self, block: &Block) {
        let members = &block.members;
        match own_name(block).to_ascii_lowercase().as_str() {
            "accesspackagecatalogresource" => {
                let Some(catalog) = members.text("CatalogId").map(Holder::written) else {
                    return self.note(block, "it does not say as a literal which catalog it adds to");
                };
                let origin = match members.get("OriginId") {
                    None => members.text("DisplayName"),
                    Some(_) => members.text("OriginId"),
                };
                let (Some(system), Some(origin)) = (members.text("OriginSystem"), origin) else {
                    // A list that is written is the whole of it.
                    let why = format!("{} does not say as literals which resource it adds", label(block));
                    if let Some(piece) = self.catalog(&catalog) {
                        piece.unsaid.entry("resources").or_insert(why);
                    }
                    return;
                };
                let has_attributes = !matches!(members.get("Attributes"), None | Some(Value::Null))
                    && members.get("Attributes") != Some(&Value::List(Vec::new()));
                match self.catalog(&catalog) {
                    Some(piece) => {
                        piece.add("resources", resource(system, origin));
                        if has_attributes {
                            let name = members.text("DisplayName").unwrap_or(origin);
                            piece
                                .remarks
                                .push(format!("attributes of the resource `{name}` are not taken over"));
                        }
                    }
                    None => {
                        self.note(block, "the file does not have its catalog, and so no document says it");
                    }
                }
            }
            "roleassignment" => self.role_assignment(block),
            _ => {}
        }
    }

    fn role_assignment(&mut self, block: &Block) {
        let members = &block.members;
        let scope = members.text("AppScopeId").unwrap_or("/");
        let catalog = scope.rsplit_once('/').map_or(scope, |(_, id)| id);
        let Some(catalog) = Id::guid(catalog).map(Holder::Id) else {
            return self.note(block, "it is a role in the whole tenant, which no document says");
        };
        let role = members.text("RoleDefinition").unwrap_or_default();
        let (who, word) = (members.text("Principal"), catalog_role(role));
        match (self.catalog(&catalog), who, word) {
            (Some(piece), Some(who), Some(word)) => {
                piece.principals.push(Principal { who: who.to_owned(), role: word.to_owned() });
            }
            (Some(piece), _, _) => {
                let why = format!("{} does not say as literals who has which role", label(block));
                piece.unsaid.entry("roleAssignments").or_insert(why);
            }
            (None, ..) => self.note(block, "the file does not have its catalog, and so no document says it"),
        }
    }

    fn catalog(&mut self, holder: &Holder) -> Option<&mut Piece> {
        self.foreign.objects.iter_mut().find(|piece| {
            piece.kind == Kind::Catalog
                && match holder {
                    Holder::Id(id) => piece.id == *id,
                    Holder::Name(name) => fold(&piece.name) == fold(name),
                    Holder::Tenant => false,
                }
        })
    }
}

/// The properties of a policy that are members of Graph as they are.
const POLICY: [(&str, &str); 8] = [
    ("CanExtend", "canExtend"),
    ("DurationInDays", "durationInDays"),
    ("RequestorSettings", "requestorSettings"),
    ("RequestApprovalSettings", "requestApprovalSettings"),
    ("AccessPackageNotificationSettings", "accessPackageNotificationSettings"),
    ("VerifiableCredentialSettings", "verifiableCredentialSettings"),
    ("Questions", "questions"),
    ("CustomExtensionHandlers", "customExtensionHandlers"),
];

/// The settings of reviews without a beginning that cannot be told for certain, and whether there was such a one.
fn without_start(review: &Value) -> (Value, bool) {
    let Value::Instance(members) = review else { return (review.clone(), false) };
    let is_told = |(name, value): &&(String, Value)| {
        !name.eq_ignore_ascii_case("StartDateTime") || moment(value).is_ok()
    };
    let told: Vec<(String, Value)> = members.0.iter().filter(is_told).cloned().collect();
    let is_less = told.len() < members.0.len();
    (Value::Instance(Members(told)), is_less)
}

fn lower(json: Json) -> Json {
    match json {
        Json::String(text) => text.to_ascii_lowercase().into(),
        other => other,
    }
}

/// A value in Graph's form. An empty text is what the tool writes for none.
fn json(value: &Value) -> Said<Json> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Text(text) if text.is_empty() => Json::Null,
        Value::Text(text) => text.as_str().into(),
        Value::List(list) => Json::Array(list.iter().map(json).collect::<Said<_>>()?),
        Value::Expression(text) => return Err(format!("`{text}` is for PowerShell to work out")),
        Value::Instance(members) => {
            let mut map = Map::new();
            for (name, value) in &members.0 {
                let (member, value) = match name.to_ascii_lowercase().as_str() {
                    "ciminstance" => continue,
                    "odatatype" => (ODATA_TYPE.to_owned(), json(value)?),
                    "questiontext" => ("text".to_owned(), json(value)?),
                    "sequenceposition" => ("sequence".to_owned(), json(value)?),
                    "customextensionid" => ("customExtension".to_owned(), json!({"id": json(value)?})),
                    "startdatetime" => ("startDateTime".to_owned(), moment(value)?),
                    _ => (camel(name), json(value)?),
                };
                if value != Json::Null {
                    map.insert(member, value);
                }
            }
            // Lists of one may have lost what makes them lists.
            for name in LISTS {
                if let Some(value) = map.get_mut(*name).filter(|value| !value.is_array()) {
                    *value = json!([value.take()]);
                }
            }
            Json::Object(map)
        }
    })
}

/// Members that are lists.
const LISTS: &[&str] = &[
    "allowedRequestors",
    "approvalStages",
    "primaryApprovers",
    "escalationApprovers",
    "reviewers",
    "choices",
    "localizedTexts",
    "credentialTypes",
    "issuers",
];

fn camel(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}

/// Each element of a list; one that stands alone is a list of one.
fn elements(value: &Value, read: &dyn Fn(&Value) -> Said<Json>) -> Said<Json> {
    match value {
        Value::Null => Ok(Json::Null),
        Value::List(list) => list.iter().map(read).collect::<Said<Vec<Json>>>().map(Json::from),
        one => Ok(json!([read(one)?])),
    }
}

fn literal<'v>(members: &'v Members, name: &str) -> Said<&'v str> {
    members.text(name).ok_or_else(|| format!("its `{name}` is missing or no literal"))
}

fn role_scope(value: &Value, systems: &BTreeMap<String, String>) -> Said<Json> {
    let Value::Instance(members) = value else { return Err("it is no block of properties".to_owned()) };
    let origin = literal(members, "AccessPackageResourceOriginId")?;
    let role = literal(members, "AccessPackageResourceRoleDisplayName")?;
    let system = members
        .text("AccessPackageResourceScopeOriginSystem")
        .or_else(|| systems.get(&fold(origin)).map(String::as_str))
        .or_else(|| system_of(origin, role))
        .ok_or_else(|| format!("it is not said what kind of resource {origin} is"))?;
    Ok(resource_role(system, origin, role))
}

fn identity_source(value: &Value) -> Said<Json> {
    let mut source = json(value)?;
    if let Some(map) = source.as_object_mut()
        && let Some(tenant) = map.remove("externalTenantId")
    {
        map.insert("tenantId".to_owned(), tenant);
    }
    Ok(source)
}

/// A sponsor is a user principal name, the name of a group, or an id of either.
fn sponsor(value: &Value) -> Said<Json> {
    let Value::Text(who) = value else { return Err("a sponsor is no literal".to_owned()) };
    if Id::guid(who).is_some() {
        return Err(format!("it is not said whether {who} is a user or a group"));
    }
    let ty = if who.contains('@') { "user" } else { "group" };
    Ok(json!({ODATA_TYPE: format!("#microsoft.graph.{ty}"), "id": who}))
}

/// A moment: ISO 8601, or as PowerShell makes a text of it where nobody says otherwise, the month before the day.
fn moment(value: &Value) -> Said<Json> {
    let text = match value {
        Value::Null => return Ok(Json::Null),
        Value::Text(text) if text.is_empty() => return Ok(Json::Null),
        Value::Text(text) => text,
        other => return json(other),
    };
    // Graph's least moment stands for none.
    if text.starts_with("0001-") || text.starts_with("01/01/0001") || text.starts_with("1/1/0001") {
        return Ok(Json::Null);
    }
    // Without an offset it is in UTC, as Graph's are.
    let written = [Some(text.clone()), Some(format!("{text}Z")), with_month_first(text)];
    match written.into_iter().flatten().find(|moment| Instant::parse(moment).is_some()) {
        Some(moment) => Ok(moment.into()),
        None => Err(format!("`{text}` is no moment that can be told for certain")),
    }
}

/// `12/17/2022 23:59:59`, `12/17/2022 11:59:59 PM`, also with an offset.
fn with_month_first(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let (date, time) = (words.next()?, words.next()?);
    let mut date = date.split('/').map(str::parse::<u32>);
    let (month, day, year) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let mut time = time.split(':').map(str::parse::<u32>);
    let (mut hour, minute) = (time.next()?.ok()?, time.next()?.ok()?);
    let second = time.next().map_or(Some(0), Result::ok)?;
    let mut offset = "Z".to_owned();
    for word in words {
        match word.to_ascii_uppercase().as_str() {
            "AM" => hour %= 12,
            "PM" => hour = hour % 12 + 12,
            zone if zone.starts_with(['+', '-']) => zone.clone_into(&mut offset),
            _ => return None,
        }
    }
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_for_certain_or_not_at_all() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (written, read) in [
            ("2024-03-01T08:00:00.0000000+00:00", Some("2024-03-01T08:00:00.0000000+00:00")),
            ("2024-03-01T08:00:00.0000000", Some("2024-03-01T08:00:00.0000000Z")),
            ("12/17/2022 23:59:59", Some("2022-12-17T23:59:59Z")),
            ("1/5/2024 8:00:00 PM", Some("2024-01-05T20:00:00Z")),
            ("03/01/2024 08:00:00 +02:00", Some("2024-03-01T08:00:00+02:00")),
            ("17/12/2022 23:59:59", None),
            ("17.12.2022 23:59:59", None),
            ("tomorrow", None),
        ] {
            assert_eq!(moment(&text(written)).ok(), read.map(Json::from), "{written}");
        }
        assert_eq!(moment(&text("01/01/0001 00:00:00")), Ok(Json::Null));
    }

    #[test]
    fn a_report_has_variables_as_texts() {
        let expression = |text: &str| Value::Expression(text.to_owned());
        for (written, read) in [
            ("$null", Value::Null),
            ("$True", Value::Bool(true)),
            ("$false", Value::Bool(false)),
            ("$Credscredential", expression("$Credscredential")),
            ("ana@$OrganizationName", expression("ana@$OrganizationName")),
            ("https://$($OrganizationName):443", expression("https://$($OrganizationName):443")),
            ("Budget over 100 $", Value::Text("Budget over 100 $".to_owned())),
            ("", Value::Text(String::new())),
        ] {
            assert_eq!(reported(written), read, "{written}");
        }
    }
}
