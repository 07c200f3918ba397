#include "report/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "assess/doors.h"

namespace afterpatch::report {
namespace {

using assess::Compromise;
using assess::Confidence;
using assess::Exposure;

// "was", "was probably", "may have been": one place for how sure a sentence sounds.
std::string_view was(Confidence confidence) {
  switch (confidence) {
    case Confidence::confirmed:
      return "was";
    case Confidence::likely:
      return "was probably";
    case Confidence::possible:
      break;
  }
  return "may have been";
}

std::string_view came_back(Confidence confidence) {
  switch (confidence) {
    case Confidence::confirmed:
      return "someone came back through the back door";
    case Confidence::likely:
      return "someone probably came back through the back door";
    case Confidence::possible:
      break;
  }
  return "someone may have come back through the back door";
}

// Why silence is no answer.
std::string_view why_not(const Verdict& verdict) {
  return verdict.partial ? "the hunt was interrupted" : "logs are missing or have gaps";
}

std::string no_evidence_headline(const Verdict& verdict) {
  if (verdict.partial)
    return "Can't tell: the hunt was interrupted. No sign of a break-in was found in what was read.";
  return verdict.coverage_sufficient
             ? "No sign of a break-in was found, and the logs that would show one are there."
             : "Can't tell: no sign of a break-in was found, but logs that would show one are missing or "
               "have gaps.";
}

std::string probed_headline(const Verdict& verdict) {
  if (verdict.coverage_sufficient) return "This server was probed. No sign was found that anyone got in.";
  return fmt::format("This server was probed. Can't tell whether anyone got in: {}.", why_not(verdict));
}

std::string exploited_headline(const Verdict& verdict) {
  const std::string rest =
      verdict.coverage_sufficient
          ? "No back door was found."
          : fmt::format("Can't tell whether a back door was left: {}.", why_not(verdict));
  return fmt::format("The flaw {} used against this server. {}", was(verdict.compromise_confidence), rest);
}

std::string backdoored_headline(const Verdict& verdict) {
  const std::string rest =
      verdict.coverage_sufficient
          ? "No sign was found that anyone came back through it."
          : fmt::format("Can't tell whether anyone came back through it: {}.", why_not(verdict));
  return fmt::format("This server {} broken into and a back door was left on it. {}",
                     was(verdict.compromise_confidence), rest);
}

// Exact where it matters: rounding never turns "nearly" into "all" or "a little" into "none".
int shown_percent(double share) {
  return static_cast<int>(std::floor(share * 100.0));
}

// The least covered of the logs that decide; where none does, of those that are needed.
const assess::CoverageLine* least_covered(const ServerReport& server, bool assess::CoverageLine::* counts) {
  const assess::CoverageLine* least = nullptr;
  for (const assess::CoverageLine& line : server.coverage) {
    if (!(line.*counts)) continue;
    if (!least || line.share_of_crucial_days < least->share_of_crucial_days) least = &line;
  }
  return least;
}

const assess::CoverageLine* least_covered(const ServerReport& server) {
  const assess::CoverageLine* decisive = least_covered(server, &assess::CoverageLine::decisive);
  return decisive ? decisive : least_covered(server, &assess::CoverageLine::needed);
}

std::string_view line_title(const assess::CoverageLine& line) {
  return line.title.empty() ? line.log : line.title;
}

constexpr std::array<std::pair<assess::Presence, std::string_view>, 3> kPresenceWords = {{
    {assess::Presence::present, "still in place"},
    {assess::Presence::removed, "removed"},
    {assess::Presence::unknown, "not known whether still there"},
}};

std::size_t count_presence(const ServerReport& server, assess::Presence presence) {
  return static_cast<std::size_t>(std::ranges::count_if(
      server.doors, [&](const assess::Door& door) { return counts(door) && door.presence == presence; }));
}

}  // namespace

std::string headline(const Verdict& verdict) {
  switch (verdict.compromise) {
    case Compromise::no_evidence:
      return no_evidence_headline(verdict);
    case Compromise::probed:
      return probed_headline(verdict);
    case Compromise::exploited:
      return exploited_headline(verdict);
    case Compromise::backdoored:
      return backdoored_headline(verdict);
    case Compromise::re_entered:
      break;
  }
  return fmt::format("This server was broken into, and {}.{}", came_back(verdict.compromise_confidence),
                     verdict.partial ? " The hunt was interrupted: there may be more." : "");
}

std::string compromise_label(const Verdict& verdict) {
  if (verdict.coverage_sufficient || verdict.compromise == Compromise::re_entered) {
    return verdict.compromise == Compromise::no_evidence ? "no evidence"
                                                         : std::string(to_string(verdict.compromise));
  }
  if (verdict.compromise == Compromise::no_evidence) return "can't tell";
  return fmt::format("at least {}", to_string(verdict.compromise));
}

std::string exposure_label(Exposure exposure) {
  std::string word(to_string(exposure));
  std::ranges::replace(word, '-', ' ');
  return word;
}

namespace {

std::string build_words(const ServerReport& server) {
  const std::string build =
      server.exposure.empty() ? "" : fmt::format(" (build {})", server.exposure.back().build);
  switch (server.verdict.exposure) {
    case Exposure::unknown:
      return server.verdict.partial ? "no build number was found in what was read"
                                    : "no build number was found in the evidence";
    case Exposure::not_affected:
      return "the product or build does not have these flaws" + build;
    case Exposure::unpatched:
      return "the flaws were still open at the end of the evidence" + build;
    case Exposure::unsupported:
      return "no fix was ever made for this build" + build;
    case Exposure::build_ambiguous:
      return "only the cumulative update is known, not the security update" + build;
    case Exposure::patched:
      break;
  }
  if (server.patched_at)
    return fmt::format("fixed build first seen {}{}", to_minute_text(*server.patched_at), build);
  return "a fixed build at the end of the evidence" + build;
}

}  // namespace

std::string exposure_words(const ServerReport& server) {
  if (!server.verdict.mitigated) return build_words(server);
  return fmt::format("{}; a mitigation is in place ({})", build_words(server),
                     to_string(server.verdict.mitigation_confidence));
}

std::string attribute_words(const Verdict& verdict) {
  std::string words;
  if (verdict.mail_accessed) words = fmt::format("mail accessed ({})", to_string(verdict.mail_confidence));
  if (verdict.credentials_exposed) {
    words += fmt::format("{}credentials exposed ({})", words.empty() ? "" : ", ",
                         to_string(verdict.credentials_confidence));
  }
  return words;
}

std::string coverage_words(const ServerReport& server) {
  const assess::CoverageLine* least = least_covered(server);
  if (server.verdict.partial) return "the hunt was interrupted, so what lies behind was not read";
  if (!least) return "none of the logs that decide was found";
  if (least->share_of_crucial_days >= 1) return "the logs that decide cover all of the crucial days";
  return fmt::format(
      "of the logs that decide, the one with the largest gaps ({}) covers {} of the crucial days",
      line_title(*least), percent_text(least->share_of_crucial_days));
}

std::string interruption_words(const detect::Interruption& interrupted) {
  const std::string read =
      fmt::format("{} of {} read", bytes_text(interrupted.bytes_read), bytes_text(interrupted.bytes_total));
  std::string rest = "; traces were not followed to their end";
  if (interrupted.stage == "logs") rest = " of the logs; files were not looked at, traces not followed";
  if (interrupted.stage == "files") rest = " of the files; traces were not followed";
  return fmt::format("interrupted: {}{}. What is here is only part", read, rest);
}

std::string presence_words(const ServerReport& server) {
  const auto all = static_cast<std::size_t>(std::ranges::count_if(server.doors, assess::counts));
  if (all == 0) return "";
  std::string words = count_text(all, "back door", "back doors");
  for (const auto& [presence, what] : kPresenceWords) {
    const std::size_t count = count_presence(server, presence);
    const bool known = presence != assess::Presence::unknown;
    if (count == all) return fmt::format("{}, {}{}", words, count > 1 && known ? "all " : "", what);
    if (count > 0)
      words += fmt::format("{} {} {}", words.find(':') == std::string::npos ? ":" : ",", count, what);
  }
  return words;
}

std::string server_name(const ServerReport& server) {
  return server.names.empty() ? "unnamed server" : server.names.front();
}

std::string_view source_name(const HuntReport& hunt, const detect::Place& place) {
  return place.source < hunt.sources.size() ? std::string_view(hunt.sources[place.source])
                                            : std::string_view();
}

std::string campaign_name(const HuntReport& hunt) {
  if (!hunt.campaign_title.empty()) return hunt.campaign_title;
  return hunt.campaign.empty() ? "no campaign" : hunt.campaign;
}

namespace {

// "ProxyLogon: backdoored (confirmed; 1 back door, still in place)"
std::string loud_words(const HuntReport& wave, const ServerReport& server) {
  const std::string doors = presence_words(server);
  return fmt::format("{}: {} ({}{}{})", wave.campaign_name, compromise_label(server.verdict),
                     to_string(server.verdict.compromise_confidence), doors.empty() ? "" : "; ", doors);
}

}  // namespace

std::string other_campaigns_words(const HuntReport& hunt) {
  std::string found;
  std::map<std::string, std::string> quiet;  // label -> names
  for (const HuntReport& other : hunt.other_campaigns) {
    for (const ServerReport& server : other.servers) {
      const std::string label = compromise_label(server.verdict);
      const bool loud = server.verdict.compromise != Compromise::no_evidence;
      std::string& names = loud ? found : quiet[label];
      if (!names.empty()) names += loud ? "; " : ", ";
      names += loud ? loud_words(other, server) : other.campaign_name;
    }
  }
  for (const auto& [label, names] : quiet)
    found += fmt::format("{}{}: {}", found.empty() ? "" : "; ", label, names);
  return found;
}

std::string place_text(const HuntReport& hunt, const detect::Place& place) {
  std::string text(source_name(hunt, place));
  if (!text.empty() && !place.artefact.empty()) text += ": ";
  text += place.artefact;
  if (place.line > 0)
    text += fmt::format(", line {}, byte {}", number_text(place.line), number_text(place.offset));
  return text;
}

std::string number_text(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", number_text(count), count == 1 ? singular : plural);
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"bytes", "kB", "MB", "GB", "TB", "PB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1000 && unit + 1 < kUnits.size(); ++unit) amount /= 1000;
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

std::string percent_text(double share) {
  if (!(share > 0)) return "0 %";
  const int percent = shown_percent(std::min(share, 1.0));
  return percent == 0 ? "under 1 %" : fmt::format("{} %", percent);
}

bool is_set(Timestamp time) {
  return time != Timestamp{};
}

std::string second_text(Timestamp time) {
  if (!is_set(time)) return "unknown";
  std::string text = to_iso8601(time).substr(0, 19);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

std::string span_text(Timestamp first, Timestamp last) {
  const std::string start = second_text(first);
  const std::string end = second_text(last);
  if (start == end || !is_set(first) || !is_set(last))
    return start == end ? start : fmt::format("{} to {}", start, end);
  const bool same_day = start.substr(0, 10) == end.substr(0, 10);
  return fmt::format("{} to {}", start, same_day ? end.substr(11) : end);
}

}  // namespace afterpatch::report
