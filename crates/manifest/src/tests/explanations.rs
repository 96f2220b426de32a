//! What `explain` says is true: the first example of a code is that mistake, the second is without it.

use crate::context::Context;
use crate::template::library::{self, Source};
use crate::tenant::Selection;
use crate::{codes, dangling, identity};
use crate::{document, yaml};
use entrant_model::{Code, Diagnostic, Document};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

fn findings(example: &str) -> Vec<Code> {
    // Examples that are no whole document are parts of one.
    let source = if example.contains("kind: ") {
        example.to_owned()
    } else {
        let name = if example.contains("displayName: ") { "" } else { "displayName: Partners may request\n" };
        format!("kind: AssignmentPolicy\naccessPackage: Marketing campaign\n{name}{example}")
    };
    let parsed = yaml::parse(&source, false);
    let file = Arc::new(PathBuf::from("example"));
    let (library, mut found): (_, Vec<Diagnostic>) =
        library::gather(&[Source { file: &file, text: &source }], Some(Selection::default()));
    let mut codes: Vec<Code> = parsed.faults.iter().map(|fault| fault.code).collect();
    let (mut identities, mut documents) = (Vec::new(), Vec::new());
    for (index, root) in parsed.documents.iter().enumerate() {
        let Some(root) = root else { continue };
        let mut ctx = Context::new(Arc::clone(&file), &source, false, index);
        ctx.library = &library;
        let mut declared = document::document(&mut ctx, root);
        for found in &declared {
            identities.extend(identity::identity(&found.body, found.name.clone()));
        }
        documents.extend(declared.drain(..).map(|found| Document { place: found.place, body: found.body }));
        let (diagnostics, pasted) = ctx.finish();
        found.extend(diagnostics);
        codes.extend(pasted.first().map(|_| codes::PASTED));
    }
    identity::duplicates(&identities, &mut found);
    dangling::roles(&documents, &mut found);
    codes.extend(found.iter().map(|diagnostic| diagnostic.code));
    codes
}

#[test]
fn every_example_is_what_it_claims() {
    let mut checked = 0;
    for code in codes::ALL {
        let blocks: Vec<&str> = code.explanation.split("```").collect();
        let examples: Vec<&str> = blocks.iter().filter_map(|block| block.strip_prefix("yaml\n")).collect();
        if let [mistake, mend] = examples[..] {
            checked += 1;
            assert!(findings(mistake).contains(code), "{}: {:?}", code.name, findings(mistake));
            assert_eq!(findings(mend), [], "the mend of {}", code.name);
        }
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn every_code_has_one_name_and_a_real_explanation() {
    let names: HashSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), codes::ALL.len());
    for code in codes::ALL {
        assert!(code.explanation.len() > 100, "{}", code.name);
        assert!(
            code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{}",
            code.name
        );
    }
}
