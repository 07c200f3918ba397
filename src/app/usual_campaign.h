// The campaign that commands go by if none is named: the model case of the product.
#pragma once

namespace afterpatch::app {

inline constexpr const char* kUsualCampaign = "exchange-2021-proxylogon";

}  // namespace afterpatch::app
