#include "evidence/byte_stream.h"

#include <algorithm>

#include "evidence/file_stream.h"
#include "evidence/gzip_stream.h"

namespace afterpatch::evidence {
namespace {

// How much to ask for next: one byte more than is said to be there shows the end, so that most files take one
// piece of memory, which is not filled before it is read into.
std::uint64_t next_step(const Artefact& artefact, std::size_t have, std::uint64_t limit) {
  constexpr std::uint64_t kLeast = 4U << 10U;
  constexpr std::uint64_t kMost = 1U << 20U;
  const std::uint64_t expected = artefact.size > have ? artefact.size - have + 1 : have;
  return std::min(std::clamp(expected, kLeast, kMost), limit + 1 - have);
}

}  // namespace

Result<std::unique_ptr<ByteStream>> open_stream(const Artefact& artefact) {
  auto file = ReadOnlyFile::open(artefact.file);
  if (!file) return std::unexpected(Error{file.error().what, artefact.path, file.error().next});
  std::unique_ptr<ByteStream> stream = std::make_unique<FileStream>(std::move(*file));
  if (artefact.gzip) stream = std::make_unique<GzipStream>(std::move(stream), artefact.path);
  return stream;
}

Result<Content> read_content(const Artefact& artefact, std::uint64_t limit) {
  auto stream = open_stream(artefact);
  if (!stream) return std::unexpected(stream.error());
  Content content;
  for (;;) {
    const std::size_t have = content.bytes.size();
    const auto wanted = static_cast<std::size_t>(next_step(artefact, have, limit));
    Result<std::size_t> got = 0;
    content.bytes.resize_and_overwrite(have + wanted, [&](char* bytes, std::size_t) {
      got = (*stream)->read({bytes + have, wanted});
      return have + got.value_or(0);
    });
    if (!got && have == 0) return std::unexpected(got.error());
    if (!got) content.truncated = true;
    if (!got || *got == 0) return content;
    if (content.bytes.size() > limit) {
      content.bytes.resize(static_cast<std::size_t>(limit));
      content.truncated = true;
      return content;
    }
  }
}

}  // namespace afterpatch::evidence
