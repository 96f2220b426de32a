//! The emulator as a process of its own: what it saw of a run, and the tenant as it is.

use crate::secret;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The token with which the benchmark looks at the tenant; faults leave it alone.
const OWN_TOKEN: &str = "benchmark";

/// An emulator that serves until it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Its address.
    pub url: String,
    log: PathBuf,
    /// The lines of the log that were looked at.
    seen: usize,
}

/// The requests of one run, as the server saw them.
#[derive(Debug, Default)]
pub struct Seen(pub Vec<Value>);

impl Server {
    /// Serves a seed, with this latency, and these faults for whoever bears the canary.
    pub fn start(
        entrant: &Path,
        directory: &Path,
        seed: &Value,
        latency: Duration,
        faults: Option<&Value>,
    ) -> Result<Self> {
        let file = directory.join("seed.json");
        fs::write(&file, seed.to_string())?;
        let log = directory.join("access.jsonl");
        fs::write(&log, "")?;
        let mut command = Command::new(entrant);
        command.args(["emulator", "serve", "--latency"]).arg(latency.as_millis().to_string());
        command.arg("--seed").arg(&file).arg("--access-log").arg(&log);
        if let Some(faults) = faults {
            let file = directory.join("faults.json");
            fs::write(&file, faults.to_string())?;
            command.arg("--faults").arg(file);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        BufReader::new(child.stdout.take().context("no stdout")?).read_line(&mut url)?;
        let server = Self { child, url: url.trim().to_owned(), log, seen: 0 };
        if !server.url.starts_with("http://127.0.0.1:") {
            bail!("the emulator did not start: its first line is `{url}`");
        }
        Ok(server)
    }

    /// What came since this was last asked.
    pub fn asked(&mut self) -> Result<Seen> {
        let text = fs::read_to_string(&self.log)?;
        let lines = text.lines().skip(self.seen).map(serde_json::from_str);
        let all = lines.collect::<Result<Vec<Value>, _>>()?;
        self.seen += all.len();
        // A refused token of the benchmark's own would be a mistake here, so its requests are not told apart.
        Ok(Seen(all))
    }

    /// The bytes of an answer to a GET.
    pub fn get(&self, target: &str) -> Result<Vec<u8>> {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        write!(
            stream,
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {OWN_TOKEN}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("no answer")?;
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            bail!("GET {target}: {}", String::from_utf8_lossy(&answer));
        }
        Ok(answer.split_off(end + 4))
    }

    /// Every policy of the tenant but for what differs from run to run: ids, times and the order of sets.
    /// Sorted, so that two tenants that hold the same are equal.
    pub fn policies(&mut self) -> Result<Vec<String>> {
        let root = self.url.clone();
        let mut next = Some(
            "/v1.0/identityGovernance/entitlementManagement/assignmentPolicies\
             ?$expand=accessPackage,questions,customExtensionStageSettings"
                .to_owned(),
        );
        let mut all = Vec::new();
        while let Some(target) = next {
            let page: Value = serde_json::from_slice(&self.get(&target)?)?;
            for policy in page["value"].as_array().context("no list")? {
                let package = policy["accessPackage"]["id"].as_str().unwrap_or_default();
                all.push(format!("{package} {}", settled(policy)));
            }
            next = page["@odata.nextLink"].as_str().map(|link| link.replace(&root, ""));
        }
        all.sort();
        self.asked()?;
        Ok(all)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Seen {
    /// HTTP requests; a batch is one.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Requests inside batches.
    pub fn inner(&self) -> usize {
        self.0.iter().filter_map(|line| line["inner"].as_array()).map(Vec::len).sum()
    }

    /// Requests, and those in batches, that came before a `Retry-After` allowed.
    pub fn early(&self) -> usize {
        let is_early = |line: &&Value| line["earlyMs"].is_u64();
        let inner = self.0.iter().filter_map(|line| line["inner"].as_array()).flatten();
        self.0.iter().filter(is_early).count() + inner.filter(is_early).count()
    }

    /// How many there were of each: the method, the path with its ids left out, the answer.
    pub fn summary(&self) -> String {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for line in &self.0 {
            let text = |name: &str| line[name].as_str().unwrap_or_default();
            let path = text("path").replace("/identityGovernance/entitlementManagement", "…");
            let path: Vec<&str> = path.split('/').map(|part| if is_id(part) { "ID" } else { part }).collect();
            let inner = line["inner"].as_array().map_or(0, Vec::len);
            let inside = if inner > 0 { " with requests inside" } else { "" };
            let early = if line["earlyMs"].is_u64() { " early" } else { "" };
            *counts
                .entry(format!("{} {}{inside} {}{early}", text("method"), path.join("/"), line["status"]))
                .or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(what, count)| format!("  {count:>6} × {what}\n"))
            .collect::<Vec<_>>()
            .concat()
    }

    /// The GET requests that were answered, those inside batches too, as they can be asked again.
    pub fn gets(&self) -> impl Iterator<Item = String> {
        let all = self
            .0
            .iter()
            .flat_map(|line| std::iter::once(line).chain(line["inner"].as_array().into_iter().flatten()));
        all.filter(|line| line["method"] == "GET" && line["status"] == 200).map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or_default();
            match text("query") {
                "" => text("path").to_owned(),
                query => format!("{}?{query}", text("path")),
            }
        })
    }
}

/// Faults that strike whoever bears the canary, in the form of a faults file.
pub fn for_the_canary(seed: u64, faults: &[Value]) -> Value {
    let struck: Vec<Value> = faults
        .iter()
        .map(|fault| {
            let mut fault = fault.clone();
            fault["token"] = secret::CANARY.into();
            fault
        })
        .collect();
    serde_json::json!({ "seed": seed, "graceMilliseconds": 100, "faults": struck })
}

fn is_id(part: &str) -> bool {
    part.len() == 36 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// A value without what a server makes up, and with its lists in one order.
fn settled(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members
                .iter()
                .filter(|(name, _)| {
                    !["id", "createdDateTime", "modifiedDateTime", "startDateTime", "startDate"]
                        .contains(&name.as_str())
                        && !name.contains("@odata.context")
                })
                .map(|(name, value)| (name.clone(), settled(value)))
                .collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            members.into_iter().collect()
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(settled).collect();
            items.sort_by_key(Value::to_string);
            items.into()
        }
        other => other.clone(),
    }
}
