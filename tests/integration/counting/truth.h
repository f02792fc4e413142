// What the scrapes that Prometheus kept were handed, block by block.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "integration/counting/scraped_service.h"
#include "slogate/core/counts.h"

namespace slogate::testing {

// One target under one set of labels.
struct KeptTarget {
  adapters::prometheus::Samples scrapes;  // value: the scrape's number
  std::map<int, HandedOut> ledger;
  bool first_process_is_new = false;  // nothing of it happened before Prometheus knew the target
};

// A scrape adds what its process counted since the kept scrape before: everything, when that was
// another process; nothing, when a process known to be older is seen for the first time. A value
// below one handed out before by the same process adds nothing.
double TrueIncrease(const KeptTarget& target, const adapters::prometheus::BlockBounds& block,
                    const std::function<double(const HandedOut&)>& value);

// The same of requests and errors.
core::Counts TrueCounts(const KeptTarget& target, const adapters::prometheus::BlockBounds& block);

}  // namespace slogate::testing
