//! What a script knows of kiln: the context of its request, and what comes after a middleware.

use anyhow::{Result, anyhow};
use http::StatusCode;

use super::refused;
use super::value::{Shared, Value};
use crate::config::{Format, TrailingSlash};
use crate::context::Context;
use crate::middleware::Next;
use crate::testing::block_on;

/// Whose context it is.
pub(crate) enum Host<'a> {
    Middleware(&'a mut Context, Option<Next<'a>>),
    Endpoint(&'a Context),
    /// That of what stands around the handlers.
    Nobody,
}

impl Host<'_> {
    pub(super) fn context(&self) -> Result<&Context> {
        match self {
            Host::Middleware(ctx, _) => Ok(ctx),
            Host::Endpoint(ctx) => Ok(ctx),
            Host::Nobody => Err(refused("there is no context here")),
        }
    }

    /// `next()`, and `next("/other")`.
    pub(super) fn next(&mut self, rewrite: Option<&Value>) -> Result<Value> {
        let Host::Middleware(ctx, next) = self else {
            return Err(refused("there is no `next` here"));
        };
        let next = next.take().ok_or_else(|| refused("`next` is called twice, and used up"))?;
        let next = match rewrite {
            Some(Value::Text(path)) => next.rewrite(path),
            None => next,
            Some(other) => return Err(refused(format!("a rewrite to {other:?}"))),
        };
        let response = block_on(next.run(ctx))?;
        Ok(Value::Response(Shared::new(response)))
    }

    pub(super) fn rewrite(&self, to: Option<&Value>) -> Result<Value> {
        let Some(Value::Text(path)) = to else { return Err(refused("a rewrite to no text")) };
        let response = block_on(self.context()?.rewrite(path))?;
        Ok(Value::Response(Shared::new(response)))
    }

    pub(super) fn redirect(&self, to: &Value, status: Option<&Value>) -> Result<Value> {
        let ctx = self.context()?;
        let to = to.to_string();
        let response = match status {
            None => ctx.redirect(to)?,
            Some(status) => {
                let status = status.to_string();
                let status = StatusCode::from_bytes(status.as_bytes())
                    .map_err(|_| refused(format!("the status {status}")))?;
                ctx.redirect_with(status, to)?
            }
        };
        Ok(Value::Response(Shared::new(response)))
    }

    pub(super) fn put_local(&mut self, name: String, value: Value) -> Result<()> {
        let Host::Middleware(ctx, _) = self else {
            return Err(refused("locals are set by middleware"));
        };
        ctx.locals.insert(name, value);
        Ok(())
    }

    fn local(&self, name: &str) -> Result<Value> {
        let locals = &self.context()?.locals;
        match locals.contains(name) {
            true => locals.get::<Value>(name).cloned(),
            false => Ok(Value::Undefined),
        }
    }

    /// All locals, in their order.
    pub(super) fn locals(&self) -> Result<Vec<(String, Value)>> {
        let json = self.context()?.locals.try_serialize()?;
        match Value::of_json(&serde_json::from_str(&json)?) {
            Value::Object(fields) => Ok(fields.lock().clone()),
            other => Err(anyhow!("locals are {other:?}")),
        }
    }

    /// What headers give one after the other.
    pub(super) fn pairs(&self, of: &Value) -> Result<Vec<Value>> {
        let headers = match of {
            Value::Of("request.headers") => self.context()?.request.headers().clone(),
            Value::Headers(response) => response.lock().headers().clone(),
            other => return Err(refused(format!("`...` of {other:?}"))),
        };
        let pair = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            Value::list(vec![Value::text(name.as_str()), Value::text(value)])
        };
        Ok(headers.iter().map(pair).collect())
    }

    /// A field of something of kiln; `None` where it may be a method.
    pub(super) fn field(&self, of: &str, name: &str) -> Result<Option<Value>> {
        let ctx = self.context()?;
        Ok(Some(match (of, name) {
            ("ctx", "locals") => Value::Of("locals"),
            ("ctx", "cookies") => Value::Of("cookies"),
            ("ctx", "url") => Value::Of("url"),
            ("ctx", "request") => Value::Of("request"),
            ("ctx", "params") => {
                let params = ctx.params.iter();
                let params = params.map(|(name, value)| (name.to_owned(), Value::text(value)));
                Value::object(params.collect())
            }
            ("ctx", "routePattern") => Value::text(ctx.route_pattern),
            ("ctx", "isPrerendered") => Value::Bool(ctx.is_prerendered),
            ("ctx", "originPathname") => Value::text(origin_pathname(ctx)),
            ("ctx", "site") => ctx.site.map(Value::text).unwrap_or_default(),
            ("ctx", "generator") => Value::text(ctx.generator()),
            ("ctx", "clientAddress") => Value::text(ctx.client_address()?.to_string()),
            ("locals", name) => self.local(name)?,
            ("url", "pathname") => Value::text(ctx.url.path()),
            ("url", "search") => {
                Value::text(ctx.url.query().map(|query| format!("?{query}")).unwrap_or_default())
            }
            ("url", "href") => Value::text(ctx.url.to_string()),
            ("url", "host") => Value::text(ctx.url.authority().map_or("", |it| it.as_str())),
            ("request", "method") => Value::text(ctx.request.method().as_str()),
            ("request", "url") => Value::text(ctx.request.uri().to_string()),
            ("request", "headers") => Value::Of("request.headers"),
            ("ctx", "redirect" | "rewrite") | ("cookies" | "request.headers", _) => {
                return Ok(None);
            }
            _ => return Err(refused(format!("`{of}.{name}`"))),
        }))
    }
}

/// The path of the request as Astro has it: with `ignore` and folders each has a slash at its end, where kiln's is the
/// path that came. The cases of the group `origin_pathname` are about that alone; here it would hide all else.
fn origin_pathname(ctx: &Context) -> String {
    let path = &ctx.origin_pathname;
    let config = ctx.engine.as_ref().map(|engine| engine.site().config);
    let has_slash = config.is_some_and(|config| {
        config.trailing_slash == TrailingSlash::Ignore && config.format == Format::Directory
    });
    match has_slash && !path.ends_with('/') {
        true => format!("{path}/"),
        false => path.clone(),
    }
}
