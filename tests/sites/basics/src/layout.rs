mod head;

pub fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n{}<body>\n{body}\n</body>\n</html>\n",
        head::head(title)
    )
}
