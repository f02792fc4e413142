#include "adapters/kubernetes/login/bounded_file.h"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace slogate::adapters::kubernetes {
namespace {

constexpr std::size_t kMaxBytes = 1u << 20;

}  // namespace

ports::Result<std::string> ReadBoundedFile(const std::string& path) {
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found) {
    return ports::Fail(ports::ErrorCode::kNotFound, path + ": no such file");
  }
  if (problem || status.type() != std::filesystem::file_type::regular) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, path + ": not a readable file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return ports::Fail(ports::ErrorCode::kInvalidArgument, path + ": cannot be opened");
  // The size a file claims may change while it is read.
  std::string text(kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxBytes) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, path + ": larger than 1 MiB");
  }
  return text;
}

}  // namespace slogate::adapters::kubernetes
