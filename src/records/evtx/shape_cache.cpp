#include "records/evtx/shape_cache.h"

#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {
namespace {

std::uint64_t hash_of(const Steps& steps) {
  std::uint64_t hash = steps.size();
  for (const Step& step : steps) {
    hash ^= std::uint64_t{step.operand} << 8U | static_cast<std::uint64_t>(step.kind);
    hash *= 0x9E3779B97F4A7C15;  // 2^64 / golden ratio: spreads neighbouring numbers
    hash ^= hash >> 32U;
  }
  return hash;
}

}  // namespace

void ShapeCache::start_chunk() {
  ++chunk_;
  names_.start_chunk();
}

// Equal steps are one shape, whatever a hostile file does to make hashes meet.
const Shape* ShapeCache::shape_of_steps() {
  const std::uint64_t hash = hash_of(steps_);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto known = first; known != last; ++known)
    if (known->second->steps == steps_) return known->second;
  const auto id = static_cast<std::uint32_t>(shapes_.size());
  shapes_.push_back(make_shape(id, steps_, names_));
  by_hash_.emplace(hash, &shapes_.back());
  return &shapes_.back();
}

const Shape* ShapeCache::compile_template(std::string_view chunk, std::uint32_t offset) {
  if (!holds(chunk, offset, kTemplateHeaderBytes)) return nullptr;
  const std::size_t size = load<std::uint32_t>(chunk, offset + kTemplateSizeAt);
  const std::size_t begin = offset + kTemplateHeaderBytes;
  if (!holds(chunk, begin, size)) return nullptr;
  Cursor cursor(chunk.substr(0, begin + size), begin);
  const FragmentOptions options{.has_dependency_ids = true, .literals_are_values = false};
  if (compile_steps(chunk, cursor, options, names_, steps_, no_values_) != Damage::none) return nullptr;
  return steps_.empty() ? nullptr : shape_of_steps();
}

const Shape* ShapeCache::of_template(std::string_view chunk, std::uint32_t offset, std::uint32_t guid_begin) {
  if (offset >= by_offset_.size() || !holds(chunk, offset, kTemplateHeaderBytes)) return nullptr;
  if (load<std::uint32_t>(chunk, offset + kTemplateGuidAt) != guid_begin) return nullptr;
  Known& known = by_offset_[offset];
  if (known.chunk != chunk_) known = {chunk_, compile_template(chunk, offset)};
  return known.shape;
}

ShapeCache::Fragment ShapeCache::of_fragment(std::string_view chunk, Cursor& cursor, bool has_dependency_ids,
                                             std::vector<Value>& values) {
  const std::size_t begin = cursor.at();
  Damage damage = Damage::none;
  // Which of the two layouts a nested element has is nowhere written; the wrong one meets impossible names.
  for (const bool dependency_ids : {has_dependency_ids, !has_dependency_ids}) {
    Cursor attempt(cursor.bytes(), begin);
    values.clear();
    const FragmentOptions options{.has_dependency_ids = dependency_ids, .literals_are_values = true};
    const Damage found = compile_steps(chunk, attempt, options, names_, steps_, values);
    if (found == Damage::none && !steps_.empty()) return {shape_of_steps(), Damage::none};
    if (damage == Damage::none) damage = found == Damage::none ? Damage::ends_early : found;
  }
  return {nullptr, damage};
}

const Shape* ShapeCache::of_nameless(std::uint32_t values) {
  const NameId event = names_.of_utf16(std::string_view("E\0v\0e\0n\0t\0", 10));
  const NameId data = names_.of_utf16(std::string_view("D\0a\0t\0a\0", 8));
  steps_ = {{Step::Kind::open_element, event}, {Step::Kind::close_start, 0}};
  for (std::uint32_t slot = 0; slot < values; ++slot) {
    const Steps one = {{Step::Kind::open_element, data},
                       {Step::Kind::close_start, 0},
                       {Step::Kind::optional_slot, slot},
                       {Step::Kind::end_element, 0}};
    steps_.insert(steps_.end(), one.begin(), one.end());
  }
  steps_.push_back({Step::Kind::end_element, 0});
  return shape_of_steps();
}

}  // namespace afterpatch::records::evtx
