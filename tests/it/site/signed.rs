//! Somebody who is signed in, with a browser that keeps its cookies.

use std::io::Write;
use std::process::Stdio;

use scraper::{Html, Selector};

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
    /// Where it leads, as a pretty path.
    pub fn path(&self) -> String {
        let to = self.header("Location").unwrap();
        to.strip_prefix("http://blog.example").unwrap().to_owned()
    }

    /// What a browser sends of the first form in the main part, but its token and
    /// its buttons.
    pub fn fields(&self) -> Vec<(String, String)> {
        let document = Html::parse_document(&self.body);
        let form = Selector::parse("main form").unwrap();
        let form = document.select(&form).next().unwrap();
        let field = Selector::parse("input[name], textarea[name], select[name]").unwrap();
        let mut fields = Vec::new();
        for field in form.select(&field) {
            let name = field.attr("name").unwrap().to_owned();
            let ticked = match field.attr("type") {
                Some("checkbox" | "radio") => field.attr("checked").is_some(),
                _ => name != "token",
            };
            let value = match field.value().name() {
                "textarea" => field.text().collect(),
                _ => field.attr("value").unwrap_or("on").to_owned(),
            };
            if ticked {
                fields.push((name, value));
            }
        }
        fields
    }
    /// The cookies it sets, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "Set-Cookie");
        let pairs = set.map(|(_, value)| value.split(';').next().unwrap());
        pairs.collect::<Vec<_>>().join("; ")
    }
}

/// The boundary of the forms that `multipart` makes.
pub const BOUNDARY: &str = "----WebKitFormBoundary0123456789abcdef";

/// A form in parts, as browsers write them: a field's name, a file's name if it is
/// one, and the content.
pub fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: image/jpeg"));
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{}\r\n\r\n",
            file.unwrap_or_default()
        );
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
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

    /// Opens the page of a form and makes the request that sends it, with these fields
    /// instead of what is in it.
    pub fn fill(&self, target: &str, fields: &[(&str, &str)]) -> Request<'a> {
        self.fill_in(&self.get(target).ok(), target, fields)
    }

    /// The same with a page that was opened before.
    pub fn fill_in(&self, page: &Reply, target: &str, fields: &[(&str, &str)]) -> Request<'a> {
        let mut sent = page.fields();
        sent.retain(|(name, _)| fields.iter().all(|(other, _)| other != name));
        let mut sent: Vec<(&str, &str)> = sent
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        sent.extend(fields);
        self.form(target, &sent)
    }

    /// Publishes something new. Returns its address.
    pub fn publish(&self, fields: &[(&str, &str)]) -> String {
        let fields = [fields, &[("do", "publish")]].concat();
        self.form("/admin/new/", &fields).run().status(303).path()
    }

    /// The request that sends a form with its token.
    pub fn form(&self, target: &str, fields: &[(&str, &str)]) -> Request<'a> {
        let token = self.token();
        let fields = [&[("token", token.as_str())], fields].concat();
        self.site
            .form(target, &fields)
            .var("HTTP_COOKIE", &self.cookies)
    }

    /// The request that sends a form in parts, as it is.
    pub fn parts(&self, body: &[u8]) -> Request<'a> {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.ask("/admin/media/")
            .method("POST")
            .var("CONTENT_TYPE", kind)
            .var("HTTP_ORIGIN", "http://blog.example")
            .body(body)
    }

    /// The request that uploads files, with the form's token.
    pub fn upload(&self, files: &[(&str, &[u8])]) -> Request<'a> {
        let token = self.token();
        let mut parts = vec![("token", None, token.as_bytes())];
        parts.extend(
            files
                .iter()
                .map(|(name, content)| ("file", Some(*name), *content)),
        );
        self.parts(&multipart(&parts))
    }
}
