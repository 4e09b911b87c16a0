//! Kramdown's attribute lists, which CommonMark would print.

use super::Remarks;
use super::fence::Fence;

/// Takes out Kramdown's attribute lists: `{: .note }` on a line of its own or
/// directly behind what it describes, and the list that `{:toc}` replaces.
pub(super) fn without_attributes(body: &str, remarks: &mut Remarks) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut fence = Fence::default();
    for (index, line) in body.split('\n').enumerate() {
        if fence.holds(line) {
            lines.push(line.to_owned());
            continue;
        }
        let bare = line.trim_start_matches(['>', ' ', '\t']).trim_end();
        if attribute_list(bare) == Some(bare.len()) {
            remarks.add(format!(
                "Kramdown's `{bare}` on line {} is taken out",
                remarks.line(index)
            ));
            if bare
                .trim_start_matches("{:")
                .trim_start()
                .starts_with("toc")
                && lines
                    .last()
                    .is_some_and(|last| last.starts_with(['*', '-', '+', '1']))
            {
                lines.pop();
            }
            continue;
        }
        lines.push(without_spans(line, index, remarks));
    }
    lines.join("\n")
}

fn without_spans(line: &str, index: usize, remarks: &mut Remarks) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("{:") {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let in_code = kept.matches('`').count() % 2 == 1;
        match attribute_list(rest) {
            Some(length) if !in_code && kept.ends_with([')', ']', '*', '_', '`', '>']) => {
                remarks.add(format!(
                    "Kramdown's `{}` on line {} is taken out",
                    &rest[..length],
                    remarks.line(index)
                ));
                rest = &rest[length..];
            }
            _ => {
                kept.push_str("{:");
                rest = &rest[2..];
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// The length of the attribute list at the head of `text`.
fn attribute_list(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{:")?;
    let end = inner.find('}')?;
    let opens =
        inner.starts_with(|c: char| c == ' ' || c == '.' || c == '#' || c.is_ascii_alphabetic());
    (opens && !inner[..end].contains('{')).then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_lists_are_taken_out() {
        for (body, expected, remark) in [
            (
                "a\n{: .note }\nb",
                "a\nb",
                Some("Kramdown's `{: .note }` on line 2 is taken out"),
            ),
            (
                "a\n  {:.x #y}",
                "a",
                Some("Kramdown's `{:.x #y}` on line 2 is taken out"),
            ),
            (
                "> a\n> {: .x}",
                "> a",
                Some("Kramdown's `{: .x}` on line 2 is taken out"),
            ),
            (
                "* TOC\n{:toc}\n\nb",
                "\nb",
                Some("Kramdown's `{:toc}` on line 2 is taken out"),
            ),
            (
                "![a](b){: .c} d",
                "![a](b) d",
                Some("Kramdown's `{: .c}` on line 1 is taken out"),
            ),
            ("```\n{: .note }\n```", "```\n{: .note }\n```", None),
            ("`](x){: .c}`", "`](x){: .c}`", None),
            ("a {: b", "a {: b", None),
            ("hash {:key}", "hash {:key}", None),
            ("{::nomarkdown}", "{::nomarkdown}", None),
        ] {
            let mut remarks = Remarks::new(1);
            assert_eq!(without_attributes(body, &mut remarks), expected, "{body:?}");
            assert_eq!(
                remarks.finish().first().map(String::as_str),
                remark,
                "{body:?}"
            );
        }
    }
}
