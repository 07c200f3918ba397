#include "constituency/organisation_json.h"

#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.h"
#include "constituency/list_checks.h"
#include "constituency/organisation_csv.h"

namespace afterpatch::constituency {
namespace {

namespace json = boost::json;

Result<json::value> parse(std::string_view text, const std::string& where) {
  json::parse_options options;
  options.max_depth = 16;
  boost::system::error_code code;
  json::value value = json::parse({text.data(), text.size()}, code, {}, options);
  if (code) return fail("no JSON: " + code.message(), where, {});
  return value;
}

void put(json::object& object, std::string_view key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}
void put(json::object& object, std::string_view key, const std::vector<std::string>& values) {
  if (!values.empty()) object[key] = json::array(values.begin(), values.end());
}

json::object contact_object(const Contact& contact) {
  json::object object;
  object["channel"] = name_of(contact.channel);
  if (contact.rung != Rung::own_register) object["rung"] = name_of(contact.rung);
  put(object, "value", contact.value);
  put(object, "postal", contact.postal);
  put(object, "person", contact.person);
  put(object, "language", contact.language);
  put(object, "pgp", contact.pgp_fingerprint);
  put(object, "provenance", contact.provenance);
  if (contact.learnt) object["learnt"] = to_iso8601(*contact.learnt);
  return object;
}

std::vector<std::string> texts_of(const std::vector<Network>& networks) {
  std::vector<std::string> texts;
  for (const Network& network : networks) texts.push_back(to_string(network));
  return texts;
}

// Reads one organisation out of a JSON object; what it can't read goes to the builder.
class ObjectReader {
 public:
  ObjectReader(ListBuilder& builder, const std::string& name, std::string where)
      : builder_(builder), name_(name), where_(std::move(where)) {}

  Organisation read(const json::object& object) {
    Organisation organisation;
    for (const auto& [key, value] : object)
      read_key(organisation, std::string_view(key.data(), key.size()), value);
    return organisation;
  }

 private:
  std::string place(std::string_view key) const { return fmt::format("{}, key {}", where_, to_utf8(key)); }

  void refuse(std::string_view key, std::string what) {
    builder_.leave_out_value(std::move(what), place(key.substr(0, 80)),
                             "docs/constituency.md lists the keys");
  }

  std::string text(std::string_view key, const json::value& value) {
    if (value.is_string() && value.get_string().size() <= kLongestCell)
      return to_utf8({value.get_string().data(), value.get_string().size()});
    refuse(key, "no text, or one longer than 64 KiB");
    return {};
  }

  using Take = std::function<void(std::string_view)>;
  // A list of texts, or a single one.
  void each(std::string_view key, const json::value& value, const Take& take) {
    if (!value.is_array()) return take(text(key, value));
    std::size_t left = kMostValues;
    for (const json::value& element : value.get_array()) {
      if (left-- == 0) return refuse(key, "too many values");
      if (const std::string one = text(key, element); !one.empty()) take(one);
    }
  }

  void read_key(Organisation& organisation, std::string_view key, const json::value& value) {
    if (read_word(organisation, key, value) || read_values(organisation, key, value)) return;
    refuse(key, "unknown key");
  }

  bool read_word(Organisation& organisation, std::string_view key, const json::value& value) {
    if (key == "id") {
      organisation.id = text(key, value);
    } else if (key == "name") {
      organisation.name = std::string(trim(text(key, value)));
    } else if (key == "region") {
      organisation.region = text(key, value);
    } else if (key == "sector") {
      builder_.set_sector(organisation.sector, text(key, value), place(key));
    } else if (key == "country") {
      builder_.set_country(organisation.country, text(key, value), place(key));
    } else if (key == "language") {
      builder_.set_language(organisation.language, text(key, value), place(key));
    } else if (key == "provider") {
      if (!value.is_bool()) refuse(key, "neither true nor false");
      organisation.provider = value.is_bool() && value.get_bool();
    } else {
      return false;
    }
    return true;
  }

  bool read_values(Organisation& organisation, std::string_view key, const json::value& value) {
    if (key == "aliases") {
      each(key, value, [&](std::string_view one) { organisation.aliases.emplace_back(one); });
    } else if (key == "domains") {
      each(key, value, [&](std::string_view one) { builder_.add_domain(organisation, one, place(key)); });
    } else if (key == "networks") {
      each(key, value, [&](std::string_view one) { builder_.add_network(organisation, one, place(key)); });
    } else if (key == "as") {
      each(key, value, [&](std::string_view one) { builder_.add_as(organisation, one, place(key)); });
    } else if (key == "authority_for") {
      each(key, value, [&](std::string_view one) { builder_.add_authority(organisation, one, place(key)); });
    } else if (key == "contacts") {
      read_contacts(organisation, key, value);
    } else {
      return false;
    }
    return true;
  }

  void read_contacts(Organisation& organisation, std::string_view key, const json::value& value) {
    if (!value.is_array()) return refuse(key, "no list");
    std::size_t left = kMostValues;
    for (const json::value& element : value.get_array()) {
      if (left-- == 0) return refuse(key, "too many contacts");
      if (!element.is_object()) {
        refuse(key, "no object");
      } else if (auto contact = read_contact(element.get_object())) {
        organisation.contacts.push_back(std::move(*contact));
      }
    }
  }

  std::optional<Contact> read_contact(const json::object& object) {
    Contact contact;
    contact.provenance = name_;
    if (!read_kind(object, contact)) return std::nullopt;
    const json::value* value = object.if_contains("value");
    const std::string given = value == nullptr ? std::string() : text("value", *value);
    if (!builder_.set_contact_value(contact, given, place("value"))) return std::nullopt;
    for (const auto& [key, element] : object)
      read_contact_key(contact, std::string_view(key.data(), key.size()), element);
    if (contact.channel == Channel::letter && contact.postal.empty()) {
      refuse("postal", "a letter without an address");
      return std::nullopt;
    }
    return contact;
  }

  // Channel and rung: they decide how the rest is read.
  bool read_kind(const json::object& object, Contact& contact) {
    const json::value* channel = object.if_contains("channel");
    const auto parsed_channel = channel == nullptr ? std::nullopt : parse_channel(text("channel", *channel));
    if (!parsed_channel) refuse("channel", "none of email web-form phone letter provider");
    if (!parsed_channel) return false;
    contact.channel = *parsed_channel;
    const bool paper = contact.channel == Channel::letter || contact.channel == Channel::phone;
    contact.rung = paper ? Rung::post_and_phone : Rung::own_register;
    if (const json::value* rung = object.if_contains("rung")) {
      const auto parsed = parse_rung(text("rung", *rung));
      if (!parsed) refuse("rung", "no rung of the ladder");
      contact.rung = parsed.value_or(contact.rung);
    }
    return true;
  }

  void read_contact_key(Contact& contact, std::string_view key, const json::value& value) {
    if (key == "channel" || key == "rung" || key == "value") return;
    if (key == "postal") {
      each(key, value, [&](std::string_view line) { contact.postal.emplace_back(line); });
    } else if (key == "person") {
      contact.person = text(key, value);
    } else if (key == "provenance") {
      contact.provenance = text(key, value);
    } else if (key == "language") {
      builder_.set_language(contact.language, text(key, value), place(key));
    } else if (key == "pgp") {
      builder_.set_fingerprint(contact.pgp_fingerprint, text(key, value), place(key));
    } else if (key == "learnt") {
      contact.learnt = parse_time(text(key, value));
      if (!contact.learnt) refuse(key, "no date");
    } else {
      refuse(key, "unknown key");
    }
  }

  ListBuilder& builder_;
  const std::string& name_;
  std::string where_;
};

class ListReader {
 public:
  ListReader(const std::string& name, const PublicSuffixes& suffixes) : name_(name), builder_(suffixes) {}

  void add(const json::value& value, const std::string& where) {
    if (!value.is_object()) return builder_.leave_out_row("no JSON object", where, {});
    builder_.add(ObjectReader(builder_, name_, where).read(value.get_object()), where);
  }

  void add_all(const json::array& array) {
    std::size_t number = 0;
    for (const json::value& value : array) add(value, fmt::format("{}, organisation {}", name_, ++number));
  }

  void add_lines(std::string_view text) {
    for (std::uint64_t number = 1; !text.empty(); ++number) {
      const auto end = std::min(text.find('\n'), text.size());
      const std::string where = fmt::format("{}:{}", name_, number);
      if (const auto line = trim(text.substr(0, end)); !line.empty()) {
        const auto value = parse(line, where);
        value ? add(*value, where) : builder_.leave_out_row(value.error().what, where, {});
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  OrganisationList take() { return builder_.take(); }

 private:
  const std::string& name_;
  ListBuilder builder_;
};

const json::array* array_of(const json::value& value) {
  if (value.is_array()) return &value.get_array();
  if (!value.is_object()) return nullptr;
  const json::value* list = value.get_object().if_contains("organisations");
  return list != nullptr && list->is_array() ? &list->get_array() : nullptr;
}

}  // namespace

std::string to_json(const Organisation& organisation) {
  json::object object;
  put(object, "id", organisation.id);
  put(object, "name", organisation.name);
  put(object, "aliases", organisation.aliases);
  put(object, "domains", organisation.domains);
  put(object, "networks", texts_of(organisation.networks));
  if (!organisation.as_numbers.empty()) {
    json::array& numbers = object["as"].emplace_array();
    for (const std::uint32_t number : organisation.as_numbers)
      numbers.emplace_back(fmt::format("AS{}", number));
  }
  put(object, "sector", organisation.sector);
  put(object, "country", organisation.country);
  put(object, "region", organisation.region);
  put(object, "language", organisation.language);
  if (organisation.provider) object["provider"] = true;
  put(object, "authority_for", organisation.authority_for);
  if (!organisation.contacts.empty()) {
    json::array& contacts = object["contacts"].emplace_array();
    for (const Contact& contact : organisation.contacts) contacts.emplace_back(contact_object(contact));
  }
  return json::serialize(object);
}

Result<Organisation> read_organisation(std::string_view text, const PublicSuffixes& suffixes,
                                       const std::string& where) {
  const auto value = parse(text, where);
  if (!value) return std::unexpected(value.error());
  ListReader reader(where, suffixes);
  reader.add(*value, where);
  OrganisationList list = reader.take();
  if (!list.faults.empty()) return std::unexpected(list.faults.front().error);
  return std::move(list.organisations.front());
}

Result<OrganisationList> read_organisations_json(std::string_view text, const std::string& name,
                                                 const PublicSuffixes& suffixes) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  ListReader reader(name, suffixes);
  const auto whole = parse(text, name);
  const json::array* array = whole ? array_of(*whole) : nullptr;
  if (array != nullptr) {
    reader.add_all(*array);
  } else if (whole || trim(text.substr(0, text.find('\n'))).ends_with('}')) {
    reader.add_lines(text);
  } else {
    return std::unexpected(whole.error());
  }
  return reader.take();
}

}  // namespace afterpatch::constituency
