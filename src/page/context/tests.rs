use super::*;
use crate::support::{self, vectors};

#[test]
fn urls_are_the_same_as_in_astro() {
    vectors::check("request_url", REQUEST_URL, |case| {
        let file = vectors::text(&case["page_file"]);
        let (stem, _) = file.rsplit_once('.').expect("a file with an extension");
        let config = vectors::config(&case["config"]);
        let route = match stem.strip_suffix("index") {
            Some(folder) if matches!(folder.chars().last(), None | Some('/')) => {
                support::index_route(&format!("/{}", folder.trim_end_matches('/')), config)
            }
            _ => support::route(&format!("/{stem}"), config),
        };
        let path = RoutePath::new(&route.pattern, &RawParams::new()).expect("a path");
        let ctx =
            Context::prerendering(None, &Origin::of(route.config), route, &path, RawParams::new())
                .expect("a context");
        for (key, actual) in [
            ("expect_pathname", ctx.url.path()),
            ("expect_url", &*ctx.url.to_string()),
            ("expect_origin_pathname", &*ctx.origin_pathname),
        ] {
            if let Some(expected) = case[key].as_str() {
                vectors::same(actual, expected)?;
            }
        }
        Ok(())
    });
}

const REQUEST_URL: &vectors::LeftOut = &[
    (
        "the canonical URL never contains a file name",
        &[
            "request_url-001",
            "request_url-002",
            "request_url-003",
            "request_url-054",
            "request_url-056",
            "request_url-058",
            "request_url-059",
            "request_url-060",
            "request_url-064",
            "request_url-065",
            "request_url-067",
            "request_url-068",
            "request_url-069",
            "request_url-071",
            "request_url-072",
            "request_url-073",
            "request_url-074",
            "request_url-077",
            "request_url-079",
            "request_url-080",
            "request_url-082",
            "request_url-083",
            "request_url-087",
            "request_url-088",
            "request_url-092",
            "request_url-093",
            "request_url-095",
            "request_url-098",
            "request_url-102",
            "request_url-105",
            "request_url-107",
            "request_url-112",
            "request_url-113",
        ],
    ),
    (
        "the canonical URL has no slash with `ignore`",
        &[
            "request_url-004",
            "request_url-040",
            "request_url-041",
            "request_url-048",
            "request_url-049",
            "request_url-106",
            "request_url-111",
        ],
    ),
    (
        "`origin_pathname` has the trailing slash of the canonical URL",
        &[
            "request_url-013",
            "request_url-021",
            "request_url-043",
            "request_url-044",
            "request_url-052",
            "request_url-053",
            "request_url-114",
        ],
    ),
];
