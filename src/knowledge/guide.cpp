// guide.yaml: what to do, step by step, and when.
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
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
  reader.finish();
  check_conditions(step, reader);
  check_placeholders(step.text, reader, "text");
  for (const std::string& command : step.commands) check_placeholders(command, reader, "commands");
  return step;
}

}  // namespace

std::vector<GuideStep> read_guide(const std::filesystem::path& folder, Faults& faults) {
  const std::string file = (folder / "guide.yaml").string();
  std::vector<GuideStep> guide;
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return faults.add(text.error()), guide;
  const auto yaml = parse_yaml(*text, file);
  if (!yaml) return faults.add(yaml.error()), guide;
  MapReader reader(*yaml, file, "the guide", faults);
  std::set<std::string> ids;
  for (const YamlValue& value : reader.list("steps")) {
    guide.push_back(read_step(value, file, faults));
    const std::string& id = guide.back().id;
    if (!id.empty() && !ids.insert(id).second) faults.add("step '" + id + "' stands twice", file, value.line);
  }
  reader.finish();
  return guide;
}

}  // namespace afterpatch::knowledge
