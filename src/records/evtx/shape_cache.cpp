#include "records/evtx/shape_cache.h"

#include <span>

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

std::size_t bytes_of(const Shape& shape) {
  std::size_t bytes = sizeof(Shape) + shape.steps.size() * sizeof(Step) + shape.leaves.size() * sizeof(Leaf);
  for (const Leaf& leaf : shape.leaves) bytes += leaf.name.size();
  return bytes;
}

}  // namespace

void ShapeCache::start_chunk() {
  ++chunk_;
  template_bytes_ = 0;
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
  bytes_ += bytes_of(shapes_.back());
  return &shapes_.back();
}

const Shape* ShapeCache::shape_of_template(std::string_view chunk, std::uint32_t offset,
                                           OverwrittenNames names) {
  template_bytes_ += load<std::uint32_t>(chunk, offset + kTemplateSizeAt);
  if (template_bytes_ > kMaxTemplateBytes) return nullptr;
  const FragmentOptions options{.overwritten_names = names};
  return compile_template(chunk, offset, options, names_, steps_) == Damage::none ? shape_of_steps()
                                                                                  : nullptr;
}

const Shape* ShapeCache::of_template(std::string_view chunk, std::uint32_t offset, std::uint32_t guid_begin,
                                     bool recovered) {
  if (offset >= kChunkBytes || !holds(chunk, offset, kTemplateHeaderBytes)) return nullptr;
  if (load<std::uint32_t>(chunk, offset + kTemplateGuidAt) != guid_begin) return nullptr;
  std::vector<Known>& by_offset = by_offset_[recovered ? 1 : 0];
  if (by_offset.empty()) by_offset.resize(kChunkBytes);
  Known& known = by_offset[offset];
  const OverwrittenNames names = recovered ? OverwrittenNames::refused : OverwrittenNames::taken;
  if (known.chunk != chunk_) known = {chunk_, shape_of_template(chunk, offset, names)};
  return known.shape;
}

ShapeCache::Fragment ShapeCache::of_fragment(std::string_view chunk, Cursor& cursor, bool has_dependency_ids,
                                             bool recovered, std::vector<Value>& values) {
  using enum OverwrittenNames;
  struct Attempt {
    bool has_dependency_ids;
    OverwrittenNames names;
  };
  // Which of the two layouts a nested element has is nowhere written; the wrong one meets impossible names.
  const Attempt attempts[] = {{has_dependency_ids, recovered ? refused : taken},
                              {!has_dependency_ids, recovered ? refused : taken},
                              {has_dependency_ids, marked}};
  Damage damage = Damage::none;
  for (const Attempt& attempt : std::span(attempts, recovered ? 3 : 2)) {
    Cursor from_begin(cursor.bytes(), cursor.at());
    values.clear();
    const FragmentOptions options{attempt.has_dependency_ids, true, attempt.names};
    const Damage found = compile_steps(chunk, from_begin, options, names_, steps_, values);
    if (found == Damage::none && !steps_.empty()) return {shape_of_steps(), Damage::none};
    if (damage == Damage::none) damage = found == Damage::none ? Damage::ends_early : found;
  }
  return {nullptr, damage};
}

const Shape* ShapeCache::of_library(const LibraryTemplate& found) {
  const Shape*& shape = borrowed_[&found];
  if (shape != nullptr) return shape;
  steps_ = found.steps;
  for (Step& step : steps_)
    if (has_name(step.kind)) step.operand = names_.of_utf16(found.texts[step.operand]);
  return shape = shape_of_steps();
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
