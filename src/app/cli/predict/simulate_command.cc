#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/frame/new_file.h"
#include "app/cli/frame/output.h"
#include "app/cli/predict/simulate_input.h"
#include "app/cli/predict/simulate_plot.h"
#include "app/cli/predict/simulate_progress.h"
#include "app/cli/predict/simulate_report.h"
#include "simulation/gate_rule.h"
#include "simulation/runner.h"

namespace slogate::app {
namespace {

constexpr std::int64_t kMaxRuns = 10'000'000;
constexpr int kMaxJobs = 256;

class SimulateCommand : public Command {
 public:
  std::string Name() const override { return "simulate"; }

  std::string Description() const override {
    return "Play rollouts in virtual time and count what the gate makes of them.";
  }

  void Declare(CLI::App& parser) override {
    parser.add_option("-f,--file", files_, "Scenario file; - is standard input")
        ->required()
        ->type_name("FILE");
    parser.add_option("--runs", runs_, "Rollouts of each scenario")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{1}, kMaxRuns).description(""));
    parser.add_option("--jobs", jobs_, "Threads; 0: one for each processor")
        ->capture_default_str()
        ->check(CLI::Range(0, kMaxJobs).description(""));
    parser.add_option("--seed", seed_, "Instead of the scenarios' own");
    output_.Declare(parser);
    parser.add_option("--plot", plot_, "Write a picture, SVG: rollbacks over time")
        ->type_name("FILE");
    parser
        .add_option("--plot-run", plot_run_,
                    "Let the picture show this run's error rates and evidence instead")
        ->check(CLI::Range(std::int64_t{0}, kMaxRuns).description(""));
    parser.footer(
        "The same scenario, seed and runs give the same figures, whatever --jobs. Ctrl-C ends\n"
        "early with what has been counted.\n\n"
        "Exit codes: 0 done, 2 usage or an unsound scenario, 130 after Ctrl-C.\n\n"
        "Example:\n"
        "  gate simulate -f examples/simulation/iid.yaml --runs 20000");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const auto scenarios = ReadScenarios(files_, seed_, adapters, streams);
    if (!scenarios || !PlotCanBeWritten(streams)) return ExitCode::kUsage;
    std::atomic<bool> stopped{false};
    std::unique_ptr<StopSignal> signal;
    if (adapters.on_stop) signal = adapters.on_stop([&stopped] { stopped = true; });
    const Style style = adapters.terminal ? adapters.terminal().style : Style{};
    std::vector<SimulatedScenario> simulated;
    for (const simulation::Scenario& scenario : *scenarios) {
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
  bool Refuse(Streams streams, const std::string& problem) const {
    streams.err << "gate simulate: " << problem << "\n";
    return false;
  }

  // Told before the work, which may be long.
  bool PlotCanBeWritten(Streams streams) const {
    if (plot_run_ && plot_.empty()) {
      return Refuse(streams, "--plot-run " + std::to_string(*plot_run_) +
                                 " needs a file for the picture: add --plot run.svg");
    }
    return plot_.empty() || WritePicture("", streams);
  }

  bool WritePicture(const std::string& text, Streams streams) const {
    const ports::Result<void> written = WriteNewFile(plot_, text, true);
    return written || Refuse(streams, "--plot: " + written.error().message);
  }

  SimulatedScenario Simulate(const simulation::Scenario& scenario, const Adapters& adapters,
                             const std::atomic<bool>& stopped, Streams streams) const {
    const Terminal terminal = adapters.error_terminal ? adapters.error_terminal() : Terminal{};
    SimulateProgress progress(scenario.name, runs_, terminal, *adapters.clock, streams.err);
    simulation::RunSettings settings;
    settings.runs = runs_;
    settings.jobs =
        jobs_ > 0 ? jobs_ : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    settings.progress = [&progress](std::int64_t finished) { progress.Show(finished); };
    settings.stopped = [&stopped] { return stopped.load(); };
    return {scenario, runs_, simulation::Run(scenario, {simulation::GateRule()}, settings)};
  }

  std::vector<Chart> ChartsOf(const std::vector<SimulatedScenario>& simulated) const {
    std::vector<Chart> charts;
    for (const SimulatedScenario& one : simulated) {
      if (!plot_run_) {
        charts.push_back(DetectionChart(one));
        continue;
      }
      TracedRun traced{*plot_run_, {}, {}};
      const std::unique_ptr<simulation::Rule> rule = simulation::GateRule().make(one.scenario);
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
    if (!plot_.empty() &&
        !WritePicture(DrawCharts("Simulated rollouts", ChartsOf(simulated)), streams)) {
      return ExitCode::kUsage;
    }
    if (!stopped) return ExitCode::kPass;
    streams.err << "gate simulate: interrupted; the figures are of the runs made until then\n";
    return ExitCode::kInterrupted;
  }

  std::vector<std::string> files_;
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
