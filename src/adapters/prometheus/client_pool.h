#pragma once

#include "adapters/prometheus/query_api.h"

namespace slogate::adapters::prometheus {

// A transport over HTTP that keeps one client, with its open connections, for each set of
// certificates; the least recently made goes when there are many.
Transport PooledTransport();

}  // namespace slogate::adapters::prometheus
