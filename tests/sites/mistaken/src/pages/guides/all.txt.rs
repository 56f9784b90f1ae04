use kiln::prelude::*;

use crate::content::GUIDES;

/// The guides once more: their mistakes are shown once.
pub fn get(ctx: &Context) -> Result<impl IntoResponse> {
    let mut all = String::new();
    for guide in GUIDES.entries()? {
        all.push_str(guide.render(ctx)?.html());
    }
    Ok(all)
}
