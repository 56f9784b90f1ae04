use kiln::prelude::*;

pub struct Params {
    pub minor: u8,
    pub major: u8,
}

pub async fn static_paths() -> Vec<StaticPath<Params>> {
    vec![StaticPath::new(Params { major: 1, minor: 2 })]
}

pub async fn get(params: Params) -> impl IntoResponse {
    Html(format!("<p>{}-{}</p>\n", params.major, params.minor))
}
