// What intruders leave on disk, made harmless. The scripts call a function that does not exist, so no server
// can run them, while everything by which they are recognised is there. The tell-tale words are put together
// at run time, so that no virus scanner trips over this program's source.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "range/random.h"
#include "range/server.h"

namespace afterpatch::range {

// The script that stands in ExternalUrl: a script tag whose Page_Load calls an undefined function on
// Request["<parameter>"].
std::string inert_script(std::string_view parameter);

// A dump of the offline address book's virtual directory, as Exchange writes it when the directory is reset.
std::string oab_dump(const Server& server, std::string_view directory_guid, std::string_view external_url,
                     Timestamp changed);

// Temporary ASP.NET Files: says that the page was compiled, so executed at least once.
std::string compiled_trace(std::string_view url, Random& random);

// A page that holds only the script.
std::string inert_page(std::string_view parameter);

// An Outlook store as a mailbox export writes it: signature, then bytes that mean nothing. With a script: as
// an attachment looks once the store's own encoding is undone, which is how an export becomes a web shell.
std::string empty_store(Random& random);
std::string store_with_script(std::string_view parameter, Random& random);

// A binary request for a certificate, as New-ExchangeCertificate writes it, with a script in its subject.
std::string certificate_request_with_script(std::string_view parameter, Random& random);

// A minidump's signature and module names around filler: no memory of anything.
std::string inert_memory_dump(Random& random);

// A stored (uncompressed) zip with one entry.
std::string stored_zip(std::string_view entry_name, std::string_view content);

}  // namespace afterpatch::range
