use std::collections::BTreeMap;
use std::ops::Bound;

use serde_core::Serializer;
use serde_json::{Value, json};

use crate::page::locals::*;
use crate::support::vectors;

mod other {
    #[derive(Debug)]
    pub(super) struct String;
}

#[test]
fn errors_of_get_list_the_existing_names() {
    let mut locals = Locals::default();
    let missing = |locals: &Locals, key| locals.get::<u8>(key).unwrap_err().to_string();
    assert_eq!(missing(&locals, "user"), "the local `user` is missing: there are no locals");
    locals.insert("user", String::from("Ada"));
    assert_eq!(missing(&locals, "theme"), "the local `theme` is missing: there is only `user`");
    locals.insert("roles", vec!["admin"]);
    assert_eq!(
        missing(&locals, "User"),
        "the local `User` is missing: did you mean `user`? There are `user`, `roles`"
    );
    let other = [
        (locals.get::<u8>("user").unwrap_err(), "`String`, not `u8`"),
        (
            locals.get::<other::String>("user").unwrap_err(),
            "`alloc::string::String`, not `kiln::page::locals::tests::other::String`",
        ),
        (locals.get::<()>("user").unwrap_err(), "`String`, not `()`"),
        (
            locals.get::<Vec<u8>>("roles").unwrap_err(),
            "`alloc::vec::Vec<&str>`, not `alloc::vec::Vec<u8>`",
        ),
    ];
    for (error, expected) in other {
        let error = error.to_string();
        assert!(error.ends_with(&format!("is of type {expected}")), "{error}");
    }
}

#[test]
fn a_value_is_replaced_in_its_place() {
    let mut locals = Locals::default();
    locals.insert("a", 1);
    locals.insert(String::from("b"), 2);
    locals.insert("a", "one");
    assert_eq!(format!("{locals:?}"), "{\"a\": \"&str\", \"b\": \"i32\"}");
    assert!(locals.remove("a"));
    locals.insert("a", 3);
    assert_eq!(locals.try_serialize().unwrap(), "{\"b\":2,\"a\":3}");
}

#[test]
fn locals_are_send_and_sync() {
    fn check<T: Send + Sync>(_: &T) {}
    check(&Locals::default());
    assert_eq!(Locals::default().entries.capacity(), 0);
}

#[test]
fn values_are_serialized_as_in_astro() {
    vectors::check("locals_serialize", LEFT_OUT, |case| {
        let expected = &case["expect"];
        let kind = vectors::text(&case["value_kind"]);
        let mut locals = Locals::default();
        match (kind, &case["value"]) {
            ("NaN", _) => locals.insert("value", f64::NAN),
            ("Infinity", _) => locals.insert("value", f64::INFINITY),
            ("-Infinity", _) => locals.insert("value", f64::NEG_INFINITY),
            ("bigint", _) => locals.insert("value", u128::MAX),
            (kind, _) if kind.contains("Array(") || kind.ends_with("8Array") => {
                locals.insert("value", Bytes);
            }
            (kind, _) if kind.contains("10000") || kind.contains("10 000") => {
                locals.insert("value", Nested(10_000));
            }
            (_, value) if case.get("value").is_some() => locals.insert("value", value.clone()),
            _ => return Err("Rust has no such value".to_owned()),
        }
        let actual = locals.try_serialize();
        match (actual, expected["json"].as_str()) {
            (Ok(actual), Some(json)) => vectors::same(&actual, &format!("{{\"value\":{json}}}")),
            // The cases do not include long texts.
            (Ok(_), None) if expected["ok"] == true => Ok(()),
            (Err(error), None) if expected["ok"] == false => {
                vectors::same(&error.to_string().contains("cannot be serialized"), &true)
            }
            (actual, _) => Err(format!("{actual:?}")),
        }
    });
}

const LEFT_OUT: &vectors::LeftOut = &[
    (
        "the compiler refuses values without `Serialize`, and all others have a JSON form",
        &[
            "locals_serialize-009",
            "locals_serialize-013",
            "locals_serialize-023",
            "locals_serialize-024",
            "locals_serialize-027",
            "locals_serialize-028",
        ],
    ),
    (
        "Rust has no `undefined`",
        &["locals_serialize-016", "locals_serialize-017", "locals_serialize-018"],
    ),
    (
        "Rust has neither prototypes nor boxed strings, and methods are not fields",
        &["locals_serialize-033", "locals_serialize-034", "locals_serialize-043"],
    ),
    ("a cyclic value is refused", &["locals_serialize-045"]),
];

struct Bytes;

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(b"bytes")
    }
}

/// This number of nested arrays.
struct Nested(usize);

impl Serialize for Nested {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_unit(),
            levels => [Nested(levels - 1)].serialize(serializer),
        }
    }
}

/// A value that contains itself.
struct Endless;

impl Serialize for Endless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("self", Endless)])
    }
}

struct Failing;

impl Serialize for Failing {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde_core::ser::Error::custom("no such user"))
    }
}

fn serialized<T: Serialize + Send + Sync + 'static>(value: T) -> String {
    let mut locals = Locals::default();
    locals.insert("before", [1, 2]);
    locals.insert("value", value);
    match locals.try_serialize() {
        Ok(json) => json
            .strip_prefix("{\"before\":[1,2],\"value\":")
            .and_then(|json| json.strip_suffix('}'))
            .expect("both values")
            .to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn values_are_written_as_serde_does() {
    let map = |entries: [(i32, &'static str); 2]| BTreeMap::from(entries);
    let cases = [
        (serialized(()), "null"),
        (serialized(None::<u8>), "null"),
        (serialized(Some(1)), "1"),
        (serialized('ü'), "\"ü\""),
        (serialized("</script>\"\n"), r#""</script>\"\n""#),
        (serialized(1.0), "1.0"),
        (serialized(f32::NAN), "null"),
        (serialized([f64::NEG_INFINITY]), "[null]"),
        (serialized(u64::MAX), "18446744073709551615"),
        (serialized(u128::from(u64::MAX)), "18446744073709551615"),
        (serialized(i128::from(i64::MIN)), "-9223372036854775808"),
        (serialized((1, "two", None::<u8>)), "[1,\"two\",null]"),
        (serialized(map([(2, "b"), (-1, "a")])), "{\"-1\":\"a\",\"2\":\"b\"}"),
        (serialized(BTreeMap::from([(true, 1)])), "{\"true\":1}"),
        (serialized(Bound::<u8>::Unbounded), "\"Unbounded\""),
        (serialized(Err::<u8, _>("no")), "{\"Err\":\"no\"}"),
        (serialized(json!({ "z": {}, "a": [] })), "{\"a\":[],\"z\":{}}"),
    ];
    for (actual, expected) in cases {
        assert_eq!(actual, expected);
    }
}

#[test]
fn errors_name_the_path_of_the_value() {
    let in_key = |key: &'static str| BTreeMap::from([("a", None), (key, Some(Bytes))]);
    let cases = [
        (
            serialized(Bytes),
            "`locals.value` cannot be serialized: JSON has no byte strings: use an array of numbers",
        ),
        (serialized((1, [(), ()], Bytes)), "`locals.value[2]`"),
        (serialized(vec![in_key("b")]), "`locals.value[0].b`"),
        (serialized(in_key("b c")), "`locals.value[\"b c\"]`"),
        (serialized(in_key("b\"]\\")), "`locals.value[\"b\\\"]\\\\\"]`"),
        (serialized(in_key("")), "`locals.value[\"\"]`"),
        (serialized(in_key("é")), "`locals.value.é`"),
        (serialized(BTreeMap::from([(7, [u128::MAX])])), "`locals.value[\"7\"][0]`"),
        (serialized(Err::<u8, _>(Bytes)), "`locals.value.Err`"),
        (
            serialized([1, u128::MAX]),
            "`locals.value[1]` cannot be serialized: the integer fits into neither `i64` nor `u64`",
        ),
        (serialized(i128::MIN), "`locals.value` cannot be serialized: the integer"),
        (
            serialized(BTreeMap::from([([1, 2], 1)])),
            "`locals.value` cannot be serialized: key must be a string",
        ),
        (serialized(("[{", Failing)), "`locals.value[1]` cannot be serialized: no such user"),
    ];
    for (actual, expected) in cases {
        assert!(actual.starts_with(expected), "{actual}\nand not\n{expected}");
    }
}

#[test]
fn depth_does_not_overflow_the_stack() {
    for levels in [127, 128, 129, 10_000, 16_384] {
        let expected = format!("{}null{}", "[".repeat(levels), "]".repeat(levels));
        assert!(serialized(Nested(levels)) == expected, "{levels}");
    }
    let refused = "cannot be serialized: more than 16384 arrays and objects are nested";
    let path = format!("`locals.value{}…` {refused}", "[0]".repeat(15));
    assert_eq!(serialized(Nested(16_385)), path);
    assert_eq!(serialized(Endless), format!("`locals.value{}…` {refused}", ".self".repeat(15)));
    // Dropping it must not overflow the stack, either.
    let value = (0..1_000).fold(Value::Null, |value, _| json!({ "a": value }));
    assert!(serialized(value).starts_with("{\"a\":{\"a\":"));
}
