//! Liquid in the bodies of Jekyll posts: what has one plain meaning is written
//! out, the rest is left as it stands and named. Nothing is ever executed.

use super::Remarks;

/// Writes out the Liquid of `body`. `address` gives the old path of the post
/// with that file name, without folder and ending.
pub(super) fn expand(
    body: &str,
    address: &dyn Fn(&str) -> Option<String>,
    remarks: &mut Remarks,
) -> String {
    let mut done = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = opening(rest) {
        done.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((whole, inner)) = markup(rest) else {
            // An opening brace that is never closed is text.
            done.push_str(&rest[..2]);
            rest = &rest[2..];
            continue;
        };
        let after = &rest[whole.len()..];
        let line = body.len() - rest.len();
        if whole.starts_with("{{") {
            match output(inner) {
                Some(text) => done.push_str(&text),
                None => {
                    remarks.left(body, line, "Liquid", whole);
                    done.push_str(whole);
                }
            }
            rest = after;
            continue;
        }
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let argument = argument.trim();
        match name {
            "raw" | "comment" | "highlight" => match until(after, &format!("end{name}")) {
                Some((content, tail)) => {
                    match name {
                        "raw" => done.push_str(content),
                        "highlight" => fence(&mut done, argument, content, tail),
                        _ => {}
                    }
                    rest = tail;
                    continue;
                }
                None => {
                    remarks.left(body, line, "Liquid without its end", whole);
                    done.push_str(whole);
                }
            },
            "post_url" | "link" => match target(name, argument).and_then(address) {
                Some(path) => done.push_str(&path),
                None => {
                    remarks.left(body, line, "Liquid link to what is no post", whole);
                    done.push_str(whole);
                }
            },
            _ => {
                remarks.left(body, line, "Liquid", whole);
                done.push_str(whole);
            }
        }
        rest = after;
    }
    done.push_str(rest);
    done
}

fn opening(text: &str) -> Option<usize> {
    text.match_indices('{')
        .map(|(at, _)| at)
        .find(|at| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%')))
}

/// The tag or output at the head of `text`, and what is inside.
fn markup(text: &str) -> Option<(&str, &str)> {
    let end = if text.starts_with("{{") { "}}" } else { "%}" };
    let at = text.get(2..)?.find(end)? + 2;
    // `{-` and `-}` trim space around the tag, which Markdown does not see.
    let inner = text[2..at]
        .trim_start_matches('-')
        .trim_end_matches('-')
        .trim();
    Some((&text[..at + 2], inner))
}

/// What stands before the tag `end`, and what follows it.
fn until<'a>(text: &'a str, end: &str) -> Option<(&'a str, &'a str)> {
    for (at, _) in text.match_indices("{%") {
        if let Some((whole, inner)) = markup(&text[at..])
            && inner == end
        {
            return Some((&text[..at], &text[at + whole.len()..]));
        }
    }
    None
}

/// A fenced code block in place of `{% highlight %}`, on lines of its own and
/// as far in as the tag was, so that it stays in its list item.
fn fence(done: &mut String, argument: &str, content: &str, tail: &str) {
    // Before Jekyll 4 a `highlight` full of braces needed a `raw` inside.
    let inner = content.trim();
    let content = match markup(inner) {
        Some((whole, "raw")) if inner.starts_with("{%") => {
            match until(&inner[whole.len()..], "endraw") {
                Some((raw, "")) => raw,
                _ => content,
            }
        }
        _ => content,
    };
    let language: String = argument
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+-_#.".contains(*c))
        .collect();
    let line = done.rsplit('\n').next().unwrap_or_default();
    let indent = if line.trim().is_empty() {
        let indent = line.to_owned();
        done.truncate(done.len() - indent.len());
        indent
    } else {
        done.push('\n');
        String::new()
    };
    let mut marks = 3;
    while content.contains(&"`".repeat(marks)) {
        marks += 1;
    }
    let marks = "`".repeat(marks);
    let code = content.trim_start_matches('\n').trim_end();
    let code = if code.is_empty() {
        String::new()
    } else {
        format!("{code}\n")
    };
    done.push_str(&format!("{indent}{marks}{language}\n{code}{indent}{marks}"));
    if !tail.starts_with('\n') && !tail.is_empty() {
        done.push('\n');
    }
}

/// The file name that `post_url` or `link` means, without folder and ending.
fn target<'a>(name: &str, argument: &'a str) -> Option<&'a str> {
    let argument = argument.trim_matches(['"', '\'']);
    let (folder, file) = argument.rsplit_once('/').unwrap_or(("", argument));
    if name == "post_url" {
        return Some(file);
    }
    if !folder.split('/').any(|part| part == "_posts") {
        return None;
    }
    file.rsplit_once('.').map(|(stem, _)| stem)
}

/// The plain text of `{{ ... }}`: the site's address is nothing, since every
/// link is then read from the root, and a quoted path is itself.
fn output(inner: &str) -> Option<String> {
    let mut parts = inner.split('|').map(str::trim);
    let subject = parts.next()?;
    let mut rooted = false;
    for filter in parts {
        match filter {
            "relative_url" | "absolute_url" => rooted = true,
            "escape" | "uri_escape" | "strip" => {}
            _ => {
                let argument = filter.strip_prefix("prepend:")?.trim();
                if !SITE.contains(&argument) {
                    return None;
                }
                rooted = true;
            }
        }
    }
    if SITE.contains(&subject) {
        return Some(if rooted {
            "/".to_owned()
        } else {
            String::new()
        });
    }
    let quote = subject.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let text = subject.strip_prefix(quote)?.strip_suffix(quote)?;
    if text.contains(quote) {
        return None;
    }
    if rooted && !text.starts_with('/') && !text.contains("://") {
        return Some(format!("/{text}"));
    }
    Some(text.to_owned())
}

const SITE: [&str; 4] = [
    "site.baseurl",
    "site.url",
    "site.github.url",
    "site.base_url",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn address(stem: &str) -> Option<String> {
        stem.starts_with("20").then(|| format!("/old/{stem}.html"))
    }

    #[test]
    fn liquid_with_one_meaning_is_written_out() {
        for (body, expected) in [
            (
                "no liquid { here } {% and {{ not",
                "no liquid { here } {% and {{ not",
            ),
            ("a {% raw %}{{ x }}{% endraw %} b", "a {{ x }} b"),
            ("{%- raw -%}{% if %}{%- endraw -%}", "{% if %}"),
            ("{% raw %}{% raw %}{% endraw %}", "{% raw %}"),
            (
                "{% raw %}`{% post_url %}`{% endraw %} {% raw %}x{% endraw %}",
                "`{% post_url %}` x",
            ),
            ("a{% comment %} gone {% endcomment %}b", "ab"),
            (
                "[x]({% post_url 2013-05-06-name %})",
                "[x](/old/2013-05-06-name.html)",
            ),
            (
                "[x]({% post_url news/2013-05-06-name %})",
                "[x](/old/2013-05-06-name.html)",
            ),
            (
                "{% link _posts/2013-05-06-name.md %}",
                "/old/2013-05-06-name.html",
            ),
            (
                "{% link\n_posts/2013-05-06-v3.0.markdown %}",
                "/old/2013-05-06-v3.0.html",
            ),
            ("{{ site.baseurl }}/about/", "/about/"),
            ("{{site.url}}{{ site.baseurl }}/a", "/a"),
            ("{{ \"/docs/#x\" | relative_url }}", "/docs/#x"),
            ("{{ 'docs' | absolute_url }}", "/docs"),
            (
                "{{ \"/a\" | prepend: site.baseurl | prepend: site.url }}",
                "/a",
            ),
            (
                "{{ site.baseurl }}{% post_url 2013-05-06-name %}",
                "/old/2013-05-06-name.html",
            ),
            ("{{ 'text' }}", "text"),
            (
                "a\n\n{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}\nb",
                "a\n\n```ruby\nputs 1\n```\nb",
            ),
            ("{% highlight %}x{% endhighlight %} y", "```\nx\n```\n y"),
            (
                "- a\n\n  {% highlight c++ %}\n  x\n  {% endhighlight %}\n",
                "- a\n\n  ```c++\n  x\n  ```\n",
            ),
            (
                "{% highlight md %}\n```\nx\n```\n{% endhighlight %}",
                "````md\n```\nx\n```\n````",
            ),
            (
                "{% highlight html %}{% raw %}\n{{ x }}\n{% endraw %}{% endhighlight %}",
                "```html\n{{ x }}\n```",
            ),
            (
                "text {% highlight sh %}ls{% endhighlight %}",
                "text \n```sh\nls\n```",
            ),
            ("é {{ 'ü' }} {% raw %}ß{% endraw %}", "é ü ß"),
        ] {
            let mut remarks = Remarks::new(1);
            assert_eq!(expand(body, &address, &mut remarks), expected, "{body:?}");
            assert_eq!(remarks.finish(), Vec::<String>::new(), "{body:?}");
        }
    }

    #[test]
    fn what_needs_a_program_is_left_and_named() {
        for (body, expected) in [
            (
                "{% include x.html %}",
                "Liquid `{% include x.html %}` on line 5 is left as it stands",
            ),
            (
                "\n{{ page.title }}",
                "Liquid `{{ page.title }}` on line 6 is left as it stands",
            ),
            (
                "{{ a }}\n{{ a }}",
                "Liquid `{{ a }}` on line 5 (and 1 more) is left as it stands",
            ),
            (
                "{{ 'a' | upcase }}",
                "Liquid `{{ 'a' | upcase }}` on line 5 is left as it stands",
            ),
            (
                "{% raw %} x",
                "Liquid without its end `{% raw %}` on line 5 is left as it stands",
            ),
            (
                "{% link _docs/history.md %}",
                "Liquid link to what is no post `{% link _docs/history.md %}` on line 5 is left as it stands",
            ),
            (
                "{% post_url missing-date %}",
                "Liquid link to what is no post `{% post_url missing-date %}` on line 5 is left as it stands",
            ),
        ] {
            let mut remarks = Remarks::new(5);
            assert_eq!(expand(body, &address, &mut remarks), body);
            assert_eq!(remarks.finish(), [expected], "{body:?}");
        }
    }
}
