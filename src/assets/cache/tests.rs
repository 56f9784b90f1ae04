use super::*;

use std::cell::Cell;
use std::fs::File;

/// An empty folder, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("kiln-cache-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Scratch(folder)
    }

    fn cache(&self) -> Cache {
        Cache::at(self.0.clone())
    }

    /// A build that uses some entries, and the number of those that it had to make.
    fn build(&self, name: &str, entries: &[&str]) -> usize {
        let cache = self.cache();
        let made = use_entries(&cache, entries);
        cache.finish(name);
        made
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn use_entries(cache: &Cache, entries: &[&str]) -> usize {
    let count = Cell::new(0);
    for entry in entries {
        let mut make = || {
            count.set(count.get() + 1);
            Ok(entry.as_bytes().to_vec())
        };
        let got = cache.cached("room", &key(entry), &mut make).expect("an entry");
        assert_eq!(got, entry.as_bytes());
    }
    count.get()
}

fn key(text: &str) -> Key {
    Key::new(&[text.as_bytes()])
}

#[test]
fn parts_of_a_key_stay_apart() {
    assert_ne!(Key::new(&[b"ab", b"c"]), Key::new(&[b"a", b"bc"]));
    assert_ne!(Key::new(&[b"a"]), Key::new(&[b"a", b""]));
    assert_eq!(Key::of_name(&(key("x").hex() + ".webp")), Some(key("x")));
}

#[test]
fn keeps_what_the_last_two_builds_used() {
    let scratch = Scratch::new("two");
    assert_eq!(scratch.build("site", &["a", "b"]), 2);
    assert_eq!(scratch.build("site", &["a"]), 0);
    assert_eq!(scratch.build("site", &["a", "b"]), 0, "the build before the last used `b`");
    scratch.build("site", &["a"]);
    scratch.build("site", &["a"]);
    assert_eq!(scratch.build("site", &["a", "b"]), 1, "two builds did not use `b`");
}

#[test]
fn a_room_that_is_not_used_any_more_is_emptied() {
    let scratch = Scratch::new("room");
    scratch.build("site", &["a"]);
    scratch.build("site", &[]);
    scratch.build("site", &[]);
    assert!(!scratch.0.join("room").join(key("a").hex()).exists());
}

#[test]
fn builds_of_other_sites_and_shards_keep_their_entries() {
    let scratch = Scratch::new("others");
    scratch.build("shard 1", &["a"]);
    for _ in 0..3 {
        scratch.build("shard 2", &["b"]);
    }
    assert_eq!(scratch.build("shard 1", &["a"]), 0);
    let list = used_list(&scratch, "shard 1");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(40 * 24);
    File::options().write(true).open(list).unwrap().set_modified(long_ago).expect("a time to set");
    scratch.build("shard 2", &["b"]);
    assert_eq!(scratch.build("shard 1", &["a"]), 1, "the site has been gone for 30 days");
}

fn used_list(scratch: &Scratch, build: &str) -> PathBuf {
    scratch.0.join("room").join(format!(".used-{}", key(build).hex()))
}

#[test]
fn nothing_is_removed_while_another_build_runs() {
    let scratch = Scratch::new("parallel");
    scratch.build("site", &["a"]);
    let other = scratch.cache();
    use_entries(&other, &["c"]);
    for _ in 0..3 {
        scratch.build("site", &["b"]);
    }
    assert_eq!(use_entries(&other, &["a", "c"]), 0);
    other.finish("other");
    drop(other);
    assert_eq!(scratch.build("other", &["a", "c"]), 0);
}

#[test]
fn a_broken_entry_is_made_again() {
    let scratch = Scratch::new("broken");
    for (index, change) in [
        (|bytes: &mut Vec<u8>| bytes.clear()) as fn(&mut Vec<u8>),
        |bytes| bytes.truncate(8),
        |bytes| *bytes.last_mut().expect("a byte") ^= 1,
        |bytes| bytes[0] ^= 1,
        |bytes| bytes.push(0),
    ]
    .iter()
    .enumerate()
    {
        scratch.build("site", &["entry"]);
        let path = scratch.0.join("room").join(key("entry").hex());
        let mut bytes = fs::read(&path).expect("an entry");
        change(&mut bytes);
        fs::write(&path, bytes).expect("a file to write");
        assert_eq!(scratch.build("site", &["entry"]), 1, "change {index}");
        assert_eq!(scratch.build("site", &["entry"]), 0, "change {index}");
    }
}

#[test]
fn a_broken_file_is_missing() {
    let scratch = Scratch::new("file");
    let room = scratch.cache().room("room");
    let path = room.put_file(&key("a"), "webp", b"bytes").expect("a file");
    assert_eq!(fs::read(&path).expect("a file"), b"bytes");
    assert_eq!(room.file(&key("a"), "webp"), Some(path.clone()));
    assert_eq!(room.file(&key("b"), "webp"), None);
    fs::write(&path, b"bytesx").expect("a file to write");
    assert_eq!(room.file(&key("a"), "webp"), None);
    fs::remove_file(&path).expect("a file to remove");
    assert_eq!(room.file(&key("a"), "webp"), None);
}

#[test]
fn what_a_killed_build_left_half_written_is_removed() {
    let scratch = Scratch::new("killed");
    scratch.build("site", &["a"]);
    let left = scratch.0.join("room/.new-1-1");
    fs::write(&left, "half").expect("a file to write");
    scratch.build("site", &["a"]);
    assert!(!left.exists());
}

#[test]
fn a_cache_that_cannot_be_written_is_not_an_error() {
    let scratch = Scratch::new("failing");
    fs::write(scratch.0.join("room"), "a file where the folder should be")
        .expect("a file to write");
    assert_eq!(scratch.build("site", &["a"]), 1);
    assert_eq!(scratch.build("site", &["a"]), 1);
}

#[test]
fn builds_at_the_same_time_share_entries() {
    let scratch = Scratch::new("threads");
    std::thread::scope(|scope| {
        for build in ["one", "two", "three", "four"] {
            let scratch = &scratch;
            scope.spawn(move || {
                for _ in 0..20 {
                    scratch.build(build, &["a", "b", "c"]);
                }
            });
        }
    });
    assert_eq!(scratch.build("one", &["a", "b", "c"]), 0);
}

#[test]
fn the_target_folder_is_the_one_that_the_program_is_in() {
    let scratch = Scratch::new("target");
    let target = scratch.0.join("elsewhere");
    let program = target.join("x86_64-unknown-linux-gnu/release/site");
    fs::create_dir_all(&program).expect("a folder");
    assert_eq!(target_folder(&program), None);
    let tag = "Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by cargo.\n";
    fs::write(target.join("CACHEDIR.TAG"), tag).expect("a file to write");
    assert_eq!(target_folder(&program), Some(target));
}
