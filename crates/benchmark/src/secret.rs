//! A token that is looked for where it must not be: as it is, and in the forms in which bytes travel.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::io;
use std::path::{Path, PathBuf};

/// A token that no text holds by chance. Its characters are all that a bearer token may have, so that
/// percent-encoding and both alphabets of base64 change it.
pub const CANARY: &str = "Canary-7c2e91~d4+b/8f0_a5?>=";

/// The form in which a secret stands in these bytes, if it does.
pub fn form_found(bytes: &[u8], secret: &str) -> Option<&'static str> {
    let lower = bytes.to_ascii_lowercase();
    forms(secret).into_iter().find_map(|(name, form)| {
        let form = form.to_ascii_lowercase();
        contains(&lower, form.as_bytes()).then_some(name)
    })
}

/// The first file below `directory` that holds the secret, and the form in which it does.
pub fn file_found(directory: &Path, secret: &str) -> io::Result<Option<(PathBuf, &'static str)>> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        let found = if kind.is_dir() {
            file_found(&path, secret)?
        } else if kind.is_file() {
            form_found(&std::fs::read(&path)?, secret).map(|form| (path, form))
        } else {
            None
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// All are looked for without regard to letter case: whatever folds a text folds a token in it.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let bytes = secret.as_bytes();
    let hex = |lead: &str| bytes.iter().map(|byte| format!("{lead}{byte:02x}")).collect::<Vec<_>>().concat();
    let some = bytes.iter().map(|byte| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(*byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
        byte => format!("%{byte:02x}"),
    });
    let mut forms = vec![
        ("as it is", secret.to_owned()),
        ("in JSON", secret.replace('/', "\\/")),
        ("percent-encoded", some.collect()),
        ("percent-encoded", hex("%")),
        ("in hexadecimal", hex("")),
        ("backwards", secret.chars().rev().collect()),
    ];
    // Base64 depends on where in a text the secret begins; the characters at either end also on its neighbours.
    for lead in 0..3 {
        let text = [vec![0; lead], bytes.to_vec()].concat();
        let from = (lead * 4).div_ceil(3);
        let to = text.len() / 3 * 4;
        forms.push(("in base64", STANDARD_NO_PAD.encode(&text)[from..to].to_owned()));
        forms.push(("in base64", URL_SAFE_NO_PAD.encode(&text)[from..to].to_owned()));
    }
    forms
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return false };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        from += at + 1;
        if bytes[from..].starts_with(rest) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_and_another_text_is_not() {
        let basic = |lead: &str| STANDARD_NO_PAD.encode(format!("{lead}{CANARY}tail"));
        let texts = [
            format!("Authorization: Bearer {CANARY}\n"),
            CANARY.to_uppercase(),
            serde_json::json!({ "token": CANARY }).to_string(),
            "?t=Canary-7c2e91~d4%2Bb%2F8f0_a5%3F%3E%3D".to_owned(),
            basic(""),
            basic("u"),
            basic("me"),
            URL_SAFE_NO_PAD.encode(CANARY),
            CANARY.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat(),
            CANARY.chars().rev().collect(),
        ];
        for text in texts {
            assert!(form_found(text.as_bytes(), CANARY).is_some(), "{text}");
        }
        for text in ["", "Canary", "Canary-7c2e91~d4+b/8f0_a5?>", &basic("")[..20]] {
            assert_eq!(form_found(text.as_bytes(), CANARY), None, "{text}");
        }
    }

    #[test]
    fn files_are_found_at_any_depth() {
        let directory = tempfile::tempdir().expect("a directory");
        assert_eq!(file_found(directory.path(), CANARY).expect("read"), None);
        let deep = directory.path().join("a/b");
        std::fs::create_dir_all(&deep).expect("made");
        std::fs::write(deep.join("log"), format!("\u{0}{CANARY}")).expect("written");
        let found = file_found(directory.path(), CANARY).expect("read");
        assert_eq!(found, Some((deep.join("log"), "as it is")));
    }
}
