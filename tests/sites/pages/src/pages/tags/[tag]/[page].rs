use kiln::prelude::*;

#[derive(Clone)]
pub struct Tag {
    name: &'static str,
}

pub fn static_paths(
    route: &Route,
) -> impl Iterator<Item = StaticPath<RawParams, (Page<char>, Tag)>> {
    let tags = [("a b", "spaces"), ("ü", "umlauts")];
    tags.into_iter().flat_map(move |(tag, name)| {
        route.paginate(name.chars(), 4).params([("tag", tag)]).props(Tag { name })
    })
}

pub fn get(props: &(Page<char>, Tag)) -> impl IntoResponse {
    let (page, tag) = props;
    let letters: String = page.data.iter().collect();
    Html(format!("{} {letters} {:?} {:?}\n", tag.name, page.url.prev, page.url.next))
}
