#include "evidence/first_bytes.h"

#include <memory>
#include <utility>

#include "evidence/file_stream.h"
#include "evidence/gzip_stream.h"

namespace afterpatch::evidence {
namespace {

void unpack_first_bytes(const std::filesystem::path& path, FirstBytes& first) {
  auto file = ReadOnlyFile::open(path);
  if (!file) return;
  GzipStream unpacked(std::make_unique<FileStream>(std::move(*file)), path.string());
  first.bytes.resize(kFirstBytes);
  const auto got = unpacked.read(first.bytes);
  first.bytes.resize(got.value_or(0));
  if (!got) first.damage = got.error().what;
}

}  // namespace

Result<FirstBytes> read_first_bytes(const std::filesystem::path& path) {
  auto file = ReadOnlyFile::open(path);
  if (!file) return std::unexpected(file.error());
  FirstBytes first;
  first.status = file->status();
  first.bytes.resize(kFirstBytes);
  const auto got = file->read(first.bytes);
  if (!got) return std::unexpected(got.error());
  first.bytes.resize(*got);
  first.gzip = first.bytes.starts_with(kGzipMagic) && first.bytes.size() > 2 && first.bytes[2] == 8;
  if (first.gzip) unpack_first_bytes(path, first);
  return first;
}

}  // namespace afterpatch::evidence
