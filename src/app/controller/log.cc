#include "app/controller/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace slogate::app {
namespace {

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Quoted, with control characters escaped and broken UTF-8 replaced.
std::string JsonString(const std::string& text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

bool NeedsQuotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c == '\x7f') return true;
  }
  return false;
}

std::string AsText(std::string_view message, std::initializer_list<Field> fields) {
  std::string line(message);
  for (const Field& field : fields) {
    line.append(" ").append(field.key).append("=");
    line.append(NeedsQuotes(field.value) ? JsonString(field.value) : field.value);
  }
  return line;
}

std::string AsJson(std::string_view message, std::initializer_list<Field> fields) {
  std::string line = "\"message\":" + JsonString(std::string(message));
  for (const Field& field : fields) {
    line.append(",")
        .append(JsonString(std::string(field.key)))
        .append(":")
        .append(JsonString(field.value));
  }
  return line;
}

}  // namespace

struct Log::Impl {
  Impl(LogLevel least, LogFormat the_format, std::shared_ptr<spdlog::sinks::sink> sink)
      : format(the_format), logger("gate", std::move(sink)) {
    logger.set_level(LevelOf(least));
    logger.flush_on(spdlog::level::debug);
    const char* pattern = format == LogFormat::kJson
                              ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                              : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
    logger.set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  }

  void Write(spdlog::level::level_enum level, std::string_view message,
             std::initializer_list<Field> fields) {
    if (!logger.should_log(level)) return;
    try {
      const std::string line =
          format == LogFormat::kJson ? AsJson(message, fields) : AsText(message, fields);
      logger.log(level, spdlog::string_view_t(line.data(), line.size()));
    } catch (const std::exception&) {
      // No memory for the line; what it is about goes on.
    }
  }

  LogFormat format;
  spdlog::logger logger;
};

Log::Log(LogLevel least, LogFormat format)
    : impl_(std::make_unique<Impl>(least, format,
                                   std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

Log::Log(LogLevel least, LogFormat format, std::ostream& out)
    : impl_(std::make_unique<Impl>(least, format,
                                   std::make_shared<spdlog::sinks::ostream_sink_mt>(out))) {}

Log::~Log() = default;

void Log::Debug(std::string_view message, std::initializer_list<Field> fields) {
  impl_->Write(spdlog::level::debug, message, fields);
}

void Log::Info(std::string_view message, std::initializer_list<Field> fields) {
  impl_->Write(spdlog::level::info, message, fields);
}

void Log::Warn(std::string_view message, std::initializer_list<Field> fields) {
  impl_->Write(spdlog::level::warn, message, fields);
}

void Log::Error(std::string_view message, std::initializer_list<Field> fields) {
  impl_->Write(spdlog::level::err, message, fields);
}

}  // namespace slogate::app
