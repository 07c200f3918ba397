// libcurl's easy handle with an owner. Options are set by set(), so that a refused one is noticed.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <string>

namespace afterpatch::notify {

class CurlHandle {
 public:
  CurlHandle() : handle_((start(), curl_easy_init()), curl_easy_cleanup) {}

  CURL* get() const { return handle_.get(); }
  void reset() { curl_easy_reset(handle_.get()); }  // keeps the connection
  // True if libcurl took the value; a std::string is copied by libcurl.
  template <typename Value>
  bool set(CURLoption option, Value value) {
    return curl_easy_setopt(handle_.get(), option, value) == CURLE_OK;
  }
  bool set(CURLoption option, const std::string& value) { return set(option, value.c_str()); }

 private:
  static void start() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  }
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
};

using CurlList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

}  // namespace afterpatch::notify
