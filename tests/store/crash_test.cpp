// A program that dies in the middle of writing loses nothing that it had said was kept.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/hand_made.h"

namespace afterpatch::store {
namespace {

constexpr int kBatch = 50;

std::string address_of(int number) {
  return fmt::format("127.2.{}.{}", number / 256, number % 256);
}

// Writes batches without end and says each batch's number once it is committed.
[[noreturn]] void write_without_end(const std::string& file, int acknowledged) {
  auto store = Store::open(file);
  if (!store) _exit(1);
  auto writer = (*store)->write("scan", kDefaultLongestGap);
  if (!writer) _exit(1);
  for (int batch = 0;; ++batch) {
    for (int i = 0; i < kBatch; ++i) {
      if (!(*writer)->add(seen(0, address_of(batch * kBatch + i), "unpatched"))) _exit(1);
    }
    if (!(*writer)->commit()) _exit(1);
    if (write(acknowledged, &batch, sizeof batch) != sizeof batch) _exit(1);
  }
}

using Crash = StoreFolder;

TEST_F(Crash, NothingAcknowledgedIsLost) {
  for (int round = 0; round < 10; ++round) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_without_end(file(), ends[1]);
    close(ends[1]);
    int batch = 0;
    ASSERT_EQ(read(ends[0], &batch, sizeof batch), static_cast<ssize_t>(sizeof batch));
    usleep(static_cast<useconds_t>(3000 * round + 500));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(ends[0], &batch, sizeof batch) == static_cast<ssize_t>(sizeof batch)) {
    }
    close(ends[0]);
    const auto servers = all_of(*open());
    EXPECT_GE(servers.size(), static_cast<std::size_t>((batch + 1) * kBatch)) << "round " << round;
    EXPECT_EQ(servers.size() % kBatch, 0U) << "half a batch was kept";
  }
}

}  // namespace
}  // namespace afterpatch::store
