// Answers that say no, as kube-apiserver words them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "sandbox/api/resource_type.h"

namespace slogate::sandbox {

struct Refusal {
  int code = 500;
  std::string reason;  // such as "NotFound"
  std::string message;
  nlohmann::json details;  // null: none
  bool plain = false;      // the answer is the message as text, not a Status
};

template <typename T>
using Answered = tl::expected<T, Refusal>;

// One mistake in an object.
struct FieldMistake {
  std::string reason;   // such as "FieldValueRequired"
  std::string message;  // such as "Required value"
  std::string field;    // such as "spec.size"
};

// The Status object of a refusal.
nlohmann::json StatusOf(const Refusal& refusal);

tl::unexpected<Refusal> Refuse(int code, std::string reason, std::string message);
tl::unexpected<Refusal> BadRequest(std::string message);
// Nothing is served at the path.
tl::unexpected<Refusal> NoSuchResource();
// The same for what lies outside of the built-in groups.
tl::unexpected<Refusal> NoSuchPage();
tl::unexpected<Refusal> NotFound(const ResourceType& type, const std::string& name);
tl::unexpected<Refusal> AlreadyExists(const ResourceType& type, const std::string& name);
tl::unexpected<Refusal> Conflict(const ResourceType& type, const std::string& name,
                                 const std::string& why);
// The object has a newer version than the one the request is about.
tl::unexpected<Refusal> Stale(const ResourceType& type, const std::string& name);
tl::unexpected<Refusal> Invalid(const ResourceType& type, const std::string& name,
                                const std::vector<FieldMistake>& mistakes);
tl::unexpected<Refusal> MethodNotAllowed();

}  // namespace slogate::sandbox
