//! That `docs/permissions.md` says of each kind and part what the table says.

use entrant_graph::permissions::table;

#[test]
fn the_table_of_the_page_is_the_one_of_the_program() {
    let page = include_str!("../../../docs/permissions.md").replace("\r\n", "\n");
    let of_page: String =
        page.lines().filter(|line| line.starts_with('|')).map(|line| line.to_owned() + "\n").collect();
    assert_eq!(of_page, table());
}
