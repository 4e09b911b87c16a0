//! Tags for a field that completes them.

use super::json::Json;
use crate::tag::Tag;

/// The tags, each with how many posts have it.
pub fn json(tags: &[Tag]) -> String {
    let mut json = Json::with_capacity(1024);
    json.object(|json| {
        json.name("tags").array(|array| {
            for tag in tags {
                array.object(|json| {
                    json.field("name", &tag.name);
                    json.number("posts", usize::try_from(tag.posts).unwrap_or(0));
                });
            }
        });
    });
    json.finish()
}
