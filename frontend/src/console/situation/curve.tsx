// How many stand open day by day; who came and went beside it; how long until half are patched.
import { useMemo } from "preact/hooks";
import type { HalfLife, Situation } from "../../api/types";
import { share } from "../../look/format";
import { Frame, Section, ServersFigure } from "../parts/parts";
import { sectorName } from "../words";
import { type Series, TimeChart } from "./time_chart";

// Of the servers that were ever seen open ("unpatched" is the stage's name), all or the patched.
function EverOpen({ one, stage }: { one: HalfLife; stage: "unpatched" | "patched" }) {
  const group = one.group === "" ? "All" : sectorName(one.group);
  return <ServersFigure value={stage === "patched" ? one.patched : one.servers} parameters={{ stage, sector: one.group }} label={`${group}, ${stage === "patched" ? "patched" : "ever open"}`} />;
}

function HalfLives({ situation }: { situation: Situation }) {
  const words = (low: number | null, high: number | null) => (low === null ? "" : `${low.toFixed(0)} to ${high === null ? "not reached" : high.toFixed(0)}`);
  return (
    <Frame label="Days until half are patched"><table>
      <caption>Days until half of the open servers were patched. Those that vanished count as open as long as they were seen.</caption>
      <thead><tr><th scope="col">Sector</th><th scope="col" class="number">Days</th><th scope="col" class="number">95 %</th><th scope="col" class="number">Patched</th></tr></thead>
      <tbody>{situation.half_lives.map((one) => (
        <tr key={one.group}><th scope="row">{one.group === "" ? <b>All</b> : sectorName(one.group)}</th>
          <td class="number">{one.days === null ? "–" : one.days.toFixed(1)}{one.method === "exponential" && <span class="soft" title="Fewer than half were patched: worked out from the rate">*</span>}</td>
          <td class="number soft">{words(one.low, one.high)}</td><td class="number"><EverOpen one={one} stage="patched" /><div class="soft">of <EverOpen one={one} stage="unpatched" /></div></td></tr>
      ))}</tbody></table>
      {situation.half_lives.some((one) => one.method === "exponential") && <p class="soft">* Fewer than half were patched: worked out from the rate so far.</p>}
    </Frame>
  );
}

const STANDINGS = ["unpatched", "unsupported", "unknown", "patched", "appeared", "gone"] as const;

function DayTable({ situation }: { situation: Situation }) {
  return (
    <details><summary>Figures by day</summary><Frame label="Servers by day"><table>
      <thead><tr><th scope="col">Day</th><th scope="col" class="number">Unpatched</th><th scope="col" class="number">Unsupported</th><th scope="col" class="number">Unknown</th><th scope="col" class="number">Patched</th><th scope="col" class="number">Appeared</th><th scope="col" class="number">Gone</th></tr></thead>
      <tbody>{situation.curve.map((one) => (
        <tr key={one.day}><th scope="row" class="time">{one.day}{one.doubtful && " (doubtful)"}</th>
          {STANDINGS.map((standing) => <td key={standing} class="number"><ServersFigure value={one[standing]} parameters={{ standing, day: one.day }} /></td>)}</tr>
      ))}</tbody></table></Frame></details>
  );
}

export function Curve({ situation }: { situation: Situation }) {
  const { curve } = situation;
  const days = useMemo(() => curve.map((one) => one.day), [curve]);
  const standing = useMemo((): Series[] => [
    { label: "Patched", values: curve.map((one) => one.patched), token: "--good", kind: "line" },
    { label: "Unpatched", values: curve.map((one) => one.unpatched + one.unsupported), token: "--bad", kind: "line" },
    { label: "Build not told", values: curve.map((one) => one.unknown), token: "--none", kind: "dashed" },
  ], [curve]);
  // On the first day every server appears: that bar would flatten all others.
  const churn = useMemo((): Series[] => [
    { label: "Appeared", values: curve.map((one, day) => (day === 0 ? null : one.appeared)), token: "--info", kind: "bars" },
    { label: "Gone", values: curve.map((one) => -one.gone), token: "--warn", kind: "bars" },
  ], [curve]);
  const doubtful = curve.filter((one) => one.doubtful);
  const dates = situation.dates.map((date) => ({ time: date.time, label: date.label }));
  const last = situation.survival[situation.survival.length - 1];
  return (
    <Section id="curve" title="Patching" lead="Servers as the scans saw them. Who is gone is gone, never counted as patched.">
      {doubtful.length > 0 && <p class="warning">On {doubtful.map((one) => one.day).join(", ")} so many vanished at once that the scan must have failed: its counts mean little.</p>}
      <div class="beside">
        <div>
          <TimeChart label="Day" days={days} series={standing} dates={dates} sync="curve" />
          <TimeChart label="Day" days={days} series={churn} height={130} sync="curve" />
          <DayTable situation={situation} />
        </div>
        <div>
          <HalfLives situation={situation} />
          {last && <p class="soft">After {last.days.toFixed(0)} days {share(last.open)} were still open (95 %: {share(last.low)} to {share(last.high)}).</p>}
        </div>
      </div>
    </Section>
  );
}
