//! What goes past the compiler's checks of memory: few modules, each with its reason.

use crate::tidy::{Source, read, sources};

#[test]
fn few_modules_go_past_what_the_compiler_checks() {
    // Each of them says why in its first lines, and before each block.
    let allowed = [
        "src/arena.rs",
        "src/arena/roomy.rs",
        "src/bin/mayfly/serve/cgi.rs",
        "src/cgi.rs",
        "src/cgi/shelf.rs",
        "src/cgi/stream.rs",
        "src/host.rs",
        "src/linger.rs",
        "src/now.rs",
        "src/store/search/rank.rs",
        "src/store/vfs.rs",
        "src/store/vfs/brief.rs",
        "src/turn.rs",
    ];
    let unsafe_code = |source: &Source| {
        let code = source.code();
        let mut words = [
            "unsafe {",
            "unsafe fn",
            "unsafe impl",
            "unsafe extern",
            "unsafe(",
            "(unsafe_code",
        ]
        .iter();
        words.any(|word| code.contains(word))
    };
    let every = sources("src").into_iter().chain(sources("cgi-bin"));
    let found: Vec<String> = every
        .filter(unsafe_code)
        .map(|source| source.path)
        .collect();
    assert_eq!(found, allowed);
    assert!(read("Cargo.toml").contains("\nunsafe_code = \"deny\"\n"));
}
