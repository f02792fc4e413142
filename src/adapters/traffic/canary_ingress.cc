#include "adapters/traffic/canary_ingress.h"

#include <charconv>
#include <functional>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/object_fields.h"

namespace slogate::adapters::traffic {

using kubernetes::Field;
using kubernetes::TextField;
using nlohmann::json;

namespace {

constexpr const char* kPrefix = "nginx.ingress.kubernetes.io/";
constexpr const char* kClassAnnotation = "kubernetes.io/ingress.class";
constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";
constexpr std::int64_t kLargestTotal = 1'000'000;

std::string Annotation(const json& object, const std::string& name) {
  return TextField(object, {"metadata", "annotations", name});
}

bool PointsAt(const json& backend, const std::string& service) {
  return TextField(backend, {"service", "name"}) == service;
}

bool HasPathTo(const json& ingress, const std::string& service) {
  if (PointsAt(Field(ingress, {"spec", "defaultBackend"}), service)) return true;
  const json& rules = Field(ingress, {"spec", "rules"});
  if (!rules.is_array()) return false;
  for (const json& rule : rules) {
    const json& paths = Field(rule, {"http", "paths"});
    if (!paths.is_array()) continue;
    for (const json& path : paths) {
      if (PointsAt(Field(path, {"backend"}), service)) return true;
    }
  }
  return false;
}

// Absent when the text is there and is no whole number from 0 to the largest total.
std::optional<std::int64_t> Number(const json& object, const std::string& name,
                                   std::int64_t fallback) {
  const json& value = Field(object, {"metadata", "annotations", name});
  if (value.is_null()) return fallback;
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && number >= 0 && number <= kLargestTotal ? std::optional(number) : std::nullopt;
}

// The paths of `rule` that point at the baseline, pointing at the canary.
json CanaryPaths(const json& rule, const core::Route& route) {
  json paths = json::array();
  const json& own = Field(rule, {"http", "paths"});
  if (!own.is_array()) return paths;
  for (const json& path : own) {
    if (!PointsAt(Field(path, {"backend"}), route.baseline_service)) continue;
    paths.push_back(path);
    paths.back()["backend"]["service"]["name"] = route.canary_service;
  }
  return paths;
}

}  // namespace

std::string ProblemOfMain(const json& main, const core::Route& route) {
  if (IsCanary(main)) {
    return "is itself a canary; name the Ingress it belongs to";
  }
  if (!HasPathTo(main, route.baseline_service)) {
    return "has no path to Service " + route.baseline_service +
           "; point one at it, the canary gets the same paths";
  }
  return "";
}

bool IsOwnCanary(const json& canary) {
  return TextField(canary, {"metadata", "labels", kManagedBy}) == "slogate";
}

bool IsCanary(const json& canary) { return Annotation(canary, kCanaryAnnotation) == "true"; }

std::string ProblemOfCanary(const json& canary, const core::Route& route) {
  if (!IsCanary(canary)) {
    return "lacks the annotation " + std::string(kCanaryAnnotation) +
           ": \"true\"; add it, or give another canaryIngress";
  }
  if (!HasPathTo(canary, route.canary_service)) {
    return "has no path to Service " + route.canary_service + "; point its paths at it";
  }
  return "";
}

std::optional<IngressShare> ShareOf(const json& canary) {
  const auto weight = Number(canary, kWeightAnnotation, 0);
  const auto total = Number(canary, std::string(kPrefix) + "canary-weight-total", 100);
  if (!weight || !total || *total == 0 || *weight > *total) return std::nullopt;
  return IngressShare{*weight, *total};
}

json CanarySpec(const json& main, const core::Route& route) {
  json spec = json::object();
  for (const char* const field : {"ingressClassName", "tls"}) {
    const json& value = Field(main, {"spec", field});
    if (!value.is_null()) spec[field] = value;
  }
  const json& fallback = Field(main, {"spec", "defaultBackend"});
  if (PointsAt(fallback, route.baseline_service)) {
    spec["defaultBackend"] = fallback;
    spec["defaultBackend"]["service"]["name"] = route.canary_service;
  }
  const json& rules = Field(main, {"spec", "rules"});
  if (!rules.is_array()) return spec;
  for (const json& rule : rules) {
    json paths = CanaryPaths(rule, route);
    if (paths.empty()) continue;
    json copy = rule;
    copy["http"]["paths"] = std::move(paths);
    spec["rules"].push_back(std::move(copy));
  }
  return spec;
}

json CanaryIngress(const json& main, const core::Route& route, int percent) {
  json annotations = {{kCanaryAnnotation, "true"}, {kWeightAnnotation, std::to_string(percent)}};
  const std::string ingress_class = Annotation(main, kClassAnnotation);
  if (!ingress_class.empty()) annotations[kClassAnnotation] = ingress_class;
  const json owner = {{"apiVersion", TextField(main, {"apiVersion"})},
                      {"kind", "Ingress"},
                      {"name", TextField(main, {"metadata", "name"})},
                      {"uid", TextField(main, {"metadata", "uid"})}};
  return {{"apiVersion", TextField(main, {"apiVersion"})},
          {"kind", "Ingress"},
          {"metadata",
           {{"name", route.canary_ingress},
            {"namespace", TextField(main, {"metadata", "namespace"})},
            {"labels", {{kManagedBy, "slogate"}}},
            {"annotations", std::move(annotations)},
            {"ownerReferences", json::array({owner})}}},
          {"spec", CanarySpec(main, route)}};
}

std::string PrecedenceNote(const json& main, const json& canary) {
  constexpr std::size_t kLongest = 40;
  std::string note;
  const auto add = [&](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
  for (const char* const what : {"header", "cookie"}) {
    const std::string name = Annotation(canary, std::string(kPrefix) + "canary-by-" + what);
    if (name.empty()) continue;
    add(std::string(what) + " " + http::Printable(name, kLongest) + " is heeded before the weight");
  }
  const bool sticky =
      Annotation(main, std::string(kPrefix) + "affinity") == "cookie" &&
      Annotation(main, std::string(kPrefix) + "affinity-canary-behavior") != "legacy";
  if (sticky) add("by cookie affinity, the weight counts for new clients only");
  return note;
}

}  // namespace slogate::adapters::traffic
