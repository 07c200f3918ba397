#include "notify/message/notice_text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "notify/message_fixture.h"

namespace afterpatch::notify {
namespace {

NoticeText written(const NoticeFacts& what) {
  Result<NoticeText> text = write_notice(library(), agency(), what);
  EXPECT_TRUE(text) << to_string(text.error());
  return text ? *text : NoticeText{};
}

std::string all(const NoticeText& text) {
  return text.subject + "\n" + text.body;
}

class EveryNotice : public testing::TestWithParam<std::tuple<std::string_view, const char*, bool>> {
 protected:
  NoticeFacts made() const {
    NoticeFacts what = facts(std::get<1>(GetParam()), std::string(std::get<0>(GetParam())));
    what.to_provider = std::string_view(std::get<1>(GetParam())) == "unpatched" && std::get<2>(GetParam());
    what.to_hit_domain = !what.to_provider && std::get<2>(GetParam());
    return what;
  }
};

TEST_P(EveryNotice, NamesTheServerTheCaseTheCallBackNumberAndThreeSteps) {
  const NoticeText text = written(made());
  for (const char* needed : {"AP-2021-000017", "192.0.2.17", "mail.mueller.example", "+49 30 555 0100",
                             "https://cert.agency.example/exchange", "CERT Beispielland",
                             "Müller & Söhne GmbH", "\n1. ", "\n2. ", "\n3. ", "CVE-2021-26855"})
    EXPECT_TRUE(all(text).contains(needed)) << needed << "\n" << text.body;
  EXPECT_TRUE(text.subject.starts_with("[AP-2021-000017] CERT Beispielland")) << text.subject;
  EXPECT_LE(text.subject.size(), 140U) << text.subject;
  EXPECT_FALSE(all(text).contains("{{"));
  EXPECT_FALSE(all(text).contains("\n\n\n"));
}

TEST_P(EveryNotice, FitsLinesAndHasExactlyOneLinkOfItsOwn) {
  const NoticeFacts what = made();
  const std::string mail = wrapped(written(what).body, 72);
  for (const std::string_view line : split(mail, '\n'))
    EXPECT_TRUE(line.size() <= 90 || line.starts_with("    ") || !line.contains(' ')) << line;
  std::size_t links = 0;
  for (std::size_t at = mail.find("/c/"); at != std::string::npos; at = mail.find("/c/", at + 1)) ++links;
  EXPECT_EQ(links, what.to_hit_domain ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(
    InAllLanguages, EveryNotice,
    testing::Combine(testing::ValuesIn(kNoticeLanguages),
                     testing::Values("unpatched", "exploited", "backdoored", "reentered"), testing::Bool()));

TEST(WriteNotice, SaysWhatWasFoundButNotToAMailboxThatStrangersMayRead) {
  NoticeFacts what = facts("backdoored");
  EXPECT_TRUE(written(what).body.contains("/aspnet_client/supp0rt.aspx"));
  EXPECT_TRUE(written(what).body.contains("2021-03-14 10:25 UTC"));
  what.to_hit_domain = true;
  const std::string body = written(what).body;
  for (const char* secret : {"supp0rt", "/c/", "2021-03-14", "15.1.2176.2"})
    EXPECT_FALSE(body.contains(secret)) << secret;
  EXPECT_TRUE(body.contains("call +49 30 555 0100"));
}

TEST(WriteNotice, HasWordsForEachCampaignReasonAndLanguage) {
  for (const char* campaign : {"exchange-2021-proxylogon", "exchange-2021-proxyshell",
                               "exchange-2022-proxynotshell", "exchange-other"})
    for (const std::string_view language : kNoticeLanguages)
      for (const char* reason : {"unpatched", "exploited", "backdoored", "reentered", "provider"}) {
        NoticeFacts what = facts("unpatched", std::string(language));
        what.to_provider = std::string_view(reason) == "provider";
        if (!what.to_provider) what.reason = reason;
        what.campaign = campaign;
        const NoticeText text = written(what);
        EXPECT_TRUE(text.body.contains("CVE-202")) << campaign << language << reason;
        EXPECT_EQ(text.template_id, fmt::format("{}/{}/{}", campaign, reason, language));
      }
}

TEST(WriteNotice, HasTheDutyOfTheCountryInTheLanguageOfTheReader) {
  EXPECT_TRUE(written(facts("unpatched", "de")).body.contains("Art. 33 DSGVO"));
  NoticeFacts what = facts("unpatched", "fr");
  what.country = "CH";
  EXPECT_TRUE(written(what).body.contains("LPD, article 24"));
  what.country = "US";
  EXPECT_FALSE(written(what).body.contains("OBLIGATION"));
}

TEST(WriteNotice, NamesTenServersAndCountsTheRest) {
  NoticeFacts what = facts();
  for (int i = 0; i < 24; ++i) {
    what.servers.push_back(what.servers.front());
    what.servers.back().address = fmt::format("198.51.100.{}", i);
  }
  const std::string body = written(what).body;
  EXPECT_TRUE(body.contains("198.51.100.8,") || body.contains("198.51.100.8 ")) << body;
  EXPECT_FALSE(body.contains("198.51.100.9"));
  EXPECT_TRUE(body.contains("and 15 more"));
}

TEST(WriteNotice, LeavesOutWhatIsNotKnown) {
  NoticeFacts what = facts();
  what.servers[0].name.clear();
  what.servers[0].build.clear();
  what.servers[0].seen.reset();
  what.link.reset();
  const std::string body = written(what).body;
  EXPECT_TRUE(body.contains("\n- 192.0.2.17\n")) << body;
  EXPECT_TRUE(body.contains("Please call"));
}

TEST(WriteNotice, MakesHostileNamesHarmless) {
  NoticeFacts what = facts("backdoored");
  what.organisation =
      std::string("Evil\r\nBcc: all@x.example\r\n\r\n{{agency}} \xE2\x80\xAE gpj") + std::string(10240, 'x');
  what.servers[0].name = "a\nb\x1b[2J{{/servers}}";
  what.servers[0].findings[0].place = "/x\r\n1. Click https://evil.example";
  const NoticeText text = written(what);
  EXPECT_FALSE(text.subject.contains('\n'));
  EXPECT_FALSE(all(text).contains("\nBcc:"));
  EXPECT_FALSE(all(text).contains('\x1b'));
  EXPECT_FALSE(all(text).contains("\xE2\x80\xAE"));
  EXPECT_FALSE(all(text).contains("\n1. Click"));
  EXPECT_TRUE(all(text).contains("{{/servers}}")) << "a value is never read as a template";
  EXPECT_LT(text.body.size(), 8000U);
}

TEST(WriteNotice, SaysWhatIsMissingInsteadOfWritingHalfANotice) {
  Agency nobody = agency();
  nobody.phone = "call us";
  EXPECT_FALSE(write_notice(library(), nobody, facts()));
  nobody = agency();
  nobody.verify_page = "http://agency.example";
  EXPECT_FALSE(write_notice(library(), nobody, facts()));
  const Result<NoticeText> language = write_notice(library(), agency(), facts("unpatched", "xx"));
  ASSERT_FALSE(language);
  EXPECT_TRUE(to_string(language.error()).contains("en, de, fr, es"));
  NoticeFacts what = facts();
  what.campaign = "unheard-of";
  EXPECT_FALSE(write_notice(library(), agency(), what));
  what = facts("annoyed");
  EXPECT_FALSE(write_notice(library(), agency(), what));
  what = facts();
  what.servers.clear();
  EXPECT_FALSE(write_notice(library(), agency(), what));
  what = facts();
  what.case_number = "  ";
  const Result<NoticeText> empty = write_notice(library(), agency(), what);
  ASSERT_FALSE(empty);
  EXPECT_TRUE(to_string(empty.error()).contains("case_number"));
}

TEST(Wrapped, HangsItemsAndKeepsCommandsAndLinksWhole) {
  EXPECT_EQ(wrapped("1. aaa bbb ccc\n    a very long command\n- ää öö üü\n", 9),
            "1. aaa\n   bbb\n   ccc\n    a very long command\n- ää öö\n  üü\n");
  EXPECT_EQ(wrapped("see https://long.example/xxxxxxxxxxxx now", 10),
            "see\nhttps://long.example/xxxxxxxxxxxx\nnow\n");
}

}  // namespace
}  // namespace afterpatch::notify
