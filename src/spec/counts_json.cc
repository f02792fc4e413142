#include "spec/counts_json.h"

#include <nlohmann/json.hpp>

namespace slogate::spec {

nlohmann::json CountsToJson(const core::Counts& counts) {
  nlohmann::json object = {{"total", counts.total}, {"bad", counts.bad}};
  if (counts.squares != 0) object["squares"] = counts.squares;
  return object;
}

core::Counts ReadCounts(ObjectReader reader) {
  return {reader.Number("total", 0, Bounds{}), reader.Number("bad", 0, Bounds{}),
          reader.Number("squares", 0, Bounds{})};
}

}  // namespace slogate::spec
