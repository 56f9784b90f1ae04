use kiln::prelude::*;

pub fn get(ctx: &Context) -> Result<Html<String>> {
    Ok(Html(format!("nothing here, see {}\n", ctx.asset("images/logo.svg")?)))
}
