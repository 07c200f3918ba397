#include "knowledge/probe_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "knowledge/map_reader.h"
#include "knowledge/yaml_value.h"

namespace afterpatch::knowledge {
namespace {

constexpr std::size_t kMostBytesOfAPath = 200;
constexpr unsigned kMostRequests = 4;
constexpr unsigned kMostBytes = 65536;

constexpr std::array<std::pair<std::string_view, AskWhen>, 3> kAskWords = {
    {{"always", AskWhen::always}, {"no-build", AskWhen::no_build}, {"own-no-build", AskWhen::own_no_build}}};

constexpr std::array<std::pair<std::string_view, SignMeaning>, 7> kMeaningWords = {
    {{"build", SignMeaning::build},
     {"update", SignMeaning::update},
     {"build-at-least", SignMeaning::build_at_least},
     {"self-hosted", SignMeaning::self_hosted},
     {"online", SignMeaning::online},
     {"sends-online", SignMeaning::sends_online},
     {"elsewhere", SignMeaning::elsewhere}}};

template <typename Words>
auto word_value(const Words& words, const std::string& word, std::string_view key, MapReader& reader) {
  std::string expected;
  for (const auto& [name, value] : words) {
    if (word == name) return value;
    expected += (expected.empty() ? "expected one of: " : ", ") + std::string(name);
  }
  if (!word.empty()) reader.fault("unknown word '" + word + "'", key, expected);
  return words.front().second;
}

void check_path(const std::string& path, std::string_view key, MapReader& reader) {
  if (path.empty() || is_plain_path(path)) return;
  reader.fault(
      "'" + path + "' is no plain path", key,
      "a leading slash, then letters, digits, '/', '.', '-' and '_'; no query, no '@', nothing encoded");
}

Probe read_probe(const YamlValue& value, const std::string& file, Faults& faults) {
  MapReader reader(value, file, "a probe", faults);
  Probe probe;
  probe.id = reader.text("id");
  probe.path = reader.text("path");
  probe.ask = word_value(kAskWords, reader.text("ask"), "ask", reader);
  check_path(probe.path, "path", reader);
  reader.finish();
  return probe;
}

// "/ecp/{build}/file": plain once a build stands in it.
std::string read_existence(MapReader& reader) {
  constexpr std::string_view kPlace = "{build}";
  std::string path = reader.text_or("existence", "");
  if (path.empty()) return path;
  std::string filled = path;
  const auto place = path.find(kPlace);
  if (place == std::string::npos) {
    reader.fault("has no {build}", "existence", "a path like /ecp/{build}/exporttool/file");
    return {};
  }
  check_path(filled.replace(place, kPlace.size(), "15.1.2176.2"), "existence", reader);
  return path;
}

Sign read_sign(const YamlValue& value, const std::string& file, Faults& faults) {
  MapReader reader(value, file, "a sign", faults);
  Sign sign;
  sign.id = reader.text("id");
  sign.header = to_lower_ascii(reader.text_or("header", ""));
  sign.pattern = reader.text("pattern");
  sign.meaning = word_value(kMeaningWords, reader.text("means"), "means", reader);
  sign.says = reader.text("says");
  reader.finish();
  return sign;
}

unsigned read_bounded(MapReader& reader, std::string_view key, unsigned most) {
  const unsigned number = reader.number_or(key, most);
  if (number >= 1 && number <= most) return number;
  reader.fault("out of bounds", key, "expected 1 to " + std::to_string(most));
  return most;
}

}  // namespace

bool is_plain_path(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '.' || c == '-' || c == '_';
  };
  return path.starts_with('/') && path.size() <= kMostBytesOfAPath && std::ranges::all_of(path, is_plain) &&
         path.find("..") == std::string_view::npos && path.find("//") == std::string_view::npos;
}

std::shared_ptr<ProbePlan> read_probe_plan(const std::filesystem::path& product_folder, Faults& faults) {
  auto plan = std::make_shared<ProbePlan>();
  const std::string file = (product_folder / "probes.yaml").string();
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return faults.add(text.error()), plan;
  const auto yaml = parse_yaml(*text, file);
  if (!yaml) return faults.add(yaml.error()), plan;
  MapReader reader(*yaml, file, "the probe plan", faults);
  plan->requests = read_bounded(reader, "requests", kMostRequests);
  plan->bytes = read_bounded(reader, "bytes", kMostBytes);
  plan->body_bytes = read_bounded(reader, "body_bytes", kMostBytes);
  plan->samples = read_bounded(reader, "samples", kMostRequests);
  for (const YamlValue& value : reader.list("probes"))
    plan->probes.push_back(read_probe(value, file, faults));
  plan->existence = read_existence(reader);
  plan->follow = reader.texts_or_none("follow");
  for (const std::string& path : plan->follow) check_path(path, "follow", reader);
  plan->names_first = reader.texts_or_none("names_first");
  for (const YamlValue& value : reader.list("signs")) plan->signs.push_back(read_sign(value, file, faults));
  reader.finish();
  return plan;
}

Result<std::shared_ptr<const ProbePlan>> ProbePlan::load(const std::filesystem::path& product_folder) {
  Faults faults;
  auto plan = read_probe_plan(product_folder, faults);
  if (!faults.empty()) return std::unexpected(faults.all().front());
  return plan;
}

}  // namespace afterpatch::knowledge
