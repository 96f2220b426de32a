//! Whether an object matches a filter. A filter is first bound to a kind in one version: every name
//! is looked up, so an unknown one is refused even where there is no object to ask.

use std::cmp::Ordering;

use serde_json::Value;

use super::filter::{Expr, Literal, Match, Op, Operand};
use crate::errors::{Result, bad_request};
use crate::kinds::{Kind, Navigation, View};
use crate::message::Version;
use crate::shape::{Shape, Ty};
use crate::store::Tenant;

/// A filter whose names exist.
pub struct Filter {
    kind: Kind,
    expr: Expr,
}

impl Filter {
    pub fn bind(kind: Kind, version: Version, mut expr: Expr) -> Result<Self> {
        bind(kind, version, &mut expr, None)?;
        Ok(Self { kind, expr })
    }

    /// The objects that alone can match, in their order, where the filter says so by a name or a parent; each
    /// has to be asked still. `None`: any may.
    pub fn candidates<'a>(&self, tenant: &'a Tenant) -> Option<Vec<&'a Value>> {
        candidates(tenant, self.kind, &self.expr).map(|found| tenant.in_order(self.kind, found))
    }

    pub fn matches(&self, view: &View, object: &Value) -> bool {
        holds(&self.expr, &mut |path| resolve(view, self.kind, object, path), self.kind.is_directory())
    }
}

fn candidates<'a>(tenant: &'a Tenant, kind: Kind, expr: &Expr) -> Option<Vec<&'a Value>> {
    let equal = |operand: &Operand, literal: &Literal| {
        let Literal::Text(text) = literal else { return None };
        // Two ways of writing one instant are equal.
        if crate::values::parse_instant(text).is_some() {
            return None;
        }
        match path_of(operand) {
            [member] => tenant.having(kind, member, text),
            [package, id] if package == "accessPackage" && id == "id" && kind == Kind::AssignmentPolicy => {
                Some(tenant.children(kind, text))
            }
            _ => None,
        }
    };
    match expr {
        Expr::Compare(operand, Op::Eq, literal) => equal(operand, literal),
        Expr::In(operand, literals) => {
            let found: Option<Vec<_>> = literals.iter().map(|literal| equal(operand, literal)).collect();
            Some(found?.concat())
        }
        Expr::And(left, right) => candidates(tenant, kind, left).or_else(|| candidates(tenant, kind, right)),
        Expr::Or(left, right) => {
            Some([candidates(tenant, kind, left)?, candidates(tenant, kind, right)?].concat())
        }
        _ => None,
    }
}

/// What is compared; equality does not look at letter case.
fn path_of(operand: &Operand) -> &[String] {
    match operand {
        Operand::Path(path) => path,
        Operand::ToLower(inner) | Operand::ToUpper(inner) => path_of(inner),
        Operand::Literal(_) => &[],
    }
}

/// The value of a property, whichever way is the shortest.
pub fn property(view: &View, kind: Kind, object: &Value, name: &str) -> Value {
    let entity = kind.entity();
    if let Some(pointer) = (entity.pointer)(view.version, name) {
        return object.pointer(&pointer).cloned().unwrap_or_default();
    }
    let shown = object.as_object().map(|object| (entity.view)(view, object)).unwrap_or_default();
    shown.get(name).cloned().unwrap_or_default()
}

/// Finds a property by a name in any letter case, and says how it is spelled.
pub fn find_property(kind: Kind, version: Version, name: &str) -> Result<&'static crate::shape::Member> {
    let shape = (kind.entity().shape)(version);
    member(shape, name).ok_or_else(|| no_property(name, shape))
}

fn bind(kind: Kind, version: Version, expr: &mut Expr, variable: Option<(&str, &'static Ty)>) -> Result<()> {
    match expr {
        Expr::Or(left, right) | Expr::And(left, right) => {
            bind(kind, version, left, variable)?;
            bind(kind, version, right, variable)
        }
        Expr::Not(inner) => bind(kind, version, inner, variable),
        Expr::Compare(operand, op, literal) => {
            let ty = bind_operand(kind, version, operand, variable)?;
            let ordered = !matches!(op, Op::Eq | Op::Ne);
            let orderable = matches!(ty, Ty::Int(..) | Ty::Instant | Ty::Text);
            if ordered && !orderable {
                return Err(bad_request("Invalid filter clause: the property cannot be compared so."));
            }
            fits(ty, literal)
        }
        Expr::In(operand, literals) => {
            let ty = bind_operand(kind, version, operand, variable)?;
            literals.iter().try_for_each(|literal| fits(ty, literal))
        }
        Expr::Match(_, left, right) => {
            for operand in [left, right] {
                let ty = bind_operand(kind, version, operand, variable)?;
                if !matches!(ty, Ty::Text | Ty::Words(_)) {
                    return Err(bad_request("Invalid filter clause: a function of text needs text."));
                }
            }
            Ok(())
        }
        Expr::Any(path, name, body) => {
            let mut operand = Operand::Path(std::mem::take(path));
            let ty = bind_operand(kind, version, &mut operand, variable)?;
            let Ty::List(element) = ty else {
                return Err(bad_request("Invalid filter clause: any(…) needs a collection."));
            };
            if let Operand::Path(bound) = operand {
                *path = bound;
            }
            bind(kind, version, body, Some((name.as_str(), element)))
        }
        Expr::True(operand) => match bind_operand(kind, version, operand, variable)? {
            Ty::Bool => Ok(()),
            _ => Err(bad_request("Invalid filter clause: the property is not a boolean.")),
        },
    }
}

fn bind_operand(
    kind: Kind,
    version: Version,
    operand: &mut Operand,
    variable: Option<(&str, &'static Ty)>,
) -> Result<&'static Ty> {
    match operand {
        Operand::Literal(Literal::Text(_)) => Ok(&Ty::Text),
        Operand::Literal(_) => Err(bad_request("Invalid filter clause: a property is expected.")),
        Operand::ToLower(inner) | Operand::ToUpper(inner) => {
            match bind_operand(kind, version, inner, variable)? {
                Ty::Text | Ty::Words(_) => Ok(&Ty::Text),
                _ => Err(bad_request("Invalid filter clause: a function of text needs text.")),
            }
        }
        Operand::Path(path) => match variable {
            Some((name, element)) if path.first().is_some_and(|first| first == name) => {
                bind_element(element, path)
            }
            _ => bind_path(kind, version, path),
        },
    }
}

/// A path from an object: navigation to one object, then properties.
fn bind_path(kind: Kind, version: Version, path: &mut [String]) -> Result<&'static Ty> {
    let Some((first, rest)) = path.split_first_mut() else {
        return Err(bad_request("Invalid filter clause: a property is expected."));
    };
    if let Some(navigation) = kind.navigation(version, first) {
        navigation.name.clone_into(first);
        if rest.is_empty() || navigation.many {
            return Err(bad_request(format!("Invalid filter clause: '{first}' is not a property.")));
        }
        return bind_path(navigation.kind, version, rest);
    }
    let mut shape = (kind.entity().shape)(version);
    let mut name = first;
    let mut rest = rest;
    loop {
        let member = member(shape, name).ok_or_else(|| no_property(name, shape))?;
        member.name.clone_into(name);
        match (rest.split_first_mut(), &member.ty) {
            (None, ty) => return Ok(ty),
            (Some((next, after)), Ty::Object(inner)) => {
                (shape, name, rest) = (inner, next, after);
            }
            (Some((next, _)), _) => return Err(no_property(next, shape)),
        }
    }
}

/// A path from the variable of a lambda: perhaps a type to cast to, then one property.
fn bind_element(element: &'static Ty, path: &mut [String]) -> Result<&'static Ty> {
    let shapes: &[&'static Shape] = match element {
        Ty::Union(shapes) | Ty::Derived(shapes) => shapes,
        Ty::Object(shape) => std::slice::from_ref(shape),
        simple if path.len() == 1 => return Ok(simple),
        _ => &[],
    };
    let cast = path.get(1).and_then(|cast| cast.strip_prefix("microsoft.graph."));
    let (shapes, at): (Vec<&'static Shape>, usize) = match cast {
        Some(cast) => (shapes.iter().copied().filter(|shape| shape.type_name == cast).collect(), 2),
        None => (shapes.to_vec(), 1),
    };
    let name =
        path.get_mut(at).ok_or_else(|| bad_request("Invalid filter clause: a property is expected."))?;
    let found = shapes.into_iter().find_map(|shape| member(shape, name));
    let found = found.ok_or_else(|| {
        bad_request(format!("Invalid filter clause: Could not find a property named '{name}'."))
    })?;
    found.name.clone_into(name);
    Ok(&found.ty)
}

fn fits(ty: &Ty, literal: &Literal) -> Result<()> {
    let fits = match (ty, literal) {
        (Ty::Enum(words), Literal::Text(word)) => words.contains(&word.as_str()),
        (_, Literal::Null)
        | (Ty::Text | Ty::Words(_) | Ty::Duration | Ty::Date, Literal::Text(_))
        | (Ty::Bool, Literal::Bool(_))
        | (Ty::Int(..), Literal::Number(_))
        | (Ty::Instant, Literal::Instant(_)) => true,
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(bad_request(format!("Invalid filter clause: the literal {literal:?} does not fit the property.")))
    }
}

fn resolve(view: &View, kind: Kind, object: &Value, path: &[String]) -> Value {
    let Some((first, rest)) = path.split_first() else { return Value::Null };
    let navigation: Option<&Navigation> = kind.navigation(view.version, first);
    if let Some(navigation) = navigation {
        let targets = (navigation.targets)(view.tenant, object);
        return targets.first().map_or(Value::Null, |target| resolve(view, navigation.kind, target, rest));
    }
    let value = property(view, kind, object, first);
    rest.iter().fold(value, |value, name| value.get(name).cloned().unwrap_or_default())
}

fn holds(expr: &Expr, resolve: &mut dyn FnMut(&[String]) -> Value, ignore_case: bool) -> bool {
    match expr {
        Expr::Or(left, right) => holds(left, resolve, ignore_case) || holds(right, resolve, ignore_case),
        Expr::And(left, right) => holds(left, resolve, ignore_case) && holds(right, resolve, ignore_case),
        Expr::Not(inner) => !holds(inner, resolve, ignore_case),
        Expr::Compare(operand, op, literal) => compare(&value(operand, resolve), *op, literal),
        Expr::In(operand, literals) => {
            let value = value(operand, resolve);
            literals.iter().any(|literal| compare(&value, Op::Eq, literal))
        }
        Expr::Match(kind, left, right) => {
            let (left, right) = (value(left, resolve), value(right, resolve));
            let (Some(left), Some(right)) = (left.as_str(), right.as_str()) else { return false };
            // The directory does not look at letter case; entitlement management's reference does,
            // which is why it writes tolower.
            let (left, right) = if ignore_case {
                (left.to_lowercase(), right.to_lowercase())
            } else {
                (left.to_owned(), right.to_owned())
            };
            match kind {
                Match::StartsWith => left.starts_with(&right),
                Match::EndsWith => left.ends_with(&right),
                Match::Contains => left.contains(&right),
            }
        }
        Expr::Any(path, variable, body) => {
            let collection = resolve(path);
            collection.as_array().into_iter().flatten().any(|element| {
                let mut inner = |path: &[String]| match path.split_first() {
                    Some((first, rest)) if first == variable => element_value(element, rest),
                    _ => Value::Null,
                };
                holds(body, &mut inner, ignore_case)
            })
        }
        Expr::True(operand) => value(operand, resolve) == Value::Bool(true),
    }
}

fn element_value(element: &Value, path: &[String]) -> Value {
    let path = match path.split_first() {
        Some((cast, rest)) if cast.starts_with("microsoft.graph.") => {
            if element["@odata.type"] != format!("#{cast}") {
                return Value::Null;
            }
            rest
        }
        _ => path,
    };
    path.iter().fold(element.clone(), |value, name| value.get(name).cloned().unwrap_or_default())
}

fn value(operand: &Operand, resolve: &mut dyn FnMut(&[String]) -> Value) -> Value {
    let cased = |value: Value, lower: bool| match value {
        Value::String(text) if lower => text.to_lowercase().into(),
        Value::String(text) => text.to_uppercase().into(),
        other => other,
    };
    match operand {
        Operand::Path(path) => resolve(path),
        Operand::ToLower(inner) => cased(value(inner, resolve), true),
        Operand::ToUpper(inner) => cased(value(inner, resolve), false),
        Operand::Literal(Literal::Text(text)) => text.clone().into(),
        Operand::Literal(_) => Value::Null,
    }
}

/// Text is equal without regard to letter case, as in the service's own tables.
fn compare(value: &Value, op: Op, literal: &Literal) -> bool {
    let order = match (value, literal) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::String(left), Literal::Text(right) | Literal::Instant(right)) => {
            match (crate::values::parse_instant(left), crate::values::parse_instant(right)) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => Some(left.to_lowercase().cmp(&right.to_lowercase())),
            }
        }
        (Value::Number(left), Literal::Number(right)) => left.as_i64().map(|left| left.cmp(right)),
        (Value::Bool(left), Literal::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    };
    match op {
        Op::Eq => order == Some(Ordering::Equal),
        Op::Ne => order != Some(Ordering::Equal),
        Op::Gt => order == Some(Ordering::Greater),
        Op::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Op::Lt => order == Some(Ordering::Less),
        Op::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}

fn member(shape: &'static Shape, name: &str) -> Option<&'static crate::shape::Member> {
    shape.members.iter().find(|member| member.name.eq_ignore_ascii_case(name))
}

fn no_property(name: &str, shape: &Shape) -> crate::errors::GraphError {
    bad_request(format!(
        "Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
        shape.type_name
    ))
}
