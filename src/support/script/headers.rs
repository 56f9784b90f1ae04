//! Headers, as a script makes and reads them.

use anyhow::Result;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::refused;
use super::value::Value;

/// A header of a script.
pub(super) fn header(name: &Value, value: &Value) -> Result<(HeaderName, HeaderValue)> {
    let (name, value) = (name.to_string(), value.to_string());
    let refusal = |_| refused(format!("the header `{name}: {value}`"));
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused(&name))?;
    Ok((header, HeaderValue::from_str(&value).map_err(refusal)?))
}

/// Headers that are given as an object, as pairs, or as those of a response.
pub(super) fn headers(given: &Value) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    match given {
        Value::Undefined => {}
        Value::Headers(response) => headers = response.lock().headers().clone(),
        Value::Object(fields) => {
            for (name, value) in fields.lock().iter() {
                let (name, value) = header(&Value::text(name), value)?;
                headers.append(name, value);
            }
        }
        Value::List(pairs) => {
            for pair in pairs.lock().iter() {
                let Value::List(pair) = pair else { return Err(refused("headers")) };
                let [name, value] = &pair.lock()[..] else { return Err(refused("headers")) };
                let (name, value) = header(name, value)?;
                headers.append(name, value);
            }
        }
        other => return Err(refused(format!("headers of {other:?}"))),
    }
    Ok(headers)
}

/// Calls a method of headers: what it gives, and whether it was one that changes them.
pub(super) fn method(headers: &mut HeaderMap, name: &str, given: &[Value]) -> Result<Value> {
    match (name, given) {
        ("get", [name]) => {
            let value = headers.get(name.to_string()).map(HeaderValue::as_bytes);
            return Ok(value.map_or(Value::Null, |it| Value::text(String::from_utf8_lossy(it))));
        }
        ("has", [name]) => return Ok(Value::Bool(headers.contains_key(name.to_string()))),
        ("set", [name, value]) => {
            let (name, value) = header(name, value)?;
            headers.insert(name, value);
        }
        ("append", [name, value]) => {
            let (name, value) = header(name, value)?;
            headers.append(name, value);
        }
        ("delete", [name]) => drop(headers.remove(name.to_string())),
        _ => return Err(refused(format!("`headers.{name}`"))),
    }
    Ok(Value::Undefined)
}
