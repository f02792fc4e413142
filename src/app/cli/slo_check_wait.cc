#include "app/cli/slo_check_wait.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "app/cli/pacer.h"
#include "app/cli/plan_text.h"
#include "app/cli/screen/span.h"
#include "app/cli/slo_check_words.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kLongestPause = 5min;

class Progress {
 public:
  Progress(const Adapters& adapters, std::ostream& out)
      : terminal_(adapters.error_terminal ? adapters.error_terminal() : Terminal{}), out_(out) {}
  ~Progress() {
    if (terminal_.interactive) out_ << "\r\x1b[K" << std::flush;
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Tell(const SloCheck& check, core::Duration pause, core::Duration left) {
    const std::vector<CheckNotice> notices = NoticesOf(check);
    std::string text = "gate check: not yet";
    if (!notices.empty()) {
      text += ": " + SubjectOf(notices.front()) + ": " + notices.front().message;
    }
    if (notices.size() > 1) text += " (and " + std::to_string(notices.size() - 1) + " more)";
    const std::string when =
        "; next look in " + RoughTime(pause) + ", " + RoughTime(left) + " left";
    if (!terminal_.interactive) {
      out_ << text << when << "\n" << std::flush;
      return;
    }
    const std::size_t room = static_cast<std::size_t>(std::max(terminal_.columns - 1, 20));
    const std::size_t words = room - std::min(room, Width(when));
    out_ << "\r\x1b[K" << Cut(Cut(text, words) + when, room) << std::flush;
  }

 private:
  const Terminal terminal_;
  std::ostream& out_;
};

core::Duration PauseAfter(const SloCheck& check, core::Duration every, int& failures) {
  failures = Verdict(check) == ExitCode::kSource ? failures + 1 : 0;
  core::Duration pause = every;
  for (int i = 1; i < failures && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, std::max(every, kLongestPause));
}

}  // namespace

std::optional<SloCheck> LookUntilPass(const WaitTerms& terms,
                                      const std::function<SloCheck(core::TimePoint)>& look,
                                      const Adapters& adapters, std::ostream& progress) {
  std::atomic<bool> looking{false};
  Pacer pacer(adapters, [&looking] {
    // Nothing has been changed that would have to be put right.
    if (looking) std::_Exit(static_cast<int>(ExitCode::kInterrupted));
  });
  Progress told(adapters, progress);
  const core::TimePoint end = adapters.clock->Now() + terms.longest;
  int failures = 0;
  while (true) {
    const core::TimePoint at = adapters.clock->Now();
    looking = true;
    SloCheck check = look(at);
    looking = false;
    const core::TimePoint now = adapters.clock->Now();
    const ExitCode code = Verdict(check);
    // What Prometheus refuses now it refuses later.
    if (code == ExitCode::kPass || code == ExitCode::kUsage || now >= end) return check;
    const core::Duration pause = std::min(PauseAfter(check, terms.every, failures), end - now);
    told.Tell(check, pause, end - now);
    if (!pacer.Wait(pause)) return std::nullopt;
  }
}

}  // namespace slogate::app
