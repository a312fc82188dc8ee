//! A headless Chromium, and what a person does with it.

use std::fmt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use test_support::{free_port, wait_for};
use thirtyfour::prelude::*;
use tokio::process::{Child, Command};

use super::trust::home_that_trusts;

/// What the README shows.
const README_PICTURES: [&str; 3] = ["desktop-catalogue", "phone-order", "portal-order"];

const PATIENCE: Duration = Duration::from_secs(20);

/// What is looked at the shop with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A desktop window.
    Desktop,
    /// A phone that runs no scripts: every page must work without them.
    PhoneWithoutScripts,
}

/// A browser window with its own cookies.
pub struct Browser {
    driver: WebDriver,
    base: String,
    /// Ends with the browser.
    _process: Child,
    _home: Option<TempDir>,
}

impl Browser {
    /// Opens a window on the site at `base`. Where `GARNITUR_CA` names a certificate, servers with certificates of that
    /// authority are trusted, as by somebody who has let the browser trust it.
    pub async fn open(base: &str, device: Device) -> Self {
        let port = free_port();
        let home = std::env::var_os("GARNITUR_CA").map(|file| home_that_trusts(file.as_ref()));
        let mut command = Command::new("chromedriver");
        if let Some(home) = &home {
            command.env("HOME", home.path());
        }
        let process = command
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is installed (make test installs it)");
        let url = format!("http://127.0.0.1:{port}");
        wait_for("chromedriver to answer", PATIENCE, async || {
            reqwest::get(format!("{url}/status"))
                .await
                .ok()
                .filter(|answer| answer.status().is_success())
        })
        .await;
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--lang=ru",
        ] {
            wanted.add_arg(argument).unwrap();
        }
        wanted
            .add_experimental_option("prefs", preferences(device))
            .unwrap();
        match device {
            Device::Desktop => wanted.add_arg("--window-size=1280,900").unwrap(),
            Device::PhoneWithoutScripts => {
                let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 2.0, "touch": false });
                let emulation = json!({ "deviceMetrics": metrics });
                wanted
                    .add_experimental_option("mobileEmulation", emulation)
                    .unwrap();
            }
        }
        let driver = WebDriver::new(&url, wanted).await.expect("Chromium starts");
        Self {
            driver,
            base: base.to_owned(),
            _process: process,
            _home: home,
        }
    }

    /// Goes to a page of the site.
    pub async fn goto(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.base)).await.unwrap();
    }

    /// Opens the same page again.
    pub async fn reload(&self) {
        self.driver.refresh().await.unwrap();
    }

    /// The path of the page shown.
    pub async fn path(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    /// The first element that fits, once there is one; a failure shows the page it is missing from.
    pub async fn find(&self, css: &str) -> WebElement {
        match self
            .driver
            .query(By::Css(css))
            .wait(PATIENCE, Duration::from_millis(50))
            .first()
            .await
        {
            Ok(element) => element,
            Err(error) => panic!(
                "{error}: no {css} at {}:\n{}",
                self.path().await,
                self.text().await
            ),
        }
    }

    /// Clicks what a person would click.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        element.scroll_into_view().await.unwrap();
        element.click().await.unwrap();
    }

    /// Types into a field, in place of what is in it.
    pub async fn type_into(&self, name: &str, text: &str) {
        let field = self.find(&format!("[name='{name}']")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// The text of an element.
    pub async fn text_of(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// All text of the page.
    pub async fn text(&self) -> String {
        match self.driver.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }

    /// Waits until the page shows `text`, opening it anew meanwhile, as a visitor would.
    pub async fn wait_for_text(&self, text: &str) {
        wait_for(&format!("{text:?} on the page"), PATIENCE, async || {
            if self.text().await.contains(text) {
                return Some(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            self.reload().await;
            None
        })
        .await;
    }

    /// Panics when the page is wider than the window, or a form field has no label.
    pub async fn check_page(&self) {
        let path = self.path().await;
        let widths = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]";
        // Works without the page's scripts too: the driver runs it.
        let widths: Vec<i64> = self
            .driver
            .execute(widths, vec![])
            .await
            .unwrap()
            .convert()
            .unwrap();
        assert!(
            widths[0] <= widths[1],
            "{path} is {} wide in a window of {}",
            widths[0],
            widths[1]
        );
        let unlabelled = "return [...document.querySelectorAll(
                'input:not([type=hidden]), select, textarea')]
            .filter(field => !field.labels.length && !field.getAttribute('aria-label'))
            .map(field => field.outerHTML)";
        let unlabelled: Vec<String> = self
            .driver
            .execute(unlabelled, vec![])
            .await
            .unwrap()
            .convert()
            .unwrap();
        assert!(
            unlabelled.is_empty(),
            "{path}: fields without a label: {unlabelled:?}"
        );
        let missing = "return [...document.images].filter(image => image.complete && !image.naturalWidth)
            .map(image => image.src)";
        let missing: Vec<String> = self
            .driver
            .execute(missing, vec![])
            .await
            .unwrap()
            .convert()
            .unwrap();
        assert!(
            missing.is_empty(),
            "{path}: pictures that do not load: {missing:?}"
        );
    }

    /// Takes a picture, beside the other products of the build. Those of the README go there when
    /// `GARNITUR_SCREENSHOTS` is set.
    pub async fn picture(&self, name: &str) {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let renew = std::env::var_os("GARNITUR_SCREENSHOTS").is_some();
        let folder = if renew && README_PICTURES.contains(&name) {
            root.join("docs/images")
        } else {
            root.join("target/screenshots")
        };
        std::fs::create_dir_all(&folder).unwrap();
        self.driver
            .screenshot(&folder.join(format!("{name}.png")))
            .await
            .unwrap();
    }

    /// Closes the window.
    pub async fn close(self) {
        self.driver.quit().await.unwrap();
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

fn preferences(device: Device) -> serde_json::Value {
    let mut preferences = json!({ "intl.accept_languages": "ru,en" });
    if device == Device::PhoneWithoutScripts {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    preferences
}
