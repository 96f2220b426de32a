//! Values of a plan as a person reads them: names for ids, words beside durations, subjects as phrases.

use super::page::{Span, Tone, plain, span};
use entrant_model::Kind;
use entrant_model::text::visible;
use entrant_model::time::Duration;
use entrant_model::value::Json;
use similar::{ChangeTag, TextDiff};

/// A value on one line. `label` is the member that holds it.
pub fn phrase(label: &str, value: &Json) -> String {
    match value {
        Json::Null => "(none)".to_owned(),
        Json::String(text) if text.is_empty() => "\"\"".to_owned(),
        Json::String(text) => with_words(label, text),
        Json::Number(number) if label.ends_with("InMinutes") => match number.as_u64() {
            Some(minutes) if minutes > 0 => format!("{number} ({})", Duration::minutes(minutes).in_words()),
            _ => number.to_string(),
        },
        Json::Object(_) => subject(value).unwrap_or_else(|| visible(&value.to_string())),
        Json::Array(list) => {
            list.iter().map(|element| member_of_list(label, element)).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// An element of a list on one line.
pub fn member_of_list(label: &str, value: &Json) -> String {
    match value {
        Json::String(word) => match word_of_subject(word) {
            Some(words) => words.to_owned(),
            None => phrase(label, value),
        },
        _ => phrase(label, value),
    }
}

/// The phrases of several values; where two different ones read alike, their ids tell them apart.
pub fn told_apart(label: &str, values: &[&Json]) -> Vec<String> {
    let phrases: Vec<String> = values.iter().map(|v| member_of_list(label, v)).collect();
    let is_double = |index: usize| {
        phrases.iter().zip(values).any(|(other, value)| *other == phrases[index] && *value != values[index])
    };
    let id = |value: &Json| value.get("id").and_then(Json::as_str).map(visible);
    (0..phrases.len())
        .map(|index| match id(values[index]) {
            Some(id) if is_double(index) => format!("{} (id {id})", phrases[index]),
            _ => phrases[index].clone(),
        })
        .collect()
}

/// `group Partner desk (backup)`, `manager`, `external sponsors`; `None` for what is no subject and no
/// reference.
pub fn subject(value: &Json) -> Option<String> {
    let map = value.as_object()?;
    let rest = |known: &[&str]| map.keys().all(|key| known.contains(&key.as_str()) || key == "isBackup");
    let level = |key: &str, who: &str| {
        (rest(&[key])).then(|| match map.get(key).and_then(Json::as_u64) {
            Some(1) | None => who.to_owned(),
            Some(level) => format!("{who}, {level} levels up"),
        })
    };
    let text = |key: &str| map.get(key).and_then(Json::as_str).map(visible);
    let in_role = |words: String| match text("role") {
        Some(role) => format!("{words}, role {role}"),
        None => words,
    };
    let words = if map.contains_key("kind") && map.contains_key("name") {
        rest(&["kind", "name", "id", "role"]).then(|| reference(value).map(in_role))?
    } else if let (Some(system), Some(id)) = (text("originSystem"), text("originId")) {
        rest(&["originSystem", "originId", "role"]).then(|| in_role(format!("{system} {id}")))
    } else if let Some(site) = text("site") {
        rest(&["site", "role"]).then(|| in_role(format!("site {site}")))
    } else if let Some(source) = identity_source(map) {
        Some(source)
    } else if map.contains_key("manager") {
        level("manager", "manager")
    } else if map.contains_key("targetManager") {
        level("targetManager", "manager of the target")
    } else if let Some(rule) = map.get("rule").and_then(Json::as_str) {
        rest(&["rule"]).then(|| format!("rule {}", visible(rule)))
    } else {
        let (word, _) = map.iter().next()?;
        rest(&[word]).then(|| word_of_subject(word)).flatten().map(str::to_owned)
    }?;
    let is_backup = map.get("isBackup") == Some(&Json::Bool(true));
    Some(if is_backup { format!("{words} (backup)") } else { words })
}

/// The members of a structure; `None` for what is shown in one piece.
pub fn keys(json: &Json) -> Option<Vec<String>> {
    match json {
        Json::Object(map) if subject(json).is_none() => Some(map.keys().cloned().collect()),
        Json::Array(list) if list.iter().all(|e| e.is_object() && subject(e).is_none()) => {
            Some((0..list.len()).map(|index| index.to_string()).collect())
        }
        _ => None,
    }
}

/// How people of an organization are recognised: `domain fabrikam.com`.
fn identity_source(map: &serde_json::Map<String, Json>) -> Option<String> {
    const SOURCES: [(&str, &str, &str); 5] = [
        ("tenant", "tenant", ""),
        ("domain", "domain", ""),
        ("social", "social network", ""),
        ("crossCloudTenant", "tenant", "cloudInstance"),
        ("federatedDomain", "domain", "issuerUri"),
    ];
    let (key, noun, beside) = SOURCES.into_iter().find(|(key, ..)| map.contains_key(*key))?;
    if !map.keys().all(|name| [key, beside, "displayName"].contains(&name.as_str())) {
        return None;
    }
    let text = |key: &str| map.get(key).and_then(Json::as_str).map(visible);
    let words = format!("{noun} {}", text(key)?);
    Some(match text(beside) {
        Some(beside) => format!("{words} of {beside}"),
        None => words,
    })
}

/// `group Partner desk`; an object whose name is not known is shown by its id.
fn reference(value: &Json) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Json::as_str);
    let kind = text("kind")?;
    let noun = KINDS.iter().find(|k| k.as_str() == kind).map_or(kind, |k| k.noun());
    let name = text("name")?;
    Some(if text("id") == Some(name) {
        format!("{} of unknown name, {}", visible(noun), visible(name))
    } else {
        format!("{} {}", visible(noun), visible(name))
    })
}

const KINDS: [Kind; 8] = [
    Kind::AssignmentPolicy,
    Kind::AccessPackage,
    Kind::Catalog,
    Kind::ConnectedOrganization,
    Kind::WorkflowExtension,
    Kind::Group,
    Kind::User,
    Kind::ServicePrincipal,
];

/// The words for a subject that documents write as one word.
fn word_of_subject(word: &str) -> Option<&'static str> {
    Some(match word {
        "internalSponsors" => "internal sponsors",
        "externalSponsors" => "external sponsors",
        "targetUserSponsors" => "sponsors of the target user",
        "targetApplicationOwners" => "owners of the target application",
        "targetAgentIdentitySponsorsOrOwners" => "sponsors or owners of the target agent identity",
        _ => return None,
    })
}

/// A duration with its words: `P90D (90 days)`.
fn with_words(label: &str, text: &str) -> String {
    let label = label.to_ascii_lowercase();
    let may_be_time = ["duration", "expiration", "period"].iter().any(|part| label.contains(part));
    if !may_be_time {
        return visible(text);
    }
    match Duration::parse(text) {
        Some(duration) => format!("{text} ({})", duration.in_words()),
        None if text == "noExpiration" => "noExpiration (does not end)".to_owned(),
        None => visible(text),
    }
}

/// `1 day`, `2 days`.
pub fn counted(count: u64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// Two long texts as one, with what goes in `[-…-]` and what comes in `{+…+}`; `None` where they have too
/// little in common, or are too short, for that to be readable.
pub fn word_diff(before: &str, after: &str) -> Option<Vec<Span>> {
    let (before, after) = (visible(before), visible(after));
    let is_long = |text: &str| text.split(' ').count() >= 4;
    if !is_long(&before) || !is_long(&after) {
        return None;
    }
    let diff = TextDiff::from_words(before.as_str(), after.as_str());
    if diff.ratio() < 0.4 {
        return None;
    }
    let mut runs: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => runs.push((change.tag(), change.value().to_owned())),
        }
    }
    let mut spans = Vec::new();
    for (tag, text) in runs {
        let (tone, open, close) = match tag {
            ChangeTag::Equal => {
                spans.push(plain(text));
                continue;
            }
            ChangeTag::Delete => (Tone::Removed, "[-", "-]"),
            ChangeTag::Insert => (Tone::Added, "{+", "+}"),
        };
        let (inner, space) = match text.strip_suffix(' ') {
            Some(inner) => (inner, " "),
            None => (text.as_str(), ""),
        };
        spans.push(span(tone, format!("{open}{inner}{close}")));
        spans.push(plain(space));
    }
    Some(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_read_as_words() {
        for (label, value, words) in [
            ("expiration", json!("P90D"), "P90D (90 days)"),
            ("expiration", json!("PT2H"), "PT2H (2 hours)"),
            ("expiration", json!("P3DT4H"), "P3DT4H (3 days 4 hours)"),
            ("expiration", json!("noExpiration"), "noExpiration (does not end)"),
            ("displayName", json!("P90D"), "P90D"),
            ("escalationTimeInMinutes", json!(11520), "11520 (8 days)"),
            ("isEnabled", json!(true), "true"),
            ("x", json!({"kind": "Group", "name": "Partner desk", "id": "1"}), "group Partner desk"),
            ("x", json!({"kind": "Group", "name": "1", "id": "1"}), "group of unknown name, 1"),
            (
                "x",
                json!({"kind": "User", "name": "ana@contoso.com", "id": "1", "isBackup": true}),
                "user ana@contoso.com (backup)",
            ),
            (
                "x",
                json!({"kind": "Group", "name": "Ops", "id": "1", "role": "Owner"}),
                "group Ops, role Owner",
            ),
            ("x", json!({"site": "https://x/s", "role": "Members"}), "site https://x/s, role Members"),
            ("x", json!({"originSystem": "DirectoryRole", "originId": "r"}), "DirectoryRole r"),
            ("x", json!({"domain": "fabrikam.com", "displayName": "Fabrikam"}), "domain fabrikam.com"),
            ("x", json!({"federatedDomain": "f.com", "issuerUri": "https://i"}), "domain f.com of https://i"),
            ("x", json!({"manager": 1}), "manager"),
            ("x", json!({"manager": 2, "isBackup": true}), "manager, 2 levels up (backup)"),
            ("x", json!({"externalSponsors": {}, "isBackup": true}), "external sponsors (backup)"),
            ("x", json!({"rule": "(user.department -eq \"Sales\")"}), "rule (user.department -eq \"Sales\")"),
            ("x", json!(["externalSponsors"]), "external sponsors"),
            (
                "x",
                json!({"kind": "Group", "name": "a\u{202e}b\u{1b}[2J", "id": "1"}),
                "group a\\u{202e}b\\u{1b}[2J",
            ),
        ] {
            assert_eq!(phrase(label, &value), words);
        }
    }

    #[test]
    fn two_groups_of_one_name_are_told_apart() {
        let (a, b) = (
            json!({"kind": "Group", "name": "Desk", "id": "1"}),
            json!({"kind": "Group", "name": "Desk", "id": "2"}),
        );
        assert_eq!(told_apart("x", &[&a, &b]), ["group Desk (id 1)", "group Desk (id 2)"]);
        assert_eq!(told_apart("x", &[&a, &a]), ["group Desk", "group Desk"]);
    }

    #[test]
    fn long_texts_are_compared_by_words() {
        let spans = word_diff("Partners may ask for access", "Partners may request access").unwrap();
        let text: String = spans.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(text, "Partners may [-ask for-]{+request+} access");
        assert!(word_diff("a", "b").is_none());
    }
}
