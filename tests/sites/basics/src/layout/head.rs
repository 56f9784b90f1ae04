pub fn head(title: &str) -> String {
    format!("<head><title>{title}</title></head>\n")
}
