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

/// The pages that are measured.
const PAGES: [&str; 3] = ["304", "post", "home"];

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
    fn keeping(&self, folder: &Folder) -> Result<(PathBuf, Vec<Page>)> {
        let data = folder.sub("data")?;
        let made = data.display().to_string();
        let at = "http://localhost";
        self.command(&["init", &made, "--zone", "UTC", "--base-url", at])?;
        self.command(&["--data", &made, "seed", "--posts", POSTS])?;
        self.command(&["--data", &made, "settings", "keep-pages=on"])?;
        let mut pages = page::all(&data, &self.programs)?;
        pages.retain(|page| PAGES.contains(&page.name));
        // To ask whether a copy is current keeps nothing, so home comes first.
        pages.rotate_left(1);
        Ok((data, pages))
    }

    /// The programs that send a page again. The folder has to outlive them.
    pub fn kept_programs(&self, folder: &Folder) -> Result<Vec<(String, Program)>> {
        let (data, pages) = self.keeping(folder)?;
        let mut programs = Vec::new();
        for page in pages {
            let (_, program) = self.checked(&page, &data)?;
            wait_for(&data, &page, || program.run().map(|_| ()))?;
            programs.push((by_program(page.name), program));
        }
        Ok(programs)
    }

    /// Home and a post, each way in turn.
    pub fn kept_pages(&mut self, kind: Kind) -> Result<()> {
        if kind == Kind::Lighttpd {
            needs::package("/usr/lib/lighttpd/mod_magnet.so", "lighttpd-modules-lua")?;
        }
        let folder = Folder::new()?;
        let (data, pages) = self.keeping(&folder)?;
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
        for page in pages.into_iter().filter(|page| page.status == 200) {
            let rendered = format!("{}?by=program", page.path);
            let ask = |site: &Site, target: &str, header| {
                Question::new(site.address(), target, header, 200)
            };
            questions.push((page.name.to_owned(), ask(&plain, &rendered, "")?));
            wait_for(&data, &page, || ask(&plain, &page.path, "").map(|_| ()))?;
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

/// Has a page rendered until it is there as files.
fn wait_for(data: &Path, page: &Page, ask: impl Fn() -> Result<()>) -> Result<()> {
    let file = data.join(format!("kept/now{}index.html.gz", page.path));
    let started = Instant::now();
    while !file.exists() {
        ask()?;
        if started.elapsed() > PATIENCE {
            return Err(failed(format!("{} was not kept", page.path)));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
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
