#include "detect/files/claim.h"

#include <algorithm>

#include <fmt/format.h>

namespace afterpatch::detect::files {
namespace {

// Enough of the line on both sides to be understood, little enough to be read.
constexpr std::size_t kContextBytes = 200;

}  // namespace

std::string_view level_of(Step step, Confidence confidence) {
  if (step == Step::context) return confidence == Confidence::possible ? "informational" : "medium";
  if (step == Step::backdoor_file || step == Step::backdoor_trace || step == Step::credential_access) {
    return confidence == Confidence::possible ? "medium" : "critical";
  }
  return confidence == Confidence::possible ? "low" : "high";
}

Detection to_detection(const Claim& claim, const evidence::Artefact& artefact, const FileFacts& facts,
                       const std::string& campaign) {
  Detection detection;
  detection.rule_kind = claim.kind;
  detection.rule_id = claim.rule_id;
  detection.title = claim.title;
  detection.level = claim.level.empty() ? std::string(level_of(claim.step, claim.confidence)) : claim.level;
  detection.campaign = campaign;
  detection.step = claim.step;
  detection.confidence = claim.confidence;
  detection.cves = claim.cves;
  detection.techniques = claim.techniques;
  detection.place = {.source = artefact.source, .artefact = artefact.path, .offset = claim.offset, .line = 0};
  detection.time = artefact.modified;
  detection.log = std::string(evidence::to_string(artefact.kind));
  detection.raw = claim.raw.substr(0, kMaxRawBytes);
  const auto add = [&](std::string name, std::string value) {
    if (!value.empty()) detection.fields.emplace_back(std::move(name), std::move(value));
  };
  add("reason", claim.reason);
  add("sha256", facts.sha256);
  add("url", facts.url);
  add("windows-path", artefact.windows_path);
  add("size", fmt::to_string(artefact.size));
  for (const auto& [name, value] : claim.facts) add(name, value);
  return detection;
}

std::string_view surroundings(std::string_view bytes, std::size_t offset, std::size_t length) {
  offset = std::min(offset, bytes.size());
  length = std::min({length, bytes.size() - offset, kMaxRawBytes - 2 * kContextBytes});
  std::size_t start = offset - std::min(offset, kContextBytes);
  std::size_t end = std::min(bytes.size(), offset + length + kContextBytes);
  const std::string_view before = bytes.substr(start, offset - start);
  if (const auto newline = before.find_last_of("\r\n"); newline != std::string_view::npos)
    start += newline + 1;
  if (const auto newline = bytes.find_first_of("\r\n", offset + length); newline < end) end = newline;
  return bytes.substr(start, end - start);
}

}  // namespace afterpatch::detect::files
