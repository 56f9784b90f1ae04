//! nginx and Caddy for tests. Each server is a child process on a free loopback port, with its settings and logs in its
//! own folder.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A program that serves files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Nginx,
    Caddy,
}

impl Program {
    /// The settings that include the snippet of an out folder.
    pub(crate) fn including(self, dist: &Path) -> String {
        let dist = dist.display();
        match self {
            Program::Nginx => format!("root {dist};\ninclude {dist}/nginx.conf;\n"),
            Program::Caddy => format!("root * {dist}\nimport {dist}/Caddyfile\n"),
        }
    }

    /// The whole settings: those of a site, and those that keep all files of the server in a folder.
    fn settings(self, site: &str, port: u16, folder: &Path) -> String {
        let folder = folder.display();
        match self {
            Program::Nginx => format!(
                "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/log;\n\
                 events {{ }}\nhttp {{\naccess_log off;\nclient_body_temp_path {folder}/body;\n\
                 proxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/fastcgi;\n\
                 uwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;\n\
                 server {{\nlisten 127.0.0.1:{port};\n{site}}}\n}}\n"
            ),
            Program::Caddy => {
                format!("{{\nadmin off\nauto_https off\n}}\nhttp://127.0.0.1:{port} {{\n{site}}}\n")
            }
        }
    }

    fn command(self, settings: &Path, is_check: bool) -> Command {
        let mut command = Command::new(match self {
            Program::Nginx => "nginx",
            Program::Caddy => "caddy",
        });
        match (self, is_check) {
            (Program::Nginx, false) => command.arg("-c").arg(settings),
            (Program::Nginx, true) => command.args(["-q", "-t", "-c"]).arg(settings),
            (Program::Caddy, false) => {
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(settings)
            }
            (Program::Caddy, true) => {
                command.args(["validate", "--adapter", "caddyfile", "--config"]).arg(settings)
            }
        };
        if let (Program::Caddy, Some(folder)) = (self, settings.parent()) {
            command.env("HOME", folder).env("XDG_CONFIG_HOME", folder).env("XDG_DATA_HOME", folder);
        }
        command
    }
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    port: u16,
    log: PathBuf,
}

impl Server {
    /// Starts a server with the settings of a site, after the program has validated them.
    #[track_caller]
    pub(crate) fn start(program: Program, site: &str, folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder to make");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let port = port.expect("a free port").port();
        let settings = folder.join("settings");
        fs::write(&settings, program.settings(site, port, folder)).expect("a file to write");
        let install = "is needed for this test, but missing: apt-get install --no-install-recommends nginx-light caddy";
        let checked = program.command(&settings, true).output();
        let checked = checked.unwrap_or_else(|error| panic!("{program:?} {install} ({error})"));
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "{program:?} rejects its settings:\n{said}");
        // Caddy logs everything that it does, nginx only problems.
        assert!(program == Program::Caddy || !said.contains("[warn]"), "{said}");

        let log = folder.join("log");
        let output = fs::File::create(folder.join("output")).expect("a file to write");
        let mut command = program.command(&settings, false);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        let child = command.spawn().expect("a program that has run before");
        let server = Server { child, port, log };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_mins(2), "{program:?} does not listen");
            thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// Requests a path, which is sent unchanged.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    /// Requests a path with additional headers, whose lines end in `\r\n`.
    #[track_caller]
    pub(crate) fn get_with(&self, path: &str, headers: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a server");
        let port = self.port;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).expect("a server that reads");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("a server that answers");
        Answer::parse(&bytes).unwrap_or_else(|| {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            panic!("no response to {path}: {}\n{log}", String::from_utf8_lossy(&bytes))
        })
    }

    /// Requests every redirect and page of a site, and compares the responses. The redirects are those of
    /// `redirects.json`, and the pages are `{"headers": [{"path", "file", "status", "headers": {name: value}}]}`.
    #[track_caller]
    pub(crate) fn replay(&self, dist: &Path, redirects: &Value, expected: &Value) {
        for redirect in redirects.as_array().into_iter().flatten() {
            let text = |name: &str| redirect[name].as_str().unwrap_or_default();
            let answer = self.get(text("from"));
            let status = redirect["status"].as_u64().unwrap_or_default();
            // Servers encode some characters.
            let same = |to: &str| to.replace('$', "%24").replace('{', "%7B").replace('}', "%7D");
            let got = answer.header("location").map(|to| same(&to));
            let expected = (status, Some(same(text("to"))));
            assert_eq!((u64::from(answer.status), got), expected, "{}", text("from"));
        }
        for page in expected["headers"].as_array().into_iter().flatten() {
            let path = page["path"].as_str().unwrap_or_default();
            let answer = self.get(path);
            let status = page["status"].as_u64().unwrap_or(200);
            assert_eq!(u64::from(answer.status), status, "{path}");
            for (name, value) in page["headers"].as_object().into_iter().flatten() {
                assert_eq!(answer.header(name).as_deref(), value.as_str(), "{name} of {path}");
            }
            if let Some(file) = page["file"].as_str() {
                let bytes = fs::read(dist.join(file)).expect(file);
                assert!(answer.body == bytes, "{path} is not {file}");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The response of a server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The names in lower case, with their values.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let headers = lines.filter_map(header).collect();
        Some(Answer { status, headers, body: bytes[end + 4..].to_vec() })
    }

    /// The value of a header. Repeated headers are joined.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values = self.headers.iter().filter(|(known, _)| known == name);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// A summary for comparisons: the status, and the location or the body.
    pub(crate) fn seen(&self) -> (u16, String) {
        let body = || String::from_utf8_lossy(&self.body).into_owned();
        (self.status, self.header("location").unwrap_or_else(body))
    }
}
