#include "knowledge/victim_words.h"

#include <algorithm>
#include <span>

#include "base/file.h"
#include "knowledge/faults.h"
#include "knowledge/guide_filling.h"
#include "knowledge/map_reader.h"

namespace afterpatch::knowledge {
namespace {

// A list of maps with two texts each.
void read_pairs(const std::vector<YamlValue>& list, const char* key, const char* value,
                const std::string& file, Faults& faults, std::map<std::string, std::string>& out) {
  for (const YamlValue& item : list) {
    MapReader reader(item, file, std::string("an entry with '") + key + "'", faults);
    const std::string name = reader.text(key);
    if (!out.emplace(name, reader.text(value)).second) reader.fault("'" + name + "' stands twice", key);
    reader.finish();
  }
}

void check(const char* key, const std::map<std::string, std::string>& says,
           std::span<const std::string_view> expected, MapReader& reader) {
  for (const std::string_view word : expected)
    if (!says.contains(std::string(word))) reader.fault("no words for '" + std::string(word) + "'", key);
  for (const auto& [word, sentence] : says)
    if (std::ranges::find(expected, word) == expected.end())
      reader.fault("nothing here is called '" + word + "'", key);
}

}  // namespace

Result<VictimWords> load_victim_words(const std::filesystem::path& knowledge, const std::string& language) {
  const std::string file = (knowledge / "victims" / (language + ".yaml")).string();
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return std::unexpected(text.error());
  const auto yaml = parse_yaml(*text, file);
  if (!yaml) return std::unexpected(yaml.error());
  Faults faults;
  VictimWords words;
  MapReader reader(*yaml, file, "the victim's words", faults);
  read_pairs(reader.list("verdict"), "when", "says", file, faults, words.verdicts);
  read_pairs(reader.list("guide"), "for", "says", file, faults, words.phrases);
  check("verdict", words.verdicts, kVictimVerdicts, reader);
  check("guide", words.phrases, kGuidePhrases, reader);
  reader.finish();
  if (!faults.empty()) return std::unexpected(faults.all().front());
  return words;
}

}  // namespace afterpatch::knowledge
