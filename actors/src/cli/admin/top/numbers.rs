//! Numbers and names in few columns.

/// Writes a count in five columns at most: `999`, `12.3k`, `4.5M`.
pub(super) fn count_text(count: f64) -> String {
    let units = [(1e9, "G"), (1e6, "M"), (1e4, "k")];
    match units.into_iter().find(|(least, _)| count >= *least) {
        None => format!("{count:.0}"),
        Some((least, unit)) => {
            let scaled = if unit == "k" { count / 1e3 } else { count / least };
            if scaled >= 99.95 { format!("{scaled:.0}{unit}") } else { format!("{scaled:.1}{unit}") }
        }
    }
}

/// Writes a rate: `0`, `0.4`, `9.9`, `120`, `12.3k`.
pub(super) fn rate_text(rate: f64) -> String {
    match rate {
        _ if rate < 0.05 => "0".to_owned(),
        _ if rate < 9.95 => format!("{rate:.1}"),
        _ => count_text(rate),
    }
}

/// Writes milliseconds in six columns at most: `0.1ms`, `12ms`, `3.4s`, `12m`, `5h`.
pub(super) fn wait_text(ms: f64) -> String {
    match ms {
        _ if ms < 0.05 => "0".to_owned(),
        _ if ms < 9.95 => format!("{ms:.1}ms"),
        _ if ms < 999.5 => format!("{ms:.0}ms"),
        _ if ms < 99_950.0 => format!("{:.1}s", ms / 1e3),
        _ if ms < 5_970_000.0 => format!("{:.0}m", ms / 6e4),
        _ => format!("{:.0}h", ms / 3.6e6),
    }
}

/// Writes bytes: `512K`, `1.2G`.
pub(super) fn bytes_text(bytes: u64) -> String {
    let kib = bytes as f64 / 1024.0;
    let units = [(1024.0 * 1024.0 * 1024.0, "T"), (1024.0 * 1024.0, "G"), (1024.0, "M")];
    match units.into_iter().find(|(least, _)| kib >= *least) {
        None => format!("{kib:.0}K"),
        Some((least, unit)) if kib / least < 9.95 => format!("{:.1}{unit}", kib / least),
        Some((least, unit)) => format!("{:.0}{unit}", kib / least),
    }
}

/// Keeps the beginning of a text, with a sign where its end is cut.
pub(super) fn cut_end(text: &str, width: usize, sign: char) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    if width == 0 { String::new() } else { format!("{kept}{sign}") }
}

/// Keeps the end of a text, with a sign where its beginning is cut: the end of a path says the most.
pub(super) fn cut_start(text: &str, width: usize, sign: char) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().skip(count - width.saturating_sub(1).min(count)).collect();
    if width == 0 { String::new() } else { format!("{sign}{kept}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_short() {
        let counts = [0.0, 999.0, 9_999.0, 12_345.0, 250_000.0, 4_500_000.0, 2e9].map(count_text);
        assert_eq!(counts, ["0", "999", "9999", "12.3k", "250k", "4.5M", "2.0G"]);
        assert_eq!([0.01, 0.42, 9.99, 120.4].map(rate_text), ["0", "0.4", "10", "120"]);
        let waits = [0.0, 0.12, 11.6, 1_000.0, 120_000.0, 7_200_000.0].map(wait_text);
        assert_eq!(waits, ["0", "0.1ms", "12ms", "1.0s", "2m", "2h"]);
        assert_eq!(
            [0, 524_288, 1_288_490_188, 17_179_869_184].map(bytes_text),
            ["0K", "512K", "1.2G", "16G"]
        );
    }

    #[test]
    fn names_keep_what_says_the_most() {
        assert_eq!(cut_end("self-play", 6, '…'), "self-…");
        assert_eq!(cut_start("node/workers/self-play/0", 12, '…'), "…self-play/0");
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_it_may_be(text in "\\PC{0,60}", width in 0usize..30) {
            prop_assert!(cut_end(&text, width, '~').chars().count() <= width);
            prop_assert!(cut_start(&text, width, '~').chars().count() <= width);
        }

        #[test]
        fn counts_fit_their_columns(count in 0.0f64..9e11, ms in 0.0f64..1e12) {
            prop_assert!(count_text(count).len() <= 5, "{}", count_text(count));
            prop_assert!(rate_text(count).len() <= 5);
            prop_assert!(wait_text(ms).len() <= 7, "{}", wait_text(ms));
        }
    }
}
