//! Reading from any open table, snapshot or transaction.

use std::{borrow::Borrow, ops::RangeBounds, path::Path};

use redb::{Key, ReadableTable, Value};

use crate::{StorageError, StoredValue, Versioned};

/// Reads one value and converts it while the page is at hand.
pub(crate) fn get<'k, K: Key + 'static, V: Value + 'static, T>(
    table: &impl ReadableTable<K, V>,
    key: impl Borrow<K::SelfType<'k>>,
    path: &Path,
    convert: impl FnOnce(V::SelfType<'_>) -> T,
) -> Result<Option<T>, StorageError> {
    let found = table.get(key).map_err(|error| StorageError::database(path, error))?;
    Ok(found.map(|guard| convert(guard.value())))
}

/// Reads one packed value.
pub(crate) fn get_packed<'k, K: Key + 'static, T: StoredValue>(
    table: &impl ReadableTable<K, &'static [u8]>,
    key: impl Borrow<K::SelfType<'k>>,
    path: &Path,
) -> Result<Option<T>, StorageError> {
    get(table, key, path, |bytes| Versioned::unpack(bytes, path))?.transpose()
}

/// Reads a stretch of a table, at most `limit` entries.
pub(crate) fn scan<'k, K: Key + 'static, V: Value + 'static, B: Borrow<K::SelfType<'k>> + 'k, T>(
    table: &impl ReadableTable<K, V>,
    range: impl RangeBounds<B> + 'k,
    limit: usize,
    path: &Path,
    mut convert: impl FnMut(K::SelfType<'_>, V::SelfType<'_>) -> Result<T, StorageError>,
) -> Result<Vec<T>, StorageError> {
    let fail = |error: redb::StorageError| StorageError::database(path, error);
    table
        .range(range)
        .map_err(fail)?
        .take(limit)
        .map(|entry| {
            let (key, value) = entry.map_err(fail)?;
            convert(key.value(), value.value())
        })
        .collect()
}

/// Reads the last entry of a stretch of a table.
pub(crate) fn last<'k, K: Key + 'static, V: Value + 'static, B: Borrow<K::SelfType<'k>> + 'k, T>(
    table: &impl ReadableTable<K, V>,
    range: impl RangeBounds<B> + 'k,
    path: &Path,
    convert: impl FnOnce(K::SelfType<'_>, V::SelfType<'_>) -> T,
) -> Result<Option<T>, StorageError> {
    let fail = |error: redb::StorageError| StorageError::database(path, error);
    let entry = table.range(range).map_err(fail)?.next_back().transpose().map_err(fail)?;
    Ok(entry.map(|(key, value)| convert(key.value(), value.value())))
}

/// Returns the place behind the last entry of one log in a table of several.
pub(crate) fn next_sequence<V: Value + 'static>(
    table: &impl ReadableTable<(&'static str, u64), V>,
    log: &str,
    path: &Path,
) -> Result<u64, StorageError> {
    Ok(last(table, (log, 0)..=(log, u64::MAX), path, |(_, sequence), _| sequence + 1)?.unwrap_or(0))
}
