// Log lines: a constant message and key=value pairs.
#pragma once

#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

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
  // To a stream, which outlives the log.
  Log(LogLevel least, LogFormat format, std::ostream& out);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  using Fields = std::initializer_list<Field>;
  void Debug(std::string_view message, Fields fields = {}) {
    Write(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, Fields fields = {}) {
    Write(LogLevel::kInfo, message, fields);
  }
  void Warn(std::string_view message, Fields fields = {}) {
    Write(LogLevel::kWarn, message, fields);
  }
  void Error(std::string_view message, Fields fields = {}) {
    Write(LogLevel::kError, message, fields);
  }

 private:
  void Write(LogLevel level, std::string_view message, Fields fields);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slogate::app
