use kiln::prelude::*;

pub fn get() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"report.pdf\""),
    ];
    (headers, "%PDF-")
}
