// Pipeline is an AI pipeline that counts what its objectives need.
//
// It answers questions from standard input, one a line, as "language: question", and serves its
// metrics at /metrics. Retrieval and the model are stand-ins, which words of the question steer;
// how they are counted is what this shows.
//
//	usage: pipeline -port 9103
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const relevantFrom = 0.7

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return promauto.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func counter(name, help string) prometheus.Counter {
	return promauto.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
}

var (
	requests = counters("ai_pipeline_requests_total", "Questions, by how they ended.",
		"language", "outcome")
	// Every threshold that an objective names is a bucket: 1 and 3.
	duration = promauto.NewHistogram(prometheus.HistogramOpts{
		Name: "ai_pipeline_duration_seconds", Help: "From question to answer.",
		Buckets: []float64{0.25, 0.5, 1, 2, 3, 5, 8, 13}})
	retrievals = counters("ai_pipeline_retrieval_total", "What retrieval found.", "result")
	verdicts   = counters("ai_pipeline_grounded_total",
		"Whether answers keep to what was found.", "verdict")
	graded  = counter("ai_pipeline_graded_total", "Answers that were graded.")
	scores  = counter("ai_pipeline_score_total", "Grades from 0 to 1, added up.")
	squares = counter("ai_pipeline_score_squares_total", "Their squares, added up.")
	answers = counters("ai_pipeline_answers_total",
		"Questions: available, fast and right, or not.", "good")
)

// A series that appears with its first event hides that event from increase().
func beginAtZero() {
	for _, language := range []string{"de", "en", "other"} {
		requests.WithLabelValues(language, "success")
		requests.WithLabelValues(language, "error")
	}
	for _, result := range []string{"relevant", "empty", "low_score"} {
		retrievals.WithLabelValues(result)
	}
	for _, verdict := range []string{"grounded", "ungrounded"} {
		verdicts.WithLabelValues(verdict)
	}
	for _, good := range []string{"true", "false"} {
		answers.WithLabelValues(good)
	}
}

// What the stages said. The time is theirs, too: a stand-in does not keep anybody waiting.
type answer struct {
	failed    bool
	seconds   float64
	relevance float64 // of the best chunk; 0: none was found
	grounded  bool
	grade     float64
}

// Retrieval, model and grader.
func ask(question string) answer {
	has := func(word string) bool { return strings.Contains(question, word) }
	if has("outage") {
		return answer{failed: true, seconds: 0.2}
	}
	said := answer{seconds: 0.8, relevance: 0.9, grounded: !has("invent"), grade: 1}
	if has("slow") {
		said.seconds = 4
	}
	if has("unheard") {
		said.relevance = 0
	} else if has("vague") {
		said.relevance = 0.4
	}
	if has("invent") {
		said.grade = 0.25
	} else if said.relevance < relevantFrom {
		said.grade = 0.5
	}
	return said
}

// Whoever sends a question chooses its language, so the label takes only a few.
func bounded(language string) string {
	if language == "de" || language == "en" {
		return language
	}
	return "other"
}

func handle(language, question string) string {
	said := ask(question)
	duration.Observe(said.seconds)
	if said.failed {
		requests.WithLabelValues(bounded(language), "error").Inc()
		answers.WithLabelValues("false").Inc()
		return "error"
	}
	requests.WithLabelValues(bounded(language), "success").Inc()
	result := "relevant"
	if said.relevance == 0 {
		result = "empty"
	} else if said.relevance < relevantFrom {
		result = "low_score"
	}
	retrievals.WithLabelValues(result).Inc()
	if said.grounded {
		verdicts.WithLabelValues("grounded").Inc()
	} else {
		verdicts.WithLabelValues("ungrounded").Inc()
	}
	graded.Inc()
	scores.Add(said.grade)
	squares.Add(said.grade * said.grade)
	good := said.seconds <= 3 && result == "relevant" && said.grounded
	answers.WithLabelValues(strconv.FormatBool(good)).Inc()
	return result
}

func main() {
	port := flag.Int("port", 0, "where /metrics is served")
	flag.Parse()
	beginAtZero()
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/metrics", promhttp.Handler())
	server := http.Server{ReadHeaderTimeout: 5 * time.Second}
	go func() { log.Fatal(server.Serve(listener)) }()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		language, question, _ := strings.Cut(lines.Text(), ": ")
		fmt.Println(handle(language, question))
	}
}
