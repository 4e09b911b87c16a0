//! Somebody who is signed in, with a browser that keeps its cookies.

use std::io::Write;
use std::process::Stdio;

use super::{Reply, Request, Site};

/// The name and the password of the one who writes a test's blog.
pub const NAME: &str = "anna";
/// See `NAME`.
pub const PASSWORD: &str = "a lighthouse keeper's cat";

/// A browser that is signed in.
pub struct Signed<'a> {
    site: &'a Site,
    /// The cookies, as a browser sends them.
    pub cookies: String,
}

impl Site {
    /// Runs the command line with a line on its standard input.
    pub fn mayfly_told(&self, arguments: &[&str], line: &str) -> std::process::Output {
        let mut command = super::mayfly();
        command.arg("--data").arg(self.data()).args(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // One that refuses its arguments does not read on.
        drop(child.stdin.take().unwrap().write_all(line.as_bytes()));
        child.wait_with_output().unwrap()
    }

    /// Makes the account, once.
    pub fn with_account(self) -> Site {
        let made = self.mayfly_told(&["user", "add", NAME], PASSWORD);
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        self
    }

    /// The request that sends a form: names and values in turn.
    pub fn form(&self, target: &str, fields: &[(&str, &str)]) -> Request<'_> {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.ask(target)
            .method("POST")
            .var("CONTENT_TYPE", "application/x-www-form-urlencoded")
            .var("HTTP_ORIGIN", "http://blog.example")
            .body(body.as_bytes())
    }

    /// The request that signs in.
    pub fn signing_in(&self, name: &str, password: &str) -> Request<'_> {
        self.form("/login/", &[("name", name), ("password", password)])
    }

    /// Signs in, in a new browser.
    pub fn sign_in(&self) -> Signed<'_> {
        let reply = self.signing_in(NAME, PASSWORD).run();
        let cookies = reply.status(303).cookies();
        Signed {
            site: self,
            cookies,
        }
    }
}

impl Reply {
    /// The cookies it sets, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "Set-Cookie");
        let pairs = set.map(|(_, value)| value.split(';').next().unwrap());
        pairs.collect::<Vec<_>>().join("; ")
    }
}

impl<'a> Signed<'a> {
    /// The request for a page.
    pub fn ask(&self, target: &str) -> Request<'a> {
        self.site.ask(target).var("HTTP_COOKIE", &self.cookies)
    }

    /// Asks for a page.
    pub fn get(&self, target: &str) -> Reply {
        self.ask(target).run()
    }

    /// The token that the forms of this session carry.
    pub fn token(&self) -> String {
        let page = self.get("/admin/").ok();
        page.attributes("input[name=token]", "value").swap_remove(0)
    }

    /// The request that sends a form with its token.
    pub fn form(&self, target: &str, fields: &[(&str, &str)]) -> Request<'a> {
        let token = self.token();
        let fields = [&[("token", token.as_str())], fields].concat();
        self.site
            .form(target, &fields)
            .var("HTTP_COOKIE", &self.cookies)
    }
}
