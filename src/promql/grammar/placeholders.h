// The placeholders of slogate's queries, {{.window}} and {{.track}}, and the text in their place.
// Pure; the text is untrusted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slogate::promql {

// The placeholder that the text begins with: {{.window}}, with blanks around its name or without.
struct Placeholder {
  std::string_view name;  // .window
  std::size_t length = 0;
};
std::optional<Placeholder> TakePlaceholder(std::string_view text);

// True when the placeholder of the window stands anywhere in the text.
bool HasWindow(std::string_view text);

// Any other spelling of the window, such as {{ .Window }} of older files, as {{.window}}.
std::string WithPlainWindow(std::string_view text);

// A query with its placeholders filled in, which knows where each byte came from.
class FilledQuery {
 public:
  // Fills a window of 5m in, and a matcher for {{.track}}; other placeholders stay.
  explicit FilledQuery(std::string_view query);
  // Fills nothing in.
  static FilledQuery Plain(std::string_view query);

  const std::string& text() const { return text_; }
  // The place in the query of a place in the text. Within a placeholder: where that begins.
  std::size_t PlaceInQuery(std::size_t place) const;

 private:
  struct Filled {
    std::size_t begin = 0;  // in the text
    std::size_t end = 0;
    std::size_t query_begin = 0;
    std::size_t query_end = 0;
  };

  FilledQuery() = default;

  std::string text_;
  std::vector<Filled> filled_;
};

// Not a matcher of the name: a selector has one already, and Prometheus refuses a second. A label
// that no series has costs Prometheus nothing.
inline constexpr std::string_view kAnyLabel = "slogate_any";
inline constexpr std::string_view kAnySeries = "slogate_any=~\".*\"";

}  // namespace slogate::promql
