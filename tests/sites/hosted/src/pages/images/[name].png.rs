use kiln::prelude::*;

pub fn static_paths() -> impl IntoIterator<Item = StaticPath> {
    (0..43).map(|name| StaticPath::new([("name", name)]))
}

pub fn get(ctx: &Context) -> Result<Vec<u8>> {
    let name: u8 = ctx.params.parse("name")?;
    Ok(vec![0x89, b'P', b'N', b'G', name])
}
