#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/artefact.h"
#include "evidence/first_bytes.h"
#include "evidence/log_recognition.h"
#include "evidence/problem_list.h"
#include "evidence/read_only_file.h"
#include "evidence/spooled_input.h"
#include "evidence/tree_walk.h"
#include "evidence/windows_path.h"

namespace afterpatch::evidence {
namespace {

Timestamp modified_at(const struct stat& status) {
  return Timestamp(std::chrono::seconds(status.st_mtim.tv_sec) +
                   std::chrono::microseconds(status.st_mtim.tv_nsec / 1000));
}

// Readers open the kinds that they know through gunzip; whatever else is in a .gz stays what it is to a
// person: an archive.
bool is_read_through_gunzip(Kind kind) {
  return kind == Kind::iis_w3c || kind == Kind::exchange_csv || kind == Kind::mixed_log ||
         kind == Kind::evtx || kind == Kind::event_xml || kind == Kind::event_json;
}

class InventoryMaker {
 public:
  InventoryMaker(Inventory& inventory, const InventoryOptions& options)
      : inventory_(inventory), options_(options) {}

  Result<void> add_source(const std::string& source) {
    source_ = static_cast<std::uint32_t>(inventory_.sources.size());
    inventory_.sources.push_back(source);
    return source == "-" ? add_standard_input() : add_path(source);
  }

  void finish() {
    inventory_.problems = problems_.take();
    std::sort(inventory_.artefacts.begin(), inventory_.artefacts.end(),
              [](const Artefact& a, const Artefact& b) {
                return std::tie(a.source, a.path) < std::tie(b.source, b.path);
              });
  }

 private:
  Result<void> add_path(const std::string& source) {
    const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(source.c_str(), nullptr), ::free);
    if (!resolved) return fail(system_message("can't be opened", errno), source);
    const std::filesystem::path root = resolved.get();
    source_path_ = root.native();
    struct stat status{};
    if (::stat(root.c_str(), &status) != 0) return fail(system_message("can't be opened", errno), source);
    if (S_ISDIR(status.st_mode)) return add_folder(root, source);
    if (!S_ISREG(status.st_mode)) {
      return fail("is neither a folder nor a file", source,
                  "mount a disk and name the folder; pipe a stream in with -");
    }
    source_path_ = root.parent_path().native();
    if (auto file = ReadOnlyFile::open(root); !file)
      return std::unexpected(Error{file.error().what, source, {}});
    add_file({root.filename().native(), root});
    note_unopened_source();
    return {};
  }

  // Whoever names a zip of logs expects them to be read.
  void note_unopened_source() {
    if (inventory_.artefacts.empty() || inventory_.artefacts.back().source != source_) return;
    const Artefact& artefact = inventory_.artefacts.back();
    if (artefact.kind == Kind::archive)
      problems_.add(artefact.path, "is an archive, which is not opened: unpack it and hunt the folder");
  }

  Result<void> add_folder(const std::filesystem::path& root, const std::string& source) {
    if (::access(root.c_str(), R_OK | X_OK) != 0)
      return fail(system_message("can't be opened", errno), source);
    walk_tree(root, problems_, [this](FoundFile&& found) { return add_file(std::move(found)); });
    return {};
  }

  Result<void> add_standard_input() {
    source_path_.clear();
    std::filesystem::path path = reopenable_path(STDIN_FILENO);
    if (path.empty()) {
      auto spooled = SpooledInput::spool(STDIN_FILENO, options_.cancelled);
      if (!spooled) return std::unexpected(spooled.error());
      path = (*spooled)->path();
      inventory_.spooled_input = std::move(*spooled);
    }
    add_file({"standard input", path});
    return {};
  }

  // False when there is room for no more.
  bool add_file(FoundFile&& found) {
    if (options_.cancelled != nullptr && *options_.cancelled) return false;
    if (inventory_.artefacts.size() >= options_.max_artefacts) {
      problems_.add("", fmt::format("more than {} files: the rest was not read", options_.max_artefacts));
      return false;
    }
    auto first = read_first_bytes(found.file);
    if (!first) {
      problems_.add(found.path, first.error().what);
      return true;
    }
    Artefact artefact;
    artefact.source = source_;
    artefact.windows_path = to_windows_path(source_path_, found.path);
    artefact.path = std::move(found.path);
    artefact.file = std::move(found.file);
    artefact.size = static_cast<std::uint64_t>(first->status.st_size);
    artefact.gzip = first->gzip;
    artefact.modified = modified_at(first->status);
    artefact.mode = first->status.st_mode & 07777U;
    tell_kind(*first, artefact);
    inventory_.total_bytes += artefact.size;
    inventory_.artefacts.push_back(std::move(artefact));
    return true;
  }

  void tell_kind(const FirstBytes& first, Artefact& artefact) {
    std::string_view name = artefact.windows_path;
    if (artefact.gzip && name.ends_with(".gz")) name.remove_suffix(3);
    const Recognised recognised = recognise(first.bytes, name);
    artefact.kind = recognised.kind;
    artefact.log_type = recognised.log_type;
    if (artefact.gzip && !is_read_through_gunzip(artefact.kind)) {
      artefact.kind = Kind::archive;
      artefact.gzip = false;
    }
    if (!first.damage.empty()) problems_.add(artefact.path, first.damage);
    if (artefact.kind == Kind::text) note_unread_text(first.bytes, artefact.path);
  }

  // Logs in a form that nothing here reads: the user must know, since "no evidence" would be wrong.
  void note_unread_text(std::string_view bytes, const std::string& path) {
    const std::string format = unread_log_format(bytes);
    if (!format.empty())
      problems_.add(path, fmt::format("is a web log in {}, not W3C: it was not read as a log", format));
    const bool is_utf16 = bytes.starts_with("\xFF\xFE");
    if (is_utf16 && recognise_log(utf16le_to_utf8(bytes.substr(2)), "")) {
      problems_.add(path, "is a log in UTF-16, which was not read: save it as UTF-8");
    }
  }

  Inventory& inventory_;
  const InventoryOptions& options_;
  ProblemList problems_;
  std::uint32_t source_ = 0;
  std::string source_path_;
};

}  // namespace

Result<Inventory> take_inventory(const std::vector<std::string>& sources, const InventoryOptions& options) {
  Inventory inventory;
  InventoryMaker maker(inventory, options);
  for (const std::string& source : sources) {
    if (auto added = maker.add_source(source); !added) return std::unexpected(added.error());
  }
  maker.finish();
  return inventory;
}

}  // namespace afterpatch::evidence
