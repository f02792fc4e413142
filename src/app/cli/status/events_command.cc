#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "app/cli/frame/cluster_flags.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/status/event_list.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/status/status_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

constexpr core::Duration kBetweenEventChecks = std::chrono::seconds(1);

struct Reported {
  ports::Key key;
  Happening what;

  std::string Text() const {
    std::string text = what.reason + ": " + what.message;
    if (what.count > 1) text += " (" + std::to_string(what.count) + " times)";
    return text;
  }
};

Json ObjectOf(const Reported& reported) {
  return {{"namespace", reported.key.ns},
          {"name", reported.key.name},
          {"at", spec::ToText(reported.what.at)},
          {"type", reported.what.warning ? "Warning" : "Normal"},
          {"decision", reported.what.decision},
          {"reason", reported.what.reason},
          {"step", reported.what.step},
          {"weight", reported.what.weight_percent},
          {"count", reported.what.count},
          {"message", reported.what.message}};
}

class EventsCommand : public Command {
 public:
  EventsCommand() : Command("events", "Show what happened to rollouts, and why, in order.") {}

  void Declare(CLI::App& parser) override {
    parser.add_option("NAME", name_,
                      "Policy, or NAMESPACE/NAME; every one of the namespace when none is named");
    flags_.Declare(parser, true);
    output_.Declare(parser);
    parser.add_flag("-w,--watch", watch_, "Go on with what happens from now on, until Ctrl-C");
    parser.footer(
        "Decisions come from the policy's history, which keeps the last 20; Kubernetes Events of\n"
        "the policy that the history does not hold are added while the cluster keeps them.\n"
        "-o json and -o yaml give {\"items\": [...]}; with --watch, one object for each.\n\n"
        "Exit codes: 0 shown, 2 usage or no such policy, 4 the cluster cannot be reached.\n\n"
        "Example:\n"
        "  gate events checkout -n shop --watch");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    std::optional<Pacer> pacer;
    if (watch_) pacer.emplace(adapters);
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags_.Connect(adapters, log);
    if (!cluster) return Refuse(adapters, streams, cluster.error());
    const ports::Result<std::vector<Reported>> reported = DecisionContext(*cluster);
    if (!reported) return Refuse(adapters, streams, reported.error());
    if (pacer) {
      Watch(*cluster, *reported, adapters, streams, *pacer);
    } else {
      Show(*reported, adapters, streams);
    }
    return ExitCode::kPass;
  }

 private:
  ExitCode Refuse(const Adapters& adapters, Streams streams, const ports::Error& error) const {
    return Command::Refuse(streams, WithFix(error), ExitCodeOf(error.code), adapters.program);
  }

  ports::Result<std::vector<ports::PolicyRecord>> Policies(const Cluster& cluster) const {
    const std::string ns = flags_.NamespaceIn(cluster);
    if (name_.empty()) return cluster.admin->List(ns);
    const ports::Result<ports::Key> key = KeyFrom(name_, ns);
    if (!key) return tl::unexpected(key.error());
    ports::Result<ports::PolicyRecord> record = FindPolicy(*cluster.admin, *key);
    if (!record) return tl::unexpected(record.error());
    return std::vector<ports::PolicyRecord>{std::move(*record)};
  }

  ports::Result<std::vector<Reported>> DecisionContext(const Cluster& cluster) const {
    const ports::Result<std::vector<ports::PolicyRecord>> records = Policies(cluster);
    if (!records) return tl::unexpected(records.error());
    std::vector<Reported> reported;
    for (const ports::PolicyRecord& record : *records) {
      const auto events = cluster.admin->EventsOf(record);
      if (!events) return tl::unexpected(events.error());
      for (Happening& what : Happenings(record, *events)) {
        reported.push_back({record.key, std::move(what)});
      }
    }
    std::stable_sort(
        reported.begin(), reported.end(),
        [](const Reported& left, const Reported& right) { return left.what.at < right.what.at; });
    return reported;
  }

  void Show(const std::vector<Reported>& reported, const Adapters& adapters,
            Streams streams) const {
    if (output_.format() != OutputFormat::kTable) {
      PrintValue({{"items", ListOf(reported, ObjectOf)}}, output_.format(), streams.out);
      return;
    }
    if (reported.empty()) {
      streams.err << adapters.program << " events: nothing has happened yet\n";
      return;
    }
    const Terminal terminal = adapters.terminal ? adapters.terminal() : Terminal{};
    const std::vector<Line> lines =
        terminal.interactive
            ? Narrow(reported, adapters.clock->Now(), static_cast<std::size_t>(terminal.columns))
            : Whole(reported);
    for (const Line& line : lines) streams.out << Render(line, terminal.style) << "\n";
  }

  static Tone ToneOf(const Reported& reported) {
    return reported.what.warning ? Tone::kWarn : Tone::kPlain;
  }

  static std::string Decision(const Reported& reported) {
    return reported.what.decision.empty() ? "-" : reported.what.decision;
  }

  // One line each, for programs that read lines.
  static std::vector<Line> Whole(const std::vector<Reported>& reported) {
    std::vector<std::vector<Cell>> rows;
    for (const Reported& one : reported) {
      rows.push_back({{spec::ToSecondsText(one.what.at), Tone::kDim},
                      {one.key.ToString()},
                      {Decision(one), ToneOf(one)},
                      {one.Text(), ToneOf(one)}});
    }
    return Table({{"TIME"}, {"POLICY"}, {"DECISION"}, {"WHY"}}, rows, std::nullopt);
  }

  // Within the width of a terminal: why goes on in further lines.
  static std::vector<Line> Narrow(const std::vector<Reported>& reported, core::TimePoint now,
                                  std::size_t width) {
    constexpr std::size_t kOthers = 4 + 2 + 2 + 8 + 2;  // AGO, DECISION and what is between
    std::size_t policy = std::string("POLICY").size();
    for (const Reported& one : reported) policy = std::max(policy, Width(one.key.ToString()));
    policy = std::min(policy, std::max<std::size_t>(width / 4, 10));
    const std::size_t why = width > kOthers + policy + 10 ? width - kOthers - policy : 10;
    std::vector<std::vector<Cell>> rows;
    for (const Reported& one : reported) {
      std::vector<Cell> row = {{PadLeft(ShortAge(now - one.what.at), 4), Tone::kDim},
                               {Cut(one.key.ToString(), policy)},
                               {Decision(one), ToneOf(one)}};
      for (const std::string& part : Wrap(one.Text(), why)) {
        row.push_back({part, ToneOf(one)});
        rows.push_back(row);
        row.assign(3, Cell{});
      }
    }
    return Table({{" AGO"}, {"POLICY"}, {"DECISION"}, {"WHY"}}, rows, width);
  }

  void Print(const Reported& reported, Streams streams) const {
    if (output_.format() != OutputFormat::kTable) {
      PrintStreamed(ObjectOf(reported), output_.format(), streams.out);
      return;
    }
    const std::string decision = reported.what.decision.empty() ? "" : reported.what.decision + " ";
    streams.out << spec::ToSecondsText(reported.what.at) << " " << reported.key.ToString() << " "
                << decision << reported.Text() << std::endl;
  }

  // What has been printed is known by everything that it says.
  void Watch(const Cluster& cluster, std::vector<Reported> reported, const Adapters& adapters,
             Streams streams, Pacer& pacer) const {
    std::set<std::string> printed;
    std::string problem;
    while (true) {
      for (const Reported& one : reported) {
        if (printed.insert(ObjectOf(one).dump()).second) Print(one, streams);
      }
      if (!pacer.Wait(kBetweenEventChecks)) return;
      ports::Result<std::vector<Reported>> next = DecisionContext(cluster);
      if (next) {
        reported = std::move(*next);
        problem.clear();
      } else if (std::exchange(problem, next.error().message) != next.error().message) {
        streams.err << adapters.program << " events: " << problem << std::endl;
      }
    }
  }

  std::string name_;
  ClusterFlags flags_;
  OutputFlag output_;
  bool watch_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeEventsCommand() { return std::make_unique<EventsCommand>(); }

}  // namespace slogate::app
