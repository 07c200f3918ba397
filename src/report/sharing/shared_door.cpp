#include "report/sharing/shared_door.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/digits.h"
#include "base/text.h"
#include "report/sharing/shared_address.h"

namespace afterpatch::report {
namespace {

constexpr std::array<std::string_view, 5> kTopFolders = {"inetpub", "program files", "program files (x86)",
                                                         "programdata", "windows"};
constexpr std::size_t kSha256Digits = 64;

bool is_top_folder(std::string_view part) {
  return std::ranges::any_of(kTopFolders,
                             [&](std::string_view folder) { return equals_ignoring_case(folder, part); });
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find_first_of("/\\"), path.size());
    if (end > 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

// A part of an indicator is told as it is or not at all: changed, it would be looked for in vain.
std::string whole_or_nothing(std::string_view text, const VictimNames& names, Share share,
                             std::uint64_t& left_out) {
  if (share == Share::with_victims || !names.are_in(text)) return std::string(text);
  ++left_out;
  return {};
}

bool is_sha256(std::string_view text) {
  return text.size() == kSha256Digits && std::ranges::all_of(text, is_hex_digit);
}

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 16 &&
         std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

SharedVisit visit_of(const assess::DoorVisitor& visitor, Share share) {
  SharedVisit visit;
  visit.address = shared_address_of(visitor.client, share).value_or("");
  std::ranges::copy_if(visitor.methods, std::back_inserter(visit.methods), is_method);
  visit.first = visitor.first;
  visit.last = visitor.last;
  visit.requests = visitor.requests;
  visit.effective = visitor.effective;
  return visit;
}

std::optional<Timestamp> earliest(const assess::Door& door) {
  if (!door.planted) return door.first_answered;
  return door.first_answered ? std::min(*door.planted, *door.first_answered) : door.planted;
}

std::optional<Timestamp> latest(const assess::Door& door) {
  return door.last_answered ? std::max(door.last_answered, earliest(door)) : earliest(door);
}

}  // namespace

std::string standard_folder_of(std::string_view path) {
  std::vector<std::string_view> parts = parts_of(path);
  if (!parts.empty()) parts.pop_back();
  const auto top = std::find_if(parts.rbegin(), parts.rend(), is_top_folder);
  if (top == parts.rend()) return {};
  std::string folder;
  for (auto part = top.base() - 1; part != parts.end(); ++part) {
    if (!folder.empty()) folder += '\\';
    folder += *part;
  }
  return folder;
}

std::string_view file_name_of(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

SharedDoor shared_door(const assess::Door& door, const VictimNames& names, Share share,
                       std::uint64_t& left_out) {
  SharedDoor shared;
  shared.kind = door.kind;
  const std::string_view place = door.path.empty() ? std::string_view(door.url) : door.path;
  shared.file_name = whole_or_nothing(file_name_of(place), names, share, left_out);
  shared.folder = whole_or_nothing(standard_folder_of(door.path), names, share, left_out);
  if (door.url.starts_with('/')) shared.url_path = whole_or_nothing(door.url, names, share, left_out);
  if (is_sha256(door.sha256)) shared.sha256 = to_lower_ascii(door.sha256);
  shared.presence = door.presence;
  shared.confidence = door.confidence;
  shared.first_seen = earliest(door);
  shared.last_seen = latest(door);
  for (const assess::DoorVisitor& visitor : door.visitors) shared.visits.push_back(visit_of(visitor, share));
  return shared;
}

}  // namespace afterpatch::report
