#include "constituency/geo_database.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include <fmt/format.h>

#include "constituency/example.h"
#include "constituency/made_mmdb.h"

namespace afterpatch::constituency {
namespace {

class GeoDatabaseTest : public ::testing::Test {
 protected:
  ~GeoDatabaseTest() override { std::filesystem::remove(file_); }
  void write(const std::string& bytes) { std::ofstream(file_, std::ios::binary) << bytes; }

  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / fmt::format("afterpatch_geo_{}.mmdb", getpid());
};

TEST_F(GeoDatabaseTest, TellsCountryAndAs) {
  write(made_mmdb({{*parse_network("192.0.2.0/24"), "DE", 0, ""},
                   {*parse_network("198.51.100.0/25"), "", 64500, "Example ISP with a name longer than 29"},
                   {*parse_network("2001:db8::/32"), "FR", 64501, "F"}}));
  const auto database = GeoDatabase::open(file_);
  ASSERT_TRUE(database) << to_string(database.error());
  EXPECT_EQ(database->find(address("192.0.2.7")).country, "DE");
  EXPECT_EQ(database->find(address("192.0.2.7")).as_number, 0U);
  EXPECT_EQ(database->find(address("198.51.100.7")).as_number, 64500U);
  EXPECT_EQ(database->find(address("198.51.100.7")).as_name, "Example ISP with a name longer than 29");
  EXPECT_EQ(database->find(address("2001:db8::1")).country, "FR");
  EXPECT_EQ(database->find(address("198.51.100.200")).country, "");
}

TEST_F(GeoDatabaseTest, RefusesWhatIsNoDatabase) {
  write("GIF89a");
  EXPECT_FALSE(GeoDatabase::open(file_));
  EXPECT_FALSE(GeoDatabase::open("/nowhere.mmdb"));
}

TEST_F(GeoDatabaseTest, SurvivesDamage) {
  const std::string whole = made_mmdb({{*parse_network("192.0.2.0/24"), "DE", 64500, "ISP"}});
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    write(damaged);
    if (const auto database = GeoDatabase::open(file_)) {
      const auto facts = database->find(address("192.0.2.7"));
      EXPECT_TRUE(facts.country.empty() || facts.country.size() == 2);
    }
  }
}

}  // namespace
}  // namespace afterpatch::constituency
