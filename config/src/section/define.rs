//! The form in which a section is written: doc comment, key, type and default on one line, so that none can go without the others.

/// Describes one key for the manual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDoc {
    /// The key within its section.
    pub key: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// Describes one section for the manual.
#[derive(Debug, Clone, Copy)]
pub struct SectionDoc {
    /// The section's name in files.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// Its keys, in order.
    pub keys: &'static [KeyDoc],
}

/// Defines a section: the struct, its [`Default`] and its manual.
macro_rules! section {
    (
        #[doc = $about:literal]
        pub struct $name:ident as $section:literal {
            $(#[doc = $meaning:literal] pub $key:ident: $type:ty = $default:expr,)+
        }
    ) => {
        #[doc = $about]
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $(#[doc = $meaning] pub $key: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $name {
            /// The section's manual.
            pub(crate) const DOC: $crate::section::SectionDoc = $crate::section::SectionDoc {
                name: $section,
                about: $about,
                keys: &[$($crate::section::KeyDoc { key: stringify!($key), meaning: $meaning }),+],
            };
        }
    };
}
