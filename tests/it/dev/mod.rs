//! `cargo dev` over plain connections, in copies of `tests/sites/edited`. `tests/browser` has what needs a browser.
//!
//! Where the promises of the development server are tested; `unit` stands for tests in `kiln-dev/src`, beside the code:
//!
//! | promise | test |
//! |---|---|
//! | the alias, `--open`, `--poll`, `--host` | `options` |
//! | on loopback only without `--host` | `options::other_machines_cannot_connect` |
//! | `--port`, the next free port, several servers, their secrets | `requests::a_second_server_is_another` |
//! | every page on request, `is_dev()`, `no-store` | `changes::pages_are_rendered_on_request` |
//! | content, renamed files and folders | `changes::content_is_read_again` |
//! | Rust, `include_str!`, Cargo.toml, kiln.toml, path dependencies | `changes::rust_is_compiled`, `changes::a_dependency_is_compiled`, `changes::a_site_that_does_not_compile…`, unit: `change` |
//! | an edit links the site alone, or all of it | `library`, unit: `compile::dylib` |
//! | a newer change stops a compilation, the site before answers meanwhile | `changes::a_newer_change_stops_a_compilation` |
//! | what is not watched, an untouched `dist/` | `changes::files_that_nobody_saves_change_nothing`, `changes::a_site_is_edited`, unit: `watch` |
//! | the last site answers, status 503 without one, messages as Cargo shows them | `changes::the_last_site_answers…`, `changes::a_site_that_does_not_compile…`, browser |
//! | failures, panics, 404 pages, also one for each language, nearest pages, all routes | `changes::a_page_fails_in_its_place`, unit: `browser::routes`, browser |
//! | one line for each change, no colors without a terminal | `changes` |
//! | Ctrl-C, a killed server, a thousand changes | `changes::a_site_is_edited`, `options`, `changes::many_changes_leave_nothing_behind` |
//! | hosts, origins, websockets, paths | `requests`, unit: `proxy::guard`, `proxy::hosts` |
//! | compressed pages, streams, uploads, websockets pass through | `requests`, unit: `proxy::forward`, `proxy::inject` |
//! | reload, scroll position, swapped styles and pictures, sleep, the overlay, `Esc`, the keyboard, roles and names, axe-core | browser |
//! | the size of the script | unit: `browser` |
//! | editors by number and secret, without a shell | `requests`, browser, unit: `browser::editor` |

mod changes;
mod library;
mod options;
mod requests;
mod site;

use self::site::{DevServer, EditedSite, PATIENCE, wait_for_end};
