//! A real cache in front of a real web server, started with the file of `deploy/`.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::config::path;
use crate::server::{self, Server};
use crate::setup::{Links, Programs, Setup, WORKER, Way, is_root};

/// The caches that `deploy/` has files for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Varnish, its copies in memory.
    Varnish,
    /// nginx with proxy_cache, its copies on disk.
    Nginx,
}

/// A cache and the web server behind it; dropping it ends both.
#[derive(Debug)]
pub struct Proxy {
    /// The server that it asks.
    pub behind: Server,
    port: u16,
    child: Child,
    _root: TempDir,
}

impl Proxy {
    /// Starts the cache in front of lighttpd or Apache with the programs over a copy
    /// of the blog in `data`.
    pub fn start(kind: Kind, way: Way, data: &Path) -> Proxy {
        let setup = Setup {
            way,
            links: Links::Pretty,
            base: "/",
        };
        let behind = Server::start(setup, Programs::Built, Some(data));
        for _ in 0..server::ATTEMPTS {
            let root = tempfile::Builder::new()
                .prefix("mayfly-")
                .tempdir()
                .expect("a temporary directory");
            let port = server::free_port();
            let log = root.path().join("error.log");
            let mut child = launch(kind, root.path(), &behind, port)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(fs::File::create(&log).expect("an error log"))
                .spawn()
                .expect("a cache that starts");
            if server::accepts(&mut child, port) {
                return Proxy {
                    behind,
                    port,
                    child,
                    _root: root,
                };
            }
            server::end(&mut child);
            let log = fs::read_to_string(&log).unwrap_or_default();
            assert!(log.contains("in use"), "{kind:?} didn't start:\n{log}");
        }
        panic!("{kind:?}: free ports were taken by somebody else, time after time");
    }

    /// The URL of a path, asked of the cache.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        server::end(&mut self.child);
    }
}

fn launch(kind: Kind, root: &Path, behind: &Server, port: u16) -> Command {
    let upstream = behind.on_host("");
    let upstream = upstream.rsplit(':').next().expect("a port");
    let (program, arguments) = match kind {
        Kind::Varnish => ("varnishd", varnish(root, upstream, port)),
        Kind::Nginx => ("nginx", nginx(root, upstream, port)),
    };
    let mut command = Command::new(server::executable(program));
    command.args(arguments);
    server::in_a_group(&mut command);
    command
}

fn varnish(root: &Path, upstream: &str, port: u16) -> Vec<String> {
    let file = root.join("mayfly.vcl");
    let edits = [(".port = \"8080\"", format!(".port = \"{upstream}\""))];
    fs::write(&file, shipped("varnish/mayfly.vcl", &edits)).expect("a written file");
    let work = root.join("work");
    let arguments = [
        "-F",
        "-n",
        path(&work),
        "-f",
        path(&file),
        "-a",
        &format!("127.0.0.1:{port}"),
        // Neither a command line by TCP nor another user's jail.
        "-T",
        "none",
        "-j",
        "none",
        "-s",
        "malloc,16m",
    ];
    arguments.map(String::from).into()
}

fn nginx(root: &Path, upstream: &str, port: u16) -> Vec<String> {
    let cache = root.join("cache");
    let edits = [
        ("127.0.0.1:8080", format!("127.0.0.1:{upstream}")),
        ("/var/cache/nginx/mayfly", path(&cache).to_owned()),
        ("listen 80;", format!("listen 127.0.0.1:{port};")),
    ];
    let text = shipped("nginx/mayfly-cache.conf", &edits);
    let user = if is_root() {
        format!("user {WORKER};\n")
    } else {
        String::new()
    };
    let run = root.display();
    let file = root.join("nginx.conf");
    let whole = format!(
        "{user}daemon off;\nworker_processes 1;\npid {run}/pid;\nerror_log stderr;\n\
         events {{ worker_connections 64; }}\n\
         http {{\naccess_log off;\n\
         client_body_temp_path {run}/body;\nproxy_temp_path {run}/proxy;\n\
         fastcgi_temp_path {run}/fastcgi;\nuwsgi_temp_path {run}/uwsgi;\nscgi_temp_path {run}/scgi;\n\
         {text}}}\n"
    );
    fs::write(&file, whole).expect("a written file");
    let arguments = ["-c", path(&file), "-p", path(root), "-e", "stderr"];
    arguments.map(String::from).into()
}

/// A shipped file, edited as its owner would.
fn shipped(name: &str, edits: &[(&str, String)]) -> String {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let text = fs::read_to_string(deploy.join(name)).expect("the shipped file");
    edits.iter().fold(text, |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{name} has one {from}");
        text.replace(from, to)
    })
}
