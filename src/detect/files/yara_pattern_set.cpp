#include "detect/files/yara_pattern_set.h"

#include <hs/hs.h>

#include <algorithm>
#include <utility>

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

bool YaraPatternSet::find(std::string_view bytes, Scratch& scratch, const OnMatch& on_match) const {
  if (!database_) return true;
  if (!prepare(scratch)) return false;
  const auto pass_on = [](unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
    (*static_cast<const OnMatch*>(context))(id, static_cast<std::size_t>(end));
    return 0;
  };
  return hs_scan(database_.get(), bytes.data(), static_cast<unsigned>(bytes.size()), 0, scratch.room_.get(),
                 pass_on, const_cast<OnMatch*>(&on_match)) == HS_SUCCESS;  // NOLINT: not changed by pass_on
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

}  // namespace afterpatch::detect::files
