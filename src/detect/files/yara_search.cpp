#include "detect/files/yara_search.h"

#include <utility>

namespace afterpatch::detect::files {

void YaraHits::start(std::size_t literal_count) {
  found.assign(literal_count, false);
  counts.assign(literal_count, 0);
  one_end.resize(literal_count);
  literals.clear();
  places.clear();
}

void YaraHits::note(std::uint32_t literal, std::size_t end) {
  if (!found[literal]) {
    found[literal] = true;
    literals.push_back(literal);
    one_end[literal] = static_cast<std::uint32_t>(end);
  }
  std::uint16_t& count = counts[literal];
  if (count > kMostPlaces) return;
  if (++count > kMostPlaces || places.size() >= kMostPlacesOfAll) {
    count = kMostPlaces + 1;
    return;
  }
  places.push_back({.literal = literal, .end = static_cast<std::uint32_t>(end)});
}

void YaraHits::note_everywhere(std::uint32_t literal) {
  if (!found[literal]) literals.push_back(literal);
  found[literal] = true;
  counts[literal] = kMostPlaces + 1;
}

void YaraHits::note_open(std::uint32_t literal) {
  found[literal] = true;
  counts[literal] = kOpen;
}

void YaraHits::note_part(std::uint32_t literal) {
  if (found[literal]) return;
  literals.push_back(literal);
  note_open(literal);
}

void YaraHits::note_searched(std::uint32_t literal) {
  found[literal] = false;
  counts[literal] = 0;
}

std::unique_ptr<const YaraSearch> YaraSearch::make(Wanted wanted, std::string_view sample) {
  std::vector<ScanLiteral> literals;
  literals.reserve(wanted.literals.size());
  // What many literals share is common in files, too.
  std::string common(sample);
  for (const std::string& literal : wanted.literals) {
    common += literal;
    literals.push_back({.text = literal, .space_or_plus = false});
  }
  auto scanner = LiteralScanner::compile(literals, common);
  auto search = std::make_unique<YaraSearch>();
  search->wanted_ = std::move(wanted);
  if (!scanner || !search->patterns_.compile(search->wanted_.patterns)) return nullptr;
  search->scanner_ = std::move(*scanner);
  search->wanted_.literals = {};
  search->wanted_.patterns = {};
  return search;
}

void YaraSearch::search(std::string_view bytes, Scratch& scratch, YaraHits& hits) const {
  if (!std::exchange(scratch.made_, true)) scratch.literals_ = scanner_.make_scratch();
  scanner_.scan(bytes, scratch.literals_, [&](std::uint32_t literal, std::size_t end) {
    hits.note(wanted_.literal_numbers[literal], end);
  });
  const auto& numbers = wanted_.pattern_numbers;
  const auto note = [&](std::uint32_t pattern, std::size_t end) {
    if (wanted_.parts[pattern]) return hits.note_part(numbers[pattern]);
    hits.note(numbers[pattern], end);
  };
  if (patterns_.find(bytes, scratch.patterns_, note)) return;
  for (const std::uint32_t number : numbers) hits.note_everywhere(number);
}

}  // namespace afterpatch::detect::files
