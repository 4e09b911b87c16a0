//! One file put together: front matter, file name and body as a `Document`.

use std::path::Path;

use jiff::Timestamp;

use super::kind::{kind, url, via};
use super::matter::{Field, Fields, Format};
use super::name::{self, Name};
use super::old::{self, Old};
use super::path::{self, Permalink};
use super::{
    Document, Fault, Kind, Problem, Remarks, Rules, date, kramdown, liquid, matter, shortcode,
    shown, slug,
};

/// Reads the file `file`, whose content is `bytes`. The path itself is read too,
/// never opened: `_posts/2016-10-06-title.md` says a date, `content/posts/` a
/// section, `_drafts/` that it is a draft.
pub fn read(file: &Path, bytes: &[u8], rules: &Rules) -> Result<Document, Problem> {
    document(file, bytes, rules).map_err(|fault| Problem {
        file: file.to_owned(),
        line: fault.line,
        message: shown(fault.message),
    })
}

/// Whose rules a file follows: they decide what its body may hold beside
/// Markdown, and where the post was before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Generator {
    Jekyll,
    /// Both keep their posts below `content/`.
    HugoOrZola,
    /// Mayfly, or none that can be told.
    Other,
}

fn document(file: &Path, bytes: &[u8], rules: &Rules) -> Result<Document, Fault> {
    let text = text(bytes)?;
    let parts = matter::read(&text)?;
    let fields = &parts.fields;
    let name = name::of(file);
    let generator = generator(file, parts.format, &name, fields);
    let (mut body, mut body_line) = trimmed(parts.body, parts.body_line);

    let mut notes = Vec::new();
    let draft = fields.get(&["draft"]).and_then(Field::truth) == Some(true)
        || fields.get(&["published"]).and_then(Field::truth) == Some(false)
        || name::lies_in(file, "_drafts");
    let moment = moment(fields, &name, rules, &mut notes)?;
    let updated = updated(fields, rules, &mut notes);

    let mut link = url(
        fields,
        &["link", "link_url", "external_url", "externalurl"],
        &mut notes,
    );
    let kind = kind(
        file,
        fields,
        generator,
        moment.is_some(),
        &mut link,
        &mut notes,
    );
    let titled = matches!(kind, Kind::Entry | Kind::Link | Kind::Page);
    let mut title = fields.text(&["title"]).map(one_line);
    if title.is_none() && titled {
        if let Some((heading, rest, lines)) = heading(body) {
            title = Some(heading);
            (body, body_line) = trimmed(rest, body_line + lines);
        } else if let Some(words) =
            name::in_words(&name.title).or_else(|| name::in_words(&name.stem))
        {
            notes.push(format!("no title: “{words}” is made of the file's name"));
            title = Some(words);
        }
    }

    let slug = slug_of(fields, &name, title.as_deref(), &mut notes)?;
    let (tags, categories) = tags(fields, &mut notes);
    let days = old::days(&name, moment.as_ref(), rules);
    let permalink = rules.permalink.clone().unwrap_or_else(Permalink::jekyll);
    let old_paths = {
        let old = Old {
            file,
            fields,
            name: &name,
            generator,
            days: &days,
            categories: &categories,
            rules,
        };
        // Jekyll serves pages from anywhere, Hugo and Zola from their folder.
        let derived = !draft && (kind != Kind::Page || generator == Generator::HugoOrZola);
        old.paths(&permalink, derived, &mut notes)
    };
    let (via, via_title) = via(fields);
    let source_url = url(fields, &["source_url"], &mut notes);
    let nav = nav(fields, &mut notes);

    let mut remarks = Remarks::new(body_line);
    notes.into_iter().for_each(|note| remarks.add(note));
    let body = match (generator, parts.format) {
        (Generator::Jekyll, _) => {
            let address = |stem: &str| old::address(&permalink, stem);
            let body = liquid::expand(body, &address, &mut remarks);
            kramdown::without_attributes(&body, &mut remarks)
        }
        (Generator::HugoOrZola, _) => shortcode::expand(body, shortcode::ALL, &mut remarks),
        (Generator::Other, Format::None) => body.to_owned(),
        (Generator::Other, _) => shortcode::expand(body, shortcode::HUGO, &mut remarks),
    };

    Ok(Document {
        file: file.to_owned(),
        title,
        published: moment.map(|moment| moment.at),
        updated,
        slug,
        tags,
        kind,
        draft,
        link,
        via,
        via_title,
        source: fields.text(&["source"]).map(one_line),
        source_url,
        context: fields.text(&["context"]).map(str::to_owned),
        nav,
        description: fields
            .text(&["description", "summary", "excerpt"])
            .map(one_line),
        old_paths,
        body,
        body_line,
        remarks: remarks.finish(),
    })
}

/// `text` without line breaks and control characters, for what is shown on one
/// line: YAML's quotes let anything in.
pub(super) fn one_line(text: &str) -> String {
    let shown: String = text
        .chars()
        .filter(|c| c.is_whitespace() || !c.is_control())
        .collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The bytes as text with `\n` line ends, no byte order mark, and no NUL, which
/// CommonMark replaces too (section 2.3).
fn text(bytes: &[u8]) -> Result<String, Fault> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Fault::at(
            1,
            "this is UTF-16, not UTF-8: save the file as UTF-8",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        let byte = bytes.get(at).copied().unwrap_or_default();
        Fault::at(
            line,
            format!("the byte 0x{byte:02X} here is not UTF-8: save the file as UTF-8"),
        )
    })?;
    Ok(text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{fffd}"))
}

fn generator(file: &Path, format: Format, name: &Name, fields: &Fields) -> Generator {
    let in_posts = ["_posts", "_drafts", "_pages"]
        .iter()
        .any(|folder| name::lies_in(file, folder));
    match format {
        Format::None => Generator::Other,
        Format::Toml | Format::Json => Generator::HugoOrZola,
        Format::Yaml if in_posts => Generator::Jekyll,
        Format::Yaml if path::section(file).is_some() => Generator::HugoOrZola,
        // `kind` is our own key: such a file may well write about Liquid.
        Format::Yaml if fields.get(&["kind"]).is_some() => Generator::Other,
        Format::Yaml if name.day.is_some() || fields.get(&["layout"]).is_some() => {
            Generator::Jekyll
        }
        Format::Yaml => Generator::Other,
    }
}

/// `body` without blank lines around it, and the line it now begins at.
fn trimmed(body: &str, line: usize) -> (&str, usize) {
    let blank: usize = body
        .split_inclusive('\n')
        .take_while(|line| line.trim().is_empty())
        .map(str::len)
        .sum();
    let skipped = body[..blank].matches('\n').count();
    (body[blank..].trim_end(), line + skipped)
}

/// The heading a body begins with, what follows it, and the lines it took.
fn heading(body: &str) -> Option<(String, &str, usize)> {
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    let (text, rest, lines) = if let Some(text) = first.strip_prefix("# ") {
        (text.trim_end().trim_end_matches('#'), rest, 1)
    } else {
        let (second, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        let underlined = !second.is_empty() && second.trim_end().chars().all(|c| c == '=');
        underlined.then_some((first, rest, 2))?
    };
    // `# Title {#anchor}` names the anchor for a link, not for a reader.
    let text = text.trim_end();
    let text = text
        .rsplit_once(" {#")
        .filter(|(_, id)| id.ends_with('}'))
        .map_or(text, |(text, _)| text)
        .trim();
    (!text.is_empty()).then(|| (text.to_owned(), rest, lines))
}

fn moment(
    fields: &Fields,
    name: &Name,
    rules: &Rules,
    notes: &mut Vec<String>,
) -> Result<Option<date::Moment>, Fault> {
    // Jekyll's `published` is a yes or no, Hugo's is a date.
    let field = fields
        .get(&["date", "publishdate", "publish_date", "pubdate"])
        .or_else(|| {
            fields
                .get(&["published"])
                .filter(|field| field.truth().is_none())
        });
    let written = field.and_then(|field| Some((field.line, field.text()?)));
    let moment = match (written, name.day) {
        (Some((line, text)), _) => {
            Some(date::parse(text, &rules.zone).map_err(|message| Fault::at(line, message))?)
        }
        (None, Some(day)) => date::midnight(day, &rules.zone),
        (None, None) => None,
    };
    notes.extend(moment.as_ref().and_then(|moment| moment.remark.clone()));
    Ok(moment)
}

fn updated(fields: &Fields, rules: &Rules, notes: &mut Vec<String>) -> Option<Timestamp> {
    let field = fields.get(&[
        "updated",
        "lastmod",
        "last_modified_at",
        "modified",
        "last_modified",
    ])?;
    match date::parse(field.text()?, &rules.zone) {
        Ok(moment) => Some(moment.at),
        Err(message) => {
            notes.push(format!("{message} (line {}, left out)", field.line));
            None
        }
    }
}

fn nav(fields: &Fields, notes: &mut Vec<String>) -> u32 {
    let Some((line, text)) = fields
        .get(&["nav"])
        .and_then(|field| Some((field.line, field.text()?)))
    else {
        return 0;
    };
    text.parse().unwrap_or_else(|_| {
        notes.push(format!(
            "nav `{text}` on line {line} is no whole number: the page is kept out of the navigation"
        ));
        0
    })
}

fn slug_of(
    fields: &Fields,
    name: &Name,
    title: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<String, Fault> {
    // That a title is not a slug surprises nobody; that another had to change may.
    let candidates = [
        (fields.text(&["slug"]), true),
        (Some(name.title.as_str()), true),
        (title, false),
        (Some(name.stem.as_str()), true),
    ];
    for (candidate, told) in candidates {
        let Some(candidate) = candidate else { continue };
        // A slug of Hugo's may hold folders: only the last is the post's own.
        let last = candidate
            .trim_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let slug = slug::slug(last);
        if !slug.is_empty() {
            if told && slug != candidate {
                notes.push(format!("slug `{candidate}` becomes {slug}"));
            }
            return Ok(slug);
        }
    }
    Err(Fault::at(
        1,
        "no letter or digit in slug, file name or title to make an address of: add a `slug`",
    ))
}

/// The tags and categories as names, and the categories as they are written.
fn tags(fields: &Fields, notes: &mut Vec<String>) -> (Vec<String>, Vec<String>) {
    let gather = |one: &str, many: &str| {
        let mut texts: Vec<String> = Vec::new();
        // The singular is one name, spaces and all; the plural is a list, or
        // the names of a list with commas or spaces between them.
        texts.extend(
            fields
                .get(&[one])
                .iter()
                .flat_map(|field| field.texts())
                .map(str::to_owned),
        );
        for field in fields
            .get(&[many])
            .into_iter()
            .chain(fields.within("taxonomies", &[many]))
        {
            match field.text() {
                Some(text) if text.contains(',') => {
                    texts.extend(text.split(',').map(|part| part.trim().to_owned()))
                }
                Some(text) => texts.extend(text.split_whitespace().map(str::to_owned)),
                None => texts.extend(field.texts().into_iter().map(str::to_owned)),
            }
        }
        texts.retain(|text| !text.is_empty());
        texts
    };
    let categories = gather("category", "categories");
    let mut names = Vec::new();
    for text in gather("tag", "tags").iter().chain(&categories) {
        let name = slug::tag(text);
        if name.is_empty() {
            notes.push(format!("tag `{text}` has no letter or digit: left out"));
            continue;
        }
        if name != text.to_lowercase().replace([' ', '_'], "-") {
            notes.push(format!("tag `{text}` becomes {name}"));
        }
        names.push(name);
    }
    (
        unique(names),
        unique(categories.iter().map(|name| name.to_lowercase()).collect()),
    )
}

pub(super) fn unique<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}
