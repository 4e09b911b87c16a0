<?php
// The usual guestbook in PHP with PDO, as behind php-fpm or php-cgi.
$db = new PDO('sqlite:' . getenv('BOOKS') . '/php.db');
$db->setAttribute(PDO::ATTR_TIMEOUT, 5);
$db->exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $name = $_POST['name'] ?? '';
    $message = $_POST['message'] ?? '';
    if ($name !== '' && $message !== '') {
        $db->prepare('INSERT INTO guestbook (name, message) VALUES (?, ?)')->execute([$name, $message]);
    }
    header('Location: ' . $_SERVER['SCRIPT_NAME'], true, 303);
    exit;
}
$messages = $db->query('SELECT name, message, created FROM guestbook ORDER BY created DESC LIMIT 100');
?>
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Guestbook</title>
</head>
<body>
<h1>Guestbook</h1>
<form method="post">
<p><label>Name <input name="name" required></label></p>
<p><label>Message <textarea name="message" required></textarea></label></p>
<p><button>Sign</button></p>
</form>
<?php foreach ($messages as $message): ?>
<article><h2><?= htmlspecialchars($message['name']) ?></h2><p><?= htmlspecialchars($message['message']) ?></p><p><?= $message['created'] ?></p></article>
<?php endforeach ?>
</body>
</html>
