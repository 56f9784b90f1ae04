use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<Html<String>> {
    let images = [
        ctx.image("cover.jpg")?,
        ctx.image("cover.jpg")?
            .alt("A \"kiln\" <at night>")
            .widths(&[50, 100])
            .sizes("(min-width: 40em) 50vw, 100vw"),
        ctx.image("chart.png")?.alt("A chart").widths([50, 100, 400]).lazy(false),
        ctx.image("logo.svg")?.alt("The logo").widths([50]),
        ctx.image("moving.gif")?.alt("An animation").widths([10]),
    ];
    let cover = &images[0];
    let mut html =
        format!("<!doctype html>\n<p>{} × {}, {}\n", cover.width(), cover.height(), cover.url());
    images.iter().for_each(|image| html += &format!("{image}\n"));
    Ok(Html(html))
}
