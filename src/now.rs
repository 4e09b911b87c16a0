//! The time of day. Every page asks for it once, and the kernel is asked directly: what
//! the C library does to spare that call, it does anew in each process. It maps two
//! pages and reads a table of symbols, which takes ten times as long.

#![allow(
    unsafe_code,
    reason = "one system call, which the C library would make dearer"
)]

use crate::listing::Moment;

/// The moment it is now.
#[cfg(target_os = "linux")]
pub fn now() -> Moment {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: one structure, which the kernel fills in. Of the clock of the time of day
    // it says that this can't fail.
    unsafe { libc::syscall(libc::SYS_clock_gettime, libc::CLOCK_REALTIME, &raw mut time) };
    time.tv_sec
        .saturating_mul(1_000_000)
        .saturating_add(time.tv_nsec / 1000)
}

/// The moment it is now.
#[cfg(not(target_os = "linux"))]
pub fn now() -> Moment {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Moment::try_from(since.as_micros()).unwrap_or(Moment::MAX)
}
