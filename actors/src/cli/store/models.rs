//! `rr-admin models`.

use clap::{Args, Subcommand};
use rr_proto::ConfigKey;
use rr_proto::admin::{GetModelRequest, ListModelsRequest, Model};

use super::source::StoreSource;
use crate::cli::admin::AdminFlags;
use crate::cli::{Exit, Failure, TextTable};
use crate::rpc::{find_model, list_models};

/// Models asked for at a time.
const PAGE: u32 = 500;

/// Commands about models.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List stored models, newest first
    List(ListModelsArgs),
    /// Show one model with its card
    Show(ShowModelArgs),
}

/// Options of `rr-admin models list`.
#[derive(Debug, Args)]
pub struct ListModelsArgs {
    /// Only this board config, such as hex8_2p
    config: Option<ConfigKey>,
}

/// Options of `rr-admin models show`.
#[derive(Debug, Args)]
pub struct ShowModelArgs {
    /// The model's hash, or the beginning of it
    model: String,
}

impl ModelsCommand {
    /// Does what is asked for, of a stopped or a running node.
    ///
    /// # Errors
    /// When neither can be read, or there is no such model.
    pub fn run(&self, flags: &AdminFlags) -> Result<Exit, Failure> {
        let source = StoreSource::open(flags)?;
        match self {
            Self::List(args) => {
                let models = args.models(&source)?;
                flags.format().print(&models, || table(&models))?;
            }
            Self::Show(args) => {
                let request = GetModelRequest { id: args.model.clone() };
                let asked = request.clone();
                let answer = source.read(
                    |node| async move { node.admin().get_model(node.request(asked)).await },
                    |snapshot| find_model(snapshot, &request),
                )?;
                let model = answer.model.unwrap_or_default();
                flags.format().print(&model, || whole(&model))?;
            }
        }
        Ok(Exit::Done)
    }
}

impl ListModelsArgs {
    fn models(&self, source: &StoreSource) -> Result<Vec<Model>, Failure> {
        let (mut models, mut page_token): (Vec<Model>, String) = (Vec::new(), String::new());
        loop {
            let config = self.config.map_or_else(String::new, |key| key.to_string());
            let request = ListModelsRequest { config, page_size: PAGE, page_token };
            let asked = request.clone();
            let page = source.read(
                |node| async move { node.admin().list_models(node.request(asked)).await },
                |snapshot| list_models(snapshot, &request),
            )?;
            models.extend(page.models);
            if page.next_page_token.is_empty() {
                return Ok(models);
            }
            page_token = page.next_page_token;
        }
    }
}

fn table(models: &[Model]) -> TextTable {
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
    table
}

fn whole(model: &Model) -> String {
    let card = serde_json::from_str::<serde_json::Value>(&model.card_json)
        .and_then(|card| serde_json::to_string_pretty(&card))
        .unwrap_or_else(|_| model.card_json.clone());
    format!(
        "model       {}\nconfig      {}\ngeneration  {}\nsteps       {}\nbytes       {}\nparent      {}\nchampion    {}\ncard\n{card}\n",
        model.id,
        model.config,
        model.generation,
        model.training_steps,
        model.size_bytes,
        if model.parent.is_empty() { "none: a random start" } else { &model.parent },
        if model.champion { "yes" } else { "no" },
    )
}
