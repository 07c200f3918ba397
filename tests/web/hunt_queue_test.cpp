// Uploads hunted by the real program in the sandbox.
#include "web/hunt_queue.h"

#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "base/hash.h"
#include "web/sandbox.h"
#include "web_world.h"

namespace afterpatch::web {
namespace {

using namespace std::chrono_literals;
using store::UploadState;

// Everyday requests of a day in March 2021 in the format of IIS.
std::string quiet_log() {
  std::string log =
      "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-03-03 "
      "00:00:00\r\n"
      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
      "cs(Referer) sc-status "
      "sc-substatus sc-win32-status time-taken\r\n";
  for (int i = 0; i < 200; ++i)
    log += fmt::format(
        "2021-03-03 {:02}:{:02}:00 192.0.2.1 GET /owa/ - 443 - 203.0.113.7 Mozilla/5.0 - 200 0 0 15\r\n",
        i / 60 + 8, i % 60);
  return log;
}

class HuntedUploads : public WebWorld {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(AFTERPATCH_PROGRAM))
      GTEST_SKIP() << "the program was not built: " << AFTERPATCH_PROGRAM;
    settings.program = AFTERPATCH_PROGRAM;
    std::filesystem::create_directories(settings.uploads);
    start();
  }

  // All bytes are there; nobody has hunted yet.
  std::string add(const std::string& name, const std::string& content, const std::string& announced = {}) {
    const std::string id = digest_of(new_token()).substr(0, 32);
    EXPECT_TRUE(store->uploads().add({id, "AP-2021-000001", name, content.size(), content.size(), announced,
                                      UploadState::receiving, now, now, 0, ""}));
    EXPECT_TRUE(shared->uploads.create(id));
    EXPECT_TRUE(shared->uploads.write(id, name, 0, content));
    return id;
  }
  store::UploadRow wait_for(const std::string& id) {
    for (int i = 0; i < 600; ++i) {
      const auto row = *store->uploads().upload(id);
      if (row->state == UploadState::answered || row->state == UploadState::failed) return *row;
      std::this_thread::sleep_for(100ms);
    }
    return **store->uploads().upload(id);
  }
  boost::json::object shown(const std::string& id) {
    return json(ask(with_token(request(Method::get, "/api/v1/victim/uploads/" + id), token)));
  }
};

TEST_F(HuntedUploads, GetAVerdictAReportAndAStatement) {
  const std::string id = add("u_ex210303.log", quiet_log());
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue) << to_string(queue.error());
  const auto row = wait_for(id);
  ASSERT_EQ(row.state, UploadState::answered)
      << row.message << read_file(settings.uploads / id / "output.txt").value_or("");
  EXPECT_EQ(row.sha256, sha256(quiet_log()));
  const auto upload = shown(id);
  EXPECT_EQ(upload.at("state"), "done");
  EXPECT_EQ(upload.at("verdict").at("compromise"), "no-evidence");
  EXPECT_TRUE(upload.at("report").as_bool());
  int hunted = 0;
  ASSERT_TRUE(store->ledger().for_each({"server", "192.0.2.1:443", "hunted", 0},
                                       [&](std::int64_t, const store::Statement&) { ++hunted; }));
  EXPECT_EQ(hunted, 1);
  const auto server = json(ask(as(request(Method::get, "/api/v1/servers/192.0.2.1:443"), sign_in("viewer"))));
  EXPECT_FALSE(server.at("coverage").as_array().empty()) << "what the report covers is on the server's page";
}

TEST_F(HuntedUploads, WhatWasBegunWhenTheServerDiedIsBegunAgain) {
  const std::string id = add("u_ex210303.log", quiet_log());
  ASSERT_TRUE(store->uploads().set_state(id, UploadState::hunting, "", now));
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue);
  EXPECT_EQ(wait_for(id).state, UploadState::answered);
}

TEST_F(HuntedUploads, WhatBreaksTheServerEachTimeIsGivenUp) {
  const std::string id = add("u_ex210303.log", quiet_log());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store->uploads().count_attempt(id));
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue);
  EXPECT_EQ(wait_for(id).state, UploadState::failed);
}

TEST_F(HuntedUploads, ADifferentDigestThanAnnouncedIsAnError) {
  const std::string id = add("u_ex210303.log", quiet_log(), std::string(64, '0'));
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue);
  const auto row = wait_for(id);
  EXPECT_EQ(row.state, UploadState::failed);
  EXPECT_NE(row.message.find("SHA-256"), std::string::npos);
}

class UploadedArchives : public HuntedUploads {
 protected:
  void SetUp() override {
    HuntedUploads::SetUp();
    if (best_confinement() != Confinement::bubblewrap)
      GTEST_SKIP() << "bubblewrap is not installed or may not be used here";
  }
  // What tar makes of `members`, seen from a folder with a log in it.
  std::string archive_of(const std::string& members) {
    const auto make = folder.path() / "make";
    std::filesystem::create_directories(make / "logs");
    EXPECT_TRUE(write_file(make / "logs" / "u_ex210303.log", quiet_log()));
    EXPECT_TRUE(write_file(folder.path() / "escaped", "x"));
    const std::string command =
        fmt::format("cd {} && tar -P -czf ../all.tgz {} 2>/dev/null", make.string(), members);
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::filesystem::remove(folder.path() / "escaped");
    return *read_file(folder.path() / "all.tgz");
  }
};

TEST_F(UploadedArchives, AreUnpackedAndHunted) {
  const std::string id = add("all.tgz", archive_of("logs"));
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue);
  const auto row = wait_for(id);
  EXPECT_EQ(row.state, UploadState::answered) << row.message;
}

// 512 MiB of zeros in half a megabyte; the disk may give 64 MiB.
TEST_F(UploadedArchives, ThatUnpackToMoreThanTheDiskMayGiveAreStoppedAndRemoved) {
  const auto zip = folder.path() / "zeros.zip";
  const std::string command = fmt::format(
      "python3 -c \"import zipfile; z = zipfile.ZipFile('{}', 'w', zipfile.ZIP_DEFLATED); "
      "[z.writestr('zeros%d.log' % i, bytes(64 << 20)) for i in range(8)]\"",
      zip.string());
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "python3 is not installed";
  settings.free_space = std::filesystem::space(settings.uploads).available - (64U << 20U);
  start();
  const std::string id = add("zeros.zip", *read_file(zip));
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue);
  const auto row = wait_for(id);
  EXPECT_EQ(row.state, UploadState::failed);
  EXPECT_NE(row.message.find("unpack"), std::string::npos) << row.message;
  EXPECT_FALSE(std::filesystem::exists(settings.uploads / id / "unpacked"));
}

TEST_F(UploadedArchives, WithNamesThatLeadOutsideAreRefusedAndLeaveNothingThere) {
  const std::string id = add("all.tgz", archive_of("logs ../escaped"));
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue);
  EXPECT_EQ(wait_for(id).state, UploadState::failed);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
    EXPECT_NE(entry.path().filename(), "escaped") << entry.path();
}

}  // namespace
}  // namespace afterpatch::web
