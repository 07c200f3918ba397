/*
  Work-arounds that refuse the attack while the build stays as it was.
*/

rule rewrite_of_forged_cookies
{
  meta:
    title = "Rewrite rules that refuse the forged cookies of CVE-2021-26855"
    description = "Microsoft's mitigation of March 2021 (EOMT, BackendCookieMitigation): IIS URL Rewrite ends requests with the cookies X-AnonResource-Backend and X-BEResource. Later cumulative updates remove it, and a folder's own web.config can switch it off, so it is likely, not sure"
    step = "mitigation"
    confidence = "likely"
    level = "informational"
    reference = "https://github.com/microsoft/CSS-Exchange/blob/main/Security/src/EOMT.ps1"
  strings:
    $rules = "<rewrite>" nocase
    $cookie = "{HTTP_COOKIE}" nocase
    $anonymous = /pattern[ ]{0,2}=[ ]{0,2}"[^"]{0,60}X-AnonResource-Backend/ nocase
    $resource = /pattern[ ]{0,2}=[ ]{0,2}"[^"]{0,60}X-BEResource/ nocase
    $refuse = /type[ ]{0,2}=[ ]{0,2}"AbortRequest"/ nocase
    $off = /<rule [^>]{0,200}enabled[ ]{0,2}=[ ]{0,2}"false"/ nocase
  condition:
    filesize < 2MB and $rules and $cookie and $anonymous and $resource and $refuse and not $off
}
