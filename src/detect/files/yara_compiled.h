// Between compiling and scanning: what libyara made, and who the namespaces belong to.
#pragma once

#include <string>
#include <vector>

#include <yara.h>

namespace afterpatch::detect::files {

struct YaraNamespace {
  std::string file;
  bool of_campaign = false;
};

struct CompiledYara {
  CompiledYara() = default;
  CompiledYara(const CompiledYara&) = delete;
  CompiledYara& operator=(const CompiledYara&) = delete;
  ~CompiledYara() {
    if (rules != nullptr) yr_rules_destroy(rules);
  }

  YR_RULES* rules = nullptr;
  std::vector<YaraNamespace> namespaces;  // namespace "7" of libyara is namespaces[7]
  std::size_t size = 0;                   // rules that can match: neither private nor disabled
  bool has_user_rules = false;
};

// libyara counts users of its global tables and is not safe to start twice at once, so it is started once for
// the process.
bool start_libyara();

// The external variables, in the order in which both compiler and scanner define them.
inline constexpr const char* kYaraVariables[] = {"filename", "filepath", "extension",
                                                 "filetype", "owner",    "md5"};

}  // namespace afterpatch::detect::files
