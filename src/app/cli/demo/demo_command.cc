#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/cli/demo/demo_picture.h"
#include "app/cli/demo/demo_report.h"
#include "app/cli/demo/demo_run.h"
#include "app/cli/frame/command.h"
#include "app/cli/terminal/screen.h"

namespace slogate::app {
namespace {

constexpr int kStandardOutput = 1;
constexpr std::size_t kPipeColumns = 80;

class DemoCommand : public Command {
 public:
  std::string Name() const override { return "demo"; }

  std::string Description() const override {
    return "Show six releases, judged and moved, without a cluster.";
  }

  void Declare(CLI::App& parser) override {
    parser.add_option("-o,--output", output_, "text or json")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
    parser.add_option("--seed", options_.seed, "Of the simulated users' requests")
        ->capture_default_str();
    parser.add_option("--prometheus", options_.prometheus, "The Prometheus program to run")
        ->capture_default_str()
        ->type_name("PATH");
    parser.add_flag("--plain", plain_, "Lines instead of a live view, also on a terminal");
    parser.add_option("--svg", picture_, "Write a picture of the weights over time")
        ->type_name("FILE");
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
    if (output_ == "text")
      streams.err << "Starting a simulated cluster and Prometheus ..." << std::endl;
    ports::Result<std::unique_ptr<DemoEnvironment>> demo = adapters.make_demo(options_);
    if (!demo) {
      streams.err << "gate demo: " << demo.error().message << "\n";
      return ExitCode::kUsage;
    }
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
  static Terminal TerminalOf(const Adapters& adapters) {
    return adapters.terminal ? adapters.terminal() : Terminal{};
  }

  static std::size_t Columns(const Adapters& adapters) {
    const Terminal terminal = TerminalOf(adapters);
    return terminal.interactive ? static_cast<std::size_t>(terminal.columns) : kPipeColumns;
  }

  static void PrintLines(const std::vector<Line>& lines, const Adapters& adapters,
                         std::ostream& out) {
    const Style style = TerminalOf(adapters).style;
    for (const Line& line : lines) out << Render(line, style) << "\n";
    out << std::flush;
  }

  DemoRun::Watcher WatcherFor(const Adapters& adapters, Streams streams) {
    if (output_ == "json") return [](const DemoStory&, const std::string&) {};
    if (TerminalOf(adapters).interactive && !plain_) {
      return [this, &adapters, streams](const DemoStory& story, const std::string& doing) {
        if (!screen_) screen_ = std::make_unique<Screen>(streams.out, kStandardOutput);
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
    switch (end) {
      case DemoRun::End::kStopped:
        streams.err << "gate demo: interrupted; everything is stopped\n";
        return ExitCode::kInterrupted;
      case DemoRun::End::kTooSlow:
        streams.err << "gate demo: not every release came to an end in time; is this machine "
                       "very busy?\n";
        break;
      case DemoRun::End::kOver:
        break;
    }
    PrintResult(run.story(), adapters, streams);
    if (!WritePicture(run.story(), streams)) return ExitCode::kUsage;
    return end == DemoRun::End::kOver && run.story().AllRight() ? ExitCode::kPass : ExitCode::kFail;
  }

  void PrintResult(const DemoStory& story, const Adapters& adapters, Streams streams) const {
    if (output_ == "json") {
      streams.out << DemoResult(story).dump(2) << std::endl;
      return;
    }
    streams.out << "\n";
    PrintLines(DemoSummary(story, Columns(adapters)), adapters, streams.out);
  }

  bool WritePicture(const DemoStory& story, Streams streams) const {
    if (picture_.empty()) return true;
    std::ofstream file(picture_, std::ios::trunc);
    file << DemoPicture(story);
    if (file.flush()) return true;
    streams.err << "gate demo: --svg " << picture_ << ": cannot be written; name another file\n";
    return false;
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
