// The same events as libevtx reads: `evtxexport -f xml` (Debian: libevtx-utils) prints each as XML, and every
// tag, attribute and text of ours must be the same, in the same order.
//
// Both texts are brought to one form first: white space between tags, <x/> for <x></x>, hex numbers padded
// with zeros ("0x00000001" there), times with nine digits of which the last two are always 0, line ends
// inside texts (written as &#13;&#10; here, so that an event stays on one line), and other control characters
// (U+FFFD here, since XML forbids them). What may differ beyond that stands in the table below, with exact
// numbers.
//
// Records that only we give because they are recovered (RecordSpan) are not compared: evtxexport keeps those
// apart in another mode with rules of its own.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <ostream>

#include <gtest/gtest.h>

#include "base/text.h"
#include "records/evtx/event_reader.h"
#include "records/evtx/event_xml.h"
#include "sample_files.h"

namespace afterpatch::records::evtx {
namespace {

struct Comparison {
  std::string_view file;
  std::size_t events = 0;  // that evtxexport prints
  // Events that evtxexport does not print. Its reader of BinXml knows no entity reference in an attribute
  // ("unsupported type: 0x49") and no literal value there ("0x05"), which forwarded events have; it ends the
  // whole file at the first such record. Ours must then be that many.
  std::size_t only_ours = 0;
  // Events that differ only by ANSI strings with markup in them: libevtx puts these into the XML as they are,
  // where they become elements; here they are texts, and escaped, since the event's author chose them.
  std::size_t with_markup = 0;
  // Events that differ only by values of type size_t: decimal there, hexadecimal here as in Windows.
  std::size_t with_size_values = 0;
};

void PrintTo(const Comparison& comparison, std::ostream* out) {
  *out << comparison.file;
}

constexpr Comparison kComparisons[] = {
    {"Application_no_crc32", 17},
    {"E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational", 24, 316},
    {"ID11", 1},
    {"ID6-transport-agent", 4},
    {"MSExchange_Management_wec", 0, 1},
    {"Microsoft-Windows-HelloForBusiness%4Operational", 5},
    {"Microsoft-Windows-LanguagePackSetup%4Operational", 16},
    {"Security_short_selected", 7},
    {"issue_201", 0, 1},
    {"new-user-security", 4},
    {"post-Security", 126},
    {"sample_with_a_bad_chunk_magic", 267},
    {"2-system-Microsoft-Windows-LiveId%4Operational", 399, 0, 247},
    {"2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational", 1910},
    {"2-vss_0-Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational", 1774},
    {"2-vss_7-System", 1160},
    {"E_ShadowCopy6_windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational", 89, 370},
    {"E_Windows_system32_winevt_logs_Microsoft-Windows-Shell-Core%4Operational", 1146},
    {"Security_with_size_t", 636, 0, 0, 434},
    {"sample-with-irregular-bool-values", 3028},
    {"sample-with-zero-data-size-event", 335},
    {"security", 2261},
    {"security_bad_string_cache", 2261},
    {"sysmon", 358},
    {"system", 1881},
};

// ---- both texts in one form

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

void unpad_hex(std::string& text) {
  for (std::size_t at = text.find("0x0"); at != std::string::npos; at = text.find("0x0", at + 2)) {
    const std::size_t digits = text.find_first_not_of('0', at + 2);
    const bool has_more =
        digits != std::string::npos && std::isxdigit(static_cast<unsigned char>(text[digits])) != 0;
    const std::size_t end = digits == std::string::npos ? text.size() : digits;
    text.erase(at + 2, end - at - 2 - (has_more ? 0 : 1));
  }
}

// "T06:49:46.210123400Z" to "T06:49:46.2101234Z".
void cut_times(std::string& text) {
  for (std::size_t at = text.find("00Z"); at != std::string::npos; at = text.find("00Z", at + 1)) {
    if (at >= 17 && text[at - 17] == 'T' && text[at - 8] == '.') text.erase(at, 2);
  }
}

void mark_control_characters(std::string& text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == 0x7F || (c < 0x20 && c != '\t' && c != '\r' && c != '\n')) text.replace(at, 1, "\xef\xbf\xbd");
  }
}

std::string normal_text(std::string_view written) {
  std::string text(written);
  for (const auto& [from, to] : {std::pair("&#13;", "\r"), {"&#10;", "\n"}, {"&#9;", "\t"}})
    replace_all(text, from, to);
  mark_control_characters(text);
  unpad_hex(text);
  cut_times(text);
  return text;
}

// Tags and texts; <x/> becomes two tags, and white space between tags is left out.
using Tokens = std::vector<std::string>;

void add_tag(std::string_view tag, Tokens& tokens) {
  const bool is_empty = tag.ends_with('/');
  if (is_empty) tag.remove_suffix(1);
  tokens.push_back('<' + normal_text(trim(tag)));
  if (is_empty) tokens.push_back("</" + std::string(tag.substr(0, tag.find_first_of(" \t\r\n"))));
}

Tokens tokens_of(std::string_view xml) {
  Tokens tokens;
  for (std::size_t at = 0; at < xml.size();) {
    if (xml[at] == '<') {
      const std::size_t end = std::min(xml.find('>', at), xml.size() - 1);
      add_tag(xml.substr(at + 1, end - at - 1), tokens);
      at = end + 1;
      continue;
    }
    const std::size_t end = std::min(xml.find('<', at), xml.size());
    std::string text = normal_text(xml.substr(at, end - at));
    if (!trim(text).empty()) tokens.push_back(std::move(text));
    at = end;
  }
  return tokens;
}

std::string unescaped(std::string text) {
  for (const auto& [from, to] : {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    replace_all(text, from, to);
  return text;
}

// ---- the events of both

struct OurEvent {
  Tokens tokens;
  std::vector<std::string> ansi_strings;
  std::vector<std::string> size_values;
};

struct TheirEvent {
  std::uint64_t id = 0;
  Tokens tokens;
};

// Not that of the record's header: an export of a few events numbers these anew.
std::uint64_t record_id_of(const Tokens& tokens) {
  const auto tag = std::find(tokens.begin(), tokens.end(), "<EventRecordID");
  return tag == tokens.end() || tag + 1 == tokens.end() ? 0 : std::strtoull((tag + 1)->c_str(), nullptr, 10);
}

void keep_special_values(const Event& event, OurEvent& ours) {
  for (const Instance& instance : event.instances()) {
    for (std::uint32_t slot = 0; slot < instance.value_count; ++slot) {
      const Value value = event.value(instance, slot);
      if (value.type == static_cast<std::uint8_t>(ValueType::ansi_string))
        ours.ansi_strings.push_back(to_text(value));
      if (value.type == static_cast<std::uint8_t>(ValueType::size))
        ours.size_values.push_back(to_text(value));
    }
  }
}

std::multimap<std::uint64_t, OurEvent> read_ours(std::string_view file) {
  std::multimap<std::uint64_t, OurEvent> events;
  EventReader reader;
  for (const std::string_view chunk : chunks_of(file)) {
    reader.start_chunk(chunk);
    while (reader.next()) {
      const Event& event = reader.event();
      if (event.recovered) continue;
      OurEvent ours{tokens_of(to_xml(event)), {}, {}};
      keep_special_values(event, ours);
      events.emplace(record_id_of(ours.tokens), std::move(ours));
    }
  }
  return events;
}

std::string output_of(const std::string& command) {
  std::string output;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) return output;
  std::array<char, 65536> block{};
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe.get()))
    output.append(block.data(), size);
  return output;
}

std::vector<TheirEvent> read_theirs(const std::string& path) {
  const std::string output = output_of("evtxexport -f xml '" + path + "' 2>/dev/null");
  std::vector<TheirEvent> events;
  constexpr std::string_view kEnd = "\n</Event>";
  for (std::size_t at = output.find("<Event "); at != std::string::npos; at = output.find("<Event ", at)) {
    const std::size_t end = output.find(kEnd, at);
    if (end == std::string::npos) break;
    const std::string_view xml = std::string_view(output).substr(at, end + kEnd.size() - at);
    events.push_back({0, tokens_of(xml)});
    events.back().id = record_id_of(events.back().tokens);
    at = end;
  }
  return events;
}

// ---- the differences that are explained

Tokens with_ansi_strings_as_markup(const OurEvent& ours) {
  Tokens tokens;
  for (const std::string& token : ours.tokens) {
    const bool is_value =
        std::any_of(ours.ansi_strings.begin(), ours.ansi_strings.end(),
                    [&](const std::string& value) { return unescaped(token) == normal_text(value); });
    const Tokens markup = is_value ? tokens_of(unescaped(token)) : Tokens{token};
    tokens.insert(tokens.end(), markup.begin(), markup.end());
  }
  return tokens;
}

bool is_size_in_decimal(const std::string& ours, const std::string& theirs,
                        const std::vector<std::string>& sizes) {
  if (std::find(sizes.begin(), sizes.end(), ours) == sizes.end()) return false;
  return std::to_string(std::strtoull(ours.c_str(), nullptr, 16)) == theirs;
}

bool differs_only_by_sizes(const OurEvent& ours, const Tokens& theirs) {
  if (ours.tokens.size() != theirs.size()) return false;
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    if (ours.tokens[i] != theirs[i] && !is_size_in_decimal(ours.tokens[i], theirs[i], ours.size_values))
      return false;
  }
  return true;
}

std::string first_difference(const Tokens& ours, const Tokens& theirs) {
  std::size_t at = 0;
  while (at < ours.size() && at < theirs.size() && ours[at] == theirs[at]) ++at;
  const auto token = [at](const Tokens& tokens) {
    return at < tokens.size() ? tokens[at] : std::string("(end)");
  };
  return "ours: " + token(ours) + "\ntheirs: " + token(theirs);
}

class Evtxexport : public testing::TestWithParam<Comparison> {
 protected:
  void SetUp() override {
    if (std::system("command -v evtxexport >/dev/null") != 0)
      GTEST_SKIP() << "no evtxexport (Debian package libevtx-utils)";
    const std::string name = "evtx/" + std::string(GetParam().file) + ".evtx";
    const auto file = read_sample(name);
    if (!file) GTEST_SKIP() << "no " << name << " in " << samples_folder();
    ours_ = read_ours(*file);
    theirs_ = read_theirs((samples_folder() / name).string());
  }

  // Takes the event out of ours.
  void compare(const TheirEvent& theirs) {
    const auto found = ours_.find(theirs.id);
    if (found == ours_.end()) {
      ADD_FAILURE() << "only evtxexport has record " << theirs.id;
      return;
    }
    const OurEvent& ours = found->second;
    if (ours.tokens == theirs.tokens) {
      ++same_;
    } else if (with_ansi_strings_as_markup(ours) == theirs.tokens) {
      ++with_markup_;
    } else if (differs_only_by_sizes(ours, theirs.tokens)) {
      ++with_size_values_;
    } else {
      ADD_FAILURE() << "record " << theirs.id << "\n"
                    << first_difference(with_ansi_strings_as_markup(ours), theirs.tokens);
    }
    ours_.erase(found);
  }

  std::multimap<std::uint64_t, OurEvent> ours_;
  std::vector<TheirEvent> theirs_;
  std::size_t same_ = 0;
  std::size_t with_markup_ = 0;
  std::size_t with_size_values_ = 0;
};

TEST_P(Evtxexport, PrintsTheSameEventsAndFields) {
  for (const TheirEvent& theirs : theirs_) compare(theirs);
  const Comparison& expected = GetParam();
  EXPECT_EQ(theirs_.size(), expected.events);
  EXPECT_EQ(ours_.size(), expected.only_ours);
  EXPECT_EQ(with_markup_, expected.with_markup);
  EXPECT_EQ(with_size_values_, expected.with_size_values);
  EXPECT_EQ(same_, expected.events - expected.with_markup - expected.with_size_values);
}

INSTANTIATE_TEST_SUITE_P(Samples, Evtxexport, testing::ValuesIn(kComparisons),
                         [](const auto& sample) { return test_name_of(sample.param.file); });

}  // namespace
}  // namespace afterpatch::records::evtx
