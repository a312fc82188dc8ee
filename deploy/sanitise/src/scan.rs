//! An independent look at the result: the archive is read as text, and no original may be in it, wherever.
//!
//! It knows nothing of tables or rules. A column that was forgotten, a comment, a default, a function's text: all of
//! it is in the archive, and so is seen.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::rewrite::Originals;
use crate::{Action, Tools};

/// Shorter originals are in every text by chance. A name of three letters proves nothing either way.
const SHORTEST: usize = 4;

/// Why the archive is not to be given away, or could not be looked through.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Originals are in it. Which ones is not said here: they are people.
    #[error("{found} originals are still in the archive, the first in line {line}: a {kind:?}")]
    Survived {
        /// How many places.
        found: usize,
        /// The first one's line of the archive's text.
        line: usize,
        /// What it is.
        kind: Action,
    },
    /// The archive cannot be read.
    #[error("the archive cannot be read")]
    Read(#[from] std::io::Error),
    /// There are more originals than can be looked for at once.
    #[error("the originals cannot be looked for")]
    Search(#[from] aho_corasick::BuildError),
    /// `pg_restore` failed.
    #[error("pg_restore failed")]
    Tool,
}

/// What a scan has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scanned {
    /// How many originals were looked for.
    pub originals: usize,
    /// How many lines were read.
    pub lines: usize,
}

/// Looks for `originals` in `archive`: each as a whole word, whatever the case; phones also by their digits alone.
pub fn scan(tools: &Tools, archive: &Path, originals: &Originals) -> Result<Scanned, ScanError> {
    let (needles, kinds) = needles(originals);
    let search = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(&needles)?;
    let program = tools
        .folder
        .as_ref()
        .map_or_else(|| "pg_restore".into(), |folder| folder.join("pg_restore"));
    let mut child = Command::new(program)
        .args(["--file=-"])
        .arg(archive)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stdout = child.stdout.take().expect("piped");
    let (mut lines, mut found, mut first) = (0, 0, None);
    let mut text = String::new();
    for line in BufReader::with_capacity(1 << 20, stdout).split(b'\n') {
        let line = line?;
        lines += 1;
        text.clear();
        text.push_str(&String::from_utf8_lossy(&line).to_lowercase());
        for hit in search.find_overlapping_iter(&text) {
            if stands_alone(&text, hit.start(), hit.end()) {
                found += 1;
                first.get_or_insert((lines, kinds[hit.pattern().as_usize()]));
            }
        }
    }
    if !child.wait()?.success() {
        return Err(ScanError::Tool);
    }
    match first {
        Some((line, kind)) => Err(ScanError::Survived { found, line, kind }),
        None => Ok(Scanned {
            originals: needles.len(),
            lines,
        }),
    }
}

fn needles(originals: &Originals) -> (Vec<String>, Vec<Action>) {
    let mut needles = Vec::new();
    let mut kinds = Vec::new();
    for (&action, values) in originals.iter().filter(|(action, _)| action.is_looked_for()) {
        for value in values {
            let mut forms = vec![value.to_lowercase()];
            if action == Action::Phone {
                let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                // As it is dialled inside the country, too.
                forms.extend(digits.get(1..).map(str::to_owned));
                forms.push(digits);
            }
            for form in forms {
                // A backslash and the like are written doubled in an archive; such a form would never be found.
                let plain = form
                    .replace('\\', "\\\\")
                    .replace('\t', "\\t")
                    .replace('\n', "\\n");
                if plain.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST {
                    needles.push(plain);
                    kinds.push(action);
                }
            }
        }
    }
    (needles, kinds)
}

/// Whether neither neighbour belongs to the same word or number.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}
