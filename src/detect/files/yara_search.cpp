#include "detect/files/yara_search.h"

#include <hs/hs.h>

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

void YaraHits::note_everywhere(std::uint32_t literal) {
  if (!found[literal]) literals.push_back(literal);
  found[literal] = true;
  counts[literal] = kMostPlaces + 1;
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
  if (!scanner || !search->compile_patterns()) return nullptr;
  search->scanner_ = std::move(*scanner);
  search->wanted_.literals = {};
  search->wanted_.patterns = {};
  return search;
}

bool YaraSearch::compile_patterns() {
  const auto& patterns = wanted_.patterns;
  if (patterns.empty()) return true;
  std::vector<const char*> texts;
  std::vector<unsigned> ids;
  for (const std::string& pattern : patterns) {
    texts.push_back(pattern.c_str());
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  const std::vector<unsigned> flags(patterns.size(), HS_FLAG_DOTALL);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const auto status =
      hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error);
  hs_free_compile_error(error);
  database_.reset(database, hs_free_database);
  return status == HS_SUCCESS;
}

void YaraSearch::prepare(Scratch& scratch) const {
  scratch.made_ = true;
  scratch.literals_ = scanner_.make_scratch();
  hs_scratch_t* made = nullptr;
  if (database_ && hs_alloc_scratch(database_.get(), &made) == HS_SUCCESS)
    scratch.patterns_.reset(made, hs_free_scratch);
}

bool YaraSearch::search_patterns(std::string_view bytes, Scratch& scratch, YaraHits& hits) const {
  if (!database_) return true;
  if (!scratch.patterns_) return false;
  struct Noting {
    YaraHits& hits;
    const std::vector<std::uint32_t>& numbers;
  } noting{.hits = hits, .numbers = wanted_.pattern_numbers};
  const auto note = [](unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
    auto& [into, numbers] = *static_cast<Noting*>(context);
    into.note(numbers[id], static_cast<std::size_t>(end));
    return 0;
  };
  return hs_scan(database_.get(), bytes.data(), static_cast<unsigned>(bytes.size()), 0,
                 scratch.patterns_.get(), note, &noting) == HS_SUCCESS;
}

void YaraSearch::search(std::string_view bytes, Scratch& scratch, YaraHits& hits) const {
  if (!scratch.made_) prepare(scratch);
  scanner_.scan(bytes, scratch.literals_, [&](std::uint32_t literal, std::size_t end) {
    hits.note(wanted_.literal_numbers[literal], end);
  });
  if (search_patterns(bytes, scratch, hits)) return;
  for (const std::uint32_t number : wanted_.pattern_numbers) hits.note_everywhere(number);
}

}  // namespace afterpatch::detect::files
