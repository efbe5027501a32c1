// A CGI program in Go: counts the words of the request's body and answers in JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

type answer struct {
	Method string         `json:"method"`
	Words  int            `json:"words"`
	Counts map[string]int `json:"counts"`
}

func main() {
	counted := answer{Method: os.Getenv("REQUEST_METHOD"), Counts: map[string]int{}}
	words := bufio.NewScanner(os.Stdin)
	words.Split(bufio.ScanWords)
	for words.Scan() {
		counted.Words++
		counted.Counts[words.Text()]++
	}
	if err := words.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "cannot read the body:", err)
		fmt.Print("Status: 400 Bad Request\nContent-Type: text/plain\n\nthe body cannot be read\n")
		return
	}

	fmt.Print("Content-Type: application/json\n\n")
	if err := json.NewEncoder(os.Stdout).Encode(counted); err != nil {
		fmt.Fprintln(os.Stderr, "cannot write the answer:", err)
		os.Exit(1)
	}
}
