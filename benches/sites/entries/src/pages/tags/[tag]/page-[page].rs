use kiln::prelude::*;

use crate::TAGS;

pub fn static_paths(
    route: &Route,
) -> Result<impl IntoIterator<Item = StaticPath<RawParams, Page<u32>>>> {
    // A tag is listed once the pages of the one before have been taken.
    let route = *route;
    let of_tag = move |tag: u32| {
        let numbers = crate::numbers_of("tags").into_iter().flatten();
        let numbers = numbers.filter(move |number| number % TAGS == tag);
        route.paginate(numbers, 50).params([("tag", tag)])
    };
    Ok((0..TAGS).flat_map(of_tag))
}

pub fn get(ctx: &Context, page: &Page<u32>) -> Result<Html<String>> {
    let tag: u32 = ctx.params.parse("tag")?;
    Ok(crate::list(&format!("Tag {tag}"), page))
}
