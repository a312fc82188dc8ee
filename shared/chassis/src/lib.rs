//! Configuration, listeners, health, lifecycle and the one HTTP stack.
