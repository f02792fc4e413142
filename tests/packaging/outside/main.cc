// A stranger's program on the installed library: with nothing known the core holds.
#include <iostream>

#include "slogate/core/decide.h"
#include "slogate/ports/result.h"

int main() {
  using namespace slogate;
  const core::Decision decision = core::Decide({}, {}, {}, core::TimePoint{});
  const ports::Result<core::DecisionKind> kind = decision.kind;
  std::cout << core::ToString(kind.value()) << "\n";
  return kind == core::DecisionKind::kHold ? 0 : 1;
}
