//! What a program has to know before it can open the blog: where the data
//! lies, and how the visitor came.

use std::path::{Path, PathBuf};

use crate::kept::Stamp;
use crate::url::Reached;

/// The file beside the programs that says where the data directory is. suEXEC
/// drops the variables an operator sets, so a file must always do.
pub const FILE: &str = "mayfly.conf";

/// Where the blog's data lies and how this visitor reached it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The data directory, if the operator named one.
    pub data: Option<PathBuf>,
    /// What links depend on.
    pub reached: Reached,
    /// The file that the blog was before anything was read, if its pages may be kept.
    pub stamp: Option<Stamp>,
}

/// The data directory that a `mayfly.conf` names, in its line `data = PATH`. A
/// relative path starts at the folder the file is in.
pub fn data_directory(text: &str, folder: &Path) -> Option<PathBuf> {
    let settings = text.lines().filter_map(|line| line.split_once('='));
    let (_, value) = settings
        .into_iter()
        .find(|(name, _)| name.trim() == "data")?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then(|| folder.join(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_line_is_found_among_others() {
        let folder = Path::new("/home/me/cgi-bin");
        let read = |text| data_directory(text, folder);
        assert_eq!(
            read("# where\n\ndata = /srv/blog\n"),
            Some("/srv/blog".into())
        );
        assert_eq!(
            read("data=../blog"),
            Some("/home/me/cgi-bin/../blog".into())
        );
        assert_eq!(
            read("data = \"/srv/my blog\"\r\n"),
            Some("/srv/my blog".into())
        );
        assert_eq!(read("# data = /srv/blog"), None);
        assert_eq!(read("data ="), None);
        assert_eq!(read(""), None);
    }
}
