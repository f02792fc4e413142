#include "app/cli/demo/demo_run.h"

#include <chrono>
#include <utility>

namespace slogate::app {
namespace {

// The whole command ends within 90 seconds, its start and its end included.
constexpr core::Duration kLongest = std::chrono::seconds(82);
constexpr core::Duration kBetweenDemoChecks{100};

RunOptions OptionsFor(const DemoStory& story) {
  RunOptions options;
  options.workers = static_cast<int>(story.rollouts().size());
  return options;
}

}  // namespace

DemoRun::DemoRun(DemoEnvironment& environment, const Adapters& adapters, Pacer& pacer,
                 Watcher watcher)
    : environment_(environment),
      adapters_(adapters),
      pacer_(pacer),
      watcher_(std::move(watcher)),
      story_(environment.releases(), adapters.clock->Now()),
      options_(OptionsFor(story_)),
      cluster_(environment.Connect()),
      process_(options_, adapters, cluster_, {}, log_, process_state_) {}

DemoRun::~DemoRun() {
  process_state_.Stopped();
  if (controller_.joinable()) controller_.join();
}

DemoRun::End DemoRun::Run() {
  controller_ = std::thread([this] { process_.Run(); });
  const core::TimePoint deadline = story_.began() + kLongest;
  doing_ = "The old versions start";
  while (!environment_.ReadyToRelease()) {
    DecisionContext();
    if (!pacer_.Wait(kBetweenDemoChecks)) return End::kStopped;
    if (adapters_.clock->Now() >= deadline) return End::kTooSlow;
  }
  environment_.Release();
  story_.Released(adapters_.clock->Now());
  doing_ = "New versions of all are released";
  return Watch(deadline);
}

DemoRun::End DemoRun::Watch(core::TimePoint deadline) {
  for (;;) {
    DecisionContext();
    if (story_.Over()) return End::kOver;
    if (!pacer_.Wait(kBetweenDemoChecks)) return End::kStopped;
    if (adapters_.clock->Now() >= deadline) return End::kTooSlow;
  }
}

void DemoRun::DecisionContext() {
  environment_.Advance();
  for (std::size_t i = 0; i < story_.rollouts().size(); ++i) {
    // A read that fails is made again with the next look.
    const auto record = cluster_.policies->Get(story_.rollouts()[i].given.policy);
    if (record) story_.See(i, *record, environment_.FactsOf(i), adapters_.clock->Now());
  }
  watcher_(story_, doing_);
}

}  // namespace slogate::app
