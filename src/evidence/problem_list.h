// Collects problems: the first ones by name, the rest as a count, so that a disk full of them stays readable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "evidence/artefact.h"

namespace afterpatch::evidence {

class ProblemList {
 public:
  static constexpr std::size_t kNamedPerKind = 100;

  void add(std::string artefact, const std::string& what);
  // In the order of their artefacts, those without one last.
  std::vector<Problem> take();

 private:
  std::map<std::string, std::uint64_t> counts_;  // by `what`
  std::vector<Problem> named_;
};

}  // namespace afterpatch::evidence
