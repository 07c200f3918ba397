// Which build of a cumulative update a server has, by asking for static files that lie in a folder named
// after the build: there or not there. Only done when the operator asks for it, since it costs a request a
// build. Pure: requests out, answers in.
//
// A build that nobody ever shipped is asked for first. A server that has files of that one too (a portal that
// answers everything, a honeypot) says nothing by having others, and isn't asked on. What is there is asked
// for again: behind a balancer another server may lack it, and then nothing is said.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exposure/sign_reader.h"
#include "exposure/visit.h"
#include "knowledge/probe_plan.h"
#include "knowledge/product.h"

namespace afterpatch::exposure {

inline constexpr std::string_view kExistenceProbe = "existence";

// Not thread-safe.
class ExistenceProbes {
 public:
  // `most`: of all requests, the first for the build that does not exist included. 0: never asks.
  ExistenceProbes(const knowledge::ProbePlan& plan, const knowledge::Product& product, unsigned most)
      : plan_(plan), product_(product), most_(most) {}

  // Asks about the builds of `update`'s branch, the newest first. Once a branch was begun it stays.
  std::optional<Request> next(const knowledge::Build& update, const std::string& name);

  // An answer to such a request. What it proves, if anything.
  std::optional<AnswerFacts> take(unsigned status);

  // For people, when nothing was proved: how many builds are not there; empty if none was asked for.
  std::optional<Evidence> silence() const;

 private:
  void begin(const knowledge::Build& update);
  AnswerFacts proof(unsigned status) const;

  const knowledge::ProbePlan& plan_;
  const knowledge::Product& product_;
  unsigned most_;
  std::vector<knowledge::Build> builds_;  // the made-up one, then newest to oldest
  std::size_t asked_ = 0;                 // builds
  unsigned requests_ = 0;
  unsigned found_ = 0;  // answers that had the files of the last build asked for
  bool on_some_only_ = false;
  bool begun_ = false;
  bool over_ = false;
  bool answers_everything_ = false;
};

}  // namespace afterpatch::exposure
