//! A CGI program in Rust: greets whoever the path names, and logs it.

use std::env;

fn main() {
    let path = env::var("PATH_INFO").unwrap_or_default();
    let name = match path.trim_matches('/') {
        "" => "world",
        name => name,
    };
    eprintln!("greeting {name}");

    println!("Content-Type: text/plain; charset=utf-8\n");
    println!("Hello, {name}, from Rust!");
}
