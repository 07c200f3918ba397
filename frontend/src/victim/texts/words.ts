// What the victim's page says, in each language. `{…}` is filled in; tsc sees to it that no language lacks a sentence.
export interface Words {
  title: string;
  loading: string;
  notValidTitle: string;
  notValid: string;
  caseNumber: string;
  from: string; // {agency}
  verify: string; // {phone}
  verifyLink: string;
  headline: { unpatched: string; exploited: string; backdoored: string; "re-entered": string };
  meaning: { unpatched: string; exploited: string; backdoored: string; "re-entered": string };
  notClean: string;
  seenTitle: string;
  seenLead: string;
  server: string;
  build: string;
  open: string; // {first} {last}
  lastSeen: string;
  patchedOn: string;
  exploitedOn: string;
  doorOn: string;
  doorThere: string;
  doorGone: string;
  backOn: string;
  stepsTitle: string;
  stepsLead: string; // {done} {all}
  stepsInEnglish: string;
  check: string;
  copy: string;
  copied: string;
  doneOn: string;
  tellTitle: string;
  tellLead: string;
  acknowledge: string;
  patched: string;
  mitigated: string;
  help: string;
  wrong: string;
  helpPrompt: string;
  wrongPrompt: string;
  send: string;
  cancel: string;
  thanks: string;
  said: { acknowledged: string; patched: string; mitigated: string; "need-help": string; "wrong-contact": string; "clean-said": string };
  uploadTitle: string;
  uploadLead: string;
  uploadSafe: string;
  instructions: string;
  choose: string;
  drop: string; // {limit}
  tooLarge: string; // {limit}
  uploading: string; // {sent} {all}
  left: string; // {minutes}
  resume: string;
  pause: string;
  giveUp: string;
  interrupted: string;
  chooseAgain: string; // {name}
  stored: string; // {hash}
  queued: string;
  hunting: string;
  failed: string;
  verdictTitle: string;
  partial: string;
  verdicts: { "not-hunted": string; "no-evidence": string; probed: string; exploited: string; backdoored: string; "re-entered": string };
  report: string;
  reportJson: string;
  expires: string; // {date}
  private: string;
  language: string;
}

export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
