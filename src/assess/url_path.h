// One spelling for the path of a URL, so that a file, a trace and requests of two logs meet at the same door.
#pragma once

#include <string>
#include <string_view>

#include "knowledge/product.h"

namespace afterpatch::assess {

// Lower case, %XX decoded once, '\' as '/', doubled slashes as one, no query. IIS and ASP.NET treat them
// alike.
std::string normal_url(std::string_view path);

// "/owa/auth" of "/owa/auth/x.aspx"; "" for a file at the top.
std::string_view url_folder(std::string_view url);

// "x.aspx" of "/owa/auth/x.aspx" or of "\inetpub\x.aspx".
std::string_view file_name(std::string_view path);

// Whether a server would run what the URL names, by its extension, and no build of the product ships such a
// file there. False where the product's tables know nothing of the folder: then nobody can tell.
bool is_foreign_script(const knowledge::Product& product, std::string_view url);

// Whether the URL lies in one of the product's own applications, not merely in the site's root, where other
// applications of the same server may be.
bool is_in_product_application(const knowledge::Product& product, std::string_view url);

}  // namespace afterpatch::assess
