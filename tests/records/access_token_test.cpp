#include "records/access_token.h"

#include <gtest/gtest.h>

#include "records/samples.h"

namespace afterpatch::records {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = (bits << 8U) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (unsigned j = 0; j < 4; ++j)
      text.push_back(i + j <= bytes.size() ? kAlphabet[(bits >> (18U - 6U * j)) & 63U] : '=');
  }
  return text;
}

std::string field(char letter, std::string_view text) {
  return letter + std::string(1, static_cast<char>(text.size())) + std::string(text);
}

const std::string kStart("V\x01\x00", 3);
const std::string kPlain("C\x00", 2);

std::string token() {
  return kStart + field('T', "Windows") + kPlain + field('A', "Basic") + field('L', "one@example.org") +
         field('U', "S-1-5-21-1-2-3-500") + std::string("G\x00\x00\x00\x00", 5) + "E";
}

TEST(AccessToken, NamesWhoIsClaimedAndWhoIsActedAs) {
  const auto read = access_token_in("@a.a/powershell/?X-Rps-CAT=" + base64(token()) + "&Email=x");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type, "Windows");
  EXPECT_EQ(read->logon_name, "one@example.org");
  EXPECT_EQ(read->sid, "S-1-5-21-1-2-3-500");
}

TEST(AccessToken, IsReadWhenItIsPercentEncodedAndItsNameInOtherCase) {
  std::string encoded;
  for (const char c : base64(token())) encoded += c == '=' ? "%3D" : c == '+' ? "%2b" : std::string(1, c);
  EXPECT_TRUE(access_token_in("x-rps-cat=" + encoded));
}

TEST(AccessToken, IsNoneWithoutItsNameOrItsFirstBytes) {
  EXPECT_FALSE(access_token_in(base64(token())));
  EXPECT_FALSE(access_token_in("X-Rps-CAT=" + base64("no token")));
  EXPECT_FALSE(access_token_in("X-Rps-CAT="));
  EXPECT_FALSE(access_token_in(""));
}

TEST(AccessToken, IsReadAsFarAsItGoes) {
  const std::string cut = token().substr(0, token().find("U") + 5);
  const auto read = access_token_in("X-Rps-CAT=" + base64(cut));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->logon_name, "one@example.org");
  EXPECT_EQ(read->sid, "");
}

TEST(AccessToken, CompressedIsNotGuessedAt) {
  EXPECT_FALSE(access_token_in("X-Rps-CAT=" + base64(kStart + field('T', "Windows") + "C\x01" + "zzzz")));
}

// A count beyond what follows, for every length of input.
TEST(AccessToken, NoCutOrForgedLengthIsReadBeyondItsEnd) {
  const std::string whole = token();
  for (std::size_t size = 0; size <= whole.size(); ++size)
    access_token_in("X-Rps-CAT=" + base64(whole.substr(0, size)));
  EXPECT_FALSE(access_token_in("X-Rps-CAT=" + base64(kStart + "L\xFF\xFF\xFF\xFF\x7F" + "abc")));
}

TEST(AccessToken, OfARealRowNamesTheUserAndTheAdministratorsSid) {
  const auto text = read_sample("proxyshell_rps_http_and_cmdlet_lines.txt");
  if (!text) GTEST_SKIP() << "no samples";
  const auto read = access_token_in(*text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->logon_name, "Jones@contoso.com");
  EXPECT_EQ(read->sid.substr(read->sid.size() - 4), "-500");
}

}  // namespace
}  // namespace afterpatch::records
