//! What a program answered, read more strictly than any web server does.

use std::path::Path;

use scraper::{Html, Selector};

use super::exchange::Exchange;

/// An answer that keeps all the rules; `parse` names them.
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers in their order, without `Status`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The request it answers, and all that came of it.
    pub exchange: Exchange,
}

impl Reply {
    /// Reads an answer, and fails where it breaks a rule that holds for all.
    pub(super) fn parse(exchange: Exchange, head_only: bool, secret: &Path) -> Reply {
        match read(&exchange, head_only, secret) {
            Ok((status, headers, body)) => Reply {
                status,
                headers,
                body,
                exchange,
            },
            Err(rule) => panic!("{rule}\n{exchange}"),
        }
    }

    /// Insists on 200 and on an empty log.
    #[track_caller]
    pub fn ok(self) -> Reply {
        let reply = self.status(200);
        assert!(
            reply.log().is_empty(),
            "a line in the log\n{}",
            reply.exchange
        );
        reply
    }

    /// Insists on a status code.
    #[track_caller]
    pub fn status(self, status: u16) -> Reply {
        assert!(self.status == status, "not {status}\n{}", self.exchange);
        self
    }

    /// Insists on a redirect, by status and Location.
    #[track_caller]
    pub fn leads_to(self, status: u16, location: &str) -> Reply {
        let reply = self.status(status);
        assert!(
            reply.header("Location") == Some(location),
            "does not lead to {location}\n{}",
            reply.exchange
        );
        reply
    }

    /// Insists on text in the body.
    #[track_caller]
    pub fn has(self, text: &str) -> Reply {
        assert!(self.body.contains(text), "no {text:?}\n{}", self.exchange);
        self
    }

    /// Insists that neither body nor headers have a text in them.
    #[track_caller]
    pub fn lacks(self, text: &str) -> Reply {
        let found = String::from_utf8_lossy(&self.exchange.stdout).contains(text);
        assert!(!found, "{text:?} is there\n{}", self.exchange);
        self
    }

    /// The value of a header, if there is exactly one.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// What the program wrote to the server's log.
    pub fn log(&self) -> &str {
        &self.exchange.stderr
    }

    /// The texts of the elements that a CSS selector finds, their white space
    /// made single.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let (document, selector) = (
            Html::parse_document(&self.body),
            Selector::parse(selector).unwrap(),
        );
        let texts = document
            .select(&selector)
            .map(|found| found.text().collect::<String>());
        texts
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The values of an attribute of the elements that a CSS selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let (document, selector) = (
            Html::parse_document(&self.body),
            Selector::parse(selector).unwrap(),
        );
        let values = document
            .select(&selector)
            .filter_map(|found| found.attr(name));
        values.map(String::from).collect()
    }

    /// Every address the page links to.
    pub fn links(&self) -> Vec<String> {
        self.attributes("a[href], link[href]", "href")
    }
}

type Parts = (u16, Vec<(String, String)>, String);

fn read(exchange: &Exchange, head_only: bool, secret: &Path) -> Result<Parts, String> {
    let rule = |holds: bool, rule: &str| if holds { Ok(()) } else { Err(rule.to_owned()) };
    rule(
        exchange.exit == Some(0),
        "a program that has answered ends well",
    )?;
    let output = &exchange.stdout;
    let end = output.windows(4).position(|run| run == b"\r\n\r\n");
    let end = end.ok_or("an empty line ends the headers")?;
    rule(end + 4 < 4000, "nginx gives headers 4,000 bytes")?;
    let head = std::str::from_utf8(&output[..end]).map_err(|_| "headers are text")?;
    let body = String::from_utf8(output[end + 4..].to_vec()).map_err(|_| "pages are UTF-8")?;

    let mut headers = Vec::new();
    for line in head.split("\r\n") {
        rule(line.len() < 1000, "Go gives a header line 1,000 bytes")?;
        rule(
            !line.contains(char::is_control),
            "headers have no control characters",
        )?;
        let (name, value) = line.split_once(": ").ok_or(format!("no header: {line}"))?;
        let token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        rule(
            !name.is_empty() && name.bytes().all(token),
            "a header's name is a token",
        )?;
        let known = headers
            .iter()
            .any(|(known, _): &(String, String)| known.eq_ignore_ascii_case(name));
        rule(!known || name == "Set-Cookie", "no header is there twice")?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    rule(
        headers.len() > 1 && headers[0].0 == "Status",
        "busybox heeds Status only as the first line",
    )?;
    rule(
        headers[1].0 == "Content-Type",
        "Content-Type is the second line",
    )?;
    let status = headers.remove(0).1;
    let (code, reason) = status.split_once(' ').ok_or("a status has a reason")?;
    let status: u16 = code.parse().map_err(|_| "a status is a number")?;
    rule(
        (200..600).contains(&status) && !reason.is_empty(),
        "this is no final status",
    )?;

    let find = |name: &str| {
        headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    for forbidden in ["Transfer-Encoding", "Connection", "Date", "Server"] {
        rule(find(forbidden).is_none(), "that header is the server's")?;
    }
    rule(
        find("X-Content-Type-Options").is_some_and(|value| value == "nosniff"),
        "types are not guessed",
    )?;
    let length = find("Content-Length").map(|digits| digits.parse::<usize>());
    match length {
        _ if status == 304 => rule(length.is_none() && body.is_empty(), "304 has no body")?,
        Some(Ok(_)) if head_only => rule(body.is_empty(), "HEAD is answered without a body")?,
        Some(Ok(length)) => rule(length == body.len(), "Content-Length is exact")?,
        _ => return Err("Content-Length is always there".to_owned()),
    }
    if let Some(location) = find("Location") {
        let absolute = location.starts_with("http://") || location.starts_with("https://");
        // Where a client names no usable host there is none to lead to.
        let unknown = location.starts_with('/') && !location.starts_with("//");
        rule(absolute || unknown, "a redirect is absolute")?;
        rule(
            head_only || body.contains("http-equiv=\"refresh\""),
            "a redirect's page leads on too",
        )?;
        rule(
            (300..400).contains(&status),
            "a redirect says so in its status",
        )?;
    }
    if headers[0].1.starts_with("text/html") && status != 304 {
        rule(
            find("Content-Security-Policy").is_some(),
            "every page has a policy",
        )?;
    }
    rule(!body.contains('\u{1}'), "every mark has become a link")?;
    rule(
        !body.contains(&*secret.to_string_lossy()),
        "no page tells where the data lies",
    )?;
    Ok((status, headers, body))
}
