/* The usual guestbook in C with the system's SQLite:
 *     cc -O2 -DSYNCHRONOUS='"NORMAL"' book.c -lsqlite3
 * With FULL in place of NORMAL it waits for the disk before it answers. */
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

static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

static void decode(char *text) {
    char *to = text;
    for (; *text; text++) {
        if (*text == '+') {
            *to++ = ' ';
        } else if (*text == '%' && digit(text[1]) >= 0 && digit(text[2]) >= 0) {
            *to++ = (char)(digit(text[1]) * 16 + digit(text[2]));
            text += 2;
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
}

static void fail(sqlite3 *db) {
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    printf("Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\nSorry.\n");
    exit(1);
}

static void sign(sqlite3 *db) {
    static char body[16384];
    sqlite3_stmt *insert;
    char *name = NULL, *message = NULL;

    const char *length = getenv("CONTENT_LENGTH");
    long expected = length ? strtol(length, NULL, 10) : 0;
    if (expected < 0 || expected >= (long)sizeof body) expected = sizeof body - 1;
    body[fread(body, 1, (size_t)expected, stdin)] = '\0';
    for (char *field = strtok(body, "&"); field; field = strtok(NULL, "&")) {
        char *value = strchr(field, '=');
        if (!value) continue;
        *value++ = '\0';
        decode(value);
        if (!strcmp(field, "name")) name = value;
        if (!strcmp(field, "message")) message = value;
    }
    if (name && *name && message && *message) {
        if (sqlite3_prepare_v2(db, "INSERT INTO guestbook (name, message) VALUES (?, ?)", -1,
                &insert, NULL) != SQLITE_OK) fail(db);
        sqlite3_bind_text(insert, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, message, -1, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) fail(db);
        sqlite3_finalize(insert);
    }
    printf("Status: 303 See Other\r\nLocation: %s\r\n\r\n", getenv("SCRIPT_NAME"));
}

static void show(sqlite3 *db) {
    sqlite3_stmt *messages;

    if (sqlite3_prepare_v2(db,
            "SELECT name, message, created FROM guestbook ORDER BY created DESC LIMIT 100", -1,
            &messages, NULL) != SQLITE_OK) fail(db);
    printf("Content-Type: text/html; charset=utf-8\r\n\r\n"
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<title>Guestbook</title>\n</head>\n<body>\n<h1>Guestbook</h1>\n<form method=\"post\">\n"
        "<p><label>Name <input name=\"name\" required></label></p>\n"
        "<p><label>Message <textarea name=\"message\" required></textarea></label></p>\n"
        "<p><button>Sign</button></p>\n</form>\n");
    while (sqlite3_step(messages) == SQLITE_ROW) {
        printf("<article><h2>");
        escape((const char *)sqlite3_column_text(messages, 0));
        printf("</h2><p>");
        escape((const char *)sqlite3_column_text(messages, 1));
        printf("</p><p>%s</p></article>\n", sqlite3_column_text(messages, 2));
    }
    printf("</body>\n</html>\n");
    sqlite3_finalize(messages);
}

int main(void) {
    sqlite3 *db;
    char file[4096];

    snprintf(file, sizeof file, "%s/c-" SYNCHRONOUS ".db", getenv("BOOKS"));
    if (sqlite3_open(file, &db) != SQLITE_OK) fail(db);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = " SYNCHRONOUS, NULL,
            NULL, NULL) != SQLITE_OK) fail(db);
    const char *method = getenv("REQUEST_METHOD");
    if (method && !strcmp(method, "POST")) sign(db);
    else show(db);
    sqlite3_close(db);
    return 0;
}
