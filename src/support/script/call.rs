//! Fields, methods and classes, as a script uses them.

use anyhow::Result;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use super::host::Host;
use super::run::Runner;
use super::value::{Shared, Value};
use super::{headers, refused};
use crate::response::body;
use crate::testing::block_on;

impl Runner<'_> {
    /// `of.name`; what is no field is a method.
    pub(super) fn member(&mut self, of: &Value, name: &str) -> Result<Value> {
        let method = || Value::Method(Box::new(of.clone()), name.to_owned());
        Ok(match (of, name) {
            (Value::Of("JSON" | "Response"), _) => method(),
            (Value::Of(place), _) => self.host.field(place, name)?.unwrap_or_else(method),
            (Value::Object(_), _) => of.field(name),
            (Value::Response(response), "status") => {
                Value::Number(response.lock().status().as_u16().into())
            }
            (Value::Response(response), "ok") => Value::Bool(response.lock().status().is_success()),
            (Value::Response(response), "headers") => Value::Headers(response.clone()),
            (Value::Undefined | Value::Null, _) => {
                anyhow::bail!("cannot read properties of {of} (reading '{name}')")
            }
            _ => method(),
        })
    }

    /// `of.name(given)`.
    pub(super) fn method(&mut self, of: &Value, name: &str, given: Vec<Value>) -> Result<Value> {
        let unknown = || refused(format!("`{of:?}.{name}()`"));
        let first = || given.first().cloned().unwrap_or_default();
        match (of, name) {
            (Value::Of("ctx"), "redirect") => self.host.redirect(&first(), given.get(1)),
            (Value::Of("ctx"), "rewrite") => self.host.rewrite(given.first()),
            (Value::Of("cookies"), _) => self.cookies(name, &given),
            (Value::Of("request.headers"), "get" | "has") => {
                headers::method(&mut self.host.context()?.request.headers().clone(), name, &given)
            }
            (Value::Of("JSON"), "stringify") => match first() {
                Value::Of("locals") => {
                    Ok(Value::text(self.host.context()?.locals.try_serialize()?))
                }
                value => Ok(Value::text(serde_json::to_string(&value)?)),
            },
            (Value::Of("Response"), "json") => {
                let json = Value::text(serde_json::to_string(&first())?);
                respond(&json, &given.get(1).cloned().unwrap_or_default(), "application/json")
            }
            (Value::Of("Response"), "redirect") => {
                let status = given.get(1).cloned().unwrap_or(Value::Number(302.0));
                let to = Value::object(vec![("location".to_owned(), first())]);
                let init =
                    Value::object(vec![("status".to_owned(), status), ("headers".to_owned(), to)]);
                respond(&Value::Null, &init, "")
            }
            (Value::Headers(response), _) => {
                headers::method(response.lock().headers_mut(), name, &given)
            }
            (Value::Response(response), "text" | "json") => {
                let body = std::mem::take(response.lock().body_mut());
                let text = String::from_utf8(block_on(body::bytes(body))?.to_vec())?;
                match name {
                    "text" => Ok(Value::text(text)),
                    _ => Ok(Value::of_json(&serde_json::from_str(&text)?)),
                }
            }
            (Value::List(list), "push") => {
                list.lock().extend(given);
                Ok(Value::Undefined)
            }
            (Value::List(list), "join") => {
                let texts: Vec<String> = list.lock().iter().map(Value::to_string).collect();
                Ok(Value::text(texts.join(&first().to_string())))
            }
            (Value::Text(text), _) => {
                let other = first().to_string();
                Ok(match name {
                    "includes" => Value::Bool(text.contains(&other)),
                    "startsWith" => Value::Bool(text.starts_with(&other)),
                    "endsWith" => Value::Bool(text.ends_with(&other)),
                    "toUpperCase" => Value::text(text.to_uppercase()),
                    "toLowerCase" => Value::text(text.to_lowercase()),
                    "trim" => Value::text(text.trim()),
                    _ => return Err(unknown()),
                })
            }
            _ => Err(unknown()),
        }
    }

    fn cookies(&mut self, name: &str, given: &[Value]) -> Result<Value> {
        let cookies = &self.host.context()?.cookies;
        match (name, given) {
            ("set", [name, value]) => cookies.set((name.to_string(), value.to_string()))?,
            ("delete", [name]) => cookies.delete(name.to_string()),
            ("has", [name]) => return Ok(Value::Bool(cookies.has(&name.to_string()))),
            ("get", [name]) => {
                let value = |value| Value::object(vec![("value".to_owned(), Value::Text(value))]);
                return Ok(cookies.get(&name.to_string()).map(value).unwrap_or_default());
            }
            _ => return Err(refused(format!("`cookies.{name}` of {given:?}"))),
        }
        Ok(Value::Undefined)
    }

    /// `new class(given)`.
    pub(super) fn construct(&mut self, class: &str, given: &[Value]) -> Result<Value> {
        let at = |at: usize| given.get(at).cloned().unwrap_or_default();
        match class {
            "Response" => respond(&at(0), &at(1), "text/plain;charset=UTF-8"),
            "Error" => Ok(Value::object(vec![("message".to_owned(), at(0))])),
            "Headers" | "Uint8Array" => Ok(at(0)),
            "URL" => {
                let (path, url) = (at(0).to_string(), &self.host.context()?.url);
                match (at(1), url.authority()) {
                    (Value::Of("url"), Some(authority)) if path.starts_with('/') => {
                        let scheme = url.scheme_str().unwrap_or("http");
                        Ok(Value::text(format!("{scheme}://{authority}{path}")))
                    }
                    _ => Err(refused("`new URL`")),
                }
            }
            _ => Err(refused(format!("`new {class}`"))),
        }
    }
}

/// `new Response(body, { status, headers })`, with the content type of a text where none is given.
fn respond(body: &Value, init: &Value, content_type: &'static str) -> Result<Value> {
    let mut response = Response::new(match body {
        Value::Undefined | Value::Null => Body::empty(),
        Value::Text(text) => Body::from(text.clone()),
        Value::List(bytes) => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes")]
            let byte = |byte: &Value| match byte {
                Value::Number(byte) => Ok(*byte as u8),
                other => Err(refused(format!("the byte {other:?}"))),
            };
            Body::from(bytes.lock().iter().map(byte).collect::<Result<Vec<u8>>>()?)
        }
        other => return Err(refused(format!("a response of {other:?}"))),
    });
    if let status @ Value::Number(_) = init.field("status") {
        *response.status_mut() = StatusCode::from_bytes(status.to_string().as_bytes())
            .map_err(|_| refused(format!("the status {status}")))?;
    }
    *response.headers_mut() = headers::headers(&init.field("headers"))?;
    if matches!(body, Value::Text(_)) && !response.headers().contains_key(header::CONTENT_TYPE) {
        let content_type = HeaderValue::from_static(content_type);
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    Ok(Value::Response(Shared::new(response)))
}

impl std::fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}
