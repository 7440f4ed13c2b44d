//! Pages of a listing.

/// Rows of a page where the caller does not say.
const DEFAULT_ROWS: usize = 100;
/// Rows of a page, at most.
const MOST_ROWS: usize = 1000;

/// Returns the rows of a page.
pub(super) fn rows(asked: u32) -> usize {
    match asked as usize {
        0 => DEFAULT_ROWS,
        asked => asked.min(MOST_ROWS),
    }
}

/// Cuts the page that begins behind `token` out of rows with rising keys; returns it and the token of the next page.
///
/// Keys name rows and not places, so that rows which come meanwhile neither shift a page nor hide a row.
pub(super) fn cut<T, K: Ord>(
    rows: Vec<T>,
    size: usize,
    after: Option<K>,
    key: impl Fn(&T) -> K,
    token: impl Fn(&T) -> String,
) -> (Vec<T>, String) {
    let mut page: Vec<T> =
        rows.into_iter().filter(|row| after.as_ref().is_none_or(|after| key(row) > *after)).collect();
    if page.len() <= size {
        return (page, String::new());
    }
    page.truncate(size);
    let next = page.last().map(token).unwrap_or_default();
    (page, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_every_row_once() {
        let rows: Vec<u32> = (0..25).collect();
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let after = token.parse::<u32>().ok();
            let (page, next) = cut(rows.clone(), 10, after, |row| *row, ToString::to_string);
            seen.extend(page);
            if next.is_empty() {
                break;
            }
            token = next;
        }
        assert_eq!(seen, rows);
        assert_eq!(super::rows(0), DEFAULT_ROWS);
        assert_eq!(super::rows(5000), MOST_ROWS);
    }
}
