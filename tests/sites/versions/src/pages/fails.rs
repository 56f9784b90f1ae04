use kiln::prelude::*;

pub fn get() -> Result<impl IntoResponse> {
    match std::env::var("FAIL").as_deref() {
        Ok("error") => bail!("the page was asked to fail"),
        Ok("panic") => panic!("the page was asked to panic"),
        _ => Ok(Html("fine\n")),
    }
}
