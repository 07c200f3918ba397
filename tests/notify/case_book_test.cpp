#include "notify/case_book.h"

#include "notify/hand_made_store.h"

namespace afterpatch::notify {
namespace {

using CaseBookTest = CaseStore;

TEST_F(CaseBookTest, AStatementChangesTheRowsOfItsCase) {
  say({opened(day(0)), planned(day(0))});
  EXPECT_EQ((*store_->cases().victim_case(kCase))->state, "planned");
  say({of_notice(day(1), "notice-approved")});
  EXPECT_EQ((*store_->cases().notice(kCase + ".1"))->state, "approved");
  EXPECT_EQ((*store_->cases().victim_case(kCase))->state, "approved");
}

TEST_F(CaseBookTest, AHuntChangesTheCasesOfItsServer) {
  say({opened(day(0)), patch_seen(day(1))});
  say({hunt(day(2), false)});
  EXPECT_EQ((*store_->cases().victim_case(kCase))->state, "clean");
}

TEST_F(CaseBookTest, RowsMadeAgainFromNothingAreTheSame) {
  say({opened(day(0), {"127.0.0.1", "2001:db8::1"}), planned(day(0))});
  say({hunt(day(-1), true)});
  say({of_notice(day(1), "notice-approved"), sending(day(2), 1)});
  say({tried(day(2), "notice-sent", 1)});
  say({of_case(day(3), "step-done", R"({"step":"patch"})"), patch_seen(day(3)),
       patch_seen(day(3), "2001:db8::1")});
  say({planned(day(9), 2, "letter")});
  const std::string live = rows(*store_);
  EXPECT_NE(live.find("2001:db8::1:443"), std::string::npos);
  ASSERT_TRUE(replay(*store_));
  EXPECT_EQ(rows(*store_), live);
}

TEST_F(CaseBookTest, NothingIsKeptIfTheFirstStepForbidsIt) {
  EXPECT_FALSE(record(*store_, {opened(day(0))}, [] { return Result<void>(fail("not now")); }));
  EXPECT_EQ(store_->cases().find({})->total, 0U);
  EXPECT_EQ(look_up(*store_, kCase)->row.state, "");
}

TEST_F(CaseBookTest, StatementsAboutNoCaseMakeNoRows) {
  say({of_notice(day(0), "notice-sent"), of_case(day(0), "acknowledged")});
  EXPECT_EQ(rows(*store_), "");
}

}  // namespace
}  // namespace afterpatch::notify
