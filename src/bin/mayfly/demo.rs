//! The demo blog that `mayfly init --demo` makes: Mayfly's manual, written as
//! posts of every kind. The files lie in `demo/` and are part of the program, so
//! that a first look needs nothing but the program itself.

/// The demo blog's name.
pub const TITLE: &str = "Mayfly";

/// The line below it.
pub const TAGLINE: &str = "A weblog that lives for one request";

/// Who writes it.
pub const AUTHOR: &str = "The Mayfly authors";

/// The files by name. They are imported as anybody's would be; their dates are in UTC.
pub const POSTS: &[(&str, &str)] = &[
    (
        "2019-03-12-rfc-3875.md",
        include_str!("demo/2019-03-12-rfc-3875.md"),
    ),
    (
        "2020-08-17-fopen.md",
        include_str!("demo/2020-08-17-fopen.md"),
    ),
    (
        "2021-05-10-why-mayfly.md",
        include_str!("demo/2021-05-10-why-mayfly.md"),
    ),
    (
        "2021-05-24-httpoxy.md",
        include_str!("demo/2021-05-24-httpoxy.md"),
    ),
    (
        "2023-02-14-choose-the-simplest.md",
        include_str!("demo/2023-02-14-choose-the-simplest.md"),
    ),
    (
        "2023-11-06-application-file-format.md",
        include_str!("demo/2023-11-06-application-file-format.md"),
    ),
    (
        "2024-04-29-maud.md",
        include_str!("demo/2024-04-29-maud.md"),
    ),
    (
        "2025-07-05-200-million.md",
        include_str!("demo/2025-07-05-200-million.md"),
    ),
    (
        "2025-07-05-count-requests.md",
        include_str!("demo/2025-07-05-count-requests.md"),
    ),
    (
        "2025-07-05-how-a-request-goes.md",
        include_str!("demo/2025-07-05-how-a-request-goes.md"),
    ),
    (
        "2025-07-19-what-a-page-costs.md",
        include_str!("demo/2025-07-19-what-a-page-costs.md"),
    ),
    (
        "2025-07-28-two-files.md",
        include_str!("demo/2025-07-28-two-files.md"),
    ),
    (
        "2025-10-03-cool-uris.md",
        include_str!("demo/2025-10-03-cool-uris.md"),
    ),
    (
        "2025-10-04-addresses-that-keep-working.md",
        include_str!("demo/2025-10-04-addresses-that-keep-working.md"),
    ),
    (
        "2026-01-15-work-is-done-when-a-post-is-saved.md",
        include_str!("demo/2026-01-15-work-is-done-when-a-post-is-saved.md"),
    ),
    (
        "2026-03-02-paging-by-moment.md",
        include_str!("demo/2026-03-02-paging-by-moment.md"),
    ),
    (
        "2026-03-09-scheduled-posts.md",
        include_str!("demo/2026-03-09-scheduled-posts.md"),
    ),
    (
        "2026-06-08-bring-your-old-posts.md",
        include_str!("demo/2026-06-08-bring-your-old-posts.md"),
    ),
    (
        "2026-06-09-five-kinds.md",
        include_str!("demo/2026-06-09-five-kinds.md"),
    ),
    (
        "2026-10-05-apache.md",
        include_str!("demo/2026-10-05-apache.md"),
    ),
    (
        "2026-10-07-lighttpd.md",
        include_str!("demo/2026-10-07-lighttpd.md"),
    ),
    (
        "2026-10-07-one-question-for-your-host.md",
        include_str!("demo/2026-10-07-one-question-for-your-host.md"),
    ),
    (
        "2026-10-12-shared-hosting.md",
        include_str!("demo/2026-10-12-shared-hosting.md"),
    ),
    (
        "2026-10-19-chmod-0.md",
        include_str!("demo/2026-10-19-chmod-0.md"),
    ),
    (
        "2026-10-26-what-a-text-can-hold.md",
        include_str!("demo/2026-10-26-what-a-text-can-hold.md"),
    ),
    (
        "2026-11-01-searching.md",
        include_str!("demo/2026-11-01-searching.md"),
    ),
    (
        "2026-11-02-welcome.md",
        include_str!("demo/2026-11-02-welcome.md"),
    ),
    ("about.md", include_str!("demo/about.md")),
    ("limits.md", include_str!("demo/limits.md")),
];
