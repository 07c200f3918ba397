#include "web/victim_language.h"

#include <algorithm>

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

void translate_titles(json::array& steps, const Settings& settings, const std::string& language) {
  const knowledge::VictimWords words = words_of(settings, language);
  for (json::value& value : steps) {
    json::object& step = value.as_object();
    const auto title = words.step_titles.find(text_of(step, "id"));
    const bool known = title != words.step_titles.end();
    if (known) step["title"] = title->second;
    step["title_language"] = known ? language : "en";
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
