//! Fenced code, coloured when it is saved: no reader's browser has to do it, and
//! a page carries nothing but the letters of a few classes.

use std::sync::OnceLock;
use std::time::Duration;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::now::spent;

/// Code longer than this stays as it is: the grammars are regular expressions
/// that look back and forth, and saving has to stay a matter of milliseconds.
const LONGEST: usize = 128 * 1024;

/// Code with a longer line stays as it is, too: time is looked at between lines.
const LONGEST_LINE: usize = 8 * 1024;

/// The processor time that colouring the code of one text may take; what is left then
/// stays as it is. Code as people write it takes milliseconds, but a line of nonsense can
/// have a grammar look back and forth for 0.1 s, and whoever saves a post has it rendered
/// several times, of which all may take ten seconds (`cgi`).
pub const PATIENCE: Duration = Duration::from_secs(1);

/// What a token is, as the style sheet knows it, by how its scope begins. The
/// grammars tell hundreds of scopes apart, a reader about six colours. The first
/// that matches counts.
const CLASSES: [(&str, &str); 21] = [
    ("comment", "c"),
    ("punctuation.definition.comment", "c"),
    ("string", "s"),
    ("punctuation.definition.string", "s"),
    ("constant", "n"),
    ("keyword.operator.word", "k"),
    ("keyword.operator", ""),
    ("keyword", "k"),
    ("storage", "k"),
    ("variable.language", "k"),
    ("entity.name.tag", "k"),
    ("entity.name.function", "f"),
    ("support.function", "f"),
    ("support.macro", "f"),
    ("variable.function", "f"),
    ("entity.name", "t"),
    ("entity.other.attribute-name", "t"),
    ("support.type", "t"),
    ("support.class", "t"),
    ("markup.deleted", "d"),
    ("markup.inserted", "i"),
];

/// The grammars: TextMate's and those that bat adds to them, unpacked once in a
/// process and each compiled when it is first used.
fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(two_face::syntax::extra_newlines)
}

/// The language an info string names, by a word or a file's ending: `rust`,
/// `rust,ignore`, `py {1-3}`.
fn language(info: &str) -> Option<&'static SyntaxReference> {
    let is_end = |character: char| character.is_whitespace() || matches!(character, ',' | '{');
    let name = match info.split(is_end).next().unwrap_or_default() {
        "" | "text" | "txt" | "plain" => return None,
        "shell" | "console" => "sh",
        "golang" => "go",
        name => name,
    };
    syntaxes().find_syntax_by_token(name)
}

/// The tokens of a piece of code, each with its class, which is empty for what
/// has no colour. `None` where the language is unknown, its grammar gives up, or no more
/// time is `left`, of which what it took is taken.
pub fn tokens<'a>(
    info: &str,
    code: &'a str,
    left: &mut Duration,
) -> Option<Vec<(&'static str, &'a str)>> {
    let is_long = |line: &str| line.len() > LONGEST_LINE;
    if code.len() > LONGEST || code.lines().any(is_long) {
        return None;
    }
    let language = language(info)?;
    let started = spent();
    let tokens = tokens_until(started + *left, language, code);
    *left = left.saturating_sub(spent().saturating_sub(started));
    tokens
}

fn tokens_until<'a>(
    deadline: Duration,
    language: &SyntaxReference,
    code: &'a str,
) -> Option<Vec<(&'static str, &'a str)>> {
    let classes = CLASSES.map(|(scope, class)| Scope::new(scope).ok().map(|scope| (scope, class)));
    let mut state = ParseState::new(language);
    let mut stack = ScopeStack::new();
    let mut tokens: Vec<(&'static str, &'a str)> = Vec::new();
    let (mut start, mut line_start) = (0, 0);
    let mut class = "";
    let mut end_token = |class: &'static str, until: usize| {
        if until > start {
            tokens.push((class, &code[start..until]));
            start = until;
        }
    };
    for line in code.split_inclusive('\n') {
        if spent() >= deadline {
            return None;
        }
        for (at, change) in state.parse_line(line, syntaxes()).ok()? {
            stack.apply(&change).ok()?;
            let next = class_of(&stack, &classes);
            if next != class {
                end_token(class, line_start + at);
                class = next;
            }
        }
        line_start += line.len();
    }
    end_token(class, code.len());
    Some(tokens)
}

/// The class of the innermost scope that has one: in a string, an escape is told
/// apart from the letters around it.
fn class_of(stack: &ScopeStack, classes: &[Option<(Scope, &'static str)>]) -> &'static str {
    let class = |scope: &Scope| {
        let mut known = classes.iter().flatten();
        known.find(|(prefix, _)| prefix.is_prefix_of(*scope))
    };
    let mut inner = stack.scopes.iter().rev();
    inner.find_map(class).map_or("", |(_, class)| class)
}
