//! The pages that are measured, as requests to the programs that answer them.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use mayfly::date::Date;
use mayfly::url;
use rusqlite::{Connection, OpenFlags};

use crate::process::Program;
use crate::{Result, failed};

/// One page of a blog, asked for as lighttpd asks for it.
#[derive(Clone, Debug)]
pub struct Page {
    /// What tables call it.
    pub name: &'static str,
    /// The program that answers.
    pub program: &'static str,
    /// Its pretty path.
    pub path: String,
    /// What follows the question mark.
    pub query: &'static str,
    /// The browser's copy, where it has one.
    pub known: String,
    /// The status it has to be answered with.
    pub status: u16,
}

/// The address that `with_redirect` makes lead somewhere else.
const MOVED: &str = "/archives/2009/a-post-that-moved.html";

/// Every page of the report, in the order it lists them in.
pub fn all(blog: &Path, programs: &Path) -> Result<Vec<Page>> {
    let (date, slug) = a_post(blog)?;
    let post = url::post(date, &slug);
    let month = url::month(date.year(), date.month());
    let year = url::year(date.year());
    let page = |name, program, path: &str, query, status| Page {
        name,
        program,
        path: path.to_owned(),
        query,
        known: String::new(),
        status,
    };
    let mut pages = vec![
        page("304", "home", "/", "", 304),
        page("redirect", "page", MOVED, "", 301),
        page("404", "page", "/nothing/here/", "", 404),
        page("post", "post", &post, "", 200),
        page("home", "home", "/", "", 200),
        page("tag, first page", "tag", "/tags/performance/", "", 200),
        page(
            "tag, last page",
            "tag",
            "/tags/performance/",
            "after=0",
            200,
        ),
        page("two tags", "tag", "/tags/cgi+rust/", "", 200),
        page("month", "archive", &month, "", 200),
        page("year", "archive", &year, "", 200),
        page("feed", "feed", "/feed.atom", "", 200),
        page("all tags", "tag", "/tags/", "", 200),
    ];
    let answer = pages[4].run(blog, programs)?.run()?.output;
    pages[0].known = header(&answer, "ETag")
        .ok_or_else(|| failed("the home page has no ETag to be asked about"))?;
    Ok(pages)
}

/// Gives a blog an address that has moved, for the page "redirect".
pub fn with_redirect(blog: &Path) -> Result<()> {
    let (date, slug) = a_post(blog)?;
    let target = url::post(date, &slug);
    let file = Connection::open(blog.join("blog.db"))?;
    file.execute(
        "INSERT OR REPLACE INTO redirect (path, target) VALUES (?1, ?2)",
        [MOVED, &target],
    )?;
    Ok(())
}

/// An entry from the middle of the blog: its day and its slug.
fn a_post(blog: &Path) -> Result<(Date, String)> {
    let file = Connection::open_with_flags(blog.join("blog.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let (date, slug) = file.query_row(
        "SELECT date, slug FROM post
         WHERE kind = 1 AND id >= (SELECT max(id) / 2 FROM post) ORDER BY id LIMIT 1",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let date = Date::from_number(date).ok_or_else(|| failed("a post has a date that is none"))?;
    Ok((date, slug))
}

impl Page {
    /// What a browser asks a server for.
    pub fn target(&self) -> String {
        match self.query {
            "" => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// The file that its answer is kept in, if it is.
    pub fn kept(&self, blog: &Path) -> Option<PathBuf> {
        let address = format!("={}", self.path.replace('/', "!"));
        let files = fs::read_dir(blog.join("kept/now")).ok()?.flatten();
        let mut files = files.map(|file| file.path());
        files.find(|file| file.as_os_str().as_bytes().ends_with(address.as_bytes()))
    }

    /// The program of `programs` with the variables of this request.
    pub fn run(&self, blog: &Path, programs: &Path) -> Result<Program> {
        let file = programs.join(self.program);
        if fs::metadata(&file).is_err() {
            return Err(failed(format!("{} is missing: make build", file.display())));
        }
        let (_, info) = url::route(&self.path);
        let script = format!("/cgi-bin/{}", self.program);
        let mut program = Program::new(&file)?
            .variable("MAYFLY_DATA", &blog.display().to_string())?
            .request(&script, info, &self.target(), self.query)?;
        if !self.known.is_empty() {
            program = program.variable("HTTP_IF_NONE_MATCH", &self.known)?;
        }
        Ok(program)
    }
}

/// The value of a header in what a program wrote.
pub fn header(answer: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(answer);
    let (head, _) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
}

/// The status in what a program wrote; 200 where it names none.
pub fn status(answer: &[u8]) -> u16 {
    let status = header(answer, "Status");
    let digits = status.as_deref().and_then(|line| line.split(' ').next());
    digits.map_or(200, |digits| digits.parse().unwrap_or(0))
}
