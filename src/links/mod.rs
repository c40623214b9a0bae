//! Whether evidence links can be reached.
