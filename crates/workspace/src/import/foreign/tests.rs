//! Laws: whatever stands in a file, reading it ends, and what documents come of it have no mistakes.

use super::{Format, read};
use crate::import::{File, Target, Wanted};
use entrant_graph::Client;
use entrant_model::Diagnostic;
use entrant_model::value::Json;
use futures_util::FutureExt as _;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use std::convert::Infallible;

const STATE: &str = include_str!("tests/state.json");
const CONFIGURATION: &str = include_str!("tests/configuration.ps1");

/// The documents of a file without a tenant; `None` where the file is refused.
fn imported(format: Format, text: &str) -> Option<Vec<File>> {
    let foreign = read(format, "file", text.as_bytes()).ok()?;
    let wanted = Wanted::default();
    let made = super::import(foreign, &[], None::<&Client>, &wanted, &());
    let ready = made.now_or_never().expect("nothing is asked").expect("nothing can fail");
    let mut files = Vec::new();
    let made = ready.expect("nothing is missing").files(&Target::default(), |file| {
        files.push(file);
        Ok::<_, Infallible>(())
    });
    assert_eq!(made.map(|imported| imported.files), Ok(files.len()));
    Some(files)
}

fn assert_sound(files: &[File]) {
    let texts = files.iter().map(|file| (file.path.clone(), file.text.clone().into_bytes())).collect();
    let loaded = entrant_manifest::load_texts(texts, None);
    let errors: Vec<&Diagnostic> = loaded.diagnostics.iter().filter(|found| found.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{files:#?}");
}

/// Ways to every value.
fn pointers(json: &Json, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match json {
        Json::Array(list) => {
            for (index, element) in list.iter().enumerate() {
                pointers(element, &format!("{at}/{index}"), out);
            }
        }
        Json::Object(map) => {
            for (name, value) in map {
                pointers(value, &format!("{at}/{name}"), out);
            }
        }
        _ => {}
    }
}

fn hostile() -> impl Strategy<Value = Json> {
    select(vec![
        Json::Null,
        true.into(),
        (-1).into(),
        i64::MAX.into(),
        1e300.into(),
        "".into(),
        "\u{202e}name\u{0}\n# comment: {x: [".into(),
        "00000000-0000-4000-8000-000000000000".into(),
        "0001-01-01T00:00:00Z".into(),
        "../../etc/passwd".into(),
        "$x".into(),
        Json::Array(Vec::new()),
        serde_json::json!({}),
        serde_json::json!([[null], {"a": {}}]),
    ])
}

proptest! {
    // The same files each time.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(6), ..ProptestConfig::with_cases(64) })]

    #[test]
    fn whatever_stands_in_a_state_its_documents_are_sound(
        changes in prop::collection::vec((any::<Index>(), hostile()), 1..6)
    ) {
        let mut state: Json = serde_json::from_str(STATE).unwrap();
        for (at, value) in changes {
            let mut all = Vec::new();
            pointers(&state, "", &mut all);
            if let Some(place) = state.pointer_mut(&all[at.index(all.len())]) {
                *place = value;
            }
        }
        if let Some(files) = imported(Format::Terraform, &state.to_string()) {
            assert_sound(&files);
        }
    }

    #[test]
    fn whatever_stands_in_a_configuration_its_documents_are_sound(
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), select(vec![
            "", "'", "\"", "@(", ")", "{", "}", "$", "`", "=", ",", ";", "\n", "<#", "#>", "@'", "\u{2019}", "\u{202e}", "$null", "12",
        ])), 1..6)
    ) {
        let mut text: Vec<char> = CONFIGURATION.chars().collect();
        for (at, length, new) in changes {
            let at = at.index(text.len());
            let end = (at + length.index(6)).min(text.len());
            text.splice(at..end, new.chars());
        }
        if let Some(files) = imported(Format::M365dsc, &text.iter().collect::<String>()) {
            assert_sound(&files);
        }
    }

    #[test]
    fn whatever_a_file_holds_reading_it_ends(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(Format::Terraform, "file", &bytes);
        let _ = read(Format::M365dsc, "file", &bytes);
    }
}

#[test]
fn a_file_may_be_in_what_windows_powershell_writes() {
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { STATE.encode_utf16().flat_map(order).collect() };
    let little = [vec![0xff, 0xfe], wide(u16::to_le_bytes)].concat();
    let big = [vec![0xfe, 0xff], wide(u16::to_be_bytes)].concat();
    let marked = [b"\xef\xbb\xbf", STATE.as_bytes()].concat();
    for bytes in [little, big, marked] {
        assert!(read(Format::Terraform, "file", &bytes).is_ok_and(|foreign| foreign.objects.len() == 4));
    }
    assert!(read(Format::Terraform, "file", &[0xff, 0xfe, 0x7b]).is_err());
}
