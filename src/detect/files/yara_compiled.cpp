#include "detect/files/yara_compiled.h"

#include <algorithm>

#include <fmt/format.h>

#include "detect/files/yara_classes.h"

namespace afterpatch::detect::files {
namespace {

// Making the prefilter of 6,000 rules takes about as long as libyara takes for this much with them.
constexpr std::uint64_t kPaysFrom = 2ULL << 20U;
// A file costs something whatever its size, about as much as so many bytes.
constexpr std::uint64_t kBytesPerFile = 32ULL << 10U;
// Fewer rules are searched so fast that there is nothing to gain.
constexpr std::size_t kFewRules = 100;

std::string key_of(const YR_RULE* rule) {
  return fmt::format("{} {}", rule->ns->name, rule->identifier);
}

}  // namespace

CompiledYara::CompiledYara() : always_(yara_class_count()) {}

const YaraPrefilter* CompiledYara::prefilter(std::size_t bytes, bool at_once) const {
  if (const YaraPrefilter* ready = ready_.load(std::memory_order_acquire)) return ready;
  const std::uint64_t seen = seen_.fetch_add(bytes + kBytesPerFile, std::memory_order_relaxed) + bytes;
  if (!at_once && (seen < kPaysFrom || size < kFewRules)) return nullptr;
  const std::unique_lock lock(making_, std::try_to_lock);
  if (!lock || failed_) return nullptr;
  if (!filter_) filter_ = YaraPrefilter::make(sources);
  failed_ = !filter_;
  ready_.store(filter_.get(), std::memory_order_release);
  return filter_.get();
}

bool CompiledYara::always(const YaraPrefilter& filter, std::size_t file_class,
                          std::vector<const YaraSet*>& sets) const {
  AlwaysSet& own = always_[file_class];
  std::call_once(own.made, [&] {
    std::vector<std::uint32_t> rules = filter.always(file_class);
    const std::vector<std::uint32_t> whole = take_whole(filter, rules);
    if (!rules.empty()) own.sets.push_back(compile_yara_rules(sources, filter, rules));
    if (!whole.empty()) own.sets.push_back(compile_yara_rules(sources, filter, whole));
  });
  for (const auto& set : own.sets) {
    if (!set) return false;
    sets.push_back(set.get());
  }
  return true;
}

std::vector<std::uint32_t> take_whole(const YaraPrefilter& filter, std::vector<std::uint32_t>& rules) {
  const auto whole = std::stable_partition(rules.begin(), rules.end(),
                                           [&](std::uint32_t r) { return !filter.sees_whole(r); });
  std::vector<std::uint32_t> taken(whole, rules.end());
  rules.erase(whole, rules.end());
  return taken;
}

void CompiledYara::note_order() {
  const YR_RULE* rule = nullptr;
  yr_rules_foreach(all->get(), rule) {
    order_.emplace(key_of(rule), order_.size());
  }
}

std::size_t CompiledYara::order(const YR_RULE* rule) const {
  const auto found = order_.find(key_of(rule));
  return found == order_.end() ? order_.size() : found->second;
}

}  // namespace afterpatch::detect::files
