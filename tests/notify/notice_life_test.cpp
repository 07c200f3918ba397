#include "notify/notice_life.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "notify/said.h"

namespace afterpatch::notify {
namespace {

const std::string kNotice = kCase + ".1";

std::string state_after(const std::vector<store::Statement>& said) {
  return notice_as_it_stands(kNotice, said).state;
}

TEST(NoticeLife, GoesFromPlannedToDelivered) {
  std::vector<store::Statement> said;
  EXPECT_EQ(state_after(said), "");
  said.push_back(planned(hour(0)));
  EXPECT_EQ(state_after(said), "planned");
  said.push_back(of_notice(hour(1), "notice-approved"));
  EXPECT_EQ(state_after(said), "approved");
  said.push_back(sending(hour(2), 1));
  EXPECT_EQ(state_after(said), "sending");
  said.push_back(tried(hour(3), "notice-sent", 1));
  EXPECT_EQ(state_after(said), "sent");
  said.push_back(of_notice(hour(4), "notice-delivered"));
  const store::NoticeRow row = notice_as_it_stands(kNotice, said);
  EXPECT_EQ(row.state, "delivered");
  EXPECT_EQ(row.approved, hour(1));
  EXPECT_EQ(row.sending, hour(2));
  EXPECT_EQ(row.sent, hour(3));
  EXPECT_EQ(row.ended, hour(4));
  EXPECT_EQ(row.message_id, "<m>");
  EXPECT_EQ(row.recipient, "it@example.org");
}

TEST(NoticeLife, ATryThatFailedForNowWaitsToBeSentAgain) {
  const store::NoticeRow row = notice_as_it_stands(
      kNotice, {planned(hour(0)), of_notice(hour(1), "notice-approved"), sending(hour(2), 1),
                of_notice(hour(2), "notice-deferred",
                          R"({"attempt":1,"reply":"450 later","not_before":"2021-03-05T03:00:00Z"})")});
  EXPECT_EQ(row.state, "approved");
  EXPECT_EQ(row.not_before, hour(3));
  EXPECT_EQ(row.last_error, "450 later");
  EXPECT_EQ(row.attempts, 1);
}

TEST(NoticeLife, TheNumberOfTheTryCountsNotTheClockOfTheSender) {
  EXPECT_EQ(state_after({planned(hour(0)), of_notice(hour(1), "notice-approved"), sending(hour(9), 1),
                         tried(hour(9), "notice-deferred", 1), sending(hour(2), 2)}),
            "sending");
}

TEST(NoticeLife, WhatWasSentOnceIsSentWhateverElseIsSaid) {
  EXPECT_EQ(state_after({planned(hour(0)), sending(hour(2), 1), tried(hour(3), "notice-sent", 1),
                         sending(hour(4), 2), tried(hour(5), "notice-failed", 2)}),
            "sent");
}

TEST(NoticeLife, AReturnProvesThatItWasSent) {
  const store::NoticeRow row = notice_as_it_stands(
      kNotice, {planned(hour(0)), sending(hour(2), 1), tried(hour(3), "notice-in-doubt", 1),
                of_notice(hour(4), "notice-bounced", R"({"status":"5.1.1","text":"no such user"})")});
  EXPECT_EQ(row.state, "bounced");
  EXPECT_EQ(row.sent, hour(2));
  EXPECT_EQ(row.last_error, "5.1.1 no such user");
}

TEST(NoticeLife, CancellingDoesNotCallBackWhatMayBeOut) {
  EXPECT_EQ(state_after({planned(hour(0)), of_notice(hour(1), "notice-cancelled")}), "cancelled");
  EXPECT_EQ(state_after({planned(hour(0)), sending(hour(1), 1), of_notice(hour(2), "notice-cancelled")}),
            "sending");
  EXPECT_EQ(state_after({planned(hour(0)), sending(hour(1), 1), tried(hour(1), "notice-sent", 1),
                         of_notice(hour(2), "notice-cancelled")}),
            "sent");
}

TEST(NoticeLife, TheOrderOfArrivalDoesNotMatter) {
  std::vector<store::Statement> said = {planned(hour(0)),
                                        of_notice(hour(1), "notice-approved"),
                                        sending(hour(2), 1),
                                        tried(hour(2), "notice-deferred", 1),
                                        sending(hour(3), 2),
                                        tried(hour(3), "notice-in-doubt", 2),
                                        tried(hour(4), "notice-sent", 2),
                                        of_notice(hour(5), "notice-delivered"),
                                        of_notice(hour(5), "notice-bounced", R"({"status":"5.0.0"})")};
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    std::ranges::shuffle(said, random);
    const store::NoticeRow row = notice_as_it_stands(kNotice, said);
    ASSERT_EQ(row.state, "bounced");
    ASSERT_EQ(row.attempts, 2);
    ASSERT_EQ(row.sending, hour(3));
    ASSERT_EQ(row.sent, hour(4));
  }
}

TEST(NoticeLife, BadContentIsAsIfItWereNotThere) {
  EXPECT_EQ(state_after({of_notice(hour(0), "notice-planned", R"({"channel":7,"content":[]})"),
                         of_notice(hour(1), "notice-sending", R"({"attempt":"one"})")}),
            "sending");
}

}  // namespace
}  // namespace afterpatch::notify
