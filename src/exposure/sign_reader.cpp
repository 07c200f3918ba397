#include "exposure/sign_reader.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/escape.h"

namespace afterpatch::exposure {
namespace {

using knowledge::Build;
using knowledge::Sign;
using knowledge::SignMeaning;

constexpr std::size_t kShownBytesOfASign = 160;
constexpr int kMostMatchesOfASign = 64;

bool has_group(SignMeaning meaning) {
  return meaning == SignMeaning::build || meaning == SignMeaning::update ||
         meaning == SignMeaning::build_at_least;
}

std::optional<Build> build_in(std::string_view text, SignMeaning meaning) {
  std::string whole(text);
  const bool three = std::ranges::count(whole, '.') == 2;
  if (three != (meaning == SignMeaning::update)) return std::nullopt;
  if (three) whole += ".0";
  return knowledge::parse_build(whole);
}

}  // namespace

struct SignReader::Compiled {
  Sign sign;
  std::string header;  // as it is written: "X-OWA-Version"
  std::unique_ptr<re2::RE2> pattern;
};

namespace {

// All that is found in one answer, before it is weighed.
struct Found {
  AnswerFacts facts;
  std::set<Build> branches;  // of builds and updates, the last number as 0
  std::set<std::string> elsewhere;
};

void note_build(const Build& build, SignMeaning meaning, bool in_header, Found& found) {
  Build branch = build;
  branch.parts[3] = 0;
  found.branches.insert(branch);
  AnswerFacts& facts = found.facts;
  if (meaning == SignMeaning::update) facts.update = std::min(branch, facts.update.value_or(branch));
  if (meaning == SignMeaning::build_at_least)
    facts.at_least = std::min(build, facts.at_least.value_or(build));
  if (meaning != SignMeaning::build) return;
  if (facts.build && *facts.build != build) facts.contradicts_itself = true;
  facts.build = std::min(build, facts.build.value_or(build));
  facts.in_header = facts.in_header || in_header;
}

void note_evidence(const Sign& sign, std::string_view match, Found& found) {
  const std::string shown = escape_terminal(match, kShownBytesOfASign);
  std::string says = sign.header.empty() ? sign.says + ": " + shown : sign.header + ": " + shown;
  found.facts.evidence.push_back({found.facts.probe, std::move(says)});
}

void note_match(const Sign& sign, std::string_view match, std::string_view group, Found& found) {
  AnswerFacts& facts = found.facts;
  switch (sign.meaning) {
    case SignMeaning::build:
    case SignMeaning::update:
    case SignMeaning::build_at_least: {
      const auto build = build_in(group, sign.meaning);
      if (!build) return;
      facts.self_hosted = true;
      note_build(*build, sign.meaning, !sign.header.empty(), found);
      break;
    }
    case SignMeaning::self_hosted:
      facts.self_hosted = true;
      break;
    case SignMeaning::online:
      facts.online = true;
      break;
    case SignMeaning::sends_online:
      facts.sends_online = true;
      break;
    case SignMeaning::elsewhere:
      found.elsewhere.insert(sign.id);
      break;
  }
  note_evidence(sign, match, found);
}

// Every match of one sign; the same text twice says nothing new.
void search(const re2::RE2& pattern, const Sign& sign, std::string_view text, Found& found) {
  std::set<std::string> seen;
  const re2::StringPiece all(text.data(), text.size());
  std::size_t from = 0;
  const bool grouped = has_group(sign.meaning);
  for (int i = 0; i < kMostMatchesOfASign && from <= text.size(); ++i) {
    re2::StringPiece parts[2];
    if (!pattern.Match(all, from, text.size(), re2::RE2::UNANCHORED, parts, grouped ? 2 : 1)) return;
    const std::string_view match(parts[0].data(), parts[0].size());
    const std::string_view group = grouped ? std::string_view(parts[1].data(), parts[1].size()) : match;
    if (seen.insert(std::string(group)).second) note_match(sign, match, group, found);
    if (!grouped) return;
    from = static_cast<std::size_t>(match.data() - text.data()) + std::max<std::size_t>(1, match.size());
  }
}

// An answer of the maker's service also carries the marks of its front ends: they say nothing about a server
// of somebody's own.
void weigh(Found& found) {
  AnswerFacts& facts = found.facts;
  if (facts.online) {
    facts.self_hosted = false;
    facts.build.reset();
    facts.at_least.reset();
    facts.update.reset();
    return;
  }
  if (found.branches.size() > 1 || (facts.self_hosted && found.elsewhere.size() > 1))
    facts.contradicts_itself = true;
}

}  // namespace

SignReader::SignReader() = default;
SignReader::~SignReader() = default;
SignReader::SignReader(SignReader&&) noexcept = default;
SignReader& SignReader::operator=(SignReader&&) noexcept = default;

Result<SignReader> SignReader::make(const std::shared_ptr<const knowledge::ProbePlan>& plan) {
  SignReader reader;
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);  // bodies are bytes
  options.set_log_errors(false);
  for (const Sign& sign : plan->signs) {
    auto pattern = std::make_unique<re2::RE2>(sign.pattern, options);
    if (!pattern->ok()) return fail("pattern of sign '" + sign.id + "': " + pattern->error(), "probes.yaml");
    if (has_group(sign.meaning) && pattern->NumberOfCapturingGroups() != 1)
      return fail("pattern of sign '" + sign.id + "' needs one group: the build", "probes.yaml");
    reader.signs_.push_back({sign, sign.header, std::move(pattern)});
  }
  return reader;
}

AnswerFacts SignReader::read(const std::string& probe, const HttpAnswer& answer) const {
  Found found;
  found.facts.probe = probe;
  found.facts.status = answer.status;
  for (const Compiled& compiled : signs_) {
    if (compiled.sign.header.empty()) {
      search(*compiled.pattern, compiled.sign, answer.body, found);
      continue;
    }
    for (const std::string_view value : answer.values(compiled.header)) {
      search(*compiled.pattern, compiled.sign, value, found);
    }
  }
  weigh(found);
  return std::move(found.facts);
}

}  // namespace afterpatch::exposure
