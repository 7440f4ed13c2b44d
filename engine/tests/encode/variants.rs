//! Positions that differ from a given one in a single thing that the rules depend on.

/// Splits a canonical text into lines and changes one of them.
struct Text<'a> {
    lines: Vec<&'a str>,
    out: Vec<String>,
}

/// Lists canonical texts that differ from `text` in one field each; not all of them can occur in play.
pub fn variants(text: &str) -> Vec<String> {
    let mut t = Text { lines: text.lines().collect(), out: Vec::new() };
    t.phase_and_player();
    t.counters();
    t.turn();
    t.history();
    t.rounds();
    t.stacks();
    t.owned(8);
    t.owned(9);
    t.out
}

impl Text<'_> {
    fn players(&self) -> u32 {
        self.lines[0].split(' ').nth(2).unwrap().parse().unwrap()
    }

    fn with(&mut self, line: usize, new: &str) {
        let lines: Vec<&str> =
            self.lines.iter().enumerate().map(|(i, l)| if i == line { new } else { l }).collect();
        self.out.push(lines.join("\n") + "\n");
    }

    /// Replaces word `i` of a line.
    fn word(&mut self, line: usize, i: usize, new: &str) {
        let mut words: Vec<&str> = self.lines[line].split(' ').collect();
        if words[i] != new {
            words[i] = new;
            let joined = words.join(" ");
            self.with(line, &joined);
        }
    }

    fn phase_and_player(&mut self) {
        for phase in
            ["ring_placement", "movement", "line_processing", "territory_processing", "forced_elimination"]
        {
            self.word(1, 2, phase);
        }
        for player in 1..=self.players() {
            self.word(1, 3, &player.to_string());
        }
    }

    fn counters(&mut self) {
        for p in 1..=self.players() as usize {
            let fields: Vec<u32> =
                self.lines[2].split(' ').nth(p).unwrap().split(':').map(|v| v.parse().unwrap()).collect();
            for i in 1..4 {
                for change in [-1i64, 1, 3] {
                    let Ok(value) = u32::try_from(i64::from(fields[i]) + change) else { continue };
                    let mut changed = fields.clone();
                    changed[i] = value;
                    let changed: Vec<String> = changed.iter().map(u32::to_string).collect();
                    self.word(2, p, &changed.join(":"));
                }
            }
        }
    }

    /// Some cells of the board that the text names.
    fn cells(&self) -> Vec<String> {
        let named = self.lines[7..10].iter().flat_map(|l| l.split(' ').skip(1));
        named.map(|w| w.split('=').next().unwrap().to_owned()).step_by(3).take(4).collect()
    }

    fn turn(&mut self) {
        for cell in self.cells() {
            self.word(3, 1, &cell);
            self.word(3, 2, &cell);
            self.word(4, 1, &cell);
            self.word(5, 5, &cell);
        }
        self.word(3, 1, "-");
        self.word(4, 1, "-");
        self.flip(3, 3);
    }

    fn flip(&mut self, line: usize, i: usize) {
        let now = self.lines[line].split(' ').nth(i).unwrap();
        self.word(line, i, if now == "0" { "1" } else { "0" });
    }

    fn history(&mut self) {
        (1..=3).for_each(|i| self.flip(5, i));
    }

    fn rounds(&mut self) {
        let round: u32 = self.lines[6].split(' ').nth(1).unwrap().parse().unwrap();
        // The number of the round decides nothing, only whether there was one.
        self.word(6, 1, if round == 0 { "1" } else { "0" });
        let n = self.players();
        for player in 0..=n {
            for i in [2, 4, 6] {
                self.word(6, i, &player.to_string());
            }
        }
        for streak in 0..4 {
            self.word(6, 5, &streak.to_string());
        }
        for mask in ["-", "1:0", "1:1", "2:0", "2:1", "1:0,2:1", "1:1,2:1", "1:1,2:0", "1:0,2:0"] {
            self.word(6, 3, mask);
        }
    }

    fn stacks(&mut self) {
        let words: Vec<&str> = self.lines[7].split(' ').collect();
        for (i, word) in words.iter().enumerate().skip(1) {
            let (cell, rings) = word.split_once('=').unwrap();
            let owners: Vec<char> = rings.chars().collect();
            for at in 0..owners.len() {
                let mut other = owners.clone();
                other[at] = if other[at] == '1' { '2' } else { '1' };
                self.word(7, i, &format!("{cell}={}", other.iter().collect::<String>()));
                if at > 0 {
                    let mut swapped = owners.clone();
                    swapped.swap(at, at - 1);
                    self.word(7, i, &format!("{cell}={}", swapped.iter().collect::<String>()));
                }
            }
            self.word(7, i, &format!("{cell}={}", &rings[1..]));
            self.word(7, i, &format!("{cell}={rings}1"));
        }
        self.without_each(7);
    }

    fn owned(&mut self, line: usize) {
        let words: Vec<&str> = self.lines[line].split(' ').collect();
        for (i, word) in words.iter().enumerate().skip(1) {
            let (cell, owner) = word.split_once('=').unwrap();
            self.word(line, i, &format!("{cell}={}", if owner == "1" { "2" } else { "1" }));
        }
        self.without_each(line);
    }

    fn without_each(&mut self, line: usize) {
        let words: Vec<&str> = self.lines[line].split(' ').collect();
        for i in 1..words.len() {
            let left: Vec<&str> =
                words.iter().enumerate().filter(|(k, _)| *k != i).map(|(_, w)| *w).collect();
            let joined = left.join(" ");
            self.with(line, &joined);
        }
    }
}
