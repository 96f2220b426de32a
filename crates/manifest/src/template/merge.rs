//! How a policy is put together: parameters are filled in, and what the document says is laid over the template, and
//! that over the defaults of the catalog.
//!
//! The rules are two. A mapping of settings is merged member by member: the policy itself, `requestorSettings`,
//! `requestApprovalSettings`, `reviewSettings` and so on, as the tables have it. Everything else replaces what is below
//! it: scalars, null, lists, and mappings that are one value, such as a reference, an expiration or a recurrence.
//! Each node keeps the span of the text that it comes from.

use super::parameter;
use crate::yaml::{Data, Entry, Node, Span, Style};
use entrant_model::TypeSpec;
use entrant_model::spec::Type;

/// The value of each parameter, by name.
pub(crate) type Values<'v, 's> = Vec<(&'v str, &'v Node<'s>)>;

/// A node with the parameters in it filled in. In a list, the elements of a value that is a list are spliced in. A
/// parameter without a value stays.
pub(crate) fn filled<'s>(node: &Node<'s>, values: &Values<'_, 's>) -> Node<'s> {
    if let Some(value) = value_of(node, values) {
        return value.clone();
    }
    let data = match &node.data {
        Data::Scalar(text, style) => Data::Scalar(text.clone(), *style),
        Data::Map(entries) => Data::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value: filled(&entry.value, values),
                })
                .collect(),
        ),
        Data::List(list) => {
            let mut elements = Vec::with_capacity(list.len());
            for element in list {
                match value_of(element, values).map(|value| &value.data) {
                    Some(Data::List(of_value)) => elements.extend(of_value.iter().cloned()),
                    _ => elements.push(filled(element, values)),
                }
            }
            Data::List(elements)
        }
    };
    Node { span: node.span, data }
}

fn value_of<'v, 's>(node: &Node, values: &Values<'v, 's>) -> Option<&'v Node<'s>> {
    let name = parameter::name_of(node)?;
    values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// `top` laid over `base`; both are mappings of the table `ty`. Keys of `top` come first.
pub(crate) fn laid_over<'s>(top: Node<'s>, base: Node<'s>, ty: &'static TypeSpec) -> Node<'s> {
    let span = top.span;
    match (top.data, base.data) {
        (Data::Map(mut entries), Data::Map(below)) => {
            for entry in below {
                match entries.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => {
                        if let Some(inner) = settings(ty, &known.key)
                            && is_mapping(&known.value)
                            && is_mapping(&entry.value)
                        {
                            let nothing = Node { span: known.value.span, data: Data::List(Vec::new()) };
                            let over = std::mem::replace(&mut known.value, nothing);
                            known.value = laid_over(over, entry.value, inner);
                        }
                    }
                    None => entries.push(entry),
                }
            }
            Node { span, data: Data::Map(entries) }
        }
        (data, _) => Node { span, data },
    }
}

fn is_mapping(node: &Node) -> bool {
    matches!(node.data, Data::Map(_))
}

/// The table of a member that is merged; `None` for one that replaces.
pub(crate) fn settings(ty: &'static TypeSpec, member: &str) -> Option<&'static TypeSpec> {
    match ty.member(member)?.1.ty {
        Type::Object(inner) if inner.shorthand.is_none() => Some(inner),
        _ => None,
    }
}

/// A node in which null stands for every parameter, and for an expiration that holds one: its members depend on one
/// another. `holes` is told where.
pub(crate) fn without_parameters<'s>(
    node: &Node<'s>,
    key: Option<&Entry>,
    holes: &mut Vec<Span>,
) -> Node<'s> {
    let is_one = key.is_some_and(|key| key.key == "expiration");
    if parameter::name_of(node).is_some() || (is_one && parameter::is_in(node)) {
        holes.push(node.span);
        holes.extend(key.map(|key| key.key_span));
        return Node { span: node.span, data: Data::Scalar("".into(), Style::Plain) };
    }
    let data = match &node.data {
        Data::Scalar(text, style) => Data::Scalar(text.clone(), *style),
        Data::List(list) => {
            Data::List(list.iter().map(|node| without_parameters(node, None, holes)).collect())
        }
        Data::Map(entries) => Data::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value: without_parameters(&entry.value, Some(entry), holes),
                })
                .collect(),
        ),
    };
    Node { span: node.span, data }
}
