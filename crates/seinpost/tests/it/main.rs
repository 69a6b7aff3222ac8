//! End-to-end tests: one program, one module per subject.

mod tidy;
