#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "app/cli/demo/demo_report.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/run/run_process.h"
#include "app/cli/terminal/terminal.h"
#include "app/controller/log.h"
#include "app/controller/process_state.h"

namespace slogate::app {
namespace {

constexpr int kDemoOutput = 1;

// The whole command ends within 90 seconds, its start and its end included.
constexpr core::Duration kLongestDemo = std::chrono::seconds(82);
constexpr core::Duration kBetweenDemoChecks{100};

// One run of the demo: the controller of `gate run` in a simulated cluster, and its observer. At
// its end the controller has stopped.
class DemoRun {
 public:
  enum class End { kOver, kTooSlow, kStopped };

  // Called after each check, with what is being done now.
  using Watcher = std::function<void(const DemoStory& story, const std::string& doing)>;

  // Everything given outlives the run.
  DemoRun(DemoEnvironment& environment, const Adapters& adapters, Pacer& pacer, Watcher watcher)
      : environment_(environment),
        adapters_(adapters),
        pacer_(pacer),
        watcher_(std::move(watcher)),
        story_(environment.releases(), adapters.clock->Now()),
        options_{.workers = static_cast<int>(environment.releases().size())},
        cluster_(environment.Connect()),
        process_(options_, adapters, cluster_, {}, log_, process_state_) {}

  ~DemoRun() {
    process_state_.Stopped();
    if (controller_.joinable()) controller_.join();
  }

  // Until every rollout is at its end, the time is up, or the pacer is asked to stop.
  End Run() {
    controller_ = std::thread([this] { process_.Run(); });
    End end = Watch("The old versions start", [this] { return environment_.ReadyToRelease(); });
    if (end != End::kOver) return end;
    environment_.Release();
    story_.Released(adapters_.clock->Now());
    return Watch("New versions of all are released", [this] { return story_.Over(); });
  }

  const DemoStory& story() const { return story_; }

 private:
  End Watch(const std::string& doing, const std::function<bool()>& over) {
    for (;;) {
      environment_.Advance();
      for (std::size_t i = 0; i < story_.rollouts().size(); ++i) {
        // A read that fails is made again with the next look.
        const auto record = cluster_.policies->Get(story_.rollouts()[i].given.policy);
        if (record) story_.See(i, *record, environment_.FactsOf(i), adapters_.clock->Now());
      }
      watcher_(story_, doing);
      if (over()) return End::kOver;
      if (!pacer_.Wait(kBetweenDemoChecks)) return End::kStopped;
      if (adapters_.clock->Now() >= story_.began() + kLongestDemo) return End::kTooSlow;
    }
  }

  DemoEnvironment& environment_;
  const Adapters& adapters_;
  Pacer& pacer_;
  const Watcher watcher_;
  DemoStory story_;
  std::ostream no_log_{nullptr};
  Log log_{LogLevel::kError, LogFormat::kText, no_log_};
  const RunOptions options_;
  Cluster cluster_;
  ProcessState process_state_;
  RunProcess process_;
  std::thread controller_;
};

class DemoCommand : public Command {
 public:
  DemoCommand() : Command("demo", "Show six releases, judged and moved, without a cluster.") {}

  void Declare(CLI::App& parser) override {
    AddChoice(parser, "-o,--output", output_, "text or json", "FORMAT", {"text", "json"});
    parser.add_option("--seed", options_.seed, "Of the simulated users' requests")
        ->capture_default_str();
    AddText(parser, "--prometheus", options_.prometheus, "The Prometheus program to run", "PATH");
    parser.add_flag("--plain", plain_, "Lines instead of a live view, also on a terminal");
    AddText(parser, "--svg", picture_, "Write a picture of the weights over time", "FILE");
    parser.footer(
        "Runs the controller on a simulated cluster in this process. Only Prometheus is\n"
        "needed; it listens on a free loopback port. Ends within 90 seconds and leaves\n"
        "nothing behind.\n\n"
        "Exit codes: 0 all six releases ended right, 1 one did not, 2 it could not start,\n"
        "130 after Ctrl-C.\n\n"
        "Example:\n"
        "  gate demo --seed 7");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    Pacer pacer(adapters);
    if (output_ == "text") {
      streams.err << "Starting a simulated cluster and Prometheus ..." << std::endl;
    }
    ports::Result<std::unique_ptr<DemoEnvironment>> demo = adapters.make_demo(options_);
    if (!demo) return Refuse(streams, demo.error().message);
    DemoRun run(**demo, adapters, pacer, WatcherFor(adapters, streams));
    if (output_ == "text") {
      PrintLines(DemoOpening(run.story(), (*demo)->requests_per_second(), Columns(adapters)),
                 adapters, streams.out);
    }
    const DemoRun::End end = run.Run();
    screen_.reset();
    return Conclude(end, run, adapters, streams);
  }

 private:
  static std::size_t Columns(const Adapters& adapters) {
    const Terminal terminal = adapters.terminal();
    return terminal.interactive ? static_cast<std::size_t>(terminal.columns) : kColumns;
  }

  static void PrintLines(const std::vector<Line>& lines, const Adapters& adapters,
                         std::ostream& out) {
    const Style style = adapters.terminal().style;
    for (const Line& line : lines) out << Render(line, style) << "\n";
    out << std::flush;
  }

  DemoRun::Watcher WatcherFor(const Adapters& adapters, Streams streams) {
    if (output_ == "json") return [](const DemoStory&, const std::string&) {};
    if (adapters.terminal().interactive && !plain_) {
      return [this, &adapters, streams](const DemoStory& story, const std::string& doing) {
        if (!screen_) screen_ = std::make_unique<Screen>(streams.out, kDemoOutput);
        const Terminal terminal = adapters.terminal();
        screen_->Draw(DemoFrame(story, doing, terminal, adapters.clock->Now()), terminal.rows);
      };
    }
    return [this, &adapters, streams](const DemoStory& story, const std::string&) {
      for (; reported_ < story.decisions().size(); ++reported_) {
        PrintLines(DemoDecisionLines(story.decisions()[reported_], story, Columns(adapters)),
                   adapters, streams.out);
      }
    };
  }

  ExitCode Conclude(DemoRun::End end, DemoRun& run, const Adapters& adapters, Streams streams) {
    if (end == DemoRun::End::kStopped) {
      return Refuse(streams, "interrupted; everything is stopped", ExitCode::kInterrupted);
    }
    if (end == DemoRun::End::kTooSlow) {
      Refuse(streams, "not every release came to an end in time; is this machine very busy?");
    }
    if (output_ == "json") {
      streams.out << DemoResult(run.story()).dump(2) << std::endl;
    } else {
      streams.out << "\n";
      PrintLines(DemoSummary(run.story(), Columns(adapters)), adapters, streams.out);
    }
    if (!picture_.empty() && !WriteNewFile(picture_, DemoPicture(run.story()), true)) {
      return Refuse(streams, "--svg " + picture_ + ": cannot be written; name another file");
    }
    return end == DemoRun::End::kOver && run.story().AllRight() ? ExitCode::kPass : ExitCode::kFail;
  }

  DemoOptions options_;
  std::string output_ = "text";
  std::string picture_;
  bool plain_ = false;
  std::size_t reported_ = 0;
  std::unique_ptr<Screen> screen_;
};

}  // namespace

std::unique_ptr<Command> MakeDemoCommand() { return std::make_unique<DemoCommand>(); }

}  // namespace slogate::app
