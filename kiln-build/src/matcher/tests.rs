mod random;

use fancy_regex::Regex;

use super::{MAX_LENGTH, compile};

fn regex(entry: &str) -> Regex {
    let source = compile(entry).unwrap_or_else(|mistake| panic!("{entry}: {mistake:?}"));
    Regex::new(&source).unwrap_or_else(|error| panic!("{entry}: {source}: {error}"))
}

/// Entries, each with matching paths and other paths.
#[track_caller]
fn check(cases: &[(&str, &[&str], &[&str])]) {
    for (entry, matching, others) in cases {
        let regex = regex(entry);
        let is_match = |path: &str| regex.is_match(path).expect("a verdict");
        for path in *matching {
            assert!(is_match(path), "{entry} does not match {path}: {regex}");
        }
        for path in *others {
            assert!(!is_match(path), "{entry} matches {path}: {regex}");
        }
    }
}

#[test]
fn entries_are_written_as_regexes() {
    for (entry, expected) in [
        ("/", "^/$"),
        ("/about", "^/about/?$"),
        ("/v1.0", r"^/v1\.0/?$"),
        ("/:path*", "^(?:/[^/]+)*/?$"),
        ("/about/:path", "^/about/[^/]+/?$"),
        ("/:a-:b", "^/[^/]+-(?:(?!-)[^/])+/?$"),
        ("/:name.:ext?", r"^/[^/]+(?:\.(?:(?!\.)[^/])+)?/?$"),
        ("/a{-:b}+", "^/a(?:-(?:(?!-)[^/])+)+/?$"),
        (r"/:id(\d+?)", "^/(?:[0-9]+)/?$"),
        ("/((?!api|.*\\.png$).*)", r"^/(?:(?!api|(?s:.)*\.png$)(?s:.)*)/?$"),
        ("/caf%C3%A9", "^/caf\u{e9}/?$"),
    ] {
        assert_eq!(compile(entry).as_deref(), Ok(expected), "{entry}");
    }
}

#[test]
fn text_is_literal_decoded_and_normalised() {
    check(&[
        ("/a.b", &["/a.b", "/a.b/"], &["/axb", "/a.b//", "/A.b", "/a.b/c"]),
        (r"/\(a\)\:b\?\*\\", &[r"/(a):b?*\"], &["/a"]),
        ("/a|b[c]^$d&&e~~f--g #", &["/a|b[c]^$d&&e~~f--g #"], &["/a"]),
        ("/a%20b", &["/a b"], &["/a%20b"]),
        (r"/a\%20b", &["/a%20b"], &["/a b"]),
        ("/100%", &["/100%"], &["/100"]),
        ("/cafe\u{301}", &["/caf\u{e9}"], &["/cafe"]),
        ("/cafe%CC%81/:a", &["/caf\u{e9}/b"], &[]),
        ("/about/", &["/about/"], &["/about"]),
    ]);
}

#[test]
fn params_take_segments() {
    let hostile = "/a?b#c%2F \u{2028}\u{1f980}&&";
    check(&[
        ("/:a", &["/x", "/x/", hostile], &["/", "/x/y", "/x//"]),
        ("/:a?", &["/", "/x"], &["/x/y"]),
        ("/:a*", &["/", "/x", "/x/y/", hostile], &["/x//y"]),
        ("/:a+", &["/x", "/x/y/"], &["/"]),
        ("/a/:b*/c", &["/a/c", "/a/x/y/c"], &["/ac", "/a/x"]),
        ("/:a-:b", &["/x-y", "/x-y-z"], &["/x-", "/x"]),
        ("/x:a?", &["/x", "/xy"], &["/x/y"]),
        ("/:a(en|fr)/:b*", &["/en", "/fr/x"], &["/enx", "/de"]),
        ("/{:a-}?b", &["/x-b", "/b"], &["/x-"]),
    ]);
}

#[test]
fn braces_group_text() {
    check(&[
        ("/docs{/:version}?/api", &["/docs/api", "/docs/1/api"], &["/docs/1/2/api"]),
        ("/a{b}?c", &["/abc", "/ac"], &["/abbc"]),
        ("/a{b}*c", &["/abbc", "/ac"], &["/a"]),
        ("/a{}*b{}?", &["/ab"], &["/a"]),
        ("/a{-:b}*", &["/a", "/a-x", "/a-x-y"], &["/a-"]),
        ("/a{(\\d)-}+", &["/a1-", "/a1-2-"], &["/a1", "/a"]),
        (r"/a{\{:b\}}", &["/a{x}"], &["/ax"]),
    ]);
}

#[test]
fn groups_mean_what_they_mean_in_javascript() {
    check(&[
        ("/(.*)", &["/", "/a/b", "/a\u{2028}b"], &[]),
        ("/((?!api|_next).*)", &["/", "/x/api"], &["/api", "/apiary"]),
        ("/((?!a$).*)", &["/", "/ab"], &["/a"]),
        (r"/(\d\w)", &["/1a"], &["/\u{661}a", "/1\u{e9}"]),
        (r"/(\D\W)", &["/a-", "/\u{661}\u{e9}"], &["/1-", "/aa"]),
        (r"/(\s+)", &["/ \u{a0}\u{2003}\u{feff}"], &["/\u{200b}", "/a"]),
        (r"/(\S+)", &["/a\u{200b}\u{1f980}"], &["/ "]),
        (r"/(a\b.*)", &["/a", "/a-b", "/a\u{e9}"], &["/ab"]),
        (r"/(a\B.*)", &["/ab"], &["/a", "/a-b", "/a\u{e9}"]),
        ("/(a[^]b)", &["/axb", "/a\u{2028}b"], &["/ab"]),
        ("/(a|[])", &["/a"], &["/"]),
        ("/([[]a)", &["/[a"], &["/a"]),
        ("/([a-c&&b]+)", &["/a&b"], &["/d"]),
        ("/([a-c--b~~c]+)", &["/a~b-c"], &["/d"]),
        ("/([:alp]+)", &["/:a"], &["/b"]),
        (r"/([\w-]+)", &["/a-b"], &["/a.b"]),
        (r"/([^\W\d]+)", &["/ab"], &["/a1", "/a-"]),
        (r"/([\d-z]+)", &["/1-z"], &["/a"]),
        (r"/([\]\\\^\-]+)", &[r"/]\^-"], &["/a"]),
        (r"/(\x61\u0062\/c)", &["/ab/c"], &["/abc"]),
        ("/(a{2}b{1,}c{0,1}d{0}e{1,2}?)", &["/aabe", "/aabbcee"], &["/abe", "/aabde"]),
        ("/(a{|{b}|})", &["/a{", "/{b}", "/}"], &["/a"]),
        ("/((?=a)*b(?!c){2}.)", &["/bd"], &["/bc", "/ab"]),
        ("/((?:(?:))*a(?:$)?)", &["/a"], &["/"]),
        ("/a((?=b))?{:c(b)}?", &["/a", "/ab"], &["/b"]),
        ("/((?<year>\\d{4}))", &["/2024"], &["/24"]),
        ("/(\u{1f980}+)", &["/\u{1f980}\u{1f980}"], &["/\u{1f981}"]),
    ]);
}

/// All ASCII punctuation, next to each other and in a class, where two of them must not form an operator.
#[test]
fn signs_are_themselves() {
    let signs: Vec<char> = (' '..='~').filter(|c| !c.is_ascii_alphanumeric()).collect();
    for &sign in &signs {
        let others: Vec<String> =
            signs.iter().filter(|other| **other != sign).map(|c| format!("/{c}")).collect();
        let others: Vec<&str> =
            others.iter().map(|path| &**path).filter(|path| *path != "//").collect();
        let this = format!("/{sign}");
        for entry in
            [format!("/\\{sign}"), format!("/(\\{sign})"), format!("/([\\{sign}\\{sign}])")]
        {
            check(&[(&entry, &[&this], &others)]);
        }
    }
}

/// Entries, each with the position of its mistake and part of the message.
#[track_caller]
fn refuses(cases: &[(&str, usize, &str)]) {
    for &(entry, at, message) in cases {
        let mistake = compile(entry).expect_err(entry);
        assert_eq!(mistake.at, at, "{entry}: {mistake:?}");
        assert!(mistake.message.contains(message), "{entry}: {mistake:?}");
        assert!(!mistake.hint.is_empty() && entry.is_char_boundary(at), "{entry}: {mistake:?}");
    }
}

#[test]
fn mistakes_in_text_have_a_position() {
    refuses(&[
        ("", 0, "empty"),
        ("about", 0, "start with `/`"),
        ("/api/*", 5, "`*` follows text"),
        ("/a?", 2, "`?` follows text"),
        ("/{a*}", 3, "`*` follows text"),
        ("/:", 1, "no name"),
        ("/é/:-", 4, "no name"),
        ("/:a:b", 3, "between `:a` and this param"),
        ("/:a{:b}?", 4, "between `:a` and this param"),
        ("/{x}:b", 4, "between the group and this param"),
        ("/a(.*)*", 2, "nothing between its values"),
        ("/a\\", 2, "nothing follows"),
        ("/(", 1, "not closed"),
        ("/(a(?:b)", 1, "not closed"),
        ("/()", 1, "empty"),
        ("/(?:a)", 2, "starts with `?`"),
        ("/(a(b))", 3, "capturing"),
        ("/{a", 1, "not closed"),
        ("/{:a:b}", 4, "more than one param"),
        ("/a}", 2, "closes nothing"),
        ("/a%2Fb", 2, "cannot contain"),
        ("/a%5c", 2, "cannot contain"),
        ("/a%FFb", 2, "not valid percent-encoded UTF-8"),
        ("/%E0%A4%A", 1, "not valid percent-encoded UTF-8"),
        ("/(a%20b)", 3, "decoded path"),
        ("/(e\u{301})", 2, "NFC"),
    ]);
}

#[test]
fn mistakes_in_repetitions_have_a_position() {
    refuses(&[
        ("/(*a)", 2, "can be repeated"),
        ("/(a**)", 4, "can be repeated"),
        ("/(a|{2})", 4, "can be repeated"),
        ("/(^*)", 2, "can be repeated"),
        (r"/(\b+)", 2, "can be repeated"),
        ("/(a++)", 4, "possessive"),
        ("/(a{2,1})", 3, "out of order"),
        ("/(a{,2})", 3, "no minimum"),
        ("/(a{1001})", 2, "more than 1000"),
        ("/((?:a{99}){99})", 2, "more than 1000"),
        ("/((?:){99999999999999999999})", 2, "more than 1000"),
        ("/(a{600})/(b{600})", 11, "more than 1000"),
    ]);
}

#[test]
fn mistakes_in_classes_and_escapes_have_a_position() {
    refuses(&[
        ("/([b-a])", 3, "out of order"),
        ("/([a)", 2, "not closed"),
        ("/([)])", 2, "not closed"),
        ("/([(?:])a)", 7, "closes nothing"),
        ("/([[:alpha:]])", 3, "no named classes"),
        (r"/(\A)", 2, "no escape"),
        (r"/(a\z)", 3, "no escape"),
        (r"/(\Ka\G)", 2, "no escape"),
        (r"/(\h)", 2, "no escape"),
        (r"/([\p{L}])", 3, "no escape"),
        (r"/((?<n>a)\k<n>)", 9, "refer back"),
        (r"/(\1)", 2, "refer back"),
        (r"/(\01)", 2, "refer back"),
        (r"/(\x4)", 2, "hexadecimal"),
        (r"/(\u{61})", 2, "hexadecimal"),
        (r"/(\uD83E)", 2, "half of a character"),
        (r"/(\c)", 2, "needs a letter"),
    ]);
}

#[test]
fn unknown_groups_have_a_position() {
    refuses(&[
        ("/((?<=a)b)", 2, "look behind"),
        ("/((?<!a)b)", 2, "look behind"),
        ("/((?>a))", 2, "kind of group"),
        ("/((?i)a)", 2, "kind of group"),
        ("/((?i:a))", 2, "kind of group"),
        ("/((?P<n>a))", 2, "kind of group"),
        ("/((?#a))", 2, "kind of group"),
        ("/((?<1>a))", 2, "name of a group"),
        ("/((?<n>a)(?<n>b))", 9, "two groups"),
    ]);
}

#[test]
fn entries_have_limits() {
    let of_length = |length: usize| format!("/{}", "\u{e9}".repeat(length - 1));
    assert!(compile(&of_length(MAX_LENGTH)).is_ok());
    assert_eq!(
        compile(&of_length(MAX_LENGTH + 1)).map_err(|mistake| mistake.at),
        Err(1 + 2 * (MAX_LENGTH - 1))
    );
    let nested = |depth: usize| format!("/({}a{})", "(?:".repeat(depth), ")".repeat(depth));
    regex(&nested(50));
    assert!(compile(&nested(51)).expect_err("too deep").message.contains("50 deep"));
    assert!(compile(&nested(1000)).is_err());
    let scattered: String =
        (0..15).filter_map(|n| char::from_u32(0x1_0000 + n * 0x1_1111)).collect();
    let many = |end| ('\u{4e00}'..end).step_by(2).collect::<String>();
    let large = format!("/([{}]{{99}})", many('\u{5000}'));
    assert!(compile(&large).expect_err("too large").message.contains("1000"));
    for entry in [
        &format!("/([{}])", many('\u{6000}')),
        &format!("/([^{scattered}]{{999}})"),
        &format!("/{}", ":a-".repeat(1365)),
        &format!("/{}", "{a}*".repeat(1023)),
        &format!("/{}", "(a)".repeat(333)),
        r"/(\S{999})",
        r"/(\W{999})",
        r"/([^\S]{999})",
        "/([^a]{999})",
        "/(a{990})",
        "/((?:[^a]{0,30}){0,30})",
        "/((?:.{30}){30,})",
        "/((?:(?!a).{30}){30,})",
    ] {
        regex(entry);
    }
}

#[test]
fn hints_repeat_what_was_written() {
    let hint = |entry: &str| compile(entry).expect_err(entry).hint;
    assert_eq!(hint("/api/*"), r"write `/api/:path*`, or `\*` for the character");
    assert_eq!(hint("about"), "write `/about`");
}
