//! Changing the tags of many posts: what is to become of each post's tags.

/// What is done to the tags of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It gets this tag, if it has it not.
    Add(String),
    /// It loses this tag, if it has it.
    Remove(String),
    /// Where it has the first it gets the second instead.
    Replace(String, String),
}

impl Change {
    /// A post's tags afterwards, in the order of the alphabet and a space between
    /// them; none where nothing changes.
    pub fn applied(&self, tags: &str) -> Option<String> {
        let mut names: Vec<&str> = tags.split_ascii_whitespace().collect();
        let has = |name: &str| names.contains(&name);
        match self {
            Change::Add(name) if has(name) => return None,
            Change::Add(name) => names.push(name),
            Change::Remove(name) | Change::Replace(name, _) if !has(name) => return None,
            Change::Remove(name) => names.retain(|known| known != name),
            Change::Replace(from, to) => {
                names.retain(|known| known != from);
                names.push(to);
            }
        }
        names.sort_unstable();
        names.dedup();
        let after = names.join(" ");
        (after != tags).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_change_only_where_there_is_something_to_change() {
        let (add, remove) = (Change::Add("b".into()), Change::Remove("b".into()));
        let replace = |from: &str, to: &str| Change::Replace(from.into(), to.into());
        for (change, before, after) in [
            (&add, "a c", Some("a b c")),
            (&add, "b", None),
            (&add, "", Some("b")),
            (&remove, "a b", Some("a")),
            (&remove, "b", Some("")),
            (&remove, "bb", None),
            (&replace("a", "c"), "a b", Some("b c")),
            (&replace("a", "b"), "a b", Some("b")),
            (&replace("a", "b"), "c", None),
            (&replace("a", "a"), "a", None),
        ] {
            assert_eq!(
                change.applied(before).as_deref(),
                after,
                "{change:?} {before}"
            );
        }
    }
}
