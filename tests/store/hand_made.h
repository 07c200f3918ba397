// Observations and folders made by hand, for the tests of this room.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "store/store.h"

namespace afterpatch::store {

inline Timestamp at(int day, int hour = 10) {
  return Timestamp(std::chrono::days(18691 + day) + std::chrono::hours(hour));  // day 0 is 2021-03-05
}

inline std::string scan_line(int day, const std::string& address, const std::string& exposure,
                             const std::string& product = "exchange-self-hosted", bool reached = true) {
  return fmt::format(
      R"({{"time":"{}","address":"{}","port":443,"name":null,"reached":{},"product":"{}","builds":["15.1.2176.2"],"exposure":"{}","confidence":"confirmed","country":"DE","network":"AS1","sector":null}})",
      to_iso8601(at(day)), address, reached, product, exposure);
}

inline Observation seen(int day, const std::string& address, const std::string& exposure,
                        const std::string& product = "exchange-self-hosted", bool reached = true) {
  return *read_scan_line(scan_line(day, address, exposure, product, reached), "hand");
}

// A folder of its own for each test, gone afterwards.
class StoreFolder : public testing::Test {
 protected:
  StoreFolder() {
    std::string name = testing::TempDir() + "/store-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~StoreFolder() override { std::filesystem::remove_all(folder_); }

  std::string file() const { return folder_ / "test.db"; }

  virtual std::string place() const { return file(); }

  std::unique_ptr<Store> open() {
    auto store = Store::open(place());
    EXPECT_TRUE(store) << to_string(store.error());
    return std::move(*store);
  }

  std::filesystem::path folder_;
};

inline void write_all(Store& store, const std::vector<Observation>& observations,
                      const std::string& source = "scan") {
  auto writer = store.write(source, kDefaultLongestGap);
  ASSERT_TRUE(writer) << to_string(writer.error());
  for (const Observation& observation : observations) ASSERT_TRUE((*writer)->add(observation));
  ASSERT_TRUE((*writer)->commit());
}

inline std::vector<ServerHistory> all_of(Store& store) {
  std::vector<ServerHistory> out;
  EXPECT_TRUE(store.for_each_server("", [&](const ServerHistory& server) { out.push_back(server); }));
  return out;
}

}  // namespace afterpatch::store
