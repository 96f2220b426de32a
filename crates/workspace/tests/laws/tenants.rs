//! Tenants that a number decides, as seeds of the emulator: every kind, names that are hostile, that several share or
//! that differ in case alone, references to what is gone, members and words that are not documented.

#[path = "drift.rs"]
pub mod drift;
#[path = "policies.rs"]
mod policies;

use crate::dice::Dice;
use serde_json::{Map, Value as Json, json};

/// Names of objects. Some are alike but for letter case, spaces or what cannot be seen.
const NAMES: &[&str] = &[
    "Sales",
    "sales",
    "Sales ",
    "Sales!",
    "Marketing campaign",
    "Initial Policy",
    "Partner desk",
    "Partner\u{200b} desk",
    "日本",
    "Straße",
    "STRASSE",
    "Überblick",
    "U\u{308}berblick",
    "İstanbul",
    "Данные",
    "a\u{202e}b",
    "Αlpha",
    "Pаypal",
    "a: b # c",
    "Team #1",
    "#1",
    "yes",
    "null",
    "~",
    "1.0",
    "0x1F",
    "12:30",
    "2027-01-31",
    "P90D",
    "noExpiration",
    "../../etc/passwd",
    "a/b%2F",
    "*",
    "CON",
    "catalog",
    "settings",
    "- dash",
    "{var: x}",
    "{a}, [b]",
    "'single' \"double\"",
    "&a *b !c |d >e @f `g`",
    "back\\slash",
    "two\nlines",
    "tab\there",
    "\u{feff}mark",
    "next\u{85}line",
    "🎉 party",
    "5b9e4d6c-3f0a-4c8e-9a57-0c1f6f2f8a11",
    "internalSponsors",
    "<!-- x -->",
    "a long name that goes on and on, with more words than any line of a document should ever have to hold, and then some",
];

/// Free texts.
const TEXTS: &[&str] = &[
    "",
    "Which project is it for?",
    "Ends with a blank ",
    " begins with one",
    "two\nlines",
    "two\r\nlines\n\n",
    "tab\tand # mark",
    "yes",
    "1.0",
    "P90D",
    "a: b",
    "(user.department -eq \"Sales\") and  (user.userType -eq 'Member')",
    "äöü — ß 日本 🎉",
    "nothing\u{200b}to see",
    "\u{202e}turned",
    "line\u{2028}separator",
    "bell\u{7}",
    "- x",
    "...",
    "---",
    "%",
    "a text that is much longer than a line may be, so that whoever prints it has to think about where it shall be broken, if at all",
];

const DURATIONS: &[&str] = &["P90D", "P1D", "PT2H", "PT36H", "P14D", "PT0S", "P365D", "PT90M"];
const INSTANTS: &[&str] = &["2027-01-31T00:00:00Z", "2026-03-01T08:30:15.5Z", "2030-12-31T23:59:59.9999999Z"];
const SCOPES: &[&str] = &[
    "notSpecified",
    "specificDirectoryUsers",
    "specificConnectedOrganizationUsers",
    "specificDirectoryServicePrincipals",
    "allMemberUsers",
    "allDirectoryUsers",
    "allDirectoryServicePrincipals",
    "allConfiguredConnectedOrganizationUsers",
    "allExternalUsers",
    "allDirectoryAgentIdentities",
];
const STAGES: &[&str] = &[
    "assignmentRequestCreated",
    "assignmentRequestApproved",
    "assignmentRequestGranted",
    "assignmentRequestRemoved",
    "assignmentFourteenDaysBeforeExpiration",
    "assignmentOneDayBeforeExpiration",
];
const ROLES: &[&str] =
    &["Catalog owner", "Catalog reader", "Access package manager", "Access package assignment manager"];
const LANGUAGES: &[&str] = &["fr", "de", "no", "pt-BR", "y"];

/// What the pieces of a tenant refer to.
#[derive(Default)]
struct Ids {
    users: Vec<String>,
    groups: Vec<String>,
    principals: Vec<String>,
    sites: Vec<String>,
    organizations: Vec<String>,
}

struct Making<'d> {
    dice: &'d mut Dice,
    next: u32,
    ids: Ids,
    /// Whether everything is documented and nothing is gone.
    is_sound: bool,
}

/// A tenant as a seed, with how many objects have documents of their own.
pub fn tenant(dice: &mut Dice) -> Json {
    let is_sound = dice.chance(3);
    let mut making = Making { dice, next: 0, ids: Ids::default(), is_sound };
    making.tenant()
}

/// A tenant in which everything is documented and nothing is gone.
pub fn sound_tenant(dice: &mut Dice) -> Json {
    Making { dice, next: 0, ids: Ids::default(), is_sound: true }.tenant()
}

/// Policies that only beta can say, to be created beside the seed's.
pub fn beta_policies(dice: &mut Dice, seed: &Json) -> Vec<Json> {
    let packages = seed["accessPackages"].as_array().map_or(&[][..], Vec::as_slice);
    let ids = |name: &str| -> Vec<String> {
        let all = seed[name].as_array().into_iter().flatten();
        all.filter_map(|object| object["id"].as_str().map(str::to_owned)).collect()
    };
    if packages.is_empty() {
        return Vec::new();
    }
    let found = Ids { users: ids("users"), groups: ids("groups"), ..Ids::default() };
    let count = dice.below(3);
    let mut making = Making { dice, next: 0x9000_0000, ids: found, is_sound: true };
    (0..count)
        .map(|number| {
            let package = making.dice.below(packages.len());
            making.beta_policy(&packages[package]["id"], number)
        })
        .collect()
}

impl Making<'_> {
    fn id(&mut self) -> String {
        self.next += 1;
        // The beginning decides file names, so some begin alike.
        let head = if self.dice.chance(8) { 0x1000_0000 } else { 0x2000_0000 + self.next };
        format!("{head:08x}-0000-4000-8000-{:012x}", self.next)
    }

    fn name(&mut self) -> String {
        let name = self.dice.of(NAMES);
        if self.dice.chance(3) { format!("{name} {}", self.dice.below(4)) } else { name.to_owned() }
    }

    fn text(&mut self) -> Json {
        if self.dice.chance(4) { Json::Null } else { Json::from(self.dice.of(TEXTS)) }
    }

    /// Rarely, where the tenant is not sound.
    fn rarely(&mut self, of: usize) -> bool {
        !self.is_sound && self.dice.chance(of)
    }

    fn unknown(&mut self, mut object: Json) -> Json {
        if self.rarely(15) {
            let value = [json!("x"), json!({"a": [1, null]}), json!(1.50), json!(null), json!([])];
            object["newMember"] = value[self.dice.below(value.len())].clone();
        }
        object
    }

    fn list(&mut self, most: usize, make: impl Fn(&mut Self) -> Json) -> Vec<Json> {
        (0..self.dice.below(most + 1)).map(|_| make(self)).collect()
    }

    fn tenant(&mut self) -> Json {
        let mut seed = Map::new();
        let users = self.list(4, |making| {
            let (id, number) = (making.id(), making.next);
            let local = making.dice.of(&["ana", "O'Neil", "björn", "pat_fabrikam.com#EXT#", "100%"]);
            making.ids.users.push(id.clone());
            json!({"id": id, "displayName": making.name(), "userPrincipalName": format!("{local}{number}@contoso.com")})
        });
        let groups = self.list(6, |making| {
            let id = making.id();
            making.ids.groups.push(id.clone());
            let types: &[&str] = if making.dice.chance(4) { &["DynamicMembership"] } else { &[] };
            json!({"id": id, "displayName": making.name(), "securityEnabled": true, "groupTypes": types,
                "isAssignableToRole": making.dice.chance(3)})
        });
        let principals = self.list(3, |making| {
            let (id, app) = (making.id(), making.id());
            making.ids.principals.push(id.clone());
            let roles = making.list(2, |making| {
                let number = making.next;
                making.next += 1;
                json!({"displayName": making.name(), "value": format!("role{number}"), "id": making.id()})
            });
            json!({"id": id, "displayName": making.name(), "appId": app, "appRoles": roles})
        });
        let sites = self.list(2, |making| {
            let number = making.id();
            let address = format!(
                "https://contoso.sharepoint.com/sites/{}{}",
                ["a", "ä", "x%20y"][making.dice.below(3)],
                &number[30..]
            );
            making.ids.sites.push(address.clone());
            json!({"webUrl": address, "displayName": making.name()})
        });
        for (name, objects) in
            [("users", users), ("groups", groups), ("servicePrincipals", principals), ("sites", sites)]
        {
            seed.insert(name.to_owned(), objects.into());
        }
        let organizations = self.list(3, Self::organization);
        seed.insert("connectedOrganizations".to_owned(), organizations.into());
        let (mut catalogs, mut packages, mut extensions, mut policies) = (vec![], vec![], vec![], vec![]);
        for _ in 0..self.dice.below(5) {
            let (catalog, resources) = self.catalog();
            let at = json!({"id": catalog["id"]});
            let own: Vec<Json> = self.list(2, |making| making.extension(&at));
            for _ in 0..self.dice.below(4) {
                let package = self.package(&at, &resources, &packages);
                for _ in 0..self.dice.below(4) {
                    policies.push(self.policy(&package["id"], &own));
                }
                packages.push(package);
            }
            extensions.extend(own);
            catalogs.push(catalog);
        }
        for (name, objects) in [
            ("catalogs", catalogs),
            ("accessPackages", packages),
            ("customWorkflowExtensions", extensions),
            ("assignmentPolicies", policies),
        ] {
            seed.insert(name.to_owned(), objects.into());
        }
        if self.dice.chance(2) {
            let action = self.dice.of(&["none", "blockSignIn", "blockSignInAndDelete"]);
            let settings = json!({"externalUserLifecycleAction": action,
                "durationUntilExternalUserDeletedAfterBlocked": self.dice.of(DURATIONS)});
            let settings = self.unknown(settings);
            seed.insert("settings".to_owned(), settings);
        }
        Json::Object(seed)
    }

    fn organization(&mut self) -> Json {
        let id = self.id();
        self.ids.organizations.push(id.clone());
        let mut sources = self.list(2, |making| {
            let (tenant, name) = (making.id(), making.name());
            let domain = format!("d{}.example", making.next);
            match making.dice.below(5) {
                0 => json!({"@odata.type": "#microsoft.graph.azureActiveDirectoryTenant", "displayName": name, "tenantId": tenant}),
                1 => json!({"@odata.type": "#microsoft.graph.crossCloudAzureActiveDirectoryTenant", "displayName": name, "tenantId": tenant, "cloudInstance": "microsoftonline.us"}),
                2 => json!({"@odata.type": "#microsoft.graph.domainIdentitySource", "displayName": domain, "domainName": domain}),
                3 => json!({"@odata.type": "#microsoft.graph.externalDomainFederation", "displayName": null, "domainName": domain, "issuerUri": "https://x.example/a?b=c"}),
                _ => json!({"@odata.type": "#microsoft.graph.domainIdentitySource", "displayName": name, "domainName": domain}),
            }
        });
        if self.rarely(8) {
            sources.push(json!({"@odata.type": "#microsoft.graph.socialIdentitySource", "displayName": "x", "socialIdentitySourceType": "unknownFutureValue"}));
        }
        let sponsors = |making: &mut Self| {
            let mut ids: Vec<String> = making.ids.users.iter().chain(&making.ids.groups).cloned().collect();
            ids.retain(|_| making.dice.chance(3));
            ids.into_iter().map(|id| json!({"id": id})).collect::<Vec<Json>>()
        };
        let state =
            if self.rarely(10) { "unknownFutureValue" } else { self.dice.of(&["configured", "proposed"]) };
        let organization = json!({"id": id, "displayName": self.name(), "description": self.text(), "state": state,
            "identitySources": sources, "internalSponsors": sponsors(self), "externalSponsors": sponsors(self)});
        self.unknown(organization)
    }

    /// A catalog, with what it has as resources.
    fn catalog(&mut self) -> (Json, Vec<Json>) {
        let mut resources = Vec::new();
        for (word, ids) in [
            ("group", self.ids.groups.clone()),
            ("application", self.ids.principals.clone()),
            ("site", self.ids.sites.clone()),
        ] {
            for id in ids {
                if self.dice.chance(2) {
                    resources.push(json!({word: id}));
                }
            }
        }
        if self.dice.chance(3) {
            resources.push(
                json!({"originSystem": "DirectoryRole", "originId": self.id(), "displayName": self.name()}),
            );
        }
        if self.rarely(4) {
            resources
                .push(json!({"originSystem": "AadGroup", "originId": self.id(), "displayName": self.name()}));
        }
        if self.rarely(6) {
            resources.push(json!({"originSystem": "NewSystem", "originId": "some: thing #1", "displayName": self.name()}));
        }
        for resource in &mut resources {
            if self.dice.chance(5) {
                let question = self.question(0);
                resource["attributes"] = json!([{"name": "jobTitle", "isEditable": self.dice.chance(2),
                    "isPersistedOnAssignmentRemoval": self.dice.chance(2),
                    "source": {"@odata.type": "#microsoft.graph.accessPackageResourceAttributeQuestion", "question": question},
                    "destination": {"@odata.type": "#microsoft.graph.accessPackageUserDirectoryAttributeStore"}}]);
            }
        }
        let mut roles = Vec::new();
        for (word, ids) in [
            ("user", self.ids.users.clone()),
            ("group", self.ids.groups.clone()),
            ("servicePrincipal", self.ids.principals.clone()),
        ] {
            for id in ids {
                if self.dice.chance(3) {
                    roles.push(json!({word: {"id": id}, "role": self.dice.of(ROLES)}));
                }
            }
        }
        let catalog = json!({"id": self.id(), "displayName": self.name(), "description": self.text(),
            "state": self.dice.of(&["published", "unpublished"]), "isExternallyVisible": self.dice.chance(2),
            "resources": resources.clone(), "roleAssignments": roles});
        (self.unknown(catalog), resources)
    }

    fn extension(&mut self, catalog: &Json) -> Json {
        let ty = self.dice.of(&[
            "accessPackageAssignmentRequestWorkflowExtension",
            "accessPackageAssignmentWorkflowExtension",
        ]);
        let extension = json!({"@odata.type": format!("#microsoft.graph.{ty}"), "id": self.id(), "catalog": catalog,
            "displayName": self.name(), "description": self.text(),
            "endpointConfiguration": {"@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
                "subscriptionId": self.id(), "resourceGroupName": self.name(), "logicAppWorkflowName": self.name(), "url": "https://x.example/?sig=a%2Fb"},
            "authenticationConfiguration": {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"},
            "clientConfiguration": if self.dice.chance(2) { json!({"maximumRetries": 1, "timeoutInMilliseconds": 1000}) } else { Json::Null },
            "callbackConfiguration": if self.dice.chance(2) { json!({"timeoutDuration": self.dice.of(&["PT1H", "P14D", "PT5M"])}) } else { Json::Null }});
        self.unknown(extension)
    }

    fn package(&mut self, catalog: &Json, resources: &[Json], others: &[Json]) -> Json {
        let mut given = Vec::new();
        for resource in resources {
            if self.dice.chance(2) && resource.get("group").is_some() {
                // Every group has owners, and only one whose members are no rule has members.
                let mut given_role = resource.clone();
                if let Some(map) = given_role.as_object_mut() {
                    map.remove("attributes");
                }
                given_role["role"] = "Owner".into();
                given.push(given_role);
            }
            if self.dice.chance(3) && resource["originSystem"] == "DirectoryRole" {
                given.push(json!({"originSystem": "DirectoryRole", "originId": resource["originId"], "role": "Eligible Member"}));
            }
            if self.dice.chance(3) && resource["originSystem"] == "AadGroup" {
                given.push(
                    json!({"originSystem": "AadGroup", "originId": resource["originId"], "role": "Member"}),
                );
            }
        }
        let mut excluded: Vec<Json> = others.iter().map(|other| json!({"id": other["id"]})).collect();
        excluded.retain(|_| self.dice.chance(3));
        let mut groups: Vec<Json> = self.ids.groups.iter().map(|id| json!({"id": id})).collect();
        groups.retain(|_| self.dice.chance(4));
        let package = json!({"id": self.id(), "displayName": self.name(), "description": self.text(),
            "isHidden": self.dice.chance(3), "catalog": catalog, "resourceRoleScopes": given,
            "incompatibleAccessPackages": excluded, "incompatibleGroups": groups});
        self.unknown(package)
    }
}
