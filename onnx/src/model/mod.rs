//! Models on disk: an ONNX file, and a card that says what it is and vouches for its bytes.

mod card;
mod file;

#[cfg(test)]
mod tests;

pub use card::{CARD_FORMAT, ModelCard, ModelOrigin};
pub use file::ModelFile;
