//! JSON as Graph reads it: a name twice in one object is a mistake, not the last of the two.

use std::collections::HashSet;

use serde_json::Value;

/// The value, or `None` for what is not JSON or names a member twice.
pub fn read(text: &[u8]) -> Option<Value> {
    let value = serde_json::from_slice(text).ok()?;
    (!names_twice(text)).then_some(value)
}

/// Looks through text that is known to be JSON. A string is a name where an object is open and a
/// name is due; that changes with `{`, `,` and `:`.
fn names_twice(text: &[u8]) -> bool {
    let mut open: Vec<Option<HashSet<String>>> = Vec::new();
    let mut name_is_due = false;
    let mut position = 0;
    while let Some(byte) = text.get(position) {
        match byte {
            b'{' => {
                open.push(Some(HashSet::new()));
                name_is_due = true;
            }
            b'[' => {
                open.push(None);
                name_is_due = false;
            }
            b'}' | b']' => {
                open.pop();
            }
            b',' => name_is_due = matches!(open.last(), Some(Some(_))),
            b':' => name_is_due = false,
            b'"' => {
                let end = string_end(text, position);
                if let (true, Some(Some(names))) = (name_is_due, open.last_mut()) {
                    let name = serde_json::from_slice(&text[position..=end]).unwrap_or_default();
                    if !names.insert(name) {
                        return true;
                    }
                }
                position = end;
            }
            _ => {}
        }
        position += 1;
    }
    false
}

/// The place of the quote that closes the string which begins at `start`.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while let Some(byte) = text.get(position) {
        match byte {
            b'\\' => position += 1,
            b'"' => return position,
            _ => {}
        }
        position += 1;
    }
    text.len() - 1
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_name_stands_once_in_an_object() {
        for text in [
            r#"{"a": {"a": 1}, "b": ["a", "a", {"a": "a"}], "c": "\"a\": {", "": ":,{"}"#,
            "[]",
            "5",
            r#""x""#,
        ] {
            assert!(read(text.as_bytes()).is_some(), "{text}");
        }
        for text in
            [r#"{"a": 1, "a": 2}"#, r#"{"a": 1, "\u0061": 2}"#, r#"[{"x": {"b": [], "b": 1}}]"#, "{", ""]
        {
            assert!(read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
