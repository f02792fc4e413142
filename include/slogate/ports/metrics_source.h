// Counts of good and bad events per track and block.
#pragma once

#include <map>
#include <stop_token>
#include <string>

#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/time.h"

namespace slogate::ports {

// Where and as whom to ask. Secrets are resolved; never logged.
struct MetricsConnection {
  std::string address;
  std::map<std::string, std::string> headers;
  std::string bearer_token;
  std::string basic_username;
  std::string basic_password;
  std::string ca_pem;
  std::string client_certificate_pem;
  std::string client_key_pem;
  std::string server_name;
  core::Duration timeout{10'000};
  std::string unauthorized_hint;  // ends the message when the server says 401 or 403
  std::stop_token stop;           // what is being asked ends within two seconds, as kUnreachable
};

// Failures are part of the reading (core::SourceProblem), so that they cannot be mistaken for
// counts. Thread-safe; calls with the same key do not overlap.
class MetricsSource {
 public:
  virtual ~MetricsSource() = default;

  // All blocks of both tracks from plan.first_block to the newest closed one. `key` names the
  // rollout: repeated calls with an unchanged plan ask only for what is new, and give the same
  // counts as a fresh source would.
  virtual core::EvidenceReading Count(const std::string& key, const MetricsConnection& connection,
                                      const core::ReadingPlan& plan, core::TimePoint now) = 0;

  // The baseline's blocks from plan.first_block to the newest closed one, its pods', the values of
  // the labels in plan.slices, and the bucket bounds that both tracks' histograms have.
  virtual core::HistoryReading History(const MetricsConnection& connection,
                                       const core::ReadingPlan& plan, core::TimePoint now) = 0;

  // Drops what is remembered for `key`.
  virtual void Forget(const std::string& key) = 0;
};

}  // namespace slogate::ports
