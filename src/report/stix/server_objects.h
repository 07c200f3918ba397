// The objects of one server: what was observed, what it means, what to look for elsewhere.
#pragma once

#include <string>

#include "report/stix/bundle.h"
#include "report/stix/observables.h"

namespace afterpatch::report::stix {

// What is true for every server of the case.
struct CaseObjects {
  std::string campaign;  // empty if the report names none
};

// Adds them to the bundle; a grouping that refers to all of them comes last.
void add_server(Bundle& bundle, const SharedServer& server, const SharedFindings& findings,
                const CaseObjects& objects);

}  // namespace afterpatch::report::stix
