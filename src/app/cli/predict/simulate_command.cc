#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/output.h"
#include "app/cli/predict/simulate_report.h"
#include "app/cli/predict/simulate_suite.h"
#include "app/cli/terminal/terminal.h"
#include "simulation/runner.h"
#include "simulation/scenario.h"
#include "simulation/trial.h"

namespace slogate::app {
namespace {

constexpr std::int64_t kMaxRuns = 10'000'000;
constexpr int kMaxThreads = 256;

class SimulateCommand : public Command {
 public:
  SimulateCommand()
      : Command("simulate",
                "Play rollouts in virtual time and count what the gate makes of them.") {}

  void Declare(CLI::App& parser) override {
    CLI::Option* const file =
        parser.add_option("-f,--file", files_, "Scenario file; - is standard input")
            ->type_name("FILE");
    AddText(parser, "--suite", suite_,
            "Instead of files: every scenario below this folder, held against its goals", "DIR")
        ->excludes(file);
    parser.add_option("--runs", runs_, "Rollouts of each scenario")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{1}, kMaxRuns).description(""));
    parser.add_option("--jobs", jobs_, "Threads; 0: one for each processor")
        ->capture_default_str()
        ->check(CLI::Range(0, kMaxThreads).description(""));
    parser.add_option("--seed", seed_, "Instead of the scenarios' own");
    output_.Declare(parser);
    AddText(parser, "--plot", plot_, "Write a picture, SVG: rollbacks over time", "FILE");
    parser
        .add_option("--plot-run", plot_run_,
                    "Let the picture show this run's error rates and evidence instead")
        ->check(CLI::Range(std::int64_t{0}, kMaxRuns).description(""));
    parser.footer(
        "The same scenario, seed and runs give the same figures, whatever --jobs. Ctrl-C ends\n"
        "early with what has been counted. With --suite each scenario states its goals in "
        "expect.\n\n"
        "Exit codes: 0 done, 1 a goal of a suite is missed by more than chance, 2 usage or an\n"
        "unsound scenario, 130 after Ctrl-C.\n\n"
        "Examples:\n"
        "  gate simulate -f examples/simulation/iid.yaml --runs 20000\n"
        "  gate simulate --suite examples/yardstick --runs 1000");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    if (!FindScenarios(adapters, streams)) return ExitCode::kUsage;
    const std::vector<simulation::Scenario> scenarios = ReadScenarios(adapters, streams);
    if (scenarios.size() < files_.size()) return ExitCode::kUsage;
    if (plot_run_ && plot_.empty()) {
      return Refuse(streams, "--plot-run " + std::to_string(*plot_run_) +
                                 " needs a file for the picture: add --plot run.svg");
    }
    // Told before the work, which may be long.
    if (!WritePicture("", streams)) return ExitCode::kUsage;
    std::atomic<bool> stopped{false};
    std::unique_ptr<StopSignal> signal;
    if (adapters.on_stop) signal = adapters.on_stop([&stopped] { stopped = true; });
    if (!suite_.empty()) return RunSuite(scenarios, adapters, stopped, streams);
    const Style style = adapters.terminal().style;
    std::vector<SimulatedScenario> simulated;
    for (const simulation::Scenario& scenario : scenarios) {
      if (stopped) break;
      simulated.push_back(Simulate(scenario, adapters, stopped, streams));
      if (output_.format() != OutputFormat::kTable) continue;
      for (const std::string& line : SimulateTable(simulated.back(), style)) {
        streams.out << line << "\n";
      }
      streams.out << std::endl;
    }
    return Conclude(simulated, stopped, style, streams);
  }

 private:
  // False when there are none, or more is wanted than a suite has; that has been said.
  bool FindScenarios(const Adapters& adapters, Streams streams) {
    if (suite_.empty()) {
      if (!files_.empty()) return true;
      Refuse(streams, "nothing to play: add --file scenario.yaml, or --suite FOLDER");
      return false;
    }
    if (!plot_.empty()) {
      Refuse(streams, "a suite has no picture: use --plot with --file");
      return false;
    }
    ports::Result<std::vector<std::string>> found = adapters.find_files(suite_ + "/**/*.yaml");
    if (!found) {
      Refuse(streams, "--suite: " + found.error().message);
      return false;
    }
    files_ = std::move(*found);
    return true;
  }

  ExitCode RunSuite(const std::vector<simulation::Scenario>& scenarios, const Adapters& adapters,
                    const std::atomic<bool>& stopped, Streams streams) const {
    const bool table = output_.format() == OutputFormat::kTable;
    if (table) streams.out << SuiteHeading() << std::endl;
    std::vector<SuiteRow> rows;
    for (const simulation::Scenario& scenario : scenarios) {
      if (stopped) break;
      SimulatedScenario simulated = Simulate(scenario, adapters, stopped, streams);
      if (simulated.totals.front().runs == 0) break;
      rows.push_back({scenario, std::move(simulated.totals.front())});
      if (!table) continue;
      for (const std::string& line : SuiteLines(rows.back())) streams.out << line << "\n";
      streams.out << std::flush;
    }
    if (table) {
      streams.out << "\n";
      for (const std::string& line : SuiteSummary(rows)) streams.out << line << "\n";
    } else {
      PrintValue(SuiteValue(rows, stopped), output_.format(), streams.out);
    }
    if (stopped) return RefuseInterrupted(streams);
    return HasMiss(rows) ? ExitCode::kFail : ExitCode::kPass;
  }

  ExitCode RefuseInterrupted(Streams streams) const {
    return Refuse(streams, "interrupted; the figures are of the runs made until then",
                  ExitCode::kInterrupted);
  }

  // The scenarios of all files; fewer after a mistake: each is then reported on streams.err.
  std::vector<simulation::Scenario> ReadScenarios(const Adapters& adapters, Streams streams) const {
    std::vector<simulation::Scenario> scenarios;
    for (const std::string& file : files_) {
      const ports::Result<std::string> text = ReadPolicyText(file, adapters, streams);
      if (!text) {
        Refuse(streams, text.error().message);
        continue;
      }
      simulation::ParsedScenario parsed = simulation::ParseScenario(*text, DisplayName(file));
      for (const spec::Mistake& mistake : parsed.mistakes) {
        streams.err << spec::ToString(mistake) << "\n";
      }
      if (!parsed.scenario) continue;
      if (!suite_.empty() && parsed.scenario->goals.empty()) {
        Refuse(streams,
               DisplayName(file) + " has no goals: add expect, such as {falseRollbackPercent: 1}");
        continue;
      }
      if (seed_) parsed.scenario->seed = *seed_;
      scenarios.push_back(std::move(*parsed.scenario));
    }
    return scenarios;
  }

  // False when there is to be one that cannot be written, which has been said.
  bool WritePicture(const std::string& text, Streams streams) const {
    if (plot_.empty()) return true;
    const ports::Result<void> written = WriteNewFile(plot_, text, true);
    if (!written) Refuse(streams, "--plot: " + written.error().message);
    return written.has_value();
  }

  SimulatedScenario Simulate(const simulation::Scenario& scenario, const Adapters& adapters,
                             const std::atomic<bool>& stopped, Streams streams) const {
    LiveLine line(adapters.error_terminal(), streams.err);
    const auto show = [&, began = adapters.clock->Now()](std::int64_t finished) {
      if (!line.terminal().interactive) return;
      line.Show(ProgressLine(scenario.name, finished, runs_, adapters.clock->Now() - began,
                             line.terminal()));
    };
    show(0);
    simulation::RunSettings settings;
    settings.runs = runs_;
    settings.jobs =
        jobs_ > 0 ? jobs_ : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    settings.progress = show;
    settings.stopped = [&stopped] { return stopped.load(); };
    return {scenario, runs_, simulation::Run(scenario, {simulation::GateRule()}, settings)};
  }

  std::vector<Chart> ChartsOf(const std::vector<SimulatedScenario>& simulated) const {
    std::vector<Chart> charts;
    if (plot_.empty()) return charts;
    for (const SimulatedScenario& one : simulated) {
      if (!plot_run_) {
        charts.push_back(DetectionChart(one));
        continue;
      }
      TracedRun traced{*plot_run_, {}, {}};
      const std::unique_ptr<simulation::ReleaseRule> rule =
          simulation::GateRule().make(one.scenario);
      traced.outcome = simulation::Play(one.scenario, *rule, static_cast<std::uint64_t>(*plot_run_),
                                        &traced.trace);
      if (traced.trace.empty()) continue;
      charts.push_back(RatesChart(one.scenario, traced));
      charts.push_back(EvidenceChart(one.scenario, traced));
    }
    return charts;
  }

  ExitCode Conclude(const std::vector<SimulatedScenario>& simulated, bool stopped, Style style,
                    Streams streams) const {
    if (output_.format() == OutputFormat::kTable) {
      for (const std::string& line : SimulateLegend(style)) streams.out << line << "\n";
    } else {
      PrintValue(SimulateValue(simulated, stopped), output_.format(), streams.out);
    }
    streams.out << std::flush;
    if (!WritePicture(DrawCharts("Simulated rollouts", ChartsOf(simulated)), streams)) {
      return ExitCode::kUsage;
    }
    return stopped ? RefuseInterrupted(streams) : ExitCode::kPass;
  }

  std::vector<std::string> files_;
  std::string suite_;
  std::int64_t runs_ = 1000;
  int jobs_ = 0;
  std::optional<std::uint64_t> seed_;
  OutputFlag output_;
  std::string plot_;
  std::optional<std::int64_t> plot_run_;
};

}  // namespace

std::unique_ptr<Command> MakeSimulateCommand() { return std::make_unique<SimulateCommand>(); }

}  // namespace slogate::app
