#include "adapters/kubernetes/login/token.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace slogate::adapters::kubernetes {
namespace {

class TokenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    file_ = ::testing::TempDir() + "/token_" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  void TearDown() override { std::remove(file_.c_str()); }

  // As the kubelet does: a new file takes the old one's place.
  void Rotate(const std::string& text) const {
    std::ofstream(file_ + ".new") << text;
    std::filesystem::rename(file_ + ".new", file_);
  }

  std::string file_;
};

TEST_F(TokenTest, StaticTokenIsTrimmed) {
  TokenSource source(" sesame\n", "");
  EXPECT_EQ(source.Current(), "sesame");
  EXPECT_FALSE(source.Refresh("sesame"));
}

TEST_F(TokenTest, FileWinsOverAStaticToken) {
  Rotate("from-file\n");
  TokenSource source("static", file_);
  EXPECT_EQ(source.Current(), "from-file");
}

TEST_F(TokenTest, FollowsRotation) {
  Rotate("one");
  TokenSource source("", file_);
  EXPECT_EQ(source.Current(), "one");
  Rotate("two");
  EXPECT_EQ(source.Current(), "two");
}

TEST_F(TokenTest, RefreshTellsWhetherThereIsAnother) {
  Rotate("one");
  TokenSource source("", file_);
  EXPECT_FALSE(source.Refresh("one"));
  Rotate("two");
  EXPECT_TRUE(source.Refresh("one"));
}

TEST_F(TokenTest, LastTokenStandsWhileTheFileIsGoneOrEmpty) {
  Rotate("one");
  TokenSource source("", file_);
  EXPECT_EQ(source.Current(), "one");
  Rotate("");
  EXPECT_EQ(source.Current(), "one");
  std::remove(file_.c_str());
  EXPECT_EQ(source.Current(), "one");
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
