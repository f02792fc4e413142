#include "integration/counting/truth.h"

#include <algorithm>

namespace slogate::testing {

core::Counts TrueCounts(const KeptTarget& target, const adapters::prometheus::BlockBounds& block) {
  core::Counts counts;
  HandedOut most;
  bool first = true;
  for (const adapters::prometheus::Sample& scrape : target.scrapes) {
    const HandedOut& handed = target.ledger.at(static_cast<int>(scrape.value));
    if (first && !target.first_process_is_new) {
      most = handed;
    } else if (first || handed.process != most.process) {
      most = {handed.process, 0, 0};
    }
    first = false;
    if (scrape.at > block.begin && scrape.at <= block.end) {
      counts.total +=
          static_cast<double>(std::max<std::int64_t>(0, handed.requests - most.requests));
      counts.bad += static_cast<double>(std::max<std::int64_t>(0, handed.errors - most.errors));
    }
    most.requests = std::max(most.requests, handed.requests);
    most.errors = std::max(most.errors, handed.errors);
  }
  return counts;
}

}  // namespace slogate::testing
