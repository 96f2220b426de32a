//! Configurations of PowerShell DSC, as far as they are data: blocks of named resources with literal values.
//!
//! Nothing is run. What is no literal, such as a variable, a call or a string with a variable in it, is kept as the
//! text of an expression. The rest of the script is passed over; only strings and comments in it are understood, so
//! that nothing within them is taken for a block.

use super::Fault;

/// How deep values may stand in one another.
const DEEPEST: usize = 64;

/// A value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `$null`
    Null,
    /// `$True` or `$False`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A string without anything to work out in it.
    Text(String),
    /// `@(…)`, or values with commas between them.
    List(Vec<Value>),
    /// `MSFT_Name{…}` or `@{…}`
    Instance(Members),
    /// What PowerShell would have to work out, as it is written.
    Expression(String),
}

/// Properties by name; letter case does not matter in names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members(pub Vec<(String, Value)>);

impl Members {
    /// What a property says.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The text of a property; an empty one is none.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

/// `Resource Name { Property = Value … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The resource: `AADGroup`.
    pub resource: String,
    /// What the configuration calls this one.
    pub name: String,
    /// What it says.
    pub members: Members,
}

/// The blocks of the resources that are wanted.
pub fn blocks(text: &str, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Block>, Fault> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let mut blocks = Vec::new();
    loop {
        parser.trivia(true)?;
        let Some(c) = parser.peek() else { return Ok(blocks) };
        if parser.string()?.is_some() {
            continue;
        }
        if c == '$' {
            parser.variable();
        } else if is_word(c) {
            let resource = parser.word().to_owned();
            if is_wanted(&resource) {
                blocks.extend(parser.block(resource)?);
            }
        } else {
            parser.at += c.len_utf8();
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

/// PowerShell takes typographic quotation marks for quotation marks.
const fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

const fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn take(&mut self, expected: &str) -> bool {
        let is_there = self.rest().starts_with(expected);
        if is_there {
            self.at += expected.len();
        }
        is_there
    }

    fn fault(&self, at: usize, message: impl Into<String>) -> Fault {
        Fault::at(self.text, at, message)
    }

    /// Passes over blanks and comments, and over the ends of lines where these mean nothing.
    fn trivia(&mut self, with_lines: bool) -> Result<(), Fault> {
        while let Some(c) = self.peek() {
            let start = self.at;
            if self.take("<#") {
                let end = self.rest().find("#>").ok_or_else(|| self.fault(start, "a comment has no end"))?;
                self.at += end + 2;
            } else if c == '#' {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if self.take("`\r\n") || self.take("`\n") {
            } else if (c.is_whitespace() || c == '\u{feff}') && (with_lines || c != '\n') {
                self.at += c.len_utf8();
            } else {
                return Ok(());
            }
        }
        Ok(())
    }

    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_word(c) && c != '-').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// `$name`, `${name}`, `$scope:name`.
    fn variable(&mut self) {
        self.at += 1;
        if self.take("{") {
            self.at += self.rest().find('}').map_or(self.rest().len(), |end| end + 1);
            return;
        }
        let rest = self.rest();
        self.at += rest.find(|c: char| !is_word(c) && c != ':').unwrap_or(rest.len());
    }

    /// What follows the name of a resource, where that is a block.
    fn block(&mut self, resource: String) -> Result<Option<Block>, Fault> {
        self.trivia(true)?;
        let name = match self.string()? {
            Some(Value::Text(name) | Value::Expression(name)) => name,
            Some(_) => return Ok(None),
            None => match self.peek() {
                Some('$') => {
                    let start = self.at;
                    self.variable();
                    self.text[start..self.at].to_owned()
                }
                Some(c) if is_word(c) => self.word().to_owned(),
                _ => return Ok(None),
            },
        };
        self.trivia(true)?;
        if !self.take("{") {
            return Ok(None);
        }
        let members = self.members()?;
        Ok(Some(Block { resource, name, members }))
    }

    /// Properties, up to the brace that ends them.
    fn members(&mut self) -> Result<Members, Fault> {
        let start = self.at;
        self.deeper(start)?;
        let mut members = Members::default();
        loop {
            self.trivia(true)?;
            if self.take(";") {
                continue;
            }
            if self.take("}") {
                break;
            }
            let at = self.at;
            let key = match self.string()? {
                Some(Value::Text(key)) => key,
                _ => self.word().to_owned(),
            };
            if key.is_empty() {
                let what = match self.peek() {
                    None => "a brace has no end".to_owned(),
                    Some(c) => format!("the name of a property is expected, and `{c}` stands there"),
                };
                return Err(self.fault(if self.peek().is_none() { start } else { at }, what));
            }
            self.trivia(true)?;
            if !self.take("=") {
                return Err(self.fault(at, format!("`{key}` is followed by no `=`")));
            }
            let value = self.values()?;
            members.0.push((key, value));
        }
        self.depth -= 1;
        Ok(members)
    }

    fn deeper(&mut self, at: usize) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fault(at, format!("values stand more than {DEEPEST} deep in one another")));
        }
        Ok(())
    }

    /// A value, or several with commas between them.
    fn values(&mut self) -> Result<Value, Fault> {
        let first = self.value()?;
        let mut more = Vec::new();
        loop {
            self.trivia(false)?;
            if !self.take(",") {
                break;
            }
            more.push(self.value()?);
        }
        if more.is_empty() {
            return Ok(first);
        }
        more.insert(0, first);
        Ok(Value::List(more))
    }

    fn value(&mut self) -> Result<Value, Fault> {
        self.trivia(true)?;
        let start = self.at;
        if let Some(value) = self.literal()? {
            let end = self.at;
            self.trivia(false)?;
            if self.peek().is_none_or(|c| matches!(c, '\n' | ';' | '}' | ')' | ',')) {
                return Ok(value);
            }
            // A block ends a line of its own accord only for a person.
            if matches!(value, Value::Instance(_)) && self.peek().is_some_and(is_word) {
                self.at = end;
                return Ok(value);
            }
            self.at = start;
        }
        self.expression(start)
    }

    /// A literal, if one begins here.
    fn literal(&mut self) -> Result<Option<Value>, Fault> {
        let start = self.at;
        if let Some(text) = self.string()? {
            return Ok(Some(text));
        }
        if self.take("@(") {
            return self.list(start).map(Some);
        }
        if self.take("@{") {
            return self.members().map(|members| Some(Value::Instance(members)));
        }
        match self.peek() {
            Some('$') => {
                self.variable();
                Ok(match self.text[start..self.at].to_ascii_lowercase().as_str() {
                    "$true" => Some(Value::Bool(true)),
                    "$false" => Some(Value::Bool(false)),
                    "$null" => Some(Value::Null),
                    _ => None,
                })
            }
            Some(c) if is_word(c) || c == '-' => {
                if c == '-' {
                    self.at += 1;
                }
                self.word();
                let word = &self.text[start..self.at];
                if let Ok(number) = word.parse() {
                    return Ok(Some(Value::Int(number)));
                }
                self.trivia(true)?;
                if c != '-' && self.take("{") {
                    return self.members().map(|members| Some(Value::Instance(members)));
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn list(&mut self, start: usize) -> Result<Value, Fault> {
        self.deeper(start)?;
        let mut list = Vec::new();
        loop {
            self.trivia(true)?;
            if self.take(",") || self.take(";") {
                continue;
            }
            if self.take(")") {
                break;
            }
            if self.peek().is_none() {
                return Err(self.fault(start, "a list has no end"));
            }
            list.push(self.value()?);
        }
        self.depth -= 1;
        Ok(Value::List(list))
    }

    /// What PowerShell would work out, up to the end of its line or of what it stands in.
    fn expression(&mut self, start: usize) -> Result<Value, Fault> {
        let mut open = Vec::new();
        while let Some(c) = self.peek() {
            if open.is_empty() && matches!(c, '\n' | ';' | ',' | '}' | ')') {
                break;
            }
            if self.string()?.is_some() {
                continue;
            }
            match c {
                '(' => open.push(')'),
                '{' => open.push('}'),
                '[' => open.push(']'),
                ')' | '}' | ']' if open.last() == Some(&c) => {
                    open.pop();
                }
                ')' | '}' => return Err(self.fault(self.at, format!("`{c}` closes nothing"))),
                '#' => {
                    self.trivia(!open.is_empty())?;
                    continue;
                }
                '`' => self.at += 1,
                _ => {}
            }
            self.at += self.peek().map_or(0, char::len_utf8);
        }
        if open.is_empty() && self.at > start {
            return Ok(Value::Expression(self.text[start..self.at].trim().to_owned()));
        }
        let what = if open.is_empty() { "a value is expected" } else { "an expression has no end" };
        Err(self.fault(start, what))
    }

    /// A string, if one begins here: as text, or as an expression where there is something to work out in it.
    fn string(&mut self) -> Result<Option<Value>, Fault> {
        match (self.peek(), self.second()) {
            (Some('@'), Some(quote)) if is_single(quote) || is_double(quote) => self.here_string(quote),
            (Some(quote), _) if is_single(quote) => self.single().map(Some),
            (Some(quote), _) if is_double(quote) => self.double().map(Some),
            _ => Ok(None),
        }
    }

    fn single(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let mut text = String::new();
        self.at += self.peek().map_or(0, char::len_utf8);
        loop {
            let Some(c) = self.peek() else { return Err(self.fault(start, "a string has no end")) };
            self.at += c.len_utf8();
            if !is_single(c) {
                text.push(c);
            } else if let Some(again) = self.peek().filter(|c| is_single(*c)) {
                self.at += again.len_utf8();
                text.push(again);
            } else {
                return Ok(Value::Text(text));
            }
        }
    }

    fn double(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        let mut text = String::new();
        let mut is_worked_out = false;
        self.at += self.peek().map_or(0, char::len_utf8);
        loop {
            let Some(c) = self.peek() else { return Err(self.fault(start, "a string has no end")) };
            self.at += c.len_utf8();
            if is_double(c) {
                match self.peek().filter(|c| is_double(*c)) {
                    Some(again) => {
                        self.at += again.len_utf8();
                        text.push(again);
                    }
                    None => break,
                }
            } else if c == '`' {
                self.escape(&mut text);
            } else {
                is_worked_out |= c == '$' && self.begins_expression();
                text.push(c);
                if c == '$' && self.peek() == Some('(') {
                    self.nested(start)?;
                }
            }
        }
        if is_worked_out {
            return Ok(Value::Expression(self.text[start..self.at].to_owned()));
        }
        Ok(Value::Text(text))
    }

    /// Whether what follows a `$` in a string is worked out.
    fn begins_expression(&self) -> bool {
        self.peek().is_some_and(|c| is_word(c) || matches!(c, '{' | '(' | '?' | '^' | '$'))
    }

    /// Passes over `(…)` within a string, in which there may be strings.
    fn nested(&mut self, start: usize) -> Result<(), Fault> {
        self.deeper(start)?;
        let mut open = 0_usize;
        loop {
            let Some(c) = self.peek() else { return Err(self.fault(start, "a string has no end")) };
            if self.string()?.is_some() {
                continue;
            }
            self.at += c.len_utf8();
            match c {
                '(' => open += 1,
                ')' if open <= 1 => break,
                ')' => open -= 1,
                _ => {}
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn escape(&mut self, text: &mut String) {
        let Some(c) = self.peek() else { return };
        self.at += c.len_utf8();
        match c {
            '0' => text.push('\0'),
            'a' => text.push('\u{7}'),
            'b' => text.push('\u{8}'),
            'e' => text.push('\u{1b}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'v' => text.push('\u{b}'),
            'u' if self.peek() == Some('{') => {
                let rest = self.rest();
                let end = rest.find('}').unwrap_or(rest.len());
                let code = rest.get(1..end).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                match code.and_then(char::from_u32) {
                    Some(c) => {
                        text.push(c);
                        self.at += end + 1;
                    }
                    None => text.push('u'),
                }
            }
            other => text.push(other),
        }
    }

    /// `@'`, lines, `'@`.
    fn here_string(&mut self, quote: char) -> Result<Option<Value>, Fault> {
        let start = self.at;
        let first = self.at + 1 + quote.len_utf8();
        let line = self.text[first..].find('\n').map(|end| first + end + 1);
        let Some(body) = line.filter(|end| self.text[first..*end].trim().is_empty()) else {
            return Ok(None);
        };
        let is_single = is_single(quote);
        let is_quote = |c: char| if is_single { self::is_single(c) } else { is_double(c) };
        let mut at = body;
        loop {
            let line = &self.text[at..];
            let end = line.chars().next().filter(|c| is_quote(*c)).map(char::len_utf8);
            if let Some(width) = end.filter(|width| line[*width..].starts_with('@')) {
                let inner = self.text[body..at].trim_end_matches(['\r', '\n']);
                self.at = at + width + 1;
                if !is_single && inner.contains(['$', '`']) {
                    return Ok(Some(Value::Expression(self.text[start..self.at].to_owned())));
                }
                return Ok(Some(Value::Text(inner.to_owned())));
            }
            match line.find('\n') {
                Some(next) => at += next + 1,
                None => return Err(self.fault(start, "a string has no end")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Members {
        let blocks = blocks(text, |resource| resource == "AADThing").unwrap();
        assert_eq!(blocks.len(), 1, "{text}");
        blocks.into_iter().next().unwrap().members
    }

    fn value(text: &str) -> Value {
        one(&format!("AADThing 'x' {{ A = {text}\n B = 1 }}")).get("a").cloned().unwrap()
    }

    #[test]
    fn literals_are_read_and_everything_else_is_an_expression() {
        let text = |text: &str| Value::Text(text.to_owned());
        let expression = |text: &str| Value::Expression(text.to_owned());
        for (written, read) in [
            ("'it''s'", text("it's")),
            ("'a \u{2019}\u{2019} b'", text("a \u{2019} b")),
            ("\"a `\"quoted`\" word, `$5 and a`ttab\"", text("a \"quoted\" word, $5 and a\ttab")),
            ("\"doubled \"\" quote\"", text("doubled \" quote")),
            ("\"`u{263a}\"", text("\u{263a}")),
            ("\"5$ or $ 5\"", text("5$ or $ 5")),
            ("@'\nline 'one'\nline two\n'@", text("line 'one'\nline two")),
            ("$True", Value::Bool(true)),
            ("$false", Value::Bool(false)),
            ("$NULL", Value::Null),
            ("365;", Value::Int(365)),
            ("-1", Value::Int(-1)),
            ("@()", Value::List(Vec::new())),
            ("@('a',\"b\"\n 'c')", Value::List(vec![text("a"), text("b"), text("c")])),
            ("\"a\",'b'", Value::List(vec![text("a"), text("b")])),
            (
                "$ConfigurationData.NonNodeData.TenantId;",
                expression("$ConfigurationData.NonNodeData.TenantId"),
            ),
            ("\"ana@$OrganizationName\"", expression("\"ana@$OrganizationName\"")),
            (
                "\"https://$($Domain.Split('.')[0]).sharepoint.com\"",
                expression("\"https://$($Domain.Split('.')[0]).sharepoint.com\""),
            ),
            (
                "New-Object PSCredential ('x', (ConvertTo-SecureString 'y' -AsPlainText))",
                expression("New-Object PSCredential ('x', (ConvertTo-SecureString 'y' -AsPlainText))"),
            ),
            ("'a' + 'b'", expression("'a' + 'b'")),
            ("1.5", expression("1.5")),
            (
                "MSFT_Inner{\n C = $True # said\n D = @(\n MSFT_Deeper{ E = 'e' }\n ) }",
                Value::Instance(Members(vec![
                    ("C".to_owned(), Value::Bool(true)),
                    (
                        "D".to_owned(),
                        Value::List(vec![Value::Instance(Members(vec![("E".to_owned(), text("e"))]))]),
                    ),
                ])),
            ),
        ] {
            assert_eq!(value(written), read, "{written}");
        }
    }

    #[test]
    fn blocks_are_found_among_everything_else() {
        let script = "# It's a comment with AADThing 'no' { A = 1 }\n<# AADThing 'no' { } #>\n\
            param ( [System.String] $Name = 'AADThing x { }' )\nConfiguration Tenant {\n\
            Import-DscResource -ModuleName AADThing\n Node localhost {\n AADThing \"one\" { A = 1 }\n\
            AADOther 'x' { A = 1 }\n AADThing two\n {\n A = 2;\n }\n } }\nTenant -ConfigurationData .\\x.psd1\n";
        let found = blocks(script, |resource| resource == "AADThing").unwrap();
        let names: Vec<&str> = found.iter().map(|block| block.name.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        for (text, line, message) in [
            ("AADThing 'x' {\n A = 'open\n }", 2, "a string has no end"),
            ("AADThing 'x' {\n A = @( 1\n", 2, "a list has no end"),
            ("AADThing 'x' {\n A = 1\n", 1, "a brace has no end"),
            ("AADThing 'x' {\n A 1\n }", 2, "`A` is followed by no `=`"),
            ("AADThing 'x' {\n A = \n }", 3, "a value is expected"),
            ("<# never", 1, "a comment has no end"),
        ] {
            let fault = blocks(text, |resource| resource == "AADThing").unwrap_err();
            assert_eq!((fault.line, fault.message.as_str()), (line, message), "{text}");
        }
        let deep = format!("AADThing 'x' {{ A = {}", "@(".repeat(10_000));
        let fault = blocks(&deep, |resource| resource == "AADThing").unwrap_err();
        assert!(fault.message.contains("deep in one another"), "{}", fault.message);
    }

    #[test]
    fn strings_within_strings_end() {
        let deep = format!("AADThing 'x' {{ A = {}", "\"$(".repeat(10_000));
        assert!(blocks(&deep, |resource| resource == "AADThing").is_err());
    }
}
