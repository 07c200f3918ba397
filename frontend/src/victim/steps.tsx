// The guide: steps in order, each with a box to tick, which tells those who sent the notice.
import { useState } from "preact/hooks";
import { tell } from "../api/http";
import type { GuideStep } from "../api/types";
import { visible } from "../look/format";
import { fill, type Words } from "./texts/words";

// Paragraphs at blank lines; `code` in backticks.
function Prose({ text }: { text: string }) {
  return <>{text.split(/\n\s*\n/).map((part, place) => <p key={place}>{part.split("`").map((piece, odd) => (odd % 2 === 1 ? <code key={odd}>{piece}</code> : piece))}</p>)}</>;
}

function Command({ words, command }: { words: Words; command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(command).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return <div class="command-frame"><pre class="command">{visible(command)}</pre>{isSecureContext && <button class="copy" onClick={copy}>{copied ? words.copied : words.copy}</button>}</div>;
}

function Step({ words, step, changed }: { words: Words; step: GuideStep; changed: () => void }) {
  const [done, setDone] = useState(step.done !== null);
  const [problem, setProblem] = useState("");
  const toggle = async (now: boolean) => {
    setDone(now);
    try {
      await tell("/victim/statements", { kind: now ? "step-done" : "step-undone", step: step.id });
      setProblem("");
      changed();
    } catch (error) {
      setDone(!now);
      setProblem((error as Error).message);
    }
  };
  return (
    <li class={done ? "step done" : "step"} lang={step.language}>
      <input type="checkbox" id={`step-${step.id}`} checked={done} onChange={(event) => void toggle(event.currentTarget.checked)} />
      <div>
        <h3><label for={`step-${step.id}`}>{step.title}</label></h3>
        <Prose text={step.text} />
        {step.commands.map((command) => <Command key={command} words={words} command={command} />)}
        {step.check && <p class="step-check"><b>{words.check}:</b> {step.check.split("`").map((piece, odd) => (odd % 2 === 1 ? <code key={odd}>{piece}</code> : piece))}</p>}
        {problem && <p class="problem" role="alert">{problem}</p>}
      </div>
    </li>
  );
}

export function Steps({ words, steps, shown, changed }: { words: Words; steps: GuideStep[]; shown: string; changed: () => void }) {
  const done = steps.filter((step) => step.done !== null).length;
  return (
    <section aria-labelledby="steps-title">
      <h2 id="steps-title">{words.stepsTitle}</h2>
      <p class="lead" role="status">{fill(words.stepsLead, { done, all: steps.length })} {steps.some((step) => step.language !== shown) && words.stepsInEnglish}</p>
      <progress max={Math.max(1, steps.length)} value={done} aria-label={words.stepsTitle} />
      <ol class="steps">{steps.map((step) => <Step key={step.id} words={words} step={step} changed={changed} />)}</ol>
    </section>
  );
}
