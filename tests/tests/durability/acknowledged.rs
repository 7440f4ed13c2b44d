//! What a node said that it had done.
use rr_tests::StoreFacts;

/// Holds what the lines of a killed node promised.
#[derive(Debug, Default)]
pub struct Acknowledged {
    /// First digits of models that were trained.
    trained: Vec<String>,
    /// First digits of models that were promoted, with their generation.
    promoted: Vec<(u64, String)>,
    /// The most games that were counted.
    games: u64,
}

impl Acknowledged {
    /// Reads the lines of a node.
    pub fn read(text: &str) -> Self {
        let mut said = Self::default();
        for line in text.lines() {
            if line.starts_with("TRAINING_COMPLETED") {
                said.trained.extend(word_after(line, "model").map(ToOwned::to_owned));
            } else if line.starts_with("MODEL_PROMOTED") {
                let generation = word_after(line, "generation").and_then(|word| word.parse().ok());
                let model = word_after(line, "is").map(|word| word.trim_end_matches(',').to_owned());
                said.promoted.push(generation.zip(model).unwrap_or_else(|| panic!("not understood: {line}")));
            } else if line.starts_with("TRAINING_THRESHOLD_REACHED") {
                let words: Vec<&str> = line.split_whitespace().collect();
                let games = words.iter().position(|word| word.starts_with("games")).map(|at| words[at - 1]);
                let games = games
                    .and_then(|word| word.parse().ok())
                    .unwrap_or_else(|| panic!("not understood: {line}"));
                said.games = said.games.max(games);
            }
        }
        said
    }

    /// Asserts that the store holds all of it.
    #[track_caller]
    pub fn check(&self, facts: &StoreFacts) {
        let recorded =
            |short: &String| facts.models.iter().any(|row| row.id.to_string().starts_with(short.as_str()));
        for model in self.trained.iter().chain(self.promoted.iter().map(|(_, model)| model)) {
            assert!(recorded(model), "model {model} was announced and is lost");
        }
        for (generation, model) in &self.promoted {
            assert!(
                facts.generation() >= *generation,
                "generation {generation} ({model}) was announced and is lost"
            );
        }
        assert!(
            facts.games.len() as u64 >= self.games,
            "{} games were counted, {} are left",
            self.games,
            facts.games.len()
        );
    }
}

fn word_after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let mut words = line.split_whitespace();
    words.find(|other| *other == word)?;
    words.next()
}
