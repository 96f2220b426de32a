//! Tenants that a number decides, as seeds of the emulator: every kind, names that are hostile, that several share or
//! that differ in case alone, references to what is gone, members and words that are not documented.

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

    fn directory_id(&mut self, ids: &[String]) -> String {
        if ids.is_empty() || self.rarely(10) { self.id() } else { ids[self.dice.below(ids.len())].clone() }
    }

    fn subject(&mut self, takes: &str) -> Json {
        let ids = (self.ids.users.clone(), self.ids.groups.clone());
        let mut subject = match takes.as_bytes()[self.dice.below(takes.len())] {
            b'u' => {
                json!({"@odata.type": "#microsoft.graph.singleUser", "userId": self.directory_id(&ids.0)})
            }
            b'g' => {
                json!({"@odata.type": "#microsoft.graph.groupMembers", "groupId": self.directory_id(&ids.1)})
            }
            b'o' => {
                let ids = self.ids.organizations.clone();
                json!({"@odata.type": "#microsoft.graph.connectedOrganizationMembers", "connectedOrganizationId": self.directory_id(&ids)})
            }
            b'p' => {
                let ids = self.ids.principals.clone();
                json!({"@odata.type": "#microsoft.graph.singleServicePrincipal", "servicePrincipalId": self.directory_id(&ids)})
            }
            b'r' => {
                json!({"@odata.type": "#microsoft.graph.attributeRuleMembers", "membershipRule": self.dice.of(&[
                "(user.department -eq \"Sales\")", "(user.department -eq \"a  b\") -and\n  (user.userType -eq \"Member\")", "all # users"])})
            }
            b'm' => {
                return json!({"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1 + self.dice.below(2)});
            }
            b't' => {
                return json!({"@odata.type": "#microsoft.graph.targetManager", "managerLevel": 1 + self.dice.below(4)});
            }
            b's' => {
                let word = self.dice.of(&[
                    "internalSponsors",
                    "externalSponsors",
                    "targetUserSponsors",
                    "targetApplicationOwners",
                    "targetAgentIdentitySponsorsOrOwners",
                ]);
                return json!({"@odata.type": format!("#microsoft.graph.{word}")});
            }
            _ => return json!({"@odata.type": "#microsoft.graph.internalSponsors"}),
        };
        if self.dice.chance(3) {
            subject["description"] = self.text();
        }
        subject
    }

    /// Subjects, as a rule each once.
    fn subjects(&mut self, most: usize, takes: &str) -> Vec<Json> {
        let all = self.list(most, |making| making.subject(takes));
        let who = |json: &Json| {
            let mut json = json.clone();
            json.as_object_mut().map(|map| map.remove("description"));
            json.to_string()
        };
        let mut seen = std::collections::BTreeSet::new();
        let repeats = self.rarely(20);
        all.into_iter().filter(|subject| seen.insert(who(subject)) || repeats).collect()
    }

    fn localizations(&mut self) -> Vec<Json> {
        let mut languages = LANGUAGES.to_vec();
        languages.retain(|_| self.dice.chance(3));
        languages.iter().map(|code| json!({"languageCode": code, "text": if self.rarely(9) { Json::Null } else { Json::from(self.dice.of(TEXTS)) }})).collect()
    }

    fn question(&mut self, number: usize) -> Json {
        let sequence = match self.dice.below(3) {
            0 => json!(number),
            1 => json!(9 - number),
            _ => Json::Null,
        };
        let mut question = json!({"sequence": sequence, "isRequired": self.dice.chance(2), "isAnswerEditable": self.dice.chance(2),
            "text": if self.rarely(9) { Json::Null } else { Json::from(self.dice.of(TEXTS)) }, "localizations": self.localizations()});
        if self.dice.chance(2) {
            question["@odata.type"] = "#microsoft.graph.accessPackageTextInputQuestion".into();
            question["isSingleLineQuestion"] = self.dice.chance(2).into();
            question["regexPattern"] =
                [Json::Null, json!("^[a-z]+\\.[0-9]{3}$"), json!("")][self.dice.below(3)].clone();
        } else {
            question["@odata.type"] = "#microsoft.graph.accessPackageMultipleChoiceQuestion".into();
            question["isMultipleSelectionAllowed"] = self.dice.chance(2).into();
            let choices: Vec<Json> = (0..self.dice.below(4))
                .map(|at| {
                    let text = self.text();
                    let actual = if self.dice.chance(3) && (!self.is_sound || text.is_string()) {
                        text.clone()
                    } else {
                        json!(format!("{at}{}", self.dice.of(TEXTS)))
                    };
                    json!({"actualValue": actual, "text": text, "localizations": self.localizations()})
                })
                .collect();
            question["choices"] = choices.into();
        }
        self.unknown(question)
    }

    fn expiration(&mut self) -> Json {
        match self.dice.below(7) {
            0 => Json::Null,
            1 => json!({"type": "noExpiration"}),
            2 => json!({"type": "notSpecified"}),
            3 => json!({"type": "afterDateTime", "endDateTime": self.dice.of(INSTANTS)}),
            4 => {
                json!({"type": "afterDuration", "duration": self.dice.of(DURATIONS), "endDateTime": self.dice.of(INSTANTS)})
            }
            _ => json!({"type": "afterDuration", "duration": self.dice.of(DURATIONS)}),
        }
    }

    fn recurrence(&mut self) -> Json {
        let ty = self.dice.of(&[
            "daily",
            "weekly",
            "absoluteMonthly",
            "relativeMonthly",
            "absoluteYearly",
            "relativeYearly",
        ]);
        let mut pattern = json!({"type": ty, "interval": self.dice.of(&[&1, &3, &6, &12, &2, &0])});
        if self.dice.chance(3) {
            pattern["month"] = self.dice.below(13).into();
            pattern["dayOfMonth"] = self.dice.below(29).into();
            pattern["daysOfWeek"] = json!(["monday", "friday"]);
            pattern["firstDayOfWeek"] = "sunday".into();
            pattern["index"] = "first".into();
        }
        let range = match self.dice.below(4) {
            0 => json!({"type": "endDate", "startDate": "2024-03-01", "endDate": "2029-03-01"}),
            1 => {
                json!({"type": "numbered", "numberOfOccurrences": 4, "startDate": "2024-03-01", "recurrenceTimeZone": "Pacific Standard Time"})
            }
            2 => json!({"type": "noEnd", "startDate": "2024-03-01"}),
            _ => Json::Null,
        };
        json!({"pattern": pattern, "range": range})
    }

    fn review(&mut self) -> Json {
        let ends =
            [json!("keepAccess"), json!("removeAccess"), json!("acceptAccessRecommendation"), Json::Null];
        let end = ends[self.dice.below(4)].clone();
        let mut review = json!({"isEnabled": !self.dice.chance(4), "isSelfReview": self.dice.chance(3),
            "isRecommendationEnabled": self.dice.chance(2), "isReviewerJustificationRequired": self.dice.chance(2),
            "expirationBehavior": end,
            "primaryReviewers": self.subjects(3, "ugmt"), "fallbackReviewers": self.subjects(2, "ug")});
        if !self.dice.chance(4) {
            let recurrence = if self.dice.chance(5) { Json::Null } else { self.recurrence() };
            review["schedule"] = json!({"expiration": self.expiration(), "recurrence": recurrence});
            if self.dice.chance(2) {
                review["schedule"]["startDateTime"] = self.dice.of(INSTANTS).into();
            }
        }
        if self.rarely(8) {
            review["expirationBehavior"] = "unknownFutureValue".into();
        }
        self.unknown(review)
    }

    fn approval(&mut self) -> Json {
        let stages: Vec<Json> = (0..self.dice.below(4))
            .map(|_| {
                let mut stage = json!({"durationBeforeAutomaticDenial": self.dice.of(DURATIONS),
                    "isApproverJustificationRequired": self.dice.chance(2), "isEscalationEnabled": self.dice.chance(2),
                    "durationBeforeEscalation": self.dice.of(DURATIONS),
                    "primaryApprovers": self.subjects(3, "ugmsst"), "fallbackPrimaryApprovers": self.subjects(2, "ugm"),
                    "escalationApprovers": self.subjects(2, "ugs"), "fallbackEscalationApprovers": self.subjects(2, "ug")});
                if self.dice.chance(3) {
                    stage["approverInformationVisibility"] = self.dice.of(&["default", "visible", "notVisible"]).into();
                }
                if self.rarely(10) {
                    stage["approverInformationVisibility"] = "unknownFutureValue".into();
                }
                if self.dice.chance(8) {
                    stage["@odata.type"] = "#microsoft.graph.accessPackageDynamicApprovalStage".into();
                }
                self.unknown(stage)
            })
            .collect();
        json!({"isApprovalRequiredForAdd": self.dice.chance(2), "isApprovalRequiredForUpdate": self.dice.chance(2),
            "isRequestorJustificationRequired": self.dice.chance(2), "stages": stages})
    }

    fn policy(&mut self, package: &Json, extensions: &[Json]) -> Json {
        let mut policy = json!({"id": self.id(), "displayName": self.name(), "description": self.text(),
            "accessPackage": {"id": package}, "allowedTargetScope": self.dice.of(SCOPES)});
        if self.rarely(10) {
            policy["allowedTargetScope"] = "unknownFutureValue".into();
        }
        if self.dice.chance(2) {
            policy["specificAllowedTargets"] = self.subjects(4, "ugopr").into();
        }
        if !self.dice.chance(4) {
            policy["expiration"] = self.expiration();
        }
        if !self.dice.chance(4) {
            let mut requestors = json!({});
            for flag in [
                "enableTargetsToSelfAddAccess",
                "enableTargetsToSelfUpdateAccess",
                "enableTargetsToSelfRemoveAccess",
                "allowCustomAssignmentSchedule",
                "enableOnBehalfRequestorsToAddAccess",
                "enableOnBehalfRequestorsToUpdateAccess",
                "enableOnBehalfRequestorsToRemoveAccess",
            ] {
                if self.dice.chance(2) {
                    requestors[flag] = self.dice.chance(2).into();
                }
            }
            if self.dice.chance(3) {
                requestors["onBehalfRequestors"] =
                    self.subjects(3, if self.is_sound { "ugoprmt" } else { "ugoprmts" }).into();
            }
            policy["requestorSettings"] = self.unknown(requestors);
        }
        if !self.dice.chance(4) {
            policy["requestApprovalSettings"] =
                if self.dice.chance(6) { Json::Null } else { self.approval() };
        }
        if self.dice.chance(2) {
            policy["reviewSettings"] = self.review();
        }
        if self.dice.chance(5) {
            policy["automaticRequestSettings"] = json!({"requestAccessForAllowedTargets": self.dice.chance(2),
                "removeAccessWhenTargetLeavesAllowedTargets": self.dice.chance(2),
                "gracePeriodBeforeAccessRemoval": if self.dice.chance(2) { Json::Null } else { Json::from(self.dice.of(DURATIONS)) }});
        }
        if self.dice.chance(4) {
            policy["notificationSettings"] = json!({"isAssignmentNotificationDisabled": self.dice.chance(2)});
        }
        if self.dice.chance(2) {
            let questions: Vec<Json> = (0..self.dice.below(4)).map(|number| self.question(number)).collect();
            policy["questions"] = questions.into();
        }
        if self.dice.chance(3) {
            let mut stages = STAGES.to_vec();
            stages.retain(|_| self.dice.chance(3));
            let settings: Vec<Json> = stages
                .iter()
                .map(|stage| {
                    let extension = match extensions {
                        [] => Json::Null,
                        some => json!({"id": some[self.dice.below(some.len())]["id"]}),
                    };
                    json!({"stage": stage, "customExtension": extension})
                })
                .collect();
            policy["customExtensionStageSettings"] = settings.into();
        }
        if self.rarely(6) {
            policy["verifiableCredentialSettings"] = json!({"credentialTypes": [{"credentialType": "VerifiedEmployee", "issuers": ["did:ion:a", "did:web:b"]}]});
        }
        self.unknown(policy)
    }

    fn beta_policy(&mut self, package: &Json, number: usize) -> Json {
        let (users, groups) = (self.ids.users.clone(), self.ids.groups.clone());
        let stage = |making: &mut Self| {
            let approver = match (users.first(), groups.first()) {
                (Some(user), _) if making.dice.chance(2) => {
                    json!({"@odata.type": "#microsoft.graph.singleUser", "id": user, "isBackup": false})
                }
                (_, Some(group)) => {
                    json!({"@odata.type": "#microsoft.graph.groupMembers", "id": group, "isBackup": false})
                }
                _ => {
                    json!({"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1, "isBackup": false})
                }
            };
            json!({"approvalStageTimeOutInDays": 14, "isApproverJustificationRequired": true, "isEscalationEnabled": false,
                "escalationTimeInMinutes": 0, "primaryApprovers": [approver], "escalationApprovers": []})
        };
        let stages = [stage(self), stage(self)];
        let (mode, stages) = match self.dice.below(3) {
            0 => ("NoApproval", json!([])),
            1 => ("Parallel", json!(stages)),
            _ => ("SingleStage", json!([stages[0]])),
        };
        let scope = self.dice.of(&[
            "AllExistingConnectedOrganizationSubjects",
            "AllExistingDirectoryMemberUsers",
            "NoSubjects",
        ]);
        json!({"displayName": format!("{} {number}", self.name()), "description": self.text(), "accessPackageId": package,
            "canExtend": self.dice.chance(2), "durationInDays": self.dice.below(3) * 30,
            "requestorSettings": {"scopeType": scope, "acceptRequests": self.dice.chance(2), "allowedRequestors": []},
            "requestApprovalSettings": {"isApprovalRequired": mode != "NoApproval", "isApprovalRequiredForExtension": false,
                "isRequestorJustificationRequired": self.dice.chance(2), "approvalMode": mode, "approvalStages": stages},
            "accessReviewSettings": null, "questions": []})
    }
}

/// Gives many policies the settings of others, with other people here and there.
pub fn repeated(dice: &mut Dice, seed: &mut Json) {
    let found: Vec<Json> = seed["assignmentPolicies"].as_array().cloned().unwrap_or_default();
    let Some(model) = found.first().cloned() else { return };
    let ids = |name: &str| -> Vec<String> {
        let all = seed[name].as_array().into_iter().flatten();
        all.filter_map(|object| object["id"].as_str().map(str::to_owned)).collect()
    };
    let ids = Ids { users: ids("users"), groups: ids("groups"), ..Ids::default() };
    let mut making = Making { dice, next: 0x9000_0000, ids, is_sound: true };
    for policy in seed["assignmentPolicies"].as_array_mut().into_iter().flatten() {
        if making.dice.chance(4) {
            continue;
        }
        let own = policy.clone();
        *policy = model.clone();
        for name in ["id", "displayName", "accessPackage"] {
            policy[name] = own[name].clone();
        }
        if let Some(policy) = policy.as_object_mut() {
            policy.remove("customExtensionStageSettings");
        }
        if making.dice.chance(3) {
            policy["description"] = making.text();
        }
        for at in [
            "/specificAllowedTargets",
            "/requestApprovalSettings/stages/0/primaryApprovers",
            "/requestApprovalSettings/stages/1/fallbackPrimaryApprovers",
            "/reviewSettings/primaryReviewers",
        ] {
            if making.dice.chance(2) && policy.pointer(at).is_some() {
                let people = making.subjects(3, "ug");
                inside(policy, at, people);
            }
        }
    }
}

/// The tenant after people have changed it by hand: the same objects by the same names, other values.
#[allow(clippy::redundant_closure_for_method_calls, reason = "a method is one of one lifetime")]
pub fn drifted(dice: &mut Dice, seed: &Json) -> Json {
    let mut next = seed.clone();
    let ids = |name: &str, member: &str| -> Vec<String> {
        let all = seed[name].as_array().into_iter().flatten();
        all.filter_map(|object| object[member].as_str().map(str::to_owned)).collect()
    };
    let found = Ids {
        users: ids("users", "id"),
        groups: ids("groups", "id"),
        principals: ids("servicePrincipals", "id"),
        organizations: ids("connectedOrganizations", "id"),
        ..Ids::default()
    };
    let mut making = Making { dice, next: 0x9000_0000, ids: found, is_sound: true };
    let mut of = |name: &str, change: fn(&mut Making, &mut Json)| {
        for object in next[name].as_array_mut().into_iter().flatten() {
            if making.dice.chance(2) {
                change(&mut making, object);
            }
        }
    };
    of("assignmentPolicies", |making, policy| making.drifted_policy(policy));
    of("catalogs", |making, catalog| making.drifted_catalog(catalog));
    of("accessPackages", |making, package| making.drifted_package(package));
    of("connectedOrganizations", |making, organization| {
        let other = making.organization();
        making.takes(organization, &other, &["description", "state", "internalSponsors", "externalSponsors"]);
    });
    of("customWorkflowExtensions", |making, extension| {
        let other = making.extension(&Json::Null);
        making.takes(extension, &other, &["description", "clientConfiguration", "callbackConfiguration"]);
    });
    if next.get("settings").is_some() && making.dice.chance(2) {
        next["settings"]["externalUserLifecycleAction"] = making.dice.of(&["none", "blockSignIn"]).into();
    }
    next
}

impl Making<'_> {
    /// Some members of another object of the kind.
    fn takes(&mut self, object: &mut Json, other: &Json, members: &[&str]) {
        for member in members {
            if self.dice.chance(3) {
                match other.get(*member) {
                    Some(value) => object[*member] = value.clone(),
                    None => drop(object.as_object_mut().and_then(|object| object.remove(*member))),
                }
            }
        }
    }

    fn drifted_catalog(&mut self, catalog: &mut Json) {
        let (other, resources) = self.catalog();
        self.takes(catalog, &other, &["description", "state", "isExternallyVisible", "roleAssignments"]);
        // What packages give stays; something else may have come.
        let there: Vec<String> = catalog["resources"].as_array().into_iter().flatten().map(origin).collect();
        if let Some(list) = catalog["resources"].as_array_mut() {
            list.extend(resources.into_iter().filter(|resource| !there.contains(&origin(resource))).take(1));
        }
    }

    fn drifted_package(&mut self, package: &mut Json) {
        let other = self.package(&package["catalog"].clone(), &[], &[]);
        self.takes(package, &other, &["description", "isHidden", "incompatibleGroups"]);
        let given = package["resourceRoleScopes"].as_array_mut();
        if let Some(list) = given.filter(|list| !list.is_empty()) {
            list.remove(0);
        }
    }

    fn drifted_policy(&mut self, policy: &mut Json) {
        let other = self.policy(&policy["accessPackage"]["id"].clone(), &[]);
        if self.dice.chance(2) {
            let members = [
                "description",
                "allowedTargetScope",
                "specificAllowedTargets",
                "expiration",
                "requestorSettings",
                "requestApprovalSettings",
                "reviewSettings",
                "automaticRequestSettings",
                "notificationSettings",
                "questions",
            ];
            return self.takes(policy, &other, &members);
        }
        // One thing, somewhere inside.
        let subject = self.subject("ugm");
        let question = self.question(0);
        let duration = self.dice.of(DURATIONS);
        let text = self.dice.of(TEXTS);
        let nothing = &mut Vec::new();
        match self.dice.below(8) {
            0 => inside(policy, "/requestApprovalSettings/stages/0/durationBeforeAutomaticDenial", duration),
            1 => inside(policy, "/questions/0/text", text),
            2 => inside(policy, "/questions/1/isRequired", true),
            3 => inside(policy, "/reviewSettings/isRecommendationEnabled", false),
            4 => {
                let questions = list(policy, "/questions").unwrap_or(nothing);
                questions.insert(questions.len() / 2, question);
            }
            5 => drop(list(policy, "/requestApprovalSettings/stages").unwrap_or(nothing).pop()),
            6 => drop(list(policy, "/specificAllowedTargets").unwrap_or(nothing).pop()),
            _ => {
                let fallback = list(policy, "/requestApprovalSettings/stages/0/fallbackPrimaryApprovers");
                fallback.filter(|list| list.is_empty()).unwrap_or(nothing).push(subject);
            }
        }
    }
}

fn inside(object: &mut Json, at: &str, value: impl Into<Json>) {
    if let Some(found) = object.pointer_mut(at) {
        *found = value.into();
    }
}

fn list<'j>(object: &'j mut Json, at: &str) -> Option<&'j mut Vec<Json>> {
    object.pointer_mut(at).and_then(Json::as_array_mut)
}

/// What a resource is, whatever is asked about it.
fn origin(resource: &Json) -> String {
    let mut resource = resource.clone();
    resource["attributes"] = Json::Null;
    resource.to_string()
}
