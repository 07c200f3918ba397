#include "web/sandbox.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "base/file.h"
#include "web_world.h"

namespace afterpatch::web {
namespace {

// Both kinds, where bubblewrap can be used here.
class Sandbox : public ::testing::TestWithParam<Confinement> {
 protected:
  void SetUp() override {
    if (GetParam() == Confinement::bubblewrap && best_confinement() != Confinement::bubblewrap)
      GTEST_SKIP() << "bubblewrap is not installed or may not be used here";
    std::filesystem::create_directory(folder.path() / "out");
    job.writable = folder.path() / "out";
    job.output = folder.path() / "output.txt";
    job.limits.time = std::chrono::seconds(20);
  }
  SandboxOutcome run(const std::string& script) {
    job.command = {"/usr/bin/bash", "-c", script};
    const auto outcome = run_confined(job, GetParam(), stop);
    EXPECT_TRUE(outcome) << (outcome ? "" : to_string(outcome.error()));
    return outcome.value_or(SandboxOutcome{SandboxEnd::killed, 0});
  }
  std::string output() { return read_file(job.output).value_or(""); }

  TemporaryFolder folder;
  SandboxJob job;
  std::atomic<bool> stop = false;
};

// A socket that listens on loopback, in this process.
class Listening {
 public:
  Listening() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(fd_, 4);
    socklen_t size = sizeof(address);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Listening() { ::close(fd_); }
  std::uint16_t port() const { return port_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

TEST_P(Sandbox, RunsWhatItIsGivenAndKeepsItsOutput) {
  const SandboxOutcome outcome =
      run("echo here > " + (job.writable / "made").string() + "; echo said; exit 3");
  EXPECT_EQ(outcome.end, SandboxEnd::exited);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(output(), "said\n");
  EXPECT_EQ(*read_file(job.writable / "made"), "here\n");
}

TEST_P(Sandbox, HasNoNetwork) {
  const Listening listening;
  const std::string connect =
      fmt::format("exec 3<>/dev/tcp/127.0.0.1/{} && echo connected", listening.port());
  // Outside it works: so what is tested is the sandbox.
  ASSERT_EQ(std::system(fmt::format("bash -c '{}' > /dev/null 2>&1", connect).c_str()), 0);
  EXPECT_NE(run(connect).status, 0);
  EXPECT_EQ(output().find("connected"), std::string::npos);
  EXPECT_NE(run("exec 3<>/dev/udp/127.0.0.1/53 && echo connected").status, 0);
}

TEST_P(Sandbox, EndsWhatTakesTooLong) {
  job.limits.time = std::chrono::seconds(1);
  EXPECT_EQ(run("sleep 60").end, SandboxEnd::too_long);
}

TEST_P(Sandbox, EndsWhatComputesTooLong) {
  job.limits.processor_time = std::chrono::seconds(1);
  const SandboxOutcome outcome = run("while :; do :; done");
  EXPECT_TRUE(outcome.end == SandboxEnd::killed || outcome.status != 0);
  EXPECT_NE(outcome.end, SandboxEnd::too_long);
}

TEST_P(Sandbox, BoundsMemory) {
  job.limits.memory_bytes = 300ULL << 20U;
  EXPECT_NE(run("x=$(head -c 400000000 /dev/zero | tr '\\0' 'x'); echo ${#x}").status, 0);
  EXPECT_EQ(output().find("400000000"), std::string::npos);
}

TEST_P(Sandbox, BoundsOneFileAndAllOfThem) {
  job.limits.file_bytes = 1U << 20U;
  EXPECT_TRUE(run("head -c 3000000 /dev/zero > " + (job.writable / "large").string()).status != 0 ||
              std::filesystem::file_size(job.writable / "large") <= 1U << 20U);
  EXPECT_LE(std::filesystem::file_size(job.writable / "large"), 1U << 20U);
  job.most_bytes = 4U << 20U;
  const std::string many = fmt::format(
      "for i in $(seq 100); do head -c 900000 /dev/zero > {}/$i; done; sleep 30", job.writable.string());
  EXPECT_EQ(run(many).end, SandboxEnd::too_much);
}

TEST_P(Sandbox, StopsWhenTheServerStops) {
  stop = true;
  EXPECT_EQ(run("sleep 60").end, SandboxEnd::stopped);
}

TEST_P(Sandbox, GivesNothingOfTheServersEnvironmentOrFiles) {
  ::setenv("AFTERPATCH_TEST_SECRET", "hidden", 1);
  run("env; ls /proc/self/fd");
  EXPECT_EQ(output().find("hidden"), std::string::npos);
  ::unsetenv("AFTERPATCH_TEST_SECRET");
}

INSTANTIATE_TEST_SUITE_P(Kinds, Sandbox, ::testing::Values(Confinement::bubblewrap, Confinement::filter),
                         [](const auto& parameter) {
                           return std::string(parameter.param == Confinement::bubblewrap ? "Bubblewrap"
                                                                                         : "Filter");
                         });

class Bubblewrap : public Sandbox {};

TEST_P(Bubblewrap, SeesOnlyWhatItIsGivenAndCannotChangeIt) {
  const auto evidence = folder.path() / "evidence";
  std::filesystem::create_directory(evidence);
  ASSERT_TRUE(write_file(evidence / "log", "line\n"));
  ASSERT_TRUE(write_file(folder.path() / "secret", "secret\n"));
  job.readable = {evidence};
  EXPECT_EQ(run(fmt::format("cat {0}/log; cat {1}/secret; cat /etc/shadow; echo x > {0}/log",
                            evidence.string(), folder.path().string()))
                .status,
            1);
  EXPECT_TRUE(output().starts_with("line\n"));
  EXPECT_EQ(output().find("secret\n"), std::string::npos);
  EXPECT_EQ(*read_file(evidence / "log"), "line\n");
}

INSTANTIATE_TEST_SUITE_P(Kinds, Bubblewrap, ::testing::Values(Confinement::bubblewrap),
                         [](const auto&) { return std::string("Bubblewrap"); });

}  // namespace
}  // namespace afterpatch::web
