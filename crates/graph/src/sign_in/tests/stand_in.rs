//! A stand-in for everything that a sign-in speaks to: Microsoft's authorities and Graph over TLS with a
//! certificate of a test authority, a runner's token endpoint, and a machine's metadata service over plain HTTP.

use super::super::exchange::{self, Reach};
use crate::http::{self, Settings};
use crate::target::{CLOUDS, Target};
use crate::token::tests::jwt;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value as Json, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// Hosts that are no Microsoft's.
pub const RUNNER: &str = "runner.example";
pub const ELSEWHERE: &str = "elsewhere.example";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    pub host: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub form: Vec<(String, String)>,
    pub headers: HeaderMap,
}

pub type Reply = Response<axum::body::Body>;

pub struct StandIn {
    tls: SocketAddr,
    plain: SocketAddr,
    authority: reqwest::Certificate,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Asked {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().chain(&self.query).find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn line(&self) -> String {
        format!("{}{}", self.host, self.path)
    }
}

impl StandIn {
    pub async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        let app = axum::Router::new().fallback(move |request: Request| {
            let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.expect("a body");
                let pairs = |bytes: &[u8]| url::form_urlencoded::parse(bytes).into_owned().collect();
                let host = parts.headers.get("host").and_then(|h| h.to_str().ok()).map(str::to_owned);
                let asked = Asked {
                    host: parts.uri.host().map(str::to_owned).or(host).unwrap_or_default(),
                    path: parts.uri.path().to_owned(),
                    query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
                    form: pairs(&body),
                    headers: parts.headers,
                };
                log.lock().expect("the log").push(asked.clone());
                answer(&asked)
            }
        });
        let plain = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let plain_address = plain.local_addr().expect("an address");
        let (listener, authority) = tls().await;
        let address = listener.listener.local_addr().expect("an address");
        tokio::spawn(axum::serve(plain, app.clone()).into_future());
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { tls: address, plain: plain_address, authority, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("the log").clone()
    }

    /// The HTTP client of production, with this machine for every host that it may mean.
    pub fn client(&self, reach: Reach) -> reqwest::Client {
        let client = self.redirected(exchange::hardened(reach).no_proxy());
        let proxy = reqwest::Proxy::http(format!("http://{}", self.plain)).expect("a proxy");
        let client = if reach == Reach::Machine { client.proxy(proxy) } else { client };
        client.build().expect("a client")
    }

    /// The same of Graph's client.
    pub fn graph(&self, target: &Target) -> reqwest::Client {
        let client = http::http_client(target, &Settings::default()).no_proxy();
        self.redirected(client).build().expect("a client")
    }

    fn redirected(&self, client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        self.redirected_with(client, self)
    }

    /// To this stand-in, trusting the authority of that one.
    pub fn redirected_with(&self, client: reqwest::ClientBuilder, trusted: &Self) -> reqwest::ClientBuilder {
        let client = client.tls_certs_only([trusted.authority.clone()]);
        hosts().iter().fold(client, |client, host| client.resolve(host, self.tls))
    }
}

fn hosts() -> Vec<String> {
    let clouds = CLOUDS.iter().flat_map(|cloud| [cloud.host, cloud.authority]);
    clouds.chain([RUNNER, ELSEWHERE]).map(str::to_owned).collect()
}

/// An answer of Entra's token endpoint.
pub fn gives(token: &str, seconds: i64) -> Reply {
    json_reply(200, &json!({"token_type": "Bearer", "expires_in": seconds, "access_token": token}))
}

/// A refusal of Entra's token endpoint.
pub fn refuses(status: u16, description: &str) -> Reply {
    json_reply(
        status,
        &json!({"error": "invalid_client", "error_description": description, "error_codes": [7_000_215]}),
    )
}

pub fn json_reply(status: u16, body: &Json) -> Reply {
    let reply = Response::builder().status(status).header("content-type", "application/json");
    reply.body(body.to_string().into()).expect("a response")
}

/// A token of a tenant for the Graph of a cloud.
pub fn token(tenant: &str, host: &str, number: usize) -> String {
    jwt(&format!(r#"{{"tid":"{tenant}","aud":"https://{host}","n":{number}}}"#)).secret().to_owned()
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else { continue };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

async fn tls() -> (TlsListener, reqwest::Certificate) {
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority =
        CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let certificate =
        CertificateParams::new(hosts()).expect("names").signed_by(&key, &authority).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a configuration");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let root = reqwest::Certificate::from_der(authority.der()).expect("a root");
    (TlsListener { listener, acceptor: TlsAcceptor::from(Arc::new(config)) }, root)
}
