#include "app/cli/demo_run.h"

#include <chrono>
#include <fstream>
#include <utility>

namespace slogate::app {
namespace {

// The whole command ends within 90 seconds, its start and its end included.
constexpr core::Duration kLongest = std::chrono::seconds(82);
constexpr core::Duration kBetweenDemoLooks{100};

}  // namespace

DemoRun::DemoRun(Sandbox& sandbox, const Adapters& adapters, Pacer& pacer, Watcher watcher)
    : sandbox_(sandbox),
      adapters_(adapters),
      pacer_(pacer),
      watcher_(std::move(watcher)),
      story_(sandbox.rollouts(), adapters.clock->Now()),
      log_path_(sandbox.folder() + "/gate.log") {
  options_.cluster.kubeconfig = sandbox_.kubeconfig();
  options_.listen.clear();
  options_.workers = static_cast<int>(sandbox_.rollouts().size());
}

DemoRun::~DemoRun() {
  standing_.Stopped();
  if (controller_.joinable()) controller_.join();
}

bool DemoRun::StartController() {
  log_file_ = std::make_unique<std::ofstream>(log_path_, std::ios::trunc);
  log_ = std::make_unique<Log>(LogLevel::kInfo, LogFormat::kText, *log_file_);
  ports::Result<Cluster> cluster = adapters_.connect_cluster(options_.cluster, *log_);
  if (!cluster) {
    problem_ = cluster.error().message;
    return false;
  }
  cluster_ = std::move(*cluster);
  process_ =
      std::make_unique<RunProcess>(options_, adapters_, cluster_, Providers{}, *log_, standing_);
  controller_ = std::thread([this] { process_->Run(); });
  return true;
}

DemoRun::End DemoRun::Run() {
  if (!StartController()) return End::kBroken;
  const core::TimePoint deadline = story_.began() + kLongest;
  doing_ = "The old versions start";
  while (!sandbox_.ReadyToRelease()) {
    Look();
    if (!pacer_.Wait(kBetweenDemoLooks)) return End::kStopped;
    if (adapters_.clock->Now() >= deadline) return End::kTooSlow;
  }
  if (const ports::Result<void> released = sandbox_.Release(); !released) {
    problem_ = released.error().message;
    return End::kBroken;
  }
  story_.Released(adapters_.clock->Now());
  doing_ = "New versions of all are released";
  return Watch(deadline);
}

DemoRun::End DemoRun::Watch(core::TimePoint deadline) {
  for (;;) {
    Look();
    if (story_.Over()) return End::kOver;
    if (!pacer_.Wait(kBetweenDemoLooks)) return End::kStopped;
    if (adapters_.clock->Now() >= deadline) return End::kTooSlow;
  }
}

void DemoRun::Keep() {
  while (pacer_.Wait(kBetweenDemoLooks)) sandbox_.Look();
}

void DemoRun::Look() {
  if (story_.released()) sandbox_.Look();
  for (std::size_t i = 0; i < story_.rollouts().size(); ++i) {
    // A read that fails is made again with the next look.
    const auto record = cluster_.policies->Get(story_.rollouts()[i].given.policy);
    if (record) story_.See(i, *record, sandbox_.FactsOf(i), adapters_.clock->Now());
  }
  watcher_(story_, doing_);
}

}  // namespace slogate::app
