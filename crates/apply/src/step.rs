//! One step each: create, update, delete. Everything that is written is read back until it is seen.

use crate::{Settings, StepResult};
use entrant_graph::{Error, ErrorKind, Read, Write};
use entrant_model::live::LiveObject;
use entrant_model::value::Json;
use entrant_model::{Id, Object, Value, Version};
use entrant_plan::Change;
use entrant_plan::body::{fingerprint, replace_body};
use entrant_plan::diff::diff;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// POSTs the object, once. After a conflict or an answer that leaves it open, the object is looked up by
/// package and name: one that says what was declared is recognised as this one.
pub async fn create<C: Read + Write + Sync>(change: &Change, client: &C, settings: &Settings) -> StepResult {
    let Some(desired) = &change.desired else { return missing_half() };
    let body = entrant_model::wire::create_body(desired);
    match client.create_policy(change.version, &body).await {
        Ok(created) => seen(change.version, &created.id, desired, client, settings).await,
        Err(error) if error.is_unclear() => recognise(change, desired, &error, client, settings).await,
        Err(error) => failed(&error),
    }
}

/// Looks for the object that a POST without a clear answer may have made.
async fn recognise<C: Read + Sync>(
    change: &Change,
    desired: &Object,
    error: &Error,
    client: &C,
    settings: &Settings,
) -> StepResult {
    let Some(package) = &change.access_package.id else { return missing_half() };
    let name = desired.text("displayName").unwrap_or_default();
    let mut pause = Pause::new(settings);
    loop {
        match client.policies_named(change.version, package, name).await {
            Ok(mut found) => match (found.pop(), found.is_empty()) {
                (Some(one), true) if diff(desired, &one.object).is_empty() => {
                    return StepResult::Done { id: Some(one.id) };
                }
                (Some(one), true) => {
                    let message = format!(
                        "a policy of this name exists with other content (id {}); plan again to see the difference. {error}",
                        one.id
                    );
                    return StepResult::Failed { message };
                }
                (Some(one), false) => {
                    let message = format!(
                        "there are now {} policies of this name (one is {}); delete what is not wanted, then plan again",
                        found.len() + 1,
                        one.id
                    );
                    return StepResult::Unclear { message };
                }
                (None, _) => {}
            },
            Err(again) if pause.is_over() => return unclear(error, Some(&again)),
            Err(_) => {}
        }
        if !pause.wait().await {
            return unclear(error, None);
        }
    }
}

/// PUTs the object if it is still as it was planned.
pub async fn update<C: Read + Write + Sync>(change: &Change, client: &C, settings: &Settings) -> StepResult {
    let (Some(desired), Some(planned)) = (&change.desired, &change.live) else { return missing_half() };
    let fresh = match client.policy(change.version, &planned.id).await {
        Ok(Some(fresh)) => fresh,
        Ok(None) => return changed("it was deleted"),
        Err(error) => return failed(&error),
    };
    if !is_as_planned(planned, &fresh) {
        return changed("it was changed");
    }
    let before = match beyond_beta(change.version, &planned.id, client).await {
        Ok(before) => before,
        Err(error) => return failed(&error),
    };
    let body = replace_body(desired, &fresh.wire);
    let sent = client.replace_policy(change.version, &planned.id, &body).await;
    match sent {
        // A conflict is an answer: unlike a create, nothing of ours can stand there already.
        Err(error) if !error.is_unclear() || error.kind() == ErrorKind::Conflict => failed(&error),
        Err(error) => match seen(change.version, &planned.id, desired, client, settings).await {
            StepResult::Done { id } => StepResult::Done { id },
            _ => unclear(&error, None),
        },
        Ok(()) => match seen(change.version, &planned.id, desired, client, settings).await {
            StepResult::Done { id } => also_changed(change.version, id, &before, client).await,
            other => other,
        },
    }
}

/// DELETEs the object if it is still as it was planned and nobody holds access through it.
pub async fn delete<C: Read + Write + Sync>(change: &Change, client: &C, settings: &Settings) -> StepResult {
    let Some(planned) = &change.live else { return missing_half() };
    match client.policy(planned.version, &planned.id).await {
        Ok(Some(fresh)) if is_as_planned(planned, &fresh) => {}
        Ok(Some(_)) => return changed("it was changed"),
        Ok(None) => return StepResult::Done { id: Some(planned.id.clone()) },
        Err(error) => return failed(&error),
    }
    match client.assignments_of(&planned.access_package, &planned.id).await {
        Ok(0) => {}
        Ok(count) => {
            let message = format!(
                "{count} people hold access through this policy; stop new requests instead (self-add off), or remove their assignments first"
            );
            return StepResult::Failed { message };
        }
        Err(error) => return failed(&error),
    }
    if let Err(error) = client.delete_policy(planned.version, &planned.id).await
        && !error.is_unclear()
    {
        return failed(&error);
    }
    let mut pause = Pause::new(settings);
    loop {
        match client.policy(planned.version, &planned.id).await {
            Ok(None) => return StepResult::Done { id: Some(planned.id.clone()) },
            // A caller with catalog roles alone is answered 403 for what is gone.
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                return StepResult::Done { id: Some(planned.id.clone()) };
            }
            Err(error) if pause.is_over() => return unclear(&error, None),
            Ok(Some(_)) | Err(_) => {}
        }
        if !pause.wait().await {
            let message =
                "the delete was accepted, but the policy is still shown; plan again later".to_owned();
            return StepResult::Unclear { message };
        }
    }
}

/// Reads the object back until it says what was declared.
async fn seen<C: Read + Sync>(
    version: Version,
    id: &Id,
    desired: &Object,
    client: &C,
    settings: &Settings,
) -> StepResult {
    let mut pause = Pause::new(settings);
    let mut last: Option<Vec<String>> = None;
    loop {
        match client.policy(version, id).await {
            Ok(Some(live)) => {
                let fields = diff(desired, &live.object);
                if fields.is_empty() {
                    return StepResult::Done { id: Some(id.clone()) };
                }
                last = Some(fields.iter().map(|f| f.path.to_string()).collect());
            }
            Err(error) if pause.is_over() => return unclear(&error, None),
            Ok(None) | Err(_) => {}
        }
        if !pause.wait().await {
            return match last {
                Some(paths) => StepResult::NotSupported { id: Some(id.clone()), paths },
                None => StepResult::Unclear {
                    message: format!("the write was accepted, but {id} is not shown yet; plan again later"),
                },
            };
        }
    }
}

/// What beta cannot hold and does not refuse a beta write: how it stands in v1.0.
async fn beyond_beta<C: Read + Sync>(
    version: Version,
    id: &Id,
    client: &C,
) -> Result<Vec<(&'static str, Option<Value>)>, Error> {
    if version != Version::Beta {
        return Ok(Vec::new());
    }
    let seen = client.policy(Version::V1, id).await?;
    let requestors = seen.as_ref().and_then(|s| s.object.object("requestorSettings"));
    Ok(["enableTargetsToSelfRemoveAccess", "allowCustomAssignmentSchedule"]
        .map(|name| (name, requestors.and_then(|r| r.get(name).cloned())))
        .into())
}

/// Done, or what a beta write changed that beta cannot show.
async fn also_changed<C: Read + Sync>(
    version: Version,
    id: Option<Id>,
    before: &[(&'static str, Option<Value>)],
    client: &C,
) -> StepResult {
    let Some(known) = &id else { return StepResult::Done { id } };
    match beyond_beta(version, known, client).await {
        Ok(after) => {
            let what: Vec<String> = before
                .iter()
                .zip(&after)
                .filter(|((_, before), (_, after))| before != after)
                .map(|((name, _), (_, after))| {
                    let now = matches!(after, Some(Value::Bool(true)));
                    format!("`requestorSettings.{name}` is now {now} (v1.0 shows it, beta cannot hold it)")
                })
                .collect();
            if what.is_empty() { StepResult::Done { id } } else { StepResult::AlsoChanged { id, what } }
        }
        Err(error) => unclear(&error, None),
    }
}

/// Whether an object is as it was when the plan was made.
fn is_as_planned(planned: &LiveObject, fresh: &LiveObject) -> bool {
    let modified = |wire: &Json| wire.get("modifiedDateTime").and_then(Json::as_str).map(str::to_owned);
    modified(&planned.wire) == modified(&fresh.wire)
        && fingerprint(planned.object.ty, &planned.wire) == fingerprint(fresh.object.ty, &fresh.wire)
}

fn failed(error: &Error) -> StepResult {
    StepResult::Failed { message: error.to_string() }
}

fn changed(how: &str) -> StepResult {
    StepResult::Failed { message: format!("{how} since the plan was made; plan again") }
}

fn unclear(error: &Error, again: Option<&Error>) -> StepResult {
    let looking = again.map_or_else(String::new, |e| format!("; looking for it failed as well: {e}"));
    StepResult::Unclear { message: format!("no clear answer: {error}{looking}; plan again to see what is") }
}

fn missing_half() -> StepResult {
    StepResult::Failed { message: "the plan lacks what this step needs; plan again".to_owned() }
}

/// Growing pauses until a limit.
struct Pause {
    until: Instant,
    next: Duration,
    longest: Duration,
}

impl Pause {
    fn new(settings: &Settings) -> Self {
        Self { until: Instant::now() + settings.read_back, next: settings.poll, longest: settings.poll * 16 }
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Waits; `false` once the limit has passed.
    async fn wait(&mut self) -> bool {
        if self.is_over() {
            return false;
        }
        sleep(self.next.min(self.until - Instant::now())).await;
        self.next = (self.next * 2).min(self.longest);
        true
    }
}
