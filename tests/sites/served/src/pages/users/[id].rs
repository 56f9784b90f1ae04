pub const PRERENDER: bool = false;

pub struct Params {
    pub id: u32,
}

pub fn get(params: &Params) -> String {
    format!("user {}\n", params.id)
}

pub fn put(params: &Params) -> String {
    format!("user {} is another\n", params.id)
}
