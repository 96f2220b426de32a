//! What the HTTP tests share: an emulator on a free port, and a client that asks it.

use std::net::SocketAddr;

use entrant_emulator::{Options, Running, start};
use serde_json::{Value, json};

use crate::conformance;

pub const EM: &str = "identityGovernance/entitlementManagement";

pub struct Graph {
    pub running: Running,
    pub http: reqwest::Client,
    /// Every exchange, to be held against Graph's descriptions when the test is over.
    exchanges: Option<tempfile::NamedTempFile>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub body: Value,
}

pub fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub async fn serve(mut options: Options) -> Graph {
    let exchanges = conformance::is_on().then(|| tempfile::NamedTempFile::new().unwrap());
    if let Some(file) = &exchanges {
        options.exchanges = Some(file.path().to_owned());
    }
    let running = start(options, loopback()).await.unwrap();
    Graph { running, http: reqwest::Client::new(), exchanges }
}

/// The small tenant with faults. What they answer is not in Graph's descriptions.
pub async fn faulty(faults: Value) -> Graph {
    faulty_with(faults, Options::default()).await
}

pub async fn faulty_with(faults: Value, options: Options) -> Graph {
    let options = Options { seed: Some(small_seed()), faults: Some(faults), ..options };
    let running = start(options, loopback()).await.unwrap();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Graph { running, http, exchanges: None }
}

impl Drop for Graph {
    fn drop(&mut self) {
        let Some(file) = self.exchanges.take() else { return };
        if std::thread::panicking() {
            return;
        }
        let text = std::fs::read_to_string(file.path()).unwrap();
        let exchanges = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let faults: Vec<String> = exchanges.flat_map(|exchange| conformance::faults(&exchange)).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// A tenant small enough to know by heart; see the ids below.
pub async fn small() -> Graph {
    serve(Options { seed: Some(small_seed()), ..Options::default() }).await
}

pub const CATALOG: &str = "c0000000-0000-4000-8000-000000000001";
pub const OTHER_CATALOG: &str = "c0000000-0000-4000-8000-000000000002";
pub const PACKAGE: &str = "a0000000-0000-4000-8000-000000000001";
pub const OTHER_PACKAGE: &str = "a0000000-0000-4000-8000-000000000002";
pub const USER: &str = "11000000-0000-4000-8000-000000000001";
pub const OTHER_USER: &str = "11000000-0000-4000-8000-000000000002";
pub const GROUP: &str = "22000000-0000-4000-8000-000000000001";
pub const OTHER_GROUP: &str = "22000000-0000-4000-8000-000000000002";
pub const PRINCIPAL: &str = "33000000-0000-4000-8000-000000000001";
pub const ORGANIZATION: &str = "44000000-0000-4000-8000-000000000001";
pub const EXTENSION: &str = "55000000-0000-4000-8000-000000000001";
pub const OTHER_EXTENSION: &str = "55000000-0000-4000-8000-000000000002";

pub fn small_seed() -> Value {
    let extension = |id: &str, catalog: &str| {
        json!({
            "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
            "id": id, "displayName": format!("Extension {catalog}"), "catalog": {"id": catalog},
            "endpointConfiguration": {
                "@odata.type": "#microsoft.graph.logicAppTriggerEndpointConfiguration",
                "subscriptionId": "38ab2ccc-3747-4567-b36b-9478f5602f0d",
                "resourceGroupName": "group", "logicAppWorkflowName": "flow"
            },
            "authenticationConfiguration": {"@odata.type": "#microsoft.graph.azureAdPopTokenAuthentication"}
        })
    };
    json!({
        "users": [
            {"id": USER, "displayName": "Ana O'Hara", "userPrincipalName": "ana@contoso.com", "department": "Sales"},
            {"id": OTHER_USER, "displayName": "Ben", "userPrincipalName": "ben@contoso.com"}
        ],
        "groups": [
            {"id": GROUP, "displayName": "Partner desk"},
            {"id": OTHER_GROUP, "displayName": "Security reviewers"}
        ],
        "servicePrincipals": [
            {"id": PRINCIPAL, "displayName": "Build agent", "appId": "66000000-0000-4000-8000-000000000001"}
        ],
        "connectedOrganizations": [{
            "id": ORGANIZATION, "displayName": "Fabrikam",
            "identitySources": [{
                "@odata.type": "#microsoft.graph.azureActiveDirectoryTenant",
                "displayName": "Fabrikam", "tenantId": "77000000-0000-4000-8000-000000000001"
            }],
            "internalSponsors": [{"id": USER}]
        }],
        "catalogs": [
            {"id": CATALOG, "displayName": "Sales"},
            {"id": OTHER_CATALOG, "displayName": "Engineering"}
        ],
        "customWorkflowExtensions": [extension(EXTENSION, CATALOG), extension(OTHER_EXTENSION, OTHER_CATALOG)],
        "accessPackages": [
            {"id": PACKAGE, "displayName": "Campaign", "catalog": {"id": CATALOG}},
            {"id": OTHER_PACKAGE, "displayName": "Source code", "catalog": {"id": OTHER_CATALOG}}
        ]
    })
}

/// The least that v1.0 takes.
pub fn policy_v1(name: &str) -> Value {
    json!({"displayName": name, "description": "", "accessPackage": {"id": PACKAGE}})
}

/// The least that beta takes.
pub fn policy_beta(name: &str) -> Value {
    json!({"displayName": name, "description": "", "accessPackageId": PACKAGE})
}

/// `base` with the value at a JSON pointer set.
pub fn with(mut base: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match base.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        object => object[name] = value,
    }
    base
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// A refusal, checked for its form; answers its code.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        let error = &self.body["error"];
        let request_id = self.headers["request-id"].to_str().unwrap();
        assert_eq!(error["innerError"]["request-id"], request_id);
        assert!(
            error["innerError"]["date"].is_string() && error["innerError"]["client-request-id"].is_string()
        );
        assert!(!error["message"].as_str().unwrap().is_empty());
        error["code"].as_str().unwrap().to_owned()
    }
}

impl Graph {
    /// One whose answers are no part of Graph's descriptions.
    pub fn of(running: Running, http: reqwest::Client) -> Self {
        Self { running, http, exchanges: None }
    }

    /// Stops the server, so that its state file is free.
    pub async fn shutdown(&mut self) {
        let empty = start(Options::default(), loopback()).await.unwrap();
        std::mem::replace(&mut self.running, empty).shutdown().await;
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let url =
            if path.starts_with("http") { path.to_owned() } else { format!("{}/{path}", self.running.url()) };
        let mut request =
            self.http.request(method.parse().unwrap(), url).header("Authorization", "Bearer test");
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        answer(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    /// Below entitlement management.
    pub async fn em(&self, method: &str, version: &str, path: &str, body: Option<&Value>) -> Answer {
        self.send(method, &format!("{version}/{EM}/{path}"), body).await
    }

    pub async fn create_v1(&self, body: &Value) -> Answer {
        self.em("POST", "v1.0", "assignmentPolicies", Some(body)).await
    }

    pub async fn create_beta(&self, body: &Value) -> Answer {
        self.em("POST", "beta", "accessPackageAssignmentPolicies", Some(body)).await
    }

    /// Everything that v1.0 can show of a policy.
    pub async fn read_v1(&self, id: &str) -> Value {
        let expand = "$expand=accessPackage($expand=catalog),questions,customExtensionStageSettings($expand=customExtension)";
        self.em("GET", "v1.0", &format!("assignmentPolicies/{id}?{expand}"), None).await.expect(200)
    }

    /// Everything that beta can show of a policy.
    pub async fn read_beta(&self, id: &str) -> Value {
        let expand = "$expand=customExtensionStageSettings($expand=customExtension),customExtensionHandlers($expand=customExtension)";
        self.em("GET", "beta", &format!("accessPackageAssignmentPolicies/{id}?{expand}"), None)
            .await
            .expect(200)
    }
}

pub async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or_default();
    Answer { status, headers, text, body }
}

/// Percent-encoded, so that anything can stand in a query.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| encoded + &format!("%{byte:02X}"))
}

pub fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}
