// Standard input, kept so that it can be read more than once.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "base/error.h"

namespace afterpatch::evidence {

// Holds the descriptor of a temporary file that has no name any more: it vanishes with the process whatever
// happens.
class SpooledInput {
 public:
  // Copies `descriptor` to its end into $TMPDIR (or /tmp). Fails, saying how much was read, when that disk is
  // full. Ends early, with what came so far, when `cancelled` (may be null) becomes true and a signal ends
  // the wait for more.
  static Result<std::shared_ptr<SpooledInput>> spool(int descriptor, const std::atomic<bool>* cancelled);

  explicit SpooledInput(int descriptor) : descriptor_(descriptor) {}
  ~SpooledInput();
  SpooledInput(const SpooledInput&) = delete;
  SpooledInput& operator=(const SpooledInput&) = delete;

  // Opens the spooled bytes from their start, as often as wanted, while this object lives.
  std::filesystem::path path() const;

 private:
  int descriptor_;
};

// Standard input itself when it is a regular file at its start that can be opened again; empty otherwise.
std::filesystem::path reopenable_path(int descriptor);

}  // namespace afterpatch::evidence
