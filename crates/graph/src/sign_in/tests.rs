//! The exchanges, over TLS with a stand-in: what is sent, where to, what comes of an answer, and what is never
//! said.

mod stand_in;

use super::exchange::Reach;
use super::{Choice, RENEWAL, Renewal, SignIn, Variables, credential};
use crate::error::{Error, ErrorKind};
use crate::http::{Settings, Transport};
use crate::kinds::look_up;
use crate::target::{CLOUDS, Cloud, Target};
use crate::token::{Token, TokenSource};
use entrant_model::{Id, Kind};
use serde_json::json;
use stand_in::{Asked, ELSEWHERE, RUNNER, Reply, StandIn, gives, json_reply, refuses, token};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const SECRET: &str = "Canary~secret+7c2e91/%";
const RUNNERS_TOKEN: &str = "canary-runner-5f1d";

const WITH_SECRET: [(&str, &str); 3] =
    [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", "my-app"), ("AZURE_CLIENT_SECRET", SECRET)];
const WITH_GITHUB: [(&str, &str); 3] = [
    ("ARM_CLIENT_ID", "my-app"),
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://runner.example/token?api-version=2.0"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", RUNNERS_TOKEN),
];

fn choice(set: &[(&str, &str)]) -> Choice {
    let get = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    let read = |path: &str| std::fs::read(path).map_err(|error| error.to_string());
    Choice::make(&Variables::gather(get).with_files(read).expect("files")).expect("a choice")
}

fn sign_in(stand_in: &StandIn, set: &[(&str, &str)], cloud: &'static Cloud, renewal: Renewal) -> SignIn {
    let choice = choice(set);
    let http = stand_in.client(credential::reach(&choice.credential));
    SignIn::over(http, choice, cloud, Id::new(TENANT), renewal)
}

async fn text(sign_in: &SignIn) -> Result<String, Error> {
    sign_in.token().await.map(|token| token.secret().to_owned())
}

fn keeps_secrets(error: &Error) {
    let shown = format!("{error}\n{error:?}\n{error:#?}\n{:?}", error.help()).to_lowercase();
    for secret in [SECRET, RUNNERS_TOKEN, "Canary%7Esecret", "eyJ"] {
        assert!(!shown.contains(&secret.to_lowercase()), "{shown}");
    }
}

/// Always due, and nothing waits.
const DUE: Renewal =
    Renewal { margin: Duration::from_hours(9), pause: Duration::ZERO, least: Duration::ZERO };

#[tokio::test]
async fn a_client_secret_goes_to_the_clouds_own_authority() {
    for cloud in &CLOUDS {
        let stand_in = StandIn::start(|_| gives("header.payload.signature", 3600)).await;
        let sign_in = sign_in(&stand_in, &WITH_SECRET, cloud, RENEWAL);
        assert_eq!(text(&sign_in).await.expect("a token"), "header.payload.signature");
        // Good for an hour: nobody is asked twice.
        text(&sign_in).await.expect("a token");
        let asked = stand_in.asked();
        assert_eq!(asked.len(), 1, "{}", cloud.name);
        assert_eq!(asked[0].line(), format!("{}/{TENANT}/oauth2/v2.0/token", cloud.authority));
        let mut form = asked[0].form.clone();
        form.sort();
        let scope = format!("https://{}/.default", cloud.host);
        let expected = [
            ("client_id", "my-app"),
            ("client_secret", SECRET),
            ("grant_type", "client_credentials"),
            ("scope", scope.as_str()),
        ];
        assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[tokio::test]
async fn github_gives_an_assertion_for_the_clouds_exchange() {
    for cloud in &CLOUDS {
        let stand_in = StandIn::start(|asked| match asked.host.as_str() {
            RUNNER => json_reply(200, &json!({"count": 1, "value": "the-assertion"})),
            _ => gives("a.b.c", 3600),
        })
        .await;
        let sign_in = sign_in(&stand_in, &WITH_GITHUB, cloud, RENEWAL);
        assert_eq!(text(&sign_in).await.expect("a token"), "a.b.c");
        let asked = stand_in.asked();
        assert_eq!(asked.len(), 2);
        assert_eq!(asked[0].line(), "runner.example/token");
        assert_eq!(asked[0].field("api-version"), Some("2.0"));
        assert_eq!(asked[0].field("audience"), Some(cloud.exchange_audience));
        assert_eq!(asked[0].header("authorization"), Some(&*format!("Bearer {RUNNERS_TOKEN}")));
        assert_eq!(asked[1].line(), format!("{}/{TENANT}/oauth2/v2.0/token", cloud.authority));
        assert_eq!(asked[1].field("client_assertion"), Some("the-assertion"));
        assert_eq!(
            asked[1].field("client_assertion_type"),
            Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        );
        assert_eq!(asked[1].field("client_id"), Some("my-app"));
        // The runner's token is the runner's alone.
        assert!(!format!("{:?}", asked[1]).contains(RUNNERS_TOKEN));
    }
}

#[tokio::test]
async fn the_runners_token_goes_nowhere_else() {
    let redirects = |asked: &Asked| -> Reply {
        let reply = axum::http::Response::builder().status(302);
        let to = if asked.host == RUNNER { ELSEWHERE } else { RUNNER };
        reply.header("location", format!("https://{to}/x")).body(axum::body::Body::empty()).expect("a reply")
    };
    let stand_in = StandIn::start(redirects).await;
    let error = text(&sign_in(&stand_in, &WITH_GITHUB, &CLOUDS[0], RENEWAL)).await.expect_err("no token");
    assert!(error.to_string().contains("runner.example refused (HTTP 302)"), "{error}");
    keeps_secrets(&error);
    assert_eq!(stand_in.asked().len(), 1);

    for url in ["http://runner.example/token", "http://127.0.0.1:1/token", "ftp://runner.example", "no URL"] {
        let stand_in = StandIn::start(|_| json_reply(200, &json!({"value": "x"}))).await;
        let set = [WITH_GITHUB[0], ("ACTIONS_ID_TOKEN_REQUEST_URL", url), WITH_GITHUB[2]];
        let error = text(&sign_in(&stand_in, &set, &CLOUDS[0], RENEWAL)).await.expect_err(url);
        assert_eq!(error.kind(), ErrorKind::SignIn);
        keeps_secrets(&error);
        assert!(stand_in.asked().is_empty(), "{url}");
    }
}

#[tokio::test]
async fn a_federated_token_is_read_again_for_each_token() {
    let stand_in = StandIn::start(|_| gives("a.b.c", 3600)).await;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("token");
    std::fs::write(&path, "first").expect("written");
    let set = [("AZURE_CLIENT_ID", "my-app"), ("AZURE_FEDERATED_TOKEN_FILE", path.to_str().expect("a path"))];
    let signed_in = sign_in(&stand_in, &set, &CLOUDS[3], RENEWAL);
    text(&signed_in).await.expect("a token");
    std::fs::write(&path, "second").expect("written");
    // The same token came again, so it is no other one.
    assert!(!signed_in.refresh().await.expect("an answer"));
    let given = sign_in(&stand_in, &[set[0], ("ARM_OIDC_TOKEN", "third")], &CLOUDS[3], RENEWAL);
    text(&given).await.expect("a token");
    let asked = stand_in.asked();
    let assertions: Vec<_> = asked.iter().map(|asked| asked.field("client_assertion")).collect();
    assert_eq!(assertions, [Some("first"), Some("second"), Some("third")]);

    std::fs::remove_file(&path).expect("removed");
    let error = text(&sign_in(&stand_in, &set, &CLOUDS[3], RENEWAL)).await.expect_err("no file");
    assert!(error.to_string().contains("federated token"), "{error}");
}

/// A certificate that was made for this test and is registered nowhere.
#[cfg(feature = "client-certificate")]
#[tokio::test]
async fn a_client_certificate_signs_an_assertion() {
    const PASSWORD: &str = "canary-certificate-3e1a";
    const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/sign_in/tests/certificate.p12");
    let set = |password| {
        [
            ("AZURE_CLIENT_ID", "my-app"),
            ("AZURE_CLIENT_CERTIFICATE_PATH", CERTIFICATE),
            ("AZURE_CLIENT_CERTIFICATE_PASSWORD", password),
        ]
    };
    let decoded = |part: &str| crate::claims::json_part(part).expect("a part of a JWT");
    for cloud in &CLOUDS {
        let stand_in = StandIn::start(|_| gives("a.b.c", 3600)).await;
        text(&sign_in(&stand_in, &set(PASSWORD), cloud, RENEWAL)).await.expect("a token");
        let asked = stand_in.asked();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].line(), format!("{}/{TENANT}/oauth2/v2.0/token", cloud.authority));
        assert_eq!(asked[0].field("client_id"), Some("my-app"));
        assert_eq!(asked[0].field("scope"), Some(&*format!("https://{}/.default", cloud.host)));
        let parts: Vec<&str> = asked[0].field("client_assertion").expect("an assertion").split('.').collect();
        let [header, claims, _signature] = parts[..] else { panic!("{parts:?}") };
        assert_eq!(decoded(header)["alg"], "RS256");
        let claims = decoded(claims);
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("my-app"), &json!("my-app")));
        assert_eq!(claims["aud"], format!("https://{}/{TENANT}/oauth2/v2.0/token", cloud.authority));
        // Neither the key nor what opens it leaves.
        assert!(!format!("{:?}", asked[0]).contains(PASSWORD));
    }

    let stand_in = StandIn::start(|_| gives("a.b.c", 3600)).await;
    let wrong = "canary-wrong-password";
    let error = text(&sign_in(&stand_in, &set(wrong), &CLOUDS[0], RENEWAL)).await.expect_err("no token");
    assert!(!format!("{error}{error:?}").contains(wrong), "{error}");
    keeps_secrets(&error);
    assert!(stand_in.asked().is_empty());
}

/// What reads the process's environment in `azure_identity` is tried in a process of its own.
fn in_own_process(test: &str, variables: &[(&str, &str)]) -> bool {
    if std::env::var("ENTRANT_OWN_PROCESS").as_deref() == Ok(test) {
        return true;
    }
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args([&*format!("sign_in::tests::{test}"), "--exact", "--nocapture"])
        .env("ENTRANT_OWN_PROCESS", test)
        .envs(variables.iter().copied())
        .output()
        .expect("a process");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[tokio::test]
async fn azure_pipelines_gives_an_assertion() {
    let variables = [("SYSTEM_OIDCREQUESTURI", "https://runner.example/oidc")];
    if !in_own_process("azure_pipelines_gives_an_assertion", &variables) {
        return;
    }
    let stand_in = StandIn::start(|asked| match asked.host.as_str() {
        RUNNER => json_reply(200, &json!({"oidcToken": "the-assertion"})),
        _ => gives("a.b.c", 3600),
    })
    .await;
    let set = [
        ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "connection"),
        ("AZURESUBSCRIPTION_CLIENT_ID", "my-app"),
        ("SYSTEM_ACCESSTOKEN", RUNNERS_TOKEN),
        variables[0],
    ];
    text(&sign_in(&stand_in, &set, &CLOUDS[1], RENEWAL)).await.expect("a token");
    let asked = stand_in.asked();
    assert_eq!(asked[0].line(), "runner.example/oidc");
    assert_eq!(asked[0].field("serviceConnectionId"), Some("connection"));
    assert_eq!(asked[0].header("authorization"), Some(&*format!("Bearer {RUNNERS_TOKEN}")));
    assert_eq!(asked[1].line(), format!("login.microsoftonline.us/{TENANT}/oauth2/v2.0/token"));
    assert_eq!(asked[1].field("client_assertion"), Some("the-assertion"));

    let stand_in = StandIn::start(|_| json_reply(404, &json!({"message": "no such connection"}))).await;
    let error = text(&sign_in(&stand_in, &set, &CLOUDS[1], RENEWAL)).await.expect_err("no assertion");
    assert!(error.to_string().contains("no such connection"), "{error}");
    keeps_secrets(&error);
}

fn metadata() -> Reply {
    json_reply(
        200,
        &json!({"access_token": "a.b.c", "expires_on": "4102444800", "token_type": "Bearer", "resource": "x"}),
    )
}

#[tokio::test]
async fn a_managed_identity_of_a_machine_is_asked_for_graphs_token() {
    for client_id in [None, Some("user-assigned")] {
        let stand_in = StandIn::start(|_| metadata()).await;
        let mut set = vec![("ARM_USE_MSI", "true")];
        set.extend(client_id.map(|id| ("AZURE_CLIENT_ID", id)));
        text(&sign_in(&stand_in, &set, &CLOUDS[2], RENEWAL)).await.expect("a token");
        let asked = stand_in.asked();
        assert_eq!(asked[0].line(), "169.254.169.254/metadata/identity/oauth2/token");
        assert_eq!(asked[0].header("metadata"), Some("true"));
        assert_eq!(asked[0].field("resource"), Some("https://dod-graph.microsoft.us"));
        assert_eq!(asked[0].field("client_id"), client_id);
    }
    let stand_in = StandIn::start(|_| json_reply(400, &json!({"error": "invalid_request"}))).await;
    let error = text(&sign_in(&stand_in, &[("ARM_USE_MSI", "1")], &CLOUDS[0], RENEWAL)).await;
    assert!(error.expect_err("none").to_string().contains("169.254.169.254 refused (HTTP 400)"));
}

#[tokio::test]
async fn a_managed_identity_of_an_app_service_is_asked_with_its_header() {
    let variables =
        [("IDENTITY_ENDPOINT", "http://169.254.130.2:8081/msi/token"), ("IDENTITY_HEADER", RUNNERS_TOKEN)];
    if !in_own_process("a_managed_identity_of_an_app_service_is_asked_with_its_header", &variables) {
        return;
    }
    let stand_in = StandIn::start(|_| metadata()).await;
    text(&sign_in(&stand_in, &variables, &CLOUDS[0], RENEWAL)).await.expect("a token");
    let asked = stand_in.asked();
    assert_eq!(asked[0].line(), "169.254.130.2/msi/token");
    assert_eq!(asked[0].header("x-identity-header"), Some(RUNNERS_TOKEN));
}

#[tokio::test]
async fn a_metadata_service_is_on_this_machine_or_over_tls() {
    let variables =
        [("IDENTITY_ENDPOINT", "http://elsewhere.example/msi/token"), ("IDENTITY_HEADER", RUNNERS_TOKEN)];
    if !in_own_process("a_metadata_service_is_on_this_machine_or_over_tls", &variables) {
        return;
    }
    let stand_in = StandIn::start(|_| metadata()).await;
    let error = text(&sign_in(&stand_in, &variables, &CLOUDS[0], RENEWAL)).await.expect_err("not allowed");
    assert!(error.to_string().contains("not `https://`"), "{error}");
    assert!(stand_in.asked().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn azure_cli_is_asked_for_the_tenant_that_is_meant() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a directory");
    let path = std::env::var("ENTRANT_FAKE_AZ").unwrap_or_else(|_| directory.path().display().to_string());
    let search = format!("{path}:{}", std::env::var("PATH").unwrap_or_default());
    let variables = [("PATH", search.as_str()), ("ENTRANT_FAKE_AZ", path.as_str())];
    let script = std::path::Path::new(&path).join("az");
    let write = |lines: &str| {
        std::fs::write(&script, format!("#!/bin/sh\n{lines}\n")).expect("written");
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).expect("a program");
    };
    if !in_own_process("azure_cli_is_asked_for_the_tenant_that_is_meant", &variables) {
        return;
    }
    let stand_in = StandIn::start(|_| gives("x.y.z", 3600)).await;
    let asked = format!("{path}/asked");
    write(&format!(
        r#"echo "$@" > {asked}; echo '{{"accessToken": "a.b.c", "expires_on": 4102444800, "tokenType": "Bearer"}}'"#
    ));
    let signed_in = sign_in(&stand_in, &[], &CLOUDS[0], RENEWAL);
    assert_eq!(text(&signed_in).await.expect("a token"), "a.b.c");
    let line = std::fs::read_to_string(&asked).expect("asked");
    assert_eq!(
        line.trim(),
        format!(
            "account get-access-token -o json --scope https://graph.microsoft.com/.default --tenant {TENANT}"
        )
    );
    for (lines, says) in [
        ("echo \"ERROR: Please run 'az login'\x1b[2J to setup account.\" >&2; exit 1", "az login"),
        (r#"echo '{"accessToken": "eyJcanary", "expires_on": "eyJcanary"}'"#, "cannot be read"),
    ] {
        write(lines);
        let error = text(&sign_in(&stand_in, &[], &CLOUDS[0], RENEWAL)).await.expect_err(lines);
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.to_string().contains('\x1b'), "{error}");
        keeps_secrets(&error);
    }
    assert!(stand_in.asked().is_empty());
}

#[tokio::test]
async fn a_refusal_says_why_and_never_the_secret() {
    let stand_in = StandIn::start(|asked| {
        let echo = asked.field("client_secret").unwrap_or_default();
        refuses(
            401,
            &format!(
                "AADSTS7000215: Invalid client secret {echo} \x1b[2Jprovided.\r\nTrace ID: 1 {}",
                "x ".repeat(2000)
            ),
        )
    })
    .await;
    let error = text(&sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], RENEWAL)).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::SignIn);
    let shown = error.to_string();
    assert!(
        shown
            .contains("login.microsoftonline.com refused (HTTP 401): AADSTS7000215: Invalid client secret …")
    );
    assert!(shown.chars().count() < 800 && !shown.contains('\x1b'), "{shown}");
    assert!(error.help().iter().any(|help| help.contains("not its id")), "{:?}", error.help());
    keeps_secrets(&error);
}

#[tokio::test]
async fn an_answer_that_is_none_is_not_shown() {
    for body in [
        r#"{"access_token": "eyJcanary", "expires_in": "eyJcanary"}"#,
        r#"{"access_token": "", "expires_in": 3600}"#,
        r#"{"access_token": "eyJ\ncanary", "expires_in": 3600}"#,
        "<html>eyJcanary</html>",
    ] {
        let stand_in = StandIn::start(move |_| {
            axum::http::Response::builder().body(body.to_owned().into()).expect("a reply")
        })
        .await;
        let error = text(&sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], RENEWAL)).await.expect_err(body);
        assert_eq!(error.kind(), ErrorKind::SignIn);
        keeps_secrets(&error);
    }
    let stand_in = StandIn::start(|_| {
        axum::http::Response::builder().body(vec![b' '; 2 << 20].into()).expect("a reply")
    })
    .await;
    let error = text(&sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], RENEWAL)).await.expect_err("too large");
    assert!(error.to_string().contains("larger than"), "{error}");
}

#[tokio::test]
async fn a_server_that_no_authority_vouches_for_gets_no_secret() {
    let stand_in = StandIn::start(|_| gives("a.b.c", 3600)).await;
    let other = StandIn::start(|_| gives("a.b.c", 3600)).await;
    // Trusts the other stand-in's authority, and reaches this one.
    let client = super::exchange::hardened(Reach::Web).no_proxy();
    let client = stand_in.redirected_with(client, &other).build().expect("a client");
    let choice = choice(&WITH_SECRET);
    let sign_in = SignIn::over(client, choice, &CLOUDS[0], Id::new(TENANT), RENEWAL);
    let error = text(&sign_in).await.expect_err("no trust");
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    assert!(stand_in.asked().is_empty());
    keeps_secrets(&error);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let stand_in = StandIn::start(move |_| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        // The third time the authority fails, for good.
        if number < 2 { gives(&format!("a.b.{number}"), 200) } else { refuses(400, "AADSTS50000: no") }
    })
    .await;
    // Less than five minutes are left from the start, and half a minute is between two renewals.
    let patient = sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], RENEWAL);
    assert_eq!(text(&patient).await.expect("a token"), "a.b.0");
    assert_eq!(text(&patient).await.expect("a token"), "a.b.0");
    let due = sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], DUE);
    assert_eq!(text(&due).await.expect("a token"), "a.b.1");
    // Its renewal fails, and the token is good for minutes yet.
    assert_eq!(text(&due).await.expect("a token"), "a.b.1");
    assert_eq!(count.load(Ordering::Relaxed), 3);
    // One that has less left than a request takes is not used.
    let strict = Renewal { least: Duration::from_mins(5), ..DUE };
    let ending = sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], strict);
    assert_eq!(text(&ending).await.expect_err("no token").kind(), ErrorKind::SignIn);
}

/// A client of Graph in the first cloud, over a stand-in that answers for the authority and for Graph.
fn transport(stand_in: &StandIn, source: Arc<dyn TokenSource>) -> Transport {
    let target = Target::parse("https://graph.microsoft.com").expect("a target");
    let settings = Settings { tenant: Some(Id::new(TENANT)), ..Settings::default() };
    Transport::over(stand_in.graph(&target), target, source, settings).expect("a transport")
}

#[tokio::test]
async fn graph_gets_a_token_of_the_tenant_alone() {
    const OTHER: &str = "99999999-2222-3333-4444-555555555555";
    for (tenant, host, kind) in [
        (OTHER, "graph.microsoft.com", Some(ErrorKind::WrongTenant)),
        (TENANT, "graph.microsoft.us", Some(ErrorKind::SignIn)),
        (TENANT, "graph.microsoft.com", None),
    ] {
        let stand_in = StandIn::start(move |asked| match asked.host.as_str() {
            "graph.microsoft.com" => json_reply(200, &json!({"value": []})),
            _ => gives(&token(tenant, host, 0), 3600),
        })
        .await;
        let source = sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], RENEWAL);
        let transport = transport(&stand_in, Arc::new(source));
        let outcome = look_up::all(&transport, &[(Kind::Group, "a".to_owned())]).await;
        assert_eq!(outcome.err().map(|error| error.kind()), kind, "{tenant} {host}");
        let at_graph = stand_in.asked().iter().filter(|asked| asked.host == "graph.microsoft.com").count();
        assert_eq!(at_graph > 0, kind.is_none());
    }
}

#[tokio::test]
async fn a_token_that_graph_refuses_is_got_anew_once() {
    let count = Arc::new(AtomicUsize::new(0));
    let stand_in = StandIn::start(move |asked| {
        let good = format!("Bearer {}", token(TENANT, "graph.microsoft.com", 1));
        match asked.host.as_str() {
            "graph.microsoft.com" if asked.header("authorization") == Some(&*good) => {
                json_reply(200, &json!({"value": []}))
            }
            "graph.microsoft.com" => {
                json_reply(401, &json!({"error": {"code": "InvalidAuthenticationToken", "message": "no"}}))
            }
            _ => gives(&token(TENANT, "graph.microsoft.com", count.fetch_add(1, Ordering::Relaxed)), 3600),
        }
    })
    .await;
    let source = sign_in(&stand_in, &WITH_SECRET, &CLOUDS[0], RENEWAL);
    let transport = transport(&stand_in, Arc::new(source));
    look_up::all(&transport, &[(Kind::Group, "a".to_owned())]).await.expect("an answer");
    let hosts: Vec<String> = stand_in.asked().iter().map(|asked| asked.host.clone()).collect();
    let (login, graph) = ("login.microsoftonline.com".to_owned(), "graph.microsoft.com".to_owned());
    assert_eq!(hosts, [login.clone(), graph.clone(), login, graph]);
}

#[tokio::test]
async fn a_token_that_was_given_is_not_renewed() {
    let ended = crate::token::tests::jwt(r#"{"tid":"x","aud":"y","exp":1700000000}"#);
    let stand_in = StandIn::start(|_| gives("a.b.c", 3600)).await;
    let signed_in = sign_in(&stand_in, &[("ENTRANT_ACCESS_TOKEN", ended.secret())], &CLOUDS[0], RENEWAL);
    let error = signed_in.token().await.expect_err("ended");
    assert!(error.to_string().contains("ended at 2023-11-14T22:13:20Z"), "{error}");
    keeps_secrets(&error);
    assert!(!signed_in.refresh().await.expect("an answer"));
    let opaque = sign_in(&stand_in, &[("ENTRANT_ACCESS_TOKEN", "opaque")], &CLOUDS[0], RENEWAL);
    assert_eq!(opaque.token().await.expect("a token"), Token::new("opaque").expect("a token"));
    assert!(stand_in.asked().is_empty());
}
