//! Names of the parts of a compound, for formats in which each has one.

/// Names for so many parts of a column: where its name consists of as many words, with `_` between them, these words
/// (`tcpMPTBF_tcpMPF`), else `f1`, `f2` and so on. No two are the same.
pub(crate) fn names(column: &str, parts: usize) -> Vec<String> {
    let words: Vec<&str> = column.split('_').collect();
    let is_unique = |n: usize| !words[..n].contains(&words[n]) && !words[n].is_empty();
    if words.len() == parts && (0..parts).all(is_unique) {
        return words.into_iter().map(str::to_owned).collect();
    }
    (1..=parts).map(|n| format!("f{n}")).collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn words_of_the_column_where_they_fit() {
        assert_eq!(names("a_b", 2), ["a", "b"]);
        assert_eq!(names("a_b_c", 2), ["f1", "f2"]);
        assert_eq!(names("a_a", 2), ["f1", "f2"]);
        assert_eq!(names("a_", 2), ["f1", "f2"]);
        assert_eq!(names("abc", 3), ["f1", "f2", "f3"]);
    }
}
