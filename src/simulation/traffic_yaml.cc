#include "simulation/traffic_yaml.h"

#include <chrono>

namespace slogate::simulation {
namespace {

using core::Duration;
using spec::ObjectReader;
using namespace std::chrono_literals;

// A burst is over within this; rings of later blocks are that long.
constexpr Duration kLongestSpread = 1h;

void ReadDrift(ObjectReader& reader, Drift& drift) {
  reader.Require("amplitude", "give the swing as a share of the bad rate, such as 0.5");
  drift.amplitude = reader.Number("amplitude", 0, {.least = 0, .most = 1});
  drift.period = reader.Time("period", drift.period, {1min, kLongestScenario});
}

void ReadIncident(ObjectReader& reader, Incident& incident) {
  incident.at = reader.Time("at", incident.at, {0ms, kLongestScenario});
  if (reader.Has("before")) {
    incident.at = -reader.Time("before", 0ms, {1s, kLongestScenario});
    if (reader.Has("at")) {
      reader.Report("before", "and at are two ways to say when it begins", "give one of them");
    }
  }
  reader.Require("length", "say how long it lasts, such as 10m");
  incident.length = reader.Time("length", incident.length, {1s, kLongestScenario});
  reader.Require("factor", "say what both tracks' bad rate is multiplied by, such as 5");
  incident.factor = reader.Number("factor", 1, {.least = 0, .most = 1000});
}

void ReadBursts(ObjectReader& reader, Bursts& bursts) {
  reader.Require("mean", "give the mean number of bad events in a burst, such as 3");
  bursts.mean = reader.Number("mean", 1, {.least = 1, .most = 10'000});
  bursts.spread = reader.Time("spread", bursts.spread, {0ms, kLongestSpread});
}

void ReadLoops(ObjectReader& reader, Loops& loops) {
  reader.Require("size", "give the number of bad events of one client, such as 60");
  loops.size = static_cast<int>(reader.Integer("size", 60, 1, 100'000));
  loops.every = reader.Time("every", loops.every, {1s, kLongestScenario});
  loops.spread = reader.Time("spread", loops.spread, {0ms, kLongestSpread});
}

void ReadBrokenClients(ObjectReader& reader, BrokenClients& clients) {
  const spec::Bounds some{.least = 0, .most = 10'000, .above_min = true};
  clients.count = reader.Number("count", clients.count, some);
  clients.length = reader.Time("length", clients.length, {1s, 24h});
  clients.per_minute = reader.Number("perMinute", clients.per_minute, some);
}

void ReadWarmUp(ObjectReader& reader, WarmUp& warm_up) {
  reader.Require("factor", "say what the canary's bad rate is multiplied by, such as 5");
  warm_up.factor = reader.Number("factor", 1, {.least = 0, .most = 1000});
  reader.Require("length", "say how long it lasts, such as 2m");
  warm_up.length = reader.Time("length", warm_up.length, {1s, kLongestScenario});
  warm_up.every_step = reader.Flag("everyStep", warm_up.every_step);
}

void ReadDraining(ObjectReader& reader, Draining& draining) {
  reader.Require("factor", "say what the baseline's bad rate is multiplied by, such as 3");
  draining.factor = reader.Number("factor", 1, {.least = 0, .most = 1000});
  reader.Require("length", "say how long it lasts, such as 2m");
  draining.length = reader.Time("length", draining.length, {1s, kLongestScenario});
}

void ReadNoise(ObjectReader& reader, Noise& noise) {
  noise.phi = reader.Number("overdispersion", noise.phi, {.least = 1, .most = 1000});
  noise.sd = reader.Number("sd", noise.sd, {.least = 0, .most = 10});
  noise.common = reader.Flag("common", noise.common);
  noise.time_constant = reader.Time("timeConstant", noise.time_constant, {1s, kLongestScenario});
  noise.per_pod = reader.Flag("perPod", noise.per_pod);
  if (reader.Has("overdispersion") && reader.Has("sd")) {
    reader.Report("overdispersion", "and sd are two ways to say the same", "give one of them");
  } else if (reader.Has("overdispersion") && noise.common) {
    reader.Report("common", "goes with sd: overdispersion is of each track alone",
                  "give sd, or leave out common");
  }
  if (noise.per_pod && noise.common) {
    reader.Report("common", "and perPod exclude each other", "give one of them");
  }
  if (reader.Has("timeConstant") && !(noise.sd > 0)) {
    reader.Report("timeConstant", "goes with sd", "give sd, such as 0.5");
  }
}

void ReadPods(ObjectReader& reader, Pods& pods) {
  pods.count = static_cast<int>(reader.Integer("count", 20, 2, 10'000));
  pods.canary = static_cast<int>(reader.Integer("canary", 2, 1, 10'000));
  pods.sd = reader.Number("sd", 0.3, {.least = 0, .most = 5});
  pods.labels = reader.Flag("labels", pods.labels);
  if (pods.canary >= pods.count) {
    reader.Report("canary", "leaves the baseline no pod",
                  "use less than count, which is of both tracks together");
  }
}

void ReadScraping(ObjectReader& reader, Scraping& scraping) {
  scraping.lost_share = reader.Number("lostShare", 0, {.least = 0, .most = 0.9});
  if (reader.Has("resetEvery")) {
    scraping.reset_every = reader.Time("resetEvery", 10min, {1s, kLongestScenario});
  }
  if (!reader.Has("phase")) return;
  scraping.phase = reader.Time("phase", 0ms, {0ms, kLongestScenario});
  if (scraping.lost_share > 0 || scraping.reset_every) {
    reader.Report("phase", "cannot be combined with lostShare or resetEvery",
                  "simulate them apart");
  }
}
}  // namespace

void ReadTraffic(ObjectReader& reader, Traffic& traffic) {
  reader.Part("drift", traffic.drift, ReadDrift);
  reader.Part("incident", traffic.incident, ReadIncident);
  reader.Part("bursts", traffic.bursts, ReadBursts);
  reader.Part("loops", traffic.loops, ReadLoops);
  reader.Part("brokenClients", traffic.broken_clients, ReadBrokenClients);
  reader.Part("noise", traffic.noise, ReadNoise);
  reader.Part("pods", traffic.pods, ReadPods);
  reader.Part("warmUp", traffic.warm_up, ReadWarmUp);
  reader.Part("draining", traffic.draining, ReadDraining);
  reader.Part("scraping", traffic.scraping, ReadScraping);
  if (reader.Has("pods") && (traffic.bursts.mean > 1 || traffic.loops || traffic.broken_clients ||
                             traffic.noise.phi > 1)) {
    reader.Report("pods",
                  "cannot be combined with bursts, loops, brokenClients or noise by overdispersion",
                  "simulate them apart: their histories are known per pod");
  }
  if (traffic.noise.per_pod && traffic.pods.canary < 1) {
    reader.Report("noise.perPod", "needs pods",
                  "give traffic.pods, such as {count: 20, canary: 2}");
  }
  if (traffic.bursts.mean > 1 && traffic.noise.phi > 1) {
    reader.Report("bursts", "and noise by overdispersion are two ways to disperse counts",
                  "give one of them");
  }
}

void ReadFault(ObjectReader& reader, Fault& fault) {
  fault.factor = reader.Number("factor", fault.factor, {.least = 0, .most = 1000});
  fault.drop = reader.Number("drop", fault.drop, {.least = 0, .most = 1});
  fault.cohort_share = reader.Number("cohortShare", fault.cohort_share, {.least = 0, .most = 1});
  fault.from = reader.Time("from", fault.from, {0ms, kLongestScenario});
  if (reader.Has("until")) fault.until = reader.Time("until", 0ms, {1s, kLongestScenario});
  if (fault.until && *fault.until <= fault.from) {
    reader.Report("until", "is not after from", "use a later time, or leave it out");
  }
  fault.from_weight_percent = static_cast<int>(reader.Integer("fromWeight", 0, 0, 99));
  fault.objectives = reader.Texts("objectives", 16, 63);
  if (!reader.Has("factor") && !reader.Has("drop")) {
    reader.Report(
        "factor", "is missing",
        "say what the canary's bad rate is multiplied by, such as 2; for scores give drop");
  }
}
void CheckTraffic(ObjectReader& scenario_reader, const Scenario& scenario) {
  const auto& phase = scenario.traffic.scraping.phase;
  if (!phase) return;
  const Duration scrape = scenario.block_length / kScrapesInBlock;
  if (*phase > scrape) {
    scenario_reader.Report("traffic.scraping.phase", "is longer than a scrape interval",
                           "use at most a quarter of blockLength");
  }
  if (scrape % kSlicesInScrape != 0ms) {
    scenario_reader.Report("blockLength", "has no thirds of a scrape interval, which phases need",
                           "use a length that can be divided by 12ms");
  }
}

}  // namespace slogate::simulation
