#include "detect/files/build_traces.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "evidence/byte_stream.h"
#include "knowledge/build.h"

namespace afterpatch::detect::files {
namespace {

using evidence::Artefact;

constexpr std::string_view kKey("V\0S\0_\0V\0E\0R\0S\0I\0O\0N\0_\0I\0N\0F\0O\0", 30);
constexpr std::string_view kSignature("\xBD\x04\xEF\xFE", 4);
constexpr std::size_t kKeyToSignature = 16;  // a terminating zero and padding to 32 bits stand between them

unsigned word_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) |
         (static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1])) << 8U);
}

using Traces = std::map<std::pair<BuildSource, std::string>, BuildTrace>;

void add(Traces& traces, BuildSource source, std::string build, const Artefact& artefact) {
  BuildTrace trace{build, source, {artefact.source, artefact.path, 0, 0}};
  traces.emplace(std::pair(source, std::move(build)), std::move(trace));
}

void read_version(const Artefact& artefact, Traces& traces, std::vector<evidence::Problem>& problems) {
  const auto content = evidence::read_content(artefact, kMaxVersionFileBytes);
  if (!content) return problems.push_back({artefact.path, to_string(content.error()), 1});
  if (auto version = file_version(content->bytes))
    add(traces, BuildSource::program_file, std::move(*version), artefact);
}

}  // namespace

std::optional<std::string> file_version(std::string_view program) {
  for (std::size_t key = program.find(kKey); key != std::string_view::npos;
       key = program.find(kKey, key + 1)) {
    const std::size_t from = key + kKey.size();
    const std::size_t at = program.substr(0, from + kKeyToSignature).find(kSignature, from);
    if (at == std::string_view::npos || at + 16 > program.size()) continue;
    // dwSignature, dwStrucVersion, dwFileVersionMS, dwFileVersionLS
    return fmt::format("{}.{}.{}.{}", word_at(program, at + 10), word_at(program, at + 8),
                       word_at(program, at + 14), word_at(program, at + 12));
  }
  return std::nullopt;
}

std::string_view build_in_path(std::string_view path, std::string_view folder) {
  const std::size_t at = path.find(folder);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = path.substr(at + folder.size());
  const std::string_view part = rest.substr(0, rest.find('\\'));
  return part.size() < rest.size() && knowledge::parse_build(part) ? part : std::string_view{};
}

std::vector<BuildTrace> build_traces(const evidence::Inventory& inventory, const knowledge::Product& product,
                                     std::vector<evidence::Problem>& problems) {
  Traces traces;
  for (const Artefact& artefact : inventory.artefacts) {
    const std::string_view path = artefact.windows_path;
    for (const std::string& folder : product.version_folders) {
      if (const auto build = build_in_path(path, folder); !build.empty())
        add(traces, BuildSource::folder_name, std::string(build), artefact);
    }
    const auto named = [&](const std::string& end) { return path.ends_with(end); };
    if (std::ranges::any_of(product.version_files, named)) read_version(artefact, traces, problems);
  }
  std::vector<BuildTrace> found;
  for (auto& [key, trace] : traces) found.push_back(std::move(trace));
  return found;
}

}  // namespace afterpatch::detect::files
