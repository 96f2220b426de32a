//! What a structure or a whole policy says that cannot be right: contradictions, and doors without a lock.
//!
//! Errors are what no estate can mean. What live estates do hold, though it has no effect or a surprising
//! one, is a warning. Whole-policy rules read [`PolicyFacts`] alone, so that they hold for both shapes.

use crate::codes;
use crate::context::{Context, Here, Path, first_line};
use crate::locate;
use crate::yaml::{Data, Node};
use entrant_model::facts::{PolicyFacts, Scope, Stage, Who};
use entrant_model::{Code, Diagnostic, Envelope, Kind, Object, Pointer, Value, Version};

mod catalog;
mod package;

const SETTINGS: &str = "requestApprovalSettings";

/// Checks one structure, right after it was read.
pub(crate) fn structure(ctx: &mut Context, object: &Object, here: Here) {
    if object.ty.name == "expirationPattern" {
        expiration(ctx, object, here);
    }
}

/// The type of an expiration says which of its members count.
fn expiration(ctx: &mut Context, object: &Object, here: Here) {
    let Some(ty) = object.text("type") else { return };
    let (needs, excludes): (&[&str], &[&str]) = match ty {
        "afterDuration" => (&["duration"], &["endDateTime"]),
        "afterDateTime" => (&["endDateTime"], &["duration"]),
        _ => (&[], &["duration", "endDateTime"]),
    };
    for name in needs {
        // A value that could not be read has been reported already.
        let is_missing = here.node.get(name).is_none_or(|entry| entry.value.is_null());
        if is_missing {
            let diagnostic = ctx
                .at(here, codes::BAD_EXPIRATION, format!("`type: {ty}` needs a `{name}`"))
                .help(match *name {
                    "duration" => "add `duration: P90D`, or write the whole as `P90D`",
                    _ => "add `endDateTime: 2027-01-31T00:00:00Z`, or write the whole as that timestamp",
                });
            ctx.push(diagnostic);
        }
    }
    for name in excludes {
        let Some(entry) = here.node.get(name).filter(|entry| !entry.value.is_null()) else { continue };
        let path = Path::Key(here.path, name);
        let diagnostic = ctx
            .at_key(
                &path,
                entry.key_span,
                codes::BAD_EXPIRATION,
                format!("`{name}` contradicts `type: {ty}`"),
            )
            .help(format!("leave `{name}` out, or change the `type`"));
        ctx.push(diagnostic);
    }
}

/// Checks a whole object of any other kind.
pub(crate) fn object(ctx: &mut Context, envelope: &Envelope, object: &Object, root: &Node) {
    match envelope.kind {
        Kind::Catalog => catalog::resources(ctx, object, root),
        Kind::AccessPackage => package::incompatible(ctx, envelope, object, root),
        _ => {}
    }
}

/// Checks a whole policy.
pub(crate) fn policy(ctx: &mut Context, object: &Object, root: &Node) {
    let facts = PolicyFacts::of(object);
    two_expiries(ctx, object, root);
    lock(ctx, object, &facts, root);
    targets(ctx, object, &facts, root);
    approval(ctx, object, &facts, root);
    automatic(ctx, object, &facts, root);
}

/// A finding at a member, given in Graph's shape.
fn finding(
    ctx: &Context,
    object: &Object,
    root: &Node,
    pointer: &[&str],
    code: Code,
    message: String,
) -> Diagnostic {
    let pointer = Pointer(pointer.iter().map(|s| (*s).to_owned()).collect());
    let span = locate::find(ctx.texts(), root, object.ty, &pointer, false);
    Diagnostic::new(code, message).at(ctx.place_at(pointer, first_line(ctx.texts(), span), false), "")
}

fn two_expiries(ctx: &mut Context, object: &Object, root: &Node) {
    let days = matches!(object.get("durationInDays"), Some(Value::Int(days)) if *days > 0);
    let moment = matches!(object.get("expirationDateTime"), Some(Value::Instant(_)));
    if object.ty.version == Version::Beta && days && moment {
        let message = "access cannot end both after `durationInDays` and at `expirationDateTime`".to_owned();
        let first = finding(ctx, object, root, &["durationInDays"], codes::TWO_EXPIRIES, String::new());
        let mut found = finding(ctx, object, root, &["expirationDateTime"], codes::TWO_EXPIRIES, message)
            .help("leave one of the two out, or write `durationInDays: 0`");
        found.related.extend(first.place.map(|place| (place, "the other one stands here".to_owned())));
        ctx.push(found);
    }
}

/// Who opens the door writes the lock: a document under which anybody may request says when access ends and
/// whether requests are approved. Silence is not taken for an answer to either.
fn lock(ctx: &mut Context, object: &Object, facts: &PolicyFacts, root: &Node) {
    if !facts.may_request() {
        return;
    }
    // What is there but wrong, or there in the other version's words, has been reported already.
    let has = |name: &str| root.get(name).is_some();
    let has_expiry = has("expiration") || has("durationInDays") || has("expirationDateTime");
    let has_approval = has("requestApprovalSettings");
    if has_expiry && has_approval {
        return;
    }
    let opens: &[&str] = match (object.ty.version, facts.self_add) {
        (Version::V1, true) => &["requestorSettings", "enableTargetsToSelfAddAccess"],
        (Version::V1, false) => &["requestorSettings", "enableOnBehalfRequestorsToAddAccess"],
        (Version::Beta, _) => &["requestorSettings", "acceptRequests"],
    };
    let silent = match (has_expiry, has_approval) {
        (false, false) => "neither when access ends nor whether requests are approved",
        (false, true) => "not when access ends",
        _ => "not whether requests are approved",
    };
    let message = format!("people may request access here, and the document says {silent}");
    let mut found = finding(ctx, object, root, opens, codes::OPEN_DOOR, message)
        .note("who opens the door writes the lock: what a document does not say never decides who gets in or for how long");
    if !has_expiry {
        found = found.help(match object.ty.version {
            Version::V1 => "add `expiration: P90D`, with the time that you want, or `expiration: noExpiration` if access shall not end",
            Version::Beta => "add `durationInDays: 90`, with the time that you want, or `durationInDays: 0` if access shall not end",
        });
    }
    if !has_approval {
        found = found.help("add `requestApprovalSettings:` with the stages, or `requestApprovalSettings: null` if no approval is needed");
    }
    ctx.push(found);
}

fn targets(ctx: &mut Context, object: &Object, facts: &PolicyFacts, root: &Node) {
    let (scope, list): (&[&str], &[&str]) = match object.ty.version {
        Version::V1 => (&["allowedTargetScope"], &["specificAllowedTargets"]),
        Version::Beta => (&["requestorSettings", "scopeType"], &["requestorSettings", "allowedRequestors"]),
    };
    let name = |path: &[&'static str]| path.last().copied().unwrap_or_default();
    let word = scope_word(object);
    if !facts.scope.is_specific() && !facts.targets.is_empty() && !matches!(facts.scope, Scope::Other(_)) {
        let message = match word {
            Some(word) => format!("`{}: {word}` does not look at `{}`", name(scope), name(list)),
            None => format!("`{}` is not written, so nobody looks at `{}`", name(scope), name(list)),
        };
        let meant = match object.ty.version {
            Version::V1 => "specificDirectoryUsers",
            Version::Beta => "SpecificDirectorySubjects",
        };
        let found = finding(ctx, object, root, list, codes::TARGETS_IGNORED, message)
            .help(format!("write a scope that means the list, such as `{meant}`, or leave the list out"));
        ctx.push(found);
    }
    if facts.scope.is_specific() && facts.targets.is_empty() && !has_lost(root, object, list, 0) {
        let message = format!(
            "`{}` means the entries of `{}`, and there are none",
            word.unwrap_or_default(),
            name(list)
        );
        let found = finding(ctx, object, root, scope, codes::SCOPE_WITHOUT_TARGETS, message)
            .note("as it stands, nobody is meant")
            .help(format!("add the entries under `{}`", name(list)));
        ctx.push(found);
    }
}

/// Whether entries were written that could not be read: then their mistakes are reported, and not that they
/// are absent.
fn has_lost(root: &Node, object: &Object, path: &[&str], read: usize) -> bool {
    let pointer = Pointer(path.iter().map(|s| (*s).to_owned()).collect());
    locate::node_at(root, object.ty, &pointer).is_some_and(|node| match &node.data {
        Data::List(list) => list.len() != read,
        _ => !node.is_null(),
    })
}

fn scope_word(object: &Object) -> Option<&str> {
    match object.ty.version {
        Version::V1 => object.text("allowedTargetScope"),
        Version::Beta => object.object("requestorSettings")?.text("scopeType"),
    }
}

fn approval(ctx: &mut Context, object: &Object, facts: &PolicyFacts, root: &Node) {
    let (required, stages) = match object.ty.version {
        Version::V1 => ("isApprovalRequiredForAdd", "stages"),
        Version::Beta => ("isApprovalRequired", "approvalStages"),
    };
    let is_required = facts.approval_for_add || facts.approval_for_update;
    if is_required && facts.stages.is_empty() && !has_lost(root, object, &[SETTINGS, stages], 0) {
        let which = if facts.approval_for_add {
            required
        } else if object.ty.version == Version::V1 {
            "isApprovalRequiredForUpdate"
        } else {
            "isApprovalRequiredForExtension"
        };
        let message = "approval is required, and there is no stage in which anybody approves".to_owned();
        let found = finding(ctx, object, root, &[SETTINGS, which], codes::NO_APPROVER, message)
            .help(format!("add `{stages}:` with `primaryApprovers`, or require no approval"));
        ctx.push(found);
    }
    if !is_required && !facts.stages.is_empty() {
        let message = format!("`{stages}` are given, and approval is not required");
        let found = finding(ctx, object, root, &[SETTINGS, stages], codes::STAGES_UNUSED, message)
            .help(format!("write `{required}: true`, or leave the stages out"));
        ctx.push(found);
    }
    for (index, stage) in facts.stages.iter().enumerate() {
        let at = index.to_string();
        let at = [SETTINGS, stages, &at];
        let written = [SETTINGS, stages, at[2], "primaryApprovers"];
        if is_required
            && stage.primary.is_empty()
            && stage.fallback.is_empty()
            && !stage.is_dynamic
            && !has_lost(root, object, &written, 0)
        {
            let message = format!("stage {} has nobody who approves", index + 1);
            let found = finding(ctx, object, root, &at, codes::NO_APPROVER, message)
                .help("add `primaryApprovers`, or leave the stage out");
            ctx.push(found);
        }
        escalation(ctx, object, stage, root, &at);
    }
}

fn escalation(ctx: &mut Context, object: &Object, stage: &Stage, root: &Node, at: &[&str; 3]) {
    if !stage.is_escalation_enabled {
        return;
    }
    let (after, denial) = match object.ty.version {
        Version::V1 => ("durationBeforeEscalation", "durationBeforeAutomaticDenial"),
        Version::Beta => ("escalationTimeInMinutes", "approvalStageTimeOutInDays"),
    };
    let approvers = [at[0], at[1], at[2], "escalationApprovers"];
    let nobody = stage.escalation.is_empty() && stage.escalation_fallback.is_empty();
    if nobody && !has_lost(root, object, &approvers, 0) {
        let flag = [at[0], at[1], at[2], "isEscalationEnabled"];
        let message = "this escalation can never happen: there is nobody to escalate to".to_owned();
        let found = finding(ctx, object, root, &flag, codes::NEVER_ESCALATES, message)
            .help("add `escalationApprovers`, or write `isEscalationEnabled: false`");
        ctx.push(found);
    }
    if let (Some(escalation), Some(limit)) = (stage.escalation_after, stage.denial)
        && escalation >= limit
        && !limit.is_zero()
    {
        let pointer = [at[0], at[1], at[2], after];
        let message = format!("this escalation can never happen: the request is denied first, after {limit}");
        let found = finding(ctx, object, root, &pointer, codes::NEVER_ESCALATES, message)
            .note(format!("{escalation} is not sooner than `{denial}`"))
            .help(format!("make `{after}` shorter, or `{denial}` longer"));
        ctx.push(found);
    }
}

fn automatic(ctx: &mut Context, object: &Object, facts: &PolicyFacts, root: &Node) {
    if object.ty.version == Version::Beta {
        return;
    }
    let rule = facts.targets.iter().position(|target| matches!(target.who, Who::Rule(_)));
    let switch = ["automaticRequestSettings", "requestAccessForAllowedTargets"];
    if let Some(index) = rule
        && !facts.is_automatic
    {
        let index = index.to_string();
        let message = "a membership rule gives nobody access without `automaticRequestSettings`".to_owned();
        let found = finding(
            ctx,
            object,
            root,
            &["specificAllowedTargets", &index],
            codes::RULE_WITHOUT_AUTOMATIC,
            message,
        )
        .help("add `automaticRequestSettings: {requestAccessForAllowedTargets: true}`");
        ctx.push(found);
    }
    if facts.is_automatic
        && rule.is_none()
        && !has_lost(root, object, &["specificAllowedTargets"], facts.targets.len())
    {
        let message = "access is given by a membership rule, and there is none among the targets".to_owned();
        let found = finding(ctx, object, root, &switch, codes::AUTOMATIC_WITHOUT_RULE, message).help(
            "add `specificAllowedTargets: [{rule: …}]` with `allowedTargetScope: specificDirectoryUsers`",
        );
        ctx.push(found);
    }
    if facts.is_automatic && (facts.self_add || facts.on_behalf_add) {
        let flag = if facts.self_add {
            "enableTargetsToSelfAddAccess"
        } else {
            "enableOnBehalfRequestorsToAddAccess"
        };
        let message = "an automatic policy takes no requests, and this one says that it does".to_owned();
        let found =
            finding(ctx, object, root, &["requestorSettings", flag], codes::AUTOMATIC_WITH_REQUESTS, message)
                .help("leave the switch out, and let people request through a second policy of the package");
        ctx.push(found);
    }
}
