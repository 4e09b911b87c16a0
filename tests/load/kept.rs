//! Kept pages: the same page rendered by a program, sent again by a program, and sent as a
//! file by the web server.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::behind::{self, Kept, Site};
use crate::client::Question;
use crate::page::Page;
use crate::process::Program;
use crate::server::{Folder, Kind};
use crate::{Bench, Result, blog, failed, needs, page};

/// The posts of the blog: what is kept is the same page, however many there are.
const POSTS: &str = "2000";

/// How long a program may take to have kept the page that it answered, and how long
/// ago the blog changed: nothing is kept in the second of a change.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pages that are measured, and those of them behind a server.
const PAGES: [&str; 5] = ["304", "post", "home", "tag, first page", "month"];
const SENT: [&str; 2] = ["post", "home"];

/// What tables call a page that a program sends again.
pub fn by_program(page: &str) -> String {
    format!("{page}, kept")
}

/// And one that the web server sends.
pub fn by_server(page: &str) -> String {
    format!("{page}, kept, by the server alone")
}

impl Bench {
    /// A blog that keeps its pages, below a folder.
    fn keeping(&self, folder: &Folder, how: &str) -> Result<(PathBuf, Vec<Page>)> {
        let data = folder.sub("data")?;
        let made = data.display().to_string();
        let at = "http://localhost";
        self.command(&["init", &made, "--zone", "UTC", "--base-url", at])?;
        self.command(&["--data", &made, "seed", "--posts", POSTS])?;
        self.command(&["--data", &made, "settings", &format!("keep-pages={how}")])?;
        let mut pages = page::all(&data, &self.programs)?;
        pages.retain(|page| PAGES.contains(&page.name));
        // To ask whether a copy is current keeps nothing, so home comes before that.
        pages.rotate_left(1);
        Ok((data, pages))
    }

    /// The programs that send a page again, and those that render one, send it and then
    /// keep it. The folder has to outlive them.
    pub fn kept_programs(&self, folder: &Folder) -> Result<Vec<(String, Program)>> {
        let (data, pages) = self.keeping(folder, "on")?;
        let (mut kept, mut at_first) = (Vec::new(), Vec::new());
        for page in pages {
            let (_, program) = self.checked(&page, &data)?;
            let answer = wait_for(|| page.kept(&data), || program.run().map(|_| ()))?;
            if SENT.contains(&page.name) {
                // It keeps the answer again, so whoever comes after it finds one; with what is
                // noted of the room that all of them take, there would be none left in the end.
                let size = data.join("kept/now/.size");
                let forgotten = vec![answer.clone(), size];
                let first = Program {
                    forgotten,
                    ..program.clone()
                };
                first.run()?;
                if !answer.exists() {
                    return Err(failed(format!("{} is kept once only", page.path)));
                }
                at_first.push((format!("{}, the first time", page.name), first));
            }
            kept.push((by_program(page.name), program));
        }
        kept.extend(at_first);
        Ok(kept)
    }

    /// Home and a post, each way in turn.
    pub fn kept_pages(&mut self, kind: Kind) -> Result<()> {
        if kind == Kind::Lighttpd {
            needs::package("/usr/lib/lighttpd/mod_magnet.so", "lighttpd-modules-lua")?;
        }
        let folder = Folder::new()?;
        let (data, pages) = self.keeping(&folder, "files")?;
        folder.hand_over("data")?;
        let empty = Some(self.empty.as_path());
        let by_programs = Folder::new()?;
        let plain = Site::over(
            kind,
            &self.programs,
            empty,
            &data,
            by_programs,
            Kept::ByPrograms,
        )?;
        let site = Site::over(kind, &self.programs, empty, &data, folder, Kept::ByServer)?;
        let mut questions = vec![plain.empty()?];
        for page in pages.into_iter().filter(|page| SENT.contains(&page.name)) {
            let rendered = format!("{}?by=program", page.path);
            let ask = |site: &Site, target: &str, header| {
                Question::new(site.address(), target, header, 200)
            };
            questions.push((page.name.to_owned(), ask(&plain, &rendered, "")?));
            let packed = data.join(format!("kept/now{}index.html.gz", page.path));
            wait_for(
                || packed.exists().then(|| packed.clone()),
                || ask(&plain, &page.path, "").map(|_| ()),
            )?;
            questions.push((by_program(page.name), ask(&plain, &page.path, "")?));
            let sent = by_server(page.name);
            let packed = ask(&site, &page.path, "Accept-Encoding: gzip\r\n")?;
            questions.push((sent.clone(), ask(&site, &page.path, "")?));
            questions.push((format!("{sent}, packed"), packed));
        }
        let loads = behind::closed_loop(site.name(), &questions, &[8], self.plan.against);
        self.figures.sent.extend(loads);
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Result<()> {
        blog::run(&self.mayfly, arguments)
    }
}

/// Has a page rendered until it is there as a file.
fn wait_for(found: impl Fn() -> Option<PathBuf>, ask: impl Fn() -> Result<()>) -> Result<PathBuf> {
    let started = Instant::now();
    loop {
        if let Some(file) = found() {
            return Ok(file);
        }
        ask()?;
        if started.elapsed() > PATIENCE {
            return Err(failed("no page was kept"));
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A server's configuration with kept pages switched on, as an operator would.
pub fn switched_on(kind: Kind, text: &str, data: &Path, folder: &Folder) -> Result<String> {
    let script = folder.sub("run")?.join("kept.lua");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/lighttpd/kept.lua");
    let lua = fs::read_to_string(shipped)?;
    let place = format!("mayfly_data = \"{}\"", data.display());
    fs::write(
        &script,
        lua.replace("mayfly_data = \"/var/lib/mayfly\"", &place),
    )?;
    Ok(match kind {
        Kind::Lighttpd => text
            .replace("#server.modules", "server.modules")
            .replace("#magnet.attract", "magnet.attract")
            .replace("/etc/mayfly/kept.lua", &script.display().to_string()),
        Kind::Apache | Kind::Prefork => text.replace("#Define MAYFLY_KEPT", "Define MAYFLY_KEPT"),
    })
}
