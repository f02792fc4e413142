#include "promql/grammar/durations_reader.h"

#include <optional>

#include "promql/grammar/literals.h"

namespace slogate::promql {
namespace {

constexpr double kLongestSeconds = 9223372036.854775808;  // what Prometheus holds in nanoseconds
constexpr int kDeepestDuration = 100;
constexpr int kDurationSum = 1;
constexpr int kDurationProduct = 2;
constexpr int kDurationPower = 3;

using MaybeDuration = std::optional<DurationRead>;

int DurationLevelOf(const Token& token) {
  if (token.Is("+") || token.Is("-")) return kDurationSum;
  if (token.Is("*") || token.Is("/") || token.Is("%")) return kDurationProduct;
  return token.Is("^") ? kDurationPower : 0;
}

class DurationReader {
 public:
  explicit DurationReader(TokenWalk& walk) : walk_(walk) {}

  MaybeDuration Expression(int level, int depth) {
    MaybeDuration left = Operand(depth);
    return left ? Rest(*left, level, depth) : left;
  }

  // Prometheus ends an offset behind a number, a signed one, or a call; what follows belongs to the
  // query. Parentheses or a second sign begin a computation, which goes on.
  MaybeDuration Offset() {
    const Token& next = walk_.Next();
    if (!next.Is("+") && !next.Is("-")) {
      const bool computed = next.Is("(");
      const MaybeDuration read = Operand(0);
      return read && computed ? Rest(*read, kDurationSum, 0) : read;
    }
    const bool minus = next.Is("-");
    walk_.Skip();
    const bool computed = walk_.Next().Is("+") || walk_.Next().Is("-");
    MaybeDuration read = computed ? Expression(kDurationPower, 1) : Operand(0);
    if (read) read = Signed(*read, minus);
    return read && computed ? Rest(*read, kDurationSum, 0) : read;
  }

 private:
  MaybeDuration Rest(DurationRead left, int level, int depth) {
    for (int found = DurationLevelOf(walk_.Next()); found >= level && found > 0;
         found = DurationLevelOf(walk_.Next())) {
      const bool divides = walk_.Next().Is("/") || walk_.Next().Is("%");
      const std::size_t place = walk_.Place();
      walk_.Skip();
      const MaybeDuration right =
          Expression(found == kDurationPower ? found : found + 1, depth + 1);
      if (!right) return std::nullopt;
      if (divides && right->literal && right->seconds == 0) {
        walk_.FailAt(place, "divides a duration by zero", "divide by another number");
        return std::nullopt;
      }
      left = {};
    }
    return left;
  }

  MaybeDuration Operand(int depth) {
    const Token next = walk_.Next();
    if (depth > kDeepestDuration) {
      walk_.Fail("is nested too deep", "simplify the duration");
      return std::nullopt;
    }
    if (next.Is("+") || next.Is("-")) {
      walk_.Skip();
      const MaybeDuration read = Expression(kDurationPower, depth + 1);
      return read ? Signed(*read, next.Is("-")) : read;
    }
    if (next.kind == Token::Kind::kNumber || next.kind == Token::Kind::kDuration) return Literal();
    if (walk_.Take("(")) {
      if (!Expression(kDurationSum, depth + 1) || !walk_.Need(")", ")")) return std::nullopt;
      return DurationRead{};
    }
    if (TokenWalk::IsWord(next, "step") || TokenWalk::IsWord(next, "range")) {
      walk_.Skip();
      if (!walk_.Need("(", "()") || !walk_.Need(")", ")")) return std::nullopt;
      return DurationRead{};
    }
    if (TokenWalk::IsWord(next, "max_of") || TokenWalk::IsWord(next, "min_of")) {
      walk_.Skip();
      const bool read = walk_.Need("(", "(") && Expression(kDurationSum, depth + 1) &&
                        walk_.Need(",", "a comma") && Expression(kDurationSum, depth + 1) &&
                        walk_.Need(")", ")");
      return read ? MaybeDuration(DurationRead{}) : std::nullopt;
    }
    walk_.FailExpected("a duration", "write one such as 5m or 1h30m");
    return std::nullopt;
  }

  MaybeDuration Literal() {
    const Token& token = walk_.Next();
    const bool number = token.kind == Token::Kind::kNumber;
    const auto seconds = number ? NumberValue(token.text) : DurationSeconds(token.text);
    if (!seconds || *seconds > kLongestSeconds) {
      walk_.Fail("has " + Excerpt(token.text) + ", which is no duration",
                 "write one such as 5m or 1h30m: units from years (y) to milliseconds (ms), the "
                 "longest first");
      return std::nullopt;
    }
    walk_.Skip();
    return DurationRead{true, *seconds};
  }

  static DurationRead Signed(DurationRead read, bool minus) {
    if (minus) read.seconds = -read.seconds;
    return read;
  }

  TokenWalk& walk_;
};

bool ReadPositive(TokenWalk& walk) {
  const std::size_t place = walk.Place();
  const MaybeDuration read = DurationReader(walk).Expression(kDurationSum, 0);
  if (!read) return false;
  if (!read->literal || read->seconds > 0) return true;
  return walk.FailAt(place, "has a range that is not above 0", "write one such as 5m");
}

}  // namespace

std::optional<RangeRead> ReadRange(TokenWalk& walk) {
  if (!ReadPositive(walk)) return std::nullopt;
  if (walk.Take("]")) return RangeRead{false};
  if (!walk.Take(":")) {
    walk.FailExpected("] or :", "write a range as [5m], a subquery as [5m:1m]");
    return std::nullopt;
  }
  if (walk.Take("]")) return RangeRead{true};
  if (!ReadPositive(walk) || !walk.Need("]", "]")) return std::nullopt;
  return RangeRead{true};
}

std::optional<DurationRead> ReadOffset(TokenWalk& walk) { return DurationReader(walk).Offset(); }

}  // namespace slogate::promql
