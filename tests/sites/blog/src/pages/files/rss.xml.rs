use kiln::prelude::*;

pub fn get() -> Result<Response> {
    crate::feed::feed()?.rss()
}
