vcl 4.1;

# Mayfly behind Varnish (6.1 or later). The web server that runs the programs
# listens elsewhere; name it here, and start varnishd with this file:
#
#     varnishd -a :80 -f /etc/varnish/mayfly.vcl -s malloc,256m
#
# Nothing else needs setting. The programs say for how long a page may be kept:
# 10 seconds, then 20 more in which Varnish answers with what it has while it asks
# (s-maxage, stale-while-revalidate), and less when a scheduled post is due.
backend default {
    .host = "127.0.0.1";
    .port = "8080";
}

sub vcl_recv {
    # Whoever writes, and whoever is signed in, speaks with the programs.
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.http.Cookie ~ "mayfly-") {
        return (pass);
    }
    # No page depends on any other cookie. Varnish would not answer with a copy
    # where it sees one.
    unset req.http.Cookie;
    return (hash);
}

sub vcl_backend_response {
    # A copy that is no longer fresh is kept to be asked about: where nothing was
    # changed the programs answer 304, which costs them a third of a page.
    set beresp.keep = 1d;
}

sub vcl_deliver {
    # Tells where an answer came from, for whoever looks.
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
