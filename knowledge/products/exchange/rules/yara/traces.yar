/*
  What is left when the door itself is gone, and what intruders carry away.
*/

rule compiled_page_of_web_folder
{
  meta:
    title = "Compiled page that evaluates script"
    description = "ASP.NET keeps every page that it ran as a small library. One from a folder without pages that evaluates JScript is the trace of a web shell that ran, though its file may be gone"
    step = "backdoor-trace"
    confidence = "likely"
    level = "critical"
    techniques = "T1505.003"
    reference = "https://github.com/Neo23x0/signature-base"
  strings:
    $folder_client = "~/aspnet_client/" ascii wide nocase
    $folder_auth = "~/auth/" ascii wide nocase
    $evaluate = "JScriptEvaluate" ascii wide
  condition:
    uint16(0) == 0x5a4d and filesize < 64KB and $evaluate and any of ($folder_*)
}

rule dump_of_lsass
{
  meta:
    title = "Memory dump of the process that keeps passwords"
    description = "A minidump (MDMP) with the security libraries that only LSASS loads together: passwords, hashes and tickets can be read from it"
    step = "credential-access"
    confidence = "likely"
    level = "critical"
    techniques = "T1003.001"
    reference = "https://www.microsoft.com/security/blog/2021/03/02/hafnium-targeting-exchange-servers/"
  strings:
    $program = "lsass.exe" wide nocase
    $server = "lsasrv.dll" wide nocase
    $accounts = "samsrv.dll" wide nocase
  condition:
    uint32(0) == 0x504d444d and $program and ($server or $accounts)
}
