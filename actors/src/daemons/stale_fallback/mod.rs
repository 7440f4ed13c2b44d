//! STALE_FALLBACK: counts transfers of data that failed, and lets training use older data while none comes.

mod actor;

pub use actor::{
    StaleFallbackActor, StaleFallbackArgs, StaleFallbackMsg, StaleFallbackState, fallback_allows,
};
