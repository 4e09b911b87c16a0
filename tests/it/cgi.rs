//! x
use crate::site::Site;
#[test]
fn a() {
    Site::new().get("/").ok().has("Nothing has been");
    Site::new().plain("/cgi-bin/tag").ok();
}
