use kiln::prelude::*;

pub struct Params {
    pub page: usize,
}

pub fn static_paths(
    route: &Route,
) -> impl IntoIterator<Item = StaticPath<RawParams, Page<String>>> {
    route.paginate(Vec::new(), 10)
}

pub fn get(params: &Params, page: Page<String>) -> impl IntoResponse {
    let Page { start, end, total, last_page, .. } = page;
    Html(format!("{} {start} {end} {total} {last_page}\n", params.page))
}
