#!/usr/bin/env python3
"""An AI pipeline that counts what its objectives need.

Answers questions from standard input, one a line, as "language: question", and serves its metrics
at /metrics. Retrieval and the model are stand-ins, which words of the question steer; how they are
counted is what this shows.

    usage: pipeline.py --port 9101
"""

import argparse
import sys
from dataclasses import dataclass

from prometheus_client import REGISTRY, Counter, Histogram, start_http_server

# Whoever sends a question chooses its language, so the label takes only these and "other".
LANGUAGES = ("de", "en", "other")

# Every threshold that an objective names is a bucket: 1 and 3.
SECONDS = (0.25, 0.5, 1, 2, 3, 5, 8, 13)

RELEVANT_FROM = 0.7

requests = Counter(
    "ai_pipeline_requests_total", "Questions, by how they ended.", ["language", "outcome"]
)
duration = Histogram("ai_pipeline_duration_seconds", "From question to answer.", buckets=SECONDS)
retrievals = Counter("ai_pipeline_retrieval_total", "What retrieval found.", ["result"])
verdicts = Counter("ai_pipeline_grounded_total", "Whether answers keep to what was found.", ["verdict"])
graded = Counter("ai_pipeline_graded_total", "Answers that were graded.")
scores = Counter("ai_pipeline_score_total", "Grades from 0 to 1, added up.")
squares = Counter("ai_pipeline_score_squares_total", "Their squares, added up.")
answers = Counter("ai_pipeline_answers_total", "Questions: available, fast and right, or not.", ["good"])


def begin_at_zero():
    """A series that appears with its first event hides that event from increase()."""
    for language in LANGUAGES:
        for outcome in ("success", "error"):
            requests.labels(language, outcome)
    for result in ("relevant", "empty", "low_score"):
        retrievals.labels(result)
    for verdict in ("grounded", "ungrounded"):
        verdicts.labels(verdict)
    for good in ("true", "false"):
        answers.labels(good)


@dataclass
class Answer:
    """What the stages said. The time is theirs, too: a stand-in does not keep anybody waiting."""

    failed: bool
    seconds: float
    relevance: float  # of the best chunk; 0: none was found
    grounded: bool
    grade: float


def ask(question):
    """Retrieval, model and grader."""
    if "outage" in question:
        return Answer(True, 0.2, 0, False, 0)
    relevance = 0 if "unheard" in question else 0.4 if "vague" in question else 0.9
    invented = "invent" in question
    return Answer(False, 4 if "slow" in question else 0.8, relevance, not invented,
                  0.25 if invented else 0.5 if relevance < RELEVANT_FROM else 1)


def handle(language, question):
    language = language if language in LANGUAGES else "other"
    answer = ask(question)
    requests.labels(language, "error" if answer.failed else "success").inc()
    duration.observe(answer.seconds)
    if answer.failed:
        answers.labels("false").inc()
        return "error"
    result = "relevant" if answer.relevance >= RELEVANT_FROM else "low_score" if answer.relevance else "empty"
    retrievals.labels(result).inc()
    verdicts.labels("grounded" if answer.grounded else "ungrounded").inc()
    graded.inc()
    scores.inc(answer.grade)
    squares.inc(answer.grade**2)
    good = answer.seconds <= 3 and result == "relevant" and answer.grounded
    answers.labels("true" if good else "false").inc()
    return result


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    begin_at_zero()
    start_http_server(arguments.parse_args().port, addr="127.0.0.1", registry=REGISTRY)
    for line in sys.stdin:
        language, _, question = line.strip().partition(": ")
        print(handle(language, question), flush=True)


if __name__ == "__main__":
    main()
