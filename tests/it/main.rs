//! Tests that run the real programs, as a web server or an operator would.

mod import;
mod serve;
