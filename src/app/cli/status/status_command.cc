#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/cli/frame/cluster_flags.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/status/act.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/status/rollout_json.h"
#include "app/cli/status/status_text.h"
#include "app/cli/status/status_watch.h"

namespace slogate::app {
namespace {

using Records = std::vector<ports::PolicyRecord>;

constexpr int kWidest = 120;

ExitCode CodeOf(const RolloutView& view) {
  using core::Phase;
  if (view.reason == core::Reason::kRejectedBefore) return ExitCode::kFail;
  if (NeedsPerson(view)) return ExitCode::kNeedsPerson;
  switch (view.phase) {
    case Phase::kReady:
    case Phase::kPromoted:
      return ExitCode::kPass;
    case Phase::kRollingBack:
    case Phase::kRolledBack:
      return ExitCode::kFail;
    case Phase::kPending:
    case Phase::kInitializing:
    case Phase::kProgressing:
    case Phase::kPaused:
    case Phase::kPromoting:
    case Phase::kSuperseded:
      break;
  }
  return ExitCode::kInconclusive;
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

class StatusCommand : public Command {
 public:
  StatusCommand()
      : Command("status", "Show where rollouts are, on what evidence, and what you can do.") {}

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
    const ports::Result<Records> records = DecisionContext(*cluster);
    if (!records) return Refuse(adapters, streams, records.error());
    if (!pacer) {
      std::vector<RolloutView> views;
      for (const ports::PolicyRecord& record : *records) {
        views.push_back(ViewOf(record, adapters.clock->Now()));
      }
      Show(views, *cluster, adapters, streams);
      return exit_code_ ? CodeOf(views) : ExitCode::kPass;
    }
    StatusWatch watch([&] { return DecisionContext(*cluster); },
                      [&](const std::string& ns) { return CallFor(ns, adapters); }, adapters,
                      streams, output_.format());
    watch.Run(*pacer);
    return exit_code_ ? CodeOf(watch.views()) : ExitCode::kPass;
  }

 private:
  ExitCode Refuse(const Adapters& adapters, Streams streams, const ports::Error& error) const {
    return Command::Refuse(streams, WithFix(error), ExitCodeOf(error.code), adapters.program);
  }

  ports::Result<Records> DecisionContext(const Cluster& cluster) const {
    const std::string ns = flags_.NamespaceIn(cluster);
    if (names_.empty()) return cluster.admin->List(ns);
    Records records;
    for (const std::string& name : names_) {
      const ports::Result<ports::Key> key = KeyFrom(name, ns);
      if (!key) return tl::unexpected(key.error());
      ports::Result<ports::PolicyRecord> record = FindPolicy(*cluster.admin, *key);
      if (!record) return tl::unexpected(record.error());
      records.push_back(std::move(*record));
    }
    return records;
  }

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
    const Terminal terminal = adapters.terminal ? adapters.terminal() : Terminal{};
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
  ClusterFlags flags_;
  OutputFlag output_;
  bool watch_ = false;
  bool exit_code_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeStatusCommand() { return std::make_unique<StatusCommand>(); }

}  // namespace slogate::app
