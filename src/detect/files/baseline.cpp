#include "detect/files/baseline.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "detect/files/file_places.h"
#include "detect/files/indicator_reader.h"

namespace afterpatch::detect::files {
namespace {

namespace json = boost::json;

constexpr const char* kWhatToDo = "make it again with: afterpatch baseline make DIR --output FILE";

// A name may hold bytes that are no UTF-8, which JSON can't carry.
json::string text_of(std::string_view text) {
  return json::string(to_utf8(text));
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

const json::object* as_object(const json::value& value) {
  return value.is_object() ? &value.get_object() : nullptr;
}

bool is_header(const json::object& object) {
  const json::value* format = object.if_contains("afterpatch-baseline");
  return format != nullptr && format->is_int64() && format->get_int64() == kBaselineFormat;
}

Error fault(const std::string& name, std::uint64_t line, const std::string& what) {
  return {fmt::format("not a baseline: {}", what), fmt::format("{}:{}", name, line), kWhatToDo};
}

}  // namespace

std::string baseline_line(const BaselineHeader& header) {
  json::object object;
  object["afterpatch-baseline"] = kBaselineFormat;
  object["product"] = text_of(header.product);
  object["tool"] = text_of(header.tool);
  object["folder"] = text_of(header.folder);
  object["date"] = text_of(header.date);
  return json::serialize(object) + '\n';
}

std::string baseline_line(const BaselineFile& file) {
  json::object object;
  object["path"] = text_of(file.path);
  object["sha256"] = text_of(file.sha256);
  object["size"] = file.size;
  return json::serialize(object) + '\n';
}

Result<void> Baseline::add(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxBaselineBytes);
  if (!text) return std::unexpected(text.error());
  return add_text(*text, file.string());
}

Result<void> Baseline::add_text(std::string_view text, const std::string& name) {
  std::uint64_t number = 0;
  bool header_seen = false;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    json::error_code error;
    const json::value value = json::parse(line, error, {}, {.max_depth = kMaxJsonDepth});
    const json::object* object = error ? nullptr : as_object(value);
    if (object == nullptr) return std::unexpected(fault(name, number, "this line is no JSON object"));
    if (is_header(*object)) {
      header_seen = true;
      continue;
    }
    if (!header_seen)
      return std::unexpected(fault(name, number, "it does not begin with a header of format 1"));
    const std::string_view path = json_text(*object, "path");
    const std::string_view digest = json_text(*object, "sha256");
    if (!path.starts_with('\\') || !is_digest(digest))
      return std::unexpected(
          fault(name, number, "this line has no 'path' that begins with \\, or no 'sha256'"));
    files_[to_lower_ascii(path)].emplace_back(digest);
    folders_.insert(to_lower_ascii(folder_of(path)));
  }
  if (!header_seen) return std::unexpected(fault(name, 1, "it is empty"));
  return {};
}

// A file at the top of the baseline says nothing of folders beside it: the top of one disk and that of a
// single copied folder look alike.
bool Baseline::covers(std::string_view windows_path) const {
  std::string_view folder = folder_of(windows_path);
  if (folders_.contains(std::string(folder))) return true;
  for (folder = folder_of(folder); !folder.empty(); folder = folder_of(folder)) {
    if (folders_.contains(std::string(folder))) return true;
  }
  return false;
}

BaselineAnswer Baseline::answer(std::string_view windows_path, std::string_view sha256) const {
  // Names that are no UTF-8 were written as what they look like in Windows-1252.
  const std::string path = to_utf8(windows_path);
  const auto found = files_.find(path);
  if (found == files_.end()) return covers(path) ? BaselineAnswer::not_listed : BaselineAnswer::not_covered;
  const auto& digests = found->second;
  return std::find(digests.begin(), digests.end(), sha256) == digests.end() ? BaselineAnswer::other_content
                                                                            : BaselineAnswer::listed;
}

}  // namespace afterpatch::detect::files
