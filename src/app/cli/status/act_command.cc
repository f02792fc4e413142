#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "app/cli/frame/stop_signal.h"
#include "app/cli/status/act.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/status/status_text.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr int kMaxConflicts = 5;
constexpr core::Duration kBetweenActChecks = std::chrono::seconds(1);
constexpr core::Duration kLongestActWait = std::chrono::hours(24);
constexpr std::size_t kLongestPersonName = 80;

// How it ended: to programs, to people before what is so now (empty: nobody waited), and the exit
// code.
struct ActEnding {
  const char* word;
  const char* lead = "";
  ExitCode code = ExitCode::kPass;
};

constexpr ActEnding kAlready = {"Already"};      // nothing had to be asked
constexpr ActEnding kAsked = {"Asked"};          // the word is left; nobody waited
constexpr ActEnding kDone = {"Done", "Done: "};  // the controller has acted on it
constexpr ActEnding kCameOtherwise = {"CameOtherwise", "It came otherwise: ", ExitCode::kFail};
constexpr ActEnding kWaitRanOut = {"WaitRanOut",
                                   "Not yet, as of the last check: ", ExitCode::kInconclusive};

struct ActReport {
  Signature signature;
  ActPlan plan;
  ports::PolicyRecord record;  // as last seen
  const ActEnding* ending = &kAsked;
  std::string problem;  // of the last check, where one failed
};

// A name must not read as the rest of the word it is part of.
std::string CleanName(const std::string& name) {
  std::string clean = Cut(Printable(name), kLongestPersonName);
  for (std::size_t at = clean.find(" at "); at != std::string::npos; at = clean.find(" at ")) {
    clean.replace(at, 4, " @ ");
  }
  while (clean.starts_with(' ')) clean.erase(0, 1);
  while (clean.ends_with(' ')) clean.pop_back();
  return clean;
}

std::string Unfit(const ports::PolicyRecord& record) {
  if (record.deleting) return "is being deleted; nothing can be asked of it";
  if (!record.policy) return "is unsound, fix it first: " + Printable(record.problem);
  if (record.status_problem.empty()) return "";
  return "has a status that cannot be read: " + Printable(record.status_problem);
}

class ActCommand : public PolicyCommand {
 public:
  explicit ActCommand(Act act) : PolicyCommand(act.name, act.description), act_(std::move(act)) {}

  void Declare(CLI::App& parser) override {
    parser.add_option("NAME", name_, "Policy, or NAMESPACE/NAME")->required();
    act_.declare(parser);
    AddText(parser, "--by", by_, "Who asks; else the kubeconfig's user, or USER", "WHO");
    AddText(parser, "--wait", wait_, "Wait until the controller has acted, at most this long",
            "TIME");
    output_.Declare(parser);
    flags_.Declare(parser, false);
    parser.footer(act_.footer +
                  "\n\n"
                  "Who and when is left on the policy and recorded in its history and events.\n"
                  "Exit codes: 0 done, or so already; 1 refused, or it came otherwise; 2 usage or\n"
                  "no such policy; 3 --wait ran out; 4 the cluster cannot be reached.");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const auto refuse = [&](ExitCode code, const std::string& problem) {
      return Command::Refuse(streams, problem, code, adapters.program);
    };
    const std::optional<core::Duration> wait = spec::ParseDuration(wait_.empty() ? "0" : wait_);
    if (!wait || *wait > kLongestActWait) {
      return refuse(ExitCode::kUsage,
                    "--wait " + wait_ + ": give a length of time up to 1d, such as 5m");
    }
    std::optional<Pacer> pacer;
    if (wait->count() > 0) pacer.emplace(adapters);
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = flags_.Connect(adapters, log);
    if (!cluster) return Refuse(adapters, streams, cluster.error());
    ActReport report;
    report.signature = {Who(*cluster, adapters), adapters.clock->Now()};
    if (const Problem problem = Ask(*cluster, report)) {
      return refuse(problem->first, problem->second);
    }
    if (pacer) Wait(*cluster, adapters, *wait, *pacer, report);
    const RolloutView view = ViewOf(report.record, adapters.clock->Now());
    if (output_.format() == OutputFormat::kTable) {
      PrintText(report, view, streams.out);
    } else {
      PrintValue(ObjectOf(report, view), output_.format(), streams.out);
    }
    return report.ending->code;
  }

 private:
  using Problem = std::optional<std::pair<ExitCode, std::string>>;

  std::string Who(const Cluster& cluster, const Adapters& adapters) const {
    if (!by_.empty()) return CleanName(by_);
    if (!cluster.user.empty()) return CleanName(cluster.user);
    const char* const user = adapters.environment("USER");
    return user == nullptr ? "" : CleanName(user);
  }

  // A policy that moves on meanwhile is read and thought about again.
  Problem Ask(const Cluster& cluster, ActReport& report) const {
    const ports::Result<ports::Key> key = KeyFrom(name_, flags_.NamespaceIn(cluster));
    if (!key) return {{ExitCode::kUsage, key.error().message}};
    ports::Error conflict;
    for (int i = 0; i < kMaxConflicts; ++i) {
      ports::Result<ports::PolicyRecord> record = FindPolicy(*cluster.admin, *key);
      if (!record) return {{ExitCodeOf(record.error().code), WithFix(record.error())}};
      const std::string name = key->ToString();
      if (std::string unfit = Unfit(*record); !unfit.empty()) {
        return {{ExitCode::kFail, name + " " + unfit}};
      }
      tl::expected<ActPlan, std::string> plan = act_.plan(*record, report.signature);
      if (!plan) return {{ExitCode::kFail, name + ": " + plan.error()}};
      report.plan = std::move(*plan);
      report.record = std::move(*record);
      if (report.plan.change.words.empty()) {
        report.ending = &kAlready;
        return std::nullopt;
      }
      ports::Result<ports::PolicyRecord> requested =
          cluster.admin->Ask(report.record, report.plan.change);
      if (requested) {
        report.record = std::move(*requested);
        report.ending = &kAsked;
        return std::nullopt;
      }
      if (requested.error().code != ports::ErrorCode::kConflict) {
        return {{ExitCodeOf(requested.error().code), WithFix(requested.error())}};
      }
      conflict = requested.error();
    }
    return {{ExitCode::kInconclusive,
             "the policy changed again and again meanwhile; try once more: " + conflict.message}};
  }

  // A look that fails is tried again: the word has been left, and the controller acts on it.
  void Wait(const Cluster& cluster, const Adapters& adapters, core::Duration longest, Pacer& pacer,
            ActReport& report) const {
    const core::TimePoint end = adapters.clock->Now() + longest;
    while (true) {
      ports::Result<ports::PolicyRecord> record = cluster.admin->Get(report.record.key);
      if (record) {
        report.record = std::move(*record);
        const ActProgress progress = act_.progress(report.plan, report.record.state);
        if (progress != ActProgress::kWaiting) {
          report.ending = progress == ActProgress::kDone ? &kDone : &kCameOtherwise;
          return;
        }
      } else {
        report.problem = record.error().message;
        if (record.error().code == ports::ErrorCode::kNotFound) {
          report.ending = &kCameOtherwise;
          return;
        }
      }
      if (adapters.clock->Now() >= end || !pacer.Wait(kBetweenActChecks)) break;
    }
    report.ending = &kWaitRanOut;
  }

  static void PrintText(const ActReport& report, const RolloutView& view, std::ostream& out) {
    std::string says = report.record.key.ToString() + ": " + report.plan.says;
    if (report.ending != &kAlready && !report.signature.by.empty()) {
      says += " (by " + report.signature.by + ")";
    }
    PrintWrapped("", says, out);
    for (const std::string& note : report.plan.notes) PrintWrapped("", note, out);
    const std::string lead = report.ending->lead;
    const bool failed = report.ending != &kDone && !report.problem.empty();
    if (!lead.empty()) PrintWrapped("", lead + (failed ? report.problem : StatusLine(view)), out);
  }

  // Fields are added, never renamed.
  Json ObjectOf(const ActReport& report, const RolloutView& view) const {
    return {{"namespace", view.ns},
            {"name", view.name},
            {"act", Name()},
            {"outcome", report.ending->word},
            {"message", report.plan.says},
            {"revision", report.plan.revision},
            {"step", report.plan.step},
            {"by", report.signature.by},
            {"at", spec::ToText(report.signature.at)},
            {"notes", report.plan.notes},
            {"phase", ToString(view.phase)},
            {"reason", ToString(view.reason)},
            {"weight", view.desired_percent},
            {"problem", report.problem}};
  }

  const Act act_;
  std::string name_;
  std::string by_;
  std::string wait_;
};

}  // namespace

std::unique_ptr<Command> MakeActCommand(Act act) {
  return std::make_unique<ActCommand>(std::move(act));
}

}  // namespace slogate::app
