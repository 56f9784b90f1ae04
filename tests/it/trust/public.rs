//! What in `public/` is published.

use std::fs;
use std::os::unix::fs::symlink;

use super::copies::Order;
use super::versions::write_files;
use crate::support::{Run, TempFolder, tree};

const LEFTOVERS: [(&str, &str); 8] = [
    (".DS_Store", ""),
    ("css/._site.css", ""),
    ("css/site.css~", ""),
    ("css/.site.css.swp", ""),
    ("#site.css#", ""),
    ("Thumbs.db", ""),
    ("desktop.ini", ""),
    ("__MACOSX/a.css", ""),
];

const PRIVATE: [(&str, &str); 6] = [
    (".env", "TOKEN=1"),
    (".env.production", "TOKEN=2"),
    (".git/HEAD", "ref: refs/heads/main"),
    ("keys/server.pem", "a key"),
    ("keys/id_rsa", "a key"),
    (".npmrc", "a token"),
];

const PUBLISHED: [(&str, &str); 4] = [
    (".well-known/security.txt", "Contact: mailto:a@example.com"),
    (".htaccess", "Options -Indexes"),
    ("keys/id_rsa.pub", "a public key"),
    (".nojekyll", ""),
];

#[test]
fn leftovers_and_private_files_are_not_published() {
    let out = TempFolder::new("published");
    let site = out.with_file_name("site");
    Order::Forwards.make_site(&site);
    let build = |arguments: &[&str]| {
        Run::of(Order::Forwards.command(&site).args(arguments).arg("--out").arg(&*out))
    };
    build(&[]).succeeds();
    let mut expected = tree(&out);
    expected.remove(".kiln-files");
    expected.extend(PUBLISHED.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())));
    let public = site.join("public");
    for files in [&LEFTOVERS[..], &PRIVATE, &PUBLISHED] {
        write_files(&public, files);
    }
    symlink("somebody@host.1234", public.join("css/.#site.css")).expect("a link");
    let run = build(&[]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let warned: Vec<&str> =
        run.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    let names = [".env", ".env.production", ".git", ".npmrc", "keys/id_rsa", "keys/server.pem"];
    assert_eq!(warned.len(), names.len(), "{}", run.stderr);
    for (line, name) in warned.iter().zip(names) {
        assert!(line.starts_with(&format!("warning: public/{name}: is not published: ")), "{line}");
    }
    let mut got = tree(&out);
    got.remove(".kiln-files");
    assert_eq!(got.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(got == expected);
    let run = build(&["--strict"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert!(run.stderr.contains("error: public/.env: is not published"), "{}", run.stderr);
    for (name, _) in PRIVATE {
        fs::remove_file(public.join(name)).expect("a file to remove");
    }
    fs::remove_dir(public.join(".git")).expect("a folder to remove");
    build(&["--strict"]).succeeds();
}
