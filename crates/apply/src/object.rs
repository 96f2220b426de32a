//! One step each for objects that are no policies: create, update, delete, with the parts that each holds.
//!
//! ```text
//! create:  POST ─▶ (no clear answer: look it up; none for long enough: once more) ─▶ the only one? ─▶ its parts
//!          ─▶ read back
//! update:  read again ─▶ as it was planned? ─▶ PATCH what differs ─▶ its parts ─▶ read back
//!          (no clear answer: read it; as it was before the PATCH: once more)
//! delete:  read again ─▶ as it was planned? ─▶ DELETE ─▶ read until it is gone
//!          (no clear answer: from the beginning)
//! parts:   each element that comes, then each that goes; what Graph does not show yet is tried again
//!          (no clear answer: look for it; as before for long enough: once more)
//! ```
//!
//! They are few beside policies, so each looks by itself. What was sent is patched: nothing that is not written is
//! touched.

use crate::creates::Turn;
use crate::order::goes_late;
use crate::pause::Pause;
use crate::rival;
use crate::step::{
    REFUSALS, Run, TRUE_CONFLICTS, changed, failed, is_hopeless, missing_half, not_seen, unclear,
};
use crate::{Event, StepResult};
use entrant_graph::{Asked, Error, ErrorKind, Read, Write};
use entrant_model::live::LiveObject;
use entrant_model::value::Json;
use entrant_model::{Id, Kind, Object};
use entrant_plan::body::fingerprint;
use entrant_plan::diff::diff;
use entrant_plan::parts::{self, Element};
use entrant_plan::{Action, Change};

/// How often a create without a clear answer is sent again at most. Each time it is looked for first.
const REPETITIONS: usize = 3;

/// Creates or updates the object, but what is left to its tail.
pub async fn main<C: Read + Write>(change: &Change, run: &Run<'_, C>) -> StepResult {
    match change.action {
        Action::Create => create(change, run).await,
        Action::Delete => delete(change, run).await,
        Action::Update | Action::Keep => update(change, run).await,
    }
}

/// What has to wait until others are made or gone: the parts once more, as they are now.
pub async fn tail<C: Read + Write>(change: &Change, run: &Run<'_, C>) -> StepResult {
    let (Some(desired), Some(parent)) = (&change.desired, &change.parent.id) else { return missing_half() };
    let made = run.made.get(&change.address);
    let Some(id) = change.live.as_ref().map(|live| &live.id).or(made.as_ref()) else { return missing_half() };
    let at = At { kind: change.kind, parent, id, desired };
    match look(&at, run).await {
        Ok(Some(live)) => {
            if let Err(result) = change_parts(&at, Some(&live), true, run).await {
                return result;
            }
            seen(&at, true, run).await
        }
        Ok(None) => changed("it was deleted"),
        Err(error) => failed(&error),
    }
}

/// An object in the place where it is.
struct At<'a> {
    kind: Kind,
    parent: &'a Id,
    id: &'a Id,
    desired: &'a Object,
}

async fn look<C: Read>(at: &At<'_>, run: &Run<'_, C>) -> Result<Option<LiveObject>, Error> {
    one(at.kind, at.parent, at.id, parts::said(at.desired), run).await
}

async fn one<C: Read>(
    kind: Kind,
    parent: &Id,
    id: &Id,
    parts: Vec<&'static str>,
    run: &Run<'_, C>,
) -> Result<Option<LiveObject>, Error> {
    let asked = [Asked { parent: parent.clone(), id: id.clone(), parts }];
    run.client.objects(kind, &asked).await?.pop().unwrap_or(Ok(None))
}

async fn create<C: Read + Write>(change: &Change, run: &Run<'_, C>) -> StepResult {
    let (Some(desired), Some(parent)) = (&change.desired, &change.parent.id) else { return missing_half() };
    let body = entrant_model::wire::create_body(desired);
    let (mut repetitions, mut conflicts, mut may_have_landed) = (REPETITIONS, TRUE_CONFLICTS, false);
    let mut early = run.pause();
    let id = loop {
        let turn = run.creates.other().await;
        let error = match run.client.create_object(change.kind, parent, &body).await {
            Ok(made) => {
                drop(turn);
                let is_wanted = |live: &LiveObject| says_the_same(desired, &live.object);
                match rival::settled(made, parent, is_wanted, run).await {
                    Ok(id) => break id,
                    Err(result) => return result,
                }
            }
            Err(error) if run.is_too_early(parent, &error) => {
                drop(turn);
                if !early.wait().await {
                    return failed(&error);
                }
                continue;
            }
            Err(error) if !error.is_unclear() => return failed(&error),
            Err(error) => error,
        };
        let is_conflict = error.kind() == ErrorKind::Conflict;
        // Other creates of ours explain a conflict, unless an earlier POST may have made what it tells of. While it is
        // looked for, others go one at a time.
        let doubt = if is_conflict && !may_have_landed {
            turn.conflict()
        } else {
            drop(turn);
            None
        };
        let pause = if doubt.is_some() {
            Pause::brief(run.settings, run.began, run.stop)
        } else {
            run.tell(Event::Unclear(change, run.settings.read_back));
            Pause::rare(run.settings, run.began, run.stop)
        };
        match recognise(change, desired, parent, &error, pause, run).await {
            Ok(Some(id)) => break id,
            Ok(None) if (run.stop)() => return unclear(&error, None),
            Ok(None) => {}
            Err(result) => return result,
        }
        if let Some(doubt) = doubt {
            doubt.prove_false();
            continue;
        }
        may_have_landed = true;
        conflicts -= usize::from(is_conflict);
        if repetitions == 0 || conflicts == 0 {
            return unclear(&error, None);
        }
        repetitions -= 1;
    };
    let at = At { kind: change.kind, parent, id: &id, desired };
    if let Err(result) = change_parts(&at, None, false, run).await {
        return result;
    }
    seen(&at, false, run).await
}

/// Looks for the object that a POST without a clear answer may have made; `None` where there was none for long enough.
async fn recognise<C: Read>(
    change: &Change,
    desired: &Object,
    parent: &Id,
    error: &Error,
    mut pause: Pause<'_>,
    run: &Run<'_, C>,
) -> Result<Option<Id>, StepResult> {
    let name = desired.text("displayName").unwrap_or_default();
    let noun = change.kind.noun();
    let mut settling = None;
    loop {
        let found = rival::named(change.kind, parent, name, run).await;
        if let Ok(named) = &found {
            match named.as_slice() {
                [] => {}
                [one] if says_the_same(desired, &one.object) => return Ok(Some(one.id.clone())),
                [one] => {
                    let message = format!(
                        "a {noun} of this name exists with other content (id {}); plan again to see the difference. {error}",
                        one.id
                    );
                    return Err(StepResult::Failed { message });
                }
                // Another run that made one as well takes its own back.
                several => {
                    if !settling.get_or_insert_with(|| run.pause()).wait().await {
                        let ids: Vec<&Id> = several.iter().map(|one| &one.id).collect();
                        return Err(too_many(change.kind, &ids));
                    }
                    continue;
                }
            }
        }
        if let Err(again) = &found
            && is_hopeless(again)
        {
            return Err(unclear(error, Some(again)));
        }
        if !pause.wait().await {
            return found.map(|_| None).map_err(|again| unclear(error, Some(&again)));
        }
    }
}

fn too_many(kind: Kind, ids: &[&Id]) -> StepResult {
    let list: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let message = format!(
        "there are now {} {}s of this name ({}); delete what is not wanted, then plan again",
        ids.len(),
        kind.noun(),
        list.join(", ")
    );
    StepResult::Unclear { message }
}

/// Whether a live object says what is wanted, parts aside.
fn says_the_same(desired: &Object, live: &Object) -> bool {
    let is_part = |name: &str| desired.ty.member(name).is_some_and(|(_, member)| member.is_part());
    diff(desired, live).iter().all(|field| field.path.0.first().is_some_and(|name| is_part(name)))
}

async fn update<C: Read + Write>(change: &Change, run: &Run<'_, C>) -> StepResult {
    let (Some(desired), Some(planned)) = (&change.desired, &change.live) else { return missing_half() };
    let at = At { kind: change.kind, parent: &planned.parent, id: &planned.id, desired };
    let fresh = match look(&at, run).await {
        Ok(Some(fresh)) => fresh,
        Ok(None) => return changed("it was deleted"),
        Err(error) => return failed(&error),
    };
    if !is_as_planned(planned, &fresh) {
        return changed("it was changed");
    }
    let body = parts::update_body(change.kind, desired, &fresh);
    if body.as_object().is_some_and(|body| !body.is_empty())
        && let Err(result) = patch(&at, &body, &fresh, run).await
    {
        return result;
    }
    if let Err(result) = change_parts(&at, Some(&fresh), false, run).await {
        return result;
    }
    seen(&at, false, run).await
}

/// Sends what differs. After an answer that leaves it open it is sent again only while the object is as it was read
/// before: somebody else's change stays.
async fn patch<C: Read + Write>(
    at: &At<'_>,
    body: &Json,
    before: &LiveObject,
    run: &Run<'_, C>,
) -> Result<(), StepResult> {
    let mut pause = run.pause();
    let (mut repetitions, mut refusals) = (REPETITIONS, REFUSALS);
    loop {
        let error = match run.client.update_object(at.kind, at.parent, at.id, body).await {
            Ok(()) => return Ok(()),
            Err(error) if !error.is_unclear() && !error.is_not_taken() => return Err(failed(&error)),
            Err(error) if error.kind() == ErrorKind::Conflict => return Err(failed(&error)),
            Err(error) => error,
        };
        let left = if error.is_not_taken() { &mut refusals } else { &mut repetitions };
        loop {
            match look(at, run).await {
                Ok(Some(now)) if says_the_same(at.desired, &now.object) => return Ok(()),
                Ok(Some(now)) if *left > 0 && !(run.stop)() && is_as_planned(before, &now) => break,
                Ok(Some(now)) if error.is_not_taken() && !is_as_planned(before, &now) => {
                    return Err(changed("it was changed"));
                }
                Ok(None) => return Err(changed("it was deleted")),
                Err(again) if is_hopeless(&again) => return Err(unclear(&error, Some(&again))),
                Ok(Some(_)) | Err(_) => {}
            }
            if !pause.wait().await {
                return Err(unclear(&error, None));
            }
        }
        *left -= 1;
    }
}

/// Adds and removes elements of the parts that the document says. What cannot be done yet is tried again for a while.
async fn change_parts<C: Read + Write>(
    at: &At<'_>,
    live: Option<&LiveObject>,
    is_tail: bool,
    run: &Run<'_, C>,
) -> Result<(), StepResult> {
    for part in parts::changes(at.desired, live) {
        for element in &part.add {
            match element {
                Element::Known(json) => element_step(at, part.member, json, true, run).await?,
                Element::Placeholder(_) if is_tail => return Err(missing_half()),
                Element::Placeholder(_) => {}
            }
        }
        if is_tail || !goes_late(at.kind, part.member) {
            for json in &part.remove {
                element_step(at, part.member, json, false, run).await?;
            }
        }
    }
    Ok(())
}

async fn element_step<C: Read + Write>(
    at: &At<'_>,
    member: &'static str,
    element: &Json,
    comes: bool,
    run: &Run<'_, C>,
) -> Result<(), StepResult> {
    // A resource goes by a POST as well.
    let is_create = comes || member == parts::RESOURCES;
    let mut pause = Pause::patient(run.settings, run.began, run.stop);
    let mut brief = Pause::brief(run.settings, run.began, run.stop);
    let (mut repetitions, mut conflicts) = (REPETITIONS, TRUE_CONFLICTS);
    let (mut may_have_landed, mut is_repeated) = (false, false);
    loop {
        let turn = if is_create { Some(run.creates.other().await) } else { None };
        let done = if comes {
            run.client.add_element(at.kind, at.parent, at.id, member, element).await
        } else {
            run.client.remove_element(at.kind, at.parent, at.id, member, element).await
        };
        let is_conflict = done.as_ref().is_err_and(|error| error.kind() == ErrorKind::Conflict);
        // As for an object: see `create`.
        let doubt = turn.filter(|_| is_conflict && !may_have_landed).and_then(Turn::conflict);
        let error = match done {
            Ok(()) => return Ok(()),
            // Nothing was done.
            Err(error) if error.is_not_yet() || error.is_not_taken() => {
                if !pause.wait().await {
                    return Err(failed(&error));
                }
                continue;
            }
            // A caller with catalog roles alone is answered so for what is gone: the part tells, once it shows that.
            Err(error) if !comes && is_repeated && error.kind() == ErrorKind::Forbidden => {
                let is_gone = is_done(at, member, element, comes, &error, run.pause(), run).await?;
                return if is_gone { Ok(()) } else { Err(failed(&error)) };
            }
            // It may be refused for being there, or gone, already, although that does not show yet: because of ours,
            // or because of somebody else's.
            Err(error) if error.kind() == ErrorKind::BadRequest => {
                let pause = if is_repeated { &mut pause } else { &mut brief };
                if !pause.wait().await {
                    return Err(failed(&error));
                }
                continue;
            }
            Err(error) if !error.is_unclear() => return Err(failed(&error)),
            Err(error) => error,
        };
        is_repeated = true;
        // A second DELETE of what is gone does nothing.
        let looking = if is_create && doubt.is_none() {
            Pause::rare(run.settings, run.began, run.stop)
        } else {
            Pause::brief(run.settings, run.began, run.stop)
        };
        if is_done(at, member, element, comes, &error, looking, run).await? {
            return Ok(());
        }
        if (run.stop)() {
            return Err(unclear(&error, None));
        }
        if let Some(doubt) = doubt {
            doubt.prove_false();
            continue;
        }
        may_have_landed = is_create;
        conflicts -= usize::from(is_conflict && is_create);
        if repetitions == 0 || conflicts == 0 {
            return Err(unclear(&error, None));
        }
        repetitions -= 1;
    }
}

/// After a write to a part without a clear answer: whether the element came, or went. It did not where each look for
/// long enough shows the part as it was.
async fn is_done<C: Read>(
    at: &At<'_>,
    member: &'static str,
    element: &Json,
    comes: bool,
    error: &Error,
    mut looking: Pause<'_>,
    run: &Run<'_, C>,
) -> Result<bool, StepResult> {
    loop {
        let found = one(at.kind, at.parent, at.id, vec![member], run).await;
        match &found {
            Ok(Some(live)) if parts::holds(live, member, element) == comes => return Ok(true),
            Ok(None) if !comes => return Ok(true),
            Err(again) if is_hopeless(again) => return Err(unclear(error, Some(again))),
            Ok(_) | Err(_) => {}
        }
        if !looking.wait().await {
            return found.map(|_| false).map_err(|again| unclear(error, Some(&again)));
        }
    }
}

async fn delete<C: Read + Write>(change: &Change, run: &Run<'_, C>) -> StepResult {
    let Some(planned) = &change.live else { return missing_half() };
    let done = || StepResult::Done { id: Some(planned.id.clone()) };
    let parts = parts::said(&planned.object);
    let (kind, parent, id) = (change.kind, &planned.parent, &planned.id);
    match one(kind, parent, id, parts, run).await {
        Ok(Some(fresh)) if is_as_planned(planned, &fresh) => {}
        Ok(Some(_)) => return changed("it was changed"),
        Ok(None) => return done(),
        Err(error) => return failed(&error),
    }
    let at = At { kind, parent, id, desired: &planned.object };
    if let Err(result) = empty(&at, planned, run).await {
        return result;
    }
    let (mut pause, mut may_have_landed) = (run.pause(), false);
    loop {
        match run.client.delete_object(kind, parent, id).await {
            Ok(()) => break,
            // As below: so is a second DELETE answered where the first was done.
            Err(error) if may_have_landed && error.kind() == ErrorKind::Forbidden => break,
            Err(error) if !error.is_unclear() && !error.is_not_taken() => return failed(&error),
            Err(error) => {
                may_have_landed |= error.is_unclear();
                if !pause.wait().await {
                    return unclear(&error, None);
                }
                // Others may have written meanwhile.
                match one(kind, parent, id, Vec::new(), run).await {
                    Ok(Some(now)) if is_as_planned_without_parts(planned, &now) => {}
                    Ok(Some(_)) => return changed("it was changed"),
                    // Gone, or not to be read any more: the looks below tell which.
                    Ok(None) => return done(),
                    Err(again) if again.kind() == ErrorKind::Forbidden => break,
                    Err(again) => return unclear(&error, Some(&again)),
                }
            }
        }
    }
    let mut pause = run.pause();
    loop {
        match one(kind, parent, id, Vec::new(), run).await {
            Ok(None) => return done(),
            // A caller with catalog roles alone is answered 403 for what is gone; so is one who lost the right to read.
            Err(error) if error.kind() == ErrorKind::Forbidden => match is_gone(planned, run).await {
                Ok(true) => return done(),
                Err(again) if pause.is_over() || is_hopeless(&again) => return unclear(&error, Some(&again)),
                Ok(false) | Err(_) => {}
            },
            Err(error) if pause.is_over() || is_hopeless(&error) => return unclear(&error, None),
            Ok(Some(_)) | Err(_) => {}
        }
        if !pause.wait().await {
            let message =
                format!("the delete was sent, but the {} is still shown; plan again later", kind.noun());
            return StepResult::Unclear { message };
        }
    }
}

/// Takes out of a catalog what goes with it, as it was planned, and waits until it is out.
async fn empty<C: Read + Write>(
    at: &At<'_>,
    planned: &LiveObject,
    run: &Run<'_, C>,
) -> Result<(), StepResult> {
    let wire = planned.wire.json();
    let resources = wire.get(parts::RESOURCES).and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    if at.kind != Kind::Catalog || resources.is_empty() {
        return Ok(());
    }
    for resource in resources {
        element_step(at, parts::RESOURCES, resource, false, run).await?;
    }
    let mut pause = Pause::patient(run.settings, run.began, run.stop);
    loop {
        match one(at.kind, at.parent, at.id, vec![parts::RESOURCES], run).await {
            Ok(Some(now)) if now.object.list(parts::RESOURCES).is_empty() => return Ok(()),
            Ok(None) => return Ok(()),
            Err(error) if pause.is_over() || is_hopeless(&error) => return Err(unclear(&error, None)),
            Ok(Some(_)) | Err(_) => {}
        }
        if !pause.wait().await {
            let message = "its resources were asked to go, but are still shown; plan again later".to_owned();
            return Err(StepResult::Unclear { message });
        }
    }
}

/// Whether what holds the object no longer lists it. A holder that is not to be read tells nothing.
async fn is_gone<C: Read>(object: &LiveObject, run: &Run<'_, C>) -> Result<bool, Error> {
    let mut listed = run.client.objects_in(object.kind, std::slice::from_ref(&object.parent)).await?;
    let held = listed.remove(&object.parent);
    Ok(held.is_some_and(|held| held.iter().all(|one| one.id != object.id)))
}

/// Reads the object back until it says what was declared, or what of that is not left to the tail.
async fn seen<C: Read>(at: &At<'_>, is_whole: bool, run: &Run<'_, C>) -> StepResult {
    let mut pause = Pause::patient(run.settings, run.began, run.stop);
    // Only what Graph does behind its answer takes longer.
    let short = run.pause();
    let mut last: Option<Vec<String>> = None;
    loop {
        match look(at, run).await {
            Ok(Some(live)) => {
                let paths = differing(at, &live, is_whole);
                if paths.is_empty() {
                    return StepResult::Done { id: Some(at.id.clone()) };
                }
                last = Some(paths);
            }
            Err(error) if pause.is_over() || is_hopeless(&error) => return unclear(&error, None),
            Ok(None) | Err(_) => {}
        }
        let is_part = |path: &String| {
            let name = path.split('/').nth(1).unwrap_or_default();
            at.desired.ty.member(name).is_some_and(|(_, member)| member.is_part())
        };
        let is_hidden = last.as_ref().is_none_or(|paths| paths.iter().any(is_part));
        if (!is_hidden && short.is_over()) || !pause.wait().await {
            return not_seen(at.id, last, run);
        }
    }
}

/// JSON Pointers of what is not as declared.
fn differing(at: &At<'_>, live: &LiveObject, is_whole: bool) -> Vec<String> {
    let is_left = |name: &str| {
        let part = parts::changes(at.desired, Some(live)).into_iter().find(|part| part.member == name);
        part.is_some_and(|part| {
            let waits = part.add.iter().any(|element| matches!(element, Element::Placeholder(_)));
            waits || part.add.is_empty() && goes_late(at.kind, part.member)
        })
    };
    diff(at.desired, &live.object)
        .iter()
        .filter(|field| is_whole || !field.path.0.first().is_some_and(|name| is_left(name)))
        .map(|field| field.path.to_string())
        .collect()
}

/// Whether an object is as it was when the plan was made.
fn is_as_planned(planned: &LiveObject, fresh: &LiveObject) -> bool {
    fingerprint(planned.object.ty, &planned.wire.json()) == fingerprint(fresh.object.ty, &fresh.wire.json())
}

/// The same of what an object says beside its parts, which `fresh` may not have been asked for.
fn is_as_planned_without_parts(planned: &LiveObject, fresh: &LiveObject) -> bool {
    let rest = |live: &LiveObject| {
        let mut wire = live.wire.json();
        if let Some(members) = wire.as_object_mut() {
            members.retain(|name, _| live.object.ty.member(name).is_none_or(|(_, member)| !member.is_part()));
        }
        fingerprint(live.object.ty, &wire)
    };
    rest(planned) == rest(fresh)
}
