// A web server that greets you. Press Run, then open the preview.
package main

import (
	"fmt"
	"html"
	"log"
	"net/http"
	"os"
)

func greet(name string) string {
	if name == "" {
		name = "world"
	}
	return fmt.Sprintf("Hello, %s!", name)
}

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8000"
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<h1>%s</h1>\n", html.EscapeString(greet(r.URL.Query().Get("name"))))
	})
	log.Printf("Listening on http://localhost:%s", port)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
}
