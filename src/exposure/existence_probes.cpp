#include "exposure/existence_probes.h"

#include <algorithm>

#include <fmt/format.h>

namespace afterpatch::exposure {
namespace {

using knowledge::Build;

// Numbers of updates have at most four digits so far (builds.csv); this one is no build of any.
constexpr std::uint32_t kNoSuchBuild = 65535;
constexpr unsigned kFound = 200;
constexpr std::string_view kPlaceOfBuild = "{build}";

std::string path_for(const std::string& pattern, const Build& build) {
  const auto place = pattern.find(kPlaceOfBuild);
  return pattern.substr(0, place) + to_string(build) + pattern.substr(place + kPlaceOfBuild.size());
}

}  // namespace

void ExistenceProbes::begin(const Build& update) {
  begun_ = true;
  Build none = update;
  none.parts[3] = kNoSuchBuild;
  for (const knowledge::BuildInfo& info : product_.builds) {
    if (info.build.same_branch(update)) builds_.push_back(info.build);
  }
  over_ = builds_.size() < 2;  // nothing to tell apart
  builds_.push_back(none);
  std::ranges::reverse(builds_);
}

std::optional<Request> ExistenceProbes::next(const Build& update, const std::string& name) {
  if (plan_.existence.empty() || most_ == 0) return std::nullopt;
  if (!begun_) begin(update);
  if (over_ || requests_ >= most_) return std::nullopt;
  if (found_ == 0 && asked_ == builds_.size()) return std::nullopt;
  if (found_ == 0) ++asked_;
  ++requests_;
  return Request{std::string(kExistenceProbe), path_for(plan_.existence, builds_[asked_ - 1]), name};
}

std::optional<AnswerFacts> ExistenceProbes::take(unsigned status) {
  if (over_) return std::nullopt;
  const bool there = status == kFound;
  answers_everything_ = there && asked_ == 1;
  on_some_only_ = !there && found_ > 0;
  over_ = answers_everything_ || on_some_only_;
  if (over_ || !there || ++found_ < plan_.samples) return std::nullopt;
  over_ = true;
  return proof(status);
}

AnswerFacts ExistenceProbes::proof(unsigned status) const {
  AnswerFacts facts;
  facts.probe = kExistenceProbe;
  facts.status = status;
  facts.build = builds_[asked_ - 1];
  facts.self_hosted = true;
  facts.evidence.push_back(
      {facts.probe, fmt::format("has the files of build {}, not those of {} newer of this update",
                                to_string(*facts.build), asked_ - 2)});
  return facts;
}

std::optional<Evidence> ExistenceProbes::silence() const {
  if (answers_everything_)
    return Evidence{std::string(kExistenceProbe),
                    "has files of a build that does not exist: it answers everything"};
  if (on_some_only_)
    return Evidence{std::string(kExistenceProbe),
                    fmt::format("has the files of build {} on some connections only: several servers answer",
                                to_string(builds_[asked_ - 1]))};
  if (over_ || found_ > 0 || asked_ < 2) return std::nullopt;
  return Evidence{std::string(kExistenceProbe),
                  fmt::format("has no files of the {} newest builds of this update", asked_ - 1)};
}

}  // namespace afterpatch::exposure
