// What a rule over files says about one file, before its place is filled in. Rules are pure functions from
// bytes and paths to claims; only FileScan knows artefacts, and turns claims into detections.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/detection.h"
#include "evidence/artefact.h"

namespace afterpatch::detect::files {

struct Claim {
  RuleKind kind = RuleKind::web_content;
  std::string rule_id;
  std::string title;
  std::string campaign;  // id of the one it speaks of; empty: of any campaign against the product
  Step step = Step::context;
  Confidence confidence = Confidence::possible;
  std::string reason;  // one sentence for a person: why this file
  std::vector<std::string> cves;
  std::vector<std::string> techniques;                     // ATT&CK ids
  std::uint64_t offset = 0;                                // of `raw` in the unpacked file
  std::string raw;                                         // the decisive bytes, if there are any
  std::string level;                                       // empty: derived from step and confidence
  std::vector<std::pair<std::string, std::string>> facts;  // further fields, shown after the common ones
};

// What is known of the file itself; empty means not known (not hashed, not served).
struct FileFacts {
  std::string sha256;
  std::string url;
};

// Sigma's words for how much a claim matters.
std::string_view level_of(Step step, Confidence confidence);

// The claim at its place. Time is the file's last change. Fields, in this order: reason, sha256, url,
// windows-path, size, then the claim's own facts; those without a value are left out.
Detection to_detection(const Claim& claim, const evidence::Artefact& artefact, const FileFacts& facts,
                       const std::string& campaign);

// The bytes around [offset, offset + length), at most kMaxRawBytes, widened to whole lines where they are
// short.
std::string_view surroundings(std::string_view bytes, std::size_t offset, std::size_t length);

}  // namespace afterpatch::detect::files
