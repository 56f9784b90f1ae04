use kiln::prelude::*;

pub struct Params {
    pub id: u32,
}

/// Raw params where the page has typed ones: kiln parses them.
pub fn static_paths() -> Box<dyn Iterator<Item = StaticPath<RawParams, &'static str>>> {
    Box::new(
        [("007", "seven"), ("8", "eight")]
            .into_iter()
            .map(|(id, word)| StaticPath::new([("id", id)]).props(word)),
    )
}

pub fn get(word: &str, params: Params, ctx: &Context) -> String {
    format!("{word} {} {}\n", params.id, &ctx.params["id"])
}
