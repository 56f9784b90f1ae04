//! What a script is made of.

use std::sync::Arc;

/// A piece of a script that has a value.
#[derive(Debug)]
pub(crate) enum Expression {
    Name(String),
    Text(String),
    Number(f64),
    Template(Vec<Expression>),
    List(Vec<Expression>),
    /// Names and values; no name before a `...`.
    Object(Vec<(Option<String>, Expression)>),
    Spread(Box<Expression>),
    Function(Arc<Function>),
    /// `a.b`; where it is `a?.b` of nothing, it is nothing.
    Member(Box<Expression>, Box<Expression>, bool),
    Call(Box<Expression>, Vec<Expression>),
    New(String, Vec<Expression>),
    Unary(&'static str, Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    /// Condition, and both ways.
    Choice(Box<[Expression; 3]>),
    Assign(&'static str, Box<Expression>, Box<Expression>),
    /// `i++`.
    Step(Box<Expression>),
}

/// A function of a script.
#[derive(Debug)]
pub(crate) struct Function {
    pub(super) params: Vec<Param>,
    pub(super) body: Vec<Statement>,
}

/// What a param is called, or the fields that are taken out of it.
#[derive(Debug)]
pub(super) enum Param {
    Name(String),
    Fields(Vec<String>),
}

/// A step of a function.
#[derive(Debug)]
pub(crate) enum Statement {
    Let(String, Expression),
    If(Expression, Box<Statement>, Option<Box<Statement>>),
    Return(Option<Expression>),
    Throw(Expression),
    Block(Vec<Statement>),
    Expression(Expression),
}
