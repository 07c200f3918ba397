#include "evidence/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "evidence/read_only_file.h"

namespace afterpatch::evidence {
namespace {

using std::filesystem::path;

// File systems that hold no files of anybody (linux/magic.h): proc, sysfs, devpts, cgroup2, cgroup, tracefs,
// debugfs, securityfs.
constexpr std::array<std::int64_t, 8> kPseudoFileSystems = {0x9FA0,   0x62656572, 0x1CD1,     0x63677270,
                                                            0x27E0EB, 0x74726163, 0x64626720, 0x73636673};

bool is_pseudo_file_system(const path& folder) {
  struct statfs status{};
  if (::statfs(folder.c_str(), &status) != 0) return false;
  return std::find(kPseudoFileSystems.begin(), kPseudoFileSystems.end(),
                   static_cast<std::int64_t>(status.f_type)) != kPseudoFileSystems.end();
}

std::string_view name_of_special_file(mode_t mode) {
  if (S_ISFIFO(mode)) return "is a named pipe and was not opened";
  if (S_ISSOCK(mode)) return "is a socket and was not opened";
  return "is a device and was not opened";
}

class Walk {
 public:
  Walk(const path& root, ProblemList& problems, const std::function<bool(FoundFile&&)>& found)
      : root_(root), problems_(problems), found_(found) {}

  void run() {
    folders_.push_back({"", 0});
    while (!folders_.empty() && !stopped_) {
      const Folder folder = std::move(folders_.back());
      folders_.pop_back();
      walk_folder(folder);
    }
  }

 private:
  struct Folder {
    std::string below;  // "" for the root, else ends with '/'
    dev_t parent_device;
  };

  bool may_enter(const Folder& folder, const path& on_disk) {
    struct stat status{};
    if (::lstat(on_disk.c_str(), &status) != 0 && !folder.below.empty())
      return true;  // opening it will say why
    if (folder.below.empty() && ::stat(on_disk.c_str(), &status) != 0) return true;
    device_ = status.st_dev;
    if (!visited_.emplace(status.st_dev, status.st_ino).second) {
      problems_.add(folder.below, "is a folder that was read under another path already");
      return false;
    }
    if (folder.below.empty() || status.st_dev == folder.parent_device || !is_pseudo_file_system(on_disk))
      return true;
    problems_.add(folder.below, "is no disk but a view of the running system, and was not read");
    return false;
  }

  void walk_folder(const Folder& folder) {
    const path on_disk = root_ / folder.below;
    if (!may_enter(folder, on_disk)) return;
    std::vector<std::string> names;
    if (!list(on_disk, folder.below, names)) return;
    std::vector<Folder> inside;
    for (const std::string& name : names) {
      if (stopped_) return;
      look_at(folder.below + name, on_disk / name, name, inside);
    }
    // The last one is taken first.
    folders_.insert(folders_.end(), std::make_move_iterator(inside.rbegin()),
                    std::make_move_iterator(inside.rend()));
  }

  bool list(const path& on_disk, const std::string& below, std::vector<std::string>& names) {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(on_disk.c_str()), ::closedir);
    if (!folder) {
      problems_.add(below, system_message("folder can't be read", errno));
      return false;
    }
    errno = 0;
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    if (errno != 0) problems_.add(below, system_message("folder can't be read to its end", errno));
    std::sort(names.begin(), names.end());
    return true;
  }

  void look_at(std::string below, const path& on_disk, const std::string& name, std::vector<Folder>& inside) {
    struct stat status{};
    if (::lstat(on_disk.c_str(), &status) != 0) {
      problems_.add(std::move(below), system_message("can't be looked at", errno));
      return;
    }
    check_name(below, name);
    if (S_ISDIR(status.st_mode)) {
      inside.push_back({below + "/", device_});
    } else if (S_ISLNK(status.st_mode)) {
      check_link(below, on_disk);
    } else if (S_ISREG(status.st_mode)) {
      stopped_ = !found_({std::move(below), on_disk});
    } else {
      problems_.add(std::move(below), std::string(name_of_special_file(status.st_mode)));
    }
  }

  void check_name(const std::string& below, const std::string& name) {
    const bool has_control = std::any_of(
        name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (has_control) problems_.add(below, "has control characters in its name");
    if (!is_utf8(name)) problems_.add(below, "has a name that is not UTF-8");
  }

  void check_link(const std::string& below, const path& on_disk) {
    const std::unique_ptr<char, void (*)(void*)> target(::realpath(on_disk.c_str(), nullptr), ::free);
    if (!target) {
      problems_.add(below,
                    errno == ELOOP ? "is a link that leads in a circle" : "is a link that leads nowhere");
      return;
    }
    const std::string_view resolved = target.get();
    const std::string& root = root_.native();
    const bool stays_inside =
        resolved == root || root == "/" || (resolved.starts_with(root) && resolved[root.size()] == '/');
    if (!stays_inside) problems_.add(below, "is a link that leaves the source and was not followed");
  }

  path root_;
  ProblemList& problems_;
  const std::function<bool(FoundFile&&)>& found_;
  std::vector<Folder> folders_;
  std::set<std::pair<dev_t, ino_t>> visited_;
  dev_t device_ = 0;
  bool stopped_ = false;
};

}  // namespace

void walk_tree(const path& root, ProblemList& problems, const std::function<bool(FoundFile&&)>& found) {
  Walk(root, problems, found).run();
}

}  // namespace afterpatch::evidence
