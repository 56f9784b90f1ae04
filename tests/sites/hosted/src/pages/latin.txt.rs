use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    let text = b"gr\xfc\xdfe\n".to_vec();
    ([(header::CONTENT_TYPE, "text/plain; charset=iso-8859-1")], text)
}
