#include "app/cli/predict/simulate_progress.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

constexpr std::size_t kLongestName = 24;
constexpr std::size_t kBar = 20;
constexpr const char* kToStartOfEmptyLine = "\r\x1b[K";

std::string Bar(double share, bool unicode) {
  const auto full = static_cast<std::size_t>(share * kBar);
  std::string bar;
  for (std::size_t i = 0; i < kBar; ++i) {
    bar += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : ".");
  }
  return bar;
}

}  // namespace

std::string ProgressLine(const std::string& name, std::int64_t finished, std::int64_t wanted,
                         core::Duration passed, const Terminal& terminal) {
  const double share =
      wanted > 0 ? std::clamp(static_cast<double>(finished) / static_cast<double>(wanted), 0.0, 1.0)
                 : 1;
  std::string line = Cut(Printable(name), kLongestName) + "  " +
                     Bar(share, terminal.style.unicode) + " " +
                     PadLeft(std::to_string(static_cast<int>(100 * share)), 3) + " %  " +
                     std::to_string(finished) + " of " + std::to_string(wanted);
  const double seconds = std::chrono::duration<double>(passed).count();
  if (share > 0 && share < 1 && seconds >= 1) {
    const std::chrono::seconds left(static_cast<std::int64_t>(seconds * (1 - share) / share) + 1);
    line += ", " + spec::ToText(left) + " left";
  }
  return Cut(line, static_cast<std::size_t>(std::max(2, terminal.columns)) - 1);
}

SimulateProgress::SimulateProgress(std::string name, std::int64_t wanted, const Terminal& terminal,
                                   const ports::Clock& clock, std::ostream& err)
    : name_(std::move(name)),
      wanted_(wanted),
      terminal_(terminal),
      clock_(clock),
      err_(err),
      began_(clock.Now()) {
  Show(0);
}

SimulateProgress::~SimulateProgress() {
  if (terminal_.interactive) err_ << kToStartOfEmptyLine << std::flush;
}

void SimulateProgress::Show(std::int64_t finished) {
  if (!terminal_.interactive) return;
  err_ << kToStartOfEmptyLine
       << ProgressLine(name_, finished, wanted_, clock_.Now() - began_, terminal_) << std::flush;
}

}  // namespace slogate::app
