#include "exposure/target_reader.h"

#include <array>
#include <istream>
#include <limits>

#include <fmt/format.h>
#include <boost/json.hpp>
#include <pugixml.hpp>

#include "base/text.h"

namespace afterpatch::exposure {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostFaultsKept = 10;

enum class LineAnswer { taken, other_port, nothing, faulty };

Result<LineAnswer> answer_of(const Result<bool>& taken) {
  if (!taken) return std::unexpected(taken.error());
  return *taken ? LineAnswer::taken : LineAnswer::faulty;
}

bool is_port(std::string_view text, std::uint16_t port) {
  return text == std::to_string(port);
}

Result<bool> add_address(std::string_view text, TargetSet& targets) {
  const auto range = parse_range(text);
  if (!range) return false;
  const auto added = targets.add(*range);
  if (!added) return std::unexpected(added.error());
  return true;
}

// "https://mail.example.org:443/owa/" to "mail.example.org".
std::string_view host_of_url(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return text;
  text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  return text.substr(0, text.find(':'));
}

// "open tcp 443 192.0.2.7 1614931200".
Result<LineAnswer> read_masscan_list(std::string_view line, std::uint16_t port, TargetSet& targets) {
  const auto fields = split(line, ' ');
  if (fields.size() < 4) return LineAnswer::faulty;
  if (fields[1] != "tcp" || !is_port(fields[2], port)) return LineAnswer::other_port;
  return answer_of(add_address(fields[3], targets));
}

bool has_open_port(const json::object& host, std::uint16_t port) {
  const json::value* ports = host.if_contains("ports");
  if (ports == nullptr || !ports->is_array()) return false;
  for (const json::value& entry : ports->get_array()) {
    const json::object* open = entry.if_object();
    const json::value* number = open != nullptr ? open->if_contains("port") : nullptr;
    if (number != nullptr && number->is_int64() && number->get_int64() == port) return true;
  }
  return false;
}

Result<LineAnswer> read_masscan_json(std::string_view line, std::uint16_t port, TargetSet& targets) {
  if (line.ends_with(',')) line.remove_suffix(1);
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error || !value.is_object()) return LineAnswer::faulty;
  const json::value* address = value.get_object().if_contains("ip");
  if (address == nullptr || !address->is_string())
    return value.get_object().contains("finished") ? LineAnswer::nothing : LineAnswer::faulty;
  if (!has_open_port(value.get_object(), port)) return LineAnswer::other_port;
  const json::string& text = address->get_string();
  return answer_of(add_address(std::string_view(text.data(), text.size()), targets));
}

// "192.0.2.7,mail.example.org,..." and any CSV whose first column is an address.
Result<LineAnswer> read_columns(std::string_view line, TargetSet& targets) {
  const auto columns = split(line, ',');
  const std::string_view first = trim(columns[0]);
  const auto address = parse_address(first);
  const auto name = columns.size() > 1 ? host_name(trim(columns[1])) : std::nullopt;
  if (address && name) {
    targets.add(Target{address, *name});
    return LineAnswer::taken;
  }
  if (first == "saddr" || first == "ip") return LineAnswer::nothing;  // zmap's heading
  return answer_of(add_target(first, targets));
}

Result<LineAnswer> read_line(std::string_view line, std::uint16_t port, TargetSet& targets) {
  line = trim(line.substr(0, line.find('#')));
  if (line.empty() || line == "[" || line == "]" || line == ",") return LineAnswer::nothing;
  if (line.starts_with('{')) return read_masscan_json(line, port, targets);
  if (line.starts_with("open ")) return read_masscan_list(line, port, targets);
  return read_columns(line, targets);
}

void count(LineAnswer answer, const std::string& name, std::uint64_t line, TargetReading& reading) {
  if (answer == LineAnswer::taken) ++reading.taken;
  if (answer == LineAnswer::other_port) ++reading.other_ports;
  if (answer != LineAnswer::faulty) return;
  ++reading.faulty;
  if (reading.faults.size() >= kMostFaultsKept) return;
  reading.faults.push_back(
      {"no address, range or name", fmt::format("{}:{}", name, line),
       "expected 192.0.2.7, 192.0.2.0/24, mail.example.org, or output of zmap, masscan, nmap"});
}

bool port_is_open(const pugi::xml_node& host, std::uint16_t port) {
  for (const pugi::xml_node& entry : host.child("ports").children("port")) {
    if (entry.attribute("portid").as_uint() == port &&
        entry.child("state").attribute("state").as_string() == std::string_view("open"))
      return true;
  }
  return false;
}

bool read_nmap_host(const pugi::xml_node& host, TargetSet& targets) {
  bool taken = false;
  for (const pugi::xml_node& entry : host.children("address")) {
    const auto address = parse_address(entry.attribute("addr").as_string());
    if (!address) continue;  // a hardware address
    taken = true;
    const pugi::xml_node named = host.child("hostnames").find_child_by_attribute("hostname", "type", "user");
    const auto name = host_name(named.attribute("name").as_string());
    if (name) {
      targets.add(Target{address, *name});
    } else {
      (void)targets.add(AddressRange{*address, *address});  // one address is never too wide
    }
  }
  return taken;
}

Result<void> read_nmap(const std::string& text, const std::string& name, std::uint16_t port,
                       TargetSet& targets, TargetReading& reading) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(text.data(), text.size());
  if (!parsed)
    return fail(std::string("broken XML: ") + parsed.description(),
                fmt::format("{} at byte {}", name, parsed.offset), "expected a whole output of nmap -oX");
  std::uint64_t number = 0;
  for (const pugi::xml_node& host : document.child("nmaprun").children("host")) {
    ++number;
    LineAnswer answer = LineAnswer::other_port;
    if (port_is_open(host, port))
      answer = read_nmap_host(host, targets) ? LineAnswer::taken : LineAnswer::faulty;
    count(answer, name + " host", number, reading);
  }
  return {};
}

Result<std::string> rest_of(std::istream& input, std::string text, const std::string& name) {
  std::array<char, 65536> block{};
  while (input.read(block.data(), block.size()) || input.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(input.gcount()));
    if (text.size() > kMaxNmapBytes)
      return fail("too large for nmap's XML", name, "give the hosts as a plain list of addresses");
  }
  return text;
}

bool begins_xml(std::string_view line) {
  return line.starts_with("<?xml") || line.starts_with("<nmaprun");
}

}  // namespace

Result<bool> add_target(std::string_view text, TargetSet& targets) {
  auto added = add_address(text, targets);
  if (!added || *added) return added;
  const std::string_view host = host_of_url(text);
  if (host.size() != text.size()) {
    added = add_address(host, targets);
    if (!added || *added) return added;
  }
  const auto name = host_name(host);
  if (name) targets.add(Target{std::nullopt, *name});
  return name.has_value();
}

Result<void> read_targets(std::istream& input, const std::string& name, std::uint16_t port,
                          TargetSet& targets, TargetReading& reading) {
  std::string line(kMaxTargetLine, '\0');
  for (std::uint64_t number = 1;
       input.getline(line.data(), static_cast<std::streamsize>(line.size())) || input.gcount() > 0;
       ++number) {
    const std::string_view text(line.data());
    if (number == 1 && begins_xml(text)) {
      const auto whole = rest_of(input, std::string(text) + "\n", name);
      return whole ? read_nmap(*whole, name, port, targets, reading) : std::unexpected(whole.error());
    }
    if (input.fail() && !input.eof()) {  // the line is longer than the buffer: drop the rest of it
      input.clear();
      input.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
      count(LineAnswer::faulty, name, number, reading);
      continue;
    }
    const auto answer = read_line(text, port, targets);
    if (!answer) return fail(answer.error().what, fmt::format("{}:{}", name, number), answer.error().next);
    count(*answer, name, number, reading);
  }
  return {};
}

}  // namespace afterpatch::exposure
