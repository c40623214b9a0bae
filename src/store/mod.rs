//! The store: what every run read, computed and found, in one SQLite file of the pipeline's state folder.
