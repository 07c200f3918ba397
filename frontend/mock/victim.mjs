// The made-up victim's case behind every token that begins with "demo".
import { createHash } from "node:crypto";
import { CAMPAIGN, time } from "./country.mjs";

const STEPS = [
  ["isolate", "Take the server off the internet", "Block it at the firewall, in both directions. Mail can wait for a day at the sender's side.\n\nDo not switch it off: what is in memory would be lost.", [], "From outside, `https://mail.example` does not answer any more."],
  ["save-evidence", "Save the evidence before you clean", "Copy the logs and the web folders to another disk. Without them nobody can tell later what was read.", ["robocopy C:\\inetpub\\logs D:\\evidence\\iis /E /COPY:DAT", "robocopy \"$env:ExchangeInstallPath\\Logging\" D:\\evidence\\exchange /E /COPY:DAT"], "The copies open on another machine."],
  ["hunt", "Upload the logs here, or hunt yourself", "We look through them and tell you what we find. Nothing that you upload is run.", [], "The verdict below says how far the logs reach."],
  ["remove-doors", "Remove the back door", "Delete the file named in the verdict, after you have saved a copy.", [], "A new hunt finds no file that Exchange never shipped."],
  ["patch", "Install the newest security update", "Installing it does not remove what is there already. Start the installer from an administrator's prompt.", ["Get-Command ExSetup.exe | ForEach-Object { $_.FileVersionInfo }"], "The build is 15.1.2176.9 or later."],
  ["passwords", "Change the passwords of all who used the server", "Begin with administrators and service accounts.", [], "Nobody can sign in with an old one."],
  ["hunt-again", "Hunt again in 30 days", "In one case of eight somebody came back.", [], "The second hunt says the same as the first."],
];

export function victim(token) {
  const statements = [];
  const done = new Map();
  const uploads = new Map();
  return {
    statements, done, uploads,
    view: () => ({
      number: "AP-2021-000017", campaign: { id: CAMPAIGN, name: "Exchange 2021 (ProxyLogon)", flaws: ["CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858", "CVE-2021-27065"], published: "2021-03-02T21:00:00Z" },
      reason: "backdoored", language: token.startsWith("demo-") ? token.slice(5, 7) : "de",
      agency: { name: "CERT of Examplia", verify_url: "https://cert.example/verify", phone: "+49 30 5550 1200", email: "response@cert.example" },
      organisation: "Falkenried clinic",
      servers: [{ address: "198.18.7.21", port: 443, name: "mail.falkenried.example", exposure: "unpatched", builds: "15.1.2176.2", seen: time(40, 3), first_open: time(-1), last_seen: time(40, 3), patched: null, compromise: "backdoored", exploited: time(4, 5), backdoored: time(4, 6), reentered: null, door_present: true }],
      steps: STEPS.map(([id, title, text, commands, check]) => ({ id, title, language: "en", text, commands, check, done: done.get(id) ?? null })),
      state: statements.length > 0 ? "acknowledged" : "reached", acknowledged: statements.find((one) => one.kind === "acknowledged")?.time ?? null, statements, uploads: [...uploads.values()].map(shown), upload_limit: 21_474_836_480, expires: "2021-06-08T06:00:00Z", demo: true,
    }),
  };
}

export const shown = ({ hash, at, ...upload }) => upload;

export function newUpload(name, bytes, id) {
  return { id, name, bytes, offset: 0, state: "receiving", created: new Date().toISOString(), sha256: "", progress: null, problem: "", verdict: null, report: false, hash: createHash("sha256") };
}

export function verdict() {
  return {
    exposure: "unpatched", compromise: "backdoored", confidence: "confirmed", door_present: true, mail_accessed: false, credentials_exposed: false, partial: false, language: "en",
    says: ["Somebody broke in and left a back door.", "A back door is still there.", "The flaw is still open."],
    answers: [
      { question: "Was it open?", answer: "Yes, from the first log (12 January 2021) until now: build 15.1.2176.2 lacks the update of 2 March 2021." },
      { question: "Was it broken into?", answer: "Yes, first on 3 March 2021 at 05:12 UTC, eight hours after the update was published." },
      { question: "Is a back door still there?", answer: "Yes: C:\\inetpub\\wwwroot\\aspnet_client\\discover.aspx, written on 3 March 2021 at 06:02 UTC." },
      { question: "Did anyone come back through it?", answer: "Nothing shows it. The web logs cover every day since." },
      { question: "Whose mail was read?", answer: "No sign of it, but the logs of mail access begin only on 20 March 2021." },
      { question: "What can't be known?", answer: "Whether passwords were copied from memory: that leaves no line in these logs." },
    ],
  };
}
