#![expect(
    unused_qualifications,
    reason = "confique repeats the types of nested sections with their paths"
)]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use chassis::config::{Fault, Loader, Origin};
use chassis::{ConfigError, HttpConfig, config_example};
use confique::Config;
use tempfile::TempDir;

/// How the shelf is.
#[derive(Debug, Config)]
struct Shelf {
    /// Where it listens.
    #[config(nested)]
    http: HttpConfig,
    /// How it is built.
    #[config(nested)]
    build: Build,
    /// What is written on it.
    label: String,
}

/// How a shelf is built.
#[derive(Debug, Config)]
struct Build {
    /// Boards.
    #[config(default = 3, validate(*boards > 0, "a shelf without boards is none"))]
    boards: u8,
    /// Woods it may be made of.
    #[config(default = ["oak"])]
    woods: Vec<String>,
    /// Address of the workshop.
    #[config(default = "http://workshop")]
    workshop_url: String,
    /// Number on the drawing.
    #[config(default = "0001")]
    drawing: String,
    /// Who builds it.
    joiner: Option<String>,
    /// Door code of the workshop.
    #[config(default = 1234)]
    door_key: u32,
}

fn loader() -> Loader {
    Loader::new("shelf").set(["label=Tall".to_owned()])
}

fn var(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn flag(assignment: &str) -> [String; 1] {
    [assignment.to_owned()]
}

type Layer<'a> = &'a dyn Fn(Loader) -> Loader;

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shelf.toml");
    fs::write(&path, text).expect("a file");
    (folder, path)
}

fn faults(loader: Loader) -> Vec<Fault> {
    match loader.load::<Shelf>() {
        Ok(shelf) => panic!("{shelf:?} is not valid"),
        Err(ConfigError { faults }) => faults,
    }
}

fn only(loader: Loader) -> Fault {
    let mut faults = faults(loader);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn flags_win_over_variables_over_file_over_base_over_defaults() {
    let (_folder, path) = file("[build]\nboards = 6\n");
    let layers: [Layer<'_>; 4] = [
        &|loader| loader.base("the shop", "build.boards = 5".parse().unwrap()),
        &|loader| loader.file(Some(path.clone())),
        &|loader| loader.variables([var("GARNITUR_SHELF_BUILD__BOARDS", "7")]),
        &|loader| loader.set(["build.boards=1".to_owned(), "build.boards=8".to_owned()]),
    ];
    for (count, boards) in [3, 5, 6, 7, 8].into_iter().enumerate() {
        // In which order the layers are given does not matter.
        let forwards = layers[..count]
            .iter()
            .fold(loader(), |loader, layer| layer(loader));
        let backwards = layers[..count]
            .iter()
            .rev()
            .fold(loader(), |loader, layer| layer(loader));
        for loader in [forwards, backwards] {
            assert_eq!(
                loader.load::<Shelf>().unwrap().build.boards,
                boards,
                "{count} layers"
            );
        }
    }
}

#[test]
fn a_later_file_wins_over_an_earlier_one_and_leaves_its_other_keys() {
    let (_first, first) = file("[build]\nboards = 6\ndrawing = \"17\"\n");
    let (_second, second) = file("[build]\nboards = 7\n");
    let shelf = loader()
        .file(Some(first))
        .file(Some(second))
        .load::<Shelf>()
        .unwrap();
    assert_eq!((shelf.build.boards, shelf.build.drawing.as_str()), (7, "17"));
}

#[test]
fn texts_become_what_their_setting_is() {
    let shelf = loader()
        .variables([
            var("GARNITUR_SHELF_HTTP__EDGE", "127.0.0.1:8080"),
            var("GARNITUR_SHELF_HTTP__READ_ONLY", "true"),
            var("GARNITUR_SHELF_BUILD__WOODS", "oak, ash,beech"),
            var("GARNITUR_SHELF_BUILD__DRAWING", "0123"),
            // A compose file cannot leave a variable out.
            var("GARNITUR_SHELF_BUILD__BOARDS", ""),
            // Another service's.
            var("GARNITUR_SHELVES_BUILD__BOARDS", "90"),
        ])
        .set(flag("build.joiner=A = B"))
        .load::<Shelf>()
        .unwrap();
    assert_eq!(
        shelf.http.edge,
        Some("127.0.0.1:8080".parse::<SocketAddr>().unwrap())
    );
    assert!(shelf.http.read_only);
    assert_eq!(shelf.build.woods, ["oak", "ash", "beech"]);
    assert_eq!((shelf.build.drawing.as_str(), shelf.build.boards), ("0123", 3));
    assert_eq!(shelf.build.joiner.as_deref(), Some("A = B"));
    let listed = loader()
        .set(flag(r#"build.woods=["elm", "a,b"]"#))
        .load::<Shelf>()
        .unwrap();
    assert_eq!(listed.build.woods, ["elm", "a,b"]);
    assert_eq!(
        (listed.label.as_str(), listed.build.workshop_url.as_str()),
        ("Tall", "http://workshop")
    );
    assert_eq!(listed.build.door_key, 1234);
}

#[test]
fn unknown_keys_are_refused_in_every_layer_with_those_known_beside() {
    let (_folder, path) = file("[build]\nplanks = 6\n");
    let unknown = [
        (
            loader().file(Some(path.clone())),
            Origin::File(path),
            "build.planks",
        ),
        (
            loader().variables([var("GARNITUR_SHELF_BUILD__PLANKS", "6")]),
            Origin::Variable("GARNITUR_SHELF_BUILD__PLANKS".to_owned()),
            "build.planks",
        ),
        (loader().set(flag("build.planks=6")), Origin::Flag, "build.planks"),
        (
            loader().base("the shop", "build.planks = 6".parse().unwrap()),
            Origin::Base("the shop".to_owned()),
            "build.planks",
        ),
    ];
    for (loader, from, named) in unknown {
        let Fault::Unknown { key, origin, known } = only(loader) else {
            panic!("another fault")
        };
        assert_eq!((key.as_str(), origin), (named, from));
        assert!(
            known.contains(&"boards".to_owned()) && !known.contains(&"http".to_owned()),
            "{known:?}"
        );
    }
    let Fault::Unknown { key, known, .. } = only(loader().set(flag("colour=red"))) else {
        panic!("another fault")
    };
    assert_eq!(
        (key.as_str(), known),
        ("colour", ["http", "build", "label"].map(str::to_owned).to_vec())
    );
}

#[test]
fn a_wrong_value_is_named_with_its_key_and_origin() {
    let (_folder, path) = file("label = 7\n[build]\nboards = \"many\"\n");
    let all = faults(
        Loader::new("shelf")
            .file(Some(path))
            .variables([var("GARNITUR_SHELF_HTTP__EDGE", "here")]),
    );
    let text = ConfigError { faults: all }.to_string();
    for part in [
        "label: ",
        "build.boards: ",
        "http.edge: ",
        "shelf.toml",
        "variable GARNITUR_SHELF_HTTP__EDGE",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    for (assignment, key) in [
        ("build=3", "build"),
        ("build.boards.left=3", "build.boards.left"),
        ("build.boards=-1", "build.boards"),
    ] {
        let text = only(loader().set(flag(assignment))).to_string();
        assert!(
            text.starts_with(&format!("{key}: ")) && text.contains("--set"),
            "{text}"
        );
    }
    let (_folder, path) = file("http = 3\nlabel = \"Tall\"\n");
    let text = only(Loader::new("shelf").file(Some(path))).to_string();
    assert!(
        text.starts_with("http: expected a section, found integer, from file "),
        "{text}"
    );
}

#[test]
fn a_secret_that_does_not_fit_is_not_repeated() {
    let text = only(loader().set(flag("build.door_key=hunter2"))).to_string();
    assert!(
        text.starts_with("build.door_key: ") && !text.contains("hunter2"),
        "{text}"
    );
}

#[test]
fn what_is_missing_or_not_allowed_is_named() {
    let text = only(Loader::new("shelf")).to_string();
    for part in ["label: not set", "GARNITUR_SHELF_LABEL", "--set label="] {
        assert!(text.contains(part), "{text}");
    }
    let text = only(loader().set(flag("build.boards=0"))).to_string();
    assert!(
        text.contains("boards") && text.contains("a shelf without boards is none"),
        "{text}"
    );
    let text = only(loader().set(flag("label"))).to_string();
    assert_eq!(text, "--set label: expected key=value");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let missing = only(loader().file(Some("/nowhere/shelf.toml".into()))).to_string();
    assert!(missing.contains("/nowhere/shelf.toml"), "{missing}");
    let (_folder, path) = file("label = \n");
    let broken = faults(loader().file(Some(path)))[0].to_string();
    assert!(
        broken.contains("shelf.toml") && broken.contains("line 1"),
        "{broken}"
    );
}

/// The example loads as it stands, and with every default spelt out it means the same.
#[test]
fn the_generated_example_loads() {
    let example = config_example::<Shelf>("shelf");
    for part in [
        "# Boards.",
        "[build]",
        "#boards = 3",
        "GARNITUR_SHELF_SECTION__KEY",
        "[http]",
    ] {
        assert!(example.contains(part), "{part} is not in {example}");
    }
    let (_folder, path) = file(&example);
    let shelf = loader().file(Some(path)).load::<Shelf>().expect("the example");
    assert_eq!((shelf.build.boards, shelf.http.drain_deadline_ms), (3, 25_000));

    let spelt: String = example
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting)
                if !setting.starts_with(' ') && !setting.ends_with('=') && setting.contains('=') =>
            {
                format!("{setting}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    assert!(spelt.contains("\nboards = 3\n"), "{spelt}");
    let (_folder, path) = file(&spelt);
    let same = loader()
        .file(Some(path))
        .load::<Shelf>()
        .expect("the example with its defaults");
    assert_eq!(format!("{same:?}"), format!("{shelf:?}"));
}
