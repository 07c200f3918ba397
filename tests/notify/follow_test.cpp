#include "notify/follow.h"

#include <fmt/format.h>

#include "notify/hand_made_store.h"
#include "store/observation.h"

namespace afterpatch::notify {
namespace {

class Follow : public CaseStore {
 protected:
  // What a scan saw on one day.
  void see(int on, const std::string& exposure, const std::string& address = "127.0.0.1") {
    const std::string line = fmt::format(
        R"({{"time":"{}","address":"{}","port":443,"product":"exchange-self-hosted","builds":["15.1.2176.2"],"exposure":"{}","confidence":"confirmed"}})",
        to_iso8601(day(on)), address, exposure);
    auto seen = store::read_scan_line(line, "test");
    ASSERT_TRUE(seen) << to_string(seen.error());
    const auto writer = store_->write("scan", std::chrono::hours(48));
    ASSERT_TRUE(writer) << to_string(writer.error());
    ASSERT_TRUE((*writer)->add(std::move(*seen)));
    ASSERT_TRUE((*writer)->commit());
  }
  Followed follow_on(int on) {
    EXPECT_TRUE(store_->servers().refresh());
    const auto followed = follow(*store_, day(on));
    EXPECT_TRUE(followed) << (followed ? "" : to_string(followed.error()));
    return followed.value_or(Followed{});
  }
  store::CaseRow row() { return look_up(*store_, kCase)->row; }
};

TEST_F(Follow, SaysOnceThatAServerOfACaseWasSeenPatched) {
  see(0, "unpatched");
  say({opened(day(0))});
  EXPECT_EQ(follow_on(0).patched, 0U);
  EXPECT_FALSE(row().patched);
  see(1, "patched");
  const Followed followed = follow_on(1);
  EXPECT_EQ(followed.patched, 1U);
  EXPECT_EQ(followed.cases, 1U);
  ASSERT_TRUE(row().patched);
  EXPECT_GT(*row().patched, day(0));
  EXPECT_LE(*row().patched, day(1));
  EXPECT_EQ(follow_on(1).patched, 0U);
}

TEST_F(Follow, NeverTakesAServerThatIsGoneForPatched) {
  see(0, "unpatched");
  say({opened(day(0))});
  see(9, "patched", "127.0.0.9");  // the scan ran, and did not find it
  const Followed followed = follow_on(9);
  EXPECT_EQ(followed.gone, 1U);
  EXPECT_EQ(followed.patched, 0U);
  EXPECT_FALSE(row().patched);
  EXPECT_EQ(follow_on(9).gone, 0U);
}

TEST_F(Follow, LeavesServersWithoutACaseAlone) {
  see(0, "patched");
  const Followed followed = follow_on(0);
  EXPECT_EQ(followed.cases, 0U);
  EXPECT_EQ(followed.patched, 0U);
}

}  // namespace
}  // namespace afterpatch::notify
