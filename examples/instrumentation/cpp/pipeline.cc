// An AI pipeline that counts what its objectives need.
//
// Answers questions from standard input, one a line, as "language: question", and serves its
// metrics at /metrics. Retrieval and the model are stand-ins, which words of the question steer;
// how they are counted is what this shows.
//
//   usage: pipeline PORT
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <exception>
#include <iostream>
#include <memory>
#include <string>

namespace {

using prometheus::BuildCounter;
using prometheus::Counter;
using prometheus::Family;

constexpr double kRelevantFrom = 0.7;

// Every threshold that an objective names is a bucket: 1 and 3.
const prometheus::Histogram::BucketBoundaries kSeconds = {0.25, 0.5, 1, 2, 3, 5, 8, 13};

Family<Counter>& CounterOf(prometheus::Registry& registry, const char* name, const char* help) {
  return BuildCounter().Name(name).Help(help).Register(registry);
}

// A series that appears with its first event hides that event from increase(): all are made here,
// and so begin at 0.
class Metrics {
 public:
  explicit Metrics(prometheus::Registry& registry)
      : requests_(
            CounterOf(registry, "ai_pipeline_requests_total", "Questions, by how they ended.")),
        retrievals_(CounterOf(registry, "ai_pipeline_retrieval_total", "What retrieval found.")),
        verdicts_(CounterOf(registry, "ai_pipeline_grounded_total",
                            "Whether answers keep to what was found.")),
        answers_(CounterOf(registry, "ai_pipeline_answers_total",
                           "Questions: available, fast and right, or not.")),
        duration(prometheus::BuildHistogram()
                     .Name("ai_pipeline_duration_seconds")
                     .Help("From question to answer.")
                     .Register(registry)
                     .Add({}, kSeconds)),
        graded(
            CounterOf(registry, "ai_pipeline_graded_total", "Answers that were graded.").Add({})),
        scores(CounterOf(registry, "ai_pipeline_score_total", "Grades from 0 to 1, added up.")
                   .Add({})),
        squares(CounterOf(registry, "ai_pipeline_score_squares_total", "Their squares, added up.")
                    .Add({})) {
    for (const char* const language : {"de", "en", "other"}) {
      Requests(language, "success");
      Requests(language, "error");
    }
    for (const char* const result : {"relevant", "empty", "low_score"}) Retrievals(result);
    for (const char* const verdict : {"grounded", "ungrounded"}) Verdicts(verdict);
    for (const bool good : {true, false}) Answers(good);
  }

  // Add gives the series there is.
  Counter& Requests(const std::string& language, const char* outcome) {
    return requests_.Add({{"language", language}, {"outcome", outcome}});
  }
  Counter& Retrievals(const char* result) { return retrievals_.Add({{"result", result}}); }
  Counter& Verdicts(const char* verdict) { return verdicts_.Add({{"verdict", verdict}}); }
  Counter& Answers(bool good) { return answers_.Add({{"good", good ? "true" : "false"}}); }

 private:
  Family<Counter>& requests_;
  Family<Counter>& retrievals_;
  Family<Counter>& verdicts_;
  Family<Counter>& answers_;

 public:
  prometheus::Histogram& duration;
  Counter& graded;
  Counter& scores;
  Counter& squares;
};

// What the stages said. The time is theirs, too: a stand-in does not keep anybody waiting.
struct Answer {
  bool failed = false;
  double seconds = 0;
  double relevance = 0;  // of the best chunk; 0: none was found
  bool grounded = false;
  double grade = 0;
};

// Retrieval, model and grader.
Answer Ask(const std::string& question) {
  const auto has = [&](const char* word) { return question.find(word) != std::string::npos; };
  if (has("outage")) return {true, 0.2, 0, false, 0};
  const double relevance = has("unheard") ? 0 : has("vague") ? 0.4 : 0.9;
  const double grade = has("invent") ? 0.25 : relevance < kRelevantFrom ? 0.5 : 1;
  return {false, has("slow") ? 4.0 : 0.8, relevance, !has("invent"), grade};
}

// Whoever sends a question chooses its language, so the label takes only a few.
std::string Bounded(const std::string& language) {
  return language == "de" || language == "en" ? language : "other";
}

const char* Handle(const std::string& language, const std::string& question, Metrics& metrics) {
  const Answer answer = Ask(question);
  metrics.Requests(Bounded(language), answer.failed ? "error" : "success").Increment();
  metrics.duration.Observe(answer.seconds);
  if (answer.failed) {
    metrics.Answers(false).Increment();
    return "error";
  }
  const bool relevant = answer.relevance >= kRelevantFrom;
  const char* const result = relevant ? "relevant" : answer.relevance > 0 ? "low_score" : "empty";
  metrics.Retrievals(result).Increment();
  metrics.Verdicts(answer.grounded ? "grounded" : "ungrounded").Increment();
  metrics.graded.Increment();
  metrics.scores.Increment(answer.grade);
  metrics.squares.Increment(answer.grade * answer.grade);
  metrics.Answers(answer.seconds <= 3 && relevant && answer.grounded).Increment();
  return result;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: pipeline PORT\n";
    return 2;
  }
  try {
    prometheus::Exposer exposer("127.0.0.1:" + std::string(arguments[1]));
    const auto registry = std::make_shared<prometheus::Registry>();
    Metrics metrics(*registry);
    exposer.RegisterCollectable(registry);
    for (std::string line; std::getline(std::cin, line);) {
      const std::size_t colon = line.find(": ");
      const std::string language = colon == std::string::npos ? line : line.substr(0, colon);
      const std::string question = colon == std::string::npos ? "" : line.substr(colon + 2);
      std::cout << Handle(language, question, metrics) << std::endl;
    }
  } catch (const std::exception& exception) {
    std::cerr << "pipeline: " << exception.what() << "\n";
    return 1;
  }
}
