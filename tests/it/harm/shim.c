/* Loaded into a program before the C library, and a bad disk or a wrong clock to it.
 *
 * HARM_FOLDER  files in this folder are harmed, and no others
 * HARM_AT      the number of the call that goes wrong, from 1
 * HARM_HOW     io:    that call fails with EIO
 *              full:  whatever would take room fails with ENOSPC, from that call on
 *              short: that call reads half of the page of a database that it should
 *              kill:  the program is killed at that call; a write is done by half
 * HARM_MET     this file is made when the call was met
 * HARM_CLOCK   seconds by which the clock is wrong
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))
enum { OTHER, READS, TAKES_ROOM };

static char ours[1024];
static long calls;

static int inside(const char *path) {
    const char *folder = getenv("HARM_FOLDER");
    return folder && path && !strncmp(path, folder, strlen(folder));
}

static int is_ours(int file) {
    return file >= 0 && file < (int)sizeof ours && ours[file];
}

static void met(void) {
    const char *path = getenv("HARM_MET");
    if (path)
        close(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0600));
}

/* Whether this call goes wrong; then errno says how. */
static int wrong(int kind, size_t *length) {
    const char *at = getenv("HARM_AT"), *how = getenv("HARM_HOW");
    long number = at ? atol(at) : 0;
    if (!number || !how)
        return 0;
    calls++;
    if (*how == 'f') {
        if (calls < number || kind != TAKES_ROOM)
            return 0;
        met();
        errno = ENOSPC;
        return 1;
    }
    if (calls != number)
        return 0;
    met();
    if (*how == 'k') {
        if (kind == TAKES_ROOM && length && *length > 1) {
            *length /= 2;
            return 0;
        }
        raise(SIGKILL);
    }
    if (*how == 's') {
        if (kind == READS && length)
            *length /= 2;
        return 0;
    }
    errno = EIO;
    return 1;
}

/* Ends a program that has written the half of what it wanted. */
static ssize_t written(ssize_t done, size_t wanted, size_t length) {
    if (length < wanted)
        raise(SIGKILL);
    return done;
}

static int opened(const char *path, int file) {
    if (file >= 0 && file < (int)sizeof ours)
        ours[file] = inside(path);
    return file;
}

#define OPEN(name)                                                                       \
    int name(const char *path, int flags, ...) {                                         \
        va_list rest;                                                                    \
        va_start(rest, flags);                                                           \
        int mode = va_arg(rest, int);                                                    \
        va_end(rest);                                                                    \
        if (inside(path) && wrong(flags & O_CREAT ? TAKES_ROOM : OTHER, 0))              \
            return -1;                                                                   \
        return opened(path, REAL(int, #name, const char *, int, ...)(path, flags, mode)); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                     \
    int name(int folder, const char *path, int flags, ...) {                             \
        va_list rest;                                                                    \
        va_start(rest, flags);                                                           \
        int mode = va_arg(rest, int);                                                    \
        va_end(rest);                                                                    \
        if (inside(path) && wrong(flags & O_CREAT ? TAKES_ROOM : OTHER, 0))              \
            return -1;                                                                   \
        return opened(path,                                                       \
                      REAL(int, #name, int, const char *, int, ...)(folder, path, flags, mode)); \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int file) {
    if (is_ours(file))
        ours[file] = 0;
    return REAL(int, "close", int)(file);
}

ssize_t read(int file, void *to, size_t length) {
    if (is_ours(file) && wrong(READS, 0))
        return -1;
    return REAL(ssize_t, "read", int, void *, size_t)(file, to, length);
}

ssize_t write(int file, const void *from, size_t length) {
    size_t wanted = length;
    if (is_ours(file) && wrong(TAKES_ROOM, &length))
        return -1;
    return written(REAL(ssize_t, "write", int, const void *, size_t)(file, from, length), wanted, length);
}

#define PREAD(name, offset)                                                              \
    ssize_t name(int file, void *to, size_t length, offset from) {                       \
        if (is_ours(file) && wrong(READS, &length))                                      \
            return -1;                                                                   \
        return REAL(ssize_t, #name, int, void *, size_t, offset)(file, to, length, from); \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

#define PWRITE(name, offset)                                                             \
    ssize_t name(int file, const void *from, size_t length, offset to) {                 \
        size_t wanted = length;                                                          \
        if (is_ours(file) && wrong(TAKES_ROOM, &length))                                 \
            return -1;                                                                   \
        return written(REAL(ssize_t, #name, int, const void *, size_t, offset)(file, from, length, to), \
                       wanted, length);                                                  \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define SYNC(name)                                                                       \
    int name(int file) {                                                                 \
        if (is_ours(file) && wrong(OTHER, 0))                                            \
            return -1;                                                                   \
        return REAL(int, #name, int)(file);                                              \
    }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(name, offset)                                                           \
    int name(int file, offset length) {                                                  \
        if (is_ours(file) && wrong(OTHER, 0))                                            \
            return -1;                                                                   \
        return REAL(int, #name, int, offset)(file, length);                              \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define FCNTL(name)                                                                      \
    int name(int file, int command, ...) {                                               \
        va_list rest;                                                                    \
        va_start(rest, command);                                                         \
        void *argument = va_arg(rest, void *);                                           \
        va_end(rest);                                                                    \
        int locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK;     \
        if (is_ours(file) && locks && wrong(OTHER, 0))                                   \
            return -1;                                                                   \
        return REAL(int, #name, int, int, ...)(file, command, argument);                 \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

int flock(int file, int how) {
    if (is_ours(file) && wrong(OTHER, 0))
        return -1;
    return REAL(int, "flock", int, int)(file, how);
}

#define MMAP(name, offset)                                                               \
    void *name(void *at, size_t length, int access, int flags, int file, offset from) {  \
        if (is_ours(file) && wrong(OTHER, 0))                                            \
            return MAP_FAILED;                                                           \
        return REAL(void *, #name, void *, size_t, int, int, int, offset)(at, length, access, flags, file, from); \
    }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

int unlink(const char *path) {
    if (inside(path) && wrong(OTHER, 0))
        return -1;
    return REAL(int, "unlink", const char *)(path);
}

int rename(const char *path, const char *to) {
    if (inside(to) && wrong(TAKES_ROOM, 0))
        return -1;
    return REAL(int, "rename", const char *, const char *)(path, to);
}

int mkdir(const char *path, mode_t mode) {
    if (inside(path) && wrong(TAKES_ROOM, 0))
        return -1;
    return REAL(int, "mkdir", const char *, mode_t)(path, mode);
}

static long drift(void) {
    const char *seconds = getenv("HARM_CLOCK");
    return seconds ? atol(seconds) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int done = REAL(int, "clock_gettime", clockid_t, struct timespec *)(clock, time);
    if (clock == CLOCK_REALTIME)
        time->tv_sec += drift();
    return done;
}

int gettimeofday(struct timeval *time, void *zone) {
    int done = REAL(int, "gettimeofday", struct timeval *, void *)(time, zone);
    time->tv_sec += drift();
    return done;
}

long syscall(long number, ...) {
    long a[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(rest, long);
    va_end(rest);
    long done = REAL(long, "syscall", long, ...)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (number == SYS_clock_gettime && a[0] == CLOCK_REALTIME)
        ((struct timespec *)a[1])->tv_sec += drift();
    return done;
}
