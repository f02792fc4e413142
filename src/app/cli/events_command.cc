#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "app/cli/cluster_flags.h"
#include "app/cli/command.h"
#include "app/cli/event_list.h"
#include "app/cli/output.h"
#include "app/cli/pacer.h"
#include "app/cli/policy_lookup.h"
#include "app/cli/status_table.h"
#include "spec/time_text.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr core::Duration kBetweenLooks = std::chrono::seconds(1);

struct Told {
  ports::Key key;
  Happening what;

  std::string Text() const {
    std::string text = what.reason + ": " + what.message;
    if (what.count > 1) text += " (" + std::to_string(what.count) + " times)";
    return text;
  }
};

Json ObjectOf(const Told& told) {
  Json json;
  json["namespace"] = told.key.ns;
  json["name"] = told.key.name;
  json["at"] = spec::ToText(told.what.at);
  json["type"] = told.what.warning ? "Warning" : "Normal";
  json["decision"] = told.what.decision;
  json["reason"] = told.what.reason;
  json["step"] = told.what.step;
  json["weight"] = told.what.weight_percent;
  json["count"] = told.what.count;
  json["message"] = told.what.message;
  return json;
}

class EventsCommand : public Command {
 public:
  std::string Name() const override { return "events"; }

  std::string Description() const override {
    return "Show what happened to rollouts, and why, in order.";
  }

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
    const ports::Result<std::vector<Told>> told = Look(*cluster);
    if (!told) return Refuse(adapters, streams, told.error());
    if (pacer) {
      Watch(*cluster, *told, adapters, streams, *pacer);
    } else {
      Show(*told, adapters, streams);
    }
    return ExitCode::kPass;
  }

 private:
  static ExitCode Refuse(const Adapters& adapters, Streams streams, const ports::Error& error) {
    streams.err << adapters.program << " events: " << WithMend(error) << "\n";
    return ExitCodeOf(error.code);
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

  ports::Result<std::vector<Told>> Look(const Cluster& cluster) const {
    const ports::Result<std::vector<ports::PolicyRecord>> records = Policies(cluster);
    if (!records) return tl::unexpected(records.error());
    std::vector<Told> told;
    for (const ports::PolicyRecord& record : *records) {
      const auto events = cluster.admin->EventsOf(record);
      if (!events) return tl::unexpected(events.error());
      for (Happening& what : Happenings(record, *events)) {
        told.push_back({record.key, std::move(what)});
      }
    }
    std::stable_sort(told.begin(), told.end(), [](const Told& left, const Told& right) {
      return left.what.at < right.what.at;
    });
    return told;
  }

  void Show(const std::vector<Told>& told, const Adapters& adapters, Streams streams) const {
    if (output_.format() != OutputFormat::kTable) {
      Json list;
      list["items"] = Json::array();
      for (const Told& one : told) list["items"].push_back(ObjectOf(one));
      PrintValue(list, output_.format(), streams.out);
      return;
    }
    if (told.empty()) {
      streams.err << adapters.program << " events: nothing has happened yet\n";
      return;
    }
    const Terminal terminal = adapters.terminal ? adapters.terminal() : Terminal{};
    const std::vector<Line> lines =
        terminal.interactive
            ? Narrow(told, adapters.clock->Now(), static_cast<std::size_t>(terminal.columns))
            : Whole(told);
    for (const Line& line : lines) streams.out << Render(line, terminal.style) << "\n";
  }

  static Tone ToneOf(const Told& told) { return told.what.warning ? Tone::kWarn : Tone::kPlain; }

  static std::string Decision(const Told& told) {
    return told.what.decision.empty() ? "-" : told.what.decision;
  }

  // One line each, for programs that read lines.
  static std::vector<Line> Whole(const std::vector<Told>& told) {
    std::vector<std::vector<Cell>> rows;
    for (const Told& one : told) {
      rows.push_back({{spec::ToSecondsText(one.what.at), Tone::kDim},
                      {one.key.ToString()},
                      {Decision(one), ToneOf(one)},
                      {one.Text(), ToneOf(one)}});
    }
    return Table({{"TIME"}, {"POLICY"}, {"DECISION"}, {"WHY"}}, rows, std::nullopt);
  }

  // Within the width of a terminal: why goes on in further lines.
  static std::vector<Line> Narrow(const std::vector<Told>& told, core::TimePoint now,
                                  std::size_t width) {
    constexpr std::size_t kOthers = 4 + 2 + 2 + 8 + 2;  // AGO, DECISION and what is between
    std::size_t policy = std::string("POLICY").size();
    for (const Told& one : told) policy = std::max(policy, Width(one.key.ToString()));
    policy = std::min(policy, std::max<std::size_t>(width / 4, 10));
    const std::size_t why = width > kOthers + policy + 10 ? width - kOthers - policy : 10;
    std::vector<std::vector<Cell>> rows;
    for (const Told& one : told) {
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

  void Print(const Told& told, Streams streams) const {
    if (output_.format() != OutputFormat::kTable) {
      PrintStreamed(ObjectOf(told), output_.format(), streams.out);
      return;
    }
    const std::string decision = told.what.decision.empty() ? "" : told.what.decision + " ";
    streams.out << spec::ToSecondsText(told.what.at) << " " << told.key.ToString() << " "
                << decision << told.Text() << std::endl;
  }

  // What has been printed is known by everything that it says.
  void Watch(const Cluster& cluster, std::vector<Told> told, const Adapters& adapters,
             Streams streams, Pacer& pacer) const {
    std::set<std::string> printed;
    std::string problem;
    while (true) {
      for (const Told& one : told) {
        if (printed.insert(ObjectOf(one).dump()).second) Print(one, streams);
      }
      if (!pacer.Wait(kBetweenLooks)) return;
      ports::Result<std::vector<Told>> next = Look(cluster);
      if (next) {
        told = std::move(*next);
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
