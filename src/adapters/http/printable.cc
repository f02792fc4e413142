#include "adapters/http/printable.h"

#include <curl/curl.h>
#include <openssl/evp.h>

#include <memory>
#include <new>

namespace slogate::adapters::http {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

}  // namespace

std::string Printable(std::string_view text, std::size_t limit) {
  std::string out(text.substr(0, limit));
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  // A cut must not leave half a UTF-8 sequence behind.
  if (out.size() < text.size()) {
    while (!out.empty() && (static_cast<unsigned char>(text[out.size()]) & 0xc0) == 0x80) {
      out.pop_back();
    }
  }
  return out;
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string PercentEncoded(std::string_view text) {
  if (text.empty()) return {};  // without a length curl looks for an end
  const std::unique_ptr<char, decltype(&curl_free)> encoded(
      curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())), curl_free);
  if (encoded == nullptr) throw std::bad_alloc();
  return encoded.get();
}

std::string EncodeBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string letters(text);
  std::erase_if(letters, [](char c) { return kBlanks.find(c) != std::string_view::npos; });
  const std::size_t last = letters.find_last_not_of('=') + 1;
  const std::size_t missing = (4 - last % 4) % 4;
  const bool padded = last < letters.size();
  if (missing == 3 || (padded && letters.size() != last + missing)) return std::nullopt;
  if (letters.find('=') < last) return std::nullopt;
  letters.resize(last);
  letters.append(missing, '=');
  std::string bytes(letters.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(letters.data()),
                                     static_cast<int>(letters.size()));
  if (length != static_cast<int>(bytes.size())) return std::nullopt;
  bytes.resize(bytes.size() - missing);
  return bytes;
}

}  // namespace slogate::adapters::http
