use std::process::Command;

use files::{FileError, FileStore as _, Format, Key};
use test_support::containers::{self, Image};

use super::server::Ganesha;
use crate::support::{content, get, put};

const MIB: usize = 1024 * 1024;

/// A disk of 24 MiB under the export. Memory will not do: the server exports no tmpfs.
const SCRIPT: &str = "
mknod -m 0600 /dev/loop-control c 10 237 || true
free=$(losetup -f | cut -d' ' -f1)
[ -e $free ] || mknod $free b 7 ${free#/dev/loop}
losetup $free /small.img
mkdir /srv/nfs/files
mount $free /srv/nfs/files
losetup -d $free
chown 1000:1000 /srv/nfs/files
exec entrypoint";

async fn small_disk() -> Ganesha {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = folder.path().join("small.img");
    std::fs::File::create(&disk)
        .and_then(|file| file.set_len(24 * MIB as u64))
        .expect("written");
    let made = Command::new("mkfs.ext4")
        .args(["-q", "-m", "0"])
        .arg(&disk)
        .env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin")
        .status()
        .expect("mkfs.ext4, of the package e2fsprogs");
    assert!(made.success());
    let image = Image::begun_with("ganesha", SCRIPT)
        .file("/small.img", std::fs::read(&disk).expect("read"))
        .right("SYS_ADMIN")
        .security("apparmor=unconfined")
        .devices(&["b 7:* rmw", "c 10:237 rmw"]);
    Ganesha::start(image).await
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_and_keeps_nothing_half_written() {
    if !containers::wanted() {
        return;
    }
    let server = small_disk().await;
    let store = server.store();
    let fits = content(8 * MIB, 1);
    let kept = put(&store, &fits).await;

    let large = content(32 * MIB, 2);
    let key = Key::of(&large, Format::Png);
    let full = store.put(key, large.clone()).await.expect_err("no room");
    assert!(matches!(full, FileError::Full(_)), "{full:?}");
    assert!(!store.exists(key).await.expect("answered"));

    let mut upload = store.upload().await.expect("begun");
    let mut result = Ok(());
    for piece in large.chunks(MIB) {
        result = upload.write(large.slice_ref(piece)).await;
        if result.is_err() {
            break;
        }
    }
    let full = match result {
        Ok(()) => upload.finish(Format::Png).await.expect_err("no room"),
        Err(error) => error,
    };
    assert!(matches!(full, FileError::Full(_)), "{full:?}");

    // Nothing but the file that fits is left, and there is room again.
    assert_eq!(server.files("files").await, 1);
    let next = content(8 * MIB, 3);
    let next_key = put(&store, &next).await;
    assert_eq!(get(&store, next_key).await, next);
    assert_eq!(get(&store, kept).await, fits);
}
