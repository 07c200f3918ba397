#include "detect/protected_pages.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "detect/files/claim.h"

namespace afterpatch::detect {
namespace {

constexpr std::size_t kFewestPages = 5;
constexpr std::size_t kFewestFolders = 2;
constexpr std::chrono::hours kTogether{24};

using Group = std::vector<std::size_t>;  // indices of pages

std::optional<Timestamp> median_time(std::span<const ProtectedPage> pages, const Group& group) {
  std::vector<Timestamp> times;
  for (const std::size_t i : group) {
    if (pages[i].modified) times.push_back(*pages[i].modified);
  }
  if (times.empty()) return std::nullopt;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

Group of_one_time(std::span<const ProtectedPage> pages, const Group& group) {
  const std::optional<Timestamp> median = median_time(pages, group);
  Group together;
  for (const std::size_t i : group) {
    const auto& time = pages[i].modified;
    if (!median || !time || (*time - *median <= kTogether && *median - *time <= kTogether))
      together.push_back(i);
  }
  return together;
}

bool are_an_application(std::span<const ProtectedPage> pages, const Group& group) {
  std::set<std::string_view> contents;
  std::set<std::string_view> folders;
  for (const std::size_t i : group) {
    contents.insert(pages[i].content);
    folders.insert(pages[i].folder);
  }
  return contents.size() >= kFewestPages && folders.size() >= kFewestFolders;
}

bool counts(const Detection& detection) {
  return detection.rule_kind == RuleKind::web_content && !detection.field("protector").empty();
}

ProtectedPage page_of(const Detection& detection) {
  const std::string windows_path(detection.field("windows-path"));
  const std::string& path = windows_path.empty() ? detection.place.artefact : windows_path;
  const std::string_view digest = detection.field("sha256");
  return {.protector = std::string(detection.field("protector")),
          .folder = path.substr(0, path.find_last_of("\\/") + 1),
          .content = std::string(digest.empty() ? std::string_view(detection.place.artefact) : digest),
          .modified = detection.time};
}

void lower(Detection& detection, std::size_t pages) {
  if (detection.confidence == Confidence::possible) return;
  detection.confidence = Confidence::possible;
  detection.level = files::level_of(detection.step, detection.confidence);
  detection.title = "Page is encrypted by a protector of code";
  for (auto& [name, value] : detection.fields) {
    if (name != "reason") continue;
    value = fmt::format(
        "The page is encrypted with {}: what it runs can't be told. So are {} different pages here, of one "
        "age, as an application's maker ships them: compare it with his copy",
        detection.field("protector"), pages);
  }
}

}  // namespace

std::vector<bool> protected_together(std::span<const ProtectedPage> pages) {
  std::map<std::string_view, Group> groups;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (!pages[i].protector.empty()) groups[pages[i].protector].push_back(i);
  }
  std::vector<bool> found(pages.size());
  for (const auto& [protector, group] : groups) {
    const Group together = of_one_time(pages, group);
    if (!are_an_application(pages, together)) continue;
    for (const std::size_t i : together) found[i] = true;
  }
  return found;
}

void weigh_protected_pages(std::vector<Detection>& detections) {
  std::map<std::uint32_t, std::pair<std::vector<Detection*>, std::vector<ProtectedPage>>> sources;
  for (Detection& detection : detections) {
    if (!counts(detection)) continue;
    auto& [found, pages] = sources[detection.place.source];
    found.push_back(&detection);
    pages.push_back(page_of(detection));
  }
  for (auto& [source, of_source] : sources) {
    auto& [found, pages] = of_source;
    const std::vector<bool> together = protected_together(pages);
    std::set<std::string_view> different;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (together[i]) different.insert(pages[i].content);
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (together[i]) lower(*found[i], different.size());
    }
  }
}

}  // namespace afterpatch::detect
