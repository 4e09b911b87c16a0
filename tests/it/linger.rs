//! Under Apache's mod_cgi a program has to be dead before its output ends, or the
//! server sleeps for 47 ms.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::site::Site;

/// The kernel ends the output of an ordinary program first, and one of two
/// processors is enough to see it.
const TIMES: usize = 40;

#[test]
fn under_apache_a_program_is_dead_before_its_output_ends() {
    let site = Site::new();
    site.let_time_pass();
    let whole = site.get("/").exchange.stdout;
    let requests = [
        ("/", "GET", "Apache/2.4.71 (Debian)"),
        ("/", "HEAD", "Apache"),
        ("/no/such/page/", "GET", "Apache"),
        ("/", "POST", "Apache"),
    ];
    for (path, method, server) in requests {
        let request = site
            .ask(path)
            .method(method)
            .var("SERVER_SOFTWARE", server)
            .var("CONTENT_LENGTH", "0");
        for _ in 0..TIMES {
            let (written, ended) = request.ended_with_its_output();
            assert!(written.starts_with(b"Status: "), "{method} {path}");
            if method == "GET" && path == "/" {
                assert!(written == whole, "another page");
            }
            // Only there is it known that somebody sees to the second process.
            assert!(ended || !is_first_namespace(), "{method} {path} lived on");
        }
    }
}

#[test]
fn a_reader_that_has_gone_ends_the_program_all_the_same() {
    let site = Site::new();
    let request = site.ask("/").streams(crate::site::Streams::Gone);
    assert_eq!(request.exchange().exit, Some(0));
}

/// Whether process 1 is a machine's own, and not a container's.
fn is_first_namespace() -> bool {
    fs::metadata("/proc/self/ns/pid").unwrap().ino() == 0xEFFF_FFFC
}
