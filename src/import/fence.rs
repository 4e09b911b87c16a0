//! Fenced code blocks: where markup is an example and not an instruction.

/// Whether a line is inside a fenced code block (or is one of its fences).
#[derive(Default)]
pub(super) struct Fence(Option<(char, usize)>);

impl Fence {
    /// Takes the next line, and says whether it is code.
    pub fn holds(&mut self, line: &str) -> bool {
        let bare = line.trim_start_matches([' ', '\t', '>']);
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| bare.chars().take_while(|c| *c == mark).count());
        match (self.0, mark) {
            (None, Some(mark)) if length >= 3 && !bare[length..].contains('`') => {
                self.0 = Some((mark, length));
                true
            }
            (None, _) => false,
            (Some((open, least)), Some(mark))
                if mark == open && length >= least && bare[length..].trim().is_empty() =>
            {
                self.0 = None;
                true
            }
            (Some(_), _) => true,
        }
    }
}
