//! Policies of generated tenants, in either version.

use super::{DURATIONS, INSTANTS, LANGUAGES, Making, SCOPES, STAGES, TEXTS};
use serde_json::{Value as Json, json};

impl Making<'_> {
    pub(super) fn directory_id(&mut self, ids: &[String]) -> String {
        if ids.is_empty() || self.rarely(10) { self.id() } else { ids[self.dice.below(ids.len())].clone() }
    }

    pub(super) fn subject(&mut self, takes: &str) -> Json {
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
    pub(super) fn subjects(&mut self, most: usize, takes: &str) -> Vec<Json> {
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

    pub(super) fn localizations(&mut self) -> Vec<Json> {
        let mut languages = LANGUAGES.to_vec();
        languages.retain(|_| self.dice.chance(3));
        languages.iter().map(|code| json!({"languageCode": code, "text": if self.rarely(9) { Json::Null } else { Json::from(self.dice.of(TEXTS)) }})).collect()
    }

    pub(super) fn question(&mut self, number: usize) -> Json {
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

    pub(super) fn expiration(&mut self) -> Json {
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

    pub(super) fn recurrence(&mut self) -> Json {
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

    pub(super) fn review(&mut self) -> Json {
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

    pub(super) fn approval(&mut self) -> Json {
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

    pub(super) fn policy(&mut self, package: &Json, extensions: &[Json]) -> Json {
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

    pub(super) fn beta_policy(&mut self, package: &Json, number: usize) -> Json {
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
