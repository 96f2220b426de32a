//! The grammar of `$filter`: text to a tree. Names are not looked up here; see `evaluate`.

use crate::errors::{GraphError, Result, bad_request};

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Or(Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Compare(Operand, Op, Literal),
    In(Operand, Vec<Literal>),
    Match(Match, Operand, Operand),
    /// `collection/any(x:x/member eq 'y')`; paths inside begin with the variable.
    Any(Vec<String>, String, Box<Expr>),
    /// A boolean property by itself.
    True(Operand),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Path(Vec<String>),
    ToLower(Box<Operand>),
    ToUpper(Box<Operand>),
    Literal(Literal),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Text(String),
    /// A whole number; Graph has no fractions in what can be filtered here.
    Number(i64),
    Bool(bool),
    Null,
    /// A timestamp, which stands without quotes.
    Instant(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    StartsWith,
    EndsWith,
    Contains,
}

/// How deep parentheses may nest; far past anything real, and short of the stack's end.
const DEPTH: usize = 64;

pub fn parse(text: &str) -> Result<Expr> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, position: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(syntax(&format!("unexpected {token:?}"))),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Colon,
    Word(String),
    Literal(Literal),
}

struct Parser {
    tokens: Vec<Token>,
    position: usize,
    depth: usize,
}

impl Parser {
    fn or(&mut self) -> Result<Expr> {
        let mut left = self.and()?;
        while self.word("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr> {
        let mut left = self.unary()?;
        while self.word("and") {
            left = Expr::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(syntax("it is nested too deeply"));
        }
        let expr = if self.word("not") {
            Expr::Not(Box::new(self.unary()?))
        } else if self.eat(&Token::Open) {
            let inner = self.or()?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn comparison(&mut self) -> Result<Expr> {
        if let Some(kind) = self.match_function() {
            self.expect(&Token::Open)?;
            let left = self.operand()?;
            self.expect(&Token::Comma)?;
            let right = self.operand()?;
            self.expect(&Token::Close)?;
            // `startswith(…) eq true` says no more than `startswith(…)`.
            let call = Expr::Match(kind, left, right);
            if !self.word("eq") {
                return Ok(call);
            }
            return match self.next() {
                Some(Token::Literal(Literal::Bool(true))) => Ok(call),
                Some(Token::Literal(Literal::Bool(false))) => Ok(Expr::Not(Box::new(call))),
                _ => Err(syntax("a function is compared with true or false")),
            };
        }
        let left = self.operand()?;
        if let (Operand::Path(path), true) = (&left, self.eat(&Token::Open)) {
            return self.any(path.clone());
        }
        if self.word("in") {
            self.expect(&Token::Open)?;
            let mut list = vec![self.literal()?];
            while self.eat(&Token::Comma) {
                list.push(self.literal()?);
            }
            self.expect(&Token::Close)?;
            return Ok(Expr::In(left, list));
        }
        let ops =
            [("eq", Op::Eq), ("ne", Op::Ne), ("gt", Op::Gt), ("ge", Op::Ge), ("lt", Op::Lt), ("le", Op::Le)];
        for (word, op) in ops {
            if self.word(word) {
                return Ok(Expr::Compare(left, op, self.literal()?));
            }
        }
        match left {
            Operand::Path(_) => Ok(Expr::True(left)),
            _ => Err(syntax("an operator is missing")),
        }
    }

    fn any(&mut self, mut path: Vec<String>) -> Result<Expr> {
        if path.pop().as_deref() != Some("any") || path.is_empty() {
            return Err(syntax("only any(…) can be asked of a collection"));
        }
        let Some(Token::Word(variable)) = self.next() else {
            return Err(syntax("any(…) begins with a variable"));
        };
        self.expect(&Token::Colon)?;
        let body = self.or()?;
        self.expect(&Token::Close)?;
        Ok(Expr::Any(path, variable, Box::new(body)))
    }

    fn operand(&mut self) -> Result<Operand> {
        match self.next() {
            Some(Token::Word(word)) => {
                let lower = word.eq_ignore_ascii_case("tolower");
                if (lower || word.eq_ignore_ascii_case("toupper")) && self.eat(&Token::Open) {
                    let inner = Box::new(self.operand()?);
                    self.expect(&Token::Close)?;
                    return Ok(if lower { Operand::ToLower(inner) } else { Operand::ToUpper(inner) });
                }
                Ok(Operand::Path(word.split('/').map(str::to_owned).collect()))
            }
            Some(Token::Literal(literal)) => Ok(Operand::Literal(literal)),
            Some(token) => Err(syntax(&format!("unexpected {token:?}"))),
            None => Err(syntax("it ends too early")),
        }
    }

    fn literal(&mut self) -> Result<Literal> {
        match self.next() {
            Some(Token::Literal(literal)) => Ok(literal),
            _ => Err(syntax("a literal is expected; text stands in single quotes")),
        }
    }

    fn match_function(&mut self) -> Option<Match> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        let kind = match word.to_ascii_lowercase().as_str() {
            "startswith" => Match::StartsWith,
            "endswith" => Match::EndsWith,
            "contains" => Match::Contains,
            _ => return None,
        };
        (self.tokens.get(self.position + 1) == Some(&Token::Open)).then(|| {
            self.position += 1;
            kind
        })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.position).cloned();
        self.position += 1;
        token
    }

    fn eat(&mut self, token: &Token) -> bool {
        let there = self.peek() == Some(token);
        self.position += usize::from(there);
        there
    }

    fn word(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Word(other)) if other.eq_ignore_ascii_case(word));
        self.position += usize::from(there);
        there
    }

    fn expect(&mut self, token: &Token) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(syntax(&format!("{token:?} is expected"))) }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let single = match first {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            ',' => Some(Token::Comma),
            ':' => Some(Token::Colon),
            _ => None,
        };
        if let Some(token) = single {
            tokens.push(token);
            rest = &rest[1..];
        } else if first == '\'' {
            let (literal, after) = quoted(&rest[1..])?;
            tokens.push(Token::Literal(Literal::Text(literal)));
            rest = after;
        } else {
            let number = first.is_ascii_digit() || first == '-';
            let end = rest.find(|letter: char| {
                letter.is_whitespace() || "(),'".contains(letter) || (letter == ':' && !number)
            });
            let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
            if word.is_empty() {
                return Err(syntax(&format!("unexpected {first:?}")));
            }
            tokens.push(if number { Token::Literal(number_or_instant(word)?) } else { plain(word) });
            rest = after;
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// The text up to the closing quote; a quote inside is written twice.
fn quoted(text: &str) -> Result<(String, &str)> {
    let mut literal = String::new();
    let mut rest = text;
    loop {
        let Some((before, after)) = rest.split_once('\'') else {
            return Err(syntax("a string is not closed"));
        };
        literal.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                literal.push('\'');
                rest = more;
            }
            None => return Ok((literal, after)),
        }
    }
}

fn number_or_instant(word: &str) -> Result<Literal> {
    if let Ok(number) = word.parse() {
        return Ok(Literal::Number(number));
    }
    match crate::values::parse_instant(word) {
        Some(instant) => Ok(Literal::Instant(crate::values::format_instant(instant))),
        None => Err(syntax(&format!("'{word}' is not a literal"))),
    }
}

fn plain(word: &str) -> Token {
    match word {
        "true" => Token::Literal(Literal::Bool(true)),
        "false" => Token::Literal(Literal::Bool(false)),
        "null" => Token::Literal(Literal::Null),
        _ => Token::Word(word.to_owned()),
    }
}

fn syntax(sentence: &str) -> GraphError {
    bad_request(format!("Invalid filter clause: {sentence}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Operand {
        Operand::Path(text.split('/').map(str::to_owned).collect())
    }

    fn text(text: &str) -> Literal {
        Literal::Text(text.to_owned())
    }

    #[test]
    fn a_quote_inside_a_string_is_doubled() {
        let expr = parse("displayName eq 'O''Brien''s'").unwrap();
        assert_eq!(expr, Expr::Compare(path("displayName"), Op::Eq, text("O'Brien's")));
    }

    #[test]
    fn and_binds_closer_than_or_and_parentheses_closer_than_both() {
        let (a, b, c) = (
            Box::new(parse("a eq 1").unwrap()),
            Box::new(parse("b eq 2").unwrap()),
            Box::new(parse("c eq 3").unwrap()),
        );
        let flat = parse("a eq 1 or b eq 2 and c eq 3").unwrap();
        assert_eq!(flat, Expr::Or(a.clone(), Box::new(Expr::And(b.clone(), c.clone()))));
        let grouped = parse("(a eq 1 or b eq 2) and c eq 3").unwrap();
        assert_eq!(grouped, Expr::And(Box::new(Expr::Or(a, b)), c));
    }

    #[test]
    fn functions_lists_and_lambdas_are_understood() {
        assert_eq!(
            parse("contains(tolower(displayName),'x')").unwrap(),
            Expr::Match(
                Match::Contains,
                Operand::ToLower(Box::new(path("displayName"))),
                Operand::Literal(text("x"))
            )
        );
        assert_eq!(
            parse("accessPackage/id in ('a', 'b')").unwrap(),
            Expr::In(path("accessPackage/id"), vec![text("a"), text("b")])
        );
        let any =
            parse("identitySources/any(is:is/microsoft.graph.azureActiveDirectoryTenant/tenantId eq 't')");
        let Expr::Any(of, variable, _) = any.unwrap() else { panic!("not a lambda") };
        assert_eq!((of.as_slice(), variable.as_str()), (["identitySources".to_owned()].as_slice(), "is"));
        assert_eq!(
            parse("createdDateTime ge 2020-01-01T00:00:00Z").unwrap(),
            Expr::Compare(
                path("createdDateTime"),
                Op::Ge,
                Literal::Instant("2020-01-01T00:00:00Z".to_owned())
            )
        );
        assert_eq!(parse("not isHidden").unwrap(), Expr::Not(Box::new(Expr::True(path("isHidden")))));
    }

    #[test]
    fn what_is_not_a_filter_is_refused() {
        for text in [
            "",
            "displayName",
            "displayName eq",
            "displayName eq Sales",
            "displayName eq 'Sales",
            "displayName = 'Sales'",
            "(displayName eq 'Sales'",
            "displayName eq 'Sales')",
            "displayName eq 'a' xor displayName eq 'b'",
            "displayName in 'a'",
            "displayName in ()",
            "contains(displayName)",
            "'a' eq displayName",
            "eq eq eq eq",
        ] {
            assert!(text == "displayName" || parse(text).is_err(), "{text}");
        }
        assert!(parse(&"(".repeat(10_000)).is_err());
    }
}
