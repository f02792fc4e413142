#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "app/cli/check_connection.h"
#include "app/cli/check_report.h"
#include "app/cli/command.h"
#include "app/cli/lookback.h"
#include "app/cli/policy_file.h"
#include "app/cli/time_text.h"
#include "spec/duration_text.h"
#include "spec/policy_yaml.h"

namespace slogate::app {
namespace {

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
    parser.add_option("--lookback", lookback_, "How far back to count, such as 1h")
        ->capture_default_str()
        ->type_name("TIME");
    parser.add_option("--at", at_, "End of the lookback: 2026-11-21T20:00:00Z or seconds; now")
        ->type_name("TIME");
    parser.add_option("-o,--output", output_, "table or json")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json"}));
    parser.add_option("--canary-revision", canary_revision_,
                      "The canary's value of the policy's revision label");
    parser.add_option("--baseline-revision", baseline_revision_,
                      "The baseline's value of the policy's revision label");
    DeclareConnection(parser);
    parser.footer(
        "Exit codes: 0 pass, 1 fail, 2 usage or configuration, 3 inconclusive or no data,\n"
        "4 metrics source unavailable. Only objectives in mode Enforce count.\n"
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
    const LookbackResult result = JudgeLookback(request, *source);
    const CheckReport report{parsed.name, request, result};
    if (output_ == "json") {
      PrintJson(report, streams.out);
    } else {
      PrintTable(report, streams.out);
    }
    return Verdict(result);
  }

 private:
  void DeclareConnection(CLI::App& parser) {
    parser
        .add_option("--prometheus", flags_.prometheus, "Ask here instead of the policy's address")
        ->type_name("URL");
    const auto file = [&parser](const char* name, std::string& value, const char* what) {
      parser.add_option(name, value, what)->type_name("FILE");
    };
    file("--bearer-token-file", flags_.bearer_token_file, "Bearer token");
    parser.add_option("--basic-username", flags_.basic_username, "User name for basic auth");
    file("--basic-password-file", flags_.basic_password_file, "Password for basic auth");
    file("--ca-file", flags_.ca_file, "CA of the server, PEM");
    file("--client-certificate-file", flags_.client_certificate_file, "Client certificate, PEM");
    file("--client-key-file", flags_.client_key_file, "Client key, PEM");
    parser.add_option("--server-name", flags_.server_name, "Name in the server's certificate");
  }

  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate check: " << problem << "\n";
    return ExitCode::kUsage;
  }

  // Empty, or what is wrong.
  std::string FillIn(LookbackRequest& request, const Adapters& adapters) const {
    const std::optional<core::Duration> lookback = spec::ParseDuration(lookback_);
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
    const std::string& label = request.policy.arms.revision_label;
    if (!label.empty() && (canary_revision_.empty() || baseline_revision_.empty())) {
      return "the policy tells the arms apart by label " + label +
             "; give its values with --canary-revision and --baseline-revision";
    }
    if (label.empty() && !(canary_revision_.empty() && baseline_revision_.empty())) {
      return "--canary-revision and --baseline-revision need a policy with "
             "spec.arms.revisionLabel";
    }
    request.canary_revision = canary_revision_;
    request.baseline_revision = baseline_revision_;
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(request.policy.prometheus, flags_, adapters);
    if (!connection) return connection.error().message;
    request.connection = std::move(*connection);
    return "";
  }

  std::string file_;
  std::string lookback_ = "1h";
  std::string at_;
  std::string output_ = "table";
  std::string canary_revision_;
  std::string baseline_revision_;
  ConnectionFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeCheckCommand() { return std::make_unique<CheckCommand>(); }

}  // namespace slogate::app
