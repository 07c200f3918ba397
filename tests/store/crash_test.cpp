// A program that dies in the middle of writing, or finds no room, loses nothing that it had said was kept.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
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

// Writes until there is no room, in a program no file of which may grow beyond `bytes`, and says how many
// batches are kept; -1: the error does not say what to look at.
int batches_that_fit(const std::string& file, rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_FSIZE, &limit);
  auto store = Store::open(file);
  auto writer = store ? (*store)->write("scan", kDefaultLongestGap) : std::unexpected(store.error());
  Result<void> kept = writer ? Result<void>() : std::unexpected(writer.error());
  int batch = 0;
  for (; kept; ++batch) {
    for (int i = 0; kept && i < kBatch; ++i)
      kept = (*writer)->add(seen(0, address_of(batch * kBatch + i), "unpatched"));
    if (kept) kept = (*writer)->commit();
  }
  return kept.error().next.find("is the disk full?") == std::string::npos ? -1 : std::max(0, batch - 1);
}

TEST_F(Crash, AFullDiskIsSaidAndLosesNothingThatWasKept) {
  for (const rlim_t bytes : {rlim_t{50'000}, rlim_t{400'000}, rlim_t{1'000'000}}) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) _exit(batches_that_fit(file(), bytes) & 0xff);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 255) << bytes;
    const auto kept = static_cast<std::size_t>(WEXITSTATUS(status) * kBatch);
    const auto store = open();
    EXPECT_EQ(all_of(*store).size(), kept) << bytes;
    write_all(*store, {seen(0, "127.3.0.1", "unpatched")});
    EXPECT_EQ(all_of(*store).size(), kept + 1) << "there is room again";
  }
}

}  // namespace
}  // namespace afterpatch::store
