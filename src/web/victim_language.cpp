#include "web/victim_language.h"

#include <algorithm>

#include "knowledge/guide_translation.h"
#include "knowledge/victim_words.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

bool is_known(std::string_view language) {
  return std::ranges::find(kVictimLanguages, language) != std::end(kVictimLanguages);
}

// Without the file there are no words, and what is there in English stays.
knowledge::VictimWords words_of(const Settings& settings, const std::string& language) {
  auto words = knowledge::load_victim_words(settings.knowledge, language);
  return words ? std::move(*words) : knowledge::VictimWords();
}

// English is the guide's own language.
knowledge::GuideTranslation translation_of(const Settings& settings, const knowledge::Campaign* campaign,
                                           const std::string& language) {
  if (campaign == nullptr || language == "en") return {};
  auto translation = knowledge::GuideTranslation::load(settings.knowledge, *campaign, language);
  return translation ? std::move(*translation) : knowledge::GuideTranslation();
}

bool is_true(const json::object& verdict, std::string_view name) {
  const json::value* value = verdict.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string text_of(const json::object& verdict, std::string_view name) {
  const json::value* value = verdict.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> verdicts_of(const json::object& verdict) {
  std::vector<std::string> out = {text_of(verdict, "compromise")};
  if (is_true(verdict, "door_present")) out.emplace_back("door-present");
  if (is_true(verdict, "mail_accessed")) out.emplace_back("mail-accessed");
  if (is_true(verdict, "credentials_exposed")) out.emplace_back("credentials-exposed");
  const std::string exposure = text_of(verdict, "exposure");
  if (exposure == "unpatched" || exposure == "unsupported") out.emplace_back("unpatched");
  if (is_true(verdict, "partial")) out.emplace_back("partial");
  return out;
}

}  // namespace

std::string victim_language(Context& context) {
  for (const auto& [name, value] : context.request.target.parameters)
    if (name == "language" && is_known(value)) return value;
  const auto notices = context.store.cases().notices_of(context.caller.case_number);
  const std::string language = !notices || notices->empty() ? "" : notices->back().language;
  return is_known(language) ? language : "en";
}

void translate_steps(json::array& steps, const Settings& settings, const knowledge::Campaign* campaign,
                     const std::string& language) {
  const auto translation = translation_of(settings, campaign, language);
  for (json::value& value : steps) {
    json::object& step = value.as_object();
    const auto words = translation.translated(
        text_of(step, "id"), {text_of(step, "title"), text_of(step, "text"), text_of(step, "check")});
    if (words) step["title"] = words->title, step["text"] = words->text, step["check"] = words->check;
    step["language"] = words ? language : "en";
  }
}

json::array verdict_sentences(const json::object& verdict, const Settings& settings,
                              const std::string& language) {
  const knowledge::VictimWords words = words_of(settings, language);
  json::array out;
  for (const std::string& word : verdicts_of(verdict))
    if (const auto sentence = words.verdicts.find(word); sentence != words.verdicts.end())
      out.emplace_back(sentence->second);
  return out;
}

}  // namespace afterpatch::web
