//! HTML pages with a head, a thousand in each folder. `KILN_BENCH_COUNT` sets their number. The sites `listed` and `unlisted` only
//! differ in `sitemap` of kiln.toml.

use kiln::prelude::*;

pub struct Params {
    pub group: u32,
    pub id: String,
}

pub fn static_paths() -> Result<impl IntoIterator<Item = StaticPath<Params, u32>>> {
    let count: u32 = std::env::var("KILN_BENCH_COUNT")?.parse()?;
    Ok((0..count).map(|number| {
        let id = format!("page-{}", number % 1000);
        StaticPath::new(Params { group: number / 1000, id }).props(number)
    }))
}

pub fn get(number: u32) -> Html<String> {
    Html(format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Page {number}</title>\
         <meta name=\"description\" content=\"One of many\"><link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body><h1>Page {number}</h1><p>Text.</p></body></html>\n"
    ))
}
