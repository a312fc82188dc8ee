use std::time::Duration;

use chassis::Job;

use crate::Toggles;

impl Toggles {
    /// The job that follows the file.
    pub fn job(&self) -> Job {
        let toggles = self.clone();
        Job::periodic("toggles", Duration::from_millis(self.poll_ms()), move || {
            let toggles = toggles.clone();
            async move { tokio::task::spawn_blocking(move || toggles.look()).await }
        })
    }
}
