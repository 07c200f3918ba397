#include "knowledge/guide_translation.h"

#include "base/file.h"
#include "knowledge/faults.h"
#include "knowledge/guide_filling.h"
#include "knowledge/map_reader.h"
#include "knowledge/victim_words.h"

namespace afterpatch::knowledge {
namespace {

using Steps = std::map<std::string, StepWords>;

void take_step(const YamlValue& value, const std::string& file, const Steps& english, Faults& faults,
               Steps& steps) {
  MapReader reader(value, file, "a step", faults);
  const std::string id = reader.text("id");
  const StepWords words{reader.text("title"), reader.text("text"), reader.text_or("check", "")};
  reader.finish();
  const auto original = english.find(id);
  if (original != english.end() && placeholders_in(words.text) != placeholders_in(original->second.text))
    reader.fault("step '" + id + "' has other placeholders than in English", "text");
  if (!steps.emplace(id, words).second) reader.fault("step '" + id + "' stands twice", "id");
}

// The steps of one file; none if there is no file.
Steps read_steps(const std::filesystem::path& path, const Steps& english, Faults& faults) {
  Steps steps;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return steps;
  const std::string file = path.string();
  const auto text = read_file(path, kMaxYamlBytes);
  const auto yaml = text ? parse_yaml(*text, file) : std::unexpected(text.error());
  if (!yaml) {
    faults.add(yaml.error());
    return steps;
  }
  MapReader reader(*yaml, file, "the guide's translation", faults);
  for (const YamlValue& value : reader.list("steps")) take_step(value, file, english, faults, steps);
  reader.finish();
  return steps;
}

}  // namespace

Result<GuideTranslation> GuideTranslation::load(const std::filesystem::path& knowledge,
                                                const Campaign& campaign, const std::string& language) {
  GuideTranslation out;
  for (const GuideStep& step : campaign.guide) out.english_[step.id] = {step.title, step.text, step.check};
  Faults faults;
  const std::string name = "guide." + language + ".yaml";
  out.words_ = read_steps(knowledge / "campaigns" / campaign.id / name, out.english_, faults);
  out.words_.merge(read_steps(knowledge / "products" / campaign.product / name, out.english_, faults));
  if (!faults.empty()) return std::unexpected(faults.all().front());
  auto words = load_victim_words(knowledge, language);
  if (words) out.phrases_ = std::move(words->phrases);
  return out;
}

std::optional<StepWords> GuideTranslation::translated(const std::string& id, const StepWords& english) const {
  const auto original = english_.find(id);
  const auto words = words_.find(id);
  if (original == english_.end() || words == words_.end()) return std::nullopt;
  if (original->second.title != english.title || original->second.check != english.check) return std::nullopt;
  auto values = values_in(original->second.text, english.text);
  if (!values) return std::nullopt;
  for (auto& [placeholder, value] : *values)
    if (const auto phrase = phrases_.find(value); phrase != phrases_.end()) value = phrase->second;
  return StepWords{words->second.title, with_values(words->second.text, *values), words->second.check};
}

}  // namespace afterpatch::knowledge
