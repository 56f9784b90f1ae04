//! The same input gives the same bytes, wherever and however it is built.

use std::fs;

use super::copies::Order;
use super::snapshot::Snapshot;
use super::versions::{One, Two};
use crate::support::{Run, TempFolder};

#[test]
fn the_number_of_threads_changes_nothing() {
    for version in [One, Two] {
        for jobs in ["1", "2", "64"] {
            let out = TempFolder::new("jobs");
            Run::of(version.command(&out).args(["--jobs", jobs])).succeeds();
            Snapshot::of(&out).assert_same(version.fresh(), jobs);
        }
    }
}

#[test]
fn the_place_of_the_out_folder_changes_nothing() {
    let out = TempFolder::new("place");
    let elsewhere = out.with_file_name("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder to make");
    let mut command = One.command("somewhere/deep/down".as_ref());
    Run::of(command.current_dir(&elsewhere)).succeeds();
    Snapshot::of(&elsewhere.join("somewhere/deep/down")).assert_same(One.fresh(), "elsewhere");
}

#[test]
fn the_time_zone_and_the_language_change_nothing() {
    for (zone, language) in [("UTC", "C"), ("Asia/Kathmandu", "tr_TR.UTF-8")] {
        let out = TempFolder::new("language");
        let mut command = One.command(&out);
        command.env("TZ", zone).env("LC_ALL", language).env("LANG", language);
        Run::of(&mut command).succeeds();
        Snapshot::of(&out).assert_same(One.fresh(), language);
    }
}

#[test]
fn the_version_that_was_there_before_changes_nothing() {
    let out = TempFolder::new("before");
    for version in [Two, One, Two, Two] {
        version.build(&out).succeeds();
        Snapshot::of(&out).assert_same(version.fresh(), "after other versions");
    }
}

#[test]
fn the_order_in_which_files_were_made_changes_nothing() {
    let [forwards, backwards] = [Order::Forwards, Order::Backwards].map(Order::copy);
    assert!(forwards.generated.contains("<site>/src/pages/notes/[n].rs"), "another site");
    assert_eq!(forwards.generated, backwards.generated);
    for order in [Order::Forwards, Order::Backwards] {
        let out = TempFolder::new("order");
        let site = out.with_file_name("site");
        order.make_site(&site);
        Run::of(order.command(&site).arg("--out").arg(&*out)).succeeds();
        Snapshot::of(&out).assert_same(One.fresh(), "in a copy of the site");
    }
}
