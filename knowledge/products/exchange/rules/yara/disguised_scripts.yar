/*
  Script inside files of another kind: mail stores and certificate requests that Exchange itself can be told to write to a web folder.

  The flaws of the summer of 2021 do so, but a server that is hunted for this campaign may hold both.
*/

rule script_in_mail_store
{
  meta:
    title = "Mail store with script"
    description = "A file that begins as an Outlook mail store (!BDN) and holds a server page: made by a mailbox export to a web folder"
    step = "backdoor-file"
    confidence = "likely"
    level = "critical"
    techniques = "T1505.003"
    reference = "https://learn.microsoft.com/openspecs/office_file_formats/ms-pst"
  strings:
    $page = /<%@[ \t]{0,4}page[^%]{0,100}language/ ascii wide nocase
    $script = /<script[^>]{0,100}runat[ \t]{0,4}=/ ascii wide nocase
  condition:
    uint32(0) == 0x4e444221 and filesize < 4MB and any of them
}

rule script_in_certificate
{
  meta:
    title = "Certificate file with script"
    description = "A file that begins as DER (a sequence with a two-byte length) and holds a server page: made by a certificate request to a web folder"
    step = "backdoor-file"
    confidence = "likely"
    level = "critical"
    techniques = "T1505.003"
    reference = "https://learn.microsoft.com/powershell/module/exchange/new-exchangecertificate"
  strings:
    $page = /<%@[ \t]{0,4}page[^%]{0,100}language/ ascii wide nocase
    $script = /<script[^>]{0,100}runat[ \t]{0,4}=/ ascii wide nocase
  condition:
    uint16be(0) == 0x3082 and filesize < 64KB and any of them
}
