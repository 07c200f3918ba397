#include "notify/message/notice_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "knowledge/yaml_value.h"
#include "notify/message/notice_keys.h"
#include "notify/message/template_check.h"

namespace afterpatch::notify {
namespace {

namespace fs = std::filesystem;
using knowledge::YamlValue;

constexpr std::uint64_t kMaxFile = 1U << 20U;
constexpr std::size_t kSteps = 3;
constexpr std::array<std::pair<NoticeKind, std::string_view>, 3> kKinds = {
    {{NoticeKind::unpatched, "unpatched"},
     {NoticeKind::compromised, "compromised"},
     {NoticeKind::provider, "provider"}}};
constexpr std::array<std::string_view, 5> kMeanings = {"unpatched", "exploited", "backdoored", "reentered",
                                                       "provider"};
constexpr std::array<std::string_view, 3> kMethods = {"scan", "hunt", "report"};

// A YAML file whose faults are told with its name and line.
class Document {
 public:
  static Result<Document> read(const fs::path& path) {
    Result<std::string> text = read_file(path, kMaxFile);
    if (!text) return std::unexpected(text.error());
    Result<YamlValue> root = knowledge::parse_yaml(*text, path.string());
    if (!root) return std::unexpected(root.error());
    return Document(path.string(), std::move(*root));
  }

  const YamlValue& root() const { return root_; }

  Result<const YamlValue*> at(const YamlValue& map, std::string_view key) const {
    for (const YamlValue::Entry& entry : map.entries)
      if (entry.key == key) return &entry.value;
    return wrong(map.line, fmt::format("missing key '{}'", key));
  }

  Result<std::string> text(const YamlValue& map, std::string_view key) const {
    const Result<const YamlValue*> value = at(map, key);
    if (!value) return std::unexpected(value.error());
    if ((*value)->kind != YamlValue::Kind::scalar || trim((*value)->text).empty())
      return wrong((*value)->line, fmt::format("'{}' has no text", key));
    return std::string(trim((*value)->text));
  }

  template <typename Keys>
  Result<void> only(const YamlValue& map, const Keys& allowed) const {
    std::set<std::string> seen;
    for (const YamlValue::Entry& entry : map.entries) {
      if (std::ranges::find(allowed, entry.key) == std::ranges::end(allowed))
        return wrong(entry.line, fmt::format("unknown key '{}'", entry.key),
                     fmt::format("one of: {}", fmt::join(allowed, ", ")));
      if (!seen.insert(entry.key).second)
        return wrong(entry.line, fmt::format("key '{}' stands here twice", entry.key));
    }
    return {};
  }

  std::unexpected<Error> wrong(std::uint64_t line, std::string what, std::string next = {}) const {
    return fail(std::move(what), fmt::format("{}:{}", name_, line), std::move(next));
  }

 private:
  Document(std::string name, YamlValue root) : name_(std::move(name)), root_(std::move(root)) {}
  std::string name_;
  YamlValue root_;
};

Result<NoticeTemplate> split_subject(const std::string& text, const std::string& name) {
  constexpr std::string_view kSubject = "Subject: ";
  const std::size_t end = text.find("\n\n");
  if (!text.starts_with(kSubject) || end == std::string::npos || text.find('\n') != end)
    return fail("a template begins with 'Subject: ...' and an empty line", name + ":1");
  return NoticeTemplate{text.substr(kSubject.size(), end - kSubject.size()), text.substr(end + 2)};
}

// `used` gets the keys of the first language and holds the next ones to them.
Result<NoticeTemplate> read_template(const fs::path& path, std::optional<std::set<std::string>>& used) {
  Result<std::string> text = read_file(path, kMaxFile);
  if (!text) return std::unexpected(text.error());
  if (!is_utf8(*text)) return fail("template is not UTF-8", path.string());
  Result<std::set<std::string>> keys = check_template(*text, path.string(), notice_keys());
  if (!keys) return std::unexpected(keys.error());
  if (!used) used = *keys;
  if (*used == *keys) return split_subject(*text, path.string());
  std::set<std::string> differing;
  std::ranges::set_symmetric_difference(*used, *keys, std::inserter(differing, differing.end()));
  return fail(fmt::format("template uses other keys than the English one: {}", fmt::join(differing, ", ")),
              path.string());
}

Result<LetterWords> read_letter(const Document& document) {
  const Result<const YamlValue*> letter = document.at(document.root(), "letter");
  if (!letter) return std::unexpected(letter.error());
  LetterWords words;
  for (auto [key, target] :
       {std::pair{"page", &words.page}, {"case", &words.case_number}, {"date", &words.date}}) {
    Result<std::string> text = document.text(**letter, key);
    if (!text) return std::unexpected(text.error());
    *target = std::move(*text);
  }
  if (!words.page.contains("{page}") || !words.page.contains("{pages}"))
    return document.wrong((*letter)->line, "'page' needs {page} and {pages}");
  return words;
}

Result<void> read_words(const fs::path& path, LanguageWords& words) {
  const Result<Document> document = Document::read(path);
  if (!document) return std::unexpected(document.error());
  if (const auto good = document->only(document->root(), std::array{"methods", "letter"}); !good) return good;
  const Result<const YamlValue*> methods = document->at(document->root(), "methods");
  if (!methods) return std::unexpected(methods.error());
  for (const std::string_view method : kMethods) {
    Result<std::string> text = document->text(**methods, method);
    if (!text) return std::unexpected(text.error());
    words.methods.emplace(method, std::move(*text));
  }
  Result<LetterWords> letter = read_letter(*document);
  if (!letter) return std::unexpected(letter.error());
  words.letter = std::move(*letter);
  return {};
}

// --- a country's law ---

using Paragraphs = std::map<std::string, std::map<std::string, std::string>>;  // country, language

Result<Paragraphs> read_countries(const fs::path& path) {
  const Result<Document> document = Document::read(path);
  if (!document) return std::unexpected(document.error());
  const Result<const YamlValue*> legal = document->at(document->root(), "legal");
  if (!legal) return std::unexpected(legal.error());
  Paragraphs found;
  for (const YamlValue::Entry& entry : (*legal)->entries) {
    if (const auto good = document->only(entry.value, kNoticeLanguages); !good)
      return std::unexpected(good.error());
    for (const std::string_view language : kNoticeLanguages) {
      Result<std::string> text = document->text(entry.value, language);
      if (!text) return std::unexpected(text.error());
      found[entry.key].emplace(language, std::move(*text));
    }
  }
  const Result<const YamlValue*> groups = document->at(document->root(), "groups");
  if (!groups) return std::unexpected(groups.error());
  for (const YamlValue::Entry& group : (*groups)->entries) {
    if (!found.contains(group.key))
      return document->wrong(group.line, fmt::format("group '{}' has no paragraph", group.key));
    for (const YamlValue& member : group.value.items) found.try_emplace(member.text, found[group.key]);
  }
  return found;
}

// --- campaigns ---

struct CampaignSteps {
  std::map<NoticeKind, std::vector<std::string>> order;
  std::map<std::string, std::vector<std::string>> commands;
};

Result<CampaignSteps> read_steps(const fs::path& path) {
  const Result<Document> document = Document::read(path);
  if (!document) return std::unexpected(document.error());
  if (const auto good =
          document->only(document->root(), std::array{"unpatched", "compromised", "provider", "commands"});
      !good)
    return std::unexpected(good.error());
  CampaignSteps steps;
  std::set<std::string> known;
  for (const auto& [kind, name] : kKinds) {
    const Result<const YamlValue*> list = document->at(document->root(), name);
    if (!list) return std::unexpected(list.error());
    if ((*list)->items.size() != kSteps)
      return document->wrong((*list)->line, fmt::format("'{}' needs three steps", name));
    for (const YamlValue& item : (*list)->items)
      steps.order[kind].push_back(item.text), known.insert(item.text);
  }
  const Result<const YamlValue*> commands = document->at(document->root(), "commands");
  if (!commands) return std::unexpected(commands.error());
  if (const auto good = document->only(**commands, known); !good) return std::unexpected(good.error());
  for (const YamlValue::Entry& entry : (*commands)->entries)
    for (const YamlValue& command : entry.value.items) steps.commands[entry.key].push_back(command.text);
  return steps;
}

Result<CampaignWords> read_campaign_words(const fs::path& path, const CampaignSteps& steps) {
  const Result<Document> document = Document::read(path);
  if (!document) return std::unexpected(document.error());
  if (const auto good = document->only(document->root(), std::array{"flaw", "means", "steps"}); !good)
    return std::unexpected(good.error());
  CampaignWords words;
  Result<std::string> flaw = document->text(document->root(), "flaw");
  const Result<const YamlValue*> means = document->at(document->root(), "means");
  const Result<const YamlValue*> texts = document->at(document->root(), "steps");
  if (!flaw) return std::unexpected(flaw.error());
  if (!means) return std::unexpected(means.error());
  if (!texts) return std::unexpected(texts.error());
  words.flaw = std::move(*flaw);
  if (const auto good = document->only(**means, kMeanings); !good) return std::unexpected(good.error());
  for (const std::string_view meaning : kMeanings) {
    Result<std::string> text = document->text(**means, meaning);
    if (!text) return std::unexpected(text.error());
    words.means.emplace(meaning, std::move(*text));
  }
  for (const auto& [kind, order] : steps.order)
    for (const std::string& step : order) {
      Result<std::string> text = document->text(**texts, step);
      if (!text) return std::unexpected(text.error());
      const auto commands = steps.commands.find(step);
      words.steps[kind].push_back({std::move(*text), commands == steps.commands.end()
                                                         ? std::vector<std::string>()
                                                         : commands->second});
    }
  return words;
}

// Campaigns that have notices: not every one has, but who has some has all.
Result<std::vector<fs::path>> campaigns_with_notices(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code gone;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, gone))
    if (fs::is_directory(entry.path() / "notices", gone)) found.push_back(entry.path());
  if (found.empty())
    return fail("no campaign has notice texts", folder.string(), "docs/notices.md says what they are");
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<NoticeLibrary> NoticeLibrary::load(const fs::path& knowledge) {
  const fs::path notices = knowledge / "notices";
  NoticeLibrary library;
  const Result<Paragraphs> countries = read_countries(notices / "countries.yaml");
  if (!countries) return std::unexpected(countries.error());
  std::map<NoticeKind, std::optional<std::set<std::string>>> used;
  for (const std::string_view code : kNoticeLanguages) {
    LanguageWords& words = library.languages_[std::string(code)];
    for (const auto& [kind, name] : kKinds) {
      Result<NoticeTemplate> one = read_template(notices / code / fmt::format("{}.txt", name), used[kind]);
      if (!one) return std::unexpected(one.error());
      words.templates.emplace(kind, std::move(*one));
    }
    if (const Result<void> good = read_words(notices / code / "words.yaml", words); !good)
      return std::unexpected(good.error());
    for (const auto& [country, texts] : *countries) words.legal.emplace(country, texts.at(std::string(code)));
  }
  const Result<std::vector<fs::path>> campaigns = campaigns_with_notices(knowledge / "campaigns");
  if (!campaigns) return std::unexpected(campaigns.error());
  for (const fs::path& campaign : *campaigns) {
    const Result<CampaignSteps> steps = read_steps(campaign / "notices" / "steps.yaml");
    if (!steps) return std::unexpected(steps.error());
    for (auto& [code, words] : library.languages_) {
      Result<CampaignWords> texts = read_campaign_words(campaign / "notices" / (code + ".yaml"), *steps);
      if (!texts) return std::unexpected(texts.error());
      words.campaigns.emplace(campaign.filename().string(), std::move(*texts));
    }
  }
  return library;
}

Result<const LanguageWords*> NoticeLibrary::language(const std::string& code) const {
  const auto found = languages_.find(code);
  if (found != languages_.end()) return &found->second;
  return fail("no notice texts in language '" + code + "'", {},
              fmt::format("one of: {}", fmt::join(kNoticeLanguages, ", ")));
}

}  // namespace afterpatch::notify
