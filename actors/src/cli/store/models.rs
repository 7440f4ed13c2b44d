//! `rr-admin models`.

use clap::{Args, Subcommand};
use rr_proto::ConfigKey;
use rr_proto::admin::{ListModelsRequest, Model};

use super::source::StoreSource;
use crate::cli::{Exit, Failure, OutputFormat, SharedArgs, TextTable};
use crate::rpc::list_models;

/// Models asked for at a time.
const PAGE: u32 = 500;

/// Commands about models.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List stored models, newest first
    List(ListModelsArgs),
}

/// Options of `rr-admin models list`.
#[derive(Debug, Args)]
pub struct ListModelsArgs {
    /// Only this board config, such as hex8_2p
    config: Option<ConfigKey>,
}

impl ModelsCommand {
    /// Prints the models of a stopped or a running node.
    ///
    /// # Errors
    /// When neither can be read.
    pub fn run(&self, shared: &SharedArgs) -> Result<Exit, Failure> {
        let ModelsCommand::List(args) = self;
        let mut source = StoreSource::open(shared)?;
        let (mut models, mut page_token): (Vec<Model>, String) = (Vec::new(), String::new());
        loop {
            let config = args.config.map_or_else(String::new, |key| key.to_string());
            let request = ListModelsRequest { config, page_size: PAGE, page_token };
            let asked = request.clone();
            let page = source.read(
                |mut client| async move { client.list_models(asked).await },
                |snapshot| list_models(snapshot, &request),
            )?;
            models.extend(page.models);
            if page.next_page_token.is_empty() {
                break;
            }
            page_token = page.next_page_token;
        }
        print(&models, shared.output)?;
        Ok(Exit::Done)
    }
}

fn print(models: &[Model], format: OutputFormat) -> Result<(), Failure> {
    if format == OutputFormat::Json {
        let rows: Vec<serde_json::Value> = models.iter().map(json).collect();
        let text =
            serde_json::to_string_pretty(&rows).map_err(|error| Failure::new(Exit::Software, error))?;
        println!("{text}");
        return Ok(());
    }
    let mut table = TextTable::new(["model", "config", "generation", "steps", "bytes", "parent", "champion"]);
    for model in models {
        table.row([
            model.id.clone(),
            model.config.clone(),
            model.generation.to_string(),
            model.training_steps.to_string(),
            model.size_bytes.to_string(),
            model.parent.chars().take(8).collect(),
            if model.champion { "yes" } else { "" }.to_owned(),
        ]);
    }
    print!("{table}");
    Ok(())
}

fn json(model: &Model) -> serde_json::Value {
    // A card that is no JSON is shown as the text that it is.
    let card = serde_json::from_str(&model.card_json)
        .unwrap_or_else(|_| serde_json::Value::String(model.card_json.clone()));
    serde_json::json!({
        "id": model.id,
        "config": model.config,
        "parent": model.parent,
        "generation": model.generation,
        "training_steps": model.training_steps,
        "created_unix_ms": model.created_unix_ms,
        "size_bytes": model.size_bytes,
        "champion": model.champion,
        "card": card,
    })
}
