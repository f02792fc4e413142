// Runs a fuzz target once over every file of the folders given: the corpus as a plain test, for
// compilers without libFuzzer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  int replayed = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::vector<char> text{std::istreambuf_iterator<char>(stream), {}};
      std::vector<std::uint8_t> bytes(text.size());
      std::transform(text.begin(), text.end(), bytes.begin(),
                     [](char c) { return static_cast<std::uint8_t>(c); });
      std::cout << entry.path().string() << std::endl;
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
      ++replayed;
    }
  }
  std::cout << "Replayed " << replayed << " inputs\n";
  return replayed > 0 ? 0 : 1;
}
