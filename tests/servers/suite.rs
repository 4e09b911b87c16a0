//! What a blog needs of a web server, asked of a real one over HTTP: each case
//! is a sentence that holds or doesn't.

mod fault;

use std::time::Duration;

use scraper::{Html, Selector};

use crate::crawl::Crawl;
use crate::raw::{Reply, Wire};
use crate::server::Server;
use crate::setup::{Links, Way};

/// Far longer than the limits that the tests give a server for a program that hangs,
/// for the machine may be busy; shorter than `crash.sh` sleeps.
const PATIENCE: Duration = Duration::from_secs(25);

/// The account that the blog of these tests has.
pub const NAME: &str = "anna";

/// Its password.
pub const PASSWORD: &str = "correct horse battery staple";

/// A case: what it is called, what holds if it holds, and how that is found out.
pub type Case = (&'static str, fn(&Server) -> Result<(), String>);

/// All cases. The last four put stand-ins in place of programs.
pub const CASES: &[Case] = &[
    ("pages", pages),
    ("HEAD", head),
    ("304", not_modified),
    ("redirects", redirects),
    ("signing in", signing_in),
    ("writing", writing),
    ("uploading", uploading),
    ("UTF-8 in a path", utf8),
    ("`%2F` in a path", encoded_slash),
    ("a long query", long_query),
    ("a chunked body", chunked),
    ("`Expect`", expect),
    ("keep-alive", keep_alive),
    ("too large a body", too_large),
    ("a program that crashes", fault::crashed),
    ("one that is cut short", fault::cut_short),
    ("one that hangs", fault::hung),
    ("one that is missing", fault::missing),
];

/// Every page can be reached by links from the first one, and is whole.
fn pages(server: &Server) -> Result<(), String> {
    let start = match (server.setup.links, server.setup.way) {
        (Links::Pretty, _) | (_, Way::Apache | Way::Prefork) => server.setup.base.to_owned(),
        _ => server.setup.script("home"),
    };
    let crawl = Crawl::from_url(server, &server.on_host(&start));
    match crawl.faults.first() {
        Some(fault) => Err(fault.clone()),
        None if crawl.pages.len() < 10 => Err(format!("{} pages", crawl.pages.len())),
        None => Ok(()),
    }
}

fn head(server: &Server) -> Result<(), String> {
    let got = get(server, "tag", "");
    let mut wire = wire(server);
    wire.send(&request(server, "HEAD", &plain(server, "tag", ""), &[]));
    let told = wire.reply(true);
    same(told.status, 200)?;
    // What follows the head on the connection would be taken for the next answer.
    let after = wire.reply(true);
    same(after.status, 0)?;
    same(told.header("Content-Type"), got.header("Content-Type"))?;
    same(told.header("Content-Length"), got.header("Content-Length"))
}

fn not_modified(server: &Server) -> Result<(), String> {
    let first = get(server, "home", "");
    let tag = first.header("ETag").to_owned();
    let again = asked(server, "GET", "home", "", &[("If-None-Match", &tag)]);
    same(again.status, 304)?;
    same(again.body.len(), 0)
}

/// An address without the slash at its end leads to the one with it.
fn redirects(server: &Server) -> Result<(), String> {
    let reply = get(server, "archive", "/2024");
    same(reply.status, 301)?;
    match reply.header("Location").ends_with('/') {
        true => Ok(()),
        false => Err(format!("leads to {:?}", reply.header("Location"))),
    }
}

fn signing_in(server: &Server) -> Result<(), String> {
    let cookies = sign_in(server)?;
    let desk = asked(server, "GET", "admin", "", &[("Cookie", &cookies)]);
    same(desk.status, 200)?;
    token(&desk).map(|_| ())
}

/// A draft that is longer than any buffer comes back as it was sent.
fn writing(server: &Server) -> Result<(), String> {
    let cookies = sign_in(server)?;
    let desk = asked(server, "GET", "admin", "", &[("Cookie", &cookies)]);
    let token = token(&desk)?;
    let text = "Grüße & mehr. ".repeat(20_000);
    let fields = [
        ("token", token.as_str()),
        ("kind", "entry"),
        ("title", "From the matrix"),
        ("text", &text),
        ("do", "save"),
    ];
    let reply = posted(server, "admin", "/new/", &fields, &[("Cookie", &cookies)]);
    let to = leads_to(&reply)?;
    let draft = at(server, "GET", &to, &[("Cookie", &cookies)], b"");
    same(draft.status, 200)?;
    let page = Html::parse_document(&draft.text());
    let field = page.select(&selector("textarea[name=text]")).next();
    let kept: String = field.ok_or("no text")?.text().collect();
    same(kept.trim() == text.trim(), true)
}

/// A picture of some megabytes arrives whole.
fn uploading(server: &Server) -> Result<(), String> {
    let cookies = sign_in(server)?;
    let desk = asked(server, "GET", "admin", "", &[("Cookie", &cookies)]);
    let told = upload(
        server,
        &plain(server, "media", ""),
        &cookies,
        &token(&desk)?,
        1200,
    )?;
    same(told["width"].as_u64(), Some(1200))
}

/// Sends a picture so many pixels wide to the program `media` at its address; gives what it says of it.
pub fn upload(
    server: &Server,
    target: &str,
    cookies: &str,
    token: &str,
    width: u32,
) -> Result<serde_json::Value, String> {
    let mut seed = 1_u32;
    let picture = image::RgbImage::from_fn(width, width * 3 / 4, |_, _| {
        // Numbers in no order, which nothing compresses (Numerical Recipes, 7.1).
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([seed.to_be_bytes()[0], seed.to_be_bytes()[1], 128])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| error.to_string())?;
    let mut body = format!(
        "--limit\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--limit\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"noise.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend(png.into_inner());
    body.extend(b"\r\n--limit--\r\n");
    let length = body.len().to_string();
    let headers = [
        ("Content-Type", "multipart/form-data; boundary=limit"),
        ("Content-Length", length.as_str()),
        ("Accept", "application/json"),
        ("Cookie", cookies),
    ];
    let reply = at(server, "POST", target, &headers, &body);
    same(reply.status, 200)?;
    let told: serde_json::Value =
        serde_json::from_str(&reply.text()).map_err(|error| error.to_string())?;
    Ok(told["kept"][0].clone())
}

fn utf8(server: &Server) -> Result<(), String> {
    ours(&get(server, "page", "/caf%C3%A9/"), 404)
}

fn encoded_slash(server: &Server) -> Result<(), String> {
    ours(&get(server, "page", "/a%2Fb"), 404)
}

fn long_query(server: &Server) -> Result<(), String> {
    let query = format!("?q={}", "word+".repeat(1_200));
    let reply = get(server, "search", &query);
    // It is more than a search may have: the program says so, or answers it.
    match reply.status {
        200 | 400 | 414 => ours(&reply, reply.status),
        other => Err(format!("answers {other}")),
    }
}

/// Taken whole or refused.
fn chunked(server: &Server) -> Result<(), String> {
    let body = form(&[("name", NAME), ("password", PASSWORD)]);
    let (first, rest) = body.split_at(7);
    let framed = format!(
        "{:x}\r\n{first}\r\n{:x}\r\n{rest}\r\n0\r\n\r\n",
        first.len(),
        rest.len()
    );
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Transfer-Encoding", "chunked"),
    ];
    let reply = at(
        server,
        "POST",
        &plain(server, "login", ""),
        &headers,
        framed.as_bytes(),
    );
    match reply.status {
        303 | 400..=499 => Ok(()),
        other => Err(format!("answers {other}")),
    }
}

/// A client that waits to be told so before it sends its form is told, or answered.
fn expect(server: &Server) -> Result<(), String> {
    let body = form(&[("name", NAME), ("password", PASSWORD)]);
    let length = body.len().to_string();
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", length.as_str()),
        ("Expect", "100-continue"),
    ];
    let mut wire = wire(server);
    wire.wait(Duration::from_secs(3));
    wire.send(&request(
        server,
        "POST",
        &plain(server, "login", ""),
        &headers,
    ));
    let told = wire.one(false);
    match told.status {
        100 => {
            wire.send(body.as_bytes());
            wire.wait(PATIENCE);
            same(wire.reply(false).status, 303)
        }
        0 => Err("says nothing, and the client waits".to_owned()),
        other => Err(format!("answers {other}")),
    }
}

fn keep_alive(server: &Server) -> Result<(), String> {
    let mut wire = wire(server);
    for target in [plain(server, "tag", ""), plain(server, "home", "")] {
        wire.send(&kept(server, "GET", &target, &[]));
        let reply = wire.reply(false);
        same(reply.status, 200)?;
        same(reply.text().trim_end().ends_with("</html>"), true)?;
    }
    Ok(())
}

/// A body of 32 MB is refused, whether or not the client stops sending it.
fn too_large(server: &Server) -> Result<(), String> {
    const PIECE: &[u8] = &[b'a'; 64 << 10];
    let length = (32 << 20).to_string();
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", length.as_str()),
    ];
    let mut wire = wire(server);
    wire.send(&request(
        server,
        "POST",
        &plain(server, "login", ""),
        &headers,
    ));
    let pieces = (32 << 20) / PIECE.len();
    let all = (0..pieces).all(|_| wire.send(PIECE));
    match (wire.reply(false).status, all) {
        (413, _) => Ok(()),
        (0, false) => Err("hangs up without a word".to_owned()),
        (other, _) => Err(format!("answers {other}")),
    }
}

/// Signs in, and returns the cookies.
pub fn sign_in(server: &Server) -> Result<String, String> {
    let fields = [("name", NAME), ("password", PASSWORD)];
    cookies(&posted(server, "login", "", &fields, &[]))
}

/// The cookies that an answer sets, as they are sent back.
pub fn cookies(reply: &Reply) -> Result<String, String> {
    let set = reply
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie"));
    let pairs: Vec<&str> = set
        .filter_map(|(_, value)| value.split(';').next())
        .collect();
    match pairs.is_empty() {
        true => Err(format!("answers {}, sets no cookie", reply.status)),
        false => Ok(pairs.join("; ")),
    }
}

/// What a form of the desk is known by.
pub fn token(page: &Reply) -> Result<String, String> {
    let html = Html::parse_document(&page.text());
    let field = html.select(&selector("input[name=token]")).next();
    let value = field.and_then(|field| field.value().attr("value"));
    value.map(str::to_owned).ok_or("no token".to_owned())
}

/// The path that a 303 leads to.
pub fn leads_to(reply: &Reply) -> Result<String, String> {
    same(reply.status, 303)?;
    let location = reply.header("Location");
    let path = location.splitn(4, '/').nth(3);
    path.map(|path| format!("/{path}"))
        .ok_or(format!("leads to {location:?}"))
}

/// A selector of CSS.
pub fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}

fn same<T: PartialEq + std::fmt::Debug>(is: T, should_be: T) -> Result<(), String> {
    match is == should_be {
        true => Ok(()),
        false => Err(format!("{is:?} instead of {should_be:?}")),
    }
}

/// Only the blog's own pages have a content security policy.
fn ours(reply: &Reply, status: u16) -> Result<(), String> {
    same(reply.status, status)?;
    match reply.header("Content-Security-Policy") {
        "" => Err(format!("the server's own {status}")),
        _ => Ok(()),
    }
}

/// The path of a program and what follows it: every server has plain links.
fn plain(server: &Server, program: &str, rest: &str) -> String {
    format!("{}{rest}", server.setup.script(program))
}

fn wire(server: &Server) -> Wire {
    Wire::to(&server.on_host(""), PATIENCE)
}

fn get(server: &Server, program: &str, rest: &str) -> Reply {
    asked(server, "GET", program, rest, &[])
}

fn asked(
    server: &Server,
    method: &str,
    program: &str,
    rest: &str,
    headers: &[(&str, &str)],
) -> Reply {
    at(server, method, &plain(server, program, rest), headers, b"")
}

fn posted(
    server: &Server,
    program: &str,
    rest: &str,
    fields: &[(&str, &str)],
    headers: &[(&str, &str)],
) -> Reply {
    let body = form(fields);
    let length = body.len().to_string();
    let mut all = vec![
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Length", length.as_str()),
    ];
    all.extend(headers);
    at(
        server,
        "POST",
        &plain(server, program, rest),
        &all,
        body.as_bytes(),
    )
}

/// A form's fields as they are sent.
pub fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).expect("a form")
}

/// What comes back for a request of a path.
pub fn at(
    server: &Server,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    let mut wire = wire(server);
    wire.send(&request(server, method, target, headers));
    wire.send(body);
    wire.reply(false)
}

fn request(server: &Server, method: &str, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut all = headers.to_vec();
    all.push(("Connection", "close"));
    kept(server, method, target, &all)
}

/// A request that lets the connection live on.
fn kept(server: &Server, method: &str, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let origin = server.on_host("");
    let host = origin.trim_start_matches("http://");
    let mut lines = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
    if method == "POST" {
        lines.push_str(&format!("Origin: {origin}\r\n"));
    }
    for (name, value) in headers {
        lines.push_str(&format!("{name}: {value}\r\n"));
    }
    lines.push_str("\r\n");
    lines.into_bytes()
}
