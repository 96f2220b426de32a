//! The plan for a person: what changes, what stands in the way, and how much of each.

use super::fields;
use super::grouped::{grouped, template};
use super::guards_text;
use super::page::{Page, Span, Tone, plain, span};
use super::sentence;
use entrant_model::live::Description;
use entrant_model::text::visible;
use entrant_model::value::Json;
use entrant_model::{Id, Pointer, Reference, Type, Value};
use entrant_plan::impact::phrase::quoted;
use entrant_plan::impact::sentence::of as sentence_of;
use entrant_plan::impact::{Class, EffectKind, headline};
use entrant_plan::introduced;
use entrant_plan::output::{Summary, summary};
use entrant_plan::{Action, Change, Field, Plan, Unmanaged};
use std::collections::BTreeMap;

/// Where the sentences beside a change begin.
const COLUMN: usize = 13;

/// What the text says beyond the plan itself.
pub struct Context<'a> {
    /// Columns.
    pub width: usize,
    /// Whether a live object of this address looks like a take-over: no document described it before.
    pub takes_over: &'a dyn Fn(&entrant_model::Address) -> bool,
    /// `policies/sales.yaml:3` for a place.
    pub position: &'a dyn Fn(&entrant_model::Place) -> String,
}

/// The whole plan as text with ANSI styles.
pub fn render(plan: &Plan, context: &Context) -> String {
    let mut page = Page::new(context.width);
    for line in headline(plan) {
        page.line(0, &sentence::spans(&line));
    }
    for group in grouped(plan) {
        page.gap();
        match (group.as_slice(), template(&group)) {
            (changes, Some(template)) => write_group(&mut page, plan, changes, template),
            ([change, ..], None) => write_change(&mut page, plan, change, takes_over(change, context)),
            ([], None) => {}
        }
    }
    write_taken_over(&mut page, plan, context);
    write_unmanaged(&mut page, &plan.unmanaged);
    write_uncounted(&mut page, plan);
    guards_text::write(&mut page, plan, context);
    page.gap();
    write_summary(&mut page, plan);
    page.into_text()
}

/// The changes in the order in which they are shown: what widens first; within one class in the order of execution.
pub fn worst_first(plan: &Plan) -> Vec<&Change> {
    let mut changes: Vec<&Change> = plan.changes.iter().collect();
    changes.sort_by_key(|change| change.class().unwrap_or(Class::Neutral));
    changes
}

/// Whether no document described the live object before, under the name that it has now or its new one.
fn takes_over(change: &Change, context: &Context) -> bool {
    let present = change.live.as_ref().map(|live| change.address.sibling(&live.display_name));
    (context.takes_over)(&change.address) && present.is_none_or(|address| (context.takes_over)(&address))
}

/// The policies of a template that one edit of it changes alike: each by its address, and once what changes.
fn write_group(page: &mut Page, plan: &Plan, changes: &[&Change], template: &str) {
    let [first, ..] = changes else { return };
    let (sign, tone) = sign(first.action);
    let head = format!(" {} policies alike, by their template ", changes.len());
    let spans = [
        span(tone, format!("{sign} {}", first.action.as_str())),
        plain(head),
        span(Tone::Strong, quoted(&visible(template))),
    ];
    page.marked(0, &[], 0, &span(Tone::Plain, ""), &spans);
    for change in changes {
        let mut spans = vec![plain(change.address.to_string())];
        if let Some(people) = held(plan, change) {
            spans.push(span(Tone::Faint, format!(" ({} through it)", guards_text::hold_access(people))));
        }
        page.line(4, &spans);
    }
    write_what(page, plan, first);
}

fn write_change(page: &mut Page, plan: &Plan, change: &Change, takes_over: bool) {
    let (sign, tone) = sign(change.action);
    let mut spans = vec![
        span(tone, format!("{sign} {}", change.action.as_str())),
        plain(" "),
        span(Tone::Strong, change.address.to_string()),
    ];
    if change.version == entrant_model::Version::Beta {
        spans.push(span(Tone::Faint, " (beta)"));
    }
    if takes_over && change.action == Action::Update {
        spans.push(span(Tone::Changed, " takes over"));
    }
    page.marked(0, &[], 0, &span(Tone::Plain, ""), &spans);
    if let Some(reason) = &change.reason {
        page.line(4, &[span(Tone::Faint, visible(reason))]);
    }
    if let Some(people) = held(plan, change) {
        let rest = guards_text::of_deleted(change, people);
        page.line(4, &[plain(format!("{} through it{rest}.", guards_text::hold_access(people)))]);
    }
    write_what(page, plan, change);
}

/// What a change does to who gets in, what its names bring in, and its fields.
fn write_what(page: &mut Page, plan: &Plan, change: &Change) {
    write_impact(page, change);
    for reference in introduced::by_change(change) {
        page.cell(4, &[span(Tone::Faint, "by name")], COLUMN, &brought_in(reference, &plan.descriptions));
    }
    fields::write(page, 4, &Change { fields: told(change), ..change.clone() });
}

/// The fields of a change that are worth telling: those that its header does not say already, and with a new object
/// what it says to be nothing.
pub fn told(change: &Change) -> Vec<Field> {
    let mut told: Vec<Field> = nothing_meant(change);
    told.extend(change.fields.iter().filter(|f| !is_in_address(change, &f.path.0)).cloned());
    if let Some(desired) = &change.desired {
        // In the order of the table, as the rest is.
        told.sort_by_key(|f| f.path.0.first().and_then(|name| desired.ty.member(name)).map(|(id, _)| id));
    }
    told
}

/// How many people hold access through an object that is changed, where that was read.
pub fn held(plan: &Plan, change: &Change) -> Option<usize> {
    let live = change.live.as_ref().filter(|_| change.action != Action::Keep)?;
    plan.assignments.of(&live.id)
}

/// That nobody could count who holds access; once for all of them.
fn write_uncounted(page: &mut Page, plan: &Plan) {
    if plan.assignments.is_partial {
        page.gap();
        page.line(0, &[plain("Who holds access could not be read for all policies that would be changed.")]);
    }
}

/// Which object a name leads to: anybody may have made one of that name.
fn brought_in(reference: &Reference, descriptions: &BTreeMap<Id, Description>) -> Vec<Span> {
    let known = what_is_known(reference, descriptions).join(", ");
    vec![
        plain(format!("{} ", reference.kind.noun())),
        plain(quoted(&visible(reference.label()))),
        span(Tone::Faint, format!(" ({})", visible(&known))),
    ]
}

/// What tells an object from another of its name: what it is, when it was made, its id. Not yet safe to print.
pub fn what_is_known(reference: &Reference, descriptions: &BTreeMap<Id, Description>) -> Vec<String> {
    let description = reference.id.as_ref().and_then(|id| descriptions.get(id));
    let detail = description.map(|d| d.detail.clone()).filter(|detail| !detail.is_empty());
    let created = description.and_then(|d| d.created).map(|created| format!("made {}", created.date()));
    let id = reference.id.as_ref().map(|id| format!("id {id}"));
    [detail, created, id].into_iter().flatten().collect()
}

/// What the change does to who gets in, the worst first, and what a new object does in plain words.
fn write_impact(page: &mut Page, change: &Change) {
    if change.class() == Some(Class::Neutral) {
        page.cell(
            4,
            &[span(Tone::Faint, "neutral")],
            COLUMN,
            &[span(Tone::Faint, "no effect on who gets in")],
        );
    }
    for effect in &change.impact {
        let tone = match effect.kind {
            EffectKind::Widens | EffectKind::Unknown => Tone::Changed,
            EffectKind::Narrows => Tone::Plain,
        };
        page.cell(4, &[span(tone, effect.kind.as_str())], COLUMN, &sentence::spans(&effect.sentence()));
    }
    if let (Action::Create, Some(desired)) = (change.action, &change.desired) {
        page.line(4, &sentence::spans(&sentence_of(change.kind, desired)));
    }
}

/// Members of a new object that have an effect on who gets in and of which the document says that they are
/// nothing: no approval, no reviews.
fn nothing_meant(change: &Change) -> Vec<Field> {
    let (Action::Create, Some(desired)) = (change.action, &change.desired) else { return Vec::new() };
    let said = desired.said().filter(|(member, value)| {
        **value == Value::Null && member.dimension.is_some() && matches!(member.ty, Type::Object(_))
    });
    said.map(|(member, _)| Field {
        path: Pointer::default().child(member.name),
        before: None,
        after: Some(Json::Null),
        reason: None,
        dimension: member.dimension,
    })
    .collect()
}

/// Members that the header says already: package and name of what is made or deleted.
fn is_in_address(change: &Change, path: &[String]) -> bool {
    matches!(change.action, Action::Create | Action::Delete) && fields::is_in_address(path)
}

/// The sign of an action and its tone.
pub const fn sign(action: Action) -> (char, Tone) {
    match action {
        Action::Create => ('+', Tone::Added),
        Action::Update => ('~', Tone::Changed),
        Action::Delete => ('-', Tone::Removed),
        Action::Keep => ('=', Tone::Faint),
    }
}

/// Objects that are as declared and that no document described before.
fn write_taken_over(page: &mut Page, plan: &Plan, context: &Context) {
    let taken: Vec<_> = plan.unchanged.iter().filter(|a| (context.takes_over)(a)).collect();
    if taken.is_empty() {
        return;
    }
    page.gap();
    for address in taken {
        page.line(
            0,
            &[plain(format!("= takes over {address}")), span(Tone::Faint, ", which is as declared")],
        );
    }
}

fn write_unmanaged(page: &mut Page, unmanaged: &[Unmanaged]) {
    if unmanaged.is_empty() {
        return;
    }
    page.gap();
    let head = match unmanaged.len() {
        1 => "1 live policy of these packages has no document. It is left as it is:".to_owned(),
        count => {
            format!("{count} live policies of these packages have no document. They are left as they are:")
        }
    };
    page.line(0, &[plain(head)]);
    for policy in unmanaged {
        let mut spans = vec![plain(visible(&policy.address))];
        if policy.takes_requests {
            spans.push(span(Tone::Changed, "  (takes requests)"));
        }
        page.marked(2, &[], 2, &span(Tone::Plain, "? "), &spans);
    }
}

fn write_summary(page: &mut Page, plan: &Plan) {
    let Summary { create, update, delete, unchanged, unmanaged } = summary(plan);
    let rest = format!("{unchanged} unchanged, {unmanaged} unmanaged.");
    if plan.is_empty() {
        page.line(
            0,
            &[
                span(Tone::Strong, "No changes:"),
                plain(format!(" the tenant is as declared ({}).", rest.trim_end_matches('.'))),
            ],
        );
        return;
    }
    page.line(
        0,
        &[
            span(Tone::Strong, "Plan:"),
            plain(format!(" {create} to create, {update} to update, {delete} to delete; {rest}")),
        ],
    );
    guards_text::write_summary(page, plan);
}
