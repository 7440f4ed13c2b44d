//! Durable tables (redb) and content-addressed blobs.
