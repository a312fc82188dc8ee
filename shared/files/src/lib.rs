//! File storage over NFS v3.
