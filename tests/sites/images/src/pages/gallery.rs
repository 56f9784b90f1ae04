use kiln::prelude::*;

/// Scrolls through all images, and then says which files were chosen, and how far the page has moved (`tests/it/browser.rs`).
const SCRIPT: &str = "
let shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => shift += entry.value))
    .observe({ type: 'layout-shift', buffered: true });
addEventListener('load', async () => {
    const pause = () => new Promise(done => setTimeout(done, 100));
    for (const image of document.images) {
        image.scrollIntoView();
        while (!image.complete || !image.naturalWidth) await pause();
    }
    await pause();
    const names = new Set([...document.images].map(image => image.currentSrc.split('/').pop().split('.')[0]));
    document.title = `shift ${shift}; ${[...names]}; ${document.images.length} images`;
});
";

pub fn get(ctx: &Context) -> Result<Html<String>> {
    let image = ctx.image("wide.jpg")?.alt("Wide").widths([320, 640, 960]).sizes("100vw");
    let images = (0..20).map(|n| format!("<h2>Image {n}</h2>\n{image}\n")).collect::<String>();
    let style = "body { margin: 0 } img { display: block; width: 100%; height: auto }";
    Ok(Html(format!(
        "<!doctype html>\n<html lang=en><title>Gallery</title><style>{style}</style>\n{images}<p>The end</p><script>{SCRIPT}</script>"
    )))
}
