#include <gtest/gtest.h>

#include "adapters/http/printable.h"

namespace slogate::adapters::http {
namespace {

TEST(Base64Test, VectorsOfRfc4648BothWays) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(EncodeBase64(plain), coded);
    EXPECT_EQ(DecodeBase64(coded), plain);
  }
}

TEST(Base64Test, EveryByteSurvives) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
}

TEST(Base64Test, PassesOverLineBreaks) { EXPECT_EQ(DecodeBase64("Zm9v\n YmFy\r\n"), "foobar"); }

TEST(Base64Test, AcceptsAbsentPadding) { EXPECT_EQ(DecodeBase64("Zm9vYg"), "foob"); }

TEST(Base64Test, RefusesOtherText) {
  for (const char* text :
       {"Z", "Zm9v!", "Zg=v", "Z===", "Zg===", "Zm9v=", "Zm9v_A==", "Zm9v----", "====", "="}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::http
