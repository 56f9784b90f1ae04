//! The options of the command line.

use std::env;
use std::fs;
use std::net::{IpAddr, TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, Instant};

use super::{DevServer, EditedSite, PATIENCE, wait_for_end};

#[test]
fn options_are_applied() {
    let site = EditedSite::new("options");
    DevServer::compile(&site);
    polling_finds_changes(&site);
    a_browser_is_opened(&site);
    other_machines_are_answered(&site);
    aliases_call_the_server();
}

fn polling_finds_changes(site: &EditedSite) {
    let server = DevServer::start_compiled(site, &["--port", "0", "--poll"]);
    site.write("content/text.md", "found by polling\n");
    server.until("/", "found by polling");
    assert!(server.line("content/text.md: reloaded in").ends_with('s'));
    other_machines_cannot_connect(&server);
    the_site_ends_with_a_server_that_is_killed(server);
}

fn other_machines_cannot_connect(server: &DevServer) {
    if let Some(own) = own_address() {
        assert!(TcpStream::connect((own, server.address.port())).is_err());
    }
}

/// The address of this machine in its network; `None` without a network.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().expect("an address").ip())
}

fn the_site_ends_with_a_server_that_is_killed(server: DevServer) {
    let children = server.idle();
    drop(server);
    wait_for_end(&children);
}

fn a_browser_is_opened(site: &EditedSite) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let script = "#!/bin/sh\necho \"$1\" > opened.new && mv opened.new opened.txt\n";
    site.write("programs/xdg-open", script);
    let program = site.path("programs/xdg-open");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("permissions to set");
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders = [site.path("programs")].into_iter().chain(env::split_paths(&folders));
    let mut command = DevServer::command(site, &["--port", "0", "--open"]);
    let server = DevServer::spawn(command.env("PATH", env::join_paths(folders).expect("a path")));
    let end = Instant::now() + PATIENCE;
    while !site.path("opened.txt").exists() {
        assert!(Instant::now() < end, "nothing was opened:\n{}", server.log());
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(site.read("opened.txt"), format!("http://{}/\n", server.address));
}

fn other_machines_are_answered(site: &EditedSite) {
    let server = DevServer::start_compiled(site, &["--port", "0", "--host", "0.0.0.0"]);
    server.logged("everyone in your network can see the site");
    let status =
        |host: &str| server.send(&format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n")).status;
    assert_eq!(status("localhost"), 200);
    assert_eq!(status("0.0.0.0"), 403);
    assert_eq!(status("evil.example"), 403);
    assert_eq!(status("192.0.2.1"), 403);
    if let Some(own) = own_address() {
        assert_eq!(status(&own.to_string()), 200);
        server.logged(&format!("http://{own}:{}", server.address.port()));
    }
}

fn aliases_call_the_server() {
    let alias = "dev = \"run --bin dev --features dev --\"";
    for name in [".cargo/config.toml", "site-template/.cargo/config.toml"] {
        let file = crate::support::repository().join(name);
        let text = fs::read_to_string(file).expect("a file to read");
        assert!(text.contains(alias), "{name}");
    }
}
