#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/frame/stop_signal.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/status/status_text.h"
#include "app/cli/terminal/terminal.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr core::Duration kBetweenChecks = std::chrono::seconds(1);
constexpr std::size_t kLongestGraph = 240;  // checks that are remembered
constexpr std::size_t kFewestPanelRows = 4;
constexpr int kStandardOutput = 1;
constexpr int kWidest = 120;

ExitCode CodeOf(const RolloutView& view) {
  using core::Phase;
  if (view.reason == core::Reason::kRejectedBefore) return ExitCode::kFail;
  if (NeedsPerson(view)) return ExitCode::kNeedsPerson;
  if (view.phase == Phase::kReady || view.phase == Phase::kPromoted) return ExitCode::kPass;
  const bool back = view.phase == Phase::kRollingBack || view.phase == Phase::kRolledBack;
  return back ? ExitCode::kFail : ExitCode::kInconclusive;
}

ExitCode CodeOf(const std::vector<RolloutView>& views) {
  ExitCode code = ExitCode::kPass;
  const auto rank = [](ExitCode one) {
    if (one == ExitCode::kFail) return 3;
    if (one == ExitCode::kNeedsPerson) return 2;
    return one == ExitCode::kPass ? 0 : 1;
  };
  for (const RolloutView& view : views) {
    if (rank(CodeOf(view)) > rank(code)) code = CodeOf(view);
  }
  return code;
}

std::string NameOf(const RolloutView& view) { return view.ns + "/" + view.name; }

// `gate status --watch`: a live screen on a terminal, a line for every change elsewhere. Used by
// one thread.
class StatusWatch {
 public:
  using Read = std::function<ports::Result<std::vector<ports::PolicyRecord>>()>;
  using Call = std::function<CallWords(const std::string& ns)>;

  StatusWatch(Read read, Call call, const Adapters& adapters, Streams streams, OutputFormat format)
      : read_(std::move(read)),
        call_(std::move(call)),
        adapters_(adapters),
        streams_(streams),
        format_(format) {}

  // Checks every second until `pacer` is asked to stop. A check that fails is reported and tried
  // again.
  void Run(Pacer& pacer) {
    if (format_ == OutputFormat::kTable && adapters_.terminal().interactive) {
      RunOnScreen(pacer);
    } else {
      RunInLines(pacer);
    }
  }

  // As last seen.
  const std::vector<RolloutView>& views() const { return views_; }

 private:
  void Update() {
    const ports::Result<std::vector<ports::PolicyRecord>> records = read_();
    problem_ = records ? "" : Printable(records.error().message);
    if (!records) return;
    views_.clear();
    for (const ports::PolicyRecord& record : *records) {
      RolloutView view = ViewOf(record, adapters_.clock->Now());
      std::vector<std::optional<int>>& weights = weights_[NameOf(view)];
      weights.push_back(view.desired_percent);
      if (weights.size() > kLongestGraph) weights.erase(weights.begin());
      view.weights_over_time = weights;
      views_.push_back(std::move(view));
    }
  }

  void RunOnScreen(Pacer& pacer) {
    {
      Screen screen(streams_.out, kStandardOutput);
      do {
        Update();
        const Terminal terminal = adapters_.terminal();
        screen.Draw(Frame(terminal), terminal.rows);
      } while (pacer.Wait(kBetweenChecks));
    }
    // The screen is gone with all that it showed.
    for (const RolloutView& view : views_) {
      PrintWrapped("", StatusLine(view), streams_.out);
    }
  }

  std::vector<std::string> Frame(const Terminal& terminal) const {
    const core::TimePoint now = adapters_.clock->Now();
    const auto columns = static_cast<std::size_t>(terminal.columns);
    const auto rows = static_cast<std::size_t>(terminal.rows) - 2;
    std::vector<std::string> body;
    if (views_.size() == 1) {
      const RolloutView& view = views_.front();
      const auto acts = NextActs(view, call_(view.ns));
      for (const Line& line : StatusLines(view, acts, now, columns, terminal.style)) {
        body.push_back(Render(line, terminal.style));
      }
    } else if (!views_.empty() && rows / views_.size() >= kFewestPanelRows) {
      const PanelSize size{columns, std::min<std::size_t>(rows / views_.size(), 9)};
      for (const RolloutView& view : views_) {
        for (std::string& line : RolloutPanel(view, size, terminal.style)) {
          body.push_back(std::move(line));
        }
      }
    } else {
      for (const Line& line : StatusTable(views_, columns)) {
        body.push_back(Render(line, terminal.style));
      }
    }
    if (body.size() > rows) body.resize(rows);
    const Line head = {
        {adapters_.program + " status  " + spec::ToSecondsText(now) + "  Ctrl-C ends", Tone::kDim}};
    const Line foot = {{problem_, Tone::kBad}};
    body.insert(body.begin(), Render(Cut(head, columns), terminal.style));
    if (!problem_.empty()) body.push_back(Render(Cut(foot, columns), terminal.style));
    return body;
  }

  void RunInLines(Pacer& pacer) {
    do {
      Update();
      if (problem_ != reported_problem_ && !problem_.empty()) {
        streams_.err << adapters_.program << " status: " << problem_ << std::endl;
      }
      reported_problem_ = problem_;
      if (problem_.empty()) PrintChanges();
    } while (pacer.Wait(kBetweenChecks));
  }

  void PrintChanges() {
    const std::string time = spec::ToSecondsText(adapters_.clock->Now());
    std::set<std::string> present;
    for (const RolloutView& view : views_) {
      const std::string name = NameOf(view);
      present.insert(name);
      const std::string line = StatusLine(view);
      if (std::exchange(reported_[name], line) == line) continue;
      if (format_ == OutputFormat::kTable) {
        streams_.out << time << " " << line << std::endl;
      } else {
        PrintStreamed(StatusObject(view, NextActs(view, call_(view.ns))), format_, streams_.out);
      }
    }
    std::erase_if(reported_, [&](const auto& reported) {
      const bool removed = !present.contains(reported.first);
      if (removed && format_ == OutputFormat::kTable) {
        streams_.out << time << " " << reported.first << " was removed" << std::endl;
      }
      return removed;
    });
  }

  const Read read_;
  const Call call_;
  const Adapters& adapters_;
  const Streams streams_;
  const OutputFormat format_;
  std::vector<RolloutView> views_;
  std::string problem_;  // of the last check; empty: none
  std::map<std::string, std::vector<std::optional<int>>> weights_;
  std::map<std::string, std::string> reported_;  // by name: the line last printed
  std::string reported_problem_;
};

class StatusCommand : public PolicyCommand {
 public:
  StatusCommand()
      : PolicyCommand("status", "Show where rollouts are, on what evidence, and what you can do.") {
  }

  void Declare(CLI::App& parser) override {
    parser.add_option("NAME", names_, "Policies; every one of the namespace when none is named");
    flags_.Declare(parser, true);
    output_.Declare(parser);
    parser.add_flag("-w,--watch", watch_,
                    "Live view on a terminal, a line for every change elsewhere");
    parser.add_flag("--exit-code", exit_code_, "Tell with the exit code how the rollouts stand");
    parser.footer(
        "One policy is shown in full, several in a table. -o json and -o yaml give an object for\n"
        "one NAME and {\"items\": [...]} otherwise; with --watch, one object for every change.\n\n"
        "Exit codes: 0 shown, 2 usage or no such policy, 4 the cluster cannot be reached.\n"
        "With --exit-code also: 0 at rest and well, 1 rolled back, 3 under way, 5 a person must\n"
        "act; of several policies the first of 1, 5, 3, 0 that applies to any.\n\n"
        "Example:\n"
        "  gate status checkout -n shop --watch");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    std::optional<Pacer> pacer;
    if (watch_) pacer.emplace(adapters);
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags_.Connect(adapters, log);
    if (!cluster) return Refuse(adapters, streams, cluster.error());
    const ports::Result<Records> records = Policies(*cluster, names_);
    if (!records) return Refuse(adapters, streams, records.error());
    if (!pacer) {
      std::vector<RolloutView> views;
      for (const ports::PolicyRecord& record : *records) {
        views.push_back(ViewOf(record, adapters.clock->Now()));
      }
      Show(views, *cluster, adapters, streams);
      return exit_code_ ? CodeOf(views) : ExitCode::kPass;
    }
    StatusWatch watch([&] { return Policies(*cluster, names_); },
                      [&](const std::string& ns) { return CallFor(ns, adapters); }, adapters,
                      streams, output_.format());
    watch.Run(*pacer);
    return exit_code_ ? CodeOf(watch.views()) : ExitCode::kPass;
  }

 private:
  CallWords CallFor(const std::string& ns, const Adapters& adapters) const {
    return {adapters.program, flags_.Repeated(ns)};
  }

  std::vector<NextAct> ActsFor(const RolloutView& view, const Adapters& adapters) const {
    return NextActs(view, CallFor(view.ns, adapters));
  }

  void Show(const std::vector<RolloutView>& views, const Cluster& cluster, const Adapters& adapters,
            Streams streams) const {
    if (output_.format() != OutputFormat::kTable) {
      const auto object_of = [&](const RolloutView& view) {
        return StatusObject(view, ActsFor(view, adapters));
      };
      const bool one = names_.size() == 1 && views.size() == 1;
      PrintValue(one ? object_of(views.front()) : Json{{"items", ListOf(views, object_of)}},
                 output_.format(), streams.out);
      return;
    }
    if (views.empty()) {
      const std::string ns = flags_.NamespaceIn(cluster);
      streams.err << adapters.program << " status: no RolloutPolicy "
                  << (ns.empty() ? "in any namespace" : "in namespace " + ns + "; -A shows all")
                  << "\n";
      return;
    }
    const Terminal terminal = adapters.terminal();
    const auto columns = static_cast<std::size_t>(std::min(terminal.columns, kWidest));
    const bool cut = terminal.interactive;
    const std::vector<Line> lines =
        views.size() == 1
            ? StatusLines(views.front(), ActsFor(views.front(), adapters), adapters.clock->Now(),
                          columns, terminal.style)
            : StatusTable(views, cut ? std::optional<std::size_t>(columns) : std::nullopt);
    for (const Line& line : lines) streams.out << Render(line, terminal.style) << "\n";
  }

  std::vector<std::string> names_;
  bool watch_ = false;
  bool exit_code_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeStatusCommand() { return std::make_unique<StatusCommand>(); }

}  // namespace slogate::app
