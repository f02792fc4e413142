#include "promql/grammar/functions.h"

#include <algorithm>
#include <array>
#include <limits>

#include "promql/grammar/tokens.h"
#include "spec/text/mistake.h"

namespace slogate::promql {
namespace {

constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

void AddAll(std::vector<Function>& to, std::initializer_list<std::string_view> names,
            const std::vector<Type>& arguments) {
  for (const std::string_view name : names) {
    to.push_back({name, Type::kVector, arguments, arguments.size(), arguments.size()});
  }
}

std::vector<Function> MakeFunctions() {
  using enum Type;
  std::vector<Function> all;
  AddAll(all, {"abs",           "absent",
               "acos",          "acosh",
               "asin",          "asinh",
               "atan",          "atanh",
               "ceil",          "cos",
               "cosh",          "deg",
               "exp",           "floor",
               "histogram_avg", "ln",
               "log10",         "log2",
               "rad",           "histogram_count",
               "sgn",           "sin",
               "sinh",          "sort",
               "histogram_sum", "sqrt",
               "tan",           "tanh",
               "timestamp",     "histogram_stddev",
               "sort_desc",     "histogram_stdvar"},
         {kVector});
  AddAll(all,
         {"absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv",
          "first_over_time", "idelta", "increase", "irate", "last_over_time", "max_over_time",
          "min_over_time", "present_over_time", "rate", "resets", "stddev_over_time",
          "stdvar_over_time", "sum_over_time"},
         {kRange});
  AddAll(all, {"clamp_max", "clamp_min"}, {kVector, kScalar});
  AddAll(all, {"clamp"}, {kVector, kScalar, kScalar});
  AddAll(all, {"histogram_fraction"}, {kScalar, kScalar, kVector});
  AddAll(all, {"histogram_quantile"}, {kScalar, kVector});
  AddAll(all, {"predict_linear"}, {kRange, kScalar});
  AddAll(all, {"quantile_over_time"}, {kScalar, kRange});
  AddAll(all, {"vector"}, {kScalar});
  AddAll(all, {"label_replace"}, {kVector, kString, kString, kString, kString});
  for (const std::string_view of_time : {"days_in_month", "day_of_month", "day_of_week",
                                         "day_of_year", "hour", "minute", "month", "year"}) {
    all.push_back({of_time, kVector, {kVector}, 0, 1});
  }
  all.push_back({"label_join", kVector, {kVector, kString, kString, kString}, 3, kAnyNumber});
  all.push_back({"round", kVector, {kVector, kScalar}, 1, 2});
  all.push_back({"pi", kScalar, {}, 0, 0});
  all.push_back({"time", kScalar, {}, 0, 0});
  all.push_back({"scalar", kScalar, {kVector}, 1, 1});
  std::ranges::sort(all, {}, &Function::name);
  return all;
}

const std::vector<Function>& Functions() {
  static const std::vector<Function> all = MakeFunctions();
  return all;
}

constexpr std::array<std::string_view, 20> kExperimental = {"double_exponential_smoothing",
                                                            "end",
                                                            "histogram_quantiles",
                                                            "info",
                                                            "integral",
                                                            "limit_ratio",
                                                            "limitk",
                                                            "mad_over_time",
                                                            "max_of",
                                                            "min_of",
                                                            "range",
                                                            "sort_by_label",
                                                            "sort_by_label_desc",
                                                            "start",
                                                            "start_timestamp",
                                                            "step",
                                                            "ts_of_first_over_time",
                                                            "ts_of_last_over_time",
                                                            "ts_of_max_over_time",
                                                            "ts_of_min_over_time"};

constexpr std::array<Aggregation, 14> kAggregations = {{{"avg", {}},
                                                        {"bottomk", Type::kScalar},
                                                        {"count", {}},
                                                        {"count_values", Type::kString},
                                                        {"group", {}},
                                                        {"limit_ratio", Type::kScalar},
                                                        {"limitk", Type::kScalar},
                                                        {"max", {}},
                                                        {"min", {}},
                                                        {"quantile", Type::kScalar},
                                                        {"stddev", {}},
                                                        {"stdvar", {}},
                                                        {"sum", {}},
                                                        {"topk", Type::kScalar}}};

}  // namespace

std::string_view NameOf(Type type) {
  switch (type) {
    case Type::kScalar:
      return "a scalar";
    case Type::kVector:
      return "an instant vector";
    case Type::kRange:
      return "a range vector";
    case Type::kString:
      return "a string";
  }
  return "";
}

const Function* FindFunction(std::string_view name) {
  const auto found = std::ranges::lower_bound(Functions(), name, {}, &Function::name);
  return found == Functions().end() || found->name != name ? nullptr : &*found;
}

bool IsExperimental(std::string_view function_or_aggregation) {
  return std::ranges::find(kExperimental, function_or_aggregation) != kExperimental.end();
}

std::optional<std::string> FunctionLike(std::string_view name) {
  if (name == "holt_winters") return "double_exponential_smoothing";
  std::vector<std::string> names;
  for (const Function& one : Functions()) names.emplace_back(one.name);
  for (const Aggregation& one : kAggregations) names.emplace_back(one.name);
  return spec::Suggest(name, names);
}

const Aggregation* FindAggregation(std::string_view word) {
  const std::string lower = LowerWord(word);
  const auto found = std::ranges::find(kAggregations, lower, &Aggregation::name);
  return found == kAggregations.end() ? nullptr : &*found;
}

}  // namespace slogate::promql
