-- Mayfly keeps a blog in four files, and this is all of their tables. Whoever is new
-- reads as far as `redirect`: pages are made of nothing else. The rest is
-- there for whoever works on the desk, the guestbook or the search.
--
--   blog.db  what is published. Every program opens it on every request that no kept
--            page answers, those that only read opening it read-only. SQLite reads this
--            schema each time (about 6 us for a table with two indexes), so it has few tables,
--            few indexes and no comments: these lines stay here when it is made.
--            site  post  listing  tag  tagging  tag_pair  period  page  redirect  scheduled
--   desk.db  what is not public. No program that makes public pages opens it,
--            so no draft can turn up in a page, a feed or a sitemap.
--            draft  revision  preview  lock  media  account  recovery  session  browser  attempt
--   guestbook.db  what strangers write. Two public programs open it to write, and for
--            that reason nothing else is in it: whoever got hold of one of them would
--            find neither a draft nor a password.
--            settings  tally  message  comment  thread  unshown  queue  form  sender  known
--            word  decision
--   search.db  the index of words, derived whole from blog.db. It may be deleted at
--            any time; `mayfly rebuild --search` makes it again.
--            word  doc  hint  spelling  state
--
-- Beside them lie four folders: `media`, whose files are listed in desk.media;
-- `comments`, which is derived from guestbook.comment; `kept`: pages as they were
-- rendered, unless the owner wants none, derived as well; and `backups`, of those made in the admin.
--
-- Facts are what nobody could make again: post, page, tag.description, redirect,
-- scheduled, site's settings. The rest is derived from them when a post is saved, so
-- that reading only has to fetch and to write out: `mayfly rebuild` makes all of
-- it anew. Derived columns and tables say so.
--
-- Two kinds of number stand for time. A `moment` is microseconds since 1970, UTC;
-- no two posts share one (the second of two in the same second gets the next
-- microsecond), so it orders posts, names them in lists and is what paging goes
-- by. A `date` is the day in the blog's own time zone as YYYYMMDD.
--
-- Columns that no public page reads stand behind those that one does: programs that
-- only read are shown each table up to the last column they need (src/store/schema).
--
-- Stored HTML is ready to be sent but for its links: before each address of the
-- blog's own stands the character U+0001, which the reading program replaces
-- by whatever leads there from outside ("/", "/~me/blog/", "/cgi-bin/post").


-- ===================================================================== blog.db

-- One row: what every page needs to know. `seq` grows by one in each transaction
-- that changes what the public sees; entity tags, caches and replicas hang on
-- it. `next_due` is the moment of the first scheduled post: the first request
-- after it publishes what is due.
--
-- `head` is what pages read of the columns below it, in one text: SQLite spends some
-- 6,000 instructions on each column of a statement and its table, before it has read
-- anything. It makes this column itself whenever the row is written. The character
-- U+001F stands between the fields, and in none of them. What a page is to know
-- besides is added to it, and to src/store/site.rs.
CREATE TABLE blog.site (
    head      TEXT    NOT NULL GENERATED ALWAYS AS (
        concat_ws(char(31), seq, changed, coalesce(next_due, ''), replace(title, char(31), ''),
                  replace(tagline, char(31), ''), uid, replace(author, char(31), ''),
                  replace(base_url, char(31), ''), links, replace(language, char(31), ''),
                  replace(footer, char(31), ''), per_page, comments, replace(style, char(31), ''),
                  years, replace(nav, char(31), ''), keep)
    ) STORED,
    seq       INTEGER NOT NULL,
    changed   INTEGER NOT NULL,             -- moment when seq last grew; a second apart at least
    next_due  INTEGER,                      -- moment; NULL while nothing is scheduled
    title     TEXT    NOT NULL,
    tagline   TEXT    NOT NULL,             -- a line below the title, or ''
    uid       TEXT    NOT NULL,             -- made up once: feeds tell this blog's posts from others' by it
    author    TEXT    NOT NULL,
    base_url  TEXT    NOT NULL,             -- https://example.org/blog, or '' while unknown
    links     TEXT    NOT NULL,             -- auto, pretty or plain
    zone      TEXT    NOT NULL,             -- Europe/Berlin: settles dates when posts are saved
    language  TEXT    NOT NULL,             -- en, for the html element
    footer    TEXT    NOT NULL,             -- HTML below every page, or ''
    per_page  INTEGER NOT NULL,             -- posts on a page of a list
    comments  INTEGER NOT NULL,             -- days for which a post takes comments; 0 none, -1 for ever
    keep      INTEGER NOT NULL,             -- pages are kept for nobody (0), programs (1), web servers too (2): src/kept.rs
    years     TEXT    NOT NULL,             -- derived: the years that have posts, a space between them
    nav       TEXT    NOT NULL,             -- derived: a line for each page in the navigation: path, tab, title
    style     TEXT    NOT NULL,             -- CSS behind that of every page, or ''
    changes   TEXT    NOT NULL,             -- for search.db: `stems` if it finds words by them; derived: a seq, and the posts changed since
    last_id   INTEGER NOT NULL              -- the highest id that a post or page ever had: none is given twice
) STRICT;


-- Every published post but the static pages. What a kind does not have is ''.
-- `head` is what pages read of the columns that follow `html`, as in `site`; they
-- have lost their control characters before they are stored. `around` has a line for the
-- post before it and one for the post after it, empty where there is none: to look
-- for them took a fifth of the instructions of a post's page.
CREATE TABLE blog.post (
    id         INTEGER PRIMARY KEY,         -- stays when slug and date change; feeds name posts by it
    date       INTEGER NOT NULL,            -- derived: the local day of it, as its address has it
    slug       TEXT    NOT NULL,
    head       TEXT    NOT NULL GENERATED ALWAYS AS (
        concat_ws(char(31), moment, kind, published, updated, title, tags, summary, words, link_url,
                  via_url, via_title, source, source_url, image)
    ) STORED,
    around     TEXT    NOT NULL,            -- derived: its neighbours: date, slug and label, a line each
    html       TEXT    NOT NULL,            -- derived: text, rendered
    moment     INTEGER NOT NULL,            -- when it was published
    kind       INTEGER NOT NULL,            -- 1 entry, 2 link, 3 quote, 4 note
    published  TEXT    NOT NULL,            -- derived: moment in local time, 2025-07-05T15:05:00+01:00
    updated    TEXT    NOT NULL,            -- the same for the last change worth telling, or ''
    title      TEXT    NOT NULL,
    tags       TEXT    NOT NULL,            -- names, a space between them
    summary    TEXT    NOT NULL,            -- derived: the first words, without markup
    words      INTEGER NOT NULL,            -- derived
    link_url   TEXT    NOT NULL,            -- link: what it is about
    via_url    TEXT    NOT NULL,            -- link: where the author found it
    via_title  TEXT    NOT NULL,
    source     TEXT    NOT NULL,            -- quote: who said it
    source_url TEXT    NOT NULL,            -- quote: and where
    image      TEXT    NOT NULL,            -- derived: where its first picture is, or ''
    context    TEXT    NOT NULL,            -- quote: Markdown that follows the source
    origin     TEXT    NOT NULL,            -- what an import knew it by, to find it again
    text       TEXT    NOT NULL,            -- Markdown, as it was written
    CONSTRAINT one_post_to_an_address UNIQUE (date, slug)
) STRICT;


-- Derived: one row a post, in order of time, with what lists show of it. The
-- thirty newest posts lie side by side at the end of it, in a few pages of the
-- file, which is why it is apart from `post`.
CREATE TABLE blog.listing (
    moment INTEGER PRIMARY KEY,
    post   INTEGER NOT NULL,                -- post.id
    date   INTEGER NOT NULL,
    slug   TEXT    NOT NULL,
    label  TEXT    NOT NULL,                -- the title, or the first words of a post without one
    html   TEXT    NOT NULL                 -- the whole article element as lists show it
) STRICT;


-- Tags. The ids 1 to 4 are the kinds of post, which are listed as tags are; the
-- ids of tags begin at 16.
CREATE TABLE blog.tag (
    name        TEXT    NOT NULL PRIMARY KEY,
    id          INTEGER NOT NULL,
    posts       INTEGER NOT NULL,           -- derived: how many posts have it
    html        TEXT    NOT NULL,           -- derived: description, rendered
    related     TEXT    NOT NULL,           -- derived: the tags that most often stand beside it
    description TEXT    NOT NULL            -- Markdown, or ''
) STRICT, WITHOUT ROWID;


-- Derived: the moments of each tag's posts. Paging through a tag walks this narrow
-- table and fetches from `listing` only the rows of the page.
CREATE TABLE blog.tagging (
    tag    INTEGER NOT NULL,                -- tag.id, or the kind
    moment INTEGER NOT NULL,
    PRIMARY KEY (tag, moment)
) STRICT, WITHOUT ROWID;


-- Derived: how many posts have both of two tags, kept for both directions. It
-- answers "how many" for /tags/a+b/ and picks the related tags.
CREATE TABLE blog.tag_pair (
    tag   INTEGER NOT NULL,
    other INTEGER NOT NULL,
    posts INTEGER NOT NULL,
    PRIMARY KEY (tag, other)
) STRICT, WITHOUT ROWID;


-- Derived: what each year (2025), month (202507) and day (20250705) has, if it has
-- anything. The number of digits tells them apart. `oldest` and `newest`
-- bound its posts in `listing`, so reading needs no time zone.
CREATE TABLE blog.period (
    date    INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    links   INTEGER NOT NULL,
    quotes  INTEGER NOT NULL,
    notes   INTEGER NOT NULL,
    oldest  INTEGER NOT NULL,               -- moment
    newest  INTEGER NOT NULL,               -- moment
    changed INTEGER NOT NULL                -- moment when one of them was last stored or taken back
) STRICT;


-- The fifth kind of post: static pages, which have a path instead of a date.
CREATE TABLE blog.page (
    path    TEXT    NOT NULL PRIMARY KEY,   -- /about/
    title   TEXT    NOT NULL,
    updated TEXT    NOT NULL,
    summary TEXT    NOT NULL,               -- derived
    html    TEXT    NOT NULL,               -- derived
    nav     INTEGER NOT NULL,               -- its place in the navigation; 0 keeps it out
    id      INTEGER NOT NULL,               -- out of the same numbers as post.id; stays when the path changes
    origin  TEXT    NOT NULL,               -- as in post
    text    TEXT    NOT NULL                -- Markdown
) STRICT, WITHOUT ROWID;


-- Every address that once worked and has moved: old slugs, dates and tag names,
-- and what an imported post was called where it came from. Targets are followed
-- when they are stored, so a visitor is sent on once at most.
CREATE TABLE blog.redirect (
    path   TEXT NOT NULL PRIMARY KEY,       -- /2025/Jul/5/old-slug/
    target TEXT NOT NULL                    -- a pretty path, or https://...; '' where the post was deleted: 410
) STRICT, WITHOUT ROWID;


-- Posts that go public at a set minute, rendered and waiting. No page reads this
-- table. The columns are those of `post`, whose id it has from now on, but for its
-- neighbours, and `listed` is listing.html to be.
CREATE TABLE blog.scheduled (
    id         INTEGER PRIMARY KEY,
    moment     INTEGER NOT NULL, date       INTEGER NOT NULL, slug       TEXT    NOT NULL,
    kind       INTEGER NOT NULL, published  TEXT    NOT NULL, updated    TEXT    NOT NULL,
    title      TEXT    NOT NULL, tags       TEXT    NOT NULL, summary    TEXT    NOT NULL,
    words      INTEGER NOT NULL, link_url   TEXT    NOT NULL, via_url    TEXT    NOT NULL,
    via_title  TEXT    NOT NULL, source     TEXT    NOT NULL, source_url TEXT    NOT NULL,
    image      TEXT    NOT NULL, context    TEXT    NOT NULL, origin     TEXT    NOT NULL,
    html       TEXT    NOT NULL, text       TEXT    NOT NULL, label      TEXT    NOT NULL,
    listed     TEXT    NOT NULL
) STRICT;


-- ===================================================================== desk.db

-- What is being written, and the bin. Nothing here has been rendered, and nothing here is
-- public. The columns are those of `post` that an author fills in. A draft of what
-- is public already is another version of it: publishing it puts it in the other's place.
CREATE TABLE desk.draft (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: a form that stayed open has it
    kind       INTEGER NOT NULL,            -- as in post, and 5 for a page
    title      TEXT    NOT NULL,
    slug       TEXT    NOT NULL,            -- of a page its path
    tags       TEXT    NOT NULL,
    link_url   TEXT    NOT NULL,
    via_url    TEXT    NOT NULL,
    via_title  TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    source_url TEXT    NOT NULL,
    context    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    nav        INTEGER NOT NULL,            -- as in page
    date       TEXT    NOT NULL,            -- when to publish it, by the blog's clock: 2025-07-05T15:05, or ''
    utc_offset TEXT    NOT NULL,            -- +02:00, where clocks show that date twice or not at all
    post       INTEGER,                     -- the post or page that it is a version of, which may be gone by now
    moment     INTEGER,                     -- when that was published, where the date is to stay
    updated    INTEGER,                     -- moment of its last change worth telling
    paths      TEXT    NOT NULL,            -- of what was public: addresses that led to it, a line each
    origin     TEXT,                        -- as in post; desk/ and a random key where it was written here
    saved      TEXT    NOT NULL,            -- RFC 3339, UTC
    version    INTEGER NOT NULL DEFAULT 1,  -- grows with each save: a form from before it is told so
    auto       INTEGER NOT NULL DEFAULT 0,  -- 1 where the browser saved it by itself
    deleted    INTEGER,                     -- moment it was put in the bin; NULL for what is not in it
    public     INTEGER NOT NULL DEFAULT 0,  -- 1 where it was public until then
    CONSTRAINT one_draft_to_an_origin UNIQUE (origin)
) STRICT;


-- What drafts, and what was public, were before they were changed. The columns are
-- those of `draft`. A hundred are kept of each. Every save asks what there is of its
-- draft and of its post, so each constraint is an index of that.
CREATE TABLE desk.revision (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    draft      INTEGER NOT NULL,            -- draft.id that it was
    kind       INTEGER NOT NULL, title      TEXT    NOT NULL, slug       TEXT    NOT NULL,
    tags       TEXT    NOT NULL, link_url   TEXT    NOT NULL, via_url    TEXT    NOT NULL,
    via_title  TEXT    NOT NULL, source     TEXT    NOT NULL, source_url TEXT    NOT NULL,
    context    TEXT    NOT NULL, text       TEXT    NOT NULL, nav        INTEGER NOT NULL,
    date       TEXT    NOT NULL, utc_offset TEXT    NOT NULL,
    post       INTEGER,                     -- post.id or page.id that it was a version of, or became
    moment     INTEGER, updated  INTEGER,   paths      TEXT    NOT NULL, origin     TEXT,
    saved      TEXT    NOT NULL,            -- RFC 3339, UTC; of what was public when it was changed
    public     INTEGER NOT NULL,            -- 1 where readers saw it
    CONSTRAINT one_place_among_a_drafts UNIQUE (draft, saved, id),
    CONSTRAINT one_place_among_a_posts UNIQUE (post, id)
) STRICT;


-- Links that show a draft to whoever has them, until they expire. As with a session,
-- the link has a random token and this table its SHA-256.
CREATE TABLE desk.preview (
    hash    BLOB    NOT NULL PRIMARY KEY,
    draft   INTEGER NOT NULL,
    post    INTEGER,                        -- what the draft was published as, where the link then leads
    expires INTEGER NOT NULL                -- moment
) STRICT, WITHOUT ROWID;


-- One row, written first by every transaction that touches the desk alone, so that
-- two of them follow one another from their first statement on and none works
-- from what another is about to change. SQLite's BEGIN IMMEDIATE would do
-- the same, but it would lock blog.db too.
CREATE TABLE desk.lock (
    taken INTEGER NOT NULL
) STRICT;


-- Uploaded files. The file in `media/` is the fact; a row adds what can't be told
-- from it, and lets the library list and search them without looking at each.
-- Narrower copies of a picture have no row. Its name is made of a hash of what was
-- uploaded, unless the owner put the file there by hand.
CREATE TABLE desk.media (
    id     INTEGER PRIMARY KEY,
    file   TEXT    NOT NULL,                -- its name below media/, which tells its type too
    name   TEXT    NOT NULL,                -- what it was called where it came from, or ''
    bytes  INTEGER NOT NULL,
    width  INTEGER NOT NULL,                -- in pixels; 0 for what is no picture
    height INTEGER NOT NULL,
    alt    TEXT    NOT NULL,                -- what it shows, for those who can't see it
    added  INTEGER NOT NULL,                -- moment
    CONSTRAINT one_row_to_a_file UNIQUE (file)
) STRICT;


-- Who may sign in. The password is kept as a PHC string: argon2id, its
-- parameters, a salt, the hash. Whoever has a second factor has a secret, from which
-- a code is made anew every 30 seconds (RFC 6238); it can't be kept as a hash.
CREATE TABLE desk.account (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL,
    password TEXT    NOT NULL,
    made     INTEGER NOT NULL,              -- moment
    totp     BLOB,                          -- 20 bytes; NULL without a second factor
    step     INTEGER NOT NULL DEFAULT 0,    -- 30 seconds since 1970: no code of it or before is taken
    CONSTRAINT one_account_to_a_name UNIQUE (name)
) STRICT;


-- Codes for whoever has lost what makes the others. Each is good once, and kept as
-- its SHA-256.
CREATE TABLE desk.recovery (
    account INTEGER NOT NULL,
    hash    BLOB    NOT NULL,
    PRIMARY KEY (account, hash),
    CONSTRAINT of_an_account FOREIGN KEY (account) REFERENCES account (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;


-- Browsers that are signed in. The cookie has a random token and this table only
-- its SHA-256, so whoever reads a backup can't sign in with it. A session that was
-- not used for 30 days is over.
CREATE TABLE desk.session (
    hash    BLOB    NOT NULL PRIMARY KEY,
    account INTEGER NOT NULL,
    begun   INTEGER NOT NULL,               -- moment
    used    INTEGER NOT NULL,               -- moment, to within five minutes
    address TEXT    NOT NULL,               -- where it was begun
    agent   TEXT    NOT NULL,               -- what the browser called itself then
    CONSTRAINT of_an_account FOREIGN KEY (account) REFERENCES account (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;


-- Browsers that have signed in before. They are counted apart from strangers, so
-- that whoever guesses at an account's password can't lock its owner out.
CREATE TABLE desk.browser (
    hash    BLOB    NOT NULL PRIMARY KEY,   -- as in session
    account INTEGER NOT NULL,
    used    INTEGER NOT NULL,               -- moment
    CONSTRAINT of_an_account FOREIGN KEY (account) REFERENCES account (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;


-- Sign-ins that failed, or have not ended yet, by what they are counted for: an
-- account's name, an address, a browser. A row is forgotten after a day.
CREATE TABLE desk.attempt (
    key      TEXT    NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last     INTEGER NOT NULL               -- moment
) STRICT, WITHOUT ROWID;


-- ================================================================ guestbook.db

-- One row: what the owner settled about the guestbook. `head` is what every program
-- reads of the columns below it, as in `site`.
CREATE TABLE guestbook.settings (
    head        TEXT    NOT NULL GENERATED ALWAYS AS (
        concat_ws(char(31), publish, hex(secret), per_address, per_minute, links,
                  replace(words, char(31), ''), expires, replace(mail, char(31), ''),
                  replace(sendmail, char(31), ''))
    ) STORED,
    publish     TEXT    NOT NULL,           -- at-once, after-first, after-approval or closed
    secret      BLOB    NOT NULL,           -- signs forms and the links to messages that wait
    per_address INTEGER NOT NULL,           -- messages from one address in an hour; 0 for any number
    per_minute  INTEGER NOT NULL,           -- messages in a minute, whoever sends them; 0 for any
    links       INTEGER NOT NULL,           -- more links than this make a message wait
    words       TEXT    NOT NULL,           -- and so does any of these, a line each
    expires     INTEGER NOT NULL,           -- days that the queue keeps a message; 0 for ever
    mail        TEXT    NOT NULL,           -- who is told that messages wait, or ''
    sendmail    TEXT    NOT NULL            -- the program that tells them
) STRICT;


-- One row that every message changes, apart from `settings` because it is written
-- so often. The salt is a new one each day and the old one is gone, so that a
-- hash of an address tells nothing from the next day on.
CREATE TABLE guestbook.tally (
    last   INTEGER NOT NULL,                -- the highest number a message was given
    seq    INTEGER NOT NULL,                -- grows whenever the public sees something else
    minute INTEGER NOT NULL,                -- since 1970: the minute that `sent` counts
    sent   INTEGER NOT NULL,
    day    INTEGER NOT NULL,                -- since 1970: the day of the salt
    salt   BLOB    NOT NULL,
    mailed INTEGER NOT NULL,                -- moment of the last mail
    unsent TEXT    NOT NULL,                -- what kept it from being sent, or ''
    good   INTEGER NOT NULL,                -- messages that the filter learned as approved
    bad    INTEGER NOT NULL                 -- and as rejected
) STRICT;


-- What is public in the guestbook. No index is needed: numbers rise in order of
-- time, and lists go by them.
CREATE TABLE guestbook.message (
    id      INTEGER PRIMARY KEY,
    moment  INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    site    TEXT    NOT NULL,               -- http or https, or ''
    text    TEXT    NOT NULL,               -- plain text, as it was written
    reply   TEXT    NOT NULL,               -- the owner's, plain text, or ''
    replied INTEGER NOT NULL,               -- moment, or 0
    why     TEXT    NOT NULL                -- why it is here
) STRICT;


-- What is public under posts, in the columns of `message`. Comments and messages are
-- numbered together, so the newest of all posts are found without an index, too.
CREATE TABLE guestbook.comment (
    id      INTEGER PRIMARY KEY,
    post    INTEGER NOT NULL,               -- post.id
    moment  INTEGER NOT NULL, name    TEXT    NOT NULL, site    TEXT    NOT NULL,
    text    TEXT    NOT NULL, reply   TEXT    NOT NULL, replied INTEGER NOT NULL,
    why     TEXT    NOT NULL,
    CONSTRAINT one_place_to_a_comment UNIQUE (post, id)
) STRICT;


-- The posts that have comments, or for which the owner settled whether they may.
CREATE TABLE guestbook.thread (
    post     INTEGER PRIMARY KEY,           -- post.id
    choice   INTEGER NOT NULL,              -- 0 as the blog has it, 1 open, 2 closed
    comments INTEGER NOT NULL               -- derived: how many are public
) STRICT;


-- The posts whose comments have changed since the folder `comments` was written,
-- which is what pages of posts read: the file of a post's number has its comments
-- as HTML, `state` has what entity tags go by. Whoever publishes writes there
-- once it is stored; what somebody left undone, the next one does.
CREATE TABLE guestbook.unshown (
    post INTEGER PRIMARY KEY                -- post.id, or 0 where only `state` has to be written
) STRICT;


-- What is not public: messages that wait for the owner, and those that were rejected,
-- until they expire. No page reads this table, but for the writer of a message, who
-- has its key. A message keeps its number when it is published.
CREATE TABLE guestbook.queue (
    id      INTEGER PRIMARY KEY,
    post    INTEGER NOT NULL,               -- post.id, or 0 for the guestbook
    moment  INTEGER NOT NULL, name    TEXT    NOT NULL, site    TEXT    NOT NULL,
    text    TEXT    NOT NULL, reply   TEXT    NOT NULL, replied INTEGER NOT NULL,
    why     TEXT    NOT NULL,
    state   INTEGER NOT NULL,               -- 2 waits, 3 rejected
    CONSTRAINT one_place_to_a_message UNIQUE (state, id)
) STRICT;


-- Forms that were sent: a form sent twice is recognised, and leads to the message
-- that it made. Kept as long as a form is good.
CREATE TABLE guestbook.form (
    issued  INTEGER NOT NULL,               -- seconds since 1970
    nonce   INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (issued, nonce)
) STRICT, WITHOUT ROWID;


-- How many messages each address has sent in an hour. Emptied when the salt changes.
CREATE TABLE guestbook.sender (
    address INTEGER NOT NULL PRIMARY KEY,   -- hash of it with tally.salt
    hour    INTEGER NOT NULL,               -- since 1970
    sent    INTEGER NOT NULL
) STRICT;


-- Names of which a message was approved, in lower case, and how many.
CREATE TABLE guestbook.known (
    name     TEXT    NOT NULL PRIMARY KEY,
    messages INTEGER NOT NULL
) STRICT, WITHOUT ROWID;


-- What the filter learned: how many messages of either kind had a word.
CREATE TABLE guestbook.word (
    word TEXT    NOT NULL PRIMARY KEY,
    good INTEGER NOT NULL,
    bad  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;


-- What the owner decided, so that it can be undone: all that was decided with one
-- command has one moment.
CREATE TABLE guestbook.decision (
    moment INTEGER NOT NULL,
    id     INTEGER NOT NULL,
    was    INTEGER NOT NULL,                -- 1 published, 2 waited, 3 rejected
    became INTEGER NOT NULL,
    why    TEXT    NOT NULL,                -- message.why before
    PRIMARY KEY (moment, id)
) STRICT, WITHOUT ROWID;


-- =================================================================== search.db

-- The words of every post and page, as their readers see them: without markup.
-- Nothing is kept but the index, for the text is in blog.db. A row's id is its
-- `doc.key`, so rows are in the order of time and a search can begin with the
-- newest. `source` has who was quoted and where links lead; `kind` holds a word such
-- as `kindlink`, which lets the index itself answer `kind:link`. There is no index of
-- prefixes: FTS5 uses one for prefixes of exactly its own length, and it was as large
-- as that of the words; a prefix is read word by word. `text` comes first because an
-- entry of the first column is two bytes shorter, a fifth of the index. Where the owner
-- wants words found by their stem, the tokenizer is `porter` before the one that
-- stands here.
CREATE VIRTUAL TABLE search.word USING fts5(
    text, title, tags, source, kind,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2'
);


-- What lists and counts of results need of a post, without opening its long row.
-- `key` is its time since 1970 in steps of 64 seconds, or the first free one after it:
-- numbers that lie close together keep the index small, by a tenth less than seconds
-- would. Of a page it is when that last changed.
CREATE TABLE search.doc (
    key   INTEGER PRIMARY KEY,
    post  INTEGER NOT NULL,                 -- post.id; of pages -1, -2 and so on
    date  INTEGER NOT NULL,
    kind  INTEGER NOT NULL,                 -- as in post, and 5 for a page
    tags  TEXT    NOT NULL,                 -- names, a space between them
    slug  TEXT    NOT NULL,                 -- of a page its path
    label TEXT    NOT NULL,                 -- as in listing; of a page its title
    CONSTRAINT one_doc_to_a_post UNIQUE (post)
) STRICT;


-- The words of addresses, for the page that says that there is none at an address:
-- a plain table, which a program without FTS5 reads, too.
CREATE TABLE search.hint (
    word TEXT    NOT NULL,
    key  INTEGER NOT NULL,                  -- doc.key
    PRIMARY KEY (word, key)
) STRICT, WITHOUT ROWID;


-- Every word that was ever in a text, in the order of the alphabet, for "did you
-- mean". Words that are in no text any more stay until the index is made anew.
CREATE TABLE search.spelling (
    word TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;


-- One row: the `seq` of blog.db that the index has caught up with, and whether its
-- words were cut down to their stems.
CREATE TABLE search.state (
    seq   INTEGER NOT NULL,
    stems INTEGER NOT NULL                  -- 0 or 1
) STRICT;
