// What one answer says about product and build, by the signs of a probe plan. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "exposure/host_record.h"
#include "exposure/response_reader.h"
#include "knowledge/build.h"
#include "knowledge/probe_plan.h"

namespace afterpatch::exposure {

// What one answer on one connection says; all of it comes from one server, so it must agree.
struct AnswerFacts {
  std::string probe;
  unsigned status = 0;
  std::optional<knowledge::Build> build;     // as the server names itself
  std::optional<knowledge::Build> at_least;  // from a file that an update may have left as it was
  std::optional<knowledge::Build> update;    // only the first three numbers hold; the last is 0
  bool in_header = false;                    // `build` stood in a header
  bool self_hosted = false;
  bool online = false;
  bool sends_online = false;
  bool contradicts_itself =
      false;  // two builds, or several products, in one answer: no real server does that
  std::vector<Evidence> evidence;
};

// Thread-safe.
class SignReader {
 public:
  // Fails on a pattern that RE2 refuses or that lacks the group its meaning needs.
  static Result<SignReader> make(const std::shared_ptr<const knowledge::ProbePlan>& plan);
  ~SignReader();
  SignReader(SignReader&&) noexcept;
  SignReader& operator=(SignReader&&) noexcept;

  AnswerFacts read(const std::string& probe, const HttpAnswer& answer) const;

 private:
  struct Compiled;
  SignReader();

  std::vector<Compiled> signs_;
};

}  // namespace afterpatch::exposure
