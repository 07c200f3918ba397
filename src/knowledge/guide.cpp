// guide.yaml: what to do, step by step, and when.
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "knowledge/campaign_loader.h"
#include "knowledge/map_reader.h"

namespace afterpatch::knowledge {
namespace {

constexpr std::array<std::string_view, 11> kConditions = {
    "always",        "no-evidence",         "probed",    "exploited", "backdoored", "re-entered",
    "mail-accessed", "credentials-exposed", "unpatched", "patched",   "can't-tell"};

constexpr std::array<std::string_view, 4> kPlaceholders = {"door_paths", "attacker_addresses", "server",
                                                           "first_evidence"};

// Names between braces, in the form that placeholders have; a PowerShell block `{ $_.Name }` is none.
std::vector<std::string> placeholders(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", open + 1);
    if (close == std::string_view::npos || text[close] != '}' || close == open + 1) continue;
    names.emplace_back(text.substr(open + 1, close - open - 1));
  }
  return names;
}

void check_placeholders(const std::string& text, MapReader& reader, std::string_view key) {
  for (const std::string& name : placeholders(text)) {
    if (std::ranges::find(kPlaceholders, name) != kPlaceholders.end()) continue;
    reader.fault("unknown placeholder '{" + name + "}'", key,
                 fmt::format("expected one of: {}", fmt::join(kPlaceholders, ", ")));
  }
}

void check_conditions(const GuideStep& step, MapReader& reader) {
  for (const std::string& condition : step.when) {
    if (std::ranges::find(kConditions, condition) != kConditions.end()) continue;
    reader.fault("unknown condition '" + condition + "'", "when",
                 fmt::format("expected one of: {}", fmt::join(kConditions, ", ")));
  }
}

GuideStep read_step(const YamlValue& value, const std::string& file, Faults& faults) {
  MapReader reader(value, file, "a step", faults);
  GuideStep step;
  step.id = reader.text("id");
  step.title = reader.text("title");
  step.when = reader.texts("when");
  step.text = reader.text("text");
  step.commands = reader.texts_or_none("commands");
  step.check = reader.text_or("check", "");
  step.who = reader.text_or("who", "");
  reader.finish();
  check_conditions(step, reader);
  check_placeholders(step.text, reader, "text");
  for (const std::string& command : step.commands) check_placeholders(command, reader, "commands");
  return step;
}

// Takes each step of one file, in order.
class GuideFile {
 public:
  GuideFile(const std::filesystem::path& path, Faults& faults) : file_(path.string()), faults_(faults) {}

  template <typename Take>
  void read(Take take) {
    const auto text = read_file(file_, kMaxYamlBytes);
    if (!text) return faults_.add(text.error());
    const auto yaml = parse_yaml(*text, file_);
    if (!yaml) return faults_.add(yaml.error());
    MapReader reader(*yaml, file_, "the guide", faults_);
    for (const YamlValue& value : reader.list("steps")) take(value, file_);
    reader.finish();
  }

 private:
  std::string file_;
  Faults& faults_;
};

using Shared = std::map<std::string, GuideStep>;

Shared read_shared(const std::filesystem::path& path, Faults& faults) {
  Shared shared;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return shared;
  GuideFile(path, faults).read([&](const YamlValue& value, const std::string& file) {
    GuideStep step = read_step(value, file, faults);
    const std::string id = step.id;
    if (!id.empty() && !shared.emplace(id, std::move(step)).second)
      faults.add("step '" + id + "' stands twice", file, value.line);
  });
  return shared;
}

// The step itself, or the product's that it names.
GuideStep step_of(const YamlValue& value, const std::string& file, const Shared& shared, Faults& faults) {
  const bool used = std::ranges::find(value.entries, "use", &YamlValue::Entry::key) != value.entries.end();
  if (!used) return read_step(value, file, faults);
  MapReader reader(value, file, "a step", faults);
  const std::string id = reader.text("use");
  reader.finish();
  const auto found = shared.find(id);
  if (found != shared.end()) return found->second;
  reader.fault("the product's guide has no step '" + id + "'", "use", "expected an id of its guide.yaml");
  return {};
}

}  // namespace

std::vector<GuideStep> read_guide(const std::filesystem::path& folder, const std::filesystem::path& shared,
                                  Faults& faults) {
  std::vector<GuideStep> guide;
  std::set<std::string> ids;
  const Shared known = read_shared(shared, faults);
  GuideFile(folder / "guide.yaml", faults).read([&](const YamlValue& value, const std::string& file) {
    guide.push_back(step_of(value, file, known, faults));
    const std::string& id = guide.back().id;
    if (!id.empty() && !ids.insert(id).second) faults.add("step '" + id + "' stands twice", file, value.line);
  });
  return guide;
}

}  // namespace afterpatch::knowledge
