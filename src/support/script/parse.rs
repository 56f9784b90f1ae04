//! Reads scripts.

use std::sync::Arc;

use anyhow::Result;

use super::refused;
use super::syntax::{Expression, Function, Param, Statement};
use super::tokens::{Token, tokens};

/// Reads one expression, such as a handler.
pub(crate) fn expression(source: &str) -> Result<Expression> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0 };
    let expression = parser.expression()?;
    parser.skip(";");
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(refused(source)),
    }
}

/// Reads a module: imports are known already, and an export is a constant.
pub(crate) fn module(source: &str) -> Result<Vec<Statement>> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0 };
    let mut statements = Vec::new();
    while parser.peek().is_some() {
        if parser.skip_name("import") {
            while parser.peek().is_some() && !parser.skip(";") {
                parser.at += 1;
            }
            continue;
        }
        parser.skip_name("export");
        statements.push(parser.statement()?);
    }
    Ok(statements)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

/// From the loosest to the tightest; each joins from left to right.
const LEVELS: [&[&str]; 7] = [
    &["??"],
    &["||"],
    &["&&"],
    &["===", "!==", "==", "!="],
    &["<=", ">=", "<", ">"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is(&self, ahead: usize, mark: &str) -> bool {
        matches!(self.tokens.get(self.at + ahead), Some(Token::Mark(found)) if *found == mark)
    }

    fn skip(&mut self, mark: &str) -> bool {
        let is_there = self.is(0, mark);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_name(&mut self, name: &str) -> bool {
        let is_there = matches!(self.peek(), Some(Token::Name(found)) if found == name);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, mark: &str) -> Result<()> {
        match self.skip(mark) {
            true => Ok(()),
            false => Err(refused(format!("`{mark}` should be where {:?} is", self.peek()))),
        }
    }

    fn name(&mut self) -> Result<String> {
        match self.peek().cloned() {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name)
            }
            other => Err(refused(format!("a name should be where {other:?} is"))),
        }
    }

    fn statement(&mut self) -> Result<Statement> {
        if self.skip("{") {
            return Ok(Statement::Block(self.block()?));
        }
        if self.skip_name("if") {
            self.expect("(")?;
            let condition = self.expression()?;
            self.expect(")")?;
            let then = Box::new(self.statement()?);
            let other = match self.skip_name("else") {
                true => Some(Box::new(self.statement()?)),
                false => None,
            };
            return Ok(Statement::If(condition, then, other));
        }
        let statement = if self.skip_name("const") || self.skip_name("let") {
            let name = self.name()?;
            self.expect("=")?;
            Statement::Let(name, self.expression()?)
        } else if self.skip_name("return") {
            let is_over = self.peek().is_none() || self.is(0, ";") || self.is(0, "}");
            Statement::Return(if is_over { None } else { Some(self.expression()?) })
        } else if self.skip_name("throw") {
            Statement::Throw(self.expression()?)
        } else {
            Statement::Expression(self.expression()?)
        };
        self.skip(";");
        Ok(statement)
    }

    /// What comes after the `{` of a block.
    fn block(&mut self) -> Result<Vec<Statement>> {
        let mut statements = Vec::new();
        while !self.skip("}") {
            if !self.skip(";") {
                statements.push(self.statement()?);
            }
        }
        Ok(statements)
    }

    fn expression(&mut self) -> Result<Expression> {
        if let Some(function) = self.function()? {
            return Ok(function);
        }
        let left = self.level(0)?;
        if self.skip("?") {
            let then = self.expression()?;
            self.expect(":")?;
            return Ok(Expression::Choice(Box::new([left, then, self.expression()?])));
        }
        for mark in ["=", "??=", "||=", "+="] {
            if self.skip(mark) {
                let value = self.expression()?;
                return Ok(Expression::Assign(mark, Box::new(left), Box::new(value)));
            }
        }
        Ok(left)
    }

    /// An arrow function, where one begins here.
    fn function(&mut self) -> Result<Option<Expression>> {
        let start = self.at;
        self.skip_name("async");
        let is_arrow = match self.peek() {
            Some(Token::Name(_)) => self.is(1, "=>"),
            Some(Token::Mark("(")) => {
                let mut depth = 0;
                let closes = |token: &Token| {
                    depth += i32::from(*token == Token::Mark("("));
                    depth -= i32::from(*token == Token::Mark(")"));
                    depth == 0
                };
                let end = self.tokens[self.at..].iter().position(closes);
                end.is_some_and(|end| self.is(end + 1, "=>"))
            }
            _ => false,
        };
        if !is_arrow {
            self.at = start;
            return Ok(None);
        }
        let params = match self.skip("(") {
            true => self.separated(")", Parser::param)?,
            false => vec![Param::Name(self.name()?)],
        };
        self.expect("=>")?;
        let body = match self.skip("{") {
            true => self.block()?,
            false => vec![Statement::Return(Some(self.expression()?))],
        };
        Ok(Some(Expression::Function(Arc::new(Function { params, body }))))
    }

    fn param(&mut self) -> Result<Param> {
        match self.skip("{") {
            true => Ok(Param::Fields(self.separated("}", Parser::name)?)),
            false => Ok(Param::Name(self.name()?)),
        }
    }

    /// What stands between commas, up to a mark.
    fn separated<T>(&mut self, end: &str, one: fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while !self.skip(end) {
            all.push(one(self)?);
            if !self.is(0, end) {
                self.expect(",")?;
            }
        }
        Ok(all)
    }

    fn level(&mut self, level: usize) -> Result<Expression> {
        let Some(marks) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some(mark) = marks.iter().find(|mark| self.is(0, mark)) {
            self.at += 1;
            let right = self.level(level + 1)?;
            left = Expression::Binary(mark, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression> {
        for word in ["await", "typeof"] {
            if self.skip_name(word) {
                return Ok(Expression::Unary(word, Box::new(self.unary()?)));
            }
        }
        for mark in ["!", "-"] {
            if self.skip(mark) {
                return Ok(Expression::Unary(mark, Box::new(self.unary()?)));
            }
        }
        let mut value = self.primary()?;
        loop {
            if self.is(0, ".") || self.is(0, "?.") {
                let may_be_nothing = self.is(0, "?.");
                self.at += 1;
                let name = Expression::Text(self.name()?);
                value = Expression::Member(Box::new(value), Box::new(name), may_be_nothing);
            } else if self.skip("[") {
                let name = self.expression()?;
                self.expect("]")?;
                value = Expression::Member(Box::new(value), Box::new(name), false);
            } else if self.skip("(") {
                value = Expression::Call(Box::new(value), self.separated(")", Parser::item)?);
            } else if self.skip("++") {
                value = Expression::Step(Box::new(value));
            } else {
                return Ok(value);
            }
        }
    }

    fn item(&mut self) -> Result<Expression> {
        match self.skip("...") {
            true => Ok(Expression::Spread(Box::new(self.expression()?))),
            false => self.expression(),
        }
    }

    fn field(&mut self) -> Result<(Option<String>, Expression)> {
        if self.skip("...") {
            return Ok((None, self.expression()?));
        }
        let name = match self.peek().cloned() {
            Some(Token::Text(name)) => {
                self.at += 1;
                name
            }
            _ => self.name()?,
        };
        let value = match self.skip(":") {
            true => self.expression()?,
            false => Expression::Name(name.clone()),
        };
        Ok((Some(name), value))
    }

    fn primary(&mut self) -> Result<Expression> {
        let token = self.peek().cloned().ok_or_else(|| refused("ends too early"))?;
        self.at += 1;
        Ok(match token {
            Token::Name(name) if name == "new" => {
                let class = self.name()?;
                self.expect("(")?;
                Expression::New(class, self.separated(")", Parser::item)?)
            }
            Token::Name(name) => Expression::Name(name),
            Token::Text(text) => Expression::Text(text),
            Token::Number(number) => Expression::Number(number),
            Token::Template(parts) => {
                let part = |(at, part): (usize, String)| match at % 2 {
                    0 => Ok(Expression::Text(part)),
                    _ => expression(&part),
                };
                let parts: Result<_> = parts.into_iter().enumerate().map(part).collect();
                Expression::Template(parts?)
            }
            Token::Mark("[") => Expression::List(self.separated("]", Parser::item)?),
            Token::Mark("{") => Expression::Object(self.separated("}", Parser::field)?),
            Token::Mark("(") => {
                let inside = self.expression()?;
                self.expect(")")?;
                inside
            }
            other @ Token::Mark(_) => return Err(refused(format!("{other:?}"))),
        })
    }
}
