#include "tests/range/tree_reader.h"

#include <unistd.h>

#include <algorithm>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"

namespace afterpatch::range {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  auto lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (auto& line : lines) line = line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0));
  return lines;
}

void add(std::vector<Row>& rows, const std::vector<std::string>& fields,
         const std::vector<std::string>& values, int* odd) {
  if (fields.size() != values.size()) {
    if (odd != nullptr) ++*odd;
    return;
  }
  Row row;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!values[i].empty()) row.emplace(fields[i], values[i]);
  }
  rows.push_back(std::move(row));
}

std::vector<std::string> parts(std::string_view line, char separator) {
  const auto views = split(line, separator);
  return {views.begin(), views.end()};
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& name)
    : path_(std::filesystem::temp_directory_path() /
            ("afterpatch-range-" + name + "-" + std::to_string(getpid()))) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // nothing to do about it in a test's end
  std::filesystem::remove_all(path_, ignored);
}

std::string text_of(const std::filesystem::path& file) {
  return read_file(file).value_or(std::string());
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<Row> iis_rows(const Truth& truth, const std::string& site, int* odd) {
  std::vector<Row> rows;
  for (const auto& file : files_below(truth.tree / "C/inetpub/logs/LogFiles" / site)) {
    const std::string text = text_of(file);
    std::vector<std::string> fields;
    for (const auto line : lines_of(text)) {
      if (line.starts_with("#Fields: ")) fields = parts(line.substr(9), ' ');
      if (!line.starts_with('#')) add(rows, fields, parts(line, ' '), odd);
    }
  }
  return rows;
}

std::vector<Row> exchange_rows(const Truth& truth, const std::string& folder, int* odd) {
  std::vector<Row> rows;
  for (const auto& file : files_below(truth.tree / "C" / exchange_folder() / "Logging" / folder)) {
    const std::string text = text_of(file);
    std::vector<std::string> fields;
    for (const auto line : lines_of(text)) {
      if (line.starts_with("#Fields: ")) fields = parts(line.substr(9), ',');
      if (line.starts_with('#') || line.starts_with("DateTime,")) continue;
      const auto parsed = parse_csv(line, "line");
      if (parsed && parsed->size() == 1) add(rows, fields, parsed->front().fields, odd);
      if ((!parsed || parsed->size() != 1) && odd != nullptr) ++*odd;
    }
  }
  return rows;
}

}  // namespace afterpatch::range
