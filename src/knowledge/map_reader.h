// Reads the keys of one YAML map and names what is wrong with it: missing, unknown, doubled or of the wrong
// type, each with file and line and what was expected. A faulty key reads as empty, so that the rest of the
// file is still checked.
//
// Example:
//   MapReader flaw(value, file, "a flaw", faults);
//   out.cve = flaw.text("cve");
//   out.entry = flaw.flag_or("entry", false);
//   flaw.finish();   // names the keys that nobody asked for
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "knowledge/faults.h"
#include "knowledge/yaml_value.h"

namespace afterpatch::knowledge {

class MapReader {
 public:
  // `what` names the map in messages: "a timeline entry". All arguments must outlive the reader.
  MapReader(const YamlValue& value, const std::string& file, std::string what, Faults& faults);

  std::string text(std::string_view key);                           // required, not empty
  std::string text_or(std::string_view key, std::string fallback);  // may be missing
  std::vector<std::string> texts(std::string_view key);             // required list of texts, not empty
  std::vector<std::string> texts_or_none(std::string_view key);
  bool flag_or(std::string_view key, bool fallback);                 // true or false
  unsigned number_or(std::string_view key, unsigned fallback);       // 0 to 999,999
  Timestamp time(std::string_view key);                              // required
  const YamlValue* map(std::string_view key);                        // required; null if missing or no map
  const std::vector<YamlValue>& list(std::string_view key);          // required; empty if missing or no list
  const std::vector<YamlValue>& list_or_none(std::string_view key);  // may be missing

  // Line of a key's value; the map's own line if it has no such key.
  std::uint64_t line(std::string_view key) const;
  void fault(std::string what, std::string_view key, std::string next = {});

  void finish();

 private:
  const YamlValue* find(std::string_view key);
  const YamlValue* require(std::string_view key, std::string_view expected);
  std::string scalar(const YamlValue& value, std::string_view key);
  std::vector<std::string> read_texts(const YamlValue& value, std::string_view key);

  const YamlValue& value_;
  const std::string& file_;
  std::string what_;
  Faults& faults_;
  std::vector<std::string> asked_;
};

// A date or time as written in YAML ("2021-03-02", "2021-03-02T18:00Z"; minutes are enough). nullopt if it is
// none.
std::optional<Timestamp> parse_written_time(std::string_view text);

}  // namespace afterpatch::knowledge
