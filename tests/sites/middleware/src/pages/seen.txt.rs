use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<String> {
    let locals = ctx.locals.try_serialize()?;
    let Context { url, route_pattern, origin_pathname, is_prerendered, .. } = ctx;
    Ok(format!("{url} {route_pattern} {origin_pathname} {is_prerendered} {locals}\n"))
}
