use kiln::prelude::*;

pub const PRERENDER: bool = false;

/// `<p>compressed</p>`, compressed by gzip.
const GZIP: [u8; 37] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 179, 41, 176, 75, 206, 207, 45, 40, 74, 45, 46, 78, 77, 177,
    209, 47, 176, 3, 0, 44, 2, 121, 66, 17, 0, 0, 0,
];

pub fn get(ctx: &Context) -> Response {
    let accepted = ctx.request.headers().get(header::ACCEPT_ENCODING);
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let everybody = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    match accepted.contains("gzip") {
        true => (
            everybody,
            [(header::CONTENT_ENCODING, "gzip"), (header::CONTENT_TYPE, "text/html")],
            &GZIP[..],
        )
            .into_response(),
        false => (everybody, Html(format!("<p>accepted: {accepted}</p>"))).into_response(),
    }
}
