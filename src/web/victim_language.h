// The victim's page in the victim's language: from knowledge/victims, English where it has no words.
#pragma once

#include <boost/json.hpp>

#include <string>

#include "knowledge/campaign.h"
#include "web/context.h"

namespace afterpatch::web {

inline constexpr std::string_view kVictimLanguages[] = {"en", "de", "fr", "es"};

// The one that the request wishes for (`language`), if it is one of them; else that of the case's last
// notice, else English.
std::string victim_language(Context& context);

// Puts the words of steps (`GuideStep` of docs/openapi.yaml) into that language, and says in `language` in
// which each step is. They are of the campaign's guide, or of a report that a hunt made with it.
void translate_steps(boost::json::array& steps, const Settings& settings, const knowledge::Campaign* campaign,
                     const std::string& language);

// The sentences of a verdict (`Verdict` of docs/openapi.yaml): what was done to the server first, then what
// is open or in doubt.
boost::json::array verdict_sentences(const boost::json::object& verdict, const Settings& settings,
                                     const std::string& language);

}  // namespace afterpatch::web
