#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

bool Continues(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// Length of the character that begins the text, 0 when it is not UTF-8 (Unicode table 3-7).
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!Continues(byte(i))) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
}

std::string BoundedUtf8(std::string_view text, std::size_t limit) {
  constexpr std::string_view kCut = "...";
  std::string bounded;
  std::size_t room_for_cut = 0;  // longest prefix that leaves room for the dots
  while (!text.empty()) {
    const std::size_t length = IsControl(text[0]) ? 0 : CharacterLength(text);
    if (bounded.size() + (length == 0 ? 1 : length) > limit) {
      bounded.resize(room_for_cut);
      return bounded.append(kCut);
    }
    bounded.append(length == 0 ? "?" : text.substr(0, length));
    if (bounded.size() + kCut.size() <= limit) room_for_cut = bounded.size();
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return bounded;
}

bool AppendUtf8(std::string& text, unsigned code_point) {
  constexpr unsigned kMarks[] = {0, 0xC0, 0xE0, 0xF0};  // of the first byte, by those that follow
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) return false;
  unsigned following = code_point < 0x80      ? 0
                       : code_point < 0x800   ? 1
                       : code_point < 0x10000 ? 2
                                              : 3;
  text += static_cast<char>(kMarks[following] | (code_point >> (6 * following)));
  while (following-- > 0) {
    text += static_cast<char>(0x80 | ((code_point >> (6 * following)) & 0x3FU));
  }
  return true;
}

}  // namespace slogate::spec
