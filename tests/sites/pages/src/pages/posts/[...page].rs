use kiln::prelude::*;

pub fn static_paths(route: &Route) -> impl IntoIterator<Item = StaticPath<RawParams, Page<u32>>> {
    route.paginate(1..=5, 2)
}

pub fn get(page: &Page<u32>, ctx: &Context) -> impl IntoResponse {
    Html(format!("{:?}\n{page:#?}\n", ctx.params))
}
