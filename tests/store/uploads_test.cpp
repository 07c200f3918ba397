// Uploads of a victim: what arrived, and when a hunt may begin.
#include "store/uploads.h"

#include "store/each_store.h"

namespace afterpatch::store {
namespace {

class UploadsTest : public EachStore {};
AFTERPATCH_EACH_STORE(UploadsTest);

UploadRow an_upload(std::uint64_t length) {
  UploadRow row;
  row.id = std::string(32, 'a');
  row.case_number = "AP-2021-000001";
  row.name = "u_ex210303.log";
  row.length = length;
  row.created = at(0);
  row.changed = at(0);
  return row;
}

TEST_P(UploadsTest, WaitsForItsHuntWithItsLastByteAndNotBefore) {
  const auto store = open();
  ASSERT_TRUE(store->uploads().add(an_upload(10)));
  EXPECT_EQ(*store->uploads().advance(std::string(32, 'a'), 0, 9, at(1)), true);
  EXPECT_EQ(store->uploads().upload(std::string(32, 'a'))->value().state, UploadState::receiving);
  EXPECT_EQ(*store->uploads().advance(std::string(32, 'a'), 9, 10, at(2)), true);
  const UploadRow row = store->uploads().upload(std::string(32, 'a'))->value();
  EXPECT_EQ(row.state, UploadState::waiting);
  EXPECT_EQ(row.received, 10U);
  EXPECT_EQ(row.changed, at(2));
}

TEST_P(UploadsTest, OfTwoPiecesForOneOffsetOnlyOneIsKept) {
  const auto store = open();
  ASSERT_TRUE(store->uploads().add(an_upload(10)));
  EXPECT_EQ(*store->uploads().advance(std::string(32, 'a'), 0, 5, at(1)), true);
  EXPECT_EQ(*store->uploads().advance(std::string(32, 'a'), 0, 7, at(2)), false);
  EXPECT_EQ(store->uploads().upload(std::string(32, 'a'))->value().received, 5U);
}

}  // namespace
}  // namespace afterpatch::store
