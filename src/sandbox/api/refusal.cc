#include "sandbox/api/refusal.h"

#include <utility>

namespace slogate::sandbox {

using nlohmann::json;

namespace {

json About(const ResourceType& type, const std::string& name) {
  json details = {{"kind", type.plural}};
  if (!name.empty()) details["name"] = name;
  if (!type.group.empty()) details["group"] = type.group;
  return details;
}

tl::unexpected<Refusal> Refuse(int code, std::string reason, std::string message, json details) {
  return tl::unexpected(
      Refusal{code, std::move(reason), std::move(message), std::move(details), false});
}

std::string Quoted(const std::string& name) { return '"' + name + '"'; }

}  // namespace

json StatusOf(const Refusal& refusal) {
  json status = {{"kind", "Status"},    {"apiVersion", "v1"},         {"metadata", json::object()},
                 {"status", "Failure"}, {"message", refusal.message}, {"code", refusal.code}};
  if (!refusal.reason.empty()) status["reason"] = refusal.reason;
  if (!refusal.details.is_null()) status["details"] = refusal.details;
  return status;
}

tl::unexpected<Refusal> Refuse(int code, std::string reason, std::string message) {
  return Refuse(code, std::move(reason), std::move(message), nullptr);
}

tl::unexpected<Refusal> BadRequest(std::string message) {
  return Refuse(400, "BadRequest", std::move(message), nullptr);
}

tl::unexpected<Refusal> NoSuchResource() {
  return Refuse(404, "NotFound", "the server could not find the requested resource",
                json::object());
}

tl::unexpected<Refusal> NoSuchPage() {
  return tl::unexpected(Refusal{404, "NotFound", "404 page not found\n", nullptr, true});
}

tl::unexpected<Refusal> NotFound(const ResourceType& type, const std::string& name) {
  return Refuse(404, "NotFound", type.qualified_plural() + " " + Quoted(name) + " not found",
                About(type, name));
}

tl::unexpected<Refusal> AlreadyExists(const ResourceType& type, const std::string& name) {
  return Refuse(409, "AlreadyExists",
                type.qualified_plural() + " " + Quoted(name) + " already exists",
                About(type, name));
}

tl::unexpected<Refusal> Conflict(const ResourceType& type, const std::string& name,
                                 const std::string& why) {
  return Refuse(409, "Conflict",
                "Operation cannot be fulfilled on " + type.qualified_plural() + " " + Quoted(name) +
                    ": " + why,
                About(type, name));
}

tl::unexpected<Refusal> Stale(const ResourceType& type, const std::string& name) {
  return Conflict(type, name,
                  "the object has been modified; please apply your changes to the latest version "
                  "and try again");
}

tl::unexpected<Refusal> Invalid(const ResourceType& type, const std::string& name,
                                const std::vector<FieldMistake>& mistakes) {
  json causes = json::array();
  std::string words;
  for (const FieldMistake& mistake : mistakes) {
    causes.push_back(
        {{"reason", mistake.reason}, {"message", mistake.message}, {"field", mistake.field}});
    if (!words.empty()) words += ", ";
    words += mistake.field + ": " + mistake.message;
  }
  if (mistakes.size() > 1) words = "[" + words + "]";
  json details = About(type, name);
  details["kind"] = type.kind;
  details["causes"] = std::move(causes);
  return Refuse(422, "Invalid",
                type.qualified_kind() + " " + Quoted(name) + " is invalid: " + words,
                std::move(details));
}

tl::unexpected<Refusal> MethodNotAllowed() {
  return Refuse(405, "MethodNotAllowed",
                "the server does not allow this method on the requested resource", json::object());
}

}  // namespace slogate::sandbox
