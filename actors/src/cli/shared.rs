//! The flags that every command shares, and the configuration that they lead to.

use std::env;
use std::path::PathBuf;

use clap::Args;
use rr_config::{ConfigLayers, LoadedSettings};

use super::{Exit, Failure, OutputFormat};

/// Flags of every command.
#[derive(Debug, Clone, Default, Args)]
pub struct SharedArgs {
    /// TOML file with settings (default: none; RINGRIFT_CONFIG_FILE names one too)
    #[arg(long, global = true, value_name = "PATH")]
    pub config_file: Option<PathBuf>,
    /// Folder for games, models and state (default: $XDG_DATA_HOME/ringrift, else ~/.local/share/ringrift)
    #[arg(long, global = true, value_name = "PATH")]
    pub data_dir: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, global = true, value_enum, default_value_t)]
    pub output: OutputFormat,
    /// How much is logged on standard error: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// Sets any key of the configuration; may be given many times
    #[arg(long, global = true, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
}

impl SharedArgs {
    /// Gathers file, environment and flags; commands add flags of their own before they load.
    ///
    /// # Errors
    /// A `--set` that is not `section.key=value`, and a folder whose name is no text.
    pub fn layers(&self) -> Result<ConfigLayers, Failure> {
        let mut layers = ConfigLayers::new().environment(env::vars_os());
        if let Some(path) = &self.config_file {
            layers = layers.file(path);
        }
        for text in &self.set {
            let Some((key, value)) = text.split_once('=') else {
                let message = format!(
                    "--set {text}: write it as section.key=value, for example --set training.batch_size=128"
                );
                return Err(Failure::new(Exit::Usage, message));
            };
            layers = layers.flag("--set", key.trim(), value.trim());
        }
        if let Some(path) = &self.data_dir {
            let text = path.to_str().ok_or_else(|| {
                let message = format!("--data-dir {}: its name is not UTF-8; choose another", path.display());
                Failure::new(Exit::Usage, message)
            })?;
            layers = layers.flag("--data-dir", "storage.data_dir", text);
        }
        if let Some(level) = &self.log_level {
            layers = layers.flag("--log-level", "log.level", level.as_str());
        }
        Ok(layers)
    }
}

/// Returns the data folder: the one given, else the default under the XDG data home.
///
/// # Errors
/// When none is given and the environment names no home.
pub fn data_dir(loaded: &LoadedSettings) -> Result<PathBuf, Failure> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from);
    let (xdg, home) = (variable("XDG_DATA_HOME"), variable("HOME"));
    let found = loaded.data_dir(xdg.as_deref(), home.as_deref());
    found.map_err(|error| Failure::new(Exit::Config, error))
}

/// Reads all layers.
///
/// # Errors
/// Everything that is wrong with the configuration, key by key.
pub fn load(layers: &ConfigLayers) -> Result<LoadedSettings, Failure> {
    layers.load().map_err(|errors| Failure::new(Exit::Config, errors))
}
