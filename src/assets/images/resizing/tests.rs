use super::*;

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use image::{Rgb, RgbImage};
use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::assets::cache::Cache;
use crate::assets::images::resize;
use crate::assets::store::Lifetime;

/// A site with one image of 100 × 50 pixels, removed on drop.
struct Site(PathBuf);

const COVER: &str = "assets/cover.jpg";

impl Site {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("kiln-images-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("assets")).expect("a folder");
        let site = Site(folder);
        site.write(COVER, Format::Jpeg, [200, 100, 50]);
        site
    }

    fn write(&self, path: &str, format: Format, color: [u8; 3]) {
        let pixels = RgbImage::from_pixel(100, 50, Rgb(color)).into();
        let bytes = resize::encode(&pixels, format).expect("an image");
        fs::write(self.0.join(path), bytes).expect("a file to write");
    }

    fn store(&self, lifetime: Lifetime) -> Store {
        let mut store = Store::new(self.0.clone(), "/docs", lifetime);
        store.cache = Cache::at(self.0.join("cache"));
        store
    }

    /// The files of the cache that are images, and when each was written.
    fn cached(&self) -> Vec<(PathBuf, SystemTime)> {
        let entries = fs::read_dir(self.0.join("cache/images")).expect("a folder");
        let entries = entries.map(|entry| entry.expect("an entry"));
        let images = entries.filter(|entry| entry.path().extension().is_some());
        let mut images: Vec<(PathBuf, SystemTime)> = images
            .map(|entry| {
                (entry.path(), entry.metadata().and_then(|it| it.modified()).expect("a time"))
            })
            .collect();
        images.sort();
        images
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn resize(store: &Store, path: &str, widths: &[u32]) -> Result<Arc<Resized>, AssetError> {
    store.resized(&store.image_file(path)?, widths)
}

/// The names of the files without hashes.
fn names(store: &Store, path: &str, widths: &[u32]) -> (Vec<String>, Vec<String>) {
    let resized = resize(store, path, widths).expect("sizes");
    let (own, webp) = store.candidates(&resized);
    let name = |candidate: Candidate| {
        let parts: Vec<&str> = candidate.url.split('.').collect();
        assert!(parts[0].starts_with("/docs/_assets/") && parts[1].len() == 8, "{parts:?}");
        format!("{}.{} {}w", &parts[0][14..], parts[2], candidate.width)
    };
    (own.into_iter().map(name).collect(), webp.into_iter().map(name).collect())
}

#[test]
fn each_width_is_there_in_both_formats() {
    let site = Site::new("formats");
    let store = site.store(Lifetime::Once);
    let (own, webp) = names(&store, COVER, &[40, 20, 40, 0]);
    assert_eq!(own, ["cover-20.jpg 20w", "cover-40.jpg 40w"]);
    assert_eq!(webp, ["cover-20.webp 20w", "cover-40.webp 40w"]);
    let requested = store.requested();
    assert!(requested.iter().all(|asset| asset.path.starts_with(site.0.join("cache"))));
    for (format, path) in [(Format::Png, "assets/a.png"), (Format::Gif, "assets/a.gif")] {
        site.write(path, format, [1, 2, 3]);
        let (own, webp) = names(&store, path, &[20]);
        let extension = format.extension();
        assert_eq!(
            (own, webp),
            (vec![format!("a-20.{extension} 20w")], vec!["a-20.webp 20w".into()])
        );
    }
    site.write("assets/b.webp", Format::WebP, [1, 2, 3]);
    assert_eq!(names(&store, "assets/b.webp", &[20]), (vec!["b-20.webp 20w".into()], vec![]));
}

#[test]
fn the_original_stands_for_widths_that_are_not_smaller() {
    let site = Site::new("full");
    let store = site.store(Lifetime::Once);
    let (own, webp) = names(&store, COVER, &[40, 100, 960]);
    assert_eq!(own, ["cover-40.jpg 40w", "cover.jpg 100w"]);
    assert_eq!(webp, ["cover-40.webp 40w", "cover-100.webp 100w"]);
    for widths in [&[][..], &[0], &[100], &[100, 960]] {
        assert_eq!(names(&store, COVER, widths), (vec![], vec![]), "{widths:?}");
    }
    site.write("assets/b.webp", Format::WebP, [1, 2, 3]);
    let (own, _) = names(&store, "assets/b.webp", &[40, 960]);
    assert_eq!(own, ["b-40.webp 40w", "b-100.webp 100w"]);
}

#[test]
fn svg_and_animations_are_not_resized() {
    let site = Site::new("animated");
    let store = site.store(Lifetime::Once);
    fs::write(site.0.join("assets/a.svg"), "<svg width='100' height='50'/>").expect("a file");
    let frame = image::Frame::new(image::RgbaImage::new(100, 50));
    let mut bytes = Vec::new();
    image::codecs::gif::GifEncoder::new(&mut bytes)
        .encode_frames([frame.clone(), frame])
        .expect("an animation");
    fs::write(site.0.join("assets/a.gif"), bytes).expect("a file");
    for path in ["assets/a.svg", "assets/a.gif"] {
        assert_eq!(names(&store, path, &[20]), (vec![], vec![]), "{path}");
    }
}

#[test]
fn a_second_build_takes_everything_from_the_cache() {
    let site = Site::new("warm");
    let first = names(&site.store(Lifetime::Once), COVER, &[20, 40]);
    let cached = site.cached();
    assert_eq!(cached.len(), 4);
    let store = site.store(Lifetime::Once);
    assert_eq!(names(&store, COVER, &[20, 40]), first);
    assert_eq!(site.cached(), cached);
    names(&store, COVER, &[20, 60]);
    assert_eq!(site.cached().len(), 6, "only the new width is made");
    site.write(COVER, Format::Jpeg, [0, 0, 0]);
    names(&site.store(Lifetime::Once), COVER, &[20]);
    assert_eq!(site.cached().len(), 8, "another original is another image");
}

#[test]
fn a_broken_file_in_the_cache_is_made_again() {
    let site = Site::new("broken-cache");
    let first = names(&site.store(Lifetime::Once), COVER, &[20]);
    for (file, _) in site.cached() {
        fs::write(file, "not an image").expect("a file to write");
    }
    let store = site.store(Lifetime::Once);
    assert_eq!(names(&store, COVER, &[20]), first);
    assert!(site.cached().iter().all(|(file, _)| fs::read(file).expect("a file").len() > 20));
}

#[test]
fn without_a_cache_the_bytes_stay_in_memory() {
    let site = Site::new("no-cache");
    let with = names(&site.store(Lifetime::Once), COVER, &[20]);
    let mut store = site.store(Lifetime::Once);
    fs::write(site.0.join("file"), "").expect("a file");
    store.cache = Cache::at(site.0.join("file"));
    assert_eq!(names(&store, COVER, &[20]), with);
    assert!(store.requested().iter().all(|asset| asset.rewritten.is_some()));
}

#[test]
fn each_image_is_made_once_for_all_threads() {
    let site = Site::new("once");
    let store = site.store(Lifetime::Once);
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| resize(&store, COVER, &[20]).expect("sizes"))).collect();
        let mut made = threads.into_iter().map(|thread| thread.join().expect("a thread"));
        let first = made.next().expect("a thread");
        assert!(made.all(|other| Arc::ptr_eq(&other, &first)));
    });
    assert_eq!(store.requested().len(), 2);
}

#[test]
fn a_server_sees_changes() {
    let site = Site::new("server");
    let store = site.store(Lifetime::UntilChanged);
    let first = resize(&store, COVER, &[20]).expect("sizes");
    assert!(Arc::ptr_eq(&first, &resize(&store, COVER, &[20]).expect("sizes")));
    fs::write(site.0.join(COVER), "no image").expect("a file");
    resize(&store, COVER, &[20]).expect_err("a broken image");
    site.write(COVER, Format::Jpeg, [0, 0, 0]);
    let second = resize(&store, COVER, &[20]).expect("sizes");
    assert_ne!(first.own[0].1.name, second.own[0].1.name);
    fs::remove_dir_all(site.0.join("cache/images")).expect("a folder to remove");
    let third = resize(&store, COVER, &[20]).expect("sizes");
    assert_eq!(third.own[0].1.name, second.own[0].1.name);
}

#[test]
fn mistakes_name_the_file() {
    let site = Site::new("mistakes");
    let store = site.store(Lifetime::Once);
    let whole = fs::read(site.0.join(COVER)).expect("a file");
    fs::write(site.0.join("assets/half.jpg"), &whole[..whole.len() - 20]).expect("a file");
    fs::write(site.0.join("assets/text.jpg"), "text").expect("a file");
    for (path, expected) in [
        (
            "half.jpg",
            "assets/half.jpg: the image is broken: the file ends inside of the image data",
        ),
        (
            "text.jpg",
            "assets/text.jpg: the file is not an image that browsers show\n  \
             hint: the formats are JPEG, PNG, GIF, WebP, AVIF and SVG; `ctx.asset` gives the URL of any other file",
        ),
        ("covr.jpg", "assets/covr.jpg: does not exist\n  hint: did you mean `cover.jpg`?"),
        (
            "../cover.jpg",
            "assets/../cover.jpg: contains `..`, which could lead out of the folder\n  \
             hint: name the file by its path without `..`",
        ),
    ] {
        let found = store.image(path).and_then(|original| store.resized(&original, &[20]));
        assert_eq!(found.expect_err("a mistake").to_string(), expected);
    }
}

#[test]
fn a_thread_does_not_wait_for_the_image_that_it_makes() {
    let site = Site::new("steals");
    let store = site.store(Lifetime::Once);
    let (sender, receiver) = mpsc::channel();
    // It is not joined: it would never end.
    thread::spawn(move || {
        let pages = ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
        // While a thread of rayon waits for another pool in rayon's way, it takes up more of these.
        pages.install(|| {
            (0..500_u32).into_par_iter().for_each(|page| {
                resize(&store, COVER, &[20 + page % 7]).expect("sizes");
            });
        });
        let _ = sender.send(store.requested().len());
    });
    let requested = receiver.recv_timeout(Duration::from_mins(5));
    assert_eq!(requested.expect("threads that do not wait for each other"), 14);
}

#[test]
fn a_server_finds_the_images_of_an_earlier_one() {
    let site = Site::new("restart");
    site.write("assets/e\u{301}.b.webp", Format::WebP, [1, 2, 3]);
    let store = site.store(Lifetime::UntilChanged);
    resize(&store, COVER, &[20, 40, 200]).expect("sizes");
    resize(&store, "assets/e\u{301}.b.webp", &[20]).expect("sizes");
    let made = store.requested();
    assert_eq!(made.len(), 7);
    let found = |name: &str| site.store(Lifetime::UntilChanged).find(name);
    for asset in &made {
        let again = found(&asset.name).expect(&asset.name);
        assert_eq!((&again.path, again.digest), (&asset.path, asset.digest));
    }
    // That of 20 pixels is the first.
    let name = &made.iter().find(|asset| asset.name.contains(".jpg")).expect("a size").name;
    let hash = name.split('.').nth(1).expect("a hash");
    // It was not made, and is not: a client cannot make a server work.
    for other in [
        "cover-30",
        "cover-020",
        "cover-+20",
        "cover--20",
        "cover-",
        "cover",
        "x-20",
        "../cover-20",
        "-20",
    ] {
        let other = name.replace("cover-20", other);
        assert!(found(&other).is_none(), "{other}");
    }
    for other in
        [name.replace(hash, "00000000"), name.replace(".jpg", ".png"), name.replace(".jpg", ".gif")]
    {
        assert!(found(&other).is_none(), "{other}");
    }
    assert_eq!(site.cached().len(), 6);
    site.write(COVER, Format::Jpeg, [0, 0, 0]);
    assert!(found(name).is_none(), "that of another original");
}
