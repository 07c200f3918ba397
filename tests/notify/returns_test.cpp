#include "notify/returns.h"

#include "notify/hand_made_store.h"

namespace afterpatch::notify {
namespace {

Returned returned(ReturnedKind kind, bool proven = true) {
  Returned mail;
  mail.kind = kind;
  mail.proven = proven;
  mail.notice_id = kCase + ".1";
  mail.case_number = kCase;
  mail.status = "5.1.1";
  mail.text = "no such user";
  mail.digest = "d1";
  return mail;
}

class ReturnsTest : public CaseStore {
 protected:
  ReturnsTest() {
    say({opened(day(0)), planned(day(0)), of_notice(day(0), "notice-approved"), sending(day(0), 1),
         tried(day(0), "notice-sent", 1)});
  }
  std::string state_after(const Returned& mail) {
    const auto statement = statement_of(mail, day(1));
    if (statement) say({*statement});
    return (*store_->cases().victim_case(kCase))->state;
  }
};

TEST_F(ReturnsTest, ABounceEndsItsNotice) {
  EXPECT_EQ(state_after(returned(ReturnedKind::bounce)), "bounced");
  EXPECT_EQ((*store_->cases().notice(kCase + ".1"))->last_error, "5.1.1 no such user");
}

TEST_F(ReturnsTest, APersonWasReachedAMachineWasNot) {
  EXPECT_EQ(state_after(returned(ReturnedKind::auto_reply)), "delivered");
  Returned person = returned(ReturnedKind::person);
  person.digest = "d2";
  EXPECT_EQ(state_after(person), "reached");
}

TEST_F(ReturnsTest, AForgedMailChangesNothing) {
  EXPECT_FALSE(statement_of(returned(ReturnedKind::bounce, false), day(1)));
  EXPECT_FALSE(statement_of(returned(ReturnedKind::person, false), day(1)));
}

TEST_F(ReturnsTest, ADelayAndTheArchivesCopySayNothing) {
  EXPECT_FALSE(statement_of(returned(ReturnedKind::delay), day(1)));
  Returned archive = returned(ReturnedKind::bounce);
  archive.about_archive = true;
  EXPECT_FALSE(statement_of(archive, day(1)));
}

TEST_F(ReturnsTest, TheSameMailTwiceIsOne) {
  const auto statement = statement_of(returned(ReturnedKind::person), day(1));
  say({*statement});
  say({*statement});
  std::uint64_t count = 0;
  store::StatementFilter filter;
  filter.kind = "answered";
  ASSERT_TRUE(store_->ledger().for_each(filter, [&](std::int64_t, const store::Statement&) { ++count; }));
  EXPECT_EQ(count, 1U);
}

TEST_F(ReturnsTest, BytesThatAreNoTextAreKeptAsText) {
  Returned mail = returned(ReturnedKind::bounce);
  mail.text = "\xff\x00 stranger";
  EXPECT_EQ(state_after(mail), "bounced");
}

}  // namespace
}  // namespace afterpatch::notify
