//! The surroundings of the shop in one process: PostgreSQL, directory, NFS, payment provider.
