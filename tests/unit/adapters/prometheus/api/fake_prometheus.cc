#include "unit/adapters/prometheus/api/fake_prometheus.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>

namespace slogate::adapters::prometheus {
namespace {

std::string Decode(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::map<std::string, std::string> ParseForm(const std::string& body) {
  std::map<std::string, std::string> form;
  std::size_t begin = 0;
  while (begin < body.size()) {
    const std::size_t end = std::min(body.find('&', begin), body.size());
    const std::string pair = body.substr(begin, end - begin);
    const std::size_t equals = pair.find('=');
    form[pair.substr(0, equals)] = Decode(pair.substr(equals + 1));
    begin = end + 1;
  }
  return form;
}

struct Matcher {
  std::string name;
  std::string op;
  std::string value;
  std::regex expression;

  bool Accepts(const Labels& labels) const {
    const std::string& actual = ValueOf(labels, name);
    const bool matches = op[1] == '~' ? std::regex_match(actual, expression) : actual == value;
    return matches == (op[0] == '=');
  }
};

std::string Unquote(const std::string& quoted) {
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\') ++i;
    text += quoted[i];
  }
  return text;
}

std::vector<Matcher> ParseSelector(const std::string& selector) {
  static const std::regex kMatcher(R"re(([a-zA-Z_]+)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)")re");
  std::vector<Matcher> matchers;
  for (std::sregex_iterator it(selector.begin(), selector.end(), kMatcher), end; it != end; ++it) {
    const std::string op = (*it)[2].str() + " ";
    const std::string value = Unquote((*it)[3]);
    matchers.push_back({(*it)[1], op, value, std::regex(op[1] == '~' ? value : "")});
  }
  return matchers;
}

bool AcceptedByAll(const std::vector<Matcher>& matchers, const Labels& labels) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const Matcher& matcher) { return matcher.Accepts(labels); });
}

std::string Success(const char* type, const nlohmann::json& result) {
  return nlohmann::json{{"status", "success"}, {"data", {{"resultType", type}, {"result", result}}}}
      .dump();
}

}  // namespace

void FakePrometheus::Add(const Labels& labels, core::TimePoint at, double value) {
  series_[labels].push_back({at, value});
}

void FakePrometheus::Scrape(const Labels& target, core::TimePoint at, std::optional<double> start,
                            const std::map<std::string, double>& counters) {
  Add(Named("up", target), at, 1);
  if (start) Add(Named("process_start_time_seconds", target), at, *start);
  for (const auto& [name, value] : counters) Add(Named(name, target), at, value);
}

Transport FakePrometheus::transport() {
  return [this](const http::Tls&, const http::OutgoingRequest& request) { return Answer(request); };
}

http::HttpResult<http::Response> FakePrometheus::Answer(const http::OutgoingRequest& request) {
  RequestedQuery question;
  question.path = request.url.substr(request.url.find("/api/"));
  question.form = ParseForm(request.body);
  question.query = question.form["query"];
  question.request = request;
  requested.push_back(question);
  if (override_answer) {
    if (auto answer = override_answer(question)) return *answer;
  }
  const auto at =
      core::TimePoint(core::Duration(std::llround(std::stod(question.form["time"]) * 1000)));
  static const std::regex kCountBy(R"(^(count\()?count by \((\w+)\) \((\{.*\})\)(\))?$)");
  static const std::regex kOne(R"(^topk\(1, (\{.*\})\)$)");
  std::smatch parts;
  if (std::regex_match(question.query, parts, kOne)) return Responded(200, One(parts[1], at));
  auto response = Responded(200, std::regex_match(question.query, parts, kCountBy)
                                     ? CountBy(parts[2], parts[3], parts[1].length() > 0, at)
                                     : Matrix(question.query, at));
  response->headers = response_headers;
  return response;
}

std::string FakePrometheus::Matrix(const std::string& query, core::TimePoint at) const {
  static const std::regex kRange(R"(^(.*)\[(\d+)(ms|s)\]$)");
  std::smatch parts;
  if (!std::regex_match(query, parts, kRange)) throw std::invalid_argument("no range: " + query);
  const core::Duration range(std::stoll(parts[2]) * (parts[3] == "s" ? 1000 : 1));
  const std::vector<Matcher> matchers = ParseSelector(parts[1]);
  nlohmann::json result = nlohmann::json::array();
  for (const auto& [labels, samples] : series_) {
    if (!AcceptedByAll(matchers, labels)) continue;
    nlohmann::json values = nlohmann::json::array();
    const core::TimePoint from = at - range + core::Duration(left_closed ? 0 : 1);
    for (auto it = FirstFrom(samples, from); it != samples.end() && it->at <= at; ++it) {
      values.push_back({static_cast<double>(it->at.time_since_epoch().count()) / 1000,
                        std::isnan(it->value) ? "NaN" : nlohmann::json(it->value).dump()});
    }
    if (!values.empty()) result.push_back({{"metric", labels}, {"values", values}});
  }
  return Success("matrix", result);
}

std::string FakePrometheus::One(const std::string& selector, core::TimePoint at) const {
  const std::vector<Matcher> matchers = ParseSelector(selector);
  const auto seconds = static_cast<double>(at.time_since_epoch().count()) / 1000;
  nlohmann::json result = nlohmann::json::array();
  for (const auto& [labels, samples] : series_) {
    const bool alive = AnyWithin(samples, at - std::chrono::minutes(5), at);
    if (!result.empty() || !alive || !AcceptedByAll(matchers, labels)) continue;
    result.push_back({{"metric", labels}, {"value", {seconds, "1"}}});
  }
  return Success("vector", result);
}

std::string FakePrometheus::CountBy(const std::string& label, const std::string& selector,
                                    bool groups, core::TimePoint at) const {
  const std::vector<Matcher> matchers = ParseSelector(selector);
  std::map<std::string, int> counts;
  for (const auto& [labels, samples] : series_) {
    const bool alive = AnyWithin(samples, at - std::chrono::minutes(5), at);
    if (alive && AcceptedByAll(matchers, labels)) ++counts[ValueOf(labels, label)];
  }
  const auto seconds = static_cast<double>(at.time_since_epoch().count()) / 1000;
  nlohmann::json result = nlohmann::json::array();
  const auto add = [&](const nlohmann::json& labels, std::size_t count) {
    result.push_back({{"metric", labels}, {"value", {seconds, std::to_string(count)}}});
  };
  if (groups && !counts.empty()) add(nlohmann::json::object(), counts.size());
  for (const auto& [value, count] : counts) {
    if (!groups) add({{label, value}}, static_cast<std::size_t>(count));
  }
  return Success("vector", result);
}

http::HttpResult<http::Response> Responded(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

Labels Target(const std::string& job, const std::string& instance) {
  return {{"job", job}, {"instance", instance}};
}

Labels Named(const std::string& name, const Labels& target, const Labels& more) {
  Labels labels = target;
  labels["__name__"] = name;
  labels.insert(more.begin(), more.end());
  return labels;
}

}  // namespace slogate::adapters::prometheus
