#include "detect/files/yara_search.h"

#include <utility>

namespace afterpatch::detect::files {

void YaraHits::start(std::size_t literal_count) {
  found.assign(literal_count, false);
  counts.assign(literal_count, 0);
  literals.clear();
  places.clear();
}

void YaraHits::note(std::uint32_t literal, std::size_t end) {
  if (!found[literal]) {
    found[literal] = true;
    literals.push_back(literal);
  }
  std::uint16_t& count = counts[literal];
  if (count > kMostPlaces) return;
  if (++count > kMostPlaces || places.size() >= kMostPlacesOfAll) {
    count = kMostPlaces + 1;
    return;
  }
  places.push_back({.literal = literal, .end = static_cast<std::uint32_t>(end)});
}

std::unique_ptr<const YaraSearch> YaraSearch::make(const std::vector<std::string>& literals,
                                                   std::string_view sample) {
  std::vector<ScanLiteral> wanted;
  wanted.reserve(literals.size());
  for (const std::string& literal : literals) wanted.push_back({.text = literal, .space_or_plus = false});
  auto scanner = LiteralScanner::compile(wanted, sample);
  if (!scanner) return nullptr;
  auto search = std::make_unique<YaraSearch>();
  search->scanner_ = std::move(*scanner);
  search->count_ = literals.size();
  return search;
}

void YaraSearch::search(std::string_view bytes, Scratch& scratch, YaraHits& hits) const {
  hits.start(count_);
  scanner_.scan(bytes, scratch, [&](std::uint32_t literal, std::size_t end) { hits.note(literal, end); });
}

}  // namespace afterpatch::detect::files
