// A file's bytes as they are on disk.
#pragma once

#include <utility>

#include "evidence/byte_stream.h"
#include "evidence/read_only_file.h"

namespace afterpatch::evidence {

class FileStream final : public ByteStream {
 public:
  explicit FileStream(ReadOnlyFile file) : file_(std::move(file)) {}

  Result<std::size_t> read(std::span<char> buffer) override {
    auto got = file_.read(buffer);
    consumed_ += got.value_or(0);
    return got;
  }
  std::uint64_t consumed() const override { return consumed_; }

 private:
  ReadOnlyFile file_;
  std::uint64_t consumed_ = 0;
};

}  // namespace afterpatch::evidence
