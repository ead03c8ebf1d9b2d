//! Compiles what has to run before Rust's runtime.

fn main() {
    println!("cargo::rerun-if-changed=src/output/streams.c");
    cc::Build::new()
        .file("src/output/streams.c")
        // No symbol of it is used.
        .link_lib_modifier("+whole-archive")
        .compile("hookfleet_streams");
}
