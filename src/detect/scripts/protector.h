// Protectors of code: services that makers of applications pay to encrypt their pages of PHP. A protected
// page begins with a loader in the protector's own form, which decodes the rest of the file and runs it. What
// that is can't be told from the page; who else protects what in the same tree can be
// (detect/protected_pages.h).
//
// Pages that need an extension of the server to be run (ionCube, SourceGuardian, Zend Guard) decode nothing
// themselves and give no alarm, so they are not told apart here.
#pragma once

#include <string_view>

namespace afterpatch::detect::scripts {

// The protector whose form the page of PHP has from its first byte; "" for none. A page that names what its
// visitor sends in clear ($_POST, php://input) was changed after it was protected, and has none either.
// Linear in the page; thread-safe.
std::string_view protector_of(std::string_view page);

}  // namespace afterpatch::detect::scripts
