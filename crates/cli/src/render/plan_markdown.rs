//! The plan as Markdown for a comment or a job summary: who gains and who loses first, details below, and what does
//! not fit is cut from the least grave end and counted.
//!
//! What widens access, or may, stands unfolded as long as it fits, and its address is named even where nothing else
//! does. The file of the saved plan has everything.

mod fit;
mod guards;

use super::escape::markdown::{Inline, Markdown};
use super::grouped::{Group as Alike, Shared};
use super::plan_text::{held, told, what_is_known, written};
use super::values::counted;
use super::{diagnostics, fields, guards_text, sentence};
use entrant_model::live::Description;
use entrant_model::{Diagnostic, Id, Kind, Object, Place, Reference};
use entrant_plan::impact::sentence::of as sentence_of;
use entrant_plan::impact::{Class, Effect, Sentence, changes, headline_of};
use entrant_plan::introduced;
use entrant_plan::output::{PlanDocument, Summary, summary};
use entrant_plan::{Action, Change, Plan, Unmanaged};
use fit::{Group, Row};
use std::collections::BTreeMap;

/// How many bytes a comment takes. GitHub allows 65,536 characters; whoever posts it adds a line or two.
pub const COMMENT: usize = 64_512;

/// What the Markdown says beyond the plan.
pub struct Context<'a> {
    /// The plan's frozen structure: its tenant and digest.
    pub document: &'a PlanDocument,
    /// Warnings and notes on the way to it.
    pub diagnostics: &'a [Diagnostic],
    /// `policies/sales.yaml:3` for a place.
    pub position: &'a dyn Fn(&Place) -> String,
    /// The most bytes that it may take.
    pub limit: usize,
}

/// How many bytes the list of the policies that one edit changes may take where it is folded away.
const LIST: usize = 16_384;

/// The whole plan.
pub fn render(plan: &Plan, alike: &[Alike], context: &Context) -> String {
    let writes: Vec<&[&Change]> = written(alike).collect();
    let mut head = Markdown::heading(2, &title(plan, &writes));
    for line in headline_of(&writes) {
        head.push(&Markdown::paragraph(&sentence::inline_with_lead(&line)));
    }
    if !plan.guards.is_empty() {
        head.push(&Markdown::caution(&guards::refused(plan)));
    }
    if !plan.changes.is_empty() {
        head.push(&Markdown::paragraph(&meanings()));
    }
    let of = |class: Class| alike.iter().filter(move |group| group.class() == class);
    let open = |class| of(class).flat_map(|group| section(group, plan, context)).collect::<Vec<_>>();
    let folded = |class| of(class).map(|group| folded(group, plan, context)).collect::<Vec<_>>();
    let groups = vec![
        Group::new("reasons for which apply refuses", guards::blocks(plan, alike, context)),
        Group::new("details of changes that widen access", open(Class::Widens)),
        Group::new("details of changes whose effect is unknown", open(Class::Unknown)),
        Group::new("findings", findings(context)),
        Group::new("lists of policies without a document", unmanaged(&plan.unmanaged)),
        Group::new("details of changes that narrow access", folded(Class::Narrows)),
        Group::new("details of neutral changes", folded(Class::Neutral)),
    ];
    let rows: Vec<Row> = alike.iter().map(row).collect();
    fit::fit(head, &rows, groups, &tail(plan, context), context.limit)
}

/// What stands in the way of a plan, where there is none.
pub fn failed(diagnostics: &[Diagnostic], position: &dyn Fn(&Place) -> String, limit: usize) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let title =
        Inline::ours("Access plan: none, because of ").then(Inline::words(&counted(errors as u64, "error")));
    let mut head = Markdown::heading(2, &title);
    head.push(&Markdown::paragraph(&Inline::ours(
        "Nothing can be compared or applied until the errors are mended.",
    )));
    let items = diagnostics.iter().map(|d| finding(d, position));
    fit::fit(head, &[], vec![Group::new("findings", items)], &Markdown::default(), limit)
}

/// What a check of the files found.
pub fn checked(diagnostics: &[Diagnostic], position: &dyn Fn(&Place) -> String, limit: usize) -> String {
    let title = Inline::ours("Policy files: ").then(Inline::words(&diagnostics::summary(diagnostics)));
    let items = diagnostics.iter().map(|d| finding(d, position));
    let groups = vec![Group::new("findings", items)];
    fit::fit(Markdown::heading(2, &title), &[], groups, &Markdown::default(), limit)
}

fn title(plan: &Plan, writes: &[&[&Change]]) -> Inline {
    let of = |class: Class| {
        let is_of = |group: &&&[&Change]| group.first().is_some_and(|change| change.class() == Some(class));
        writes.iter().filter(is_of).copied().collect::<Vec<_>>()
    };
    let (widening, unknown) = (of(Class::Widens), of(Class::Unknown));
    let start = Inline::ours("Access plan: ");
    match (plan.is_empty(), widening.len(), unknown.len()) {
        (true, ..) => start.then("no changes"),
        (_, 0, 0) => start.then("nothing widens access"),
        (_, 0, _) => {
            start.then(Inline::words(&format!("the effect of {} cannot be told", changes(&unknown))))
        }
        (_, 1, _) => start.then(Inline::words(&changes(&widening))).then(" widens access"),
        _ => start.then(Inline::words(&changes(&widening))).then(" widen access"),
    }
}

/// What is changed: an object by its address, or the policies that one edit changes.
fn subject(group: &Alike) -> Inline {
    match group.named() {
        None => Inline::address(&group.first().address.to_string()),
        Some((words, name)) => {
            let line = Inline::number(group.changes.len()).then(" ").then(words);
            if name.is_empty() { line } else { line.then(Inline::name(name)) }
        }
    }
}

/// A line of the table, and its form without the effects.
fn row(group: &Alike) -> Row {
    let change = group.first();
    let class = match change.class() {
        Some(Class::Widens) => Inline::strong("widens"),
        Some(Class::Unknown) => Inline::strong("unknown"),
        Some(Class::Narrows) => Inline::ours("narrows"),
        Some(Class::Neutral) => Inline::ours("neutral"),
        None => Inline::ours("none"),
    };
    let start = [class, Inline::ours(change.action.as_str()), subject(group)];
    let full = |effects: Inline| Markdown::row(&[&start[..], &[effects]].concat());
    Row {
        full: full(effects(group)),
        short: full(Inline::ours("(in the saved plan)")),
        class: group.class(),
        is_policy: change.kind == Kind::AssignmentPolicy,
    }
}

/// Who gains and who loses by a change, an effect a line.
fn effects(group: &Alike) -> Inline {
    let change = group.first();
    if change.impact.is_empty() {
        let reason = change.reason.as_deref().filter(|_| change.action == Action::Keep);
        return reason.map_or_else(|| Inline::ours("No effect on who gets in."), Inline::words);
    }
    Inline::stacked(group.effects().into_iter().map(|effect| match effect {
        Shared::Same(effect) if group.edit.is_none() => of_effect(effect, change),
        Shared::Same(effect) => {
            let line = Inline::strong(effect.kind.as_str()).then(": ");
            line.then(sentence::inline(&group.about(effect.sentence())))
        }
        Shared::Each(each) => {
            let line = each.first().map(|effect| of_effect(effect, change)).unwrap_or_default();
            let others = counted(each.len() as u64 - 1, "other");
            line.then(" Likewise ").then(Inline::words(&others)).then(", each told below.")
        }
    }))
}

fn of_effect(effect: &Effect, change: &Change) -> Inline {
    let about = effect.sentence().about(change.subject_label());
    Inline::strong(effect.kind.as_str()).then(": ").then(sentence::inline(&about))
}

/// A change that nobody may overlook, in blocks.
fn section(group: &Alike, plan: &Plan, context: &Context) -> Vec<Markdown> {
    let lead = match group.class() {
        Class::Widens => "Widens access: ",
        _ => "Effect unknown: ",
    };
    let title = Inline::ours(lead).then(group.first().action.as_str()).then(" ").then(subject(group));
    let mut section = Markdown::heading(3, &title);
    if group.edit.is_none() {
        section.push(&details(group.first(), plan, context));
        return vec![section];
    }
    section.push(&shared(group, plan, context));
    let is_own = |effect: &Shared<Effect>| matches!(effect, Shared::Each(_));
    let is_mere_list =
        !group.effects().iter().any(is_own) && !group.fields().iter().any(|f| matches!(f, Shared::Each(_)));
    if is_mere_list {
        section.push(&policies(group, plan, context));
        return vec![section];
    }
    std::iter::once(section).chain(each(group, plan, context)).collect()
}

/// A change that need not be looked at closely.
fn folded(group: &Alike, plan: &Plan, context: &Context) -> Markdown {
    let class = match group.first().class() {
        Some(class) => class.as_str(),
        None => "none",
    };
    let title =
        Inline::ours(class).then(": ").then(group.first().action.as_str()).then(" ").then(subject(group));
    Markdown::details(&title, &inner(group, plan, context))
}

fn inner(group: &Alike, plan: &Plan, context: &Context) -> Markdown {
    if group.edit.is_none() {
        return details(group.first(), plan, context);
    }
    let mut out = shared(group, plan, context);
    out.push(&policies(group, plan, context));
    out
}

/// What one edit does to all of its policies.
fn shared(group: &Alike, plan: &Plan, context: &Context) -> Markdown {
    let mut out = Markdown::default();
    let first = group.first();
    if let Some(reason) = &first.reason {
        out.push(&Markdown::paragraph(&Inline::ours("Note: ").then(Inline::words(reason)).then(".")));
    }
    let names: Vec<Inline> =
        group.names().into_iter().map(|name| by_name(name, &plan.descriptions)).collect();
    if !names.is_empty() {
        out.push(&Markdown::paragraph(&Inline::ours(brought_in_by_name(first))));
        out.push(&Markdown::list(&names));
    }
    let (shared, _) = group.parts_of(first);
    let lines = fields::lines::lines(first, &shared.fields);
    if !lines.is_empty() {
        out.push(&Markdown::difference(&lines));
    }
    let place = Inline::address(&(context.position)(&group.place(None)));
    out.push(&Markdown::paragraph(&Inline::ours("By an edit at ").then(place).then(".")));
    out
}

/// Each policy of an edit, with what it alone says.
fn each<'a>(
    group: &'a Alike,
    plan: &'a Plan,
    context: &'a Context,
) -> impl Iterator<Item = Markdown> + use<'a> {
    let (effects, shared_names) = (group.effects(), group.names());
    group.changes.iter().enumerate().map(move |(index, change)| {
        let place = Inline::address(&(context.position)(&change.place));
        let mut item = Inline::address(&change.address.to_string()).then(", declared at ").then(place);
        if let Some(people) = held(plan, change) {
            item =
                item.then(" (").then(Inline::words(&guards_text::hold_access(people))).then(" through it)");
        }
        for effect in &effects {
            if let Shared::Each(each) = effect
                && let Some(effect) = each.get(index)
            {
                item = item.then(Inline::line_break()).then(of_effect(effect, change));
            }
        }
        for name in introduced::by_change(change).into_iter().filter(|name| !shared_names.contains(name)) {
            item = item.then(Inline::line_break()).then("by name: ").then(by_name(name, &plan.descriptions));
        }
        let mut block = Markdown::list(&[item]);
        let (_, own) = group.parts_of(change);
        let lines = fields::lines::lines(change, &own.fields);
        if !lines.is_empty() {
            block.push(&Markdown::difference(&lines));
        }
        block
    })
}

/// The policies of an edit, folded away, as far as there is room.
fn policies(group: &Alike, plan: &Plan, context: &Context) -> Markdown {
    let mut room = LIST;
    let listed: Vec<Markdown> = each(group, plan, context)
        .take_while(|item| {
            let fits = item.len() <= room;
            room -= if fits { item.len() } else { 0 };
            fits
        })
        .collect();
    let hidden = group.changes.len() - listed.len();
    let title = Inline::ours("The ").then(Inline::number(group.changes.len())).then(" policies");
    let title = match hidden {
        0 => title,
        _ => title.then(", of which ").then(Inline::number(hidden)).then(" stand in the saved plan alone"),
    };
    Markdown::details(&title, &listed.into_iter().collect())
}

/// What a comment calls the object of a change.
fn noun(change: &Change) -> &'static str {
    match change.kind {
        Kind::AssignmentPolicy => "policy",
        Kind::AccessPackage => "package",
        Kind::ConnectedOrganization => "organization",
        Kind::WorkflowExtension => "extension",
        kind => kind.noun(),
    }
}

/// The object in a sentence and its fields.
fn details(change: &Change, plan: &Plan, context: &Context) -> Markdown {
    let mut out = Markdown::default();
    let said = |object: &Object| sentence_of(change.kind, object).about(change.subject_label());
    let now = change.live.as_ref().map(|live| said(&live.object));
    let next = change.desired.as_ref().filter(|_| change.action != Action::Keep).map(said);
    let verb = if change.kind == Kind::Settings { "say" } else { "does" };
    let does = |when: &str| format!("What the {} {verb} {when}:", noun(change));
    let lines: Vec<(String, Sentence)> = match (now, next) {
        (Some(now), Some(next)) if now == next => vec![(does("before and after"), now)],
        (now, next) => {
            let lead = match &now {
                Some(_) if change.kind == Kind::Settings => "What they say afterwards:".to_owned(),
                Some(_) => "What it does afterwards:".to_owned(),
                None => format!("What the new {} does:", noun(change)),
            };
            now.map(|now| (does("now"), now)).into_iter().chain(next.map(|next| (lead, next))).collect()
        }
    };
    for (lead, sentence) in lines {
        let lead = Inline::words(&lead).made_strong();
        out.push(&Markdown::paragraph(&lead.then(" ").then(sentence::inline(&sentence))));
    }
    if let Some(reason) = &change.reason {
        out.push(&Markdown::paragraph(&Inline::ours("Note: ").then(Inline::words(reason)).then(".")));
    }
    if let Some(people) = held(plan, change) {
        let (holders, rest) = (guards_text::hold_access(people), guards_text::of_deleted(change, people));
        let people = format!("{holders} through this {} now{rest}.", noun(change));
        out.push(&Markdown::paragraph(&Inline::words(&people)));
    }
    let brought_in: Vec<Inline> =
        introduced::by_change(change).into_iter().map(|r| by_name(r, &plan.descriptions)).collect();
    if !brought_in.is_empty() {
        out.push(&Markdown::paragraph(&Inline::ours(brought_in_by_name(change))));
        out.push(&Markdown::list(&brought_in));
    }
    let lines = fields::lines::lines(change, &told(change));
    if !lines.is_empty() {
        out.push(&Markdown::difference(&lines));
    }
    let place = Inline::address(&(context.position)(&change.place));
    out.push(&Markdown::paragraph(&Inline::ours("Declared at ").then(place).then(".")));
    out
}

/// The lead of the list of what names bring in.
const fn brought_in_by_name(change: &Change) -> &'static str {
    match change.kind {
        Kind::AssignmentPolicy => "Who is brought in by name:",
        _ => "Who or what is brought in by name:",
    }
}

/// Which object a name leads to: anybody may have made one of that name.
fn by_name(reference: &Reference, descriptions: &BTreeMap<Id, Description>) -> Inline {
    let known = what_is_known(reference, descriptions);
    let start =
        Inline::ours(reference.kind.noun()).then(" ").then(Inline::name(reference.label())).then(" (");
    let known = known.into_iter().enumerate().fold(start, |line, (index, part)| {
        line.then(if index == 0 { "" } else { ", " }).then(Inline::words(&part))
    });
    known.then(")")
}

/// Warnings and notes under a heading of their own, which goes with the first.
fn findings(context: &Context) -> Vec<Markdown> {
    let mut findings: Vec<Markdown> =
        context.diagnostics.iter().map(|d| finding(d, context.position)).collect();
    if let Some(first) = findings.first_mut() {
        let mut headed = Markdown::heading(3, &Inline::ours("Warnings and notes"));
        headed.push(first);
        *first = headed;
    }
    findings
}

/// A finding with where it is and what to do.
fn finding(diagnostic: &Diagnostic, position: &dyn Fn(&Place) -> String) -> Markdown {
    let mut line = Inline::strong(diagnostic.severity.as_str())
        .then(" ")
        .then(Inline::address(diagnostic.code.name))
        .then(" ")
        .then(Inline::words(&diagnostic.message));
    if let Some(place) = &diagnostic.place {
        line = line.then(" at ").then(Inline::address(&position(place)));
    }
    let more = diagnostic.notes.iter().map(|note| ("Note: ", note));
    let more = more.chain(diagnostic.help.iter().map(|help| ("Help: ", help)));
    for (lead, text) in more {
        line = line.then(Inline::line_break()).then(lead).then(Inline::words(text));
    }
    Markdown::list(&[line])
}

/// Live policies that no document declares, folded; those that take requests are said to.
fn unmanaged(unmanaged: &[Unmanaged]) -> Vec<Markdown> {
    if unmanaged.is_empty() {
        return Vec::new();
    }
    let taking = unmanaged.iter().filter(|u| u.takes_requests).count();
    let title = Inline::number(unmanaged.len())
        .then(if unmanaged.len() == 1 {
            " live policy of these packages has no document and is left as it is; "
        } else {
            " live policies of these packages have no document and are left as they are; "
        })
        .then(Inline::number(taking))
        .then(if taking == 1 { " takes requests" } else { " take requests" });
    let items: Vec<Inline> = unmanaged
        .iter()
        .map(|policy| {
            let note = if policy.takes_requests { " (takes requests)" } else { "" };
            Inline::address(&policy.address).then(note)
        })
        .collect();
    vec![Markdown::details(&title, &Markdown::list(&items))]
}

/// What the words of the table mean.
fn meanings() -> Inline {
    let words = [
        ("widens", ": more people get in, or more easily, or for longer. "),
        ("narrows", ": fewer, or less easily, or for less long. "),
        ("unknown", ": the policies alone do not tell. "),
        ("neutral", ": no effect on who gets in. "),
        ("In brackets", ": when it takes effect."),
    ];
    words
        .into_iter()
        .fold(Inline::default(), |line, (word, meaning)| line.then(Inline::strong(word)).then(meaning))
}

/// How many of each, and which plan this is.
fn tail(plan: &Plan, context: &Context) -> Markdown {
    let Summary { create, update, delete, unchanged, unmanaged } = summary(plan);
    let counts = if plan.is_empty() {
        format!("No changes: the tenant is as declared ({unchanged} unchanged, {unmanaged} unmanaged).")
    } else {
        format!(
            "Plan: {create} to create, {update} to update, {delete} to delete; {unchanged} unchanged, {unmanaged} unmanaged."
        )
    };
    let mut tail = Markdown::paragraph(&Inline::words(&counts));
    let document = context.document;
    let mut origin = Inline::ours("Tenant ");
    origin = match &document.tenant {
        Some(tenant) => origin.then(Inline::address(tenant)),
        None => origin.then("not named"),
    };
    for host in &document.api_hosts {
        origin = origin.then(", read from ").then(Inline::address(host));
    }
    let origin = origin.then(", plan ").then(Inline::address(&document.digest)).then(".");
    tail.push(&Markdown::paragraph(&origin));
    tail
}
