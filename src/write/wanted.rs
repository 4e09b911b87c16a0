//! What a request asks of the writing pages: by its address, and by its form.

use crate::path::Path;
use crate::url;

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Something new: `/admin/new/`.
    New,
    /// The draft of that number: `/admin/write/7/`.
    Draft(i64),
    /// What is public or scheduled under that id, anew: `/admin/edit/7/`.
    Post(i64),
}

impl Wanted {
    /// Reads an address of the admin, if it is one of these.
    pub fn parse(path: &Path) -> Option<Wanted> {
        match path.segments().as_slice() {
            ["admin", "new"] => Some(Wanted::New),
            ["admin", "write", id] => Some(Wanted::Draft(id.parse().ok()?)),
            ["admin", "edit", id] => Some(Wanted::Post(id.parse().ok()?)),
            _ => None,
        }
    }

    /// Its own address.
    pub fn path(self) -> String {
        match self {
            Wanted::New => url::NEW.to_owned(),
            Wanted::Draft(id) => url::draft(id),
            Wanted::Post(id) => url::edit(id),
        }
    }
}

/// What a form asks for, by its field `do`. Whatever it is, what was typed is saved
/// before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing else: `save`, or `autosave` where the browser does it by itself.
    Save {
        /// Whether the browser does it by itself.
        auto: bool,
    },
    /// `preview`
    Preview,
    /// `publish`: now, or at the minute the form says.
    Publish,
    /// `unpublish`: back onto the desk.
    Unpublish,
    /// `delete`: what is public goes into the bin.
    Delete,
    /// `discard`: the draft goes into the bin.
    Discard,
    /// `link`: another link that shows the draft to whoever has it.
    Link,
    /// `unlink`: the links to the draft work no longer.
    Unlink,
}

impl Action {
    /// Reads it.
    pub fn parse(word: &str) -> Action {
        match word {
            "preview" => Action::Preview,
            "publish" => Action::Publish,
            "unpublish" => Action::Unpublish,
            "delete" => Action::Delete,
            "discard" => Action::Discard,
            "link" => Action::Link,
            "unlink" => Action::Unlink,
            word => Action::Save {
                auto: word == "autosave",
            },
        }
    }
}
