// Who asked not to be scanned. The list is read again while a scan runs (zmap can't: its issue 218), so a
// complaint that arrives at noon stops packets at noon.
//
// A line is an address, a range, or a name; a name stands for itself and every name below it. '#' begins a
// comment.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "exposure/address.h"

namespace afterpatch::exposure {

// The list as it was read once. Thread-safe.
struct OptOutList {
  AddressSet addresses;
  std::unordered_set<std::string> names;
  std::vector<Error> faults;  // lines that say nothing; the first ten

  bool holds(const Address& address, std::string_view name) const;
};

OptOutList parse_opt_out(std::string_view text, const std::string& name);

// Not thread-safe.
class OptOutFile {
 public:
  // How long a change of the file may stay unseen.
  static constexpr std::chrono::seconds kRereadEvery{1};

  // Fails when the file can't be read, or has a line that says nothing: a list that somebody relies on must
  // be understood before the first packet. An empty path is an empty list.
  static Result<OptOutFile> open(const std::filesystem::path& file);

  // Asked before each send. A file that has become unreadable keeps its last content in force; a changed file
  // with faulty lines holds its sound ones and what it held before.
  bool holds(const Address& address, std::string_view name, std::chrono::steady_clock::time_point now);

  std::uint64_t times_read() const { return times_read_; }
  const std::vector<Error>& problems() const { return list_.faults; }

 private:
  void reread();

  std::filesystem::path file_;
  OptOutList list_;
  std::filesystem::file_time_type changed_;
  std::uintmax_t bytes_ = 0;
  std::chrono::steady_clock::time_point look_again_{};
  std::uint64_t times_read_ = 0;
};

}  // namespace afterpatch::exposure
