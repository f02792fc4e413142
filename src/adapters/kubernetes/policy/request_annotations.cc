#include "adapters/kubernetes/policy/request_annotations.h"

#include <charconv>
#include <optional>
#include <string_view>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/object_fields.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

// Requests are kept in the status until the next attempt; longer ones are cut.
constexpr std::size_t kLongestRequest = 256;

std::string Annotation(const json& policy, const char* name) {
  return http::Printable(TextField(policy, {"metadata", "annotations", name}), kLongestRequest);
}

// What comes before `mark`, which is removed with it from `text`; all of it when there is no mark.
std::string_view CutAt(std::string_view& text, std::string_view mark) {
  const std::size_t place = text.find(mark);
  const std::string_view before = text.substr(0, place);
  text.remove_prefix(place == std::string_view::npos ? text.size() : place + mark.size());
  return before;
}

// Who and when; `what` is left to the caller. Absent without the annotation.
std::optional<core::Request> RequestOf(const json& policy, const char* name, std::string& what) {
  core::Request request;
  request.text = Annotation(policy, name);
  if (request.text.empty()) return std::nullopt;
  std::string_view rest = request.text;
  what = CutAt(rest, " ");
  if (rest.starts_with("by ")) {
    rest.remove_prefix(3);
    request.by = CutAt(rest, " at ");
  } else if (rest.starts_with("at ")) {
    rest.remove_prefix(3);
  } else {
    rest = {};
  }
  request.at = rest;
  return request;
}

// "<revision>/<step>", or "<revision>" alone; false when it is neither.
bool ReadRevisionAndStep(const std::string& what, core::Request& request) {
  const std::size_t slash = what.rfind('/');
  request.revision = what.substr(0, slash);
  if (request.revision.empty()) return false;
  if (slash == std::string::npos) return true;
  const char* const end = what.data() + what.size();
  const auto [rest, error] = std::from_chars(what.data() + slash + 1, end, request.step);
  return error == std::errc() && rest == end && request.step >= 1;
}

enum class Names { kStep, kRevision, kEither };

std::optional<core::Request> AboutRevision(const json& policy, const char* annotation, Names names,
                                           const char* form, std::string& problem) {
  std::string what;
  std::optional<core::Request> request = RequestOf(policy, annotation, what);
  if (!request) return request;
  const bool read = ReadRevisionAndStep(what, *request);
  const bool wanted = names == Names::kEither || (names == Names::kStep) == (request->step > 0);
  if (read && wanted) return request;
  problem = std::string("annotation ") + annotation + " is not " + form + "; correct or remove it";
  return std::nullopt;
}

}  // namespace

core::Requests RequestsOf(const json& policy) {
  core::Requests requests;
  requests.approve = AboutRevision(policy, kApproveAnnotation, Names::kStep, "<revision>/<step>",
                                   requests.problem);
  requests.promote = AboutRevision(policy, kPromoteAnnotation, Names::kEither,
                                   "<revision> or <revision>/<step>", requests.problem);
  requests.abort =
      AboutRevision(policy, kAbortAnnotation, Names::kRevision, "<revision>", requests.problem);
  std::string unused;
  requests.pause = RequestOf(policy, kPauseAnnotation, unused);
  requests.resume = Annotation(policy, kResumeAnnotation);
  return requests;
}

std::string RetryWord(const json& policy) {
  const std::string word = Annotation(policy, kRetryAnnotation);
  return word.empty() ? "" : "@" + word;
}

}  // namespace slogate::adapters::kubernetes
