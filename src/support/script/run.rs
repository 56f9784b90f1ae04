//! Runs scripts: expressions, and what functions do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, anyhow};

use super::host::Host;
use super::refused;
use super::syntax::{Expression, Function, Param, Statement};
use super::value::Value;

/// The variables of a function, or of a whole case, and those around them.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    variables: Mutex<BTreeMap<String, Value>>,
    around: Option<Arc<Scope>>,
}

impl Scope {
    fn inside(around: &Arc<Scope>) -> Arc<Scope> {
        Arc::new(Scope { variables: Mutex::default(), around: Some(Arc::clone(around)) })
    }

    pub(crate) fn declare(&self, name: &str, value: Value) {
        let mut variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
        variables.insert(name.to_owned(), value);
    }

    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
        let found = variables.get(name).cloned();
        found.or_else(|| self.around.as_ref()?.get(name))
    }

    /// Sets it where it was declared.
    fn set(&self, name: &str, value: Value) -> Result<()> {
        let is_here = {
            let variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
            variables.contains_key(name)
        };
        match &self.around {
            _ if is_here => self.declare(name, value),
            Some(around) => around.set(name, value)?,
            None => return Err(refused(format!("`{name}` is not known"))),
        }
        Ok(())
    }
}

/// Runs what one handler does with its context.
pub(crate) struct Runner<'a> {
    pub(super) host: Host<'a>,
}

impl<'a> Runner<'a> {
    pub(crate) fn new(host: Host<'a>) -> Self {
        Runner { host }
    }

    /// Calls a function with what it is given.
    pub(crate) fn call(&mut self, function: &Value, given: Vec<Value>) -> Result<Value> {
        match function {
            Value::Function(function, scope) => self.function(function, scope, given),
            Value::Method(of, name) => self.method(of, name, given),
            Value::Of("next") => self.host.next(given.first()),
            Value::Of("String") => {
                Ok(Value::text(given.first().map(Value::to_string).unwrap_or_default()))
            }
            Value::Of("sequence") => sequence(given),
            other => Err(refused(format!("a call of {other:?}"))),
        }
    }

    fn function(
        &mut self,
        function: &Function,
        scope: &Arc<Scope>,
        given: Vec<Value>,
    ) -> Result<Value> {
        let scope = Scope::inside(scope);
        let mut given = given.into_iter();
        for param in &function.params {
            let value = given.next().unwrap_or_default();
            match param {
                Param::Name(name) => scope.declare(name, value),
                Param::Fields(names) => {
                    for name in names {
                        scope.declare(name, self.member(&value, name)?);
                    }
                }
            }
        }
        Ok(self.statements(&function.body, &scope)?.unwrap_or_default())
    }

    /// Runs them up to a `return`, and gives what that gives.
    pub(crate) fn statements(
        &mut self,
        statements: &[Statement],
        scope: &Arc<Scope>,
    ) -> Result<Option<Value>> {
        for statement in statements {
            let returned = self.statement(statement, scope)?;
            if returned.is_some() {
                return Ok(returned);
            }
        }
        Ok(None)
    }

    fn statement(&mut self, statement: &Statement, scope: &Arc<Scope>) -> Result<Option<Value>> {
        match statement {
            Statement::Let(name, value) => {
                let value = self.evaluate(value, scope)?;
                scope.declare(name, value);
            }
            Statement::If(condition, then, other) => {
                if self.evaluate(condition, scope)?.is_true() {
                    return self.statement(then, scope);
                }
                if let Some(other) = other {
                    return self.statement(other, scope);
                }
            }
            Statement::Return(None) => return Ok(Some(Value::Undefined)),
            Statement::Return(Some(value)) => return self.evaluate(value, scope).map(Some),
            Statement::Throw(value) => {
                let thrown = self.evaluate(value, scope)?;
                return Err(match thrown.field("message") {
                    Value::Undefined => anyhow!("{thrown}"),
                    message => anyhow!("{message}"),
                });
            }
            Statement::Block(inside) => return self.statements(inside, &Scope::inside(scope)),
            Statement::Expression(value) => drop(self.evaluate(value, scope)?),
        }
        Ok(None)
    }

    pub(crate) fn evaluate(&mut self, of: &Expression, scope: &Arc<Scope>) -> Result<Value> {
        Ok(match of {
            Expression::Name(name) => scope
                .get(name)
                .or_else(|| global(name))
                .ok_or_else(|| refused(format!("`{name}` is not known")))?,
            Expression::Text(text) => Value::text(text),
            Expression::Number(number) => Value::Number(*number),
            Expression::Template(parts) => {
                let parts = self.all(parts, scope)?;
                Value::text(parts.iter().map(Value::to_string).collect::<String>())
            }
            Expression::List(values) => Value::list(self.all(values, scope)?),
            Expression::Object(fields) => self.object(fields, scope)?,
            Expression::Spread(_) => return Err(refused("`...`")),
            Expression::Function(function) => {
                Value::Function(Arc::clone(function), Arc::clone(scope))
            }
            Expression::Member(of, name, may_be_nothing) => {
                let of = self.evaluate(of, scope)?;
                if *may_be_nothing && of.is_nothing() {
                    return Ok(Value::Undefined);
                }
                let name = self.evaluate(name, scope)?.to_string();
                self.member(&of, &name)?
            }
            Expression::Call(function, given) => {
                let function = self.evaluate(function, scope)?;
                let given = self.all(given, scope)?;
                self.call(&function, given)?
            }
            Expression::New(class, given) => {
                let given = self.all(given, scope)?;
                self.construct(class, &given)?
            }
            Expression::Unary(mark, value) => unary(mark, self.evaluate(value, scope)?)?,
            Expression::Binary(mark, a, b) => self.binary(mark, a, b, scope)?,
            Expression::Choice(parts) => {
                let [condition, then, other] = &**parts;
                let is_true = self.evaluate(condition, scope)?.is_true();
                self.evaluate(if is_true { then } else { other }, scope)?
            }
            Expression::Assign(mark, target, value) => self.assign(mark, target, value, scope)?,
            Expression::Step(target) => {
                let Value::Number(before) = self.evaluate(target, scope)? else {
                    return Err(refused("`++` of what is no number"));
                };
                self.put(target, Value::Number(before + 1.0), scope)?;
                Value::Number(before)
            }
        })
    }

    fn all(&mut self, values: &[Expression], scope: &Arc<Scope>) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        for value in values {
            let Expression::Spread(inside) = value else {
                all.push(self.evaluate(value, scope)?);
                continue;
            };
            match self.evaluate(inside, scope)? {
                Value::List(values) => all.extend_from_slice(&values.lock()),
                other => all.extend(self.host.pairs(&other)?),
            }
        }
        Ok(all)
    }

    fn object(
        &mut self,
        fields: &[(Option<String>, Expression)],
        scope: &Arc<Scope>,
    ) -> Result<Value> {
        let mut object = Vec::new();
        for (name, value) in fields {
            let value = self.evaluate(value, scope)?;
            match (name, value) {
                (Some(name), value) => object.push((name.clone(), value)),
                (None, Value::Object(fields)) => object.extend_from_slice(&fields.lock()),
                (None, Value::Of("locals")) => object.extend(self.host.locals()?),
                (None, other) => return Err(refused(format!("`...` of {other:?}"))),
            }
        }
        Ok(Value::object(object))
    }

    fn binary(
        &mut self,
        mark: &str,
        a: &Expression,
        b: &Expression,
        scope: &Arc<Scope>,
    ) -> Result<Value> {
        let a = self.evaluate(a, scope)?;
        match mark {
            "&&" if !a.is_true() => return Ok(a),
            "||" if a.is_true() => return Ok(a),
            "??" if !a.is_nothing() => return Ok(a),
            _ => {}
        }
        let b = self.evaluate(b, scope)?;
        Ok(match (mark, &a, &b) {
            ("&&" | "||" | "??", ..) => b,
            ("===" | "==", ..) => Value::Bool(a.is_same(&b)),
            ("!==" | "!=", ..) => Value::Bool(!a.is_same(&b)),
            ("+", Value::Number(a), Value::Number(b)) => Value::Number(a + b),
            ("-", Value::Number(a), Value::Number(b)) => Value::Number(a - b),
            ("<", Value::Number(a), Value::Number(b)) => Value::Bool(a < b),
            (">", Value::Number(a), Value::Number(b)) => Value::Bool(a > b),
            ("<=", Value::Number(a), Value::Number(b)) => Value::Bool(a <= b),
            (">=", Value::Number(a), Value::Number(b)) => Value::Bool(a >= b),
            ("+", ..) => Value::text(format!("{a}{b}")),
            _ => return Err(refused(format!("{a:?} {mark} {b:?}"))),
        })
    }

    fn assign(
        &mut self,
        mark: &str,
        target: &Expression,
        value: &Expression,
        scope: &Arc<Scope>,
    ) -> Result<Value> {
        let before = match mark {
            "=" => Value::Undefined,
            _ => self.evaluate(target, scope)?,
        };
        let value = match mark {
            "??=" if !before.is_nothing() => return Ok(before),
            "||=" if before.is_true() => return Ok(before),
            "+=" => Value::text(format!("{before}{}", self.evaluate(value, scope)?)),
            _ => self.evaluate(value, scope)?,
        };
        self.put(target, value.clone(), scope)?;
        Ok(value)
    }

    fn put(&mut self, target: &Expression, value: Value, scope: &Arc<Scope>) -> Result<()> {
        match target {
            Expression::Name(name) => scope.set(name, value),
            Expression::Member(of, name, _) => {
                let of = self.evaluate(of, scope)?;
                let name = self.evaluate(name, scope)?.to_string();
                match &of {
                    Value::Object(fields) => {
                        let mut fields = fields.lock();
                        fields.retain(|(field, _)| *field != name);
                        fields.push((name, value));
                        Ok(())
                    }
                    Value::Of("locals") => self.host.put_local(name, value),
                    _ => Err(refused(format!("`{of:?}.{name}` cannot be set"))),
                }
            }
            other => Err(refused(format!("{other:?} cannot be set"))),
        }
    }
}

fn unary(mark: &str, value: Value) -> Result<Value> {
    Ok(match (mark, value) {
        ("await", value) => value,
        ("!", value) => Value::Bool(!value.is_true()),
        ("-", Value::Number(value)) => Value::Number(-value),
        (mark, value) => return Err(refused(format!("`{mark}` of {value:?}"))),
    })
}

/// What every script knows.
fn global(name: &str) -> Option<Value> {
    Some(match name {
        "undefined" => Value::Undefined,
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "sequence" => Value::Of("sequence"),
        "JSON" => Value::Of("JSON"),
        "String" => Value::Of("String"),
        "Response" => Value::Of("Response"),
        _ => return None,
    })
}

fn sequence(given: Vec<Value>) -> Result<Value> {
    match given.iter().find(|handler| !matches!(handler, Value::Function(..))) {
        Some(other) => Err(refused(format!("`sequence` of {other:?}, which is no function"))),
        None => Ok(Value::Sequence(given)),
    }
}
