//! An HTTP client that sends a path as it is written and follows nothing.

use std::time::Duration;

use ureq::Agent;
use ureq::http::{Method, Request};

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, complete: a body shorter than Content-Length is an error.
    pub body: Vec<u8>,
    headers: ureq::http::HeaderMap,
}

impl Answer {
    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a header in ASCII"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A client that keeps its connection between requests.
#[derive(Debug)]
pub struct Client(Agent);

impl Client {
    /// A client with a deadline for each request.
    pub fn new() -> Client {
        Client::keeping(3)
    }

    /// The same that keeps so many connections: none, for servers that close each
    /// without having said so.
    pub fn keeping(connections: usize) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .max_idle_connections(connections)
            .timeout_global(Some(Duration::from_secs(60)));
        Client(config.build().new_agent())
    }

    /// GET.
    pub fn get(&self, url: &str) -> Answer {
        self.send(Method::GET, url, "")
    }

    /// GET with a header more.
    pub fn get_with(&self, url: &str, name: &str, value: &str) -> Answer {
        self.send_with(Method::GET, url, "", &[(name, value)])
    }

    /// OPTIONS, as a browser asks before a page of another site reads.
    pub fn preflight(&self, url: &str) -> Answer {
        let headers = [
            ("Origin", "https://other.example"),
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "if-none-match"),
        ];
        self.send_with(Method::OPTIONS, url, "", &headers)
    }

    /// HEAD.
    pub fn head(&self, url: &str) -> Answer {
        self.send(Method::HEAD, url, "")
    }

    /// POST of a form.
    pub fn post(&self, url: &str, body: &'static str) -> Answer {
        self.send(Method::POST, url, body)
    }

    fn send(&self, method: Method, url: &str, body: &str) -> Answer {
        self.send_with(method, url, body, &[])
    }

    fn send_with(&self, method: Method, url: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let posts = method == Method::POST;
        let request = Request::builder().method(method).uri(url);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let answer = if posts {
            let form = request.header("Content-Type", "application/x-www-form-urlencoded");
            self.0.run(form.body(body).expect("a request"))
        } else {
            self.0.run(request.body(()).expect("a request"))
        };
        let (parts, mut body) = answer
            .unwrap_or_else(|error| panic!("{url}: {error}"))
            .into_parts();
        let body = body
            .read_to_vec()
            .unwrap_or_else(|error| panic!("{url}: {error}"));
        Answer {
            status: parts.status.as_u16(),
            body,
            headers: parts.headers,
        }
    }
}
