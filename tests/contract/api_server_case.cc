#include "contract/api_server_case.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <regex>
#include <set>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "support/process.h"

namespace slogate::testing {

using adapters::http::Request;
using nlohmann::json;

namespace {

constexpr std::chrono::seconds kLongest{30};

bool IsTime(const std::string& text) {
  static const std::regex time("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  return std::regex_match(text, time);
}

bool IsAge(const std::string& text) {
  static const std::regex age("\\d+[smh]");
  return std::regex_match(text, age);
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  if (from.empty()) return;
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

bool IsVersionField(const std::string& name) {
  return name == "resourceVersion" || name == "/metadata/resourceVersion";
}

// Each version in `value` and where it is; those of lists are of the whole server, and left out.
template <typename Value, typename Visit>
void ForEachVersion(Value& value, bool of_list, const Visit& visit) {
  if (value.is_object()) {
    const bool has_items = value.contains("items") || value.contains("rows");
    for (auto& [name, part] : value.items()) {
      if (IsVersionField(name) && part.is_string()) {
        visit(part, of_list);
      } else {
        ForEachVersion(part, has_items && name == "metadata", visit);
      }
    }
  } else if (value.is_array()) {
    for (auto& part : value) ForEachVersion(part, false, visit);
  }
}

json Lines(const std::string& text) {
  json events = json::array();
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    events.push_back(json::parse(text.substr(begin, end - begin), nullptr, false));
    begin = end + 1;
  }
  return events;
}

std::int64_t Number(const json& version) {
  return std::strtoll(version.get_ref<const std::string&>().c_str(), nullptr, 10);
}

// Versions by their order, so that two servers that count differently can be compared.
void RankVersions(std::vector<json>& answers) {
  std::set<std::int64_t> versions;
  for (const json& answer : answers) {
    ForEachVersion(answer, false, [&](const json& version, bool of_list) {
      if (!of_list) versions.insert(Number(version));
    });
  }
  for (json& answer : answers) {
    ForEachVersion(answer, false, [&](json& version, bool of_list) {
      const auto place = std::distance(versions.begin(), versions.lower_bound(Number(version)));
      version = of_list ? "<version>" : "<version " + std::to_string(place + 1) + ">";
    });
  }
}

// Whether an answer is the one that the step waits for.
bool IsAwaited(const json& step, int status, const json& body) {
  if (step.contains("await") && step["await"] != status) return false;
  const json wanted = step.value("until", json::object());
  return std::all_of(wanted.items().begin(), wanted.items().end(), [&](const auto& part) {
    const json::json_pointer place(part.key());
    return body.contains(place) && body.at(place) == part.value();
  });
}

void SortBy(json& list, const json::json_pointer& place) {
  std::sort(list.begin(), list.end(), [&](const json& left, const json& right) {
    return left.value(place, "") < right.value(place, "");
  });
}

}  // namespace

ApiCase::ApiCase(const ApiUnderTest& server, std::string ns)
    : server_(server), client_(server.tls) {
  saved_["ns"] = std::move(ns);
}

std::vector<json> ApiCase::Play(const json& steps) {
  std::vector<json> answers;
  for (const json& step : steps) answers.push_back(Ask(step));
  RankVersions(answers);
  return answers;
}

json ApiCase::Ask(const json& step) {
  if (step.value("watch", false)) return Watch(step);
  const Request request = RequestOf(step);
  const auto begun = std::chrono::steady_clock::now();
  while (true) {
    const auto response = client_.Send(request);
    if (!response) throw std::runtime_error(response.error().message);
    json body = json::parse(response->body, nullptr, false);
    if (body.is_discarded()) body = response->body;
    if (!IsAwaited(step, response->status, body) &&
        std::chrono::steady_clock::now() - begun < kLongest) {
      Pause(std::chrono::milliseconds(50));
      continue;
    }
    Save(step, body);
    return {{"status", response->status}, {"body", Normalised(step, std::move(body))}};
  }
}

json ApiCase::Watch(const json& step) {
  std::string text;
  std::atomic<bool> stop = false;
  Request request = RequestOf(step);
  request.timeout = kLongest;
  // The changes come after the watch: it begins at a version from before them.
  std::thread changes([&] {
    for (const json& change : step.value("during", json::array())) (void)Ask(change);
  });
  const auto response = client_.Stream(
      request,
      [&text](std::string_view bytes) {
        text += bytes;
        return true;
      },
      stop);
  changes.join();
  if (!response) throw std::runtime_error(response.error().message);
  json body = response->status < 400 ? Lines(text) : json::parse(response->body, nullptr, false);
  if (step.value("unordered", false)) SortBy(body, json::json_pointer("/object/metadata/name"));
  Save(step, body);
  return {{"status", response->status}, {"body", Normalised(step, std::move(body))}};
}

Request ApiCase::RequestOf(const json& step) const {
  Request request;
  request.method = step.value("method", "GET");
  request.url = server_.url + Filled(step.at("path").get<std::string>());
  request.headers = {{"Accept", step.value("accept", "application/json")}};
  if (!server_.token.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + server_.token);
  }
  request.timeout = kLongest;
  if (step.contains("body")) request.body = Filled(step["body"]).dump();
  if (step.contains("text")) request.body = Filled(step["text"].get<std::string>());
  if (!request.body.empty()) {
    request.headers.emplace_back("Content-Type", step.value("type", "application/json"));
  }
  return request;
}

std::string ApiCase::Filled(std::string text) const {
  for (const auto& [name, value] : saved_) ReplaceAll(text, "{" + name + "}", value);
  return text;
}

json ApiCase::Filled(const json& value) const {
  if (value.is_string()) return Filled(value.get<std::string>());
  json filled = value;
  if (filled.is_structured()) {
    for (json& part : filled) part = Filled(part);
  }
  return filled;
}

void ApiCase::Save(const json& step, const json& body) {
  const json wanted = step.value("save", json::object());
  for (const auto& [name, pointer] : wanted.items()) {
    const json::json_pointer place(pointer.get<std::string>());
    if (!body.contains(place))
      throw std::runtime_error("nothing to save as " + name + ": " + body.dump());
    saved_[name] = body.at(place).get<std::string>();
  }
}

json ApiCase::Normalised(const json& step, json body) {
  const json ignored = step.value("ignore", json::array());
  for (const json& pointer : ignored) {
    const json::json_pointer place(pointer.get<std::string>());
    if (body.contains(place)) body.at(place.parent_pointer()).erase(place.back());
  }
  if (step.contains("select")) {
    json selected = json::object();
    for (const json& pointer : step["select"]) {
      const std::string place = pointer.get<std::string>();
      selected[place] = body.contains(json::json_pointer(place))
                            ? body.at(json::json_pointer(place))
                            : json("<absent>");
    }
    body = std::move(selected);
  }
  Tidy(body, "");
  return body;
}

void ApiCase::Tidy(json& value, const std::string& field) {
  if (value.is_object()) {
    value.erase("managedFields");
    value.erase("selfLink");
    // The real server gives these in no order.
    if (value.contains("causes")) SortBy(value["causes"], json::json_pointer("/field"));
    if (value.contains("resources")) SortBy(value["resources"], json::json_pointer("/name"));
    for (auto& [name, part] : value.items()) Tidy(part, name);
  } else if (value.is_array()) {
    for (json& part : value) Tidy(part, field);
  } else if (value.is_string()) {
    const std::string text = value.get<std::string>();
    if (IsVersionField(field)) return;
    if (field == "cells" && IsAge(text)) {
      value = "<age>";
    } else if (field == "uid") {
      value = "<uid>";
    } else if (IsTime(text)) {
      value = "<time>";
    } else {
      value = Worded(text);
    }
  }
}

std::string ApiCase::Worded(std::string text) const {
  for (const auto& [name, value] : saved_) {
    // A short number may be part of anything.
    if (value.size() > 3) ReplaceAll(text, value, "{" + name + "}");
  }
  return text;
}

}  // namespace slogate::testing
