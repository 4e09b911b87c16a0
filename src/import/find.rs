//! The files of an import: what Markdown there is in the folders named.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::Problem;

const ENDINGS: [&str; 5] = ["md", "markdown", "mkd", "mdown", "mkdn"];

/// Folders that never hold posts, wherever they are.
const NEVER: [&str; 8] = [
    "node_modules",
    "_site",
    "_includes",
    "_layouts",
    "_sass",
    "_data",
    "_plugins",
    "__MACOSX",
];

/// Folders that hold no posts beside a generator's configuration, and may be
/// anyone's anywhere else. Hugo's `archetypes` are templates that end in .md;
/// themes and gems bring pages of their own.
const BESIDE_CONFIG: [&str; 7] = [
    "archetypes",
    "layouts",
    "public",
    "resources",
    "templates",
    "themes",
    "vendor",
];

const CONFIGS: [&str; 10] = [
    "_config.yml",
    "_config.yaml",
    "_config.toml",
    "hugo.toml",
    "hugo.yaml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "zola.toml",
];

/// Files about a repository rather than of a weblog, unless they have front matter.
const ABOUT: [&str; 9] = [
    "readme",
    "changelog",
    "license",
    "licence",
    "contributing",
    "code_of_conduct",
    "security",
    "authors",
    "history",
];

/// The Markdown files among `paths` and in the folders among them, each once,
/// folders in the order of their names. A file named directly is taken whatever
/// it is called, so long as its ending is one of Markdown's.
pub fn find(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Problem>) {
    let (mut files, mut problems, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for path in paths {
        if path.is_dir() {
            let before = (files.len(), problems.len());
            let mut known = 0;
            walk(path, &mut problems, &mut |file| {
                if seen.insert(file.clone()) {
                    files.push(file);
                } else {
                    known += 1;
                }
            });
            if (files.len(), problems.len(), known) == (before.0, before.1, 0) {
                problems.push(problem(
                    path,
                    "there is no Markdown file in this folder (.md, .markdown)",
                ));
            }
        } else if !path.exists() {
            problems.push(problem(path, "there is no such file or folder"));
        } else if !is_markdown(path) {
            problems.push(problem(
                path,
                "this is not a Markdown file: only .md, .markdown, .mkd, .mdown and .mkdn are read",
            ));
        } else if seen.insert(path.clone()) {
            files.push(path.clone());
        }
    }
    (files, problems)
}

fn walk(root: &Path, problems: &mut Vec<Problem>, found: &mut dyn FnMut(PathBuf)) {
    // Links are followed, since a folder of posts is often one; walkdir breaks cycles.
    let entries = WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || wanted(entry)) {
        match entry {
            Ok(entry)
                if entry.file_type().is_file()
                    && is_markdown(entry.path())
                    && is_post(entry.path()) =>
            {
                found(entry.into_path());
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                let message = if error.loop_ancestor().is_some() {
                    "this link leads back into a folder above it: it is not followed".to_owned()
                } else {
                    error.io_error().map_or_else(
                        || error.to_string(),
                        |cause| format!("cannot be read: {cause}"),
                    )
                };
                problems.push(problem(&path, message));
            }
        }
    }
}

fn wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    if name.starts_with('.') {
        return false;
    }
    if !entry.file_type().is_dir() {
        return true;
    }
    if BESIDE_CONFIG.contains(&name.as_ref()) {
        let parent = entry.path().parent().unwrap_or(Path::new(""));
        return !CONFIGS.iter().any(|config| parent.join(config).is_file());
    }
    !NEVER.contains(&name.as_ref())
}

fn is_markdown(path: &Path) -> bool {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    ENDINGS.contains(&ending.as_str())
}

/// `_index.md` describes a list, which Mayfly makes itself.
fn is_post(path: &Path) -> bool {
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if stem == "_index" || stem.starts_with("_index.") {
        return false;
    }
    !ABOUT.contains(&stem.replace('-', "_").as_str()) || has_front_matter(path)
}

/// A file that cannot be opened is kept, so that reading it says why.
fn has_front_matter(path: &Path) -> bool {
    let mut head = Vec::new();
    match File::open(path).and_then(|file| file.take(6).read_to_end(&mut head)) {
        Ok(_) => {
            let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
            head.starts_with(b"---") || head.starts_with(b"+++") || head.starts_with(b"{")
        }
        Err(_) => true,
    }
}

fn problem(path: &Path, message: impl Into<String>) -> Problem {
    Problem {
        file: path.to_owned(),
        line: None,
        message: message.into(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(
                path,
                if file.contains("front") {
                    "---\n---\n"
                } else {
                    "text"
                },
            )
            .unwrap();
        }
        folder
    }

    fn names(root: &Path, files: &[PathBuf]) -> Vec<String> {
        files
            .iter()
            .map(|file| {
                file.strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    }

    #[test]
    fn a_folder_gives_its_posts_in_order() {
        let folder = folder(&[
            "b.md",
            "a.markdown",
            "c.MD",
            "d.mkd",
            "e.mdown",
            "f.mkdn",
            "g.txt",
            "h.html",
            "_posts/x.md",
            "_drafts/y.md",
            ".git/z.md",
            ".hidden.md",
            "node_modules/n.md",
            "_site/s.md",
            "_includes/i.md",
            "README.md",
            "front/readme.md",
            "posts/_index.md",
            "posts/one.md",
            "public/p.md",
            "LICENSE.md",
        ]);
        std::fs::write(
            folder.path().join("front/readme.md"),
            "---\ntitle: x\n---\n",
        )
        .unwrap();
        let (files, problems) = find(&[folder.path().to_owned()]);
        assert_eq!(
            names(folder.path(), &files),
            [
                "_drafts/y.md",
                "_posts/x.md",
                "a.markdown",
                "b.md",
                "c.MD",
                "d.mkd",
                "e.mdown",
                "f.mkdn",
                "front/readme.md",
                "posts/one.md",
                "public/p.md",
            ]
        );
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn a_generators_own_folders_hold_no_posts() {
        let folder = folder(&[
            "hugo.toml",
            "archetypes/default.md",
            "themes/t/readme-first.md",
            "public/p.md",
            "content/posts/a.md",
            "content/public/kept.md",
        ]);
        let (files, _) = find(&[folder.path().to_owned()]);
        assert_eq!(
            names(folder.path(), &files),
            ["content/posts/a.md", "content/public/kept.md"]
        );
    }

    #[test]
    fn what_is_named_directly_is_taken_once() {
        let folder = folder(&["README.md", "notes.txt", "empty/x.txt"]);
        let at = |name: &str| folder.path().join(name);
        let (files, problems) = find(&[
            at("README.md"),
            at("README.md"),
            at("notes.txt"),
            at("none.md"),
            at("empty"),
        ]);
        assert_eq!(files, [at("README.md")]);
        let messages: Vec<&str> = problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert!(messages[0].starts_with("this is not a Markdown file"));
        assert_eq!(messages[1], "there is no such file or folder");
        assert!(messages[2].starts_with("there is no Markdown file"));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_a_circle_is_a_problem_and_no_hang() {
        let folder = folder(&["a.md"]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let (files, problems) = find(&[folder.path().to_owned()]);
        assert_eq!(names(folder.path(), &files), ["a.md"]);
        assert!(problems[0].message.contains("leads back"));
    }
}
