// A store in a folder of its own, with cases made by hand.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "notify/case_book.h"
#include "notify/said.h"
#include "store/any_place.h"
#include "store/store.h"

namespace afterpatch::notify {

class CaseStore : public testing::Test {
 protected:
  CaseStore() {
    std::string name = testing::TempDir() + "/notify-XXXXXX";
    folder_ = mkdtemp(name.data());
    start_again();
  }
  ~CaseStore() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // An empty store.
  void start_again() {
    store_.reset();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    place_ = store::new_place(folder_ / "test.db");
    store_ = open();
  }

  std::unique_ptr<store::Store> open() const {
    auto store = store::Store::open(place_);
    EXPECT_TRUE(store) << to_string(store.error());
    return std::move(*store);
  }

  void say(const std::vector<store::Statement>& statements) {
    const auto kept = record(*store_, statements);
    ASSERT_TRUE(kept) << to_string(kept.error());
  }

  // Everything that can be made again, as text.
  std::string rows(store::Store& store) const {
    std::string out;
    const auto time = [](const std::optional<Timestamp>& moment) {
      return moment ? to_iso8601(*moment) : "-";
    };
    std::vector<std::string> numbers;
    EXPECT_TRUE(store.cases().for_each([&](const store::CaseRow& row) {
      numbers.push_back(row.number);
      out += fmt::format("{} {} {} {} {} {} {} {} {} {}\n", row.number, row.state,
                         to_iso8601(row.state_since), row.reason, time(row.held_until), time(row.notified),
                         time(row.reached), time(row.patched), time(row.clean), row.channel);
    }));
    for (const std::string& number : numbers) {
      const auto servers = store.cases().servers_of(number);
      for (const store::CaseServer& server : *servers)
        out += fmt::format("{} {}:{}\n", number, server.address, server.port);
      const auto notices = store.cases().notices_of(number);
      for (const store::NoticeRow& row : *notices)
        out += fmt::format("{} {} {} {} {} {} {} {}\n", row.id, row.state, row.recipient, row.why,
                           time(row.sent), row.attempts, row.last_error, row.content);
    }
    return out;
  }

  std::filesystem::path folder_;
  std::string place_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace afterpatch::notify
