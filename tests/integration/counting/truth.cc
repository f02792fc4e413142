#include "integration/counting/truth.h"

#include <algorithm>

namespace slogate::testing {

double TrueIncrease(const KeptTarget& target, const adapters::prometheus::BlockBounds& block,
                    const std::function<double(const HandedOut&)>& value) {
  double increase = 0;
  double most = 0;
  int process = 0;
  bool first = true;
  for (const adapters::prometheus::Sample& scrape : target.scrapes) {
    const HandedOut& handed = target.ledger.at(static_cast<int>(scrape.value));
    if (first && !target.first_process_is_new) {
      most = value(handed);
    } else if (first || handed.process != process) {
      most = 0;
    }
    first = false;
    process = handed.process;
    if (scrape.at > block.begin && scrape.at <= block.end) {
      increase += std::max(0.0, value(handed) - most);
    }
    most = std::max(most, value(handed));
  }
  return increase;
}

core::Counts TrueCounts(const KeptTarget& target, const adapters::prometheus::BlockBounds& block) {
  const auto of = [&](std::int64_t HandedOut::*counter) {
    return TrueIncrease(target, block, [counter](const HandedOut& handed) {
      return static_cast<double>(handed.*counter);
    });
  };
  return {of(&HandedOut::requests), of(&HandedOut::errors), 0};
}

}  // namespace slogate::testing
