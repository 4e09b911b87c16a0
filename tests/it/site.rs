//! A blog in a directory of its own, made by the real `mayfly`, and the real
//! programs run over it as a web server runs them: `Site::new().post(...).get("/")`.
//!
//! Nothing is made before the first request, so posts and options may be named
//! in any order. Whatever a program answers is held to RFC 3875 and to our own
//! rules in `reply`, so no test has to ask for that.

mod exchange;
mod reply;
mod signed;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use mayfly::url;
use tempfile::TempDir;

pub use exchange::{Input, Request, Streams};
pub use reply::Reply;
pub use signed::{BOUNDARY, NAME, PASSWORD, Signed, multipart};

/// What a blog is called unless a test says otherwise.
pub const TITLE: &str = "A test's blog";

/// A blog under test.
#[must_use]
pub struct Site {
    folder: TempDir,
    options: Vec<String>,
    has_posts: bool,
    made: OnceLock<()>,
}

impl Site {
    /// A blog without posts, dated in UTC, whose links do as each request did.
    pub fn new() -> Site {
        let folder = tempfile::tempdir().unwrap();
        Site {
            folder,
            options: Vec::new(),
            has_posts: false,
            made: OnceLock::new(),
        }
    }

    /// Passes an option to `mayfly init`: `.with_option("--links", "plain")`.
    pub fn with_option(mut self, name: &str, value: &str) -> Site {
        self.options.extend([name.into(), value.into()]);
        self
    }

    /// Passes an option that has no value: `.with_flag("--demo")`.
    pub fn with_flag(mut self, name: &str) -> Site {
        self.options.push(name.into());
        self
    }

    /// Adds a Markdown file to be imported: its name, its front matter in YAML
    /// without the lines of dashes, and its text.
    pub fn post(self, name: &str, front: &str, text: &str) -> Site {
        self.file(name, &format!("---\n{}\n---\n\n{text}\n", front.trim()))
    }

    /// Adds any file to the folder that is imported.
    pub fn file(mut self, name: &str, content: &str) -> Site {
        let file = self.posts().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self.has_posts = true;
        self
    }

    /// The blog's data directory, made and filled.
    pub fn data(&self) -> PathBuf {
        self.made.get_or_init(|| self.make());
        self.unmade_data()
    }

    /// An empty directory beside the blog's, for whatever a test needs.
    pub fn scratch(&self) -> PathBuf {
        let folder = self.folder.path().join("scratch");
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Runs the operator's command line over the blog.
    pub fn mayfly(&self, arguments: &[&str]) -> Output {
        let data = self.data();
        let mut command = mayfly();
        command.arg("--data").arg(data).args(arguments);
        command.output().unwrap()
    }

    /// Imports a file into the blog that is there: a post of its own, or another
    /// version of the one that a file of this name made before.
    pub fn import(&self, name: &str, front: &str, text: &str) {
        let data = self.data();
        let file = self.posts().join(name);
        fs::create_dir_all(self.posts()).unwrap();
        fs::write(&file, format!("---\n{}\n---\n\n{text}\n", front.trim())).unwrap();
        let mut command = mayfly();
        run(command.arg("--data").arg(data).arg("import").arg(file));
    }

    /// Walks a list from one of its pages on, along the links of that `rel` and
    /// redirects, and gives the posts of each page by their addresses.
    pub fn walk(&self, target: &str, rel: &str) -> Vec<Vec<String>> {
        let mut pages = Vec::new();
        let mut next = Some(target.to_owned());
        while let Some(target) = next {
            assert!(pages.len() < 100, "{target} leads in a circle");
            let page = self.get(&target);
            if page.status == 303 {
                next = page
                    .header("Location")
                    .map(|to| to.replacen("http://blog.example", "", 1));
                continue;
            }
            let page = page.ok();
            pages.push(page.attributes(".h-entry a.u-url", "href"));
            let links = page.attributes(&format!("nav.pager a[rel={rel}]"), "href");
            assert!(links.len() < 2, "{target} leads two ways: {links:?}");
            next = links.into_iter().next();
        }
        pages
    }

    /// Changes the blog's file behind everybody's back.
    pub fn sql(&self, statements: &str) {
        let blog = rusqlite::Connection::open(self.data().join("blog.db")).unwrap();
        blog.execute_batch(statements).unwrap();
    }

    /// Dates the last change ten seconds back. Until its second is over answers say
    /// nothing of when it was, so two of them may differ, and none is kept.
    pub fn let_time_pass(&self) {
        self.sql("UPDATE site SET changed = changed - 10000000");
    }

    /// Asks for a pretty address, as through a server that rewrites: `/tags/a+b/`.
    pub fn get(&self, target: &str) -> Reply {
        self.ask(target).run()
    }

    /// Asks a program by its own address: `/cgi-bin/tag/a+b/`.
    pub fn plain(&self, target: &str) -> Reply {
        let (path, _) = target.split_once('?').unwrap_or((target, ""));
        let own = path.strip_prefix("/cgi-bin/").unwrap();
        let end = own.find('/').unwrap_or(own.len());
        let (program, info) = own.split_at(end);
        let program = program.trim_end_matches(".cgi");
        let script = &path[..path.len() - info.len()];
        self.request(program)
            .asked(target)
            .var("SCRIPT_NAME", script)
            .var("PATH_INFO", decoded(info))
            .run()
    }

    /// The request for a pretty address, to be changed before it is run.
    pub fn ask(&self, target: &str) -> Request<'_> {
        let (path, _) = target.split_once('?').unwrap_or((target, ""));
        let path = String::from_utf8(decoded(path)).unwrap();
        let (program, info) = url::route(&path);
        self.request(program).asked(target).var("PATH_INFO", info)
    }

    /// A bare request to a program, with what every server passes.
    pub fn request(&self, program: &str) -> Request<'_> {
        let program = Path::new(env!("CARGO_BIN_EXE_mayfly")).with_file_name(program);
        Request::new(self, program)
    }

    fn make(&self) {
        let mut command = mayfly();
        command.arg("init").arg(self.unmade_data());
        if !self.options.iter().any(|option| option == "--title") {
            command.args(["--title", TITLE]);
        }
        if !self.options.iter().any(|option| option == "--zone") {
            command.args(["--zone", "UTC"]);
        }
        run(command.args(&self.options));
        if self.has_posts {
            let mut command = mayfly();
            command.arg("--data").arg(self.unmade_data());
            run(command.arg("import").arg(self.posts()));
        }
    }

    fn unmade_data(&self) -> PathBuf {
        self.folder.path().join("blog")
    }

    fn posts(&self) -> PathBuf {
        self.folder.path().join("posts")
    }
}

/// Copies a program that is to be started from there. Another process does it: had
/// this one the copy open for writing, another test's child might hold it still, and
/// it could not be started ("text file busy").
pub fn copy_program(from: &str, to: &Path) {
    run(Command::new("cp").arg(from).arg(to));
}

fn mayfly() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mayfly"));
    command.env_clear();
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

/// What a web server makes of a path before it passes it on.
fn decoded(path: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    bytes
}
