#include "records/evtx/template_library.h"

#include <algorithm>

#include "records/evtx/binxml.h"
#include "records/evtx/bytes.h"
#include "records/evtx/chunk.h"
#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {
namespace {

// An instance: token (1), always 1 (1), beginning of the GUID (4), offset of the definition (4).
constexpr std::string_view kInstance("\x0c\x01", 2);
constexpr std::size_t kInstanceBytes = 10;

bool stands_at(std::string_view chunk, std::uint32_t guid_begin, std::size_t offset) {
  return holds(chunk, offset, kTemplateHeaderBytes) &&
         load<std::uint32_t>(chunk, offset + kTemplateGuidAt) == guid_begin;
}

// use(beginning of the GUID, offset of the definition, offset behind the instance) for whatever looks like an
// instance.
template <typename Use>
void for_each_instance(std::string_view chunk, Use use) {
  for (std::size_t at = chunk.find(kInstance); at != std::string_view::npos;
       at = chunk.find(kInstance, at + 1)) {
    if (!holds(chunk, at, kInstanceBytes)) return;
    use(load<std::uint32_t>(chunk, at + 2), load<std::uint32_t>(chunk, at + 6), at + kInstanceBytes);
  }
}

std::uint32_t count_slots(const Steps& steps) {
  std::uint32_t count = 0;
  for (const Step& step : steps)
    if (is_slot(step.kind)) count = std::max(count, step.operand + 1);
  return count;
}

LibraryTemplate without_chunk(const Steps& steps, const NameTable& names) {
  LibraryTemplate definition{steps, {}};
  std::map<NameId, std::uint32_t> numbers;
  for (Step& step : definition.steps) {
    if (!has_name(step.kind)) continue;
    const auto [known, is_new] =
        numbers.try_emplace(step.operand, static_cast<std::uint32_t>(definition.texts.size()));
    if (is_new) definition.texts.emplace_back(names.utf16(step.operand));
    step.operand = known->second;
  }
  return definition;
}

std::size_t text_bytes(const LibraryTemplate& definition) {
  std::size_t bytes = 0;
  for (const std::string& text : definition.texts) bytes += text.size();
  return bytes;
}

}  // namespace

void DefinitionReader::start_chunk() {
  if (names_) names_->start_chunk();
  if (names_ && names_->bytes() > kMaxNameBytes) names_.reset();
  bytes_ = 0;
}

bool DefinitionReader::compile(std::string_view chunk, std::uint32_t offset) {
  bytes_ += load<std::uint32_t>(chunk, offset + kTemplateSizeAt);
  if (bytes_ > kMaxTemplateBytes) return false;
  if (!names_) names_ = std::make_unique<NameTable>();
  const FragmentOptions options{.overwritten_names = OverwrittenNames::refused};
  return compile_template(chunk, offset, options, *names_, steps_) == Damage::none;
}

void MissingTemplates::add(std::uint32_t guid_begin) {
  guids_.insert(guid_begin);
  if (guids_.size() > kMaxGuids) guids_.erase(std::prev(guids_.end()));
}

// Only definitions behind the end of the records can have lost their names.
void MissingTemplates::add_chunk(std::string_view chunk) {
  definitions_.start_chunk();
  const std::size_t leftovers = read_chunk_header(chunk).free_space;
  for_each_instance(chunk, [&](std::uint32_t guid_begin, std::uint32_t offset, std::size_t end) {
    const bool stands = stands_at(chunk, guid_begin, offset);
    const bool is_leftover = offset == end && offset >= leftovers;
    if (!stands || (is_leftover && !definitions_.compile(chunk, offset))) add(guid_begin);
  });
}

void TemplateLibrary::add_chunk(std::string_view chunk) {
  definitions_.start_chunk();
  for_each_instance(chunk, [&](std::uint32_t guid_begin, std::uint32_t offset, std::size_t end) {
    if (offset != end || !missing_.contains(guid_begin) || !stands_at(chunk, guid_begin, offset)) return;
    if (!definitions_.compile(chunk, offset)) return;
    LibraryTemplate definition = without_chunk(definitions_.steps(), definitions_.names());
    const Key key{guid_begin, count_slots(definition.steps)};
    if (text_bytes(definition) <= kMaxTextBytes) add(key, std::move(definition));
  });
}

void TemplateLibrary::add(Key key, LibraryTemplate definition) {
  const auto [place, is_new] = known_.try_emplace(key);
  if (is_new) {
    place->second.definition = std::move(definition);
  } else if (place->second.definition != definition) {
    place->second.is_ambiguous = true;
  }
  if (known_.size() > kMaxTemplates) known_.erase(std::prev(known_.end()));
}

const LibraryTemplate* TemplateLibrary::find(std::uint32_t guid_begin, std::uint32_t values) const {
  const auto found = known_.find({guid_begin, values});
  return found == known_.end() || found->second.is_ambiguous ? nullptr : &found->second.definition;
}

std::shared_ptr<const TemplateLibrary> gather_templates(std::span<const std::string_view> chunks) {
  MissingTemplates missing;
  for (const std::string_view chunk : chunks) missing.add_chunk(chunk);
  if (missing.empty()) return nullptr;
  auto library = std::make_shared<TemplateLibrary>(missing);
  for (const std::string_view chunk : chunks) library->add_chunk(chunk);
  return library;
}

}  // namespace afterpatch::records::evtx
