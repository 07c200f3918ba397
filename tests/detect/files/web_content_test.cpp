#include "detect/files/web_content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using namespace fixtures;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Claim> claims_of(std::string_view text, ServedAs served_as = ServedAs::script) {
  return analyse_web_content(text, ".aspx", served_as).claims;
}

TEST(WebContent, ADumpWithAServerScriptIsConfirmed) {
  const auto claims = claims_of(dump_with_script());
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].rule_id, "web-content-virtual-directory-dump-with-script");
  EXPECT_EQ(claims[0].step, Step::backdoor_file);
  EXPECT_EQ(claims[0].confidence, Confidence::confirmed);
  EXPECT_THAT(claims[0].cves, testing::ElementsAre("CVE-2021-27065"));
}

TEST(WebContent, TheDecisivePartAndItsOffsetAreGiven) {
  const std::string dump = dump_with_script();
  const auto claims = claims_of(dump);
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].offset, dump.find("<script"));
  EXPECT_TRUE(claims[0].raw.starts_with("ExternalUrl"));
  EXPECT_EQ(claims[0].raw.find('\n'), std::string::npos);
}

TEST(WebContent, ADumpInUtf16IsReadToo) {
  const std::string dump = dump_with_script();
  const auto claims = claims_of(to_utf16le(dump));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].confidence, Confidence::confirmed);
  EXPECT_EQ(claims[0].offset, 2 + 2 * dump.find("<script"));
  EXPECT_TRUE(claims[0].raw.starts_with("ExternalUrl"));
}

TEST(WebContent, ADumpWithoutScriptIsNoDoor) {
  const auto content =
      analyse_web_content(virtual_directory_dump("https://mail.example/OAB"), ".aspx", ServedAs::script);
  ASSERT_THAT(content.claims, SizeIs(1));
  EXPECT_TRUE(content.bare_dump);
  EXPECT_EQ(content.claims[0].step, Step::context);
  EXPECT_EQ(content.claims[0].confidence, Confidence::possible);
}

TEST(WebContent, CodeInTheAddressIsEnoughWithoutAClosedElement) {
  const auto claims =
      claims_of(virtual_directory_dump("http://f/" + from_base64(kScriptElement).substr(0, 60)));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].confidence, Confidence::confirmed);
}

TEST(WebContent, AScriptBesideTheWordsOfADumpIsNotADump) {
  EXPECT_THAT(claims_of("<script runat=\"server\"></script> Set ExternalUrl : and "
                        "InternalAuthenticationMethods in the console"),
              IsEmpty());
}

TEST(WebContent, ADumpUnderANameThatIsNotRunIsContext) {
  const auto claims = claims_of(dump_with_script(), ServedAs::something);
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].step, Step::context);
}

TEST(WebContent, AScriptPutAsideStaysAPossibleDoor) {
  const auto claims = claims_of(dump_with_script(), ServedAs::put_aside);
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].step, Step::backdoor_file);
  EXPECT_EQ(claims[0].confidence, Confidence::possible);
}

struct Shell {
  std::string_view encoded;
  std::string rule;
};
class RequestToExecution : public testing::TestWithParam<Shell> {};

TEST_P(RequestToExecution, IsALikelyDoor) {
  const auto claims = claims_of(from_base64(GetParam().encoded));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].rule_id, GetParam().rule);
  EXPECT_EQ(claims[0].confidence, Confidence::likely);
  EXPECT_EQ(claims[0].step, Step::backdoor_file);
}

INSTANTIATE_TEST_SUITE_P(Shells, RequestToExecution,
                         testing::Values(Shell{kEvaluatingPage, "web-content-evaluates-request"},
                                         Shell{kCommandPage, "web-content-starts-command"},
                                         Shell{kAssemblyPage, "web-content-loads-assembly"},
                                         Shell{kFileWritingPage, "web-content-writes-request"},
                                         Shell{kSavingPage, "web-content-writes-request"}));

class BenignTwin : public testing::TestWithParam<const char*> {};

TEST_P(BenignTwin, SaysNothing) {
  EXPECT_THAT(claims_of(GetParam()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Pages, BenignTwin,
    testing::Values(
        // A browser's own eval of an answer; the server only reads a page number.
        "<%@ Page Language=\"C#\" %><% int page = int.Parse(Request[\"page\"]); %><script>var o = eval(\"(\" "
        "+ request.responseText + \")\");</script>",
        // A converter with fixed arguments.
        "<%@ Page Language=\"C#\" %><% Process.Start(\"convert.exe\", \"in.png out.png\"); var id = "
        "Request.QueryString[\"id\"]; %>",
        // A named assembly.
        "<%@ Page Language=\"C#\" %><% var a = Assembly.Load(\"Shop.Core\"); var id = Request[\"id\"]; %>",
        // A log line of the page's own making.
        "<%@ Page Language=\"C#\" %><% File.WriteAllText(logPath, \"visited\"); var id = Request[\"id\"]; %>",
        // An upload under a name of the server's choice.
        "<%@ Page Language=\"C#\" %><% upload.SaveAs(Server.MapPath(\"~/uploads/\") + Guid.NewGuid()); var n "
        "= Request.Files.Count; %>",
        // A client script that speaks of eval and request.
        "function evaluate(request) { return eval(request[0]); }",
        // Plain text.
        "nothing here", ""));

TEST(WebContent, AMailStoreWithScriptIsConfirmed) {
  const auto claims = claims_of("!BDN" + std::string(2000, '\x07') + from_base64(kScriptElement));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].rule_id, "web-content-mail-store-with-script");
  EXPECT_EQ(claims[0].confidence, Confidence::confirmed);
}

TEST(WebContent, AMailStoreWithoutScriptSaysNothingEvenIfBytesLookLikeACodeBlock) {
  EXPECT_THAT(claims_of("!BDN" + std::string(2000, '\x07') + "<% x"), IsEmpty());
}

TEST(WebContent, ACertificateRequestWithScriptIsConfirmed) {
  const auto claims = claims_of("\x30\x82\x04\x01" + std::string(100, '\x07') + from_base64(kScriptElement));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].rule_id, "web-content-certificate-with-script");
}

TEST(WebContent, AnyBytesAreSurvived) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes.push_back(static_cast<char>((i * 7919) >> 3));
  EXPECT_THAT(claims_of(bytes), IsEmpty());
  EXPECT_THAT(claims_of("\xff\xfe<"), IsEmpty());
  EXPECT_THAT(claims_of("\xfe\xff"), IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect::files
