#include "notify/mail/notice_marks.h"

#include <gtest/gtest.h>

#include <set>

namespace afterpatch::notify {
namespace {

NoticeMarks made(const std::string& secret = "0123456789abcdef") {
  Result<NoticeMarks> marks = NoticeMarks::make("returns@agency.example", secret);
  EXPECT_TRUE(marks) << to_string(marks.error());
  return *marks;
}

TEST(NoticeMarks, ComeBackAsTheNoticeTheyWereMadeFor) {
  const NoticeMarks marks = made();
  const std::string path = *marks.return_path("AP-2021-000017.1");
  EXPECT_TRUE(path.starts_with("returns+ap-2021-000017.1-") && path.ends_with("@agency.example")) << path;
  EXPECT_LE(path.find('@'), 64U);
  EXPECT_EQ(marks.notice_of_return_path(path), "AP-2021-000017.1");
  EXPECT_EQ(marks.notice_of_message_id(*marks.message_id("AP-2021-000017.1")), "AP-2021-000017.1");
}

TEST(NoticeMarks, SurviveServersThatChangeCase) {
  const NoticeMarks marks = made();
  std::string path = *marks.return_path("AP-2021-000017.1");
  for (char& c : path) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(marks.notice_of_return_path(path), "AP-2021-000017.1");
}

TEST(NoticeMarks, AreTheSameEachTimeAndDifferByNoticeSecretAndPurpose) {
  const NoticeMarks marks = made();
  EXPECT_EQ(*marks.message_id("AP-2021-000017.1"), *made().message_id("AP-2021-000017.1"));
  const auto digest = [](const std::string& mark) { return mark.substr(mark.rfind('-') + 1, 20); };
  const std::set<std::string> all = {digest(*marks.return_path("AP-2021-000017.1")),
                                     digest(*marks.message_id("AP-2021-000017.1")),
                                     digest(*marks.return_path("AP-2021-000017.2")),
                                     digest(*made("another secret..").return_path("AP-2021-000017.1"))};
  EXPECT_EQ(all.size(), 4U);
}

TEST(NoticeMarks, DoNotAcceptAnyChangedCharacter) {
  const NoticeMarks marks = made();
  const std::string path = *marks.return_path("AP-2021-000017.1");
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::string forged = path;
    forged[i] = forged[i] == '7' ? '8' : '7';
    EXPECT_FALSE(marks.notice_of_return_path(forged)) << forged;
    EXPECT_FALSE(marks.notice_of_return_path(path.substr(0, i))) << i;
  }
  EXPECT_FALSE(marks.notice_of_return_path(*made("another secret..").return_path("AP-2021-000017.1")));
  EXPECT_FALSE(marks.notice_of_return_path(""));
  EXPECT_FALSE(marks.notice_of_message_id("<>"));
  EXPECT_FALSE(marks.notice_of_message_id("<@agency.example>"));
}

TEST(NoticeMarks, RefuseWhatWouldBreakAnAddress) {
  const NoticeMarks marks = made();
  for (const char* id : {"", "a b", "a@b", "a>\r\nb", "a..b", ".a", "a.", "ü"})
    EXPECT_FALSE(marks.return_path(id)) << id;
  EXPECT_FALSE(marks.return_path(std::string(40, 'a'))) << "longer than RFC 5321 allows";
  EXPECT_FALSE(NoticeMarks::make("returns@agency.example", "short"));
  EXPECT_FALSE(NoticeMarks::make("no address", "0123456789abcdef"));
}

}  // namespace
}  // namespace afterpatch::notify
