//! What other tools would hold of a tenant, made of Graph's beta answers as they make it. Written from their schemas,
//! apart from what reads them back.

use serde_json::{Value, json};
use std::fmt::Write as _;

/// What the files are made of: Graph's answers.
pub struct Tenant {
    pub catalogs: Vec<Value>,
    pub packages: Vec<Value>,
    pub policies: Vec<Value>,
    /// The same policies in v1.0.
    pub policies_in_v1: Vec<Value>,
    pub resources: Vec<Value>,
    pub role_assignments: Vec<Value>,
    pub organizations: Vec<Value>,
    pub groups: Vec<Value>,
    pub applications: Vec<Value>,
    pub users: Vec<Value>,
}

/// A release of the provider that reads v1.0, as the sources of one do that is to follow version 3.
pub const READS_V1: u32 = 4;

fn days(minutes: &Value) -> i64 {
    minutes.as_i64().unwrap_or_default() / 60 / 24
}

fn or_zero(value: &Value, zero: Value) -> Value {
    if value.is_null() { zero } else { value.clone() }
}

fn each(list: &Value, make: impl Fn(&Value) -> Value) -> Value {
    list.as_array().into_iter().flatten().map(make).collect()
}

/// A state of Terraform, in modules and with `for_each`. The provider's version 2 spells the types of subjects in camel
/// case, version 3 in Pascal case.
#[allow(clippy::too_many_lines, reason = "one kind of resource after the other")]
pub fn state(tenant: &Tenant, version: u32) -> Value {
    let mut root = Vec::new();
    let provider = "registry.terraform.io/hashicorp/azuread";
    let resource = |mode: &str, module: &str, ty: &str, key: &str, values: Value| {
        let dot = if module.is_empty() { "" } else { "." };
        let data = if mode == "data" { "data." } else { "" };
        json!({
            "address": format!("{module}{dot}{data}{ty}.this[{key:?}]"),
            "mode": mode, "type": ty, "name": "this", "index": key,
            "provider_name": provider, "schema_version": 0,
            "values": values, "sensitive_values": {}, "depends_on": [],
        })
    };
    for group in tenant.groups.iter().step_by(2) {
        let values = json!({
            "id": group["id"], "object_id": group["id"], "display_name": group["displayName"],
            "security_enabled": true, "members": [], "timeouts": null,
        });
        root.push(resource("data", "", "azuread_group", group["id"].as_str().unwrap(), values));
    }
    for application in &tenant.applications {
        let values = json!({
            "id": format!("/servicePrincipals/{}", application["id"].as_str().unwrap()),
            "object_id": application["id"], "client_id": application["appId"],
            "display_name": application["displayName"],
            "app_roles": each(&application["appRoles"], |role| json!({
                "id": role["id"], "display_name": role["displayName"], "value": role["value"], "enabled": true,
                "allowed_member_types": ["User"], "description": "",
            })),
        });
        root.push(resource("data", "", "azuread_service_principal", "payroll", values));
    }
    for user in &tenant.users {
        let values = json!({
            "id": user["id"], "object_id": user["id"], "user_principal_name": user["userPrincipalName"],
            "display_name": user["displayName"],
        });
        root.push(resource("data", "", "azuread_user", user["id"].as_str().unwrap(), values));
    }
    for catalog in &tenant.catalogs {
        let values = json!({
            "id": catalog["id"], "display_name": catalog["displayName"], "description": catalog["description"],
            "externally_visible": catalog["isExternallyVisible"],
            "published": catalog["state"] == "published", "timeouts": null,
        });
        root.push(resource(
            "managed",
            "",
            "azuread_access_package_catalog",
            catalog["id"].as_str().unwrap(),
            values,
        ));
    }
    for (number, resource_) in tenant.resources.iter().enumerate() {
        let (catalog, origin) = (&resource_["catalog"]["id"], &resource_["originId"]);
        let values = json!({
            "id": format!("{}/{}", catalog.as_str().unwrap(), origin.as_str().unwrap()),
            "catalog_id": catalog, "resource_origin_id": origin,
            "resource_origin_system": resource_["originSystem"], "timeouts": null,
        });
        let ty = "azuread_access_package_resource_catalog_association";
        // Two modules may well say the same.
        if number == 0 {
            root.push(resource("managed", "module.again", ty, "0", values.clone()));
        }
        root.push(resource("managed", "", ty, &number.to_string(), values));
    }
    for assignment in &tenant.role_assignments {
        let scope = assignment["appScopeId"].as_str().unwrap();
        let values = json!({
            "id": assignment["id"], "role_id": assignment["roleDefinitionId"],
            "principal_object_id": assignment["principalId"],
            "catalog_id": scope.trim_start_matches("/AccessPackageCatalog/"), "timeouts": null,
        });
        let ty = "azuread_access_package_catalog_role_assignment";
        root.push(resource("managed", "", ty, assignment["id"].as_str().unwrap(), values));
    }
    let mut modules = Vec::new();
    for package in &tenant.packages {
        let id = package["id"].as_str().unwrap();
        let catalog = package["catalog"]["id"].as_str().unwrap();
        let module = format!("module.package[{id:?}]");
        let mut inner = vec![resource(
            "managed",
            &module,
            "azuread_access_package",
            "it",
            json!({
                "id": id, "catalog_id": catalog, "display_name": package["displayName"],
                "description": package["description"], "hidden": package["isHidden"], "timeouts": null,
            }),
        )];
        for scope in package["resourceRoleScopes"].as_array().into_iter().flatten() {
            let origin = scope["group"].as_str().or(scope["application"].as_str()).unwrap();
            let role = scope["role"].as_str().unwrap();
            let mut values = json!({
                "id": format!("{id}/f1a2_f3b4/{origin}/{role}"), "access_package_id": id,
                "catalog_resource_association_id": format!("{catalog}/{origin}"), "access_type": role,
                "timeouts": null,
            });
            // A role of an application is given by its id, beside the default of the other member; its name is read
            // later, if at all.
            if let Some(of) = tenant.applications.iter().find(|application| application["id"] == origin) {
                let roles = of["appRoles"].as_array().unwrap();
                let known = roles.iter().find(|known| known["displayName"] == role).unwrap();
                values["id"] = json!(format!("{id}/f1a2_f3b4/{origin}/{}", known["id"].as_str().unwrap()));
                values["access_type"] = json!("Member");
                values["resource_role_origin_id"] = known["id"].clone();
                values["resource_role_display_name"] = json!(if role == "Clerk" { role } else { "" });
            }
            inner.push(resource(
                "managed",
                &module,
                "azuread_access_package_resource_package_association",
                &format!("{origin}/{role}"),
                values,
            ));
        }
        let deep = format!("{module}.module.policies");
        let policies = tenant.policies.iter().filter(|policy| policy["accessPackageId"] == id);
        let ty = "azuread_access_package_assignment_policy";
        let mut policies: Vec<Value> = policies
            .map(|policy| {
                let values = if version == READS_V1 {
                    let in_v1 = tenant.policies_in_v1.iter().find(|in_v1| in_v1["id"] == policy["id"]);
                    values_of_v1(in_v1.unwrap(), id)
                } else {
                    policy_values(policy, version)
                };
                resource("managed", &deep, ty, policy["id"].as_str().unwrap(), values)
            })
            .collect();
        // What was replaced stays in the state until it is destroyed.
        let mut deposed = policies[0].clone();
        deposed["deposed_key"] = json!("5f2c1a9b");
        deposed["values"]["id"] = json!(id.replacen('0', "d", 1));
        policies.push(deposed);
        let child = json!({"address": deep, "resources": policies});
        modules.push(json!({"address": module, "resources": inner, "child_modules": [child]}));
    }
    json!({
        "format_version": "1.0", "terraform_version": "1.9.8",
        "values": {"root_module": {"resources": root, "child_modules": modules}},
    })
}

fn policy_values(policy: &Value, version: u32) -> Value {
    let subjects = |list: &Value| {
        let subject = |subject: &Value| {
            let tag = subject["@odata.type"].as_str().unwrap().trim_start_matches("#microsoft.graph.");
            let ty = if version == 2 { tag.to_owned() } else { tag[..1].to_uppercase() + &tag[1..] };
            let id = or_zero(&subject["id"], if version == 2 { Value::Null } else { json!("") });
            json!({"subject_type": ty, "backup": or_zero(&subject["isBackup"], json!(false)), "object_id": id})
        };
        each(list, subject)
    };
    let content = |content: &Value| {
        let texts = each(
            &content["localizedTexts"],
            |text| json!({"language_code": text["languageCode"], "content": text["text"]}),
        );
        json!([{"default_text": content["defaultText"], "localized_text": texts}])
    };
    let requestors = &policy["requestorSettings"];
    let approval = &policy["requestApprovalSettings"];
    let review = &policy["accessReviewSettings"];
    let block = |settings: &Value, block: Value| if settings.is_null() { json!([]) } else { json!([block]) };
    json!({
        "id": policy["id"],
        "access_package_id": policy["accessPackageId"],
        "display_name": policy["displayName"],
        "description": policy["description"],
        "duration_in_days": or_zero(&policy["durationInDays"], json!(0)),
        "expiration_date": or_zero(&policy["expirationDateTime"], json!("")),
        "extension_enabled": or_zero(&policy["canExtend"], json!(false)),
        "requestor_settings": block(requestors, json!({
            "requests_accepted": or_zero(&requestors["acceptRequests"], json!(false)),
            "scope_type": or_zero(&requestors["scopeType"], json!("")),
            "requestor": subjects(&requestors["allowedRequestors"]),
        })),
        "approval_settings": block(approval, json!({
            "approval_required": or_zero(&approval["isApprovalRequired"], json!(false)),
            "approval_required_for_extension":
                or_zero(&approval["isApprovalRequiredForExtension"], json!(false)),
            "requestor_justification_required":
                or_zero(&approval["isRequestorJustificationRequired"], json!(false)),
            "approval_stage": each(&approval["approvalStages"], |stage| json!({
                "approval_timeout_in_days": or_zero(&stage["approvalStageTimeOutInDays"], json!(0)),
                "approver_justification_required":
                    or_zero(&stage["isApproverJustificationRequired"], json!(false)),
                "alternative_approval_enabled": or_zero(&stage["isEscalationEnabled"], json!(false)),
                "enable_alternative_approval_in_days": days(&stage["escalationTimeInMinutes"]),
                "primary_approver": subjects(&stage["primaryApprovers"]),
                "alternative_approver": subjects(&stage["escalationApprovers"]),
            })),
        })),
        "assignment_review_settings": block(review, json!({
            "enabled": or_zero(&review["isEnabled"], json!(false)),
            "review_frequency": or_zero(&review["recurrenceType"], json!("")),
            "review_type": or_zero(&review["reviewerType"], json!("")),
            "starting_on": or_zero(&review["startDateTime"], json!("")),
            "duration_in_days": or_zero(&review["durationInDays"], json!(0)),
            "reviewer": subjects(&review["reviewers"]),
            "access_recommendation_enabled": or_zero(&review["isAccessRecommendationEnabled"], json!(false)),
            "approver_justification_required":
                or_zero(&review["isApprovalJustificationRequired"], json!(false)),
            "access_review_timeout_behavior": or_zero(&review["accessReviewTimeoutBehavior"], json!("")),
        })),
        "question": each(&policy["questions"], |question| json!({
            "required": or_zero(&question["isRequired"], json!(false)),
            "sequence": or_zero(&question["sequence"], json!(0)),
            "text": content(&question["text"]),
            "choice": each(&question["choices"], |choice| json!({
                "actual_value": choice["actualValue"], "display_value": content(&choice["displayValue"]),
            })),
        })),
        "timeouts": null,
    })
}

/// A policy as a release keeps it that reads v1.0: with the members of the others, and nothing of who stands in and of
/// whether requests are accepted.
#[allow(clippy::too_many_lines, reason = "one object")]
fn values_of_v1(policy: &Value, package: &str) -> Value {
    let whole_days = |duration: &Value| {
        let digits = duration.as_str().and_then(|text| text.strip_prefix('P')).unwrap_or_default();
        let (number, rest) = digits.split_at(digits.bytes().take_while(u8::is_ascii_digit).count());
        if rest.starts_with('D') { number.parse().unwrap_or(0) } else { 0 }
    };
    let subjects = |list: &Value| {
        each(list, |subject| {
            let tag = subject["@odata.type"].as_str().unwrap().trim_start_matches("#microsoft.graph.");
            let id =
                ["userId", "groupId", "connectedOrganizationId"].iter().find_map(|id| subject[id].as_str());
            json!({
                "subject_type": tag[..1].to_uppercase() + &tag[1..], "backup": false, "object_id": id.unwrap_or(""),
            })
        })
    };
    let content = |holder: &Value| {
        let texts = each(
            &holder["localizations"],
            |text| json!({"language_code": text["languageCode"], "content": text["text"]}),
        );
        json!([{"default_text": holder["text"], "localized_text": texts}])
    };
    let scope = match policy["allowedTargetScope"].as_str().unwrap() {
        "allConfiguredConnectedOrganizationUsers" => "AllConfiguredConnectedOrganizationSubjects",
        "allMemberUsers" => "AllExistingDirectoryMemberUsers",
        "allDirectoryUsers" => "AllExistingDirectorySubjects",
        "allExternalUsers" => "AllExternalSubjects",
        "notSpecified" => "NoSubjects",
        "specificConnectedOrganizationUsers" => "SpecificConnectedOrganizationSubjects",
        "specificDirectoryUsers" => "SpecificDirectorySubjects",
        other => other,
    };
    let approval = &policy["requestApprovalSettings"];
    let review = &policy["reviewSettings"];
    let has_managers = |list: &Value| {
        let mut subjects = list.as_array().into_iter().flatten();
        subjects.any(|subject| subject["@odata.type"] == "#microsoft.graph.requestorManager")
    };
    let review_type = match &review["primaryReviewers"] {
        _ if review["isSelfReview"] == true => "Self",
        list if has_managers(list) => "Manager",
        Value::Array(list) if !list.is_empty() => "Reviewers",
        _ => "",
    };
    let pattern = &review["schedule"]["recurrence"]["pattern"];
    let frequency = match (pattern["type"].as_str(), pattern["interval"].as_i64()) {
        (Some("absoluteMonthly"), Some(3)) => "quarterly",
        (Some("absoluteMonthly"), Some(6)) => "halfyearly",
        (Some("absoluteMonthly"), _) => "monthly",
        (Some("absoluteYearly"), _) => "annual",
        (Some(_), _) => "weekly",
        (None, _) => "",
    };
    let review_block = json!({
        "enabled": or_zero(&review["isEnabled"], json!(false)),
        "review_frequency": frequency, "review_type": review_type,
        "starting_on": or_zero(&review["schedule"]["startDateTime"], json!("")),
        "duration_in_days": whole_days(&review["schedule"]["expiration"]["duration"]),
        "reviewer": subjects(&review["primaryReviewers"]),
        "access_recommendation_enabled": or_zero(&review["isRecommendationEnabled"], json!(false)),
        "approver_justification_required": or_zero(&review["isReviewerJustificationRequired"], json!(false)),
        "access_review_timeout_behavior": or_zero(&review["expirationBehavior"], json!("")),
    });
    json!({
        "id": policy["id"], "access_package_id": package,
        "display_name": policy["displayName"], "description": policy["description"],
        "duration_in_days": whole_days(&policy["expiration"]["duration"]),
        "expiration_date": or_zero(&policy["expiration"]["endDateTime"], json!("")),
        "extension_enabled":
            or_zero(&policy["requestorSettings"]["enableTargetsToSelfUpdateAccess"], json!(false)),
        "requestor_settings": [{
            "requests_accepted": false, "scope_type": scope, "requestor": subjects(&policy["specificAllowedTargets"]),
        }],
        "approval_settings": [{
            "approval_required": or_zero(&approval["isApprovalRequiredForAdd"], json!(false)),
            "approval_required_for_extension": or_zero(&approval["isApprovalRequiredForUpdate"], json!(false)),
            "requestor_justification_required":
                or_zero(&approval["isRequestorJustificationRequired"], json!(false)),
            "approval_stage": each(&approval["stages"], |stage| json!({
                "approval_timeout_in_days": whole_days(&stage["durationBeforeAutomaticDenial"]),
                "approver_justification_required":
                    or_zero(&stage["isApproverJustificationRequired"], json!(false)),
                "alternative_approval_enabled": or_zero(&stage["isEscalationEnabled"], json!(false)),
                "enable_alternative_approval_in_days": whole_days(&stage["durationBeforeEscalation"]),
                "primary_approver": subjects(&stage["primaryApprovers"]),
                "alternative_approver": subjects(&stage["escalationApprovers"]),
            })),
        }],
        "assignment_review_settings": if review.is_null() { json!([]) } else { json!([review_block]) },
        "question": each(&policy["questions"], |question| json!({
            "required": or_zero(&question["isRequired"], json!(false)),
            "sequence": or_zero(&question["sequence"], json!(0)),
            "text": content(question),
            "choice": each(&question["choices"], |choice| json!({
                "actual_value": choice["actualValue"], "display_value": content(choice),
            })),
        })),
        "timeouts": null,
    })
}

/// A configuration of Microsoft365DSC. Names stand for ids as its export resolves them.
pub fn configuration(tenant: &Tenant) -> String {
    let mut out = String::from(
        "# Generated with Microsoft365DSC version 1.26.1\n# It's for additional information\nparam (\n)\n\n\
         Configuration M365TenantConfig\n{\n    param (\n    )\n\n    \
         $OrganizationName = $ConfigurationData.NonNodeData.OrganizationName\n\n    \
         Import-DscResource -ModuleName 'Microsoft365DSC' -ModuleVersion '1.26.1'\n\n    Node localhost\n    {\n",
    );
    for (resource, name, properties) in blocks(tenant) {
        let _ = writeln!(out, "        {resource} \"{resource}-{}\"\n        {{", escaped(&name, '"'));
        for (property, value) in properties {
            let _ = writeln!(out, "            {property:<24} = {};", top(&value));
        }
        let credential = "$Credscredential;\n            TenantId = $OrganizationName;";
        let _ = writeln!(out, "            Credential = {credential}\n        }}");
    }
    out + "    }\n}\n\nM365TenantConfig -ConfigurationData .\\ConfigurationData.psd1\n"
}

/// The same as the report that Microsoft365DSC makes of a configuration.
pub fn report(tenant: &Tenant) -> Value {
    let blocks = blocks(tenant).into_iter().map(|(resource, name, properties)| {
        let mut block =
            json!({"ResourceName": resource, "ResourceInstanceName": format!("{resource}-{name}")});
        for (property, value) in properties {
            block[property] = value;
        }
        block["Credential"] = "$Credscredential".into();
        block
    });
    blocks.collect()
}

type Block = (&'static str, String, Vec<(&'static str, Value)>);

#[allow(clippy::too_many_lines, reason = "one kind of resource after the other")]
fn blocks(tenant: &Tenant) -> Vec<Block> {
    let name_of = |objects: &[Value], id: &Value, member: &str| {
        let found = objects.iter().find(|object| object["id"] == *id);
        found.map_or(id.clone(), |object| object[member].clone())
    };
    let mut blocks: Vec<Block> = Vec::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for package in &tenant.packages {
        let scopes = each(&package["resourceRoleScopes"], |scope| {
            let (origin, system) = match &scope["application"] {
                Value::Null => (name_of(&tenant.groups, &scope["group"], "displayName"), "AadGroup"),
                id => (name_of(&tenant.applications, id, "displayName"), "AadApplication"),
            };
            json!({
                "CIMInstance": "MSFT_AccessPackageResourceRoleScope",
                "AccessPackageResourceOriginId": origin,
                "AccessPackageResourceRoleDisplayName": scope["role"],
                "AccessPackageResourceScopeOriginSystem": system,
            })
        });
        // As releases up to 2024 export it: with the packages that exclude this one.
        let excludes = |one: &Value, other: &Value| {
            let list = one["incompatibleAccessPackages"].as_array().unwrap();
            list.iter().any(|excluded| excluded["id"] == other["id"])
        };
        let apart =
            tenant.packages.iter().filter(|other| excludes(package, other) || excludes(other, package));
        let apart: Vec<Value> = apart.map(|other| other["id"].clone()).collect();
        let groups = each(&package["incompatibleGroups"], |group| group["group"].clone());
        let properties = vec![
            ("AccessPackageResourceRoleScopes", scopes),
            ("AccessPackagesIncompatibleWith", json!([])),
            ("CatalogId", name_of(&tenant.catalogs, &package["catalog"]["id"], "displayName")),
            ("Description", package["description"].clone()),
            ("DisplayName", package["displayName"].clone()),
            ("Ensure", json!("Present")),
            ("Id", package["id"].clone()),
            ("IncompatibleAccessPackages", apart.into()),
            ("IncompatibleGroups", groups),
            ("IsHidden", package["isHidden"].clone()),
            ("IsRoleScopesVisible", json!(true)),
        ];
        blocks.push(("AADEntitlementManagementAccessPackage", text(&package["displayName"]), properties));
    }
    for policy in &tenant.policies {
        let mut properties = vec![
            ("AccessPackageId", name_of(&tenant.packages, &policy["accessPackageId"], "displayName")),
            ("Description", policy["description"].clone()),
            ("DisplayName", policy["displayName"].clone()),
            ("Id", policy["id"].clone()),
            ("Ensure", json!("Present")),
        ];
        for (property, member, class) in [
            ("AccessReviewSettings", "accessReviewSettings", "assignmentreviewsettings"),
            ("CanExtend", "canExtend", ""),
            ("DurationInDays", "durationInDays", ""),
            ("ExpirationDateTime", "expirationDateTime", ""),
            ("Questions", "questions", "accesspackagequestion"),
            ("RequestApprovalSettings", "requestApprovalSettings", "approvalsettings"),
            ("RequestorSettings", "requestorSettings", "requestorsettings"),
        ] {
            let value = instance(tenant, member, &policy[member], class);
            if !value.is_null() && value != json!([]) {
                properties.push((property, value));
            }
        }
        blocks.push((
            "AADEntitlementManagementAccessPackageAssignmentPolicy",
            text(&policy["displayName"]),
            properties,
        ));
    }
    for catalog in &tenant.catalogs {
        let properties = vec![
            (
                "CatalogStatus",
                json!(if catalog["state"] == "published" { "Published" } else { "Unpublished" }),
            ),
            ("CatalogType", json!("UserManaged")),
            ("Description", catalog["description"].clone()),
            ("DisplayName", catalog["displayName"].clone()),
            ("Id", catalog["id"].clone()),
            ("IsExternallyVisible", catalog["isExternallyVisible"].clone()),
        ];
        blocks.push((
            "AADEntitlementManagementAccessPackageCatalog",
            text(&catalog["displayName"]),
            properties,
        ));
    }
    for resource in &tenant.resources {
        let origin = &resource["originId"];
        let properties = vec![
            ("AddedBy", json!("admin@contoso.com")),
            ("Attributes", json!([])),
            ("CatalogId", name_of(&tenant.catalogs, &resource["catalog"]["id"], "displayName")),
            ("DisplayName", name_of(&tenant.groups, origin, "displayName")),
            ("OriginId", origin.clone()),
            ("OriginSystem", resource["originSystem"].clone()),
        ];
        blocks.push(("AADEntitlementManagementAccessPackageCatalogResource", text(origin), properties));
    }
    for assignment in &tenant.role_assignments {
        let principal = name_of(&tenant.groups, &assignment["principalId"], "displayName");
        let properties = vec![
            ("AppScopeId", assignment["appScopeId"].clone()),
            ("DirectoryScopeId", json!("/")),
            ("Id", assignment["id"].clone()),
            ("Principal", name_of(&tenant.users, &principal, "userPrincipalName")),
            ("RoleDefinition", json!("Catalog owner")),
        ];
        blocks.push(("AADEntitlementManagementRoleAssignment", text(&assignment["id"]), properties));
    }
    for organization in &tenant.organizations {
        let sponsors =
            |list: &Value| each(list, |sponsor| name_of(&tenant.users, &sponsor["id"], "userPrincipalName"));
        let sources = each(&organization["identitySources"], |source| {
            let mut said = json!({"CIMInstance": "MSFT_MicrosoftGraphidentitysource"});
            for (property, member) in [
                ("odataType", "@odata.type"),
                ("DisplayName", "displayName"),
                ("ExternalTenantId", "tenantId"),
                ("DomainName", "domainName"),
            ] {
                if !source[member].is_null() {
                    said[property] = source[member].clone();
                }
            }
            said
        });
        let properties = vec![
            ("Description", organization["description"].clone()),
            ("DisplayName", organization["displayName"].clone()),
            ("ExternalSponsors", sponsors(&organization["externalSponsors"])),
            ("Id", organization["id"].clone()),
            ("IdentitySources", sources),
            ("InternalSponsors", sponsors(&organization["internalSponsors"])),
            ("State", organization["state"].clone()),
        ];
        let name = text(&organization["displayName"]);
        blocks.push(("AADEntitlementManagementConnectedOrganization", name, properties));
    }
    blocks
}

/// A value of beta under the names of properties, with the classes that stand before the braces.
fn instance(tenant: &Tenant, member: &str, value: &Value, class: &str) -> Value {
    match value {
        Value::Array(list) => list.iter().map(|element| instance(tenant, member, element, class)).collect(),
        Value::Object(map) => {
            let mut said = json!({"CIMInstance": format!("MSFT_MicrosoftGraph{class}")});
            for (name, value) in map {
                let (property, class) = match name.as_str() {
                    "@odata.type" => ("odataType".to_owned(), ""),
                    "text" if member == "questions" => {
                        ("QuestionText".to_owned(), "accessPackageLocalizedContent")
                    }
                    "sequence" => ("SequencePosition".to_owned(), ""),
                    "description" => continue,
                    "displayValue" => (name.clone(), "accessPackageLocalizedContent"),
                    "localizedTexts" => ("LocalizedTexts".to_owned(), "accessPackageLocalizedText"),
                    "choices" => ("Choices".to_owned(), "accessPackageAnswerChoice"),
                    "approvalStages" => ("ApprovalStages".to_owned(), "approvalstage1"),
                    "reviewers" | "primaryApprovers" | "escalationApprovers" | "allowedRequestors" => {
                        (name[..1].to_uppercase() + &name[1..], "userset")
                    }
                    _ => (name[..1].to_uppercase() + &name[1..], ""),
                };
                let inner = instance(tenant, name, value, class);
                if inner.is_null() {
                    continue;
                }
                said[property] = inner;
            }
            // Users by their names everywhere, groups among the requestors alone.
            if let Some(id) = said.get("Id").cloned() {
                let mut known =
                    tenant.users.iter().chain(tenant.groups.iter().filter(|_| member == "allowedRequestors"));
                if let Some(found) = known.find(|object| object["id"] == id) {
                    let name = [&found["userPrincipalName"], &found["displayName"]];
                    said["Id"] = (*name.into_iter().find(|name| !name.is_null()).unwrap()).clone();
                }
            }
            said
        }
        other => other.clone(),
    }
}

/// A text within double quotes of PowerShell, or within single ones.
fn escaped(text: &str, quote: char) -> String {
    if quote == '\'' {
        return text.replace('\'', "''").replace('\u{2019}', "\u{2019}\u{2019}");
    }
    text.replace('`', "``").replace('"', "`\"").replace('$', "`$").replace(['\u{201c}', '\u{201d}'], "`\"")
}

fn top(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{}\"", escaped(text, '"')),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let list: Vec<String> = list.iter().map(top).collect();
            format!("@({})", list.join(","))
        }
        other => nested(other, 4),
    }
}

fn nested(value: &Value, indent: usize) -> String {
    let blank = "    ".repeat(indent);
    match value {
        Value::Null => "$null".to_owned(),
        Value::Bool(flag) => if *flag { "$True" } else { "$False" }.to_owned(),
        Value::String(text) => format!("'{}'", escaped(text, '\'')),
        Value::Array(list) if list.is_empty() => "@()".to_owned(),
        Value::Array(list) => {
            let list: Vec<String> =
                list.iter().map(|element| format!("\r\n{blank}{}", nested(element, indent + 1))).collect();
            format!("@({}\r\n{blank})", list.concat())
        }
        Value::Object(map) => {
            let mut out = format!("{}{{\r\n", map["CIMInstance"].as_str().unwrap());
            for (name, value) in map.iter().filter(|(name, _)| *name != "CIMInstance") {
                let _ = write!(out, "{blank}{name} = {}\r\n", nested(value, indent + 1));
            }
            out + &blank + "}"
        }
        number @ Value::Number(_) => number.to_string(),
    }
}
