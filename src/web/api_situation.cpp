#include <boost/json.hpp>

#include "knowledge/catalogue.h"
#include "situation/picture_json.h"
#include "situation/situation.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/request_reader.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

// The campaign's own days, which the picture does not know: disclosure, patch, guidance.
json::array dates_of(const Settings& settings, const std::string& campaign) {
  json::array out;
  const auto known = knowledge::campaign_ids(settings.knowledge);
  if (std::ranges::find(known, campaign) == known.end()) return out;
  const auto loaded = knowledge::load_campaign(settings.knowledge, campaign);
  if (!loaded) return out;
  for (const knowledge::TimelineEntry& entry : loaded->campaign->timeline)
    out.push_back({{"time", to_iso8601(entry.time)}, {"label", entry.what}});
  return out;
}

}  // namespace

Response get_situation(Context& context) {
  ParameterReader parameters(context.request);
  situation::SituationOptions options;
  options.campaign = parameters.text("campaign");
  options.country = parameters.text("country");
  if (parameters.refused()) return parameters.refusal();
  const auto picture = situation::take_situation(context.store, options);
  if (!picture) return failed(context, picture.error());
  json::value answer = parsed(situation::picture_json(*picture));
  answer.as_object()["dates"] = dates_of(context.shared.settings, options.campaign);
  return json_answer(answer);
}

}  // namespace afterpatch::web
