// One click each: what those who sent the notice need to know.
import { useState } from "preact/hooks";
import { tell } from "../api/http";
import type { VictimCase } from "../api/types";
import { day } from "../look/format";
import type { Words } from "./texts/words";

type Kind = "acknowledged" | "patched" | "mitigated" | "need-help" | "wrong-contact";

export function Actions({ words, one, changed }: { words: Words; one: VictimCase; changed: () => void }) {
  const [asking, setAsking] = useState<Kind>();
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState("");
  const say = async (kind: Kind, text?: string) => {
    try {
      await tell("/victim/statements", text === undefined ? { kind } : { kind, text });
      setNote(words.thanks);
      setProblem("");
      setAsking(undefined);
      changed();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (asking) void say(asking, String(new FormData(event.currentTarget as HTMLFormElement).get("text")));
  };
  const said = one.statements.filter((statement): statement is typeof statement & { kind: keyof Words["said"] } => statement.kind in words.said);
  const known = (kind: string) => said.some((statement) => statement.kind === kind);
  return (
    <section aria-labelledby="tell-title">
      <h2 id="tell-title">{words.tellTitle}</h2>
      <p class="lead">{words.tellLead}</p>
      <div class="buttons">
        <button class={known("acknowledged") ? "" : "primary"} disabled={known("acknowledged")} onClick={() => void say("acknowledged")}>{words.acknowledge}</button>
        <button disabled={known("patched")} onClick={() => void say("patched")}>{words.patched}</button>
        <button disabled={known("mitigated")} onClick={() => void say("mitigated")}>{words.mitigated}</button>
        <button aria-expanded={asking === "need-help"} onClick={() => setAsking("need-help")}>{words.help}</button>
        <button aria-expanded={asking === "wrong-contact"} onClick={() => setAsking("wrong-contact")}>{words.wrong}</button>
      </div>
      {asking && (
        <form class="asking" key={asking} onSubmit={submit}>
          <label for="text">{asking === "need-help" ? words.helpPrompt : words.wrongPrompt}</label>
          <textarea id="text" name="text" rows={3} maxLength={4096} required={asking === "need-help"} />
          <div class="buttons"><button class="primary">{words.send}</button><button type="button" onClick={() => setAsking(undefined)}>{words.cancel}</button></div>
        </form>
      )}
      <div role="status">{note && <p class="said">{note}</p>}</div>
      <div role="alert">{problem && <p class="problem">{problem}</p>}</div>
      {said.length > 0 && <ul class="said-list">{said.map((statement, place) => <li key={place}><span class="time soft">{day(statement.time)}</span> {words.said[statement.kind]}</li>)}</ul>}
    </section>
  );
}
