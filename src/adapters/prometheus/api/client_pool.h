#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/api/reply.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::adapters::prometheus {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// The connection's own headers and its Authorization. White space around a Secret's value, such as
// the line break an editor leaves, is dropped. kUnauthorized, naming the field and not the value,
// when a control character is left: it could smuggle a header in.
Answered<HeaderList> HeadersOf(const ports::MetricsConnection& connection);

// A transport over HTTP that keeps one client, with its open connections, for each set of
// certificates; the least recently made goes when there are many.
Transport PooledTransport();

}  // namespace slogate::adapters::prometheus
