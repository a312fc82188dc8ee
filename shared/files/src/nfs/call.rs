//! One request and its answer.

use std::future::Future;
use std::io;
use std::time::Duration;

use deadpool::managed::PoolError;
use nfs3_client::nfs3_types::mount::mountstat3;
use nfs3_client::nfs3_types::nfs3::{
    ACCESS3args, ACCESS3resok, COMMIT3args, COMMIT3resok, CREATE3args, CREATE3resok, FSINFO3args,
    FSINFO3resok, GETATTR3args, GETATTR3resok, LOOKUP3args, LOOKUP3resok, MKDIR3args, MKDIR3resok,
    Nfs3Result, READ3args, READ3resok, READDIRPLUS3args, READDIRPLUS3resok, REMOVE3args, REMOVE3resok,
    RENAME3args, RENAME3resok, WRITE3args, WRITE3resok, nfsstat3,
};
use nfs3_client::{ConnectError, MountError, Nfs3Client, PortmapError, RpcError};

use super::wire::Wire;
use crate::FileError;

/// Why a request has no answer that helps.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The server's own answer (RFC 1813, 2.6).
    #[error("{0}")]
    Status(nfsstat3),
    /// The connection broke; whether the request was carried out is not known.
    #[error("the connection broke: {0}")]
    Broken(io::Error),
    #[error("no connection: {0}")]
    Connect(io::Error),
    #[error("no {what} within {within:?}")]
    Timeout { what: &'static str, within: Duration },
    /// Whoever brought the content went away.
    #[error("the content ended too soon")]
    GivenUp,
    #[error("all connections are in use")]
    Exhausted,
    #[error("mounting was refused: {0}")]
    Mount(mountstat3),
    #[error("the request was refused: {0}")]
    Auth(String),
    /// Not NFS version 3 as we know it.
    #[error("{0}")]
    Protocol(String),
}

impl Failure {
    /// Whether a handle means nothing any more: the file went, or the server forgot what it gave out.
    pub(super) const fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::Status(nfsstat3::NFS3ERR_STALE | nfsstat3::NFS3ERR_BADHANDLE)
        )
    }

    /// Whether it may be over soon.
    pub(super) const fn is_outage(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::Connect(_) | Self::Timeout { .. })
    }

    pub(super) const fn is(&self, status: nfsstat3) -> bool {
        matches!(self, Self::Status(this) if *this as u32 == status as u32)
    }
}

impl From<RpcError> for Failure {
    fn from(error: RpcError) -> Self {
        match error {
            RpcError::Io(error) => Self::Broken(error),
            RpcError::Auth(_) => Self::Auth(error.to_string()),
            error => Self::Protocol(error.to_string()),
        }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Io(error)
            | ConnectError::Portmap(PortmapError::Rpc(RpcError::Io(error)))
            | ConnectError::Mount(MountError::Rpc(RpcError::Io(error))) => Self::Connect(error),
            ConnectError::Mount(MountError::Denied(status)) => Self::Mount(status),
            ConnectError::Mount(MountError::Rpc(error)) => error.into(),
            ConnectError::Portmap(error) => Self::Protocol(format!("the portmapper: {error}")),
        }
    }
}

impl From<PoolError<Self>> for Failure {
    fn from(error: PoolError<Self>) -> Self {
        match error {
            PoolError::Backend(error) => error,
            // The pool has no hooks, is never closed, and only waiting has a limit.
            _ => Self::Exhausted,
        }
    }
}

impl From<Failure> for FileError {
    fn from(failure: Failure) -> Self {
        let text = match &failure {
            // The two look the same from here, and which it is the log of neither side says.
            Failure::Status(status @ (nfsstat3::NFS3ERR_ACCES | nfsstat3::NFS3ERR_PERM)) => format!(
                "{status} (files.uid and files.gid have no right there, or the export squashes them to somebody else)"
            ),
            // Servers do not tell strangers which exports there are.
            Failure::Mount(mountstat3::MNT3ERR_ACCES | mountstat3::MNT3ERR_NOENT) => format!(
                "{failure} (the export is not there, or does not let this machine mount it, or not from this port)"
            ),
            _ => failure.to_string(),
        };
        match failure {
            Failure::Status(nfsstat3::NFS3ERR_NOENT) => Self::NotFound,
            Failure::Status(nfsstat3::NFS3ERR_NOSPC | nfsstat3::NFS3ERR_DQUOT | nfsstat3::NFS3ERR_FBIG) => {
                Self::Full(text)
            }
            Failure::Status(nfsstat3::NFS3ERR_ACCES | nfsstat3::NFS3ERR_PERM | nfsstat3::NFS3ERR_ROFS)
            | Failure::Mount(
                mountstat3::MNT3ERR_ACCES | mountstat3::MNT3ERR_PERM | mountstat3::MNT3ERR_NOENT,
            )
            | Failure::Auth(_) => Self::Denied(text),
            // A server that is still starting, moving data or restarting again and again.
            Failure::Status(
                nfsstat3::NFS3ERR_JUKEBOX | nfsstat3::NFS3ERR_STALE | nfsstat3::NFS3ERR_BADHANDLE,
            )
            | Failure::Broken(_)
            | Failure::Connect(_)
            | Failure::Timeout { .. }
            | Failure::Exhausted => Self::Unavailable(text),
            Failure::Status(_) | Failure::Mount(_) | Failure::Protocol(_) | Failure::GivenUp => {
                Self::Failed(text)
            }
        }
    }
}

pub(super) type Client = Nfs3Client<Wire>;

/// A request of RFC 1813. Each one we send may be sent again when the connection broke: what it does twice is
/// the same, or told apart where it is sent.
pub(super) trait Call: Sync {
    type Answer: Send;

    fn send(&self, client: &mut Client) -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}

macro_rules! calls {
    ($($arguments:ty => $procedure:ident -> $answer:ty;)*) => {$(
        impl Call for $arguments {
            type Answer = $answer;

            async fn send(&self, client: &mut Client) -> Result<$answer, Failure> {
                match client.$procedure(self).await? {
                    Nfs3Result::Ok(answer) => Ok(answer),
                    Nfs3Result::Err((status, _)) => Err(Failure::Status(status)),
                }
            }
        }
    )*};
}

calls! {
    ACCESS3args => access -> ACCESS3resok;
    FSINFO3args => fsinfo -> FSINFO3resok;
    GETATTR3args => getattr -> GETATTR3resok;
    LOOKUP3args<'_> => lookup -> LOOKUP3resok;
    READ3args => read -> READ3resok<'static>;
    READDIRPLUS3args => readdirplus -> READDIRPLUS3resok<'static>;
    MKDIR3args<'_> => mkdir -> MKDIR3resok;
    CREATE3args<'_> => create -> CREATE3resok;
    WRITE3args<'_> => write -> WRITE3resok;
    COMMIT3args => commit -> COMMIT3resok;
    RENAME3args<'_, '_> => rename -> RENAME3resok;
    REMOVE3args<'_> => remove -> REMOVE3resok;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_is_told_apart() {
        let told = |status| FileError::from(Failure::Status(status));
        assert!(matches!(told(nfsstat3::NFS3ERR_NOENT), FileError::NotFound));
        for full in [nfsstat3::NFS3ERR_NOSPC, nfsstat3::NFS3ERR_DQUOT] {
            assert!(matches!(told(full), FileError::Full(_)), "{full}");
        }
        for denied in [
            nfsstat3::NFS3ERR_ACCES,
            nfsstat3::NFS3ERR_PERM,
            nfsstat3::NFS3ERR_ROFS,
        ] {
            assert!(matches!(told(denied), FileError::Denied(_)), "{denied}");
        }
        for later in [nfsstat3::NFS3ERR_JUKEBOX, nfsstat3::NFS3ERR_STALE] {
            assert!(matches!(told(later), FileError::Unavailable(_)), "{later}");
        }
        for strange in [
            nfsstat3::NFS3ERR_IO,
            nfsstat3::NFS3ERR_NOTDIR,
            nfsstat3::NFS3ERR_SERVERFAULT,
        ] {
            assert!(matches!(told(strange), FileError::Failed(_)), "{strange}");
        }
        assert!(matches!(
            FileError::from(Failure::Mount(mountstat3::MNT3ERR_ACCES)),
            FileError::Denied(_)
        ));
    }
}
