//! Maps a command to its function.

mod json;
mod large;
mod markdown;
mod posts;
mod threads;
mod tree;

use std::io;

use self::json::Json;

/// Runs a command.
pub(crate) fn run(arguments: &[String]) -> io::Result<()> {
    let text = |index, what| arguments.get(index).map(String::as_str).ok_or_else(|| wrong(what));
    let number = |index, what| text(index, what)?.parse::<usize>().map_err(|_| wrong(what));
    let (command, folder) = (text(0, "a command")?, text(1, "a folder")?);
    match command {
        "posts" => posts::write_site(posts::POSTS, text(2, "a folder of posts")?, folder),
        "content" => posts::write_site(posts::CONTENT, text(2, "a folder of posts")?, folder),
        "large" => large::write_large(folder, number(2, "a count")?),
        "one" => large::write_one(folder),
        _ => {
            let (count, version) = (number(2, "a count")?, number(3, "a version")?);
            run_json(command, Json::new(folder, count, version))
        }
    }
}

fn run_json(command: &str, json: Json) -> io::Result<()> {
    match command {
        "create" => json.create(),
        "create-at" => json.create_at(),
        "create-at-alone" => json.alone().create_at(),
        "create-at-folders-first" => json.create_at_folders_first(),
        "create-at-in-turn" => json.create_at_in_turn(),
        "create-flat" => json.create_flat(),
        "compare" => json.compare(),
        "compare-at" => json.compare_at(),
        "stat" => json.stat(),
        "stat-at" => json.stat_at(),
        "overwrite" => json.overwrite(),
        "truncate" => json.truncate(),
        "unlink-create" => json.unlink_create(),
        "temporary-rename" => json.temporary_rename(),
        "stage-changed" => json.stage_changed(),
        "rename-changed" => json.rename_changed(),
        "exchange-changed" => json.exchange_changed(),
        "link-tree" => json.link_tree(),
        "exchange-tree" => json.exchange_tree(),
        "remove-tree" => json.remove_tree(),
        "remove-tree-std" => json.remove_tree_std(),
        "list" => json.list(),
        "list-std" => json.list_std(),
        _ => Err(wrong("a command that there is")),
    }
}

fn wrong(expected: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("expected {expected}"))
}
