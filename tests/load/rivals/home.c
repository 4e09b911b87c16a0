/* C with the system's SQLite: cc -O2 home.c -lsqlite3 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void escape(const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&': fputs("&amp;", stdout); break;
        case '<': fputs("&lt;", stdout); break;
        case '>': fputs("&gt;", stdout); break;
        case '"': fputs("&quot;", stdout); break;
        default: putchar(*text);
        }
    }
}

static void fail(sqlite3 *db) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    printf("Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\nSorry.\n");
    exit(1);
}

static const char *column(sqlite3_stmt *posts, int number) {
    return (const char *)sqlite3_column_text(posts, number);
}

int main(void) {
    sqlite3 *db;
    sqlite3_stmt *posts;
    char last[11] = "";

    if (sqlite3_open_v2(getenv("BLOG"), &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) fail(db);
    if (sqlite3_prepare_v2(db,
            "SELECT published, path, title, link, tags, body FROM post ORDER BY published DESC LIMIT 30",
            -1, &posts, NULL) != SQLITE_OK) fail(db);
    printf("Content-Type: text/html; charset=utf-8\r\n\r\n"
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>A load test</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n"
        "<header><h1><a href=\"/\">A load test</a></h1><nav><a href=\"/tags/\">Tags</a></nav></header>\n"
        "<main>\n");
    while (sqlite3_step(posts) == SQLITE_ROW) {
        const char *published = column(posts, 0), *path = column(posts, 1);
        const char *title = column(posts, 2), *link = column(posts, 3);
        if (strncmp(last, published, 10) != 0) {
            memcpy(last, published, 10);
            printf("<h2>%s</h2>\n", last);
        }
        printf("<article>\n");
        if (*title) {
            printf("<h3><a href=\"%s", *link ? "" : "/");
            escape(*link ? link : path);
            printf("\">");
            escape(title);
            printf("</a></h3>\n");
        }
        printf("%s\n<p><a href=\"/", column(posts, 5));
        escape(path);
        printf("\"><time datetime=\"%s\">%.5s</time></a>\n", published, published + 11);
        char *tags = strdup(column(posts, 4));
        for (char *tag = strtok(tags, " "); tag; tag = strtok(NULL, " ")) {
            printf("<a href=\"/tags/");
            escape(tag);
            printf("/\">");
            escape(tag);
            printf("</a>\n");
        }
        free(tags);
        printf("</p>\n</article>\n");
    }
    printf("</main>\n<footer><a href=\"/feed.atom\">Feed</a></footer>\n</body>\n</html>\n");
    sqlite3_finalize(posts);
    sqlite3_close(db);
    return 0;
}
