//! Pages of a listing, and the tokens between them.

use rr_proto::Sha256Digest;

use super::listing_failure::ListingFailure;

/// Rows of a page where the caller does not say.
const DEFAULT_ROWS: usize = 100;
/// Rows of a page, at most.
const MOST_ROWS: usize = 1000;
/// Bytes of the check in a token.
const CHECK: usize = 4;

/// Returns the rows of a page.
pub(super) fn rows(asked: u32) -> usize {
    match asked as usize {
        0 => DEFAULT_ROWS,
        asked => asked.min(MOST_ROWS),
    }
}

/// Writes the token behind the row called `key`; `listing` names the listing with all that selects its rows.
pub(super) fn write_token(listing: &[&str], key: &str) -> String {
    let bytes = check(listing, key).into_iter().chain(key.bytes());
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a token that [`write_token`] wrote for the same listing; none for any other text.
pub(super) fn read_token(listing: &[&str], token: &str) -> Option<String> {
    if !token.bytes().all(|byte| byte.is_ascii_hexdigit()) || !token.len().is_multiple_of(2) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(token.get(at..at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..token.len()).step_by(2).map(byte).collect::<Option<_>>()?;
    let (found, key) = bytes.split_first_chunk::<CHECK>()?;
    let key = std::str::from_utf8(key).ok()?;
    (*found == check(listing, key)).then(|| key.to_owned())
}

fn check(listing: &[&str], key: &str) -> [u8; CHECK] {
    let parts: Vec<&[u8]> = listing.iter().chain([&key]).map(|part| part.as_bytes()).collect();
    let digest = Sha256Digest::of_parts(&parts);
    let mut check = [0; CHECK];
    check.copy_from_slice(&digest.as_bytes()[..CHECK]);
    check
}

/// Reads the key in the token of a request; none for the first page.
///
/// # Errors
/// [`ListingFailure::Token`] for a text that no page of this listing ended with.
pub(super) fn after<K>(
    listing: &[&str],
    token: &str,
    read: impl FnOnce(&str) -> Option<K>,
) -> Result<Option<K>, ListingFailure> {
    if token.is_empty() {
        return Ok(None);
    }
    let key = read_token(listing, token).and_then(|key| read(&key));
    key.map(Some).ok_or_else(|| ListingFailure::Token(token.to_owned()))
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn a_token_is_read_by_its_own_listing_only(key in ".{0,40}", at: prop::sample::Index, flip in 1u8..=255) {
            let token = write_token(&["games", "hex8_2p"], &key);
            prop_assert_eq!(read_token(&["games", "hex8_2p"], &token), Some(key.clone()));
            prop_assert_eq!(read_token(&["games", "hex8_3p"], &token), None);
            prop_assert_eq!(read_token(&["games"], &token), None);
            let mut altered = token.clone().into_bytes();
            let at = at.index(altered.len());
            altered[at] ^= flip;
            if let Ok(altered) = String::from_utf8(altered) {
                let same = altered.eq_ignore_ascii_case(&token);
                prop_assert!(same || read_token(&["games", "hex8_2p"], &altered).is_none());
            }
        }

        #[test]
        fn any_text_is_refused_or_read_without_harm(text in ".{0,60}") {
            prop_assert_eq!(read_token(&["games"], &text).is_some_and(|key| write_token(&["games"], &key) != text.to_lowercase()), false);
        }
    }
}
