// The words of notices, as data: knowledge/notices/ holds what is the same in every campaign (templates, a
// country's law), knowledge/campaigns/<id>/notices/ what is the campaign's (the flaw, what it means, three
// steps with commands). docs/notices.md describes the files. Everything is checked when it is loaded.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "notify/message/facts.h"

namespace afterpatch::notify {

inline constexpr std::array<std::string_view, 4> kNoticeLanguages = {"en", "de", "fr", "es"};

struct NoticeTemplate {
  std::string subject;  // Mustache, one line
  std::string body;     // Mustache
};

struct NoticeStep {
  std::string text;
  std::vector<std::string> commands;
};

// One campaign in one language.
struct CampaignWords {
  std::string flaw;
  std::map<std::string, std::string> means;             // by reason, and "provider"
  std::map<NoticeKind, std::vector<NoticeStep>> steps;  // three each
};

struct LetterWords {
  std::string page;  // "Page {page} of {pages}"
  std::string case_number, date;
};

struct LanguageWords {
  std::map<NoticeKind, NoticeTemplate> templates;
  std::map<std::string, std::string> methods;  // by ServerFacts::method
  LetterWords letter;
  std::map<std::string, std::string> legal;  // by country
  std::map<std::string, CampaignWords> campaigns;
};

// Immutable once loaded; thread-safe.
class NoticeLibrary {
 public:
  // `knowledge`: the folder that holds notices/ and campaigns/. Fails, with file and line, on a missing
  // language, an unknown or missing key, a template that uses other values than the English one, a step
  // without text.
  static Result<NoticeLibrary> load(const std::filesystem::path& knowledge);

  // Fails if there is no such language; names those there are.
  Result<const LanguageWords*> language(const std::string& code) const;

 private:
  std::map<std::string, LanguageWords> languages_;
};

}  // namespace afterpatch::notify
