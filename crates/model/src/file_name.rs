//! Names as file names: safe on every file system, whatever the name holds.

use crate::text::is_deceptive;

/// How long a name may be.
pub const LONGEST: usize = 60;
/// How long what is left of a longer one is at least, where it ends with a whole word.
const SHORTEST: usize = LONGEST / 2;
/// Names that Windows keeps for devices, whatever follows a dot.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin", "conout", "clock"];

/// A name as a file name: lower-case ASCII letters, digits and `-`, letters of other scripts in Latin
/// ones; empty where nothing of it can be kept. One that is too long ends with a whole word.
pub fn plain(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        // What cannot be seen, and what has no letters, parts words.
        let latin = if is_deceptive(c) { " " } else { any_ascii::any_ascii_char(c) };
        for c in latin.chars() {
            if c.is_ascii_alphanumeric() {
                out.push(c.to_ascii_lowercase());
            } else if c != '\'' && !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
        }
        if out.len() > LONGEST {
            break;
        }
    }
    if out.len() > LONGEST {
        let end = out[..=LONGEST].rfind('-').filter(|end| *end >= SHORTEST);
        out.truncate(end.unwrap_or(LONGEST));
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// Whether Windows keeps the name for a device.
pub fn is_device(name: &str) -> bool {
    let port = |of: &str| {
        name.strip_prefix(of).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    DEVICES.contains(&name) || port("com") || port("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_on_every_file_system() {
        for (name, file) in [
            ("Marketing campaign", "marketing-campaign"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", ""),
            ("a\u{202e}b\u{0}c", "a-b-c"),
            ("C:\\Windows\\", "c-windows"),
            ("name. ", "name"),
            ("日本 2", "riben-2"),
            ("Überblick für Gäste", "uberblick-fur-gaste"),
            ("İstanbul", "istanbul"),
            ("Данные", "dannye"),
            ("Straße", "strasse"),
            ("🎉 party", "tada-party"),
            ("\u{200b}", ""),
        ] {
            assert_eq!(plain(name), file, "{name:?}");
        }
        assert!(plain(&"x y".repeat(200)).len() <= LONGEST);
        assert_eq!(plain(&"x".repeat(200)).len(), LONGEST);
        assert_eq!(plain(&format!("{} {}", "x".repeat(50), "y".repeat(50))), "x".repeat(50));
        assert_eq!(plain(&format!("{} {}", "x".repeat(59), "y")), "x".repeat(59));
        assert_eq!(plain(&format!("{} {}", "x".repeat(58), "y")).len(), LONGEST);
        for device in ["con", "nul", "com1", "lpt9"] {
            assert!(is_device(device), "{device}");
        }
        assert!(!is_device("contoso") && !is_device("com10") && !is_device("community"));
    }
}
