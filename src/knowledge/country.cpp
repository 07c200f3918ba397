#include "knowledge/country.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "base/file.h"
#include "base/text.h"
#include "knowledge/map_reader.h"

namespace afterpatch::knowledge {
namespace {

namespace fs = std::filesystem;

// A code becomes a file's name, so it may hold nothing that leads elsewhere.
bool is_code(std::string_view code) {
  return code.size() == 2 && std::ranges::all_of(code, [](char c) { return c >= 'a' && c <= 'z'; });
}

fs::path file_of(const fs::path& knowledge, std::string_view code) {
  return knowledge / "countries" / (std::string(code) + ".yaml");
}

Duty read_duty(const YamlValue& value, const std::string& file, Faults& faults) {
  MapReader reader(value, file, "a duty", faults);
  Duty duty;
  duty.title = reader.text("title");
  duty.deadline = reader.text("deadline");
  duty.text = reader.text_or("text", "");
  duty.to = reader.text("to");
  duty.where = reader.text_or("where", "");
  duty.source = reader.text("source");
  duty.checked = reader.text_or("checked", "");
  if (!duty.where.empty() && !duty.where.starts_with("https://"))
    reader.fault("'" + duty.where + "' is no https address", "where");
  reader.finish();
  return duty;
}

void add_duty(std::vector<Duty>& duties, Duty duty) {
  const bool known = std::ranges::find(duties, duty.title, &Duty::title) != duties.end();
  if (!known) duties.push_back(std::move(duty));
}

// `nested`: read for another country's `also`, and then without its own.
Country read_country(const fs::path& knowledge, const std::string& code, bool nested, Faults& faults) {
  Country country;
  const std::string file = file_of(knowledge, code).string();
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return faults.add(text.error()), country;
  const auto yaml = parse_yaml(*text, file);
  if (!yaml) return faults.add(yaml.error()), country;
  MapReader reader(*yaml, file, "the country", faults);
  country.code = reader.text("country");
  country.name = reader.text("name");
  if (country.code != code) reader.fault("the code is not the file's name", "country", "expected " + code);
  for (const YamlValue& value : reader.list("duties")) {
    Duty duty = read_duty(value, file, faults);
    if (std::ranges::find(country.duties, duty.title, &Duty::title) != country.duties.end())
      faults.add("duty '" + duty.title + "' stands twice", file, value.line);
    add_duty(country.duties, std::move(duty));
  }
  for (const std::string& other : reader.texts_or_none("also")) {
    if (nested || !is_code(other) || other == code) {
      reader.fault("'" + other + "' can't be named here", "also", "expected a code whose file has no 'also'");
      continue;
    }
    for (Duty& duty : read_country(knowledge, other, true, faults).duties)
      add_duty(country.duties, std::move(duty));
  }
  reader.finish();
  return country;
}

}  // namespace

std::vector<std::string> country_codes(const fs::path& knowledge) {
  std::vector<std::string> codes;
  std::error_code error;
  for (fs::directory_iterator entry(knowledge / "countries", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string code = entry->path().stem().string();
    if (entry->path().extension() == ".yaml" && is_code(code)) codes.push_back(code);
  }
  std::ranges::sort(codes);
  return codes;
}

Result<Country> load_country(const fs::path& knowledge, std::string_view code) {
  const std::string wanted = to_lower_ascii(code);
  const auto codes = country_codes(knowledge);
  if (std::ranges::find(codes, wanted) == codes.end()) {
    return fail(fmt::format("nothing is known of the duties in country '{}'", code),
                (knowledge / "countries").string(), fmt::format("known: {}", fmt::join(codes, ", ")));
  }
  Faults faults;
  Country country = read_country(knowledge, wanted, false, faults);
  if (!faults.empty()) return std::unexpected(faults.all().front());
  return country;
}

std::vector<Error> check_countries(const fs::path& knowledge) {
  Faults faults;
  for (const std::string& code : country_codes(knowledge)) read_country(knowledge, code, false, faults);
  return faults.take();
}

}  // namespace afterpatch::knowledge
