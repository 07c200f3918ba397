#include "detect/files/staged.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "base/text.h"
#include "detect/files/file_places.h"

namespace afterpatch::detect::files {
namespace {

using evidence::Kind;
using std::string_view_literals::operator""sv;

constexpr std::uint64_t kDumpHeadBytes =
    8ULL << 20U;  // the module list lies before the memory in dumps by comsvcs and procdump
constexpr std::uint64_t kHiveHeadBytes = 1ULL << 20U;
constexpr std::uint64_t kMagicBytes = 64;

template <typename T>
std::optional<T> little_endian(std::string_view bytes, std::uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(
        value | static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[offset + i])) << (8U * i)));
  }
  return value;
}

Claim staged_claim(std::string rule_id, std::string title, Step step, Confidence confidence,
                   std::string technique, std::string reason) {
  Claim claim;
  claim.kind = RuleKind::placement;
  claim.rule_id = std::move(rule_id);
  claim.title = std::move(title);
  claim.step = step;
  claim.confidence = confidence;
  claim.reason = std::move(reason);
  claim.techniques = {std::move(technique)};
  return claim;
}

// --- Memory dumps ---

constexpr std::uint32_t kModuleListStream = 4;  // MINIDUMP_STREAM_TYPE::ModuleListStream
constexpr std::uint32_t kMaxStreams = 64;

std::optional<std::uint64_t> find_module_list(std::string_view head) {
  const auto streams = little_endian<std::uint32_t>(head, 8);
  const auto directory = little_endian<std::uint32_t>(head, 12);
  if (!streams || !directory) return std::nullopt;
  for (std::uint32_t i = 0; i < std::min(*streams, kMaxStreams); ++i) {
    const std::uint64_t entry = std::uint64_t{*directory} + 12ULL * i;
    if (little_endian<std::uint32_t>(head, entry) == kModuleListStream)
      return little_endian<std::uint32_t>(head, entry + 8);
  }
  return std::nullopt;
}

// Name of the first module, which is the program itself.
std::optional<std::string> first_module(std::string_view head) {
  const auto list = find_module_list(head);
  if (!list || little_endian<std::uint32_t>(head, *list).value_or(0) == 0) return std::nullopt;
  const auto name = little_endian<std::uint32_t>(head, *list + 4 + 20);  // MINIDUMP_MODULE::ModuleNameRva
  if (!name) return std::nullopt;
  const auto length = little_endian<std::uint32_t>(head, *name);
  if (!length || *length > 1024 || std::uint64_t{*name} + 4 + *length > head.size()) return std::nullopt;
  return to_lower_ascii(utf16le_to_utf8(head.substr(*name + 4, *length)));
}

std::string as_utf16(std::string_view ascii) {
  std::string wide;
  for (const char c : ascii) wide.append({c, '\0'});
  return wide;
}

bool names_lsass(std::string_view name) {
  return contains_ignoring_case(name, "lsass");
}

std::optional<Claim> judge_dump(const StagedFile& file) {
  if (!file.head.starts_with("MDMP")) return std::nullopt;
  const DumpedProcess process = dumped_process(file.head);
  const bool named = names_lsass(file_name(file.artefact.windows_path));
  if (process == DumpedProcess::lsass) {
    return staged_claim(
        "staged-lsass-dump", "Memory dump of lsass.exe", Step::credential_access, Confidence::confirmed,
        "T1003.001",
        "The file is a memory dump whose modules are those of lsass.exe: it holds the passwords and "
        "tickets of everybody signed in");
  }
  if (named) {
    return staged_claim("staged-lsass-dump-by-name", "Memory dump named after lsass", Step::credential_access,
                        process == DumpedProcess::another ? Confidence::possible : Confidence::likely,
                        "T1003.001", "The file is a memory dump and is named after lsass.exe");
  }
  if (!file.in_web_folder && !is_odd_place(file.artefact.windows_path)) return std::nullopt;
  return staged_claim("staged-memory-dump", "Memory dump at a staging place", Step::staging,
                      Confidence::possible, "T1074.001",
                      "A memory dump lies where intruders put what they take away");
}

bool is_dump_name(std::string_view name) {
  return names_lsass(name) && (name.find(".dmp") != std::string_view::npos || name.ends_with(".zip") ||
                               name.ends_with(".cab") || name.ends_with(".7z") || name.ends_with(".rar"));
}

std::optional<Claim> judge_dump_name(const StagedFile& file) {
  const std::string_view path = file.artefact.windows_path;
  if (file.head.starts_with("MDMP") || !is_dump_name(file_name(path))) return std::nullopt;
  return staged_claim("staged-lsass-dump-by-name", "File named like a memory dump of lsass",
                      Step::credential_access, Confidence::possible, "T1003.001",
                      "The name is that of a memory dump of lsass.exe, but the content is something else "
                      "(packed, encoded or emptied?)");
}

// --- Credential stores ---

struct Hive {
  std::string_view name;
  std::array<std::string_view, 2> keys;  // key names that only this hive holds
};
constexpr std::array kHives = {
    Hive{"sam", {"Aliases"sv, "Domains"sv}},
    Hive{"security", {"PolAcDmS"sv, "PolEKList"sv}},
    Hive{"system", {"ControlSet001"sv, "MountedDevices"sv}},
};
constexpr std::array kHivePlaces = {
    "\\windows\\system32\\config"sv,
    "\\windows\\repair"sv,
    "\\windows\\winsxs"sv,
    "\\windows\\syswow64\\config"sv,
    "\\system volume information"sv,
    "\\windows.old"sv,
    "\\windows\\servicing"sv,
    "\\boot"sv,
    "\\recovery"sv,
};

std::string_view hive_name(const StagedFile& file) {
  const std::string_view name = file_name(file.artefact.windows_path);
  const std::string_view stem = name.substr(0, name.find('.'));
  for (const Hive& hive : kHives) {
    if (stem == hive.name) return hive.name;
    if (std::all_of(hive.keys.begin(), hive.keys.end(),
                    [&](std::string_view key) { return file.head.find(key) != std::string_view::npos; })) {
      return hive.name;
    }
  }
  return {};
}

// A collector's flat folder ("registry/SAM") is not a place on the server, so it accuses nobody.
bool is_server_place(std::string_view path) {
  constexpr std::array kTopFolders = {
      "\\windows"sv,  "\\users"sv, "\\inetpub"sv, "\\programdata"sv,         "\\program files"sv,
      "\\perflogs"sv, "\\temp"sv,  "\\root"sv,    "\\program files (x86)"sv, "\\$recycle.bin"sv};
  return std::any_of(kTopFolders.begin(), kTopFolders.end(),
                     [&](std::string_view top) { return lies_below(path, top); });
}

template <std::size_t N>
bool lies_below_any(std::string_view path, const std::array<std::string_view, N>& folders) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view folder) { return lies_below(path, folder); });
}

std::optional<Claim> judge_hive(const StagedFile& file) {
  const std::string_view path = file.artefact.windows_path;
  if (!file.head.starts_with("regf") || lies_below_any(path, kHivePlaces) || !is_server_place(path))
    return std::nullopt;
  const std::string_view name = hive_name(file);
  if (name.empty()) return std::nullopt;
  return staged_claim("staged-registry-hive", "Copy of a registry hive that holds credentials",
                      Step::credential_access, Confidence::likely, "T1003.002",
                      "A copy of the " + std::string(name) +
                          " hive outside its place: it (or the three together) gives the local "
                          "password hashes and secrets");
}

std::optional<Claim> judge_directory_database(const StagedFile& file) {
  constexpr std::array kPlaces = {"\\windows\\ntds"sv,     "\\windows\\winsxs"sv,
                                  "\\windows\\system32"sv, "\\system volume information"sv,
                                  "\\windows.old"sv,       "\\windows\\servicing"sv};
  const std::string_view path = file.artefact.windows_path;
  if (file_name(path) != "ntds.dit" || lies_below_any(path, kPlaces) || !is_server_place(path))
    return std::nullopt;
  return staged_claim("staged-ntds-dit", "Copy of the domain's password database", Step::credential_access,
                      Confidence::likely, "T1003.003",
                      "ntds.dit outside its place holds the password hashes of the whole domain");
}

// --- Archives and mail stores ---

struct Packing {
  std::string_view magic;
  std::string_view name;
  std::array<std::string_view, 3> extensions;  // usual ones
};
constexpr std::array kPackings = {
    Packing{"7z\xbc\xaf\x27\x1c"sv, "7-Zip", {".7z"sv, ".001"sv, ".exe"sv}},
    Packing{"PK\x03\x04"sv, "ZIP", {".zip"sv, ".zipx"sv, ".jar"sv}},
    Packing{"Rar!\x1a\x07"sv, "RAR", {".rar"sv, ".r00"sv, ".rev"sv}},
    Packing{"MSCF\0\0\0\0"sv, "cabinet", {".cab"sv, ".msu"sv, ".wsp"sv}},
};

const Packing* packing_of(std::string_view head) {
  const auto found = std::find_if(kPackings.begin(), kPackings.end(),
                                  [&](const Packing& packing) { return head.starts_with(packing.magic); });
  return found == kPackings.end() ? nullptr : &*found;
}

// Formats that are ZIP inside and are no archive to their users.
bool is_zip_document(std::string_view path) {
  constexpr std::array kDocuments = {".docx"sv, ".xlsx"sv, ".pptx"sv, ".jar"sv, ".nupkg"sv,
                                     ".xap"sv,  ".vsix"sv, ".appx"sv, ".msix"sv};
  return std::find(kDocuments.begin(), kDocuments.end(), extension_of(path)) != kDocuments.end();
}

// Windows itself leaves half-made cabinets of its servicing log in the temp folder ("cab_1234_2").
bool is_servicing_leftover(std::string_view path) {
  return lies_directly_in(path, "\\windows\\temp") && file_name(path).starts_with("cab_");
}

std::optional<Claim> judge_archive(const StagedFile& file) {
  const std::string_view path = file.artefact.windows_path;
  const Packing* packing = packing_of(file.head);
  if (packing == nullptr || file.shipped_here || is_zip_document(path) || is_servicing_leftover(path))
    return std::nullopt;
  if (!file.in_web_folder && !is_odd_place(path)) return std::nullopt;
  const auto& usual = packing->extensions;
  const bool disguised = std::find(usual.begin(), usual.end(), extension_of(path)) == usual.end();
  std::string reason =
      "A " + std::string(packing->name) + " archive lies where intruders put what they take away";
  if (file.in_web_folder) reason += ", and a web server would hand it out";
  if (disguised) reason += "; its name hides that it is an archive";
  return staged_claim("staged-archive", "Archive at a staging place", Step::staging,
                      file.in_web_folder ? Confidence::likely : Confidence::possible, "T1560.001",
                      std::move(reason));
}

std::optional<Claim> judge_mail_store(const StagedFile& file) {
  const std::string_view path = file.artefact.windows_path;
  if (!file.head.starts_with("!BDN") || !is_server_place(path)) return std::nullopt;
  const bool in_profile = lies_below(path, "\\users") && !lies_below(path, "\\users\\public");
  if (in_profile && !file.in_web_folder) return std::nullopt;
  return staged_claim("staged-mail-store", "Mail store outside a user's profile", Step::staging,
                      file.in_web_folder ? Confidence::likely : Confidence::possible, "T1114.001",
                      file.in_web_folder
                          ? "A mail store lies in a web folder, where a web server would hand it out"
                          : "A mail store (PST) lies outside the users' profiles: an export, by an "
                            "administrator or an intruder");
}

}  // namespace

std::uint64_t staged_head_bytes(const evidence::Artefact& artefact) {
  if (artefact.kind == Kind::memory_dump) return kDumpHeadBytes;
  if (artefact.kind == Kind::registry_hive) return kHiveHeadBytes;
  if (artefact.kind == Kind::archive || artefact.kind == Kind::mailbox_store) return kMagicBytes;
  return 0;
}

DumpedProcess dumped_process(std::string_view head) {
  if (const auto module = first_module(head)) {
    return file_name(*module) == "lsass.exe" ? DumpedProcess::lsass : DumpedProcess::another;
  }
  const bool has_library = contains_ignoring_case(head, as_utf16("lsasrv.dll"));
  return has_library ? DumpedProcess::lsass : DumpedProcess::unknown;
}

std::vector<Claim> staged_claims(const StagedFile& file) {
  std::vector<Claim> claims;
  for (const auto judge :
       {judge_dump, judge_dump_name, judge_hive, judge_directory_database, judge_archive, judge_mail_store}) {
    if (auto claim = judge(file)) claims.push_back(std::move(*claim));
  }
  return claims;
}

}  // namespace afterpatch::detect::files
