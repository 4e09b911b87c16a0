//! Apache and lighttpd, started for the load test with the very files of
//! `deploy/`, and whatever else answers on a port or a socket.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{Result, failed};

/// Which web server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// lighttpd with mod_cgi.
    Lighttpd,
    /// Apache with the event MPM and mod_cgid.
    Apache,
    /// Apache with the prefork MPM and mod_cgi, as many shared hosts have it.
    Prefork,
}

impl Kind {
    /// What tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Lighttpd => "lighttpd",
            Kind::Apache => "Apache",
            Kind::Prefork => "Apache prefork",
        }
    }

    /// What its program is called.
    pub fn executable(self) -> &'static str {
        match self {
            Kind::Lighttpd => "lighttpd",
            Kind::Apache | Kind::Prefork => "apache2",
        }
    }
}

/// A folder that the servers' workers can read, whoever they are.
#[derive(Debug)]
pub struct Folder(TempDir);

/// The user that workers become when root starts a server.
const WORKER: &str = "www-data";

/// Bytes that are not copied where a second name will do.
const LARGE: u64 = 64 << 20;

/// Where files are on a disk.
pub const DISK: &str = "/var/tmp";

impl Folder {
    /// An empty folder.
    pub fn new() -> Result<Folder> {
        Folder::below(&std::env::temp_dir())
    }

    /// An empty folder on a disk. Where temporary files go may be memory, in which
    /// nothing survives a power cut and waiting for it costs nothing; this place is kept
    /// through a restart (File System Hierarchy Standard, section 5.15).
    pub fn on_disk() -> Result<Folder> {
        Folder::below(Path::new(DISK))
    }

    fn below(place: &Path) -> Result<Folder> {
        let folder = tempfile::Builder::new()
            .prefix("mayfly-load-")
            .tempdir_in(place)?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        Ok(Folder(folder))
    }

    /// A folder in it, made if need be.
    pub fn sub(&self, name: &str) -> Result<PathBuf> {
        let folder = self.0.path().join(name);
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        Ok(folder)
    }

    /// Gives a folder of it, with all that is in it, to the servers' workers.
    pub fn hand_over(&self, sub: &str) -> Result<PathBuf> {
        let folder = self.sub(sub)?;
        if is_root() {
            let owner = format!("{WORKER}:{WORKER}");
            let done = Command::new("chown")
                .args(["-R", &owner])
                .arg(&folder)
                .status()?;
            if !done.success() {
                return Err(failed(format!("{} can't be given away", folder.display())));
            }
        }
        Ok(folder)
    }

    /// Puts a file into a folder of it, readable and executable by everybody. Of a large
    /// one, a blog, a second name is enough where the disk is the same; a source has to
    /// be copied, or it would become executable itself.
    pub fn put(&self, file: &Path, sub: &str) -> Result<PathBuf> {
        let name = file
            .file_name()
            .ok_or_else(|| failed("a file has a name"))?;
        let target = self.sub(sub)?.join(name);
        let large = fs::metadata(file)?.len() > LARGE;
        if !large || fs::hard_link(file, &target).is_err() {
            fs::copy(file, &target)?;
        }
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755))?;
        Ok(target)
    }
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it answers.
    pub address: SocketAddr,
    child: Child,
}

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(20);

impl Server {
    /// Starts a web server with `site` as what makes it serve something, in its own
    /// language. What it complains of goes to `run/error.log`.
    pub fn start(kind: Kind, folder: &Folder, run: &str, site: &str) -> Result<Server> {
        let run = folder.sub(run)?;
        let address = free_address()?;
        let text = match kind {
            Kind::Lighttpd => lighttpd(&run, address, site),
            Kind::Apache | Kind::Prefork => apache(kind, &run, address, site),
        };
        let file = run.join("server.conf");
        fs::write(&file, text)?;
        let mut command = Command::new(find(kind.executable())?);
        match kind {
            Kind::Lighttpd => command.args(["-D", "-f"]),
            Kind::Apache | Kind::Prefork => {
                command.args(["-D", "FOREGROUND", "-d"]).arg(&run).arg("-f")
            }
        };
        let mut server = Server::launch(command.arg(file), address, &run)?;
        if kind == Kind::Apache {
            // mod_cgid's own process comes after the port: 503 until it is there.
            let socket = run.join(format!("cgid.{}", server.child.id()));
            server.until(|| {
                fs::metadata(&socket).is_ok_and(|socket| !is_root() || socket.uid() != 0)
            })?;
        }
        Ok(server)
    }

    /// Starts a program that answers at `address` by itself.
    pub fn launch(command: &mut Command, address: SocketAddr, run: &Path) -> Result<Server> {
        let mut server = Server::spawn(command, address, run)?;
        server.until(|| TcpStream::connect(address).is_ok())?;
        Ok(server)
    }

    /// Starts a program that answers on a socket in the file system.
    pub fn launch_on(command: &mut Command, socket: &Path, run: &Path) -> Result<Server> {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut server = Server::spawn(command, nowhere, run)?;
        server.until(|| socket.exists())?;
        Ok(server)
    }

    fn spawn(command: &mut Command, address: SocketAddr, run: &Path) -> Result<Server> {
        let log = run.join("error.log");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?)
            // A group of its own, so that what the server started ends with it.
            .process_group(0);
        // SAFETY: between fork and exec one system call, which allocates nothing.
        unsafe {
            command.pre_exec(|| {
                // Ctrl-C does not reach the new group: end with the load test.
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
                Ok(())
            });
        }
        let name = command.get_program().display().to_string();
        let child = command
            .spawn()
            .map_err(|error| failed(format!("{name}: {error}")))?;
        Ok(Server { address, child })
    }

    fn until(&mut self, ready: impl Fn() -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                return Err(failed(format!("the server ended with {status}")));
            }
            if Instant::now() > deadline {
                return Err(failed("the server did not start in time"));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Ok(id) = libc::pid_t::try_from(self.child.id()) else {
            return;
        };
        // SAFETY: kill takes two numbers. The child was not waited for yet, so
        // neither its id nor its group's can be anybody else's.
        let group_is_there = || unsafe { libc::kill(-id, 0) == 0 };
        // SAFETY: as above.
        unsafe { libc::kill(id, libc::SIGTERM) };
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.child.try_wait(), Ok(None)) || group_is_there() {
            if Instant::now() > deadline {
                // SAFETY: as above.
                unsafe { libc::kill(-id, libc::SIGKILL) };
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// An address that nothing listened on a moment ago.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Whether servers may change their user.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The full name of a program, also where only root's path leads.
pub fn find(name: &str) -> Result<PathBuf> {
    ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"]
        .iter()
        .map(|directory| Path::new(directory).join(name))
        .find(|path| path.is_file())
        .ok_or_else(|| failed(format!("{name} is not installed")))
}

/// A file of `deploy/` with the three lines that an operator edits.
pub fn shipped(kind: Kind, programs: &Path, data: &Path) -> Result<String> {
    let (name, starts) = match kind {
        Kind::Lighttpd => (
            "deploy/lighttpd/mayfly.conf",
            ["var.mayfly_programs ", "var.mayfly_data "],
        ),
        Kind::Apache | Kind::Prefork => (
            "deploy/apache/mayfly.conf",
            ["Define MAYFLY_PROGRAMS ", "Define MAYFLY_DATA "],
        ),
    };
    let mut text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name))?;
    for (start, value) in starts.iter().zip([programs, data]) {
        let line = text.lines().find(|line| line.starts_with(start));
        let line = line.ok_or_else(|| failed(format!("{name} has no line {start}")))?;
        let (before, _) = line
            .split_once('"')
            .ok_or_else(|| failed(format!("{name}: {start} is not quoted")))?;
        text = text.replace(line, &format!("{before}\"{}\"", value.display()));
    }
    Ok(text)
}

fn lighttpd(run: &Path, address: SocketAddr, site: &str) -> String {
    let user = match is_root() {
        true => format!("server.username = \"{WORKER}\"\nserver.groupname = \"{WORKER}\"\n"),
        false => String::new(),
    };
    format!(
        "server.modules = ( \"mod_indexfile\" )\n\
         server.document-root = \"{run}\"\n\
         server.bind = \"127.0.0.1\"\n\
         server.port = {port}\n\
         {user}{site}\n",
        run = run.display(),
        port = address.port(),
    )
}

fn apache(kind: Kind, run: &Path, address: SocketAddr, site: &str) -> String {
    let (modules, more) = match kind {
        // A worker for each connection from the start: more come one by one.
        Kind::Prefork => (
            "mpm_prefork cgi",
            "StartServers 40\nMinSpareServers 10\nMaxSpareServers 64\n".to_owned(),
        ),
        // A child whose threads are all busy closes the connections that it keeps for
        // others, and whoever sends a form over one at that moment gets no answer. Of the
        // usual 25 threads 64 writers keep all busy; no child is with more than there are
        // connections.
        _ => (
            "mpm_event cgid",
            format!(
                "ScriptSock {}/cgid\nServerLimit 4\nThreadLimit 128\nThreadsPerChild 128\n\
                 MaxRequestWorkers 512\nMaxSpareThreads 512\n",
                run.display()
            ),
        ),
    };
    let modules = format!(
        "{modules} authz_core authz_host alias dir env mime setenvif rewrite headers actions proxy \
         proxy_fcgi proxy_http"
    );
    let load: String = modules
        .split_whitespace()
        .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
        .collect();
    let user = match is_root() {
        true => format!("User {WORKER}\nGroup {WORKER}\n"),
        false => String::new(),
    };
    format!(
        "{load}{user}\
         ServerRoot {run}\n\
         DefaultRuntimeDir {run}\n\
         PidFile {run}/pid\n\
         {more}\
         ErrorLog {run}/error.log\n\
         ServerName localhost\n\
         Listen {address}\n\
         TypesConfig /dev/null\n\
         <Directory />\nAllowOverride None\nRequire all denied\n</Directory>\n\
         <VirtualHost *:{port}>\nDocumentRoot {run}\n{site}\n</VirtualHost>\n",
        run = run.display(),
        port = address.port(),
    )
}
