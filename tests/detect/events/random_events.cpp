#include "detect/events/random_events.h"

#include <algorithm>

#include "base/text.h"

namespace afterpatch::detect::events {
namespace {

using range::EvtxType;
using sigma::RandomRules;

constexpr const char* kSysmon = "Microsoft-Windows-Sysmon/Operational";

struct Kind {
  const char* channel;
  std::uint16_t event_id;
};
constexpr Kind kKinds[] = {{"Security", 4688}, {"Security", 4624},           {kSysmon, 1},
                           {kSysmon, 12},      {"MSExchange Management", 1}, {"Application", 2}};

// A value of no text type, as Windows shows it.
struct Typed {
  EvtxType type;
  const char* written;
  const char* shown;
};
constexpr Typed kTyped[] = {
    {EvtxType::hex64, "0x3e7", "0x3e7"},
    {EvtxType::uint32, "1", "1"},
    {EvtxType::uint32, "2", "2"},
    {EvtxType::int32, "-15", "-15"},
    {EvtxType::sid, "S-1-5-18", "S-1-5-18"},
    {EvtxType::boolean, "true", "true"},
    {EvtxType::guid, "54849625-5478-4994-A5BA-3E3B0328C30D", "{54849625-5478-4994-A5BA-3E3B0328C30D}"},
    {EvtxType::filetime, "2021-03-03T06:49:46Z", "2021-03-03T06:49:46.0000000Z"},
    {EvtxType::binary, "0ABC", "0ABC"},
};

std::string in_capitals(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string random_text(RandomRules& random) {
  std::string text;
  for (std::size_t i = random.below(4); i > 0; --i) {
    text += random.chance(30) ? in_capitals(random.word()) : random.word();
    if (random.chance(30)) text += " -/\\"[random.below(4)];
  }
  return text;
}

std::string without_spaces(std::string name) {
  std::erase(name, ' ');
  return name;
}

bool routes(const std::string& name) {
  return equals_ignoring_case(name, "EventID") || equals_ignoring_case(name, "Channel") ||
         equals_ignoring_case(name, "Provider_Name");
}

class Maker {
 public:
  explicit Maker(RandomRules& random) : random_(random) {}

  RandomEvent make() {
    const Kind& kind = kKinds[random_.below(std::size(kKinds))];
    event_.made.channel = kind.channel;
    event_.made.event_id = kind.event_id;
    event_.made.provider = random_.word();
    add("EventID", {std::to_string(kind.event_id)});
    add("Channel", {kind.channel});
    add("Provider_Name", {event_.made.provider});
    if (kind.event_id == 4688) add_process_creation();
    for (std::size_t i = random_.below(6); i > 0; --i) add_data();
    return std::move(event_);
  }

 private:
  void add(const std::string& name, const std::vector<std::string>& shown) {
    for (const std::string& field : rule_fields()) {
      if (!equals_ignoring_case(field, name)) continue;
      auto& values = event_.fields[field];
      values.insert(values.end(), shown.begin(), shown.end());
    }
    event_.fields["no rule's " + std::to_string(event_.fields.size())] = shown;
  }

  void add_from_data(const MadeData& data, const std::vector<std::string>& shown) {
    event_.made.data.push_back(data);
    const std::string name = data.name.empty() ? "Data" : data.name;
    add(routes(name) ? "nothing" : name, shown);
    if (!data.named_by_value && name.find(' ') != std::string::npos) add(without_spaces(name), shown);
  }

  void add_data() {
    static const std::vector<std::string> kNames = {"CommandLine", "User",   "Threat Name", "", "",
                                                    "EventType",   "Hidden", "channel"};
    const std::string& name = kNames[random_.below(kNames.size())];
    if (random_.chance(10)) {
      event_.made.data.push_back(null(name));
    } else if (random_.chance(25)) {
      const Typed& value = kTyped[random_.below(std::size(kTyped))];
      add_from_data(typed(name, value.type, value.written), {value.shown});
    } else if (random_.chance(15)) {
      const std::vector<std::string> items = {random_text(random_), random_text(random_)};
      add_from_data(texts(name, items), items);
    } else if (!name.empty() && random_.chance(20)) {
      const std::string value = random_text(random_);
      add_from_data(named_by_value(name, value), {value});
    } else {
      const std::string value = random_.chance(20) ? "CreateKey" : random_text(random_);
      add_from_data(text(name, value), {value});
    }
  }

  // Its fields under Sysmon's names.
  void add_process_creation() {
    const std::string image = random_text(random_);
    add_from_data(text("NewProcessName", image), {image});
    if (!image.empty()) add("Image", {image});
    event_.has_joined_fields = random_.chance(30);
    if (!event_.has_joined_fields) return;
    add_from_data(text("SubjectDomainName", "D"), {"D"});
    const std::string user = random_text(random_);
    add_from_data(text("SubjectUserName", user), {user});
  }

  RandomRules& random_;
  RandomEvent event_;
};

}  // namespace

const std::vector<std::string>& random_words() {
  static const std::vector<std::string> kWords = {
      "a",      "Ab",     "cmd.exe", "createkey", "kiss",       "\u212Aiss",  "ki\u017Fs",
      "\u212A", "\u017F", "\u00DF",  "\u1E9E",    "\u00E9",     "\u00C9",     "\u03C3",
      "\u03A3", "\u03C2", "\u0430",  "\u0435",    "\U0001F600", "\U0001F47E", "\u2013",
      "0x3e7",  "s-1-5",  "1",       "2",         "5",          "{5484",      "a5ba-",
      "06:49",  "z",      "`",       "true",      "-",          "~"};
  return kWords;
}

const std::vector<std::string>& rule_fields() {
  static const std::vector<std::string> kFields = {"Image",       "image",         "CommandLine", "User",
                                                   "Threat Name", "ThreatName",    "Data",        "EventID",
                                                   "Channel",     "Provider_Name", "EventType"};
  return kFields;
}

RandomEvent random_event(RandomRules& random) {
  return Maker(random).make();
}

}  // namespace afterpatch::detect::events
