use crate::posts;
use kiln::prelude::*;

pub fn static_paths() -> Result<Vec<StaticPath>> {
    Ok(posts::all()?.into_iter().map(|slug| StaticPath::new([("slug", slug)])).collect())
}

pub fn get() -> &'static str {
    ""
}
