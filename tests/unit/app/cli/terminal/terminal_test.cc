#include "app/cli/terminal/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <map>
#include <string>

namespace slogate::app {
namespace {

class TerminalTest : public ::testing::Test {
 protected:
  TerminalTest() {
    winsize size{};
    size.ws_col = 100;
    size.ws_row = 30;
    EXPECT_EQ(openpty(&master_, &slave_, nullptr, nullptr, &size), 0);
  }
  ~TerminalTest() override {
    close(master_);
    close(slave_);
  }

  Terminal TerminalIn(std::map<std::string, std::string> environment) const {
    return InspectTerminal(slave_, [&](const char* name) -> const char* {
      const auto found = environment.find(name);
      return found == environment.end() ? nullptr : found->second.c_str();
    });
  }

  int master_ = -1;
  int slave_ = -1;
};

TEST_F(TerminalTest, TellsItsSizeAndWhatItCanShow) {
  const Terminal terminal = TerminalIn({{"TERM", "xterm"}, {"LANG", "en_GB.UTF-8"}});
  EXPECT_TRUE(terminal.interactive);
  EXPECT_EQ(terminal.columns, 100);
  EXPECT_EQ(terminal.rows, 30);
  EXPECT_TRUE(terminal.style.colour);
  EXPECT_TRUE(terminal.style.unicode);
}

TEST_F(TerminalTest, NoColorIsObeyed) {
  const Terminal terminal = TerminalIn({{"TERM", "xterm"}, {"NO_COLOR", "1"}});
  EXPECT_TRUE(terminal.interactive);
  EXPECT_FALSE(terminal.style.colour);
  EXPECT_FALSE(terminal.style.unicode);
}

TEST_F(TerminalTest, LcAllComesBeforeLang) {
  EXPECT_FALSE(
      TerminalIn({{"TERM", "xterm"}, {"LANG", "en_GB.UTF-8"}, {"LC_ALL", "C"}}).style.unicode);
}

TEST_F(TerminalTest, ADumbTerminalIsWrittenToAsAFile) {
  const Terminal terminal = TerminalIn({{"TERM", "dumb"}, {"LANG", "en_GB.UTF-8"}});
  EXPECT_FALSE(terminal.interactive);
  EXPECT_FALSE(terminal.style.colour);
  EXPECT_FALSE(terminal.style.unicode);
}

TEST_F(TerminalTest, WhatIsNoTerminalIsEightyColumnsOfPlainText) {
  const int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const Terminal terminal = InspectTerminal(file, [](const char*) { return "xterm"; });
  close(file);
  EXPECT_FALSE(terminal.interactive);
  EXPECT_EQ(terminal.columns, 80);
  EXPECT_FALSE(terminal.style.colour);
}

}  // namespace
}  // namespace slogate::app
