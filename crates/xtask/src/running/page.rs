//! Reading the pages that are answered.

/// The value of the first hidden field of this name.
pub fn hidden<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split('"').next().filter(|value| !value.is_empty())
}

/// Whether these words stand in what was answered.
pub fn holds(body: &[u8], words: &str) -> bool {
    body.windows(words.len()).any(|part| part == words.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_hidden_field_is_read() {
        let page = "<input type=\"hidden\" name=\"whose\" value=\"a.b.c\"><input name=\"value\" value=\"\">";
        assert_eq!(hidden(page, "whose"), Some("a.b.c"));
        assert_eq!([hidden(page, "value"), hidden(page, "submission")], [None, None]);
    }
}
