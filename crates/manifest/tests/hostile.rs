//! Input that is made to exhaust, mislead or stop the tool: each gets a clear error, quickly.

use entrant_manifest::{Loaded, load, locate};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const HEAD: &str = "kind: AssignmentPolicy\naccessPackage: Sales\ndisplayName: Partners\n";

/// Without optimization the parser takes some ten times as long for a whole megabyte, and tests share the
/// processor.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

/// Loads a directory with this one file; the codes that were found, in order, without repetition.
fn codes_of(name: &str, content: impl AsRef<[u8]>) -> Vec<&'static str> {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join(name), content).expect("written");
    codes(&timed(dir.path()))
}

fn timed(dir: &Path) -> Loaded {
    let begin = Instant::now();
    let loaded = load(dir, None);
    assert!(begin.elapsed() < LIMIT, "took {:?}: {:?}", begin.elapsed(), codes(&loaded));
    for diagnostic in loaded.diagnostics.iter().take(20) {
        diagnostic.place.as_ref().map(locate);
    }
    for diagnostic in &loaded.diagnostics {
        assert!(diagnostic.message.len() < 1000, "{}", diagnostic.message);
        assert!(!diagnostic.message.contains('\u{1b}'), "{}", diagnostic.message);
    }
    loaded
}

fn codes(loaded: &Loaded) -> Vec<&'static str> {
    let mut codes: Vec<&str> = loaded.diagnostics.iter().map(|d| d.code.name).collect();
    codes.dedup();
    codes
}

#[test]
fn aliases_that_unfold_to_millions() {
    let mut bomb = format!("{HEAD}questions:\n  - &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let before = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "  - &a{level} [{}]", vec![before; 10].join(", "));
    }
    assert_eq!(codes_of("bomb.yaml", bomb), ["too-many-aliases"]);
}

#[test]
fn one_alias_many_times() {
    let many = vec!["*a"; 60_000].join(", ");
    assert_eq!(codes_of("a.yaml", format!("{HEAD}x: &a [1]\nquestions: [{many}]\n")), ["too-many-aliases"]);
}

#[test]
fn nesting() {
    for depth in [33, 200, 10_000] {
        let flow = format!("{HEAD}questions: {}{}\n", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(codes_of("flow.yaml", flow), ["too-deep"]);
        let open = format!("{HEAD}questions: {}\n", "{a: ".repeat(depth));
        assert_eq!(codes_of("open.yaml", open), ["too-deep"]);
        let sequence = format!("{HEAD}questions: \n{}x\n", "- ".repeat(depth));
        assert_eq!(codes_of("sequence.yaml", sequence), ["too-deep"]);
        let json = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(codes_of("deep.json", json), ["too-deep"]);
    }
    let block: String = (0..1_000).fold(String::new(), |mut text, level| {
        let _ = writeln!(text, "{}a:", " ".repeat(level));
        text
    });
    assert_eq!(codes_of("block.yaml", block), ["too-deep"]);
    assert_eq!(codes_of("keys.yaml", format!("{HEAD}{}x: y\n", "? ".repeat(10_000))), ["too-deep"]);
}

#[test]
fn nesting_through_aliases() {
    let mut text = format!("{HEAD}x:\n  - &a0 [1]\n");
    for level in 1..60 {
        let _ = writeln!(text, "  - &a{level} [*a{}]", level - 1);
    }
    assert_eq!(codes_of("a.yaml", text), ["too-deep"]);
}

#[test]
fn ten_megabytes() {
    let text = format!("{HEAD}description: |\n{}", "  text text text text\n".repeat(480_000));
    assert!(text.len() > 10_000_000);
    assert_eq!(codes_of("large.yaml", text), ["file-too-large"]);
}

#[test]
fn a_megabyte_of_each_kind() {
    let below = |text: String| {
        assert!(text.len() < 1024 * 1024 && text.len() > 600_000, "{}", text.len());
        text
    };
    let keys: String = (0..50_000).fold(HEAD.to_owned(), |mut text, n| {
        let _ = writeln!(text, "displayNam{n}: x");
        text
    });
    assert_eq!(codes_of("keys.yaml", below(keys)), ["too-many-keys"]);
    let keys: String = (0..9_000).fold(HEAD.to_owned(), |mut text, n| {
        let _ = writeln!(text, "displayNam{n}: x");
        text
    });
    assert_eq!(codes_of("keys.yaml", keys), ["unknown-key", "too-many-findings"]);
    let keys: Vec<String> = (0..100_000).map(|n| format!("{n}: ")).collect();
    assert_eq!(codes_of("keys.yaml", below(format!("{{{}}}", keys.join(",")))), ["too-many-keys"]);
    let same = below("a: 1\n".repeat(200_000));
    assert_eq!(codes_of("same.yaml", same), ["duplicate-key"]);
    let targets = below(format!("{HEAD}specificAllowedTargets:\n{}", "  - {group: Team}\n".repeat(50_000)));
    assert_eq!(
        codes_of("targets.yaml", targets),
        ["targets-ignored", "duplicate-element", "too-many-findings"]
    );
    let documents = below("---\nx: 1\n".repeat(100_000));
    assert_eq!(codes_of("documents.yaml", documents), ["missing-kind", "too-many-findings"]);
    let long =
        below(format!("{HEAD}descriptio{}: x\n", "n".repeat(900)).replace("x\n", &"x".repeat(900_000)));
    assert_eq!(codes_of("long.yaml", long), ["unknown-key"]);
    let quote = below(format!("{HEAD}description: \"{}", "x\n".repeat(400_000)));
    assert_eq!(codes_of("quote.yaml", quote), ["yaml-syntax"]);
    let comments = below(format!("{HEAD}{}", "# a comment\n".repeat(80_000)));
    assert!(codes_of("comments.yaml", comments).is_empty());
    let broken = below("a: [\n---\n".repeat(100_000));
    assert_eq!(codes_of("broken.yaml", broken), ["yaml-syntax"]);
    let anchors = format!("{HEAD}questions:\n{}", "  - &a [b]\n".repeat(60_000));
    assert!(codes_of("anchors.yaml", anchors).contains(&"too-many-aliases"));
}

#[test]
fn numbers_without_end() {
    let digits = "9".repeat(100_000);
    let text =
        format!("{HEAD}questions: [{{text: a, sequence: {digits}}}, {{text: b, sequence: 1e999999}}]\n");
    assert_eq!(codes_of("huge.yaml", text), ["out-of-range", "wrong-type"]);
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(codes_of("a.yaml", b"kind: AssignmentPolicy\ndisplayName: caf\xe9\n"), ["not-utf8"]);
    assert_eq!(codes_of("a.yaml", [0xff, 0xfe, b'k', 0]), ["not-utf8"]);
    assert_eq!(codes_of("a.yaml", format!("{HEAD}\0kind: Removed\n")), ["control-character"]);
    assert_eq!(codes_of("a.json", "{\"kind\": \"\u{8}\"}"), ["control-character"]);

    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("a.yaml"), b"kind: AssignmentPolicy\ndisplayName: caf\xe9\n").expect("written");
    let loaded = load(dir.path(), None);
    let place = loaded.diagnostics[0].place.as_ref().expect("a place");
    let location = locate(place).expect("found again");
    assert_eq!((location.line, location.column), (2, 17));
}

#[test]
fn a_byte_order_mark_and_line_breaks_of_windows() {
    let windows = HEAD.replace('\n', "\r\n");
    assert!(codes_of("a.yaml", format!("\u{feff}{windows}")).is_empty());
    let json = "\u{feff}{\"kind\": \"AssignmentPolicy\",\r\n\t\"accessPackage\": \"Sales\",\r\n\t\"displayName\": \"no\"}";
    assert!(codes_of("a.json", json).is_empty());
}

#[test]
fn empty_files_are_skipped() {
    for text in ["", "\n", "# nothing\n", "---\n", "---\n---\n...\n", "~\n", "\u{feff}"] {
        assert!(codes_of("a.yaml", text).is_empty(), "{text:?}");
        assert!(codes_of("a.yml", text).is_empty(), "{text:?}");
    }
    assert!(codes_of("a.json", "").is_empty());
}

#[test]
fn names_with_control_characters_are_shown_harmlessly() {
    let text =
        "kind: AssignmentPolicy\naccessPackage: \"\\e]0;title\\a\"\ndisplayName: \"a\\0b\"\n\"\\e[2J\": 1\n";
    let found = codes_of("a.yaml", text);
    assert_eq!(found, ["control-character-in-name", "unknown-key"]);
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn out_of_the_directory() {
        let outside = tempfile::tempdir().expect("a directory");
        fs::write(outside.path().join("secret.yaml"), "token: abc\n").expect("written");
        let dir = tempfile::tempdir().expect("a directory");
        symlink(outside.path().join("secret.yaml"), dir.path().join("a.yaml")).expect("linked");
        symlink(outside.path(), dir.path().join("below")).expect("linked");
        symlink("/nowhere/at/all.yaml", dir.path().join("gone.yaml")).expect("linked");
        let loaded = timed(dir.path());
        assert_eq!(codes(&loaded), ["link-leaves-directory", "unreadable-file"]);
        assert_eq!((loaded.diagnostics.len(), loaded.files), (3, 0));
        assert!(!format!("{:?}", loaded.diagnostics).contains("abc"));
    }

    #[test]
    fn in_circles_and_within() {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(dir.path().join("sub/.data")).expect("made");
        fs::write(dir.path().join("sub/.data/a.yaml"), HEAD).expect("written");
        symlink("..", dir.path().join("sub/up")).expect("linked");
        symlink("loop.yaml", dir.path().join("loop.yaml")).expect("linked");
        // As a mounted volume has it: the file is in a directory that is not looked at.
        symlink(".data/a.yaml", dir.path().join("sub/a.yaml")).expect("linked");
        symlink("a.yaml", dir.path().join("sub/again.yaml")).expect("linked");
        let loaded = timed(dir.path());
        assert_eq!(codes(&loaded), ["unreadable-file"]);
        assert_eq!(loaded.documents.len(), 1);
    }

    #[test]
    fn a_pipe_does_not_block() {
        let dir = tempfile::tempdir().expect("a directory");
        let pipe = dir.path().join("pipe.yaml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(codes(&timed(dir.path())), ["unreadable-file"]);
        }
        let dir = tempfile::tempdir().expect("a directory");
        let config = dir.path().join("entrant.yaml");
        if std::process::Command::new("mkfifo").arg(&config).status().is_ok_and(|status| status.success()) {
            assert_eq!(codes(&timed(dir.path())), ["unreadable-file"]);
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, is_json: bool) {
        codes_of(if is_json { "a.json" } else { "a.yaml" }, bytes);
    }
}
