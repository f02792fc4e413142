// Where an exception must not go on: what it says becomes part of an error.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace slogate::adapters::http {

// Nothing when the call returned. Throws only when there is no memory for the text.
template <typename Call>
std::optional<std::string> ExceptionText(Call&& call) {
  try {
    std::forward<Call>(call)();
    return std::nullopt;
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace slogate::adapters::http
