//! An NFS version 3 server on a folder.
