//! The transcript of a scenario: steps with what they print, as text.

/// A transcript.
pub struct Script {
    /// The lines as they are read, to be written again around new output.
    lines: Vec<Line>,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// A step.
pub struct Step {
    /// Where it stands, from 1.
    pub line: usize,
    /// As it is written, without the `$ `.
    pub command: String,
    /// Lines that it writes to a file.
    pub input: String,
}

/// What a step did.
#[derive(Default)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub exit: Option<i32>,
}

enum Line {
    /// A comment or an empty line.
    Text(String),
    /// The step of this number, with its input.
    Step(usize),
}

impl Script {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut script = Self { lines: Vec::new(), steps: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            if let Some(command) = line.strip_prefix("$ ") {
                script.lines.push(Line::Step(script.steps.len()));
                let step = Step { line: index + 1, command: command.to_owned(), input: String::new() };
                script.steps.push(step);
            } else if let Some(input) = line.strip_prefix("<|") {
                let step = script.steps.last_mut().ok_or("input before the first step")?;
                step.input.push_str(input.strip_prefix(' ').unwrap_or(input));
                step.input.push('\n');
            } else if line.is_empty() || line.starts_with('#') {
                script.lines.push(Line::Text(line.to_owned()));
            } else if !["1|", "2|", "= "].iter().any(|prefix| line.starts_with(prefix)) {
                return Err(format!(
                    "line {}: neither a step, its input, its output nor a comment",
                    index + 1
                ));
            }
        }
        Ok(script)
    }

    /// The transcript with this output.
    pub fn with(&self, happened: &[Output]) -> String {
        let mut text = String::new();
        for line in &self.lines {
            match line {
                Line::Text(line) => {
                    text.push_str(line);
                    text.push('\n');
                }
                Line::Step(index) => {
                    let step = &self.steps[*index];
                    text.extend(["$ ", &step.command, "\n"]);
                    push(&mut text, "<|", &step.input);
                    if let Some(output) = happened.get(*index) {
                        push(&mut text, "1|", &output.stdout);
                        push(&mut text, "2|", &output.stderr);
                        if let Some(exit) = output.exit {
                            text.extend(["= ", &exit.to_string(), "\n"]);
                        }
                    }
                }
            }
        }
        text
    }
}

fn push(text: &mut String, prefix: &str, lines: &str) {
    for line in lines.lines() {
        let line = format!("{prefix} {line}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// The words of a command, split as a shell would: `'…'` and `"…"` hold spaces.
pub fn words(command: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}
