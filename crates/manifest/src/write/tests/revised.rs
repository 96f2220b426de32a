//! Edits by hand: what a text becomes where one value changes.

use crate::write::{Anchored, Source, document, revise};
use serde_json::{Value as Json, json};
use std::path::Path;

/// The text after the value at a pointer was set, or removed.
fn edit(source: &str, pointer: &str, value: Option<Json>) -> (String, Vec<String>, Vec<Source>) {
    edit_in("x.yaml", source, 0, pointer, value)
}

fn edit_in(
    file: &str,
    source: &str,
    index: usize,
    pointer: &str,
    value: Option<Json>,
) -> (String, Vec<String>, Vec<Source>) {
    let path = Path::new(file);
    let mut json = document(path, source, index).unwrap();
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match (json.pointer_mut(parent).unwrap(), value) {
        (Json::Object(map), Some(value)) => {
            // A new member comes after the one that is named before the `>`.
            match last.split_once('>') {
                Some((before, key)) => {
                    let at = map.keys().position(|k| k == before).map_or(0, |at| at + 1);
                    map.shift_insert(at, key.to_owned(), value);
                }
                None => {
                    map.insert(last.to_owned(), value);
                }
            }
        }
        (Json::Object(map), None) => {
            map.shift_remove(last).unwrap();
        }
        (Json::Array(list), Some(value)) => match last.strip_prefix('+') {
            Some(at) => list.insert(at.parse().unwrap(), value),
            None => list[last.parse::<usize>().unwrap()] = value,
        },
        (Json::Array(list), None) => {
            list.remove(last.parse().unwrap());
        }
        _ => panic!(),
    }
    let revised = revise(path, source, index, &json).unwrap();
    if revised.refused.is_empty() {
        assert_eq!(document(path, &revised.text, index).unwrap(), json, "{}", revised.text);
    }
    (revised.text, revised.lost, revised.refused.into_iter().map(|refused| refused.source).collect())
}

const POLICY: &str = "\
# About the file.

kind: AssignmentPolicy
displayName:   'Employees'   # what people see
expiration: \"P90D\" # a quarter

# Who.
specificAllowedTargets:
- {group: A}   # the first
# the second
- group: B
  description: two
- {group: C}
  # after C

requestApprovalSettings:
    isApprovalRequiredForAdd: true # yes
    stages:
    - durationBeforeAutomaticDenial: P14D
      primaryApprovers: [ {manager: 1}, {group: Desk} ] # both
      # none yet
      fallbackPrimaryApprovers: []
reviewSettings:
description: >-
  one
  two

questions: [{text: Why?}]
";

/// Edits of the same text: a pointer, a value, and lines that go and come.
#[test]
fn edits_touch_their_lines_alone() {
    let cases: Vec<(&str, Option<Json>, &str, &str)> = vec![
        (
            "/displayName",
            Some(json!("It's")),
            "displayName:   'Employees'   # what people see\n",
            "displayName:   'It''s'   # what people see\n",
        ),
        (
            "/expiration",
            Some(json!("PT2H")),
            "expiration: \"P90D\" # a quarter\n",
            "expiration: \"PT2H\" # a quarter\n",
        ),
        (
            "/expiration",
            Some(Json::Null),
            "expiration: \"P90D\" # a quarter\n",
            "expiration: null # a quarter\n",
        ),
        (
            "/expiration",
            Some(json!({"type": "afterDuration", "duration": "P1D"})),
            "expiration: \"P90D\" # a quarter\n",
            "expiration: {type: afterDuration, duration: P1D} # a quarter\n",
        ),
        ("/expiration", None, "expiration: \"P90D\" # a quarter\n", ""),
        (
            "/specificAllowedTargets/0/group",
            Some(json!("Z: z")),
            "- {group: A}   # the first\n",
            "- {group: \"Z: z\"}   # the first\n",
        ),
        ("/specificAllowedTargets/1/group", Some(json!("Z")), "- group: B\n", "- group: Z\n"),
        ("/specificAllowedTargets/1/description", None, "  description: two\n", ""),
        ("/specificAllowedTargets/1", None, "# the second\n- group: B\n  description: two\n", ""),
        ("/specificAllowedTargets/0", None, "- {group: A}   # the first\n", ""),
        (
            "/specificAllowedTargets/+3",
            Some(json!({"group": "D"})),
            "  # after C\n",
            "  # after C\n- group: D\n",
        ),
        (
            "/specificAllowedTargets/+0",
            Some(json!({"group": "D"})),
            "# Who.\nspecificAllowedTargets:\n",
            "# Who.\nspecificAllowedTargets:\n- group: D\n",
        ),
        (
            "/specificAllowedTargets/+1",
            Some(json!({"user": "d", "id": "x"})),
            "   # the first\n",
            "   # the first\n- {user: d, id: x}\n",
        ),
        (
            "/specificAllowedTargets",
            Some(json!([])),
            "specificAllowedTargets:\n- {group: A}   # the first\n# the second\n- group: B\n  description: two\n- {group: C}\n",
            "specificAllowedTargets: []\n",
        ),
        (
            "/requestApprovalSettings/isApprovalRequiredForAdd",
            Some(json!(false)),
            "true # yes",
            "false # yes",
        ),
        (
            "/requestApprovalSettings/isApprovalRequiredForAdd>isRequestorJustificationRequired",
            Some(json!(true)),
            "true # yes\n",
            "true # yes\n    isRequestorJustificationRequired: true\n",
        ),
        (
            "/requestApprovalSettings/stages/0/primaryApprovers/0/manager",
            Some(json!(2)),
            "{manager: 1}",
            "{manager: 2}",
        ),
        (
            "/requestApprovalSettings/stages/0/primaryApprovers/0",
            None,
            "[ {manager: 1}, {group: Desk} ]",
            "[ {group: Desk} ]",
        ),
        (
            "/requestApprovalSettings/stages/0/primaryApprovers/1",
            None,
            "[ {manager: 1}, {group: Desk} ]",
            "[ {manager: 1} ]",
        ),
        (
            "/requestApprovalSettings/stages/0/primaryApprovers/+2",
            Some(json!("externalSponsors")),
            "{group: Desk} ]",
            "{group: Desk}, externalSponsors ]",
        ),
        (
            "/requestApprovalSettings/stages/0/primaryApprovers/+0",
            Some(json!("externalSponsors")),
            "[ {manager",
            "[ externalSponsors, {manager",
        ),
        (
            "/requestApprovalSettings/stages/0/fallbackPrimaryApprovers",
            Some(json!([{"group": "E"}])),
            "fallbackPrimaryApprovers: []",
            "fallbackPrimaryApprovers: [{group: E}]",
        ),
        (
            "/requestApprovalSettings/stages/0/fallbackPrimaryApprovers",
            Some(json!([{"group": "E"}, {"group": "F"}])),
            "fallbackPrimaryApprovers: []\n",
            "fallbackPrimaryApprovers:\n      - group: E\n      - group: F\n",
        ),
        (
            "/requestApprovalSettings/stages/0/durationBeforeAutomaticDenial",
            None,
            "- durationBeforeAutomaticDenial: P14D\n      primaryApprovers",
            "- primaryApprovers",
        ),
        (
            "/requestApprovalSettings/stages/0/durationBeforeAutomaticDenial>isApproverJustificationRequired",
            Some(json!(true)),
            "Denial: P14D\n",
            "Denial: P14D\n      isApproverJustificationRequired: true\n",
        ),
        (
            "/requestApprovalSettings/stages/+1",
            Some(
                json!({"durationBeforeAutomaticDenial": "P1D", "primaryApprovers": [{"manager": 1}], "x": 1}),
            ),
            "fallbackPrimaryApprovers: []\n",
            "fallbackPrimaryApprovers: []\n    - durationBeforeAutomaticDenial: P1D\n      primaryApprovers: [{manager: 1}]\n      x: 1\n",
        ),
        (
            "/requestApprovalSettings",
            Some(Json::Null),
            "requestApprovalSettings:\n    isApprovalRequiredForAdd: true # yes\n    stages:\n    - durationBeforeAutomaticDenial: P14D\n      primaryApprovers: [ {manager: 1}, {group: Desk} ] # both\n      # none yet\n      fallbackPrimaryApprovers: []\n",
            "requestApprovalSettings: null\n",
        ),
        (
            "/reviewSettings",
            Some(json!({"isEnabled": false})),
            "reviewSettings:\n",
            "reviewSettings: {isEnabled: false}\n",
        ),
        (
            "/reviewSettings",
            Some(json!({"isEnabled": true, "schedule": {"expiration": "P25D", "recurrence": "weekly"}})),
            "reviewSettings:\n",
            "reviewSettings:\n    isEnabled: true\n    schedule: {expiration: P25D, recurrence: weekly}\n",
        ),
        ("/description", Some(json!("three")), "description: >-\n  one\n  two\n", "description: three\n"),
        ("/questions/0/text", Some(json!("How?")), "{text: Why?}", "{text: \"How?\"}"),
        ("/questions/0/text>isRequired", Some(json!(true)), "{text: Why?}", "{text: Why?, isRequired: true}"),
        ("/questions/+1", Some(json!({"text": "How"})), "[{text: Why?}]", "[{text: Why?}, {text: How}]"),
        (
            "/questions>notificationSettings",
            Some(json!({"a": {"b": 1, "c": 2, "d": 3}})),
            "questions: [{text: Why?}]\n",
            "questions: [{text: Why?}]\nnotificationSettings:\n    a:\n        b: 1\n        c: 2\n        d: 3\n",
        ),
    ];
    assert!(cases.len() >= 30);
    for eol in ["\n", "\r\n"] {
        for (pointer, value, from, to) in &cases {
            let source = POLICY.replace('\n', eol);
            assert_eq!(POLICY.matches(from).count(), 1, "{from}");
            let expected = POLICY.replacen(from, to, 1).replace('\n', eol);
            let (text, _, refused) = edit(&source, pointer, value.clone());
            assert_eq!(text, expected, "{pointer} {value:?}");
            assert_eq!(refused, [], "{pointer}");
        }
    }
}

#[test]
fn comments_that_go_are_named() {
    let (_, lost, _) = edit(POLICY, "/specificAllowedTargets/1", None);
    assert_eq!(lost, ["# the second"]);
    let (_, lost, _) = edit(POLICY, "/displayName", Some(json!("x")));
    assert!(lost.is_empty());
}

#[test]
fn brackets_over_several_lines_keep_theirs() {
    let source = "a: [\n  {b: 1}, # one\n  {b: 2} # two\n]\nc: {\n  d: 1,\n}\n";
    for (pointer, value, expected) in [
        (
            "/a/+2",
            Some(json!({"b": 3})),
            "a: [\n  {b: 1}, # one\n  {b: 2}, # two\n  {b: 3}\n]\nc: {\n  d: 1,\n}\n",
        ),
        ("/a/1", None, "a: [\n  {b: 1} # one\n]\nc: {\n  d: 1,\n}\n"),
        ("/a/0", None, "a: [\n  {b: 2} # two\n]\nc: {\n  d: 1,\n}\n"),
        (
            "/a/+1",
            Some(json!({"x": 3})),
            "a: [\n  {b: 1}, # one\n  {x: 3},\n  {b: 2} # two\n]\nc: {\n  d: 1,\n}\n",
        ),
        ("/c/d>e", Some(json!("f")), "a: [\n  {b: 1}, # one\n  {b: 2} # two\n]\nc: {\n  d: 1,\n  e: f,\n}\n"),
        ("/a", Some(json!([{"x": 1}])), "a: [\n  {x: 1} # one\n]\nc: {\n  d: 1,\n}\n"),
        ("/c", Some(json!({})), "a: [\n  {b: 1}, # one\n  {b: 2} # two\n]\nc: {}\n"),
    ] {
        assert_eq!(edit(source, pointer, value).0, expected, "{pointer}");
    }
}

fn anchor(name: &str, value: Json, line: usize) -> Source {
    Source::Anchor(Anchored { name: name.to_owned(), value, lines: vec![line] })
}

#[test]
fn what_stands_elsewhere_is_refused() {
    let source = "a: &x [1, 2]\nb: *x\nc: {var: keep}\nd: &unused {e: 1}\nf:\n  - {var: who}\n  - g\n";
    for (pointer, value, refused) in [
        ("/b", Some(json!([1])), Source::Alias("x".into())),
        ("/a/0", Some(json!(3)), anchor("x", json!([1, 2]), 2)),
        ("/a", None, anchor("x", json!([1, 2]), 2)),
        ("/c", Some(json!("P1D")), Source::Variable("keep".into())),
        ("/f/0", None, Source::Variable("who".into())),
        ("/f", Some(json!([])), Source::Variable("who".into())),
    ] {
        let (text, _, found) = edit(source, pointer, value);
        assert_eq!((text.as_str(), found.as_slice()), (source, &[refused][..]), "{pointer}");
    }
    let (text, _, refused) = edit(source, "/d/e", Some(json!(2)));
    assert_eq!((text, refused), (source.replace("{e: 1}", "{e: 2}"), vec![]));
    let (text, _, refused) = edit(source, "/f/1", Some(json!("h")));
    assert_eq!((text, refused), (source.replace("- g", "- h"), vec![]));
}

#[test]
fn one_document_of_several_and_json() {
    let source = "\u{feff}a: 1\n---\n# two\nb: 2 # b\n---\nc: 3";
    assert_eq!(edit_in("x.yaml", source, 1, "/b", Some(json!(4))).0, source.replace("b: 2", "b: 4"));
    assert_eq!(edit_in("x.yaml", source, 0, "/a", Some(json!(4))).0, source.replace("a: 1", "a: 4"));
    assert_eq!(edit_in("x.yaml", source, 2, "/c>d", Some(json!(4))).0, format!("{source}\nd: 4"));
    let source = "{\n  \"a\": \"x\",\n  \"b\": [\n    1\n  ]\n}\n";
    assert_eq!(edit_in("x.json", source, 0, "/a", Some(json!("y"))).0, source.replace("\"x\"", "\"y\""));
    assert_eq!(
        edit_in("x.json", source, 0, "/b>c", Some(json!({"d": [true]}))).0,
        "{\n  \"a\": \"x\",\n  \"b\": [\n    1\n  ],\n  \"c\": {\n    \"d\": [\n      true\n    ]\n  }\n}\n"
    );
    assert_eq!(edit_in("x.json", source, 0, "/b", None).0, "{\n  \"a\": \"x\"\n}\n");
}

/// A text in a block stays one while it has more than a line, with the indentation that it had.
#[test]
fn blocks_of_text_stay_blocks() {
    let literal = "kind: Catalog\ndescription: |   # long\n    First line.\n      - indented\n\n    last\nstate: published\n";
    let (text, lost, _) =
        edit(literal, "/description", Some(json!("First line.\n  - indented\n\nlast one\n")));
    assert_eq!(text, literal.replace("last\n", "last one\n"));
    assert_eq!(lost, Vec::<String>::new());
    let (text, ..) = edit(literal, "/description", Some(json!("One line")));
    assert_eq!(text, "kind: Catalog\ndescription: One line   # long\nstate: published\n");
    let folded = "kind: Catalog\r\ndescription: >-\r\n  some words that stand on two lines of the file because they would not have room\r\n  on one\r\n";
    let new =
        "some words that stand on two lines of the file because they would not have room on a single one";
    let (text, ..) = edit(folded, "/description", Some(json!(new)));
    assert_eq!(
        text,
        "kind: Catalog\r\ndescription: >-\r\n  some words that stand on two lines of the file because they would not have\r\n  room on a single one\r\n"
    );
    // What a block would not give back is in quotation marks.
    let (text, ..) = edit(folded, "/description", Some(json!(" two\n blanks ")));
    assert_eq!(text, "kind: Catalog\r\ndescription: \" two\\n blanks \"\r\n");
}

#[test]
fn what_is_left_of_a_list_in_brackets_is_closed_on_its_line() {
    let source = "a: [{group: A},\n    {group: B},   # second\n    {user: c}]\n";
    let path = Path::new("x.yaml");
    let revised = revise(path, source, 0, &json!({"a": [{"group": "A"}]})).unwrap();
    assert_eq!(revised.text, "a: [{group: A}]\n");
    assert_eq!(revised.lost, ["# second"]);
}

/// What is refused says what was to stand there.
#[test]
fn what_is_refused_names_the_anchor_and_the_value() {
    let source = "a: &x [{group: A}]\nb: *x\nc:\n- &y {group: C}\n- {group: D}\nd: [*y]\n";
    let path = Path::new("x.yaml");
    let new = json!({"a": [{"group": "A"}], "b": [], "c": [{"group": "D"}], "d": [{"group": "C"}]});
    let revised = revise(path, source, 0, &new).unwrap();
    assert_eq!(revised.text, source);
    let said: Vec<(String, Source, Option<Json>)> =
        revised.refused.into_iter().map(|r| (r.path.to_string(), r.source, r.value)).collect();
    assert_eq!(
        said,
        [
            ("/b".to_owned(), Source::Alias("x".to_owned()), Some(json!([]))),
            ("/c".to_owned(), anchor("y", json!({"group": "C"}), 6), Some(json!([{"group": "D"}]))),
        ]
    );
}

/// Of a list from which something would go that stands elsewhere, nothing is written: half of a change is none.
#[test]
fn a_list_is_taken_as_a_whole_or_not_at_all() {
    let source = "a:\n- {var: who}\n- {group: D}   # own\nb: 1\n";
    let path = Path::new("x.yaml");
    let new = json!({"a": [{"group": "E"}, {"group": "F"}], "b": 2});
    let revised = revise(path, source, 0, &new).unwrap();
    assert_eq!(revised.text, source.replace("b: 1", "b: 2"));
    let [refused] = revised.refused.as_slice() else { panic!("{:?}", revised.refused) };
    assert_eq!((refused.path.to_string(), refused.line), ("/a".to_owned(), 2));
    assert_eq!(refused.source, Source::Variable("who".to_owned()));
    assert_eq!(refused.value.as_ref(), Some(&new["a"]));
}

/// What stands elsewhere in a list afterwards is moved with its comments and as it is written.
#[test]
fn what_is_moved_keeps_its_comments_and_its_form() {
    let source =
        "a:\r\n# of all\r\n- {t: \"1\"}   # one\r\n# two\r\n- t:   '2'\r\n  # in two\r\n  u: 3\r\n- t: 4";
    let path = Path::new("x.yaml");
    let new = json!({"a": [{"t": 4}, {"t": "2", "u": 3}, {"t": "1"}]});
    let revised = revise(path, source, 0, &new).unwrap();
    let expected =
        "a:\r\n# of all\r\n- t: 4\r\n# two\r\n- t:   '2'\r\n  # in two\r\n  u: 3\r\n- {t: \"1\"}   # one";
    assert_eq!((revised.text.as_str(), revised.lost.as_slice()), (expected, &[][..]));
    // Another one does not get the place, and the comment, of one that is moved.
    let source = "a:\n- {t: A}   # a\n- {t: B}   # b\n- {t: C}   # c\n- {t: D}   # d\n";
    let new = json!({"a": [{"t": "B"}, {"t": "A"}, {"t": "D"}, {"t": "C"}]});
    let revised = revise(path, source, 0, &new).unwrap();
    assert_eq!(revised.text, "a:\n- {t: B}   # b\n- {t: A}   # a\n- {t: D}   # d\n- {t: C}   # c\n");
    let new = json!({"a": ["y", "x"]});
    assert_eq!(revise(path, "a: ['x', \"y\"]\n", 0, &new).unwrap().text, "a: [\"y\", 'x']\n");
}

/// What comes into JSON is written as what stands beside it: on a line of its own, or on several.
#[test]
fn json_is_written_as_what_stands_beside_it() {
    let source = "{\n  \"a\": [\n    {\"b\": 1, \"c\": [2]},\n    {\"b\": 3}\n  ],\n  \"d\": []\n}\n";
    for (pointer, value, from, to) in [
        (
            "/a/+2",
            json!({"b": [4, {"c": "5"}]}),
            "{\"b\": 3}",
            "{\"b\": 3},\n    {\"b\": [4, {\"c\": \"5\"}]}",
        ),
        ("/a/0/c/+1", json!({"e": 6}), "[2]", "[2, {\"e\": 6}]"),
        ("/a/0/c", json!({"e": 6}), "[2]", "{\"e\": 6}"),
        ("/d", json!([{"e": 6}]), "[]", "[\n    {\n      \"e\": 6\n    }\n  ]"),
    ] {
        assert_eq!(
            edit_in("x.json", source, 0, pointer, Some(value)).0,
            source.replace(from, to),
            "{pointer}"
        );
    }
    let tall = "{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}\n";
    let (text, ..) = edit_in("x.json", tall, 0, "/a/0", Some(json!({"c": 2})));
    assert_eq!(text, tall.replace("\"b\": 1", "\"c\": 2"));
}

/// Where a file has both line ends, a new line has those of the line above it.
#[test]
fn a_line_that_comes_ends_as_the_one_above() {
    let source = "a: 1\r\nb:\n- {c: 2}\n- {c: 3}\nd: 4\r\n";
    let (text, ..) = edit(source, "/b/+2", Some(json!({"e": 5})));
    assert_eq!(text, source.replace("- {c: 3}\n", "- {c: 3}\n- e: 5\n"));
    let (text, ..) = edit(source, "/d>f", Some(json!(6)));
    assert_eq!(text, format!("{source}f: 6\r\n"));
}

/// In brackets over several lines, what comes after an element that begins a line begins one too.
#[test]
fn brackets_over_lines_keep_their_lines() {
    let source = "a: {b: 1,\n    c: [{d: 2},\n        {d: 3}]}   # end\n";
    let (text, ..) = edit(source, "/a/c/+2", Some(json!({"d": 4})));
    assert_eq!(text, source.replace("{d: 3}]", "{d: 3},\n        {d: 4}]"));
    let (text, ..) = edit(source, "/a/c>e", Some(json!("f, g")));
    assert_eq!(text, source.replace("]}", "],\n    e: \"f, g\"}"));
    let (text, ..) = edit("a: {b: x,\n    c: y}\n", "/a/c", Some(json!("p, q}")));
    assert_eq!(text, "a: {b: x,\n    c: \"p, q}\"}\n");
}

/// A folded text of several paragraphs stays folded, and what stands beside the head of a block stays too.
#[test]
fn paragraphs_stay_folded_and_remarks_beside_a_block_stay() {
    let source = "a: >   # why\n  one\n  two\n\n  three\nb: 1\n";
    let (text, lost, _) = edit(source, "/a", Some(json!("one two\n\nfour\n")));
    assert_eq!((text.as_str(), lost.len()), ("a: >   # why\n  one two\n\n\n  four\nb: 1\n", 0));
    let (text, lost, _) = edit(source, "/a", Some(json!("five")));
    assert_eq!((text.as_str(), lost.len()), ("a: five   # why\nb: 1\n", 0));
}

#[test]
fn what_comes_beside_a_key_with_a_mark_stands_where_the_others_do() {
    let source = "? a\n: 1\nb: 2\n";
    assert_eq!(edit(source, "/b>c", Some(json!(3))).0, format!("{source}c: 3\n"));
}
