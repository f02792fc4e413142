// Which objects of a collection a request wants.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sandbox/api/refusal.h"
#include "sandbox/api/target.h"

namespace slogate::sandbox {

// Label and field requirements, all of which an object must meet.
class Selection {
 public:
  // Reads labelSelector and fieldSelector. Fields other than metadata.name and metadata.namespace
  // are known for pods and events only.
  static Answered<Selection> Parse(const ResourceType& type, const Query& query);

  bool Has(const nlohmann::json& object) const;

 private:
  struct Requirement {
    enum class Kind { kIn, kNotIn, kExists, kAbsent };
    Kind kind = Kind::kExists;
    std::string key;
    std::vector<std::string> values;
  };
  struct FieldRequirement {
    std::string path;
    std::string value;
    bool equal = true;
  };

  static Answered<Requirement> ParseRequirement(const std::string& text);
  static bool Meets(const Requirement& requirement, const nlohmann::json& object);

  std::vector<Requirement> labels_;
  std::vector<FieldRequirement> fields_;
};

}  // namespace slogate::sandbox
