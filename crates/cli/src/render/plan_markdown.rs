//! The plan as Markdown for a comment or a job summary: who gains and who loses first, details below, and what does
//! not fit is cut from the least grave end and counted.
//!
//! What widens access, or may, stands unfolded as long as it fits, and its address is named even where nothing else
//! does. The file of the saved plan has everything.

mod fit;
mod guards;

use super::escape::markdown::{Inline, Markdown};
use super::plan_text::{held, told, what_is_known, worst_first};
use super::values::counted;
use super::{diagnostics, fields, guards_text, sentence};
use entrant_model::live::Description;
use entrant_model::{Diagnostic, Id, Kind, Object, Place, Reference};
use entrant_plan::impact::sentence::of as sentence_of;
use entrant_plan::impact::{Class, Sentence, headline};
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

/// The whole plan.
pub fn render(plan: &Plan, context: &Context) -> String {
    let changes = worst_first(plan);
    let mut head = Markdown::heading(2, &title(plan));
    for line in headline(plan) {
        head.push(&Markdown::paragraph(&sentence::inline_with_lead(&line)));
    }
    if !plan.guards.is_empty() {
        head.push(&Markdown::caution(&guards::refused(plan)));
    }
    let of = |class: Class| changes.iter().filter(move |c| c.class().unwrap_or(Class::Neutral) == class);
    let open = |class| of(class).map(|change| section(change, plan, context)).collect::<Vec<_>>();
    let folded = |class| of(class).map(|change| folded(change, plan, context)).collect::<Vec<_>>();
    let groups = vec![
        Group::new("reasons for which apply refuses", guards::blocks(plan, context)),
        Group::new("details of changes that widen access", open(Class::Widens)),
        Group::new("details of changes whose effect is unknown", open(Class::Unknown)),
        Group::new("findings", findings(context)),
        Group::new("lists of policies without a document", unmanaged(&plan.unmanaged)),
        Group::new("details of changes that narrow access", folded(Class::Narrows)),
        Group::new("details of neutral changes", folded(Class::Neutral)),
    ];
    let rows: Vec<Row> = changes.iter().map(|change| row(change)).collect();
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

fn title(plan: &Plan) -> Inline {
    let count = |class: Class| plan.writes().filter(|c| c.class() == Some(class)).count();
    let (widening, unknown) = (count(Class::Widens), count(Class::Unknown));
    let start = Inline::ours("Access plan: ");
    match (plan.is_empty(), widening, unknown) {
        (true, ..) => start.then("no changes"),
        (_, 0, 0) => start.then("nothing widens access"),
        (_, 0, 1) => start.then("the effect of 1 change cannot be told"),
        (_, 0, several) => {
            start.then("the effect of ").then(Inline::number(several)).then(" changes cannot be told")
        }
        (_, 1, _) => start.then("1 change widens access"),
        (_, several, _) => start.then(Inline::number(several)).then(" changes widen access"),
    }
}

/// A line of the table, and its form without the effects.
fn row(change: &Change) -> Row {
    let class = match change.class() {
        Some(Class::Widens) => Inline::strong("widens"),
        Some(Class::Unknown) => Inline::strong("unknown"),
        Some(Class::Narrows) => Inline::ours("narrows"),
        Some(Class::Neutral) => Inline::ours("neutral"),
        None => Inline::ours("none"),
    };
    let start = [class, Inline::ours(change.action.as_str()), Inline::address(&change.address.to_string())];
    let full = |effects: Inline| Markdown::row(&[&start[..], &[effects]].concat());
    Row {
        full: full(effects(change)),
        short: full(Inline::ours("(in the saved plan)")),
        class: change.class().unwrap_or(Class::Neutral),
        is_policy: change.kind == Kind::AssignmentPolicy,
    }
}

/// Who gains and who loses by a change, an effect a line.
fn effects(change: &Change) -> Inline {
    if change.impact.is_empty() {
        let reason = change.reason.as_deref().filter(|_| change.action == Action::Keep);
        return reason.map_or_else(|| Inline::ours("No effect on who gets in."), Inline::words);
    }
    Inline::stacked(change.impact.iter().map(|effect| {
        let about = effect.sentence().about(change.subject_label());
        Inline::strong(effect.kind.as_str()).then(": ").then(sentence::inline(&about))
    }))
}

/// A change that nobody may overlook.
fn section(change: &Change, plan: &Plan, context: &Context) -> Markdown {
    let lead = match change.class() {
        Some(Class::Widens) => "Widens access: ",
        _ => "Effect unknown: ",
    };
    let title = Inline::ours(lead)
        .then(change.action.as_str())
        .then(" ")
        .then(Inline::address(&change.address.to_string()));
    let mut section = Markdown::heading(3, &title);
    section.push(&details(change, plan, context));
    section
}

/// A change that need not be looked at closely.
fn folded(change: &Change, plan: &Plan, context: &Context) -> Markdown {
    let class = match change.class() {
        Some(class) => class.as_str(),
        None => "none",
    };
    let title = Inline::ours(class)
        .then(": ")
        .then(change.action.as_str())
        .then(" ")
        .then(Inline::address(&change.address.to_string()));
    Markdown::details(&title, &details(change, plan, context))
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

fn findings(context: &Context) -> Vec<Markdown> {
    context.diagnostics.iter().map(|d| finding(d, context.position)).collect()
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

/// How many of each, what the words mean, and which plan this is.
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
    if !plan.changes.is_empty() {
        tail.push(&Markdown::paragraph(&meanings()));
    }
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
