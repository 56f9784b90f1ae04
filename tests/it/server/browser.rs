//! A page of twenty images in Chromium, with the site `images`. Ignored unless it is named: it needs `chromium`.

use std::process::Command;

use super::process::{Server, built};
use crate::support::TempFolder;

/// The title that the script of the page sets once it has seen all images.
fn title(url: &str, width: u32) -> String {
    let profile = TempFolder::new("chromium");
    let output = Command::new("chromium")
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--force-device-scale-factor=1"])
        .args(["--virtual-time-budget=60000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.shown()))
        .args([format!("--window-size={width},800"), url.to_owned()])
        .output()
        .expect("chromium");
    let page = String::from_utf8_lossy(&output.stdout).into_owned();
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    title.unwrap_or_else(|| panic!("no title in {page}")).0.to_owned()
}

#[test]
#[ignore = "needs chromium"]
fn images_do_not_move_the_page_and_have_the_right_width() {
    let server = Server::start("images", "serve", &built("images"));
    for (screen, expected) in [(300, "wide-320"), (600, "wide-640"), (900, "wide-960")] {
        let url = format!("http://{}/docs/gallery", server.address);
        assert_eq!(title(&url, screen), format!("shift 0; {expected}; 20 images"), "{screen}");
    }
}
