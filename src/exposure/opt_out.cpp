#include "exposure/opt_out.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "exposure/target.h"

namespace afterpatch::exposure {
namespace {

constexpr std::size_t kMostFaultsKept = 10;

}  // namespace

bool OptOutList::holds(const Address& address, std::string_view name) const {
  if (addresses.contains(address)) return true;
  for (std::string_view part = name; !names.empty() && !part.empty();) {
    if (names.contains(std::string(part))) return true;
    const auto dot = part.find('.');
    part = dot == std::string_view::npos ? std::string_view() : part.substr(dot + 1);
  }
  return false;
}

OptOutList parse_opt_out(std::string_view text, const std::string& name) {
  OptOutList list;
  std::vector<AddressRange> ranges;
  std::uint64_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    if (const auto range = parse_range(line)) {
      ranges.push_back(*range);
    } else if (const auto host = host_name(line)) {
      list.names.insert(*host);
    } else if (list.faults.size() < kMostFaultsKept) {
      list.faults.push_back({"neither an address, nor a range, nor a name",
                             fmt::format("{}:{}", name, number),
                             "expected 192.0.2.7, 192.0.2.0/24 or example.org"});
    }
  }
  list.addresses = AddressSet(std::move(ranges));
  return list;
}

Result<OptOutFile> OptOutFile::open(const std::filesystem::path& file) {
  OptOutFile out;
  out.file_ = file;
  if (file.empty()) return out;
  const auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  out.list_ = parse_opt_out(*text, file.string());
  if (!out.list_.faults.empty()) return std::unexpected(out.list_.faults.front());
  std::error_code error;
  out.changed_ = std::filesystem::last_write_time(file, error);
  out.bytes_ = text->size();
  out.times_read_ = 1;
  return out;
}

void OptOutFile::reread() {
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(file_, error);
  if (error) return;
  const auto bytes = std::filesystem::file_size(file_, error);
  if (error || (changed == changed_ && bytes == bytes_)) return;
  const auto text = read_file(file_);
  if (!text) return;
  OptOutList fresh = parse_opt_out(*text, file_.string());
  if (!fresh.faults.empty()) {
    auto ranges = fresh.addresses.ranges();
    ranges.insert(ranges.end(), list_.addresses.ranges().begin(), list_.addresses.ranges().end());
    fresh.addresses = AddressSet(std::move(ranges));
    fresh.names.insert(list_.names.begin(), list_.names.end());
  }
  list_ = std::move(fresh);
  changed_ = changed;
  bytes_ = text->size();
  ++times_read_;
}

bool OptOutFile::holds(const Address& address, std::string_view name,
                       std::chrono::steady_clock::time_point now) {
  if (file_.empty()) return false;
  if (now >= look_again_) {
    reread();
    look_again_ = now + kRereadEvery;
  }
  return list_.holds(address, name);
}

}  // namespace afterpatch::exposure
