//! Removes the containers of a test process that has ended, however it did.
//!
//! Servers that all tests of a process share are never dropped, and a killed process drops nothing. So a shell waits
//! at a pipe whose other end only this process holds, and removes a container when the pipe ends.

use std::io::Write as _;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Not stopped with the process group by Ctrl-C: that is when it is needed.
const SCRIPT: &str = "trap '' INT TERM HUP; all=; while read -r id; do all=\"$all $id\"; done; \
                      [ -z \"$all\" ] || exec docker rm --force --volumes $all";

/// Has a container removed when this process ends.
pub(super) fn watch(id: &str) {
    static PIPE: LazyLock<Mutex<ChildStdin>> = LazyLock::new(|| {
        let shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("there is a shell");
        Mutex::new(shell.stdin.expect("it is piped"))
    });
    let mut pipe = PIPE.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(pipe, "{id}").expect("the shell reads on");
}
