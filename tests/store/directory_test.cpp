#include "store/directory.h"

#include "store/each_store.h"

namespace afterpatch::store {
namespace {

class DirectoryTest : public EachStore {};
AFTERPATCH_EACH_STORE(DirectoryTest);

OrganisationRow clinic(const std::string& id, const std::string& name) {
  return {id, name, "DE", "DE-BY", "nace:Q", R"({"domains":["klinik.example"]})"};
}

OwnerRow owner(const std::string& address, const std::string& organisation) {
  return {address, 443, organisation, "network", "confirmed", R"(["de-0002"])"};
}

TEST_P(DirectoryTest, GivesBackOrganisations) {
  const auto store = open();
  ASSERT_TRUE(store->directory().put_organisations({clinic("de-0001", "Klinik Süd")}));
  const auto found = store->directory().organisation("de-0001");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->name, "Klinik Süd");
  EXPECT_EQ((*found)->country, "DE");
  EXPECT_EQ((*found)->region, "DE-BY");
  EXPECT_EQ((*found)->sector, "nace:Q");
  EXPECT_EQ((*found)->content, R"({"domains":["klinik.example"]})");
  EXPECT_FALSE(store->directory().organisation("none")->has_value());
}

TEST_P(DirectoryTest, ReplacesOrganisationsOfTheSameId) {
  const auto store = open();
  ASSERT_TRUE(store->directory().put_organisations({clinic("b", "old"), clinic("a", "x")}));
  ASSERT_TRUE(store->directory().put_organisations({clinic("b", "new")}));
  std::vector<std::string> names;
  ASSERT_TRUE(store->directory().for_each_organisation(
      [&](const OrganisationRow& row) { names.push_back(row.id + row.name); }));
  EXPECT_EQ(names, (std::vector<std::string>{"ax", "bnew"}));
}

TEST_P(DirectoryTest, OneBadRowKeepsTheWholeListOut) {
  const auto store = open();
  EXPECT_FALSE(store->directory().put_organisations({clinic("a", "good"), clinic("b", "\xFF")}));
  EXPECT_FALSE(store->directory().put_organisations({clinic("a", "good"), clinic("", "no id")}));
  EXPECT_FALSE(store->directory().organisation("a")->has_value());
}

TEST_P(DirectoryTest, KnowsWhoseAServerIs) {
  const auto store = open();
  ASSERT_TRUE(store->directory().put_owners({owner("192.0.2.2", "old"), owner("192.0.2.1", "de-0001")}));
  ASSERT_TRUE(store->directory().put_owners({owner("192.0.2.2", "new")}));
  const auto found = store->directory().owner("192.0.2.2", 443);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->organisation, "new");
  EXPECT_EQ((*found)->port, 443);
  EXPECT_EQ((*found)->method, "network");
  EXPECT_EQ((*found)->confidence, "confirmed");
  EXPECT_EQ((*found)->others, R"(["de-0002"])");
  EXPECT_FALSE(store->directory().owner("192.0.2.2", 8443)->has_value());
  std::vector<std::string> addresses;
  ASSERT_TRUE(
      store->directory().for_each_owner([&](const OwnerRow& row) { addresses.push_back(row.address); }));
  EXPECT_EQ(addresses, (std::vector<std::string>{"192.0.2.1", "192.0.2.2"}));
}

TEST_P(DirectoryTest, ClearLeavesNothing) {
  const auto store = open();
  ASSERT_TRUE(store->directory().put_organisations({clinic("a", "x")}));
  ASSERT_TRUE(store->directory().put_owners({owner("192.0.2.2", "a")}));
  ASSERT_TRUE(store->directory().clear());
  EXPECT_FALSE(store->directory().organisation("a")->has_value());
  EXPECT_FALSE(store->directory().owner("192.0.2.2", 443)->has_value());
}

}  // namespace
}  // namespace afterpatch::store
