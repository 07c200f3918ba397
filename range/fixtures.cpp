#include "range/fixtures.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/text.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

std::string join(std::initializer_list<std::string_view> pieces) {
  std::string out;
  for (const auto piece : pieces) out += piece;
  return out;
}

void append_little_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(i < 8 ? (value >> (8 * i)) & 0xffU : 0U);
}

std::string utf16(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out += {c, '\0'};
  return out;
}

// CRC-32 of ISO 3309, which zip uses.
std::uint32_t crc32_of(std::string_view bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ (0xedb88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

// The part that a zip's local header and its directory share: version, flags, method, time, date, crc, sizes,
// name, extra.
std::string zip_common(std::string_view name, std::string_view content) {
  std::string out;
  append_little_endian(out, 20, 2);
  append_little_endian(out, 0, 4);
  append_little_endian(out, 0x52630000U, 4);
  append_little_endian(out, crc32_of(content), 4);
  append_little_endian(out, content.size(), 4);
  append_little_endian(out, content.size(), 4);
  append_little_endian(out, name.size(), 2);
  append_little_endian(out, 0, 2);
  return out;
}

std::string us_date(Timestamp time) {
  std::string date;
  append_date_time(date, time);
  return fmt::format("{}/{}/{} {}", date.substr(5, 2), date.substr(8, 2), date.substr(0, 4), date.substr(11));
}

std::string distinguished_name(const Server& server) {
  std::string components;
  for (const auto part : split(server.forest, '.')) components += fmt::format(",DC={}", part);
  return fmt::format(
      "CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN={},CN=Servers,CN=Exchange Administrative Group "
      "(FYDIBOHF23SPDLT),"
      "CN=Administrative Groups,CN={},CN=Microsoft Exchange,CN=Services,CN=Configuration{}",
      server.name, server.netbios, components);
}

}  // namespace

std::string inert_script(std::string_view parameter) {
  return join({"<scr", "ipt language=\"JScr", "ipt\" run", "at=\"ser", "ver\">function Page_",
               "Load(){inert_", "ev", "al(Req", "uest[\"", parameter, "\"],\"un", "safe\");}</scr", "ipt>"});
}

std::string oab_dump(const Server& server, std::string_view directory_guid, std::string_view external_url,
                     Timestamp changed) {
  const Build& build = server.kind.vulnerable;
  std::string out;
  const auto line = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{:<32}: {}\r\n", name, value);
  };
  out += "\r\n";
  line("Name", "OAB (Default Web Site)");
  line("PollInterval", "480");
  line("OfflineAddressBooks", "\\Default Offline Address Book");
  line("RequireSSL", "True");
  line("BasicAuthentication", "False");
  line("WindowsAuthentication", "True");
  line("OAuthAuthentication", "True");
  line("MetabasePath", fmt::format("IIS://{}/W3SVC/1/ROOT/OAB", server.fqdn));
  line("Path", "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\OAB");
  line("ExtendedProtectionTokenChecking", "None");
  line("ExtendedProtectionFlags", "");
  line("ExtendedProtectionSPNList", "");
  line("AdminDisplayVersion",
       fmt::format("Version {}.{} (Build {}.{})", build.major, build.minor, build.build, build.revision));
  line("Server", server.name);
  line("InternalUrl", fmt::format("https://{}/OAB", server.fqdn));
  line("InternalAuthenticationMethods", "WindowsIntegrated");
  line("ExternalUrl", external_url);
  line("ExternalAuthenticationMethods", "WindowsIntegrated");
  line("AdminDisplayName", "");
  line("ExchangeVersion", "0.10 (14.0.100.0)");
  line("DistinguishedName", distinguished_name(server));
  line("Identity", server.name + "\\OAB (Default Web Site)");
  line("Guid", directory_guid);
  line("ObjectCategory", server.forest + "/Configuration/Schema/ms-Exch-OAB-Virtual-Directory");
  line("ObjectClass",
       "top\r\n                                  msExchVirtualDirectory\r\n                                  "
       "msExchOABVirtualDirectory");
  line("WhenChanged", us_date(changed));
  line("WhenCreated", us_date(changed - std::chrono::days(400)));
  line("OrganizationId", "");
  line("OriginatingServer", "DC01." + server.forest);
  line("IsValid", "True");
  return out + "\r\n";
}

std::string compiled_trace(std::string_view url, Random& random) {
  const std::string assembly = "App_Web_" + random.text("abcdefghijklmnopqrstuvwxyz0123456789", 8);
  std::string type = "ASP";
  for (const char c : url) type += c == '/' || c == '.' ? '_' : c;
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<preserve resultType=\"3\" virtualPath=\"{}\" "
      "hash=\"{}\" filehash=\"{}\" flags=\"110000\" "
      "assembly=\"{}\" type=\"{}\">\r\n    <filedeps>\r\n        <filedep name=\"{}\" />\r\n    "
      "</filedeps>\r\n</preserve>",
      url, random.hex(8), random.hex(16), assembly, type, url);
}

std::string inert_page(std::string_view parameter) {
  return join({"<%@ Pa", "ge Lang", "uage=\"JScr", "ipt\" %>\r\n", inert_script(parameter), "\r\n"});
}

std::string empty_store(Random& random) {
  constexpr std::size_t kSmallestStore = 271360;
  std::string out("!BDN\x7f\x3a\x19\x52SM\x17\0\x13\0\x01\x01", 16);  // [MS-PST] 2.2.2.6, Unicode
  while (out.size() < kSmallestStore) append_little_endian(out, random.next(), 8);
  return out;
}

std::string store_with_script(std::string_view parameter, Random& random) {
  std::string out = empty_store(random);
  const std::string script = inert_script(parameter);
  return out.replace(static_cast<std::size_t>(random.between(40000, 200000)), script.size(), script);
}

// SEQUENCE, its length, and filler, as a binary request begins [X.690].
std::string certificate_request_with_script(std::string_view parameter, Random& random) {
  std::string out("\x30\x82\x04\x1a\x30\x82", 6);
  while (out.size() < 200) append_little_endian(out, random.next(), 8);
  out += inert_script(parameter);
  while (out.size() < 1040) append_little_endian(out, random.next(), 8);
  return out;
}

std::string inert_memory_dump(Random& random) {
  std::string out = "MDMP";
  append_little_endian(out, 0x0000a793U, 4);  // version
  append_little_endian(out, 1, 4);            // streams
  append_little_endian(out, 32, 4);           // where their directory lies
  append_little_endian(out, 0, 4);
  append_little_endian(out, 0x603f5c00U, 4);
  append_little_endian(out, 2, 8);  // MiniDumpWithFullMemory
  out += utf16("C:\\Windows\\System32\\lsass.exe");
  out += utf16("C:\\Windows\\System32\\lsasrv.dll");
  out += "made by the evidence range: holds no memory of any process";
  out.resize(24U << 10U, static_cast<char>(random.below(256)));
  return out;
}

std::string stored_zip(std::string_view entry_name, std::string_view content) {
  const std::string common = zip_common(entry_name, content);
  std::string out = "PK\x03\x04" + common + std::string(entry_name) + std::string(content);
  const std::size_t directory = out.size();
  out += std::string("PK\x01\x02") + std::string("\x14\0", 2) + common;
  append_little_endian(out, 0, 14);  // comment, disk, attributes, offset of the entry
  out += entry_name;
  const std::size_t length = out.size() - directory;
  out += "PK\x05\x06";
  append_little_endian(out, 0, 4);
  append_little_endian(out, 1, 2);
  append_little_endian(out, 1, 2);
  append_little_endian(out, length, 4);
  append_little_endian(out, directory, 4);
  append_little_endian(out, 0, 2);
  return out;
}

}  // namespace afterpatch::range
