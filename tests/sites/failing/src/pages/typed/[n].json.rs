use kiln::prelude::*;

pub struct Params {
    pub n: u8,
}

pub fn static_paths() -> [StaticPath; 3] {
    [StaticPath::new([("n", "7")]), StaticPath::new([("n", "x")]), StaticPath::new([("m", "1")])]
}

pub async fn get(params: Params) -> String {
    params.n.to_string()
}
