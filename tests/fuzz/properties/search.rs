//! What is looked for: any text is a search that SQLite's index understands, and a
//! pattern or a mistake in one. A second line is what is searched through.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mayfly::grep::Pattern;
use mayfly::search::{Order, Query, plain};
use mayfly::site::Site;
use mayfly::store::schema;
use mayfly::url::Reached;
use mayfly::view;
use mayfly::view::json::Json;
use rusqlite::Connection;

use super::{line, markup};

thread_local! {
    static INDEX: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// What was typed is understood, by us and by SQLite.
pub fn search(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let (typed, html) = line(&input);
    // As `search::Wanted` does.
    let words = typed.replace(char::is_control, " ");
    let query = Query::parse(&words);
    let terms = query.wanted.iter().flatten().chain(&query.unwanted);
    assert!(terms.count() <= 16);
    is_understood(&query);
    if let Some(any) = query.any() {
        let any = Query::parse(&any);
        is_understood(&any);
        let restricts = |query: &Query| (query.kind, query.from, query.to);
        assert_eq!(restricts(&any), restricts(&query));
        let numbers = [query.wanted.iter().flatten().count(), query.unwanted.len()];
        assert_eq!(
            [any.wanted.iter().flatten().count(), any.unwanted.len()],
            numbers
        );
        assert_eq!(any.wanted.len(), 1);
    }
    for (piece, others) in Query::restrictions(&words) {
        assert!(words.contains(piece));
        is_understood(&Query::parse(&others));
    }
    let text = plain(html);
    assert!(
        text.len() <= html.len() + html.matches('<').count(),
        "{text:?}"
    );
    assert_eq!(text.trim(), text);
    let site = Site::unmade(&Reached::default());
    let form = |text| markup::skeleton(&view::search::form(&site, text, Order::Date).into_string());
    assert_eq!(form(typed), form("words"));
    let mut json = Json::with_capacity(64);
    json.text(typed);
    let read: String = serde_json::from_str(&json.finish()).unwrap();
    assert_eq!(read, typed);
    pattern(typed, html);
}

fn is_understood(query: &Query) {
    let (first, last) = query.keys();
    assert!(first <= last || (query.from.is_some() && query.to.is_some()));
    if query.is_empty() {
        return;
    }
    INDEX.with_borrow_mut(|index| {
        let index = index.get_or_insert_with(|| {
            let index = Connection::open_in_memory().unwrap();
            index.execute_batch("ATTACH ':memory:' AS search").unwrap();
            schema::create_index(&index, true).unwrap();
            index
        });
        let mut statement = index
            .prepare_cached("SELECT count(*) FROM search.word WHERE word MATCH ?1")
            .unwrap();
        let phrases = query.ranked().into_iter().flatten();
        for expression in phrases.chain([query.to_fts()]) {
            let found = statement.query_row([&expression], |row| row.get::<_, i64>(0));
            assert_eq!(found, Ok(0), "{expression}");
        }
    });
}

/// A pattern's matches are pieces of the very lines, in their order.
fn pattern(typed: &str, text: &str) {
    let Ok(Some(mut pattern)) = Pattern::parse(typed) else {
        return;
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    let lines: BTreeMap<u64, &str> = (1..).zip(text.split('\n')).collect();
    let (runs, _) = pattern.runs(text, deadline);
    for line in runs.iter().flatten() {
        let whole: String = line.pieces.iter().map(|piece| &*piece.text).collect();
        let bare = whole
            .trim_matches('\u{2026}')
            .trim_end_matches(['\r', '\n']);
        assert!(lines[&line.number].contains(bare), "{bare:?}");
        let marked = line.pieces.iter().any(|piece| piece.marked);
        assert!(line.matches || !marked, "{line:?}");
    }
}
