// Log lines: a constant message and key=value pairs.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slogate::app {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kText, kJson };

struct Field {
  std::string_view key;
  std::string value;
};

// Thread-safe. Never fails. Values may come from anywhere: control characters are escaped, and a
// text value with a space or a quote is quoted. Callers pass no secret and no body.
class Log {
 public:
  // To standard error.
  Log(LogLevel least, LogFormat format);
  // To a stream of the caller's, which outlives the log.
  Log(LogLevel least, LogFormat format, std::ostream& out);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Debug(std::string_view message, std::initializer_list<Field> fields = {});
  void Info(std::string_view message, std::initializer_list<Field> fields = {});
  void Warn(std::string_view message, std::initializer_list<Field> fields = {});
  void Error(std::string_view message, std::initializer_list<Field> fields = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slogate::app
