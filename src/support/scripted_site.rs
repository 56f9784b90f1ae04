//! Sites whose middleware and endpoints are the scripts of a case.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use axum::response::Response;

use super::script::{self, Host, Refused, Runner, Scope, Value, refused};
use super::{leak, sort_patterns};
use crate::config::Config;
use crate::context::Context;
use crate::middleware::{Middleware, Next, sequence};
use crate::route::{Answer, Endpoint, Route};
use crate::site::Site;

/// The exports that are endpoints, and how each is called.
const ENDPOINTS: [(&str, Endpoint); 8] = [
    ("GET", Endpoint::OnContext(endpoint::<0>)),
    ("POST", Endpoint::OnContext(endpoint::<1>)),
    ("PUT", Endpoint::OnContext(endpoint::<2>)),
    ("PATCH", Endpoint::OnContext(endpoint::<3>)),
    ("DELETE", Endpoint::OnContext(endpoint::<4>)),
    ("HEAD", Endpoint::OnContext(endpoint::<5>)),
    ("OPTIONS", Endpoint::OnContext(endpoint::<6>)),
    ("ALL", Endpoint::OnContext(endpoint::<7>)),
];

/// What a site is made of, and once it is one, what its functions do.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// The variables of the case.
    pub(crate) scope: Arc<Scope>,
    handlers: Vec<Value>,
    /// What is there before the middleware runs.
    pub(crate) locals: Vec<(String, Value)>,
    routes: Vec<Route>,
    /// Pattern, method and function.
    endpoints: Vec<(&'static str, &'static str, Value)>,
    refusals: Mutex<Vec<String>>,
}

/// The programs of all sites: a function pointer of a site carries nothing along.
static PROGRAMS: Mutex<Vec<(&'static Site, Arc<Program>)>> = Mutex::new(Vec::new());

impl Program {
    /// Takes a handler, `sequence(…)`, or a module that exports `onRequest`.
    pub(crate) fn middleware(&mut self, source: &str) -> Result<()> {
        if source.is_empty() {
            return Ok(());
        }
        let value = match source.contains("export ") {
            true => self.module_scope(source)?.get("onRequest").context("no `onRequest`")?,
            false => self.value(source)?,
        };
        self.handlers = match value {
            Value::Sequence(handlers) => handlers,
            handler => vec![handler],
        };
        Ok(())
    }

    /// Adds a page: the source of each of its exports by method.
    pub(crate) fn page<'s>(
        &mut self,
        file: &str,
        is_prerendered: bool,
        exports: impl IntoIterator<Item = (&'s str, &'s str)>,
        config: &'static Config,
    ) -> Result<()> {
        let (stem, _) = file.rsplit_once('.').unwrap_or((file, ""));
        let route = match stem.strip_suffix("/index").or((stem == "index").then_some("")) {
            Some(folder) => super::index_route(&format!("/{folder}"), Config { ..*config }),
            None => super::route(&format!("/{stem}"), Config { ..*config }),
        };
        let mut endpoints = Vec::new();
        for (export, source) in exports {
            let known = ENDPOINTS.into_iter().find(|(method, _)| *method == export);
            let known = known.ok_or_else(|| refused(format!("the export `{export}`")))?;
            endpoints.push(known);
            self.endpoints.push((route.pattern, known.0, self.value(source)?));
        }
        if endpoints.is_empty() {
            return Err(refused("a page without an endpoint"));
        }
        let endpoints = endpoints.leak();
        self.routes.push(Route { config, prerender: is_prerendered, endpoints, ..*route });
        Ok(())
    }

    /// The same from the source of a whole module.
    pub(crate) fn module(
        &mut self,
        file: &str,
        source: &str,
        config: &'static Config,
    ) -> Result<()> {
        let exports: Vec<(&str, &str)> = source
            .split("export const ")
            .skip(1)
            .filter_map(|export| export.split_once('='))
            .map(|(name, source)| (name.trim(), source.trim().trim_end_matches(';')))
            .collect();
        self.page(file, true, exports, config)
    }

    /// Makes a site of it all.
    pub(crate) fn site(
        mut self,
        config: &'static Config,
        folder: &'static str,
    ) -> (&'static Site, Arc<Program>) {
        let mut order: Vec<&str> = self.routes.iter().map(|route| route.pattern).collect();
        sort_patterns(&mut order);
        self.routes.sort_by_key(|route| order.iter().position(|it| *it == route.pattern));
        let has_middleware = !self.handlers.is_empty() || !self.locals.is_empty();
        let site = leak(Site {
            package: folder,
            folder,
            config,
            routes: self.routes.clone().leak(),
            middleware: has_middleware.then_some(Middleware { on_request, matcher: None }),
            sources: &[],
        });
        let program = Arc::new(self);
        let mut programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
        programs.push((site, Arc::clone(&program)));
        (site, program)
    }

    /// An `Err` where a script did what Rust has no counterpart of.
    pub(crate) fn check(&self) -> Result<(), String> {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.first().map_or(Ok(()), |refusal| Err(refusal.clone()))
    }

    fn value(&self, source: &str) -> Result<Value> {
        let expression = script::expression(source)?;
        Runner::new(Host::Nobody).evaluate(&expression, &self.scope)
    }

    fn module_scope(&self, source: &str) -> Result<Arc<Scope>> {
        let statements = script::module(source)?;
        Runner::new(Host::Nobody).statements(&statements, &self.scope)?;
        Ok(Arc::clone(&self.scope))
    }

    /// Lets a function answer.
    fn answer(&self, function: &Value, host: Host<'_>) -> Result<Response> {
        let given = match host {
            Host::Middleware(..) => vec![Value::Of("ctx"), Value::Of("next")],
            _ => vec![Value::Of("ctx")],
        };
        let answer = match Runner::new(host).call(function, given) {
            Ok(Value::Response(response)) => return Ok(std::mem::take(&mut *response.lock())),
            Ok(other) => Err(refused(format!("an answer that is {other:?}, and no response"))),
            Err(error) => Err(error),
        };
        if let Err(error) = &answer
            && error.is::<Refused>()
        {
            let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
            refusals.push(error.to_string());
        }
        answer
    }
}

fn program_of(ctx: &Context) -> Result<Arc<Program>> {
    let site = ctx.engine.as_ref().context("a context of no site")?.site();
    let programs = PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner);
    let found = programs.iter().find(|(of, _)| std::ptr::eq(*of, site));
    found.map(|(_, program)| Arc::clone(program)).context("a site without a program")
}

fn endpoint<const AT: usize>(ctx: &Context) -> Answer<'_> {
    Box::pin(async {
        let program = program_of(ctx)?;
        let is_it = |(pattern, method, _): &&(&str, &str, Value)| {
            *pattern == ctx.route_pattern && *method == ENDPOINTS[AT].0
        };
        let (_, _, function) = program.endpoints.iter().find(is_it).context("no such endpoint")?;
        program.answer(function, Host::Endpoint(ctx))
    })
}

fn on_request<'a>(ctx: &'a mut Context, next: Next<'a>) -> Answer<'a> {
    Box::pin(async move {
        let program = program_of(ctx)?;
        for (name, value) in &program.locals {
            ctx.locals.insert(name.clone(), value.clone());
        }
        match program.handlers.len() {
            0 => next.run(ctx).await,
            1 => step::<0>(ctx, next).await,
            2 => sequence((step::<0>, step::<1>)).run(ctx, next).await,
            3 => sequence((step::<0>, step::<1>, step::<2>)).run(ctx, next).await,
            4 => sequence((step::<0>, step::<1>, step::<2>, step::<3>)).run(ctx, next).await,
            more => Err(refused(format!("{more} handlers"))),
        }
    })
}

/// A handler of a sequence, by its place.
async fn step<const AT: usize>(ctx: &mut Context, next: Next<'_>) -> Result<Response> {
    let program = program_of(ctx)?;
    // Some cases note the number of a handler, which is not in their text.
    program.scope.declare("i", Value::text((AT + 1).to_string()));
    program.answer(&program.handlers[AT], Host::Middleware(ctx, Some(next)))
}
