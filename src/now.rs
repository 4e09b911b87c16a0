//! Clocks. For the time of day every page asks once, and the kernel is asked directly: what
//! the C library does to spare that call, it does anew in each process. It maps two
//! pages and reads a table of symbols, which takes ten times as long.

#![allow(
    unsafe_code,
    reason = "system calls, one of which the C library would make dearer"
)]

use std::time::Duration;

use crate::listing::Moment;

/// The processor time that this thread has taken, which is all of a program's.
pub fn spent() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel fills the structure in, or leaves it as it is.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    let (seconds, rest) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or(0), rest.unwrap_or(0))
}

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
