// Unpacks gzip (RFC 1952), with all its members one after the other, as rotated and appended logs have them.
#pragma once

#include <zlib.h>

#include <memory>
#include <string>
#include <vector>

#include "evidence/byte_stream.h"

namespace afterpatch::evidence {

inline constexpr std::string_view kGzipMagic = "\x1f\x8b";

// Memory: one input buffer of 256 KiB and zlib's window, whatever the sizes. Bytes behind the last member
// that start no new member (padding) are left out. A cut or damaged file gives what could be unpacked, then
// an Error.
class GzipStream final : public ByteStream {
 public:
  // `name` stands in error messages.
  GzipStream(std::unique_ptr<ByteStream> packed, std::string name);
  ~GzipStream() override;
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  Result<std::size_t> read(std::span<char> buffer) override;
  std::uint64_t consumed() const override { return packed_->consumed(); }

 private:
  enum class Step { more, member_end, failed };
  Step unpack();
  bool refill();
  bool start_next_member();
  Result<std::size_t> failure() const;

  std::unique_ptr<ByteStream> packed_;
  std::string name_;
  std::vector<char> input_;
  z_stream zlib_{};
  bool ready_ = false;
  bool input_ended_ = false;
  bool at_end_ = false;
  std::string broken_;  // why nothing more can be unpacked
};

}  // namespace afterpatch::evidence
