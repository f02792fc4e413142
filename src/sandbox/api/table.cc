#include "sandbox/api/table.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/kubernetes/micro_time.h"
#include "sandbox/api/json_path.h"

namespace slogate::sandbox {

using nlohmann::json;

namespace {

constexpr const char* kMeta = "meta.k8s.io/v1";
constexpr const char* kNameWords =
    "Name must be unique within a namespace. Is required when creating resources, although some "
    "resources may allow a client to request the generation of an appropriate name automatically. "
    "Name is primarily intended for creation idempotence and configuration definition. Cannot be "
    "updated. More info: http://kubernetes.io/docs/user-guide/identifiers#names";

json Definition(const Column& column) {
  const std::string words =
      column.description.empty()
          ? "Custom resource definition column (in JSONPath format): " + column.json_path
          : column.description;
  return {{"name", column.name},
          {"type", column.type},
          {"format", column.format},
          {"description", words},
          {"priority", column.priority}};
}

json Definitions(const ServedVersion& version) {
  json definitions = json::array();
  definitions.push_back({{"name", "Name"},
                         {"type", "string"},
                         {"format", "name"},
                         {"description", kNameWords},
                         {"priority", 0}});
  for (const Column& column : version.columns) definitions.push_back(Definition(column));
  return definitions;
}

json DateCell(const json& value, core::TimePoint now) {
  if (!value.is_string()) return nullptr;
  const auto time = adapters::kubernetes::ParseMicroTime(value.get_ref<const std::string&>());
  return time ? json(AgeText(now - *time)) : json("<unknown>");
}

std::int64_t FirstNumber(const json& object, const std::string& path) {
  const std::vector<json> values = ValuesAt(object, path);
  return values.empty() || !values.front().is_number_integer() ? 0
                                                               : values.front().get<std::int64_t>();
}

json Cell(const Column& column, const json& object, core::TimePoint now) {
  if (!column.of_path.empty()) {
    return std::to_string(FirstNumber(object, column.json_path)) + "/" +
           std::to_string(FirstNumber(object, column.of_path));
  }
  const std::vector<json> values = ValuesAt(object, column.json_path);
  if (values.empty()) return nullptr;
  if (column.type == "date") return DateCell(values.front(), now);
  if (column.json_path.find("[*]") == std::string::npos) return values.front();
  std::string joined;
  for (const json& value : values) {
    if (!joined.empty()) joined += ",";
    joined += value.is_string() ? value.get<std::string>() : value.dump();
  }
  return joined;
}

}  // namespace

std::string AgeText(core::Duration age) {
  const std::int64_t seconds =
      std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(age).count());
  const auto text = [](std::int64_t number, const char* unit) {
    return std::to_string(number) + unit;
  };
  if (seconds < 120) return text(seconds, "s");
  if (seconds < 600) {
    return text(seconds / 60, "m") + (seconds % 60 == 0 ? "" : text(seconds % 60, "s"));
  }
  if (seconds < 3 * 3600) return text(seconds / 60, "m");
  if (seconds < 48 * 3600) return text(seconds / 3600, "h");
  return text(seconds / 86400, "d");
}

json MetadataOnly(const json& object) {
  return {{"kind", "PartialObjectMetadata"},
          {"apiVersion", kMeta},
          {"metadata", object.value("metadata", json::object())}};
}

json TableOf(const ServedVersion& version, const json& objects, const json& list_metadata,
             RowObject row_object, core::TimePoint now) {
  json rows = json::array();
  for (const json& object : objects) {
    json cells = json::array({object.value(json::json_pointer("/metadata/name"), "")});
    for (const Column& column : version.columns) cells.push_back(Cell(column, object, now));
    json row = {{"cells", std::move(cells)}};
    switch (row_object) {
      case RowObject::kNone:
        break;
      case RowObject::kMetadata:
        row["object"] = MetadataOnly(object);
        break;
      case RowObject::kWhole:
        row["object"] = object;
        break;
    }
    rows.push_back(std::move(row));
  }
  return {{"kind", "Table"},
          {"apiVersion", kMeta},
          {"metadata", list_metadata},
          {"columnDefinitions", Definitions(version)},
          {"rows", std::move(rows)}};
}

}  // namespace slogate::sandbox
