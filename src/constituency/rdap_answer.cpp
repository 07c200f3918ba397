#include "constituency/rdap_answer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/network.h"
#include "base/text.h"

namespace afterpatch::constituency {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> kRoles = {"abuse", "technical", "registrant"};  // in order of use
constexpr unsigned kWidestV4 = 8;
constexpr unsigned kWidestV6 = 16;

struct Entity {
  std::size_t role = kRoles.size();  // index into kRoles, the best that it has
  std::string name;
  std::string language;
  std::vector<std::string> mail;
  std::vector<std::string> phones;
  std::vector<std::string> postal;
};

std::string text_of(const json::value* value) {
  if (value == nullptr || !value->is_string()) return {};
  const auto& text = value->get_string();
  return to_utf8(trim(std::string_view(text.data(), std::min<std::size_t>(text.size(), kMostRdapText))));
}
std::string text_of(const json::object& object, std::string_view key) {
  return text_of(object.if_contains(key));
}
const json::array* array_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? &value->get_array() : nullptr;
}

std::size_t best_role(const json::object& entity) {
  std::size_t best = kRoles.size();
  if (const json::array* roles = array_of(entity, "roles")) {
    for (const json::value& role : *roles) {
      const auto found = std::ranges::find(kRoles, to_lower_ascii(text_of(&role)));
      best = std::min(best, static_cast<std::size_t>(found - kRoles.begin()));
    }
  }
  return best;
}

std::vector<std::string> address_lines(const json::array& property) {
  std::vector<std::string> lines;
  if (const auto* parameters = property[1].if_object()) {
    const std::string label = text_of(*parameters, "label");
    for (const std::string_view line : split(label, '\n')) {
      if (!trim(line).empty() && lines.size() < 8) lines.emplace_back(trim(line));
    }
  }
  if (!lines.empty() || !property[3].is_array()) return lines;
  for (const json::value& part : property[3].get_array()) {
    if (std::string line = text_of(&part); !line.empty() && lines.size() < 8)
      lines.push_back(std::move(line));
  }
  return lines;
}

// One property of a jCard: [name, parameters, type, value...] (RFC 7095, section 3.3).
void take_property(Entity& entity, const json::array& property) {
  const std::string name = to_lower_ascii(text_of(&property[0]));
  const std::string value = text_of(&property[3]);
  if (name == "fn" && entity.name.empty()) entity.name = value;
  if (name == "lang" && entity.language.empty()) entity.language = language_tag(value).value_or("");
  if (name == "email" && entity.mail.size() < kMostRdapContacts) {
    if (auto mail = mail_address(value)) entity.mail.push_back(std::move(*mail));
  }
  if (name == "tel" && entity.phones.size() < kMostRdapContacts) {
    auto phone =
        phone_number(starts_with_ignoring_case(value, "tel:") ? std::string_view(value).substr(4) : value);
    if (phone) entity.phones.push_back(std::move(*phone));
  }
  if (name == "adr" && entity.postal.empty()) entity.postal = address_lines(property);
}

void take_card(Entity& entity, const json::object& object) {
  const json::array* card = array_of(object, "vcardArray");
  if (card == nullptr || card->size() < 2 || !(*card)[1].is_array()) return;
  std::size_t left = kMostRdapEntities;
  for (const json::value& property : (*card)[1].get_array()) {
    if (left-- == 0) return;
    if (property.is_array() && property.get_array().size() >= 4) take_property(entity, property.get_array());
  }
}

void collect(std::vector<Entity>& entities, const json::object& object, int depth) {
  const json::array* list = array_of(object, "entities");
  if (list == nullptr || depth >= kMostRdapDepth) return;
  for (const json::value& value : *list) {
    if (!value.is_object() || entities.size() >= kMostRdapEntities) continue;
    Entity entity;
    entity.role = best_role(value.get_object());
    take_card(entity, value.get_object());
    entities.push_back(std::move(entity));
    collect(entities, value.get_object(), depth + 1);
  }
}

class ContactMaker {
 public:
  ContactMaker(Rung rung, const std::string& source, Timestamp fetched) {
    pattern_.rung = rung;
    pattern_.provenance = source;
    pattern_.learnt = fetched;
  }

  void add(const Entity& entity) {
    pattern_.person = entity.name;
    pattern_.language = entity.language;
    for (const std::string& value : entity.mail) add(Channel::email, value);
    for (const std::string& value : entity.phones) add(Channel::phone, value);
    if (!entity.postal.empty() && entity.role == kRoles.size() - 1) add_letter(entity);
  }

  std::vector<Contact> take() { return std::move(contacts_); }

 private:
  void add(Channel channel, const std::string& value) {
    Contact contact = pattern_;
    contact.channel = channel;
    contact.value = value;
    if (channel == Channel::phone) contact.rung = Rung::post_and_phone;
    const auto same = [&](const Contact& other) { return other.channel == channel && other.value == value; };
    if (contacts_.size() < kMostRdapContacts && std::ranges::none_of(contacts_, same))
      contacts_.push_back(std::move(contact));
  }

  void add_letter(const Entity& entity) {
    Contact contact = pattern_;
    contact.rung = Rung::post_and_phone;
    contact.channel = Channel::letter;
    if (!entity.name.empty()) contact.postal.push_back(entity.name);
    contact.postal.insert(contact.postal.end(), entity.postal.begin(), entity.postal.end());
    if (contacts_.size() < kMostRdapContacts) contacts_.push_back(std::move(contact));
  }

  Contact pattern_;
  std::vector<Contact> contacts_;
};

std::string holder_name(const std::vector<Entity>& entities, const json::object& object) {
  for (const Entity& entity : entities) {
    if (entity.role == kRoles.size() - 1 && !entity.name.empty()) return entity.name;
  }
  const std::string name = text_of(object, "name");
  return name.empty() ? text_of(object, "handle") : name;
}

std::string holder_id(std::string_view prefix, const std::string& handle) {
  std::string id(prefix);
  for (const char c : to_lower_ascii(handle).substr(0, 40)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    id.push_back(plain ? c : '-');
  }
  return id;
}

Result<json::object> read_object(std::string_view text, std::string_view kind, const std::string& source) {
  if (text.size() > kMostRdapBytes) return fail("an RDAP answer longer than 1 MiB", source, {});
  json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code code;
  json::value value = json::parse({text.data(), text.size()}, code, {}, options);
  if (code) return fail("no JSON: " + code.message(), source, {});
  if (!value.is_object()) return fail("no RDAP answer", source, {});
  if (const std::string said = text_of(value.get_object(), "objectClassName"); said != kind)
    return fail(fmt::format("RDAP answer about '{}' where '{}' was asked", said, kind), source, {});
  return std::move(value.get_object());
}

Organisation holder_of(const json::object& object, Rung rung, const std::string& source, Timestamp fetched) {
  std::vector<Entity> entities;
  collect(entities, object, 0);
  Organisation holder;
  holder.provider = true;
  holder.name = holder_name(entities, object);
  holder.country = country_code(text_of(object, "country")).value_or("");
  ContactMaker maker(rung, source, fetched);
  for (std::size_t role = 0; role < kRoles.size(); ++role) {
    for (const Entity& entity : entities) {
      if (entity.role == role) maker.add(entity);
    }
  }
  holder.contacts = maker.take();
  return holder;
}

bool too_wide(const std::vector<Network>& block) {
  return std::ranges::any_of(block, [](const Network& network) {
    return network.length < (network.first.v6 ? kWidestV6 : kWidestV4);
  });
}

}  // namespace

Result<Organisation> read_rdap_network(std::string_view text, const Address& asked, const std::string& source,
                                       Timestamp fetched) {
  const auto object = read_object(text, "ip network", source);
  if (!object) return std::unexpected(object.error());
  const auto first = parse_address(text_of(*object, "startAddress"));
  const auto last = parse_address(text_of(*object, "endAddress"));
  if (!first || !last || asked < *first || *last < asked || first->v6 != last->v6)
    return fail(fmt::format("the block in the answer does not hold {}", to_string(asked)), source, {});
  Organisation holder = holder_of(*object, Rung::network, source, fetched);
  holder.networks = networks_between(*first, *last);
  if (too_wide(holder.networks)) return fail("the block in the answer is a registry's own", source, {});
  const std::string handle = text_of(*object, "handle");
  holder.id = holder_id("rdap-", handle.empty() ? to_string(*first) : handle);
  if (holder.name.empty()) holder.name = "network " + to_string(*first);
  return holder;
}

Result<Organisation> read_rdap_autnum(std::string_view text, std::uint32_t asked, const std::string& source,
                                      Timestamp fetched) {
  const auto object = read_object(text, "autnum", source);
  if (!object) return std::unexpected(object.error());
  const auto number_of = [&](std::string_view key) {
    const json::value* value = object->if_contains(key);
    return value != nullptr && value->is_int64() ? value->get_int64() : -1;
  };
  if (asked < number_of("startAutnum") || asked > number_of("endAutnum") || number_of("startAutnum") < 0)
    return fail(fmt::format("the answer is not about AS{}", asked), source, {});
  Organisation holder = holder_of(*object, Rung::autonomous_system, source, fetched);
  holder.as_numbers = {asked};
  holder.id = fmt::format("rdap-as{}", asked);
  if (holder.name.empty()) holder.name = fmt::format("AS{}", asked);
  return holder;
}

}  // namespace afterpatch::constituency
