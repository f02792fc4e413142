#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "app/cli/frame/stop_signal.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/status/status_text.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr core::Duration kBetweenEventChecks = std::chrono::seconds(1);

using Reported = std::vector<Happening>;

std::string TextOf(const Happening& what) {
  std::string text = what.reason + ": " + what.message;
  if (what.count > 1) text += " (" + std::to_string(what.count) + " times)";
  return text;
}

Json ObjectOf(const Happening& what) {
  return {{"namespace", what.key.ns},    {"name", what.key.name},
          {"at", spec::ToText(what.at)}, {"type", what.warning ? "Warning" : "Normal"},
          {"decision", what.decision},   {"reason", what.reason},
          {"step", what.step},           {"weight", what.weight_percent},
          {"count", what.count},         {"message", what.message}};
}

class EventsCommand : public PolicyCommand {
 public:
  EventsCommand() : PolicyCommand("events", "Show what happened to rollouts, and why, in order.") {}

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
    const ports::Result<Reported> reported = ReadEvents(*cluster);
    if (!reported) return Refuse(adapters, streams, reported.error());
    if (pacer) {
      Watch(*cluster, *reported, adapters, streams, *pacer);
    } else {
      Show(*reported, adapters, streams);
    }
    return ExitCode::kPass;
  }

 private:
  ports::Result<Reported> ReadEvents(const Cluster& cluster) const {
    const ports::Result<Records> records =
        Policies(cluster, name_.empty() ? std::vector<std::string>{} : std::vector{name_});
    if (!records) return tl::unexpected(records.error());
    Reported reported;
    for (const ports::PolicyRecord& record : *records) {
      const auto events = cluster.admin->EventsOf(record);
      if (!events) return tl::unexpected(events.error());
      for (Happening& what : Happenings(record, *events)) reported.push_back(std::move(what));
    }
    std::ranges::stable_sort(
        reported, [](const Happening& left, const Happening& right) { return left.at < right.at; });
    return reported;
  }

  void Show(const Reported& reported, const Adapters& adapters, Streams streams) const {
    if (output_.format() != OutputFormat::kTable) {
      PrintValue({{"items", ListOf(reported, ObjectOf)}}, output_.format(), streams.out);
      return;
    }
    if (reported.empty()) {
      streams.err << adapters.program << " events: nothing has happened yet\n";
      return;
    }
    const Terminal terminal = adapters.terminal();
    const std::vector<Line> lines =
        terminal.interactive
            ? Narrow(reported, adapters.clock->Now(), static_cast<std::size_t>(terminal.columns))
            : Whole(reported);
    for (const Line& line : lines) streams.out << Render(line, terminal.style) << "\n";
  }

  static Tone ToneOf(const Happening& what) { return what.warning ? Tone::kWarn : Tone::kPlain; }

  static std::string Decision(const Happening& what) {
    return what.decision.empty() ? "-" : what.decision;
  }

  // One line each, for programs that read lines.
  static std::vector<Line> Whole(const Reported& reported) {
    std::vector<std::vector<Cell>> rows;
    for (const Happening& one : reported) {
      rows.push_back({{spec::ToSecondsText(one.at), Tone::kDim},
                      {one.key.ToString()},
                      {Decision(one), ToneOf(one)},
                      {TextOf(one), ToneOf(one)}});
    }
    return Table({{"TIME"}, {"POLICY"}, {"DECISION"}, {"WHY"}}, rows, std::nullopt);
  }

  // Within the width of a terminal: why goes on in further lines.
  static std::vector<Line> Narrow(const Reported& reported, core::TimePoint now,
                                  std::size_t width) {
    constexpr std::size_t kOthers = 4 + 2 + 2 + 8 + 2;  // AGO, DECISION and what is between
    std::size_t policy = std::string("POLICY").size();
    for (const Happening& one : reported) policy = std::max(policy, Width(one.key.ToString()));
    policy = std::min(policy, std::max<std::size_t>(width / 4, 10));
    const std::size_t why = width > kOthers + policy + 10 ? width - kOthers - policy : 10;
    std::vector<std::vector<Cell>> rows;
    for (const Happening& one : reported) {
      std::vector<Cell> row = {{PadLeft(ShortAge(now - one.at), 4), Tone::kDim},
                               {Cut(one.key.ToString(), policy)},
                               {Decision(one), ToneOf(one)}};
      for (const std::string& part : Wrap(TextOf(one), why)) {
        row.push_back({part, ToneOf(one)});
        rows.push_back(row);
        row.assign(3, Cell{});
      }
    }
    return Table({{" AGO"}, {"POLICY"}, {"DECISION"}, {"WHY"}}, rows, width);
  }

  void Print(const Happening& what, Streams streams) const {
    if (output_.format() != OutputFormat::kTable) {
      PrintStreamed(ObjectOf(what), output_.format(), streams.out);
      return;
    }
    const std::string decision = what.decision.empty() ? "" : what.decision + " ";
    streams.out << spec::ToSecondsText(what.at) << " " << what.key.ToString() << " " << decision
                << TextOf(what) << std::endl;
  }

  // What has been printed is known by everything that it says.
  void Watch(const Cluster& cluster, Reported reported, const Adapters& adapters, Streams streams,
             Pacer& pacer) const {
    std::set<std::string> printed;
    std::string problem;
    while (true) {
      for (const Happening& one : reported) {
        if (printed.insert(ObjectOf(one).dump()).second) Print(one, streams);
      }
      if (!pacer.Wait(kBetweenEventChecks)) return;
      ports::Result<Reported> next = ReadEvents(cluster);
      if (next) {
        reported = std::move(*next);
        problem.clear();
      } else if (std::exchange(problem, next.error().message) != next.error().message) {
        streams.err << adapters.program << " events: " << problem << std::endl;
      }
    }
  }

  std::string name_;
  bool watch_ = false;
};

constexpr core::Duration kTellingTakes = std::chrono::minutes(2);

Happening FromEntry(const ports::Key& key, const core::HistoryEntry& entry) {
  return {.key = key,
          .at = entry.at,
          .count = 1 + entry.repeats,
          .warning = IsWarning(entry),
          .reason = std::string(ToString(entry.reason)),
          .message = Printable(entry.message),
          .decision = std::string(ToString(entry.decision)),
          .step = entry.step,
          .weight_percent = entry.weight_percent};
}

// An event's span covers every time it was reported.
bool Tells(const ports::PolicyEvent& event, const Happening& entry) {
  return Printable(event.reason) == entry.reason && Printable(event.message) == entry.message &&
         entry.at >= event.first - kTellingTakes && entry.at <= event.last + kTellingTakes;
}

}  // namespace

std::unique_ptr<Command> MakeEventsCommand() { return std::make_unique<EventsCommand>(); }

std::vector<Happening> Happenings(const ports::PolicyRecord& record,
                                  const std::vector<ports::PolicyEvent>& events) {
  std::vector<Happening> all;
  for (const core::HistoryEntry& entry : record.state.history) {
    all.push_back(FromEntry(record.key, entry));
  }
  const std::size_t entries = all.size();
  for (const ports::PolicyEvent& event : events) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(entries);
    const bool known =
        std::any_of(all.begin(), end, [&](const Happening& entry) { return Tells(event, entry); });
    if (known) continue;
    all.push_back({.key = record.key,
                   .at = event.last,
                   .count = event.count,
                   .warning = event.warning,
                   .reason = Printable(event.reason),
                   .message = Printable(event.message),
                   .decision = "",
                   .step = 0,
                   .weight_percent = 0});
  }
  std::ranges::stable_sort(
      all, [](const Happening& left, const Happening& right) { return left.at < right.at; });
  return all;
}

}  // namespace slogate::app
