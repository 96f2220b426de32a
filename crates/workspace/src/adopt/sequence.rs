//! Lists whose order says something: which written element each live one continues, and what it says then.

use super::merge::{is_variable, object_differs, value, who};
use super::render::Renderer;
use entrant_manifest::write::longest_run;
use entrant_model::value::Json;
use entrant_model::wire::element_type;
use entrant_model::{Pointer, Type, Value};

/// Elements that are the same stay, wherever they are now; the others are changed one by one, and what is too much or
/// missing goes or comes.
pub(super) fn sequence(
    list: &mut Vec<Json>,
    (of, order_by): (&Type, &str),
    want: &[Value],
    have: &[Value],
    at: &Pointer,
    renderer: &mut Renderer,
) -> bool {
    if list.len() != want.len() || list.iter().any(is_variable) {
        return false;
    }
    let number = |value: &Value| match value.as_object().and_then(|object| object.get(order_by)) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    let numbered =
        |values: &[Value]| !order_by.is_empty() && values.iter().all(|value| number(value).is_some());
    // In the order that counts; written numbers may say another than the list.
    let says_numbers = !want.is_empty() && numbered(want);
    let mut written: Vec<(usize, &Value, Json)> =
        want.iter().zip(list.drain(..)).enumerate().map(|(at, (value, json))| (at, value, json)).collect();
    if says_numbers {
        written.sort_by_key(|(_, value, _)| number(value));
    }
    let mut live: Vec<&Value> = have.iter().collect();
    if numbered(have) {
        live.sort_by_key(|value| number(value));
    }
    // The number is the place, and says nothing else.
    let bare = |value: &Value| {
        let mut value = value.clone();
        if let Value::Object(object) = &mut value {
            object.remove(order_by);
        }
        value
    };
    let mine: Vec<Value> = written.iter().map(|(_, value, _)| bare(value)).collect();
    let theirs: Vec<Value> = live.iter().map(|value| bare(value)).collect();
    let mut next: Vec<(Option<usize>, Json)> = Vec::new();
    for (index, continued) in continued(&mine, &theirs).into_iter().enumerate() {
        let place = at.child(next.len().to_string());
        let found = if says_numbers { live[index] } else { &theirs[index] };
        match continued {
            Some(one) => {
                let (in_file, wanted, mut json) = written[one].clone();
                if object_differs(wanted, found) {
                    value(&mut json, &element_type(of), wanted, found, &place, renderer);
                }
                next.push((Some(in_file), json));
            }
            None => next.extend(renderer.value(of, found, &place).map(|json| (None, json))),
        }
    }
    if says_numbers {
        next = in_file_order(next);
    }
    *list = next.into_iter().map(|(_, json)| json).collect();
    true
}

/// Elements that were there in the order of the file, each with the new ones that come after it.
fn in_file_order(elements: Vec<(Option<usize>, Json)>) -> Vec<(Option<usize>, Json)> {
    let mut groups: Vec<Vec<(Option<usize>, Json)>> = Vec::new();
    for element in elements {
        match groups.last_mut() {
            Some(group) if element.0.is_none() => group.push(element),
            _ => groups.push(vec![element]),
        }
    }
    groups.sort_by_key(|group| group[0].0);
    groups.concat()
}

/// Which written element each live one continues: an equal one, by the longest common run and then wherever it was;
/// else one about the same; else, between equal ones, the one in its place.
fn continued(written: &[Value], live: &[Value]) -> Vec<Option<usize>> {
    let same = |i: usize, j: usize| !object_differs(&written[i], &live[j]);
    let run = longest_run(written.len(), live.len(), &same);
    let mut of: Vec<Option<usize>> = vec![None; live.len()];
    let mut is_taken = vec![false; written.len()];
    for (i, j) in &run {
        (of[*j], is_taken[*i]) = (Some(*i), true);
    }
    let about =
        |i: usize, j: usize| who(&written[i]) == who(&live[j]) && matches!(who(&live[j]), Some((_, Some(_))));
    let ways: [&dyn Fn(usize, usize) -> bool; 2] = [&same, &about];
    for is_it in ways {
        for (j, of) in of.iter_mut().enumerate() {
            if of.is_none()
                && let Some(i) = (0..written.len()).find(|i| !is_taken[*i] && is_it(*i, j))
            {
                (*of, is_taken[i]) = (Some(i), true);
            }
        }
    }
    let mut from = (0, 0);
    for (i, j) in run.into_iter().chain([(written.len(), live.len())]) {
        let free: Vec<usize> = (from.0..i).filter(|i| !is_taken[*i]).collect();
        let open: Vec<usize> = (from.1..j).filter(|j| of[*j].is_none()).collect();
        for (i, j) in free.into_iter().zip(open) {
            (of[j], is_taken[i]) = (Some(i), true);
        }
        from = (i + 1, j + 1);
    }
    of
}
