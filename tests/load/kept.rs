//! Kept pages: the same page by a program and as a file, behind one web server.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::behind::{self, Site};
use crate::client::Question;
use crate::server::{Folder, Kind};
use crate::{Bench, Result, blog, failed, needs, page};

/// The posts of the blog: what is kept is the same page, however many there are.
const POSTS: &str = "2000";

/// How long a program may take to have kept the page that it answered, and how long
/// ago the blog changed: nothing is kept in the second of a change.
const PATIENCE: Duration = Duration::from_secs(20);

impl Bench {
    /// Home and a post, both ways in turn.
    pub fn kept_pages(&mut self, kind: Kind) -> Result<()> {
        if kind == Kind::Lighttpd {
            needs::package("/usr/lib/lighttpd/mod_magnet.so", "lighttpd-modules-lua")?;
        }
        let folder = Folder::new()?;
        let data = folder.sub("data")?;
        let made = data.display().to_string();
        self.command(&[
            "init",
            &made,
            "--zone",
            "UTC",
            "--base-url",
            "http://localhost",
        ])?;
        self.command(&["--data", &made, "seed", "--posts", POSTS])?;
        self.command(&["--data", &made, "settings", "keep-pages=on"])?;
        let pages = page::all(&data, &self.programs)?;
        folder.hand_over("data")?;
        let site = Site::over(kind, &self.programs, None, &data, folder)?;
        let mut questions = Vec::new();
        for page in pages
            .iter()
            .filter(|page| ["home", "post"].contains(&page.name))
        {
            let address = site.address();
            let program = format!("{}?by=program", page.path);
            let ask = |target: &str, header| Question::new(address, target, header, 200);
            questions.push((format!("{}, by a program", page.name), ask(&program, "")?));
            let file = data.join(format!("kept/now{}index.html.gz", page.path));
            let started = Instant::now();
            while !file.exists() {
                ask(&page.path, "")?;
                if started.elapsed() > PATIENCE {
                    return Err(failed(format!("{} was not kept", page.path)));
                }
                thread::sleep(Duration::from_millis(50));
            }
            questions.push((format!("{}, kept", page.name), ask(&page.path, "")?));
            let packed = ask(&page.path, "Accept-Encoding: gzip\r\n")?;
            questions.push((format!("{}, kept and packed", page.name), packed));
        }
        let loads = behind::closed_loop(site.name(), &questions, &[8], self.plan.against);
        self.figures.sent.extend(loads);
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Result<()> {
        blog::run(&self.mayfly, arguments)
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
