#include "evidence/byte_stream.h"

#include <algorithm>

#include "evidence/file_stream.h"
#include "evidence/gzip_stream.h"

namespace afterpatch::evidence {

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
  constexpr std::size_t kStep = 1U << 20U;
  Content content;
  for (;;) {
    const std::size_t have = content.bytes.size();
    const std::uint64_t wanted = std::min<std::uint64_t>(kStep, limit + 1 - have);
    content.bytes.resize(have + static_cast<std::size_t>(wanted));
    const auto got = (*stream)->read({content.bytes.data() + have, static_cast<std::size_t>(wanted)});
    content.bytes.resize(have + got.value_or(0));
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
