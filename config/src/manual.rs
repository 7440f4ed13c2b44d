//! The manual of all keys, generated from the sections.

use std::fmt::Write as _;

use crate::{
    ConfigErrors, Settings,
    keys::{CONFIG_FILE, Keys, NAMED, OF_CALLERS, variable},
    otel, text,
};

const INTRODUCTION: &str = "# Configuration

Generated from the sections in `config/src/section/`; `UPDATE_DOCS=1 cargo test -p rr-config` writes it anew.

A value comes from the last of these that gives it: the defaults below, the TOML file (`--config-file PATH`, or
`RINGRIFT_CONFIG_FILE`), the environment, the flags. Every key can be set by the variable `RINGRIFT_<SECTION>__<KEY>`, for
instance `RINGRIFT_TRAINING__BATCH_SIZE=512`; some have a shorter name as well. An unknown key, an unknown `RINGRIFT_` variable or a bad value
is an error that names the key, where it came from, and the nearest right one. `rr-node config show --origin` lists what is in
force and why.

";

const OTEL: &str = "
## Variables of OpenTelemetry

They count where neither the file nor a `RINGRIFT_` variable nor a flag gives the key; one that can't be read counts as not given.

| variable | key or meaning |
|---|---|
";

/// Writes the manual as Markdown.
///
/// # Errors
/// Never for our own defaults; the type system cannot know.
pub fn configuration_manual() -> Result<String, ConfigErrors> {
    let keys = Keys::new()?;
    let mut page = INTRODUCTION.to_owned();
    for section in Settings::DOCS {
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "## [{}]\n\n{}\n\n| key | default | meaning |\n|---|---|---|\n",
            section.name,
            section.about.trim()
        );
        for doc in section.keys {
            let key = format!("{}.{}", section.name, doc.key);
            let default = keys.defaults.get(&key).map_or_else(|| "(table below)".to_owned(), text::show);
            let _ = writeln!(page, "| `{}` | `{default}` | {} |", doc.key, doc.meaning.trim());
        }
        let prefix = format!("{}.", section.name);
        let nested: Vec<_> = keys
            .defaults
            .iter()
            .filter(|(key, _)| key.strip_prefix(&prefix).is_some_and(|rest| rest.contains('.')))
            .collect();
        if !nested.is_empty() {
            page.push_str("\n| entry | default |\n|---|---|\n");
            for (key, value) in nested {
                let _ = writeln!(page, "| `{}` | `{}` |", &key[prefix.len()..], text::show(value));
            }
        }
        page.push('\n');
    }
    page.push_str("## Variables with a name of their own\n\n| variable | key | same as |\n|---|---|---|\n");
    for (name, key) in NAMED {
        let _ = writeln!(page, "| `{name}` | `{key}` | `{}` |", variable(key));
    }
    let _ = writeln!(page, "| `{CONFIG_FILE}` | | `--config-file` |");
    for (name, meaning) in OF_CALLERS {
        let _ = writeln!(page, "| `{name}` | | {meaning} |");
    }
    page.push_str(OTEL);
    for (name, key) in otel::HEEDED {
        let _ = writeln!(page, "| `{name}` | `{key}` |");
    }
    for (name, meaning) in otel::OF_EXPORTER {
        let _ = writeln!(page, "| `{name}` | {meaning} |");
    }
    Ok(page)
}
