//! Typed configuration sections and the layers they are read from.
