#include "simulation/read_parts.h"

namespace slogate::simulation {
namespace {

using core::Duration;
using spec::ObjectReader;
using namespace std::chrono_literals;

constexpr Duration kLongest = std::chrono::hours(24 * 7);
// A burst is over within this; rings of later blocks are that long.
constexpr Duration kLongestSpread = 1h;

Drift ReadDrift(ObjectReader& traffic) {
  ObjectReader reader = traffic.Child("drift");
  Drift drift;
  if (!traffic.Has("drift")) return drift;
  reader.Require("amplitude", "give the swing as a share of the bad rate, such as 0.5");
  drift.amplitude = reader.Number("amplitude", 0, {.least = 0, .most = 1});
  drift.period = reader.Time("period", drift.period, {1min, kLongest});
  reader.RefuseOthers();
  return drift;
}

std::optional<Incident> ReadIncident(ObjectReader& traffic) {
  if (!traffic.Has("incident")) return std::nullopt;
  ObjectReader reader = traffic.Child("incident");
  Incident incident;
  incident.at = reader.Time("at", incident.at, {0ms, kLongest});
  if (reader.Require("length", "say how long it lasts, such as 10m")) {
    incident.length = reader.Time("length", incident.length, {1s, kLongest});
  }
  if (reader.Require("factor", "say what both arms' bad rate is multiplied by, such as 5")) {
    incident.factor = reader.Number("factor", 1, {.least = 0, .most = 1000});
  }
  reader.RefuseOthers();
  return incident;
}

Bursts ReadBursts(ObjectReader& traffic) {
  Bursts bursts;
  if (!traffic.Has("bursts")) return bursts;
  ObjectReader reader = traffic.Child("bursts");
  if (reader.Require("mean", "give the mean number of bad events in a burst, such as 3")) {
    bursts.mean = reader.Number("mean", 1, {.least = 1, .most = 10'000});
  }
  bursts.spread = reader.Time("spread", bursts.spread, {0ms, kLongestSpread});
  reader.RefuseOthers();
  return bursts;
}

std::optional<Loops> ReadLoops(ObjectReader& traffic) {
  if (!traffic.Has("loops")) return std::nullopt;
  ObjectReader reader = traffic.Child("loops");
  Loops loops;
  if (reader.Require("size", "give the number of bad events of one client, such as 60")) {
    loops.size = static_cast<int>(reader.Integer("size", 60, 1, 100'000));
  }
  loops.every = reader.Time("every", loops.every, {1s, kLongest});
  loops.spread = reader.Time("spread", loops.spread, {0ms, kLongestSpread});
  reader.RefuseOthers();
  return loops;
}

Noise ReadNoise(ObjectReader& traffic) {
  Noise noise;
  if (!traffic.Has("noise")) return noise;
  ObjectReader reader = traffic.Child("noise");
  noise.phi = reader.Number("phi", noise.phi, {.least = 1, .most = 1000});
  noise.sd = reader.Number("sd", noise.sd, {.least = 0, .most = 10});
  noise.common = reader.Flag("common", noise.common);
  if (reader.Has("phi") && reader.Has("sd")) {
    reader.Report("phi", "and sd are two ways to say the same", "give one of them");
  } else if (reader.Has("phi") && noise.common) {
    reader.Report("common", "goes with sd: phi scatters each arm's own counts",
                  "give sd, or leave out common");
  }
  reader.RefuseOthers();
  return noise;
}

Pods ReadPods(ObjectReader& traffic) {
  Pods pods;
  if (!traffic.Has("pods")) return pods;
  ObjectReader reader = traffic.Child("pods");
  pods.count = static_cast<int>(reader.Integer("count", 20, 2, 10'000));
  pods.canary = static_cast<int>(reader.Integer("canary", 2, 1, 10'000));
  pods.sd = reader.Number("sd", 0.3, {.least = 0, .most = 5});
  if (pods.canary >= pods.count) {
    reader.Report("canary", "leaves the baseline no pod",
                  "use less than count, which is of both arms together");
  }
  reader.RefuseOthers();
  return pods;
}

Scraping ReadScraping(ObjectReader& traffic) {
  Scraping scraping;
  if (!traffic.Has("scraping")) return scraping;
  ObjectReader reader = traffic.Child("scraping");
  scraping.lost_share = reader.Number("lostShare", 0, {.least = 0, .most = 0.9});
  if (reader.Has("resetEvery")) {
    scraping.reset_every = reader.Time("resetEvery", 10min, {1s, kLongest});
  }
  reader.RefuseOthers();
  return scraping;
}

}  // namespace

Traffic ReadTraffic(ObjectReader& scenario) {
  Traffic traffic;
  if (!scenario.Has("traffic")) return traffic;
  ObjectReader reader = scenario.Child("traffic");
  traffic.drift = ReadDrift(reader);
  traffic.incident = ReadIncident(reader);
  traffic.bursts = ReadBursts(reader);
  traffic.loops = ReadLoops(reader);
  traffic.noise = ReadNoise(reader);
  traffic.pods = ReadPods(reader);
  traffic.scraping = ReadScraping(reader);
  if (reader.Has("pods") && (traffic.bursts.mean > 1 || traffic.loops || traffic.noise.phi > 1)) {
    reader.Report("pods", "cannot be combined with bursts, loops or noise by phi",
                  "simulate them apart: their histories are told by pod");
  }
  if (traffic.bursts.mean > 1 && traffic.noise.phi > 1) {
    reader.Report("bursts", "and noise by phi are two ways to scatter counts", "give one of them");
  }
  reader.RefuseOthers();
  return traffic;
}

std::optional<Fault> ReadFault(ObjectReader& scenario) {
  if (!scenario.Has("fault")) return std::nullopt;
  ObjectReader reader = scenario.Child("fault");
  Fault fault;
  fault.factor = reader.Number("factor", fault.factor, {.least = 0, .most = 1000});
  fault.drop = reader.Number("drop", fault.drop, {.least = 0, .most = 1});
  fault.cohort_share = reader.Number("cohortShare", fault.cohort_share, {.least = 0, .most = 1});
  fault.from = reader.Time("from", fault.from, {0ms, kLongest});
  fault.from_weight_percent = static_cast<int>(reader.Integer("fromWeight", 0, 0, 99));
  fault.objectives = reader.Texts("objectives", 16, 63);
  if (!reader.Has("factor") && !reader.Has("drop")) {
    reader.Report(
        "factor", "is missing",
        "say what the canary's bad rate is multiplied by, such as 2; for scores give drop");
  }
  reader.RefuseOthers();
  return fault;
}

}  // namespace slogate::simulation
