//! Two runs that make an object of one name at the same time.
//!
//! ```text
//! POST ─▶ ours ─look by name until ours shows─▶ ours alone, or the oldest: go on with it
//!                             └▶ an older one: ours is taken back ─▶ it says what was declared? go on with it
//! ```
//!
//! Graph refuses the second policy of a name in a package. For other kinds no rule is documented, and two runs that saw
//! none would each make one. Both see both afterwards, and the rule is the same for both, so one of them remains.
//! What is taken back was made by this run a moment ago, and nothing was put into it yet.

use crate::StepResult;
use crate::step::Run;
use entrant_graph::{Error, ErrorKind, Read, Write};
use entrant_model::live::LiveObject;
use entrant_model::reference::{fold, same_name};
use entrant_model::time::Instant;
use entrant_model::value::Json;
use entrant_model::{Id, Kind};

/// The object to go on with: the one that this run made, or an older one of its name that says the same.
///
/// Where the name cannot be looked up, ours: a second one is an error of the next plan.
pub async fn settled<C: Read + Write>(
    made: LiveObject,
    parent: &Id,
    says_the_same: impl Fn(&LiveObject) -> bool,
    run: &Run<'_, C>,
) -> Result<Id, StepResult> {
    let Some(older) = older(&made, parent, run).await else { return Ok(made.id) };
    let noun = made.kind.noun();
    if let Err(error) = taken_back(&made, parent, run).await {
        return Err(StepResult::Unclear {
            message: format!(
                "somebody else made a {noun} of this name at the same time ({}), and the one of this run ({}) could not be deleted: {error}; delete what is not wanted, then plan again",
                older.id, made.id
            ),
        });
    }
    if says_the_same(&older) {
        return Ok(older.id);
    }
    Err(StepResult::Failed {
        message: format!(
            "somebody else made a {noun} of this name at the same time, with other content (id {}); the one of this run was deleted again; plan again to see the difference",
            older.id
        ),
    })
}

/// Deletes what this run made. It is ours and empty, so a DELETE without a clear answer may be sent again.
async fn taken_back<C: Write>(made: &LiveObject, parent: &Id, run: &Run<'_, C>) -> Result<(), Error> {
    let (mut pause, mut may_have_landed) = (run.pause(), false);
    loop {
        match run.client.delete_object(made.kind, parent, &made.id).await {
            Ok(()) => return Ok(()),
            // A caller with catalog roles alone is answered so for what is gone.
            Err(error) if may_have_landed && error.kind() == ErrorKind::Forbidden => return Ok(()),
            Err(error) if !error.is_unclear() && !error.is_not_taken() => return Err(error),
            Err(error) => {
                may_have_landed |= error.is_unclear();
                if !pause.wait().await {
                    return Err(error);
                }
            }
        }
    }
}

/// The oldest object of the name of one that this run made, where that is another. It is looked for until ours shows, as
/// long as what was made is waited for: before that another one may not show either, and ours cannot be deleted.
async fn older<C: Read>(made: &LiveObject, parent: &Id, run: &Run<'_, C>) -> Option<LiveObject> {
    let mut pause = run.pause();
    loop {
        let found = named(made.kind, parent, &made.display_name, run).await.ok()?;
        let is_shown = found.iter().any(|object| object.id == made.id);
        let older =
            found.into_iter().filter(|other| is_older(other, made)).min_by(|a, b| age(a).cmp(&age(b)));
        if is_shown || !pause.wait().await {
            return older;
        }
    }
}

/// The objects of a name in their place, letter case aside, without parts.
pub async fn named<C: Read>(
    kind: Kind,
    parent: &Id,
    name: &str,
    run: &Run<'_, C>,
) -> Result<Vec<LiveObject>, Error> {
    let mut found = match kind {
        Kind::Catalog | Kind::ConnectedOrganization | Kind::AccessPackage => {
            let mut found = run.client.objects_named(kind, &[name.to_owned()]).await?;
            found.remove(&fold(name)).unwrap_or_default()
        }
        _ => {
            let mut found = run.client.objects_in(kind, std::slice::from_ref(parent)).await?;
            found.remove(parent).unwrap_or_default()
        }
    };
    found.retain(|object| object.parent == *parent && same_name(Some(&object.display_name), Some(name)));
    Ok(found)
}

/// Whether both say when they were made, and `other` was first. Of two that were made at once the id decides.
fn is_older(other: &LiveObject, made: &LiveObject) -> bool {
    matches!((age(other), age(made)), (Some(other), Some(made)) if other < made)
}

fn age(object: &LiveObject) -> Option<(Instant, &str)> {
    let wire = object.wire.json();
    let made = wire.get("createdDateTime").and_then(Json::as_str).and_then(Instant::parse)?;
    Some((made, object.id.as_str()))
}
