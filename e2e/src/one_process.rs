use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::thread::JoinHandle;

use chassis::Shutdown;
use garnitur::{DataFolder, Ports, Secrets, Shop, Wiring};
use tempfile::TempDir;
use test_support::free_port;

/// The whole shop as `make run` starts it, on free ports and an empty folder. Closed when dropped.
#[derive(Debug)]
pub struct InOneProcess {
    wiring: Wiring,
    shutdown: Shutdown,
    thread: Option<JoinHandle<()>>,
    _folder: TempDir,
}

/// A folder that the database's user may enter.
pub fn temporary_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("open the folder");
    folder
}

/// A configuration on free ports with fresh secrets.
pub fn wiring(pay_within: u32) -> Wiring {
    Wiring {
        ports: Ports::of(free_port),
        secrets: Secrets::make(),
        pay_within,
        grace: 60,
        slot_capacity: 12,
        shared_buffers: "256MB".to_owned(),
        edge_connections: None,
        otlp: None,
        // Why a service answered 503 is to be seen beside the test that failed for it.
        log: "warn".to_owned(),
    }
}

impl InOneProcess {
    /// The shop that the tests of a binary share; opened for the first and closed after the last that holds it.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<InOneProcess>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = shared.upgrade() {
            return open;
        }
        let shop = Arc::new(Self::open(1_200));
        *shared = Arc::downgrade(&shop);
        shop
    }

    /// Opens a shop in which an order waits `pay_within` seconds for its payment. Panics when it does not open.
    pub fn open(pay_within: u32) -> Self {
        let folder = temporary_folder();
        let wiring = wiring(pay_within);
        let shutdown = Shutdown::new();
        let (sender, opened) = mpsc::channel();
        let (path, parts, stop) = (folder.path().to_owned(), wiring.clone(), shutdown.clone());
        // A runtime of its own: the shop outlives the test that opened it.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let data = DataFolder::take(&path).expect("the folder is ours");
                let open = Shop::open(data, parts, stop).await.expect("the shop opens");
                sender.send(()).expect("somebody waits for it");
                open.run().await.expect("the shop closes");
            });
        });
        opened.recv().expect("the shop opens");
        Self {
            wiring,
            shutdown,
            thread: Some(thread),
            _folder: folder,
        }
    }

    /// Where everything is.
    pub const fn wiring(&self) -> &Wiring {
        &self.wiring
    }
}

impl Drop for InOneProcess {
    fn drop(&mut self) {
        self.shutdown.trigger();
        if let Some(thread) = self.thread.take() {
            // A panic of the shop is on standard error already.
            let _ = thread.join();
        }
    }
}
