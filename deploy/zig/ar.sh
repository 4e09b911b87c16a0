#!/bin/sh
# The host's ar may not know another processor's files, and then makes no index of them.
exec "$(dirname "$0")/zig.sh" ar "$@"
