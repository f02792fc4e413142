#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <sstream>

#include "app/cli/check/slo_check.h"
#include "support/fake_clock.h"
#include "unit/app/cli/check/shown_check.h"

namespace slogate::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Time that passes only in waits; each check takes the next status, the last again and again.
class WaitTest : public ::testing::Test {
 protected:
  WaitTest() {
    adapters_.clock = &clock_;
    adapters_.pass_time = [this](core::Duration time) {
      waits_.push_back(time);
      clock_.Advance(time);
      if (interrupt_after_ > 0 && static_cast<int>(waits_.size()) == interrupt_after_) stop_();
    };
    adapters_.on_stop = [this](std::function<void()> stop) {
      stop_ = std::move(stop);
      return std::make_unique<app::StopSignal>();
    };
  }

  std::optional<app::SloCheck> Run(app::WaitTerms terms,
                                   std::vector<core::ObjectiveSummary> standings) {
    std::size_t next = 0;
    const auto check_at = [&](core::TimePoint at) {
      app::SloCheck check;
      check.at = at;
      check.slos = {Checked("checkout", {standings[std::min(next, standings.size() - 1)]})};
      ++next;
      return check;
    };
    return app::CheckUntilPass(terms, check_at, adapters_, progress_);
  }

  static core::ObjectiveSummary Fine() { return Summary("availability", Left(0.9, 0.1)); }

  FakeClock clock_;
  app::Adapters adapters_;
  std::ostringstream progress_;
  std::vector<core::Duration> waits_;
  std::function<void()> stop_;
  int interrupt_after_ = 0;
};

TEST_F(WaitTest, EndsWithTheFirstLookThatPasses) {
  const auto check = Run({10min, 30s}, {Exhausted(), NoData(), Fine()});
  ASSERT_TRUE(check);
  EXPECT_EQ(app::Verdict(*check), app::ExitCode::kPass);
  EXPECT_THAT(waits_, ElementsAre(30s, 30s));
  EXPECT_EQ(
      progress_.str(),
      "gate check: not yet: checkout/latency: 112 % of the error budget is spent (and 1 "
      "more); next check in 30s, 10m left\n"
      "gate check: not yet: checkout/freshness: the budget is unknown: no data; next check in "
      "30s, 10m left\n");
}

TEST_F(WaitTest, TheLastLookIsAtTheEnd) {
  const core::TimePoint start = clock_.Now();
  const auto check = Run({70s, 30s}, {Exhausted()});
  ASSERT_TRUE(check);
  EXPECT_EQ(app::Verdict(*check), app::ExitCode::kFail);
  EXPECT_EQ(check->at - start, 70s);
  EXPECT_THAT(waits_, ElementsAre(30s, 30s, 10s));
}

TEST_F(WaitTest, AFailingSourceIsRequestedLessAndLess) {
  ASSERT_TRUE(Run({20min, 1min}, {Failed(), Failed(), Failed(), Failed(), Exhausted(), Fine()}));
  EXPECT_THAT(waits_, ElementsAre(1min, 2min, 4min, 5min, 1min));
}

TEST_F(WaitTest, AnInterruptEndsIt) {
  interrupt_after_ = 2;
  EXPECT_FALSE(Run({10min, 30s}, {Exhausted()}));
  EXPECT_EQ(waits_.size(), 2U);
}

TEST_F(WaitTest, ATerminalHasOneLineThatIsGoneAtTheEnd) {
  adapters_.error_terminal = [] {
    app::Terminal terminal;
    terminal.interactive = true;
    terminal.columns = 60;
    return terminal;
  };
  ASSERT_TRUE(Run({10min, 30s}, {Exhausted(), Fine()}));
  const std::string text = progress_.str();
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\x1b[K"));
  EXPECT_THAT(text, HasSubstr("next check in 30s"));
}

}  // namespace
}  // namespace slogate::tests
