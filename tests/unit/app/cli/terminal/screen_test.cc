#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>

#include "app/cli/terminal/terminal.h"

namespace slogate::app {
namespace {

constexpr const char* kLeave = "\x1b[?25h\x1b[?1049l";

// Both ends of a pipe that stands for the terminal.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe2(ends_.data(), O_NONBLOCK | O_CLOEXEC), 0); }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  int in() const { return ends_[1]; }
  std::string Read() const {
    std::array<char, 256> buffer{};
    const ssize_t got = read(ends_[0], buffer.data(), buffer.size());
    return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : "";
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(ScreenTest, TakesTheTerminalAndGivesItBack) {
  const Pipe terminal;
  std::ostringstream out;
  {
    const Screen screen(out, terminal.in());
    EXPECT_EQ(out.str(), "\x1b[?1049h\x1b[?25l\x1b[2J");
    EXPECT_EQ(terminal.Read(), "");
  }
  EXPECT_EQ(terminal.Read(), kLeave);
  RestoreTerminal();
  EXPECT_EQ(terminal.Read(), "") << "once is enough";
}

TEST(ScreenTest, DrawsNoMoreThanTheRowsThereAre) {
  const Pipe terminal;
  std::ostringstream out;
  Screen screen(out, terminal.in());
  out.str("");
  screen.Draw({"one", "two", "three"}, 2);
  EXPECT_EQ(out.str(), "\x1b[Hone\x1b[K\r\ntwo\x1b[K\x1b[J");
}

TEST(ScreenTest, ADeadlySignalGivesTheTerminalBackFirst) {
  const Pipe terminal;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::ostringstream out;
    const Screen screen(out, terminal.in());
    raise(SIGHUP);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGHUP);
  EXPECT_EQ(terminal.Read(), kLeave);
}

}  // namespace
}  // namespace slogate::app
