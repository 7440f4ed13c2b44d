//! The commands of `rr-admin` that read a node: through its administration while it runs, from its store otherwise.

mod models;
mod ratings;
mod source;
mod status;

pub use models::{ListModelsArgs, ModelsCommand, ShowModelArgs};
pub use ratings::{RatedConfigArgs, RatingsCommand, RatingsNoun};
pub use source::StoreSource;
pub use status::StatusArgs;
