// What rules read of a real Prometheus beside Sloth's, and how near the sums of long windows are to
// the events, which come in bursts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/client.h"
#include "integration/budgets/budget_bed.h"
#include "rules/rule_yaml.h"
#include "spec/slo/sli_promql.h"
#include "unit/rules/shop_slo.h"

namespace slogate::tests {
namespace {

constexpr int kHour = 60;  // minutes
constexpr int kDay = 24 * kHour;
constexpr int kEnd = 4 * kDay;
constexpr int kPods = 8;

struct Service {
  std::string name;
  int pods_live = kEnd + 1;  // minutes, one pod after the other
  int unscraped = kEnd + 1;  // since then, for ten minutes
  unsigned begins_late = 0;  // one series of errors in so many begins with its first error; 0: none
};
const Service kSteady{"steady"};
const Service kRestless{"restless", 8 * kHour, 2 * kDay, 5};

struct Events {
  std::vector<double> total = std::vector<double>(kEnd + 1);
  std::vector<double> bad = std::vector<double>(kEnd + 1);
  std::string samples = {};

  // Of the `minutes` up to `end`.
  double Ratio(int end, int minutes) const {
    const auto sum = [&](const std::vector<double>& events) {
      double all = 0;
      for (int m = end - minutes + 1; m <= end; ++m) all += events[static_cast<std::size_t>(m)];
      return all;
    };
    return sum(bad) / sum(total);
  }
};

Events Happened(const Service& service) {
  Events events;
  std::mt19937_64 engine(11);
  const auto up_to = [&](unsigned most) { return static_cast<double>(engine() % (most + 1)); };
  const std::vector<std::string> codes = {"200", "204", "302", "500"};
  const bool lives_on = service.pods_live > kEnd;
  for (int pod = 0; pod < kPods; ++pod) {
    for (int born = lives_on ? 0 : -pod * kHour; born <= kEnd; born += service.pods_live) {
      const bool late = service.begins_late > 0 && engine() % service.begins_late == 0;
      std::vector<double> counts(codes.size(), 0);
      std::vector<std::string> lines(codes.size());
      const int end = std::min(born + service.pods_live, kEnd + 1);
      for (int minute = std::max(born, 0); minute < end; ++minute) {
        const auto at = static_cast<std::size_t>(minute);
        for (std::size_t code = 0; code < codes.size(); ++code) {
          const bool is_bad = code == 3;
          const double few = engine() % 50 == 0 ? 1 : 0;
          const double more = !is_bad ? up_to(60) : minute % (7 * kHour) < 25 ? up_to(12) : few;
          counts[code] += more;
          events.total[at] += more;
          if (is_bad) events.bad[at] += more;
          if (minute >= service.unscraped && minute < service.unscraped + 10) continue;
          if (is_bad && late && counts[code] == 0) continue;
          lines[code] += "http_requests_total{job=\"" + service.name + "\",code=\"" + codes[code] +
                         "\",pod=\"" + std::to_string(pod) + "-" + std::to_string(born) + "\"} " +
                         std::to_string(static_cast<long>(counts[code])) + " " +
                         std::to_string(AtMinute(minute).time_since_epoch().count() / 1000) + "\n";
        }
      }
      for (const std::string& of_code : lines) events.samples += of_code;
    }
  }
  return events;
}

// As Sloth writes them.
std::string SlothsRatio(const Service& service, const std::string& window) {
  const auto rate = [&](const std::string& more) {
    return "sum(rate(http_requests_total{job=\"" + service.name + "\"" + more + "}[" + window +
           "]))";
  };
  return rate(",code=~\"5..\"") + " / " + rate("");
}

core::ServiceLevelObjective SloOf(const Service& service) {
  core::ServiceLevelObjective slo = rules::MakeSlo({rules::MakeObjective(
      "availability", 0.999,
      core::Indicator(core::CounterIndicator{
          {"http_requests_total", {rules::Is("job", service.name)}},
          {"http_requests_total",
           {rules::Is("job", service.name), {"code", core::LabelMatcher::Op::kMatch, "5.."}}},
          false}))});
  slo.service = service.name;
  return slo;
}

const std::vector<std::string> kWindows = {"5m", "30m", "1h", "2h", "6h", "1d", "3d"};

// The largest differences from the events, in parts of what is true.
struct Errors {
  double sums = 0;  // when a bucket has just been recorded
  double late = 0;  // up to four minutes later
  double rates = 0;
};

class RuleCostTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string samples = "# TYPE http_requests counter\n";
    for (const Service& service : {kSteady, kRestless}) {
      Of& of = of_[service.name];
      of.happened = Happened(service);
      samples += of.happened.samples;
      for (const rules::RuleGroup& group : rules::RulesOf(SloOf(service))) {
        of.rules.insert(of.rules.end(), group.rules.begin(), group.rules.end());
      }
    }
    bed_ = std::make_unique<BudgetBed>(samples + "# EOF\n");
    for (const std::string_view bucket : {spec::kBadBucket, spec::kTotalBucket}) {
      bed_->Record({{{Find(kSteady, bucket), Find(kRestless, bucket)}, kWorldBegin}},
                   AtMinute(kEnd));
    }
  }
  static void TearDownTestSuite() {
    of_.clear();
    bed_.reset();
  }

  static const rules::Rule& Find(const Service& service, std::string_view record) {
    return *std::ranges::find(of_.at(service.name).rules, record, &rules::Rule::record);
  }

  static double Value(const std::string& query, int minute) {
    return bed_->Ask(query, AtMinute(minute)).series.at(0).second.at(0).value;
  }

  static Errors ErrorsOf(const Service& service, const std::string& window, int minutes) {
    Errors errors;
    const std::string rule = Find(service, spec::RatioName(window)).expression;
    for (int end = 3 * kDay + 5; end <= kEnd; end += 7) {
      const double happened = of_.at(service.name).happened.Ratio(end, minutes);
      const auto error = [&](double given) { return std::abs(given / happened - 1); };
      double& sums = end % 5 == 0 ? errors.sums : errors.late;
      sums = std::max(sums, error(Value(rule, end)));
      errors.rates = std::max(errors.rates, error(Value(SlothsRatio(service, window), end)));
    }
    RecordProperty("sums_" + service.name + "_" + window, std::to_string(errors.sums));
    RecordProperty("late_" + service.name + "_" + window, std::to_string(errors.late));
    RecordProperty("rates_" + service.name + "_" + window, std::to_string(errors.rates));
    return errors;
  }

  // At the end.
  static int SamplesReadBy(const std::string& query) {
    adapters::http::Client client;
    adapters::http::OutgoingRequest request;
    request.method = "POST";
    request.url = bed_->address() + "/api/v1/query";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body =
        "stats=all&time=" + std::to_string(AtMinute(kEnd).time_since_epoch().count() / 1000) +
        "&query=" + Escaped(query);
    const auto response = client.Send(request);
    if (!response) throw std::runtime_error(response.error().message);
    return nlohmann::json::parse(response->body)
        .at("data")
        .at("stats")
        .at("samples")
        .at("totalQueryableSamples");
  }

  static std::string Escaped(const std::string& text) {
    std::string escaped;
    for (const unsigned char c : text) {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      escaped += {'%', kDigits[c / 16], kDigits[c % 16]};
    }
    return escaped;
  }

  struct Of {
    Events happened;
    std::vector<rules::Rule> rules;
  };
  static inline std::map<std::string, Of> of_;
  static inline std::unique_ptr<BudgetBed> bed_;
};

TEST_F(RuleCostTest, IsNoHigherThanSloths) {
  int sloths = 0;
  int ours = 0;
  for (const std::string& window : kWindows) {
    sloths += SamplesReadBy(SlothsRatio(kSteady, window));
    ours += SamplesReadBy(Find(kSteady, spec::RatioName(window)).expression);
  }
  for (const std::string_view bucket : {spec::kBadBucket, spec::kTotalBucket}) {
    ours += SamplesReadBy(Find(kSteady, bucket).expression);
  }
  RecordProperty("samples_sloth", sloths);
  RecordProperty("samples_gate", ours);
  EXPECT_LE(ours, sloths);
}

TEST_F(RuleCostTest, LongWindowIsThatOfTheEventsWhereAllAreScraped) {
  EXPECT_LT(ErrorsOf(kSteady, "1d", kDay).sums, 1e-9);
  EXPECT_LT(ErrorsOf(kSteady, "3d", 3 * kDay).sums, 1e-9);
}

TEST_F(RuleCostTest, LongWindowIsNearTheEventsThroughRestartsGapsAndBirths) {
  for (const auto& [window, minutes] : {std::pair("1d", kDay), std::pair("3d", 3 * kDay)}) {
    const Errors errors = ErrorsOf(kRestless, window, minutes);
    EXPECT_LT(errors.sums, errors.rates) << window;
  }
}

TEST_F(RuleCostTest, LongWindowIsThatOfTheNewestBucketUntilTheNextOne) {
  for (const Service& service : {kSteady, kRestless}) {
    const std::string rule = Find(service, spec::RatioName("1d")).expression;
    for (int late = 1; late < 5; ++late) {
      const int end = 3 * kDay + 13 * 5;
      EXPECT_EQ(Value(rule, end + late), Value(rule, end)) << late;
    }
  }
}

}  // namespace
}  // namespace slogate::tests
