#include "report/navigator.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "report/attack_techniques.h"
#include "report/json_writer.h"
#include "report/sharing/victim_names.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

// Navigator shows a comment in a tooltip; more would fill the screen.
constexpr std::size_t kMostTitles = 20;

struct Matches {
  std::uint64_t count = 0;
  detect::Confidence surest = detect::Confidence::possible;
  std::optional<Timestamp> first;
};
using MatchesByTitle = std::map<std::string, Matches>;

void add(const detect::Detection& detection, MatchesByTitle& titles) {
  Matches& matches = titles[detection.title];
  ++matches.count;
  matches.surest = std::max(matches.surest, detection.confidence);
  if (detection.time) matches.first = std::min(matches.first.value_or(*detection.time), *detection.time);
}

std::map<std::string, MatchesByTitle> techniques_of(const HuntReport& hunt) {
  std::map<std::string, MatchesByTitle> techniques;
  for (const ServerReport& server : hunt.servers) {
    for (const detect::Detection& detection : server.detections) {
      if (detection.campaign.empty()) continue;
      for (const std::string& technique : detection.techniques) {
        if (is_technique_id(technique)) add(detection, techniques[technique]);
      }
    }
  }
  return techniques;
}

std::string comment_of(const MatchesByTitle& titles, const VictimNames& names) {
  std::string comment;
  std::size_t shown = 0;
  for (const auto& [title, matches] : titles) {
    if (shown++ == kMostTitles) return comment + fmt::format("\nand {} more", titles.size() - kMostTitles);
    comment += fmt::format("{}{}: {}, {}{}", comment.empty() ? "" : "\n", names.hidden(to_utf8(title)),
                           count_text(matches.count, "match", "matches"), to_string(matches.surest),
                           matches.first ? ", first " + second_text(*matches.first) + " UTC" : "");
  }
  return comment;
}

std::uint64_t score_of(const MatchesByTitle& titles) {
  std::uint64_t score = 0;
  for (const auto& [title, matches] : titles) score += matches.count;
  return score;
}

void write_head(JsonWriter& json, const HuntReport& hunt) {
  json.field("name", "Afterpatch: " + campaign_name(hunt));
  json.key("versions");
  json.begin_object();
  json.field("navigator", "4.9.0");
  json.field("layer", "4.5");
  json.end_object();
  json.field("domain", "enterprise-attack");
  json.field("description", "Score: the number of detections of a technique in the evidence");
  json.field("sorting", 3);
  json.key("layout");
  json.begin_object();
  json.field("layout", "side");
  json.field("showID", true);
  json.field("showName", true);
  json.field("expandedSubtechniques", "annotated");
  json.end_object();
  json.field("hideDisabled", false);
}

// White to red. The largest score gets the full colour.
void write_gradient(JsonWriter& json, std::uint64_t largest) {
  json.key("gradient");
  json.begin_object();
  json.field("colors", std::vector<std::string>{"#ffffff", "#c53030"});
  json.field("minValue", 0);
  json.field("maxValue", std::max<std::uint64_t>(largest, 1));
  json.end_object();
}

}  // namespace

std::string navigator_layer(const assess::HuntReport& hunt) {
  const VictimNames names(hunt);
  JsonWriter json(JsonWriter::Layout::compact);
  std::uint64_t largest = 0;
  json.begin_object();
  write_head(json, hunt);
  json.key("techniques");
  json.begin_array();
  for (const auto& [technique, titles] : techniques_of(hunt)) {
    largest = std::max(largest, score_of(titles));
    json.begin_object();
    json.field("techniqueID", technique);
    json.field("score", score_of(titles));
    json.field("comment", comment_of(titles, names));
    json.field("enabled", true);
    json.end_object();
  }
  json.end_array();
  write_gradient(json, largest);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace afterpatch::report
