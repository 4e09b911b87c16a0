//! The end of a process, and what Apache with mod_cgi makes of it.
//!
//! There a worker reads a program's output to its end, asks whether the program
//! has ended, and sleeps for 47 ms when it has not quite: APR's `free_proc_chain`.
//! It never has. The kernel closes the pipe first and marks the process as ended
//! a moment later, and the worker that the closing wakes is put before it. So
//! somebody else has to hold the pipe until the program is dead: a second process
//! that shares all memory with the first, waits until its parent is gone, and
//! goes too. The answer is written before, by the program itself, as anywhere.
//!
//! Should any of it fail, the worker sleeps as it would have slept.

#![allow(unsafe_code, reason = "a second process that shares this one's memory")]

#[cfg(target_os = "linux")]
use std::ffi::{c_int, c_void};

/// Ends the process without running destructors or C's exit handlers: there is
/// nothing buffered, and the kernel frees the rest. `server` is SERVER_SOFTWARE.
#[cfg_attr(not(target_os = "linux"), expect(unused_variables))]
pub fn exit(server: &[u8], status: i32) -> ! {
    #[cfg(target_os = "linux")]
    if server.starts_with(b"Apache") && is_pipe(1) && orphans_are_reaped() {
        exit_held(status)
    }
    // SAFETY: the call does not return, so nothing is left to be unsound.
    unsafe { libc::_exit(status) }
}

/// mod_cgi gives programs a pipe, mod_cgid a socket: its daemon does not wait.
#[cfg(target_os = "linux")]
fn is_pipe(descriptor: c_int) -> bool {
    let mut stat = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the kernel fills the structure in, or says that it did not.
    unsafe {
        libc::fstat(descriptor, stat.as_mut_ptr()) == 0
            && stat.assume_init_ref().st_mode & libc::S_IFMT == libc::S_IFIFO
    }
}

/// The number that Linux gives the first namespace of process ids, in all its
/// versions since they have numbers (PROC_PID_INIT_INO).
#[cfg(target_os = "linux")]
const FIRST_NAMESPACE: u64 = 0xEFFF_FFFC;

/// What the first process of a container is called where it is one that reaps
/// orphans, Apache itself included.
#[cfg(target_os = "linux")]
const REAPERS: [&str; 7] = [
    "systemd",
    "init",
    "tini",
    "dumb-init",
    "docker-init",
    "apache2",
    "httpd",
];

/// Whether process 1 waits for children that it did not start. A machine's own
/// always does. A container's may be `tail -f`, and then each request would leave
/// a dead process behind until no more could be started.
#[cfg(target_os = "linux")]
fn orphans_are_reaped() -> bool {
    use std::os::unix::fs::MetadataExt;
    let ours = std::fs::metadata("/proc/self/ns/pid").map(|namespace| namespace.ino());
    ours.is_ok_and(|number| number == FIRST_NAMESPACE)
        || std::fs::read_to_string("/proc/1/comm").is_ok_and(|name| REAPERS.contains(&name.trim()))
}

/// How often the holder looks whether its parent is gone, first at once and then
/// every 100 us: more than a second, of which it takes microseconds.
#[cfg(target_os = "linux")]
const LOOKS: (u32, u32) = (16, 10_000);

/// Starts the process that holds the pipe, and ends this one. They share memory and
/// descriptors, so starting it copies nothing, where `fork` would copy the page
/// tables and fault each page that either touches.
#[cfg(target_os = "linux")]
fn exit_held(status: i32) -> ! {
    // Enough for three system calls, and aligned as a stack has to be.
    let mut stack = std::mem::MaybeUninit::<[u128; 256]>::uninit();
    let shared = libc::CLONE_VM | libc::CLONE_FS | libc::CLONE_FILES | libc::CLONE_SIGHAND;
    // SAFETY: the holder runs on a stack of its own, which lies in this frame and
    // so above all that this process still calls. Nothing unmaps it while one of
    // the two lives. The holder makes system calls alone. Where a limit on
    // processes forbids one more, there is none.
    unsafe {
        let parent = libc::getpid();
        let top = stack.as_mut_ptr().add(1).cast::<c_void>();
        libc::clone(hold, top, shared, parent as usize as *mut c_void);
        // The holder's stack lies in this frame, so the process ends in it.
        libc::_exit(status)
    }
}

/// Waits until the parent is gone. The kernel gives its children to another one and
/// marks it as ended under one lock, which whoever waits for it takes as well: who
/// sees the first and then asks finds the second.
#[cfg(target_os = "linux")]
extern "C" fn hold(parent: *mut c_void) -> c_int {
    let (at_once, in_all) = LOOKS;
    // SAFETY: system calls that touch no memory but the structure given to one.
    unsafe {
        for look in 0..in_all {
            if libc::getppid() as usize != parent as usize {
                break;
            }
            if look < at_once {
                libc::sched_yield();
            } else {
                let pause = libc::timespec {
                    tv_sec: 0,
                    tv_nsec: 100_000,
                };
                libc::nanosleep(&raw const pause, std::ptr::null_mut());
            }
        }
        libc::_exit(0)
    }
}
