import type { Verdict } from "../api/types";
import type { Words } from "./texts/words";

const TONES: Record<string, string> = { "not-hunted": "none", "no-evidence": "good", probed: "info", exploited: "warn", backdoored: "bad", "re-entered": "bad" };

// The sentences are in the victim's language; the lines of the answer are the program's own, in English.
export function VerdictCard({ words, verdict }: { words: Words; verdict: Verdict }) {
  return (
    <div class={`verdict ${TONES[verdict.compromise] ?? "none"}`} aria-live="polite">
      <h3>{words.verdictTitle}</h3>
      {verdict.partial && <p class="warning">{words.partial}</p>}
      <p class="verdict-word">{words.verdicts[verdict.compromise]}</p>
      <ul class="verdict-says" lang={verdict.language}>{verdict.says.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
      <dl lang="en">{verdict.answers.map((one) => <div key={one.question}><dt>{one.question}</dt><dd>{one.answer}</dd></div>)}</dl>
    </div>
  );
}
