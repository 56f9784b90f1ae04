//! Whole sites: each package in `tests/sites` is compiled as a user would, run, and what it wrote is compared
//! byte for byte with its `expected` folder.
//!
//! `BLESS=1 cargo test --test sites` writes what came out as what is expected.

#[path = "sites/messages.rs"]
mod messages;
mod support;

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use support::{Run, TempFolder, run, tree};

#[test]
fn pages_of_every_kind_are_written() {
    support::check_site("basics");
}

#[test]
fn settings_reach_urls_links_and_files() {
    support::check_site("settings");
}

#[test]
fn params_and_props_of_any_type_reach_endpoints() {
    support::check_site("props");
}

#[test]
fn lists_are_written_in_pages() {
    support::check_site("pages");
}

#[test]
fn redirects_of_every_kind_are_written() {
    support::check_site("redirects");
    let out = TempFolder::new("redirects-told");
    let Run { stderr, .. } = run("redirects", &["--quiet"], &out);
    support::check_text("tests/sites/redirects/warnings.txt", &stderr);
}

#[test]
fn redirects_that_lead_nowhere_fail_the_build() {
    let out = TempFolder::new("astray");
    let Run { status, stderr, .. } = run("astray", &[], &out);
    assert_eq!(status, 1, "{stderr}");
    support::check_text("tests/sites/astray/expected.txt", &stderr.replace(&out.shown(), "<out>"));
    assert!(!out.exists(), "a failed build wrote something");
}

#[test]
fn a_redirect_that_nobody_can_express_is_a_warning() {
    let out = TempFolder::new("unredirected");
    let Run { status, stderr, .. } = run("served", &["--quiet"], &out);
    assert_eq!(status, 0, "{stderr}");
    let expected = "warning: kiln.toml:7: redirects from `/out/[x]`, which has no effect: kiln cannot list its paths \
                    to write HTML files, and `hosts` in kiln.toml is empty\n  hint: name the host of the site";
    assert!(stderr.contains(expected), "{stderr}");
    let Run { status, stderr, .. } = run("served", &["--quiet", "--strict"], &out);
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.contains("error: kiln.toml:7: redirects from `/out/[x]`"), "{stderr}");
}

#[test]
fn middleware_is_around_every_page() {
    support::check_site("middleware");
    // Its author's own tests, which send requests.
    let output = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--bin", "middleware", "--manifest-path"])
        .arg(support::repository().join("tests/sites/Cargo.toml"))
        .arg("--target-dir")
        .arg(support::scratch().join("sites"))
        .output()
        .expect("Cargo can be called");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("11 passed"), "{shown}");
}

#[test]
fn what_goes_wrong_in_middleware_is_shown() {
    let out = TempFolder::new("unruly");
    let Run { status, stderr, .. } = run("unruly", &[], &out);
    assert_eq!(status, 1, "{stderr}");
    support::check_text("tests/sites/unruly/expected.txt", &stderr.replace(&out.shown(), "<out>"));
    assert!(!out.exists(), "a failed build wrote something");
}

#[test]
fn every_failure_is_shown_and_nothing_changes() {
    let out = TempFolder::new("failing");
    run("basics", &["--quiet"], &out).succeeds();
    let before = tree(&out);
    let Run { status, stdout, stderr } = run("failing", &[], &out);
    assert_eq!(status, 1, "{stderr}");
    assert_eq!(stdout, "");
    let shown = stderr.replace(&out.shown(), "<out>");
    support::check_text("tests/sites/failing/expected.txt", &shown);
    assert_eq!(tree(&out), before, "a failed build changed the out folder");
    assert_eq!(out.siblings(), [out.name()], "a failed build left something lying");
}

#[test]
fn pages_that_wait_hold_no_thread() {
    for jobs in ["1", "2", "64"] {
        let out = TempFolder::new("waiting");
        run("waiting", &["--quiet", "--jobs", jobs], &out).succeeds();
        // A thousand pages that wait, twenty that yield, a hundred that share something; and the record.
        assert_eq!(tree(&out).len(), 1121, "{jobs} jobs");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let (one, many) = (TempFolder::new("jobs-1"), TempFolder::new("jobs-64"));
    run("basics", &["--quiet", "--jobs", "1"], &one).succeeds();
    run("basics", &["--quiet", "--jobs", "64"], &many).succeeds();
    assert_eq!(tree(&one), tree(&many));
}

#[test]
fn a_file_with_the_same_bytes_is_not_touched() {
    let out = TempFolder::new("unchanged");
    run("basics", &["--quiet"], &out).succeeds();
    let modified = |name: &str| -> SystemTime {
        fs::metadata(out.join(name)).and_then(|data| data.modified()).expect(name)
    };
    fs::write(out.join("about/index.html"), "old").expect("a file to write");
    let names: Vec<String> = tree(&out).into_keys().collect();
    let before: Vec<_> = names.iter().map(|name| modified(name)).collect();
    let shown = run("basics", &[], &out).succeeds();
    assert!(shown.contains("1 written, 23 unchanged, 0 removed"), "{shown}");
    for (name, before) in names.iter().zip(before) {
        if !["about/index.html", ".kiln-files"].contains(&name.as_str()) {
            assert_eq!(modified(name), before, "{name} was touched");
        }
    }
    assert_eq!(fs::read_to_string(out.join("about/index.html")).expect("a page"), "<p>About</p>\n");
}

#[test]
fn what_the_build_before_wrote_is_removed_and_nothing_else() {
    let out = TempFolder::new("removed");
    run("props", &["--quiet"], &out).succeeds();
    fs::write(out.join("mine.txt"), "not kiln's").expect("a file to write");
    let Run { stderr, .. } = run("settings", &["--quiet"], &out);
    let expected = format!(
        "warning: mine.txt: was not written by kiln, and stays\n  --> {}/mine.txt\n  \
         hint: remove it, or move it to `public/` if it belongs to the site\n\n",
        out.shown()
    );
    assert_eq!(stderr, expected);
    let names: Vec<String> = tree(&out).into_keys().collect();
    assert!(names.contains(&"mine.txt".into()) && names.contains(&"data.json".into()), "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with("item")), "{names:?}");
    assert!(!out.join("item").exists(), "an empty folder was left");
}

#[cfg(unix)]
#[test]
fn every_warning_is_shown_and_fails_a_strict_build() {
    let out = TempFolder::new("names");
    run("names", &["--quiet", "--jobs", "1"], &out).succeeds();
    // Names that end in a space among them.
    run("names", &["--quiet"], &out).succeeds();
    let folder = fs::read_to_string(out.join("where.txt")).expect("a page");
    let settings = std::path::Path::new(&folder).join("site/kiln.toml");
    for name in ["mine.txt", "a/mine.txt"] {
        fs::create_dir_all(out.join("a")).expect("a folder");
        fs::write(out.join(name), "not kiln's").expect("a file to write");
    }
    fs::write(&settings, "").expect("a file to write");
    let before = tree(&out);
    let lenient = run("names", &["--quiet", "--jobs", "64"], &out);
    let strict = run("names", &["--strict"], &out);
    let refused = support::run_bare("names", &["--strict", "--out", &folder]);
    fs::remove_file(settings).expect("a file to remove");
    assert_eq!((lenient.status, &*lenient.stdout), (0, ""));
    let shown = |run: &Run| run.stderr.replace(&out.shown(), "<out>");
    support::check_text("tests/sites/names/warnings.txt", &shown(&lenient));
    assert_eq!((strict.status, &*strict.stdout), (1, ""));
    support::check_text("tests/sites/names/strict.txt", &shown(&strict));
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.starts_with("error: kiln.toml: has changed"), "{}", refused.stderr);
    assert_eq!(tree(&out), before, "a strict build changed the out folder");
    assert_eq!(out.siblings(), [out.name()], "a strict build left something lying");
}

#[test]
fn a_type_that_no_page_chose_is_no_rule_of_a_host() {
    let out = TempFolder::new("hosted-types");
    let Run { status, stderr, .. } = run("hosted", &["--quiet"], &out);
    assert_eq!(status, 0, "{stderr}");
    assert!(!stderr.contains("content type"), "{stderr}");
    let files = tree(&out);
    assert!(files.contains_key("styles/main.css") && files.contains_key("files/LOGO.PNG"));
    let hosts = [".kiln-sent", "_headers", "vercel.json", "firebase.json", "nginx.conf"];
    for host in hosts.into_iter().chain(["Caddyfile", "staticwebapp.config.json", "s3.json"]) {
        let text = String::from_utf8_lossy(&files[host]);
        assert!(text.contains("feed.xml"), "{host} does not know of the types that pages choose");
        for name in ["styles/", "images/", "files/"] {
            // The list of redirects of S3 has files of its own.
            assert!(!text.contains(name), "{host} has {name}");
        }
    }
}

#[test]
fn a_strict_build_without_warnings_is_as_any_other() {
    let (strict, lenient) = (TempFolder::new("strict"), TempFolder::new("lenient"));
    for _ in 0..2 {
        let run = run("props", &["--strict", "--quiet"], &strict);
        assert_eq!((run.status, &*run.stderr), (0, ""));
    }
    run("props", &["--quiet"], &lenient).succeeds();
    assert_eq!(tree(&strict), tree(&lenient));
}

#[test]
fn what_a_host_reads_is_no_page_and_no_file_of_public() {
    let out = TempFolder::new("hosts");
    let Run { status, stderr, .. } = run("hosts", &["--quiet"], &out);
    assert_eq!(status, 1, "{stderr}");
    let shown = stderr.replace(&out.shown(), "<out>");
    support::check_text("tests/sites/hosts/expected.txt", &shown);
    assert!(!out.exists());
}

#[test]
fn a_page_does_not_replace_a_file_that_kiln_did_not_write() {
    let out = TempFolder::new("foreign");
    run("props", &["--quiet"], &out).succeeds();
    fs::write(out.join("data.json"), "not kiln's").expect("a file to write");
    let before = tree(&out);
    let Run { status, stderr, .. } = run("settings", &["--quiet"], &out);
    assert_eq!(status, 1);
    assert!(stderr.contains("data.json in the out folder was not written by kiln"), "{stderr}");
    assert_eq!(tree(&out), before);
}

#[test]
fn a_folder_of_somebody_else_is_refused() {
    let out = TempFolder::new("somebody");
    fs::create_dir_all(&*out).expect("a folder");
    fs::write(out.join("letter.txt"), "dear").expect("a file to write");
    let Run { status, stderr, .. } = run("basics", &[], &out);
    assert_eq!(status, 2);
    assert!(stderr.contains("is not empty, and kiln did not create it\n  hint: "), "{stderr}");
    assert_eq!(tree(&out).len(), 1);
}

#[test]
fn what_the_site_is_made_from_is_never_the_out_folder() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/basics");
    for folder in ["src", "src/pages/new", "public", "public/new", "content/new", "."] {
        let out = site.join(folder);
        let Run { status, stderr, .. } =
            support::run_bare("basics", &["--out", out.to_str().expect("UTF-8")]);
        assert_eq!(status, 2, "{folder}: {stderr}");
        assert!(stderr.contains("is a source of the site\n  hint: "), "{stderr}");
    }
    assert!(!site.join("public/new").exists());
}

#[test]
fn a_file_can_become_a_folder_and_a_folder_a_file() {
    let out = TempFolder::new("becomes");
    run("basics", &["--quiet"], &out).succeeds();
    // What an earlier version of the site might have written.
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    fs::remove_dir_all(out.join("about")).expect("a folder to remove");
    fs::write(out.join("about"), "a file").expect("a file to write");
    fs::remove_file(out.join("plain.txt")).expect("a file to remove");
    fs::create_dir(out.join("plain.txt")).expect("a folder");
    fs::write(out.join("plain.txt/x"), "a file").expect("a file to write");
    let record = record.replace("about/index.html", "about").replace("plain.txt", "plain.txt/x");
    fs::write(out.join(".kiln-files"), record).expect("the record");
    run("basics", &["--quiet"], &out).succeeds();
    let fresh = TempFolder::new("becomes-fresh");
    run("basics", &["--quiet"], &fresh).succeeds();
    assert_eq!(tree(&out), tree(&fresh));
}

#[test]
fn what_a_killed_build_left_lying_is_cleaned_up() {
    let out = TempFolder::new("killed");
    let beside = out.with_file_name(format!(".{}.kiln-new", out.name()));
    for left in [beside, out.join(".kiln-new")] {
        fs::create_dir_all(left.join("files/posts")).expect("a folder");
        fs::write(left.join("files/posts/half"), "half a p").expect("a file to write");
        fs::write(left.join("lock"), "kiln 1").expect("a file to write");
        run("props", &["--quiet"], &out).succeeds();
        assert_eq!(out.siblings(), [out.name()]);
        assert!(!out.join("posts").exists() && !out.join(".kiln-new").exists());
    }
}

#[test]
fn a_folder_that_only_has_the_name_of_kilns_is_let_alone() {
    for place in ["beside", "inside"] {
        let out = TempFolder::new("same-name");
        run("props", &["--quiet"], &out).succeeds();
        let folder = match place {
            "beside" => out.with_file_name(format!(".{}.kiln-new", out.name())),
            _ => out.join(".kiln-new"),
        };
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("precious"), "mine").expect("a file to write");
        // Beside, kiln needs the name, and says so.
        let Run { status, stderr, .. } = run("settings", &["--quiet"], &out);
        assert_eq!(status, i32::from(place == "beside"), "{stderr}");
        assert!(status == 0 || stderr.contains("kiln did not create it\n  hint: move it"));
        let kept = if place == "beside" { folder } else { out.join(".kiln-new") };
        assert_eq!(fs::read_to_string(kept.join("precious")).expect("a file"), "mine");
    }
}

#[test]
fn a_file_that_was_gone_before_it_was_not_made_is_nobodys() {
    let out = TempFolder::new("gone");
    run("props", &["--quiet"], &out).succeeds();
    run("settings", &["--quiet"], &out).succeeds();
    fs::remove_file(out.join("data.json")).expect("a file to remove");
    run("props", &["--quiet"], &out).succeeds();
    fs::write(out.join("data.json"), "mine").expect("a file to write");
    let Run { stderr, .. } = run("props", &["--quiet"], &out);
    assert!(stderr.contains("data.json: was not written by kiln, and stays"), "{stderr}");
    assert_eq!(fs::read_to_string(out.join("data.json")).expect("a file"), "mine");
}

#[test]
fn a_record_that_lost_its_end_is_told_of() {
    let out = TempFolder::new("damaged");
    run("props", &["--quiet"], &out).succeeds();
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    for damaged in ["", &record[..record.len() / 2]] {
        fs::write(out.join(".kiln-files"), damaged).expect("a file to write");
        let Run { status, stderr, .. } = run("props", &["--quiet"], &out);
        assert_eq!(status, 1);
        assert!(stderr.contains("is damaged") && stderr.contains("hint: remove "), "{stderr}");
    }
}

#[test]
fn a_record_that_was_tampered_with_removes_nothing_elsewhere() {
    let out = TempFolder::new("tampered");
    run("props", &["--quiet"], &out).succeeds();
    let outside = out.with_file_name("outside.txt");
    fs::write(&outside, "not kiln's").expect("a file to write");
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    let evil = format!("../outside.txt\n{}\nx/../../outside.txt\n{record}", outside.display());
    fs::write(out.join(".kiln-files"), evil).expect("the record");
    run("settings", &["--quiet"], &out).succeeds();
    assert!(outside.exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_removed_or_written_through_a_link() {
    let out = TempFolder::new("links");
    run("props", &["--quiet"], &out).succeeds();
    let outside = out.with_file_name("outside");
    fs::create_dir_all(&outside).expect("a folder");
    fs::write(outside.join("f"), "not kiln's").expect("a file to write");
    fs::write(outside.join("data.json"), "not kiln's").expect("a file to write");
    std::os::unix::fs::symlink(&outside, out.join("link")).expect("a link");
    std::os::unix::fs::symlink(&outside, out.join("guide")).expect("a link");
    let record = fs::read_to_string(out.join(".kiln-files")).expect("the record");
    fs::write(out.join(".kiln-files"), record.replace("./", "link/f\n./")).expect("the record");
    let Run { status, stderr, .. } = run("settings", &["--quiet"], &out);
    assert_eq!(status, 1, "a page was written through a link");
    assert!(stderr.contains("guide in the out folder was not written by kiln"), "{stderr}");
    fs::remove_file(out.join("guide")).expect("a link to remove");
    run("settings", &["--quiet"], &out).succeeds();
    assert_eq!(tree(&outside).len(), 2);
}

#[cfg(unix)]
#[test]
fn the_out_folder_may_be_a_link() {
    let out = TempFolder::new("linked");
    let real = out.with_file_name("real");
    fs::create_dir_all(&real).expect("a folder");
    std::os::unix::fs::symlink(&real, &*out).expect("a link");
    for _ in 0..2 {
        run("props", &["--quiet"], &out).succeeds();
        assert_eq!(tree(&real).len(), 6);
    }
}

#[test]
fn two_builds_do_not_write_one_folder() {
    let out = TempFolder::new("locked");
    run("props", &["--quiet"], &out).succeeds();
    let before = tree(&out);
    fs::create_dir(out.join(".kiln-new")).expect("a folder");
    let lock = fs::File::create(out.join(".kiln-new/lock")).expect("a file");
    lock.lock().expect("a lock");
    let Run { status, stderr, .. } = run("props", &["--quiet"], &out);
    assert_eq!(status, 1);
    assert!(stderr.contains("another build is writing this folder\n  hint: "), "{stderr}");
    drop(lock);
    // The build that held it was killed, as far as the next one can tell.
    run("props", &["--quiet"], &out).succeeds();
    assert_eq!(tree(&out), before);
}

#[test]
fn the_report_tells_what_was_done() {
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
fn the_command_line_can_be_at_fault() {
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
