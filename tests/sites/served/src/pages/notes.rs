use kiln::prelude::*;

pub const PRERENDER: bool = false;

#[derive(serde::Deserialize)]
struct Note {
    text: String,
    stars: u8,
}

pub fn post(ctx: &Context) -> Result<impl IntoResponse> {
    let note: Note = ctx.json()?;
    Ok((StatusCode::CREATED, format!("{} with {}\n", note.text, note.stars)))
}
