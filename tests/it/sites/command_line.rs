//! The commands and options of a site's binary.

use std::fs;

use crate::support::{self, Run, TempFolder, run};

#[test]
fn the_report_says_what_was_done() {
    let out = TempFolder::new("report");
    let report = out.with_file_name("report.json");
    run("props", &["--report", report.to_str().expect("UTF-8")], &out).succeeds();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(&report).expect("the report")).expect("JSON");
    assert_eq!(json["pages"], 5);
    assert_eq!([&json["written"], &json["unchanged"], &json["removed"]], [5, 0, 0]);
    assert_eq!(json["redirects"], 0);
    assert!(json["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    let routes = json["routes"].as_array().expect("routes");
    assert_eq!(routes[0]["pattern"], "/item/[id].txt");
    assert_eq!(routes[0]["paths"], 2);
    assert_eq!(routes[0]["bytes"], 22);
    assert!(routes[0]["seconds"].is_f64());
}

#[test]
fn routes_are_listed_for_people_and_programs() {
    let table = support::run_bare("props", &["routes"]).succeeds();
    support::check_text("tests/sites/props/routes.txt", &table);
    let json = support::run_bare("props", &["routes", "--json"]).succeeds();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        json[0],
        serde_json::json!({
            "pattern": "/item/[id].txt",
            "file": "src/pages/item/[id].txt.rs",
            "methods": ["GET"],
            "prerender": true,
            "params": ["id"],
        })
    );
}

#[test]
fn mistakes_on_the_command_line_are_named() {
    for (arguments, words) in
        [(vec!["biuld"], "unknown command `biuld`"), (vec!["--jobs", "no"], "`--jobs no`")]
    {
        let Run { status, stdout, stderr } = support::run_bare("props", &arguments);
        assert_eq!(status, 2, "{stderr}");
        assert_eq!(stdout, "");
        assert!(stderr.starts_with("error: ") && stderr.contains(words), "{stderr}");
    }
    assert!(support::run_bare("props", &["--help"]).succeeds().contains("Commands:"));
}
