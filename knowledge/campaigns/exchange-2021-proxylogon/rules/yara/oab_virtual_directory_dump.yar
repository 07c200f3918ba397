/*
  Settings of a virtual directory, saved to a file by a "reset" (CVE-2021-27065).

  Exchange writes them as lines of "name  : value". The file is harmless text until script stands in one of the addresses: then the web
  server runs it. So the marks of the dump and of script are asked for together, and a dump without script is no door.

  No rule of this folder matches the text of another or its own (tested): the patterns ask for blanks and signs that their own text lacks.
*/

private rule virtual_directory_dump
{
  strings:
    $internal = "InternalAuthenticationMethods" ascii wide nocase
    $extended = "ExtendedProtectionTokenChecking" ascii wide nocase
    $external_url = /ExternalUrl[ \t]{1,24}:/ ascii wide nocase
    $internal_url = /InternalUrl[ \t]{1,24}:/ ascii wide nocase
  condition:
    filesize < 64KB and $internal and $extended and any of ($external_url, $internal_url)
}

rule oab_dump_with_script
{
  meta:
    title = "Virtual directory settings with script: a web shell of CVE-2021-27065"
    description = "The settings of a virtual directory, written to a file by a reset, with script in one of the addresses"
    step = "backdoor-file"
    confidence = "confirmed"
    cves = "CVE-2021-26855, CVE-2021-27065"
    level = "critical"
    techniques = "T1505.003"
    reference = "https://www.cisa.gov/news-events/analysis-reports/ar21-072a"
  strings:
    $script_tag = /<script[^>]{0,100}(runat|language)[ \t]{0,4}=/ ascii wide nocase
    $page_tag = /<%@[ \t]{0,4}page[^%]{0,100}language/ ascii wide nocase
    $code_tag = /Url[ \t]{1,24}:[^\r\n]{0,200}<%[^@]/ ascii wide nocase
    $encoded_tag = /Url[ \t]{1,24}:[^\r\n]{0,200}%3cscript/ ascii wide nocase
  condition:
    virtual_directory_dump and any of them
}

rule oab_dump_with_poisoned_address
{
  meta:
    title = "Virtual directory settings with an address that is none"
    description = "Such a dump whose address begins with the marks that tools of the wave used and no site has (http://f/, http://o/#)"
    step = "write"
    confidence = "likely"
    cves = "CVE-2021-26855, CVE-2021-27065"
    level = "high"
    techniques = "T1505.003"
    reference = "https://github.com/helsecert/2021-march-exchange"
  strings:
    $address = /ExternalUrl[ \t]{1,24}:[ \t]{0,4}https?:\/\/[a-z]{1,4}\/(#|<|%3c)/ ascii wide nocase
  condition:
    virtual_directory_dump and $address and not oab_dump_with_script
}
