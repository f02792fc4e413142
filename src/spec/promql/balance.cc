#include "spec/promql/balance.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

constexpr std::string_view kOpening = "([{";
constexpr std::string_view kClosing = ")]}";
constexpr std::string_view kQuotes = "\"'`";
constexpr std::size_t kShown = 24;  // of the text, from the sign

std::string Quoted(char c) { return std::string("'") + c + "'"; }

class Scanner {
 public:
  explicit Scanner(std::string_view promql) : promql_(promql) {}

  std::optional<Unbalanced> Scan() {
    while (at_ < promql_.size() && !found_) Step(promql_[at_]);
    if (!found_ && !open_.empty()) {
      const char last = promql_[open_.back()];
      Find(open_.back(), "has a " + Quoted(last) + " that is never closed" + From(open_.back()),
           "close it with " + Quoted(kClosing[kOpening.find(last)]));
    }
    return std::move(found_);
  }

 private:
  void Step(char c) {
    if (c == '#') {
      at_ = std::min(promql_.find('\n', at_), promql_.size());
    } else if (kQuotes.find(c) != std::string_view::npos) {
      TakeString();
    } else {
      if (kOpening.find(c) != std::string_view::npos) open_.push_back(at_);
      if (kClosing.find(c) != std::string_view::npos) Close(c);
      ++at_;
    }
  }

  void TakeString() {
    const std::size_t begin = at_;
    const char quote = promql_[begin];
    for (++at_; at_ < promql_.size(); ++at_) {
      if (promql_[at_] == quote) break;
      if (promql_[at_] == '\\' && quote != '`') ++at_;
    }
    if (at_++ < promql_.size()) return;
    Find(begin, "has a quote that is never closed" + From(begin),
         std::string("close it with ") + quote);
  }

  void Close(char c) {
    const char opening = kOpening[kClosing.find(c)];
    if (open_.empty()) {
      Find(at_, "has a " + Quoted(c) + " that closes nothing",
           "remove it, or open it with " + Quoted(opening));
      return;
    }
    const char last = promql_[open_.back()];
    if (last != opening) {
      Find(at_, "has a " + Quoted(c) + " where " + Quoted(last) + " is open",
           "close that with " + Quoted(kClosing[kOpening.find(last)]) + " first");
    }
    open_.pop_back();
  }

  // The text from there, in a few words.
  std::string From(std::size_t at) const {
    std::string text(promql_.substr(at, promql_.find('\n', at) - at));
    const bool cut = text.size() > kShown;
    text.resize(std::min(text.size(), kShown));
    // It may have been cut in the middle of a letter.
    while (!text.empty() && !IsUtf8(text)) text.pop_back();
    return ": " + text + (cut ? "..." : "");
  }

  void Find(std::size_t at, std::string message, std::string fix) {
    const std::string_view before = promql_.substr(0, at);
    const std::size_t line_break = before.rfind('\n');
    const std::size_t begin = line_break == std::string_view::npos ? 0 : line_break + 1;
    const auto lines = std::count(before.begin(), before.end(), '\n');
    found_ = Unbalanced{static_cast<int>(lines) + 1, static_cast<int>(at - begin) + 1,
                        std::move(message), std::move(fix)};
  }

  const std::string_view promql_;
  std::size_t at_ = 0;
  std::vector<std::size_t> open_;
  std::optional<Unbalanced> found_;
};

}  // namespace

std::optional<Unbalanced> FindUnbalanced(std::string_view promql) { return Scanner(promql).Scan(); }

void RefuseUnbalanced(ObjectReader& owner, std::string_view field, std::string_view promql) {
  auto found = FindUnbalanced(promql);
  if (!found) return;
  const std::string line = promql.find('\n') == std::string_view::npos
                               ? ""
                               : "line " + std::to_string(found->line) + ", ";
  owner.Report(field,
               "at " + line + "character " + std::to_string(found->column) + " " + found->message,
               std::move(found->fix));
}

}  // namespace slogate::spec
