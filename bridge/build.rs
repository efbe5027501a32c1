fn main() {
    cxx_build::bridge("src/lib.rs")
        .std("c++20")
        .include("../src")
        .flag_if_supported("-O2")
        .compile("rockpool_bridge_cxx");
    println!("cargo:rerun-if-changed=src/lib.rs");
    println!("cargo:rerun-if-changed=../src/engine/run/call_hooks.h");
}
