/*
  Web shells that the reports on the wave of 2021 describe, by what they do rather than by their names or hashes.

  Each rule asks for the marks of a server page and for code that runs what a request brings.
*/

private rule server_page
{
  strings:
    $directive = /<%@[ \t]{0,4}(page|webhandler|webservice|control)/ ascii wide nocase
    $script = /<script[^>]{0,100}runat[ \t]{0,4}=/ ascii wide nocase
    $code = /<%[^@%]/ ascii wide
  condition:
    filesize < 2MB and any of them
}

rule shell_eval_of_request
{
  meta:
    title = "Web shell that runs the code in a request (China Chopper and kin)"
    description = "JScript's eval on a part of the request, mostly with the word that lifts its limits"
    step = "backdoor-file"
    confidence = "confirmed"
    level = "critical"
    techniques = "T1505.003"
    reference = "https://redcanary.com/blog/microsoft-exchange-attacks/"
    note = "eval as a whole word: a function whose name only ends so is another function"
  strings:
    $item = /\beval[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(System\.Text\.Encoding[^;]{0,200})?Request[ \t]{0,4}(\.[a-z]{1,24}[ \t]{0,4})?[\[\(]/ ascii wide nocase
    $unsafe = /\beval[ \t\r\n]{0,8}\([^;]{1,300},[ \t\r\n]{0,8}["'](un|u"[ \t]{0,4}\+[ \t]{0,4}"n)safe["']/ ascii wide nocase
    $decoded = /\beval[ \t\r\n]{0,8}\([^;]{0,200}FromBase64String[^;]{0,200}Request/ ascii wide nocase
  condition:
    server_page and any of them
}

rule shell_loads_assembly_from_request
{
  meta:
    title = "Web shell that loads a program from a request"
    description = "Loads an assembly from bytes that the request brings (Godzilla, Behinder and kin)"
    step = "backdoor-file"
    confidence = "likely"
    level = "critical"
    techniques = "T1505.003, T1620"
    reference = "https://www.microsoft.com/security/blog/2021/03/02/hafnium-targeting-exchange-servers/"
  strings:
    $load = /Assembly[^;]{0,60}(\.|")Load["']?[ \t]{0,4}[\(,][^;]{0,300}(Request|BinaryRead|FromBase64String|Decrypt|TransformFinalBlock)/ ascii wide nocase
    $from_request = /Request[ \t]{0,4}(\.(Form|QueryString|Headers|Cookies|Item|BinaryRead|InputStream|Params))?[ \t]{0,4}[\[\(\.]/ ascii wide nocase
    $runs = /(CreateInstance|\.Invoke[ \t]{0,4}\(|\.Equals[ \t]{0,4}\([ \t]{0,4}(this|Page|Context))/ ascii wide nocase
  condition:
    server_page and all of them
}

rule shell_runs_command_of_request
{
  meta:
    title = "Web shell that starts programs"
    description = "Starts a command interpreter with arguments that the request brings and shows its output"
    step = "backdoor-file"
    confidence = "likely"
    level = "critical"
    techniques = "T1505.003, T1059"
    reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-062a"
  strings:
    $process = /(ProcessStartInfo|new[ \t]{1,4}Process[ \t]{0,4}\(|Process\.Start[ \t]{0,4}\(|WScript\.Shell)/ ascii wide nocase
    $interpreter = /(cmd(\.exe)?["'][ \t]{0,4}[;,\)]|["']\/c[ \t]{0,4}["'][ \t]{0,4}[\+&]|powershell(\.exe)?["'])/ ascii wide nocase
    $from_request = /Request[ \t]{0,4}(\.(Form|QueryString|Headers|Cookies|Item|Params))?[ \t]{0,4}[\[\(]/ ascii wide nocase
  condition:
    server_page and all of them
}

rule shell_simpleseesharp
{
  meta:
    title = "Web shell that saves uploaded files (SIMPLESEESHARP and kin)"
    description = "A tiny page that writes the first uploaded file to a path beside itself and does nothing else"
    step = "backdoor-file"
    confidence = "likely"
    level = "critical"
    techniques = "T1505.003, T1105"
    reference = "https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/"
  strings:
    $save = /Request[ \t]{0,4}\.[ \t]{0,4}Files[^;]{0,60}\.[ \t]{0,4}SaveAs[ \t]{0,4}\([^;]{0,200}(Combine|MapPath|Request)/ ascii wide nocase
  condition:
    server_page and filesize < 4KB and $save
}

rule shell_sportsball
{
  meta:
    title = "Web shell with file access and commands behind a cookie (SPORTSBALL)"
    description = "Checks the cookie of that name and then offers files and commands"
    step = "backdoor-file"
    confidence = "confirmed"
    level = "critical"
    techniques = "T1505.003"
    reference = "https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/"
  strings:
    $cookie = /["']fqr[s]pt["']/ ascii wide nocase
    $access = /(HttpCookie|Request[ \t]{0,4}\.[ \t]{0,4}Cookies)/ ascii wide nocase
  condition:
    server_page and all of them
}

rule shell_regeorg
{
  meta:
    title = "Tunnel into the network (reGeorg and kin)"
    description = "Opens a socket to wherever a request says and passes data to and fro"
    step = "backdoor-file"
    confidence = "confirmed"
    level = "critical"
    techniques = "T1505.003, T1090"
    reference = "https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/"
  strings:
    $socket = /new[ \t]{1,4}(System\.Net\.Sockets\.)?(Socket|TcpClient)[ \t]{0,4}\(/ ascii wide nocase
    $command = /["']X-(CMD|STATUS|TARGET|PORT|ERROR)["']/ ascii wide nocase
    $words = /["'](CONNECT|DISCONNECT|FORWARD|READ)["']/ ascii wide
    $session = /Session[ \t]{0,4}[\[\.\(]/ ascii wide nocase
    $greeting = /Georg says, ['"]All seems fine/ ascii wide nocase
  condition:
    server_page and $socket and $session and ($greeting or (#command >= 2 and #words >= 3))
}
