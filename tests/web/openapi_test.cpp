// docs/openapi.yaml and the table of routes say the same, both ways.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <string>

#include "web/router.h"

namespace afterpatch::web {
namespace {

using Operations = std::map<std::string, std::string>;  // "GET /api/v1/servers": "viewer"

Operations of_document(const YAML::Node& document) {
  Operations operations;
  for (const auto& path : document["paths"]) {
    const bool at_root = path.second["servers"].IsDefined();
    for (const char* method : {"get", "head", "post", "put", "patch", "delete"}) {
      const YAML::Node operation = path.second[method];
      if (!operation) continue;
      std::string name = method;
      for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
      operations[name + " " + (at_root ? "" : "/api/v1") + path.first.as<std::string>()] =
          operation["x-role"].as<std::string>();
    }
  }
  return operations;
}

Operations of_routes() {
  Operations operations;
  for (const Route& route : all_routes())
    operations[std::string(to_string(route.method)) + " " + std::string(route.pattern)] =
        to_string(route.access);
  return operations;
}

TEST(OpenApi, DescribesExactlyTheRoutesThereAre) {
  const std::filesystem::path file = std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "docs/openapi.yaml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "docs/openapi.yaml is not there";
  EXPECT_EQ(of_document(YAML::LoadFile(file.string())), of_routes());
}

}  // namespace
}  // namespace afterpatch::web
