//! Anything may be typed, and nothing is a syntax error of SQLite's.

/// A hundred thousand strings of what means something and what doesn't, short and
/// very long, of any character there is: each of them has to be a statement that
/// SQLite understands, with either way of finding words.
#[test]
fn no_string_is_a_syntax_error() {
    let index = rusqlite::Connection::open_in_memory().unwrap();
    let columns = "title, tags, text, source, kind, prefix = '2', tokenize =";
    index
        .execute_batch(&format!(
            "CREATE VIRTUAL TABLE plain USING fts5({columns} 'unicode61 remove_diacritics 2');
             CREATE VIRTUAL TABLE stems USING fts5({columns} 'porter unicode61 remove_diacritics 2');"
        ))
        .unwrap();
    let mut plain = index
        .prepare("SELECT rowid FROM plain WHERE plain MATCH ?1")
        .unwrap();
    let mut stems = index
        .prepare("SELECT rowid FROM stems WHERE stems MATCH ?1")
        .unwrap();
    let parts = "a|\"|*|-|OR| |(|)|tag:|kind:link|kind:page|from:2024|to:1999-02|AND|NOT|^|+|:|{|}|NEAR|,|\u{e9}|\
                 \u{300}|\u{1f980}|\u{5b57}|'|\\|title|\t|1|.|\0|\u{ad}|\u{feff}|\u{202e}|\u{3000}|%|;|--";
    let parts: Vec<&str> = parts.split('|').collect();
    let mut state = 7_u64;
    let mut dice = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..100_000 {
        let mut text = String::new();
        // One in five hundred is much longer than what is looked at.
        let pieces = if round % 500 == 0 { 2000 } else { 12 };
        for _ in 0..pieces {
            match dice(8) {
                0 => text.extend(char::from_u32(dice(0x11_0000) as u32)),
                _ => text.push_str(parts[dice(parts.len())]),
            }
        }
        let fields = serde_urlencoded::to_string([("q", &text)]).unwrap();
        let fields = mayfly::path::Query::parse(fields.as_bytes());
        // What is too long for an address was refused before anybody looks for it.
        let Ok(fields) = fields else {
            assert!(pieces > 12, "{text:?}");
            continue;
        };
        let path = mayfly::path::Path::parse(b"/search/").unwrap();
        let query = mayfly::search::Wanted::parse(&path, &fields).unwrap().query;
        if !query.is_empty() {
            let fts = query.to_fts();
            assert_eq!(plain.exists([&fts]), Ok(false), "{text:?}: {fts}");
            assert_eq!(stems.exists([&fts]), Ok(false), "{text:?}: {fts}");
        }
        if let Some(any) = query.any() {
            let any = mayfly::search::Query::parse(&any);
            if !any.is_empty() {
                let fts = any.to_fts();
                assert_eq!(plain.exists([&fts]), Ok(false), "{text:?}: {fts}");
            }
        }
    }
}
