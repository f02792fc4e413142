#include "adapters/process/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace slogate::adapters::process {
namespace {

using ports::ErrorCode;

ChildCommand Shell(const std::string& script) {
  ChildCommand command;
  command.arguments = {"/bin/sh", "-c", script};
  command.environment = {{"PATH", "/usr/bin:/bin"}, {"GREETING", "good day"}};
  command.timeout = std::chrono::seconds(20);
  return command;
}

TEST(ChildProcessTest, CollectsOutputComplaintsAndCode) {
  const auto result = RunChild(Shell("echo \"$GREETING\"; echo alas >&2; exit 3"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "good day\n");
  EXPECT_EQ(result->complaints, "alas\n");
  EXPECT_EQ(result->code, 3);
}

TEST(ChildProcessTest, SeesOnlyTheEnvironmentGiven) {
  const auto result = RunChild(Shell("env | sort | grep -v '^_=\\|^PWD='"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "GREETING=good day\nPATH=/usr/bin:/bin\n");
}

TEST(ChildProcessTest, HasNothingToRead) {
  const auto result = RunChild(Shell("cat; echo read"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "read\n");
}

TEST(ChildProcessTest, ArgumentsAreNotForAShell) {
  ChildCommand command = Shell("");
  command.arguments = {"echo", "$GREETING; exit 4", "a  b"};
  const auto result = RunChild(command);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "$GREETING; exit 4 a  b\n");
}

TEST(ChildProcessTest, ASignalBecomesItsCode) {
  const auto result = RunChild(Shell("kill -TERM $$"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->code, 128 + 15);
}

TEST(ChildProcessTest, ComplaintsAreCutButReadToTheEnd) {
  const auto result =
      RunChild(Shell("head -c 200000 /dev/zero | tr '\\0' x >&2; echo reached the end"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->complaints.size(), 4096u);
  EXPECT_EQ(result->output, "reached the end\n");
}

TEST(ChildProcessTest, TooMuchOutputIsRefused) {
  ChildCommand command = Shell("exec cat /dev/zero");
  command.output_limit = 64 << 10;
  const auto result = RunChild(command);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kMalformedResponse);
  EXPECT_EQ(result.error().message, "wrote more than 64 KiB");
}

// The group dies with its leader: the read end of the FIFO sees its last writer go.
TEST(ChildProcessTest, SlowOnesAreKilledWithTheirChildren) {
  const std::string fifo = ::testing::TempDir() + "/slogate-process-" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const int reader = open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ChildCommand command = Shell("exec 9>" + fifo + "; sleep 600 & sleep 600; echo late");
  command.timeout = std::chrono::milliseconds(500);
  const auto result = RunChild(command);
  unlink(fifo.c_str());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
  ASSERT_EQ(fcntl(reader, F_SETFL, 0), 0);
  char byte = 0;
  EXPECT_EQ(read(reader, &byte, 1), 0);
  close(reader);
}

TEST(ChildProcessTest, GetsNoneOfOurDescriptors) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);  // inherited, but for what RunChild does
  const auto result =
      RunChild(Shell("[ ! -e /proc/$$/fd/" + std::to_string(ends[1]) + " ] && echo closed"));
  close(ends[0]);
  close(ends[1]);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "closed\n");
}

TEST(ChildProcessTest, ADescendantThatKeepsTheOutputOpenIsNotWaitedFor) {
  const auto began = std::chrono::steady_clock::now();
  const auto result = RunChild(Shell("sleep 15 & echo done"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST(ChildProcessTest, WhatCannotBeRunIsNotFound) {
  for (const std::string program : {"/nowhere/plugin", "no-such-plugin-anywhere", "/etc/passwd"}) {
    ChildCommand command = Shell("");
    command.arguments = {program};
    const auto result = RunChild(command);
    ASSERT_FALSE(result) << program;
    EXPECT_EQ(result.error().code, ErrorCode::kNotFound) << program;
  }
}

TEST(ChildProcessTest, LeavesNoDescriptorOpen) {
  const auto open_ones = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = open_ones();
  ASSERT_TRUE(RunChild(Shell("true")));
  ChildCommand missing = Shell("");
  missing.arguments = {"/nowhere/plugin"};
  ASSERT_FALSE(RunChild(missing));
  EXPECT_EQ(open_ones(), before);
}

}  // namespace
}  // namespace slogate::adapters::process
