// What a small file can make the program take: every command that reads YAML, its peak measured.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <string>
#include <vector>

#include "places.h"
#include "support/process.h"

extern char** environ;

namespace slogate::testing {
namespace {

// Of this the program itself takes some 20 MB; sanitizers keep much beside what is in use.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long kMaxKilobytes = 900'000;
#else
constexpr long kMaxKilobytes = 128'000;
#endif

std::string Repeated(const std::string& text, int times) {
  std::string all;
  all.reserve(text.size() * static_cast<std::size_t>(times));
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Each is of less than a megabyte and would take gigabytes, or did.
struct Hostile {
  std::string name;
  std::string text;
};

const std::vector<Hostile>& HostileFiles() {
  static const std::vector<Hostile> files = [] {
    const std::string long_text(810'000, 'x');
    std::string nested;
    for (int i = 0; i < 30; ++i) nested += "&a" + std::to_string(i) + " [";
    return std::vector<Hostile>{
        {"aliases_of_a_long_text", "a: &a " + long_text + "\nb:\n" + Repeated("- *a\n", 30'000)},
        {"aliases_of_a_long_key",
         "a: &a\n  ? " + long_text + "\n  : 1\nb:\n" + Repeated("- *a\n", 20'000)},
        {"merges_of_a_long_text",
         "a: &a {b: " + long_text + "}\nb:\n" + Repeated("- <<: *a\n", 16'000)},
        {"paths_under_a_long_key", "? " + long_text + "\n:\n" + Repeated("- 1\n", 30'000)},
        {"nested_anchors", nested + Repeated("x,", 49'000) + "x" + std::string(30, ']')},
        {"many_documents", Repeated("--- {}\n", 130'000)},
        {"keys_given_twice", std::string(1'000, 'x') + ": {" + Repeated("a,", 45'000) + "}"},
    };
  }();
  return files;
}

struct Ran {
  int code = -1;
  long peak_kilobytes = 0;
};

Ran RunMeasured(const std::vector<std::string>& arguments, const std::string& output) {
  std::string program = SLOGATE_GATE;
  std::vector<std::string> words = arguments;
  std::vector<char*> argv = {program.data()};
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t child = 0;
  const int problem = posix_spawn(&child, program.c_str(), &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (problem != 0) return {};
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) return {};
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, usage.ru_maxrss};
}

// FILE stands for the file.
struct Reader {
  std::string name;
  std::vector<std::string> arguments;
};

class YamlMemoryTest : public ::testing::TestWithParam<Reader> {};

TEST_P(YamlMemoryTest, StaysSmallWhateverTheFile) {
  const TemporaryFolder folder("slogate-yaml");
  for (const Hostile& hostile : HostileFiles()) {
    const std::string file = folder.File(hostile.name + ".yaml");
    ASSERT_LT(hostile.text.size(), 1U << 20U) << hostile.name;
    WriteFile(file, hostile.text);
    std::vector<std::string> arguments = GetParam().arguments;
    for (std::string& argument : arguments) {
      if (argument == "FILE") argument = file;
    }
    const Ran ran = RunMeasured(arguments, folder.File("output"));
    EXPECT_EQ(ran.code, 2) << hostile.name;
    EXPECT_LT(ran.peak_kilobytes, kMaxKilobytes) << hostile.name;
    const std::string output = ReadFile(folder.File("output"));
    EXPECT_NE(output.find(hostile.name + ".yaml"), std::string::npos) << output.substr(0, 300);
    EXPECT_LT(output.size(), 4'000'000U) << hostile.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, YamlMemoryTest,
                         ::testing::Values(Reader{"check", {"check", "-f", "FILE"}},
                                           Reader{"validate", {"validate", "-f", "FILE"}},
                                           Reader{"rules", {"rules", "-f", "FILE"}},
                                           Reader{"convert", {"convert", "-f", "FILE"}},
                                           Reader{"plan", {"plan", "-f", "FILE"}},
                                           Reader{"simulate", {"simulate", "-f", "FILE"}},
                                           Reader{"kubeconfig", {"status", "--kubeconfig", "FILE"}},
                                           Reader{"providers", {"run", "--config", "FILE"}}),
                         [](const auto& reader) { return reader.param.name; });

}  // namespace
}  // namespace slogate::testing
