//! Compares the output of maud's macro and kiln's for the same templates.

use std::net::Ipv4Addr;
use std::sync::Arc;

use maud::{Markup, PreEscaped, Render};

/// Compares the two macros, and returns the output.
macro_rules! same {
    ($($template:tt)*) => {{
        let ours = kiln_macros::html! { $($template)* };
        let theirs = maud::html! { $($template)* };
        assert_eq!(ours.0, theirs.0);
        ours.0
    }};
}

struct Tag(&'static str);

impl Render for Tag {
    fn render(&self) -> Markup {
        PreEscaped(format!("<i>{}</i>", self.0))
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unused, since `Render` comes first")
    }
}

struct Point {
    x: u8,
}

#[test]
fn elements() {
    assert_eq!(same! {}, "");
    assert_eq!(same! { p { "a" } br; }, "<p>a</p><br>");
    same! { (maud::DOCTYPE) html lang="en" { head { meta charset="utf-8"; } body {} } };
    same! { my-element { svg:rect; h1 { "x" { "y" {} } } ; } };
    same! { type { } };
    same! { "a" "b" ("c") "<&>\"'" };
}

#[test]
fn attributes() {
    let (yes, no) = (true, false);
    let (some, none) = (Some("a\"b"), None::<u8>);
    same! { a href="/?a=1&b=2" title=("<x>") { "x" } };
    same! { a href={ "/posts/" (7) "/" @if yes { "new" } } download {} };
    same! { input type="checkbox" checked[yes] disabled[no] required?[yes]; };
    same! { p title=[some] lang=[none] data-id="1" aria-hidden="true" {} };
    same! { a "@click"="go()" x:y="1" "data-x"=(1) {} };
    same! { p hidden; p hidden?; };
    same! { video width=(16) height={ (9) } {} };
}

#[test]
fn classes_and_ids() {
    let (yes, no, name) = (true, false, "named");
    assert_eq!(same! { .a { } }, "<div class=\"a\"></div>");
    same! { #main.wide.col-1 title="x" {} };
    same! { p.a[yes].b.c[no].d[yes] {} };
    same! { p.a[no].b[yes] {} };
    same! { p.(name).{ "x-" (name) }."md:w-1/2" #{ "id-" (1) } {} };
    same! { p #(name) .w-1-2 {} };
    same! { p title="first" .later #last {} };
}

#[test]
fn control_flow() {
    let numbers = [1, 2, 3];
    let maybe = Some("there");
    let point = Point { x: 3 };
    same! { @if numbers.is_empty() { "none" } @else if numbers.len() == 3 { "three" } @else { "some" } };
    same! { @if let Some(text) = maybe { (text) } @else { "nothing" } };
    same! { @if let Point { x: 3 } = point { "three" } };
    same! { @if point.x == (Point { x: 3 }).x && maybe.is_some() { "both" } };
    same! { ul { @for (at, number) in numbers.iter().enumerate() { li value=(at) { (number) } } } };
    same! { @for x in numbers.map(|x| { x + 1 }) { (x) } };
    same! { @match maybe { Some("a") | None => { "b" "c" } Some(x) if x.len() > 9 => p { "long" }, Some(x) => (x) } };
    same! { @match point { Point { x } => { (x) } } };
    same! {
        p { @let doubled = 2 * numbers[1]; @let Some(text) = maybe else { panic!() }; (doubled) (text) }
        { @let doubled = "inner"; (doubled) }
    };
    let mut rest = vec!["a", "b"];
    let ours = kiln_macros::html! { @while let Some(last) = rest.pop() { (last) } };
    assert_eq!(ours.0, "ba");
}

#[test]
fn values() {
    let boxed: Box<dyn Render> = Box::new("boxed");
    let shared = Arc::new(String::from("a < b"));
    let text: &str = "text";
    assert_eq!(same! { (Tag("x")) (&Tag("y")) }, "<i>x</i><i>y</i>");
    same! { (1) (1.5) ('<') (text) (*text) (&&text) (shared) (boxed) };
    same! { (Ipv4Addr::LOCALHOST) (format_args!("{}<", 1)) (PreEscaped("<b>")) };
    same! { (maud::html! { b { "nested" } }) (kiln_macros::html! { b { "nested" } }) };
    same! { ({ let x = 1; x + 1 }) (if text.is_empty() { "a" } else { "b" }) };
}

#[test]
fn a_template_may_return_from_its_function() {
    fn parsed(number: &str) -> Result<Markup, std::num::ParseIntError> {
        Ok(kiln_macros::html! { p { (number.parse::<u8>()?) } })
    }
    assert_eq!(parsed("7").expect("a number").0, "<p>7</p>");
    assert!(parsed("x").is_err());
}

#[test]
fn names_in_a_template_are_hygienic() {
    let buffer = "mine";
    let value = ["yours"].first();
    same! { (buffer) p title=[value] { (value.map_or(0, |value| value.len())) } };
}
