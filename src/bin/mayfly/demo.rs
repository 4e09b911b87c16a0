//! The demo's posts.

pub const TITLE: &str = "Mayfly";
pub const TAGLINE: &str = "A weblog that lives for one request";
pub const AUTHOR: &str = "The Mayfly authors";
pub const POSTS: &[(&str, &str)] = &[];
