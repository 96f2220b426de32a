//! Drawings as those who draw them read them.

/// The labels of a drawing in Mermaid, as they are shown. Nothing but letters, digits, spaces and characters by their
/// numbers stands in them, and nothing but our own words outside.
pub fn mermaid_labels(drawing: &str) -> Vec<String> {
    let mut labels = Vec::new();
    for (index, part) in drawing.split('"').enumerate() {
        if index % 2 == 0 {
            let is_ours = |c: char| c.is_ascii_alphanumeric() || " \n[](){}|<>=-./:,".contains(c);
            assert!(part.chars().all(is_ours), "{part}");
            continue;
        }
        let mut shown = String::new();
        for (line, text) in part.split("<br/>").enumerate() {
            if line > 0 {
                shown.push('\n');
            }
            let mut rest = text;
            while let Some((plain, coded)) = rest.split_once('#') {
                let (number, after) = coded.split_once(';').unwrap();
                shown.push_str(plain);
                shown.push(char::from_u32(number.parse().unwrap()).unwrap());
                rest = after;
            }
            shown.push_str(rest);
            let is_harmless = |c: char| c.is_alphanumeric() || " #;,'-".contains(c);
            assert!(text.chars().all(is_harmless), "{text}");
            // The first character is a word or coded, so that it begins no list.
            assert!(!text.starts_with([' ', '-', ',', '\'']), "{text}");
        }
        labels.push(shown);
    }
    labels
}

/// The labels of a drawing in DOT, as they are shown.
pub fn dot_labels(drawing: &str) -> Vec<String> {
    let mut labels = Vec::new();
    let mut chars = drawing.chars().peekable();
    let mut outside = String::new();
    while let Some(c) = chars.next() {
        if c != '"' {
            outside.push(c);
            continue;
        }
        let mut label = String::new();
        loop {
            match chars.next().unwrap() {
                '"' => break,
                '\\' => match chars.next().unwrap() {
                    'n' => label.push('\n'),
                    c @ ('"' | '\\') => label.push(c),
                    other => panic!("\\{other} in {label}"),
                },
                c => label.push(c),
            }
        }
        assert!(!label.replace("&amp;", "").replace("&#35;", "").contains('&'), "{label}");
        labels.push(label.replace("&#35;", "#").replace("&amp;", "&"));
    }
    let is_ours = |c: char| c.is_ascii_alphanumeric() || " \n[]{}<>=-;,_".contains(c);
    assert!(outside.chars().all(is_ours), "{outside}");
    labels
}
