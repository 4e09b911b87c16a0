//! Where a post was before: what its front matter names, and the address its
//! generator gave it by default.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::document::{Generator, unique};
use super::kind::is_url;
use super::matter::{Field, Fields};
use super::name::{self, Name};
use super::path::{self, Permalink, Place};
use super::{Rules, date, slug};

/// Where the post that Jekyll's `post_url` calls `stem` was. Its categories are
/// not known here, so every Jekyll post also keeps this path among its old ones.
pub(super) fn address(permalink: &Permalink, stem: &str) -> Option<String> {
    let (day, title) = name::split(stem);
    permalink.fill(&Place {
        day: Some(day?),
        title: &title,
        ..Place::default()
    })
}

/// What an old address is worked out from.
pub(super) struct Old<'a> {
    pub file: &'a Path,
    pub fields: &'a Fields,
    pub name: &'a Name,
    pub generator: Generator,
    pub days: &'a [Date],
    pub categories: &'a [String],
    pub rules: &'a Rules,
}

impl Old<'_> {
    /// Every old path the file names, and where `derived`, those its generator
    /// would have given it.
    pub fn paths(
        &self,
        permalink: &Permalink,
        derived: bool,
        notes: &mut Vec<String>,
    ) -> Vec<String> {
        let mut paths = Vec::new();
        let mut keep = |text: &str, field: &Field| match path::clean(text) {
            Ok(path) => paths.push(path),
            Err(why) => notes.push(format!(
                "old path `{text}` on line {} is left out: {why}",
                field.line
            )),
        };
        for key in ["permalink", "url", "path"] {
            let Some((field, text)) = self
                .fields
                .get(&[key])
                .and_then(|field| Some((field, field.text()?)))
            else {
                continue;
            };
            match text.parse::<Permalink>() {
                Ok(pattern)
                    if key == "permalink" && (text.contains(':') || !text.contains('/')) =>
                {
                    for path in self.fill(&pattern) {
                        keep(&path, field);
                    }
                }
                // Zola writes no slash around a `path`, and serves a folder.
                _ if key == "path" => keep(&format!("{}/", text.trim_end_matches('/')), field),
                // The `url` of a link post is where it links to.
                _ if is_url(text) => {}
                _ => keep(text, field),
            }
        }
        let section = path::section(self.file);
        for key in ["aliases", "alias", "redirect_from"] {
            let Some(field) = self.fields.get(&[key]) else {
                continue;
            };
            for text in field.texts() {
                keep(text, field);
                // Zola reads a bare alias from the root, Hugo from the section.
                if let Some(section) = section.as_ref().filter(|section| !section.is_empty())
                    && !text.starts_with('/')
                    && !is_url(text)
                {
                    keep(&format!("/{}/{text}", section.join("/")), field);
                }
            }
        }
        let explicit = ["permalink", "url", "path"]
            .iter()
            .any(|key| self.fields.text(&[key]).is_some());
        if derived {
            if !explicit {
                paths.extend(self.defaults(permalink));
            }
            if self.generator == Generator::Jekyll {
                paths.extend(address(permalink, &self.name.stem));
            }
        }
        unique(paths)
    }

    /// Where the generator puts the post when the file does not say.
    fn defaults(&self, permalink: &Permalink) -> Vec<String> {
        match (self.generator, path::section(self.file)) {
            (Generator::Jekyll, _) => {
                let mut paths = Vec::new();
                for path in self.fill(permalink) {
                    // GitHub Pages and many servers answer without the ending
                    // too, and people link to that form.
                    let bare = path.strip_suffix(".html").map(str::to_owned);
                    paths.push(path);
                    paths.extend(bare);
                }
                paths
            }
            _ if self.rules.permalink.is_some() => self.fill(permalink),
            (Generator::HugoOrZola, Some(mut folders)) => {
                // A bundle, `title/index.md`, is named by its folder.
                if matches!(
                    self.file.file_stem().and_then(|stem| stem.to_str()),
                    Some("index" | "_index")
                ) {
                    folders.pop();
                }
                let leaves = match self.fields.text(&["slug"]) {
                    Some(slug) => vec![slug.to_owned()],
                    // Hugo keeps a date in the name, Zola takes it off.
                    None => vec![
                        self.name.stem.to_lowercase().replace(' ', "-"),
                        slug::slug(&self.name.title),
                    ],
                };
                let folders: String = folders.iter().map(|folder| format!("/{folder}")).collect();
                leaves
                    .iter()
                    .filter(|leaf| !leaf.is_empty())
                    .filter_map(|leaf| path::clean(&format!("{folders}/{leaf}/")).ok())
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn fill(&self, permalink: &Permalink) -> Vec<String> {
        let section = path::section(self.file).unwrap_or_default();
        let title = self.fields.text(&["slug"]).unwrap_or(&self.name.title);
        let place = |day| Place {
            categories: self.categories,
            day,
            title,
            section: &section,
        };
        let undated = self.days.is_empty().then_some(None);
        let days = self.days.iter().copied().map(Some).chain(undated);
        days.filter_map(|day| permalink.fill(&place(day))).collect()
    }
}

/// The days that may stand in the post's old address. Jekyll takes the day of
/// the front matter's date in the zone of the machine that built the site: that
/// is UTC on GitHub Pages, the author's own at home. Without a date it is the
/// file name's.
pub(super) fn days(name: &Name, moment: Option<&date::Moment>, rules: &Rules) -> Vec<Date> {
    let mut days = Vec::new();
    if let Some(moment) = moment {
        days.push(moment.day);
        // A bare date is that day everywhere.
        if moment.timed {
            days.push(moment.at.to_zoned_datetime(rules.zone.clone()).date());
            days.push(moment.at.to_zoned_datetime(TimeZone::UTC).date());
        }
    }
    days.extend(name.day);
    unique(days)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use super::super::tests::{document, rules};
    use super::super::{Rules, read};

    #[test]
    fn old_paths_are_every_address_the_post_may_have_had() {
        for (file, text, expected) in [
            (
                "_posts/2016-10-06-a.md",
                "---\n---\n",
                vec!["/2016/10/06/a.html", "/2016/10/06/a"],
            ),
            (
                "_posts/2016-10-06-A.b.md",
                "---\ncategories: [X, y z]\n---\n",
                vec![
                    "/x/y z/2016/10/06/A.b.html",
                    "/x/y z/2016/10/06/A.b",
                    "/2016/10/06/A.b.html",
                ],
            ),
            // Written at home, built in Berlin, built on a server in UTC, and the file's name.
            (
                "_posts/2016-10-03-a.md",
                "---\ndate: 2016-10-04 16:30 -0600\n---\n",
                vec![
                    "/2016/10/04/a.html",
                    "/2016/10/04/a",
                    "/2016/10/05/a.html",
                    "/2016/10/05/a",
                    "/2016/10/03/a.html",
                    "/2016/10/03/a",
                ],
            ),
            (
                "_posts/2016-10-06-a.md",
                "---\npermalink: /x/\n---\n",
                vec!["/x/", "/2016/10/06/a.html"],
            ),
            (
                "_posts/2016-10-06-a.md",
                "---\npermalink: /:year/:title/\n---\n",
                vec!["/2016/a/", "/2016/10/06/a.html"],
            ),
            (
                "_posts/2016-10-06-a.md",
                "---\npermalink: pretty\n---\n",
                vec!["/2016/10/06/a/", "/2016/10/06/a.html"],
            ),
            (
                "_posts/2016-10-06-a.md",
                "---\nredirect_from: /old/\n---\n",
                vec!["/old/", "/2016/10/06/a.html", "/2016/10/06/a"],
            ),
            ("_drafts/a.md", "---\npermalink: /x/\n---\n", vec!["/x/"]),
            (
                "about.md",
                "---\nlayout: page\npermalink: /about/\n---\n",
                vec!["/about/"],
            ),
            ("content/posts/a.md", "---\nx: y\n---\n", vec!["/posts/a/"]),
            (
                "content/posts/2016-10-06-A b.md",
                "+++\n+++\n",
                vec!["/posts/2016-10-06-a-b/", "/posts/a-b/"],
            ),
            (
                "content/posts/a/index.md",
                "+++\nslug = \"z\"\n+++\n",
                vec!["/posts/z/"],
            ),
            ("content/about.md", "+++\n+++\n", vec!["/about/"]),
            (
                "content/posts/a.md",
                "+++\nurl = \"/x/y.html\"\n+++\n",
                vec!["/x/y.html"],
            ),
            (
                "content/posts/a.md",
                "+++\npath = \"x/y\"\n+++\n",
                vec!["/x/y/"],
            ),
            (
                "content/posts/a.md",
                "+++\nurl = \"/u/\"\naliases = [\"/b/\", \"c\"]\n+++\n",
                vec!["/u/", "/b/", "/c", "/posts/c"],
            ),
            (
                "a.md",
                "---\nkind: entry\naliases: [/b/, /b/, caf%C3%A9]\n---\n",
                vec!["/b/", "/café"],
            ),
            (
                "a.md",
                "---\nkind: link\nurl: https://a.example/x\n---\n",
                vec![],
            ),
            ("2016-10-06-a.md", "---\nkind: entry\n---\n", vec![]),
            ("2016-10-06-a.md", "text", vec![]),
        ] {
            assert_eq!(document(file, text).old_paths, expected, "{file} {text:?}");
        }
        let refused = document("a.md", "---\ntitle: T\naliases: [/?p=1, /]\n---\n");
        assert_eq!(refused.old_paths, Vec::<String>::new());
        assert_eq!(refused.remarks.len(), 2, "{:?}", refused.remarks);
    }

    #[test]
    fn a_sites_own_permalinks_take_the_place_of_the_default() {
        let rules = Rules {
            permalink: Some("/news/:year/:month/:day/:title/".parse().unwrap()),
            ..rules()
        };
        let text = "---\ncategory: x\n---\n[a]({% post_url 2016-10-05-b %})";
        let post = read(Path::new("2016-10-06-a.md"), text.as_bytes(), &rules).unwrap();
        assert_eq!(post.old_paths, ["/news/2016/10/06/a/"]);
        assert_eq!(post.body, "[a](/news/2016/10/05/b/)");
        let rules = Rules {
            permalink: Some("/:sections/:year/:slug/".parse().unwrap()),
            ..rules
        };
        let text = "+++\ndate = 2016-10-06\n+++\n";
        let post = read(Path::new("content/posts/a.md"), text.as_bytes(), &rules).unwrap();
        assert_eq!(post.old_paths, ["/posts/2016/a/"]);
    }

    #[test]
    fn the_address_a_link_is_given_is_kept_by_its_post() {
        let text =
            "---\ncategories: [x]\ndate: 2016-10-09 10:00 Z\n---\n{% post_url 2016-10-06-a %}";
        let post = document("_posts/2016-10-06-a.md", text);
        assert!(
            post.old_paths.contains(&post.body),
            "{} of {:?}",
            post.body,
            post.old_paths
        );
    }
}
