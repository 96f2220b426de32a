//! Where things stand in a text.

use crate::write::tree::{self, Shape, Tree};

fn slices<'s>(source: &'s str, tree: &Tree, out: &mut Vec<&'s str>) {
    match &tree.shape {
        Shape::Scalar { .. } | Shape::Alias(_) => out.push(&source[tree.start()..tree.end()]),
        Shape::List { items, .. } => items.iter().for_each(|item| slices(source, item, out)),
        Shape::Map { pairs, .. } => pairs.iter().for_each(|pair| {
            out.push(&source[pair.key_span.start..pair.key_span.end]);
            slices(source, &pair.value, out);
        }),
    }
}

#[test]
fn scalars_and_comments_are_found_where_they_stand() {
    let source = "# top\na: &x 1 # one\n\"b\": |- # block\n  text\n  more\n\nc:\nd: # here\n  - {e: 'f'} # g\n  - - h\n    - i\n  # tail\nj: >\n  k\n  l\n\n# end\nm: &n\no: *x\np: long\n  text\nq: |+\n  r\n\n";
    let found = tree::tree(source).unwrap();
    let mut out = Vec::new();
    slices(source, &found, &mut out);
    assert_eq!(
        out,
        [
            "a",
            "&x 1",
            "\"b\"",
            "|- # block\n  text\n  more",
            "c",
            "",
            "d",
            "e",
            "'f'",
            "h",
            "i",
            "j",
            ">\n  k\n  l",
            "m",
            "&n",
            "o",
            "*x",
            "p",
            "long\n  text",
            "q",
            "|+\n  r",
        ]
    );
    let comments = tree::comments(source, Some(&found));
    let comments: Vec<&str> = comments.iter().map(|c| &source[c.span.start..c.span.end]).collect();
    assert_eq!(comments, ["# top", "# one", "# block", "# here", "# g", "# tail", "# end"]);
}

#[test]
fn a_text_is_cut_at_its_markers() {
    let source = "\u{feff}# a\n---\nb: 1\n--- # c\n--- {d: 1}\n...\n# e\n";
    let pieces: Vec<(&str, &str)> =
        tree::pieces(source).into_iter().map(|piece| (&source[piece.marker], &source[piece.body])).collect();
    assert_eq!(
        pieces,
        [("", "# a\n"), ("---\n", "b: 1\n"), ("--- # c\n", ""), ("--- ", "{d: 1}\n"), ("...\n", "# e\n")]
    );
}
