/* The floor: what a process costs that only says a constant page. It is linked
 * as Mayfly's programs are (musl, static, at a fixed address), and written in C
 * so that nothing of Rust's or Mayfly's can be in the figure they are divided
 * by. */
#include <unistd.h>

static const char page[] =
    "Status: 200 OK\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: 56\r\n"
    "\r\n"
    "<!DOCTYPE html><title>Empty</title><p>Nothing to read.\r\n";

int main(void) {
    _exit(write(1, page, sizeof page - 1) != sizeof page - 1);
}
