//! Texts in lines of a width.

/// Breaks a text into lines of a width, between words where that is possible. Where a line goes on it is indented as it began, and by `hang` columns more.
pub(crate) fn wrapped(text: &str, width: usize, hang: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for line in text.lines() {
        let own = line.chars().take_while(|c| *c == ' ').count();
        let indent = " ".repeat((own + hang).min(width / 2));
        let mut rest: Vec<char> = line.chars().collect();
        while rest.len() > width {
            let space = rest[..=width].iter().rposition(|c| *c == ' ').filter(|at| *at > indent.len());
            let at = space.unwrap_or(width);
            lines.push(rest[..at].iter().collect());
            let tail = rest[at..].iter().skip_while(|c| **c == ' ').copied();
            rest = indent.chars().chain(tail).collect();
        }
        lines.push(rest.into_iter().collect());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrapped("one two three", 8, 0), ["one two", "three"]);
        assert_eq!(wrapped("  abcdefghij", 8, 0), ["  abcdef", "  ghij"]);
        assert_eq!(wrapped("EVENT of hex8_2p: 12 games", 16, 2), ["EVENT of", "  hex8_2p: 12", "  games"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_letter_is_lost(text in "[a-z ]{0,80}", width in 0usize..30, hang in 0usize..6) {
            let lines = wrapped(&text, width, hang);
            for line in &lines {
                prop_assert!(line.chars().count() <= width.max(1));
            }
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
