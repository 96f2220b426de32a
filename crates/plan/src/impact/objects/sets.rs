//! Sets of the kinds that are no policies: opaque elements, each of which comes, goes or stays.

use super::super::phrase::{Sentence, known_name, say};
use super::super::{Effect, EffectKind, When, codes};
use super::{effect, sides};
use crate::diff::identity;
use entrant_model::reference::fold;
use entrant_model::spec::Literal;
use entrant_model::wire::element_type;
use entrant_model::{Absent, Dimension, Object, Reference, Value};

/// An element of a set.
#[derive(Debug, Clone)]
pub struct Element<'a> {
    /// What it says; `None` where it is of a type that the tables do not know.
    pub object: Option<&'a Object>,
    /// The object that it refers to, where it refers to one.
    pub reference: Option<&'a Reference>,
    key: String,
}

impl Element<'_> {
    /// Its word or text of this name, or its default word.
    pub fn text(&self, member: &str) -> &str {
        let Some(object) = self.object else { return "" };
        object.text(member).unwrap_or_else(|| match object.ty.member(member).map(|(_, m)| m.absent) {
            Some(Absent::Default(Literal::Word(word))) => word,
            _ => "",
        })
    }

    /// The type that tells it from the others of its union.
    pub fn type_name(&self) -> &'static str {
        self.object.map_or("", |object| object.ty.name)
    }

    /// Whether it is the same element of the set.
    pub fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
    }

    fn sort_key(&self) -> (String, &str) {
        (fold(self.reference.map_or_else(|| self.text("originId"), Reference::label)), &self.key)
    }
}

/// The elements of a member, each once.
pub fn elements<'a>(object: &'a Object, name: &str) -> Vec<Element<'a>> {
    let Some((_, member)) = object.ty.member(name) else { return Vec::new() };
    let of = element_type(&member.ty);
    let mut all: Vec<Element> = object
        .list(name)
        .iter()
        .map(|value| {
            let reference = match value {
                Value::Ref(reference) => Some(&**reference),
                Value::Object(object) => object.said().find_map(|(_, value)| match value {
                    Value::Ref(reference) => Some(&**reference),
                    _ => None,
                }),
                _ => None,
            };
            Element { object: value.as_object(), reference, key: identity(&of, value) }
        })
        .collect();
    all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    all.dedup_by(|a, b| a.key == b.key);
    all
}

/// What comes, what goes, and what left and came under one name.
pub struct Difference<'a> {
    pub added: Vec<Element<'a>>,
    pub removed: Vec<Element<'a>>,
    namesakes: Vec<(Element<'a>, Element<'a>)>,
}

/// How two sets differ.
pub fn difference<'a>(before: &[Element<'a>], after: &[Element<'a>]) -> Difference<'a> {
    let without = |list: &[Element<'a>], other: &[Element<'a>]| -> Vec<Element<'a>> {
        list.iter().filter(|element| !other.iter().any(|o| o.key == element.key)).cloned().collect()
    };
    let mut added = without(after, before);
    let mut removed = without(before, after);
    let name = |element: &Element| {
        let reference = element.reference?;
        // Another role of the namesake is still another role.
        Some((reference.kind, fold(known_name(reference)?), fold(element.text("role"))))
    };
    let mut namesakes = Vec::new();
    removed.retain(|old| {
        let wanted = name(old);
        let found = wanted.is_some().then(|| added.iter().position(|new| name(new) == wanted)).flatten();
        found.is_none_or(|at| {
            namesakes.push((old.clone(), added.remove(at)));
            false
        })
    });
    Difference { added, removed, namesakes }
}

impl Difference<'_> {
    /// Says of each name that means another object now.
    pub fn tell_namesakes(
        &self,
        dimension: Dimension,
        when: When,
        member: &str,
        (before, after): (&Object, &Object),
        out: &mut Vec<Effect>,
    ) {
        for (_, new) in &self.namesakes {
            let Some(reference) = new.reference else { continue };
            let clause = say![
                Sentence::name(reference.label()),
                format!(" now means another {}", reference.kind.noun())
            ];
            let sides = sides(member, before, after);
            out.push(effect(dimension, EffectKind::Unknown, codes::NAME_MEANS_ANOTHER, when, clause, sides));
        }
    }

    /// What comes and what goes, each with its direction; lists of nothing left out.
    pub fn moves(&self) -> impl Iterator<Item = (EffectKind, &[Element<'_>])> {
        let both = [(EffectKind::Widens, &*self.added), (EffectKind::Narrows, &*self.removed)];
        both.into_iter().filter(|(_, list)| !list.is_empty())
    }
}
