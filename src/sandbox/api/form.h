// In which form a client wants objects: as they are, as a table, or their metadata alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sandbox/api/table.h"
#include "sandbox/api/target.h"

namespace slogate::sandbox {

struct Form {
  enum class Kind { kWhole, kTable, kMetadata };
  Kind kind = Kind::kWhole;
  RowObject row_object = RowObject::kMetadata;
};

// The first form of an Accept header that is known here; objects as they are when there is none.
Form FormOf(const std::string& accept, const Query& query);

// An object or list in that form. A Status stays what it is.
nlohmann::json InForm(const Form& form, const Target& target, nlohmann::json whole,
                      core::TimePoint now);

}  // namespace slogate::sandbox
