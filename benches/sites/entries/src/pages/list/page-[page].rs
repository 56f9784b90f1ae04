use kiln::prelude::*;

pub fn static_paths(
    route: &Route,
) -> Result<impl IntoIterator<Item = StaticPath<RawParams, Page<u32>>>> {
    Ok(route.paginate(crate::numbers_of("list")?, 50))
}

pub fn get(page: &Page<u32>) -> Html<String> {
    crate::list("All posts", page)
}
