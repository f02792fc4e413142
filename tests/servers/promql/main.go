// Says of each query on standard input whether Prometheus' own parser takes it, as a Prometheus
// without experimental features would.
//
// A query is its length in bytes, a line feed, and that many bytes. The answers are one line each:
// "ok", or "refused" and why.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	promql := parser.NewParser(parser.Options{})
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			return
		}
		length, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil || length < 0 {
			fmt.Fprintln(os.Stderr, "not a length:", line)
			os.Exit(1)
		}
		query := make([]byte, length)
		if _, err := io.ReadFull(in, query); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if _, err := promql.ParseExpr(string(query)); err != nil {
			fmt.Fprintln(out, "refused", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Fprintln(out, "ok")
		}
	}
}
