// The harmless requests that tell a product's build from outside, and how answers are read: probes.yaml of a
// product (docs/product-format.md).
//
// The loader refuses any plan that could harm: it knows only GET, and a path may hold letters, digits, '/',
// '.', '-' and '_' only. So no plan can carry a query, a forged address ('@'), an encoded byte, a cookie or a
// body.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "knowledge/faults.h"

namespace afterpatch::knowledge {

// When a request is worth asking.
enum class AskWhen {
  always,
  no_build,      // no full build is known yet
  own_no_build,  // as no_build, and the product is known to run there
};

struct Probe {
  std::string id;    // "owa", shown with what it found
  std::string path;  // "/owa/"
  AskWhen ask = AskWhen::always;
};

// What a match of a sign says.
enum class SignMeaning {
  build,           // group 1 is a whole build
  update,          // group 1 is the first three numbers of one
  build_at_least,  // group 1 is a build that updates may have left behind: a lower bound if it is the build
                   // of a cumulative update itself
  self_hosted,     // the product, run by its owner
  online,          // the maker's own service
  sends_online,    // sends its users to the maker's own service
  elsewhere,       // another product: two of those in one answer are one too many
};

struct Sign {
  std::string id;       // "x-owa-version"
  std::string header;   // name of the header that is read, lower case; empty: the body
  std::string pattern;  // RE2, ignoring case
  SignMeaning meaning = SignMeaning::self_hosted;
  std::string says;  // for people: "names its front-end server"
};

struct ProbePlan {
  unsigned requests = 4;        // most of them per host, redirects included
  unsigned bytes = 65536;       // most bytes that a host may send in all
  unsigned body_bytes = 16384;  // most bytes of one body that are read
  unsigned samples = 3;  // answers of the product wanted, each on a connection of its own: a balancer may
                         // hide several servers
  std::vector<Probe> probes;  // in the order of asking
  // A static file in a folder named after the build: "/ecp/{build}/...". Asked for only when the operator
  // wants it; empty: the product has none.
  std::string existence;
  std::vector<std::string> follow;       // paths that a redirect may lead to, without their query
  std::vector<std::string> names_first;  // first labels of names worth asking for: "mail", "owa"
  std::vector<Sign> signs;

  static Result<std::shared_ptr<const ProbePlan>> load(const std::filesystem::path& product_folder);
};

// What could be read; whole only when no fault was added. Never null.
std::shared_ptr<ProbePlan> read_probe_plan(const std::filesystem::path& product_folder, Faults& faults);

// Whether a request for this path can do no harm by its form.
bool is_plain_path(std::string_view path);

}  // namespace afterpatch::knowledge
