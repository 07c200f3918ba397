#include "evidence/spooled_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "evidence/byte_stream.h"
#include "temporary_folder.h"

namespace afterpatch::evidence {
namespace {

std::string content_of(const std::filesystem::path& path) {
  Artefact artefact;
  artefact.file = path;
  return read_content(artefact, 1U << 30U)->bytes;
}

TEST(SpooledInput, GivesAPipesBytesAsOftenAsWanted) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string text(300'000, 'x');
  std::jthread writer([&] {
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
  });
  const auto spooled = SpooledInput::spool(ends[0], nullptr);
  ::close(ends[0]);
  ASSERT_TRUE(spooled);
  EXPECT_EQ(content_of((*spooled)->path()), text);
  EXPECT_EQ(content_of((*spooled)->path()), text);
}

TEST(SpooledInput, SaysWhichFolderHasNoRoom) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/nonexistent", 1);
  const auto spooled = SpooledInput::spool(STDIN_FILENO, nullptr);
  kept.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  ASSERT_FALSE(spooled);
  EXPECT_EQ(spooled.error().where, "/nonexistent");
  EXPECT_EQ(spooled.error().next, "set TMPDIR to a folder with room");
}

TEST(ReopenablePath, RegularFileAtItsStartNeedsNoSpool) {
  const TemporaryFolder folder;
  const int file = ::open(folder.write("a", "abc").c_str(), O_RDONLY);
  EXPECT_EQ(content_of(reopenable_path(file)), "abc");
  char byte = 0;
  ASSERT_EQ(::read(file, &byte, 1), 1);
  EXPECT_TRUE(reopenable_path(file).empty());
  ::close(file);
}

TEST(ReopenablePath, PipeNeedsASpool) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_TRUE(reopenable_path(ends[0]).empty());
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace afterpatch::evidence
