#include "exposure/scan_journal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

namespace afterpatch::exposure {
namespace {

namespace fs = std::filesystem;

class ScanJournalTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("journal_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    output_ = folder_ / "out.jsonl";
    state_ = folder_ / "scan.state";
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<ScanJournal> open() { return ScanJournal::open(output_, state_, identity_); }
  static HostRecord record(unsigned last, bool reached = true) {
    HostRecord made;
    made.address = *parse_address("127.0.0." + std::to_string(last));
    made.reached = reached;
    return made;
  }
  std::vector<std::string> lines() const {
    std::ifstream file(output_);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }
  void write_three() {
    auto journal = open();
    ASSERT_TRUE(journal);
    for (unsigned i = 0; i < 3; ++i) ASSERT_TRUE(journal->done(i * 2, {record(i)}));
  }

  fs::path folder_;
  fs::path output_;
  fs::path state_;
  ScanIdentity identity_{"targets", 7, "1/1", 443, "plan"};
};

TEST_F(ScanJournalTest, GoesOnWhereItWas) {
  write_three();
  const auto journal = open();
  ASSERT_TRUE(journal) << to_string(journal.error());
  EXPECT_TRUE(journal->resumed());
  EXPECT_EQ(journal->done_before(), 3U);
  auto& open_journal = const_cast<ScanJournal&>(*journal);
  EXPECT_TRUE(open_journal.is_done(0));
  EXPECT_FALSE(open_journal.is_done(1));
  EXPECT_TRUE(open_journal.is_done(4));
  EXPECT_EQ(lines().size(), 3U);
}

TEST_F(ScanJournalTest, WhateverWasWrittenWhenItDiedTheTwoFilesAgree) {
  write_three();
  const auto whole_output = fs::file_size(output_);
  const auto whole_state = fs::file_size(state_);
  const fs::path kept_output = folder_ / "kept_output";
  const fs::path kept_state = folder_ / "kept_state";
  fs::copy(output_, kept_output);
  fs::copy(state_, kept_state);
  for (std::uintmax_t output_size = 0; output_size <= whole_output; output_size += 37) {
    for (std::uintmax_t cut = 0; cut <= 48; cut += 5) {
      fs::copy(kept_output, output_, fs::copy_options::overwrite_existing);
      fs::copy(kept_state, state_, fs::copy_options::overwrite_existing);
      fs::resize_file(output_, output_size);
      fs::resize_file(state_, whole_state - cut);
      auto journal = open();
      ASSERT_TRUE(journal) << to_string(journal.error());
      EXPECT_EQ(lines().size(), journal->done_before());
      for (const std::string& line : lines()) EXPECT_TRUE(parse_json_line(line)) << line;
      std::set<unsigned> done;
      for (unsigned i = 0; i < 3; ++i) {
        if (journal->is_done(i * 2)) done.insert(i);
      }
      EXPECT_EQ(done.size(), lines().size());
    }
  }
}

TEST_F(ScanJournalTest, RefusesTheStateOfAnotherScan) {
  write_three();
  identity_.targets = "others";
  identity_.port = 8443;
  const auto journal = open();
  ASSERT_FALSE(journal);
  EXPECT_NE(journal.error().what.find("targets, --port differ"), std::string::npos) << journal.error().what;
}

TEST_F(ScanJournalTest, NeverWritesOverAnotherOutput) {
  std::ofstream(output_) << "precious\n";
  EXPECT_FALSE(open());
  EXPECT_EQ(lines(), (std::vector<std::string>{"precious"}));
}

TEST_F(ScanJournalTest, RefusesAFileThatIsNoState) {
  std::ofstream(state_) << "shopping list\n";
  EXPECT_FALSE(open());
}

TEST_F(ScanJournalTest, RemembersEverythingBelow) {
  {
    auto journal = open();
    ASSERT_TRUE(journal);
    for (unsigned i = 0; i < 100; ++i) ASSERT_TRUE(journal->done(i, {record(i)}));
    journal->all_done_below(90);
  }
  {
    ASSERT_TRUE(open());
  }  // does not know of the 90, so keeps them one by one
  auto journal = open();
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->done_before(), 100U);
  EXPECT_EQ(lines().size(), 100U);
}

TEST_F(ScanJournalTest, LeavesOutHostsThatWereNotReached) {
  auto journal = open();
  ASSERT_TRUE(journal);
  journal->leave_out_unreached();
  ASSERT_TRUE(journal->done(0, {record(1, false)}));
  ASSERT_TRUE(journal->done(1, {record(2, true)}));
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(ScanJournalTest, SaysWhenTheDiskIsFull) {
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  ScanJournal journal = ScanJournal::to_descriptor(full);
  const auto done = journal.done(0, {record(1)});
  ::close(full);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().next.find("disk"), std::string::npos);
}

TEST_F(ScanJournalTest, TellsTheSeedOfAScanThatIsToGoOn) {
  EXPECT_FALSE(*read_identity(state_));
  write_three();
  EXPECT_EQ((*read_identity(state_))->seed, 7U);
}

}  // namespace
}  // namespace afterpatch::exposure
