//! A real web server as a child of the test, on a loopback port of its own.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::config;
use crate::setup::{self, Folders, Programs, Setup, WORKER, Way, is_root};

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Debian's suEXEC runs what lies below it; only root can put something there.
const WWW: &str = "/var/www";

/// Another process can take a free port before the server does.
pub const ATTEMPTS: usize = 5;

/// A running server; dropping it ends it and every process it started.
#[derive(Debug)]
pub struct Server {
    /// How it serves the blog.
    pub setup: Setup,
    /// Where its files are.
    pub folders: Folders,
    origin: String,
    children: Vec<Child>,
    _root: TempDir,
}

impl Server {
    /// A directory for all that a server of `setup` needs.
    pub fn root(setup: Setup) -> TempDir {
        let root = match setup.way {
            // suEXEC is built to run nothing outside this folder.
            Way::Suexec => tempfile::Builder::new().prefix("mayfly-").tempdir_in(WWW),
            _ => tempfile::Builder::new().prefix("mayfly-").tempdir(),
        };
        root.expect("a temporary directory")
    }

    /// Starts the server of `setup`, with a copy of the blog in `data`.
    pub fn start(setup: Setup, programs: Programs, data: Option<&Path>) -> Server {
        let root = Server::root(setup);
        let folders = Folders::lay_out(root.path(), setup, programs, data)
            .unwrap_or_else(|error| panic!("the blog's folders: {error}"));
        Server::serve(setup, root, folders)
    }

    /// Starts it over folders below `root` that are there already.
    pub fn serve(setup: Setup, root: TempDir, folders: Folders) -> Server {
        for _ in 0..ATTEMPTS {
            let port = free_port();
            let mut children = launch(setup, &folders, port);
            let listens = children.last_mut().expect("a process");
            if accepts(listens, port) && can_run(listens, setup, &folders) {
                let origin = format!("http://127.0.0.1:{port}");
                return Server {
                    setup,
                    folders,
                    origin,
                    children,
                    _root: root,
                };
            }
            end_all(setup, &mut children);
            let log = fs::read_to_string(config::error_log(&folders)).unwrap_or_default();
            assert!(log.contains("in use"), "{setup:?} didn't start:\n{log}");
        }
        panic!("{setup:?}: {ATTEMPTS} free ports in turn were taken by somebody else");
    }

    /// The URL of a path on the server's host, blog or not.
    pub fn on_host(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The URL of a path of the blog, written as at a domain's root.
    pub fn url(&self, path: &str) -> String {
        let below = path.strip_prefix('/').expect("a path begins with a slash");
        self.on_host(&format!("{}{below}", self.setup.base))
    }

    /// The memory of its processes and of those they started, in bytes: what several of
    /// them share counts once.
    pub fn memory(&self) -> u64 {
        let of_process = |process: PathBuf| {
            let maps = fs::read_to_string(process.join("smaps_rollup")).ok()?;
            let share = maps.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            let kilobytes: u64 = share.split_whitespace().next()?.parse().ok()?;
            Some(kilobytes << 10)
        };
        self.processes().into_iter().filter_map(of_process).sum()
    }

    /// Waits until a server of one process has learned of the end of each program.
    pub fn has_reaped(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.processes().len() > self.children.len() {
            assert!(
                Instant::now() < deadline,
                "a program is left in {PATIENCE:?}"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The folders in `/proc` of its processes and of those they started, the ones included
    /// that have ended and that nobody has asked after.
    fn processes(&self) -> Vec<PathBuf> {
        let groups: Vec<String> = self.children.iter().map(|c| c.id().to_string()).collect();
        let ours = |entry: std::io::Result<fs::DirEntry>| {
            let process = entry.ok()?.path();
            let stat = fs::read_to_string(process.join("stat")).ok()?;
            // The name, in brackets, may have spaces.
            let group = stat.rsplit_once(')')?.1.split_whitespace().nth(2)?;
            groups.iter().any(|id| id == group).then_some(process)
        };
        let all = fs::read_dir("/proc").expect("Linux's /proc");
        all.filter_map(ours).collect()
    }

    /// What the server and the programs complained of.
    pub fn log(&self) -> String {
        fs::read_to_string(config::error_log(&self.folders)).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end_all(self.setup, &mut self.children);
    }
}

fn launch(setup: Setup, folders: &Folders, port: u16) -> Vec<Child> {
    let log = config::error_log(folders);
    fs::write(&log, "").expect("an error log");
    // Caddy writes it as the worker.
    setup::give_to(WORKER, &log).expect("an error log of the worker's");
    let commands = config::commands(setup, folders, port).expect("a written configuration");
    let start = |mut command: Command| {
        let log = fs::OpenOptions::new().append(true).open(&log);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("an error log"));
        in_a_group(&mut command);
        command.spawn().expect("a server that starts")
    };
    commands.into_iter().map(start).collect()
}

/// Lets a server have a process group of its own, and end with the test.
pub fn in_a_group(command: &mut Command) {
    command
        // A group of its own tells afterwards whether all its processes ended.
        .process_group(0);
    // SAFETY: between fork and exec the closure makes one system call, which
    // allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(|| {
            // Ctrl-C reaches the test and not the new group: end with the test.
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            Ok(())
        });
    }
}

/// Where a server's program is; the tests install it (tests/tools.sh).
pub fn executable(name: &str) -> PathBuf {
    let found = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"]
        .iter()
        .map(|directory| Path::new(directory).join(name))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("{name} is not here and its tests are never skipped: apt-get install {name}")
    })
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}

/// Whether the server took the port; false when it ended before.
pub fn accepts(child: &mut Child, port: u16) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while child.try_wait().expect("a child to ask").is_none() {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(_) => return true,
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(error) => panic!("port {port}: {error}"),
        }
        assert!(
            Instant::now() < deadline,
            "no answer on port {port} in {PATIENCE:?}"
        );
        thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Whether programs can be run, once they can; false when the server ended before.
///
/// Apache takes requests before the process that starts the programs does: it
/// answers 503 until that one's socket is there and belongs to the workers. fcgiwrap
/// is another process altogether.
fn can_run(child: &mut Child, setup: Setup, folders: &Folders) -> bool {
    let Some(socket) = config::program_socket(setup, folders, child.id()) else {
        return true;
    };
    let deadline = Instant::now() + PATIENCE;
    while child.try_wait().expect("a child to ask").is_none() {
        let workers = fs::metadata(&socket).is_ok_and(|socket| !is_root() || socket.uid() != 0);
        if workers && UnixStream::connect(&socket).is_ok() {
            return true;
        }
        assert!(
            Instant::now() < deadline,
            "no {} in {PATIENCE:?}",
            socket.display()
        );
        thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Ends the one that listens first, for it asks the others for programs.
fn end_all(setup: Setup, children: &mut [Child]) {
    // Apache and lighttpd end what they have started; the others forget it.
    let tidy = matches!(
        setup.way,
        Way::Apache | Way::Prefork | Way::Htaccess | Way::Suexec | Way::Lighttpd
    );
    if let Some((listens, others)) = children.split_last_mut() {
        end_group(listens, !tidy);
        others.iter_mut().for_each(|child| end_group(child, true));
    }
}

/// Ends the server by its own process id, then waits until its group is empty.
pub fn end(child: &mut Child) {
    end_group(child, false);
}

/// The same; with `whole_group`, what it has started is told as well.
fn end_group(child: &mut Child, whole_group: bool) {
    let id = libc::pid_t::try_from(child.id()).expect("a process id");
    let deadline = Instant::now() + PATIENCE;
    if matches!(child.try_wait(), Ok(None)) {
        send(if whole_group { -id } else { id }, libc::SIGTERM);
    }
    while matches!(child.try_wait(), Ok(None)) || send(-id, 0) {
        if Instant::now() > deadline {
            send(-id, libc::SIGKILL);
            // A panic while a failed test unwinds would hide why it failed.
            eprintln!("server {id} didn't end in {PATIENCE:?} and was killed");
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal to a process, or to the group of `-id`; false if there is none.
fn send(id: libc::pid_t, signal: libc::c_int) -> bool {
    // SAFETY: kill takes two numbers and touches no memory. The child was not
    // waited for, or its group still has members, so the id is not another's.
    unsafe { libc::kill(id, signal) == 0 }
}
