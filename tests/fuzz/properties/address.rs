//! A path and a query, a line each, for every page there is: what they ask for is
//! spelled in one way, and that way is read as the same again.

use mayfly::archive::Period;
use mayfly::error::{Error, Result};
use mayfly::feed::{self, Scope};
use mayfly::path::{Path, Query};
use mayfly::redirect::{MAX, Rule, Target};
use mayfly::request::{Request, Variables};
use mayfly::url::{self, Links, Reached, Style};
use mayfly::{
    archive, comment, grep, guestbook, kind, post, qr, search, session, sitemap, slug, tag, twin,
};

use super::request::is_path;
use super::{is_harmless, part};

/// Whatever the address, each page reads it, or says that it is none of its own.
pub fn address(input: &[u8]) {
    let (path, query) = part(input, b'\n');
    let (query, more) = part(query, b'\n');
    let decoded = Path::decode(path);
    if let Ok(path) = &decoded {
        is_path(path);
    }
    if let Ok(query) = Query::parse(query) {
        for path in [Path::parse(path), decoded].into_iter().flatten() {
            pages(&path, &query);
            links(&path);
        }
    }
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (path, query, more) = (text(path), text(query), text(more));
    redirects(&path, &query, &more);
    for text in [&path, &query] {
        let (back, query) = session::way_back(text);
        assert!(
            back.starts_with(url::ADMIN) && !back.contains(".."),
            "{back}"
        );
        assert!(
            back.bytes()
                .chain(query.bytes())
                .all(|byte| byte.is_ascii_graphic())
        );
        for name in [slug::slug(text), slug::tag(text)] {
            let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
            assert!(name.bytes().all(plain) && !name.starts_with('-') && !name.ends_with('-'));
            assert_eq!((slug::slug(&name), slug::tag(&name)), (name.clone(), name));
        }
    }
}

/// Reads an address that was made of what another one asked for.
fn again(address: &str) -> Path {
    Path::parse(address.as_bytes()).expect(address)
}

fn pages(path: &Path, query: &Query) {
    let (program, _) = url::route(path.as_str());
    if let Ok(tag::Wanted::Tagged { names, .. }) = tag::Wanted::parse(path, query) {
        let sorted = names.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(sorted && (1..=3).contains(&names.len()), "{names:?}");
        assert_eq!(tag::parse_names(&names.join("+")), Some(names));
    }
    let wanted = post::Wanted::parse(path);
    if let Some((date, slug)) = wanted.address.clone() {
        let again = post::Wanted::parse(&again(&url::post(date, &slug)));
        assert_eq!(again.address, wanted.address);
    }
    if let Ok(wanted) = archive::Wanted::parse(path, query)
        && let Some(period) = wanted.period
    {
        assert_eq!(
            Period::parse(&again(&period.path()).segments()),
            Some(period)
        );
        assert_eq!(Period::from_number(period.number()), Some(period));
    }
    if let Ok(feed::Wanted::Feed { scope, format, .. }) = feed::Wanted::parse(path, query)
        && program == "feed"
    {
        let address = format!("{}.{}", scope.stem(), format.name());
        assert_eq!(url::route(&address).0, "feed", "{address}");
        assert!(is_same(&address, &scope), "{address}");
    }
    if let (Ok(wanted), "twin") = (twin::Wanted::parse(path), program)
        && may_be_a_page(&wanted.page)
    {
        let address = wanted.form.of(&wanted.page);
        let found = twin::Wanted::parse(&again(&address)).unwrap();
        assert_eq!((found.page, found.form), (wanted.page, wanted.form));
    }
    if let Ok(wanted) = qr::Wanted::parse(path)
        && may_be_a_page(&wanted.page)
    {
        let found = qr::Wanted::parse(&again(&url::qr(&wanted.page))).unwrap();
        assert_eq!(found.page, wanted.page);
    }
    for outcome in [
        kind::Wanted::parse(path, query).map(drop),
        sitemap::Wanted::parse(path).map(drop),
        search::Asked::parse(path, query).map(drop),
        grep::Wanted::parse(path, query).map(drop),
        guestbook::Wanted::parse(path, query).map(drop),
        comment::Wanted::parse(path, query).map(drop),
    ] {
        is_refusal(outcome);
    }
    if let Ok(wanted) = grep::Wanted::parse(path, query) {
        let address = wanted.going_on(&wanted.from);
        let query = Query::form(&address.as_bytes()[1..]).unwrap();
        assert_eq!(grep::Wanted::parse(path, &query).unwrap(), wanted);
    }
    if let Ok(search::Asked::Page(wanted)) = search::Asked::parse(path, query) {
        let address = match wanted.after {
            Some(key) => wanted.behind(key),
            None => wanted.ordered(wanted.order),
        };
        let query = Query::form(&address.as_bytes()[1..]).unwrap();
        let found = search::Asked::parse(path, &query).unwrap();
        assert_eq!(found, search::Asked::Page(wanted));
    }
}

/// Whether something can be published there: `/qr/...svg` and `/..md` are of a page at
/// `/../` and `/./`, which no blog has.
fn may_be_a_page(page: &str) -> bool {
    Path::parse(page.as_bytes()).is_ok_and(|path| path.as_str() == page)
}

fn is_same(address: &str, scope: &Scope) -> bool {
    let none = Query::default();
    matches!(feed::Wanted::parse(&again(address), &none),
        Ok(feed::Wanted::Feed { scope: found, .. }) if found == *scope)
}

/// An address is refused because it is none, or is another one's.
fn is_refusal(outcome: Result<()>) {
    match outcome {
        Ok(()) | Err(Error::NotFound | Error::BadRequest(_)) => {}
        Err(Error::Moved(to)) => is_path(&again(&to)),
        Err(error) => panic!("{error:?}"),
    }
}

/// A plain link to a page, followed: the program gets the path that it was made of.
fn links(path: &Path) {
    let path = path.as_str();
    let (program, info) = url::route(path);
    assert_eq!(format!("{}{info}", url::prefix(program)), path);
    if path.contains(['?', '#']) || (info.is_empty() && !path.ends_with('/')) {
        return;
    }
    let reached = Reached {
        programs: "/cgi-bin".into(),
        ..Reached::default()
    };
    let link = Links::new(Style::Plain, "", &reached).to(path);
    if path.starts_with(url::MEDIA) {
        return assert_eq!(&*link, path);
    }
    let own = format!("/cgi-bin/{program}");
    let info = link.strip_prefix(&own).unwrap();
    let encoded = url::encode(&link);
    let variables = Variables(vec![
        (b"REQUEST_METHOD", b"GET"),
        (b"SCRIPT_NAME", own.as_bytes()),
        (b"PATH_INFO", info.as_bytes()),
        (b"REQUEST_URI", encoded.as_bytes()),
    ]);
    match Request::parse(program, &variables, &mut std::io::empty(), 0) {
        Ok(request) => assert_eq!(request.path.as_str(), path),
        // With the program's name before it, it may be too long.
        Err(error) => assert_eq!(error.status(), 414, "{error:?}"),
    }
}

fn redirects(from: &str, to: &str, list: &str) {
    let lists = [
        Rule::parse_list(list),
        Rule::parse(from, to)
            .map(|rule| vec![rule])
            .map_err(|_| Vec::new()),
    ];
    for rule in lists.into_iter().flatten().flatten() {
        is_path(&again(&rule.path));
        match rule.target {
            Target::Here(to) => is_path(&again(&to)),
            Target::Elsewhere(to) => {
                assert!(
                    to.starts_with("https://") || to.starts_with("http://"),
                    "{to}"
                );
                assert!(
                    to.len() <= MAX && is_harmless(&to.replace(['&', '\''], "")),
                    "{to}"
                );
            }
            Target::Gone => {}
        }
    }
}
