//! Documents of the beta shape in the v1.0 shape, where nothing is lost.
//!
//! The mapping is that of Microsoft's two references (`docs/decisions/0015-what-adopt-and-convert-do-to-a-file.md`).
//! Members keep their comments; what is one member in v1.0 and was two in beta keeps those of both. What the result
//! says is held against what the document said, through the view that rules and impact read.

mod lost;

use super::canonical;
use super::form::{Body, Element, Elements, Form, Line, written};
use super::held::held;
use super::{print, tree};
use crate::config::Config;
use crate::{files, load_text};
use entrant_model::desired::Body as Document;
use entrant_model::facts::PolicyFacts;
use entrant_model::kinds::assignment_policy::{beta, v1};
use entrant_model::time::Duration;
use entrant_model::wire::ODATA_TYPE;
use entrant_model::{Object, Version};
use std::collections::BTreeSet;
use std::path::Path;

pub use lost::Lost;

/// What became of the documents of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted {
    /// The text of the file.
    pub text: String,
    /// The documents that were converted, by their place in the file, from 0.
    pub done: Vec<usize>,
    /// The documents of the beta shape that were not, with what v1.0 cannot hold or what cannot be converted.
    pub left: Vec<(usize, Vec<Lost>)>,
}

/// Converts the documents of a file to v1.0, as far as they lose nothing. The file must have no mistakes. `shared` are
/// those that take values from other documents, by their place in the file.
pub fn to_v1(
    path: &Path,
    source: &str,
    config: &Config,
    tenant: Option<&str>,
    shared: &BTreeSet<usize>,
) -> Converted {
    let is_json = files::is_json(path);
    let eol = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let text = source.replace("\r\n", "\n");
    let mark = if text.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let bodies = if is_json {
        vec![(mark.len(), text.len())]
    } else {
        tree::pieces(&text).into_iter().map(|piece| (piece.body.start, piece.body.end)).collect()
    };
    let mut converted = Converted::default();
    let (mut out, mut at, mut index) = (String::new(), 0, 0);
    for (start, end) in bodies {
        out.push_str(&text[at..start]);
        at = end;
        let own = &text[start..end];
        let is_document = tree::tree(own).is_some();
        let is_shared = shared.contains(&index);
        let held = held(own, is_json, is_shared).map(|why| Err(vec![Lost::document(why)]));
        match held.or_else(|| one(path, own, is_json, config, tenant)) {
            Some(Ok(new)) => {
                converted.done.push(index);
                out.push_str(&new);
            }
            Some(Err(reasons)) => {
                converted.left.push((index, reasons));
                out.push_str(own);
            }
            None => out.push_str(own),
        }
        index += usize::from(is_document);
    }
    out.push_str(&text[at..]);
    converted.text = if converted.done.is_empty() { source.to_owned() } else { out.replace('\n', eol) };
    converted
}

/// One document; `None` where it is none of the beta shape.
fn one(
    path: &Path,
    body: &str,
    is_json: bool,
    config: &Config,
    tenant: Option<&str>,
) -> Option<std::result::Result<String, Vec<Lost>>> {
    let said = object(path, body, config, tenant).filter(|object| object.ty.version == Version::Beta)?;
    let Some(mut document) = written(body) else {
        return Some(Err(vec![Lost::document("it is written in a way that cannot be kept")]));
    };
    canonical::document(&mut document.root, &beta::POLICY);
    let mut lost = lost::of(&said);
    if is_elsewhere(&document.root) {
        lost.push(Lost::document(
            "anchors, aliases or variables stand in it, and their values would have another shape",
        ));
    }
    if !lost.is_empty() {
        return Some(Err(lost));
    }
    if let Err(why) = policy(&mut document.root) {
        return Some(Err(vec![Lost::document(why)]));
    }
    canonical::document(&mut document.root, &v1::POLICY);
    let text = if is_json { print::json(&document) } else { print::yaml(&document) };
    let is_kept = object(path, &text, config, tenant)
        .is_some_and(|object| object.ty.version == Version::V1 && means_the_same(&said, &object));
    let comments = |text: &str| {
        let mut all: Vec<String> = tree::comments(text, tree::tree(text).as_ref())
            .iter()
            .map(|comment| text[comment.span.start..comment.span.end].trim_end().to_owned())
            .collect();
        all.sort();
        all
    };
    if is_kept && comments(body) == comments(&text) {
        Some(Ok(text))
    } else {
        Some(Err(vec![Lost::document("converted, it would not say the same, or not with all its comments")]))
    }
}

/// The object of a text that holds one document without mistakes.
fn object(path: &Path, text: &str, config: &Config, tenant: Option<&str>) -> Option<Object> {
    let (documents, found) = load_text(path, text, &BTreeSet::new(), config, tenant);
    let is_sound = !found.iter().any(entrant_model::Diagnostic::is_error);
    match documents.into_iter().next()?.body {
        Document::Resource(resource) if is_sound => Some(resource.object),
        _ => None,
    }
}

fn means_the_same(before: &Object, after: &Object) -> bool {
    let (mut one, mut other) = (PolicyFacts::of(before), PolicyFacts::of(after));
    // Beta has a word for the manager, v1.0 a reviewer.
    if let (Some(mine), Some(theirs)) = (&mut one.review, &mut other.review)
        && mine.is_by_manager
    {
        mine.is_by_manager = false;
        theirs.reviewers.drain(..theirs.reviewers.len().min(1));
    }
    one == other
}

fn is_elsewhere(form: &Form) -> bool {
    form.anchor.is_some()
        || match &form.body {
            Body::Alias(..) => true,
            Body::List(elements) | Body::Map(elements) => {
                matches!(form.members(), [only] if only.key == crate::tenant::VAR)
                    || elements.list.iter().any(|element| is_elsewhere(&element.form))
            }
            _ => false,
        }
}

type Result<T> = std::result::Result<T, String>;

fn policy(root: &mut Form) -> Result<()> {
    let Body::Map(members) = &mut root.body else { return Err("it is no mapping".to_owned()) };
    leave_out(members, "apiVersion");
    rename(members, "accessPackageId", "accessPackage");
    rename(members, "accessReviewSettings", "reviewSettings");
    rename(members, "accessPackageNotificationSettings", "notificationSettings");
    for name in ["verifiableCredentialSettings", "customExtensionHandlers"] {
        leave_out(members, name);
    }
    expiry(members)?;
    requestors(members)?;
    if let Some(approval) = get_mut(members, "requestApprovalSettings") {
        self::approval(approval)?;
    }
    if let Some(review) = get_mut(members, "reviewSettings") {
        self::review(review)?;
    }
    if let Some(Body::List(questions)) = get_mut(members, "questions").map(|form| &mut form.body) {
        questions.list.iter_mut().try_for_each(|question| self::question(&mut question.form))?;
    }
    Ok(())
}

fn take(members: &mut Elements, key: &str) -> Option<Element> {
    let at = members.list.iter().position(|member| member.key == key)?;
    Some(members.list.remove(at))
}

fn get_mut<'f>(members: &'f mut Elements, key: &str) -> Option<&'f mut Form> {
    members.list.iter_mut().find(|member| member.key == key).map(|member| &mut member.form)
}

fn rename(members: &mut Elements, from: &str, to: &str) {
    if let Some(member) = members.list.iter_mut().find(|member| member.key == from) {
        to.clone_into(&mut member.key);
    }
}

/// Every comment of an element that goes.
fn comments_of(element: Element) -> Vec<Line> {
    fn inner(form: Form, lines: &mut Vec<Line>) {
        lines.extend(form.beside.into_iter().map(Line::Comment));
        if let Body::List(elements) | Body::Map(elements) = form.body {
            for element in elements.list {
                lines.extend(element.before.into_iter().filter(|line| *line != Line::Blank));
                inner(element.form, lines);
            }
            lines.extend(elements.tail.into_iter().filter(|line| *line != Line::Blank));
        }
    }
    let mut lines: Vec<Line> = element.before.into_iter().filter(|line| *line != Line::Blank).collect();
    inner(element.form, &mut lines);
    lines
}

/// Takes a member out. Its comments stay where it stood, before what follows.
fn leave_out(members: &mut Elements, key: &str) {
    let Some(at) = members.list.iter().position(|member| member.key == key) else { return };
    let lines = comments_of(members.list.remove(at));
    let next = members.list.get_mut(at).map_or(&mut members.tail, |next| &mut next.before);
    next.splice(0..0, lines);
}

fn is_null(form: &Form) -> bool {
    matches!(&form.body, Body::Word(word) if word == "null")
}

fn number(form: &Form) -> Option<u64> {
    match &form.body {
        Body::Word(word) => word.parse().ok(),
        _ => None,
    }
}

fn word(form: &mut Form, text: String) {
    form.body = Body::Word(text);
}

/// `durationInDays` and `expirationDateTime` are `expiration`.
fn expiry(members: &mut Elements) -> Result<()> {
    let at = members.list.iter().position(|m| m.key == "durationInDays" || m.key == "expirationDateTime");
    let (days, moment) = (take(members, "durationInDays"), take(members, "expirationDateTime"));
    let Some(at) = at else { return Ok(()) };
    let text = match (moment.as_ref().map(|m| &m.form), days.as_ref().and_then(|d| number(&d.form))) {
        (Some(Form { body: Body::Word(word), .. }), _) if word != "null" => word.clone(),
        (_, Some(days)) if days > 0 => Duration::days(days).to_string(),
        _ => "noExpiration".to_owned(),
    };
    let mut both = days.into_iter().chain(moment);
    let mut member = both.next().ok_or("it has no expiry")?;
    for other in both {
        member.before.extend(other.before);
        member.form.beside.extend(other.form.beside);
    }
    "expiration".clone_into(&mut member.key);
    member.form.body = if text == "noExpiration" { Body::Text(text) } else { Body::Word(text) };
    members.list.insert(at, member);
    Ok(())
}

/// Scope and targets stand at the top in v1.0; whether requests are accepted is whether people may ask for themselves.
fn requestors(members: &mut Elements) -> Result<()> {
    let extend = take(members, "canExtend");
    let mut own = take(members, "requestorSettings");
    let mut at = members.list.len();
    if let Some(settings) = &mut own {
        if is_null(&settings.form) {
            settings.form.body = Body::Map(Elements::default());
        }
        let Body::Map(inner) = &mut settings.form.body else {
            return Err("`requestorSettings` is no mapping".to_owned());
        };
        let is_nobody = inner
            .list
            .iter()
            .find(|m| m.key == "scopeType")
            .is_none_or(|m| m.form.text() == Some("NoSubjects") || is_null(&m.form));
        if let Some(mut scope) = take(inner, "scopeType") {
            if let Some(found) = scope.form.text().and_then(|text| beta::SCOPE.find(text)) {
                scope.form.body = Body::Text(found.counterpart.to_owned());
            }
            "allowedTargetScope".clone_into(&mut scope.key);
            members.list.push(scope);
        }
        if let Some(mut targets) = take(inner, "allowedRequestors") {
            if let Body::List(list) = &mut targets.form.body {
                list.list.iter_mut().try_for_each(|target| drop_backup(&mut target.form).map(|_| ()))?;
            }
            "specificAllowedTargets".clone_into(&mut targets.key);
            members.list.push(targets);
        }
        if let Some(accepts) = inner.list.iter_mut().find(|m| m.key == "acceptRequests") {
            "enableTargetsToSelfAddAccess".clone_into(&mut accepts.key);
            // Requests for nobody are what an administrator assigns.
            if is_nobody {
                word(&mut accepts.form, "false".to_owned());
            }
        }
        at = members.list.len();
    }
    if let Some(mut extend) = extend {
        "enableTargetsToSelfUpdateAccess".clone_into(&mut extend.key);
        let settings = own.get_or_insert_with(|| Element {
            before: Vec::new(),
            key: "requestorSettings".to_owned(),
            form: Form::new(Body::Map(Elements::default())),
        });
        if let Body::Map(inner) = &mut settings.form.body {
            // A blank line before it was one of the top.
            extend.before.retain(|line| *line != Line::Blank);
            inner.list.push(extend);
        }
    }
    if let Some(own) = own {
        members.list.insert(at, own);
    }
    Ok(())
}

/// Takes `isBackup` off a subject and says what it was.
fn drop_backup(form: &mut Form) -> Result<bool> {
    let Body::Map(members) = &mut form.body else { return Ok(false) };
    if members.list.iter().any(|member| member.key == ODATA_TYPE) {
        return Err(
            "a subject is written with `@odata.type` in a way that has no hand form; write it by hand first"
                .to_owned(),
        );
    }
    let Some(backup) = take(members, "isBackup") else { return Ok(false) };
    let is_backup = matches!(&backup.form.body, Body::Word(word) if word == "true");
    let mut lines = backup.before;
    lines.retain(|line| *line != Line::Blank);
    let beside = backup.form.beside;
    match members.list.last_mut() {
        Some(last) => {
            last.form.beside.extend(beside);
            last.before.extend(lines);
        }
        None => members.tail.extend(lines),
    }
    Ok(is_backup)
}

fn approval(form: &mut Form) -> Result<()> {
    if is_null(form) {
        return Ok(());
    }
    let Body::Map(members) = &mut form.body else {
        return Err("`requestApprovalSettings` is no mapping".to_owned());
    };
    rename(members, "isApprovalRequired", "isApprovalRequiredForAdd");
    rename(members, "isApprovalRequiredForExtension", "isApprovalRequiredForUpdate");
    rename(members, "approvalStages", "stages");
    leave_out(members, "approvalMode");
    match get_mut(members, "stages").map(|form| &mut form.body) {
        Some(Body::List(stages)) => stages.list.iter_mut().try_for_each(|stage| self::stage(&mut stage.form)),
        _ => Ok(()),
    }
}

fn stage(form: &mut Form) -> Result<()> {
    let Body::Map(members) = &mut form.body else { return Err("a stage is no mapping".to_owned()) };
    rename(members, "approvalStageTimeOutInDays", "durationBeforeAutomaticDenial");
    rename(members, "escalationTimeInMinutes", "durationBeforeEscalation");
    lasting(members, "durationBeforeAutomaticDenial", Duration::days);
    lasting(members, "durationBeforeEscalation", Duration::minutes);
    split(members, "primaryApprovers", "primaryApprovers", "fallbackPrimaryApprovers")?;
    split(members, "escalationApprovers", "escalationApprovers", "fallbackEscalationApprovers")
}

/// A number of days or minutes as a duration.
fn lasting(members: &mut Elements, name: &str, of: fn(u64) -> Duration) {
    if let Some(form) = get_mut(members, name)
        && let Some(count) = number(form)
    {
        word(form, of(count).to_string());
    }
}

/// Backups of a list become a list of their own, after it.
fn split(members: &mut Elements, from: &str, first: &str, fallback: &str) -> Result<()> {
    let Some(at) = members.list.iter().position(|member| member.key == from) else { return Ok(()) };
    first.clone_into(&mut members.list[at].key);
    let Body::List(list) = &mut members.list[at].form.body else { return Ok(()) };
    let (mut kept, mut backups) = (Vec::new(), Vec::new());
    for mut subject in std::mem::take(&mut list.list) {
        if drop_backup(&mut subject.form)? { backups.push(subject) } else { kept.push(subject) }
    }
    list.list = kept;
    if !backups.is_empty() {
        let elements = Elements { list: backups, ..Elements::default() };
        let form = Form::new(Body::List(elements));
        members.list.insert(at + 1, Element { before: Vec::new(), key: fallback.to_owned(), form });
    }
    Ok(())
}

fn review(form: &mut Form) -> Result<()> {
    if is_null(form) {
        return Ok(());
    }
    let Body::Map(members) = &mut form.body else {
        return Err("`accessReviewSettings` is no mapping".to_owned());
    };
    rename(members, "accessReviewTimeoutBehavior", "expirationBehavior");
    rename(members, "isAccessRecommendationEnabled", "isRecommendationEnabled");
    rename(members, "isApprovalJustificationRequired", "isReviewerJustificationRequired");
    leave_out(members, "isAgenticExperienceEnabled");
    let at = members.list.iter().position(|m| m.key == "recurrenceType").unwrap_or(members.list.len());
    let mut schedule = Vec::new();
    for (from, to) in [
        ("startDateTime", "startDateTime"),
        ("durationInDays", "expiration"),
        ("recurrenceType", "recurrence"),
    ] {
        let days = get_mut(members, from).and_then(|form| number(form)).filter(|_| to == "expiration");
        if days == Some(0) {
            leave_out(members, from);
        }
        let Some(mut member) = take(members, from) else { continue };
        to.clone_into(&mut member.key);
        member.before.retain(|line| *line != Line::Blank);
        if let Some(days) = days {
            word(&mut member.form, Duration::days(days).to_string());
        }
        schedule.push(member);
    }
    if !schedule.is_empty() {
        let elements = Elements { list: schedule, ..Elements::default() };
        let form = Form::new(Body::Map(elements));
        let at = at.min(members.list.len());
        members.list.insert(at, Element { before: Vec::new(), key: "schedule".to_owned(), form });
    }
    let mut is_by_manager = false;
    if let Some(kind) = members.list.iter_mut().find(|m| m.key == "reviewerType") {
        let is_self = kind.form.text() == Some("Self");
        is_by_manager = kind.form.text() == Some("Manager");
        "isSelfReview".clone_into(&mut kind.key);
        if !is_null(&kind.form) {
            word(&mut kind.form, is_self.to_string());
        }
    }
    split(members, "reviewers", "primaryReviewers", "fallbackReviewers")?;
    if is_by_manager {
        let none = || Body::List(Elements::default());
        if !members.list.iter().any(|m| m.key == "primaryReviewers") {
            let form = Form::new(none());
            members.list.push(Element { before: Vec::new(), key: "primaryReviewers".to_owned(), form });
        }
        if let Some(reviewers) = get_mut(members, "primaryReviewers") {
            if is_null(reviewers) {
                reviewers.body = none();
            }
            if let Body::List(list) = &mut reviewers.body {
                let manager = Form::of_json(&serde_json::json!({"manager": 1}));
                list.list.insert(0, Element { before: Vec::new(), key: String::new(), form: manager });
            }
        }
    }
    Ok(())
}

fn question(form: &mut Form) -> Result<()> {
    let Body::Map(members) = &mut form.body else { return Err("a question is no mapping".to_owned()) };
    rename(members, "allowsMultipleSelection", "isMultipleSelectionAllowed");
    content(members, "text")?;
    if let Some(Body::List(choices)) = get_mut(members, "choices").map(|form| &mut form.body) {
        for choice in &mut choices.list {
            if let Body::Map(members) = &mut choice.form.body {
                rename(members, "displayValue", "text");
                content(members, "text")?;
            }
        }
    }
    Ok(())
}

/// `{defaultText: …, localizedTexts: …}` is `text` and `localizations`.
fn content(members: &mut Elements, key: &str) -> Result<()> {
    let Some(at) = members.list.iter().position(|member| member.key == key) else { return Ok(()) };
    let Body::Map(inner) = &mut members.list[at].form.body else { return Ok(()) };
    let (text, localized) = (take(inner, "defaultText"), take(inner, "localizedTexts"));
    let Some(mut text) = text.filter(|text| !is_null(&text.form)) else {
        return Err("a question or choice has no text in the default language, and v1.0 needs one".to_owned());
    };
    let mut outer = members.list.remove(at);
    let Body::Map(inner) = outer.form.body else { return Ok(()) };
    key.clone_into(&mut text.key);
    outer.before.append(&mut text.before);
    text.before = outer.before;
    outer.form.beside.append(&mut text.form.beside);
    text.form.beside = outer.form.beside;
    members.list.insert(at, text);
    if let Some(mut localized) = localized {
        "localizations".clone_into(&mut localized.key);
        members.list.insert(at + 1, localized);
    }
    members.tail.extend(inner.tail);
    Ok(())
}
