#!/usr/bin/perl
# Perl with DBI.
use strict;
use warnings;
use DBI;

sub escape {
    my ($text) = @_;
    my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;');
    $text =~ s/([&<>"])/$entity{$1}/g;
    return $text;
}

my $db = DBI->connect("dbi:SQLite:dbname=$ENV{BLOG}", '', '', { RaiseError => 1 });
my $posts = $db->selectall_arrayref(
    'SELECT published, path, title, link, tags, body FROM post ORDER BY published DESC LIMIT 30',
    { Slice => {} },
);

my $page = <<'HTML';
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A load test</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><h1><a href="/">A load test</a></h1><nav><a href="/tags/">Tags</a></nav></header>
<main>
HTML
my $last = '';
for my $post (@$posts) {
    my $day = substr $post->{published}, 0, 10;
    $page .= "<h2>$day</h2>\n" if $day ne $last;
    $last = $day;
    $page .= "<article>\n";
    if ($post->{title} ne '') {
        my $link = escape($post->{link} || "/$post->{path}");
        $page .= "<h3><a href=\"$link\">" . escape($post->{title}) . "</a></h3>\n";
    }
    my $clock = substr $post->{published}, 11, 5;
    my $path = escape($post->{path});
    $page .= "$post->{body}\n<p><a href=\"/$path\"><time datetime=\"$post->{published}\">$clock</time></a>\n";
    for my $tag (map { escape($_) } split / /, $post->{tags}) {
        $page .= "<a href=\"/tags/$tag/\">$tag</a>\n";
    }
    $page .= "</p>\n</article>\n";
}
$page .= "</main>\n<footer><a href=\"/feed.atom\">Feed</a></footer>\n</body>\n</html>\n";
print "Content-Type: text/html; charset=utf-8\r\n\r\n", $page;
