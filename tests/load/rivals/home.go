// Go with net/http/cgi, database/sql and html/template.
package main

import (
	"database/sql"
	"html/template"
	"log"
	"net/http"
	"net/http/cgi"
	"os"
	"strings"

	_ "github.com/mattn/go-sqlite3"
)

type post struct {
	Day, Published, Path, Title, Link string
	Tags                              []string
	Body                              template.HTML
}

var page = template.Must(template.New("home").Parse(`<!DOCTYPE html>
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
{{range .}}{{if .Day}}<h2>{{.Day}}</h2>
{{end}}<article>
{{if .Title}}<h3><a href="{{if .Link}}{{.Link}}{{else}}/{{.Path}}{{end}}">{{.Title}}</a></h3>
{{end}}{{.Body}}
<p><a href="/{{.Path}}"><time datetime="{{.Published}}">{{slice .Published 11 16}}</time></a>
{{range .Tags}}<a href="/tags/{{.}}/">{{.}}</a>
{{end}}</p>
</article>
{{end}}</main>
<footer><a href="/feed.atom">Feed</a></footer>
</body>
</html>
`))

func home(w http.ResponseWriter, r *http.Request) {
	db, err := sql.Open("sqlite3", os.Getenv("BLOG"))
	if err != nil {
		log.Fatal(err)
	}
	rows, err := db.Query("SELECT published, path, title, link, tags, body FROM post ORDER BY published DESC LIMIT 30")
	if err != nil {
		log.Fatal(err)
	}
	var posts []post
	last := ""
	for rows.Next() {
		var p post
		var tags, body string
		if err := rows.Scan(&p.Published, &p.Path, &p.Title, &p.Link, &tags, &body); err != nil {
			log.Fatal(err)
		}
		p.Tags, p.Body = strings.Fields(tags), template.HTML(body)
		if p.Published[:10] != last {
			last = p.Published[:10]
			p.Day = last
		}
		posts = append(posts, p)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := page.Execute(w, posts); err != nil {
		log.Fatal(err)
	}
}

func main() {
	log.SetFlags(0)
	if err := cgi.Serve(http.HandlerFunc(home)); err != nil {
		log.Fatal(err)
	}
}
