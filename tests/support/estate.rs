//! Estates as documents, made by chance: every kind, every part, names that no path or filter likes, and what refers to
//! what. All of them are right, so that whatever goes wrong with one is the tool's.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A small generator: a seed tells estates apart, which need no shrinking.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn often(&mut self) -> bool {
        self.roll(3) > 0
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.roll(of.len())]
    }

    /// Some of them, each at most once, in no order.
    pub fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        let mut taken: Vec<T> = of.to_vec();
        self.shuffle(&mut taken);
        taken.truncate(self.roll(of.len() + 1));
        taken
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.roll(at + 1));
        }
    }
}

const GROUPS: [&str; 4] = ["Staff", "Ops", "Auditors", "Desk #2"];
/// The groups of which one may be made eligible.
const ASSIGNABLE: [&str; 2] = ["Ops", "Desk #2"];
const USERS: [&str; 2] = ["ana@contoso.com", "ben@contoso.com"];
const CATALOGS: [&str; 3] = ["Sales", "R & D / 100 %", "Finance's"];
const PACKAGES: [&str; 4] = ["Orders", "Audit", "Read/write", "Ünïcode #1"];
const EXTENSIONS: [&str; 2] = ["Ticket", "Notify"];
const ORGANIZATIONS: [&str; 2] = ["Fabrikam", "Tailspin Toys"];
const POLICIES: [&str; 3] = ["Initial Policy", "Partners", "On call"];

/// A directory in which every estate can be made.
pub fn seed() -> Value {
    let id = |kind: u32, number: usize| format!("{kind:08x}-0000-4000-8000-{number:012x}");
    let groups = GROUPS.iter().enumerate().map(|(n, name)| {
        let assignable = ASSIGNABLE.contains(name);
        json!({ "id": id(0x22, n), "displayName": name, "securityEnabled": true, "isAssignableToRole": assignable })
    });
    let users = USERS.iter().enumerate().map(
        |(n, name)| json!({ "id": id(0x11, n), "displayName": format!("User {n}"), "userPrincipalName": name }),
    );
    let clerk = json!({ "displayName": "Clerk", "value": "clerk" });
    let auditor = json!({ "displayName": "Auditor (all)", "value": "audit" });
    json!({
        "groups": groups.collect::<Vec<_>>(),
        "users": users.collect::<Vec<_>>(),
        "servicePrincipals": [
            { "id": id(0x33, 0), "displayName": "Payroll", "appId": id(0x66, 0), "appRoles": [clerk, auditor] },
            { "id": id(0x33, 1), "displayName": "Wiki", "appId": id(0x66, 1) },
        ],
        "sites": [
            { "webUrl": "https://contoso.sharepoint.com/sites/Sales", "displayName": "Sales" },
            { "webUrl": "https://contoso.sharepoint.com/sites/Lab", "displayName": "Lab" },
        ],
        "resourceEnvironments": [
            { "originId": "https://contoso-admin.sharepoint.com/", "isDefaultEnvironment": true },
        ],
    })
}

/// The resources that catalogs may have, each with the roles that packages may give of it, as documents write them. A
/// role has its own way of being written each time.
fn resources() -> Vec<(Value, Vec<Vec<Value>>)> {
    let mut all = Vec::new();
    for group in GROUPS {
        let mut roles = vec![
            vec![json!({ "group": group }), json!({ "group": group, "role": "Member" })],
            vec![json!({ "group": group, "role": "Owner" })],
        ];
        if ASSIGNABLE.contains(&group) {
            roles.push(vec![json!({ "group": group, "role": "Eligible Member" })]);
            roles.push(vec![json!({ "group": group, "role": "Eligible Owner" })]);
        }
        all.push((json!({ "group": group }), roles));
    }
    let of = |key: &str, name: &str, roles: &[&[&str]]| {
        let role = |word: &&str| json!({ key: name, "role": word });
        (json!({ key: name }), roles.iter().map(|words| words.iter().map(role).collect()).collect())
    };
    all.push(of("application", "Payroll", &[&["Clerk", "clerk"], &["Auditor (all)", "audit"]]));
    all.push(of("application", "Wiki", &[&["Default Access"]]));
    all.push(of(
        "site",
        "https://contoso.sharepoint.com/sites/Sales",
        &[&["Owners"], &["Members"], &["Visitors"]],
    ));
    all.push(of("site", "https://contoso.sharepoint.com/sites/Lab", &[&["Members"], &["Visitors"]]));
    all
}

/// The documents of an estate, by what each declares.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    documents: BTreeMap<Key, Value>,
}

/// What a document declares: its kind, and the names that lead to it.
type Key = (&'static str, Vec<String>);

impl Estate {
    /// One that says everything that it manages.
    pub fn new(seed: u64) -> Self {
        let mut estate = Self::default();
        let dice = &mut Dice::new(seed);
        estate.add("Settings", &[], settings(dice));
        let organizations = dice.some(&ORGANIZATIONS);
        for name in &organizations {
            estate.add("ConnectedOrganization", &[name], organization(name, dice));
        }
        let mut catalogs = dice.some(&CATALOGS);
        if catalogs.is_empty() {
            catalogs.push(CATALOGS[0]);
        }
        let mut packages = Vec::new();
        for catalog in &catalogs {
            packages.extend(dice.some(&PACKAGES).into_iter().map(|package| (*catalog, package)));
        }
        for catalog in &catalogs {
            let there = dice.some(&resources());
            estate.add("Catalog", &[catalog], catalog_of(catalog, &there, dice));
            let extensions = dice.some(&EXTENSIONS);
            for extension in &extensions {
                let document = extension_of(catalog, extension, dice);
                estate.add("WorkflowExtension", &[catalog, extension], document);
            }
            for (_, package) in packages.iter().filter(|(of, _)| of == catalog) {
                let document = package_of(catalog, package, &there, &packages, dice);
                estate.add("AccessPackage", &[catalog, package], document);
                for policy in dice.some(&POLICIES) {
                    let document = policy_of(catalog, package, &organizations, &extensions, dice);
                    estate.add("AssignmentPolicy", &[catalog, package, policy], document);
                }
            }
        }
        estate
    }

    fn add(&mut self, kind: &'static str, names: &[&str], mut document: Value) {
        document["kind"] = kind.into();
        if let Some(name) = names.last() {
            document["displayName"] = (*name).into();
        }
        self.documents.insert((kind, names.iter().map(|name| (*name).to_owned()).collect()), document);
    }

    /// What takes one estate's place: this one, and that what the other one has besides shall be gone.
    #[must_use]
    pub fn instead_of(&self, other: &Self) -> Self {
        let mut next = self.clone();
        for key in other.documents.keys() {
            if !self.documents.contains_key(key) && !["Settings", "Removed"].contains(&key.0) {
                next.documents.insert(("Removed", gone(key)), removed(key));
            }
        }
        next
    }

    /// The same with other names for some of what the tenant has by now under the old ones. What refers to it says either
    /// name.
    #[must_use]
    pub fn renamed(&self, seed: u64) -> Self {
        let dice = &mut Dice::new(seed);
        let mut next = self.clone();
        for kind in ["ConnectedOrganization", "WorkflowExtension", "AccessPackage", "Catalog"] {
            let keys: Vec<Key> = next.documents.keys().filter(|key| key.0 == kind).cloned().collect();
            for key in keys.into_iter().filter(|_| dice.roll(4) == 0).collect::<Vec<_>>() {
                next.rename(&key, dice);
            }
        }
        next
    }

    fn rename(&mut self, key: &Key, dice: &mut Dice) {
        let old = key.1.last().unwrap().clone();
        let new = format!("{old} (new)");
        let at = key.1.len() - 1;
        let is_within = |(kind, names): &Key| *kind != "Removed" && names.len() > at && names[..=at] == key.1;
        let is_named = |(kind, _): &Key| match key.0 {
            "ConnectedOrganization" => false,
            "WorkflowExtension" => *kind == "WorkflowExtension",
            "AccessPackage" => ["AccessPackage", "AssignmentPolicy"].contains(kind),
            _ => !["ConnectedOrganization", "Settings"].contains(kind),
        };
        let mut documents = BTreeMap::new();
        for (mut other, mut document) in std::mem::take(&mut self.documents) {
            if other == *key {
                document["displayName"] = new.as_str().into();
                document["previousNames"] = json!([old]);
            }
            let in_catalog = document["catalog"] == key.1[0].as_str()
                || document["accessPackage"]["catalog"] == key.1[0].as_str();
            refer(&mut document, key, &new, in_catalog, dice);
            if other == *key || (is_within(&other) && is_named(&other)) {
                other.1[at].clone_from(&new);
            }
            documents.insert(other, document);
        }
        self.documents = documents;
    }

    /// That all of it shall be gone.
    #[must_use]
    pub fn gone(&self) -> Self {
        Self::default().instead_of(self)
    }

    /// Its documents in some order and some number of files, a policy in its package now and then.
    pub fn files(&self, seed: u64) -> Vec<String> {
        let dice = &mut Dice::new(seed);
        let mut documents = self.documents.clone();
        let policies: Vec<Key> =
            documents.keys().filter(|(kind, _)| *kind == "AssignmentPolicy").cloned().collect();
        for key in policies {
            let package = ("AccessPackage", key.1[..2].to_vec());
            if dice.often() || !documents.contains_key(&package) {
                continue;
            }
            let mut policy = documents.remove(&key).unwrap();
            for envelope in ["kind", "accessPackage"] {
                policy.as_object_mut().unwrap().remove(envelope);
            }
            let package = documents.get_mut(&package).unwrap().as_object_mut().unwrap();
            let inline = package.entry("assignmentPolicies").or_insert_with(|| json!([]));
            inline.as_array_mut().unwrap().push(policy);
        }
        let mut all: Vec<Value> = documents.into_values().collect();
        dice.shuffle(&mut all);
        let mut files = vec![String::new(); 1 + dice.roll(3)];
        for document in all {
            let file = dice.roll(files.len());
            // JSON is YAML.
            files[file] += "---\n";
            files[file] += &document.to_string();
            files[file] += "\n";
        }
        files
    }

    /// The kinds and names of what it declares, as addresses without their percent signs.
    pub fn declared(&self) -> BTreeSet<String> {
        let present = self.documents.keys().filter(|(kind, _)| *kind != "Removed" && *kind != "Settings");
        present.map(|(kind, names)| format!("{kind}: {}", names.join(" > "))).collect()
    }
}

/// Says the new name of an object where a document refers to it, or leaves the old one.
fn refer(value: &mut Value, key: &Key, new: &str, in_catalog: bool, dice: &mut Dice) {
    let (catalog, old) = (key.1[0].as_str(), key.1.last().unwrap().as_str());
    match value {
        Value::Object(map) => {
            let is_of_package =
                map.contains_key("name") && map.get("catalog").is_some_and(|of| of == catalog);
            for (member, value) in map {
                let is_it = *value == old
                    && match (key.0, member.as_str()) {
                        ("ConnectedOrganization", "connectedOrganization") | ("Catalog", "catalog") => true,
                        ("WorkflowExtension", "customExtension") => in_catalog,
                        ("AccessPackage", "name") => is_of_package,
                        _ => false,
                    };
                if is_it && dice.often() {
                    *value = new.into();
                } else {
                    refer(value, key, new, in_catalog, dice);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| refer(value, key, new, in_catalog, dice)),
        _ => {}
    }
}

fn gone(key: &Key) -> Vec<String> {
    std::iter::once(key.0.to_owned()).chain(key.1.iter().cloned()).collect()
}

fn removed(key: &Key) -> Value {
    let mut target = json!({ "kind": key.0, "displayName": key.1.last() });
    match key.1.as_slice() {
        [catalog, package, _] => target["accessPackage"] = json!({ "catalog": catalog, "name": package }),
        [catalog, _] => target["catalog"] = catalog.as_str().into(),
        _ => {}
    }
    json!({ "kind": "Removed", "target": target, "action": "delete" })
}

fn settings(dice: &mut Dice) -> Value {
    let action = dice.one(&["none", "blockSignIn", "blockSignInAndDelete"]);
    json!({ "externalUserLifecycleAction": action, "durationUntilExternalUserDeletedAfterBlocked": dice.one(&["P30D", "P7D"]) })
}

/// Its identity sources are what its name says, since they cannot be changed.
fn organization(name: &str, dice: &mut Dice) -> Value {
    let domain = format!("{}.com", name.replace(' ', "").to_lowercase());
    let source = if name.starts_with('T') {
        json!({ "federatedDomain": domain, "issuerUri": "https://login.example/" })
    } else {
        json!({ "domain": domain })
    };
    let sponsors = [json!({ "user": USERS[0] }), json!({ "user": USERS[1] }), json!({ "group": GROUPS[2] })];
    json!({
        "description": dice.one(&["Makes the boxes.", "Makes the toys."]),
        "state": dice.one(&["configured", "proposed"]),
        "identitySources": [source],
        "internalSponsors": dice.some(&sponsors),
        "externalSponsors": dice.some(&sponsors),
    })
}

fn catalog_of(name: &str, there: &[(Value, Vec<Vec<Value>>)], dice: &mut Dice) -> Value {
    let mut resources: Vec<Value> = there.iter().map(|(resource, _)| resource.clone()).collect();
    if let Some(first) = resources.first_mut()
        && dice.roll(3) == 0
    {
        let question = json!({ "question": { "text": format!("Why {name}?"), "isRequired": dice.often() } });
        first["attributes"] = json!([{
            "name": "department",
            "isEditable": true,
            "source": question,
            "destination": { "@odata.type": "#microsoft.graph.accessPackageUserDirectoryAttributeStore" },
        }]);
    }
    let who =
        [json!({ "user": USERS[0] }), json!({ "group": GROUPS[1] }), json!({ "servicePrincipal": "Wiki" })];
    let mut roles = dice.some(&who);
    for role in &mut roles {
        role["role"] = (*dice.one(&["owner", "reader", "accessPackageManager", "assignmentManager"])).into();
    }
    json!({
        "description": dice.one(&["What people need.", "What they want."]),
        "state": dice.one(&["published", "unpublished"]),
        "isExternallyVisible": dice.often(),
        "resources": resources,
        "roleAssignments": roles,
    })
}

/// Its type is what its name says, since it cannot be changed.
fn extension_of(catalog: &str, name: &str, dice: &mut Dice) -> Value {
    let endpoint = if dice.often() {
        json!({
            "subscriptionId": "99000000-0000-4000-8000-000000000001",
            "resourceGroupName": dice.one(&["apps", "more-apps"]),
            "logicAppWorkflowName": "ticket",
        })
    } else {
        json!({ "targetUrl": "https://contoso.example/hook" })
    };
    let authentication = if dice.often() {
        json!("azureAdPopTokenAuthentication")
    } else {
        json!({ "resourceId": "f604bd15-f785-4309-ad7c-6fad18ddb6cb" })
    };
    let callback = if dice.often() { json!({ "timeoutDuration": "PT1H" }) } else { Value::Null };
    json!({
        "catalog": catalog,
        "description": dice.one(&["Opens a ticket.", "Tells somebody."]),
        "type": if name == EXTENSIONS[0] { "request" } else { "assignment" },
        "endpointConfiguration": endpoint,
        "authenticationConfiguration": authentication,
        "clientConfiguration": { "maximumRetries": dice.roll(2), "timeoutInMilliseconds": 1000 },
        "callbackConfiguration": callback,
    })
}

fn package_of(
    catalog: &str,
    name: &str,
    there: &[(Value, Vec<Vec<Value>>)],
    packages: &[(&str, &str)],
    dice: &mut Dice,
) -> Value {
    let all: Vec<&Vec<Value>> = there.iter().flat_map(|(_, roles)| roles).collect();
    let roles: Vec<Value> =
        dice.some(&all).into_iter().map(|written| written[dice.roll(written.len())].clone()).collect();
    let others: Vec<Value> = packages
        .iter()
        .filter(|other| **other != (catalog, name))
        .map(|(catalog, name)| json!({ "catalog": catalog, "name": name }))
        .collect();
    let mut incompatible = dice.some(&others);
    incompatible.truncate(2);
    json!({
        "catalog": catalog,
        "description": dice.one(&["Reads orders.", "Writes orders."]),
        "isHidden": dice.often(),
        "resourceRoleScopes": roles,
        "incompatibleAccessPackages": incompatible,
        "incompatibleGroups": dice.some(&GROUPS[..2]),
    })
}

fn policy_of(
    catalog: &str,
    package: &str,
    organizations: &[&str],
    extensions: &[&str],
    dice: &mut Dice,
) -> Value {
    let (scope, targets) = match organizations.first() {
        Some(organization) if dice.often() => {
            ("specificConnectedOrganizationUsers", json!([{ "connectedOrganization": organization }]))
        }
        _ if dice.often() => ("specificDirectoryUsers", json!([{ "group": GROUPS[dice.roll(3)] }])),
        _ => ("allMemberUsers", json!([])),
    };
    let approval = if dice.often() {
        json!({
            "isApprovalRequiredForAdd": true,
            "stages": [{
                "durationBeforeAutomaticDenial": "P14D",
                "primaryApprovers": [{ "manager": 1 }],
                "fallbackPrimaryApprovers": [{ "group": GROUPS[dice.roll(3)] }],
            }],
        })
    } else {
        Value::Null
    };
    let stage = match extensions.first() {
        Some(extension) if *extension == EXTENSIONS[0] => {
            json!([{ "stage": dice.one(&["assignmentRequestCreated", "assignmentRequestGranted"]), "customExtension": extension }])
        }
        _ => json!([]),
    };
    json!({
        "accessPackage": { "catalog": catalog, "name": package },
        "description": dice.one(&["Ask away.", "Ask twice."]),
        "allowedTargetScope": scope,
        "specificAllowedTargets": targets,
        "expiration": dice.one(&["P30D", "P90D"]),
        "requestorSettings": { "enableTargetsToSelfAddAccess": true },
        "requestApprovalSettings": approval,
        "reviewSettings": null,
        "automaticRequestSettings": null,
        "customExtensionStageSettings": stage,
        "questions": [],
    })
}
