/*
  Work-arounds that refuse the attack while the build stays as it was.
*/

rule rewrite_of_powershell_detour
{
  meta:
    title = "Rewrite rule that refuses PowerShell through autodiscover.json (CVE-2022-41040)"
    description = "Microsoft's mitigation of autumn 2022 (EOMTv2, emergency mitigation M1): IIS URL Rewrite ends requests whose address holds autodiscover and powershell. It does not see the path through Outlook on the web (OWASSRF), an application's web.config that clears inherited rules makes it void, and a cumulative update removes it; so it is possible, not sure"
    step = "mitigation"
    confidence = "possible"
    level = "informational"
    reference = "https://microsoft.github.io/CSS-Exchange/Security/EOMTv2/"
  strings:
    $rules = "<rewrite>" nocase
    $address = "REQUEST_URI}" nocase
    $pattern = /pattern[ ]{0,2}=[ ]{0,2}"[^"]{0,80}autodiscover[^"]{0,80}powershell/ nocase
    $refuse = /type[ ]{0,2}=[ ]{0,2}"(AbortRequest|CustomResponse)"/ nocase
    $off = /<rule [^>]{0,200}enabled[ ]{0,2}=[ ]{0,2}"false"/ nocase
  condition:
    filesize < 2MB and $rules and $address and $pattern and $refuse and not $off
}
