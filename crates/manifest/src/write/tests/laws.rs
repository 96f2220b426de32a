//! What holds for the canonical form of every document.

use super::generated::{Dice, Style, policy, write};
use crate::write::{document, format, revise, to_v1};
use crate::{Config, load_texts};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// Comments, and members in any order.
const COMMENTED: Style = Style { comments: true, shuffles: true, anchors: false };
/// Members in any order alone.
const SHUFFLED: Style = Style { comments: false, shuffles: true, anchors: false };

/// What a text declares, and whether it has mistakes.
fn meaning(text: &str) -> (String, usize) {
    let loaded = load_texts(vec![("x.yaml".to_owned(), text.as_bytes().to_vec())], None);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|d| d.is_error()).collect();
    let bodies: Vec<_> = loaded.documents.into_iter().map(|document| document.body).collect();
    (crate::write::in_full_for_tests(bodies), errors.len())
}

fn remarks(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("# "))
        .map(|(_, remark)| remark)
        .filter(|r| r.starts_with("remark") || r.starts_with("beside"))
        .collect();
    found.sort_unstable();
    found
}

fn fmt(text: &str) -> String {
    format(Path::new("x.yaml"), text, &Config::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// It means the same, it has the same comments, and printed again it is the same text.
    #[test]
    fn nothing_is_lost(content in any::<u64>(), style in any::<u64>()) {
        let json = policy(&mut Dice(content));
        let text = write(&json, &mut Dice(style), COMMENTED);
        let (before, errors) = meaning(&text);
        prop_assume!(errors == 0);
        let printed = fmt(&text);
        prop_assert_eq!(meaning(&printed), (before, 0), "{}\n=>\n{}", text, printed);
        prop_assert_eq!(remarks(&printed), remarks(&text), "{}\n=>\n{}", text, printed);
        prop_assert_eq!(fmt(&printed), printed.clone(), "{}\n=>\n{}", text, printed);
        prop_assert!(printed != text || fmt(&write(&json, &mut Dice(style), Style::default())) == text, "{}", text);
    }

    /// However a document is written, without comments it prints alike.
    #[test]
    fn there_is_one_form(content in any::<u64>(), one in any::<u64>(), other in any::<u64>()) {
        let json = policy(&mut Dice(content));
        let (a, b) = (write(&json, &mut Dice(one), SHUFFLED), write(&json, &mut Dice(other), SHUFFLED));
        prop_assume!(meaning(&a).1 == 0);
        // A text of several lines keeps the style in which it is written.
        prop_assume!(!a.contains(" |\n") && !b.contains(" |\n"));
        prop_assert_eq!(fmt(&a), fmt(&b), "{}\nand\n{}", a, b);
    }

    /// Whatever a document says, it can be made to say something else in place: what was meant is what is read.
    #[test]
    fn a_document_can_be_changed_in_place(content in any::<u64>(), other in any::<u64>(), style in any::<u64>()) {
        let (json, other) = (policy(&mut Dice(content)), policy(&mut Dice(other)));
        let text = write(&json, &mut Dice(style), COMMENTED);
        let path = Path::new("x.yaml");
        let before = document(path, &text, 0);
        prop_assume!(before.is_some());
        let mut new = before.clone().unwrap();
        let members = new.as_object_mut().unwrap();
        for (key, value) in other.as_object().unwrap().iter().filter(|(key, _)| key.len() % 3 != 0) {
            members.insert(key.clone(), value.clone());
        }
        let revised = revise(path, &text, 0, &new).unwrap();
        prop_assert_eq!(&revised.refused, &[], "{}\n=>\n{}", text, new);
        prop_assert_eq!(document(path, &revised.text, 0).unwrap(), new, "{}\n=>\n{}", text, revised.text);
        // What is not among the lost comments is still there.
        let mut kept = remarks(&revised.text);
        let lost: Vec<&str> = revised.lost.iter().filter_map(|comment| comment.strip_prefix("# ")).collect();
        kept.extend(lost);
        kept.sort_unstable();
        prop_assert_eq!(kept, remarks(&text), "{}\n=>\n{}", text, revised.text);
    }

    /// Beta becomes v1.0, or it is said what v1.0 cannot hold: never is it found out afterwards.
    #[test]
    fn beta_is_converted_or_it_is_said_why_not(content in any::<u64>(), style in any::<u64>()) {
        is_converted(content, style)?;
    }
}

fn is_converted(content: u64, style: u64) -> Result<(), TestCaseError> {
    let text = write(&policy(&mut Dice(content)), &mut Dice(style), COMMENTED);
    let (_, errors) = meaning(&text);
    prop_assume!(errors == 0 && text.contains("beta"));
    let converted = to_v1(Path::new("x.yaml"), &text, &Config::default(), None, &BTreeSet::new());
    prop_assert_eq!(converted.done.len() + converted.left.len(), 1);
    let surprise =
        converted.left.iter().flat_map(|(_, lost)| lost).find(|lost| lost.why.starts_with("converted"));
    prop_assert_eq!(surprise, None, "{}", text);
    if !converted.done.is_empty() {
        prop_assert_eq!(meaning(&converted.text).1, 0, "{}", converted.text);
        prop_assert_eq!(remarks(&converted.text), remarks(&text), "{}\n=>\n{}", text, converted.text);
    }
    Ok(())
}

/// A comment beside a tag that becomes a word, one at the end of a keyed entry, one at the end of a word with a backup,
/// and reviewers that are null beside the manager.
#[test]
fn documents_of_which_conversion_once_lost_something() {
    for (content, style) in [
        (5_049_252_249_223_538_606, 8_727_543_990_818_945_362),
        (16_652_760_990_791_763_539, 13_987_764_490_389_614_823),
        (5_678, 44_964_095),
        (1_870, 14_808_543),
    ] {
        is_converted(content, style).expect("it is converted");
    }
}
