//! `stewartry`: with no arguments a window, with a verb the same work from a command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    stewartry::cli::main()
}
