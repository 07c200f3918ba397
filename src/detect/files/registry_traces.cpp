#include "detect/files/registry_traces.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/read_only_file.h"
#include "knowledge/build.h"
#include "records/registry/hive.h"

namespace afterpatch::detect::files {
namespace {

using evidence::Artefact;
using records::registry::Hive;
using records::registry::RegistryKey;
using records::registry::RegistryValue;

// Of all hives together: a server has some hundred programs.
constexpr std::size_t kMaxPrograms = 20'000;

class FileBytes final : public records::registry::HiveBytes {
 public:
  explicit FileBytes(evidence::ReadOnlyFile file) : file_(std::move(file)) {}
  std::size_t read_at(std::uint64_t offset, std::span<char> out) override {
    return file_.read_at(offset, out).value_or(0);
  }

 private:
  evidence::ReadOnlyFile file_;
};

// "SOFTWARE", also as a collector renamed it ("SOFTWARE.hiv", "C_SOFTWARE"), or loaded from one.
bool is_software(std::string_view windows_path, const Hive& hive) {
  const std::string_view name = windows_path.substr(windows_path.rfind('\\') + 1);
  return contains_ignoring_case(name, "software") ||
         ends_with_ignoring_case(hive.loaded_from(), "\\software");
}

std::string text_of(const std::vector<RegistryValue>& values, std::string_view name) {
  const auto value = std::ranges::find_if(
      values, [&](const RegistryValue& candidate) { return equals_ignoring_case(candidate.name, name); });
  return value == values.end() ? std::string() : value->text;
}

std::string first_of(const std::vector<RegistryValue>& values,
                     std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (std::string text = text_of(values, name); !text.empty()) return text;
  }
  return {};
}

class Reader {
 public:
  Reader(const Artefact& artefact, const knowledge::Product& product, Hive& hive, RegistryTraces& traces)
      : artefact_(artefact), product_(product), hive_(hive), traces_(traces) {}

  void read() {
    read_programs(kUninstallKey);
    for (const std::string& key : product_.update_keys) read_programs(key);
    for (const std::string& key : product_.set_up_keys) read_set_up(key);
  }

 private:
  Place place_of(const RegistryKey& key) const { return {artefact_.source, artefact_.path, key.offset, 0}; }

  void read_programs(std::string_view path) {
    const auto list = hive_.find(path);
    if (!list) return;
    for (const RegistryKey& key : hive_.keys_below(*list)) {
      if (traces_.programs.size() >= kMaxPrograms) return;
      const auto values = hive_.values_of(key);
      InstalledProgram program{.name = first_of(values, {"DisplayName", "PackageName"}),
                               .version = first_of(values, {"DisplayVersion", "PackageVersion"}),
                               .day = first_of(values, {"InstallDate", "InstalledDate"}),
                               .written = key.written,
                               .place = place_of(key)};
      if (!program.name.empty()) traces_.programs.push_back(std::move(program));
    }
  }

  // The set-up notes four numbers and leaves the last alone when a security update is installed: so only the
  // cumulative update is known.
  void read_set_up(std::string_view path) {
    const auto key = hive_.find(path);
    if (!key) return;
    const auto values = hive_.values_of(*key);
    const auto build = knowledge::parse_build(fmt::format("{}.{}.{}.0", text_of(values, "MsiProductMajor"),
                                                          text_of(values, "MsiProductMinor"),
                                                          text_of(values, "MsiBuildMajor")));
    if (!build) return;
    const auto& p = build->parts;
    BuildTrace trace{fmt::format("{}.{}.{}", p[0], p[1], p[2]), BuildSource::registry, place_of(*key)};
    if (std::ranges::find(traces_.builds, trace.build, &BuildTrace::build) == traces_.builds.end())
      traces_.builds.push_back(std::move(trace));
  }

  const Artefact& artefact_;
  const knowledge::Product& product_;
  Hive& hive_;
  RegistryTraces& traces_;
};

void note_limits(const Artefact& artefact, const Hive& hive, std::vector<evidence::Problem>& problems) {
  const auto note = [&](std::string what, std::uint64_t count) {
    problems.push_back({artefact.path, std::move(what), count});
  };
  if (hive.damaged() > 0)
    note("damaged cells in the registry hive: what they held is missing", hive.damaged());
  if (hive.cut_short()) note("the registry hive holds more than is looked at; the rest was left out", 1);
  if (hive.is_dirty())
    note("the registry hive was in use: its newest changes are in its transaction logs, which are not read",
         1);
}

void read_hive(const Artefact& artefact, const knowledge::Product& product, RegistryTraces& traces,
               std::vector<evidence::Problem>& problems) {
  auto file = evidence::ReadOnlyFile::open(artefact.file);
  if (!file) return problems.push_back({artefact.path, to_string(file.error()), 1});
  FileBytes bytes(std::move(*file));
  auto hive = Hive::open(bytes);
  if (!hive) return problems.push_back({artefact.path, hive.error().what, 1});
  if (!is_software(artefact.windows_path, *hive)) return;
  Reader(artefact, product, *hive, traces).read();
  note_limits(artefact, *hive, problems);
}

}  // namespace

RegistryTraces registry_traces(const evidence::Inventory& inventory, const knowledge::Product& product,
                               std::vector<evidence::Problem>& problems) {
  RegistryTraces traces;
  for (const Artefact& artefact : inventory.artefacts) {
    if (artefact.kind != evidence::Kind::registry_hive) continue;
    if (artefact.gzip) {
      problems.push_back({artefact.path, "a packed registry hive is not read: unpack it", 1});
      continue;
    }
    read_hive(artefact, product, traces, problems);
  }
  return traces;
}

}  // namespace afterpatch::detect::files
