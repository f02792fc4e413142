#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "app/cli/check_connection.h"
#include "app/cli/check_report.h"
#include "app/cli/check_self.h"
#include "app/cli/command.h"
#include "app/cli/lookback.h"
#include "app/cli/policy_file.h"
#include "app/cli/time_text.h"
#include "spec/duration_text.h"
#include "spec/policy_yaml.h"

namespace slogate::app {
namespace {

constexpr core::Duration kSelfCheckLookback = std::chrono::hours(24);
constexpr core::Duration kLongestLookback = std::chrono::hours(7 * 24);

class CheckCommand : public Command {
 public:
  std::string Name() const override { return "check"; }

  std::string Description() const override {
    return "Judge the canary against its baseline once, over the recent past.";
  }

  void Declare(CLI::App& parser) override {
    parser.add_option("-f,--file", file_, "Policy file; - is standard input")
        ->required()
        ->type_name("FILE");
    lookback_option_ =
        parser.add_option("--lookback", lookback_, "How far back to count, such as 1h")
            ->capture_default_str()
            ->type_name("TIME");
    parser.add_option("--at", at_, "End of the lookback: 2026-11-21T20:00:00Z or seconds; now")
        ->type_name("TIME");
    parser.add_option("-o,--output", output_, "table or json")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json"}));
    parser.add_flag("--self-check", self_check_,
                    "Judge the baseline against itself instead, over a day or the lookback");
    DeclareRevisions(parser, revisions_);
    DeclareConnection(parser, flags_);
    parser.footer(
        "Exit codes: 0 pass, 1 fail, 2 usage or configuration, 3 inconclusive or no data,\n"
        "4 metrics source unavailable. Only objectives in mode Enforce count.\n"
        "With --self-check: 0 quiet, 1 it would have fired, 3 too little history.\n"
        "Secrets also from SLOGATE_BEARER_TOKEN and SLOGATE_BASIC_PASSWORD.\n\n"
        "Example:\n"
        "  gate check -f policy.yaml --lookback 1h --prometheus http://localhost:9090");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const ports::Result<std::string> text = ReadPolicyText(file_, adapters, streams);
    if (!text) return Refuse(streams, text.error().message);
    const spec::ParsedPolicy parsed = spec::ParsePolicyYaml(*text, DisplayName(file_));
    if (!parsed.policy) {
      for (const spec::Mistake& mistake : parsed.mistakes) {
        streams.err << spec::ToString(mistake) << "\n";
      }
      return ExitCode::kUsage;
    }
    LookbackRequest request;
    request.policy = *parsed.policy;
    if (const std::string problem = FillIn(request, adapters); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const std::unique_ptr<ports::MetricsSource> source = adapters.make_metrics_source();
    if (self_check_) return Print(CheckBaseline(parsed.name, request, *source), streams.out);
    const LookbackResult result = JudgeLookback(request, *source);
    return Print(CheckReport{parsed.name, request, result}, streams.out);
  }

 private:
  template <typename Report>
  ExitCode Print(const Report& report, std::ostream& out) const {
    if (output_ == "json") {
      PrintJson(report, out);
    } else {
      PrintTable(report, out);
    }
    return Verdict(report);
  }

  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate check: " << problem << "\n";
    return ExitCode::kUsage;
  }

  // Empty, or what is wrong.
  std::string FillIn(LookbackRequest& request, const Adapters& adapters) const {
    const bool a_day = self_check_ && lookback_option_->count() == 0;
    const std::optional<core::Duration> lookback =
        a_day ? kSelfCheckLookback : spec::ParseDuration(lookback_);
    const core::Duration block = core::BlockLength(request.policy.prometheus);
    if (!lookback || *lookback < 2 * block || *lookback > kLongestLookback) {
      return "--lookback " + lookback_ + ": give a length of time from two blocks (" +
             spec::ToText(2 * block) + ") to " + spec::ToText(kLongestLookback) + ", such as 1h";
    }
    request.lookback = *lookback;
    const core::TimePoint now = adapters.clock->Now();
    request.at = now;
    if (!at_.empty()) {
      const std::optional<core::TimePoint> at = ParseInstant(at_);
      if (!at || *at > now) {
        return "--at " + at_ + ": give a past time such as 2026-11-21T20:00:00Z";
      }
      request.at = *at;
    }
    return FillInArms(request, adapters);
  }

  std::string FillInArms(LookbackRequest& request, const Adapters& adapters) const {
    if (const std::string problem = RevisionProblem(request.policy.arms, revisions_);
        !problem.empty()) {
      return problem;
    }
    request.canary_revision = revisions_.canary;
    request.baseline_revision = revisions_.baseline;
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(request.policy.prometheus, flags_, adapters);
    if (!connection) return connection.error().message;
    request.connection = std::move(*connection);
    return "";
  }

  std::string file_;
  std::string lookback_ = "1h";
  CLI::Option* lookback_option_ = nullptr;  // of the parser, which outlives every run
  bool self_check_ = false;
  std::string at_;
  std::string output_ = "table";
  RevisionFlags revisions_;
  ConnectionFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeCheckCommand() { return std::make_unique<CheckCommand>(); }

}  // namespace slogate::app
