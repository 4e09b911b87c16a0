<?php
// PHP with PDO, as behind php-fpm or php-cgi.
$db = new PDO('sqlite:' . getenv('BLOG'));
$posts = $db->query('SELECT published, path, title, link, tags, body FROM post ORDER BY published DESC LIMIT 30');
?>
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
<?php $day = ''; foreach ($posts as $post): ?>
<?php if ($day !== substr($post['published'], 0, 10)): $day = substr($post['published'], 0, 10); ?>
<h2><?= $day ?></h2>
<?php endif ?>
<article>
<?php if ($post['title'] !== ''): ?>
<h3><a href="<?= htmlspecialchars($post['link'] ?: '/' . $post['path']) ?>"><?= htmlspecialchars($post['title']) ?></a></h3>
<?php endif ?>
<?= $post['body'] ?>
<p><a href="/<?= htmlspecialchars($post['path']) ?>"><time datetime="<?= $post['published'] ?>"><?= substr($post['published'], 11, 5) ?></time></a>
<?php foreach (explode(' ', $post['tags']) as $tag): ?>
<a href="/tags/<?= htmlspecialchars($tag) ?>/"><?= htmlspecialchars($tag) ?></a>
<?php endforeach ?>
</p>
</article>
<?php endforeach ?>
</main>
<footer><a href="/feed.atom">Feed</a></footer>
</body>
</html>
