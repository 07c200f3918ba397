#include "notify/message/notice_library.h"

#include <gtest/gtest.h>
#include <fstream>

#include "base/file.h"
#include "evidence/temporary_folder.h"
#include "notify/message/notice_keys.h"
#include "notify/message/template_check.h"
#include "notify/message_fixture.h"

namespace afterpatch::notify {
namespace {

namespace fs = std::filesystem;

// A copy of the real texts that a test may spoil.
class SpoiltLibrary : public testing::Test {
 protected:
  SpoiltLibrary() {
    const fs::path real = fs::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
    fs::copy(real / "notices", folder_.path() / "notices", fs::copy_options::recursive);
    const fs::path campaign = fs::path("campaigns") / "exchange-2021-proxylogon";
    fs::create_directories(folder_.path() / campaign);
    fs::copy(real / campaign / "notices", folder_.path() / campaign / "notices", fs::copy_options::recursive);
  }
  void replace(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = *read_file(folder_.path() / file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    folder_.write(file, text);
  }
  std::string fault() {
    const Result<NoticeLibrary> loaded = NoticeLibrary::load(folder_.path());
    return loaded ? "" : to_string(loaded.error());
  }
  TemporaryFolder folder_;
};

TEST_F(SpoiltLibrary, IsAcceptedAsItIs) {
  EXPECT_EQ(fault(), "");
}

TEST_F(SpoiltLibrary, TellsFileAndLineOfAnUnknownKey) {
  replace("notices/fr/unpatched.txt", "{{means}}", "{{mean}}");
  EXPECT_TRUE(fault().contains("fr/unpatched.txt:19: unknown key: mean (one of: agency,")) << fault();
}

TEST_F(SpoiltLibrary, MissesAKeyThatATranslationLost) {
  replace("notices/es/compromised.txt", ": {{link}}", "");
  EXPECT_TRUE(fault().contains("link") && fault().contains("es/compromised.txt")) << fault();
}

TEST_F(SpoiltLibrary, FindsSectionsThatAreNotClosedOrCross) {
  replace("notices/de/unpatched.txt", "{{/servers}}", "");
  EXPECT_TRUE(fault().contains("de/unpatched.txt")) << fault();
  replace("notices/de/unpatched.txt", "{{#has_more}}", "{{/servers}}{{#has_more}}");
  EXPECT_EQ(fault(), "");
}

TEST_F(SpoiltLibrary, MissesAMeaningAndAStep) {
  replace("campaigns/exchange-2021-proxylogon/notices/de.yaml", "  backdoored:", "  back-doored:");
  EXPECT_TRUE(fault().contains("unknown key 'back-doored'")) << fault();
  replace("campaigns/exchange-2021-proxylogon/notices/de.yaml", "  back-doored:", "  backdoored:");
  replace("campaigns/exchange-2021-proxylogon/notices/steps.yaml", "[patch, search, report]",
          "[patch, search]");
  EXPECT_TRUE(fault().contains("needs three steps")) << fault();
}

TEST_F(SpoiltLibrary, MissesALanguage) {
  fs::remove_all(folder_.path() / "notices" / "es");
  EXPECT_FALSE(fault().empty());
}

TEST(CheckTemplate, RefusesWhatMustacheWouldLeaveEmptyOrTakeElsewhere) {
  for (const char* bad :
       {"{{unheard}}", "{{#servers}}", "{{/servers}}", "{{#servers}}{{#steps}}{{/servers}}{{/steps}}",
        "{{> partial}}", "{{=<% %>=}}", "{{{means}}}", "{{&means}}", "{{!comment}}", "{{means", "{{}}",
        "{{address}}", "{{#means}}x{{/means}}", "{{servers}}"})
    EXPECT_FALSE(check_template(bad, "t", notice_keys())) << bad;
  EXPECT_TRUE(
      check_template("{{#servers}}{{address}} {{agency}}{{#findings}}{{place}}{{/findings}}{{/servers}}", "t",
                     notice_keys()));
}

}  // namespace
}  // namespace afterpatch::notify
