// Thirteen ways to miscount, on a real Prometheus that is killed in the middle.
#include <gtest/gtest.h>

#include <iostream>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "integration/counting/counting_bed.h"
#include "integration/counting/truth.h"

namespace slogate::testing {
namespace {

using adapters::prometheus::BlockBounds;
using adapters::prometheus::PrometheusSource;
using adapters::prometheus::ValueOf;

constexpr core::Duration kLength = std::chrono::seconds(5);
constexpr core::Duration kInterval = std::chrono::seconds(1);
constexpr std::int64_t kBlocks = 25;
constexpr std::int64_t kTargetsChange = 8;  // after this many closed blocks
constexpr std::int64_t kPrometheusDies = 14;

std::vector<Script> Scripts() {
  std::vector<Script> scripts(13);
  std::size_t next = 0;
  const auto add = [&](const std::string& name) -> Script& {
    scripts[next].name = name;
    return scripts[next++];
  };
  add("steady");
  add("reset-twice").restarts = {40, 52};
  Script& hidden = add("hidden-restart");
  hidden.restarts = {45};
  hidden.requests_after_restart = 2000;
  hidden.errors_after_restart = 90;
  Script& gap = add("scrape-gap");
  gap.fails_from = 35;
  gap.fails_until = 49;
  add("slow-scrape").slowness = std::chrono::milliseconds(700);
  Script& born = add("errors-born");
  born.errors = 1;
  born.errors_absent_until = 42;
  Script& reborn = add("errors-reborn");
  reborn.errors = 5;
  reborn.restarts = {40};
  reborn.errors_after_restart = 30;
  reborn.errors_absent_from = 40;
  reborn.errors_absent_until = 44;
  add("pod-born");
  add("pod-gone");
  Script& old = add("old-pod");
  old.requests = 100'000;
  old.errors = 700;
  old.age = std::chrono::hours(2);
  Script& dip = add("dip");
  dip.requests = 100'000;
  dip.age = std::chrono::hours(2);
  dip.dips_from = 45;
  dip.dips_until = 48;
  add("relabelled");
  add("duplicate");
  return scripts;
}

KnownTarget Known(const std::string& name) { return {name, name + "-0:80", name, "a"}; }

std::vector<KnownTarget> TargetsAtFirst() {
  std::vector<KnownTarget> targets;
  for (const Script& script : Scripts()) {
    if (script.name == "pod-born" || script.name == "old-pod") continue;
    targets.push_back(Known(script.name));
  }
  targets.push_back({"duplicate", "duplicate-1:80", "duplicate"});
  return targets;
}

std::vector<KnownTarget> TargetsLater() {
  std::vector<KnownTarget> targets;
  for (KnownTarget target : TargetsAtFirst()) {
    if (target.path == "pod-gone") continue;
    if (target.path == "relabelled") target.zone = "b";
    targets.push_back(std::move(target));
  }
  targets.push_back(Known("pod-born"));
  targets.push_back(Known("old-pod"));
  return targets;
}

core::TimePoint Now() {
  return std::chrono::floor<core::Duration>(std::chrono::system_clock::now());
}

class CountingTest : public ::testing::Test {
 protected:
  CountingTest() : bed_(Scripts()) { connection_.address = bed_.address(); }

  void StartAndWarmUp() {
    bed_.Know(TargetsAtFirst());
    bed_.Start();
    for (const KnownTarget& target : TargetsAtFirst()) {
      ASSERT_TRUE(
          Await([&] { return bed_.service().Scrapes(target.path) >= 3; }, std::chrono::seconds(30)))
          << target.path;
    }
    first_block_ = Now().time_since_epoch() / kLength + 1;
  }

  BlockBounds Bounds(std::int64_t block) const {
    const core::TimePoint begin((first_block_ + block) * kLength);
    return {begin, begin + kLength};
  }

  core::EvidenceReading Count(PrometheusSource& source, const std::string& name) {
    core::ReadingPlan plan;
    plan.canary = {{"case", core::LabelMatcher::Op::kEqual, name}};
    plan.baseline = {{"case", core::LabelMatcher::Op::kEqual, "none"}};
    plan.indicators = {core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false}};
    plan.block_length = kLength;
    plan.scrape_interval = kInterval;
    plan.first_block = first_block_;
    return source.Count(name, connection_, plan, Now());
  }

  void CountAsBlocksClose(PrometheusSource& source) {
    for (std::int64_t closed = 1; closed <= kBlocks; ++closed) {
      const core::TimePoint closing = Bounds(closed - 1).end + kInterval;
      ASSERT_TRUE(Await([&] { return Now() >= closing; }, std::chrono::seconds(30)));
      for (const Script& script : Scripts()) Count(source, script.name);
      if (closed == kTargetsChange) {
        bed_.service().Begin("pod-born");
        bed_.Know(TargetsLater());
      }
      if (closed == kPrometheusDies) {
        bed_.Kill();
        EXPECT_NE(Count(source, "steady").blocks.size(), 0U);
        bed_.Start();
      }
    }
  }

  // Complete after the last block has closed by Prometheus' own clock, which is this machine's.
  core::EvidenceReading CountAll(PrometheusSource& source, const std::string& name) {
    core::EvidenceReading reading;
    EXPECT_TRUE(Await(
        [&] {
          reading = Count(source, name);
          return reading.blocks.size() >= static_cast<std::size_t>(kBlocks);
        },
        std::chrono::seconds(30)))
        << reading.message;
    return reading;
  }

  std::vector<KeptTarget> KeptTargets(const adapters::prometheus::SeriesMap& kept,
                                      const std::string& name) {
    std::vector<KeptTarget> targets;
    for (const auto& [labels, samples] : kept) {
      if (ValueOf(labels, "case") != name) continue;
      targets.push_back({samples, bed_.service().Ledger(name), name == "pod-born"});
    }
    return targets;
  }

  CountingBed bed_;
  ports::MetricsConnection connection_;
  std::int64_t first_block_ = 0;
};

// Compares all blocks of one case; returns how many of them carry a note.
int ExpectBlocks(const std::string& name, const core::EvidenceReading& reading,
                 const core::EvidenceReading& replay, const std::vector<core::Counts>& truth) {
  int noted = 0;
  core::Counts sum;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const core::ObjectiveBlock& block = reading.blocks.at(i).objectives.at(0);
    const core::ObjectiveBlock& again = replay.blocks.at(i).objectives.at(0);
    EXPECT_EQ(block.counts.canary.total, truth[i].total) << name << " block " << i;
    EXPECT_EQ(block.counts.canary.bad, truth[i].bad) << name << " block " << i;
    EXPECT_EQ(again.counts, block.counts) << name << " block " << i;
    EXPECT_EQ(again.noted, block.noted) << name << " block " << i;
    EXPECT_EQ(again.problem, block.problem) << name << " block " << i;
    noted += block.noted ? 1 : 0;
    sum.total += truth[i].total;
    sum.bad += truth[i].bad;
  }
  std::cout << name << ": " << sum.total << " requests, " << sum.bad << " errors, " << noted
            << " blocks noted\n";
  EXPECT_GT(sum.total, 0) << name;
  return noted;
}

TEST_F(CountingTest, EveryBlockOfThirteenSeriesEqualsWhatTheScrapesHandedOut) {
  ASSERT_NO_FATAL_FAILURE(StartAndWarmUp());
  PrometheusSource source;
  ASSERT_NO_FATAL_FAILURE(CountAsBlocksClose(source));

  std::map<std::string, core::EvidenceReading> readings;
  for (const Script& script : Scripts()) readings[script.name] = CountAll(source, script.name);
  const auto kept =
      bed_.KeptScrapes(Bounds(0).begin - std::chrono::minutes(2), Bounds(kBlocks - 1).end);
  PrometheusSource restarted;
  for (const Script& script : Scripts()) {
    std::vector<core::Counts> truth(static_cast<std::size_t>(kBlocks));
    for (const KeptTarget& target : KeptTargets(kept, script.name)) {
      for (std::int64_t i = 0; i < kBlocks; ++i) {
        const core::Counts counts = TrueCounts(target, Bounds(i));
        truth[static_cast<std::size_t>(i)].total += counts.total;
        truth[static_cast<std::size_t>(i)].bad += counts.bad;
      }
    }
    core::EvidenceReading& reading = readings[script.name];
    core::EvidenceReading replay = CountAll(restarted, script.name);
    ASSERT_GE(reading.blocks.size(), truth.size());
    ASSERT_GE(replay.blocks.size(), truth.size());
    const int noted = ExpectBlocks(script.name, reading, replay, truth);
    const bool uncertain =
        script.name == "dip" || script.name == "relabelled" || script.name == "old-pod";
    EXPECT_EQ(noted > 0, uncertain) << script.name;
  }
}

}  // namespace
}  // namespace slogate::testing
