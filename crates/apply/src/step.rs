//! One step each for policies: create, update, delete. Everything that is written is read back until it is seen.

use crate::creates::{Creates, Turn};
use crate::looks::{Looks, When};
use crate::made::Made;
use crate::pause::Pause;
use crate::{Event, Settings, StepResult};
use entrant_graph::{Error, ErrorKind, Read, Write};
use entrant_model::live::LiveObject;
use entrant_model::value::Json;
use entrant_model::{Id, Object, Value, Version};
use entrant_plan::Change;
use entrant_plan::body::{fingerprint, replace_body};
use entrant_plan::diff::diff;
use futures_util::future::join;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How often a write without a clear answer is sent again at most. Each time the object is looked at, or for, first.
const REPETITIONS: usize = 3;
/// How often an update or a delete that Graph has not taken, or that could not leave at once, is sent again at most.
/// The look before it waits as long as Graph asks for.
pub const REFUSALS: usize = 40;
/// Conflicts of one create that count as true. A second one would not be the last.
pub const TRUE_CONFLICTS: usize = 2;
/// How long the name of a create stays unseen before its conflict counts as false, in first pauses: 2 s at
/// least, and up to 4 s, as pauses grow.
const FALSE: u32 = 8;

/// What the steps of one run share.
pub struct Run<'a, C> {
    pub client: &'a C,
    pub settings: &'a Settings,
    pub began: Instant,
    pub stop: &'a (dyn Fn() -> bool + Sync),
    pub on: Mutex<&'a mut (dyn FnMut(Event<'_>) + Send)>,
    pub looks: Looks<'a, C>,
    pub creates: Creates,
    pub made: Made,
}

impl<C> Run<'_, C> {
    /// Whether a create was refused since what holds it, which this run made, is not to be seen everywhere yet. To a
    /// caller with catalog roles alone that is a 403.
    pub fn is_too_early(&self, holder: &Id, error: &Error) -> bool {
        let is_unseen = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden);
        error.is_not_yet() || is_unseen && self.made.holds(holder)
    }

    /// Tells what happens.
    pub fn tell(&self, event: Event<'_>) {
        (self.on.lock().unwrap_or_else(PoisonError::into_inner))(event);
    }

    /// Pauses for what is expected to show soon.
    pub fn pause(&self) -> Pause<'_> {
        Pause::doubling(self.settings, self.began, self.stop)
    }
}

/// The object that a POST shall make.
struct Wanted<'a> {
    version: Version,
    package: &'a Id,
    desired: &'a Object,
}

/// POSTs the object. After a conflict or an answer that leaves it open, the object is looked up by package and
/// name: one that says what was declared is recognised as this one. Where none shows for long enough, the POST is
/// repeated.
///
/// What is long enough depends on what the answer said. After a timeout, a reset or a 5xx the object may still
/// show, so it is the whole patience, each time. A conflict says that this POST made nothing,
/// and were the object there, a repetition would be refused again. So where other creates of ours explain the
/// conflict it is a few looks, after which the create waits for its turn among creates that go one at a time. A
/// conflict that they do not explain counts as true, however long the object takes to show.
pub async fn create<C: Read + Write>(change: &Change, run: &Run<'_, C>, first: Turn<'_>) -> StepResult {
    let (Some(desired), Some(package)) = (&change.desired, &change.parent.id) else {
        return missing_half();
    };
    let wanted = Wanted { version: change.version, package, desired };
    let body = entrant_model::wire::create_body(desired);
    let mut writing = run.looks.writing();
    let mut turn = first;
    let (mut is_repeated, mut may_have_landed) = (false, false);
    let (mut repetitions, mut conflicts) = (REPETITIONS, TRUE_CONFLICTS);
    let mut early = run.pause();
    loop {
        let outcome = run.client.create_policy(change.version, &body).await;
        let error = match outcome {
            Ok(created) => {
                drop((turn, writing));
                return if is_repeated {
                    seen_alone(&wanted, &created.id, run).await
                } else {
                    seen(change.version, &created.id, desired, run).await
                };
            }
            Err(error) if error.is_unclear() => error,
            Err(error) if run.is_too_early(package, &error) => {
                drop((turn, writing));
                if !early.wait().await {
                    return failed(&error);
                }
                writing = run.looks.writing();
                turn = run.creates.again().await;
                continue;
            }
            Err(error) => return failed(&error),
        };
        // An earlier POST that may have landed explains a conflict as well.
        let is_conflict = error.kind() == ErrorKind::Conflict;
        let may_be_false = is_conflict && !may_have_landed;
        let doubt = if may_be_false {
            turn.conflict()
        } else {
            drop(turn);
            None
        };
        drop(writing);
        let least = if doubt.is_some() {
            run.settings.poll * FALSE
        } else {
            run.tell(Event::Unclear(change, run.settings.read_back));
            run.settings.read_back
        };
        if let Some(result) = recognise(&wanted, &error, least, run).await {
            return result;
        }
        if (run.stop)() {
            return unclear(&error, None);
        }
        if let Some(doubt) = doubt {
            doubt.prove_false();
        } else {
            may_have_landed = true;
            conflicts -= usize::from(is_conflict);
            if repetitions == 0 || conflicts == 0 {
                return unclear(&error, None);
            }
            repetitions -= 1;
        }
        is_repeated = true;
        writing = run.looks.writing();
        turn = run.creates.again().await;
    }
}

/// Looks for the object that a POST without a clear answer may have made; `None` where there was none for at
/// least so long, or the run shall stop.
async fn recognise<C: Read>(
    wanted: &Wanted<'_>,
    error: &Error,
    least: Duration,
    run: &Run<'_, C>,
) -> Option<StepResult> {
    let enough = Instant::now() + least;
    let mut pause = if least < run.settings.read_back {
        run.pause()
    } else {
        Pause::rare(run.settings, run.began, run.stop)
    };
    loop {
        let look = run.looks.named(wanted.version, wanted.package, wanted.name()).await;
        if let Ok(found) = &look {
            match found.as_slice() {
                [] if Instant::now() >= enough => return None,
                [] => {}
                [one] if diff(wanted.desired, &one.object).is_empty() => {
                    return Some(StepResult::Done { id: Some(one.id.clone()) });
                }
                [one] => {
                    let message = format!(
                        "a policy of this name exists with other content (id {}); plan again to see the difference. {error}",
                        one.id
                    );
                    return Some(StepResult::Failed { message });
                }
                several => return Some(too_many(several)),
            }
        }
        let is_over = look.as_ref().is_err_and(is_hopeless) || !pause.wait().await;
        if is_over {
            return look.err().map(|again| unclear(error, Some(&again)));
        }
    }
}

/// After a repeated POST: reads the object back by its name, so that an earlier one is seen beside it.
async fn seen_alone<C: Read>(wanted: &Wanted<'_>, id: &Id, run: &Run<'_, C>) -> StepResult {
    let mut pause = run.pause();
    let mut last = None;
    loop {
        match run.looks.named(wanted.version, wanted.package, wanted.name()).await {
            Ok(found) => match found.as_slice() {
                [one] if one.id == *id => match differing(wanted.desired, one) {
                    paths if paths.is_empty() => return StepResult::Done { id: Some(id.clone()) },
                    paths => last = Some(paths),
                },
                // An earlier one alone, while this one is there as well: both will show.
                [] | [_] => {}
                several => return too_many(several),
            },
            Err(error) if pause.is_over() || is_hopeless(&error) => return unclear(&error, None),
            Err(_) => {}
        }
        if !pause.wait().await {
            return not_seen(id, last, run);
        }
    }
}

impl Wanted<'_> {
    fn name(&self) -> &str {
        self.desired.text("displayName").unwrap_or_default()
    }
}

fn too_many(found: &[LiveObject]) -> StepResult {
    let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
    let message = format!(
        "there are now {} policies of this name ({}); delete what is not wanted, then plan again",
        ids.len(),
        ids.join(", ")
    );
    StepResult::Unclear { message }
}

/// PUTs the object if it is still as it was planned. After an answer that leaves it open, the PUT is repeated as
/// long as the object is as it was read before the first.
pub async fn update<C: Read + Write>(change: &Change, run: &Run<'_, C>) -> StepResult {
    let (Some(desired), Some(planned)) = (&change.desired, &change.live) else { return missing_half() };
    let (fresh, before) = join(
        run.looks.policy(change.version, &planned.id, When::Now),
        beyond(change.version, &planned.id, When::Now, run),
    )
    .await;
    let fresh = match fresh {
        Ok(Some(fresh)) => fresh,
        Ok(None) => return changed("it was deleted"),
        Err(error) => return failed(&error),
    };
    if !is_as_planned(planned, &fresh) {
        return changed("it was changed");
    }
    let before = match before {
        Ok(before) => before,
        Err(error) => return failed(&error),
    };
    let body = replace_body(desired, &fresh.wire.json());
    let mut pause = run.pause();
    let (mut repetitions, mut refusals) = (REPETITIONS, REFUSALS);
    loop {
        let writing = run.looks.writing();
        let outcome = run.client.replace_policy(change.version, &planned.id, &body).await;
        drop(writing);
        let error = match outcome {
            Ok(()) => {
                return match seen(change.version, &planned.id, desired, run).await {
                    StepResult::Done { id } => also_changed(change.version, id, &before, run).await,
                    other => other,
                };
            }
            // It was not taken, and others may have written while it had to wait.
            Err(error) if error.is_not_taken() && refusals > 0 && !(run.stop)() => {
                refusals -= 1;
                match run.looks.policy(change.version, &planned.id, When::Soon).await {
                    Ok(Some(now)) if is_as_planned(&fresh, &now) => continue,
                    Ok(Some(now)) if diff(desired, &now.object).is_empty() => {
                        return also_changed(change.version, Some(planned.id.clone()), &before, run).await;
                    }
                    Ok(Some(_)) => return changed("it was changed"),
                    Ok(None) => return changed("it was deleted"),
                    Err(_) => return failed(&error),
                }
            }
            // A conflict is an answer: unlike a create, nothing of ours can stand there already.
            Err(error) if !error.is_unclear() || error.kind() == ErrorKind::Conflict => {
                return failed(&error);
            }
            Err(error) => error,
        };
        loop {
            match run.looks.policy(change.version, &planned.id, When::Soon).await {
                Ok(Some(now)) if diff(desired, &now.object).is_empty() => {
                    return also_changed(change.version, Some(planned.id.clone()), &before, run).await;
                }
                Ok(Some(now)) if repetitions > 0 && !(run.stop)() && is_as_planned(&fresh, &now) => break,
                Err(again) if is_hopeless(&again) => return unclear(&error, Some(&again)),
                Ok(_) | Err(_) => {}
            }
            if !pause.wait().await {
                return unclear(&error, None);
            }
        }
        repetitions -= 1;
    }
}

/// DELETEs the object if it is still as it was planned and nobody holds access through it, or its document says that
/// this does not matter. After an answer that leaves it open, all of this is done again.
pub async fn delete<C: Read + Write>(change: &Change, run: &Run<'_, C>) -> StepResult {
    let Some(planned) = &change.live else { return missing_half() };
    let done = || StepResult::Done { id: Some(planned.id.clone()) };
    let mut pause = run.pause();
    let (mut repetitions, mut refusals) = (REPETITIONS, REFUSALS);
    loop {
        match run.looks.policy(planned.version, &planned.id, When::Now).await {
            Ok(Some(fresh)) if is_as_planned(planned, &fresh) => {}
            Ok(Some(_)) => return changed("it was changed"),
            Ok(None) => return done(),
            Err(error) if repetitions < REPETITIONS && error.kind() == ErrorKind::Forbidden => {
                return match is_gone(planned, run).await {
                    Ok(true) => done(),
                    Ok(false) => unclear(&error, None),
                    Err(again) => unclear(&error, Some(&again)),
                };
            }
            Err(error) => return failed(&error),
        }
        // The question before the write is part of it: its end brings the next look.
        let writing = run.looks.writing();
        if !change.with_assignments
            && let Some(result) = in_use(planned, run).await
        {
            return result;
        }
        let outcome = run.client.delete_policy(planned.version, &planned.id).await;
        drop(writing);
        match outcome {
            Ok(()) => break,
            // It was not taken, and others may have written while it had to wait.
            Err(error) if error.is_not_taken() && refusals > 0 && !(run.stop)() => refusals -= 1,
            // So is a second DELETE answered where the first was done: the looks below tell.
            Err(error) if repetitions < REPETITIONS && error.kind() == ErrorKind::Forbidden => break,
            Err(error) if !error.is_unclear() => return failed(&error),
            Err(_) if repetitions == 0 => break,
            Err(error) => {
                repetitions -= 1;
                if !pause.wait().await {
                    return unclear(&error, None);
                }
            }
        }
    }
    let mut pause = run.pause();
    loop {
        match run.looks.policy(planned.version, &planned.id, When::Soon).await {
            Ok(None) => return done(),
            Err(error) if error.kind() == ErrorKind::Forbidden => match is_gone(planned, run).await {
                Ok(true) => return done(),
                Err(again) if pause.is_over() || again.kind() == ErrorKind::Forbidden => {
                    return unclear(&error, Some(&again));
                }
                Ok(false) | Err(_) => {}
            },
            Err(error) if pause.is_over() || is_hopeless(&error) => return unclear(&error, None),
            Ok(Some(_)) | Err(_) => {}
        }
        if !pause.wait().await {
            let message = "the delete was sent, but the policy is still shown; plan again later".to_owned();
            return StepResult::Unclear { message };
        }
    }
}

/// Whether a policy that Graph answers 403 for is gone. A caller with catalog roles alone gets that answer for what
/// was deleted, and anybody whose permission was taken away gets it as well: the policies of the package tell.
async fn is_gone<C: Read>(policy: &LiveObject, run: &Run<'_, C>) -> Result<bool, Error> {
    let there = run.looks.named(policy.version, &policy.parent, &policy.display_name).await?;
    Ok(there.iter().all(|one| one.id != policy.id))
}

/// Why a policy is not deleted: people hold access through it, or nobody can tell. It is asked again right before the
/// delete, since somebody may have been given access after the plan was made.
async fn in_use<C: Read>(policy: &LiveObject, run: &Run<'_, C>) -> Option<StepResult> {
    let message = match run.client.assignments_of(&policy.parent, &policy.id).await {
        Ok(0) => return None,
        Ok(1) => "1 person holds access through this policy".to_owned(),
        Ok(count) => format!("{count} people hold access through this policy"),
        Err(error) => return Some(failed(&error)),
    };
    let message = format!(
        "{message}; plan again, which prints the document that stops new requests instead, or say `deleteWithAssignments: true`"
    );
    Some(StepResult::Failed { message })
}

/// Reads the object back until it says what was declared.
async fn seen<C: Read>(version: Version, id: &Id, desired: &Object, run: &Run<'_, C>) -> StepResult {
    let mut pause = run.pause();
    let mut last = None;
    loop {
        match run.looks.policy(version, id, When::Soon).await {
            Ok(Some(live)) => match differing(desired, &live) {
                paths if paths.is_empty() => return StepResult::Done { id: Some(id.clone()) },
                paths => last = Some(paths),
            },
            Err(error) if pause.is_over() || is_hopeless(&error) => return unclear(&error, None),
            Ok(None) | Err(_) => {}
        }
        if !pause.wait().await {
            return not_seen(id, last, run);
        }
    }
}

/// JSON Pointers of what is not as declared.
fn differing(desired: &Object, live: &LiveObject) -> Vec<String> {
    diff(desired, &live.object).iter().map(|field| field.path.to_string()).collect()
}

/// What is to be said of a write that was accepted and not seen; `last` is where it differed when it was last seen.
pub fn not_seen<C>(id: &Id, last: Option<Vec<String>>, run: &Run<'_, C>) -> StepResult {
    let message = match last {
        _ if (run.stop)() => {
            format!("the write was accepted, but the run was interrupted before {id} was seen; plan again")
        }
        Some(paths) => return StepResult::NotSupported { id: Some(id.clone()), paths },
        None => format!("the write was accepted, but {id} is not shown yet; plan again later"),
    };
    StepResult::Unclear { message }
}

/// What the written shape cannot hold, and what does not refuse the write either: how it stands in the other
/// shape, by the name of the member there. Nothing where the cloud lacks that shape.
async fn beyond<C: Read>(
    written: Version,
    id: &Id,
    when: When,
    run: &Run<'_, C>,
) -> Result<Vec<Beyond>, Error> {
    let seen = match run.looks.policy(written.other(), id, when).await {
        Ok(seen) => seen,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::BadRequest) => None,
        Err(error) => return Err(error),
    };
    let Some(seen) = seen else { return Ok(Vec::new()) };
    let member = |part: &str, name: &'static str| {
        (name, seen.object.object(part).and_then(|object| object.get(name)).cloned())
    };
    Ok(match written {
        Version::Beta => vec![
            member("requestorSettings", "enableTargetsToSelfRemoveAccess"),
            member("requestorSettings", "allowCustomAssignmentSchedule"),
        ],
        Version::V1 => {
            let requestors = seen.object.object("requestorSettings");
            let closed = requestors.and_then(|r| r.text("scopeType")) == Some("NoSubjects");
            let mut found = vec![member("accessReviewSettings", "isAgenticExperienceEnabled")];
            // With another scope v1.0 says the same as self-add; with none it cannot tell true from false,
            // and false stops administrators from assigning.
            found.extend(closed.then(|| member("requestorSettings", "acceptRequests")));
            found
        }
    })
}

/// A member of the other shape, and what it held.
type Beyond = (&'static str, Option<Value>);

/// Done, or what the write changed that its own shape cannot show.
async fn also_changed<C: Read>(
    written: Version,
    id: Option<Id>,
    before: &[Beyond],
    run: &Run<'_, C>,
) -> StepResult {
    let Some(known) = &id else { return StepResult::Done { id } };
    match beyond(written, known, When::Soon, run).await {
        // Read before and not after: that nothing else changed was not seen.
        Ok(after) if after.is_empty() && !before.is_empty() => StepResult::Unclear {
            message: format!(
                "written and seen in {written}, but {} no longer shows {known}; plan again",
                written.other()
            ),
        },
        Ok(after) => {
            let now = |name: &str| after.iter().find(|(other, _)| *other == name).map(|(_, value)| value);
            let what: Vec<String> = before
                .iter()
                .filter_map(|(name, before)| Some((name, before, now(name)?)))
                .map(|(name, before, after)| (name, is_on(before.as_ref()), is_on(after.as_ref())))
                .filter(|(_, before, after)| before != after)
                .map(|(name, _, now)| {
                    format!("`{name}` is now {now} ({} shows it, {written} cannot hold it)", written.other())
                })
                .collect();
            if what.is_empty() { StepResult::Done { id } } else { StepResult::AlsoChanged { id, what } }
        }
        Err(error) => unclear(&error, None),
    }
}

/// A flag that is not there is off.
const fn is_on(flag: Option<&Value>) -> bool {
    matches!(flag, Some(Value::Bool(true)))
}

/// Whether an object is as it was when the plan was made.
fn is_as_planned(planned: &LiveObject, fresh: &LiveObject) -> bool {
    let modified = |wire: &Json| wire.get("modifiedDateTime").and_then(Json::as_str).map(str::to_owned);
    let (before, now) = (planned.wire.json(), fresh.wire.json());
    modified(&before) == modified(&now)
        && fingerprint(planned.object.ty, &before) == fingerprint(fresh.object.ty, &now)
}

/// Whether looking again would bring the same: there is no token that Graph takes.
pub fn is_hopeless(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unauthenticated | ErrorKind::SignIn | ErrorKind::WrongTenant)
}

/// With what can be done about it.
pub fn failed(error: &Error) -> StepResult {
    if error.is_redirected_write() {
        return unclear(error, None);
    }
    let mut message = error.to_string();
    for help in error.help() {
        message.push_str(if message.ends_with('.') { " " } else { ". " });
        message.push_str(help);
    }
    StepResult::Failed { message }
}

pub fn changed(how: &str) -> StepResult {
    StepResult::Failed { message: format!("{how} since the plan was made; plan again") }
}

pub fn unclear(error: &Error, again: Option<&Error>) -> StepResult {
    let looking = again.map_or_else(String::new, |e| format!("; looking for it failed as well: {e}"));
    StepResult::Unclear { message: format!("no clear answer: {error}{looking}; plan again to see what is") }
}

pub fn missing_half() -> StepResult {
    StepResult::Failed { message: "the plan lacks what this step needs; plan again".to_owned() }
}
