#include "spec/counts_json.h"

#include <nlohmann/json.hpp>

namespace slogate::spec {
namespace {

// Finite in every sum. So far above what can be counted that one more block makes no difference.
constexpr double kMaxCounted = 1e100;

}  // namespace

nlohmann::json CountsToJson(const core::Counts& counts) {
  nlohmann::json object = {{"total", counts.total}, {"bad", counts.bad}};
  if (counts.squares != 0) object["squares"] = counts.squares;
  return object;
}

core::Counts ReadCounts(ObjectReader reader) {
  const auto number = [&](const char* field) {
    return reader.Number(field, 0, {.least = 0, .most = kMaxCounted});
  };
  const core::Counts counts{number("total"), number("bad"), number("squares")};
  if (counts.bad > counts.total) {
    reader.Report("bad",
                  "is " + nlohmann::json(counts.bad).dump() + ", but total is " +
                      nlohmann::json(counts.total).dump(),
                  "");
  }
  return counts;
}

}  // namespace slogate::spec
