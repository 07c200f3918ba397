#include "detect/files/yara_pattern_set.h"

#include <hs/hs.h>

#include <algorithm>
#include <utility>

#include "detect/files/yara_pattern.h"

namespace afterpatch::detect::files {

bool YaraPatternSet::compile(const std::vector<std::string>& patterns) {
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

// Vectorscan makes room that is there already larger where a database needs more.
bool YaraPatternSet::prepare(Scratch& scratch) const {
  if (std::find(scratch.ready_.begin(), scratch.ready_.end(), this) != scratch.ready_.end()) return true;
  hs_scratch_t* room = nullptr;
  if (scratch.room_ && hs_clone_scratch(scratch.room_.get(), &room) != HS_SUCCESS) return false;
  const bool made = hs_alloc_scratch(database_.get(), &room) == HS_SUCCESS;
  scratch.room_.reset(room, hs_free_scratch);
  if (made) scratch.ready_.push_back(this);
  return made;
}

// `on_one` tells whether to go on. False when it did not, or the walk failed.
template <typename OnOne>
bool YaraPatternSet::walk(std::string_view bytes, Scratch& scratch, OnOne on_one) const {
  if (!database_) return true;
  if (!prepare(scratch)) return false;
  const auto pass_on = [](unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
    return (*static_cast<OnOne*>(context))(id, static_cast<std::size_t>(end)) ? 0 : 1;
  };
  return hs_scan(database_.get(), bytes.data(), static_cast<unsigned>(bytes.size()), 0, scratch.room_.get(),
                 pass_on, &on_one) == HS_SUCCESS;
}

bool YaraPatternSet::find(std::string_view bytes, Scratch& scratch, const OnMatch& on_match) const {
  return walk(bytes, scratch, [&](std::uint32_t pattern, std::size_t end) {
    on_match(pattern, end);
    return true;
  });
}

bool YaraPatternSet::may_be_in(std::string_view bytes, Scratch& scratch) const {
  return !walk(bytes, scratch, [](std::uint32_t, std::size_t) { return false; });
}

YaraSinglePatterns::YaraSinglePatterns(std::vector<std::string> patterns)
    : patterns_(std::move(patterns)), singles_(patterns_.size()) {}

const YaraPatternSet* YaraSinglePatterns::of(std::size_t pattern) const {
  Single& single = singles_[pattern];
  std::call_once(single.made, [&] {
    auto set = std::make_unique<YaraPatternSet>();
    if (set->compile({patterns_[pattern]})) single.set = std::move(set);
  });
  return single.set.get();
}

const YaraPatternSet* YaraStringPatterns::of(const YaraStringText& string) const {
  const std::lock_guard lock(making_);
  const auto [entry, added] = sets_.try_emplace(&string);
  if (!added) return entry->second.get();
  const std::vector<std::string> patterns = search_patterns(string);
  auto set = std::make_unique<YaraPatternSet>();
  if (!patterns.empty() && set->compile(patterns)) entry->second = std::move(set);
  return entry->second.get();
}

}  // namespace afterpatch::detect::files
