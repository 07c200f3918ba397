// The steps of a campaign's guide for one case, with what is known of the case's own servers in them: their
// names, when the break-in began, paths of back doors and addresses that came in.
#pragma once

#include <boost/json.hpp>

#include "base/error.h"
#include "knowledge/campaign.h"
#include "store/cases.h"
#include "web/context.h"

namespace afterpatch::web {

// GuideStep of docs/openapi.yaml, without `done`. Only steps that fit the case's reason; a command of which a
// value is not known is left out.
Result<boost::json::array> guide_of_case(Context& context, const knowledge::Campaign& campaign,
                                         const store::CaseRow& row);

}  // namespace afterpatch::web
