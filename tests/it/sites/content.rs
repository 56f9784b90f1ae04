//! What a build writes, compared byte for byte with the site's `expected` folder.

use crate::support::{self, Run, TempFolder, run, tree};

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
fn collections_become_a_blog() {
    support::check_site("blog");
}

#[test]
fn redirects_of_every_kind_are_written() {
    support::check_site("redirects");
    let out = TempFolder::new("redirect-warnings");
    let Run { stderr, .. } = run("redirects", &["--quiet"], &out);
    support::check_text("tests/sites/redirects/warnings.txt", &stderr);
}

#[test]
fn middleware_is_around_every_page() {
    support::check_site("middleware");
    // Its author's own tests, which send requests.
    let output = support::test_command("middleware").output().expect("its tests can be called");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("11 passed"), "{shown}");
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
fn a_type_that_no_page_chose_is_not_a_rule_of_a_host() {
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
            // The files in the list of redirects for S3 are its own.
            assert!(!text.contains(name), "{host} has {name}");
        }
    }
}
