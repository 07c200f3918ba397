#include "detect/neighbours.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "detect/files/file_places.h"

namespace afterpatch::detect {
namespace {

using Folder = std::pair<std::uint32_t, std::string>;  // source and Windows path

constexpr std::size_t kFewestNeighbours = 5;
constexpr std::chrono::hours kTogether{24};

Folder folder_of(std::uint32_t source, const std::string& windows_path) {
  return {source, std::string(files::folder_of(windows_path))};
}

// The median, when four of five lie within a day of it.
std::optional<Timestamp> common_time(std::vector<Timestamp> times) {
  if (times.size() < kFewestNeighbours) return std::nullopt;
  std::sort(times.begin(), times.end());
  const Timestamp median = times[times.size() / 2];
  const auto near = std::count_if(times.begin(), times.end(), [&](Timestamp time) {
    return time - median <= kTogether && median - time <= kTogether;
  });
  if (static_cast<std::size_t>(near) * 5 < times.size() * 4) return std::nullopt;
  return median;
}

}  // namespace

void note_neighbours(const evidence::Inventory& inventory, std::vector<WebFile>& web_files) {
  std::map<Folder, std::vector<std::pair<const evidence::Artefact*, Timestamp>>> folders;
  for (const WebFile& file : web_files) folders[folder_of(file.source, file.windows_path)];
  for (const evidence::Artefact& artefact : inventory.artefacts) {
    const auto folder = folders.find(folder_of(artefact.source, artefact.windows_path));
    if (folder != folders.end() && artefact.modified)
      folder->second.emplace_back(&artefact, *artefact.modified);
  }
  for (WebFile& file : web_files) {
    std::vector<Timestamp> times;
    for (const auto& [artefact, time] : folders[folder_of(file.source, file.windows_path)]) {
      if (artefact->path != file.artefact) times.push_back(time);
    }
    file.neighbours_modified = common_time(std::move(times));
  }
}

}  // namespace afterpatch::detect
