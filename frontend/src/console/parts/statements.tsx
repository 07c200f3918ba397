// What was said about a server or a case, newest first.
import type { Statement } from "../../api/types";
import { visible } from "../../look/format";
import { Time } from "./parts";

function words(content: Record<string, unknown>): string {
  const shown = Object.entries(content).filter(([, value]) => value !== null && value !== "" && typeof value !== "object");
  return visible(shown.map(([name, value]) => `${name.replace("_", " ")}: ${String(value)}`).join(" · "));
}

export function Statements({ statements }: { statements: readonly Statement[] }) {
  if (statements.length === 0) return <p class="soft">Nothing was said yet.</p>;
  return (
    <ol class="statements">
      {[...statements].reverse().map((one) => (
        <li key={one.id}>
          <Time value={one.time} />
          <div><b>{one.kind.replaceAll("-", " ")}</b> <span class="soft">by {one.source}</span>
            {words(one.content as Record<string, unknown>) !== "" && <div class="said-words">{words(one.content as Record<string, unknown>)}</div>}</div>
        </li>
      ))}
    </ol>
  );
}
