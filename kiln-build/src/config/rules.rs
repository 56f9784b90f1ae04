//! The rules for single settings. Each returns the normalized value, or a message and a hint.

pub(super) fn site_origin(text: &str) -> Result<String, (String, String)> {
    let origin = text.strip_suffix('/').unwrap_or(text);
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let Some(host) = host else {
        return Err((
            format!("`{text}` is not an origin"),
            match text.contains(':') {
                true => "write an address of `https://` or `http://`, for example \"https://example.com\"".into(),
                false => format!("write the scheme too: \"https://{text}\""),
            },
        ));
    };
    if let Some((name, path)) = host.split_once('/') {
        let scheme = &origin[..origin.len() - host.len()];
        return Err((
            "`site` is an origin, which has no path".into(),
            format!("write site = \"{scheme}{name}\" and base = \"/{path}\""),
        ));
    }
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
    if name.is_empty() || !name.chars().all(is_name) || port.parse::<u16>().is_err() {
        return Err((
            format!("`{host}` is not a valid host name"),
            "write ASCII letters, digits, dots and hyphens, and optionally a port: \"https://example.com:8080\"".into(),
        ));
    }
    Ok(origin.to_owned())
}

pub(super) fn base_path(text: &str) -> Result<String, (String, String)> {
    let Some(path) = text.strip_prefix('/') else {
        let path = if text.contains(':') { "docs" } else { text };
        return Err(("`base` must start with `/`".into(), format!("write \"/{path}\"")));
    };
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Ok(String::new());
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=@/".contains(c);
    let is_segment = |segment: &str| !matches!(segment, "" | "." | "..");
    if !path.chars().all(is_plain) || !path.split('/').all(is_segment) {
        return Err((
            format!("`{text}` is not a valid base path"),
            "write segments of ASCII letters, digits and `-._~`, for example \"/team/docs\"".into(),
        ));
    }
    Ok(format!("/{path}"))
}

pub(super) fn out_folder(text: &str) -> Result<String, (String, String)> {
    if text.is_empty() || text.contains(char::is_control) {
        return Err((
            "`out` must name a folder".into(),
            "write a path beside Cargo.toml, for example \"dist\"".into(),
        ));
    }
    let hint = "write a separate folder, for example \"dist\"".to_owned();
    let folders = out_folders(text);
    match folders.as_slice() {
        [] => Err((format!("`{text}` is the folder of the site, or contains it"), hint)),
        [first, ..]
            if ["src", "content", "public"].contains(first)
                && !is_absolute(text)
                && !text.contains("..") =>
        {
            Err((format!("`{text}` is a folder with sources of the site"), hint))
        }
        _ => Ok(text.to_owned()),
    }
}

/// The folders that remain in a path after resolving `..`; those outside the site are left out.
fn out_folders(text: &str) -> Vec<&str> {
    let mut folders = Vec::new();
    for folder in text.split(['/', '\\']) {
        match folder {
            "" | "." => {}
            ".." => {
                folders.pop();
            }
            folder => folders.push(folder),
        }
    }
    folders
}

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\'])
}
