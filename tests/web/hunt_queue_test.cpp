// Uploads hunted by the real program in the sandbox.
#include "web/hunt_queue.h"

#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "base/file.h"
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

TEST_F(HuntedUploads, ArchivesAreUnpackedInTheSandboxAndLeaveNothingOutside) {
  if (best_confinement() != Confinement::bubblewrap)
    GTEST_SKIP() << "bubblewrap is not installed or may not be used here";
  const auto make = folder.path() / "make";
  std::filesystem::create_directories(make / "logs");
  ASSERT_TRUE(write_file(make / "logs" / "u_ex210303.log", quiet_log()));
  ASSERT_TRUE(write_file(folder.path() / "escaped", "x"));
  // A name that leads out of the folder, as an attacker would write it.
  const std::string command =
      fmt::format("cd {} && tar -P -czf ../all.tgz logs ../escaped 2>/dev/null", make.string());
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::filesystem::remove(folder.path() / "escaped");
  const std::string id = add("all.tgz", *read_file(folder.path() / "all.tgz"));
  const auto queue = HuntQueue::start(*shared);
  ASSERT_TRUE(queue);
  const auto row = wait_for(id);
  EXPECT_EQ(row.state, UploadState::answered) << row.message;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
    EXPECT_NE(entry.path().filename(), "escaped") << entry.path();
}

}  // namespace
}  // namespace afterpatch::web
