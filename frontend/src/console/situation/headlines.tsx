import type { Headline, Situation } from "../../api/types";
import { count, percent, signed } from "../../look/format";
import { bandWords, listAddress } from "../parts/parts";
import { HEADLINES } from "./names";

function Figure({ one }: { one: Headline }) {
  const band = bandWords(one.count);
  const change = one.change_7_days;
  return (
    <li>
      <a class="figure" href={listAddress(one.list)}>
        <span class="figure-name">{HEADLINES[one.id] ?? one.id}</span>
        <span class="figure-count">{count(one.count.value)}</span>
        <span class="figure-band">{band || "exact count"}</span>
      </a>
      <p class="soft">{one.denominator ? `${percent(one.count.value, one.denominator)} of ${count(one.denominator)} ${one.of}` : one.of}</p>
      {change !== null && change !== undefined && <p class="soft number-line">{signed(change)} in 7 days</p>}
    </li>
  );
}

// One sentence for whoever reads no further.
export function Sentence({ situation }: { situation: Situation }) {
  const value = (id: string) => situation.headlines.find((one) => one.id === id)?.count.value;
  const open = value("unpatched");
  const doors = value("backdoored");
  const { used, hunted } = situation.reentry;
  return (
    <p class="headline">
      {open !== undefined && `${count(open)} servers stand open`}
      {doors !== undefined && `; ${count(doors)} hold or held a back door`}
      {hunted > 0 && `; of ${count(hunted)} such servers that were looked into, intruders had come back to ${count(used)} (${percent(used, hunted)})`}.
    </p>
  );
}

export function Headlines({ situation }: { situation: Situation }) {
  return <ul class="figures">{situation.headlines.map((one) => <Figure key={one.id} one={one} />)}</ul>;
}
